import type { Bilingual } from './statutory-rules.ts';

/** Why something was not calculated: an expected outcome with a name, for a person to act on. Never thrown. */
export type RefusalCode =
  | 'unknown_tax_residence'
  | 'basic_deduction_not_evidenced'
  | 'year_to_date_of_later_year'
  | 'year_to_date_of_later_month'
  | 'year_end_bonus_separate_not_allowed'
  | 'year_end_bonus_already_used'
  | 'missing_rule_set'
  | 'missing_calendar_year'
  | 'missing_insurance_base'
  | 'negative_base'
  | 'fund_rate_out_of_range'
  | 'unknown_injury_class'
  | 'housing_loan_and_rent'
  | 'elderly_alone_and_shared'
  | 'deduction_count_out_of_range'
  | 'negative_amount'
  | 'invalid_rate'
  | 'invalid_attendance'
  | 'missing_sick_pay_rate'
  | 'missing_performance_score'
  | 'not_employed'
  | 'ledger_gap'
  | 'carried_forward_not_negative'
  | 'earlier_run_open'
  | 'left_out';

export interface Refusal extends Bilingual {
  readonly code: RefusalCode;
  readonly data: Readonly<Record<string, string | number>>;
}

export const refusal = (code: RefusalCode, zh: string, en: string, data: Readonly<Record<string, string | number>> = {}): Refusal => ({
  code,
  zh,
  en,
  data,
});
