/** A queue in memory, with the shapes of SQS: receive, delete, return after a failure, dead letters. */
import type { OutgoingMessage, Queue } from '../../shared/adapters/queue.ts';
import { FIFO_QUEUES, type QueueName } from '../../shared/contracts/tables.ts';
import type { SqsEvent, SqsHandler, SqsRecord } from '../../shared/runtime/sqs-handler.ts';

export interface DeadMessage {
  readonly message: OutgoingMessage;
  readonly reason: string;
}

export interface MemoryQueue extends Queue {
  /** Everything that was ever sent, oldest first; the body parsed. */
  readonly sent: readonly OutgoingMessage[];
  /** Dead letters by queue. */
  readonly dead: ReadonlyMap<QueueName, readonly DeadMessage[]>;
  /** The bodies waiting or in flight, parsed. */
  waiting(queue: QueueName): readonly unknown[];
  /** Takes up to `max` messages; they are in flight until `delete` or `giveBack`. */
  receive(queue: QueueName, max?: number): SqsEvent;
  delete(queue: QueueName, messageIds: readonly string[]): void;
  /** Back to the front, as when their visibility ran out. */
  giveBack(queue: QueueName, messageIds: readonly string[]): void;
  /**
   * Hands all messages to a handler, in batches, until none is left: what fails comes again, at most `maxReceives` times.
   * Gives how many were handled. For unit tests; the simulation delivers in its own, hostile way.
   */
  deliver(queue: QueueName, handler: SqsHandler, options?: { readonly batchSize?: number; readonly maxReceives?: number }): Promise<number>;
  /** Everything that waits or is in flight is gone, as when the queue server restarts. */
  wipe(queue?: QueueName): void;
}

interface Waiting {
  readonly messageId: string;
  readonly message: OutgoingMessage;
  receives: number;
  inFlight: boolean;
}

/** `fifo: true` keeps the order within a group, hands out a group only when nothing of it is in flight, and drops repeated deduplication ids. */
export const memoryQueue = (options: { readonly fifo?: boolean } = {}): MemoryQueue => {
  const sent: OutgoingMessage[] = [];
  const dead = new Map<QueueName, DeadMessage[]>();
  const queues = new Map<QueueName, Waiting[]>();
  const deduplicated = new Set<string>();
  let counter = 0;
  const listOf = (queue: QueueName): Waiting[] => {
    const list = queues.get(queue) ?? [];
    queues.set(queue, list);
    return list;
  };
  const isFifo = (queue: QueueName): boolean => options.fifo === true && FIFO_QUEUES.has(queue);

  const queue: MemoryQueue = {
    sent,
    dead,
    async send(messages) {
      for (const message of messages) {
        if (Buffer.byteLength(message.body) > 256 * 1024) throw new RangeError('a message may have at most 256 KB');
        sent.push(message);
        const deduplication = `${message.queue}\u0000${message.deduplicationId}`;
        if (isFifo(message.queue) && deduplicated.has(deduplication)) continue;
        deduplicated.add(deduplication);
        counter += 1;
        listOf(message.queue).push({ messageId: `m-${counter}`, message, receives: 0, inFlight: false });
      }
      return { notSent: 0 };
    },
    async sendDead(message, reason) {
      const list = dead.get(message.queue);
      if (list) list.push({ message, reason });
      else dead.set(message.queue, [{ message, reason }]);
    },
    waiting: (name) => listOf(name).map(({ message }) => JSON.parse(message.body) as unknown),
    receive(name, max = 10) {
      const list = listOf(name);
      const busy = new Set(list.filter(({ inFlight }) => inFlight).map(({ message }) => message.groupId));
      const taken = list.filter((entry) => !entry.inFlight && !(isFifo(name) && busy.has(entry.message.groupId))).slice(0, max);
      const Records = taken.map((entry): SqsRecord => {
        entry.inFlight = true;
        entry.receives += 1;
        return {
          messageId: entry.messageId,
          body: entry.message.body,
          attributes: { ApproximateReceiveCount: String(entry.receives), MessageGroupId: entry.message.groupId },
        };
      });
      return { Records };
    },
    delete(name, messageIds) {
      const gone = new Set(messageIds);
      queues.set(
        name,
        listOf(name).filter(({ messageId }) => !gone.has(messageId)),
      );
    },
    giveBack(name, messageIds) {
      const back = new Set(messageIds);
      for (const entry of listOf(name)) if (back.has(entry.messageId)) entry.inFlight = false;
    },
    async deliver(name, handler, { batchSize = 10, maxReceives = 5 } = {}) {
      let handled = 0;
      for (;;) {
        const event = queue.receive(name, batchSize);
        if (event.Records.length === 0) return handled;
        const failed = new Set((await handler(event)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        const succeeded = event.Records.filter(({ messageId }) => !failed.has(messageId));
        queue.delete(
          name,
          succeeded.map(({ messageId }) => messageId),
        );
        handled += succeeded.length;
        for (const record of event.Records.filter(({ messageId }) => failed.has(messageId))) {
          if (Number(record.attributes['ApproximateReceiveCount']) >= maxReceives) {
            const entry = listOf(name).find(({ messageId }) => messageId === record.messageId);
            if (entry) await queue.sendDead(entry.message, 'received too often');
            queue.delete(name, [record.messageId]);
          } else queue.giveBack(name, [record.messageId]);
        }
      }
    },
    wipe(name) {
      if (name === undefined) queues.clear();
      else queues.delete(name);
    },
  };
  return queue;
};
