/** Which plan a person's month is folded with: resolved from what was loaded, compiled once per version. */
import type { Item, Key, Store } from '../../../shared/adapters/store.ts';
import type { Book, Refusal } from '../../../shared/contracts/books.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { PlanIndexEntry } from '../../../shared/contracts/plans.ts';
import type { AssignedTargets, TargetSet } from '../../../shared/contracts/targets.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import {
  assignmentDays,
  assignmentInMonth,
  employeeKey,
  managersAbove,
  type OrgTree,
  orgChain,
  orgKey,
  parseEmployee,
  parseOrg,
} from '../../people/read.ts';
import {
  type PlaceTargets,
  type PlanDays,
  type PlanIndex,
  parsePersonTargets,
  parsePlaceTargets,
  parsePlanIndex,
  personTargetsKey,
  placeTargetsKey,
  planIndexKey,
  resolveDays,
  targetDays,
} from '../../plans/read.ts';
import { isAssigned } from '../domain/month-targets.ts';
import { isSegment, type PlanInForce, sameList } from '../domain/next-book.ts';
import type { PersonMonth } from '../store.ts';

/** What resolving needs: who works where, what is published, and which targets are set. All but the last are items that many people share. */
export const resolutionKeys = (of: PersonMonth): readonly Key[] => [
  employeeKey(of.employeeId),
  orgKey(of.legalEntityId),
  planIndexKey(of.legalEntityId),
  placeTargetsKey(of.legalEntityId, of.period),
  personTargetsKey(of.employeeId, of.period),
];
/** The items of {@link resolutionKeys}, in their order, resolved. */
export const resolveItems = (of: PersonMonth, items: readonly (Item | undefined)[]): Result<MonthPlans, Refusal> => {
  const [employee, org, index, places, person] = items;
  return resolveMonth(of, {
    employee: parseEmployee(employee),
    org: parseOrg(org),
    index: parsePlanIndex(index),
    places: parsePlaceTargets(places),
    person: parsePersonTargets(person),
  });
};

export interface Resolution {
  readonly employee: Employee | undefined;
  readonly org: OrgTree;
  readonly index: PlanIndex;
  readonly places: PlaceTargets;
  readonly person: TargetSet | undefined;
}

/** The versions that apply in a month. `days` is empty where `main` applies on all of them. */
export interface MonthPlans {
  /** The one that counts last: it names the metrics and pays the rewards. */
  readonly main: PlanIndexEntry;
  readonly days: readonly PlanDays[];
  /** What is set beside the plans, by the days of the month. */
  readonly assigned: AssignedTargets;
  /** Whose teams the person counts in; none while no plan of the legal entity counts teams. */
  readonly managers: readonly string[];
}

/** The published versions in force on the days of a month, for where the person worked on them, or a named refusal. */
export const resolveMonth = (of: PersonMonth, { employee, org, index, places, person }: Resolution): Result<MonthPlans, Refusal> => {
  if (!employee || employee.legalEntityId !== of.legalEntityId) {
    return fail({
      code: 'employee_unknown',
      reason: {
        zh: `${of.legalEntityId} 没有员工 ${of.employeeId}`,
        en: `${of.legalEntityId} has no employee ${of.employeeId}`,
      },
    });
  }
  const { period } = of;
  const stretches = assignmentDays(employee, period).map(({ assignment, from, to }) => ({
    from,
    to,
    subject: {
      employeeId: of.employeeId,
      positionId: assignment.positionId,
      orgChain: orgChain(org, assignment.orgUnitId),
      legalEntityId: of.legalEntityId,
    },
  }));
  if (stretches.length === 0) {
    return fail({
      code: 'no_assignment',
      reason: { zh: `${of.employeeId} 在 ${period} 没有任职`, en: `${of.employeeId} has no assignment in ${period}` },
    });
  }
  const resolved = resolveDays(index, period, stretches);
  if (!resolved.ok) return fail(resolved.error);
  const [first, ...others] = resolved.value;
  const { entry } = others.at(-1) ?? first;
  return succeed({
    main: entry,
    days: others.length === 0 ? [] : resolved.value,
    assigned: { hiredOn: employee.hiredOn, leftOn: employee.leftOn, days: targetDays(places, person, stretches) },
    managers: index.entries.some(({ countsTeam }) => countsTeam) ? managersAbove(org, of.employeeId, unitOf(employee, of)) : [],
  });
};

/** The unit of the last assignment of the month: the whole month counts there, as it does on the dashboard. */
const unitOf = (employee: Employee, { period }: PersonMonth): string => assignmentInMonth(employee, period)?.orgUnitId ?? '';

/** Whether a book was made with these versions, on the same days, and these targets, and is told to these managers. */
export const isMadeWith = (
  book: Pick<Book, 'plan' | 'segments' | 'assigned' | 'managers'>,
  { main, days, assigned, managers }: MonthPlans,
): boolean =>
  book.plan?.planId === main.planId &&
  book.plan.version === main.version &&
  book.plan.digest === main.digest &&
  isAssigned(book.assigned, assigned) &&
  sameList(book.managers, managers, (stored, now) => stored === now) &&
  sameList(book.segments, days, (stored, { entry, from, to }) =>
    isSegment(stored, { from, to, days: 0, plan: { planId: entry.planId, version: entry.version, digest: entry.digest } }),
  );

/**
 * Whether the plan that a month is about to be folded with again is the one in force after the month's book was read. A batch read is no
 * snapshot: without this, plans read a moment before a publication could bring the old plan back over a book that already has the new one.
 */
export const isStillInForce = async (store: Store, of: PersonMonth, inForce: PlanInForce): Promise<boolean> => {
  const resolved = resolveItems(of, await store.getMany(resolutionKeys(of)));
  if (!resolved.ok) return inForce.kind === 'refused' && inForce.refusal.code === resolved.error.code;
  if (inForce.kind !== 'plan') return false;
  const { ref, segments, assigned, managers } = inForce.plan;
  return isMadeWith(
    {
      plan: ref,
      ...(assigned ? { assigned } : {}),
      ...(managers ? { managers } : {}),
      ...(segments ? { segments: segments.map(({ from, to, days, ref: plan }) => ({ from, to, days, plan })) } : {}),
    },
    resolved.value,
  );
};
