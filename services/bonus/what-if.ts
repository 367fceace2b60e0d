/** What other services may ask of bonus about what has not happened. Nothing here writes, but for the reader of messages, on the platform it is given. */
export { MAX_HYPOTHETICAL_ITEMS, type PayLab, payLabs, payOfMonth, type RulePay } from './app/hypothetical.ts';
export { onScoreUpdated } from './handlers/on-score-updated.ts';
