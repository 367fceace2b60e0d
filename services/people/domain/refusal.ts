/** Expected refusals are values: the HTTP handlers make problem details of them, a batch puts them beside its record. */
import type { FieldError, ProblemCode } from '../../../shared/contracts/problems.ts';
import { fail } from '../../../shared/kernel/result.ts';

export interface Refusal {
  readonly code: ProblemCode;
  readonly detail?: { readonly zh: string; readonly en: string };
  readonly errors?: readonly FieldError[];
}

/** At most this many field errors are told at once. */
const MAX_ERRORS = 50;

export const refuse = (code: ProblemCode, detail?: { readonly zh: string; readonly en: string }, errors: readonly FieldError[] = []) =>
  fail<Refusal>({ code, ...(detail ? { detail } : {}), ...(errors.length > 0 ? { errors: errors.slice(0, MAX_ERRORS) } : {}) });

export const refuseFields = (errors: readonly FieldError[]) => refuse('invalid_request', undefined, errors);
