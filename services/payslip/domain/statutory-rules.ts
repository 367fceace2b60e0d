/**
 * The shape of statutory rule data: dated, versioned, immutable, with its source. The data itself is in `infra/rules/`.
 * Amounts are yuan text (`"7546"`), rates are text (`"8%"`), exactly as the official page prints them; `rule-book.ts` compiles them once.
 */
import type { Rounding } from '../../../shared/kernel/rounding.ts';

/** T: statute text read. R: transcribed from the official page by a register. 3P: other third party. M: to be confirmed by the payroll office. */
export type Confidence = 'T' | 'R' | '3P' | 'M';

/** A sentence in both languages. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** Names one immutable version of a rule set. Every line of a payslip refers to the ones that determined it. */
export interface RuleSetRef {
  readonly id: string;
  readonly version: number;
}

interface RuleSetHead extends RuleSetRef {
  /** `CN` for national rules, else the city: `shanghai`. */
  readonly region: string;
  /** First day in force, inclusive. */
  readonly from: string;
  /** Last day in force, inclusive; absent: until further notice. */
  readonly to?: string;
  readonly source: string;
  readonly confidence: Confidence;
  /** Shown to whoever runs payroll with this rule set. Required when anything in it is `M` or disputed. */
  readonly warnings: readonly Bilingual[];
}

/** One step of a tax table: amounts up to and including `upToYuan` (`null`: the last step). */
export interface TaxBandData {
  readonly upToYuan: string | null;
  readonly rate: string;
  readonly quickDeductionYuan: string;
}

/** Residents' wages: cumulative withholding over the tax year. */
export interface IncomeTaxRules extends RuleSetHead {
  readonly kind: 'income-tax-wage';
  /** Bands of the cumulative taxable amount. */
  readonly bands: readonly TaxBandData[];
  readonly basicDeductionMonthlyYuan: string;
  readonly basicDeductionAnnualYuan: string;
}

/** The year-end one-off bonus, taxed apart from wages. Bands are compared with bonus ÷ `divisorMonths`. */
export interface YearEndBonusRules extends RuleSetHead {
  readonly kind: 'income-tax-year-end-bonus';
  readonly bands: readonly TaxBandData[];
  readonly divisorMonths: number;
}

/** Non-residents: monthly table on wage less the basic deduction; several-month bonuses over `bonusMonths`. */
export interface NonResidentTaxRules extends RuleSetHead {
  readonly kind: 'income-tax-non-resident';
  readonly bands: readonly TaxBandData[];
  readonly basicDeductionMonthlyYuan: string;
  readonly bonusMonths: number;
}

export type AdditionalDeductionKind =
  | 'child'
  | 'infant'
  | 'elderly'
  | 'elderly-shared'
  | 'housing-loan'
  | 'housing-rent'
  | 'continuing-education'
  | 'certificate';

/** Ceiling of one additional deduction: per item and month (`once`: a single time in the month it is dated). */
export interface DeductionStandard {
  readonly kind: AdditionalDeductionKind;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly ceilingYuan: string;
  readonly maxCount: number;
  readonly frequency: 'monthly' | 'once';
  readonly confidence: Confidence;
}

export interface AdditionalDeductionRules extends RuleSetHead {
  readonly kind: 'additional-deductions';
  readonly standards: readonly DeductionStandard[];
  /** Monthly rent ceiling by city of work; a city not listed uses the kind's general ceiling. */
  readonly rentCeilingYuanByCity: Readonly<Record<string, string>>;
  readonly personalPensionAnnualYuan: string;
  readonly healthInsuranceMonthlyYuan: string;
  readonly annuityRateOfBase: string;
}

/** One side (employee or employer) of a scheme. */
export interface ContributionSide {
  readonly rate: string;
  /** Added after rounding, for example Beijing's 3 yuan large-sum medical contribution. */
  readonly fixedYuan?: string;
  readonly rounding: Rounding;
}

export interface InsuranceSchemeData {
  /** `pension`, `medical`, `unemployment`, `injury`, … open: long-term-care insurance is coming city by city. */
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly baseFloorYuan: string;
  readonly baseCeilingYuan: string;
  readonly employee: ContributionSide;
  readonly employer: ContributionSide;
  /** Employer rate by industry class 1, 2, …; the scheme's employer rate applies when no class is recorded. */
  readonly employerRateByClass?: readonly string[];
}

export interface HousingFundData {
  readonly baseFloorYuan: string;
  readonly baseCeilingYuan: string;
  readonly minRate: string;
  readonly maxRate: string;
  /** Supplementary fund (补充公积金), where the city has one. */
  readonly supplementary: { readonly minRate: string; readonly maxRate: string } | null;
  /** Applied to each side before adding. */
  readonly rounding: Rounding;
  /** Above this share of the base, contributions are taxable wage (财税〔2006〕10号). */
  readonly taxFreeRate: string;
}

export interface SocialInsuranceRules extends RuleSetHead {
  readonly kind: 'social-insurance';
  readonly schemes: readonly InsuranceSchemeData[];
  readonly housingFund: HousingFundData;
}

export interface MinimumWageRules extends RuleSetHead {
  readonly kind: 'minimum-wage';
  readonly monthlyYuan: string;
  /** True where the wage must reach the minimum after the employee's insurance and fund (Shanghai). */
  readonly testedAfterInsurance: boolean;
}

/** Day and hour divisors, overtime, probation, leave. */
export interface WageLawRules extends RuleSetHead {
  readonly kind: 'wage-law';
  readonly paidDaysPerMonth: string;
  readonly paidHoursPerMonth: string;
  /** Working time, never a divisor of pay. */
  readonly workDays: { readonly year: number; readonly quarter: number; readonly month: string };
  readonly overtimeRates: { readonly weekday: string; readonly restDay: string; readonly statutoryHoliday: string };
  readonly overtimeCapHoursPerMonth: number;
  readonly probationFloorRate: string;
  readonly sickPayFloorRate: string;
  readonly damageDeductionCapRate: string;
  /** Total for an unused day of annual leave, of which `unusedLeaveAlreadyPaidRate` is in the wage. */
  readonly unusedLeaveTotalRate: string;
  readonly unusedLeaveAlreadyPaidRate: string;
  readonly annualLeaveYearDays: number;
  /** Days of annual leave from this many years of work on. */
  readonly annualLeave: readonly { readonly fromYears: number; readonly days: number }[];
}

/** One calendar year. A year that is not loaded is refused by name. */
export interface CalendarRules extends RuleSetHead {
  readonly kind: 'calendar';
  readonly year: number;
  /** The days of Order 795: work on them is paid at the statutory-holiday rate. */
  readonly statutoryHolidays: readonly string[];
  /** Saturdays and Sundays that are workdays. */
  readonly weekendWorkdays: readonly string[];
  /** Weekdays off by adjustment: work on them is rest-day work. */
  readonly adjustedDaysOff: readonly string[];
}

export type StatutoryRuleSet =
  | IncomeTaxRules
  | YearEndBonusRules
  | NonResidentTaxRules
  | AdditionalDeductionRules
  | SocialInsuranceRules
  | MinimumWageRules
  | WageLawRules
  | CalendarRules;
