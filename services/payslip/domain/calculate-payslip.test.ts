import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fen, parseYuan } from '../../../shared/kernel/money.ts';
import { localDate, month } from '../../../shared/kernel/period.ts';
import type { AdditionalDeduction } from './additional-deductions.ts';
import { calculatePayslip } from './calculate-payslip.ts';
import { clawbacksOf } from './clawback.ts';
import { emptyYearToDate } from './income-tax.ts';
import type { CarriedForward, LedgerEntry, Payslip, PayslipInput } from './payslip.ts';
import type { AdditionalDeductionKind } from './statutory-rules.ts';
import { lineOf, payslipOf, RULE_BOOK, refusalCodes, yuan } from './testing/rules.ts';
import {
  baseSalary,
  ledgerEntry,
  november2026,
  plainMonth,
  salesperson,
  withAttendance,
  withEmployee,
  withEntries,
} from './testing/salesperson.ts';

const amountOf = (slip: Payslip, code: string): number | null => lineOf(slip, code).amountFen;
const identity = (slip: Payslip): void => {
  const { grossFen, insuranceFen, fundFen, taxFen, otherDeductionsFen, netFen } = slip.totals;
  expect(grossFen - insuranceFen - fundFen - taxFen - otherDeductionsFen).toBe(netFen);
};

describe('company 9, November 2026', () => {
  const slip = payslipOf(november2026);
  it('has every line of the statement in the order of the law', () => {
    expect(slip.lines.map((line) => [line.code, line.amountFen ?? line.quantity?.value])).toEqual([
      ['paid-days', 21],
      ['worked-days', 19],
      ['unpaid-leave-days', 2],
      ['base-salary', yuan('12000')],
      ['commission', yuan('8000')],
      ['bonus', yuan('1500')],
      ['bonus', yuan('300')],
      ['unpaid-leave-deduction', yuan('1103.45')],
      ['gross', yuan('20696.55')],
      ['pension', yuan('960')],
      ['medical', yuan('240')],
      ['unemployment', yuan('60')],
      ['housing-fund', yuan('840')],
      ['income-tax', yuan('669.66')],
      ['net', yuan('17926.89')],
      ['employer-pension', yuan('1920')],
      ['employer-medical', yuan('1080')],
      ['employer-unemployment', yuan('60')],
      ['employer-injury', yuan('24')],
      ['employer-housing-fund', yuan('840')],
      ['employer-cost', yuan('24620.55')],
      ['ytd-income', yuan('140696.55')],
      ['ytd-basic-deduction', yuan('55000')],
      ['ytd-special-deduction', yuan('23100')],
      ['ytd-additional-deduction', yuan('22000')],
      ['ytd-taxable', yuan('40596.55')],
      ['ytd-tax', yuan('1539.66')],
    ]);
    identity(slip);
  });
  it('explains the leave and the tax, and names ledger entries and rules', () => {
    const leave = lineOf(slip, 'unpaid-leave-deduction');
    expect(leave.formula.zh).toBe('12,000.00 ÷ 21.75 × 2 天(倒扣法)');
    expect(leave.inputs).toMatchObject({ absentDays: 2, divisorDays: '21.75', method: 'reverse' });
    expect(lineOf(slip, 'income-tax').formula.zh).toContain('40,596.55 × 10% − 2,520.00 = 1,539.66;本月 1,539.66 − 已预扣 870.00');
    expect(lineOf(slip, 'bonus')).toMatchObject({
      nameZh: '奖金 · 新客户奖',
      formula: { zh: '500.00 + 500.00 + 500.00' },
      references: { ledgerSeqs: [32, 33, 34], awardIds: ['award-32', 'award-33', 'award-34'] },
    });
    expect(lineOf(slip, 'housing-fund').references.ruleSets).toEqual([{ id: 'shanghai-social-insurance-2026-07', version: 1 }]);
  });
  it('gives the state for the next month', () => {
    expect(slip.ytdAfter).toMatchObject({
      taxYear: 2026,
      months: 11,
      incomeFen: yuan('140696.55'),
      specialDeductionFen: yuan('23100'),
      additionalDeductionFen: yuan('22000'),
      withheldFen: yuan('1539.66'),
      lastTaxMonth: 11,
    });
    expect(slip.carriedForwardAfter).toEqual([]);
    expect(slip.ledgerRange).toEqual({ fromSeq: 31, toSeq: 35 });
  });
});

