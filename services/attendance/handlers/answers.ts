/** What the routes of attendance share: response schemas and how stored things are shown. */
import { z } from 'zod';
import { customerSitesSchema, visitPoliciesSchema } from '../../../shared/contracts/attendance.ts';
import { wholeNumber } from '../../../shared/contracts/common.ts';
import { PROBLEMS, type ProblemCode } from '../../../shared/contracts/problems.ts';
import { type Ctx, problemSchema } from '../../../shared/runtime/http/api.ts';
import { type ProblemError, toProblem } from '../../../shared/runtime/http/problem.ts';
import type { StoredPolicies } from '../domain/policy.ts';
import { VISIT_TESTS } from '../domain/visit.ts';
import type { StoredSites } from '../domain/visit-sites.ts';
import type { StoredVisit } from '../store.ts';

export const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });
export const jsonBody = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } });
const problem = (code: ProblemCode) => ({
  description: PROBLEMS[code].en,
  content: { 'application/problem+json': { schema: problemSchema } },
});
export const writeProblems = { 409: problem('conflict'), 412: problem('precondition_failed') };

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null at the end') });
export const pageQuery = { limit: wholeNumber(1, 200).default(50), cursor: z.string().max(2000).optional() };
export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .regex(/^(?:\*|"\d{1,9}")$/, 'a version such as "3", or *')
    .optional()
    .describe('The version that is replaced or decided on, as a strong tag: "3". * for any'),
});
/** The version asked for; `undefined` for none or any. */
export const ifMatchOf = (headers: { readonly 'if-match'?: string | undefined }): number | undefined => {
  const given = headers['if-match'];
  return given === undefined || given === '*' ? undefined : Number(given.slice(1, -1));
};
export const tagVersion = (c: Ctx, version: number): void => c.header('ETag', `"${version}"`);

/** Ids of visits: person, queue and sequence of the phone, with dots between. */
export const visitIdSchema = z
  .string()
  .min(3)
  .max(280)
  .regex(/^[^#\s\p{Cc}\p{Cs}]+$/u, 'no white space, no control characters and no #');

const verdict = z.enum(['valid', 'invalid', 'unverifiable']);
const testAnswer = z.object({
  test: z.enum(VISIT_TESTS),
  result: z
    .enum(['passed', 'failed', 'unknown', 'flagged', 'not-measured'])
    .describe('failed: it cannot count. unknown: a person must say. flagged: it counts, and a person should look'),
  measured: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.enum(['metres', 'minutes', 'hours', 'km/h', 'characters', 'customers']).nullable(),
  reason: z.object({ zh: z.string(), en: z.string() }),
});
export const visitAnswer = z
  .object({
    visitId: z.string(),
    version: z.int().describe('Rises with each change of the verdict; send it as If-Match with a decision'),
    employeeId: z.string(),
    legalEntityId: z.string(),
    customerId: z.string().nullable(),
    customerType: z.string().nullable(),
    at: z.string(),
    date: z.string(),
    checkedOutAt: z.string().nullable(),
    purpose: z.string().nullable(),
    siteId: z.string().nullable(),
    distanceMetres: z.int().nullable(),
    followUpIds: z.array(z.string()),
    verdict: verdict.describe('What holds: a decision, or else the rules'),
    verdictByRules: verdict,
    tests: z.array(testAnswer),
    review: z.enum(['none', 'to-review', 'decided']),
    decision: z.object({ decision: z.enum(['valid', 'invalid']), reason: z.string(), by: z.string(), decidedAt: z.string() }).nullable(),
    appeal: z.object({ reason: z.string(), appealedAt: z.string() }).nullable(),
    policyVersion: z.int().describe('0: the defaults'),
    sitesVersion: z.int().describe('0: no sites'),
  })
  .meta({ id: 'Visit' });
export const visitView = ({ visit, version }: StoredVisit): z.infer<typeof visitAnswer> => ({
  ...visit,
  version,
  followUpIds: [...visit.followUpIds],
  tests: visit.tests.map((test) => ({ ...test })),
});

const version = z.int().min(0).describe('Rises by one with each change; send it as If-Match: "<version>". 0: never stored');
export const sitesAnswer = customerSitesSchema
  .extend({ legalEntityId: z.string(), customerId: z.string(), version })
  .meta({ id: 'CustomerSites' });
export const sitesView = ({ legalEntityId, customerId, customerType, sites, version: at }: StoredSites): z.infer<typeof sitesAnswer> => ({
  legalEntityId,
  customerId,
  customerType,
  sites: sites.map(({ site }) => site),
  version: at,
});
export const policiesAnswer = visitPoliciesSchema.extend({ legalEntityId: z.string(), version }).meta({ id: 'VisitPolicies' });
export const policiesView = (
  legalEntityId: string,
  { version: at, positionDays, policies }: StoredPolicies,
): z.infer<typeof policiesAnswer> => ({
  legalEntityId,
  version: at,
  positionDays,
  policies: [...policies],
});

export const importedRowAnswer = z.object({
  line: z.int(),
  customerId: z.string().nullable(),
  status: z.enum(['stored', 'refused']),
  fault: z.string().nullable(),
  equalTo: z.array(z.string()),
});

/** A record that was refused alone, as the problem it would have been. */
export const mutableProblem = (error: ProblemError): z.infer<typeof problemSchema> => {
  const { errors, ...rest } = toProblem(error);
  return { ...rest, ...(errors ? { errors: [...errors] } : {}) };
};
