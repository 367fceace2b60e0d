/** Whom a caller reaches, and as what: for reading, or to decide about somebody's days. */
import type { Principal } from '../../../shared/contracts/access.ts';
import type { Employee, LegalEntity } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed, reachedUnits } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, orgKey, parseEmployee, parseEntity, parseOrg, placementAsOf } from '../../people/read.ts';

export interface Reached {
  readonly employee: Employee;
  readonly entity: LegalEntity;
  readonly timeZone: string;
  readonly isSelf: boolean;
  /** Payroll of the legal entity, or a manager of the person's unit as of today; never for oneself. */
  readonly decides: boolean;
}

/** @throws ProblemError `not_found`, the same for a foreign person as for none. */
export const reach = async (
  { store, clock }: Pick<Platform, 'store' | 'clock'>,
  principal: Principal,
  employeeId: string,
): Promise<Reached> => {
  const employee = parseEmployee(await store.get(employeeKey(employeeId)));
  const [entityItem, orgItem] = employee ? await store.getMany([entityKey(employee.legalEntityId), orgKey(employee.legalEntityId)]) : [];
  const entity = parseEntity(entityItem);
  if (!employee || !entity) throw new ProblemError('not_found');
  const timeZone = entity.timeZone ?? DEFAULT_TIME_ZONE;
  const isSelf = principal.employeeId === employee.id;
  const inEntity = entityAllowed(principal, entity.id);
  const placement = placementAsOf(employee, dateIn(clock.now(), timeZone));
  const asManager = placement !== undefined && reachedUnits(principal, parseOrg(orgItem)).has(placement.orgUnitId);
  const decides = !isSelf && ((principal.roles.has('payroll') && inEntity) || asManager);
  const reads =
    decides ||
    (isSelf && principal.roles.has('employee')) ||
    ((principal.roles.has('auditor') || principal.roles.has('payroll')) && inEntity);
  if (!reads) throw new ProblemError('not_found');
  return { employee, entity, timeZone, isSelf, decides };
};
