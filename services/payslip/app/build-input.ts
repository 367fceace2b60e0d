/** What is on record about a person → the input of the pure payslip function. */

import type { Award, LedgerEntry as PostedEntry } from '../../../shared/contracts/ledger.ts';
import type { OpeningBalance } from '../../../shared/contracts/payroll.ts';
import type { Employee, LegalEntity, PayItem as PayItemTerms, PayTerms } from '../../../shared/contracts/people.ts';
import { inForceOn } from '../../../shared/kernel/effective.ts';
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { type LocalDate, lastDay, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { assignmentInMonth } from '../../people/read.ts';
import type { OtherTaxDeduction } from '../domain/additional-deductions.ts';
import type { AttendanceDifference } from '../domain/attendance-figures.ts';
import { type BasicDeductionOption, emptyYearToDate, type YearToDate } from '../domain/income-tax.ts';
import type { PayItem } from '../domain/pay-items.ts';
import type { AttendanceFigures, EmployeeSnapshot, InsuranceEnrolment, LedgerEntry, PayslipInput } from '../domain/payslip.ts';
import { enrolmentOf } from '../domain/payslip-insurance.ts';
import type { Bilingual } from '../domain/statutory-rules.ts';
import type { PayrollPosition } from '../store.ts';

const PAY_ITEM_NAMES = {
  'base-salary': { zh: '基本工资', en: 'Base salary' },
  'position-salary': { zh: '岗位工资', en: 'Position salary' },
  'performance-salary': { zh: '绩效工资', en: 'Performance salary' },
  allowance: { zh: '津贴补贴', en: 'Allowance' },
} as const;

const METHODS = {
  default: 'default',
  forward: 'forward',
  reverse: 'reverse',
  'working-days': 'actual_working_days',
  'calendar-days': 'calendar_days',
} as const;

const payItem = (terms: PayItemTerms): PayItem => {
  const name = terms.name ?? PAY_ITEM_NAMES[terms.item];
  return {
    // Allowances of different names are different items; a raise keeps the name and follows.
    id: terms.item === 'allowance' ? `allowance:${name.zh}` : terms.item,
    code: terms.item,
    nameZh: name.zh,
    nameEn: name.en,
    amountFen: fen(terms.amountFen),
    basis: 'month',
    proration: terms.prorated ? 'by-attendance' : 'by-employment',
    countsForOvertime: terms.item !== 'allowance',
    from: terms.from,
    ...(terms.to ? { to: terms.to } : {}),
  };
};

/** Of each kind the one in force at the end of the tax month. */
const taxDeductionsOf = ({ taxDeductions }: PayTerms, taxMonth: Month): OtherTaxDeduction[] =>
  (['personal-pension', 'health-insurance', 'annuity'] as const).flatMap((kind) => {
    const ofKind = taxDeductions.filter((one) => one.kind === kind);
    const found = inForceOn(ofKind, lastDay(taxMonth));
    return found ? [{ kind, amountFen: fen(found.amountFen) }] : [];
  });

export interface PersonOnRecord {
  readonly employee: Employee;
  readonly terms: PayTerms | undefined;
  readonly entity: LegalEntity;
  readonly orgUnitName: (orgUnitId: string) => string;
}

const DEFAULT_TERMS: PayTerms = {
  taxResidence: 'unknown',
  payItems: [],
  insurance: [],
  additionalDeductions: [],
  taxDeductions: [],
  basicDeductions: [],
  bankAccount: null,
  prorationMethod: 'default',
  sickPayPercent: null,
};

const BASIC_DEDUCTIONS = {
  'first-wage-of-year': 'january',
  'sixty-thousand-at-once': 'annual60000',
} as const satisfies Record<PayTerms['basicDeductions'][number]['kind'], BasicDeductionOption['kind']>;

const basicDeductionOf = (terms: PayTerms, taxYear: number): BasicDeductionOption => {
  const found = terms.basicDeductions.find(({ year }) => year === taxYear);
  return found ? { kind: BASIC_DEDUCTIONS[found.kind], evidenced: true } : { kind: 'employment' };
};

const snapshot = (
  { employee, terms: stored, entity, orgUnitName }: PersonOnRecord,
  period: Month,
  payDate: LocalDate,
): EmployeeSnapshot => {
  // Terms stored by an earlier version lack what was added since.
  const terms: PayTerms = { ...DEFAULT_TERMS, ...stored };
  const assignment = assignmentInMonth(employee, period) ?? employee.assignments.at(-1);
  const insurance = terms.insurance.map(
    (entry): InsuranceEnrolment => ({
      status: 'enrolled',
      from: entry.from,
      ...(entry.to ? { to: entry.to } : {}),
      baseFen: fen(entry.baseFen),
      fund:
        entry.fundBaseFen === null || entry.fundPercent === null
          ? null
          : {
              baseFen: fen(entry.fundBaseFen),
              rate: asPercent(entry.fundPercent),
              supplementaryRate: entry.supplementaryFundPercent === null ? null : asPercent(entry.supplementaryFundPercent),
            },
      injuryClass: entry.injuryClass ?? null,
    }),
  );
  return {
    id: employee.id,
    name: employee.name,
    employeeNumber: employee.id,
    department: assignment ? orgUnitName(assignment.orgUnitId) : '',
    position: assignment?.positionId ?? '',
    legalEntity: { id: entity.id, name: entity.name.zh },
    city: enrolmentOf(terms.insurance, period)?.city ?? terms.insurance.at(-1)?.city ?? '',
    taxResidence: terms.taxResidence,
    hireDate: employee.hiredOn,
    leaveDate: employee.leftOn,
    payItems: terms.payItems.map(payItem),
    insurance,
    additionalDeductions: terms.additionalDeductions.map(({ kind, amountFen, count, from, to }) => ({
      kind,
      amountFen: fen(amountFen),
      count,
      from,
      ...(to ? { to } : {}),
    })),
    otherTaxDeductions: taxDeductionsOf(terms, monthOf(payDate)),
    basicDeduction: basicDeductionOf(terms, Number(payDate.slice(0, 4))),
    prorationMethod: METHODS[terms.prorationMethod],
    sickPayRate: terms.sickPayPercent === null ? null : asPercent(terms.sickPayPercent),
  };
};

/** `"7"` and `"7%"` are the same share of the base. */
const asPercent = (text: string): string => (text.endsWith('%') ? text : `${text}%`);

/** The award in its own words; one that is paid when something is reached, with what was reached. */
const awardWords = ({ formula, tests, subject }: Award): Bilingual => {
  if (subject?.kind === 'adjustment' || formula.en.includes('=')) return { zh: formula.zh, en: formula.en };
  const met = tests.filter(({ passed }) => passed);
  return { zh: [...met.map(({ zh }) => zh), formula.zh].join(','), en: [...met.map(({ en }) => en), formula.en].join(', ') };
};

export const ledgerLine = (entry: PostedEntry, award: Award | undefined): LedgerEntry => ({
  seq: entry.seq,
  awardId: entry.awardId,
  ruleId: entry.ruleId,
  ruleNameZh: entry.ruleName.zh,
  ruleNameEn: entry.ruleName.en,
  category: entry.category,
  amountFen: fen(entry.amountFen),
  earnedPeriod: entry.earnedPeriod as Month,
  ...(entry.instalments === undefined ? {} : { instalments: entry.instalments }),
  causes: entry.cause.factIds,
  // An award that has moved on since is explained by its entries alone.
  ...(award?.lastSeq === entry.seq && award.amountFen === entry.afterFen
    ? { award: { formula: awardWords(award), amountFen: fen(award.amountFen) } }
    : {}),
});

/** The year so far: from the payslip before, or from what was recorded of before the first run here, or nothing. */
export const yearToDateFor = (position: PayrollPosition, opening: OpeningBalance | undefined, taxYear: number): YearToDate => {
  if (position.yearToDate && position.yearToDate.taxYear >= taxYear) return position.yearToDate;
  if (!opening) return emptyYearToDate(taxYear);
  const amount = (value: number): Fen => fen(value);
  return {
    taxYear,
    months: opening.months,
    incomeFen: amount(opening.incomeFen),
    exemptFen: amount(opening.exemptFen),
    specialDeductionFen: amount(opening.specialDeductionFen),
    additionalDeductionFen: amount(opening.additionalDeductionFen),
    otherDeductionFen: amount(opening.otherDeductionFen),
    withheldFen: amount(opening.withheldFen),
    lastTaxMonth: opening.lastTaxMonth,
  };
};

export interface InputParts {
  readonly runId: string;
  readonly period: Month;
  readonly payDate: LocalDate;
  readonly person: PersonOnRecord;
  readonly attendance: AttendanceFigures;
  readonly attendanceDifferences: readonly AttendanceDifference[];
  readonly opening: OpeningBalance | undefined;
  readonly position: PayrollPosition;
  /** Head of the ledger at cut-off, and the entries after `position.coveredTo` up to it. */
  readonly headSeq: number;
  readonly entries: readonly PostedEntry[];
  /** Awards behind the entries that go by a metric, by id. */
  readonly awards: ReadonlyMap<string, Award>;
}

export const buildInput = (parts: InputParts): PayslipInput => ({
  runId: parts.runId,
  revision: 1,
  employee: snapshot(parts.person, parts.period, parts.payDate),
  period: parts.period,
  payDate: parts.payDate,
  attendance: parts.attendance,
  ...(parts.attendanceDifferences.length > 0 ? { attendanceDifferences: parts.attendanceDifferences } : {}),
  performance: null,
  ledgerRange: { fromSeq: parts.position.coveredTo + 1, toSeq: parts.headSeq },
  ledgerEntries: parts.entries.map((entry) => ledgerLine(entry, parts.awards.get(entry.awardId))),
  carriedForward: parts.position.carriedForward,
  oneOffEarnings: [],
  otherDeductions: [],
  yearEndBonus: null,
  yearToDate: yearToDateFor(parts.position, parts.opening, Number(parts.payDate.slice(0, 4))),
});
