/** What goes into a payslip and what comes out: plain, immutable, storable data. Amounts in fen. */
import type { Dated } from '../../../shared/kernel/effective.ts';
import type { Fen } from '../../../shared/kernel/money.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import type { Rounding } from '../../../shared/kernel/rounding.ts';
import type { AdditionalDeduction, OtherTaxDeduction } from './additional-deductions.ts';
import type { AttendanceDifference } from './attendance-figures.ts';
import type { BasicDeductionOption, WageTax, YearToDate } from './income-tax.ts';
import type { PayItem } from './pay-items.ts';
import type { ProrationChoice } from './proration.ts';
import type { FundAccount } from './social-insurance.ts';
import type { Bilingual, RuleSetRef } from './statutory-rules.ts';

/** Insurance of a person from a day on. Someone not insured here is recorded as such, with the reason: silence is refused. */
export type InsuranceEnrolment = Dated &
  (
    | {
        readonly status: 'enrolled';
        /** Prior-year average; null is a missing base and refused. */
        readonly baseFen: Fen | null;
        readonly schemeBasesFen?: Readonly<Record<string, Fen>>;
        /** null: no fund account, no fund. */
        readonly fund: FundAccount | null;
        readonly injuryClass: number | null;
      }
    | { readonly status: 'not-enrolled'; readonly reason: Bilingual }
  );

export interface LegalEntityRef {
  readonly id: string;
  readonly name: string;
}

/** Everything about the person that decides the month, as it was at cut-off. */
export interface EmployeeSnapshot {
  readonly id: string;
  readonly name: string;
  readonly employeeNumber: string;
  readonly department: string;
  readonly position: string;
  /** The withholding agent. */
  readonly legalEntity: LegalEntityRef;
  /** Region of the city's rule sets: `shanghai`. */
  readonly city: string;
  readonly taxResidence: 'resident' | 'non-resident' | 'unknown';
  /** With this legal entity. */
  readonly hireDate: LocalDate;
  /** Last day of employment, or null. */
  readonly leaveDate: LocalDate | null;
  readonly payItems: readonly PayItem[];
  readonly insurance: readonly InsuranceEnrolment[];
  readonly additionalDeductions: readonly AdditionalDeduction[];
  readonly otherTaxDeductions: readonly OtherTaxDeduction[];
  readonly basicDeduction: BasicDeductionOption;
  readonly prorationMethod: ProrationChoice;
  /** Share of the wage paid for a sick day, `"80%"`; null when the company has not said. */
  readonly sickPayRate: string | null;
}

/** Figures of the attendance month. Days are multiples of 0.5, hours have at most two decimals. */
export interface AttendanceFigures {
  /** Paid days of the whole month by the person's schedule (weekdays and statutory holidays), whether employed all month or not. */
  readonly paidDays: number;
  readonly workedDays: number;
  /** 事假, 旷工: days not paid. */
  readonly unpaidLeaveDays: number;
  readonly sickLeaveDays: number;
  readonly overtimeHours: { readonly weekday: number; readonly restDay: number; readonly statutoryHoliday: number };
  readonly validVisits: number;
  /** The schedule's paid days by date where it is not Monday to Friday; null otherwise. */
  readonly paidDates: readonly LocalDate[] | null;
  /** Which days, in words, where the figures come from days; absent where they were entered. */
  readonly explained?: ExplainedFigures;
}
export type ExplainedFigures = Readonly<Record<'unpaid' | 'sick' | 'overtime', Bilingual>>;

export type IncentiveCategory = 'commission' | 'bonus' | 'subsidy';

/** A posted entry of the incentive ledger. Negative: a correction or clawback. */
export interface LedgerEntry {
  readonly seq: number;
  readonly awardId: string;
  readonly ruleId: string;
  readonly ruleNameZh: string;
  readonly ruleNameEn: string;
  readonly category: IncentiveCategory;
  readonly amountFen: Fen;
  readonly earnedPeriod: Month;
  /** What is taken back is taken in so many payslips; absent: at once. */
  readonly instalments?: number;
  /** Ids of the facts that caused the posting. */
  readonly causes: readonly string[];
  /** On the last entry of an award that goes by a metric: how the award as a whole came about, and its amount. */
  readonly award?: { readonly formula: Bilingual; readonly amountFen: Fen };
}

