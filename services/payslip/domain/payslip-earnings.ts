/** The earnings of a payslip, from base salary to 应发合计. Amounts in fen. */
import { type Fen, fen, type Rate } from '../../../shared/kernel/money.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { leaveLines, overtimeLines } from './attendance-pay.ts';
import { limitClawback } from './clawback.ts';
import { groupIncentives } from './incentive-lines.ts';
import { type EmployedMonth, employedMonth, evaluatePayItems } from './pay-items.ts';
import type { CarriedForward, MinimumWageTest, PayslipLine } from './payslip.ts';
import { type Draft, isEmployedIn, parsedRate } from './payslip-draft.ts';
import { broughtForwardLine, incentiveLine, moneyLine, payItemLine, referTo } from './payslip-lines.ts';
import type { Refusal } from './refusal.ts';
import type { WageLaw } from './rule-book.ts';
import { takeableAboveMinimum } from './wage-floors.ts';

export interface Earnings {
  readonly lines: readonly PayslipLine[];
  readonly grossFen: Fen;
  readonly exemptFen: Fen;
  readonly carriedForwardAfter: readonly CarriedForward[];
  /** What a deduction for damage may still take. */
  readonly takeableForDamageFen: Fen;
  readonly minimumWageTest: MinimumWageTest | null;
}

const monthOfEmployment = (draft: Draft, law: WageLaw): Result<EmployedMonth | null, Refusal> => {
  const { employee, attendance, period, performance } = draft.input;
  if (!isEmployedIn(employee, period)) return succeed(null);
  let rate: Rate | null = null;
  if (performance !== null) {
    const parsed = parsedRate(`${performance.score}%`);
    if (!parsed.ok) return parsed;
    rate = parsed.value;
  }
  const month = employedMonth(draft.book, law, {
    period,
    hireDate: employee.hireDate,
    leaveDate: employee.leaveDate,
    payItems: employee.payItems,
    paidDays: attendance.paidDays,
    unpaidLeaveDays: attendance.unpaidLeaveDays,
    sickLeaveDays: attendance.sickLeaveDays,
    workedDays: attendance.workedDays,
    paidDates: attendance.paidDates,
    choice: employee.prorationMethod,
    performance: rate,
  });
  if (month.ok && month.value.calendar !== null) draft.used.push(month.value.calendar);
  return month;
};

const EARNING_ORDER = ['base-salary', 'position-salary', 'performance-salary', 'commission', 'bonus', 'allowance'] as const;
type EarningGroup = (typeof EARNING_ORDER)[number];
const CATEGORY_GROUP = { commission: 'commission', bonus: 'bonus', subsidy: 'allowance' } as const;

export const earningsOf = (draft: Draft, law: WageLaw, insuranceAndFundFen: number): Result<Earnings, Refusal> => {
  const { input } = draft;
  const month = monthOfEmployment(draft, law);
  if (!month.ok) return month;
  const items = month.value === null ? succeed([]) : evaluatePayItems(input.employee.payItems, month.value);
  if (!items.ok) return items;

  const groups: Record<EarningGroup, PayslipLine[]> = {
    'base-salary': [],
    'position-salary': [],
    'performance-salary': [],
    commission: [],
    bonus: [],
    allowance: [],
  };
  const lawRefs = referTo(law.ref);
  let total = 0;
  let exempt = 0;
  let attendanceMonthly = 0;
  let attendanceEarned = 0;
  let overtimeBase = 0;
  for (const item of items.value) {
    total += item.amountFen;
    if (item.item.proration === 'by-attendance' && item.item.basis !== 'worked-day') {
      attendanceMonthly += item.monthlyFen;
      attendanceEarned += item.amountFen;
    }
    if (item.item.countsForOvertime) overtimeBase += item.monthlyFen;
    groups[item.item.code].push(payItemLine(item, lawRefs));
  }
  for (const group of groupIncentives(input.ledgerEntries)) {
    total += group.amountFen;
    groups[CATEGORY_GROUP[group.category]].push(incentiveLine(group, input.period));
  }
  for (const item of input.carriedForward) {
    total += item.amountFen;
    groups[CATEGORY_GROUP[item.category]].push(broughtForwardLine(item));
  }
  for (const one of input.oneOffEarnings) {
    total += one.amountFen;
    if (one.isTaxExempt) exempt += one.amountFen;
    groups[one.category].push(
      moneyLine(
        one.category,
        'earnings',
        'earning',
        one.nameZh,
        one.nameEn,
        one.amountFen,
        null,
        { zh: one.reason, en: one.reason },
        { oneOffId: one.id },
      ),
    );
  }
  if (input.yearEndBonus !== null) {
    total += input.yearEndBonus.amountFen;
    groups.bonus.push(
      moneyLine('year-end-bonus', 'earnings', 'earning', '奖金 · 年终奖', 'Bonus · year-end', input.yearEndBonus.amountFen, null, {
        zh: input.yearEndBonus.election === 'separate' ? '单独计税' : '并入综合所得计税',
        en: input.yearEndBonus.election === 'separate' ? 'taxed apart' : 'taxed with the wage',
      }),
    );
  }

  const overtime = month.value === null ? { lines: [], totalFen: 0 } : overtimeLines(draft, law, fen(overtimeBase), lawRefs);
  total += overtime.totalFen;
  const leave =
    month.value === null
      ? { lines: [], totalFen: 0 }
      : leaveLines(draft, law, month.value, fen(attendanceMonthly), fen(attendanceEarned), lawRefs);
  if ('error' in leave) return fail(leave.error);
  total -= leave.totalFen;

  const limited = limitClawback(draft, total, overtime.totalFen, insuranceAndFundFen);
  if (!limited.ok) return limited;
  for (const { line, item } of limited.value.carried) {
    groups[CATEGORY_GROUP[item.category]].push(line);
    total -= item.amountFen;
  }

  const lines: PayslipLine[] = [];
  for (const code of EARNING_ORDER) for (const line of groups[code]) lines.push(line);
  for (const line of overtime.lines) lines.push(line);
  for (const line of leave.lines) lines.push(line);
  const grossFen = fen(total);
  lines.push(
    moneyLine('gross', 'earnings', 'total', '应发合计', 'Gross pay', grossFen, null, {
      zh: '以上各项收入减考勤扣款',
      en: 'the earnings above less attendance deductions',
    }),
  );

  const minimum = limited.value.minimum;
  const isFullMonth = month.value?.isWholeMonth === true && input.attendance.unpaidLeaveDays === 0 && input.attendance.sickLeaveDays === 0;
  const tested = fen(total - overtime.totalFen - (minimum?.testedAfterInsurance === true ? insuranceAndFundFen : 0));
  return succeed({
    lines,
    grossFen,
    exemptFen: fen(exempt),
    carriedForwardAfter: limited.value.carried.map(({ item }) => item),
    takeableForDamageFen:
      minimum === undefined ? grossFen : takeableAboveMinimum(minimum, fen(total - overtime.totalFen), fen(insuranceAndFundFen)),
    minimumWageTest:
      minimum !== undefined && isFullMonth
        ? { minimumFen: minimum.monthlyFen, testedFen: tested, passed: tested >= minimum.monthlyFen }
        : null,
  });
};
