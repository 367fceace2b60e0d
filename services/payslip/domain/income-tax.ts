/**
 * Individual income tax on wages of residents: cumulative withholding (STA announcement 2018 No. 61, 2020 No. 13, 2020 No. 19).
 * The tax month is the month of payment. All amounts in fen.
 */
import { type Fen, fen, multiplyFen } from '../../../shared/kernel/money.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { yuanText } from './amount-text.ts';
import { type Refusal, refusal } from './refusal.ts';
import type { IncomeTaxTable, NonResidentTable, TaxBand } from './rule-book.ts';
import type { Bilingual } from './statutory-rules.ts';

/** What has been taxed by this employer in the tax year so far. All cumulative. */
export interface YearToDate {
  readonly taxYear: number;
  /** Tax months withheld so far. */
  readonly months: number;
  readonly incomeFen: Fen;
  readonly exemptFen: Fen;
  /** Employee insurance and housing fund (三险一金). */
  readonly specialDeductionFen: Fen;
  readonly additionalDeductionFen: Fen;
  readonly otherDeductionFen: Fen;
  readonly withheldFen: Fen;
  /** Last tax month (1–12) in this state, 0 before the first: a second payment in one month takes no second additional deduction. */
  readonly lastTaxMonth?: number;
  /** True once the separate taxation of a year-end bonus was used this year. */
  readonly yearEndBonusUsed?: boolean;
  /** Personal pension deducted so far, limited by the year. */
  readonly personalPensionFen?: Fen;
}

export const emptyYearToDate = (taxYear: number): YearToDate => ({
  taxYear,
  months: 0,
  incomeFen: 0 as Fen,
  exemptFen: 0 as Fen,
  specialDeductionFen: 0 as Fen,
  additionalDeductionFen: 0 as Fen,
  otherDeductionFen: 0 as Fen,
  withheldFen: 0 as Fen,
  lastTaxMonth: 0,
  yearEndBonusUsed: false,
});

/** The state a payment in `taxYear` starts from: January starts a new year from zero. A state of a later year is refused. */
export const openTaxYear = (state: YearToDate, taxYear: number): Result<YearToDate, Refusal> => {
  if (state.taxYear === taxYear) return succeed(state);
  if (state.taxYear < taxYear) return succeed(emptyYearToDate(taxYear));
  return fail(
    refusal(
      'year_to_date_of_later_year',
      `累计数属于 ${state.taxYear} 年,晚于本次发放所属的 ${taxYear} 年。`,
      `The year-to-date figures are of ${state.taxYear}, later than the tax year ${taxYear} of this payment.`,
      { stateYear: state.taxYear, taxYear },
    ),
  );
};

/** One month's figures, not cumulative. */
export interface TaxMonth {
  readonly incomeFen: Fen;
  readonly exemptFen: Fen;
  readonly specialDeductionFen: Fen;
  readonly additionalDeductionFen: Fen;
  readonly otherDeductionFen: Fen;
}

/**
 * How the basic deduction accumulates:
 * `employment` 5,000 × months employed here this tax year;
 * `january` 5,000 × calendar month, for the first wage of the year (STA 2020 No. 13), only when evidenced;
 * `annual60000` 60,000 from January, when last year's twelve months here were at most 60,000 (STA 2020 No. 19), only when evidenced.
 */
export type BasicDeductionOption =
  | { readonly kind: 'employment' }
  | { readonly kind: 'january'; readonly evidenced: boolean }
  | { readonly kind: 'annual60000'; readonly evidenced: boolean };

/** Cumulative basic deduction in fen. `taxMonth` 1–12; `employmentMonths` months employed here this tax year, this one included. */
export const cumulativeBasicDeduction = (
  table: IncomeTaxTable,
  option: BasicDeductionOption,
  taxMonth: number,
  employmentMonths: number,
): Result<Fen, Refusal> => {
  if (option.kind === 'employment') return succeed(fen(table.basicMonthlyFen * employmentMonths));
  if (!option.evidenced)
    return fail(
      refusal(
        'basic_deduction_not_evidenced',
        option.kind === 'january'
          ? '首次取得工资按年初累计减除费用,缺少证明材料。'
          : '直接扣除 60,000 元,缺少上年度收入不超过 60,000 元的证明。',
        option.kind === 'january'
          ? 'Counting the basic deduction from January needs evidence that this is the first wage of the year.'
          : 'Deducting 60,000 at once needs evidence that last year’s twelve months were at most 60,000.',
        { option: option.kind },
      ),
    );
  return succeed(option.kind === 'january' ? fen(table.basicMonthlyFen * taxMonth) : table.basicAnnualFen);
};

