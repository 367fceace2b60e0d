import { z } from 'zod';
import { dateSchema, idSchema, monthSchema, nameSchema, positiveFenSchema } from './common.ts';

const halfDays = z.number().min(0).max(31).multipleOf(0.5);
const hours = z.number().min(0).max(744).multipleOf(0.01);

/** Attendance of a person's month as payroll takes it in: entered, imported, or derived elsewhere. `source` says where it came from. */
export const monthlyAttendanceSchema = z.strictObject({
  unpaidLeaveDays: halfDays.default(0),
  sickLeaveDays: halfDays.default(0),
  overtimeHours: z
    .strictObject({ weekday: hours.default(0), restDay: hours.default(0), statutoryHoliday: hours.default(0) })
    .default({ weekday: 0, restDay: 0, statutoryHoliday: 0 }),
  source: z.string().min(1).max(200),
});
export type MonthlyAttendance = z.infer<typeof monthlyAttendanceSchema>;

/** What was paid and withheld by this employer earlier in the tax year, before the first run here. All cumulative. */
export const openingBalanceSchema = z.strictObject({
  /** Months paid in the tax year so far (1–12), the last of them in this calendar month of the year. */
  months: z.int().min(0).max(12),
  lastTaxMonth: z.int().min(0).max(12),
  incomeFen: positiveFenSchema,
  exemptFen: positiveFenSchema.default(0 as never),
  specialDeductionFen: positiveFenSchema,
  additionalDeductionFen: positiveFenSchema,
  otherDeductionFen: positiveFenSchema.default(0 as never),
  withheldFen: positiveFenSchema,
  source: z.string().min(1).max(200),
});
export type OpeningBalance = z.infer<typeof openingBalanceSchema>;

export const createRunSchema = z.strictObject({ legalEntityId: idSchema, period: monthSchema, payDate: dateSchema.optional() });

/** People whom a run does not pay, and why; others are paid meanwhile. */
const leftOutSchema = z.strictObject({ employeeId: idSchema, reason: nameSchema(500) });
export const recalculateSchema = z.strictObject({ leaveOut: z.array(leftOutSchema).max(500).optional() });

/** draft (being calculated) → checked → approved → paid → published; cancelled from any state before paid. `publishing` is published with notices still going out. */
export const RUN_STATUSES = ['draft', 'checked', 'approved', 'paid', 'publishing', 'published', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
/** From here on the run's payslips count: coverage of the ledger, year-to-date and carried amounts go on from them. */
export const FINAL_STATUSES: ReadonlySet<RunStatus> = new Set<RunStatus>(['approved', 'paid', 'publishing', 'published']);

export interface RunTotals {
  readonly payslips: number;
  readonly refused: number;
  readonly grossFen: number;
  readonly insuranceFen: number;
  readonly fundFen: number;
  readonly taxFen: number;
  readonly otherDeductionsFen: number;
  readonly netFen: number;
  readonly employerCostFen: number;
}
export interface RunFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly employeeId: string | null;
  readonly zh: string;
  readonly en: string;
}

/** One month's calculation for a legal entity. What happened to it is appended to `history`. */
export interface PayrollRun {
  readonly id: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly payDate: string;
  readonly status: RunStatus;
  /** Raised by each calculation; work of an earlier attempt has no effect any more. */
  readonly attempt: number;
  readonly chunks: number;
  readonly people: number;
  readonly createdBy: string;
  readonly calculatedBy: string;
  readonly approvedBy: string | null;
  /** People this run does not pay, each with the reason a person gave; absent in runs of an earlier version. */
  readonly leftOut?: readonly { readonly employeeId: string; readonly reason: string }[];
  readonly totals: RunTotals | null;
  readonly findings: readonly RunFinding[];
  /** Over the digests of all payslips, by employee: what the approver approved. */
  readonly digest: string | null;
  readonly payout: { readonly count: number; readonly totalFen: number; readonly fileDigest: string } | null;
  readonly history: readonly { readonly at: string; readonly by: string; readonly what: string; readonly note: string | null }[];
}
