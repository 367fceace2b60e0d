import { describe, expect, it } from 'vitest';
import {
  type Counts,
  countingQueue,
  countingReceiver,
  countingStore,
  countsSince,
  newCounts,
  snapshotCounts,
  totalRequests,
} from './counting.ts';
import type { QueueReceiver } from './queue-receiver.ts';
import type { Store } from './store.ts';

const store: Store = {
  get: () => Promise.resolve(undefined),
  getMany: (keys) => Promise.resolve(keys.map(() => undefined)),
  query: () => Promise.resolve({ items: [{ pk: 'a', sk: 'b' }] }),
  write: () => Promise.resolve({ ok: true }),
  transact: () => Promise.resolve({ ok: true }),
  writeMany: () => Promise.resolve(),
};
const keys = (count: number) => Array.from({ length: count }, (_, index) => ({ table: 'facts', pk: `p${index}`, sk: 's' }) as const);
const puts = (count: number) => keys(count).map(({ table, pk, sk }) => ({ op: 'put', table, item: { pk, sk } }) as const);

describe('counting', () => {
  it('counts requests as the adapters send them: by batches', async () => {
    const counts = newCounts();
    const counted = countingStore(store, counts);
    await counted.get({ table: 'facts', pk: 'a', sk: 'b' });
    await counted.getMany([...keys(101), ...keys(101)]);
    await counted.getMany([]);
    await counted.query({ table: 'facts', pk: 'a' });
    await counted.write(puts(1)[0] as ReturnType<typeof puts>[number]);
    await counted.transact(puts(3));
    await counted.transact([]);
    await counted.writeMany(puts(26));
    expect(counts.store).toEqual({ get: 1, getMany: 2, query: 1, write: 1, transact: 1, writeMany: 2 });
    expect([counts.items, counts.operations]).toEqual([1 + 101 + 1, 1 + 3 + 26]);
    expect(totalRequests(counts)).toBe(8);
  });

  it('counts queue requests, and leaves empty long polls out of the total', async () => {
    const counts = newCounts();
    const queue = countingQueue({ send: () => Promise.resolve({ notSent: 0 }), sendDead: () => Promise.resolve() }, counts);
    const message = (name: 'facts' | 'scores') => ({ queue: name, body: '', groupId: 'g', deduplicationId: 'd' });
    await queue.send([...Array.from({ length: 11 }, () => message('facts')), message('scores')]);
    const answers = [[], [{ messageId: 'm', receiptHandle: 'r', body: '', attributes: {}, messageAttributes: {} }]];
    const receiver = countingReceiver(
      {
        receive: () => Promise.resolve(answers.shift() ?? []),
        remove: () => Promise.resolve({ notRemoved: 0 }),
        release: () => Promise.resolve(),
        depth: () => Promise.resolve({ waiting: 0, inFlight: 0, delayed: 0 }),
      } satisfies QueueReceiver,
      counts,
    );
    await receiver.receive({ queue: 'facts' }, { max: 10, waitSeconds: 0 });
    await receiver.receive({ queue: 'facts' }, { max: 10, waitSeconds: 0 });
    await receiver.remove({ queue: 'facts' }, ['r']);
    expect(counts.queue).toEqual({ send: 3, sendDead: 0, receive: 2, receiveEmpty: 1, remove: 1, release: 0 });
    expect(counts.messages).toBe(12);
    expect(totalRequests(counts)).toBe(5);
  });

  it('gives the difference of two moments', async () => {
    const counts: Counts = newCounts();
    const counted = countingStore(store, counts);
    await counted.get({ table: 'facts', pk: 'a', sk: 'b' });
    const before = snapshotCounts(counts);
    await counted.get({ table: 'facts', pk: 'a', sk: 'b' });
    await counted.transact(puts(2));
    const difference = countsSince(before, counts);
    expect(difference.store).toEqual({ get: 1, getMany: 0, query: 0, write: 0, transact: 1, writeMany: 0 });
    expect([difference.items, difference.operations, totalRequests(difference)]).toEqual([1, 2, 2]);
  });
});
