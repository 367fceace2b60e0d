/** Income tax of a payslip: wages cumulatively by the month of payment, the year-end bonus apart, non-residents by the month. */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { monthOf } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { additionalDeductionsOf, otherDeductionsOf } from './additional-deductions.ts';
import {
  advanceYearToDate,
  cumulativeBasicDeduction,
  nonResidentWageTax,
  openTaxYear,
  type TaxMonth,
  type WageTax,
  withholdWageTax,
  type YearToDate,
} from './income-tax.ts';
import type { EmployeeSnapshot, PayslipLine } from './payslip.ts';
import { type Draft, missingRules, use } from './payslip-draft.ts';
import type { Earnings } from './payslip-earnings.ts';
import { additionalDeductionInputs, moneyLine, referTo, yearToDateLines } from './payslip-lines.ts';
import { type Refusal, refusal } from './refusal.ts';
import { findRules } from './rule-book.ts';
import type { InsuranceResult } from './social-insurance.ts';
import { nonResidentBonusTax, separateBonusTax } from './year-end-bonus.ts';

export interface Tax {
  readonly wageTaxFen: Fen;
  readonly bonusTaxFen: Fen;
  readonly lines: readonly PayslipLine[];
  readonly yearToDateLines: readonly PayslipLine[];
  readonly wageTax: WageTax | null;
  readonly ytdAfter: YearToDate;
}

/** Months employed here in the tax year, up to the month of payment or of leaving; at least 1. */
const employmentMonthsIn = (employee: EmployeeSnapshot, taxYear: number, taxMonth: number): number => {
  const hireYear = Number(employee.hireDate.slice(0, 4));
  const start = hireYear === taxYear ? Number(employee.hireDate.slice(5, 7)) : hireYear < taxYear ? 1 : taxMonth;
  let end = taxMonth;
  if (employee.leaveDate !== null) {
    const leaveYear = Number(employee.leaveDate.slice(0, 4));
    if (leaveYear === taxYear) end = Math.min(end, Number(employee.leaveDate.slice(5, 7)));
    else if (leaveYear < taxYear) end = start;
  }
  return Math.max(1, end - start + 1);
};

