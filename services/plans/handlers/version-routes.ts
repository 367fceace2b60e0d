import { z } from 'zod';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { loadDraft } from '../app/drafts.ts';
import { diffPlan, listPlans, listVersions, readVersion } from '../app/read-plans.ts';
import type { VersionRecord } from '../store.ts';
import { callerOf, READERS } from './draft-routes.ts';
import {
  diffAnswer,
  diffQuery,
  entityQuery,
  json,
  pageOf,
  pageQuery,
  planParams,
  planSummary,
  versionAnswer,
  versionParams,
  versionSummary,
} from './schemas.ts';

const READ_ACCESS = 'Roles: plan-owner, payroll, auditor, for the legal entities of the token.';

const summaryOf = ({ plan, publishedBy, publishedAt, approvedBy }: VersionRecord) => {
  const { planId, version, effectiveFrom, digest } = plan;
  return { planId, version, effectiveFrom, digest, publishedBy, publishedAt, approvedBy };
};

/** What is published, and how versions differ. */
export const addVersionRoutes = ({ add, cursors }: Routes, platform: Platform): void => {
  const { store } = platform;

  add(
    {
      method: 'get',
      path: '/v1/plans',
      access: { roles: READERS },
      tags: ['plans'],
      summary: "A legal entity's plans",
      description: READ_ACCESS,
      request: { query: entityQuery },
      responses: { 200: json(pageOf(planSummary), 'One page, by plan id') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { legalEntityId, limit, cursor } = c.req.valid('query');
      if (!entityAllowed(principal, legalEntityId)) throw new ProblemError('not_found');
      const list = `plans ${legalEntityId}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const { plans, next } = await listPlans(store, legalEntityId, { limit, startAfter });
      const items = plans.map(({ draft, published }) => ({
        planId: draft.planId,
        name: draft.document.name,
        appliesTo: draft.document.appliesTo,
        draft: {
          version: draft.version,
          status: draft.status,
          digest: draft.digest,
          editedBy: draft.editedBy,
          editedAt: draft.editedAt,
        },
        published: published ? { version: published.version, effectiveFrom: published.effectiveFrom, digest: published.digest } : null,
      }));
      return c.json({ items, next: cursors.issue(next, principal.subject, list) }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/plans/{planId}/versions',
      access: { roles: READERS },
      tags: ['plans'],
      summary: "A plan's published versions, newest first",
      description: READ_ACCESS,
      request: { params: planParams, query: z.strictObject(pageQuery) },
      responses: { 200: json(pageOf(versionSummary), 'One page, without the documents') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { planId } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      const list = `plan-versions ${planId}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      if (!(await loadDraft(store, planId, callerOf(c, platform).mayReach))) throw new ProblemError('not_found');
      const { versions, next } = await listVersions(store, planId, { limit, startAfter });
      return c.json({ items: versions.map(summaryOf), next: cursors.issue(next, principal.subject, list) }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/plans/{planId}/versions/{version}',
      access: { roles: READERS },
      tags: ['plans'],
      summary: 'A published version, with its document',
      description: READ_ACCESS,
      request: { params: versionParams },
      responses: { 200: json(versionAnswer, 'The version, which never changes') },
    },
    async (c) => {
      const { planId, version } = c.req.valid('param');
      const record = await readVersion(store, planId, version);
      if (!record || !callerOf(c, platform).mayReach(record.plan.document.legalEntityId)) throw new ProblemError('not_found');
      c.header('ETag', `"${record.plan.digest}"`);
      return c.json({ ...summaryOf(record), document: record.plan.document }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/plans/{planId}/diff',
      access: { roles: READERS },
      tags: ['plans'],
      summary: 'What two versions say differently, or a version and the draft',
      description: READ_ACCESS,
      request: { params: planParams, query: diffQuery },
      responses: { 200: json(diffAnswer, 'Place by place; empty when both are the same') },
    },
    async (c) => {
      const { from, to } = c.req.valid('query');
      const draft = await loadDraft(store, c.req.valid('param').planId, callerOf(c, platform).mayReach);
      const found = draft && (await diffPlan(store, draft, from, to));
      if (!found) throw new ProblemError('not_found');
      return c.json({ from: String(from), to: String(to), differences: [...found] }, 200);
    },
  );
};
