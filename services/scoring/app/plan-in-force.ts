/** Which plan a person's month is folded with: resolved from what was loaded, compiled once per version. */
import type { Key, Store } from '../../../shared/adapters/store.ts';
import type { Refusal } from '../../../shared/contracts/books.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { PlanIndexEntry } from '../../../shared/contracts/plans.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { assignmentInMonth, employeeKey, type OrgTree, orgChain, orgKey, parseEmployee, parseOrg } from '../../people/read.ts';
import { type PlanIndex, parsePlanIndex, planIndexKey, resolvePlanForMonth } from '../../plans/read.ts';
import type { PlanInForce } from '../domain/next-book.ts';
import type { PersonMonth } from '../store.ts';

/** What resolving needs; a few items that many people share. */
export const resolutionKeys = (of: PersonMonth): readonly [Key, Key, Key] => [
  employeeKey(of.employeeId),
  orgKey(of.legalEntityId),
  planIndexKey(of.legalEntityId),
];

/** The published version in force on the month's last day for where the person worked last in the month, or a named refusal. */
export const resolveEntry = (
  of: PersonMonth,
  employee: Employee | undefined,
  org: OrgTree,
  index: PlanIndex,
): Result<PlanIndexEntry, Refusal> => {
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
  const assignment = assignmentInMonth(employee, period);
  if (!assignment) {
    return fail({
      code: 'no_assignment',
      reason: { zh: `${of.employeeId} 在 ${period} 没有任职`, en: `${of.employeeId} has no assignment in ${period}` },
    });
  }
  const subject = {
    employeeId: of.employeeId,
    positionId: assignment.positionId,
    orgChain: orgChain(org, assignment.orgUnitId),
    legalEntityId: of.legalEntityId,
  };
  const resolved = resolvePlanForMonth(index, subject, period);
  return resolved.ok ? succeed(resolved.value) : fail(resolved.error);
};

/**
 * Whether the plan that a month is about to be folded with again is the one in force after the month's book was read. A batch read is no
 * snapshot: without this, plans read a moment before a publication could bring the old plan back over a book that already has the new one.
 */
export const isStillInForce = async (store: Store, of: PersonMonth, inForce: PlanInForce): Promise<boolean> => {
  const [employee, org, index] = await store.getMany(resolutionKeys(of));
  const resolved = resolveEntry(of, parseEmployee(employee), parseOrg(org), parsePlanIndex(index));
  if (!resolved.ok) return inForce.kind === 'refused' && inForce.refusal.code === resolved.error.code;
  const { planId, version } = resolved.value;
  return inForce.kind === 'plan' && inForce.plan.ref.planId === planId && inForce.plan.ref.version === version;
};
