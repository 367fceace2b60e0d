/** The earnings of a payslip, from base salary to 应发合计. Amounts in fen. */
import { type Fen, fen, type Rate } from '../../../shared/kernel/money.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { leaveLines, overtimeLines } from './attendance-pay.ts';
import { limitClawback } from './clawback.ts';
import { groupIncentives } from './incentive-lines.ts';
import { boundsOf } from './month-bounds.ts';
import { type EmployedMonth, type EvaluatedPayItem, employedMonth, evaluatePayItems } from './pay-items.ts';
import type { AttendanceFigures, CarriedForward, MinimumWageTest, PayslipLine } from './payslip.ts';
import { type Draft, isEmployedIn, missingRules, parsedRate } from './payslip-draft.ts';
import { attendanceDifferenceLine, broughtForwardLine, incentiveLine, moneyLine, payItemLine, referTo } from './payslip-lines.ts';
import type { Refusal } from './refusal.ts';
import { findRules, type WageLaw } from './rule-book.ts';
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

/** The month's pay items, and the amounts that attendance takes from and overtime is paid on. */
interface EvaluatedMonth {
  readonly month: EmployedMonth | null;
  readonly items: readonly EvaluatedPayItem[];
  readonly attendanceMonthlyFen: Fen;
  readonly attendanceEarnedFen: Fen;
  readonly overtimeBaseFen: Fen;
}
const evaluatedMonth = (draft: Draft, law: WageLaw): Result<EvaluatedMonth, Refusal> => {
  const month = monthOfEmployment(draft, law);
  if (!month.ok) return month;
  const items = month.value === null ? succeed([]) : evaluatePayItems(draft.input.employee.payItems, month.value);
  if (!items.ok) return items;
  let monthly = 0;
  let earned = 0;
  let overtimeBase = 0;
  for (const { item, amountFen, monthlyFen } of items.value) {
    if (item.proration === 'by-attendance' && item.basis !== 'worked-day') {
      monthly += monthlyFen;
      earned += amountFen;
    }
    if (item.countsForOvertime) overtimeBase += monthlyFen;
  }
  return succeed({
    month: month.value,
    items: items.value,
    attendanceMonthlyFen: fen(monthly),
    attendanceEarnedFen: fen(earned),
    overtimeBaseFen: fen(overtimeBase),
  });
};

interface AttendancePay {
  readonly lines: readonly PayslipLine[];
  readonly overtimeFen: Fen;
  readonly leaveFen: Fen;
}
const attendancePay = (draft: Draft, law: WageLaw, evaluated: EvaluatedMonth): Result<AttendancePay, Refusal> => {
  const { month, attendanceMonthlyFen, attendanceEarnedFen, overtimeBaseFen } = evaluated;
  if (month === null) return succeed({ lines: [], overtimeFen: fen(0), leaveFen: fen(0) });
  const references = referTo(law.ref);
  const overtime = overtimeLines(draft, law, overtimeBaseFen, references);
  const leave = leaveLines(draft, law, month, attendanceMonthlyFen, attendanceEarnedFen, references);
  if ('error' in leave) return fail(leave.error);
  return succeed({ lines: [...overtime.lines, ...leave.lines], overtimeFen: fen(overtime.totalFen), leaveFen: fen(leave.totalFen) });
};

/** Overtime less attendance deductions of another month, by that month's wage and law. */
const attendanceBalance = (
  draft: Draft,
  period: Month,
  attendance: AttendanceFigures,
): Result<{ readonly balanceFen: Fen; readonly law: WageLaw }, Refusal> => {
  const law = findRules(draft.book, 'wage-law', 'CN', boundsOf(period).first);
  if (law === undefined) return fail(missingRules('wage-law', 'CN', boundsOf(period).first));
  // Its warnings were given with its own payslip.
  const then: Draft = { ...draft, input: { ...draft.input, period, attendance }, used: [], warnings: [] };
  const evaluated = evaluatedMonth(then, law);
  if (!evaluated.ok) return evaluated;
  const pay = attendancePay(then, law, evaluated.value);
  if (!pay.ok) return pay;
  for (const ref of then.used) if (!draft.used.includes(ref)) draft.used.push(ref);
  return succeed({ balanceFen: fen(pay.value.overtimeFen - pay.value.leaveFen), law });
};

/** One line for each earlier month whose attendance was corrected since a payslip took it. */
const differenceLines = (draft: Draft): Result<{ readonly lines: readonly PayslipLine[]; readonly totalFen: number }, Refusal> => {
  const lines: PayslipLine[] = [];
  let total = 0;
  for (const { period, before, after } of draft.input.attendanceDifferences ?? []) {
    const was = attendanceBalance(draft, period, before);
    const is = attendanceBalance(draft, period, after);
    if (!was.ok) return was;
    if (!is.ok) return is;
    total += is.value.balanceFen - was.value.balanceFen;
    lines.push(attendanceDifferenceLine(period, { before, after }, was.value.balanceFen, is.value.balanceFen, referTo(is.value.law.ref)));
  }
  return succeed({ lines, totalFen: total });
};

export const earningsOf = (draft: Draft, law: WageLaw, insuranceAndFundFen: number): Result<Earnings, Refusal> => {
  const { input } = draft;
  const evaluated = evaluatedMonth(draft, law);
  if (!evaluated.ok) return evaluated;

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
  for (const item of evaluated.value.items) {
    total += item.amountFen;
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

  const attendance = attendancePay(draft, law, evaluated.value);
  if (!attendance.ok) return attendance;
  const { overtimeFen } = attendance.value;
  total += overtimeFen - attendance.value.leaveFen;
  const differences = differenceLines(draft);
  if (!differences.ok) return differences;
  total += differences.value.totalFen;

  // What another month's attendance gives back is no wage of this month: nothing more may be taken because of it.
  const givenBackFen = Math.max(0, differences.value.totalFen);
  const limited = limitClawback(draft, total - givenBackFen, overtimeFen, insuranceAndFundFen);
  if (!limited.ok) return limited;
  for (const { line, item } of limited.value.carried) {
    groups[CATEGORY_GROUP[item.category]].push(line);
    total -= item.amountFen;
  }

  const lines: PayslipLine[] = [];
  for (const code of EARNING_ORDER) for (const line of groups[code]) lines.push(line);
  for (const line of attendance.value.lines) lines.push(line);
  for (const line of differences.value.lines) lines.push(line);
  const grossFen = fen(total);
  lines.push(
    moneyLine('gross', 'earnings', 'total', '应发合计', 'Gross pay', grossFen, null, {
      zh: '以上各项收入减考勤扣款',
      en: 'the earnings above less attendance deductions',
    }),
  );

  const minimum = limited.value.minimum;
  const isFullMonth =
    evaluated.value.month?.isWholeMonth === true && input.attendance.unpaidLeaveDays === 0 && input.attendance.sickLeaveDays === 0;
  const tested = fen(total - overtimeFen - differences.value.totalFen - (minimum?.testedAfterInsurance === true ? insuranceAndFundFen : 0));
  return succeed({
    lines,
    grossFen,
    exemptFen: fen(exempt),
    carriedForwardAfter: limited.value.carried.map(({ item }) => item),
    takeableForDamageFen:
      minimum === undefined ? grossFen : takeableAboveMinimum(minimum, fen(total - givenBackFen - overtimeFen), fen(insuranceAndFundFen)),
    minimumWageTest:
      minimum !== undefined && isFullMonth
        ? { minimumFen: minimum.monthlyFen, testedFen: tested, passed: tested >= minimum.monthlyFen }
        : null,
  });
};
