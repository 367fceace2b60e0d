/**
 * Everything a decision needs, read before it is made. Usually one request for a whole batch: the book, the month's state, the ledger's
 * head, done marks, what the messages touched, and the awards that can change.
 *
 * A batch read is not a snapshot: its items may be of different moments. Money is safe all the same, because every award and the head are
 * written on the condition that they are as they were read. That what was decided *from* is not older than what an earlier decision saw is
 * checked by the state's book version: where it is ahead of the messages, everything else is read again, after the state.
 */
import { type Item, type Key, queryAll, type Store } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { bookKey, type ScoreUpdated } from '../../../shared/contracts/messages.ts';
import { daysInMonth, type Month } from '../../../shared/kernel/period.ts';
import { fromStored } from '../../../shared/kernel/ratio.ts';
import {
  bookItemKey,
  customerStateKey,
  factMarkKey,
  ORDER_PREFIX,
  orderStateKey,
  parseAppliedFact,
  parseBook,
  parseCustomerState,
  parseOrderState,
} from '../../scoring/read.ts';
import type { CompiledRewards } from '../domain/compile-rewards.ts';
import { daySubjectOf } from '../domain/daily-cap.ts';
import type { RewardEvidence } from '../domain/evaluate-rewards.ts';
import { NO_FIRSTS } from '../domain/first-in-group.ts';
import { type AwardsState, needsEverything } from '../domain/post-differences.ts';
import type { StoredAward } from '../domain/post-targets.ts';
import { awardKey, awardSkOf, type LedgerHead, ledgerHeadKey, parseHead } from '../read.ts';
import { allStoredAwards, monthQuery, parseState, seenKey, stateKey, storedAwards } from '../store.ts';
import type { PlanDirectory } from './plan-directory.ts';

/** The messages of one person and month that are decided together, and their places in the batch. */
export interface MonthWork {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly messages: readonly ScoreUpdated[];
  readonly indexes: readonly number[];
  readonly factIds: readonly string[];
  readonly customerIds: readonly string[];
  readonly orderIds: readonly string[];
}

export interface LoadedMonth {
  readonly work: MonthWork;
  readonly book: Book;
  readonly compiled: CompiledRewards;
  readonly evidence: RewardEvidence;
  readonly current: ReadonlyMap<string, StoredAward>;
  readonly everything: boolean;
  readonly head: LedgerHead;
  readonly state: AwardsState;
  readonly touchedFacts: ReadonlyMap<string, CreditedFact | null>;
  /** Months after this one that have awards; only looked for where months carry (`carry-months.ts`). */
  readonly later: readonly Month[];
}
/** `done`: every message has its mark already. */
export type LoadResult = { readonly status: 'done' } | { readonly status: 'ready'; readonly month: LoadedMonth };

/** A month's facts or customers that one full evaluation may read. */
const MAX_MONTH_ITEMS = 100_000;
/** Base, plan's award keys, again after a newer state, its award keys: more is a bug. */
const MAX_PASSES = 5;

const idOf = ({ table, pk, sk }: Key): string => `${table}\u0000${pk}\u0000${sk}`;

/** What was read so far; a key that was read and has no item is there with `undefined`. */
interface Bag {
  has(key: Key): boolean;
  get(key: Key): Item | undefined;
  forget(keys: readonly Key[]): void;
  fetch(keys: readonly Key[]): Promise<void>;
}
const bagOf = (store: Store): Bag => {
  const items = new Map<string, Item | undefined>();
  return {
    has: (key) => items.has(idOf(key)),
    get: (key) => items.get(idOf(key)),
    forget(keys) {
      for (const key of keys) items.delete(idOf(key));
    },
    async fetch(keys) {
      const found = await store.getMany(keys);
      keys.forEach((key, index) => {
        items.set(idOf(key), found[index]);
      });
    },
  };
};

