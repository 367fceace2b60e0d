/**
 * Counts requests: what a bill counts, and what the benchmark and the tests put limits on. Counting is at the doors, by the batches that
 * the adapters send; retries inside the SDK are not seen.
 */
import type { Queue } from './queue.ts';
import type { QueueReceiver } from './queue-receiver.ts';
import type { Store, WriteResult } from './store.ts';

export type StoreCall = 'get' | 'getMany' | 'query' | 'write' | 'transact' | 'writeMany';
export type QueueCall = 'send' | 'sendDead' | 'receive' | 'receiveEmpty' | 'remove' | 'release';

/** Requests so far. `items` are items read, `operations` items written or checked, `messages` messages sent. */
export interface Counts {
  readonly store: Record<StoreCall, number>;
  readonly queue: Record<QueueCall, number>;
  items: number;
  operations: number;
  /** Writes and transactions whose conditions did not hold: what has to be done once more, or was there already. */
  refused: number;
  messages: number;
}

export const newCounts = (): Counts => ({
  store: { get: 0, getMany: 0, query: 0, write: 0, transact: 0, writeMany: 0 },
  queue: { send: 0, sendDead: 0, receive: 0, receiveEmpty: 0, remove: 0, release: 0 },
  items: 0,
  operations: 0,
  refused: 0,
  messages: 0,
});

/** A copy that later calls do not change. */
export const snapshotCounts = (counts: Counts): Counts => ({ ...counts, store: { ...counts.store }, queue: { ...counts.queue } });

/** What was counted between two snapshots. */
export const countsSince = (before: Counts, after: Counts): Counts => {
  const minus = <K extends string>(a: Record<K, number>, b: Record<K, number>): Record<K, number> =>
    Object.fromEntries(Object.entries<number>(a).map(([name, value]) => [name, value - b[name as K]])) as Record<K, number>;
  return {
    store: minus(after.store, before.store),
    queue: minus(after.queue, before.queue),
    items: after.items - before.items,
    operations: after.operations - before.operations,
    refused: after.refused - before.refused,
    messages: after.messages - before.messages,
  };
};

/** Store and queue requests together; empty long polls are the price of waiting, not of work, and are left out. */
export const totalRequests = (counts: Counts): number => {
  const sum = (part: Record<string, number>): number => Object.values(part).reduce((total, value) => total + value, 0);
  // `receive` has the empty ones as well, so they are in the sum twice.
  return sum(counts.store) + sum(counts.queue) - 2 * counts.queue.receiveEmpty;
};

const batches = (length: number, size: number): number => Math.ceil(length / size);

export const countingStore = (store: Store, counts: Counts): Store => {
  const seen = (result: WriteResult): WriteResult => {
    if (!result.ok) counts.refused += 1;
    return result;
  };
  return {
    async get(key) {
      counts.store.get += 1;
      counts.items += 1;
      return store.get(key);
    },
    async getMany(keys) {
      const distinct = new Set(keys.map((key) => `${key.table}\u0000${key.pk}\u0000${key.sk}`)).size;
      counts.store.getMany += batches(distinct, 100);
      counts.items += distinct;
      return store.getMany(keys);
    },
    async query(query) {
      counts.store.query += 1;
      const page = await store.query(query);
      counts.items += page.items.length;
      return page;
    },
    async write(operation) {
      counts.store.write += 1;
      counts.operations += 1;
      return seen(await store.write(operation));
    },
    async transact(operations) {
      if (operations.length > 0) counts.store.transact += 1;
      counts.operations += operations.length;
      return seen(await store.transact(operations));
    },
    async writeMany(operations) {
      counts.store.writeMany += batches(operations.length, 25);
      counts.operations += operations.length;
      return store.writeMany(operations);
    },
  };
};

export const countingQueue = (queue: Queue, counts: Counts): Queue => ({
  async send(messages) {
    const perQueue = new Map<string, number>();
    for (const message of messages) perQueue.set(message.queue, (perQueue.get(message.queue) ?? 0) + 1);
    for (const size of perQueue.values()) counts.queue.send += batches(size, 10);
    counts.messages += messages.length;
    return queue.send(messages);
  },
  async sendDead(message, reason) {
    counts.queue.sendDead += 1;
    return queue.sendDead(message, reason);
  },
});

export const countingReceiver = (receiver: QueueReceiver, counts: Counts): QueueReceiver => ({
  async receive(ref, options) {
    const messages = await receiver.receive(ref, options);
    counts.queue.receive += 1;
    if (messages.length === 0) counts.queue.receiveEmpty += 1;
    return messages;
  },
  async remove(ref, receiptHandles) {
    counts.queue.remove += batches(receiptHandles.length, 10);
    return receiver.remove(ref, receiptHandles);
  },
  async release(ref, receiptHandle, afterSeconds) {
    counts.queue.release += 1;
    return receiver.release(ref, receiptHandle, afterSeconds);
  },
  depth: (ref) => receiver.depth(ref),
});
