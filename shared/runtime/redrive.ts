/**
 * Puts messages of a dead-letter queue back into their queue, after what made them fail was mended. Receive, send, delete in this order: a
 * crash between them repeats a message, which its done mark makes harmless, and never loses one.
 */
import type { Queue } from '../adapters/queue.ts';
import type { QueueReceiver, ReceivedMessage } from '../adapters/queue-receiver.ts';
import type { QueueName } from '../contracts/tables.ts';

/** Long enough to send and delete one batch; a message that could not be sent is back in the dead-letter queue after it. */
const HIDDEN_SECONDS = 60;

export interface DeadMessage {
  readonly messageId: string;
  /** Why it was given up; `receives` when only the queue's own policy moved it. */
  readonly reason: string;
  readonly sentAt: string | undefined;
  readonly body: string;
}

export interface RedriveOptions {
  /** Looks only; nothing is moved. Of each FIFO group only the first message can be seen so. */
  readonly dryRun: boolean;
  /** At most so many messages (default 10,000). */
  readonly max?: number;
  readonly onMessage: (message: DeadMessage) => void;
}

export interface RedriveResult {
  readonly seen: number;
  readonly moved: number;
  /** Could not be sent or deleted; still in the dead-letter queue. */
  readonly left: number;
}

export const redrive = async (
  deps: { readonly receiver: QueueReceiver; readonly queue: Queue; readonly nowMillis: number },
  name: QueueName,
  options: RedriveOptions,
): Promise<RedriveResult> => {
  const { receiver, queue } = deps;
  const ref = { queue: name, dead: true } as const;
  // Only what is there now: a message that still cannot be handled comes back, and would be redriven for ever.
  const max = Math.min(options.max ?? 10_000, (await receiver.depth(ref)).waiting);
  const held: ReceivedMessage[] = [];
  let seen = 0;
  let moved = 0;
  while (seen < max) {
    const messages = await receiver.receive(ref, { max: Math.min(10, max - seen), waitSeconds: 1, visibilitySeconds: HIDDEN_SECONDS });
    if (messages.length === 0) break;
    seen += messages.length;
    for (const message of messages) options.onMessage(deadMessage(message));
    if (options.dryRun) {
      held.push(...messages);
      continue;
    }
    for (const message of messages) {
      const { notSent } = await queue.send([
        {
          queue: name,
          body: message.body,
          groupId: message.attributes['MessageGroupId'] ?? 'redrive',
          // Another id than before: within five minutes the queue would take the same one for a repetition and drop it.
          deduplicationId: `${message.messageId}-redrive-${deps.nowMillis}`,
        },
      ]);
      if (notSent > 0) continue;
      const { notRemoved } = await receiver.remove(ref, [message.receiptHandle]);
      if (notRemoved === 0) moved += 1;
    }
  }
  for (const message of held) await receiver.release(ref, message.receiptHandle, 0);
  return { seen, moved, left: options.dryRun ? seen : seen - moved };
};

const deadMessage = (message: ReceivedMessage): DeadMessage => {
  const sent = Number(message.attributes['SentTimestamp']);
  return {
    messageId: message.messageId,
    reason: message.messageAttributes['reason'] ?? 'received too often',
    sentAt: Number.isFinite(sent) ? new Date(sent).toISOString() : undefined,
    body: message.body,
  };
};
