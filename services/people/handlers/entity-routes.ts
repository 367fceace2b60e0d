import { z } from 'zod';
import type { Role } from '../../../shared/contracts/access.ts';
import { idSchema } from '../../../shared/contracts/common.ts';
import { legalEntitySchema, orgUnitSchema } from '../../../shared/contracts/people.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed, reachedUnits } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { putLegalEntity } from '../app/put-legal-entity.ts';
import { putOrgUnits } from '../app/put-org-units.ts';
import { ENTITIES_QUERY, entityKey, orgKey, parseEntity, parseOrg, versionOf } from '../read.ts';
import {
  assertSameId,
  entityView,
  givenAccount,
  idParams,
  json,
  jsonBody,
  legalEntityAnswer,
  orgUnitsAnswer,
  pageOf,
  pageQuery,
  preconditionHeaders,
  preconditionOf,
  reachesEntity,
  statusOf,
  tag,
  unwrap,
  writeProblems,
} from './answers.ts';

const READERS = ['payroll', 'auditor', 'plan-owner', 'operator'] as const satisfies readonly Role[];
const WRITERS = ['payroll', 'operator'] as const satisfies readonly Role[];

/** Legal entities and their org trees. */
export const addEntityRoutes = ({ add, cursors }: Routes, platform: Platform): void => {
  const { store } = platform;
  add(
    {
      method: 'put',
      path: '/v1/legal-entities/{id}',
      access: { roles: WRITERS },
      tags: ['people'],
      summary: 'Create or replace a legal entity',
      description: 'Roles: payroll, operator, for the legal entities of their token. The time zone stays once the entity has employees.',
      request: {
        params: idParams,
        headers: preconditionHeaders,
        body: jsonBody(
          legalEntitySchema.extend({
            id: idSchema.optional().describe('As in the path'),
            payerAccount: givenAccount.nullable().default(null),
          }),
        ),
      },
      responses: { 200: json(legalEntityAnswer, 'Replaced'), 201: json(legalEntityAnswer, 'Created'), ...writeProblems },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const body = c.req.valid('json');
      if (!entityAllowed(principalOf(c), id)) throw new ProblemError('not_found');
      assertSameId(body.id, id, '/id');
      const replaced = unwrap(await putLegalEntity(store, { ...body, id }, preconditionOf(c.req.valid('header'))));
      tag(c, replaced.version);
      return c.json(entityView(replaced.value, replaced.version), statusOf(replaced));
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/legal-entities/{id}',
      access: { roles: READERS },
      tags: ['people'],
      summary: 'A legal entity',
      description: 'Roles: payroll, auditor, plan-owner, operator, for the legal entities of their token.',
      request: { params: idParams },
      responses: { 200: json(legalEntityAnswer, 'The legal entity') },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const item = entityAllowed(principalOf(c), id) ? await store.get(entityKey(id)) : undefined;
      const entity = parseEntity(item);
      if (!entity) throw new ProblemError('not_found');
      tag(c, versionOf(item));
      return c.json(entityView(entity, versionOf(item)), 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/legal-entities',
      access: { roles: READERS },
      tags: ['people'],
      summary: 'Legal entities',
      description:
        'Roles: payroll, auditor, plan-owner, operator. Only the legal entities of the token; a page may be shorter than its limit.',
      request: { query: z.strictObject(pageQuery) },
      responses: { 200: json(pageOf(legalEntityAnswer), 'One page, by id') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { limit, cursor } = c.req.valid('query');
      const startAfter = cursors.read(cursor, principal.subject, 'legal-entities');
      const page = await store.query({ ...ENTITIES_QUERY, limit, ...(startAfter ? { startAfter } : {}) });
      const items = page.items.flatMap((item) => {
        const entity = parseEntity(item);
        return entity && entityAllowed(principal, entity.id) ? [entityView(entity, versionOf(item))] : [];
      });
      return c.json({ items, next: cursors.issue(page.next, principal.subject, 'legal-entities') }, 200);
    },
  );

  add(
    {
      method: 'put',
      path: '/v1/legal-entities/{id}/org-units',
      access: { roles: WRITERS },
      tags: ['people'],
      summary: 'Replace the whole org tree of a legal entity',
      description:
        'Roles: payroll, operator. Refused with a pointer to each: duplicate ids, unknown parents, cycles, units of another entity. A unit that people are or were assigned to cannot be removed. Managers need not exist yet.',
      request: {
        params: idParams,
        headers: preconditionHeaders,
        body: jsonBody(
          z.strictObject({
            units: z.array(orgUnitSchema.extend({ legalEntityId: idSchema.optional().describe('As in the path') })).max(2000),
          }),
        ),
      },
      responses: { 200: json(orgUnitsAnswer, 'Replaced'), 201: json(orgUnitsAnswer, 'Created'), ...writeProblems },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const { units } = c.req.valid('json');
      if (!entityAllowed(principalOf(c), id)) throw new ProblemError('not_found');
      const owned = units.map((unit) => ({ ...unit, legalEntityId: unit.legalEntityId ?? id }));
      const replaced = unwrap(await putOrgUnits(platform, id, owned, preconditionOf(c.req.valid('header'))));
      tag(c, replaced.version);
      return c.json({ legalEntityId: id, version: replaced.version, units: [...replaced.value] }, statusOf(replaced));
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/legal-entities/{id}/org-units',
      access: { roles: [...READERS, 'manager'] },
      tags: ['people'],
      summary: 'The org tree of a legal entity',
      description: 'Roles: payroll, auditor, plan-owner, operator: the whole tree. Manager: the units he or she manages and those below.',
      request: { params: idParams },
      responses: { 200: json(orgUnitsAnswer, 'The org tree') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { id } = c.req.valid('param');
      const [entity, item] = await store.getMany([entityKey(id), orgKey(id)]);
      if (!entity) throw new ProblemError('not_found');
      const org = parseOrg(item);
      if (!reachesEntity(principal, id, READERS)) {
        const reached = reachedUnits(principal, org);
        if (reached.size === 0) throw new ProblemError('not_found');
        return c.json({ legalEntityId: id, version: org.version, units: org.units.filter((unit) => reached.has(unit.id)) }, 200);
      }
      tag(c, org.version);
      return c.json({ legalEntityId: id, version: org.version, units: [...org.units] }, 200);
    },
  );
};
