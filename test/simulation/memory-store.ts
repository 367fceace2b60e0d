/**
 * A store in memory that means the same as DynamoDB: conditions, transactions, limits, paging, sparse indexes, what is refused. The contract
 * suite (`test/contract/store.contract.ts`) runs against this one and against the real engines, so that a test that passes here tells something.
 *
 * TTL is ignored unless told: expired items stay until `expire(now)`, as DynamoDB may keep them for days.
 */
import type { IndexName, Item, Key, Page, PageKey, Query, Store, WriteOperation } from '../../shared/adapters/store.ts';
import { holds, MAX_TRANSACTION } from '../../shared/adapters/store.ts';
import { TABLES, type TableName } from '../../shared/contracts/tables.ts';
import { assertKey, assertKeyText, compareUtf8, copyOut, INDEXES, type Stored, toStored, ValidationError } from './memory-item.ts';

const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
const MAX_PAGE_BYTES = 1024 * 1024;

export interface MemoryStore extends Store {
  /** Everything as it stands; items are never changed in place, so this is cheap. */
  snapshot(): StoreSnapshot;
  restore(snapshot: StoreSnapshot): void;
  /** Every item of a table (or of all), by key: for tests and the auditor. */
  dump(table?: TableName): readonly DumpedItem[];
  /** Deletes what has expired, as DynamoDB would at some time after `epochSeconds`. Gives how many. */
  expire(epochSeconds: number): number;
}
export interface DumpedItem {
  readonly table: TableName;
  readonly item: Item;
}
export type StoreSnapshot = ReadonlyMap<TableName, ReadonlyMap<string, ReadonlyMap<string, Stored>>>;

interface Partition {
  readonly bySk: Map<string, Stored>;
  /** Sort keys in order; undefined after an insert or delete, until the next query. */
  order: string[] | undefined;
}
interface Table {
  readonly partitions: Map<string, Partition>;
  /** Index key → primary key → item. */
  readonly indexes: Record<IndexName, Map<string, Map<string, Stored>>>;
}

const newTable = (): Table => ({ partitions: new Map(), indexes: { gsi1: new Map(), gsi2: new Map() } });

const keyOfOperation = (operation: WriteOperation): { readonly pk: string; readonly sk: string } =>
  operation.op === 'put' ? operation.item : operation;
const idOf = (table: TableName, pk: string, sk: string): string => `${table}\u0000${pk}\u0000${sk}`;

