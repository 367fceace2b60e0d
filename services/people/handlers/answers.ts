/** What the routes of people share: response schemas, preconditions, and refusals as problem details. */
import { z } from 'zod';
import type { Principal, Role } from '../../../shared/contracts/access.ts';
import { idSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import {
  bankAccountSchema,
  customerSchema,
  employeeSchema,
  type LegalEntity,
  legalEntitySchema,
  orgUnitSchema,
  payTermsSchema,
} from '../../../shared/contracts/people.ts';
import { PROBLEMS } from '../../../shared/contracts/problems.ts';
import type { Result } from '../../../shared/kernel/result.ts';
import { type Ctx, problemSchema } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Replaced } from '../app/replace.ts';
import { MASKED_ACCOUNT, maskAccountNumber } from '../domain/masks.ts';
import { type Precondition, parsePrecondition } from '../domain/precondition.ts';
import type { Refusal } from '../domain/refusal.ts';

const versionMember = { version: z.int().min(1).describe('Rises by one with each change; send it as If-Match: "<version>"') };

export const legalEntityAnswer = legalEntitySchema
  .extend({ ...versionMember, payerAccount: z.string().nullable().describe('Masked: **** and the last four digits') })
  .meta({ id: 'LegalEntity' });
/** A legal entity as every answer shows it. */
export const entityView = (entity: LegalEntity, version: number): LegalEntity & { version: number } => ({
  ...entity,
  payerAccount: entity.payerAccount === null ? null : maskAccountNumber(entity.payerAccount),
  version,
});
/** An account number in a write: whole, or the mask of an earlier answer, which keeps the stored number. */
export const givenAccount = bankAccountSchema.shape.accountNumber
  .or(z.string().regex(MASKED_ACCOUNT, '**** and four digits'))
  .describe('8 to 32 digits; the mask of an earlier answer keeps the stored number');
export const orgUnitsAnswer = z
  .object({
    legalEntityId: z.string(),
    version: z.int().min(0).describe('0 before a tree was ever stored'),
    units: z.array(orgUnitSchema),
  })
  .meta({ id: 'OrgUnits' });
export const personAnswer = employeeSchema
  .extend({ ...versionMember, mobile: z.string().nullable().describe('Only its last four digits for managers and plan owners') })
  .meta({ id: 'Person' });
export const payTermsAnswer = payTermsSchema
  .extend({
    ...versionMember,
    employeeId: z.string(),
    bankAccount: bankAccountSchema.extend({ accountNumber: z.string().describe('Masked: **** and the last four digits') }).nullable(),
  })
  .meta({ id: 'PayTerms' });
export const customerAnswer = customerSchema.extend(versionMember).meta({ id: 'Customer' });

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null at the end') });
export const pageQuery = {
  limit: wholeNumber(1, 200).default(50),
  cursor: z.string().max(2000).optional(),
};

export const idParams = z.object({ id: idSchema });
export const preconditionHeaders = z.object({
  'if-match': z.string().max(500).optional().describe('The version that is replaced, as a strong tag: "3". * for any'),
  'if-none-match': z.string().max(500).optional().describe('* to create only'),
});
export const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });
export const jsonBody = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } });
/** The refusals that writes document beside those every route has. */
export const writeProblems = {
  409: { description: PROBLEMS.conflict.en, content: { 'application/problem+json': { schema: problemSchema } } },
  412: { description: PROBLEMS.precondition_failed.en, content: { 'application/problem+json': { schema: problemSchema } } },
};

/** @throws ProblemError `invalid_request` when the headers say nothing that can be held. */
export const preconditionOf = (headers: {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}): Precondition => {
  const precondition = parsePrecondition(headers['if-match'], headers['if-none-match']);
  if (precondition) return precondition;
  throw new ProblemError(
    'invalid_request',
    { zh: 'If-Match 须为版本号,例如 "3"', en: 'If-Match must be a version such as "3", If-None-Match only *, and not both' },
    { errors: [{ pointer: '/header/if-match', code: 'invalid', detail: 'a strong tag such as "3", or *' }] },
  );
};

/** The value, or the refusal as a problem. */
export const unwrap = <T>(result: Result<T, Refusal>): T => {
  if (result.ok) return result.value;
  throw problemOf(result.error);
};
export const problemOf = ({ code, detail, errors }: Refusal): ProblemError =>
  new ProblemError(code, detail ?? PROBLEMS[code], errors ? { errors } : {});

/** @throws ProblemError `invalid_request` when the body names another id than the path. */
export const assertSameId = (given: string | undefined, path: string, pointer: string): void => {
  if (given === undefined || given === path) return;
  throw new ProblemError('invalid_request', undefined, { errors: [{ pointer, code: 'not_the_path', detail: `the path says ${path}` }] });
};

export const tag = (c: Ctx, version: number): void => c.header('ETag', `"${version}"`);
/** 201 for what was created, 200 otherwise. */
export const statusOf = ({ outcome }: Pick<Replaced<unknown>, 'outcome'>): 200 | 201 => (outcome === 'created' ? 201 : 200);

/** Whether one of the roles, with the entity named in the token, reaches a legal entity. */
export const reachesEntity = (principal: Principal, legalEntityId: string, roles: readonly Role[]): boolean =>
  roles.some((role) => principal.roles.has(role)) && entityAllowed(principal, legalEntityId);
