/**
 * Items of the people table. Every resource is one item with its document and a `version` that rises by one with each change; writes hold
 * on the version they were decided on. An external id is an item of its own, so that claiming it is a condition, not a search.
 */
import type { Item, Key, WriteOperation } from '../../shared/adapters/store.ts';
import type { Customer, Employee, LegalEntity, OrgUnit, PayTerms } from '../../shared/contracts/people.ts';
import { canonicalJson } from '../../shared/kernel/canonical.ts';
import { customerKey, ENTITIES_INDEX, employeeKey, employeesIndex, entityKey, orgKey, ownerKey, payTermsKey } from './read.ts';

/** A document as it is about to be stored; `indexed` are its index attributes. */
export interface Document {
  readonly key: Key;
  readonly doc: string;
  readonly indexed: Readonly<Record<string, string>>;
}

const document = (key: Key, value: unknown, indexed: Readonly<Record<string, string>> = {}): Document => ({
  key,
  doc: canonicalJson(value),
  indexed,
});

export const entityDocument = (entity: LegalEntity): Document =>
  document(entityKey(entity.id), entity, { gsi1pk: ENTITIES_INDEX, gsi1sk: `ENTITY#${entity.id}` });
export const employeeDocument = (employee: Employee): Document =>
  document(employeeKey(employee.id), employee, { gsi1pk: employeesIndex(employee.legalEntityId), gsi1sk: `EMPLOYEE#${employee.id}` });
export const payTermsDocument = (employeeId: string, terms: PayTerms): Document => document(payTermsKey(employeeId), terms);
export const customerDocument = (customer: Customer): Document => document(customerKey(customer.legalEntityId, customer.id), customer);
/** The tree's version is part of its document too: readers get both at once. */
export const orgDocument = (legalEntityId: string, version: number, units: readonly OrgUnit[]): Document =>
  document(orgKey(legalEntityId), { version, units });

/** Puts `document` as `version`, on condition that the version before it is the one stored (0: nothing is). */
export const putVersion = ({ key, doc, indexed }: Document, version: number): WriteOperation => ({
  op: 'put',
  table: key.table,
  item: { pk: key.pk, sk: key.sk, doc, version, ...indexed },
  condition: version === 1 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version - 1 },
});
/** Holds a transaction on what was read: `version` 0 means that there was nothing. */
export const checkVersion = ({ table, pk, sk }: Key, version: number): WriteOperation => ({
  op: 'check',
  table,
  pk,
  sk,
  condition: version === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version },
});
export const checkPresent = ({ table, pk, sk }: Key): WriteOperation => ({ op: 'check', table, pk, sk, condition: { kind: 'present' } });

type ExternalId = Employee['externalIds'][number];
export const claimExternalId = ({ source, externalId }: ExternalId, { id, legalEntityId }: Employee): WriteOperation => {
  const { table, pk, sk } = ownerKey(source, externalId);
  return {
    op: 'put',
    table,
    item: { pk, sk, doc: canonicalJson({ employeeId: id, legalEntityId }), version: 1, employeeId: id },
    condition: { kind: 'absent' },
  };
};
export const releaseExternalId = ({ source, externalId }: ExternalId, employeeId: string): WriteOperation => {
  const { table, pk, sk } = ownerKey(source, externalId);
  return { op: 'delete', table, pk, sk, condition: { kind: 'equals', attribute: 'employeeId', value: employeeId } };
};

export const isSameDocument = (item: Item | undefined, { doc, indexed }: Document): boolean =>
  item !== undefined && item['doc'] === doc && Object.entries(indexed).every(([name, value]) => item[name] === value);
