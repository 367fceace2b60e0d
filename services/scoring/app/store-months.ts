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
  /** Two of the same name are never put into one transaction. */
  readonly name: string;
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

const operationsOf = ({ operations, row }: PlannedMonth): readonly WriteOperation[] => (row ? [...operations, putRow(row)] : operations);

/** Those that were stored. The others met a condition that did not hold: somebody else wrote the month meanwhile. */
export const storeMonths = async <P extends PlannedMonth>(
  { store, queue }: Pick<Platform, 'store' | 'queue'>,
  planned: readonly P[],
): Promise<ReadonlySet<P>> => {
  const stored = new Set<P>();
  for (const group of groupsOf(planned)) {
    if ((await store.transact(group.flatMap(operationsOf))).ok) for (const month of group) stored.add(month);
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
  const groups: { readonly months: P[]; readonly names: Set<string>; operations: number; bytes: number }[] = [];
  for (const month of planned) {
    const operations = operationsOf(month);
    const bytes = bytesOf(operations);
    const last = groups.at(-1);
    const fits =
      last && !last.names.has(month.name) && last.operations + operations.length <= MAX_TRANSACTION && last.bytes + bytes <= MAX_BYTES;
    if (fits) {
      last.months.push(month);
      last.names.add(month.name);
      last.operations += operations.length;
      last.bytes += bytes;
    } else groups.push({ months: [month], names: new Set([month.name]), operations: operations.length, bytes });
  }
  return groups.map(({ months }) => months);
};
