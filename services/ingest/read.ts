/**
 * What other services may read of facts: from a fact to whose it is and what it counts for, its earlier revisions, and the contents that
 * were refused. Nothing here writes. Whoever answers a person with it narrows rows by legal entity and person first.
 */
import { type Item, type Key, type PageKey, queryAll, type Store } from '../../shared/adapters/store.ts';
import type { LocalText } from '../../shared/contracts/common.ts';
import type { IncomingFact, UnassignedReason } from '../../shared/contracts/facts.ts';
import type { Fen } from '../../shared/kernel/money.ts';
import type { Instant, Month } from '../../shared/kernel/period.ts';
import type { Credit, FactHead, StoredHead } from './domain/fact-head.ts';

const factPk = (factId: string): string => `FACT#${factId}`;
/** A fact as it stands, by `source:eventId`. */
export const factKey = (factId: string): Key => ({ table: 'facts', pk: factPk(factId), sk: 'HEAD' });

export type FactStatus = 'credited' | 'unassigned' | 'voided';

export interface FactCredit {
  readonly employeeId: string;
  readonly period: Month;
  readonly shareMillionths: number;
  readonly amountFen: Fen | null;
  /** It is told there for its order only, which it pays or delivers, and counted in no metric. Absent: it counts there. */
  readonly settles?: true;
}
export interface StoredFact {
  readonly factId: string;
  readonly source: string;
  readonly legalEntityId: string;
  readonly status: FactStatus;
  /** Null for an event that no fact could be made of yet (`mapping_failed`); `event` has it as it came. */
  readonly fact: IncomingFact | null;
  readonly event: unknown;
  /** Whose it is: every (employee, month) whose score and ledger it touches. Empty unless credited. */
  readonly credits: readonly FactCredit[];
  /** The source's revision; 0 for an event. */
  readonly revision: number;
  readonly receivedAt: Instant;
  readonly reason: UnassignedReason | null;
  readonly detail: LocalText | null;
  /** How many other contents of this revision are kept for review. */
  readonly conflicts: number;
}

export const parseFact = (item: Item): StoredFact => viewOf(JSON.parse(String(item['doc'])) as StoredHead);

const viewOf = (head: StoredHead): StoredFact => {
  const { factId, source, legalEntityId, receivedAt } = head;
  const common = { factId, source, legalEntityId, receivedAt };
  if (head.kind === 'event') {
    const { event, detail } = head;
    return { ...common, status: 'unassigned', fact: null, event, credits: [], revision: 0, reason: 'mapping_failed', detail, conflicts: 0 };
  }
  return { ...common, ...standingOf(head), fact: head.fact, event: null, revision: head.fact.revision, conflicts: head.conflicts };
};

const standingOf = ({ standing }: FactHead): Pick<StoredFact, 'status' | 'credits' | 'reason' | 'detail'> => {
  const { status } = standing;
  if (status === 'unassigned') return { status, credits: [], reason: standing.reason, detail: standing.detail };
  if (status === 'voided') return { status, credits: [], reason: null, detail: null };
  const own = standing.credits.map(creditView);
  const isOwn = (credit: Credit): boolean =>
    own.some(({ employeeId, period }) => employeeId === credit.employeeId && period === credit.period);
  const settled = (standing.settles ?? [])
    .filter((credit) => !isOwn(credit))
    .map((credit) => ({ ...creditView(credit), settles: true as const }));
  return { status, credits: [...own, ...settled], reason: null, detail: null };
};
const creditView = ({ employeeId, period, shareMillionths, amountFen }: Credit): FactCredit => ({
  employeeId,
  period,
  shareMillionths,
  amountFen: amountFen ?? null,
});

export const readFact = async (store: Store, factId: string): Promise<StoredFact | undefined> => {
  const item = await store.get(factKey(factId));
  return item && parseFact(item);
};

/** Several facts in one request, in the order asked; `undefined` where there is none. */
export const readFacts = async (store: Store, factIds: readonly string[]): Promise<readonly (StoredFact | undefined)[]> =>
  (await store.getMany(factIds.map(factKey))).map((item) => item && parseFact(item));

const MAX_REVISIONS = 200;
/** What the fact was before, newest first, at most 200. */
export const readRevisions = async (store: Store, factId: string): Promise<StoredFact[]> => {
  const page = await store.query({
    table: 'facts',
    pk: factPk(factId),
    sk: { beginsWith: 'REVISION#' },
    descending: true,
    limit: MAX_REVISIONS,
  });
  return page.items.map(parseFact);
};

/** Another content under an id and revision that was taken: kept for review, counted by nobody. */
export interface Conflict {
  readonly factId: string;
  readonly source: string;
  readonly legalEntityId: string;
  readonly fact: IncomingFact;
  readonly receivedAt: Instant;
  /** A later revision has settled which content holds. */
  readonly resolved: boolean;
}
export const parseConflict = (item: Item): Conflict => JSON.parse(String(item['doc'])) as Conflict;

export const readConflicts = async (store: Store, factId: string): Promise<Conflict[]> =>
  (await queryAll(store, { table: 'facts', pk: factPk(factId), sk: { beginsWith: 'CONFLICT#' } }, 1000)).map(parseConflict);

/** Index partitions (`gsi1pk`) of what a person should look at, oldest first. */
export const STATUS_INDEX = { unassigned: 'STATUS#unassigned', conflict: 'STATUS#conflict' } as const;
export type ReviewStatus = keyof typeof STATUS_INDEX;

export interface ReviewPage<T> {
  readonly items: readonly T[];
  readonly next?: PageKey;
}
interface PageRequest {
  readonly limit?: number;
  readonly startAfter?: PageKey | undefined;
}

const reviewPage = async (store: Store, status: ReviewStatus, { limit = 100, startAfter }: PageRequest): Promise<ReviewPage<Item>> => {
  const page = await store.query({
    table: 'facts',
    index: 'gsi1',
    pk: STATUS_INDEX[status],
    limit: Math.min(limit, 200),
    ...(startAfter ? { startAfter } : {}),
  });
  return page.next ? { items: page.items, next: page.next } : { items: page.items };
};

/** One page over every legal entity: facts that are nobody's yet. From an index: the last moments may be missing. */
export const listUnassignedFacts = async (store: Store, page: PageRequest = {}): Promise<ReviewPage<StoredFact>> => {
  const found = await reviewPage(store, 'unassigned', page);
  return { ...found, items: found.items.map(parseFact) };
};
/** One page over every legal entity: conflicts that no later revision has settled. */
export const listConflicts = async (store: Store, page: PageRequest = {}): Promise<ReviewPage<Conflict>> => {
  const found = await reviewPage(store, 'conflict', page);
  return { ...found, items: found.items.map(parseConflict) };
};
