/** What the routes of plans take and answer, and refusals as problem details. */
import { z } from 'zod';
import { dateSchema, idSchema, localTextSchema, slugSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import { appliesToSchema, planDocumentSchema } from '../../../shared/contracts/plans.ts';
import { PROBLEMS } from '../../../shared/contracts/problems.ts';
import { problemSchema } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { TargetRefusal } from '../app/change-targets.ts';
import { volumesSchema } from '../app/volumes.ts';
import { DRAFT_STATUSES, type Draft, type Precondition, type Refusal } from '../domain/draft.ts';
import type { Finding } from '../domain/finding.ts';

export const planDocument = planDocumentSchema.meta({ id: 'PlanDocument' });

export const findingSchema = z
  .object({
    path: z.string().describe('JSON pointer into the document; empty for the document itself'),
    severity: z.enum(['error', 'warning', 'note']).describe('Only errors stop approval; a note reports what the plan declares as meant'),
    code: z.string(),
    zh: z.string(),
    en: z.string(),
    counterexample: z.record(z.string(), z.string()).optional().describe('A concrete case: amounts in yuan, rates as decimals'),
    offset: z.int().min(0).optional().describe('Character within the expression, from 0'),
  })
  .meta({ id: 'PlanFinding' });

const verificationSchema = z.object({
  digest: z.string(),
  findings: z.array(findingSchema),
  verifiedBy: z.string(),
  verifiedAt: z.string(),
});
const approvalSchema = z.object({ digest: z.string(), approvedBy: z.string(), approvedAt: z.string() });
const publicationSchema = z.object({
  version: z.int(),
  effectiveFrom: z.string(),
  publishedBy: z.string(),
  publishedAt: z.string(),
});

export const draftAnswer = z
  .object({
    planId: z.string(),
    legalEntityId: z.string(),
    version: z.int().min(1).describe('Rises by one with each change of document or status; send it as If-Match: "<version>"'),
    status: z.enum(DRAFT_STATUSES),
    digest: z.string().describe('SHA-256 over the canonical JSON of the document'),
    document: planDocument,
    editedBy: z.string(),
    editedAt: z.string(),
    verification: verificationSchema.nullable(),
    approval: approvalSchema.nullable(),
    publication: publicationSchema.nullable(),
  })
  .meta({ id: 'PlanDraft' });

/** A draft as every answer shows it: what its status does not have is null. */
export const draftView = (draft: Draft) => {
  const { planId, legalEntityId, version, status, digest, document, editedBy, editedAt } = draft;
  const findings = draft.status === 'edited' ? null : { ...draft.verification, findings: findingsView(draft.verification.findings) };
  return {
    planId,
    legalEntityId,
    version,
    status,
    digest,
    document,
    editedBy,
    editedAt,
    verification: findings,
    approval: draft.status === 'approved' || draft.status === 'published' ? draft.approval : null,
    publication: draft.status === 'published' ? draft.publication : null,
  };
};
export const findingsView = (findings: readonly Finding[]) =>
  findings.map(({ counterexample, ...finding }) => (counterexample ? { ...finding, counterexample: { ...counterexample } } : finding));

const yuanOrNull = z.int().nullable();
const worstCaseSchema = z
  .object({
    rules: z.array(
      z.object({ ruleId: z.string(), name: localTextSchema, mostFen: yuanOrNull, how: z.object({ zh: z.string(), en: z.string() }) }),
    ),
    perPersonFen: yuanOrNull,
    totalFen: yuanOrNull,
    missing: z.array(z.string()).describe('Metric ids and fact types that the volumes would have to name'),
  })
  .describe('The most the plan can cost in a month at the volumes given; null where they do not say enough');

export const verifyBody = z.strictObject({ volumes: volumesSchema.optional() });
export const verifyAnswer = z
  .object({
    planId: z.string(),
    version: z.int(),
    status: z.enum(DRAFT_STATUSES),
    digest: z.string(),
    findings: z.array(findingSchema),
    worstCase: worstCaseSchema.nullable(),
  })
  .meta({ id: 'PlanVerification' });

export const approveBody = z.strictObject({
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'the digest of the draft, 64 hexadecimal digits')
    .describe('Digest of the document that is approved'),
});
export const publishBody = z.strictObject({
  effectiveFrom: dateSchema.describe('First day on which it is in force'),
  midMonth: z
    .enum(['segments', 'replace'])
    .default('segments')
    .describe('A version that begins within a month: counts from that day on, by days (`segments`), or for the whole month (`replace`)'),
  expectedVersion: z.int().min(0).max(999_999).optional().describe('The latest version that you have seen, 0 for none'),
});
export const publishedAnswer = z
  .object({
    planId: z.string(),
    version: z.int().min(1),
    effectiveFrom: z.string(),
    digest: z.string(),
    created: z.boolean().describe('False when this document was published for this day already'),
  })
  .meta({ id: 'PublishedPlan' });