describe('pay items within the month', () => {
  const salary = (input: PayslipInput): number | null => amountOf(payslipOf(input), 'base-salary');
  const raise = [baseSalary('22000', '2025-01-01', '2026-03-15'), baseSalary('26400', '2026-03-16')];
  const march: PayslipInput = {
    ...withAttendance(plainMonth, { paidDays: 22, workedDays: 22 }),
    period: month('2026-03'),
    payDate: localDate('2026-03-31'),
    yearToDate: emptyYearToDate(2026),
  };
  it('pays a raise from its day on, not for the whole month', () => {
    const slip = payslipOf(withEmployee(march, { payItems: raise }));
    expect(amountOf(slip, 'base-salary')).toBe(yuan('24400'));
    expect(lineOf(slip, 'base-salary').formula.zh).toBe('月内调整,分段计算:22,000.00 × 10/22 + 26,400.00 × 12/22');
    expect(slip.ruleSets.map((ref) => ref.id)).toContain('cn-calendar-2026');
  });
  it('an overlapping raise without an end of the old amount counts the same', () => {
    expect(salary(withEmployee(march, { payItems: [baseSalary('22000'), baseSalary('26400', '2026-03-16')] }))).toBe(yuan('24400'));
  });
  it('two entries of the same amount are the whole amount', () => {
    const same = [baseSalary('22000', '2025-01-01', '2026-03-15'), baseSalary('22000', '2026-03-16')];
    expect(salary(withEmployee(march, { payItems: same }))).toBe(yuan('22000'));
  });
  it('a joiner late in the month is paid forward, early in the month reverse; never negative', () => {
    expect(salary(withEmployee(plainMonth, { hireDate: localDate('2026-11-23') }))).toBe(yuan('3310.34'));
    expect(salary(withEmployee(plainMonth, { hireDate: localDate('2026-11-09') }))).toBe(yuan('9241.38'));
    expect(salary(withEmployee(plainMonth, { hireDate: localDate('2026-11-30') }))).toBe(yuan('551.72'));
  });
  it('a leaver, and every day on unpaid leave', () => {
    expect(salary(withEmployee(plainMonth, { leaveDate: localDate('2026-11-06') }))).toBe(yuan('2758.62'));
    const away = payslipOf(withAttendance(plainMonth, { workedDays: 0, unpaidLeaveDays: 21 }));
    expect(away.totals.grossFen).toBe(0);
    expect(away.totals.netFen).toBe(-yuan('2100'));
  });
  it('nobody is paid for a month without a day at work: joiner, raise and leave together', () => {
    const raised = [baseSalary('10000', '2026-11-16', '2026-11-22'), baseSalary('12000', '2026-11-23')];
    const joiner = withEmployee(plainMonth, { hireDate: localDate('2026-11-16'), payItems: raised });
    const away = payslipOf(withAttendance(joiner, { workedDays: 0, unpaidLeaveDays: 11 }));
    expect(amountOf(away, 'base-salary')).toBe(yuan('5809.52'));
    expect(away.totals.grossFen).toBe(0);
  });
  it('leave is within the days employed, sick or not; by calendar days a month of leave has them all', () => {
    const joiner = withEmployee(plainMonth, { hireDate: localDate('2026-11-16'), sickPayRate: '80%' });
    expect(refusalCodes(withAttendance(joiner, { unpaidLeaveDays: 6, sickLeaveDays: 5 }))).toEqual([]);
    expect(refusalCodes(withAttendance(joiner, { unpaidLeaveDays: 6, sickLeaveDays: 5.5 }))).toEqual(['invalid_attendance']);
    const byCalendar = withEmployee(plainMonth, { prorationMethod: 'calendar_days' });
    expect(payslipOf(withAttendance(byCalendar, { workedDays: 0, unpaidLeaveDays: 30 })).totals.grossFen).toBe(0);
    expect(refusalCodes(withAttendance(byCalendar, { unpaidLeaveDays: 30.5 }))).toEqual(['invalid_attendance']);
  });
  it('by calendar days needs no calendar, also on 29 February', () => {
    const input: PayslipInput = {
      ...withEmployee(plainMonth, { hireDate: localDate('2028-02-15'), prorationMethod: 'calendar_days' }),
      period: month('2028-02'),
      payDate: localDate('2028-02-29'),
      yearToDate: emptyYearToDate(2028),
    };
    // No insurance rules exist for 2028, so the pay item is looked at through the refusal of the next step only.
    expect(refusalCodes(input)).toEqual(['missing_rule_set']);
    const exempt = withEmployee(input, {
      insurance: [{ status: 'not-enrolled', from: localDate('2020-01-01'), reason: { zh: '退休返聘', en: 'retired' } }],
    });
    expect(amountOf(payslipOf(exempt), 'base-salary')).toBe(Math.round((yuan('12000') * 15) / 29));
  });
  it('daily allowances, allowances without proration and pay by score', () => {
    const allowance = {
      ...baseSalary('300'),
      id: 'phone',
      code: 'allowance',
      nameZh: '通讯补贴',
      nameEn: 'Phone',
      proration: 'none',
    } as const;
    const meal = { ...baseSalary('20'), id: 'meal', code: 'allowance', nameZh: '餐补', nameEn: 'Meals', basis: 'worked-day' } as const;
    const performance = {
      ...baseSalary('3000'),
      id: 'performance',
      code: 'performance-salary',
      nameZh: '绩效工资',
      nameEn: 'Performance',
      basis: 'performance-score',
    } as const;
    const input = withEmployee(
      {
        ...withAttendance(plainMonth, { workedDays: 18.5, unpaidLeaveDays: 2.5 }),
        performance: { score: '87.92', schemeVersion: 'saas@3' },
      },
      { payItems: [...salesperson.payItems, allowance, meal, performance] },
    );
    const slip = payslipOf(input);
    expect(slip.lines.filter((line) => line.code === 'allowance').map((line) => line.amountFen)).toEqual([yuan('300'), yuan('370')]);
    expect(amountOf(slip, 'performance-salary')).toBe(yuan('2637.60'));
    expect(amountOf(slip, 'unpaid-leave-deduction')).toBe(yuan('1682.48'));
    expect(refusalCodes({ ...input, performance: null })).toEqual(['missing_performance_score']);
  });
});

