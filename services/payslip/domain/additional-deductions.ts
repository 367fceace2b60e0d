/**
 * Special additional deductions and other deductions of one tax month, limited to the standards of the rule set. Amounts in fen.
 * 国发〔2023〕13号, 国发〔2018〕41号; a claim above the standard counts at the standard.
 */
import type { Dated } from '../../../shared/kernel/effective.ts';
import { type Fen, fen, multiplyFen } from '../../../shared/kernel/money.ts';
import { type Month, monthOf } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { yuanText } from './amount-text.ts';
import { boundsOf } from './month-bounds.ts';
import { type Refusal, refusal } from './refusal.ts';
import type { AdditionalDeductionTable } from './rule-book.ts';
import type { AdditionalDeductionKind, Bilingual } from './statutory-rules.ts';

/** A claim of the employee, dated by whole months: in force in any day of a month, it counts for the month. */
export interface AdditionalDeduction extends Dated {
  readonly kind: AdditionalDeductionKind;
  /** Claimed for one item (one child) and month. */
  readonly amountFen: Fen;
  /** Items: two children, one parent. */
  readonly count: number;
}

/** Deductions of the month that are not special additional ones. */
export interface OtherTaxDeduction {
  readonly kind: 'personal-pension' | 'health-insurance' | 'annuity' | 'other';
  readonly amountFen: Fen;
}

export interface CountedDeduction {
  readonly kind: AdditionalDeductionKind;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly eachFen: Fen;
  readonly count: number;
  readonly amountFen: Fen;
  /** True when the claim was above the standard. */
  readonly limited: boolean;
}

export interface DeductionsOfMonth {
  readonly totalFen: Fen;
  readonly items: readonly CountedDeduction[];
  /** True when a standard marked `M` was used. */
  readonly usesUnconfirmed: boolean;
  readonly explanation: Bilingual;
}

const NONE: DeductionsOfMonth = {
  totalFen: 0 as Fen,
  items: [],
  usesUnconfirmed: false,
  explanation: { zh: '无', en: 'none' },
};

/** The special additional deductions that count in `taxMonth` for someone working in `city`. Housing loan and rent together are refused. */
export const additionalDeductionsOf = (
  table: AdditionalDeductionTable,
  claims: readonly AdditionalDeduction[],
  taxMonth: Month,
  city: string,
): Result<DeductionsOfMonth, Refusal> => {
  if (claims.length === 0) return succeed(NONE);
  const from = boundsOf(taxMonth).first;
  const to = boundsOf(taxMonth).last;
  const items: CountedDeduction[] = [];
  let total = 0;
  let loan = false;
  let rent = false;
  let usesUnconfirmed = false;
  for (const claim of claims) {
    if (claim.from > to || (claim.to !== undefined && claim.to < from)) continue;
    const standard = table.standards.get(claim.kind);
    if (standard === undefined) throw new Error(`no standard for ${claim.kind}`);
    if (standard.frequency === 'once' && monthOf(claim.from) !== taxMonth) continue;
    if (claim.amountFen < 0)
      return fail(
        refusal('negative_amount', `${standard.nameZh}的申报金额为负数。`, `The claim for ${standard.nameEn} is negative.`, {
          kind: claim.kind,
        }),
      );
    if (!Number.isInteger(claim.count) || claim.count < 1 || claim.count > standard.maxCount)
      return fail(
        refusal(
          'deduction_count_out_of_range',
          `${standard.nameZh}的数量 ${claim.count} 无效。`,
          `A count of ${claim.count} is not possible for ${standard.nameEn}.`,
          {
            kind: claim.kind,
            count: claim.count,
          },
        ),
      );
    loan ||= claim.kind === 'housing-loan';
    rent ||= claim.kind === 'housing-rent';
    const ceiling = (claim.kind === 'housing-rent' ? table.rentCeilingFenByCity.get(city) : undefined) ?? standard.ceilingFen;
    const eachFen = fen(Math.min(claim.amountFen, ceiling));
    const amountFen = fen(eachFen * claim.count);
    usesUnconfirmed ||= standard.confidence === 'M';
    total += amountFen;
    items.push({
      kind: claim.kind,
      nameZh: standard.nameZh,
      nameEn: standard.nameEn,
      eachFen,
      count: claim.count,
      amountFen,
      limited: claim.amountFen > ceiling,
    });
  }
  if (loan && rent)
    return fail(
      refusal(
        'housing_loan_and_rent',
        '住房贷款利息与住房租金不能同时扣除。',
        'Housing loan interest and housing rent cannot both be deducted.',
      ),
    );
  if (items.length === 0) return succeed(NONE);
  return succeed({ totalFen: fen(total), items, usesUnconfirmed, explanation: explain(items) });
};

const explain = (items: readonly CountedDeduction[]): Bilingual => {
  let zh = '';
  let en = '';
  for (const item of items) {
    const text = item.count === 1 ? yuanText(item.eachFen) : `${yuanText(item.eachFen)} × ${item.count}`;
    zh += `${zh === '' ? '' : ' + '}${item.nameZh} ${text}${item.limited ? '(按标准上限)' : ''}`;
    en += `${en === '' ? '' : ' + '}${item.nameEn} ${text}${item.limited ? ' (at the standard)' : ''}`;
  }
  return { zh, en };
};

/**
 * Other deductions of the month within their limits: health insurance 200 a month, annuity 4 % of the base, personal pension 12,000 a year.
 * @param personalPensionUsedFen personal pension already deducted this tax year.
 */
export const otherDeductionsOf = (
  table: AdditionalDeductionTable,
  claims: readonly OtherTaxDeduction[],
  insuranceBaseFen: Fen,
  personalPensionUsedFen: Fen,
): Result<{ readonly totalFen: Fen; readonly personalPensionFen: Fen }, Refusal> => {
  let health = 0;
  let annuity = 0;
  let pension = 0;
  let rest = 0;
  for (const claim of claims) {
    if (claim.amountFen < 0)
      return fail(
        refusal('negative_amount', '其他税前扣除的金额为负数。', 'An other deduction before tax is negative.', { kind: claim.kind }),
      );
    if (claim.kind === 'health-insurance') health += claim.amountFen;
    else if (claim.kind === 'annuity') annuity += claim.amountFen;
    else if (claim.kind === 'personal-pension') pension += claim.amountFen;
    else rest += claim.amountFen;
  }
  const pensionCounted = Math.max(0, Math.min(pension, table.personalPensionAnnualFen - personalPensionUsedFen));
  const total =
    Math.min(health, table.healthInsuranceMonthlyFen) +
    Math.min(annuity, multiplyFen(insuranceBaseFen, table.annuityRate)) +
    pensionCounted +
    rest;
  return succeed({ totalFen: fen(total), personalPensionFen: fen(pensionCounted) });
};
