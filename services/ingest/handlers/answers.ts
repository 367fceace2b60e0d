/** What the routes of ingest share: response schemas and how stored things are shown. */
import { z } from 'zod';
import { localTextSchema, slugSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import { incomingFactSchema, UNASSIGNED_REASONS } from '../../../shared/contracts/facts.ts';
import { PROBLEMS } from '../../../shared/contracts/problems.ts';
import { factTypeDefinitionSchema, mappingSchema, type Source, sourceSchema } from '../../../shared/contracts/sources.ts';
import { type Ctx, problemSchema } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { fingerprintOf } from '../app/save-source.ts';
import type { Conflict, StoredFact } from '../read.ts';
import type { StoredFactType, StoredSource } from '../store.ts';

export const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });
export const jsonBody = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } });
const problem = (code: keyof typeof PROBLEMS) => ({
  description: PROBLEMS[code].en,
  content: { 'application/problem+json': { schema: problemSchema } },
});
/** The refusals that writes document beside those every route has. */
export const writeProblems = { 409: problem('conflict'), 412: problem('precondition_failed'), 422: problem('mapping_invalid') };
export const webhookProblems = {
  401: problem('signature_invalid'),
  404: problem('not_found'),
  413: problem('payload_too_large'),
  415: problem('unsupported_media_type'),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null at the end') });
export const pageQuery = {
  limit: wholeNumber(1, 200).default(50),
  cursor: z.string().max(2000).optional(),
};
export const sourceParams = z.object({ id: slugSchema });
export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .regex(/^(?:\*|"\d{1,9}")$/, 'a version such as "3", or *')
    .optional()
    .describe('The version that is replaced, as a strong tag: "3". * for any'),
});
/** The version asked for; `undefined` for none or any. */
export const ifMatchOf = (headers: { readonly 'if-match'?: string | undefined }): number | undefined => {
  const given = headers['if-match'];
  return given === undefined || given === '*' ? undefined : Number(given.slice(1, -1));
};
export const tagVersion = (c: Ctx, version: number): void => c.header('ETag', `"${version}"`);

/** @throws ProblemError `invalid_request` when the body names another id than the path. */
export const assertSameId = (given: string | undefined, path: string, pointer: string): void => {
  if (given === undefined || given === path) return;
  throw new ProblemError('invalid_request', undefined, { errors: [{ pointer, code: 'not_the_path', detail: `the path says ${path}` }] });
};

const version = z.int().min(1).describe('Rises by one with each change; send it as If-Match: "<version>"');

export const sourceAnswer = sourceSchema
  .omit({ secrets: true, mapping: true })
  .extend({
    mapping: z.union([z.strictObject({ shipped: slugSchema }), mappingSchema]),
    secretFingerprints: z.array(z.string()).describe('SHA-256 of each secret, newest first; the secrets themselves are never given back'),
    webhookPath: z.string().nullable().describe('Where the system sends its events; null for batches'),
    version,
  })
  .meta({ id: 'Source' });
export const sourceView = ({ source, version: at }: StoredSource): z.infer<typeof sourceAnswer> => {
  const { secrets, ...shown } = source;
  return { ...shown, secretFingerprints: secrets.map(fingerprintOf), webhookPath: webhookPathOf(source), version: at };
};
const webhookPathOf = ({ id, kind }: Source): string | null => (kind === 'erp-batch' ? null : `/v1/webhooks/${id}`);

export const factTypeAnswer = factTypeDefinitionSchema.extend({ version }).meta({ id: 'FactType' });
export const factTypeView = ({ definition, version: at }: StoredFactType): z.infer<typeof factTypeAnswer> => ({
  ...definition,
  version: at,
});

const creditAnswer = z.object({
  employeeId: z.string(),
  period: z.string(),
  shareMillionths: z.int(),
  amountFen: z.int().nullable(),
  settles: z
    .literal(true)
    .optional()
    .describe('Told there for the order that it pays or delivers, and counted in no metric; absent: it counts there'),
});
export const factAnswer = z
  .object({
    factId: z.string(),
    source: z.string(),
    legalEntityId: z.string(),
    status: z.enum(['credited', 'unassigned', 'voided']),
    fact: incomingFactSchema.nullable().describe('Null for an event that no fact could be made of yet'),
    event: z.unknown().describe('That event, as it came'),
    credits: z.array(creditAnswer),
    revision: z.int(),
    receivedAt: z.string(),
    reason: z.enum(UNASSIGNED_REASONS).nullable(),
    detail: localTextSchema.nullable(),
    conflicts: z.int().describe('Other contents under this id and revision that are kept for review'),
  })
  .meta({ id: 'Fact' });
export const factView = ({ credits, ...fact }: StoredFact): z.infer<typeof factAnswer> => ({ ...fact, credits: [...credits] });

export const conflictAnswer = z
  .object({
    factId: z.string(),
    source: z.string(),
    legalEntityId: z.string(),
    fact: incomingFactSchema,
    receivedAt: z.string(),
    resolved: z.boolean(),
  })
  .meta({ id: 'FactConflict' });
export const conflictView = (conflict: Conflict): z.infer<typeof conflictAnswer> => ({ ...conflict });
