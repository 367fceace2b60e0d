/** What other services may ask of ingest about facts that nobody has sent. On a platform whose store keeps nothing, nothing is written. */
export type { Outcome } from './app/fact-steps.ts';
export { asSent, type SentFacts } from './app/record-as-sent.ts';
