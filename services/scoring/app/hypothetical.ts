/** What a book would be with a few facts more: the same folds and the same scoring as of real facts. Nothing is written. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book, CustomerState, StoredRatio } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { Metric } from '../../../shared/contracts/plans.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { compare, fromStored, type Ratio, subtract, toStored } from '../../../shared/kernel/ratio.ts';
import { type PlanLoader, planLoader } from '../../plans/read.ts';
import { type CompiledPlan, planCompiler } from '../domain/compile-plan.ts';
import { applyToOrders, firstOrders, orderIdOf } from '../domain/customer-state.ts';
import { addFirstOrders, addTransition, newDelta } from '../domain/fold-facts.ts';
import { mergeFold, NO_MEMBERS } from '../domain/merge-fold.ts';
import { bookWithPlan } from '../domain/next-book.ts';
import { planInMonth } from '../domain/plan-windows.ts';
import { applyToProjects } from '../domain/project-state.ts';
import { addProjects } from '../domain/score-projects.ts';
import { planOfBook } from './read-score.ts';

export interface HypotheticalBook {
  readonly book: Book;
  /** What the facts make of customers that the month did not have. */
  readonly customers: readonly CustomerState[];
}
/** What an indicator is measured by, with its target in the metric's own unit (fen for money). */
export interface MeasuredIndicator {
  readonly id: string;
  readonly metric: Metric;
  readonly unit: 'fen' | 'count' | 'number' | 'ratio';
  readonly lowerIsBetter: boolean;
  readonly actual: StoredRatio | null;
  readonly target: StoredRatio;
  /** Target − actual, or for lower is better actual − target; null without an actual or when nothing is missing. */
  readonly missing: StoredRatio | null;
}
export interface ScoringLab {
  readonly indicators: readonly MeasuredIndicator[];
  /** Of subjects (customers, orders, opportunities …) that the month does not have yet. Null when it cannot be told from the book alone. */
  with(facts: readonly CreditedFact[]): HypotheticalBook | null;
}

/** Makes labs; compiled plans are kept from one to the next. */
export const scoringLabs = (store: Store): ((book: Book) => Promise<ScoringLab>) => {
  const deps = { plans: planLoader(store), compile: planCompiler() };
  return async (book) => {
    const plan = planInMonth(await planOfBook(deps, book), book.period as Month);
    return { indicators: await measured(deps.plans, plan, book), with: (facts) => bookWith(plan, book, facts) };
  };
};

const measured = async (plans: PlanLoader, plan: CompiledPlan, book: Book): Promise<MeasuredIndicator[]> => {
  const last = plan.segments?.filter(({ scheme }) => scheme).at(-1);
  const [scheme, ref] = last ? [last.scheme, last.ref] : [plan.scheme, plan.ref];
  const { document } = await plans.load(ref);
  return (scheme?.indicators ?? []).flatMap(({ id, metricIndex, unit, lowerIsBetter, target }) => {
    const own = plan.metrics[metricIndex];
    const named = document.scheme?.indicators.find((one) => one.id === id)?.metric;
    const metric = document.metrics.find((one) => one.id === named);
    if (!own || !metric || !target) return [];
    const value = Object.hasOwn(book.metrics, own.id) ? (book.metrics[own.id]?.value ?? null) : null;
    const gap = value && missingOf(fromStored(value), target, lowerIsBetter);
    return [{ id, metric, unit, lowerIsBetter, actual: value, target: toStored(target), missing: gap && toStored(gap) }];
  });
};
const missingOf = (actual: Ratio, target: Ratio, lowerIsBetter: boolean): Ratio | null => {
  const gap = lowerIsBetter ? subtract(actual, target) : subtract(target, actual);
  return compare(gap, { n: 0, d: 1 }) > 0 ? gap : null;
};

const bookWith = (plan: CompiledPlan, book: Book, facts: readonly CreditedFact[]): HypotheticalBook | null => {
  const delta = newDelta(plan);
  const transitions = facts.map((fact) => ({ factId: fact.factId, before: null, after: fact }));
  for (const transition of transitions) addTransition(delta, transition);
  const orders = applyToOrders(
    new Map(),
    transitions.filter(({ after }) => orderIdOf(after) !== null),
  );
  const changes = firstOrders(orders.values());
  addFirstOrders(delta, changes);
  const { metrics, expressionErrors, employeeId, legalEntityId, period, version, updatedAt } = book;
  const merged = mergeFold(plan, { metrics, expressionErrors, errors: expressionErrors.length }, delta, NO_MEMBERS);
  if (merged.status === 'fetch') return null;
  return {
    book: bookWithPlan({ employeeId, legalEntityId, period, version, updatedAt }, plan, {
      ...merged,
      projects: addProjects(
        plan,
        book.projects,
        [...applyToProjects(new Map(), transitions).values()].map((after) => ({ before: undefined, after })),
      ),
    }),
    customers: changes.flatMap(({ customerId, after }) => (after ? [{ customerId, orders: [after] }] : [])),
  };
};