const subjectKeys = ({ employeeId, period, customerIds, orderIds, factIds }: MonthWork): Key[] => [
  ...orderIds.map((id) => orderStateKey(employeeId, period, id)),
  ...customerIds.map((id) => customerStateKey(employeeId, period, id)),
  ...factIds.map((id) => factMarkKey(employeeId, period, id)),
];
/** The awards that what was touched can change: by metric all of them, by fact and customer the touched ones, and the caps'. */
const awardKeys = ({ employeeId, period, customerIds, orderIds, factIds }: MonthWork, compiled: CompiledRewards): Key[] => {
  const of = (rules: CompiledRewards['factRules'], subjectIds: readonly string[]): string[] =>
    rules.flatMap(({ id, capFen, capYearFen, capDayFen }) => [
      ...(capFen === null && capYearFen === null ? [] : [awardSkOf(id)]),
      // Which days are touched is known only with the facts: there are at most 31.
      ...(capDayFen === null || subjectIds.length === 0 ? [] : daysOf(period as Month).map((date) => awardSkOf(id, daySubjectOf(date)))),
      ...subjectIds.map((subjectId) => awardSkOf(id, subjectId)),
    ]);
  const sks = [
    ...[...compiled.metricRules, ...compiled.drawRules].map(({ id }) => awardSkOf(id)),
    ...of(compiled.customerRules, customerIds),
    ...of(compiled.orderRules, orderIds),
    ...of(compiled.factRules, factIds),
  ];
  return sks.map((sk) => awardKey(employeeId, period, sk));
};
const daysOf = (period: Month): string[] =>
  Array.from({ length: daysInMonth(period) }, (_, place) => `${period}-${String(place + 1).padStart(2, '0')}`);
const fixedKeys = ({ employeeId, period, messages }: MonthWork): Key[] => [
  stateKey(employeeId, period),
  ledgerHeadKey(employeeId),
  ...messages.map(seenKey),
];
const bookOf = ({ employeeId, period }: MonthWork): Key => bookItemKey(employeeId, period);

const isDone = (work: MonthWork, bag: Bag): boolean => work.messages.every((message) => bag.get(seenKey(message)) !== undefined);

/** The book must be at least as new as the messages: it was stored before they were sent. @throws Error when it is not. */
const readBook = (work: MonthWork, bag: Bag): Book => {
  const item = bag.get(bookOf(work));
  const newest = Math.max(...work.messages.map(({ bookVersion }) => bookVersion));
  const book = item && parseBook(item);
  if (!book || book.version < newest) {
    throw new Error(`book of ${work.employeeId} ${work.period} is at version ${book?.version ?? 0}, the message speaks of ${newest}`);
  }
  return book;
};

/** What a month's rules by customer, order and fact look at. */
export type Subjects = Pick<RewardEvidence, 'customers' | 'orders' | 'facts'>;

/** What rules see beyond the month itself. */
export type Surroundings = Pick<RewardEvidence, 'firsts' | 'person' | 'today' | 'earlier'>;
const NOTHING_AROUND: Surroundings = { firsts: NO_FIRSTS, person: null, today: null, earlier: new Map() };

/** What rules see of a book, and of the subjects given. */
export const evidenceOf = (book: Book, { customers, orders, facts }: Subjects, around: Partial<Surroundings> = {}): RewardEvidence => ({
  period: book.period,
  metrics: new Map(Object.entries(book.metrics).map(([id, { value }]) => [id, value && fromStored(value)])),
  attainments: new Map(book.score?.indicators.map(({ id, attainment }) => [id, attainment && fromStored(attainment)]) ?? []),
  score: book.score && fromStored(book.score.totalExact),
  customers,
  orders,
  facts,
  ...NOTHING_AROUND,
  ...around,
});

const touchedCustomers = (work: MonthWork, bag: Bag): RewardEvidence['customers'] =>
  work.customerIds.map((customerId) => {
    const item = bag.get(customerStateKey(work.employeeId, work.period, customerId));
    return { customerId, state: item ? parseCustomerState(item) : null };
  });
const touchedOrders = (work: MonthWork, bag: Bag): RewardEvidence['orders'] =>
  work.orderIds.map((orderId) => {
    const item = bag.get(orderStateKey(work.employeeId, work.period, orderId));
    return { orderId, state: item ? parseOrderState(item) : null };
  });
const touchedFacts = (work: MonthWork, bag: Bag): RewardEvidence['facts'] =>
  work.factIds.map((factId) => {
    const item = bag.get(factMarkKey(work.employeeId, work.period, factId));
    return { factId, fact: item ? parseAppliedFact(item).fact : null };
  });

const touchedSubjects = (work: MonthWork, bag: Bag): Subjects => ({
  customers: touchedCustomers(work, bag),
  orders: touchedOrders(work, bag),
  facts: touchedFacts(work, bag),
});

/** The whole month's subjects, page by page. Only what the plan pays by is read. */
export const loadSubjects = async (
  store: Store,
  { employeeId, period }: Pick<MonthWork, 'employeeId' | 'period'>,
  { customerRules, orderRules, factRules }: Pick<CompiledRewards, 'customerRules' | 'orderRules' | 'factRules'>,
  max = MAX_MONTH_ITEMS,
): Promise<Subjects> => {
  const subjects = (wanted: boolean, prefix: string): Promise<Item[]> =>
    wanted ? queryAll(store, monthQuery(bookKey(employeeId, period), prefix), max) : Promise.resolve([]);
  const [customers, orders, facts] = await Promise.all([
    subjects(customerRules.length > 0, 'CUSTOMER#'),
    subjects(orderRules.length > 0, ORDER_PREFIX),
    subjects(factRules.length > 0, 'FACT#'),
  ]);
  return {
    customers: customers.map((item) => {
      const state = parseCustomerState(item);
      return { customerId: state.customerId, state };
    }),
    orders: orders.map((item) => {
      const state = parseOrderState(item);
      return { orderId: state.orderId, state };
    }),
    facts: facts.map((item) => {
      const { factId, fact } = parseAppliedFact(item);
      return { factId, fact };
    }),
  };
};

