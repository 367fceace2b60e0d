/**
 * Rule sets compiled once and looked up by kind, region and day. Compilation is memoised by rule set object, so asking again costs a map
 * lookup; rule sets are immutable, so a memo never goes stale.
 */
import { type Dated, inForceOn } from '../../../shared/kernel/effective.ts';
import { type Fen, parseRate, parseYuan, type Rate } from '../../../shared/kernel/money.ts';
import { type LocalDate, localDate } from '../../../shared/kernel/period.ts';
import type { Rounding } from '../../../shared/kernel/rounding.ts';
import type { CalendarDays } from '../../../shared/kernel/working-days.ts';
import type {
  AdditionalDeductionKind,
  AdditionalDeductionRules,
  Bilingual,
  CalendarRules,
  DeductionStandard,
  HousingFundData,
  IncomeTaxRules,
  InsuranceSchemeData,
  MinimumWageRules,
  NonResidentTaxRules,
  RuleSetRef,
  SocialInsuranceRules,
  StatutoryRuleSet,
  TaxBandData,
  WageLawRules,
  YearEndBonusRules,
} from './statutory-rules.ts';

interface CompiledHead extends Dated {
  readonly ref: RuleSetRef;
  readonly warnings: readonly Bilingual[];
}

/** Amounts up to and including `upToFen` (Infinity on the last band). */
export interface TaxBand {
  readonly upToFen: number;
  readonly rate: Rate;
  readonly rateText: string;
  readonly quickDeductionFen: Fen;
}

export interface IncomeTaxTable extends CompiledHead {
  readonly bands: readonly TaxBand[];
  readonly basicMonthlyFen: Fen;
  readonly basicAnnualFen: Fen;
}
export interface YearEndBonusTable extends CompiledHead {
  readonly bands: readonly TaxBand[];
  readonly divisorMonths: number;
}
export interface NonResidentTable extends CompiledHead {
  readonly bands: readonly TaxBand[];
  readonly basicMonthlyFen: Fen;
  readonly bonusMonths: number;
}
export interface AdditionalDeductionTable extends CompiledHead {
  readonly standards: ReadonlyMap<AdditionalDeductionKind, DeductionStandard & { readonly ceilingFen: Fen }>;
  readonly rentCeilingFenByCity: ReadonlyMap<string, Fen>;
  readonly personalPensionAnnualFen: Fen;
  readonly healthInsuranceMonthlyFen: Fen;
  readonly annuityRate: Rate;
}
export interface CompiledSide {
  readonly rate: Rate;
  readonly rateText: string;
  readonly fixedFen: Fen;
  readonly rounding: Rounding;
}
export interface CompiledScheme {
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly floorFen: Fen;
  readonly ceilingFen: Fen;
  readonly employee: CompiledSide;
  readonly employer: CompiledSide;
  /** Employer sides by industry class, class 1 first; empty where the scheme has none. */
  readonly employerByClass: readonly CompiledSide[];
}
export interface CompiledFund {
  readonly floorFen: Fen;
  readonly ceilingFen: Fen;
  readonly minRate: Rate;
  readonly maxRate: Rate;
  readonly rangeText: string;
  readonly supplementary: { readonly minRate: Rate; readonly maxRate: Rate; readonly rangeText: string } | null;
  readonly rounding: Rounding;
  readonly taxFreeRate: Rate;
}
export interface InsuranceTable extends CompiledHead {
  readonly schemes: readonly CompiledScheme[];
  readonly fund: CompiledFund;
}
export interface MinimumWage extends CompiledHead {
  readonly monthlyFen: Fen;
  readonly testedAfterInsurance: boolean;
}
export interface WageLaw extends CompiledHead {
  /** 21.75 as 87/4. */
  readonly paidDays: Rate;
  readonly paidDaysText: string;
  readonly paidHours: Rate;
  readonly paidHoursText: string;
  readonly overtime: { readonly weekday: Rate; readonly restDay: Rate; readonly statutoryHoliday: Rate };
  readonly overtimeCapHours: number;
  readonly probationFloor: Rate;
  readonly sickPayFloor: Rate;
  readonly damageCap: Rate;
  /** Extra for an unused day of leave, beyond what the wage already holds. */
  readonly unusedLeaveExtra: Rate;
  readonly annualLeaveYearDays: number;
  readonly annualLeave: readonly { readonly fromYears: number; readonly days: number }[];
}
export interface Calendar extends CompiledHead, CalendarDays {
  readonly year: number;
}

