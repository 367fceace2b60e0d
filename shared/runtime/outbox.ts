/**
 * The outbox: a message is a row written in the same transaction as the state it speaks of, sent afterwards, and removed only when the
 * reader's done mark can be read (see `shared/contracts/messages.ts`). Losing a send, a queue or a reader loses nothing (I2).
 */
import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { OutgoingMessage, Queue } from '../adapters/queue.ts';
import type { Item, Page, PageKey, Store, WriteOperation } from '../adapters/store.ts';
import { contractOf, type DoneMark, type Message } from '../contracts/messages.ts';
import type { TableName } from '../contracts/tables.ts';
import { digestOf } from '../kernel/canonical.ts';
import type { Instant } from '../kernel/period.ts';

/** Rows are spread over this many partition keys, so that no single one meets DynamoDB's limit of writes. */
export const OUTBOX_SHARDS = 8;
/** After this many sends without a done mark a row is parked: its message is in the dead-letter queue, or its reader is broken. */
export const MAX_SENDS = 20;

export interface OutboxRow {
  readonly table: TableName;
  readonly item: Item;
  readonly message: Message;
}

const shardOf = (id: string): number => Number.parseInt(id.slice(0, 8), 16) % OUTBOX_SHARDS;

/** A row for `table`, the sender's own. Deterministic: the same message at the same time is the same row. */
export const outboxRow = (table: TableName, message: Message, at: Instant): OutboxRow => {
  const id = digestOf(message).slice(0, 32);
  return {
    table,
    message,
    item: { pk: `OUTBOX#${shardOf(id)}`, sk: `${at}#${id}`, message: JSON.stringify(message), sends: 1, firstAt: at },
  };
};

export const putRow = (row: OutboxRow): WriteOperation => ({ op: 'put', table: row.table, item: row.item });

/** The deduplication id is the row's: another row with the same message, or the same row sent again, is not taken for a repetition. */
const outgoing = (message: Message, item: Item, sends: number): OutgoingMessage => {
  const contract = contractOf(message.message);
  return {
    queue: contract.queue,
    body: String(item['message']),
    groupId: contract.group(message),
    deduplicationId: `${item.sk}-${sends}`,
  };
};

/** Sends what was just stored. A failure is not an error: the rows are there. */
export const tell = (queue: Queue, rows: readonly OutboxRow[]): Promise<{ readonly notSent: number }> =>
  rows.length === 0 ? Promise.resolve({ notSent: 0 }) : queue.send(rows.map((row) => outgoing(row.message, row.item, 1)));

export interface SweepResult {
  readonly confirmed: number;
  readonly resent: number;
  readonly parked: number;
}

/**
 * Goes once through a table's outbox. Rows whose done mark is there are removed; of the others those older than `olderThanSeconds`
 * (doubling with each send) are sent again. Every page of every shard is read, so that rows that stay open never hide younger ones.
 */
export const sweepOutbox = async (
  deps: { readonly store: Store; readonly queue: Queue; readonly clock: Clock; readonly log: Log },
  table: TableName,
  options: { readonly olderThanSeconds?: number; readonly pageSize?: number } = {},
): Promise<SweepResult> => {
  const { olderThanSeconds = 30, pageSize = 100 } = options;
  const now = deps.clock.millis();
  let confirmed = 0;
  let resent = 0;
  let parked = 0;
  const sweepPage = async (items: readonly Item[]): Promise<void> => {
    if (items.length === 0) return;
    const rows = items.map((item) => ({ item, message: JSON.parse(String(item['message'])) as Message }));
    const marks = rows.map((row) => contractOf(row.message.message).doneMark(row.message));
    const found = await deps.store.getMany(marks);
    const done = rows.filter((_, index) => isDone(marks[index] as DoneMark, found[index]));
    const open = rows.filter((_, index) => !isDone(marks[index] as DoneMark, found[index]));
    await deps.store.writeMany(done.map(({ item }) => ({ op: 'delete', table, pk: item.pk, sk: item.sk })));
    confirmed += done.length;

    const due = open.filter(({ item }) => {
      const sends = Number(item['sends']);
      if (sends >= MAX_SENDS) {
        parked += 1;
        return false;
      }
      const waitSeconds = olderThanSeconds * Math.min(2 ** (sends - 1), 64);
      return now - Date.parse(String(item['sentAt'] ?? item['firstAt'])) >= waitSeconds * 1000;
    });
    if (due.length === 0) return;
    const again = due.map(({ item, message }) => ({ message, sends: Number(item['sends']) + 1, item }));
    // The count is written first: a crash between costs one wait, never an endless loop of sends.
    await deps.store.writeMany(again.map(({ item, sends }) => ({ op: 'put', table, item: { ...item, sends, sentAt: deps.clock.now() } })));
    const { notSent } = await deps.queue.send(again.map(({ message, item, sends }) => outgoing(message, item, sends)));
    resent += again.length - notSent;
  };
  for (let shard = 0; shard < OUTBOX_SHARDS; shard += 1) {
    let startAfter: PageKey | undefined;
    do {
      const page: Page = await deps.store.query({ table, pk: `OUTBOX#${shard}`, limit: pageSize, ...(startAfter ? { startAfter } : {}) });
      await sweepPage(page.items);
      startAfter = page.next;
    } while (startAfter);
  }
  if (parked > 0) deps.log.error('outbox.parked', { table, rows: parked });
  if (resent > 0) deps.log.warn('outbox.resent', { table, rows: resent });
  return { confirmed, resent, parked };
};

const isDone = (mark: DoneMark, item: Item | undefined): boolean =>
  item !== undefined && (mark.atLeast === undefined || Number(item[mark.atLeast.attribute] ?? 0) >= mark.atLeast.value);
