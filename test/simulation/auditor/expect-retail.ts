/** What `retail-1` and `retail-2` of the plan set give, by hand. */
import {
  amountOf,
  atMost,
  type Candidate,
  distinct,
  type Expectation,
  type Expected,
  firstOrders,
  guarantee,
  heldOf,
  left,
  nowOf,
  ofType,
  released,
  type SetSales,
  type StandingOrder,
  shareOf,
  standingOrders,
  sumOf,
} from './expect.ts';
import type { Part } from './facts.ts';
import { atLeast, type Fraction, halfUp, least, most, of, over, plus, times, total } from './fraction.ts';
import { sinceJuly, weeksOf } from './windows.ts';

const pioneers = (parts: readonly Part[], from: bigint, fen: bigint): Candidate[] =>
  firstOrders(parts)
    .filter(({ net }) => net >= from)
    .map(({ date, at, orderId, split }) => ({
      group: date < '2026-11-16' ? 'early' : 'late',
      at,
      id: orderId,
      pays: shareOf(fen, split),
    }));

const paidShare = ({ paid, net }: StandingOrder): Fraction => least(of(paid, net), of(1));
/** The customer's first order, with what is known of its payment and delivery. */
const firstWithSettlement = (parts: readonly Part[]): StandingOrder[] => {
  const orders = new Map(standingOrders(parts).map((order) => [order.orderId, order]));
  return firstOrders(parts).flatMap(({ orderId }) => orders.get(orderId) ?? []);
};

const look = (month: string, parts: readonly Part[], all: readonly Part[]) => {
  const signed = ofType(parts, 'order.signed');
  const salesFen = amountOf(signed) - amountOf(ofType(parts, 'order.refunded'));
  const bigOrders = signed.filter(({ amount }) => amount >= 2_000_000n);
  const winners = firstOrders(parts).filter(({ net }) => net >= 1_000_000n);
  const quarter = sinceJuly(all, month);
  const quarterFen = amountOf(ofType(quarter, 'order.signed')) - amountOf(ofType(quarter, 'order.refunded'));
  const weeks = weeksOf(all, month).map((week) => distinct(ofType(week, 'order.signed'), 'customerId'));
  const weekly = over(total(weeks), of(weeks.length));
  const metrics: Expected['metrics'] = {
    sales: of(salesFen),
    'big-orders': of(bigOrders.length),
    customers: distinct(signed, 'customerId'),
    'new-customers': of(winners.length),
    'quarter-sales': of(quarterFen),
    'week-customers': weekly,
  };
  return { salesFen, bigOrders, winners, quarterFen, weekly, metrics };
};

const isQuarterEnd = (month: string): boolean => ['03', '06', '09', '12'].includes(month.slice(5));

export const retail1: Expectation = (month, parts, all, _whole, set, before) => {
  const { salesFen, bigOrders, winners, quarterFen, metrics } = look(month, parts, all);
  const attained = of(salesFen, 15_000_000);
  const open = winners.length >= 1;
  // The commission's own target stays what the plan says.
  const ofTarget = over(of(salesFen), of(set?.fen ?? 15_000_000n));
  const salesCounted = least(least(most(ofTarget, of(0)), of(6, 5)), open ? of(6, 5) : of(4, 5));
  const reached = of(winners.length, 3);
  const step = atLeast(reached, of(13, 10)) ? of(5, 4) : atLeast(reached, of(1)) ? of(1) : atLeast(reached, of(3, 10)) ? of(2, 5) : of(0);
  const customersCounted = least(step, of(6, 5));
  const exact = plus(times(of(60), salesCounted), times(of(40), customersCounted));
  const newCustomer = new Map(winners.map(({ customerId, split }) => [customerId, shareOf(50_000n, split)]));
  const bigDeal = new Map(bigOrders.map(({ factId, split }) => [factId, shareOf(30_001n, split)]));
  const rate = atLeast(attained, of(11, 10)) ? 3n : 2n;
  const collect = new Map(
    standingOrders(parts).map((order) => {
      const worth = least(of(order.net * 105n, 10_000), of(60_007));
      return [order.orderId, released(worth, paidShare(order), order.split)] as const;
    }),
  );
  const goLive = new Map(
    firstWithSettlement(parts).map(({ customerId, signed, net, delivered, split }) => [
      customerId,
      released(of(20_001n * net, signed), of(delivered ? 1 : 0), split),
    ]),
  );
  return {
    metrics,
    score: quarterFen >= 20_000_000n ? exact : least(exact, of(70)),
    rules: {
      'new-customer': sumOf(newCustomer),
      // Everybody was hired on 1 October: newcomers all, veterans none.
      'many-customers': winners.length > 2 ? atMost(100_000n, left(150_000n, before.inYear('many-customers'))) : 0n,
      veterans: 0n,
      commission: salesFen <= 0n ? 0n : atMost(halfUp(of(salesFen * rate, 100)), 900_000n),
      'big-deal': atMost(atMost(sumOf(bigDeal), 70_000n), left(100_003n, before.inYear('big-deal'))),
      season:
        halfUp(of(quarterFen * (quarterFen >= 30_000_000n ? 50n : quarterFen >= 10_000_000n ? 35n : 0n), 10_000)) -
        before.inQuarter('season'),
      collect: atMost(sumOf(nowOf(collect)), 150_000n),
      'go-live': sumOf(nowOf(goLive)),
    },
    each: { 'new-customer': newCustomer, 'big-deal': bigDeal, collect: nowOf(collect), 'go-live': nowOf(goLive) },
    held: { collect: heldOf(collect), 'go-live': heldOf(goLive) },
    candidates: { pioneer: pioneers(parts, 500_000n, 120_000n) },
  };
};

