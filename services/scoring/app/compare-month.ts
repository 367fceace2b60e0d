/**
 * Proof that a month is what its facts say: the book, the orders and customers and the member items are folded again from the stored
 * facts and compared, item by item. Nothing is written.
 */
import { type Item, queryAll, type Store } from '../../../shared/adapters/store.ts';
import { bookKey } from '../../../shared/contracts/messages.ts';
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import type { PlanLoader } from '../../plans/read.ts';
import { type CompiledPlan, compilePlan } from '../domain/compile-plan.ts';
import { firstOrders } from '../domain/customer-state.ts';
import { bookContentDigest, bookWithoutPlan, bookWithPlan } from '../domain/next-book.ts';
import { bookItemKey, parseCustomerState } from '../read.ts';
import {
  generationItems,
  generationPrefix,
  type PersonMonth,
  PROJECT_PREFIX,
  parseOrder,
  parseProject,
  parseStoredBook,
  type StoredBook,
} from '../store.ts';
import { isMadeWith, resolutionKeys, resolveItems } from './plan-in-force.ts';
import { monthPlanOf } from './read-score.ts';
import { type FullFold, foldStoredFacts, MAX_FACTS } from './rebuild-book.ts';

export interface Comparison {
  readonly of: PersonMonth;
  /** `none`: no book, because no fact came yet. */
  readonly verdict: 'same' | 'different' | 'none';
  readonly facts: number;
  /** What differs, one sentence each; at most {@link MAX_DIFFERENCES}. */
  readonly differences: readonly string[];
  /** The book is sound, but another plan is in force than it was folded with: a recalculation is under way or was lost. */
  readonly outdated: boolean;
}
export const MAX_DIFFERENCES = 20;

/** Plans are compiled afresh: nothing remembered can hide a difference. */
const EMPTY_PLAN: CompiledPlan = {
  ref: { planId: '', version: 0, digest: '' },
  name: { zh: '', en: '' },
  metrics: [],
  metricsByFactType: new Map(),
  customerMetrics: [],
  scheme: null,
};

export const compareMonth = async (store: Store, plans: PlanLoader, of: PersonMonth): Promise<Comparison> => {
  const [bookItem, ...resolution] = await store.getMany([bookItemKey(of.employeeId, of.period), ...resolutionKeys(of)]);
  const stored = parseStoredBook(bookItem);
  if (!stored) return { of, verdict: 'none', facts: 0, differences: [], outdated: false };
  const { book } = stored;
  const plan = book.plan ? await monthPlanOf(book, async (ref) => compilePlan(await plans.load(ref))) : null;
  const fold = await foldStoredFacts(store, of, plan ?? EMPTY_PLAN);
  const head = { ...of, version: book.version, updatedAt: book.updatedAt };
  const folded = plan !== null ? bookWithPlan(head, plan, fold.merged) : book.refusal ? bookWithoutPlan(head, book.refusal) : null;
  const differences: string[] = [];
  if (!folded) differences.push('the book has neither a plan nor a refusal');
  else if (bookContentDigest(folded) !== bookContentDigest(book)) differences.push(...differingMembers(book, folded));
  differences.push(...(await differingItems(store, of, stored, fold, plan !== null)));
  const resolved = resolveItems(of, resolution);
  const outdated = resolved.ok ? !isMadeWith(book, resolved.value) : book.refusal?.code !== resolved.error.code;
  return {
    of,
    verdict: differences.length === 0 ? 'same' : 'different',
    facts: fold.facts,
    differences: differences.slice(0, MAX_DIFFERENCES),
    outdated,
  };
};

const differingMembers = (stored: object, folded: object): string[] => {
  const [a, b] = [new Map(Object.entries(stored)), new Map(Object.entries(folded))];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => canonicalJson(a.get(name) ?? null) !== canonicalJson(b.get(name) ?? null))
    .map((name) => `book, ${name}: stored ${brief(a.get(name))}, folded ${brief(b.get(name))}`);
};
const brief = (value: unknown): string => canonicalJson(value ?? null).slice(0, 200);

/** Orders, first orders and member items, as stored and as folded. */
const differingItems = async (
  store: Store,
  of: PersonMonth,
  { generation }: StoredBook,
  { merged, orders, projects }: FullFold,
  hasPlan: boolean,
): Promise<string[]> => {
  const read = (prefix: string): Promise<Item[]> =>
    queryAll(store, { table: 'scores', pk: bookKey(of.employeeId, of.period), sk: { beginsWith: prefix } }, 4 * MAX_FACTS);
  const [storedOrders, storedCustomers, storedProjects, storedMembers] = await Promise.all([
    read('ORDER#'),
    read('CUSTOMER#'),
    read(PROJECT_PREFIX),
    hasPlan ? read(generationPrefix(generation)) : [],
  ]);
  const expectedMembers = hasPlan
    ? generationItems(of, generation, merged).flatMap((operation) => (operation.op === 'put' ? [operation.item] : []))
    : [];
  return [
    ...difference(
      'order',
      new Map(storedOrders.map((item) => [item.sk, canonicalJson(parseOrder(item))])),
      new Map([...orders].map(([orderId, parts]) => [`ORDER#${orderId}`, canonicalJson(parts)])),
    ),
    ...difference(
      'customer',
      // A customer whose orders are all taken back is as one that never ordered.
      new Map(
        storedCustomers
          .map(parseCustomerState)
          .flatMap(({ customerId, orders: [first] }) => (first ? [[customerId, canonicalJson(first)]] : [])),
      ),
      new Map(firstOrders(orders.values()).flatMap(({ customerId, after }) => (after ? [[customerId, canonicalJson(after)]] : []))),
    ),
    ...difference(
      'project',
      new Map(storedProjects.map((item) => [item.sk, canonicalJson(parseProject(item))])),
      new Map([...projects].map(([projectId, parts]) => [`${PROJECT_PREFIX}${projectId}`, canonicalJson(parts)])),
    ),
    ...difference('member', membersOf(storedMembers), membersOf(expectedMembers)),
  ];
};
const membersOf = (items: readonly Item[]): Map<string, string> =>
  new Map(items.map((item) => [item.sk, canonicalJson([item['facts'] ?? null, item['value'] ?? null])]));

const difference = (what: string, stored: ReadonlyMap<string, string>, folded: ReadonlyMap<string, string>): string[] =>
  [...new Set([...stored.keys(), ...folded.keys()])]
    .filter((name) => stored.get(name) !== folded.get(name))
    .map(
      (name) =>
        `${what} ${name}: stored ${stored.get(name)?.slice(0, 200) ?? 'nothing'}, folded ${folded.get(name)?.slice(0, 200) ?? 'nothing'}`,
    );
