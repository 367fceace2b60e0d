/** What other services may ask of scoring about what has not happened. Nothing here writes. */
export { type DraftBooks, draftBooks } from './app/draft-book.ts';
export { type HypotheticalBook, type MeasuredIndicator, type ScoringLab, scoringLabs } from './app/hypothetical.ts';
