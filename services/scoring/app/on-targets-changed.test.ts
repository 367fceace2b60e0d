import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countingStore, newCounts } from '../../../shared/adapters/counting.ts';
import type { RecalculationRequested } from '../../../shared/contracts/messages.ts';
import type { TargetSet } from '../../../shared/contracts/targets.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { documentOf, indicator, metric, PERIOD, signed, versionOf } from '../testing/plans.ts';
import { contentOf, credited, newWorld, recalculation, type World } from '../testing/world.ts';

const sales = metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] });
const plan = versionOf(
  documentOf([sales], { indicators: [indicator('sales', '100', '100', { ramp: ['50%'], prorate: 'calendar-days', cap: '10' })] }),
);
const set = (kind: TargetSet['of']['kind'], id: string, target: string, version = 1): TargetSet => ({
  of: { kind, id },
  version,
  targets: { sales: target },
});
/** 50.00 yuan each of e-1 and e-2 in October and November. */
const worldWithBooks = async (platform = memoryPlatform()): Promise<World> => {
  const world = await newWorld([plan], platform);
  for (const employeeId of ['e-1', 'e-2']) {
    for (const period of ['2026-10', '2026-11'] as Month[]) {
      const id = `${employeeId}-${period}`;
      const at = `${period.slice(5)}-10T09:00`;
      await world.deliver([credited(signed(`crm:${id}`, `o${id}`, `c${id}`, 5000, { employeeId, period, at }))]);
    }
  }
  return world;
};
const asked = ({ platform }: World): string[] =>
  platform.queue.sent
    .filter(({ queue }) => queue === 'facts')
    .map(({ body }) => JSON.parse(body) as RecalculationRequested)
    .map(({ causeId, employeeId, period }) => `${causeId} ${employeeId} ${period}`);
const settle = (world: World) => world.platform.queue.deliver('facts', world.scoring.onFactCredited);
const totals = async (world: World) =>
  Promise.all(['e-1', 'e-2'].flatMap((id) => ['2026-10', '2026-11'].map(async (period) => (await world.book(id, period)).score?.total)));

describe('targets that changed', () => {
  it('for a person: this person’s month is calculated again, and no other', async () => {
    const world = await worldWithBooks();
    expect(await totals(world)).toEqual(['50.00', '50.00', '50.00', '50.00']);
    await world.deliver([await world.setTargets([set('person', 'e-1', '200')], 1)]);
    expect(asked(world)).toEqual(['targets:2026-11:e-1:1 e-1 2026-11']);
    await settle(world);
    expect(await totals(world)).toEqual(['50.00', '25.00', '50.00', '50.00']);
    expect((await world.book()).score?.indicators[0]).toMatchObject({ target: '200', behind: true });
  });
  it('for a place: those whose targets are others by it', async () => {
    const world = await worldWithBooks();
    await world.putEmployee('e-2', { orgUnitId: 'other' });
    await world.deliver([await world.setTargets([set('org-unit', 'other', '40')], 1)]);
    expect(asked(world)).toEqual(['targets:2026-11::1 e-2 2026-11']);
    await settle(world);
    expect(await totals(world)).toEqual(['50.00', '50.00', '50.00', '125.00']);
  });
  it('and are taken away: as it was, to the digest', async () => {
    const world = await worldWithBooks();
    const before = JSON.stringify(contentOf(world));
    await world.deliver([await world.setTargets([set('legal-entity', 'le', '40')], 1)]);
    await settle(world);
    expect(await totals(world)).toEqual(['50.00', '125.00', '50.00', '125.00']);
    await world.deliver([await world.setTargets([{ ...set('legal-entity', 'le', '1', 2), targets: {} }], 2)]);
    await settle(world);
    const books = (text: string) => (JSON.parse(text) as { sk: string }[]).filter(({ sk }) => sk === 'BOOK');
    expect(books(JSON.stringify(contentOf(world))).map((book) => JSON.stringify(book).replaceAll(/"generation":\d+/g, ''))).toEqual(
      books(before).map((book) => JSON.stringify(book).replaceAll(/"generation":\d+/g, '')),
    );
  });
  it('are found by the next fact too, before their message has come', async () => {
    const world = await worldWithBooks();
    await world.setTargets([set('person', 'e-1', '200')], 1);
    await world.deliver([credited(signed('crm:x', 'ox', 'cx', 5000))]);
    expect((await world.book()).score?.total).toBe('50.00');
    await world.deliver([{ ...(await world.setTargets([set('person', 'e-1', '200')], 1)) }]);
    expect(asked(world)).toEqual([]);
  });
  it('told of again, late or out of order do nothing more', async () => {
    const world = await worldWithBooks();
    const first = await world.setTargets([set('legal-entity', 'le', '40')], 1);
    const second = await world.setTargets([set('legal-entity', 'le', '80', 2)], 2);
    await world.deliver([first]);
    await settle(world);
    expect(asked(world)).toHaveLength(2);
    await world.deliver([second, first, second]);
    expect(asked(world)).toHaveLength(2);
    expect(await totals(world)).toEqual(['50.00', '62.50', '50.00', '62.50']);
  });
  it('of hundreds of places are looked at once', async () => {
    const counts = newCounts();
    const platform = memoryPlatform();
    const world = await worldWithBooks({ ...platform, store: { ...platform.store, ...countingStore(platform.store, counts) } });
    const messages = await Promise.all(
      Array.from({ length: 20 }, (_, index) => world.setTargets([set('legal-entity', 'le', '40', index + 1)], index + 1)),
    );
    const before = counts.store.query;
    await world.deliver(messages);
    expect(counts.store.query - before).toBe(1);
  });
  it('of somebody who is not on record, or has no book: nothing to do', async () => {
    const world = await newWorld([plan]);
    await world.deliver([
      await world.setTargets([set('person', 'nobody', '1')], 1),
      await world.setTargets([set('person', 'e-1', '1')], 1),
    ]);
    expect(asked(world)).toEqual([]);
  });
  it('a message that is none fails alone', async () => {
    const world = await worldWithBooks();
    const good = await world.setTargets([set('person', 'e-1', '200')], 1);
    const bad = { ...good, version: 0 };
    expect(await world.deliver([good, bad], { expectFailures: true })).toEqual([1]);
    expect(asked(world)).toHaveLength(1);
  });
});

