import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../../shared/contracts/plans.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { documentOf, indicator, type MetricInput, metric, PERIOD, signed, versionOf } from '../testing/plans.ts';
import { meddled, plan, sales, told } from '../testing/small-plan.ts';
import { credited, newWorld, recalculation, withdrawn } from '../testing/world.ts';

describe('the plan', () => {
  const dearer = versionOf(documentOf([sales], { indicators: [indicator('sales', '100', '200')] }), 2);

  it('that is missing: facts are kept, the reason is named, and a later publication makes up for it', async () => {
    const world = await newWorld([]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000))]);
    expect(await world.book()).toMatchObject({ plan: null, score: null, metrics: {}, refusal: { code: 'no_plan' } });
    await world.publish(plan);
    await world.deliver([recalculation('plan:plan:1')]);
    expect(await world.book()).toMatchObject({
      version: 2,
      refusal: null,
      score: { total: '50.00' },
      metrics: { customers: { value: { n: '1' } } },
    });
  });
  it.each<[string, string, string]>([
    ['employee_unknown', 'nobody', 'le has no employee nobody'],
    ['no_assignment', 'left', 'left has no assignment in 2026-11'],
  ])('%s', async (code, employeeId, reason) => {
    const world = await newWorld([plan]);
    await world.putEmployee('left', { leftOn: '2026-10-31' });
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000, { employeeId }))]);
    expect(await world.book(employeeId)).toMatchObject({ refusal: { code, reason: { en: reason } } });
  });
  it('of two at the same place is never chosen', async () => {
    const world = await newWorld([plan, versionOf(documentOf([sales], undefined, { id: 'second' }))]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000))]);
    expect((await world.book()).refusal?.code).toBe('ambiguous_plan');
  });
  it('that changed is noticed by the next fact: the month is folded again, and everything is looked at', async () => {
    const world = await newWorld([plan]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000))]);
    await world.publish(dearer);
    await world.deliver([credited(signed('crm:2', 'o2', 'c2', 5000))]);
    expect(await world.book()).toMatchObject({
      version: 2,
      plan: { version: 2 },
      metrics: { sales: { value: { n: '10000' } } },
      score: { total: '50.00' },
    });
    expect(told(world)[1]).toMatchObject({ everything: true, touched: { factIds: ['crm:2'] } });
  });
  it('that is published between reading and storing the first fact of a month is not missed', async () => {
    let publish = async () => {};
    const platform = meddled(async (transaction) => {
      if (transaction === 1) await publish();
    });
    const world = await newWorld([plan], platform);
    publish = () => world.publish(dearer);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000))]);
    expect(await world.book()).toMatchObject({ version: 2, plan: { version: 2 }, score: { total: '25.00' } });
    expect(told(world).map(({ everything }) => everything)).toEqual([false, true]);
  });
  it('whose first days are republished word for word under a new number is folded again: its own metrics carry the number', async () => {
    const twice = metric({ ...sales, value: 'fact.amount * 2' } as MetricInput);
    const half = (document: PlanDocument, version: number, from: string) => versionOf(document, version, from);
    const scheme = { indicators: [indicator('sales', '100', '200')] };
    const world = await newWorld([half(documentOf([sales], scheme), 1, '2026-01-01'), half(documentOf([twice], scheme), 2, '2026-11-16')]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 4000))]);
    const before = await world.book();
    await world.publish(half(documentOf([sales], scheme), 3, '2026-10-01'));
    await world.deliver([credited(signed('crm:2', 'o2', 'c2', 4000))]);
    const book = await world.book();
    expect(before.metrics).toMatchObject({ sales: { value: { n: '8000' } }, 'sales@plan.1': { value: { n: '4000' } } });
    expect(book.metrics).toMatchObject({ sales: { value: { n: '16000' } }, 'sales@plan.3': { value: { n: '8000' } } });
    expect(book.score?.total).toBe('60.00');
  });
});

describe('a recalculation', () => {
  it('folds from the stored facts, looks at everything, and is done once', async () => {
    const world = await newWorld([plan]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000)), credited(signed('crm:2', 'o2', 'c1', 100))]);
    await world.deliver([recalculation('a'), recalculation('a')]);
    expect((await world.book()).version).toBe(2);
    expect(told(world)[1]).toMatchObject({ everything: true, bookVersion: 2, touched: { factIds: [] } });
    await world.deliver([recalculation('a')]);
    expect((await world.book()).version).toBe(2);
    expect(await world.platform.store.get({ table: 'scores', pk: `BOOK#e-1#${PERIOD}`, sk: 'RECALCULATED#a' })).toBeDefined();
  });
  it('together with facts is one version', async () => {
    const world = await newWorld([plan]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000))]);
    await world.deliver([recalculation('a'), credited(signed('crm:2', 'o2', 'c2', 100))]);
    expect(await world.book()).toMatchObject({ version: 2, metrics: { buyers: { value: { n: '2' } } } });
  });
  it('of a month without facts is done, and makes no book', async () => {
    const world = await newWorld([plan]);
    await world.deliver([recalculation('a')]);
    await expect(world.book()).rejects.toThrow('no book');
    expect(await world.platform.store.get({ table: 'scores', pk: `BOOK#e-1#${PERIOD}`, sk: 'RECALCULATED#a' })).toBeDefined();
    expect(told(world)).toEqual([]);
  });
  it('that loses a race leaves no trace in the members of the one that won', async () => {
    let raced = false;
    const platform = memoryPlatform();
    const { store } = platform;
    const world = await newWorld([plan], {
      ...platform,
      store: {
        ...store,
        async writeMany(operations) {
          // Folded, but its members not written yet: another rebuild and another fact come first.
          if (!raced && operations.some((operation) => operation.op === 'put' && operation.item.sk.startsWith('FOLD#'))) {
            raced = true;
            const winner = await newWorld([], platform);
            await winner.deliver([recalculation('b')]);
            await winner.deliver([credited(signed('crm:3', 'o3', 'c1', 1))]);
            await store.writeMany(operations);
            throw new Error('the process ends here');
          }
          return store.writeMany(operations);
        },
      },
    });
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000))]);
    await world.deliver([credited(signed('crm:2', 'o2', 'c1', 5000))]);
    expect(await world.deliver([recalculation('a')], { expectFailures: true })).toEqual([0]);
    expect(raced).toBe(true);
    // c1 is in three facts: taking two back must leave it counted.
    await world.deliver([withdrawn(signed('crm:1', 'o1', 'c1', 5000), 2), withdrawn(signed('crm:2', 'o2', 'c1', 5000), 2)]);
    expect((await world.book()).metrics['buyers']?.value?.n).toBe('1');
    await world.deliver([withdrawn(signed('crm:3', 'o3', 'c1', 1), 2)]);
    expect((await world.book()).metrics['buyers']?.value?.n).toBe('0');
  });
});
