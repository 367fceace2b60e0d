/** What is gathered while a payslip is made, and what every part of it needs. */
import { parseRate, type Rate } from '../../../shared/kernel/money.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { boundsOf } from './month-bounds.ts';
import type { EmployeeSnapshot, PayslipInput, PayslipWarning } from './payslip.ts';
import { type Refusal, refusal } from './refusal.ts';
import type { RuleBook, RuleKind } from './rule-book.ts';
import type { Bilingual, RuleSetRef } from './statutory-rules.ts';

/** What is gathered while the payslip is made. */
export interface Draft {
  readonly input: PayslipInput;
  readonly book: RuleBook;
  readonly used: RuleSetRef[];
  readonly warnings: PayslipWarning[];
}

export const use = (draft: Draft, rules: { readonly ref: RuleSetRef; readonly warnings: readonly Bilingual[] }, warn = true): void => {
  if (draft.used.includes(rules.ref)) return;
  draft.used.push(rules.ref);
  if (warn) for (const warning of rules.warnings) draft.warnings.push({ code: 'rule_set', zh: warning.zh, en: warning.en });
};

const RULES_ZH: Readonly<Record<RuleKind, string>> = {
  'income-tax-wage': '工资个税',
  'income-tax-year-end-bonus': '年终奖个税',
  'income-tax-non-resident': '非居民个税',
  'additional-deductions': '专项附加扣除',
  'social-insurance': '社会保险与公积金',
  'minimum-wage': '最低工资',
  'wage-law': '工资支付',
  calendar: '节假日',
};
export const missingRules = (kind: RuleKind, region: string, on: string): Refusal =>
  refusal(
    'missing_rule_set',
    `${on} 没有适用于 ${region} 的${RULES_ZH[kind]}规则。`,
    `There is no ${kind} rule set for ${region} on ${on}.`,
    { kind, region, on },
  );

export const isEmployedIn = (employee: EmployeeSnapshot, period: Month): boolean =>
  employee.hireDate <= boundsOf(period).last && (employee.leaveDate === null || employee.leaveDate >= boundsOf(period).first);

export const parsedRate = (text: string): Result<Rate, Refusal> => {
  try {
    return succeed(parseRate(text));
  } catch {
    return fail(refusal('invalid_rate', `“${text}”不是有效的比例。`, `${text} is not a valid rate.`, { rate: text }));
  }
};