describe('a new hire', () => {
  it('has half of the target in the first month, of the days employed, and a corrected day of hiring corrects it', async () => {
    const world = await newWorld([plan]);
    await world.putEmployee('e-1', { hiredOn: '2026-11-16' });
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000, { at: '11-20T09:00' }))]);
    // 100 × 50 % × 15/30
    expect((await world.book()).score?.total).toBe('200.00');
    await world.putEmployee('e-1', { hiredOn: '2026-11-01' });
    await world.deliver([recalculation('person:e-1:2')]);
    expect((await world.book()).score?.total).toBe('100.00');
  });
});

describe('whatever the order of facts, targets and their messages', () => {
  it('the book is the one that the facts and the last targets give', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('fact' as const), amount: fc.integer({ min: 1, max: 9000 }) }),
      fc.record({ kind: fc.constant('place' as const), target: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ kind: fc.constant('person' as const), target: fc.integer({ min: 1, max: 400 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.boolean()), async (steps, now) => {
        const world = await newWorld([plan]);
        const late: Parameters<World['deliver']>[0][number][] = [];
        let version = 0;
        let sum = 0;
        let target: number | undefined;
        let own: number | undefined;
        for (const [index, one] of steps.entries()) {
          if (one.kind === 'fact') {
            sum += one.amount;
            await world.deliver([credited(signed(`crm:${index}`, `o${index}`, 'c', one.amount))]);
            continue;
          }
          version += 1;
          const id = one.kind === 'person' ? 'e-1' : 'le';
          const kind = one.kind === 'person' ? 'person' : 'legal-entity';
          if (one.kind === 'person') own = one.target;
          else target = one.target;
          const message = await world.setTargets([set(kind, id, String(one.target), version)], version);
          if (now.next().value) await world.deliver([message]);
          else late.push(message);
        }
        if (late.length > 0) await world.deliver(late.reverse());
        await settle(world);
        if (sum === 0) return;
        const last = (own ?? target ?? 100) * 100;
        const [score] = (await world.book('e-1', PERIOD)).score?.indicators ?? [];
        expect(Number(score?.attainment?.n) * last).toBe(sum * Number(score?.attainment?.d));
      }),
      { numRuns: 60 },
    );
  });
});