export const memoryStore = (): MemoryStore => {
  let tables = new Map<TableName, Table>(TABLES.map((name) => [name, newTable()]));
  const tableOf = (name: TableName): Table => {
    const table = tables.get(name);
    if (!table) throw Object.assign(new Error(`Requested resource not found: table ${name}`), { name: 'ResourceNotFoundException' });
    return table;
  };
  const find = (name: TableName, pk: string, sk: string): Stored | undefined => tableOf(name).partitions.get(pk)?.bySk.get(sk);

  const unindex = (table: Table, { item }: Stored): void => {
    for (const index of INDEXES) {
      const indexKey = item[`${index}pk`];
      if (typeof indexKey === 'string') table.indexes[index].get(indexKey)?.delete(`${item.pk}\u0000${item.sk}`);
    }
  };
  const remove = (name: TableName, pk: string, sk: string): void => {
    const table = tableOf(name);
    const partition = table.partitions.get(pk);
    const stored = partition?.bySk.get(sk);
    if (!partition || !stored) return;
    unindex(table, stored);
    partition.bySk.delete(sk);
    partition.order = undefined;
    if (partition.bySk.size === 0) table.partitions.delete(pk);
  };
  const insert = (name: TableName, stored: Stored): void => {
    const table = tableOf(name);
    const { pk, sk } = stored.item;
    const partition: Partition = table.partitions.get(pk) ?? { bySk: new Map(), order: undefined };
    table.partitions.set(pk, partition);
    const before = partition.bySk.get(sk);
    if (before) unindex(table, before);
    else partition.order = undefined;
    partition.bySk.set(sk, stored);
    for (const index of INDEXES) {
      const indexKey = stored.item[`${index}pk`];
      if (typeof indexKey !== 'string' || stored.item[`${index}sk`] === undefined) continue;
      const entries = table.indexes[index].get(indexKey) ?? new Map<string, Stored>();
      table.indexes[index].set(indexKey, entries);
      entries.set(`${pk}\u0000${sk}`, stored);
    }
  };

  const transactNow = (operations: readonly WriteOperation[]) => {
    if (operations.length === 0) return { ok: true } as const;
    if (operations.length > MAX_TRANSACTION)
      throw new RangeError(`${operations.length} operations in one transaction, at most ${MAX_TRANSACTION}`);
    const seen = new Set<string>();
    const stored = operations.map((operation) => (operation.op === 'put' ? toStored(operation.item) : undefined));
    let bytes = 0;
    operations.forEach((operation, index) => {
      const { pk, sk } = keyOfOperation(operation);
      assertKey(pk, sk);
      const id = idOf(operation.table, pk, sk);
      if (seen.has(id)) throw new ValidationError('Transaction request cannot include multiple operations on one item');
      seen.add(id);
      bytes += stored[index]?.bytes ?? pk.length + sk.length;
    });
    if (bytes > MAX_TRANSACTION_BYTES) throw new ValidationError('Transaction request size has exceeded the maximum of 4 MB');
    const failed = operations.flatMap((operation, index) => {
      const { pk, sk } = keyOfOperation(operation);
      const found = find(operation.table, pk, sk)?.item;
      return operation.condition && !holds(operation.condition, found) ? [index] : [];
    });
    if (failed.length > 0) return { ok: false, failed } as const;
    operations.forEach((operation, index) => {
      if (operation.op === 'put') insert(operation.table, stored[index] as Stored);
      else if (operation.op === 'delete') remove(operation.table, operation.pk, operation.sk);
    });
    return { ok: true } as const;
  };

  const queryNow = (query: Query): Page => {
    const table = tableOf(query.table);
    const { index } = query;
    assertKeyText(index ? `${index}pk` : 'pk', query.pk, 2048);
    const sort = index ? (`${index}sk` as const) : 'sk';
    let matches: (sk: string) => boolean = () => true;
    if (query.sk && 'beginsWith' in query.sk) {
      const prefix = query.sk.beginsWith;
      assertKeyText(sort, prefix, 1024);
      matches = (sk) => sk.startsWith(prefix);
    } else if (query.sk) {
      const [from, to] = query.sk.between;
      assertKeyText(sort, from, 1024);
      assertKeyText(sort, to, 1024);
      if (compareUtf8(from, to) > 0)
        throw new ValidationError('The BETWEEN operator requires upper bound to be greater than or equal to lower bound');
      matches = (sk) => compareUtf8(from, sk) <= 0 && compareUtf8(sk, to) <= 0;
    }
    if (query.limit !== undefined && !(Number.isInteger(query.limit) && query.limit >= 1))
      throw new ValidationError('Limit must be at least 1');

    const ordered = index ? indexOrder(table, index, query.pk) : tableOrder(table, query.pk);
    const position = (item: Item | PageKey): readonly [string, string, string] => [
      String(item[sort]),
      String(item['pk']),
      String(item['sk']),
    ];
    const compare = (a: readonly string[], b: readonly string[]): number =>
      compareUtf8(a[0] ?? '', b[0] ?? '') || compareUtf8(a[1] ?? '', b[1] ?? '') || compareUtf8(a[2] ?? '', b[2] ?? '');
    const start = query.startAfter ? position(query.startAfter) : undefined;
    const items: Item[] = [];
    let bytes = 0;
    for (let at = 0; at < ordered.length; at += 1) {
      const stored = ordered[query.descending ? ordered.length - 1 - at : at] as Stored;
      if (!matches(String(stored.item[sort]))) continue;
      if (start) {
        const order = compare(position(stored.item), start);
        if (query.descending ? order >= 0 : order <= 0) continue;
      }
      items.push(copyOut(stored));
      bytes += stored.bytes;
      // As DynamoDB does: a full page names where it ended, also when nothing follows.
      if (items.length === query.limit || bytes > MAX_PAGE_BYTES) {
        const { pk, sk } = stored.item;
        const next = index ? { pk, sk, [`${index}pk`]: String(stored.item[`${index}pk`]), [sort]: String(stored.item[sort]) } : { pk, sk };
        return { items, next };
      }
    }
    return { items };
  };

  return {
    async get(key) {
      assertKey(key.pk, key.sk);
      const stored = find(key.table, key.pk, key.sk);
      return stored && copyOut(stored);
    },
    async getMany(keys: readonly Key[]) {
      return keys.map((key) => {
        assertKey(key.pk, key.sk);
        const stored = find(key.table, key.pk, key.sk);
        return stored && copyOut(stored);
      });
    },
    async query(query) {
      return queryNow(query);
    },
    async write(operation) {
      return transactNow([operation]);
    },
    async transact(operations) {
      return transactNow(operations);
    },
    async writeMany(operations) {
      for (let start = 0; start < operations.length; start += 25) {
        const page = operations.slice(start, start + 25);
        const ids = new Set(page.map((operation) => idOf(operation.table, keyOfOperation(operation).pk, keyOfOperation(operation).sk)));
        if (ids.size !== page.length) throw new ValidationError('Provided list of item keys contains duplicates');
        const stored = page.map((operation) => (operation.op === 'put' ? toStored(operation.item) : undefined));
        page.forEach((operation, index) => {
          if (operation.op === 'put') insert(operation.table, stored[index] as Stored);
          else {
            assertKey(operation.pk, operation.sk);
            remove(operation.table, operation.pk, operation.sk);
          }
        });
      }
    },

    snapshot: () =>
      new Map(
        [...tables].map(([name, table]) => [name, new Map([...table.partitions].map(([pk, partition]) => [pk, new Map(partition.bySk)]))]),
      ),
    restore(snapshot) {
      tables = new Map(TABLES.map((name) => [name, newTable()]));
      for (const [name, partitions] of snapshot)
        for (const partition of partitions.values()) for (const stored of partition.values()) insert(name, stored);
    },
    dump(only) {
      const dumped: DumpedItem[] = [];
      for (const [name, table] of tables) {
        if (only !== undefined && only !== name) continue;
        for (const pk of [...table.partitions.keys()].sort(compareUtf8))
          for (const stored of tableOrder(table, pk)) dumped.push({ table: name, item: copyOut(stored) });
      }
      return dumped;
    },
    expire(epochSeconds) {
      let expired = 0;
      for (const [name, table] of tables)
        for (const partition of [...table.partitions.values()])
          for (const { item } of [...partition.bySk.values()])
            if (typeof item['ttl'] === 'number' && item['ttl'] < epochSeconds) {
              remove(name, item.pk, item.sk);
              expired += 1;
            }
      return expired;
    },
  };
};

const tableOrder = (table: Table, pk: string): readonly Stored[] => {
  const partition = table.partitions.get(pk);
  if (!partition) return [];
  partition.order ??= [...partition.bySk.keys()].sort(compareUtf8);
  return partition.order.map((sk) => partition.bySk.get(sk) as Stored);
};
const indexOrder = (table: Table, index: IndexName, indexKey: string): readonly Stored[] =>
  [...(table.indexes[index].get(indexKey)?.values() ?? [])].sort(
    (a, b) =>
      compareUtf8(String(a.item[`${index}sk`]), String(b.item[`${index}sk`])) ||
      compareUtf8(a.item.pk, b.item.pk) ||
      compareUtf8(a.item.sk, b.item.sk),
  );
