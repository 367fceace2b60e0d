/**
 * What other services may ask of scoring beyond what is stored: what has not happened, and the days behind a month. Nothing here writes, but for
 * the reader of messages, which works on whatever platform it is given.
 */
export { type DraftBooks, draftBooks } from './app/draft-book.ts';
export { type KnownProject, type MeasuredIndicator, type ScoringLab, scoringLabs } from './app/hypothetical.ts';
export {
  type IndicatorTarget,
  type MeasuredDays,
  type MetricOnDay,
  type MonthOnDay,
  monthReader,
} from './app/measure-month.ts';
export { dailyReader } from './app/read-daily.ts';
export { MAX_AS_OF_FACTS } from './app/read-score.ts';
export { TooManyFacts } from './app/rebuild-book.ts';
export { type HypotheticalBook, monthOfFacts } from './domain/book-with-facts.ts';
export type { DailyValues } from './domain/daily-values.ts';
export { onFactCredited } from './handlers/on-fact-credited.ts';
