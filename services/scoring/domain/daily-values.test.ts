import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { add, fromStored, ZERO } from '../../../shared/kernel/ratio.ts';
import { dailyReader } from '../app/read-daily.ts';
import { histories, lastRevisions, widePlan } from '../testing/histories.ts';
import { factOf, metric, PERIOD, planOf, refunded, signed } from '../testing/plans.ts';
import { newWorld } from '../testing/world.ts';
import { dailyValues } from './daily-values.ts';

const plan = planOf([
  metric({
    id: 'sales',
    fold: 'sum',
    unit: 'fen',
    factTypes: ['order.signed', 'order.refunded'],
    value: 'fact.type == "order.refunded" ? -fact.amount : fact.amount',
  }),
  metric({ id: 'visits', fold: 'count', factTypes: ['visit.validated'] }),
  metric({ id: 'places', fold: 'count-distinct', factTypes: ['visit.validated'], by: 'fact.attributes.place' }),
  metric({ id: 'customers', fold: 'qualified-customers', qualifies: 'order.net >= 100' }),
  metric({ id: 'weekly', fold: 'count', window: 'week', factTypes: ['visit.validated'] }),
  metric({ id: 'rating', fold: 'average', unit: 'number', factTypes: ['visit.validated'], value: 'fact.attributes.rating' }),
]);
const visit = (id: string, at: string, place: string) => factOf(id, 'visit.validated', { at, attributes: { place, rating: 1 } });
const daysOf = (facts: readonly CreditedFact[]) => {
  const days = dailyValues(plan, facts);
  return Object.fromEntries(
    Object.entries(days).map(([id, byDay]) => [id, Object.entries(byDay).map(([day, { n }]) => `${day.slice(8)}: ${n}`)]),
  );
};

describe('the days of a month', () => {
  it('have what their facts give: nothing of windows, averages and shares', () => {
    expect(daysOf([])).toEqual({ sales: [], visits: [], places: [], customers: [] });
    expect(daysOf([visit('b', '11-04T09:00', 'x'), visit('a', '11-03T09:00', 'x'), visit('c', '11-04T10:00', 'y')])).toMatchObject({
      visits: ['04: 2', '03: 1'],
      // Place x counts on the day of the first visit, whichever came first.
      places: ['03: 1', '04: 1'],
    });
  });
  it('a customer counts on the day of the first order that stands and qualifies', () => {
    const orders = [signed('a', 'o1', 'c1', 100, { at: '11-03T09:00' }), signed('b', 'o2', 'c1', 100, { at: '11-05T09:00' })];
    expect(daysOf(orders).customers).toEqual(['03: 1']);
    expect(daysOf([...orders, refunded('c', 'o1', 100, { at: '11-09T09:00' })])).toMatchObject({
      customers: ['05: 1'],
      sales: ['03: 100', '05: 100', '09: -100'],
    });
    expect(daysOf([signed('a', 'o1', 'c1', 99)]).customers).toEqual([]);
  });
  it('a refund of another month counts on the nearest day of the month of its order', () => {
    const late = { ...refunded('c', 'o1', 30, { at: '12-09T09:00' }), period: PERIOD };
    expect(daysOf([signed('a', 'o1', 'c1', 100, { at: '11-03T09:00' }), late]).sales).toEqual(['03: 100', '30: -30']);
  });
  it('add up to the book, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(histories(12), async (history) => {
        const world = await newWorld([widePlan(300)]);
        const messages = lastRevisions(history);
        if (messages.length === 0) return;
        await world.deliver(messages);
        const book = await world.book();
        const days = await dailyReader(world.platform.store)(book);
        for (const id of ['sales', 'big', 'buyers', 'places', 'customers']) {
          const sum = Object.values(days[id] ?? {}).reduce((all, value) => add(all, fromStored(value)), ZERO);
          const value = book.metrics[id]?.value;
          expect([id, sum]).toEqual([id, value && fromStored(value)]);
        }
      }),
      { numRuns: 40 },
    );
  });
});
