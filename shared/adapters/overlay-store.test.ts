import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../test/simulation/memory-store.ts';
import { overlayStore } from './overlay-store.ts';
import { type Item, type PageKey, type Query, queryAll, type Store, type WriteOperation } from './store.ts';

const KEYS = ['a', 'ab', 'b', '中', '🧧'];
const key = fc.record({ pk: fc.constantFrom('p', 'q'), sk: fc.constantFrom(...KEYS) });
const item = fc
  .record({ at: key, n: fc.integer({ min: 0, max: 3 }), indexed: fc.option(fc.constantFrom(...KEYS), { nil: undefined }) })
  .map(({ at, n, indexed }): Item => ({ ...at, n, ...(indexed === undefined ? {} : { gsi1pk: 'g', gsi1sk: indexed }) }));
const condition = fc.constantFrom(
  undefined,
  { kind: 'absent' } as const,
  { kind: 'present' } as const,
  { kind: 'equals', attribute: 'n', value: 1 } as const,
  { kind: 'absent-or-equals', attribute: 'n', value: 1 } as const,
  { kind: 'absent-or-below', attribute: 'n', value: 2 } as const,
);
const operation = fc.oneof(
  fc
    .tuple(item, condition)
    .map(([put, when]): WriteOperation => ({ op: 'put', table: 'facts', item: put, ...(when ? { condition: when } : {}) })),
  fc
    .tuple(key, condition)
    .map(([at, when]): WriteOperation => ({ op: 'delete', table: 'facts', ...at, ...(when ? { condition: when } : {}) })),
  key.map((at): WriteOperation => ({ op: 'check', table: 'facts', ...at, condition: { kind: 'present' } })),
);
const idOf = (one: WriteOperation): string => JSON.stringify(one.op === 'put' ? [one.item.pk, one.item.sk] : [one.pk, one.sk]);
const transaction = fc.uniqueArray(operation, { minLength: 1, maxLength: 4, selector: idOf });

const QUERIES: readonly Query[] = [
  { table: 'facts', pk: 'p' },
  { table: 'facts', pk: 'p', descending: true },
  { table: 'facts', pk: 'p', sk: { beginsWith: 'a' } },
  { table: 'facts', pk: 'q', sk: { between: ['ab', '中'] } },
  { table: 'facts', index: 'gsi1', pk: 'g' },
  { table: 'facts', index: 'gsi1', pk: 'g', descending: true, sk: { between: ['a', 'b'] } },
];
const paged = async (store: Store, query: Query, limit: number): Promise<Item[]> => {
  const items: Item[] = [];
  let startAfter: PageKey | undefined;
  do {
    const page = await store.query({ ...query, limit, ...(startAfter ? { startAfter } : {}) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    startAfter = page.next;
  } while (startAfter);
  return items;
};
const everyKey = ['p', 'q'].flatMap((pk) => KEYS.map((sk) => ({ table: 'facts' as const, pk, sk })));

describe('a store over another', () => {
  it('is as if everything were written below, in whatever way it is asked, and nothing is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { maxLength: 6 }), fc.array(transaction, { maxLength: 8 }), async (below, above) => {
        const [base, plain] = [memoryStore(), memoryStore()];
        for (const operations of below) for (const store of [base, plain]) await store.transact(operations);
        const stored = JSON.stringify(base.dump());
        const over = overlayStore(base);
        for (const operations of above) expect(await over.transact(operations)).toEqual(await plain.transact(operations));
        expect(await over.getMany(everyKey)).toEqual(await plain.getMany(everyKey));
        for (const query of QUERIES) {
          const all = await queryAll(plain, query);
          expect(await queryAll(over, query)).toEqual(all);
          for (const limit of [1, 2, 3]) expect(await paged(over, query, limit)).toEqual(all);
        }
        expect(JSON.stringify(base.dump())).toBe(stored);
      }),
      { numRuns: 300 },
    );
  });
  it('lets one of two win who write on the same condition at the same time', async () => {
    const over = overlayStore(memoryStore());
    const put = (n: number): WriteOperation => ({
      op: 'put',
      table: 'facts',
      item: { pk: 'p', sk: 'a', n },
      condition: { kind: 'absent' },
    });
    const results = await Promise.all([over.transact([put(1)]), over.write(put(2))]);
    expect(results).toEqual([{ ok: true }, { ok: false, failed: [0] }]);
  });
  it('keeps nobody else’s object', async () => {
    const over = overlayStore(memoryStore());
    const given = { pk: 'p', sk: 'a', list: [1] };
    await over.writeMany([{ op: 'put', table: 'facts', item: given }]);
    given.list.push(2);
    const got = (await over.get({ table: 'facts', pk: 'p', sk: 'a' })) as unknown as { list: number[] };
    got.list.push(3);
    expect(await over.get({ table: 'facts', pk: 'p', sk: 'a' })).toEqual({ pk: 'p', sk: 'a', list: [1] });
  });
});
