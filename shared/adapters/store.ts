/**
 * The door to the tables: what the use cases may ask of a DynamoDB-compatible store, as plain data.
 *
 * Conditions are a closed set, so that the in-memory store of the simulation means exactly the same as DynamoDB (the same contract
 * suite runs against both). Items are replaced whole; concurrency is by condition, never by read-modify-write without one.
 */
import type { TableName } from '../contracts/tables.ts';

export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue | undefined };

/** An item: its keys, and attributes of JSON shape. `undefined` members are left out. `ttl` is in epoch seconds. */
export interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: AttributeValue | undefined;
}
export interface Key {
  readonly table: TableName;
  readonly pk: string;
  readonly sk: string;
}

export type Condition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present' }
  /** The item exists and its attribute has this value. */
  | { readonly kind: 'equals'; readonly attribute: string; readonly value: string | number | boolean }
  /** The item does not exist, or its attribute has this value. */
  | { readonly kind: 'absent-or-equals'; readonly attribute: string; readonly value: string | number | boolean }
  /** The item does not exist, or its number attribute is below this value. */
  | { readonly kind: 'absent-or-below'; readonly attribute: string; readonly value: number };

/** Whether an item, or none, is as the condition wants it: what DynamoDB decides, for stores in memory. The contract suite holds it to that. */
export const holds = (condition: Condition, item: Item | undefined): boolean => {
  switch (condition.kind) {
    case 'absent':
      return item === undefined;
    case 'present':
      return item !== undefined;
    case 'equals':
      return item !== undefined && item[condition.attribute] === condition.value;
    case 'absent-or-equals':
      return item === undefined || item[condition.attribute] === condition.value;
    case 'absent-or-below': {
      if (item === undefined) return true;
      const value = item[condition.attribute];
      return typeof value === 'number' && value < condition.value;
    }
  }
};

export type WriteOperation =
  | { readonly op: 'put'; readonly table: TableName; readonly item: Item; readonly condition?: Condition }
  | { readonly op: 'delete'; readonly table: TableName; readonly pk: string; readonly sk: string; readonly condition?: Condition }
  | { readonly op: 'check'; readonly table: TableName; readonly pk: string; readonly sk: string; readonly condition: Condition };

/** `failed` are the positions of the operations whose conditions did not hold; nothing was written. */
export type WriteResult = { readonly ok: true } | { readonly ok: false; readonly failed: readonly number[] };

/** Names of the two sparse secondary indexes that every table has; their keys are the item's attributes of these names. */
export type IndexName = 'gsi1' | 'gsi2';
export interface Query {
  readonly table: TableName;
  /** Without an index the table itself. An index reads eventually consistent. */
  readonly index?: IndexName;
  readonly pk: string;
  readonly sk?: { readonly beginsWith: string } | { readonly between: readonly [string, string] };
  readonly limit?: number;
  /** Where the page before ended (`next` of its answer). */
  readonly startAfter?: PageKey;
  readonly descending?: boolean;
}
/** DynamoDB's last evaluated key. Opaque: hand it back as it came; sign it before it leaves the service. */
export type PageKey = Readonly<Record<string, string>>;
export interface Page {
  readonly items: readonly Item[];
  readonly next?: PageKey;
}

/** Most operations in one transaction. */
export const MAX_TRANSACTION = 100;

export interface Store {
  /** Strongly consistent. */
  get(key: Key): Promise<Item | undefined>;
  /** Strongly consistent, same order as the keys, any number of keys and tables (pages of 100, unprocessed keys retried). Duplicate keys are fine. */
  getMany(keys: readonly Key[]): Promise<readonly (Item | undefined)[]>;
  query(query: Query): Promise<Page>;
  /** One conditional write. */
  write(operation: WriteOperation): Promise<WriteResult>;
  /** All or nothing, at most {@link MAX_TRANSACTION} operations, each on another item. */
  transact(operations: readonly WriteOperation[]): Promise<WriteResult>;
  /** Unconditional, not atomic, any number (pages of 25, unprocessed items retried). For rows that may be written twice. */
  writeMany(operations: readonly (Extract<WriteOperation, { op: 'put' | 'delete' }> & { readonly condition?: never })[]): Promise<void>;
}

/** Every item of a query, page by page, up to `max` items. @throws RangeError beyond `max`: a bound that should never be met. */
export const queryAll = async (store: Store, query: Query, max = 100_000): Promise<Item[]> => {
  const items: Item[] = [];
  let startAfter = query.startAfter;
  for (;;) {
    const page = await store.query(startAfter ? { ...query, startAfter } : query);
    items.push(...page.items);
    if (items.length > max) throw new RangeError(`more than ${max} items under ${query.pk}`);
    if (!page.next) return items;
    startAfter = page.next;
  }
};
