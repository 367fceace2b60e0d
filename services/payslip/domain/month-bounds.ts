/** First and last day of a month, remembered: a run asks for the same month thousands of times. */
import { firstDay, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';

export interface MonthBounds {
  readonly first: LocalDate;
  readonly last: LocalDate;
}

const LIMIT = 1200;
const remembered = new Map<Month, MonthBounds>();

export const boundsOf = (month: Month): MonthBounds => {
  let bounds = remembered.get(month);
  if (bounds === undefined) {
    bounds = { first: firstDay(month), last: lastDay(month) };
    if (remembered.size < LIMIT) remembered.set(month, bounds);
  }
  return bounds;
};
