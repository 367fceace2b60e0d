/**
 * Social insurance and housing fund of one month: base = clamp(declared, floor, ceiling) per scheme, each side rounded by its own named
 * rounding. Amounts in fen. Sources: the city's rule set.
 */
import { type Fen, fen, multiplyFen, parseRate, type Rate, ZERO_FEN } from '../../../shared/kernel/money.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import type { Rounding } from '../../../shared/kernel/rounding.ts';
import { type Refusal, refusal } from './refusal.ts';
import type { CompiledFund, CompiledScheme, CompiledSide, InsuranceTable } from './rule-book.ts';

/** A person's housing fund account. */
export interface FundAccount {
  readonly baseFen: Fen;
  /** Each side, `"7%"`. */
  readonly rate: string;
  /** Supplementary fund, each side, `"5%"`; null without one. */
  readonly supplementaryRate: string | null;
}

export interface InsuranceFacts {
  /** Prior-year average wage as declared; the base of every scheme unless named in `schemeBasesFen`. */
  readonly baseFen: Fen;
  /** Bases that differ by scheme code. */
  readonly schemeBasesFen?: Readonly<Record<string, Fen>>;
  /** null: no fund account (a first-ever account pays nothing in the joining month). */
  readonly fund: FundAccount | null;
  /** Industry class of work-injury insurance, 1–8; null: the city's default rate. */
  readonly injuryClass: number | null;
}

export interface ContributionPart {
  readonly rateText: string;
  readonly fixedFen: Fen;
  readonly rounding: Rounding;
  readonly amountFen: Fen;
}

export interface Contribution {
  /** `pension`, `medical`, …, `housing-fund`, `housing-fund-supplementary`. */
  readonly scheme: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly declaredFen: Fen;
  readonly baseFen: Fen;
  readonly clampedTo: 'floor' | 'ceiling' | 'none';
  readonly employee: ContributionPart;
  readonly employer: ContributionPart;
}

export interface InsuranceResult {
  readonly schemes: readonly Contribution[];
  readonly funds: readonly Contribution[];
  readonly employeeInsuranceFen: Fen;
  readonly employeeFundFen: Fen;
  readonly employerInsuranceFen: Fen;
  readonly employerFundFen: Fen;
  /** Employee's fund contribution that may be deducted from taxable income (财税〔2006〕10号). */
  readonly deductibleFundFen: Fen;
  /** Employer's fund contribution above the tax-free limit: taxable wage. */
  readonly taxableEmployerFundFen: Fen;
}

export const NO_INSURANCE: InsuranceResult = {
  schemes: [],
  funds: [],
  employeeInsuranceFen: ZERO_FEN,
  employeeFundFen: ZERO_FEN,
  employerInsuranceFen: ZERO_FEN,
  employerFundFen: ZERO_FEN,
  deductibleFundFen: ZERO_FEN,
  taxableEmployerFundFen: ZERO_FEN,
};

const clamp = (declared: Fen, floor: Fen, ceiling: Fen): Fen => (declared < floor ? floor : declared > ceiling ? ceiling : declared);

const part = (baseFen: Fen, side: CompiledSide): ContributionPart => ({
  rateText: side.rateText,
  fixedFen: side.fixedFen,
  rounding: side.rounding,
  amountFen: fen(multiplyFen(baseFen, side.rate, side.rounding) + side.fixedFen),
});

const schemeContribution = (scheme: CompiledScheme, declaredFen: Fen, employer: CompiledSide): Contribution => {
  const baseFen = clamp(declaredFen, scheme.floorFen, scheme.ceilingFen);
  return {
    scheme: scheme.code,
    nameZh: scheme.nameZh,
    nameEn: scheme.nameEn,
    declaredFen,
    baseFen,
    clampedTo: declaredFen < scheme.floorFen ? 'floor' : declaredFen > scheme.ceilingFen ? 'ceiling' : 'none',
    employee: part(baseFen, scheme.employee),
    employer: part(baseFen, employer),
  };
};

const fundContribution = (
  fund: CompiledFund,
  scheme: string,
  nameZh: string,
  nameEn: string,
  declaredFen: Fen,
  rate: Rate,
  rateText: string,
): Contribution => {
  const baseFen = clamp(declaredFen, fund.floorFen, fund.ceilingFen);
  const side = part(baseFen, { rate, rateText, fixedFen: ZERO_FEN, rounding: fund.rounding });
  const clampedTo = declaredFen < fund.floorFen ? 'floor' : declaredFen > fund.ceilingFen ? 'ceiling' : 'none';
  return { scheme, nameZh, nameEn, declaredFen, baseFen, clampedTo, employee: side, employer: side };
};

const rates = new Map<string, Rate | undefined>();
/** `"7%"` to an exact rate, remembered; undefined when it is not a rate. */
const rateOf = (text: string): Rate | undefined => {
  if (rates.has(text)) return rates.get(text);
  let parsed: Rate | undefined;
  try {
    parsed = parseRate(text);
  } catch {
    parsed = undefined;
  }
  if (rates.size < 1000) rates.set(text, parsed);
  return parsed;
};

