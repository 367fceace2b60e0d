/** What `lead-1` of the plan set gives to whoever leads, by hand, from what the months of the others must be. */
import type { Expected } from './expect.ts';
import { type Fraction, halfUp, least, of, over, plus, times, total, zero } from './fraction.ts';

export interface MemberMonth {
  readonly employeeId: string;
  readonly month: string;
  /** Null where the member's plan knows no sales. */
  readonly sales: Fraction | null;
  readonly score: Fraction | null;
}

/** A score is told as people read it: two decimals. */
const asRead = (score: Fraction): Fraction => of(halfUp(times(score, of(100))), 100);
const counted = (actual: Fraction | null, target: bigint): Fraction => (actual === null ? zero : least(over(actual, of(target)), of(6, 5)));
const atLeastNothing = (value: Fraction): Fraction => (value.n < 0n ? zero : value);

/** All months of the simulation are of one quarter, but for those after December and before October, which do not occur. */
export const expectLead = (month: string, members: readonly MemberMonth[]): Expected => {
  const mine = members.filter((one) => one.month === month);
  const sales = total(mine.flatMap((one) => one.sales ?? []));
  const scores = mine.flatMap(({ score }) => (score ? [asRead(score)] : []));
  const mean = scores.length === 0 ? null : over(total(scores), of(scores.length));
  const months = of(members.filter((one) => one.month <= month).length);
  return {
    metrics: { 'team-sales': sales, 'mean-score': mean, 'quarter-members': months },
    score: plus(
      plus(times(of(60), atLeastNothing(counted(sales, 40_000_000n))), times(of(30), counted(mean, 80n))),
      times(of(10), counted(months, 4n)),
    ),
    rules: { 'team-commission': sales.n <= 0n ? 0n : halfUp(times(sales, of(5, 1000))) },
    each: {},
  };
};
