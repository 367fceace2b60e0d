/**
 * What every store must do, said once and run against each: the one in memory, the embedded engine, and any other endpoint that is named.
 * Every test uses partition keys of its own, so that nothing needs to be emptied.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Condition, type Item, type Query, queryAll, type Store, type WriteOperation } from '../../shared/adapters/store.ts';

type PutOperation = Extract<WriteOperation, { op: 'put' }>;
const TABLE = 'scores' as const;
const OTHER = 'ledger' as const;
const put = (item: Item, condition?: Condition): PutOperation => ({ op: 'put', table: TABLE, item, ...(condition ? { condition } : {}) });
const key = (pk: string, sk: string) => ({ table: TABLE, pk, sk }) as const;

/** One page at a time, each of `limit` items, until there is none. */
const pages = async (store: Store, query: Query, limit: number): Promise<Item[]> => {
  const items: Item[] = [];
  let startAfter: Query['startAfter'];
  for (let count = 0; count < 500; count += 1) {
    const page = await store.query({ ...query, limit, ...(startAfter ? { startAfter } : {}) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    if (!page.next) return items;
    startAfter = page.next;
  }
  throw new Error('the pages do not end');
};

/** Real engines may refuse one of two racing transactions by an error instead of a failed condition: it has lost then, and nothing was written. */
const won = async (attempt: Promise<{ readonly ok: boolean }>): Promise<boolean> => {
  try {
    return (await attempt).ok;
  } catch (error) {
    if (/Transaction(Canceled|Conflict)/.test((error as Error).name)) return false;
    throw error;
  }
};

export const storeContract = (name: string, open: () => Promise<Store> | Store): void => {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    const fresh = (): string => `T#${randomUUID()}`;
    beforeAll(async () => {
      store = await open();
    });
    const sks = (items: readonly Item[]): string[] => items.map(({ sk }) => sk);

    describe('conditions', () => {
      const cases: readonly (readonly [string, Condition, Item | undefined, boolean])[] = [
        ['absent of a missing item', { kind: 'absent' }, undefined, true],
        ['absent of an item that is there', { kind: 'absent' }, { pk: '', sk: '', n: 1 }, false],
        ['present of a missing item', { kind: 'present' }, undefined, false],
        ['present of an item that is there', { kind: 'present' }, { pk: '', sk: '', n: 1 }, true],
        ['equals of a missing item', { kind: 'equals', attribute: 'n', value: 1 }, undefined, false],
        ['equals of a missing attribute', { kind: 'equals', attribute: 'other', value: 1 }, { pk: '', sk: '', n: 1 }, false],
        ['equals, the same number', { kind: 'equals', attribute: 'n', value: 1 }, { pk: '', sk: '', n: 1 }, true],
        ['equals, another number', { kind: 'equals', attribute: 'n', value: 2 }, { pk: '', sk: '', n: 1 }, false],
        ['equals, a number against its text', { kind: 'equals', attribute: 'n', value: '1' }, { pk: '', sk: '', n: 1 }, false],
        ['equals, the same text', { kind: 'equals', attribute: 'n', value: '工' }, { pk: '', sk: '', n: '工' }, true],
        ['equals, the empty text', { kind: 'equals', attribute: 'n', value: '' }, { pk: '', sk: '', n: '' }, true],
        ['equals, the same boolean', { kind: 'equals', attribute: 'n', value: false }, { pk: '', sk: '', n: false }, true],
        ['equals, a boolean against 0', { kind: 'equals', attribute: 'n', value: false }, { pk: '', sk: '', n: 0 }, false],
        ['absent-or-equals of a missing item', { kind: 'absent-or-equals', attribute: 'n', value: 1 }, undefined, true],
        [
          'absent-or-equals of a missing attribute',
          { kind: 'absent-or-equals', attribute: 'x', value: 1 },
          { pk: '', sk: '', n: 1 },
          false,
        ],
        ['absent-or-equals, the same', { kind: 'absent-or-equals', attribute: 'n', value: 1 }, { pk: '', sk: '', n: 1 }, true],
        ['absent-or-equals, another', { kind: 'absent-or-equals', attribute: 'n', value: 2 }, { pk: '', sk: '', n: 1 }, false],
        ['absent-or-below of a missing item', { kind: 'absent-or-below', attribute: 'n', value: 1 }, undefined, true],
        ['absent-or-below of a missing attribute', { kind: 'absent-or-below', attribute: 'x', value: 1 }, { pk: '', sk: '', n: 1 }, false],
        ['absent-or-below, lower', { kind: 'absent-or-below', attribute: 'n', value: 10 }, { pk: '', sk: '', n: 9 }, true],
        ['absent-or-below, the same', { kind: 'absent-or-below', attribute: 'n', value: 10 }, { pk: '', sk: '', n: 10 }, false],
        ['absent-or-below, higher', { kind: 'absent-or-below', attribute: 'n', value: 9 }, { pk: '', sk: '', n: 10 }, false],
        ['absent-or-below of a text', { kind: 'absent-or-below', attribute: 'n', value: 10 }, { pk: '', sk: '', n: '9' }, false],
      ];
      for (const [what, condition, before, holds] of cases) {
        it(what, async () => {
          const pk = fresh();
          const seed = async (sk: string): Promise<void> => {
            if (before) await store.write(put({ ...before, pk, sk }));
          };
          const expected = holds ? { ok: true } : { ok: false, failed: [0] };
          for (const how of ['write', 'transact'] as const) {
            const run = (operation: WriteOperation) => (how === 'write' ? store.write(operation) : store.transact([operation]));
            await seed(`${how}-put`);
            expect(await run(put({ pk, sk: `${how}-put`, written: true }, condition))).toEqual(expected);
            const after = await store.get(key(pk, `${how}-put`));
            expect(after).toEqual(holds ? { pk, sk: `${how}-put`, written: true } : before && { ...before, pk, sk: `${how}-put` });

            await seed(`${how}-delete`);
            expect(await run({ op: 'delete', table: TABLE, pk, sk: `${how}-delete`, condition })).toEqual(expected);
            expect(await store.get(key(pk, `${how}-delete`))).toEqual(holds ? undefined : before && { ...before, pk, sk: `${how}-delete` });

            await seed(`${how}-check`);
            expect(await run({ op: 'check', table: TABLE, pk, sk: `${how}-check`, condition })).toEqual(expected);
            expect(await store.get(key(pk, `${how}-check`))).toEqual(before && { ...before, pk, sk: `${how}-check` });
          }
        });
      }
    });

    describe('transactions', () => {
      it('write all, over several tables', async () => {
        const pk = fresh();
        await store.write(put({ pk, sk: 'gone' }));
        const result = await store.transact([
          put({ pk, sk: 'a', n: 1 }, { kind: 'absent' }),
          { op: 'put', table: OTHER, item: { pk, sk: 'a', n: 2 } },
          { op: 'delete', table: TABLE, pk, sk: 'gone', condition: { kind: 'present' } },
          { op: 'check', table: OTHER, pk, sk: 'never', condition: { kind: 'absent' } },
        ]);
        expect(result).toEqual({ ok: true });
        expect(
          await store.getMany([key(pk, 'a'), { table: OTHER, pk, sk: 'a' }, key(pk, 'gone'), { table: OTHER, pk, sk: 'never' }]),
        ).toEqual([{ pk, sk: 'a', n: 1 }, { pk, sk: 'a', n: 2 }, undefined, undefined]);
      });

      it('say which conditions failed, all of them, and write nothing', async () => {
        const pk = fresh();
        await store.write(put({ pk, sk: 'there', version: 3 }));
        const result = await store.transact([
          put({ pk, sk: 'new' }, { kind: 'absent' }),
          put({ pk, sk: 'there', version: 4 }, { kind: 'equals', attribute: 'version', value: 2 }),
          put({ pk, sk: 'unconditional' }),
          { op: 'check', table: TABLE, pk, sk: 'missing', condition: { kind: 'present' } },
          { op: 'delete', table: TABLE, pk, sk: 'there-too', condition: { kind: 'absent' } },
        ]);
        expect(result).toEqual({ ok: false, failed: [1, 3] });
        expect(sks(await queryAll(store, { table: TABLE, pk }))).toEqual(['there']);
      });

      it('refuse two operations on one item', async () => {
        const pk = fresh();
        await expect(store.transact([put({ pk, sk: 'a', n: 1 }), put({ pk, sk: 'a', n: 2 })])).rejects.toThrow();
        await expect(
          store.transact([put({ pk, sk: 'a' }), { op: 'check', table: TABLE, pk, sk: 'a', condition: { kind: 'absent' } }]),
        ).rejects.toThrow();
        expect(await store.get(key(pk, 'a'))).toBeUndefined();
      });

      it('allow the same key in two tables', async () => {
        const pk = fresh();
        expect(await store.transact([put({ pk, sk: 'a' }), { op: 'put', table: OTHER, item: { pk, sk: 'a' } }])).toEqual({ ok: true });
      });

      it('take 100 operations, and refuse 101', async () => {
        const pk = fresh();
        const many = (count: number) => Array.from({ length: count }, (_, n) => put({ pk, sk: String(n).padStart(3, '0') }));
        await expect(store.transact(many(101))).rejects.toThrow(RangeError);
        expect(await queryAll(store, { table: TABLE, pk })).toEqual([]);
        expect(await store.transact(many(100))).toEqual({ ok: true });
        expect(await queryAll(store, { table: TABLE, pk })).toHaveLength(100);
      });

      it('of nothing succeed', async () => {
        expect(await store.transact([])).toEqual({ ok: true });
      });

      it('of more than 4 MB are refused, and nothing is written', async () => {
        const pk = fresh();
        const large = 'x'.repeat(390_000);
        await expect(store.transact(Array.from({ length: 12 }, (_, n) => put({ pk, sk: String(n), large })))).rejects.toThrow();
        expect(await store.get(key(pk, '0'))).toBeUndefined();
      });
    });

    describe('items', () => {
      const roundTrip = async (attributes: Record<string, Item[string]>): Promise<Item | undefined> => {
        const pk = fresh();
        await store.write(put({ ...attributes, pk, sk: 'a' }));
        const { pk: _pk, sk: _sk, ...rest } = (await store.get(key(pk, 'a'))) ?? { pk: '', sk: '' };
        return rest as unknown as Item;
      };

      it('keep whole numbers exactly up to 2^53, and decimals', async () => {
        const numbers = {
          most: Number.MAX_SAFE_INTEGER,
          least: Number.MIN_SAFE_INTEGER,
          fen: 9_000_000_000_000_000,
          zero: 0,
          decimal: 0.1,
          small: 1.5e-7,
          negative: -12.75,
        };
        expect(await roundTrip(numbers)).toEqual(numbers);
      });
      it('refuse numbers that are not exact', async () => {
        for (const n of [2 ** 53 + 2, Number.POSITIVE_INFINITY, Number.NaN]) {
          await expect(store.write(put({ pk: fresh(), sk: 'a', n }))).rejects.toThrow();
        }
      });
      it('keep empty texts, null, booleans, lists and nested maps', async () => {
        const attributes = {
          empty: '',
          nothing: null,
          yes: true,
          no: false,
          list: [1, 'two', [3], { four: 4 }, null],
          emptyList: [],
          emptyMap: {},
          map: { a: { b: { c: '深' } }, 'key with spaces': '', toString: 1 },
        };
        expect(await roundTrip(attributes)).toEqual(attributes);
      });
      it('refuse a member named constructor, which the SDK takes for a class: documents of any shape are stored as text', async () => {
        await expect(store.write(put({ pk: fresh(), sk: 'a', map: { constructor: 1 } }))).rejects.toThrow();
        expect(await roundTrip({ doc: '{"constructor":1,"__proto__":2}' })).toEqual({ doc: '{"constructor":1,"__proto__":2}' });
      });
      it('keep text of any script exactly', async () => {
        const text = '销售额 ¥12,345.67 — “引号” \u0000\u001f 🧧 e\u0301 \ud83d\udc69\u200d\ud83d\udcbb';
        expect(await roundTrip({ text })).toEqual({ text });
      });
      it('leave out members that are undefined, at any depth', async () => {
        const kept = await roundTrip({ gone: undefined, map: { gone: undefined, here: 1 } });
        expect(kept).toEqual({ map: { here: 1 } });
        expect(Object.keys(kept ?? {})).toEqual(['map']);
      });
      it('are replaced whole', async () => {
        const pk = fresh();
        await store.write(put({ pk, sk: 'a', one: 1, two: 2 }));
        await store.write(put({ pk, sk: 'a', two: 3 }));
        expect(await store.get(key(pk, 'a'))).toEqual({ pk, sk: 'a', two: 3 });
      });
      it('of more than 400 KB are refused, also in a transaction and in a batch, and nothing is written', async () => {
        const pk = fresh();
        const item = { pk, sk: 'a', text: 'x'.repeat(410 * 1024) };
        await expect(store.write(put(item))).rejects.toThrow();
        await expect(store.transact([put({ pk, sk: 'b' }), put(item)])).rejects.toThrow();
        await expect(store.writeMany([{ op: 'put', table: TABLE, item }])).rejects.toThrow();
        expect(await queryAll(store, { table: TABLE, pk })).toEqual([]);
        await store.write(put({ ...item, text: '字'.repeat(130_000) }));
        await expect(store.write(put({ ...item, text: '字'.repeat(140_000) }))).rejects.toThrow();
      });
      it('need keys that are not empty', async () => {
        const pk = fresh();
        await expect(store.write(put({ pk: '', sk: 'a' }))).rejects.toThrow();
        await expect(store.write(put({ pk, sk: '' }))).rejects.toThrow();
        await expect(store.transact([put({ pk, sk: '' })])).rejects.toThrow();
        await expect(store.get(key('', 'a'))).rejects.toThrow();
        await expect(store.getMany([key(pk, '')])).rejects.toThrow();
        await expect(store.write(put({ pk, sk: 'a', gsi1pk: '', gsi1sk: 'a' }))).rejects.toThrow();
      });
      it('have keys of at most 2,048 and 1,024 bytes', async () => {
        const pk = fresh();
        await expect(store.write(put({ pk: 'x'.repeat(2049), sk: 'a' }))).rejects.toThrow();
        await expect(store.write(put({ pk, sk: 'x'.repeat(1025) }))).rejects.toThrow();
        expect(await store.write(put({ pk, sk: '字'.repeat(341) }))).toEqual({ ok: true });
      });
      it('do not change when what was given or got is changed', async () => {
        const pk = fresh();
        const given = { pk, sk: 'a', map: { list: [1] } };
        await store.write(put(given));
        given.map.list.push(2);
        const got = (await store.get(key(pk, 'a'))) as unknown as { map: { list: number[] } };
        got.map.list.push(3);
        expect(await store.get(key(pk, 'a'))).toEqual({ pk, sk: 'a', map: { list: [1] } });
      });
    });

    describe('reading many', () => {
      it('gives the order of the keys, missing ones and repeated ones too, beyond 100 and over tables', async () => {
        const pk = fresh();
        await store.writeMany(
          Array.from({ length: 130 }, (_, n) => ({ op: 'put' as const, table: n % 2 ? TABLE : OTHER, item: { pk, sk: `${n}`, n } })),
        );
        const wanted = [...Array.from({ length: 260 }, (_, n) => (n * 37) % 200), 5, 5, 199];
        const found = await store.getMany(wanted.map((n) => ({ table: n % 2 ? TABLE : OTHER, pk, sk: `${n}` })));
        expect(found.map((item) => item?.['n'])).toEqual(wanted.map((n) => (n < 130 ? n : undefined)));
      });
      it('of nothing is nothing', async () => {
        expect(await store.getMany([])).toEqual([]);
      });
    });

    describe('queries', () => {
      const seed = async (): Promise<string> => {
        const pk = fresh();
        const sortKeys = ['A#1', 'A#10', 'A#2', 'B#1', 'B#2', 'b', '中', '工', '\uff01', '🧧', '~'];
        await store.writeMany(sortKeys.map((sk, n) => ({ op: 'put', table: TABLE, item: { pk, sk, n } })));
        return pk;
      };
      const byBytes = (list: readonly string[]): string[] => [...list].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

      it('give sort keys in the order of their UTF-8 bytes, or against it', async () => {
        const pk = await seed();
        const up = sks((await store.query({ table: TABLE, pk })).items);
        expect(up).toHaveLength(11);
        expect(up).toEqual(byBytes(up));
        expect(sks((await store.query({ table: TABLE, pk, descending: true })).items)).toEqual([...up].reverse());
      });
      it('by prefix and by range, both ends in', async () => {
        const pk = await seed();
        const query = async (sk: Exclude<Query['sk'], undefined>): Promise<string[]> =>
          sks((await store.query({ table: TABLE, pk, sk })).items);
        expect(await query({ beginsWith: 'A#' })).toEqual(['A#1', 'A#10', 'A#2']);
        expect(await query({ beginsWith: 'C' })).toEqual([]);
        expect(await query({ between: ['A#10', 'B#1'] })).toEqual(['A#10', 'A#2', 'B#1']);
        expect(await query({ between: ['A#2', 'A#2'] })).toEqual(['A#2']);
      });
      it('of another partition find nothing', async () => {
        expect(await store.query({ table: TABLE, pk: fresh() })).toEqual({ items: [] });
      });
      for (const [what, more] of [
        ['up', {}],
        ['down', { descending: true }],
        ['a prefix, up', { sk: { beginsWith: 'A#' } }],
        ['a range, down', { sk: { between: ['A#10', '中'] }, descending: true }],
      ] as const) {
        it(`in pages of one item are the same as in one page: ${what}`, async () => {
          const pk = await seed();
          const query: Query = { table: TABLE, pk, ...more };
          const whole = (await store.query(query)).items;
          expect(whole.length).toBeGreaterThan(2);
          for (const limit of [1, 2, 3, whole.length]) expect(await pages(store, query, limit)).toEqual(whole);
        });
      }
      it('go on behind an item that is gone by then', async () => {
        const pk = await seed();
        const first = await store.query({ table: TABLE, pk, limit: 2 });
        const last = first.items[1] as Item;
        await store.write({ op: 'delete', table: TABLE, pk, sk: last.sk });
        const all = await store.query({ table: TABLE, pk, ...(first.next ? { startAfter: first.next } : {}) });
        expect(first.next).toBeDefined();
        expect(sks(all.items)[0]).toBe('A#2');
        expect(all.items).toHaveLength(9);
      });
      it('give pages of at most 1 MB, and all of them together', async () => {
        const pk = fresh();
        for (let n = 0; n < 6; n += 1) await store.write(put({ pk, sk: String(n), text: 'x'.repeat(300_000) }));
        const page = await store.query({ table: TABLE, pk });
        expect(page.items.length).toBeLessThan(6);
        expect(page.next).toBeDefined();
        expect(sks(await queryAll(store, { table: TABLE, pk }))).toEqual(['0', '1', '2', '3', '4', '5']);
      });
    });

    describe('secondary indexes', () => {
      it('hold only items that have both of their keys, and follow every write', async () => {
        const pk = fresh();
        const group = fresh();
        const listed = async (index: 'gsi1' | 'gsi2'): Promise<string[]> =>
          sks((await store.query({ table: TABLE, index, pk: group })).items);
        await store.write(put({ pk, sk: 'plain' }));
        await store.write(put({ pk, sk: 'half', gsi1pk: group }));
        await store.write(put({ pk, sk: 'b', gsi1pk: group, gsi1sk: '2', doc: 'whole item' }));
        await store.transact([put({ pk, sk: 'c', gsi1pk: group, gsi1sk: '1', gsi2pk: group, gsi2sk: 'z' })]);
        expect(await listed('gsi1')).toEqual(['c', 'b']);
        expect(await listed('gsi2')).toEqual(['c']);
        const [, b] = (await store.query({ table: TABLE, index: 'gsi1', pk: group })).items;
        expect(b).toEqual({ pk, sk: 'b', gsi1pk: group, gsi1sk: '2', doc: 'whole item' });

        await store.write(put({ pk, sk: 'b', gsi1pk: group, gsi1sk: '0' }));
        expect(await listed('gsi1')).toEqual(['b', 'c']);
        await store.write(put({ pk, sk: 'b' }));
        expect(await listed('gsi1')).toEqual(['c']);
        await store.writeMany([{ op: 'delete', table: TABLE, pk, sk: 'c' }]);
        expect(await listed('gsi1')).toEqual([]);
        expect(await listed('gsi2')).toEqual([]);
      });
      it('page by one item as by all, also where sort keys are the same', async () => {
        const group = fresh();
        await store.writeMany(
          Array.from({ length: 9 }, (_, n) => ({
            op: 'put' as const,
            table: TABLE,
            item: { pk: fresh(), sk: String(n), gsi2pk: group, gsi2sk: `k${Math.floor(n / 4)}` },
          })),
        );
        for (const descending of [false, true]) {
          const query: Query = { table: TABLE, index: 'gsi2', pk: group, descending };
          const whole = (await store.query(query)).items;
          expect(whole).toHaveLength(9);
          for (const limit of [1, 4]) expect(await pages(store, query, limit)).toEqual(whole);
        }
      });
      it('by prefix, by range and limited', async () => {
        const pk = fresh();
        await store.writeMany(
          ['2026-10', '2026-11', '2026-12', '2027-01'].map((gsi1sk) => ({
            op: 'put' as const,
            table: TABLE,
            item: { pk, sk: gsi1sk, gsi1pk: pk, gsi1sk },
          })),
        );
        const of = async (more: Partial<Query>): Promise<string[]> =>
          sks((await store.query({ table: TABLE, index: 'gsi1', pk, ...more })).items);
        expect(await of({ sk: { beginsWith: '2026' } })).toEqual(['2026-10', '2026-11', '2026-12']);
        expect(await of({ sk: { between: ['2026-11', '2027-01'] } })).toEqual(['2026-11', '2026-12', '2027-01']);
        expect(await of({ descending: true, limit: 1 })).toEqual(['2027-01']);
      });
    });

    describe('writing many', () => {
      it('puts and deletes any number, without conditions', async () => {
        const pk = fresh();
        const sk = (n: number): string => String(n).padStart(3, '0');
        await store.writeMany(Array.from({ length: 60 }, (_, n) => ({ op: 'put' as const, table: TABLE, item: { pk, sk: sk(n) } })));
        await store.writeMany([
          ...Array.from({ length: 59 }, (_, n) => ({ op: 'delete' as const, table: TABLE, pk, sk: sk(n) })),
          { op: 'put' as const, table: OTHER, item: { pk, sk: 'other' } },
        ]);
        expect(sks(await queryAll(store, { table: TABLE, pk }))).toEqual(['059']);
        expect(sks(await queryAll(store, { table: OTHER, pk }))).toEqual(['other']);
        await store.writeMany([]);
      });
      it('refuses one item twice', async () => {
        const pk = fresh();
        await expect(
          store.writeMany([
            { op: 'put', table: TABLE, item: { pk, sk: 'a' } },
            { op: 'delete', table: TABLE, pk, sk: 'a' },
          ]),
        ).rejects.toThrow();
      });
    });

    describe('races', () => {
      it('20 writers, 50 keys: exactly one winner each', async () => {
        const pk = fresh();
        const winners = await Promise.all(
          Array.from({ length: 20 }, async (_, writer) => {
            const mine: string[] = [];
            for (let n = 0; n < 50; n += 1) {
              const sk = `K${(n + writer * 7) % 50}`;
              if (await won(store.write(put({ pk, sk, writer }, { kind: 'absent' })))) mine.push(`${sk}=${writer}`);
            }
            return mine;
          }),
        );
        const claimed = winners.flat().sort();
        const stored = (await queryAll(store, { table: TABLE, pk })).map((item) => `${item.sk}=${item['writer']}`).sort();
        expect(stored).toHaveLength(50);
        expect(claimed).toEqual(stored);
      });

      it('transactions that race to create one item: exactly one winner, and only its other writes', async () => {
        const pk = fresh();
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, writer) =>
            won(store.transact([put({ pk, sk: 'head', writer }, { kind: 'absent' }), put({ pk, sk: `entry-${writer}` })])),
          ),
        );
        expect(results.filter(Boolean)).toHaveLength(1);
        const winner = results.indexOf(true);
        expect(sks(await queryAll(store, { table: TABLE, pk }))).toEqual([`entry-${winner}`, 'head']);
        expect((await store.get(key(pk, 'head')))?.['writer']).toBe(winner);
      });

      it('a counter by version ends at the number of increments that succeeded', async () => {
        const pk = fresh();
        await store.write(put({ pk, sk: 'counter', version: 0 }));
        let succeeded = 0;
        await Promise.all(
          Array.from({ length: 8 }, async () => {
            for (let n = 0; n < 15; n += 1) {
              const version = Number((await store.get(key(pk, 'counter')))?.['version']);
              const raise = put({ pk, sk: 'counter', version: version + 1 }, { kind: 'equals', attribute: 'version', value: version });
              if (await won(n % 2 ? store.write(raise) : store.transact([raise]))) succeeded += 1;
            }
          }),
        );
        expect(succeeded).toBeGreaterThan(0);
        expect((await store.get(key(pk, 'counter')))?.['version']).toBe(succeeded);
      });

      it('bank transfers: 8 accounts, 20 workers, the total never changes', async () => {
        const pk = fresh();
        const accounts = Array.from({ length: 8 }, (_, n) => key(pk, `account-${n}`));
        await store.transact(accounts.map(({ sk }) => put({ pk, sk, fen: 1000, version: 1 })));
        let transfers = 0;
        await Promise.all(
          Array.from({ length: 20 }, async (_, worker) => {
            for (let n = 0; n < 10; n += 1) {
              const from = accounts[(worker + n) % 8] as (typeof accounts)[number];
              const to = accounts[(worker * 3 + n * 5 + 1) % 8] as (typeof accounts)[number];
              if (from.sk === to.sk) continue;
              const [a, b] = await store.getMany([from, to]);
              const amount = 1 + ((worker * 31 + n * 17) % 200);
              if (!a || !b || Number(a['fen']) < amount) continue;
              const change = (item: Item, by: number): WriteOperation =>
                put(
                  { ...item, fen: Number(item['fen']) + by, version: Number(item['version']) + 1 },
                  { kind: 'equals', attribute: 'version', value: Number(item['version']) },
                );
              if (await won(store.transact([change(a, -amount), change(b, amount)]))) transfers += 1;
            }
          }),
        );
        const balances = (await store.getMany(accounts)).map((item) => Number(item?.['fen']));
        expect(transfers).toBeGreaterThan(0);
        expect(balances.every((fen) => fen >= 0)).toBe(true);
        expect(balances.reduce((sum, fen) => sum + fen, 0)).toBe(8000);
      });
    });
  });
};
