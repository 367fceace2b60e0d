/** The queues of the world: at least once, in any order, sometimes late, sometimes never. */
import type { OutgoingMessage, Queue } from '../../shared/adapters/queue.ts';
import { QUEUES, type QueueName } from '../../shared/contracts/tables.ts';
import type { SqsEvent } from '../../shared/runtime/sqs-handler.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import type { Random } from './random.ts';

export interface QueueReader {
  readonly queue: QueueName;
  readonly batchSize: number;
  readonly maxReceives: number;
  readonly visibilityMillis: number;
}
export interface DeadLetter {
  readonly message: OutgoingMessage;
  readonly reason: string;
}
interface Waiting {
  readonly id: string;
  readonly message: OutgoingMessage;
  visibleAt: number;
  receives: number;
}
export interface WorldQueues {
  readonly queue: Queue;
  readonly dead: readonly DeadLetter[];
  isReadable(reader: QueueReader): boolean;
  /** A batch, in flight until it is settled or visible again; empty when what was taken had been received too often. */
  receive(reader: QueueReader): SqsEvent;
  /** Deletes what was handled; what failed comes again in half a minute. */
  settle(reader: QueueReader, event: SqsEvent, failures: readonly { readonly itemIdentifier: string }[]): void;
  /** When something becomes visible that is not yet, at the earliest. */
  nextVisibleAt(): number;
  isEmpty(queue?: QueueName): boolean;
  /** Everything that is delayed or in flight can be received at once. */
  makeVisible(): void;
  wipe(): void;
}

const RETRY_MILLIS = 30_000;

export const createQueues = (world: {
  readonly random: Random;
  readonly faults: () => Faults;
  readonly now: () => number;
  readonly note: (line: string) => void;
}): WorldQueues => {
  const { random, faults, now, note } = world;
  const lists = new Map<QueueName, Waiting[]>();
  const dead: DeadLetter[] = [];
  let count = 0;
  const listOf = (name: QueueName): Waiting[] => lists.get(name) ?? [];
  const visibleIn = (name: QueueName): Waiting[] => listOf(name).filter(({ visibleAt }) => visibleAt <= now());
  const forget = (name: QueueName, ids: ReadonlySet<string>): void => {
    lists.set(
      name,
      listOf(name).filter(({ id }) => !ids.has(id)),
    );
  };
  const enqueue = (message: OutgoingMessage): void => {
    const copies = random.chance(faults().duplicated) ? random.between(2, 4) : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (random.chance(faults().dropped)) {
        note(`  lost: ${message.queue} ${message.body.slice(0, 160)}`);
        continue;
      }
      count += 1;
      const delay = random.chance(faults().delayed) ? random.between(1_000, 900_000) : 0;
      lists.set(message.queue, [...listOf(message.queue), { id: `m${count}`, message, visibleAt: now() + delay, receives: 0 }]);
    }
  };

  return {
    dead,
    queue: {
      async send(messages) {
        let notSent = 0;
        for (const message of messages) {
          if (random.chance(faults().notSent)) notSent += 1;
          else enqueue(message);
        }
        return { notSent };
      },
      async sendDead(message, reason) {
        dead.push({ message, reason });
      },
    },
    isReadable: (reader) => listOf(reader.queue).some(({ visibleAt }) => visibleAt <= now()),
    receive(reader) {
      const visible = visibleIn(reader.queue);
      const most = faults() === NO_FAULTS ? reader.batchSize : random.between(1, reader.batchSize);
      const taken = (random.chance(faults().reordered) ? random.shuffle(visible) : visible).slice(0, most);
      const tooSoon = random.chance(faults().visibleTooSoon);
      const alive = taken.filter((waiting) => {
        waiting.receives += 1;
        waiting.visibleAt = now() + (tooSoon ? random.between(0, 2_000) : reader.visibilityMillis);
        if (waiting.receives <= reader.maxReceives) return true;
        dead.push({ message: waiting.message, reason: 'received too often' });
        forget(reader.queue, new Set([waiting.id]));
        return false;
      });
      return {
        Records: alive.map(({ id, message, receives }) => ({
          messageId: id,
          body: message.body,
          attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: message.groupId },
        })),
      };
    },
    settle(reader, event, failures) {
      const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
      forget(reader.queue, new Set(event.Records.flatMap(({ messageId }) => (failed.has(messageId) ? [] : [messageId]))));
      for (const waiting of listOf(reader.queue)) if (failed.has(waiting.id)) waiting.visibleAt = now() + RETRY_MILLIS;
    },
    nextVisibleAt: () =>
      Math.min(
        ...[...lists.values()].flatMap((list) => list.flatMap(({ visibleAt }) => (visibleAt > now() ? [visibleAt] : []))),
        Number.POSITIVE_INFINITY,
      ),
    isEmpty: (name) => (name === undefined ? QUEUES : [name]).every((queue) => listOf(queue).length === 0),
    makeVisible() {
      for (const list of lists.values()) for (const waiting of list) waiting.visibleAt = Math.min(waiting.visibleAt, now());
    },
    wipe() {
      note('the queue server restarts: every message is gone');
      lists.clear();
    },
  };
};