export const taxOf = (draft: Draft, earnings: Earnings, contributions: InsuranceResult): Result<Tax, Refusal> => {
  const { input, book } = draft;
  const { employee, payDate } = input;
  const taxYear = Number(payDate.slice(0, 4));
  const taxMonth = Number(payDate.slice(5, 7));
  const opened = openTaxYear(input.yearToDate, taxYear);
  if (!opened.ok) return opened;
  const before = opened.value;
  const lastTaxMonth = before.lastTaxMonth ?? 0;
  if (lastTaxMonth > taxMonth)
    return fail(
      refusal(
        'year_to_date_of_later_month',
        `累计数已到 ${taxYear} 年 ${lastTaxMonth} 月,晚于本次发放所属的 ${taxMonth} 月:按先后顺序发放。`,
        `The year-to-date figures reach month ${lastTaxMonth} of ${taxYear}, later than month ${taxMonth} of this payment: pay in order of time.`,
        { lastTaxMonth, taxMonth },
      ),
    );
  const bonus = separateBonusOf(draft, before);
  if (!bonus.ok) return bonus;
  const incomeFen = fen(earnings.grossFen - bonus.value.bonusFen + contributions.taxableEmployerFundFen);
  if (employee.taxResidence === 'non-resident')
    return nonResidentTaxOf(draft, before, incomeFen, earnings.exemptFen, taxMonth, bonus.value);

  const table = findRules(book, 'income-tax-wage', 'CN', payDate);
  if (table === undefined) return fail(missingRules('income-tax-wage', 'CN', payDate));
  use(draft, table);
  const deductionTable = findRules(book, 'additional-deductions', 'CN', payDate);
  if (deductionTable === undefined) return fail(missingRules('additional-deductions', 'CN', payDate));
  // A second payment in a tax month takes no second deduction of that month.
  const isSecondPayment = before.lastTaxMonth === taxMonth;
  const claims = isSecondPayment ? [] : employee.additionalDeductions;
  const additional = additionalDeductionsOf(deductionTable, claims, monthOf(payDate), employee.city);
  if (!additional.ok) return additional;
  const others = otherDeductionsOf(
    deductionTable,
    isSecondPayment ? [] : employee.otherTaxDeductions,
    contributions.schemes[0]?.baseFen ?? fen(0),
    before.personalPensionFen ?? fen(0),
  );
  if (!others.ok) return others;
  use(draft, deductionTable, additional.value.usesUnconfirmed);

  const employmentMonths = employmentMonthsIn(employee, taxYear, taxMonth);
  if (before.months > (isSecondPayment ? employmentMonths : employmentMonths - 1) && employee.leaveDate === null)
    draft.warnings.push({
      code: 'year_to_date_months',
      zh: `累计数已有 ${before.months} 个月,但按入职日期本年任职仅 ${employmentMonths} 个月(含本月)。`,
      en: `The year-to-date state has ${before.months} months, but by the hire date there are only ${employmentMonths} this year, this one included.`,
    });
  const basic = cumulativeBasicDeduction(table, employee.basicDeduction, taxMonth, employmentMonths);
  if (!basic.ok) return basic;
  const month: TaxMonth = {
    incomeFen,
    exemptFen: earnings.exemptFen,
    specialDeductionFen: fen(contributions.employeeInsuranceFen + contributions.deductibleFundFen),
    additionalDeductionFen: additional.value.totalFen,
    otherDeductionFen: others.value.totalFen,
  };
  const wageTax = withholdWageTax(table, before, month, basic.value);
  const references = referTo(table.ref, deductionTable.ref);
  const line = moneyLine(
    'income-tax',
    'deductions',
    'statutory',
    '个人所得税',
    'Income tax',
    wageTax.withheldThisMonthFen,
    'fen_half_up',
    wageTax.explanation,
    {
      cumulativeIncomeFen: wageTax.cumulativeIncomeFen,
      cumulativeExemptFen: wageTax.cumulativeExemptFen,
      cumulativeBasicDeductionFen: wageTax.cumulativeBasicDeductionFen,
      cumulativeSpecialDeductionFen: wageTax.cumulativeSpecialDeductionFen,
      cumulativeAdditionalDeductionFen: wageTax.cumulativeAdditionalDeductionFen,
      cumulativeOtherDeductionFen: wageTax.cumulativeOtherDeductionFen,
      cumulativeTaxableFen: wageTax.cumulativeTaxableFen,
      rate: wageTax.rate,
      quickDeductionFen: wageTax.quickDeductionFen,
      cumulativeTaxDueFen: wageTax.cumulativeTaxDueFen,
      alreadyWithheldFen: wageTax.alreadyWithheldFen,
      employmentMonths,
      ...additionalDeductionInputs(additional.value.items),
    },
    references,
  );
  const after = advanceYearToDate(before, month, taxMonth, wageTax.withheldThisMonthFen);
  return succeed({
    wageTaxFen: wageTax.withheldThisMonthFen,
    bonusTaxFen: bonus.value.taxFen,
    lines: bonus.value.line === null ? [line] : [line, bonus.value.line],
    yearToDateLines: yearToDateLines(before, wageTax, references),
    wageTax,
    ytdAfter: {
      ...after,
      yearEndBonusUsed: after.yearEndBonusUsed === true || bonus.value.line !== null,
      personalPensionFen: fen((before.personalPensionFen ?? 0) + others.value.personalPensionFen),
    },
  });
};

interface SeparateBonus {
  readonly bonusFen: Fen;
  readonly taxFen: Fen;
  readonly line: PayslipLine | null;
}

