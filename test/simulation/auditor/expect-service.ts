/** What `service-1` and `service-2` of the plan set give, by hand. */
import { amountOf, atMost, type Expectation, guarantee, latest, left, numberOf, ofType, shareOf, sumOf } from './expect.ts';
import type { Part } from './facts.ts';
import { above, atLeast, halfUp, least, minus, of, over, plus, times, total } from './fraction.ts';
import { daysOf, lastDays, sinceJuly } from './windows.ts';

const look = (month: string, parts: readonly Part[], all: readonly Part[]) => {
  const visits = ofType(parts, 'visit.validated');
  const sales = ofType(parts, 'store.sales');
  const visitors = total(ofType(parts, 'store.traffic').map((part) => numberOf(part, 'visitors')));
  const conversion = visitors.n === 0n ? null : over(total(sales.map((part) => numberOf(part, 'orders'))), visitors);
  const last = latest(sales);
  const salesFen = amountOf(sales);
  const recent = ofType(lastDays(parts, month, 20), 'visit.validated').length;
  const perDay = of(visits.length, daysOf(month));
  const yearSales = ofType(sinceJuly(all, month), 'store.sales');
  const yearSale = yearSales.length === 0 ? null : of(amountOf(yearSales), yearSales.length);
  const metrics = {
    visits: of(visits.length),
    conversion,
    'store-sales': of(salesFen),
    'last-sale': last ? of(last.amount) : null,
    'recent-visits': of(recent),
    'visits-per-day': perDay,
    'year-sale': yearSale,
  };
  return { visits, conversion, salesFen, recent, perDay, yearSale, metrics };
};

export const service1: Expectation = (month, parts, all) => {
  const { visits, conversion, salesFen, recent, yearSale, metrics } = look(month, parts, all);
  const isTimed = (part: Part): boolean => part.attributes['minutes'] !== undefined;
  const long = visits.filter((part) => !isTimed(part) || atLeast(numberOf(part, 'minutes'), of(20)));
  const converted =
    conversion !== null && above(conversion, of(3, 100)) ? halfUp(times(minus(conversion, of(3, 100)), of(10_000_000))) : 0n;
  const lately = BigInt(recent) * 700n;
  const subsidy = new Map(long.map(({ factId, split }) => [factId, shareOf(5_000n, split)]));
  const days = new Map<string, bigint>();
  for (const { date, factId } of long) days.set(date, (days.get(date) ?? 0n) + (subsidy.get(factId) ?? 0n));
  const perDay7001 = [...days.values()].reduce((sum, fen) => sum + atMost(fen, 7_001n), 0n);
  const campaign = new Map(
    long.filter(({ date }) => date >= '2026-11-10' && date <= '2026-11-16').map(({ factId, split }) => [factId, shareOf(2_000n, split)]),
  );
  return {
    metrics,
    score: null,
    rules: {
      'visit-subsidy': atMost(perDay7001, 23_333n),
      'double-week': sumOf(campaign),
      // One of the two, the higher; of equal ones the first.
      conversion: converted >= lately ? converted : 0n,
      commission: yearSale !== null && atLeast(yearSale, of(400_000)) ? halfUp(of(salesFen * 2n, 100)) : 0n,
      recent: lately > converted ? lately : 0n,
    },
    each: { 'visit-subsidy': subsidy, 'double-week': campaign },
    candidates: {
      'first-visit': visits
        .filter((part) => isTimed(part) && atLeast(numberOf(part, 'minutes'), of(10)))
        .map(({ subject, at, factId, split }) => ({
          group: subject['customerId'] ?? '',
          at,
          id: factId,
          pays: shareOf(3_333n, split),
        })),
    },
  };
};

export const service2: Expectation = (month, parts, all, _whole, _set, before) => {
  const { visits, conversion, salesFen, perDay, metrics } = look(month, parts, all);
  const { 'year-sale': _, ...own } = metrics;
  const pace = atMost(halfUp(times(perDay, of(10_001))), left(1_300n, before.inYear('pace')));
  const commission = conversion !== null && atLeast(conversion, of(2, 100)) ? halfUp(of(salesFen * 205n, 10_000)) : 0n;
  const exact = plus(times(of(25), least(of(visits.length, 6), of(6, 5))), times(of(75), least(of(salesFen, 3_000_000), of(6, 5))));
  return {
    metrics: own,
    score: exact,
    rules: {
      visits: month >= '2026-11' ? atMost(BigInt(visits.length) * 3_000n, left(13_000n, before.inYear('visits'))) : 0n,
      pace,
      commission,
      guarantee: guarantee(month <= '2026-10' ? 40_009n : 0n, pace + commission, before.ever('guarantee')),
    },
    each: {},
  };
};
