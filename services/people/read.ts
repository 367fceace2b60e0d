/**
 * What other services may know of people: keys and parsers, so that a reader puts several keys of several tables into one
 * `store.getMany`, and the pure questions about org tree and employment. Nothing here writes.
 */
import type { Item, Key, PageKey, Query, Store } from '../../shared/adapters/store.ts';
import { queryAll } from '../../shared/adapters/store.ts';
import type { Customer, Employee, LegalEntity, PayTerms } from '../../shared/contracts/people.ts';
import type { Month } from '../../shared/kernel/period.ts';
import { assignmentInMonth } from './domain/employment.ts';
import { managedUnits, type OrgTree, subtreeUnits } from './domain/org-tree.ts';

export { assignmentDays, assignmentInMonth, placementAsOf } from './domain/employment.ts';
export { managersAbove } from './domain/managers-above.ts';
export { managedUnits, type OrgTree, orgChain, subtreeUnits } from './domain/org-tree.ts';

const key = (pk: string, sk: string): Key => ({ table: 'people', pk, sk });
export const entityKey = (legalEntityId: string): Key => key(`ENTITY#${legalEntityId}`, 'PROFILE');
export const orgKey = (legalEntityId: string): Key => key(`ENTITY#${legalEntityId}`, 'ORG');
export const employeeKey = (employeeId: string): Key => key(`EMPLOYEE#${employeeId}`, 'PROFILE');
export const payTermsKey = (employeeId: string): Key => key(`EMPLOYEE#${employeeId}`, 'PAY');
/** CRM or ERP user. `externalId` is free text of the source: it is the last part, so that a `#` in it cannot be mistaken. */
export const ownerKey = (source: string, externalId: string): Key => key(`EXTERNAL#${source}#${externalId}`, 'OWNER');
export const customerKey = (legalEntityId: string, customerId: string): Key => key(`CUSTOMER#${legalEntityId}#${customerId}`, 'CUSTOMER');

/** Index partitions (`gsi1pk`): every legal entity; every employee of one. */
export const ENTITIES_INDEX = 'ENTITIES';
export const employeesIndex = (legalEntityId: string): string => `ENTITY#${legalEntityId}`;

/** Most employees of one legal entity that are ever read at once. */
export const MAX_EMPLOYEES = 50_000;
const MAX_ENTITIES = 5_000;

/** Whose a CRM or ERP user is. */
export interface Owner {
  readonly employeeId: string;
  readonly legalEntityId: string;
}

/** The version an item was stored with; 0 when there is none. */
export const versionOf = (item: Item | undefined): number => Number(item?.['version'] ?? 0);

export const parseEntity = (item: Item | undefined): LegalEntity | undefined => parse<LegalEntity>(item);
export const parseEmployee = (item: Item | undefined): Employee | undefined => parse<Employee>(item);
export const parsePayTerms = (item: Item | undefined): PayTerms | undefined => parse<PayTerms>(item);
export const parseCustomer = (item: Item | undefined): Customer | undefined => parse<Customer>(item);
export const parseOwner = (item: Item | undefined): Owner | undefined => parse<Owner>(item);
/** An entity without stored org units has the empty tree of version 0. */
export const parseOrg = (item: Item | undefined): OrgTree => parse<OrgTree>(item) ?? EMPTY_ORG;
const EMPTY_ORG: OrgTree = Object.freeze({ version: 0, units: [] });

/**
 * Parsed documents, least recently used out first. An entry only serves the very text it was parsed from (not just the same version), so
 * that two stores in one process can never be mixed up. Values are frozen because they are shared.
 */
const MAX_CACHED = 5_000;
const cache = new Map<string, { readonly doc: string; readonly value: unknown }>();

const parse = <T>(item: Item | undefined): T | undefined => {
  if (item === undefined) return undefined;
  const doc = String(item['doc']);
  const id = `${item.pk}\u0000${item.sk}`;
  const known = cache.get(id);
  if (known) cache.delete(id);
  const entry = known?.doc === doc ? known : { doc, value: deepFreeze(JSON.parse(doc)) };
  cache.set(id, entry);
  if (cache.size > MAX_CACHED) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  return entry.value as T;
};

const deepFreeze = (value: unknown): unknown => {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(Object.freeze(value))) deepFreeze(member);
  return value;
};

export interface PageRequest {
  readonly limit?: number;
  readonly startAfter?: PageKey;
}
export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next?: PageKey;
}

const paged = (query: Query, page: PageRequest): Query => ({
  ...query,
  limit: page.limit ?? 200,
  ...(page.startAfter ? { startAfter: page.startAfter } : {}),
});
const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value): value is T => value !== undefined);

/** Index query of a legal entity's employees, by id. */
export const employeesQuery = (legalEntityId: string): Query => ({
  table: 'people',
  index: 'gsi1',
  pk: employeesIndex(legalEntityId),
  sk: { beginsWith: 'EMPLOYEE#' },
});

/** One page of a legal entity's employees, by id. From an index: what was stored in the last moments may be missing. */
export const listEmployees = async (store: Store, legalEntityId: string, page: PageRequest = {}): Promise<PageOf<Employee>> => {
  const { items, ...rest } = await store.query(paged(employeesQuery(legalEntityId), page));
  return { ...rest, items: present(items.map(parseEmployee)) };
};

/** Every employee of a legal entity, leavers too. @throws RangeError beyond {@link MAX_EMPLOYEES}. */
export const allEmployees = async (store: Store, legalEntityId: string): Promise<Employee[]> =>
  present((await queryAll(store, employeesQuery(legalEntityId), MAX_EMPLOYEES)).map(parseEmployee));

/** Index query of every legal entity, by id. */
export const ENTITIES_QUERY: Query = { table: 'people', index: 'gsi1', pk: ENTITIES_INDEX };
export const listEntities = async (store: Store): Promise<LegalEntity[]> =>
  present((await queryAll(store, ENTITIES_QUERY, MAX_ENTITIES)).map(parseEntity));

/** Who worked in the units a manager manages, or below them, in a month (by the last assignment in it); the manager is not in it. */
export const teamOf = async (store: Store, managerEmployeeId: string, legalEntityId: string, month: Month): Promise<Employee[]> => {
  const org = parseOrg(await store.get(orgKey(legalEntityId)));
  const units = subtreeUnits(org, managedUnits(org, managerEmployeeId));
  if (units.size === 0) return [];
  return (await allEmployees(store, legalEntityId)).filter((employee) => {
    const assignment = assignmentInMonth(employee, month);
    return employee.id !== managerEmployeeId && assignment !== undefined && units.has(assignment.orgUnitId);
  });
};
