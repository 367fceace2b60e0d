/**
 * Random histories over several months for metrics with windows, and an independent answer: for every month the days that count are listed
 * one by one, and the facts of those days are added up by plain arithmetic.
 */
import fc from 'fast-check';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { FactCredited, RecalculationRequested } from '../../../shared/contracts/messages.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import { type Month, month } from '../../../shared/kernel/period.ts';
import type { History } from './histories.ts';
import { documentOf, factOf, indicator, type MetricInput, metric, versionOf } from './plans.ts';
import { credited, type World, withdrawn } from './world.ts';

export const MONTHS = ['2026-08', '2026-09', '2026-10', '2026-11', '2026-12'].map(month);
const YEAR_FROM = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

const orders = { factTypes: ['order.signed'] };
const visits = { factTypes: ['visit.validated'] };
export const WINDOW_METRICS: readonly MetricInput[] = [
  metric({ id: 'month-sales', fold: 'sum', unit: 'fen', ...orders }),
  metric({ id: 'quarter-sales', window: 'quarter', fold: 'sum', unit: 'fen', ...orders }),
  metric({ id: 'week-sales', window: 'week', fold: 'sum', unit: 'fen', ...orders }),
  metric({ id: 'day-visits', window: 'day', fold: 'count', ...visits }),
  metric({ id: 'week-places', window: 'week', fold: 'count-distinct', ...visits, by: 'fact.attributes.place' }),
  metric({ id: 'year-places', window: 'year', fold: 'count-distinct', ...visits, by: 'fact.attributes.place' }),
  metric({ id: 'half-rate', window: 'half-year', fold: 'ratio', numerator: visits, denominator: orders }),
  metric({ id: 'week-average', window: 'week', fold: 'average', unit: 'number', ...visits, value: 'fact.attributes.rating' }),
  metric({ id: 'latest-45', window: { rolling: 45 }, fold: 'latest', unit: 'number', ...visits, value: 'fact.attributes.rating' }),
  metric({ id: 'orders-10', window: { rolling: 10 }, fold: 'count', ...orders }),
  metric({ id: 'customers', fold: 'qualified-customers', qualifies: 'order.net >= 400' }),
];
export const windowPlan = (chosen: readonly string[] = WINDOW_METRICS.map(({ id }) => id), version = 1): PlanVersion => {
  const metrics = WINDOW_METRICS.filter(({ id }) => chosen.includes(id));
  const indicators = metrics.map(({ id }, place) => indicator(id, place === 0 ? String(100 - 5 * (metrics.length - 1)) : '5', '3'));
  return versionOf(documentOf(metrics, { indicators }), version);
};

/** A day of August to December; the edges of months and weeks more often. */
const day = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('08-31', '09-01', '09-30', '10-01', '10-31', '11-01', '11-29', '11-30', '12-01', '12-31') },
  { weight: 3, arbitrary: fc.integer({ min: 212, max: 364 }).map((days) => new Date(YEAR_FROM + days * DAY).toISOString().slice(5, 10)) },
);
const content = (factId: string): fc.Arbitrary<CreditedFact> =>
  fc
    .record({
      on: day,
      order: fc.boolean(),
      amountFen: fc.integer({ min: 0, max: 1000 }),
      who: fc.integer({ min: 1, max: 3 }),
      rating: fc.integer({ min: 1, max: 5 }),
      // Counts in an earlier month than its own, as a refund does.
      earlier: fc.integer({ min: 0, max: 4 }),
    })
    .map(({ on, order, amountFen, who, rating, earlier }) => {
      const own = MONTHS.indexOf(`2026-${on.slice(0, 2)}` as Month);
      const period = MONTHS[earlier === 0 ? Math.max(0, own - 1) : own] as Month;
      const at = `${on}T09:00`;
      return order
        ? factOf(factId, 'order.signed', { at, period, amountFen, subject: { orderId: `o-${factId}`, customerId: `c${who}` } })
        : factOf(factId, 'visit.validated', { at, period, attributes: { place: `p${who}`, rating } });
    });

/** As ingest tells it: a fact that moves to another month is taken out of the one before. */
const history = (factId: string): fc.Arbitrary<History> =>
  fc.array(fc.tuple(content(factId), fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 3 }).map((all) => ({
    revisions: all.flatMap(([fact, gone], place) => {
      const before = all[place - 1]?.[0];
      const moved = before && before.period !== fact.period ? [withdrawn(before, place + 1)] : [];
      return [...moved, gone === 0 && place > 0 ? withdrawn(fact, place + 1) : credited(fact, place + 1)];
    }),
  }));