/** The band an amount falls into; its upper edge belongs to it. */
export const bandOf = (bands: readonly TaxBand[], amountFen: number): TaxBand => {
  for (const band of bands) if (amountFen <= band.upToFen) return band;
  throw new Error('a tax table must end with an open band');
};

/** The result of one month of cumulative withholding, with everything the tax filing list asks for. */
export interface WageTax {
  readonly cumulativeIncomeFen: Fen;
  readonly cumulativeExemptFen: Fen;
  readonly cumulativeBasicDeductionFen: Fen;
  readonly cumulativeSpecialDeductionFen: Fen;
  readonly cumulativeAdditionalDeductionFen: Fen;
  readonly cumulativeOtherDeductionFen: Fen;
  /** Never below 0. */
  readonly cumulativeTaxableFen: Fen;
  /** `"10%"`. */
  readonly rate: string;
  readonly quickDeductionFen: Fen;
  readonly cumulativeTaxDueFen: Fen;
  readonly alreadyWithheldFen: Fen;
  readonly withheldThisMonthFen: Fen;
  readonly cumulativeWithheldFen: Fen;
  readonly explanation: Bilingual;
}

/**
 * `max(0, income − exempt − basic − special − additional − other) × rate − quick − withheld so far`, rounded to the fen half up once.
 * Below zero nothing is withheld and nothing refunded: the surplus is absorbed by later months.
 */
export const withholdWageTax = (table: IncomeTaxTable, before: YearToDate, month: TaxMonth, cumulativeBasicFen: Fen): WageTax => {
  const income = before.incomeFen + month.incomeFen;
  const exempt = before.exemptFen + month.exemptFen;
  const special = before.specialDeductionFen + month.specialDeductionFen;
  const additional = before.additionalDeductionFen + month.additionalDeductionFen;
  const other = before.otherDeductionFen + month.otherDeductionFen;
  const taxable = fen(Math.max(0, income - exempt - cumulativeBasicFen - special - additional - other));
  const band = bandOf(table.bands, taxable);
  const due = fen(multiplyFen(taxable, band.rate) - band.quickDeductionFen);
  const withheld = fen(Math.max(0, due - before.withheldFen));
  return {
    cumulativeIncomeFen: fen(income),
    cumulativeExemptFen: fen(exempt),
    cumulativeBasicDeductionFen: cumulativeBasicFen,
    cumulativeSpecialDeductionFen: fen(special),
    cumulativeAdditionalDeductionFen: fen(additional),
    cumulativeOtherDeductionFen: fen(other),
    cumulativeTaxableFen: taxable,
    rate: band.rateText,
    quickDeductionFen: band.quickDeductionFen,
    cumulativeTaxDueFen: due,
    alreadyWithheldFen: before.withheldFen,
    withheldThisMonthFen: withheld,
    cumulativeWithheldFen: fen(before.withheldFen + withheld),
    explanation: explainWageTax(income, exempt, cumulativeBasicFen, special, additional, other, taxable, band, due, before.withheldFen),
  };
};

