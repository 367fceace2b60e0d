/** What `channel-1` and `channel-2` of the plan set give, by hand. */
import {
  amountOf,
  atMost,
  distinct,
  type Expectation,
  heldOf,
  latest,
  nowOf,
  numberOf,
  ofType,
  released,
  shareOf,
  sumOf,
} from './expect.ts';
import type { Part } from './facts.ts';
import { above, atLeast, type Fraction, halfUp, least, minus, of, over, plus, times, total, zero } from './fraction.ts';
import { isDue, lastDays, sinceJuly } from './windows.ts';

const look = (month: string, parts: readonly Part[], all: readonly Part[]) => {
  const purchases = ofType(parts, 'channel.purchase');
  const purchasedFen = amountOf(purchases.filter(({ attributes }) => attributes['category'] !== 'sample'));
  const measured = latest(ofType(parts, 'channel.coverage-measured'));
  const coverage = measured ? numberOf(measured, 'covered') : null;
  const outlets = distinct(purchases, 'storeId');
  const due = ofType(parts, 'contract.due').length;
  const renewal = due === 0 ? null : of(ofType(parts, 'contract.renewed').length, due);
  const rated = ofType(parts, 'customer.satisfaction-rated');
  const satisfaction = rated.length === 0 ? null : over(total(rated.map((part) => numberOf(part, 'score'))), of(rated.length));
  const ticket = purchases.length === 0 ? null : of(amountOf(purchases), purchases.length);
  const complaints = of(ofType(parts, 'followup.logged').filter(({ attributes }) => attributes['kind'] === 'complaint').length);
  const half = sinceJuly(all, month);
  const halfDue = ofType(half, 'contract.due').length;
  const halfRenewal = halfDue === 0 ? null : of(ofType(half, 'contract.renewed').length, halfDue);
  const recently = latest(ofType(lastDays(all, month, 45), 'channel.coverage-measured'));
  const recent = recently ? numberOf(recently, 'covered') : null;
  const metrics = {
    purchases: of(purchasedFen),
    coverage,
    outlets,
    renewal,
    satisfaction,
    ticket,
    complaints,
    'half-year-renewal': halfRenewal,
    'recent-coverage': recent,
  };
  return { purchasedFen, coverage, outlets, renewal, satisfaction, ticket, complaints, rated, halfRenewal, recent, metrics };
};

/** A part of the weight for an attainment between nothing and the cap; nothing where nothing is known. */
const counted = (actual: Fraction | null, target: Fraction, cap: Fraction): Fraction =>
  actual === null ? zero : least(over(actual, target), cap);

/** (0 → 0), (0.8 → 0.6), (1 → 1), (1.5 → 1.2), straight in between, then flat. */
const curve = (x: Fraction): Fraction => {
  if (atLeast(x, of(3, 2))) return of(6, 5);
  if (atLeast(x, of(1))) return plus(of(1), times(minus(x, of(1)), of(2, 5)));
  if (atLeast(x, of(4, 5))) return plus(of(3, 5), times(minus(x, of(4, 5)), of(2)));
  return times(x, of(3, 4));
};

export const channel1: Expectation = (month, parts, all) => {
  const { purchasedFen, coverage, outlets, renewal, satisfaction, complaints, recent, metrics } = look(month, parts, all);
  const attained = of(purchasedFen, 8_000_000);
  const calm = complaints.n === 0n ? of(6, 5) : least(over(of(2), complaints), of(6, 5));
  const uncapped = total([
    times(of(50), least(curve(attained), of(6, 5))),
    times(of(20), counted(recent, of(630), of(1))),
    times(of(15), counted(renewal, of(9, 10), of(6, 5))),
    times(of(10), counted(satisfaction, of(45), of(6, 5))),
    times(of(5), calm),
  ]);
  const covered = coverage !== null && atLeast(coverage, of(300));
  const score = covered ? uncapped : least(uncapped, of(60));
  const points = renewal !== null && above(renewal, of(1, 2)) ? times(minus(renewal, of(1, 2)), of(100)) : zero;
  const first = atMost(purchasedFen, 4_000_000n);
  const second = purchasedFen > 4_000_000n ? atMost(purchasedFen, 8_000_000n) - 4_000_000n : 0n;
  const third = purchasedFen > 8_000_000n ? purchasedFen - 8_000_000n : 0n;
  const kept = new Map(
    ofType(parts, 'channel.purchase')
      .filter(({ attributes }) => attributes['category'] !== 'sample')
      .map(({ factId, whole, date, split }) => {
        const worth = least(of(whole * 25n, 10_000), of(5_003));
        return [factId, released(worth, of(isDue(date, 5) ? 1 : 0), split)] as const;
      }),
  );
  return {
    metrics,
    score,
    rules: {
      'renewal-over': atMost(halfUp(times(points, of(1_001))), 45_000n),
      'renewal-reached': renewal !== null && atLeast(renewal, of(9, 10)) ? 30_000n : 0n,
      outlets: purchasedFen >= 1_000_000n ? atMost(outlets.n * 5_000n, 20_000n) : 0n,
      commission: halfUp(of(first * 500_000n + second * 1_000_000n + third * 1_234_567n, 100_000_000)),
      satisfied: satisfaction !== null && atLeast(satisfaction, of(40)) && atLeast(attained, of(1, 2)) ? 22_222n : 0n,
      kept: sumOf(nowOf(kept)),
    },
    each: { kept: nowOf(kept) },
    held: { kept: heldOf(kept) },
  };
};

export const channel2: Expectation = (month, parts, all, whole) => {
  const { purchasedFen, coverage, satisfaction, ticket, rated, halfRenewal, metrics } = look(month, parts, all);
  const happy = satisfaction !== null && atLeast(satisfaction, of(30));
  const bought = least(of(purchasedFen, 6_000_000), happy ? of(13, 10) : of(1, 2));
  const exact = total([
    times(of(70), bought),
    times(of(20), counted(ticket, of(400_001), of(6, 5))),
    times(of(10), counted(halfRenewal, of(3, 5), of(6, 5))),
  ]);
  const rate = purchasedFen >= 6_000_000n ? 11n : 6n;
  const each = new Map(
    rated.filter((part) => atLeast(numberOf(part, 'score'), of(40))).map(({ factId, split }) => [factId, shareOf(1_500n, split)]),
  );
  return {
    metrics,
    score: exact,
    rules: {
      commission: atLeast(whole(exact), of(50)) ? halfUp(of(purchasedFen * rate, 1_000)) : 0n,
      rated: sumOf(each),
      'coverage-step': coverage !== null && above(coverage, of(500)) ? 40_000n : 0n,
    },
    each: { rated: each },
  };
};
