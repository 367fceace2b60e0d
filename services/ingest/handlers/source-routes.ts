import { z } from 'zod';
import { slugSchema } from '../../../shared/contracts/common.ts';
import { factTypeSchema, SHIPPED_FACT_TYPES } from '../../../shared/contracts/facts.ts';
import { factTypeDefinitionSchema, sourceSchema } from '../../../shared/contracts/sources.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { saveFactType } from '../app/save-fact-type.ts';
import { saveSource } from '../app/save-source.ts';
import type { SourceRegistry } from '../app/source-registry.ts';
import { FACT_TYPES_INDEX, factTypeKey, parseFactType, parseSource, SOURCES_INDEX, sourceKey } from '../store.ts';
import {
  assertSameId,
  factTypeAnswer,
  factTypeView,
  ifMatchHeader,
  ifMatchOf,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  sourceAnswer,
  sourceParams,
  sourceView,
  tagVersion,
  writeProblems,
} from './answers.ts';

const OPERATOR = { roles: ['operator'] } as const;

/** Sources and own fact types. */
export const addSourceRoutes = ({ add, cursors }: Routes, { store }: Platform, registry: SourceRegistry): void => {
  add(
    {
      method: 'put',
      path: '/v1/sources/{id}',
      access: OPERATOR,
      tags: ['sources'],
      summary: 'Create or replace a source',
      description:
        'Role: operator, for the legal entities of the token. The mapping is compiled and its examples are run: a fault or a difference is refused with a pointer to it. Without secrets the stored ones stay; two during a rotation, newest first. Legal entity and kind do not change.',
      request: {
        params: sourceParams,
        headers: ifMatchHeader,
        body: jsonBody(sourceSchema.extend({ id: slugSchema.optional().describe('As in the path') })),
      },
      responses: { 200: json(sourceAnswer, 'Replaced'), 201: json(sourceAnswer, 'Created'), ...writeProblems },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const body = c.req.valid('json');
      assertSameId(body.id, id, '/id');
      const principal = principalOf(c);
      if (!entityAllowed(principal, body.legalEntityId)) throw new ProblemError('not_found');
      const mayReplace = (legalEntityId: string): boolean => entityAllowed(principal, legalEntityId);
      const saved = await saveSource(store, { ...body, id }, { ifMatch: ifMatchOf(c.req.valid('header')), mayReplace });
      registry.forget(id);
      tagVersion(c, saved.version);
      return c.json(sourceView(saved), saved.version === 1 ? 201 : 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/sources/{id}',
      access: OPERATOR,
      tags: ['sources'],
      summary: 'A source',
      description: 'Role: operator, for the legal entities of the token. Of secrets only fingerprints.',
      request: { params: sourceParams },
      responses: { 200: json(sourceAnswer, 'The source') },
    },
    async (c) => {
      const stored = parseSource(await store.get(sourceKey(c.req.valid('param').id)));
      if (!stored || !entityAllowed(principalOf(c), stored.source.legalEntityId)) throw new ProblemError('not_found');
      tagVersion(c, stored.version);
      return c.json(sourceView(stored), 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/sources',
      access: OPERATOR,
      tags: ['sources'],
      summary: 'Sources',
      description: 'Role: operator. Only those of the legal entities of the token; a page may be shorter than its limit.',
      request: { query: z.strictObject(pageQuery) },
      responses: { 200: json(pageOf(sourceAnswer), 'One page, by id') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { limit, cursor } = c.req.valid('query');
      const startAfter = cursors.read(cursor, principal.subject, 'sources');
      const page = await store.query({ table: 'facts', index: 'gsi1', pk: SOURCES_INDEX, limit, ...(startAfter ? { startAfter } : {}) });
      const items = page.items.flatMap((item) => {
        const stored = parseSource(item);
        return stored && entityAllowed(principal, stored.source.legalEntityId) ? [sourceView(stored)] : [];
      });
      return c.json({ items, next: cursors.issue(page.next, principal.subject, 'sources') }, 200);
    },
  );

  add(
    {
      method: 'put',
      path: '/v1/fact-types/{type}',
      access: OPERATOR,
      tags: ['sources'],
      summary: 'Define an own fact type',
      description:
        'Role: operator. Name and attributes (text, number or boolean; required or not). A fact of the type with other attributes is kept as unassigned (attribute_invalid). Types that ship cannot be redefined.',
      request: {
        params: z.object({ type: factTypeSchema }),
        headers: ifMatchHeader,
        body: jsonBody(factTypeDefinitionSchema.extend({ type: factTypeSchema.optional().describe('As in the path') })),
      },
      responses: { 200: json(factTypeAnswer, 'Replaced'), 201: json(factTypeAnswer, 'Created'), ...writeProblems },
    },
    async (c) => {
      const { type } = c.req.valid('param');
      const body = c.req.valid('json');
      assertSameId(body.type, type, '/type');
      const saved = await saveFactType(store, { ...body, type }, ifMatchOf(c.req.valid('header')));
      tagVersion(c, saved.version);
      return c.json(factTypeView(saved), saved.version === 1 ? 201 : 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/fact-types/{type}',
      access: { roles: ['operator', 'plan-owner', 'auditor'] },
      tags: ['sources'],
      summary: 'An own fact type',
      description: 'Roles: operator, plan-owner, auditor.',
      request: { params: z.object({ type: factTypeSchema }) },
      responses: { 200: json(factTypeAnswer, 'The fact type') },
    },
    async (c) => {
      const stored = parseFactType(await store.get(factTypeKey(c.req.valid('param').type)));
      if (!stored) throw new ProblemError('not_found');
      tagVersion(c, stored.version);
      return c.json(factTypeView(stored), 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/fact-types',
      access: { roles: ['operator', 'plan-owner', 'auditor'] },
      tags: ['sources'],
      summary: 'Fact types',
      description: 'Roles: operator, plan-owner, auditor. Those that ship, and one page of own ones.',
      request: { query: z.strictObject(pageQuery) },
      responses: { 200: json(pageOf(factTypeAnswer).extend({ shipped: z.array(z.string()) }), 'One page, by type') },
    },
    async (c) => {
      const { subject } = principalOf(c);
      const { limit, cursor } = c.req.valid('query');
      const startAfter = cursors.read(cursor, subject, 'fact-types');
      const page = await store.query({ table: 'facts', index: 'gsi1', pk: FACT_TYPES_INDEX, limit, ...(startAfter ? { startAfter } : {}) });
      const items = page.items.flatMap((item) => {
        const stored = parseFactType(item);
        return stored ? [factTypeView(stored)] : [];
      });
      return c.json({ shipped: [...SHIPPED_FACT_TYPES], items, next: cursors.issue(page.next, subject, 'fact-types') }, 200);
    },
  );
};
