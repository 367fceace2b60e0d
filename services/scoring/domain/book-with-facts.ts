/** A month with a few facts more, or of these facts alone: the same folds and the same scoring as of real ones. Pure. */
import type { Book, CustomerState, OrderState } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { type CompiledPlan, compilePlan } from './compile-plan.ts';
import { applyToOrders, firstOrders, orderIdOf, orderState } from './customer-state.ts';
import { addFirstOrders, addTransition, newDelta } from './fold-facts.ts';
import { EMPTY_FOLD, mergeFold, NO_MEMBERS } from './merge-fold.ts';
import { bookWithPlan } from './next-book.ts';
import { planInMonth } from './plan-windows.ts';
import { applyToProjects, type ProjectParts } from './project-state.ts';
import { addProjects } from './score-projects.ts';

const NO_PROJECTS: ReadonlyMap<string, ProjectParts> = new Map();

export interface HypotheticalBook {
  readonly book: Book;
  /** What the facts make of customers, and orders, that the month did not have. */
  readonly customers: readonly CustomerState[];
  readonly orders: readonly OrderState[];
}

/**
 * Facts of subjects (customers, orders, opportunities …) that the month does not have yet, but for `projects`; of other months, only the
 * plan's windows see them. Null when it cannot be told from the book alone.
 */
export const bookWithFacts = (
  plan: CompiledPlan,
  book: Book,
  facts: readonly CreditedFact[],
  projects: ReadonlyMap<string, ProjectParts> = NO_PROJECTS,
): HypotheticalBook | null => {
  const delta = newDelta(plan);
  const asTransitions = (some: readonly CreditedFact[]) => some.map((fact) => ({ factId: fact.factId, before: null, after: fact }));
  const ofMonth = facts.filter(({ period }) => period === book.period);
  for (const transition of asTransitions(plan.windows ? facts : ofMonth)) addTransition(delta, transition);
  const transitions = asTransitions(ofMonth);
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
        [...applyToProjects(projects, transitions).values()].map((after) => ({ before: projects.get(after.projectId), after })),
      ),
    }),
    customers: changes.flatMap(({ customerId, after }) => (after ? [{ customerId, orders: [after] }] : [])),
    orders: [...orders.values()].map(orderState),
  };
};

/** A month that has nothing but these facts, under a plan that need not be published. @throws Error when the plan does not compile. */
export const monthOfFacts = (version: PlanVersion, period: Month, facts: readonly CreditedFact[]): HypotheticalBook => {
  const plan = planInMonth(compilePlan(version), period);
  const head = { employeeId: '', legalEntityId: version.document.legalEntityId, period, version: 0, updatedAt: '' };
  const empty = bookWithPlan(head, plan, {
    state: EMPTY_FOLD,
    values: plan.metrics.map(() => null),
    projects: addProjects(plan, undefined, []),
  });
  const made = bookWithFacts(plan, empty, facts);
  if (!made) throw new Error('an empty month has everything that its facts need');
  return made;
};
