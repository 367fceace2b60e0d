/** What other services may ask of bonus about what has not happened. Nothing here writes. */
export { MAX_HYPOTHETICAL_ITEMS, type PayLab, payLabs, payOfMonth, type RulePay } from './app/hypothetical.ts';