/** 1.5 % of the first 50,000 yuan, 2.5 % of what is above up to 120,000.50, 3.75 % of the rest. */
const marginal = (salesFen: bigint): bigint => {
  if (salesFen <= 0n) return 0n;
  const first = atMost(salesFen, 5_000_000n);
  const second = salesFen > 5_000_000n ? atMost(salesFen, 12_000_050n) - 5_000_000n : 0n;
  const third = salesFen > 12_000_050n ? salesFen - 12_000_050n : 0n;
  return halfUp(of(first * 150n + second * 250n + third * 375n, 10_000));
};

/** Everybody was hired in October: three fifths of the target then, four in November. What is set for the person is all of it. */
const rampedTarget = (month: string, set: SetSales | null): Fraction => {
  const fen = set?.fen ?? 18_000_000n;
  if (set?.isOwn) return of(fen);
  return times(of(fen), month === '2026-10' ? of(3, 5) : month === '2026-11' ? of(4, 5) : of(1));
};

export const retail2: Expectation = (month, parts, all, whole, set, before) => {
  const { salesFen, bigOrders, winners, quarterFen, weekly, metrics } = look(month, parts, all);
  const salesCounted = most(least(over(of(salesFen), rampedTarget(month, set)), of(3, 2)), of(1, 10));
  const customersCounted = least(over(metrics['customers'] as Fraction, of(4)), of(6, 5));
  const weeklyCounted = least(over(weekly, of(1, 2)), of(6, 5));
  const exact = total([times(of(101, 2), salesCounted), times(of(59, 2), customersCounted), times(of(20), weeklyCounted)]);
  const newCustomer = new Map(winners.map(({ customerId, split }) => [customerId, shareOf(60_000n, split)]));
  const paid = atLeast(whole(exact), of(60));
  const bigDeal = new Map(bigOrders.map(({ factId, split }) => [factId, paid ? shareOf(25_000n, split) : 0n]));
  const collect = new Map(
    standingOrders(parts)
      .filter((order) => order.signed >= 500_000n)
      .map((order) => {
        const worth = of(order.net < order.signed ? 0 : 30_003);
        return [order.orderId, released(worth, of(order.paid >= order.net ? 1 : 0), order.split)] as const;
      }),
  );
  const above = quarterFen > 15_000_000n ? quarterFen - 15_000_000n : 0n;
  const wholeSeason = quarterFen <= 0n ? of(0) : of((quarterFen - above) * 1_000n + above * 7_770n, 1_000_000);
  const soFar = salesFen < 1_000_000n ? 0n : halfUp(isQuarterEnd(month) ? wholeSeason : times(wholeSeason, of(3, 5)));
  const settled = new Map(
    firstWithSettlement(parts)
      .filter(({ paid: got, net, delivered }) => got >= net && delivered)
      .map(({ customerId, net, split }) => [customerId, shareOf(halfUp(of(net * 3n, 1_000)), split)]),
  );
  return {
    metrics,
    score: exact,
    rules: {
      'new-customer': sumOf(newCustomer),
      commission: marginal(salesFen),
      'big-deal': sumOf(bigDeal),
      collect: sumOf(nowOf(collect)),
      settled: sumOf(settled),
      season: soFar - before.inQuarter('season'),
      guarantee: guarantee(month <= '2026-11' ? 300_007n : 0n, marginal(salesFen) + sumOf(bigDeal), before.ever('guarantee')),
    },
    each: { 'new-customer': newCustomer, 'big-deal': bigDeal, collect: nowOf(collect), settled },
    held: { collect: heldOf(collect) },
    candidates: { pioneer: pioneers(parts, 1_000_000n, 150_000n) },
  };
};
