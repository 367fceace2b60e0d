/** What can be refused by looking at the input of a payslip alone. */
import { daysInMonth } from '../../../shared/kernel/period.ts';
import { toHalfDays, toHourHundredths } from './amount-text.ts';
import { checkLedgerRange } from './incentive-lines.ts';
import { boundsOf } from './month-bounds.ts';
import type { PayslipInput } from './payslip.ts';
import { isEmployedIn } from './payslip-draft.ts';
import { type Refusal, refusal } from './refusal.ts';

/** Everything that can be refused by looking at the input alone, in a fixed order. */
export const refusalsOf = (input: PayslipInput): Refusal[] => {
  const found: Refusal[] = [];
  const { employee, attendance, period } = input;
  if (employee.taxResidence === 'unknown')
    found.push(
      refusal('unknown_tax_residence', `${employee.name} 的税收居民身份未登记。`, `The tax residence of ${employee.name} is not recorded.`),
    );
  const hasOtherPay =
    input.ledgerEntries.length > 0 ||
    input.oneOffEarnings.length > 0 ||
    input.yearEndBonus !== null ||
    input.carriedForward.length > 0 ||
    (input.attendanceDifferences ?? []).length > 0;
  if (employee.hireDate > boundsOf(period).last || (!isEmployedIn(employee, period) && !hasOtherPay))
    found.push(
      refusal('not_employed', `${employee.name} 在 ${period} 不在职。`, `${employee.name} was not employed in ${period}.`, { period }),
    );
  const hours = attendance.overtimeHours;
  // By calendar days a month of leave has all its days.
  const mostDays = employee.prorationMethod === 'calendar_days' ? daysInMonth(period) : attendance.paidDays;
  const halves = [attendance.paidDays, attendance.workedDays, attendance.unpaidLeaveDays, attendance.sickLeaveDays];
  if (
    halves.some((days) => toHalfDays(days) === undefined) ||
    [hours.weekday, hours.restDay, hours.statutoryHoliday].some((value) => toHourHundredths(value) === undefined) ||
    attendance.unpaidLeaveDays + attendance.sickLeaveDays > mostDays
  )
    found.push(
      refusal(
        'invalid_attendance',
        '考勤数据无效:天数须为 0.5 的倍数,小时最多两位小数,缺勤不能超过应计薪天数。',
        'The attendance figures are not valid: days in halves, hours with at most two decimals, absence within the paid days.',
      ),
    );
  if (attendance.sickLeaveDays > 0 && employee.sickPayRate === null)
    found.push(refusal('missing_sick_pay_rate', '有病假但未设定病假工资比例。', 'There is sick leave but no sick pay rate.'));
  for (const amount of [...input.oneOffEarnings, ...input.otherDeductions])
    if (amount.amountFen < 0)
      found.push(refusal('negative_amount', `“${amount.nameZh}”为负数。`, `${amount.nameEn} is negative.`, { id: amount.id }));
  if (input.yearEndBonus !== null && input.yearEndBonus.amountFen < 0)
    found.push(refusal('negative_amount', '年终奖为负数。', 'The year-end bonus is negative.'));
  for (const item of input.carriedForward)
    if (item.amountFen >= 0)
      found.push(
        refusal('carried_forward_not_negative', '结转的追回金额必须为负数。', 'An amount carried forward must be negative.', {
          awardId: item.awardId,
        }),
      );
  const ledger = checkLedgerRange(input.ledgerRange, input.ledgerEntries);
  if (!ledger.ok) found.push(ledger.error);
  return found;
};
