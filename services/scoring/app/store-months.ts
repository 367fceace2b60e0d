/** Decided months into the store: several people in one transaction, each alone when that fails; then what was stored is told. */
import { MAX_TRANSACTION, type WriteOperation } from '../../../shared/adapters/store.ts';
import { type OutboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';

/** DynamoDB takes 4 MB a transaction. */
const MAX_BYTES = 3_500_000;
/** Of an item without its document: keys, attributes, conditions. */
const BYTES_BESIDE = 1000;

/** One month's transaction, and the message that goes with it. */
export interface PlannedMonth {
  readonly operations: readonly WriteOperation[];
  readonly row: OutboxRow | null;
  /** More to be told, whose rows are among the operations. */
  readonly otherRows?: readonly OutboxRow[];
}

const bytesOf = (operations: readonly WriteOperation[]): number =>
  operations.reduce(
    (sum, operation) => sum + BYTES_BESIDE + (operation.op === 'put' ? Buffer.byteLength(String(operation.item['doc'] ?? '')) : 0),
    0,
  );

/** Whether the operations, and an outbox row, fit into one transaction. */
export const fitsTransaction = (operations: readonly WriteOperation[]): boolean =>
  operations.length < MAX_TRANSACTION && bytesOf(operations) <= MAX_BYTES;

const keyOf = (operation: WriteOperation): string => {
  const { pk, sk } = operation.op === 'put' ? operation.item : operation;
  return `${operation.table}\u0000${pk}\u0000${sk}`;
};
/** A transaction takes each item once. Months of one person check the same one (`window-months.ts`): as it was read, so once will do. */
const checkedOnce = (operations: readonly WriteOperation[]): WriteOperation[] => {
  const checked = new Set<string>();
  return operations.filter((operation) => {
    if (operation.op !== 'check') return true;
    const key = keyOf(operation);
    return checked.has(key) ? false : checked.add(key);
  });
};
/** Whether operations may join those of a group: none is on an item of the group, but for checks of what is checked there. */
const mayJoin = (items: ReadonlyMap<string, WriteOperation['op']>, operations: readonly WriteOperation[]): boolean =>
  operations.every((operation) => {
    const known = items.get(keyOf(operation));
    return known === undefined || (known === 'check' && operation.op === 'check');
  });

const operationsOf = ({ operations, row }: PlannedMonth): readonly WriteOperation[] => (row ? [...operations, putRow(row)] : operations);

/** Those that were stored. The others met a condition that did not hold: somebody else wrote the month meanwhile. */
export const storeMonths = async <P extends PlannedMonth>(
  { store, queue }: Pick<Platform, 'store' | 'queue'>,
  planned: readonly P[],
): Promise<ReadonlySet<P>> => {
  const stored = new Set<P>();
  for (const group of groupsOf(planned)) {
    if ((await store.transact(checkedOnce(group.flatMap(operationsOf)))).ok) for (const month of group) stored.add(month);
    else if (group.length > 1) {
      for (const month of group) if ((await store.transact(operationsOf(month))).ok) stored.add(month);
    }
  }
  await tell(
    queue,
    [...stored].flatMap(({ row, otherRows = [] }) => (row ? [row, ...otherRows] : otherRows)),
  );
  return stored;
};

const groupsOf = <P extends PlannedMonth>(planned: readonly P[]): P[][] => {
  const groups: { readonly months: P[]; readonly items: Map<string, WriteOperation['op']>; operations: number; bytes: number }[] = [];
  for (const month of planned) {
    const operations = operationsOf(month);
    const bytes = bytesOf(operations);
    const last = groups.at(-1);
    const fits =
      last && last.operations + operations.length <= MAX_TRANSACTION && last.bytes + bytes <= MAX_BYTES && mayJoin(last.items, operations);
    const group = fits ? last : { months: [], items: new Map<string, WriteOperation['op']>(), operations: 0, bytes: 0 };
    if (!fits) groups.push(group);
    group.months.push(month);
    for (const operation of operations) group.items.set(keyOf(operation), operation.op);
    group.operations += operations.length;
    group.bytes += bytes;
  }
  return groups.map(({ months }) => months);
};
