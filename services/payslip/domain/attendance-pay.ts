/** Overtime, unpaid and sick leave of a payslip. Amounts in fen. */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { yuanText } from './amount-text.ts';
import { boundsOf } from './month-bounds.ts';
import { overtimePayOf } from './overtime.ts';
import type { EmployedMonth } from './pay-items.ts';
import type { LineReferences, PayslipLine } from './payslip.ts';
import { type Draft, parsedRate } from './payslip-draft.ts';
import { moneyLine, overtimeLine, unpaidLeaveLine } from './payslip-lines.ts';
import { dayShare, prorate } from './proration.ts';
import type { Refusal } from './refusal.ts';
import { findRules, type WageLaw } from './rule-book.ts';
import { sickPayFloor } from './wage-floors.ts';

export const overtimeLines = (
  draft: Draft,
  law: WageLaw,
  baseFen: Fen,
  references: LineReferences,
): { readonly lines: readonly PayslipLine[]; readonly totalFen: number } => {
  const hours = draft.input.attendance.overtimeHours;
  const lines: PayslipLine[] = [];
  let total = 0;
  let hundredths = 0;
  for (const kind of ['weekday', 'restDay', 'statutoryHoliday'] as const) {
    if (hours[kind] === 0) continue;
    const amount = overtimePayOf(law, baseFen, kind, hours[kind]);
    const rate = law.overtime[kind];
    lines.push(overtimeLine(kind, amount, baseFen, hours[kind], (rate.numerator * 100) / rate.denominator, law.paidHoursText, references));
    total += amount;
    hundredths += Math.round(hours[kind] * 100);
  }
  const sum = hundredths / 100;
  if (sum > law.overtimeCapHours)
    draft.warnings.push({
      code: 'overtime_over_cap',
      zh: `加班 ${sum} 小时,超过每月 ${law.overtimeCapHours} 小时的上限:照付,并须报告。`,
      en: `${sum} hours of overtime exceed the cap of ${law.overtimeCapHours} a month: paid all the same, and to be reported.`,
    });
  return { lines, totalFen: total };
};

/** 考勤扣款: unpaid leave by the month's proration method, sick leave by the company's rate but not below 80 % of the minimum wage. */
export const leaveLines = (
  draft: Draft,
  law: WageLaw,
  month: EmployedMonth,
  monthlyFen: Fen,
  earnedFen: Fen,
  references: LineReferences,
): { readonly lines: readonly PayslipLine[]; readonly totalFen: number } | { readonly error: Refusal } => {
  const { attendance, employee } = draft.input;
  const lines: PayslipLine[] = [];
  let total = 0;
  if (attendance.unpaidLeaveDays > 0) {
    const isEmployedAllMonth = month.daysNotEmployed === 0;
    const proratedTo = (absentDays: number) => prorate(monthlyFen, month.method, month.days, absentDays, law.paidDays, law.paidDaysText);
    const present = isEmployedAllMonth ? monthlyFen : proratedTo(month.daysNotEmployed).amountFen;
    const paid = proratedTo(month.daysNotEmployed + attendance.unpaidLeaveDays);
    // Nothing is left of the wage: all that was earned is taken, also when its segments or its parts were rounded on their own.
    const amount = fen(paid.amountFen === 0 ? earnedFen : Math.max(0, Math.min(earnedFen, present - paid.amountFen)));
    lines.push(unpaidLeaveLine(amount, monthlyFen, present, attendance.unpaidLeaveDays, paid, references));
    total += amount;
  }
  if (attendance.sickLeaveDays > 0 && employee.sickPayRate !== null) {
    const rate = parsedRate(employee.sickPayRate);
    if (!rate.ok) return { error: rate.error };
    const divisor =
      month.method === 'forward' || month.method === 'reverse' ? law.paidDays : { numerator: Math.max(1, month.days), denominator: 1 };
    const full = dayShare(monthlyFen, attendance.sickLeaveDays, divisor);
    const paidShare = dayShare(monthlyFen, attendance.sickLeaveDays, {
      numerator: divisor.numerator * rate.value.denominator,
      denominator: divisor.denominator * rate.value.numerator,
    });
    const minimum = findRules(draft.book, 'minimum-wage', employee.city, boundsOf(month.period).last);
    const floor = minimum === undefined ? 0 : sickPayFloor(law, minimum.monthlyFen, attendance.sickLeaveDays);
    const paid = Math.min(full, Math.max(paidShare, floor));
    const amount = fen(Math.max(0, Math.min(full - paid, earnedFen - total)));
    lines.push(
      moneyLine(
        'sick-leave-deduction',
        'earnings',
        'deduction',
        '考勤扣款 · 病假',
        'Sick leave',
        amount,
        'fen_half_up',
        {
          zh: `病假 ${attendance.sickLeaveDays} 天工资 ${yuanText(full)},按 ${employee.sickPayRate} 且不低于最低工资的 80% 支付 ${yuanText(paid)}`,
          en: `wage of ${attendance.sickLeaveDays} sick days ${yuanText(full)}; paid ${yuanText(paid)} at ${employee.sickPayRate}, not below 80 % of the minimum wage`,
        },
        { monthlyFen, sickDays: attendance.sickLeaveDays, sickPayRate: employee.sickPayRate, paidFen: paid },
        references,
      ),
    );
    total += amount;
  }
  return { lines, totalFen: total };
};
