/** Whom a caller reaches, and as what: for reading, or to decide about somebody's days. */
import type { Principal, Role } from '../../../shared/contracts/access.ts';
import type { Employee, LegalEntity } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn, type LocalDate } from '../../../shared/kernel/period.ts';
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

export interface EntityScope {
  readonly entity: LegalEntity;
  readonly today: LocalDate;
  /** By a role for the whole legal entity. */
  readonly byEntity: boolean;
  /** Units that the caller manages, and those below. */
  readonly units: ReadonlySet<string>;
  /** By the role, or as a manager of where the person works today. */
  readonly holds: (employee: Employee) => boolean;
}

/** Whose rows of a legal entity the caller sees. @throws ProblemError `not_found` for nobody's. */
export const scopeIn = async (
  { store, clock }: Pick<Platform, 'store' | 'clock'>,
  principal: Principal,
  legalEntityId: string,
  roles: readonly Role[],
): Promise<EntityScope> => {
  const [entityItem, orgItem] = await store.getMany([entityKey(legalEntityId), orgKey(legalEntityId)]);
  const entity = parseEntity(entityItem);
  const units = reachedUnits(principal, parseOrg(orgItem));
  const byEntity = roles.some((role) => principal.roles.has(role)) && entityAllowed(principal, legalEntityId);
  if (!entity || !(byEntity || units.size > 0)) throw new ProblemError('not_found');
  const today = dateIn(clock.now(), entity.timeZone ?? DEFAULT_TIME_ZONE);
  const holds = (employee: Employee): boolean => {
    const placement = placementAsOf(employee, today);
    return byEntity || (placement !== undefined && units.has(placement.orgUnitId));
  };
  return { entity, today, byEntity, units, holds };
};

/** The legal entity that was asked for, or else the caller's own. @throws ProblemError `invalid_request` where there is neither. */
export const entityAsked = async ({ store }: Pick<Platform, 'store'>, principal: Principal, asked: string | undefined): Promise<string> => {
  const own =
    asked !== undefined || principal.employeeId === null ? undefined : parseEmployee(await store.get(employeeKey(principal.employeeId)));
  const legalEntityId = asked ?? own?.legalEntityId;
  if (legalEntityId !== undefined) return legalEntityId;
  throw new ProblemError('invalid_request', undefined, {
    errors: [{ pointer: '/query/legalEntityId', code: 'missing', detail: 'the token names no employee: say which legal entity' }],
  });
};