const separateBonusOf = (draft: Draft, before: YearToDate): Result<SeparateBonus, Refusal> => {
  const { yearEndBonus, payDate, employee } = draft.input;
  if (yearEndBonus === null || yearEndBonus.election === 'merged') return succeed({ bonusFen: fen(0), taxFen: fen(0), line: null });
  const isResident = employee.taxResidence === 'resident';
  const bonusTable = findRules(draft.book, 'income-tax-year-end-bonus', 'CN', payDate);
  const nonResidentTable = findRules(draft.book, 'income-tax-non-resident', 'CN', payDate);
  if (isResident && bonusTable === undefined)
    return fail(
      refusal(
        'year_end_bonus_separate_not_allowed',
        `${payDate} 发放的年终奖不能单独计税,须并入综合所得。`,
        `A year-end bonus paid on ${payDate} cannot be taxed apart: it is part of the wage.`,
        { payDate },
      ),
    );
  if (before.yearEndBonusUsed === true)
    return fail(
      refusal(
        'year_end_bonus_already_used',
        `${before.taxYear} 年已使用过一次年终奖单独计税。`,
        `The separate taxation of a year-end bonus was already used in ${before.taxYear}.`,
        { taxYear: before.taxYear },
      ),
    );
  const table = isResident ? bonusTable : nonResidentTable;
  if (table === undefined) return fail(missingRules('income-tax-non-resident', 'CN', payDate));
  use(draft, table);
  const tax =
    'divisorMonths' in table ? separateBonusTax(table, yearEndBonus.amountFen) : nonResidentBonusTax(table, yearEndBonus.amountFen);
  if (tax.blindZone !== null)
    draft.warnings.push({ code: 'year_end_bonus_blind_zone', zh: tax.blindZone.warning.zh, en: tax.blindZone.warning.en });
  return succeed({
    bonusFen: yearEndBonus.amountFen,
    taxFen: tax.taxFen,
    line: moneyLine(
      'income-tax-year-end-bonus',
      'deductions',
      'statutory',
      '个人所得税 · 年终奖',
      'Income tax · year-end bonus',
      tax.taxFen,
      'fen_half_up',
      tax.explanation,
      { bonusFen: yearEndBonus.amountFen, rate: tax.rate, quickDeductionFen: tax.quickDeductionFen },
      referTo(table.ref),
    ),
  });
};

const nonResidentTaxOf = (
  draft: Draft,
  before: YearToDate,
  incomeFen: Fen,
  exemptFen: Fen,
  taxMonth: number,
  bonus: SeparateBonus,
): Result<Tax, Refusal> => {
  const table = findRules(draft.book, 'income-tax-non-resident', 'CN', draft.input.payDate);
  if (table === undefined) return fail(missingRules('income-tax-non-resident', 'CN', draft.input.payDate));
  use(draft, table);
  const tax = nonResidentWageTax(table, incomeFen, exemptFen);
  const line = moneyLine(
    'income-tax',
    'deductions',
    'statutory',
    '个人所得税(非居民)',
    'Income tax (non-resident)',
    tax.taxFen,
    'fen_half_up',
    tax.explanation,
    { incomeFen, exemptFen, taxableFen: tax.taxableFen, rate: tax.rate, quickDeductionFen: tax.quickDeductionFen },
    referTo(table.ref),
  );
  const zero = fen(0);
  const month: TaxMonth = { incomeFen, exemptFen, specialDeductionFen: zero, additionalDeductionFen: zero, otherDeductionFen: zero };
  const after = advanceYearToDate(before, month, taxMonth, tax.taxFen);
  return succeed({
    wageTaxFen: tax.taxFen,
    bonusTaxFen: bonus.taxFen,
    lines: bonus.line === null ? [line] : [line, bonus.line],
    yearToDateLines: [],
    wageTax: null,
    ytdAfter: { ...after, yearEndBonusUsed: after.yearEndBonusUsed === true || bonus.line !== null },
  });
};
