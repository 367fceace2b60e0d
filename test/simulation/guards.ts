/**
 * Each guard of the product, taken away from outside: a wrapper around the store changes what reaches it. Production code knows nothing of
 * this. `guards.test.ts` shows that the simulation notices every one of them.
 */
import type { Item, Key, Store, WriteOperation, WriteResult } from '../../shared/adapters/store.ts';
import type { Service } from './link.ts';
import type { ScenarioName } from './scenarios.ts';
import type { Mutation } from './world.ts';

export interface Guard {
  readonly name: string;
  /** What is taken away. */
  readonly without: string;
  /** The weather in which it is missed soonest. */
  readonly scenario: ScenarioName;
  readonly mutation: Mutation;
}

const keyOf = (operation: WriteOperation): { readonly pk: string; readonly sk: string } =>
  operation.op === 'put' ? operation.item : operation;

/** `change` gives the operation to apply instead, or null for none. */
const changing = (store: Store, change: (operation: WriteOperation) => WriteOperation | null): Store => {
  const transact = async (operations: readonly WriteOperation[]): Promise<WriteResult> => {
    const kept: { readonly operation: WriteOperation; readonly place: number }[] = [];
    operations.forEach((original, place) => {
      const operation = change(original);
      if (operation) kept.push({ operation, place });
    });
    const result = await store.transact(kept.map(({ operation }) => operation));
    return result.ok ? result : { ok: false, failed: result.failed.map((index) => kept[index]?.place ?? index) };
  };
  return { ...store, transact, write: (operation) => transact([operation]) };
};
const unconditional = (operation: WriteOperation): WriteOperation | null => {
  if (operation.op === 'check') return null;
  const { condition: _condition, ...rest } = operation;
  return rest;
};

/** A position goes on as if nothing had been taken of anybody's attendance. */
const forgetAttendance = (operation: WriteOperation): WriteOperation => {
  if (operation.op !== 'put' || operation.table !== 'payroll' || operation.item.sk !== 'PAYROLL') return operation;
  const doc = JSON.parse(String(operation.item['doc'])) as { readonly current: object };
  return { ...operation, item: { ...operation.item, doc: JSON.stringify({ ...doc, current: { ...doc.current, attendance: [] } }) } };
};

/** A month pays another amount, and nobody asks for the later ones. */
const withoutCarryRequests = (operation: WriteOperation): WriteOperation | null =>
  operation.op === 'put' && operation.item.pk.startsWith('OUTBOX#') && isCarryRequest(operation.item['message']) ? null : operation;
const isCarryRequest = (message: unknown): boolean =>
  (typeof message === 'string' ? message : JSON.stringify(message)).includes('"causeId":"carry:');

type Where = (table: string, pk: string, sk: string) => boolean;
/** Takes the conditions off the writes of some items. */
const withoutConditions = (where: Where): Mutation => ({
  store: (_service, store) =>
    changing(store, (operation) => {
      const { pk, sk } = keyOf(operation);
      return where(operation.table, pk, sk) ? unconditional(operation) : operation;
    }),
});
/** Leaves pure checks out, and the conditions of writes as they are. */
const withoutChecks = (where: Where): Mutation => ({
  store: (_service, store) =>
    changing(store, (operation) => (operation.op === 'check' && where(operation.table, operation.pk, operation.sk) ? null : operation)),
});
/** Leaves the writes of some items out. */
const withoutWrites = (where: Where): Mutation => ({
  store: (_service, store) =>
    changing(store, (operation) => {
      const { pk, sk } = keyOf(operation);
      return where(operation.table, pk, sk) ? null : operation;
    }),
});
/** Answers reads of some items by something else than what is stored. */
const answering = (service: Service, answer: (key: Key, stored: Item | undefined) => Item | undefined): Mutation => ({
  store: (asking, store) =>
    asking === service
      ? {
          ...store,
          get: async (key) => answer(key, await store.get(key)),
          getMany: async (keys) => {
            const found = await store.getMany(keys);
            return keys.map((key, place) => answer(key, found[place]));
          },
        }
      : store,
});
/** Answers reads of some items by what they were when they were first asked for. */
const firstAnswers = (service: Service, where: (key: Key) => boolean): Mutation => {
  const first = new Map<string, Item | undefined>();
  return answering(service, (key, stored) => {
    if (!where(key)) return stored;
    const name = `${key.pk}\u0000${key.sk}`;
    if (!first.has(name)) first.set(name, stored);
    return first.get(name);
  });
};
/** Both, one around the other. */
const together = (...mutations: readonly Mutation[]): Mutation => ({
  store: (service, store) => mutations.reduce((inner, mutation) => mutation.store?.(service, inner) ?? inner, store),
  queue: (service, queue) => mutations.reduce((inner, mutation) => mutation.queue?.(service, inner) ?? inner, queue),
});
/** Writes some items of a transaction before the rest of it, by themselves; now and then something happens in between. */
const beforehand = (where: Where): Mutation => ({
  store: (_service, store) => {
    let count = 0;
    return {
      ...store,
      async transact(operations) {
        const isMark = (operation: WriteOperation): boolean => where(operation.table, keyOf(operation).pk, keyOf(operation).sk);
        const marks = operations.filter((operation) => operation.op === 'put' && isMark(operation));
        for (const mark of marks) {
          const alone = unconditional(mark);
          if (alone) await store.write(alone);
        }
        count += marks.length;
        if (marks.length > 0 && count % 8 === 0) throw new Error('died in between');
        const rest = operations.filter((operation) => !marks.includes(operation));
        const result = await store.transact(rest);
        return result.ok ? result : { ok: false, failed: result.failed.map((index) => operations.indexOf(rest[index] as WriteOperation)) };
      },
    };
  },
});

