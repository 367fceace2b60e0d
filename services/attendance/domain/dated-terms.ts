/** Terms that begin on a day and are in force until the next ones do. Pure. */
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';

/**
 * Days of terms that have begun and would change or go: what has begun is only given again as it is. The first list of all is free.
 */
export const begunAndChanged = <T extends { readonly from: LocalDate }>(
  before: readonly T[],
  next: readonly T[],
  today: LocalDate,
): readonly LocalDate[] => {
  if (before.length === 0) return [];
  const begun = (terms: readonly T[]): Map<LocalDate, string> =>
    new Map(terms.filter(({ from }) => from <= today).map((one) => [one.from, canonicalJson(one)]));
  const [was, is] = [begun(before), begun(next)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((from) => was.get(from) !== is.get(from)).sort();
};
