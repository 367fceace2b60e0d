/**
 * A store in which everything can happen and nothing does: what is written stays in memory, over what is stored. So the engines can be run on
 * facts that nobody has sent, and what they would do can be read. For one caller and a moment; nothing is ever written below.
 */
import {
  holds,
  type Item,
  type Key,
  MAX_TRANSACTION,
  type PageKey,
  type Query,
  type Store,
  type WriteOperation,
  type WriteResult,
} from './store.ts';

export const overlayStore = (base: Store): Store => {
  /** Null: deleted. */
  const written = new Map<string, { readonly table: string; readonly item: Item | null }>();
  const idOf = (table: string, pk: string, sk: string): string => `${table}\u0000${pk}\u0000${sk}`;

  const getMany = async (keys: readonly Key[]): Promise<readonly (Item | undefined)[]> => {
    const below = keys.filter(({ table, pk, sk }) => !written.has(idOf(table, pk, sk)));
    const items = below.length === 0 ? [] : await base.getMany(below);
    const found = new Map(below.map(({ table, pk, sk }, place) => [idOf(table, pk, sk), items[place]]));
    return keys.map(({ table, pk, sk }) => {
      const id = idOf(table, pk, sk);
      const over = written.get(id);
      return over ? (over.item === null ? undefined : structuredClone(over.item)) : found.get(id);
    });
  };
  const apply = (operation: WriteOperation): void => {
    const { table } = operation;
    if (operation.op === 'put') {
      const { pk, sk } = operation.item;
      // As a store keeps it: of JSON shape, and nobody else's object.
      written.set(idOf(table, pk, sk), { table, item: JSON.parse(JSON.stringify(operation.item)) as Item });
    } else if (operation.op === 'delete') written.set(idOf(table, operation.pk, operation.sk), { table, item: null });
  };
  const transact = async (operations: readonly WriteOperation[]): Promise<WriteResult> => {
    if (operations.length > MAX_TRANSACTION)
      throw new RangeError(`${operations.length} operations in one transaction, at most ${MAX_TRANSACTION}`);
    const keys = operations.map((operation): Key => {
      const { pk, sk } = operation.op === 'put' ? operation.item : operation;
      return { table: operation.table, pk, sk };
    });
    const before = await getMany(keys.filter((_, place) => operations[place]?.condition));
    const found = new Map(
      keys.filter((_, place) => operations[place]?.condition).map(({ table, pk, sk }, place) => [idOf(table, pk, sk), before[place]]),
    );
    const failed = operations.flatMap(({ condition }, place) => {
      const { table, pk, sk } = keys[place] as Key;
      const id = idOf(table, pk, sk);
      // Written meanwhile by somebody who shares this overlay: from here to the end nothing waits.
      const over = written.get(id);
      return condition && !holds(condition, over ? (over.item ?? undefined) : found.get(id)) ? [place] : [];
    });
    if (failed.length > 0) return { ok: false, failed };
    for (const operation of operations) apply(operation);
    return { ok: true };
  };

  return {
    get: async (key) => (await getMany([key]))[0],
    getMany,
    async query(query) {
      const page = await base.query(query);
      const { sort, isIn, before } = orderOf(query);
      const until = page.next;
      const below = page.items.filter(({ pk, sk }) => !written.has(idOf(query.table, pk, sk)));
      const over = [...written.values()].flatMap(({ table, item }) => (table === query.table && item !== null && isIn(item) ? [item] : []));
      const items = [
        ...below,
        ...over
          .filter((item) => (!query.startAfter || before(query.startAfter, item)) && (!until || !before(until, item)))
          .map((item) => structuredClone(item)),
      ].sort((a, b) => (before(a, b) ? -1 : 1));
      if (query.limit === undefined || items.length <= query.limit) return until ? { items, next: until } : { items };
      const kept = items.slice(0, query.limit);
      return { items: kept, next: pageKeyOf(kept.at(-1) as Item, query, sort) };
    },
    write: (operation) => transact([operation]),
    transact,
    async writeMany(operations) {
      for (const operation of operations) apply(operation);
    },
  };
};

/** Text by its bytes, as DynamoDB orders it. */
const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const orderOf = ({ index, pk, sk, descending }: Query) => {
  const [partition, sort] = index ? [`${index}pk`, `${index}sk`] : ['pk', 'sk'];
  const isIn = (item: Item): boolean => {
    const at = item[sort];
    if (item[partition] !== pk || typeof at !== 'string') return false;
    if (sk === undefined) return true;
    if ('beginsWith' in sk) return at.startsWith(sk.beginsWith);
    return compareBytes(sk.between[0], at) <= 0 && compareBytes(at, sk.between[1]) <= 0;
  };
  const compare = (a: Item | PageKey, b: Item | PageKey): number =>
    [sort, 'pk', 'sk'].reduce((order, name) => order || compareBytes(String(a[name]), String(b[name])), 0);
  return { sort, isIn, before: (a: Item | PageKey, b: Item | PageKey): boolean => (descending ? compare(a, b) > 0 : compare(a, b) < 0) };
};

const pageKeyOf = (item: Item, { index }: Query, sort: string): PageKey => {
  const { pk, sk } = item;
  return index ? { pk, sk, [`${index}pk`]: String(item[`${index}pk`]), [sort]: String(item[sort]) } : { pk, sk };
};