describe('overtime and sick leave', () => {
  it('pays each kind once rounded and reports hours over the cap', () => {
    const slip = payslipOf(withAttendance(plainMonth, { overtimeHours: { weekday: 30, restDay: 8, statutoryHoliday: 0 } }));
    expect(amountOf(slip, 'overtime-weekday')).toBe(yuan('3103.45'));
    expect(amountOf(slip, 'overtime-rest-day')).toBe(yuan('1103.45'));
    expect(slip.warnings.map((warning) => warning.code)).toContain('overtime_over_cap');
  });
  it('36 hours are within the cap, whatever they are added up from', () => {
    const cap = (weekday: number) =>
      payslipOf(withAttendance(plainMonth, { overtimeHours: { weekday, restDay: 0.2, statutoryHoliday: 0.1 } })).warnings.filter(
        (warning) => warning.code === 'overtime_over_cap',
      );
    expect(cap(35.7)).toEqual([]);
    expect(cap(35.8)[0]?.zh).toBe('加班 36.1 小时,超过每月 36 小时的上限:照付,并须报告。');
  });
  it('pays sick days at the company’s rate but not below 80 % of the minimum wage', () => {
    const sick = (rate: string) =>
      payslipOf(withEmployee(withAttendance(plainMonth, { workedDays: 19, sickLeaveDays: 2 }), { sickPayRate: rate }));
    expect(amountOf(sick('60%'), 'sick-leave-deduction')).toBe(yuan('441.38'));
    expect(amountOf(sick('0%'), 'sick-leave-deduction')).toBe(yuan('901.89'));
    expect(amountOf(sick('100%'), 'sick-leave-deduction')).toBe(0);
  });
});

