/** The door to the queues, sending side. Receiving is the platform's: Lambda's event source, or the poller of `shared/runtime`. */
import type { QueueName } from '../contracts/tables.ts';

export interface OutgoingMessage {
  readonly queue: QueueName;
  readonly body: string;
  /** FIFO queues only. */
  readonly groupId: string;
  readonly deduplicationId: string;
}
export interface Queue {
  /** Sends what it can, in batches of 10. Resolves with how many were not sent: the sweeper sends them again. Never throws for a failed send. */
  send(messages: readonly OutgoingMessage[]): Promise<{ readonly notSent: number }>;
  /** To the dead-letter queue, with the reason as an attribute that people can read. @throws when it could not be sent. */
  sendDead(message: OutgoingMessage, reason: string): Promise<void>;
}
