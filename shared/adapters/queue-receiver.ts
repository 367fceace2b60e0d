/** The door to the queues, receiving side, for places where no platform delivers: the embedded host, containers, and redriving. */
import type { QueueName } from '../contracts/tables.ts';

export interface ReceivedMessage {
  readonly messageId: string;
  /** Names this receipt: a later receipt of the same message has another. */
  readonly receiptHandle: string;
  readonly body: string;
  /** The queue's own: `ApproximateReceiveCount`, `MessageGroupId`, `SentTimestamp`, … */
  readonly attributes: Readonly<Record<string, string>>;
  /** The sender's, text only: `reason` in a dead-letter queue. */
  readonly messageAttributes: Readonly<Record<string, string>>;
}

/** A queue or its dead-letter queue. */
export interface QueueRef {
  readonly queue: QueueName;
  readonly dead?: boolean;
}

/** Approximate, as the queue says. */
export interface QueueDepth {
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface QueueReceiver {
  /** At most 10 messages, waiting at most `waitSeconds` (0 to 20) for the first. @throws when aborted or refused. */
  receive(
    ref: QueueRef,
    options: { readonly max: number; readonly waitSeconds: number; readonly visibilitySeconds?: number; readonly signal?: AbortSignal },
  ): Promise<readonly ReceivedMessage[]>;
  /** Done with these receipts, any number. Resolves with how many could not be deleted: they come again. Never throws for a failed delete. */
  remove(ref: QueueRef, receiptHandles: readonly string[]): Promise<{ readonly notRemoved: number }>;
  /** Makes a message visible again after so many seconds. Best effort: else its own visibility timeout does. */
  release(ref: QueueRef, receiptHandle: string, afterSeconds: number): Promise<void>;
  depth(ref: QueueRef): Promise<QueueDepth>;
}