describe('late entries and clawback', () => {
  const lowPaid = (input: PayslipInput): PayslipInput => withEmployee(input, { payItems: [baseSalary('4000')] });
  const clawback = ledgerEntry(1, '0', {
    amountFen: fen(-yuan('1000')),
    category: 'commission',
    ruleNameZh: '月度提成',
    ruleNameEn: 'Monthly commission',
    earnedPeriod: month('2026-10'),
    awardId: 'award-october',
  });
  it('names a late entry by the month it was earned in', () => {
    const slip = payslipOf(withEntries(ledgerEntry(1, '500'), ledgerEntry(2, '500', { earnedPeriod: month('2026-10') }), clawback2()));
    expect(slip.lines.filter((line) => line.earnedPeriod !== null).map((line) => [line.nameZh, line.amountFen])).toEqual([
      ['提成 · 月度提成(2026-10 追回)', -yuan('1000')],
      ['奖金 · 新客户奖', yuan('500')],
      ['奖金 · 新客户奖(2026-10 补发)', yuan('500')],
    ]);
    expect(slip.totals.grossFen).toBe(yuan('12000'));
  });
  const clawback2 = () => ({ ...clawback, seq: 3 });
  it('takes back only down to the minimum wage after insurance and fund, and carries the rest', () => {
    // 4,000 − insurance 1,260 − fund 840 leaves 1,900 < 2,740: nothing can be taken.
    const nothing = payslipOf(lowPaid(withEntries(clawback)));
    expect(nothing.totals.grossFen).toBe(yuan('4000'));
    expect(nothing.carriedForwardAfter).toMatchObject([{ earnedPeriod: '2026-10', amountFen: -yuan('1000'), awardId: 'award-october' }]);
    expect(amountOf(nothing, 'clawback-carried-forward')).toBe(yuan('1000'));
    // 5,300 − 2,100 − 2,740 = 460 can be taken.
    const some = payslipOf(withEmployee(withEntries(clawback), { payItems: [baseSalary('5300')] }));
    expect(some.totals.grossFen).toBe(yuan('4840'));
    expect(some.totals.grossFen - some.totals.insuranceFen - some.totals.fundFen).toBe(yuan('2740'));
    expect(some.carriedForwardAfter).toMatchObject([{ amountFen: -yuan('540') }]);
    expect(some.warnings.map((warning) => warning.code)).toContain('clawback_carried_forward');
  });
  it('says how an incentive came about: in the words of its award, with what was paid of it before, else by its entries', () => {
    const award = {
      formula: { zh: '合同额 420,000.00 元 × 2% = 8,400.00 元', en: 'Contracts 420,000.00 × 2% = 8,400.00' },
      amountFen: yuan('8400'),
    };
    const commission = (seq: number, amount: string, extra: Partial<LedgerEntry> = {}) =>
      ledgerEntry(seq, amount, { awardId: 'commission', ruleId: 'commission', category: 'commission', ...extra });
    const formulaOf = (...entries: readonly LedgerEntry[]) =>
      payslipOf(withEntries(...entries)).lines.find((line) => line.references.ledgerSeqs.length > 0)?.formula.zh;
    expect(formulaOf(commission(1, '8000'), commission(2, '400', { award }))).toBe(award.formula.zh);
    expect(formulaOf(commission(1, '400', { award }))).toBe(`${award.formula.zh};此前已计 8,000.00`);
    expect(formulaOf(commission(1, '8000'), commission(2, '400'))).toBe('8,000.00 + 400.00');
    const many = Array.from({ length: 9 }, (_, index) => ledgerEntry(index + 1, '500'));
    expect(formulaOf(...many, ledgerEntry(10, '-500'), ledgerEntry(11, '80'))).toBe('500.00 × 9 − 500.00 + 80.00');
    expect(formulaOf(...many.map((entry, index) => ({ ...entry, amountFen: fen(100 + index) })))).toBe('台账 9 笔合计');
  });
  describe('by instalments', () => {
    const slow = { ...clawback, instalments: 3 };
    const left = (input: PayslipInput) => payslipOf(input).carriedForwardAfter;
    it('takes a third, a third and the rest: 333.34, 333.34, 333.32', () => {
      const first = payslipOf(withEntries(slow));
      expect(first.totals.grossFen).toBe(yuan('11666.66'));
      expect(first.carriedForwardAfter).toMatchObject([{ amountFen: -yuan('666.66'), instalmentFen: yuan('333.34') }]);
      expect(lineOf(first, 'clawback-carried-forward')).toMatchObject({
        amountFen: yuan('666.66'),
        formula: { zh: '分期追回,每期至多 333.34,其余 666.66 由以后各期追回' },
      });
      expect(first.warnings.map(({ code }) => code)).not.toContain('clawback_carried_forward');
      const second = payslipOf({ ...plainMonth, carriedForward: first.carriedForwardAfter });
      expect(second.totals.grossFen).toBe(yuan('11666.66'));
      const third = payslipOf({ ...plainMonth, carriedForward: second.carriedForwardAfter });
      expect(third.totals.grossFen).toBe(yuan('11666.68'));
      expect(third.carriedForwardAfter).toEqual([]);
    });
    it('takes less where the minimum wage leaves less, and goes on with the same instalment', () => {
      // 5,300 − 2,100 − 2,740 = 460 can be taken; of 3,000 by three 1,000 would be.
      const input = withEmployee(withEntries({ ...slow, amountFen: fen(-yuan('3000')) }), { payItems: [baseSalary('5300')] });
      expect(left(input)).toMatchObject([{ amountFen: -yuan('2540'), instalmentFen: yuan('1000') }]);
      expect(payslipOf(input).warnings.map(({ code }) => code)).toContain('clawback_carried_forward');
    });
    it('takes everything from somebody who leaves, as far as it may', () => {
      expect(left(withEmployee(withEntries(slow), { leaveDate: localDate('2026-11-30') }))).toEqual([]);
    });
    it('does not hold back what is paid more', () => {
      expect(payslipOf(withEntries({ ...slow, amountFen: yuan('1000') })).totals.grossFen).toBe(yuan('13000'));
    });
  });
  it('takes what was carried forward in a later month', () => {
    const carried: CarriedForward = {
      awardId: 'award-october',
      ruleNameZh: '月度提成',
      ruleNameEn: 'Monthly commission',
      category: 'commission',
      earnedPeriod: month('2026-10'),
      amountFen: fen(-yuan('540')),
    };
    const slip = payslipOf({ ...plainMonth, carriedForward: [carried] });
    expect(slip.totals.grossFen).toBe(yuan('11460'));
    expect(lineOf(slip, 'clawback-brought-forward')).toMatchObject({ amountFen: -yuan('540'), earnedPeriod: '2026-10' });
    expect(slip.carriedForwardAfter).toEqual([]);
    expect(refusalCodes({ ...plainMonth, carriedForward: [{ ...carried, amountFen: fen(1) }] })).toEqual(['carried_forward_not_negative']);
  });
  it('a posting and its reversal within one payslip cancel, whatever the wage', () => {
    const slip = payslipOf(
      lowPaid(withEntries(ledgerEntry(1, '500', { awardId: 'a' }), ledgerEntry(2, '0', { awardId: 'a', amountFen: fen(-yuan('500')) }))),
    );
    expect(slip.totals.grossFen).toBe(yuan('4000'));
    expect(slip.carriedForwardAfter).toEqual([]);
  });
  it('pays commission to someone who has left, without wage or insurance', () => {
    const slip = payslipOf(withEmployee(withEntries(ledgerEntry(1, '500')), { leaveDate: localDate('2026-09-30') }));
    expect(slip.totals).toMatchObject({ grossFen: yuan('500'), insuranceFen: 0, fundFen: 0 });
    expect(refusalCodes(withEmployee(plainMonth, { leaveDate: localDate('2026-09-30') }))).toEqual(['not_employed']);
  });
});

