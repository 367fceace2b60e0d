import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../test/simulation/memory-store.ts';
import { coalescingQueue, coalescingStore } from './coalescing.ts';
import type { OutgoingMessage, Queue } from './queue.ts';
import { type Key, MAX_TRANSACTION, type Store, type WriteOperation } from './store.ts';

const key = (pk: string): Key => ({ table: 'facts', pk, sk: 's' });
const storeOf = (seen: string[][], fail = false): Store =>
  ({
    getMany: (keys: readonly Key[]) => {
      seen.push(keys.map(({ pk }) => pk));
      return fail
        ? Promise.reject(new Error('down'))
        : Promise.resolve(keys.map(({ pk, sk }) => (pk === 'missing' ? undefined : { pk, sk })));
    },
  }) as Partial<Store> as Store;
const message = (body: string): OutgoingMessage => ({ queue: 'facts', body, groupId: 'g', deduplicationId: body });

describe('coalescingStore', () => {
  it('makes one request of what is asked for at once, and gives each caller its own', async () => {
    const seen: string[][] = [];
    const store = coalescingStore(storeOf(seen));
    const [one, many, missing] = await Promise.all([store.get(key('a')), store.getMany([key('b'), key('a')]), store.get(key('missing'))]);
    expect(seen).toEqual([['a', 'b', 'a', 'missing']]);
    expect([one?.pk, many.map((item) => item?.pk), missing]).toEqual(['a', ['b', 'a'], undefined]);
  });

  it('reads again for whoever asks later: nothing is cached', async () => {
    const seen: string[][] = [];
    const store = coalescingStore(storeOf(seen));
    await store.get(key('a'));
    await store.get(key('a'));
    expect(seen).toEqual([['a'], ['a']]);
  });

  it('asks for nothing when nothing is wanted', async () => {
    const seen: string[][] = [];
    expect(await coalescingStore(storeOf(seen)).getMany([])).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('fails for everybody who shared a read, and works again afterwards', async () => {
    const store = coalescingStore(storeOf([], true));
    const results = await Promise.allSettled([store.get(key('a')), store.getMany([key('b')])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('transactions of one moment', () => {
  const put = (pk: string, absent = false): WriteOperation => ({
    op: 'put',
    table: 'facts',
    item: { pk, sk: 's' },
    ...(absent ? { condition: { kind: 'absent' } as const } : {}),
  });
  const watched = () => {
    const memory = memoryStore();
    const sizes: number[] = [];
    const store = coalescingStore({
      ...memory,
      transact: (operations) => {
        sizes.push(operations.length);
        return memory.transact(operations);
      },
    });
    return { store, memory, sizes };
  };

  it('are one transaction', async () => {
    const { store, memory, sizes } = watched();
    const results = await Promise.all([store.transact([put('a', true), put('b')]), store.transact([put('c')]), store.transact([])]);
    expect(results).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect(sizes).toEqual([3]);
    expect((await memory.getMany(['a', 'b', 'c'].map(key))).every(Boolean)).toBe(true);
  });

  it('hold back only the callers whose conditions do not hold, and tell them which', async () => {
    const { store, memory, sizes } = watched();
    await memory.write(put('taken'));
    const results = await Promise.all([
      store.transact([put('a')]),
      store.transact([put('b'), put('taken', true)]),
      store.transact([put('c', true)]),
    ]);
    expect(results).toEqual([{ ok: true }, { ok: false, failed: [1] }, { ok: true }]);
    expect(sizes).toEqual([4, 2]);
    expect((await memory.getMany(['a', 'b', 'c'].map(key))).map((item) => item?.pk)).toEqual(['a', undefined, 'c']);
  });

  it('that touch one item keep their order: of two that create it, the first wins', async () => {
    const { store, sizes } = watched();
    const results = await Promise.all([
      store.transact([put('x', true), put('a')]),
      store.transact([put('x', true), put('b')]),
      store.transact([put('c')]),
      store.transact([put('b'), put('x')]),
    ]);
    expect(results).toEqual([{ ok: true }, { ok: false, failed: [0] }, { ok: true }, { ok: true }]);
    expect(sizes).toEqual([3, 2, 2]);
  });

  it('are never larger than a transaction may be', async () => {
    const { store, sizes } = watched();
    const many = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => put(`${prefix}${index}`));
    await Promise.all([store.transact(many('a', 60)), store.transact(many('b', 60)), store.transact(many('c', 30))]);
    expect(sizes).toEqual([60, 90]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_TRANSACTION);
    const large = (pk: string): WriteOperation => ({ op: 'put', table: 'facts', item: { pk, sk: 's', doc: 'x'.repeat(300_000) } });
    sizes.length = 0;
    await Promise.all(['d', 'e', 'f', 'g'].map((pk) => store.transact([large(pk)])));
    expect(sizes).toEqual([3, 1]);
  });

  it('fail for everybody who shared one that broke', async () => {
    const store = coalescingStore({ ...memoryStore(), transact: () => Promise.reject(new Error('down')) });
    const results = await Promise.allSettled([store.transact([put('a')]), store.transact([put('b')])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('coalescingQueue', () => {
  const queueOf = (sent: string[][], notSent: number): Queue => ({
    send: (messages) => {
      sent.push(messages.map(({ body }) => body));
      return Promise.resolve({ notSent });
    },
    sendDead: () => Promise.resolve(),
  });

  it('sends at once what was told at once, in order', async () => {
    const sent: string[][] = [];
    const queue = coalescingQueue(queueOf(sent, 0));
    expect(await Promise.all([queue.send([message('1'), message('2')]), queue.send([]), queue.send([message('3')])])).toEqual([
      { notSent: 0 },
      { notSent: 0 },
      { notSent: 0 },
    ]);
    expect(sent).toEqual([['1', '2', '3']]);
  });

  it('tells each caller of no more losses than it could have', async () => {
    const queue = coalescingQueue(queueOf([], 2));
    expect(await Promise.all([queue.send([message('1')]), queue.send([message('2'), message('3'), message('4')])])).toEqual([
      { notSent: 1 },
      { notSent: 2 },
    ]);
  });
});
