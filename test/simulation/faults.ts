/** What may go wrong and how often. Every seed draws its own weather, so that calm runs and storms are both seen. */
import type { Random } from './random.ts';

export interface Faults {
  /** Of every call to the store or the queue: the process dies before it, or after it was applied and before it was answered. */
  readonly crashBefore: number;
  readonly crashAfter: number;
  /** Of every call: the process stands still for a while before it, longer than a message stays invisible at times. */
  readonly stalled: number;
  readonly stallMillis: number;
  /** Only processes whose task begins with this; empty for all. */
  readonly stallOf: string;
  /** The write was applied, and the caller is told that the answer never came. */
  readonly ambiguous: number;
  readonly throttled: number;
  /** A transaction met another one, eight times. */
  readonly conflicted: number;
  /** Of every read of several items: they are read one part after another, and something may be written in between. */
  readonly torn: number;
  /** Secondary indexes do not show what was written in the last moments. */
  readonly indexLagMillis: number;
  /** Of every message sent. */
  readonly dropped: number;
  readonly duplicated: number;
  readonly delayed: number;
  /** Of every send: the queue did not take it, and says so. */
  readonly notSent: number;
  /** Of every batch received: handled, but the process dies before it is deleted. */
  readonly notDeleted: number;
  /** Of every batch received: taken out of order. */
  readonly reordered: number;
  /** Of every batch received: it becomes visible again while it is still being handled. */
  readonly visibleTooSoon: number;
  /** Clocks of different processes are wrong by up to this much, either way. */
  readonly skewMillis: number;
  /** How many times the queue server restarts and forgets everything. */
  readonly wipes: number;
}

export const NO_FAULTS: Faults = {
  crashBefore: 0,
  crashAfter: 0,
  stalled: 0,
  stallMillis: 0,
  stallOf: '',
  ambiguous: 0,
  throttled: 0,
  conflicted: 0,
  torn: 0,
  indexLagMillis: 0,
  dropped: 0,
  duplicated: 0,
  delayed: 0,
  notSent: 0,
  notDeleted: 0,
  reordered: 0,
  visibleTooSoon: 0,
  skewMillis: 0,
  wipes: 0,
};

/** Each fault is off in some seeds and frequent in others: rare combinations come up, and none hides another for ever. */
export const drawFaults = (random: Random): Faults => {
  const rate = (most: number): number => (random.chance(0.3) ? 0 : most * random.unit() ** 2);
  return {
    crashBefore: rate(0.03),
    crashAfter: rate(0.03),
    stalled: rate(0.05),
    stallMillis: random.pick([1_000, 20_000, 900_000]),
    stallOf: '',
    ambiguous: rate(0.06),
    throttled: rate(0.06),
    conflicted: rate(0.06),
    torn: rate(0.8),
    indexLagMillis: random.chance(0.5) ? 0 : random.between(1, 3_000),
    dropped: random.chance(0.05) ? 1 : rate(0.3),
    duplicated: rate(0.4),
    delayed: rate(0.5),
    notSent: rate(0.2),
    notDeleted: rate(0.2),
    reordered: random.unit(),
    visibleTooSoon: rate(0.4),
    skewMillis: random.chance(0.5) ? 0 : 600_000,
    wipes: random.chance(0.3) ? random.between(1, 3) : 0,
  };
};
