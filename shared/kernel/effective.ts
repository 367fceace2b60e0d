import type { LocalDate } from './period.ts';

/** Something in force from a day (inclusive) to a day (inclusive); without an end it is in force until further notice. */
export interface Dated {
  readonly from: LocalDate;
  readonly to?: LocalDate | undefined;
}

export const isInForce = (dated: Dated, on: LocalDate): boolean => dated.from <= on && (dated.to === undefined || on <= dated.to);

/** The one entry in force on a day: of several, the one that began last. `undefined` when there is none. */
export const inForceOn = <T extends Dated>(entries: readonly T[], on: LocalDate): T | undefined => {
  let found: T | undefined;
  for (const entry of entries) if (isInForce(entry, on) && (found === undefined || entry.from >= found.from)) found = entry;
  return found;
};
