/** What other services may read of scoring: keys to put into their own `getMany`, parsers, and bounded reads. Nothing here writes. */
import type { Item, Key, PageKey, Store } from '../../shared/adapters/store.ts';
import type { AppliedFact, Book, CustomerState } from '../../shared/contracts/books.ts';
import { bookKey } from '../../shared/contracts/messages.ts';

export type { MetricUnit } from './domain/compile-scheme.ts';
export { numberText, valueText } from './domain/number-text.ts';
export { type ConversionOutline, type IndicatorOutline, outlinePlan, type PlanOutline } from './domain/plan-outline.ts';

export const FACT_PREFIX = 'FACT#';

/** The book of a person and month. */
export const bookItemKey = (employeeId: string, period: string): Key => ({
  table: 'scores',
  pk: bookKey(employeeId, period),
  sk: 'BOOK',
});

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
