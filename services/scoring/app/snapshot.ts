/**
 * What has been read of the store for one attempt. Deciding is a pure function over it that either decides or names what it lacks; what
 * all the months of a batch lack is then read at once. So the number of requests depends on neither the number of facts nor of people.
 */
import type { Item, Key, Store } from '../../../shared/adapters/store.ts';
import type { RangeQuery } from '../store.ts';

export interface Snapshot {
  /** True when the key has been read, whether there is an item or not. */
  has(key: Key): boolean;
  /** @throws Error when the key has not been read: deciding must ask {@link has} first. */
  item(key: Key): Item | undefined;
  range(query: RangeQuery): readonly Item[] | undefined;
}
export interface Lacking {
  readonly keys: readonly Key[];
  readonly ranges: readonly RangeQuery[];
}
export interface LoadingSnapshot extends Snapshot {
  load(lacking: Lacking): Promise<void>;
}

const nameOf = ({ table, pk, sk }: Key): string => `${table}\u0000${pk}\u0000${sk}`;
const rangeName = ({ pk, prefix }: RangeQuery): string => `${pk}\u0000${prefix}`;

export const newSnapshot = (store: Store): LoadingSnapshot => {
  const items = new Map<string, Item | undefined>();
  const ranges = new Map<string, { readonly limit: number; readonly items: readonly Item[] }>();
  return {
    has: (key) => items.has(nameOf(key)),
    item(key) {
      const name = nameOf(key);
      if (!items.has(name)) throw new Error(`${key.sk} was not loaded`);
      return items.get(name);
    },
    range(query) {
      const known = ranges.get(rangeName(query));
      return known && known.limit >= query.limit ? known.items : undefined;
    },
    async load(lacking) {
      const keys = [...new Map(lacking.keys.map((key) => [nameOf(key), key])).values()].filter((key) => !items.has(nameOf(key)));
      const [found, pages] = await Promise.all([
        keys.length > 0 ? store.getMany(keys) : [],
        Promise.all(lacking.ranges.map((query) => queryFirst(store, query))),
      ]);
      keys.forEach((key, index) => {
        items.set(nameOf(key), found[index]);
      });
      lacking.ranges.forEach((query, index) => {
        ranges.set(rangeName(query), { limit: query.limit, items: pages[index] ?? [] });
      });
    },
  };
};

/** A page may end early by size: pages are read until there are enough. */
const queryFirst = async (store: Store, { pk, prefix, order, limit }: RangeQuery): Promise<Item[]> => {
  const items: Item[] = [];
  let startAfter: Readonly<Record<string, string>> | undefined;
  do {
    const page = await store.query({
      table: 'scores',
      pk,
      sk: { beginsWith: prefix },
      limit: limit - items.length,
      descending: order === 'last',
      ...(startAfter ? { startAfter } : {}),
    });
    items.push(...page.items);
    startAfter = page.next;
  } while (startAfter && items.length < limit);
  return items;
};
