/**
 * Between the composed services and the world: a process (an execution environment of a function) is composed once and used for one task
 * after another, as production does; every call of its store, queue and clock goes through the link of the task it works on now.
 */
import type { Clock } from '../../shared/adapters/clock.ts';
import { silentLog } from '../../shared/adapters/log.ts';
import type { OutgoingMessage, Queue } from '../../shared/adapters/queue.ts';
import type { Item, Key, Store, WriteOperation } from '../../shared/adapters/store.ts';
import { instantFromMillis } from '../../shared/kernel/period.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { testConfig } from './memory-platform.ts';

export const SERVICES = ['people', 'plans', 'ingest', 'attendance', 'scoring', 'bonus', 'notify', 'payslip'] as const;
export type Service = (typeof SERVICES)[number];

const BATCH_PIECE = 4;

/** One call out of a service, as the scheduler and the history see it. */
export interface Call {
  readonly service: Service;
  readonly kind: 'read' | 'transact' | 'write' | 'batch' | 'send';
  /** For the history; made only when it is kept. */
  describe(): string;
}
export interface Link {
  /** Performs the call: at once, later, twice, never. */
  call<T>(call: Call, perform: () => Promise<T>): Promise<T>;
  store(service: Service): Store;
  queue(service: Service): Queue;
  millis(): number;
  /** How a read of so many items falls apart: places that are read together, one group after another. */
  tear(count: number): readonly (readonly number[])[];
}
/** Where a process finds the link of its present task. */
export interface Socket {
  link: Link | undefined;
}

const linked = (socket: Socket): Link => {
  if (!socket.link) throw new Error('a process without a task called its platform');
  return socket.link;
};
const keyText = ({ table, pk, sk }: Key): string => `${table}/${pk}/${sk}`;
const operationText = (operation: WriteOperation): string => {
  const { pk, sk } = operation.op === 'put' ? operation.item : operation;
  const { condition } = operation;
  const suffix = condition
    ? ` if ${condition.kind}${'attribute' in condition ? ` ${condition.attribute} ${String(condition.value)}` : ''}`
    : '';
  return `${operation.op} ${operation.table}/${pk}/${sk}${suffix}`;
};
const listText = <T>(list: readonly T[], text: (one: T) => string): string =>
  list.length > 12 ? `${list.slice(0, 12).map(text).join(', ')}, … ${list.length} in all` : list.map(text).join(', ');

export const linkedPlatform = (socket: Socket, service: Service): Platform => {
  const read = <T>(describe: () => string, perform: (store: Store) => Promise<T>): Promise<T> => {
    const link = linked(socket);
    return link.call({ service, kind: 'read', describe }, () => perform(link.store(service)));
  };
  const write = <T>(kind: Call['kind'], operations: readonly WriteOperation[], perform: (store: Store) => Promise<T>): Promise<T> => {
    const link = linked(socket);
    return link.call({ service, kind, describe: () => `${kind} ${listText(operations, operationText)}` }, () =>
      perform(link.store(service)),
    );
  };
  const store: Store = {
    get: (key) =>
      read(
        () => `get ${keyText(key)}`,
        (to) => to.get(key),
      ),
    async getMany(keys) {
      // Not a snapshot: DynamoDB reads a batch item by item.
      const found: (Item | undefined)[] = keys.map(() => undefined);
      for (const places of linked(socket).tear(keys.length)) {
        const some = places.map((place) => keys[place] as Key);
        const items = await read(
          () => `getMany ${listText(some, keyText)}`,
          (to) => to.getMany(some),
        );
        places.forEach((place, index) => {
          found[place] = items[index];
        });
      }
      return found;
    },
    query: (query) =>
      read(
        () => `query ${query.table}${query.index ? `.${query.index}` : ''}/${query.pk} ${JSON.stringify(query.sk ?? '')}`,
        (to) => to.query(query),
      ),
    write: (operation) => write('write', [operation], (to) => to.write(operation)),
    transact: (operations) => write('transact', operations, (to) => to.transact(operations)),
    async writeMany(operations) {
      // Not atomic: in pieces, so that something can go wrong between them.
      for (let start = 0; start < operations.length; start += BATCH_PIECE) {
        const piece = operations.slice(start, start + BATCH_PIECE);
        await write('batch', piece, (to) => to.writeMany(piece));
      }
    },
  };
  const messageText = (message: OutgoingMessage): string => `${message.queue}: ${message.body.slice(0, 300)}`;
  const queue: Queue = {
    send(messages) {
      if (messages.length === 0) return Promise.resolve({ notSent: 0 });
      const link = linked(socket);
      return link.call({ service, kind: 'send', describe: () => `send ${listText(messages, messageText)}` }, () =>
        link.queue(service).send(messages),
      );
    },
    sendDead(message, reason) {
      const link = linked(socket);
      return link.call({ service, kind: 'send', describe: () => `send dead (${reason}) ${messageText(message)}` }, () =>
        link.queue(service).sendDead(message, reason),
      );
    },
  };
  const clock: Clock = { now: () => instantFromMillis(linked(socket).millis()), millis: () => linked(socket).millis() };
  return { store, queue, clock, log: silentLog, config: testConfig };
};
