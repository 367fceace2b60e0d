/** Insurance and housing fund of the month worked. */
import { type Dated, inForceOn } from '../../../shared/kernel/effective.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { boundsOf } from './month-bounds.ts';
import { type Draft, isEmployedIn, missingRules, use } from './payslip-draft.ts';
import { type Refusal, refusal } from './refusal.ts';
import { findRules, type InsuranceTable } from './rule-book.ts';
import { computeInsurance, type InsuranceResult, NO_INSURANCE } from './social-insurance.ts';

/** The enrolment of the month: in force on its last day, else the one that ended last within the month. */
export const enrolmentOf = <T extends Dated>(enrolments: readonly T[], period: Month): T | undefined => {
  const last = inForceOn(enrolments, boundsOf(period).last);
  if (last !== undefined) return last;
  const first = boundsOf(period).first;
  let found: T | undefined;
  for (const one of enrolments)
    if (one.from <= boundsOf(period).last && one.to !== undefined && one.to >= first && (found === undefined || one.from >= found.from))
      found = one;
  return found;
};

export const insuranceOf = (draft: Draft): Result<{ readonly result: InsuranceResult; readonly table: InsuranceTable | null }, Refusal> => {
  const { employee, period } = draft.input;
  if (!isEmployedIn(employee, period)) return succeed({ result: NO_INSURANCE, table: null });
  const enrolment = enrolmentOf(employee.insurance, period);
  if (enrolment?.status === 'not-enrolled') return succeed({ result: NO_INSURANCE, table: null });
  if (enrolment === undefined || enrolment.baseFen === null)
    return fail(
      refusal(
        'missing_insurance_base',
        `${employee.name} 在 ${period} 没有社保缴费基数。`,
        `${employee.name} has no insurance base for ${period}.`,
        { period },
      ),
    );
  const table = findRules(draft.book, 'social-insurance', employee.city, boundsOf(period).first);
  if (table === undefined) return fail(missingRules('social-insurance', employee.city, boundsOf(period).first));
  use(draft, table);
  const { baseFen, schemeBasesFen, fund, injuryClass } = enrolment;
  const result = computeInsurance(
    table,
    schemeBasesFen === undefined ? { baseFen, fund, injuryClass } : { baseFen, schemeBasesFen, fund, injuryClass },
  );
  return result.ok ? succeed({ result: result.value, table }) : result;
};