describe('tax', () => {
  it('goes by the month of payment: December paid in January starts a new year', () => {
    const december: PayslipInput = { ...plainMonth, period: month('2026-12'), payDate: localDate('2027-01-08') };
    const slip = payslipOf(december);
    expect(slip.taxMonth).toBe('2027-01');
    expect(slip.wageTax).toMatchObject({
      cumulativeIncomeFen: yuan('12000'),
      cumulativeBasicDeductionFen: yuan('5000'),
      alreadyWithheldFen: 0,
    });
    expect(slip.ytdAfter).toMatchObject({ taxYear: 2027, months: 1 });
    const paidInDecember = payslipOf({ ...december, payDate: localDate('2026-12-31') });
    expect(paidInDecember.wageTax).toMatchObject({ cumulativeBasicDeductionFen: yuan('60000') });
  });
  it('a second payment in a month takes no second additional deduction', () => {
    const slip = payslipOf({ ...plainMonth, yearToDate: { ...plainMonth.yearToDate, months: 11, lastTaxMonth: 11 } });
    expect(slip.wageTax?.cumulativeAdditionalDeductionFen).toBe(yuan('20000'));
    expect(slip.ytdAfter.months).toBe(11);
  });
  it('counts the months employed here', () => {
    const hired = payslipOf({
      ...withEmployee(plainMonth, { hireDate: localDate('2026-10-12') }),
      yearToDate: { ...emptyYearToDate(2026), months: 1, lastTaxMonth: 10 },
    });
    expect(hired.wageTax?.cumulativeBasicDeductionFen).toBe(yuan('10000'));
    expect(hired.warnings.map((warning) => warning.code)).not.toContain('year_to_date_months');
    const odd = payslipOf(withEmployee(plainMonth, { hireDate: localDate('2026-10-12') }));
    expect(odd.warnings.map((warning) => warning.code)).toContain('year_to_date_months');
  });
  it('limits claims to the standard and refuses loan together with rent', () => {
    const claim = (kind: 'housing-rent' | 'housing-loan', amount: string) => ({
      kind,
      amountFen: parseYuan(amount),
      count: 1,
      from: localDate('2026-01-01'),
    });
    const slip = payslipOf(withEmployee(plainMonth, { additionalDeductions: [claim('housing-rent', '2000')] }));
    expect(slip.wageTax?.cumulativeAdditionalDeductionFen).toBe(yuan('21500'));
    expect(
      refusalCodes(withEmployee(plainMonth, { additionalDeductions: [claim('housing-rent', '1500'), claim('housing-loan', '1000')] })),
    ).toEqual(['housing_loan_and_rent']);
  });
  it('a new tenancy within the month is not a second deduction; children add up', () => {
    const claim = (kind: AdditionalDeductionKind, amount: string, from: string, to?: string) => ({
      kind,
      amountFen: parseYuan(amount),
      count: 1,
      from: localDate(from),
      ...(to === undefined ? {} : { to: localDate(to) }),
    });
    const counted = (...additionalDeductions: readonly AdditionalDeduction[]) => {
      const slip = payslipOf({ ...withEmployee(plainMonth, { additionalDeductions }), yearToDate: emptyYearToDate(2026) });
      return slip.wageTax?.cumulativeAdditionalDeductionFen;
    };
    expect(counted(claim('housing-rent', '1500', '2026-01-01', '2026-11-15'), claim('housing-rent', '1100', '2026-11-16'))).toBe(
      yuan('1100'),
    );
    expect(counted(claim('elderly', '3000', '2026-01-01'), claim('elderly', '3000', '2026-01-01'))).toBe(yuan('3000'));
    expect(counted(claim('child', '2000', '2026-01-01'), claim('child', '2000', '2026-11-30'))).toBe(yuan('4000'));
    expect(counted(claim('child', '2000', '2026-01-01', '2026-11-01'), claim('child', '2000', '2026-12-01'))).toBe(yuan('2000'));
    expect(counted(claim('certificate', '3600', '2026-11-02'))).toBe(yuan('3600'));
    expect(counted(claim('certificate', '3600', '2026-03-02'), claim('certificate', '3600', '2026-11-02'))).toBe(0);
    expect(counted(claim('certificate', '3600', '2025-03-02'), claim('certificate', '3600', '2026-11-02'))).toBe(yuan('3600'));
    const both = [claim('elderly', '3000', '2026-01-01'), claim('elderly-shared', '1500', '2026-01-01')];
    expect(refusalCodes(withEmployee(plainMonth, { additionalDeductions: both }))).toEqual(['elderly_alone_and_shared']);
  });
  it('refuses a payment dated before what the year already holds', () => {
    const late = { ...plainMonth, period: month('2026-10'), payDate: localDate('2026-10-30') };
    const paidNovember = { ...plainMonth.yearToDate, months: 11, lastTaxMonth: 11 };
    expect(refusalCodes({ ...late, yearToDate: paidNovember })).toEqual(['year_to_date_of_later_month']);
    expect(refusalCodes({ ...late, payDate: localDate('2026-11-30'), yearToDate: paidNovember })).toEqual([]);
  });
  it('non-residents pay by the month', () => {
    const slip = payslipOf(withEmployee(plainMonth, { taxResidence: 'non-resident' }));
    expect(slip.totals.taxFen).toBe(yuan('490'));
    expect(slip.wageTax).toBeNull();
  });
  it('taxes a year-end bonus apart once a year, warns in the blind zone, and only until 2027', () => {
    const bonus = { amountFen: yuan('36001'), election: 'separate' } as const;
    const slip = payslipOf({ ...plainMonth, yearEndBonus: bonus });
    expect(amountOf(slip, 'income-tax-year-end-bonus')).toBe(yuan('3390.10'));
    expect(slip.wageTax?.cumulativeIncomeFen).toBe(yuan('132000'));
    expect(slip.warnings.map((warning) => warning.code)).toContain('year_end_bonus_blind_zone');
    expect(refusalCodes({ ...plainMonth, yearEndBonus: bonus, yearToDate: slip.ytdAfter })).toEqual(['year_end_bonus_already_used']);
    const merged = payslipOf({ ...plainMonth, yearEndBonus: { ...bonus, election: 'merged' } });
    expect(merged.wageTax?.cumulativeIncomeFen).toBe(yuan('168001'));
    identity(slip);
    identity(merged);
    const late = withEmployee(
      { ...plainMonth, period: month('2027-12'), payDate: localDate('2028-01-01'), yearEndBonus: bonus },
      { insurance: [{ status: 'not-enrolled', from: localDate('2020-01-01'), reason: { zh: '无', en: 'none' } }] },
    );
    expect(refusalCodes(late)).toEqual(['year_end_bonus_separate_not_allowed']);
  });
});

