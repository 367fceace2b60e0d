import { z } from 'zod';
import type { Principal, Role } from '../../../shared/contracts/access.ts';
import { idSchema } from '../../../shared/contracts/common.ts';
import { type Employee, employeeSchema } from '../../../shared/contracts/people.ts';
import { dateIn } from '../../../shared/kernel/period.ts';
import { principalOf, problemSchema, type Routes } from '../../../shared/runtime/http/api.ts';
import { fieldErrors, ProblemError, toProblem } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson, entityAllowed, reachedUnits, reachesPerson } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type BatchRecord, type BatchResult, importPeople } from '../app/import-people.ts';
import { putEmployee } from '../app/put-employee.ts';
import { maskMobile } from '../domain/masks.ts';
import { refuseFields } from '../domain/refusal.ts';
import { employeeKey, employeesQuery, entityKey, orgKey, parseEmployee, parseEntity, parseOrg, versionOf } from '../read.ts';
import {
  assertSameId,
  idParams,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  personAnswer,
  preconditionHeaders,
  preconditionOf,
  problemOf,
  reachesEntity,
  statusOf,
  tag,
  unwrap,
  writeProblems,
} from './answers.ts';

const READERS = ['payroll', 'auditor', 'plan-owner', 'manager'] as const satisfies readonly Role[];
const WRITERS = ['payroll'] as const satisfies readonly Role[];
/** Who sees a whole mobile number, besides the person. */
const SEE_MOBILE = ['payroll', 'auditor'] as const satisfies readonly Role[];

/** At most this many records in one batch. */
const MAX_BATCH = 100;

