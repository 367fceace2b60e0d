/**
 * Which rows a caller reaches. The role on the route says whether someone may ask at all; this says about whom. Deny by default.
 *
 * | role            | work (scores, facts, targets)   | pay (payslips, ledger, awards, pay terms) |
 * |-----------------|---------------------------------|-------------------------------------------|
 * | employee        | self                            | self                                      |
 * | manager         | own units and everything below  | never                                     |
 * | plan-owner      | own legal entities              | never                                     |
 * | payroll, auditor| own legal entities              | own legal entities                        |
 * | operator, source| never                           | never                                     |
 *
 * The one file of `shared` that knows a service: it reads the org tree through `services/people/read.ts`.
 */
import {
  employeeKey,
  entityKey,
  managedUnits,
  type OrgTree,
  orgKey,
  parseEmployee,
  parseEntity,
  parseOrg,
  placementAsOf,
  subtreeUnits,
} from '../../../services/people/read.ts';
import type { Store } from '../../adapters/store.ts';
import type { Principal, Role } from '../../contracts/access.ts';
import type { Employee } from '../../contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn, type Instant, type LocalDate } from '../../kernel/period.ts';

/** `work`: what someone did and how it counts. `pay`: anything with what someone earns. */
export type PersonData = 'work' | 'pay';

/** Whether the token names the legal entity. Says nothing about roles: for a person's rows use {@link canSeePerson}. */
export const entityAllowed = (principal: Principal, legalEntityId: string): boolean =>
  principal.entities === '*' || principal.entities.has(legalEntityId);

const BY_ENTITY: Record<PersonData, readonly Role[]> = { work: ['payroll', 'auditor', 'plan-owner'], pay: ['payroll', 'auditor'] };

/** The org units a manager reaches: those that name him or her, and everything below. Empty for everybody else. */
export const reachedUnits = (principal: Principal, org: OrgTree): ReadonlySet<string> =>
  principal.roles.has('manager') && principal.employeeId !== null
    ? subtreeUnits(org, managedUnits(org, principal.employeeId))
    : new Set<string>();

/**
 * The rule itself, on what was loaded. `units` are those of {@link reachedUnits} in the person's legal entity. With `today`, a manager
 * reaches who is placed below him or her on that day; without it, by the last assignment on record.
 */
export const reachesPerson = (
  principal: Principal,
  employee: Employee,
  units: ReadonlySet<string>,
  data: PersonData,
  today?: LocalDate,
): boolean => {
  if (isSelf(principal, employee.id)) return true;
  if (reachesByEntity(principal, employee.legalEntityId, data)) return true;
  if (data !== 'work' || !principal.roles.has('manager')) return false;
  const placement = placementAsOf(employee, today);
  return placement !== undefined && units.has(placement.orgUnitId);
};

const isSelf = (principal: Principal, employeeId: string): boolean =>
  principal.roles.has('employee') && principal.employeeId === employeeId;
const reachesByEntity = (principal: Principal, legalEntityId: string, data: PersonData): boolean =>
  BY_ENTITY[data].some((role) => principal.roles.has(role)) && entityAllowed(principal, legalEntityId);

/**
 * Whether the caller reaches a person's rows. The person must really belong to `legalEntityId`: an entity taken from the request cannot
 * open a foreign person. An unknown person is `false` (answer with the same 404). Give `at` (the clock's now) so that a manager's reach
 * follows the org tree of the day.
 */
export const canSeePerson = async (
  store: Store,
  principal: Principal,
  employeeId: string,
  legalEntityId: string,
  data: PersonData,
  at?: Instant,
): Promise<boolean> => {
  if (isSelf(principal, employeeId)) return true;
  const byEntity = reachesByEntity(principal, legalEntityId, data);
  const asManager = data === 'work' && principal.roles.has('manager') && principal.employeeId !== null;
  if (!byEntity && !asManager) return false;
  const [employeeItem, orgItem, entityItem] = await store.getMany(
    byEntity ? [employeeKey(employeeId)] : [employeeKey(employeeId), orgKey(legalEntityId), entityKey(legalEntityId)],
  );
  const employee = parseEmployee(employeeItem);
  if (!employee || employee.legalEntityId !== legalEntityId) return false;
  const today = at === undefined ? undefined : dateIn(at, parseEntity(entityItem)?.timeZone ?? DEFAULT_TIME_ZONE);
  return reachesPerson(principal, employee, reachedUnits(principal, parseOrg(orgItem)), data, today);
};
