/**
 * What a call has loaded, and on top of it what it has written: facts of one batch see each other. Each `require` is one `getMany` of the
 * keys that are not there yet, so that a single fact costs one.
 */
import type { Item, Key, Store, WriteOperation } from '../../../shared/adapters/store.ts';

export const keyId = (key: { readonly table: string; readonly pk: string; readonly sk: string }): string =>
  `${key.table}\u0000${key.pk}\u0000${key.sk}`;
/** The item an operation is about. */
export const operationId = (operation: WriteOperation): string =>
  keyId(operation.op === 'put' ? { table: operation.table, pk: operation.item.pk, sk: operation.item.sk } : operation);

export interface LoadedItems {
  /** Loads what is missing of these keys; true when it had to. */
  require(keys: readonly Key[]): Promise<boolean>;
  /** @throws Error for a key that was never required: a decision must not rest on what was not looked at. */
  get(key: Key): Item | undefined;
  has(key: Key): boolean;
  /** Takes over what was written. */
  apply(operations: readonly WriteOperation[]): void;
  /** Forgets what may have changed meanwhile. */
  forget(operations: readonly WriteOperation[]): void;
}

export const loadedItems = (store: Store): LoadedItems => {
  const items = new Map<string, Item | undefined>();
  return {
    async require(keys) {
      const missing = keys.filter((key) => !items.has(keyId(key)));
      if (missing.length === 0) return false;
      const found = await store.getMany(missing);
      for (const [index, key] of missing.entries()) items.set(keyId(key), found[index]);
      return true;
    },
    get(key) {
      const id = keyId(key);
      if (!items.has(id)) throw new Error(`${key.pk} was not loaded`);
      return items.get(id);
    },
    has: (key) => items.has(keyId(key)),
    apply(operations) {
      for (const operation of operations) {
        if (operation.op === 'put') items.set(operationId(operation), operation.item);
        else if (operation.op === 'delete') items.set(operationId(operation), undefined);
      }
    },
    forget(operations) {
      for (const operation of operations) items.delete(operationId(operation));
    },
  };
};
