/** What is left of a number for those who may know that it is there, but not what it is. Pure. */
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { fieldError } from './dated-entries.ts';

/** `****` and the last four digits: what every answer shows of an account. */
export const maskAccountNumber = (accountNumber: string): string => `****${accountNumber.slice(-4)}`;
/** A masked account, as it may come back in a write. */
export const MASKED_ACCOUNT = /^\*{4}\d{4}$/;

/**
 * Answers are masked, so what was read, changed and sent back carries a mask: it stands for the stored number when it is the mask of that
 * number, and is refused otherwise.
 */
export const unmaskAccount = (
  given: string,
  stored: string | null | undefined,
  pointer: string,
): { readonly accountNumber: string; readonly errors: readonly FieldError[] } => {
  if (!MASKED_ACCOUNT.test(given)) return { accountNumber: given, errors: [] };
  return typeof stored === 'string' && maskAccountNumber(stored) === given
    ? { accountNumber: stored, errors: [] }
    : { accountNumber: given, errors: [fieldError(pointer, 'not_the_stored_account', 'give the whole account number')] };
};

/** `***` and the last four digits: a mobile number as managers and plan owners see it. */
export const maskMobile = (mobile: string | null): string | null =>
  mobile === null ? null : `***${mobile.replaceAll(/\D/g, '').slice(-4)}`;
