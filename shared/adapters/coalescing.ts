/**
 * Puts what a process asks for at the same moment into one request: strongly consistent reads of many callers become one batch, transactions
 * one transaction, messages one send. Nothing waits for a timer: what is asked for while a request is under way goes with the next one, so a
 * lone caller is as fast as without, and the busier the process the fewer requests each caller costs (a database's group commit). Of use where
 * one process serves many callers (embedded, containers); a Lambda function serves one.
 */
import type { OutgoingMessage, Queue } from './queue.ts';
import { type Item, type Key, MAX_TRANSACTION, type Store, type WriteOperation, type WriteResult } from './store.ts';

interface Waiting<Ask, Answer> {
  readonly asks: readonly Ask[];
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Calls that come while `atOnce` requests are under way gather and go together when one is back; a call that comes when none is goes at once,
 * with those of the same turn. `run` answers all of them in the order they came.
 */
const together = <Ask, Answer>(atOnce: number, run: (calls: readonly Waiting<Ask, Answer>[]) => Promise<void>) => {
  let gathered: Waiting<Ask, Answer>[] = [];
  let underWay = 0;
  let scheduled = false;
  const schedule = (): void => {
    if (scheduled || underWay >= atOnce || gathered.length === 0) return;
    scheduled = true;
    setImmediate(go);
  };
  const go = (): void => {
    scheduled = false;
    const calls = gathered;
    gathered = [];
    underWay += 1;
    run(calls)
      .catch((error: unknown) => {
        for (const call of calls) call.reject(error);
      })
      .finally(() => {
        underWay -= 1;
        schedule();
      });
  };
  return (asks: readonly Ask[]): Promise<Answer> =>
    new Promise((resolve, reject) => {
      gathered.push({ asks, resolve, reject });
      schedule();
    });
};

/** Requests of one kind at once. More would only make each smaller: the engine writes one transaction after the other anyway. */
const READS_AT_ONCE = 2;
const TRANSACTIONS_AT_ONCE = 1;
const SENDS_AT_ONCE = 1;

/** DynamoDB takes 4 MB in a transaction; characters may have up to three bytes. */
const MAX_TRANSACTION_CHARACTERS = 1_000_000;

type Transaction = Waiting<WriteOperation, WriteResult>;

/**
 * Transactions of several callers as one: all or nothing for more than asked for, which no caller can tell. Callers whose conditions do not
 * hold hear so; the others, of whom nothing was written, go again without them. An item is in a transaction once, so callers that touch the
 * same item are kept apart, in the order they came.
 */
const commitTogether = async (store: Store, calls: readonly Transaction[]): Promise<void> => {
  const run = async (group: readonly Transaction[]): Promise<void> => {
    let open = group;
    while (open.length > 0) {
      const result = await store.transact(open.flatMap(({ asks }) => asks));
      if (result.ok) {
        for (const { resolve } of open) resolve(result);
        return;
      }
      const passed: Transaction[] = [];
      let from = 0;
      for (const call of open) {
        const until = from + call.asks.length;
        const start = from;
        const failed = result.failed.filter((index) => index >= start && index < until).map((index) => index - start);
        if (failed.length > 0) call.resolve({ ok: false, failed });
        else passed.push(call);
        from = until;
      }
      if (passed.length === open.length) throw new Error('a transaction failed without naming a condition');
      open = passed;
    }
  };
  for (const wave of apart(calls)) {
    await Promise.all(
      wave.map((group) =>
        run(group).catch((error: unknown) => {
          for (const { reject } of group) reject(error);
        }),
      ),
    );
  }
};

/** Waves of groups: within a wave no item is in two groups' hands, and a group fits into one transaction. */
const apart = (calls: readonly Transaction[]): Transaction[][][] => {
  const waves: {
    readonly items: Set<string>;
    readonly groups: { readonly calls: Transaction[]; operations: number; characters: number }[];
  }[] = [];
  for (const call of calls) {
    const items = call.asks.map(itemOf);
    const characters = call.asks.reduce((sum, operation) => sum + charactersOf(operation), 0);
    // After the last wave that touches one of its items, so that callers of one item keep their order.
    const last = waves.findLastIndex((wave) => items.some((item) => wave.items.has(item)));
    const wave = waves[last + 1] ?? { items: new Set<string>(), groups: [] };
    if (!waves.includes(wave)) waves.push(wave);
    for (const item of items) wave.items.add(item);
    const group = wave.groups.at(-1);
    if (group && group.operations + call.asks.length <= MAX_TRANSACTION && group.characters + characters <= MAX_TRANSACTION_CHARACTERS) {
      group.calls.push(call);
      group.operations += call.asks.length;
      group.characters += characters;
    } else wave.groups.push({ calls: [call], operations: call.asks.length, characters });
  }
  return waves.map(({ groups }) => groups.map((group) => group.calls));
};

const itemOf = (operation: WriteOperation): string => {
  const { pk, sk } = operation.op === 'put' ? operation.item : operation;
  return `${operation.table}\u0000${pk}\u0000${sk}`;
};
const charactersOf = (operation: WriteOperation): number =>
  operation.op === 'put'
    ? Object.values(operation.item).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 16), 0)
    : 0;

/** Reads and transactions. A request that fails fails for everybody who shared it; each has its own retry, as before. */
export const coalescingStore = (store: Store): Store => {
  const getMany = together<Key, readonly (Item | undefined)[]>(READS_AT_ONCE, async (calls) => {
    const items = await store.getMany(calls.flatMap(({ asks }) => asks));
    let from = 0;
    for (const { asks, resolve } of calls) {
      resolve(items.slice(from, from + asks.length));
      from += asks.length;
    }
  });
  const transact = together<WriteOperation, WriteResult>(TRANSACTIONS_AT_ONCE, (calls) => commitTogether(store, calls));
  return {
    ...store,
    transact: (operations) => (operations.length === 0 ? Promise.resolve({ ok: true }) : transact(operations)),
    get: async (key) => (await getMany([key]))[0],
    getMany: (keys) => (keys.length === 0 ? Promise.resolve([]) : getMany(keys)),
  };
};

/** Sends. When a part was not sent nobody knows whose it was: each caller hears of at most as many as it gave; the outbox knows. */
export const coalescingQueue = (queue: Queue): Queue => {
  const send = together<OutgoingMessage, { readonly notSent: number }>(SENDS_AT_ONCE, async (calls) => {
    const { notSent } = await queue.send(calls.flatMap(({ asks }) => asks));
    for (const { asks, resolve } of calls) resolve({ notSent: Math.min(notSent, asks.length) });
  });
  return { send: (messages) => (messages.length === 0 ? Promise.resolve({ notSent: 0 }) : send(messages)), sendDead: queue.sendDead };
};
