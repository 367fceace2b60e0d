import { describe, expect, it } from 'vitest';
import type { PlanPublished, RecalculationRequested } from '../../../shared/contracts/messages.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { documentOf, indicator, metric, signed, versionOf } from '../testing/plans.ts';
import { credited, newWorld, type World } from '../testing/world.ts';

const sales = metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] });
const general = versionOf(documentOf([sales], { indicators: [indicator('sales', '100', '100')] }));
const dearer = versionOf(documentOf([sales], { indicators: [indicator('sales', '100', '200')] }), 2, '2026-11-16');
const ofOther = versionOf(documentOf([sales], undefined, { id: 'others', appliesTo: { kind: 'org-unit', id: 'other' } }));

const published = (planId: string, version: number, effectiveFrom: string): PlanPublished => ({
  message: 'plan.published',
  planId,
  version,
  legalEntityId: 'le',
  effectiveFrom,
});
const asked = ({ platform }: World): string[] =>
  platform.queue.sent
    .filter(({ queue }) => queue === 'facts')
    .map(({ body }) => JSON.parse(body) as RecalculationRequested)
    .map(({ causeId, employeeId, period }) => `${causeId} ${employeeId} ${period}`)
    .sort();
const markOf = ({ platform }: World, planId: string, version: number) =>
  platform.store.get({ table: 'scores', pk: `PLAN-PUBLISHED#${planId}`, sk: `VERSION#${version}` });

/** Books of e-1 and e-2 in October and November; the clock stands in November. */
const worldWithBooks = async (platform = memoryPlatform()) => {
  const world = await newWorld([general], platform);
  for (const [index, employeeId] of ['e-1', 'e-2'].entries()) {
    for (const period of ['2026-10', '2026-11'] as Month[]) {
      const id = `${index}-${period}`;
      await world.deliver([
        credited(signed(`crm:${id}`, `o${id}`, `c${id}`, 5000, { employeeId, period, at: `${period.slice(5)}-10T09:00` })),
      ]);
    }
  }
  return world;
};

describe('a publication', () => {
  it('asks for every month from its day on that has a book, and is done afterwards', async () => {
    const world = await worldWithBooks();
    await world.publish({ ...dearer, effectiveFrom: '2026-09-01' });
    await world.deliver([published('plan', 2, '2026-09-01')]);
    expect(asked(world)).toEqual([
      'plan:plan:2 e-1 2026-10',
      'plan:plan:2 e-1 2026-11',
      'plan:plan:2 e-2 2026-10',
      'plan:plan:2 e-2 2026-11',
    ]);
    expect(await markOf(world, 'plan', 2)).toBeDefined();
    await world.platform.queue.deliver('facts', world.scoring.onFactCredited);
    expect((await world.book('e-2', '2026-10')).score?.total).toBe('25.00');
  });
  it('in the middle of a month asks for that month, not for those before', async () => {
    const world = await worldWithBooks();
    await world.publish(dearer);
    await world.deliver([published('plan', 2, '2026-11-16')]);
    expect(asked(world)).toEqual(['plan:plan:2 e-1 2026-11', 'plan:plan:2 e-2 2026-11']);
  });
  it('from a later month on asks for nothing, and is done', async () => {
    const world = await worldWithBooks();
    await world.publish({ ...dearer, effectiveFrom: '2026-12-01' });
    await world.deliver([published('plan', 2, '2026-12-01')]);
    expect(asked(world)).toEqual([]);
    expect(await markOf(world, 'plan', 2)).toBeDefined();
  });
  it('for others asks for theirs only: months whose plan stays the same are left alone', async () => {
    const world = await worldWithBooks();
    await world.putEmployee('e-2', { orgUnitId: 'other' });
    await world.publish(ofOther);
    await world.deliver([published('others', 1, '2026-01-01')]);
    expect(asked(world)).toEqual(['plan:others:1 e-2 2026-10', 'plan:others:1 e-2 2026-11']);
  });
  it('reaches people on every page', async () => {
    const world = await newWorld([general]);
    const people = Array.from({ length: 450 }, (_, index) => `p-${index}`);
    for (const id of people) await world.putEmployee(id);
    const facts = people.map((employeeId) => credited(signed(`crm:${employeeId}`, `o-${employeeId}`, 'c', 1, { employeeId })));
    await world.deliver(facts);
    await world.publish(dearer);
    await world.deliver([published('plan', 2, '2026-11-16')]);
    expect(new Set(asked(world)).size).toBe(450);
  });
  it('whose handling was cut off is asked for again, and what is asked for twice is done once', async () => {
    let crash = true;
    const platform = memoryPlatform();
    const world = await worldWithBooks({
      ...platform,
      queue: {
        ...platform.queue,
        async send(messages) {
          if (crash && messages.some(({ queue }) => queue === 'facts')) throw new Error('crash');
          return platform.queue.send(messages);
        },
      },
    });
    await world.publish(dearer);
    expect(await world.deliver([published('plan', 2, '2026-11-16')], { expectFailures: true })).toEqual([0]);
    expect(await markOf(world, 'plan', 2)).toBeUndefined();
    // The rows are there: the sweeper sends them although the handler did not.
    platform.clock.advance(3_600_000);
    crash = false;
    await world.scoring.sweep();
    await world.deliver([published('plan', 2, '2026-11-16')]);
    await platform.queue.deliver('facts', world.scoring.onFactCredited);
    expect(await world.book()).toMatchObject({ version: 2, plan: { version: 2 } });
    expect(await markOf(world, 'plan', 2)).toBeDefined();
  });
});
