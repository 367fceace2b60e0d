import { describe, expect, it } from 'vitest';
import { countingQueue, countingStore, countsSince, newCounts, snapshotCounts } from '../../../shared/adapters/counting.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { factOf, PERIOD, refunded, signed } from '../testing/plans.ts';
import { plan } from '../testing/small-plan.ts';
import { credited, newWorld, withdrawn } from '../testing/world.ts';

describe('the number of requests', () => {
  const counted = async (facts: number) => {
    const counts = newCounts();
    const platform = memoryPlatform();
    const world = await newWorld([plan], {
      ...platform,
      store: { ...platform.store, ...countingStore(platform.store, counts) },
      queue: { ...platform.queue, ...countingQueue(platform.queue, counts) },
    });
    const fact = (index: number) => credited(signed(`crm:${index}`, `o${index}`, `c${index % 300}`, 1));
    const measured = (index: number) => credited(factOf(`erp:${index}`, 'channel.coverage-measured', { attributes: { covered: index } }));
    for (let start = 0; start < facts; start += 100) {
      await world.deliver(
        Array.from({ length: Math.min(100, facts - start) }, (_, index) =>
          index % 10 === 9 ? measured(start + index) : fact(start + index),
        ),
      );
    }
    const newest = factOf('erp:newest', 'channel.coverage-measured', { at: '11-20T09:00', attributes: { covered: 1 } });
    const sizeOf = async (sk: string) => JSON.stringify(await platform.store.get({ table: 'scores', pk: `BOOK#e-1#${PERIOD}`, sk })).length;
    const during = async (work: () => Promise<unknown>) => {
      const before = snapshotCounts(counts);
      await work();
      const { store, queue, items, operations } = countsSince(before, counts);
      return { store, queue, items, operations };
    };
    return {
      one: await during(() => world.deliver([fact(900_001)])),
      ten: await during(() => world.deliver(Array.from({ length: 10 }, (_, index) => fact(910_000 + index)))),
      duplicate: await during(() => world.deliver([fact(900_001)])),
      latest: await during(() => world.deliver([credited(newest)])),
      latestWithdrawn: await during(() => world.deliver([withdrawn(newest, 2)])),
      firstRefunded: await during(() => world.deliver([credited(refunded('crm:r', 'o0', 1))])),
      bytes: [await sizeOf('BOOK'), await sizeOf('CUSTOMER#c1')],
    };
  };

  it('is the same with 10 and with 10,000 facts in the month, and one read, one write, one send for a fact', async () => {
    const few = await counted(10);
    const many = await counted(10_000);
    expect(few.one.store).toEqual({ get: 0, getMany: 1, query: 0, write: 0, transact: 1, writeMany: 0 });
    expect(few.one.queue.send).toBe(1);
    expect(few.ten.store).toEqual({ get: 0, getMany: 1, query: 0, write: 0, transact: 1, writeMany: 0 });
    expect(few.duplicate.store).toEqual({ get: 0, getMany: 1, query: 0, write: 0, transact: 0, writeMany: 0 });
    for (const name of ['one', 'ten', 'duplicate', 'latest', 'latestWithdrawn'] as const)
      expect(many[name].store, name).toEqual(few[name].store);
    // With ten facts the customer has no second order to look for.
    expect(few.firstRefunded.store).toMatchObject({ getMany: 2, query: 0, transact: 1 });
    expect(many.firstRefunded.store).toMatchObject({ getMany: 2, query: 1, transact: 1 });
    expect(many.firstRefunded.items - few.firstRefunded.items).toBeLessThanOrEqual(2);
    for (const [index, size] of many.bytes.entries()) expect(size - (few.bytes[index] ?? 0)).toBeLessThan(100);
  }, 120_000);
});
