/**
 * What other months of the person mean for a month, and it for them. Rules that carry look at what their earlier months were paid; a month
 * that pays another amount asks for the later ones to be decided again, in its own transaction.
 *
 * Why no month is left standing on an old amount: where months carry, every decision holds on to the head of the ledger as it was read, the
 * states of the other months are read after it, and whatever another month could have looked at raises the head. So of two months that are
 * decided at the same time one is decided again, and sees the other.
 */
import type { Item, Key, Store } from '../../../shared/adapters/store.ts';
import { addMonths, type Instant, type Month } from '../../../shared/kernel/period.ts';
import { earlierMonths, MAX_CARRY_MONTHS } from '../domain/carry.ts';
import type { CompiledRewards } from '../domain/compile-rewards.ts';
import { parseState, stateKey } from '../store.ts';
import type { LoadedMonth } from './load-month.ts';

/** Whether the month looks at others, or others may look at it. */
export const isCarrying = ({ compiled, head }: Pick<LoadedMonth, 'compiled' | 'head'>): boolean =>
  compiled.carryRules.length > 0 || head.carries.length > 0;

/** The states of the months that one looks at, and of those that may look at it. */
export const carryKeys = (month: LoadedMonth, now: Instant): Key[] => {
  if (!isCarrying(month)) return [];
  const period = month.work.period as Month;
  return [...carriedMonths(month.compiled, period), ...monthsAfter(period, now)].map((one) => stateKey(month.work.employeeId, one));
};

/** The month with what its rules carry, and which later months there are. `itemOf` has everything of {@link carryKeys}. */
export const withCarry = (month: LoadedMonth, now: Instant, itemOf: (key: Key) => Item | undefined): LoadedMonth => {
  if (!isCarrying(month)) return month;
  const { employeeId } = month.work;
  const period = month.work.period as Month;
  const stateOf = (one: Month): Item | undefined => itemOf(stateKey(employeeId, one));
  return {
    ...month,
    later: monthsAfter(period, now).filter((one) => stateOf(one) !== undefined),
    evidence: { ...month.evidence, earlier: sumsOf(month.compiled, period, (one) => parseState(stateOf(one)).paid) },
  };
};

/** By rule what its earlier months were paid, for a month that is only looked at. */
export const readEarlier = async (
  store: Store,
  compiled: CompiledRewards,
  employeeId: string,
  period: Month,
): Promise<ReadonlyMap<string, number>> => {
  const months = carriedMonths(compiled, period);
  if (months.length === 0) return new Map();
  const items = await store.getMany(months.map((one) => stateKey(employeeId, one)));
  const paid = new Map(months.map((one, place) => [one, parseState(items[place]).paid]));
  return sumsOf(compiled, period, (one) => paid.get(one) ?? new Map());
};

const carriedMonths = ({ carryRules }: CompiledRewards, period: Month): Month[] => [
  ...new Set(carryRules.flatMap((rule) => earlierMonths(rule, period))),
];
const sumsOf = (
  { carryRules }: CompiledRewards,
  period: Month,
  paidIn: (month: Month) => ReadonlyMap<string, number>,
): ReadonlyMap<string, number> =>
  new Map(
    carryRules.map((rule) => [rule.id, earlierMonths(rule, period).reduce((sum, month) => sum + (paidIn(month).get(rule.id) ?? 0), 0)]),
  );

/** Up to the present one, whose name is a day ahead in some time zone. */
const monthsAfter = (period: Month, now: Instant): Month[] => {
  const last = addMonths(now.slice(0, 7) as Month, 1);
  const months: Month[] = [];
  for (let month = addMonths(period, 1); month <= last && months.length < MAX_CARRY_MONTHS; month = addMonths(month, 1)) months.push(month);
  return months;
};
