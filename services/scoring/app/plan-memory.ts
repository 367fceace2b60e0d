/** What one process remembers between batches: compiled plans, and how each month was folded last. Only speed depends on it. */
import type { Key } from '../../../shared/adapters/store.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import type { CompiledPlan } from '../domain/compile-plan.ts';
import { compilePlan } from '../domain/compile-plan.ts';
import { customersOfFact } from '../domain/customer-state.ts';
import { addTransition, newDelta } from '../domain/fold-facts.ts';
import { neededMembers } from '../domain/merge-fold.ts';
import { planInMonth } from '../domain/plan-windows.ts';
import { projectIdOf } from '../domain/project-state.ts';
import { customerStateKey } from '../read.ts';
import { memberItemKey, orderKey, type PersonMonth, projectKey, type StoredBook } from '../store.ts';
import { type MonthWork, monthKeys, type PlanCache } from './decide-month.ts';

const MAX_PLANS = 500;
const MAX_MONTHS = 20_000;

/** A map that forgets what was used longest ago. */
export const bounded = <V>(max: number) => {
  const kept = new Map<string, V>();
  return {
    get(name: string): V | undefined {
      const value = kept.get(name);
      if (value !== undefined) {
        kept.delete(name);
        kept.set(name, value);
      }
      return value;
    },
    set(name: string, value: V): void {
      kept.delete(name);
      kept.set(name, value);
      if (kept.size <= max) return;
      const oldest = kept.keys().next();
      if (!oldest.done) kept.delete(oldest.value);
    },
  };
};

export interface PlanMemory extends PlanCache {
  /** Every key that deciding will most likely ask for. What is missing is read in a second request, what is too much costs little. */
  likelyKeys(work: MonthWork): Key[];
  remember(of: PersonMonth, after: StoredBook): void;
}

export const planMemory = (): PlanMemory => {
  const plans = bounded<CompiledPlan>(MAX_PLANS);
  const months = bounded<{ readonly planId: string; readonly version: number; readonly generation: number }>(MAX_MONTHS);
  const planName = (planId: string, version: number): string => `${planId}#${version}`;
  const monthName = ({ employeeId, period }: PersonMonth): string => `${employeeId}#${period}`;
  const known = (planId: string, version: number): CompiledPlan | undefined => plans.get(planName(planId, version));

  const memberKeys = (work: MonthWork): Key[] => {
    const last = months.get(monthName(work.of));
    const version = last && known(last.planId, last.version);
    if (!last || !version) return [];
    const plan = planInMonth(version, work.of.period);
    const named = work.facts.filter(
      ({ fact }) => fact && plan.metricsByFactType.get(fact.type)?.some(({ fold }) => fold === 'count-distinct' || fold === 'conversion'),
    );
    if (named.length === 0) return [];
    const delta = newDelta(plan);
    for (const { factId, fact } of named) addTransition(delta, { factId, before: null, after: fact });
    return neededMembers(delta).map((member) => memberItemKey(work.of, last.generation, member));
  };

  return {
    known,
    keep(version: PlanVersion) {
      const plan = compilePlan(version);
      plans.set(planName(version.planId, version.version), plan);
      return plan;
    },
    likelyKeys(work) {
      const { of } = work;
      const beside = work.facts.flatMap(({ fact }) => {
        const { orderId, customerId } = fact ? customersOfFact(fact) : { orderId: null, customerId: null };
        const projectId = fact && projectIdOf(fact);
        return [
          ...(projectId ? [projectKey(of, projectId)] : []),
          ...(orderId === null ? [] : [orderKey(of, orderId)]),
          ...(customerId === null ? [] : [customerStateKey(of.employeeId, of.period, customerId)]),
        ];
      });
      return [...monthKeys(work), ...beside, ...memberKeys(work)];
    },
    remember(of, { book, generation }) {
      if (book.plan) months.set(monthName(of), { planId: book.plan.planId, version: book.plan.version, generation });
    },
  };
};
