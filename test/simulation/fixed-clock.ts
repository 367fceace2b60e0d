import type { Clock } from '../../shared/adapters/clock.ts';
import { instantFromMillis } from '../../shared/kernel/period.ts';

/** A clock that stands still until it is moved. `step` makes every look at it move it on by that many milliseconds. */
export interface FixedClock extends Clock {
  /** Moves by so many milliseconds, backwards too. */
  advance(millis: number): void;
  /** Sets it to an instant with a zone, or epoch milliseconds. */
  set(to: string | number): void;
}

export const fixedClock = (start: string | number = '2026-11-23T09:00:00+08:00', step = 0): FixedClock => {
  const parse = (to: string | number): number => {
    const parsed = typeof to === 'number' ? to : Date.parse(to);
    if (!Number.isFinite(parsed)) throw new RangeError(`not a time: ${to}`);
    return parsed;
  };
  let at = parse(start);
  const look = (): number => {
    at += step;
    return at;
  };
  return {
    now: () => instantFromMillis(look()),
    millis: look,
    advance(millis) {
      at += millis;
    },
    set(to) {
      at = parse(to);
    },
  };
};