const within = (rate: Rate, min: Rate, max: Rate): boolean =>
  rate.numerator * min.denominator >= min.numerator * rate.denominator &&
  rate.numerator * max.denominator <= max.numerator * rate.denominator;

const outOfRange = (zhName: string, enName: string, rate: string, range: string): Refusal =>
  refusal('fund_rate_out_of_range', `${zhName}比例 ${rate} 不在 ${range} 之内。`, `${enName} rate ${rate} is outside ${range}.`, {
    rate,
    range,
  });

const negativeBase = (scheme: string, baseFen: number): Refusal =>
  refusal('negative_base', `${scheme} 的缴费基数为负数。`, `The contribution base of ${scheme} is negative.`, { scheme, baseFen });

const computeFunds = (fund: CompiledFund, account: FundAccount): Result<readonly Contribution[], Refusal> => {
  if (account.baseFen < 0) return fail(negativeBase('housing-fund', account.baseFen));
  const rate = rateOf(account.rate);
  if (rate === undefined || !within(rate, fund.minRate, fund.maxRate))
    return fail(outOfRange('住房公积金', 'Housing fund', account.rate, fund.rangeText));
  const main = fundContribution(fund, 'housing-fund', '住房公积金', 'Housing fund', account.baseFen, rate, account.rate);
  if (account.supplementaryRate === null) return succeed([main]);
  const extra = rateOf(account.supplementaryRate);
  const range = fund.supplementary;
  if (extra === undefined || range === null || !within(extra, range.minRate, range.maxRate))
    return fail(outOfRange('补充公积金', 'Supplementary fund', account.supplementaryRate, range?.rangeText ?? '–'));
  return succeed([
    main,
    fundContribution(
      fund,
      'housing-fund-supplementary',
      '补充公积金',
      'Supplementary fund',
      account.baseFen,
      extra,
      account.supplementaryRate,
    ),
  ]);
};

/** True when the agreed rates together exceed the tax-free share. Compared by rate, so that rounding to the yuan is not taxed. */
const exceedsTaxFree = (fund: CompiledFund, account: FundAccount): boolean => {
  const rate = rateOf(account.rate);
  const extra = account.supplementaryRate === null ? { numerator: 0, denominator: 1 } : rateOf(account.supplementaryRate);
  if (rate === undefined || extra === undefined) return false;
  const sum = rate.numerator * extra.denominator + extra.numerator * rate.denominator;
  return sum * fund.taxFreeRate.denominator > fund.taxFreeRate.numerator * rate.denominator * extra.denominator;
};

/** Every contribution of the month, both sides. Refuses a negative base, an unknown injury class and a fund rate outside the city's range. */
export const computeInsurance = (table: InsuranceTable, facts: InsuranceFacts): Result<InsuranceResult, Refusal> => {
  if (facts.baseFen < 0) return fail(negativeBase('social-insurance', facts.baseFen));
  const schemes: Contribution[] = [];
  let employeeInsurance = 0;
  let employerInsurance = 0;
  for (const scheme of table.schemes) {
    const declared = facts.schemeBasesFen?.[scheme.code] ?? facts.baseFen;
    if (declared < 0) return fail(negativeBase(scheme.code, declared));
    let employer = scheme.employer;
    if (scheme.employerByClass.length > 0 && facts.injuryClass !== null) {
      const ofClass = scheme.employerByClass[facts.injuryClass - 1];
      if (ofClass === undefined)
        return fail(
          refusal(
            'unknown_injury_class',
            `工伤保险行业类别 ${facts.injuryClass} 不存在。`,
            `There is no injury class ${facts.injuryClass}.`,
            {
              injuryClass: facts.injuryClass,
            },
          ),
        );
      employer = ofClass;
    }
    const contribution = schemeContribution(scheme, declared, employer);
    schemes.push(contribution);
    employeeInsurance += contribution.employee.amountFen;
    employerInsurance += contribution.employer.amountFen;
  }
  const funds = facts.fund === null ? succeed<readonly Contribution[]>([]) : computeFunds(table.fund, facts.fund);
  if (!funds.ok) return funds;
  let employeeFund = 0;
  let employerFund = 0;
  for (const fund of funds.value) {
    employeeFund += fund.employee.amountFen;
    employerFund += fund.employer.amountFen;
  }
  let deductible = employeeFund;
  let taxableEmployer = 0;
  const base = funds.value[0]?.baseFen;
  if (facts.fund !== null && base !== undefined && exceedsTaxFree(table.fund, facts.fund)) {
    const limit = multiplyFen(base, table.fund.taxFreeRate, table.fund.rounding);
    deductible = Math.min(employeeFund, limit);
    taxableEmployer = Math.max(0, employerFund - limit);
  }
  return succeed({
    schemes,
    funds: funds.value,
    employeeInsuranceFen: fen(employeeInsurance),
    employeeFundFen: fen(employeeFund),
    employerInsuranceFen: fen(employerInsurance),
    employerFundFen: fen(employerFund),
    deductibleFundFen: fen(deductible),
    taxableEmployerFundFen: fen(taxableEmployer),
  });
};