interface CompiledByKind {
  readonly 'income-tax-wage': IncomeTaxTable;
  readonly 'income-tax-year-end-bonus': YearEndBonusTable;
  readonly 'income-tax-non-resident': NonResidentTable;
  readonly 'additional-deductions': AdditionalDeductionTable;
  readonly 'social-insurance': InsuranceTable;
  readonly 'minimum-wage': MinimumWage;
  readonly 'wage-law': WageLaw;
  readonly calendar: Calendar;
}
export type RuleKind = keyof CompiledByKind;

/** Percent text of a band or side: `"8%"`. */
const compileBands = (bands: readonly TaxBandData[]): TaxBand[] =>
  bands.map((band) => ({
    upToFen: band.upToYuan === null ? Number.POSITIVE_INFINITY : parseYuan(band.upToYuan),
    rate: parseRate(band.rate),
    rateText: band.rate,
    quickDeductionFen: parseYuan(band.quickDeductionYuan),
  }));

const compileHead = (set: StatutoryRuleSet): CompiledHead => ({
  ref: { id: set.id, version: set.version },
  warnings: set.warnings,
  from: localDate(set.from),
  to: set.to === undefined ? undefined : localDate(set.to),
});

const compileIncomeTax = (set: IncomeTaxRules): IncomeTaxTable => ({
  ...compileHead(set),
  bands: compileBands(set.bands),
  basicMonthlyFen: parseYuan(set.basicDeductionMonthlyYuan),
  basicAnnualFen: parseYuan(set.basicDeductionAnnualYuan),
});
const compileBonus = (set: YearEndBonusRules): YearEndBonusTable => ({
  ...compileHead(set),
  bands: compileBands(set.bands),
  divisorMonths: set.divisorMonths,
});
const compileNonResident = (set: NonResidentTaxRules): NonResidentTable => ({
  ...compileHead(set),
  bands: compileBands(set.bands),
  basicMonthlyFen: parseYuan(set.basicDeductionMonthlyYuan),
  bonusMonths: set.bonusMonths,
});
const compileDeductions = (set: AdditionalDeductionRules): AdditionalDeductionTable => ({
  ...compileHead(set),
  standards: new Map(set.standards.map((standard) => [standard.kind, { ...standard, ceilingFen: parseYuan(standard.ceilingYuan) }])),
  rentCeilingFenByCity: new Map(Object.entries(set.rentCeilingYuanByCity).map(([city, yuan]) => [city, parseYuan(yuan)])),
  personalPensionAnnualFen: parseYuan(set.personalPensionAnnualYuan),
  healthInsuranceMonthlyFen: parseYuan(set.healthInsuranceMonthlyYuan),
  annuityRate: parseRate(set.annuityRateOfBase),
});
const compileSide = (data: InsuranceSchemeData['employee']): CompiledSide => ({
  rate: parseRate(data.rate),
  rateText: data.rate,
  fixedFen: parseYuan(data.fixedYuan ?? '0'),
  rounding: data.rounding,
});
const compileScheme = (data: InsuranceSchemeData): CompiledScheme => ({
  code: data.code,
  nameZh: data.nameZh,
  nameEn: data.nameEn,
  floorFen: parseYuan(data.baseFloorYuan),
  ceilingFen: parseYuan(data.baseCeilingYuan),
  employee: compileSide(data.employee),
  employer: compileSide(data.employer),
  employerByClass: (data.employerRateByClass ?? []).map((rate) => compileSide({ ...data.employer, rate })),
});
const compileFund = (data: HousingFundData): CompiledFund => ({
  floorFen: parseYuan(data.baseFloorYuan),
  ceilingFen: parseYuan(data.baseCeilingYuan),
  minRate: parseRate(data.minRate),
  maxRate: parseRate(data.maxRate),
  rangeText: `${data.minRate}–${data.maxRate}`,
  supplementary: data.supplementary && {
    minRate: parseRate(data.supplementary.minRate),
    maxRate: parseRate(data.supplementary.maxRate),
    rangeText: `${data.supplementary.minRate}–${data.supplementary.maxRate}`,
  },
  rounding: data.rounding,
  taxFreeRate: parseRate(data.taxFreeRate),
});
const compileInsurance = (set: SocialInsuranceRules): InsuranceTable => ({
  ...compileHead(set),
  schemes: set.schemes.map(compileScheme),
  fund: compileFund(set.housingFund),
});
const compileMinimumWage = (set: MinimumWageRules): MinimumWage => ({
  ...compileHead(set),
  monthlyFen: parseYuan(set.monthlyYuan),
  testedAfterInsurance: set.testedAfterInsurance,
});
const compileWageLaw = (set: WageLawRules): WageLaw => {
  const total = parseRate(set.unusedLeaveTotalRate);
  const paid = parseRate(set.unusedLeaveAlreadyPaidRate);
  return {
    ...compileHead(set),
    paidDays: parseRate(set.paidDaysPerMonth),
    paidDaysText: set.paidDaysPerMonth,
    paidHours: parseRate(set.paidHoursPerMonth),
    paidHoursText: set.paidHoursPerMonth,
    overtime: {
      weekday: parseRate(set.overtimeRates.weekday),
      restDay: parseRate(set.overtimeRates.restDay),
      statutoryHoliday: parseRate(set.overtimeRates.statutoryHoliday),
    },
    overtimeCapHours: set.overtimeCapHoursPerMonth,
    probationFloor: parseRate(set.probationFloorRate),
    sickPayFloor: parseRate(set.sickPayFloorRate),
    damageCap: parseRate(set.damageDeductionCapRate),
    unusedLeaveExtra: {
      numerator: total.numerator * paid.denominator - paid.numerator * total.denominator,
      denominator: total.denominator * paid.denominator,
    },
    annualLeaveYearDays: set.annualLeaveYearDays,
    annualLeave: set.annualLeave,
  };
};
const compileCalendar = (set: CalendarRules): Calendar => ({
  ...compileHead(set),
  year: set.year,
  statutoryHolidays: new Set(set.statutoryHolidays.map(localDate)),
  weekendWorkdays: new Set(set.weekendWorkdays.map(localDate)),
  adjustedDaysOff: new Set(set.adjustedDaysOff.map(localDate)),
});

