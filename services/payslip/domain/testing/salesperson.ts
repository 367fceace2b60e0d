/** Inputs for tests: company 9's salesperson (Shanghai, November 2026), and ways to vary one thing. */
import { parseYuan, ZERO_FEN } from '../../../../shared/kernel/money.ts';
import { localDate, month } from '../../../../shared/kernel/period.ts';
import type { PayItem } from '../pay-items.ts';
import type { AttendanceFigures, EmployeeSnapshot, LedgerEntry, PayslipInput } from '../payslip.ts';

export const baseSalary = (yuan: string, from = '2025-01-01', to?: string): PayItem => ({
  id: 'base-salary',
  code: 'base-salary',
  nameZh: '基本工资',
  nameEn: 'Base salary',
  amountFen: parseYuan(yuan),
  basis: 'month',
  proration: 'by-attendance',
  countsForOvertime: true,
  from: localDate(from),
  ...(to === undefined ? {} : { to: localDate(to) }),
});

export const ledgerEntry = (seq: number, yuan: string, overrides: Partial<LedgerEntry> = {}): LedgerEntry => ({
  seq,
  awardId: `award-${seq}`,
  ruleId: 'new-customer',
  ruleNameZh: '新客户奖',
  ruleNameEn: 'New customer bonus',
  category: 'bonus',
  amountFen: parseYuan(yuan),
  earnedPeriod: month('2026-11'),
  causes: [`crm:customer-${seq}`],
  ...overrides,
});

export const salesperson: EmployeeSnapshot = {
  id: 'emp-9001',
  name: '林晓雯',
  employeeNumber: 'SH-0901',
  department: '华东销售部',
  position: '客户经理',
  legalEntity: { id: 'le-9', name: '云帆软件(上海)有限公司' },
  city: 'shanghai',
  taxResidence: 'resident',
  hireDate: localDate('2025-03-03'),
  leaveDate: null,
  payItems: [baseSalary('12000')],
  insurance: [
    {
      status: 'enrolled',
      from: localDate('2025-03-01'),
      baseFen: parseYuan('12000'),
      fund: { baseFen: parseYuan('12000'), rate: '7%', supplementaryRate: null },
      injuryClass: null,
    },
  ],
  additionalDeductions: [{ kind: 'child', amountFen: parseYuan('2000'), count: 1, from: localDate('2025-01-01') }],
  otherTaxDeductions: [],
  basicDeduction: { kind: 'employment' },
  prorationMethod: 'default',
  sickPayRate: null,
};

export const attendance: AttendanceFigures = {
  paidDays: 21,
  workedDays: 19,
  unpaidLeaveDays: 2,
  sickLeaveDays: 0,
  overtimeHours: { weekday: 0, restDay: 0, statutoryHoliday: 0 },
  validVisits: 0,
  paidDates: null,
};

const november = ledgerEntry(0, '0');
export const ledgerEntries: readonly LedgerEntry[] = [
  {
    ...november,
    seq: 31,
    awardId: 'award-commission-2026-11',
    ruleId: 'contract-commission',
    ruleNameZh: '合同提成',
    ruleNameEn: 'Contract commission',
    category: 'commission',
    amountFen: parseYuan('8000'),
  },
  ledgerEntry(32, '500'),
  ledgerEntry(33, '500'),
  ledgerEntry(34, '500'),
  {
    ...november,
    seq: 35,
    awardId: 'award-renewal-2026-11',
    ruleId: 'renewal-target',
    ruleNameZh: '续约率达标奖',
    ruleNameEn: 'Renewal target bonus',
    amountFen: parseYuan('300'),
  },
];

/** November 2026 of company 9's salesperson: two days of unpaid leave, commission 8,000, three new customers, renewal reached. */
export const november2026: PayslipInput = {
  runId: 'run-le-9-2026-11',
  revision: 1,
  employee: salesperson,
  period: month('2026-11'),
  payDate: localDate('2026-11-30'),
  attendance,
  performance: null,
  ledgerRange: { fromSeq: 31, toSeq: 35 },
  ledgerEntries,
  carriedForward: [],
  oneOffEarnings: [],
  otherDeductions: [],
  yearEndBonus: null,
  yearToDate: {
    taxYear: 2026,
    months: 10,
    incomeFen: parseYuan('120000'),
    exemptFen: ZERO_FEN,
    specialDeductionFen: parseYuan('21000'),
    additionalDeductionFen: parseYuan('20000'),
    otherDeductionFen: ZERO_FEN,
    withheldFen: parseYuan('870'),
    lastTaxMonth: 10,
  },
};

/** The same month without commission, leave or earlier pay: base 12,000 only. */
export const plainMonth: PayslipInput = {
  ...november2026,
  attendance: { ...attendance, workedDays: 21, unpaidLeaveDays: 0 },
  ledgerRange: { fromSeq: 1, toSeq: 0 },
  ledgerEntries: [],
};

/** The plain month with ledger entries numbered as given. */
export const withEntries = (...entries: readonly LedgerEntry[]): PayslipInput => ({
  ...plainMonth,
  ledgerRange: { fromSeq: entries[0]?.seq ?? 1, toSeq: entries.at(-1)?.seq ?? 0 },
  ledgerEntries: entries,
});

export const withEmployee = (input: PayslipInput, changes: Partial<EmployeeSnapshot>): PayslipInput => ({
  ...input,
  employee: { ...input.employee, ...changes },
});

export const withAttendance = (input: PayslipInput, changes: Partial<AttendanceFigures>): PayslipInput => ({
  ...input,
  attendance: { ...input.attendance, ...changes },
});
