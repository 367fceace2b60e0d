/**
 * The days that a metric looks at. A book is one person's month P; the window of a metric says which days count for P, and whether what
 * they add up to is a mean per week or day. Calendar arithmetic only: what a day is, the legal entity's time zone has said before.
 */
import { addDays, addMonths, daysBetween, firstDay, type LocalDate, lastDay, type Month, monthOf, weekday } from './period.ts';

/** `rolling`: the last n days. A week is Monday to Sunday. */
export type MetricWindow = 'day' | 'week' | 'month' | 'quarter' | 'half-year' | 'year' | { readonly rolling: number };

export interface WindowSpan {
  /** Both inclusive. `from` after `to`: no day at all. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** How many days or weeks a mean is over; 1 for all other windows. */
  readonly units: number;
}
export type WindowUnit = 'day' | 'week';

export const MAX_ROLLING_DAYS = 366;
/** As many days as every month has: a longer rolling window reaches into the month before, in February at least. */
const SHORTEST_MONTH = 28;
const MONTHS: Readonly<Record<string, number>> = { quarter: 3, 'half-year': 6, year: 12 };

export const mondayOf = (day: LocalDate): LocalDate => addDays(day, 1 - weekday(day));
const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);

/**
 * The days that count for month `of`; `until` is the last day that is looked at (as of a day), by default the month's last.
 *
 * `week`: the weeks that end in the month, so that every week counts in exactly one month. As of a day, the weeks of these that have begun.
 * Longer windows end with the month, or as of a day with that day. Before the month has begun no day counts.
 */
export const windowSpan = (window: MetricWindow, of: Month, until: LocalDate = lastDay(of)): WindowSpan => {
  const first = firstDay(of);
  const to = earlier(until, lastDay(of));
  if (to < first) return { from: first, to: addDays(first, -1), units: 1 };
  if (typeof window === 'object') return { from: addDays(to, 1 - window.rolling), to, units: 1 };
  switch (window) {
    case 'month':
      return { from: first, to, units: 1 };
    case 'day':
      return { from: first, to, units: daysBetween(first, to) + 1 };
    case 'week': {
      const from = addDays(first, 1 - 7 + (7 - weekday(first)));
      const lastSunday = addDays(lastDay(of), -(weekday(lastDay(of)) % 7));
      const end = earlier(to, lastSunday);
      return { from, to: end, units: Math.floor(daysBetween(from, end) / 7) + 1 };
    }
    default: {
      const length = MONTHS[window] ?? 1;
      const begun = (Number(of.slice(5, 7)) - 1) % length;
      return { from: firstDay(addMonths(of, -begun)), to, units: 1 };
    }
  }
};

/** All days of the window that month `of` is in, also those still to come: a target of a quarter is for all of it. */
export const wholeWindow = (window: MetricWindow, of: Month): Pick<WindowSpan, 'from' | 'to'> => {
  const { from, to } = windowSpan(window, of);
  const months = typeof window === 'object' ? undefined : MONTHS[window];
  return { from, to: months === undefined ? to : lastDay(addMonths(monthOf(from), months - 1)) };
};

/** Of which unit a metric is the mean; null when it is undivided. A ratio, an average or the latest number of many days is one number as it is. */
export const meanPer = (fold: string, window: MetricWindow): WindowUnit | null =>
  (window === 'day' || window === 'week') && (fold === 'sum' || fold === 'count' || fold === 'count-distinct') ? window : null;

/** Whether a window, for some month, looks at days of another one. */
export const reachesBeyondMonth = (window: MetricWindow): boolean =>
  typeof window === 'object' ? window.rolling > SHORTEST_MONTH : window !== 'day' && window !== 'month';

/** What counts once in each unit: a day, or the Monday of a week. */
export const unitOfDay = (unit: WindowUnit, day: LocalDate): LocalDate => (unit === 'day' ? day : mondayOf(day));

/**
 * The day on which a fact counts: its own, or where it counts in another month than its own (a refund, in the month of its order), the
 * nearest day of that month. So windows over whole months and the month itself always hold the same facts.
 */
export const countingDay = ({ period, date }: { readonly period: string; readonly date: string }): LocalDate => {
  if (date.startsWith(period)) return date as LocalDate;
  const first = firstDay(period as Month);
  return date < first ? first : lastDay(period as Month);
};
