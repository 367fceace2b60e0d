import type { Role } from '../../../shared/contracts/access.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { approveStoredDraft, type Caller, loadDraft, replaceDraft, verifyStoredDraft } from '../app/drafts.ts';
import { publishPlan } from '../app/publish-plan.ts';
import { estimateWorstCase } from '../domain/worst-case.ts';
import {
  approveBody,
  approveProblems,
  draftAnswer,
  draftView,
  findingsView,
  json,
  jsonBody,
  planDocument,
  planParams,
  preconditionHeaders,
  preconditionOf,
  problemOf,
  publishBody,
  publishedAnswer,
  verifyAnswer,
  verifyBody,
  writeProblems,
} from './schemas.ts';

export const READERS = ['plan-owner', 'payroll', 'auditor'] as const satisfies readonly Role[];
const PLAN_OWNER = ['plan-owner'] as const satisfies readonly Role[];
const DECIDERS = ['plan-owner', 'payroll'] as const satisfies readonly Role[];

export const callerOf = (c: Ctx, { clock }: Platform): Caller => {
  const principal = principalOf(c);
  return {
    subject: principal.subject,
    employeeId: principal.employeeId,
    at: clock.now(),
    mayReach: (legalEntityId) => entityAllowed(principal, legalEntityId),
  };
};
const tag = (c: Ctx, version: number): void => c.header('ETag', `"${version}"`);

/** From the first draft to publication. */
export const addDraftRoutes = ({ add }: Routes, platform: Platform): void => {
  const { store } = platform;

  add(
    {
      method: 'put',
      path: '/v1/plans/{planId}/draft',
      access: { roles: PLAN_OWNER },
      tags: ['plans'],
      summary: "Create or replace a plan's draft, the whole document",
      description:
        'Role: plan-owner, for the legal entities of the token. A change of the document takes back verification and approval; the same document again changes nothing. A plan stays with its legal entity.',
      request: { params: planParams, headers: preconditionHeaders, body: jsonBody(planDocument) },
      responses: { 200: json(draftAnswer, 'Replaced'), 201: json(draftAnswer, 'Created'), ...writeProblems },
    },
    async (c) => {
      const { planId } = c.req.valid('param');
      const document = c.req.valid('json');
      if (document.id !== planId) {
        throw new ProblemError('invalid_request', undefined, {
          errors: [{ pointer: '/id', code: 'not_the_path', detail: `the path says ${planId}` }],
        });
      }
      const replaced = await replaceDraft(store, document, preconditionOf(c.req.valid('header')), callerOf(c, platform));
      if (!replaced.ok) throw problemOf(replaced.error);
      tag(c, replaced.value.version);
      return c.json(draftView(replaced.value), replaced.value.version === 1 ? 201 : 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/plans/{planId}/draft',
      access: { roles: READERS },
      tags: ['plans'],
      summary: "A plan's draft, with findings, approval and last publication",
      description: 'Roles: plan-owner, payroll, auditor, for the legal entities of the token.',
      request: { params: planParams },
      responses: { 200: json(draftAnswer, 'The draft') },
    },
    async (c) => {
      const draft = await loadDraft(store, c.req.valid('param').planId, callerOf(c, platform).mayReach);
      if (!draft) throw new ProblemError('not_found');
      tag(c, draft.version);
      return c.json(draftView(draft), 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/plans/{planId}/verify',
      access: { roles: DECIDERS },
      tags: ['plans'],
      summary: 'Verify the draft: every finding at once, with counterexamples',
      description:
        'Roles: plan-owner, payroll. The findings are kept with the digest of the draft. With volumes, the most that the plan can cost is estimated too.',
      request: { params: planParams, body: { required: false, content: { 'application/json': { schema: verifyBody } } } },
      responses: { 200: json(verifyAnswer, 'The findings, none when the draft is sound') },
    },
    async (c) => {
      const verified = await verifyStoredDraft(store, c.req.valid('param').planId, callerOf(c, platform));
      if (!verified.ok) throw problemOf(verified.error);
      const draft = verified.value;
      const { volumes } = c.req.valid('json');
      tag(c, draft.version);
      const { planId, version, status, digest } = draft;
      const findings = draft.status === 'edited' ? [] : findingsView(draft.verification.findings);
      // The most that a faulty plan can cost means nothing.
      const worst = volumes && draft.status !== 'faulty' ? estimateWorstCase(draft.document, volumes) : null;
      const worstCase = worst && { ...worst, rules: [...worst.rules], missing: [...worst.missing] };
      return c.json({ planId, version, status, digest, findings, worstCase }, 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/plans/{planId}/approve',
      access: { roles: DECIDERS },
      tags: ['plans'],
      summary: 'Approve the verified draft, named by its digest',
      description:
        'Roles: plan-owner, payroll; another person than who edited the draft last (second_person_required). Only a verified draft without errors.',
      request: { params: planParams, body: jsonBody(approveBody) },
      responses: { 200: json(draftAnswer, 'The approved draft'), ...approveProblems },
    },
    async (c) => {
      const { planId } = c.req.valid('param');
      const approved = await approveStoredDraft(store, planId, c.req.valid('json').digest, callerOf(c, platform));
      if (!approved.ok) throw problemOf(approved.error);
      tag(c, approved.value.version);
      return c.json(draftView(approved.value), 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/plans/{planId}/publish',
      access: { roles: DECIDERS },
      tags: ['plans'],
      summary: 'Publish the approved draft from a day on',
      description:
        'Roles: plan-owner, payroll. Makes an immutable version. The same document for the same day again gives the version that is there. When somebody else published meanwhile: version_conflict, with the difference.',
      request: { params: planParams, body: jsonBody(publishBody) },
      responses: {
        200: json(publishedAnswer, 'Published for this day already'),
        201: json(publishedAnswer, 'Published'),
        ...approveProblems,
      },
    },
    async (c) => {
      const { effectiveFrom, midMonth, expectedVersion } = c.req.valid('json');
      const request = { effectiveFrom, midMonth, ...(expectedVersion === undefined ? {} : { expectedVersion }) };
      const published = await publishPlan(platform, c.req.valid('param').planId, request, callerOf(c, platform));
      if (!published.ok) throw problemOf(published.error);
      const { entry, created } = published.value;
      const { planId, version, digest } = entry;
      return c.json({ planId, version, effectiveFrom: entry.effectiveFrom, digest, created }, created ? 201 : 200);
    },
  );
};