/** Entries `fromSeq..toSeq`, both inclusive; none when `toSeq = fromSeq − 1`. */
export interface LedgerRange {
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** What could not be taken from an earlier month without going below the minimum wage. The amount is negative. */
export interface CarriedForward {
  readonly awardId: string;
  readonly ruleNameZh: string;
  readonly ruleNameEn: string;
  readonly category: IncentiveCategory;
  readonly earnedPeriod: Month;
  readonly amountFen: Fen;
  /** The most that one payslip takes of it; absent: all. */
  readonly instalmentFen?: Fen;
}

/** An earning decided by a person outside the ledger, with its reason. Not negative. */
export interface OneOffEarning {
  readonly id: string;
  readonly category: 'commission' | 'bonus' | 'allowance';
  readonly nameZh: string;
  readonly nameEn: string;
  readonly amountFen: Fen;
  readonly isTaxExempt: boolean;
  readonly reason: string;
}

/** Taken after tax. `damage` is limited to 20 % of the month and by the minimum wage. Not negative. */
export interface OtherDeduction {
  readonly id: string;
  readonly kind: 'damage' | 'other';
  readonly nameZh: string;
  readonly nameEn: string;
  readonly amountFen: Fen;
  readonly reason: string;
}

export interface PayslipInput {
  readonly runId: string;
  /** 1, then 2 for the correction that replaces it. */
  readonly revision: number;
  readonly employee: EmployeeSnapshot;
  /** Month worked. */
  readonly period: Month;
  /** Decides the tax month. */
  readonly payDate: LocalDate;
  readonly attendance: AttendanceFigures;
  /** Earlier months whose attendance was corrected since a payslip took it; absent where there is none. */
  readonly attendanceDifferences?: readonly AttendanceDifference[];
  /** Month's score as text with its scheme version, for pay items that go by it. */
  readonly performance: { readonly score: string; readonly schemeVersion: string } | null;
  readonly ledgerRange: LedgerRange;
  readonly ledgerEntries: readonly LedgerEntry[];
  readonly carriedForward: readonly CarriedForward[];
  readonly oneOffEarnings: readonly OneOffEarning[];
  readonly otherDeductions: readonly OtherDeduction[];
  readonly yearEndBonus: { readonly amountFen: Fen; readonly election: 'separate' | 'merged' } | null;
  readonly yearToDate: YearToDate;
}

/**
 * `earning` adds to gross (a clawback is a negative earning); `deduction` and `statutory` hold what is taken, as a positive amount;
 * `employer` is paid by the employer on top; `total` and `figure` add to nothing.
 */
export type PayslipLineKind = 'earning' | 'deduction' | 'statutory' | 'employer' | 'total' | 'figure';
export type PayslipSection = 'attendance' | 'earnings' | 'deductions' | 'employer' | 'year-to-date';

export interface LineReferences {
  readonly ledgerSeqs: readonly number[];
  readonly awardIds: readonly string[];
  readonly ruleSets: readonly RuleSetRef[];
}

export interface PayslipLine {
  readonly code: string;
  readonly section: PayslipSection;
  readonly kind: PayslipLineKind;
  readonly nameZh: string;
  readonly nameEn: string;
  /** null on a line that is a quantity. */
  readonly amountFen: Fen | null;
  readonly quantity: { readonly value: number; readonly unit: 'day' | 'hour' | 'visit' } | null;
  /** Set on incentives: the month they were earned in. */
  readonly earnedPeriod: Month | null;
  /** null where nothing is rounded. */
  readonly rounding: Rounding | null;
  readonly formula: Bilingual;
  /** The numbers in the formula by name; `…Fen` in fen, `…Days`, `…Hours`, `…Rate` as text. */
  readonly inputs: Readonly<Record<string, number | string>>;
  readonly references: LineReferences;
}

export interface PayslipTotals {
  readonly grossFen: Fen;
  readonly insuranceFen: Fen;
  readonly fundFen: Fen;
  readonly taxFen: Fen;
  readonly otherDeductionsFen: Fen;
  /** gross − insurance − fund − tax − other. */
  readonly netFen: Fen;
  readonly employerInsuranceFen: Fen;
  readonly employerFundFen: Fen;
  readonly employerCostFen: Fen;
}

export type PayslipWarningCode =
  | 'rule_set'
  | 'overtime_over_cap'
  | 'year_end_bonus_blind_zone'
  | 'clawback_carried_forward'
  | 'damage_deduction_limited'
  | 'year_to_date_months';
export interface PayslipWarning extends Bilingual {
  readonly code: PayslipWarningCode;
}

/** What was tested against the local minimum wage; null where none is on record or the month was not worked in full. */
export interface MinimumWageTest {
  readonly minimumFen: Fen;
  readonly testedFen: Fen;
  readonly passed: boolean;
}

/** The immutable statement of one person and month. */
export interface Payslip {
  readonly schema: 'payslip/1';
  /** `runId:employeeId:revision`. */
  readonly id: string;
  readonly runId: string;
  readonly revision: number;
  readonly employee: {
    readonly id: string;
    readonly name: string;
    readonly employeeNumber: string;
    readonly department: string;
    readonly position: string;
  };
  readonly legalEntity: LegalEntityRef;
  readonly period: Month;
  readonly payDate: LocalDate;
  readonly taxMonth: Month;
  readonly lines: readonly PayslipLine[];
  readonly totals: PayslipTotals;
  readonly ledgerRange: LedgerRange;
  /** To be given to the next payslip. */
  readonly carriedForwardAfter: readonly CarriedForward[];
  /** null for a non-resident, who is taxed by the month. */
  readonly wageTax: WageTax | null;
  readonly ytdAfter: YearToDate;
  readonly minimumWage: MinimumWageTest | null;
  readonly ruleSets: readonly RuleSetRef[];
  readonly warnings: readonly PayslipWarning[];
}

/** A payslip with the digest a replay must reproduce. */
export interface SealedPayslip extends Payslip {
  readonly digest: string;
}
