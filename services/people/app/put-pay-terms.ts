import type { Store } from '../../../shared/adapters/store.ts';
import type { PayTerms } from '../../../shared/contracts/people.ts';
import { type Result, succeed } from '../../../shared/kernel/result.ts';
import { checkPayTerms, unmaskPayTerms } from '../domain/pay-terms.ts';
import { holdsFor, type Precondition } from '../domain/precondition.ts';
import { type Refusal, refuse, refuseFields } from '../domain/refusal.ts';
import { employeeKey, parseEmployee, parsePayTerms, payTermsKey, versionOf } from '../read.ts';
import { checkPresent, payTermsDocument } from '../store.ts';
import type { MayWrite } from './put-employee.ts';
import { nextVersion, type Replaced, replace } from './replace.ts';

/** Replaces what someone is paid on. The value given back is as stored, with the whole account number: mask it before it leaves. */
export const putPayTerms = (
  store: Store,
  employeeId: string,
  given: PayTerms,
  options: { readonly precondition: Precondition; readonly mayWrite: MayWrite },
): Promise<Result<Replaced<PayTerms>, Refusal>> =>
  replace(store, {
    load: () => store.getMany([employeeKey(employeeId), payTermsKey(employeeId)]),
    decide: ([employeeItem, stored]) => {
      const employee = parseEmployee(employeeItem);
      if (!employee || !options.mayWrite(employee.legalEntityId)) return refuse('not_found');
      if (!holdsFor(options.precondition, versionOf(stored))) return refuse('precondition_failed');
      const { terms, errors } = unmaskPayTerms(given, parsePayTerms(stored));
      const faults = [...checkPayTerms(terms), ...errors];
      if (faults.length > 0) return refuseFields(faults);
      return succeed(nextVersion(stored, terms, () => payTermsDocument(employeeId, terms), [checkPresent(employeeKey(employeeId))]));
    },
  });
