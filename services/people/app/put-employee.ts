import type { Item, Key } from '../../../shared/adapters/store.ts';
import type { EmploymentChanged, RecalculationRequested } from '../../../shared/contracts/messages.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import { DEFAULT_TIME_ZONE, dateIn, type Instant } from '../../../shared/kernel/period.ts';
import { type Result, succeed } from '../../../shared/kernel/result.ts';
import { type OutboxRow, outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { affectedMonths, employmentSpans } from '../domain/affected-months.ts';
import { checkEmployee, externalIdChanges } from '../domain/check-employee.ts';
import { fieldError } from '../domain/dated-entries.ts';
import { holdsFor, type Precondition } from '../domain/precondition.ts';
import { type Refusal, refuse, refuseFields } from '../domain/refusal.ts';
import { employeeKey, entityKey, orgKey, ownerKey, parseEmployee, parseEntity, parseOrg, parseOwner, versionOf } from '../read.ts';
import { checkVersion, claimExternalId, employeeDocument, releaseExternalId } from '../store.ts';
import { type Decided, nextVersion, type Replaced, replace } from './replace.ts';

/** What deciding about one employee needs. */
interface Loaded {
  readonly stored: Item | undefined;
  readonly entity: Item | undefined;
  readonly org: Item | undefined;
  /** Owner items in the order of the employee's external ids. */
  readonly owners: readonly (Item | undefined)[];
}
const keysFor = (employee: Employee): Key[] => [
  employeeKey(employee.id),
  entityKey(employee.legalEntityId),
  orgKey(employee.legalEntityId),
  ...employee.externalIds.map(({ source, externalId }) => ownerKey(source, externalId)),
];
const loadedFrom = ([stored, entity, org, ...owners]: readonly (Item | undefined)[]): Loaded => ({ stored, entity, org, owners });

/** Which legal entities the caller writes. */
export type MayWrite = (legalEntityId: string) => boolean;

/**
 * Creates or replaces an employee. External ids are claimed and released in the same transaction: two employees can never both be the
 * same CRM user. An employee stays with his or her legal entity: another employer is another employment, with another id. Who works elsewhere
 * than before has the scores of these months calculated again, which is asked for in the same transaction.
 */
export const putEmployee = async (
  { store, queue, clock }: PeopleDeps,
  employee: Employee,
  options: { readonly precondition: Precondition; readonly mayWrite: MayWrite; readonly preloaded?: Loaded },
): Promise<Result<Replaced<Employee>, Refusal>> => {
  const at = clock.now();
  let rows: readonly OutboxRow[] = [];
  const replaced = await replace(store, {
    ...(options.preloaded ? { preloaded: options.preloaded } : {}),
    load: async () => loadedFrom(await store.getMany(keysFor(employee))),
    decide: (loaded) => {
      rows = recalculations(employee, loaded, at);
      return decide(employee, loaded, { ...options, rows });
    },
  });
  if (replaced.ok && replaced.value.outcome === 'replaced') await tell(queue, rows);
  return replaced;
};
/** What changing people takes: their table, and the way to tell scoring. */
export type PeopleDeps = Pick<Platform, 'store' | 'queue' | 'clock'>;

/** One for each month that the change reaches, and one for the days that someone was or was not employed on after all. The version names the cause: what follows from one change is done once. */
const recalculations = (employee: Employee, { stored, entity }: Loaded, at: Instant): OutboxRow[] => {
  const before = parseEmployee(stored);
  if (!before) return [];
  const { id, legalEntityId } = employee;
  const today = dateIn(at, parseEntity(entity)?.timeZone ?? DEFAULT_TIME_ZONE);
  const causeId = `person:${id}:${versionOf(stored) + 1}`;
  const spans = employmentSpans(before, employee, today);
  const version = versionOf(stored) + 1;
  const messages: (RecalculationRequested | EmploymentChanged)[] = [
    ...affectedMonths(before, employee, today).map(
      (period) => ({ message: 'recalculation.requested', causeId, employeeId: id, legalEntityId, period }) as const,
    ),
    ...(spans.length > 0 ? [{ message: 'employment.changed', employeeId: id, legalEntityId, version, spans } as const] : []),
  ];
  return messages.map((message) => outboxRow('people', message, at));
};

const decide = (
  employee: Employee,
  { stored, entity, org, owners }: Loaded,
  {
    precondition,
    mayWrite,
    rows,
  }: { readonly precondition: Precondition; readonly mayWrite: MayWrite; readonly rows: readonly OutboxRow[] },
): Result<Decided<Employee>, Refusal> => {
  const before = parseEmployee(stored);
  // A foreign person's version is nobody's business, so this comes before the precondition.
  if (before && !mayWrite(before.legalEntityId)) return idTaken(employee.id);
  if (!holdsFor(precondition, versionOf(stored))) return refuse('precondition_failed');
  // A foreign entity and one that does not exist are answered alike.
  if (!entity || !mayWrite(employee.legalEntityId)) {
    return refuseFields([fieldError('/legalEntityId', 'unknown_entity', `there is no legal entity ${employee.legalEntityId}`)]);
  }
  if (before && before.legalEntityId !== employee.legalEntityId) {
    return refuse(
      'conflict',
      {
        zh: '员工不能更换法人主体,请另建员工',
        en: 'an employee stays with one legal entity: end this employment and create another employee',
      },
      [fieldError('/legalEntityId', 'unchangeable', `is ${before.legalEntityId}`)],
    );
  }
  const faults = checkEmployee(employee, parseOrg(org));
  if (faults.length > 0) return refuseFields(faults);
  const taken = takenExternalIds(employee, owners, mayWrite);
  if (taken.length > 0)
    return refuse('conflict', { zh: '外部账号已属于其他员工', en: 'an external id belongs to another employee' }, taken);

  const claims = externalIdChanges(before?.externalIds ?? [], employee.externalIds);
  const placementChanged = before === undefined || canonicalJson(before.assignments) !== canonicalJson(employee.assignments);
  return succeed(
    nextVersion(stored, employee, () => employeeDocument(employee), [
      // The assignments were checked against this tree.
      ...(placementChanged ? [checkVersion(orgKey(employee.legalEntityId), versionOf(org))] : []),
      ...claims.taken.map((id) => claimExternalId(id, employee)),
      ...claims.released.map((id) => releaseExternalId(id, employee.id)),
      ...rows.map(putRow),
    ]),
  );
};

const idTaken = (id: string) =>
  refuse('conflict', { zh: '该员工编号已被使用', en: 'this employee id is taken' }, [fieldError('/id', 'taken', `${id} is taken`)]);

/** Names the other employee where the caller may know of him or her. */
const takenExternalIds = (employee: Employee, owners: readonly (Item | undefined)[], mayWrite: MayWrite): FieldError[] =>
  employee.externalIds.flatMap(({ source, externalId }, index) => {
    const owner = parseOwner(owners[index]);
    if (!owner || owner.employeeId === employee.id) return [];
    const whose = mayWrite(owner.legalEntityId) ? `employee ${owner.employeeId}` : 'an employee of another legal entity';
    return [fieldError(`/externalIds/${index}`, 'external_id_taken', `${source} user ${externalId} belongs to ${whose}`)];
  });

/** Everything that a batch of employees needs, in one request; by place in the batch. */
export const preloadEmployees = async (store: Platform['store'], employees: readonly Employee[]): Promise<readonly Loaded[]> => {
  const keys = employees.map(keysFor);
  const items = await store.getMany(keys.flat());
  let start = 0;
  return keys.map(({ length }) => {
    start += length;
    return loadedFrom(items.slice(start - length, start));
  });
};