describe('other deductions', () => {
  it('limit damage to 20 % of the month', () => {
    const slip = payslipOf({
      ...plainMonth,
      otherDeductions: [
        { id: 'd1', kind: 'damage', nameZh: '设备赔偿', nameEn: 'Damage', amountFen: yuan('5000'), reason: '笔记本电脑' },
        { id: 'd2', kind: 'other', nameZh: '工会会费', nameEn: 'Union fee', amountFen: yuan('60'), reason: '0.5%' },
      ],
    });
    expect(slip.totals.otherDeductionsFen).toBe(yuan('2460'));
    expect(slip.warnings.map((warning) => warning.code)).toContain('damage_deduction_limited');
    identity(slip);
  });
});

describe('refusals', () => {
  const cases: readonly [code: string, input: PayslipInput][] = [
    ['unknown_tax_residence', withEmployee(plainMonth, { taxResidence: 'unknown' })],
    ['not_employed', withEmployee(plainMonth, { hireDate: localDate('2026-12-01') })],
    ['missing_insurance_base', withEmployee(plainMonth, { insurance: [] })],
    ['missing_insurance_base', withEmployee(plainMonth, { insurance: salesperson.insurance.map((one) => ({ ...one, baseFen: null })) })],
    ['negative_base', withEmployee(plainMonth, { insurance: salesperson.insurance.map((one) => ({ ...one, baseFen: fen(-1) })) })],
    ['missing_rule_set', withEmployee(plainMonth, { city: 'atlantis' })],
    ['missing_rule_set', { ...withEmployee(plainMonth, { hireDate: localDate('2020-01-01') }), period: month('2024-11') }],
    [
      'missing_calendar_year',
      {
        ...withEmployee(plainMonth, { hireDate: localDate('2027-03-15') }),
        period: month('2027-03'),
        payDate: localDate('2027-03-31'),
        yearToDate: emptyYearToDate(2027),
      },
    ],
    ['year_to_date_of_later_year', { ...plainMonth, yearToDate: emptyYearToDate(2027) }],
    ['ledger_gap', { ...plainMonth, ledgerRange: { fromSeq: 1, toSeq: 2 }, ledgerEntries: [ledgerEntry(1, '500')] }],
    ['ledger_gap', { ...plainMonth, ledgerRange: { fromSeq: 1, toSeq: 2 }, ledgerEntries: [ledgerEntry(1, '500'), ledgerEntry(3, '500')] }],
    ['ledger_gap', { ...plainMonth, ledgerRange: { fromSeq: 1, toSeq: 1 }, ledgerEntries: [ledgerEntry(1, '500'), ledgerEntry(1, '500')] }],
    ['invalid_attendance', withAttendance(plainMonth, { unpaidLeaveDays: 0.3 })],
    ['invalid_attendance', withAttendance(plainMonth, { unpaidLeaveDays: -1 })],
    ['invalid_attendance', withAttendance(plainMonth, { unpaidLeaveDays: 22 })],
    ['invalid_attendance', withAttendance(plainMonth, { paidDays: Number.NaN })],
    ['missing_sick_pay_rate', withAttendance(plainMonth, { sickLeaveDays: 1 })],
    ['invalid_rate', withEmployee(withAttendance(plainMonth, { sickLeaveDays: 1 }), { sickPayRate: 'half' })],
    ['negative_amount', withEmployee(plainMonth, { payItems: [{ ...baseSalary('1'), amountFen: fen(-1) }] })],
    ['basic_deduction_not_evidenced', withEmployee(plainMonth, { basicDeduction: { kind: 'january', evidenced: false } })],
  ];
  it.each(cases)('%s', (code, input) => {
    expect(refusalCodes(input)).toContain(code);
  });
  it('come all at once and in both languages', () => {
    const result = calculatePayslip(withEmployee(withAttendance(plainMonth, { sickLeaveDays: 1 }), { taxResidence: 'unknown' }), RULE_BOOK);
    expect(result.ok ? [] : result.error.map((one) => one.code)).toEqual(['unknown_tax_residence', 'missing_sick_pay_rate']);
    if (!result.ok) for (const one of result.error) expect(one.zh.length * one.en.length).toBeGreaterThan(0);
  });
});