const compileFresh = (set: StatutoryRuleSet): CompiledByKind[RuleKind] => {
  switch (set.kind) {
    case 'income-tax-wage':
      return compileIncomeTax(set);
    case 'income-tax-year-end-bonus':
      return compileBonus(set);
    case 'income-tax-non-resident':
      return compileNonResident(set);
    case 'additional-deductions':
      return compileDeductions(set);
    case 'social-insurance':
      return compileInsurance(set);
    case 'minimum-wage':
      return compileMinimumWage(set);
    case 'wage-law':
      return compileWageLaw(set);
    case 'calendar':
      return compileCalendar(set);
  }
};

const compiledSets = new WeakMap<StatutoryRuleSet, CompiledByKind[RuleKind]>();

/** One rule set, compiled. @throws RangeError when an amount, rate or date in the data is malformed (a bug of the data). */
export const compileRuleSet = <S extends StatutoryRuleSet>(set: S): CompiledByKind[S['kind']] => {
  let compiled = compiledSets.get(set);
  if (compiled === undefined) {
    compiled = compileFresh(set);
    compiledSets.set(set, compiled);
  }
  return compiled as CompiledByKind[S['kind']];
};

/** All rule sets known to a calculation. */
export interface RuleBook {
  readonly sets: readonly StatutoryRuleSet[];
  /** kind → region → compiled sets, oldest version first. */
  readonly byKind: ReadonlyMap<RuleKind, ReadonlyMap<string, readonly CompiledByKind[RuleKind][]>>;
}

const books = new WeakMap<readonly StatutoryRuleSet[], RuleBook>();

/** Compiles rule sets into a book. The same array gives the same book. */
export const compileRuleBook = (sets: readonly StatutoryRuleSet[]): RuleBook => {
  let book = books.get(sets);
  if (book === undefined) {
    const byKind = new Map<RuleKind, Map<string, CompiledByKind[RuleKind][]>>();
    for (const set of [...sets].sort((a, b) => a.version - b.version)) {
      const byRegion = byKind.get(set.kind) ?? new Map<string, CompiledByKind[RuleKind][]>();
      byKind.set(set.kind, byRegion);
      const list = byRegion.get(set.region) ?? [];
      byRegion.set(set.region, list);
      list.push(compileRuleSet(set));
    }
    book = { sets, byKind };
    books.set(sets, book);
  }
  return book;
};

/** The rule set of a kind and region in force on a day; of several, the one that began last, then the highest version. */
export const findRules = <K extends RuleKind>(book: RuleBook, kind: K, region: string, on: LocalDate): CompiledByKind[K] | undefined => {
  const list = book.byKind.get(kind)?.get(region);
  return list === undefined ? undefined : (inForceOn(list, on) as CompiledByKind[K] | undefined);
};

/** A book of exactly the named versions, to replay what was decided with them. Names that are unknown come back in `missing`. */
export const pinRuleBook = (
  book: RuleBook,
  refs: readonly RuleSetRef[],
): { readonly book: RuleBook; readonly missing: readonly RuleSetRef[] } => {
  const known = new Map(book.sets.map((set) => [`${set.id}@${set.version}`, set]));
  const missing: RuleSetRef[] = [];
  const pinned: StatutoryRuleSet[] = [];
  for (const ref of refs) {
    const set = known.get(`${ref.id}@${ref.version}`);
    if (set === undefined) missing.push(ref);
    else pinned.push(set);
  }
  return { book: compileRuleBook(pinned), missing };
};