const versionMembers = {
  planId: z.string(),
  version: z.int().min(1),
  effectiveFrom: z.string(),
  digest: z.string(),
  publishedBy: z.string(),
  publishedAt: z.string(),
  approvedBy: z.string(),
};
export const versionSummary = z.object(versionMembers).meta({ id: 'PlanVersionSummary' });
export const versionAnswer = z.object({ ...versionMembers, document: planDocument }).meta({ id: 'PlanVersion' });

export const planSummary = z
  .object({
    planId: z.string(),
    name: localTextSchema,
    appliesTo: appliesToSchema,
    draft: z.object({ version: z.int(), status: z.enum(DRAFT_STATUSES), digest: z.string(), editedBy: z.string(), editedAt: z.string() }),
    published: z.object({ version: z.int(), effectiveFrom: z.string(), digest: z.string() }).nullable(),
  })
  .meta({ id: 'PlanSummary' });

export const diffAnswer = z
  .object({
    from: z.string(),
    to: z.string(),
    differences: z.array(
      z.object({
        place: z.string().describe('As a JSON pointer; metrics, indicators and rules go by their id'),
        change: z.enum(['added', 'removed', 'changed', 'reordered']),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
      }),
    ),
  })
  .meta({ id: 'PlanDifference' });

export const planParams = z.object({ planId: slugSchema });
export const versionParams = z.object({ planId: slugSchema, version: wholeNumber(1, 999_999) });
const side = z.union([z.literal('draft'), wholeNumber(1, 999_999)]);
export const diffQuery = z.strictObject({ from: side.describe('A version, or draft'), to: side.describe('A version, or draft') });
export const pageQuery = {
  limit: wholeNumber(1, 200).default(50),
  cursor: z.string().max(2000).optional(),
};
export const entityQuery = z.strictObject({ legalEntityId: idSchema, ...pageQuery });
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null at the end') });

export const preconditionHeaders = z.object({
  'if-match': z.string().max(100).optional().describe('The version that is replaced, as a strong tag: "3". * for any'),
  'if-none-match': z.string().max(100).optional().describe('* to create only'),
});
/** @throws ProblemError `invalid_request` when the headers say nothing that can be held. */
export const preconditionOf = (headers: z.infer<typeof preconditionHeaders>): Precondition => {
  const [match, noneMatch] = [headers['if-match']?.trim(), headers['if-none-match']?.trim()];
  if (match === undefined && noneMatch === undefined) return 'none';
  if (match === undefined && noneMatch === '*') return 'absent';
  if (noneMatch === undefined && match === '*') return 'exists';
  const version = /^"(\d{1,15})"$/.exec(match ?? '')?.[1];
  if (noneMatch === undefined && version !== undefined) return { version: Number(version) };
  throw new ProblemError(
    'invalid_request',
    { zh: 'If-Match 须为版本号,例如 "3"', en: 'If-Match must be a version such as "3", If-None-Match only *, and not both' },
    { errors: [{ pointer: '/header/if-match', code: 'invalid', detail: 'a strong tag such as "3", or *' }] },
  );
};

export const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });
export const jsonBody = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } });
const refusal = (description: string) => ({ description, content: { 'application/problem+json': { schema: problemSchema } } });
export const conflictProblem = { 409: refusal('Not possible in the present state; the code says why') };
export const writeProblems = {
  ...conflictProblem,
  412: refusal(PROBLEMS.precondition_failed.en),
  413: refusal(PROBLEMS.payload_too_large.en),
};
export const approveProblems = { ...conflictProblem, 422: refusal(PROBLEMS.plan_invalid.en) };

export const problemOf = (refused: Refusal | TargetRefusal): ProblemError =>
  new ProblemError(
    refused.code,
    ('reason' in refused ? refused.reason : undefined) ?? PROBLEMS[refused.code],
    'errors' in refused && refused.errors ? { errors: refused.errors } : {},
  );