export const GUARDS: readonly Guard[] = [
  {
    name: 'fact condition',
    without: 'the condition on the head of a fact: two that race are both taken',
    scenario: 'rush',
    mutation: withoutConditions((table, pk, sk) => table === 'facts' && pk.startsWith('FACT#') && sk === 'HEAD'),
  },
  {
    name: 'order condition',
    without: 'the condition on an order that refunds follow',
    scenario: 'rush',
    mutation: withoutConditions((table, pk) => table === 'facts' && pk.startsWith('ORDER#')),
  },
  {
    name: 'book version',
    without: 'the condition on the version of a book',
    scenario: 'rush',
    mutation: withoutConditions((table, _pk, sk) => table === 'scores' && sk === 'BOOK'),
  },
  {
    name: 'targets of places',
    without: 'the condition on what is set for places: of two that are set at the same moment one is lost',
    scenario: 'rush',
    mutation: withoutConditions((table, pk, sk) => table === 'plans' && pk.startsWith('TARGETS#') && sk.startsWith('MONTH#')),
  },
  {
    name: 'targets with their book',
    without: 'the look at the targets after the book was read: scoring knows only those that were set when it first asked',
    scenario: 'rush',
    mutation: firstAnswers('scoring', ({ table, pk }) => table === 'plans' && pk.includes('TARGETS#')),
  },
  {
    name: 'what managers were told',
    without: 'the memory of what managers were told of a month, and with it the number that rises with every telling',
    scenario: 'rush',
    mutation: together(
      withoutConditions((table, pk) => table === 'scores' && pk.startsWith('TEAM#')),
      firstAnswers('scoring', ({ table, pk }) => table === 'scores' && pk.startsWith('TEAM#')),
    ),
  },
  {
    name: 'months that look at others',
    without: 'the hold on the list of months that look at days of earlier months: a fact slips in while such a month is folded',
    scenario: 'windows',
    mutation: withoutConditions((table, pk) => table === 'scores' && pk.startsWith('WINDOWS#')),
  },
  {
    name: 'applied-fact mark',
    without: 'the memory of which facts a book holds',
    scenario: 'rush',
    mutation: together(
      withoutConditions((table, _pk, sk) => table === 'scores' && sk.startsWith('FACT#')),
      answering('scoring', ({ table, sk }, stored) => (table === 'scores' && sk.startsWith('FACT#') ? undefined : stored)),
    ),
  },
  {
    name: 'outbox row',
    without: 'the message in the transaction of the state it speaks of',
    scenario: 'everything',
    mutation: withoutWrites((_table, pk) => pk.startsWith('OUTBOX#')),
  },
  {
    name: 'confirmation by done mark',
    without: 'the look at the done mark before an outbox row is removed: the sweeper takes every message for done',
    scenario: 'everything',
    mutation: together(
      answering('ingest', ({ table, pk, sk }, stored) =>
        table === 'scores' && sk.startsWith('FACT#') ? { pk, sk, revision: Number.MAX_SAFE_INTEGER } : stored,
      ),
      answering('scoring', ({ table, pk, sk }, stored) => (table === 'ledger' && sk.startsWith('SEEN#') ? { pk, sk } : stored)),
    ),
  },
  {
    name: 'done mark with its effect',
    without: 'the done mark in the transaction of its effect: it is written before',
    scenario: 'rush',
    mutation: beforehand((table, _pk, sk) => table === 'ledger' && sk.startsWith('SEEN#')),
  },
  {
    name: 'ledger sequence',
    without: 'the conditions on the head of a ledger and on its entries',
    scenario: 'rush',
    mutation: withoutConditions((table, pk) => table === 'ledger' && pk.startsWith('LEDGER#')),
  },
  {
    name: 'award version',
    without: 'the conditions on awards and on the state of their month',
    scenario: 'rush',
    mutation: withoutConditions((table, pk, sk) => table === 'ledger' && pk.startsWith('AWARDS#') && !sk.startsWith('SEEN#')),
  },
  {
    name: 'first of a group',
    without: 'the condition on who is first of a group, and its place in the transaction of what enters and of the requests to the others',
    scenario: 'everything',
    mutation: beforehand((table, pk, sk) => table === 'ledger' && pk.startsWith('GROUP#') && sk === 'HEAD'),
  },
  {
    name: 'adjustment decided once',
    without: 'the conditions on an adjustment and on its award: two who approve at the same time both post',
    scenario: 'rush',
    mutation: withoutConditions(
      (table, pk, sk) => table === 'ledger' && (pk.startsWith('ADJUSTMENTS#') || sk.startsWith('AWARD#adjustment#')),
    ),
  },
  {
    name: 'months that carry',
    without: 'the hold on the head of the ledger where months look at what others pay, and the request to the later ones',
    scenario: 'rush',
    mutation: together(
      withoutChecks((table, pk, sk) => table === 'ledger' && pk.startsWith('LEDGER#') && sk === 'HEAD'),
      {
        store: (_service, store) => changing(store, withoutCarryRequests),
        queue: (_service, queue) => ({ ...queue, send: (messages) => queue.send(messages.filter(({ body }) => !isCarryRequest(body))) }),
      },
    ),
  },
  {
    name: 'marks of pools',
    without: 'the mark that a month leaves whose pool is to be shared out again',
    scenario: 'rush',
    mutation: withoutWrites((table, pk, sk) => table === 'ledger' && pk.startsWith('POOLS#') && sk.startsWith('MARK#')),
  },
  {
    name: 'days that are due',
    without: 'the mark of the day on which what a month holds is paid',
    scenario: 'rush',
    mutation: withoutWrites((table, _pk, sk) => table === 'ledger' && sk.startsWith('DUE#')),
  },
  {
    name: 'orders of a month',
    without: 'the conditions on what a month knows of its orders, and with them on what is paid and delivered of each',
    scenario: 'rush',
    mutation: withoutConditions((table, _pk, sk) => table === 'scores' && (sk.startsWith('ORDER#') || sk === 'BOOK')),
  },
  {
    name: 'dispute answered once',
    without: 'the condition on an objection: of two who answer at the same time both do',
    scenario: 'rush',
    mutation: withoutConditions((table, pk) => table === 'ledger' && pk.startsWith('DISPUTES#')),
  },
  {
    name: 'visits of a person',
    without: 'the condition on what is known of a person’s visits',
    scenario: 'rush',
    mutation: withoutConditions(
      (table, pk, sk) => table === 'attendance' && ((pk.startsWith('EMPLOYEE#') && sk === 'HEAD') || sk === 'VISIT'),
    ),
  },
  {
    name: 'attendance entries',
    without: 'the conditions on what is entered about a person’s days, and on what clocks recorded of a month',
    scenario: 'rush',
    mutation: withoutConditions((table, _pk, sk) => table === 'attendance' && (sk.startsWith('ENTRIES#') || sk.startsWith('CLOCK#'))),
  },
  {
    name: 'attendance that was paid',
    without: 'what is kept of the attendance that payslips took',
    scenario: 'everything',
    mutation: { store: (_service, store) => changing(store, forgetAttendance) },
  },
  {
    name: 'payslip coverage',
    without: 'the position in the ledger that is stored with a payslip',
    scenario: 'calm',
    mutation: withoutWrites((table, pk, sk) => table === 'payroll' && pk.startsWith('EMPLOYEE#') && sk === 'PAYROLL'),
  },
  {
    name: 'payslip coverage condition',
    without: 'the conditions on that position, and the check that a calculation is of the present attempt',
    scenario: 'zombies',
    mutation: together(
      withoutConditions((table, pk, sk) => table === 'payroll' && pk.startsWith('EMPLOYEE#') && sk === 'PAYROLL'),
      withoutChecks((table, _pk, sk) => table === 'payroll' && sk === 'RUN'),
    ),
  },
  {
    name: 'done mark of payslip work',
    without: 'the condition that a part of a run is calculated once',
    scenario: 'payday',
    mutation: withoutConditions((table, _pk, sk) => table === 'payroll' && sk.startsWith('DONE#')),
  },
];