/** What the messages of a month touched, as it is now. */
export const readTouched = async (store: Store, work: MonthWork): Promise<Subjects> => {
  const bag = bagOf(store);
  await bag.fetch(subjectKeys(work));
  return touchedSubjects(work, bag);
};

const complete = async (store: Store, work: MonthWork, bag: Bag, plans: PlanDirectory): Promise<LoadResult> => {
  const book = readBook(work, bag);
  const compiled = await plans.rewardsOf(book);
  const state = parseState(bag.get(stateKey(work.employeeId, work.period)));
  const head = parseHead(bag.get(ledgerHeadKey(work.employeeId)));
  const touched = touchedSubjects(work, bag);
  const partial = evidenceOf(book, touched);
  const everything = work.messages.some((message) => message.everything) || needsEverything(state, compiled, partial);
  const base = {
    work,
    book,
    compiled,
    head,
    state,
    everything,
    later: [],
    touchedFacts: new Map(touched.facts.map(({ factId, fact }) => [factId, fact])),
  };
  if (!everything) {
    const current = storedAwards(awardKeys(work, compiled).map((key) => bag.get(key)));
    return { status: 'ready', month: { ...base, evidence: partial, current } };
  }
  const [current, subjects] = await Promise.all([
    allStoredAwards(store, work.employeeId, work.period),
    loadSubjects(store, work, compiled),
  ]);
  return { status: 'ready', month: { ...base, evidence: evidenceOf(book, subjects), current } };
};

/** Loads several months of different people together. What one of them lacks is its own failure, in its place of the answer. */
export const loadMonths = async (
  store: Store,
  plans: PlanDirectory,
  works: readonly MonthWork[],
): Promise<readonly PromiseSettledResult<LoadResult>[]> => {
  const bag = bagOf(store);
  const wanted = new Map<MonthWork, Key[]>(
    works.map((work) => {
      const hint = plans.hint(work.legalEntityId, work.employeeId, work.period);
      return [work, [...fixedKeys(work), bookOf(work), ...subjectKeys(work), ...(hint ? awardKeys(work, hint) : [])]];
    }),
  );
  const failed = new Map<MonthWork, unknown>();
  const done = new Set<MonthWork>();
  const fresh = new Set<MonthWork>();
  for (let pass = 1; ; pass += 1) {
    const missing = [...wanted.values()].flat().filter((key) => !bag.has(key));
    if (missing.length === 0) break;
    if (pass > MAX_PASSES) throw new Error('the keys to load never settled');
    await bag.fetch(missing);
    for (const work of works) if (isDone(work, bag)) done.add(work);
    const open = works.filter((work) => !failed.has(work) && !done.has(work));
    for (const work of done) wanted.delete(work);
    const books = new Map<MonthWork, Book>();
    for (const work of open) {
      const behind = parseState(bag.get(stateKey(work.employeeId, work.period))).bookVersion > oldest(work);
      if (behind && !fresh.has(work)) bag.forget([bookOf(work), ...subjectKeys(work), ...(wanted.get(work) ?? []).filter(isAward)]);
      fresh.add(work);
      if (!bag.has(bookOf(work))) continue;
      try {
        books.set(work, readBook(work, bag));
      } catch (error) {
        failed.set(work, error);
        wanted.delete(work);
      }
    }
    await plans.prepare([...books.values()]);
    for (const [work, book] of books) {
      try {
        wanted.set(work, [...(wanted.get(work) ?? []), ...awardKeys(work, await plans.rewardsOf(book))]);
      } catch (error) {
        failed.set(work, error);
        wanted.delete(work);
      }
    }
  }
  return Promise.allSettled(
    works.map((work) => {
      if (failed.has(work)) return Promise.reject(failed.get(work));
      return done.has(work) ? Promise.resolve<LoadResult>({ status: 'done' }) : complete(store, work, bag, plans);
    }),
  );
};

const oldest = (work: MonthWork): number => Math.min(...work.messages.map(({ bookVersion }) => bookVersion));
const isAward = ({ table, sk }: Key): boolean => table === 'ledger' && sk.startsWith('AWARD#');