describe('properties', () => {
  const inputs = fc
    .record({
      base: fc.integer({ min: 0, max: 8_000_000 }),
      entries: fc.array(
        fc.record({ amount: fc.integer({ min: -2_000_000, max: 3_000_000 }), award: fc.nat({ max: 3 }), late: fc.boolean() }),
        { maxLength: 6 },
      ),
      leaveHalves: fc.nat({ max: 42 }),
      overtime: fc.nat({ max: 40 }),
      hireDay: fc.integer({ min: 1, max: 30 }),
      joins: fc.boolean(),
      insuranceBase: fc.nat({ max: 5_000_000 }),
      damage: fc.nat({ max: 1_000_000 }),
    })
    .map((one): PayslipInput => {
      const entries = one.entries.map((entry, index) =>
        ledgerEntry(index + 1, '0', {
          amountFen: fen(entry.amount),
          awardId: `award-${entry.award}`,
          category: entry.amount % 2 === 0 ? 'commission' : 'bonus',
          earnedPeriod: month(entry.late ? '2026-10' : '2026-11'),
        }),
      );
      const withPay = withEmployee(withEntries(...entries), {
        payItems: [{ ...baseSalary('0'), amountFen: fen(one.base) }],
        insurance: salesperson.insurance.map((enrolment) => ({ ...enrolment, baseFen: fen(one.insuranceBase) })),
        hireDate: localDate(one.joins ? `2026-11-${String(one.hireDay).padStart(2, '0')}` : '2025-01-01'),
      });
      const leave = one.joins ? 0 : one.leaveHalves / 2;
      return {
        ...withAttendance(withPay, { unpaidLeaveDays: leave, overtimeHours: { weekday: one.overtime, restDay: 0, statutoryHoliday: 0 } }),
        otherDeductions: [{ id: 'd', kind: 'damage', nameZh: '赔偿', nameEn: 'Damage', amountFen: fen(one.damage), reason: '' }],
      };
    });

  it('the identity holds, gross is never negative, and clawbacks are either taken or carried', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const slip = payslipOf(input);
        identity(slip);
        expect(slip.totals.grossFen).toBeGreaterThanOrEqual(0);
        const net = new Map<string, number>();
        for (const entry of input.ledgerEntries) {
          const key = `${entry.awardId}/${entry.earnedPeriod}`;
          net.set(key, (net.get(key) ?? 0) + entry.amountFen);
        }
        const claimed = [...net.values()].reduce((sum, amount) => sum + Math.max(0, -amount), 0);
        const carried = slip.carriedForwardAfter.reduce((sum, item) => sum - item.amountFen, 0);
        expect(carried).toBeLessThanOrEqual(claimed);
        const plain = payslipOf({ ...input, ledgerEntries: [], ledgerRange: { fromSeq: 1, toSeq: 0 } });
        const entries = input.ledgerEntries.reduce((sum, entry) => sum + entry.amountFen, 0);
        expect(slip.totals.grossFen).toBe(plain.totals.grossFen + entries + carried);
      }),
      { numRuns: 300 },
    );
  });
  it('a clawback never brings the month below the minimum wage, and takes all it may before anything is carried', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const slip = payslipOf(input);
        const overtime = slip.lines.reduce((sum, line) => sum + (line.code === 'overtime-weekday' ? (line.amountFen ?? 0) : 0), 0);
        const tested = slip.totals.grossFen - overtime - slip.totals.insuranceFen - slip.totals.fundFen;
        const carried = slip.carriedForwardAfter.reduce((sum, item) => sum - item.amountFen, 0);
        const taken = clawbacksOf(input.ledgerEntries).reduce((sum, item) => sum - item.amountFen, 0) - carried;
        expect(taken).toBeGreaterThanOrEqual(0);
        if (taken > 0) expect(tested).toBeGreaterThanOrEqual(yuan('2740'));
        if (carried > 0) expect(tested).toBeLessThanOrEqual(yuan('2740'));
      }),
      { numRuns: 300 },
    );
  });
  it('net never falls when commission rises', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 5_000_000 }), fc.nat({ max: 8_000_000 }), (input, more, commission) => {
        const pay = (amount: number): number => {
          const seq = input.ledgerEntries.length + 1;
          const entry = ledgerEntry(seq, '0', { amountFen: fen(amount), awardId: 'the-commission', category: 'commission' });
          return payslipOf({
            ...input,
            otherDeductions: [],
            ledgerEntries: [...input.ledgerEntries, entry],
            ledgerRange: { fromSeq: 1, toSeq: seq },
          }).totals.netFen;
        };
        expect(pay(commission + more)).toBeGreaterThanOrEqual(pay(commission));
      }),
      { numRuns: 300 },
    );
  });
  it('is deterministic', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(payslipOf(structuredClone(input))).toEqual(payslipOf(input));
      }),
      { numRuns: 50 },
    );
  });
});
