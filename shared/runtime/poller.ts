/**
 * Delivers queues to handlers where no platform does: the embedded host and the container worker. It makes the event that Lambda makes
 * and keeps Lambda's rules: what the handler names in `batchItemFailures` is not deleted and comes again; what throws fails the whole batch.
 *
 * One receive at a time and several batches at work: while all workers are busy the queue fills, so that the next batches are fuller and
 * cost less a message. Messages of one FIFO group never overlap, because the queue holds a group back until its message is deleted.
 */
import type { Log } from '../adapters/log.ts';
import type { QueueReceiver, ReceivedMessage } from '../adapters/queue-receiver.ts';
import type { QueueName } from '../contracts/tables.ts';
import type { SqsBatchResponse, SqsHandler } from './sqs-handler.ts';

export interface QueueBinding {
  readonly queue: QueueName;
  /** 1 to 10. */
  readonly batchSize: number;
  /** A batch that takes longer has failed; its messages come again. */
  readonly timeoutSeconds: number;
  readonly handler: SqsHandler;
  /** Batches at work at the same time (default 4). */
  readonly concurrency?: number;
  /** Receive requests at the same time (default 1). More help only where a request to the queue takes long. */
  readonly receivers?: number;
}

export interface PollerOptions {
  readonly receiver: QueueReceiver;
  readonly log: Log;
  /** Long poll; the queue's longest is 20 (default). */
  readonly waitSeconds?: number;
  /** When a failed message is to come again, by how often it was received. Default 1, 2, 4, … 60 s. */
  readonly retryAfterSeconds?: (receives: number) => number;
}

export interface Pollers {
  /** Batches at work now. */
  busy(): number;
  /** Takes no more; resolves when what is at work is done, or after `graceMs` with how many batches were left (they come again). */
  stop(graceMs: number): Promise<{ readonly unfinished: number }>;
}

const defaultRetry = (receives: number): number => Math.min(60, 2 ** Math.min(receives - 1, 6));
const LONGEST_ERROR_PAUSE_MS = 5000;

export const startPollers = (bindings: readonly QueueBinding[], options: PollerOptions): Pollers => {
  const stopping = new AbortController();
  const work = new Set<Promise<void>>();
  const loops = bindings.flatMap((binding) =>
    Array.from({ length: binding.receivers ?? 1 }, () => receiveLoop(binding, options, stopping.signal, work)),
  );
  return {
    busy: () => work.size,
    async stop(graceMs) {
      stopping.abort();
      await Promise.race([Promise.all(loops).then(() => Promise.all(work)), pause(graceMs)]);
      return { unfinished: work.size };
    },
  };
};

const receiveLoop = async (
  binding: QueueBinding,
  options: PollerOptions,
  stopping: AbortSignal,
  work: Set<Promise<void>>,
): Promise<void> => {
  const { receiver, log, waitSeconds = 20 } = options;
  const { queue, batchSize, concurrency = 4 } = binding;
  const mine = new Set<Promise<void>>();
  let errors = 0;
  while (!stopping.aborted) {
    if (mine.size >= concurrency) {
      await Promise.race(mine);
      continue;
    }
    let messages: readonly ReceivedMessage[];
    try {
      messages = await receiver.receive({ queue }, { max: batchSize, waitSeconds, signal: stopping });
      errors = 0;
    } catch (error) {
      if (stopping.aborted) break;
      errors += 1;
      log.warn('queue.receive-failed', { queue, errors, reason: String(error).slice(0, 300) });
      await pause(Math.min(LONGEST_ERROR_PAUSE_MS, 100 * 2 ** errors), stopping);
      continue;
    }
    if (messages.length === 0) continue;
    const batch = handleBatch(binding, options, messages).finally(() => {
      mine.delete(batch);
      work.delete(batch);
    });
    mine.add(batch);
    work.add(batch);
  }
};

/** Never rejects. */
const handleBatch = async (
  { queue, handler, timeoutSeconds }: QueueBinding,
  { receiver, log, retryAfterSeconds = defaultRetry }: PollerOptions,
  messages: readonly ReceivedMessage[],
): Promise<void> => {
  const failed = await failuresOf(handler, timeoutSeconds, messages).catch((error: unknown) => {
    log.error('queue.batch-failed', { queue, messages: messages.length, reason: String(error).slice(0, 500) });
    return new Set(messages.map(({ messageId }) => messageId));
  });
  const done = messages.filter(({ messageId }) => !failed.has(messageId));
  const again = messages.filter(({ messageId }) => failed.has(messageId));
  await Promise.all([
    done.length > 0
      ? receiver.remove(
          { queue },
          done.map(({ receiptHandle }) => receiptHandle),
        )
      : undefined,
    ...again.map(({ receiptHandle, attributes }) =>
      receiver.release({ queue }, receiptHandle, retryAfterSeconds(Number(attributes['ApproximateReceiveCount'] ?? 1))),
    ),
  ]);
};

/** Ids of the messages that were not handled. @throws when the whole batch failed. */
const failuresOf = async (
  handler: SqsHandler,
  timeoutSeconds: number,
  messages: readonly ReceivedMessage[],
): Promise<ReadonlySet<string>> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${timeoutSeconds} s`)), timeoutSeconds * 1000);
  });
  try {
    const event = { Records: messages.map(({ messageId, body, attributes }) => ({ messageId, body, attributes })) };
    const answer: SqsBatchResponse = await Promise.race([handler(event), tooLong]);
    const ids = new Set(messages.map(({ messageId }) => messageId));
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    // As Lambda does: an answer that names a message that was not in the batch says nothing that can be relied on.
    for (const id of failed) if (!ids.has(id)) throw new Error(`the handler named a message that is not in its batch: ${id}`);
    return failed;
  } finally {
    clearTimeout(timer);
  }
};

/** Resolves early when aborted; never keeps the process alive. */
const pause = (millis: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    timer.unref();
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
