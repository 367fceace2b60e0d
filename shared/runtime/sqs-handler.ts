/** SQS batches with partial failure: each record parsed alone, one bad record fails alone, and says why when it goes to the dead-letter queue. */
import type { Log } from '../adapters/log.ts';
import type { Queue } from '../adapters/queue.ts';
import { contractOf, MESSAGES, type Message, type MessageName } from '../contracts/messages.ts';
import type { QueueName } from '../contracts/tables.ts';

/** The part of Lambda's SQS event that is used; the embedded poller and the simulation make the same. */
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}
export interface SqsBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
export type SqsHandler = (event: SqsEvent) => Promise<SqsBatchResponse>;

/** A record that could be read. `index` is its place in the batch. */
export interface Received<M> {
  readonly index: number;
  readonly message: M;
}
/** Why a record was not handled, by its place in the batch. */
export type Failures = ReadonlyMap<number, string>;

/** Receives before a message goes to the dead-letter queue; `infra/topology.ts` gives the queues the same number. */
export const MAX_RECEIVES = 5;

/**
 * Handles one queue. `handle` gets all records that could be parsed, at once, so that it can fold them in batches, and returns those it
 * could not handle, with the reason. What throws fails every record of the batch (they come again).
 */
export const sqsHandler = <M extends Message>(
  deps: { readonly queue: Queue; readonly log: Log },
  queueName: QueueName,
  names: readonly MessageName[],
  handle: (received: readonly Received<M>[]) => Promise<Failures>,
): SqsHandler => {
  return async (event) => {
    const failures = new Map<number, string>();
    const received: Received<M>[] = [];
    event.Records.forEach((record, index) => {
      const parsed = parseMessage(record.body, names);
      if (parsed.ok) received.push({ index, message: parsed.message as M });
      else failures.set(index, parsed.reason);
    });
    if (received.length > 0) {
      try {
        for (const [index, reason] of await handle(received)) failures.set(index, reason);
      } catch (error) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        for (const { index } of received) failures.set(index, reason);
      }
    }
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const [index, reason] of failures) {
      const record = event.Records[index] as SqsRecord;
      const receives = Number(record.attributes['ApproximateReceiveCount'] ?? '1');
      deps.log.warn('message.failed', { queue: queueName, messageId: record.messageId, receives, reason: reason.slice(0, 500) });
      if (receives >= MAX_RECEIVES && (await moveToDead(deps, queueName, record, reason))) continue;
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };
};

const moveToDead = async (
  deps: { readonly queue: Queue; readonly log: Log },
  queue: QueueName,
  record: SqsRecord,
  reason: string,
): Promise<boolean> => {
  try {
    await deps.queue.sendDead(
      {
        queue,
        body: record.body,
        groupId: record.attributes['MessageGroupId'] ?? 'dead',
        deduplicationId: `${record.messageId}-dead`,
      },
      reason,
    );
    deps.log.error('message.dead', { queue, messageId: record.messageId, reason: reason.slice(0, 500) });
    return true;
  } catch {
    // The queue's own redrive policy moves it, without the reason.
    return false;
  }
};

const parseMessage = (
  body: string,
  names: readonly MessageName[],
): { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly reason: string } => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { ok: false, reason: 'body is not JSON' };
  }
  const name = (json as { message?: unknown } | null)?.message;
  if (typeof name !== 'string' || !Object.hasOwn(MESSAGES, name) || !names.includes(name as MessageName)) {
    return { ok: false, reason: `not a message of this queue: ${String(name).slice(0, 64)}` };
  }
  const parsed = contractOf(name as MessageName).schema.safeParse(json);
  return parsed.success
    ? { ok: true, message: parsed.data }
    : {
        ok: false,
        reason: `invalid ${name}: ${parsed.error.issues
          .map((issue) => `${issue.path.join('.')} ${issue.message}`)
          .join('; ')
          .slice(0, 500)}`,
      };
};