export const windowHistories = (maxFacts: number): fc.Arbitrary<readonly History[]> =>
  fc
    .integer({ min: 1, max: maxFacts })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => history(`crm:${String(index).padStart(3, '0')}`))));

/** The last word on each fact and month. */
export const lastWords = (of: readonly History[]): FactCredited[] => {
  const words = new Map<string, FactCredited>();
  for (const message of of.flatMap(({ revisions }) => revisions)) words.set(`${message.factId} ${message.period}`, message);
  return [...words.values()];
};

/** Delivers what scoring asks of itself, until it asks no more. */
export const drain = async (world: World, answered: Set<string> = new Set()): Promise<number> => {
  let count = 0;
  for (;;) {
    const asked = world.platform.queue.sent
      .filter(({ queue }) => queue === 'facts')
      .map(({ body }) => JSON.parse(body) as RecalculationRequested)
      .filter((message) => message.message === 'recalculation.requested' && !answered.has(JSON.stringify(message)));
    const [first] = asked;
    if (!first) return count;
    answered.add(JSON.stringify(first));
    count += 1;
    await world.deliver([first]);
  }
};

const listed = (from: string, to: string): string[] => {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
};

/** What the metrics of a month must be, by id; null: no value. */
export const expectedWindows = (of: readonly History[], period: Month): Record<string, number | null> => {
  const [year = 0, number = 0] = period.split('-').map(Number);
  const lastOf = (of: string): string => {
    const [y = 0, m = 0] = of.split('-').map(Number);
    return new Date(Date.UTC(y, m, 0)).toISOString().slice(0, 10);
  };
  const last = lastOf(period);
  const facts = lastWords(of).flatMap(({ fact }) =>
    fact ? [{ fact, on: fact.date.startsWith(fact.period) ? fact.date : lastOf(fact.period) }] : [],
  );
  const within = (days: readonly string[], type: string): CreditedFact[] =>
    facts.filter(({ fact, on }) => fact.type === type && days.includes(on)).map(({ fact }) => fact);
  const sum = (of: readonly CreditedFact[]): number => of.reduce((total, { amountFen = 0 }) => total + amountFen, 0);
  const ratings = (of: readonly CreditedFact[]): number[] => of.map(({ attributes }) => Number(attributes['rating']));
  const places = (of: readonly CreditedFact[]): number => new Set(of.map(({ attributes }) => attributes['place'])).size;
  const mean = (numbers: readonly number[]): number | null =>
    numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const monthDays = listed(`${period}-01`, last);
  const weeks = monthDays
    .filter((one) => new Date(one).getUTCDay() === 0)
    .map((sunday) => listed(new Date(Date.parse(sunday) - 6 * DAY).toISOString().slice(0, 10), sunday));
  const quarter = listed(`${year}-${String(number - ((number - 1) % 3)).padStart(2, '0')}-01`, last);
  const half = listed(`${year}-07-01`, last);
  const back = (days: number): string[] => listed(new Date(Date.parse(last) - (days - 1) * DAY).toISOString().slice(0, 10), last);
  const halfOrders = within(half, 'order.signed').length;
  const newest = within(back(45), 'visit.validated').sort((a, b) =>
    `${a.occurredAt}#${a.factId}` < `${b.occurredAt}#${b.factId}` ? 1 : -1,
  )[0];
  const firsts = new Map<string, CreditedFact>();
  for (const fact of within(monthDays, 'order.signed').sort((a, b) =>
    `${a.occurredAt}#${a.subject.orderId}` < `${b.occurredAt}#${b.subject.orderId}` ? -1 : 1,
  )) {
    const customerId = fact.subject.customerId ?? '';
    if ((fact.amountFen ?? 0) > 0 && !firsts.has(customerId)) firsts.set(customerId, fact);
  }
  return {
    'month-sales': sum(within(monthDays, 'order.signed')),
    'quarter-sales': sum(within(quarter, 'order.signed')),
    'week-sales': mean(weeks.map((week) => sum(within(week, 'order.signed')))),
    'day-visits': within(monthDays, 'visit.validated').length / monthDays.length,
    'week-places': mean(weeks.map((week) => places(within(week, 'visit.validated')))),
    'year-places': places(within(listed(`${year}-01-01`, last), 'visit.validated')),
    'half-rate': halfOrders === 0 ? null : within(half, 'visit.validated').length / halfOrders,
    'week-average': mean(ratings(within(weeks.flat(), 'visit.validated'))),
    'latest-45': newest ? Number(newest.attributes['rating']) : null,
    'orders-10': within(back(10), 'order.signed').length,
    customers: [...firsts.values()].filter(({ amountFen = 0 }) => amountFen >= 400).length,
  };
};
