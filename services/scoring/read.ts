/** What other services may read of scoring: keys to put into their own `getMany`, parsers, and bounded reads. Nothing here writes. */
import { type Item, type Key, type PageKey, queryAll, type Store } from '../../shared/adapters/store.ts';
import type { AppliedFact, Book, CustomerState, OrderState } from '../../shared/contracts/books.ts';
import { bookKey, toldKey } from '../../shared/contracts/messages.ts';
import { TEAM_FACT_TYPE } from '../../shared/kernel/metric-facts.ts';
import type { Instant, Month } from '../../shared/kernel/period.ts';
import type { StoredFact } from '../ingest/read.ts';
import { type OrderParts, orderState } from './domain/customer-state.ts';
import { memberMonthOf, TEAM_SOURCE, teamAttributes, teamFactId, teamFactTime } from './domain/team-fact.ts';

export type { MetricUnit } from './domain/compile-scheme.ts';
export { numberText, valueText } from './domain/number-text.ts';
export { type ConversionOutline, type IndicatorOutline, outlinePlan, type PlanOutline } from './domain/plan-outline.ts';
export { type UnavailableMetric, unavailableMetrics } from './domain/unavailable.ts';

export const FACT_PREFIX = 'FACT#';

/** The book of a person and month. */
export const bookItemKey = (employeeId: string, period: string): Key => ({
  table: 'scores',
  pk: bookKey(employeeId, period),
  sk: 'BOOK',
});

/** A book's version as an item of its own: hundreds of them are read as quickly as one book. */
export const bookVersionKey = (employeeId: string, period: string): Key => ({
  table: 'scores',
  pk: bookKey(employeeId, period),
  sk: 'VERSION',
});
export const bookVersionsIndex = (legalEntityId: string, period: string): string => `BOOKS#${legalEntityId}#${period}`;
/** Up to so many are asked for by name; more are cheaper listed. */
const MAX_NAMED_VERSIONS = 100;
/** By employee, of those that have a book. Many are read from an index: what was stored in the last moments may be missing. */
export const readBookVersions = async (
  store: Store,
  legalEntityId: string,
  period: string,
  employeeIds: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  if (employeeIds.length <= MAX_NAMED_VERSIONS) {
    const items = await store.getMany(employeeIds.map((id) => bookVersionKey(id, period)));
    return new Map(employeeIds.flatMap((id, place) => (items[place] ? [[id, bookVersionOf(items[place])]] : [])));
  }
  const items = await queryAll(store, { table: 'scores', index: 'gsi1', pk: bookVersionsIndex(legalEntityId, period) });
  return new Map(items.map((item) => [String(item['gsi1sk']), bookVersionOf(item)]));
};

/** A fact as scoring has applied it: the done mark of `fact.credited`. */
export const factMarkKey = (employeeId: string, period: string, factId: string): Key => ({
  table: 'scores',
  pk: bookKey(employeeId, period),
  sk: `${FACT_PREFIX}${factId}`,
});

/** A customer's first standing order within a person's month. */
export const customerStateKey = (employeeId: string, period: string, customerId: string): Key => ({
  table: 'scores',
  pk: bookKey(employeeId, period),
  sk: `CUSTOMER#${customerId}`,
});

export const ORDER_PREFIX = 'ORDER#';
/** What was signed, refunded, paid and delivered of an order within a person's month. */
export const orderStateKey = (employeeId: string, period: string, orderId: string): Key => ({
  table: 'scores',
  pk: bookKey(employeeId, period),
  sk: `${ORDER_PREFIX}${orderId}`,
});
export const parseOrderState = (item: Item): OrderState => orderState(JSON.parse(String(item['doc'])) as OrderParts);

/** The version of a book without parsing it: it is raised with every change of the book. */
export const bookVersionOf = (item: Item): number => Number(item['version']);
export const parseBook = (item: Item): Book => JSON.parse(String(item['doc'])) as Book;

