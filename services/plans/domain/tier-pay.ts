/** What a rate table pays at an amount, exactly: the yardstick of the verifier for cliffs and for the most a plan can cost. */
import type { Reward } from '../../../shared/contracts/plans.ts';
import { add, compare, multiply, parseRatio, type Ratio, ratio, subtract, ZERO } from '../../../shared/kernel/ratio.ts';
import { divideBig } from '../../../shared/kernel/rounding.ts';

type TieredRate = Extract<Reward, { kind: 'tiered-rate' }>;
/** The part of a tiered rule that decides what it pays. */
export type TierTable = Pick<TieredRate, 'mode' | 'tiersBy' | 'target' | 'tiers' | 'capPerMonthFen'>;

/** A tier with its exact beginning in fen (which may lie between two fen). */
export interface Tier {
  readonly start: Ratio;
  readonly rate: Ratio;
}
const HUNDRED = ratio(100);
const toFen = (yuan: Ratio): Ratio => multiply(yuan, HUNDRED);

/** The tiers of a table in fen. A table by attainment without a target has none: null. */
export const tiersInFen = (table: TierTable): readonly Tier[] | null => {
  if (table.tiersBy === 'attainment' && table.target === undefined) return null;
  const unit = table.tiersBy === 'amount' ? HUNDRED : toFen(parseRatio(table.target ?? '0'));
  return table.tiers.map(({ atLeast, rate }) => ({ start: multiply(parseRatio(atLeast), unit), rate: parseRatio(rate) }));
};

/** The first whole fen that is not before `start`. */
export const firstFen = (start: Ratio): bigint => divideBig(BigInt(start.n), BigInt(start.d), start.n > 0 ? 'up' : 'down');

/**
 * Pay in fen on an amount in fen, not negative, tiers ascending. Slab: the reached tier's rate on the whole amount. Marginal: each tier's
 * rate on its own part. Rounded once, half up; then the rule's monthly cap.
 */
export const tierPay = (table: Pick<TierTable, 'mode' | 'capPerMonthFen'>, tiers: readonly Tier[], amountFen: bigint): bigint => {
  const amount = ratio(amountFen);
  let exact = ZERO;
  tiers.forEach(({ start, rate }, index) => {
    if (compare(start, amount) > 0) return;
    if (table.mode === 'slab') {
      exact = multiply(amount, rate);
      return;
    }
    const next = tiers[index + 1]?.start;
    const end = next !== undefined && compare(next, amount) < 0 ? next : amount;
    exact = add(exact, multiply(subtract(end, start), rate));
  });
  const pay = divideBig(BigInt(exact.n), BigInt(exact.d), 'half_up');
  const cap = table.capPerMonthFen;
  return cap !== undefined && pay > BigInt(cap) ? BigInt(cap) : pay;
};

/** The most that a table pays on any amount up to `amountFen`: where a slab rate falls, the most may be just before the fall. */
export const mostTierPay = (table: Pick<TierTable, 'mode' | 'capPerMonthFen'>, tiers: readonly Tier[], amountFen: bigint): bigint => {
  const before = tiers.map(({ start }) => firstFen(start) - 1n).filter((amount) => amount > 0n && amount < amountFen);
  let most = 0n;
  for (const amount of [...before, amountFen]) {
    const pay = tierPay(table, tiers, amount);
    if (pay > most) most = pay;
  }
  return most;
};
