/** Whether an employee record is sound in itself and against the org tree. Pure. */
import type { Employee } from '../../../shared/contracts/people.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { checkOrder, checkOverlaps, fieldError } from './dated-entries.ts';
import type { OrgTree } from './org-tree.ts';

export const checkEmployee = (employee: Employee, org: OrgTree): FieldError[] => {
  const { hiredOn, leftOn, assignments } = employee;
  const errors: FieldError[] = [];
  if (leftOn !== null && leftOn < hiredOn) {
    errors.push(fieldError('/leftOn', 'left_before_hired', `left on ${leftOn}, before being hired on ${hiredOn}`));
  }
  errors.push(...checkOrder(assignments, '/assignments'), ...checkOverlaps(assignments, '/assignments', () => 'assignment'));
  const units = new Set(org.units.map((unit) => unit.id));
  assignments.forEach(({ from, to, orgUnitId }, index) => {
    const at = `/assignments/${index}`;
    if (!units.has(orgUnitId)) errors.push(fieldError(`${at}/orgUnitId`, 'unknown_org_unit', `there is no org unit ${orgUnitId}`));
    if (from < hiredOn) errors.push(fieldError(`${at}/from`, 'outside_employment', `before being hired on ${hiredOn}`));
    if (leftOn !== null && from > leftOn) errors.push(fieldError(`${at}/from`, 'outside_employment', `after leaving on ${leftOn}`));
    if (leftOn !== null && to !== undefined && to > leftOn) {
      errors.push(fieldError(`${at}/to`, 'outside_employment', `after leaving on ${leftOn}`));
    }
  });
  errors.push(...checkExternalIds(employee.externalIds));
  return errors;
};

type ExternalId = Employee['externalIds'][number];
const idOf = ({ source, externalId }: ExternalId): string => `${source}#${externalId}`;

const checkExternalIds = (externalIds: readonly ExternalId[]): FieldError[] => {
  const seen = new Set<string>();
  return externalIds.flatMap((external, index) => {
    const id = idOf(external);
    if (seen.has(id))
      return [fieldError(`/externalIds/${index}`, 'duplicate', `${external.source} user ${external.externalId} is given twice`)];
    seen.add(id);
    return [];
  });
};

/** Which CRM and ERP users a change takes and which it lets go. */
export const externalIdChanges = (
  before: readonly ExternalId[],
  after: readonly ExternalId[],
): { readonly taken: readonly ExternalId[]; readonly released: readonly ExternalId[] } => {
  const had = new Set(before.map(idOf));
  const has = new Set(after.map(idOf));
  return { taken: after.filter((id) => !had.has(idOf(id))), released: before.filter((id) => !has.has(idOf(id))) };
};