/** `fact` is null where the employee no longer has a part of the fact as of `revision`. */
export const parseAppliedFact = (item: Item): AppliedFact => ({
  factId: item.sk.slice(FACT_PREFIX.length),
  revision: Number(item['revision']),
  fact: JSON.parse(String(item['doc'])) as AppliedFact['fact'],
});

export const parseCustomerState = (item: Item): CustomerState => JSON.parse(String(item['doc'])) as CustomerState;

export const readBook = async (store: Store, employeeId: string, period: string): Promise<Book | undefined> => {
  const item = await store.get(bookItemKey(employeeId, period));
  return item && parseBook(item);
};

/** What the managers of a month were told last. */
export interface Told {
  /** Of the facts: rises with every telling. 0: nothing was ever told. */
  readonly revision: number;
  readonly bookVersion: number;
  readonly managers: readonly string[];
  readonly digest: string;
}
const NEVER: Told = { revision: 0, bookVersion: 0, managers: [], digest: '' };
export const toldItemKey = ({ employeeId, period }: { readonly employeeId: string; readonly period: string }): Key => ({
  table: 'scores',
  ...toldKey(employeeId, period),
});
export const parseTold = (item: Item | undefined): Told => (item ? (JSON.parse(String(item['doc'])) as Told) : NEVER);

/** Facts whose id begins so are months of members of a team: ingest does not know them. */
export const isTeamFact = (factId: string): boolean => memberMonthOf(factId) !== null;

/** Members' months as facts, in the order asked, as of now; `undefined` for what is none or was never told. */
export const readTeamFacts = async (store: Store, factIds: readonly string[]): Promise<readonly (StoredFact | undefined)[]> => {
  const months = factIds.map(memberMonthOf);
  const items = await store.getMany(
    months.flatMap((month) => (month ? [toldItemKey(month), bookItemKey(month.employeeId, month.period)] : [])),
  );
  let place = 0;
  return months.map((month) => {
    if (!month) return undefined;
    const [told, bookItem] = [parseTold(items[place]), items[place + 1]];
    place += 2;
    return told.revision > 0 && bookItem ? teamFactView(parseBook(bookItem), told) : undefined;
  });
};

const teamFactView = (book: Book, { revision, managers }: Told): StoredFact => {
  const factId = teamFactId(book);
  const counts = managers.length > 0;
  const period = book.period as Month;
  return {
    factId,
    source: TEAM_SOURCE,
    legalEntityId: book.legalEntityId,
    status: counts ? 'credited' : 'voided',
    fact: {
      id: factId.slice(TEAM_SOURCE.length + 1),
      type: TEAM_FACT_TYPE,
      revision,
      occurredAt: teamFactTime(period),
      credits: managers.map((employeeId) => ({ employeeId, share: 100 })),
      subject: {},
      attributes: teamAttributes(book),
      voided: !counts,
    },
    event: null,
    credits: managers.map((employeeId) => ({ employeeId, period, shareMillionths: 1_000_000, amountFen: null })),
    revision,
    receivedAt: book.updatedAt as Instant,
    reason: null,
    detail: null,
    conflicts: 0,
  };
};

export interface AppliedFactPage {
  readonly items: readonly AppliedFact[];
  readonly next?: PageKey;
}

/** One page (at most 200, 100 unless said) of the facts applied to a person's month, by fact id; withdrawn ones (`fact: null`) included. */
export const listAppliedFacts = async (
  store: Store,
  employeeId: string,
  period: string,
  page: { readonly limit?: number; readonly startAfter?: PageKey | undefined } = {},
): Promise<AppliedFactPage> => {
  const found = await store.query({
    table: 'scores',
    pk: bookKey(employeeId, period),
    sk: { beginsWith: FACT_PREFIX },
    limit: Math.min(page.limit ?? 100, 200),
    ...(page.startAfter ? { startAfter: page.startAfter } : {}),
  });
  const items = found.items.map(parseAppliedFact);
  return found.next ? { items, next: found.next } : { items };
};
