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
import type { AdditionalDeductionKind, Bilingual, DeductionStandard } from './statutory-rules.ts';

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

/**
 * The claims that count in a month. Of a kind that is due to a person once (rent, loan, parents, study) the claim that began last counts, so that
 * a new tenancy within the month is not a second deduction; children add up. What is deducted once counts for the first claim of a year.
 */
const claimsOf = (table: AdditionalDeductionTable, claims: readonly AdditionalDeduction[], taxMonth: Month): AdditionalDeduction[] => {
  const { first, last } = boundsOf(taxMonth);
  const standardOf = (claim: AdditionalDeduction) => {
    const standard = table.standards.get(claim.kind);
    if (standard === undefined) throw new Error(`no standard for ${claim.kind}`);
    return standard;
  };
  const counts = claims.filter((claim) => {
    if (standardOf(claim).frequency === 'monthly') return claim.from <= last && (claim.to === undefined || claim.to >= first);
    const isRepeat = (other: AdditionalDeduction): boolean =>
      other.kind === claim.kind && other.from < claim.from && other.from.slice(0, 4) === claim.from.slice(0, 4);
    return monthOf(claim.from) === taxMonth && !claims.some(isRepeat);
  });
  const isReplaced = (claim: AdditionalDeduction, index: number): boolean =>
    standardOf(claim).maxCount === 1 &&
    counts.some((other, at) => other.kind === claim.kind && (other.from > claim.from || (other.from === claim.from && at > index)));
  return counts.filter((claim, index) => !isReplaced(claim, index));
};

/** Deductions of which a person has one or the other, never both. */
const EXCLUSIVE = [
  {
    kinds: ['housing-loan', 'housing-rent'],
    code: 'housing_loan_and_rent',
    zh: '住房贷款利息与住房租金不能同时扣除。',
    en: 'Housing loan interest and housing rent cannot both be deducted.',
  },
  {
    kinds: ['elderly', 'elderly-shared'],
    code: 'elderly_alone_and_shared',
    zh: '赡养老人不能既按独生子女又按分摊扣除。',
    en: 'Elderly parents are deducted either by an only child or by shares, not both.',
  },
] as const;

/**
 * The special additional deductions that count in `taxMonth` for someone working in `city`. Housing loan and rent together are refused, and
 * elderly parents both alone and shared.
 */
export const additionalDeductionsOf = (
  table: AdditionalDeductionTable,
  claims: readonly AdditionalDeduction[],
  taxMonth: Month,
  city: string,
): Result<DeductionsOfMonth, Refusal> => {
  if (claims.length === 0) return succeed(NONE);
  const items: CountedDeduction[] = [];
  let total = 0;
  let usesUnconfirmed = false;
  for (const claim of claimsOf(table, claims, taxMonth)) {
    const standard = table.standards.get(claim.kind) as DeductionStandard & { readonly ceilingFen: Fen };
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
  for (const { kinds, code, zh, en } of EXCLUSIVE)
    if (kinds.every((kind) => items.some((item) => item.kind === kind))) return fail(refusal(code, zh, en));
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