/** Steps separated by semicolons: taxable, due, this month. */
const explainWageTax = (
  income: number,
  exempt: number,
  basic: number,
  special: number,
  additional: number,
  other: number,
  taxable: number,
  band: TaxBand,
  due: number,
  withheld: number,
): Bilingual => {
  const [exemptZh, exemptEn] = exempt === 0 ? ['', ''] : [` − 免税收入 ${yuanText(exempt)}`, ` − exempt ${yuanText(exempt)}`];
  const [otherZh, otherEn] = other === 0 ? ['', ''] : [` − 其他扣除 ${yuanText(other)}`, ` − other ${yuanText(other)}`];
  const [incomeText, basicText, taxableText, dueText] = [yuanText(income), yuanText(basic), yuanText(taxable), yuanText(due)];
  const [specialText, additionalText, withheldText] = [yuanText(special), yuanText(additional), yuanText(withheld)];
  const dueCalculation = `${taxableText} × ${band.rateText} − ${yuanText(band.quickDeductionFen)} = ${dueText}`;
  const [surplusZh, surplusEn] = due < withheld ? [',多缴部分留待以后月份抵减', ', the surplus is absorbed by later months'] : ['', ''];
  return {
    zh: `累计收入 ${incomeText}${exemptZh} − 减除费用 ${basicText} − 专项扣除 ${specialText} − 专项附加扣除 ${additionalText}${otherZh} = 应纳税所得额 ${taxableText};累计税额 ${dueCalculation};本月 ${dueText} − 已预扣 ${withheldText}${surplusZh}`,
    en: `Income ${incomeText}${exemptEn} − basic ${basicText} − insurance and fund ${specialText} − additional ${additionalText}${otherEn} = taxable ${taxableText}; tax of the year so far ${dueCalculation}; this month ${dueText} − already withheld ${withheldText}${surplusEn}`,
  };
};

/** The state after a month. */
export const advanceYearToDate = (before: YearToDate, month: TaxMonth, taxMonth: number, withheldFen: Fen): YearToDate => ({
  taxYear: before.taxYear,
  months: before.lastTaxMonth === taxMonth ? before.months : before.months + 1,
  incomeFen: fen(before.incomeFen + month.incomeFen),
  exemptFen: fen(before.exemptFen + month.exemptFen),
  specialDeductionFen: fen(before.specialDeductionFen + month.specialDeductionFen),
  additionalDeductionFen: fen(before.additionalDeductionFen + month.additionalDeductionFen),
  otherDeductionFen: fen(before.otherDeductionFen + month.otherDeductionFen),
  withheldFen: fen(before.withheldFen + withheldFen),
  lastTaxMonth: taxMonth,
  yearEndBonusUsed: before.yearEndBonusUsed ?? false,
});

/**
 * A run of consecutive tax months of one year with one employer, from `startMonth` (1–12): one result a month.
 * For previews, projections of the year and tests; a payslip does one month at a time.
 */
export const withholdYear = (
  table: IncomeTaxTable,
  options: { readonly startMonth: number; readonly basicDeduction: BasicDeductionOption },
  months: readonly TaxMonth[],
): Result<readonly WageTax[], Refusal> => {
  let state = emptyYearToDate(0);
  const results: WageTax[] = [];
  for (const [index, month] of months.entries()) {
    const taxMonth = options.startMonth + index;
    const basic = cumulativeBasicDeduction(table, options.basicDeduction, taxMonth, index + 1);
    if (!basic.ok) return basic;
    const result = withholdWageTax(table, state, month, basic.value);
    results.push(result);
    state = advanceYearToDate(state, month, taxMonth, result.withheldThisMonthFen);
  }
  return succeed(results);
};

/** A non-resident's month: the monthly table on wage less the basic deduction, not cumulative. */
export interface NonResidentTax {
  readonly taxableFen: Fen;
  readonly rate: string;
  readonly quickDeductionFen: Fen;
  readonly taxFen: Fen;
  readonly explanation: Bilingual;
}

export const nonResidentWageTax = (table: NonResidentTable, incomeFen: Fen, exemptFen: Fen): NonResidentTax => {
  const taxable = fen(Math.max(0, incomeFen - exemptFen - table.basicMonthlyFen));
  const band = bandOf(table.bands, taxable);
  const tax = fen(Math.max(0, multiplyFen(taxable, band.rate) - band.quickDeductionFen));
  const calculation = `${yuanText(taxable)} × ${band.rateText} − ${yuanText(band.quickDeductionFen)}`;
  return {
    taxableFen: taxable,
    rate: band.rateText,
    quickDeductionFen: band.quickDeductionFen,
    taxFen: tax,
    explanation: {
      zh: `非居民个人按月计税:(${yuanText(incomeFen - exemptFen)} − ${yuanText(table.basicMonthlyFen)})应纳税所得额 ${calculation}`,
      en: `Non-resident, by the month: (${yuanText(incomeFen - exemptFen)} − ${yuanText(table.basicMonthlyFen)}) taxable ${calculation}`,
    },
  };
};