const batchAnswer = z
  .object({
    results: z.array(
      z.object({
        index: z.int(),
        id: z.string().nullable(),
        status: z.enum(['created', 'replaced', 'unchanged', 'refused']),
        version: z.int().optional(),
        problem: problemSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'PeopleBatchResult' });

const personView = (principal: Principal, employee: Employee, version: number): Employee & { version: number } => {
  const whole =
    (principal.roles.has('employee') && principal.employeeId === employee.id) ||
    reachesEntity(principal, employee.legalEntityId, SEE_MOBILE);
  return { ...employee, mobile: whole ? employee.mobile : maskMobile(employee.mobile), version };
};

/** People: who works where, without pay. */
export const addPeopleRoutes = ({ add, cursors }: Routes, platform: Platform): void => {
  const { store, clock } = platform;
  add(
    {
      method: 'put',
      path: '/v1/people/{id}',
      access: { roles: WRITERS },
      tags: ['people'],
      summary: 'Create or replace an employee',
      description:
        'Role: payroll, for the legal entities of the token. External ids (CRM and ERP users) are claimed with it: one that belongs to somebody else is a conflict that names him or her; those no longer listed are released.',
      request: {
        params: idParams,
        headers: preconditionHeaders,
        body: jsonBody(employeeSchema.extend({ id: idSchema.optional().describe('As in the path') })),
      },
      responses: { 200: json(personAnswer, 'Replaced'), 201: json(personAnswer, 'Created'), ...writeProblems },
    },
    async (c) => {
      const principal = principalOf(c);
      const { id } = c.req.valid('param');
      const body = c.req.valid('json');
      assertSameId(body.id, id, '/id');
      const precondition = preconditionOf(c.req.valid('header'));
      const mayWrite = (legalEntityId: string): boolean => entityAllowed(principal, legalEntityId);
      const replaced = unwrap(await putEmployee(platform, { ...body, id }, { precondition, mayWrite }));
      tag(c, replaced.version);
      return c.json({ ...replaced.value, version: replaced.version }, statusOf(replaced));
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/people/{id}',
      access: { roles: READERS, self: true },
      tags: ['people'],
      summary: 'An employee',
      description:
        'The employee himself or herself; a manager for the own units and below; payroll, auditor, plan-owner for their legal entities.',
      request: { params: idParams },
      responses: { 200: json(personAnswer, 'The employee') },
    },
    async (c) => {
      const principal = principalOf(c);
      const item = await store.get(employeeKey(c.req.valid('param').id));
      const employee = parseEmployee(item);
      if (!employee || !(await canSeePerson(store, principal, employee.id, employee.legalEntityId, 'work', clock.now()))) {
        throw new ProblemError('not_found');
      }
      const view = personView(principal, employee, versionOf(item));
      // A masked answer is another representation: whoever holds it must not be told that the whole one is the same.
      if (view.mobile === employee.mobile) tag(c, versionOf(item));
      else c.header('ETag', `"${versionOf(item)}-masked"`);
      return c.json(view, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/people',
      access: { roles: READERS },
      tags: ['people'],
      summary: 'Employees of a legal entity',
      description:
        'Roles: payroll, auditor, plan-owner for their legal entities; a manager gets the own units and below. A page may be shorter than its limit.',
      request: { query: z.strictObject({ legalEntityId: idSchema, ...pageQuery }) },
      responses: { 200: json(pageOf(personAnswer), 'One page, by id') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { legalEntityId, limit, cursor } = c.req.valid('query');
      const list = `people ${legalEntityId}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const [entityItem, orgItem] = await store.getMany([entityKey(legalEntityId), orgKey(legalEntityId)]);
      const entity = parseEntity(entityItem);
      const units = reachedUnits(principal, parseOrg(orgItem));
      const byEntity = reachesEntity(principal, legalEntityId, ['payroll', 'auditor', 'plan-owner']);
      if (!entity || !(byEntity || units.size > 0)) throw new ProblemError('not_found');
      const page = await store.query({ ...employeesQuery(legalEntityId), limit, ...(startAfter ? { startAfter } : {}) });
      const today = dateIn(clock.now(), entity.timeZone);
      const items = page.items.flatMap((item) => {
        const employee = parseEmployee(item);
        return employee && reachesPerson(principal, employee, units, 'work', today)
          ? [personView(principal, employee, versionOf(item))]
          : [];
      });
      return c.json({ items, next: cursors.issue(page.next, principal.subject, list) }, 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/people/batch',
      access: { roles: WRITERS },
      tags: ['people'],
      summary: `Create or replace up to ${MAX_BATCH} employees`,
      description: 'Role: payroll. Each record is stored or refused alone, in the order given; the answer has one result for each.',
      request: {
        body: jsonBody(
          z.strictObject({ people: z.array(z.unknown()).min(1).max(MAX_BATCH).describe('Each as in PUT /v1/people/{id}, with its id') }),
        ),
      },
      responses: { 200: json(batchAnswer, 'One result a record') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { people } = c.req.valid('json');
      const records = people.map((record): BatchRecord => {
        const parsed = employeeSchema.safeParse(record);
        return parsed.success ? { ok: true, value: parsed.data } : refuseFields(fieldErrors(parsed.error));
      });
      const results = await importPeople(platform, records, (legalEntityId) => entityAllowed(principal, legalEntityId));
      return c.json({ results: results.map((result, index) => batchResult(result, index, people[index])) }, 200);
    },
  );
};

const batchResult = (result: BatchResult, index: number, given: unknown) =>
  result.ok
    ? { index, id: result.value.value.id, status: result.value.outcome, version: result.value.version }
    : { index, id: idIn(given), status: 'refused' as const, problem: mutableProblem(result.error) };

const mutableProblem = (refusal: Parameters<typeof problemOf>[0]) => {
  const { errors, ...problem } = toProblem(problemOf(refusal));
  return { ...problem, ...(errors ? { errors: [...errors] } : {}) };
};

/** The id a refused record seems to have, so that a person finds it again. */
const idIn = (record: unknown): string | null => {
  if (typeof record !== 'object' || record === null || !Object.hasOwn(record, 'id')) return null;
  const { id } = record as { id?: unknown };
  return typeof id === 'string' ? id.slice(0, 128) : null;
};
