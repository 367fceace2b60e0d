/** Rules of pay terms, and how a bank account is shown. Pure. */
import type { BasicDeduction, PayItem, PayTerms } from '../../../shared/contracts/people.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { checkOrder, checkOverlaps, fieldError } from './dated-entries.ts';
import { maskAccountNumber, unmaskAccount } from './masks.ts';

/** Someone has one base salary at a time, but may have several allowances of different names. */
const kindOfPayItem = (entry: PayItem): string => (entry.item === 'allowance' ? `allowance ${entry.name?.zh ?? ''}` : entry.item);

export const checkPayTerms = (terms: PayTerms): FieldError[] => [
  ...checkOrder(terms.payItems, '/payItems'),
  ...checkOverlaps(terms.payItems, '/payItems', kindOfPayItem),
  ...checkOrder(terms.insurance, '/insurance'),
  ...checkOverlaps(terms.insurance, '/insurance', () => 'insurance'),
  ...checkOrder(terms.additionalDeductions, '/additionalDeductions'),
  ...checkOrder(terms.taxDeductions, '/taxDeductions'),
  ...checkOverlaps(terms.taxDeductions, '/taxDeductions', ({ kind }) => kind),
  ...checkYears(terms.basicDeductions),
];

const checkYears = (entries: readonly BasicDeduction[]): FieldError[] =>
  entries.flatMap(({ year }, index) =>
    entries.findIndex((other) => other.year === year) < index
      ? [fieldError(`/basicDeductions/${index}/year`, 'duplicate', `${year} has an entry already`)]
      : [],
  );

export const maskPayTerms = (terms: PayTerms): PayTerms =>
  terms.bankAccount === null
    ? terms
    : { ...terms, bankAccount: { ...terms.bankAccount, accountNumber: maskAccountNumber(terms.bankAccount.accountNumber) } };

/** Terms that came back with a masked account, with the stored number in its place. */
export const unmaskPayTerms = (
  terms: PayTerms,
  stored: PayTerms | undefined,
): { readonly terms: PayTerms; readonly errors: readonly FieldError[] } => {
  const account = terms.bankAccount;
  if (account === null) return { terms, errors: [] };
  const { accountNumber, errors } = unmaskAccount(account.accountNumber, stored?.bankAccount?.accountNumber, '/bankAccount/accountNumber');
  return { terms: { ...terms, bankAccount: { ...account, accountNumber } }, errors };
};
