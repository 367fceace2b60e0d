/**
 * A book folded from the beginning, page by page, from the facts that are stored beside it: after a plan change, when a recalculation is
 * asked for, for the view as of a day, and to prove that what was folded step by step is the same.
 */
import type { Store, WriteOperation } from '../../../shared/adapters/store.ts';
import { queryAll } from '../../../shared/adapters/store.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { bookKey } from '../../../shared/contracts/messages.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import type { CompiledPlan } from '../domain/compile-plan.ts';
import { applyToOrders, firstOrders, type OrderParts, orderIdOf } from '../domain/customer-state.ts';
import { addFirstOrders, addTransition, newDelta } from '../domain/fold-facts.ts';
import { EMPTY_FOLD, type MergeResult, mergeFold, NO_MEMBERS } from '../domain/merge-fold.ts';
import { bookWithoutPlan, bookWithPlan, type Folded } from '../domain/next-book.ts';
import { monthsFrom, planInMonth, reachOf } from '../domain/plan-windows.ts';
import { applyToProjects, type ProjectParts, projectIdOf } from '../domain/project-state.ts';
import { addProjects } from '../domain/score-projects.ts';
import type { Transition } from '../domain/transition.ts';
import { FACT_PREFIX, parseAppliedFact } from '../read.ts';
import { generationItems, generationKey, olderGenerations, type PersonMonth, type StoredBook } from '../store.ts';
import { type BookDecision, decided, type MonthChange, nextHead } from './decide-month.ts';

/** Most facts of one person in one month that are ever folded at once. */
export const MAX_FACTS = 200_000;
const PAGE = 1000;
const MAX_CLAIMS = 8;

export interface FoldOptions {
  /** Facts that are not stored yet, or will be gone: by id, what counts now. */
  readonly overlay?: ReadonlyMap<string, CreditedFact | null>;
  /** Only facts of this day or before. */
  readonly until?: LocalDate;
  /** Most facts to fold; {@link MAX_FACTS} unless given. */
  readonly max?: number;
}
export class TooManyFacts extends RangeError {}

export interface FullFold {
  readonly merged: Extract<MergeResult, { status: 'done' }> & Folded;
  readonly facts: number;
  readonly orders: ReadonlyMap<string, OrderParts>;
  readonly projects: ReadonlyMap<string, ProjectParts>;
}

/** @throws TooManyFacts */
export const foldStoredFacts = async (
  store: Store,
  of: PersonMonth,
  compiled: CompiledPlan,
  options: FoldOptions = {},
): Promise<FullFold> => {
  const { overlay = new Map<string, CreditedFact | null>(), until, max = MAX_FACTS } = options;
  const plan = planInMonth(compiled, of.period, until);
  const delta = newDelta(plan);
  const orders = new Map<string, OrderParts>();
  const ofProjects: Transition[] = [];
  let facts = 0;
  const addStored = (factId: string, fact: CreditedFact | null): void => {
    if (!fact || (until !== undefined && fact.date > until)) return;
    facts += 1;
    if (facts > max)
      throw new TooManyFacts(`more than ${max} facts in ${of.period} of ${of.employeeId}, and the days before it that count`);
    const transition = { factId, before: null, after: fact };
    addTransition(delta, transition);
    // Orders, customers and projects are those of the month.
    if (fact.period === of.period && orderIdOf(fact))
      for (const [orderId, parts] of applyToOrders(orders, [transition])) orders.set(orderId, parts);
    if (fact.period === of.period && projectIdOf(fact)) ofProjects.push(transition);
  };
  for (const period of monthsFrom(reachOf(plan, of.period), of.period)) {
    let startAfter: Readonly<Record<string, string>> | undefined;
    do {
      const page = await store.query({
        table: 'scores',
        pk: bookKey(of.employeeId, period),
        sk: { beginsWith: FACT_PREFIX },
        limit: PAGE,
        ...(startAfter ? { startAfter } : {}),
      });
      for (const item of page.items) {
        const { factId, fact } = parseAppliedFact(item);
        if (period === of.period ? !overlay.has(factId) : fact?.legalEntityId === of.legalEntityId) addStored(factId, fact);
      }
      startAfter = page.next;
    } while (startAfter);
  }
  for (const [factId, fact] of overlay) addStored(factId, fact);

  addFirstOrders(delta, firstOrders(orders.values()));
  const merged = mergeFold(plan, EMPTY_FOLD, delta, NO_MEMBERS);
  if (merged.status === 'fetch') throw new Error('a fold from the beginning needs nothing beside it');
  const projects = applyToProjects(new Map(), ofProjects);
  const sums = addProjects(
    plan,
    undefined,
    [...projects.values()].map((after) => ({ before: undefined, after })),
  );
  return { merged: { ...merged, projects: sums }, facts, orders, projects };
};

/**
 * Folds the month again with the plan in force and the change on top. Member items of the new generation are written before the book's
 * transaction, unseen until it: the generation is claimed first, so that no two rebuilds ever write the same one.
 */
export const refoldMonth = async (store: Store, of: PersonMonth, change: MonthChange): Promise<BookDecision> => {
  const { at, before, inForce, transitions } = change;
  if (inForce.kind === 'refused') {
    const book = bookWithoutPlan(nextHead(of, before, at), inForce.refusal);
    return decided(of, change, { book, generation: before?.generation ?? 0, errors: 0 }, [], true);
  }
  const overlay = new Map(transitions.map(({ factId, after }) => [factId, after]));
  const { merged } = await foldStoredFacts(store, of, inForce.plan, { overlay });
  const generation = await claimGeneration(store, of, before);
  await store.writeMany(generationItems(of, generation, merged));
  const book = bookWithPlan(nextHead(of, before, at), inForce.plan, merged);
  return decided(of, change, { book, generation, errors: merged.state.errors }, [], true);
};

/** @throws Error when other rebuilds of the same month win every time. */
const claimGeneration = async (store: Store, of: PersonMonth, before: StoredBook | null): Promise<number> => {
  const at = generationKey(of);
  for (let attempt = 1; attempt <= MAX_CLAIMS; attempt += 1) {
    const claimed = Number((await store.get(at))?.['claimed'] ?? 0);
    const next = Math.max(claimed, before?.generation ?? 0) + 1;
    const operation: WriteOperation = {
      op: 'put',
      table: at.table,
      item: { pk: at.pk, sk: at.sk, claimed: next },
      condition: { kind: 'absent-or-equals', attribute: 'claimed', value: claimed },
    };
    if ((await store.write(operation)).ok) return next;
  }
  throw new Error(`${of.period} of ${of.employeeId} is being rebuilt by others all the time`);
};

/**
 * Removes member items of generations before the book's. Rebuilds that claimed an older one can no longer store their book, so nobody will
 * ever read these. Only saves space: what is left after a crash goes with the next rebuild.
 */
export const removeOlderGenerations = async (store: Store, of: PersonMonth, generation: number): Promise<void> => {
  const pk = bookKey(of.employeeId, of.period);
  const items = await queryAll(store, { table: 'scores', pk, sk: { between: olderGenerations(generation) } }, 4 * MAX_FACTS);
  await store.writeMany(items.map(({ sk }) => ({ op: 'delete', table: 'scores', pk, sk })));
};
