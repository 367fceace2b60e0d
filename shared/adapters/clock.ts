import { type Instant, instantFromMillis } from '../kernel/period.ts';

/** The only source of "now". Deciding functions get an instant as an argument, never the clock. */
export interface Clock {
  now(): Instant;
  millis(): number;
}
export const systemClock: Clock = { now: () => instantFromMillis(Date.now()), millis: () => Date.now() };
