/** The store as the services meet it: strongly consistent itself, its secondary indexes a little behind. */
import type { Item, Store, WriteOperation } from '../../shared/adapters/store.ts';
import type { MemoryStore } from './memory-store.ts';

/** Tells of every write that was applied, and answers from indexes as they were a moment ago. */
export const observedStore = (
  store: MemoryStore,
  applied: (operations: readonly WriteOperation[]) => void,
  index: { now(): number; lagMillis(): number },
): Store => {
  /** Indexed items that were written in the last moments: when, and what was there before. */
  const fresh = new Map<string, { readonly at: number; readonly before: Item | undefined }>();
  const nameOf = (table: string, { pk, sk }: Item): string => `${table}\u0000${pk}\u0000${sk}`;
  const isFresh = (at: number): boolean => at > index.now() - index.lagMillis();
  const beforehand = async (operations: readonly WriteOperation[]): Promise<void> => {
    if (index.lagMillis() === 0) return;
    for (const operation of operations) {
      if (operation.op !== 'put' || !(operation.item['gsi1pk'] || operation.item['gsi2pk'])) continue;
      const { table, item } = operation;
      const known = fresh.get(nameOf(table, item));
      const before = known && isFresh(known.at) ? known.before : await store.get({ table, pk: item.pk, sk: item.sk });
      fresh.set(nameOf(table, item), { at: index.now(), before });
    }
  };
  return {
    get: store.get,
    getMany: store.getMany,
    async query(query) {
      const page = await store.query(query);
      if (!query.index || fresh.size === 0) return page;
      const indexKey = `${query.index}pk`;
      const items = page.items.flatMap((item) => {
        const known = fresh.get(nameOf(query.table, item));
        if (!known || !isFresh(known.at)) return [item];
        return known.before?.[indexKey] === query.pk ? [known.before] : [];
      });
      return { ...page, items };
    },
    async write(operation) {
      await beforehand([operation]);
      const result = await store.write(operation);
      if (result.ok) applied([operation]);
      return result;
    },
    async transact(operations) {
      await beforehand(operations);
      const result = await store.transact(operations);
      if (result.ok) applied(operations);
      return result;
    },
    async writeMany(operations) {
      await beforehand(operations);
      await store.writeMany(operations);
      applied(operations);
    },
  };
};
