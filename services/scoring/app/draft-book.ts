/** What the book of a past month would be under a plan that is not published: the stored facts, folded as ever. Nothing is written. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import type { OrgTree } from '../../people/read.ts';
import { type PlanIndex, parsePersonTargets, parsePlaceTargets, personTargetsKey, placeTargetsKey, planLoader } from '../../plans/read.ts';
import { compilePlan, planCompiler } from '../domain/compile-plan.ts';
import { bookWithPlan } from '../domain/next-book.ts';
import { planInMonth } from '../domain/plan-windows.ts';
import type { PersonMonth } from '../store.ts';
import { resolveMonth } from './plan-in-force.ts';
import { asMade, monthPlanOf } from './read-score.ts';
import { foldStoredFacts } from './rebuild-book.ts';

export interface DraftBooks {
  /**
   * Null where the draft would not be the plan that counts.
   * @throws RangeError with more than `maxFacts` facts to fold.
   */
  of(employee: Employee, period: Month): Promise<Book | null>;
}

/** The draft stands as published, from its day on, in place of all that its plan has from that day on. */
export const draftBooks = (
  store: Store,
  {
    draft,
    org,
    index,
    maxFacts,
  }: { readonly draft: PlanVersion; readonly org: OrgTree; readonly index: PlanIndex; readonly maxFacts: number },
): DraftBooks => {
  const { planId, version, effectiveFrom, digest, document } = draft;
  const entry = { planId, version, effectiveFrom, digest, appliesTo: document.appliesTo };
  const others = index.entries.filter((one) => one.planId !== planId || one.effectiveFrom < effectiveFrom);
  const withDraft: PlanIndex = { version: index.version, entries: [...others, entry] };
  const [plans, compile, own] = [planLoader(store), planCompiler(), compilePlan(draft)];
  return {
    async of(employee, period) {
      const of: PersonMonth = { employeeId: employee.id, legalEntityId: employee.legalEntityId, period };
      const [places, person] = await store.getMany([placeTargetsKey(of.legalEntityId, period), personTargetsKey(of.employeeId, period)]);
      const resolved = resolveMonth(of, {
        employee,
        org,
        index: withDraft,
        places: parsePlaceTargets(places),
        person: parsePersonTargets(person),
      });
      if (!resolved.ok || resolved.value.main.planId !== planId || resolved.value.main.version !== version) return null;
      const plan = await monthPlanOf(asMade(period, resolved.value), async (ref) =>
        ref.planId === planId && ref.version === version ? own : compile(await plans.load(ref)),
      );
      const { merged } = await foldStoredFacts(store, of, planInMonth(plan, period), { max: maxFacts });
      return bookWithPlan({ ...of, version: 0, updatedAt: '' }, plan, merged);
    },
  };
};
