/** Windows that reach into other months: whatever comes in whatever order, every book is as if all of it had been there from the start. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countingStore, countsSince, newCounts, snapshotCounts } from '../../../shared/adapters/counting.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { planLoader } from '../../plans/read.ts';
import { bookContentDigest } from '../domain/next-book.ts';
import { readBook } from '../read.ts';
import { deliveries } from '../testing/histories.ts';
import { documentOf, factOf, indicator, metric, signed, versionOf } from '../testing/plans.ts';
import { meddled } from '../testing/small-plan.ts';
import { drain, expectedWindows, lastWords, MONTHS, WINDOW_METRICS, windowHistories, windowPlan } from '../testing/window-histories.ts';
import { credited, newWorld, recalculation, type World, withdrawn } from '../testing/world.ts';
import { compareMonth } from './compare-month.ts';

const runs = (numRuns: number) => ({ numRuns, endOnFailure: false });
const bookOf = (world: World, period: string) => readBook(world.platform.store, 'e-1', period);
const order = (id: string, day: string, amountFen: number) =>
  credited(signed(id, `o-${id}`, 'c1', amountFen, { at: `${day}T09:00`, period: `2026-${day.slice(0, 2)}` as Month }));
const visit = (id: string, day: string, rating = 3) =>
  credited(
    factOf(id, 'visit.validated', { at: `${day}T09:00`, period: `2026-${day.slice(0, 2)}` as Month, attributes: { place: 'p1', rating } }),
  );
const numberOf = async (world: World, period: string, metric: string): Promise<string | null> => {
  const value = (await bookOf(world, period))?.metrics[metric]?.value;
  return value ? (value.d === '1' ? value.n : `${value.n}/${value.d}`) : null;
};

describe('random histories over five months', () => {
  const scenario = windowHistories(14).chain((of) =>
    fc.record({ of: fc.constant(of), batches: deliveries(of), pauses: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }) }),
  );
  it('give the same books whatever the order, the repetitions, the batches, and are what a rebuild gives', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ of, batches, pauses }) => {
        const hostile = await newWorld([windowPlan()]);
        const answered = new Set<string>();
        for (const [place, batch] of batches.entries()) {
          await hostile.deliver(batch);
          if (pauses[place % pauses.length]) await drain(hostile, answered);
        }
        await drain(hostile, answered);
        const plain = await newWorld([windowPlan()]);
        for (const period of MONTHS) await plain.deliver(lastWords(of).filter((message) => message.period === period));
        await drain(plain);
        for (const period of MONTHS) {
          const [book, other] = [await bookOf(hostile, period), await bookOf(plain, period)];
          if (!book || !other) {
            expect(book).toBe(other);
            continue;
          }
          expect(bookContentDigest(book)).toBe(bookContentDigest(other));
          const expected = expectedWindows(of, period);
          for (const { id } of WINDOW_METRICS) {
            const value = book.metrics[id]?.value;
            const number = value ? Number(value.n) / Number(value.d) : null;
            const wanted = expected[id] ?? null;
            if (wanted === null || number === null) expect(number, `${period} ${id}`).toBe(wanted);
            else expect(number, `${period} ${id}`).toBeCloseTo(wanted, 9);
          }
          const compared = await compareMonth(hostile.platform.store, planLoader(hostile.platform.store), {
            employeeId: 'e-1',
            legalEntityId: 'le',
            period,
          });
          expect(compared.differences).toEqual([]);
        }
      }),
      runs(60),
    );
  });

  it('end the same when a plan with other windows is published on the way', async () => {
    const ids = WINDOW_METRICS.map(({ id }) => id);
    const change = windowHistories(10).chain((of) =>
      fc.record({
        of: fc.constant(of),
        batches: deliveries(of),
        first: fc.subarray(ids, { minLength: 1 }),
        second: fc.subarray(ids, { minLength: 1 }),
        at: fc.nat(20),
      }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ({ of, batches, first, second, at }) => {
        const [before, after] = [windowPlan(first), windowPlan(second, 2)];
        const world = await newWorld([before]);
        for (const [place, batch] of batches.entries()) {
          if (place === at % batches.length) await world.publish(after);
          await world.deliver(batch);
        }
        for (const period of MONTHS) await world.deliver([recalculation('plan:plan:2', 'e-1', period)]);
        await drain(world);
        const plain = await newWorld([before, after]);
        await plain.deliver(lastWords(of));
        await drain(plain);
        for (const period of MONTHS) {
          const [book, other] = [await bookOf(world, period), await bookOf(plain, period)];
          if (book && other) expect(bookContentDigest(book)).toBe(bookContentDigest(other));
          else expect(book).toBe(other);
        }
      }),
      runs(40),
    );
  });
});

describe('a fact of another month', () => {
  it.each([
    ['latest', 'latest-45', [3]],
    ['all others', 'year-places', [1]],
  ] as const)('that was this month’s until it moved stays counted when that is told last: %s', async (_, metricId, [wanted]) => {
    const at = '10-31T09:00';
    const moving = (period: string) =>
      factOf('moving', 'visit.validated', { at, period: period as Month, attributes: { place: 'p1', rating: 3 } });
    const world = await newWorld([windowPlan()]);
    await world.deliver([credited(moving('2026-10'), 1)]);
    await world.deliver([credited(moving('2026-09'), 2)]);
    await drain(world);
    await world.deliver([withdrawn(moving('2026-10'), 2)]);
    await drain(world);
    expect(await numberOf(world, '2026-10', metricId)).toBe(String(wanted));
    expect(await numberOf(world, '2026-10', 'day-visits')).toBe('0');
  });

  it('that cannot be computed is named once, with the month that it has moved to', async () => {
    const minutes = metric({
      id: 'minutes',
      window: 'year',
      fold: 'sum',
      unit: 'number',
      factTypes: ['visit.validated'],
      value: 'fact.attributes.minutes',
    });
    const world = await newWorld([versionOf(documentOf([minutes], { indicators: [indicator('minutes', '100', '1')] }))]);
    const moving = (period: string) => factOf('moving', 'visit.validated', { at: '10-31T09:00', period: period as Month, attributes: {} });
    const errors = async () => {
      const book = await bookOf(world, '2026-10');
      return [book?.metrics['minutes']?.errors ?? 0, book?.expressionErrors.map(({ factId, period }) => [factId, period])];
    };
    await world.deliver([credited(moving('2026-10'), 1)]);
    await world.deliver([credited(moving('2026-09'), 2)]);
    await drain(world);
    expect(await errors()).toEqual([
      2,
      [
        ['moving', undefined],
        ['moving', '2026-09'],
      ],
    ]);
    await world.deliver([withdrawn(moving('2026-10'), 2)]);
    await drain(world);
    expect(await errors()).toEqual([1, [['moving', '2026-09']]]);
  });

  it('changes every book that looks at its day, and no other', async () => {
    const world = await newWorld([windowPlan()]);
    for (const day of ['09-10', '10-10', '11-10', '12-10']) await world.deliver([order(`crm:${day}`, day, 100)]);
    expect(await numberOf(world, '2026-12', 'quarter-sales')).toBe('300');
    await world.deliver([order('crm:late', '10-12', 7)]);
    // Asked for, and not yet done.
    expect(await numberOf(world, '2026-12', 'quarter-sales')).toBe('300');
    expect(await drain(world)).toBe(2);
    expect(await numberOf(world, '2026-09', 'quarter-sales')).toBe('100');
    expect(await numberOf(world, '2026-10', 'quarter-sales')).toBe('107');
    expect(await numberOf(world, '2026-11', 'quarter-sales')).toBe('207');
    expect(await numberOf(world, '2026-12', 'quarter-sales')).toBe('307');
    expect(await numberOf(world, '2026-12', 'month-sales')).toBe('100');
  });
  it('of a Monday at the end of a month counts in the week of the next', async () => {
    const world = await newWorld([windowPlan()]);
    await world.deliver([order('crm:1', '11-29', 500), order('crm:2', '11-30', 80)]);
    await world.deliver([order('crm:3', '12-01', 20)]);
    // Five weeks end in November, four in December.
    expect(await numberOf(world, '2026-11', 'week-sales')).toBe('100');
    expect(await numberOf(world, '2026-12', 'week-sales')).toBe('25');
    expect(await numberOf(world, '2026-11', 'month-sales')).toBe('580');
  });
  it('comes with facts of all the others in one batch: each month takes its turn', async () => {
    const world = await newWorld([windowPlan()]);
    const days = ['02-10', '03-10', '04-10', '05-10', '06-10', '07-10', '08-10', '09-10', '10-10', '11-10', '12-10'];
    await world.deliver(days.map((day) => order(`crm:${day}`, day, 1)));
    await world.deliver(days.map((day) => visit(`app:${day}`, day)));
    await world.deliver(days.toReversed().map((day) => order(`crm:late-${day}`, day, 1)));
    await drain(world);
    for (const [place, day] of days.entries()) {
      expect((await bookOf(world, `2026-${day.slice(0, 2)}`))?.metrics['year-places'], day).toMatchObject({ facts: place + 1 });
    }
    expect(await numberOf(world, '2026-12', 'quarter-sales')).toBe('6');
  });
  it('of another legal entity does not count', async () => {
    const world = await newWorld([windowPlan()]);
    const other = order('crm:1', '10-10', 500);
    await world.deliver([{ ...other, legalEntityId: 'le-2', fact: other.fact && { ...other.fact, legalEntityId: 'le-2' } }]);
    await world.deliver([order('crm:2', '11-10', 3)]);
    expect(await numberOf(world, '2026-11', 'quarter-sales')).toBe('3');
    expect(await drain(world)).toBe(0);
  });
});

describe('a late fact while a month is folded for the first time', () => {
  it.each([
    ['before the month is registered', 1, false],
    ['between its registration and its book', 2, false],
    ['between them, and what it asks for is answered while there is no book yet,', 2, true],
    ['after its book', 3, false],
  ])('%s is counted', async (_, moment, answered) => {
    const late = order('crm:late', '10-20', 7);
    let armed = false;
    let transactions = 0;
    const platform = meddled(async () => {
      if (armed) transactions += 1;
      if (!armed || transactions !== moment) return;
      armed = false;
      await other.deliver([late]);
      if (answered) await other.deliver([recalculation('window:2026-10:2')]);
    });
    const world = await newWorld([windowPlan()], platform);
    const other = await newWorld([], { ...platform, store: platform.untouched });
    await world.deliver([order('crm:1', '10-10', 100)]);
    armed = true;
    await world.deliver([order('crm:2', '11-10', 20)]);
    if (armed) await other.deliver([late]);
    // After the registration others ask for the month; the first attempt has seen the fact all the same.
    const marks = platform.store.dump('scores').filter(({ item }) => item.sk === 'RECALCULATED#window:2026-10:2');
    expect(marks).toHaveLength(answered ? 1 : 0);
    if (!answered) expect(await drain(world)).toBe(moment === 1 ? 0 : 1);
    expect(await numberOf(world, '2026-11', 'quarter-sales')).toBe('127');
  });
});

describe('what it costs', () => {
  const counted = async () => {
    const counts = newCounts();
    const platform = memoryPlatform();
    const world = await newWorld([windowPlan(['month-sales', 'quarter-sales', 'day-visits'])], {
      ...platform,
      store: { ...platform.store, ...countingStore(platform.store, counts) },
    });
    const during = async (work: () => Promise<unknown>) => {
      const before = snapshotCounts(counts);
      await work();
      return countsSince(before, counts).store;
    };
    return { world, during };
  };
  it('a fact after the first costs what it costs without windows; the first of a month reads the months of its windows', async () => {
    const { world, during } = await counted();
    // October begins the quarter: it looks at no other month.
    expect(await during(() => world.deliver([order('crm:1', '10-01', 1)]))).toMatchObject({ query: 0, transact: 1, write: 0 });
    expect(await during(() => world.deliver([order('crm:2', '10-02', 1)]))).toMatchObject({ getMany: 1, query: 0, transact: 1, write: 0 });
    for (let start = 0; start < 2500; start += 100) {
      await world.deliver(Array.from({ length: 100 }, (_, place) => order(`crm:many-${start + place}`, '10-03', 1)));
    }
    // A page of October's facts is 1,000: three, and one of November that is empty; then the members of older generations, of which there are none.
    const first = await during(() => world.deliver([order('crm:3', '11-01', 1)]));
    expect(first).toMatchObject({ query: 5, transact: 2, write: 1 });
    expect(await during(() => world.deliver([order('crm:4', '11-02', 1)]))).toMatchObject({ getMany: 1, query: 0, transact: 1, write: 0 });
    expect(await numberOf(world, '2026-11', 'quarter-sales')).toBe('2504');
    // A late fact is as cheap; each month that looks at its day is folded once more, from its own pages.
    expect(await during(() => world.deliver([order('crm:5', '10-04', 1)]))).toMatchObject({ getMany: 1, query: 0, transact: 1, write: 0 });
    expect(await during(() => drain(world))).toMatchObject({ query: 5, transact: 1 });
    expect(await numberOf(world, '2026-11', 'quarter-sales')).toBe('2505');
  }, 60_000);
  it('months of one person go into one transaction; one that concerns another of them goes by itself', async () => {
    const { world, during } = await counted();
    await world.deliver([order('crm:1', '10-01', 1), order('crm:2', '11-01', 1)]);
    await drain(world);
    expect(await during(() => world.deliver([order('crm:3', '11-02', 1), order('crm:4', '07-02', 1)]))).toMatchObject({ transact: 1 });
    expect(await during(() => world.deliver([order('crm:5', '10-03', 1), order('crm:6', '11-03', 1)]))).toMatchObject({ transact: 2 });
    await drain(world);
    expect(await numberOf(world, '2026-11', 'quarter-sales')).toBe('5');
  });
  it('a plan without windows leaves no list of months', async () => {
    const world = await newWorld([windowPlan(['month-sales', 'day-visits', 'orders-10'])]);
    for (const day of ['10-10', '11-10', '12-10']) await world.deliver([order(`crm:${day}`, day, 100), visit(`app:${day}`, day)]);
    expect(world.platform.store.dump('scores').filter(({ item }) => item.pk.startsWith('WINDOWS#'))).toEqual([]);
  });
});
