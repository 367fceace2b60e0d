/** Shapes of the answers, for the OpenAPI document and for callers who generate clients. Amounts in fen. */
import { z } from 'zod';
import { RUN_STATUSES } from '../../../shared/contracts/payroll.ts';

const fen = z.int().describe('whole fen');
const text = z.object({ zh: z.string(), en: z.string() });

export const runSchema = z
  .object({
    id: z.string(),
    legalEntityId: z.string(),
    period: z.string(),
    payDate: z.string(),
    status: z.enum(RUN_STATUSES),
    attempt: z.int(),
    chunks: z.int(),
    people: z.int(),
    createdBy: z.string(),
    calculatedBy: z.string(),
    approvedBy: z.string().nullable(),
    leftOut: z
      .array(z.object({ employeeId: z.string(), reason: z.string() }))
      .optional()
      .describe('people this run does not pay'),
    totals: z
      .object({
        payslips: z.int(),
        refused: z.int(),
        grossFen: fen,
        insuranceFen: fen,
        fundFen: fen,
        taxFen: fen,
        otherDeductionsFen: fen,
        netFen: fen,
        employerCostFen: fen,
      })
      .nullable(),
    findings: z.array(
      z.object({
        code: z.string(),
        severity: z.enum(['error', 'warning']),
        employeeId: z.string().nullable(),
        zh: z.string(),
        en: z.string(),
      }),
    ),
    digest: z.string().nullable().describe('over all payslips; give it to approve what you have looked at'),
    payout: z.object({ count: z.int(), totalFen: fen, fileDigest: z.string() }).nullable(),
    history: z.array(z.object({ at: z.string(), by: z.string(), what: z.string(), note: z.string().nullable() })),
  })
  .meta({ id: 'PayrollRun' });

export const checksSchema = z
  .object({
    runId: z.string(),
    status: z.enum(RUN_STATUSES),
    done: z.boolean().describe('false while payslips are still being calculated'),
    errors: z.int(),
    warnings: z.int(),
    findings: runSchema.shape.findings,
  })
  .meta({ id: 'PayrollChecks' });

const ruleSetRef = z.looseObject({ id: z.string() });
export const lineSchema = z
  .object({
    code: z.string(),
    section: z.enum(['attendance', 'earnings', 'deductions', 'employer', 'year-to-date']),
    kind: z.enum(['earning', 'deduction', 'statutory', 'employer', 'total', 'figure']),
    nameZh: z.string(),
    nameEn: z.string(),
    amountFen: fen.nullable(),
    quantity: z.object({ value: z.number(), unit: z.string() }).nullable(),
    earnedPeriod: z.string().nullable(),
    rounding: z.string().nullable(),
    formula: text,
    inputs: z.record(z.string(), z.union([z.number(), z.string()])),
    references: z.object({ ledgerSeqs: z.array(z.int()), awardIds: z.array(z.string()), ruleSets: z.array(ruleSetRef) }),
  })
  .meta({ id: 'PayslipLine' });

const payslipShape = {
  schema: z.string(),
  id: z.string(),
  runId: z.string(),
  revision: z.int(),
  employee: z.looseObject({ id: z.string(), name: z.string() }),
  legalEntity: z.object({ id: z.string(), name: z.string() }),
  period: z.string(),
  payDate: z.string(),
  taxMonth: z.string(),
  lines: z.array(lineSchema),
  totals: z.object({
    grossFen: fen,
    insuranceFen: fen,
    fundFen: fen,
    taxFen: fen,
    otherDeductionsFen: fen,
    netFen: fen,
    employerInsuranceFen: fen,
    employerFundFen: fen,
    employerCostFen: fen,
  }),
  ledgerRange: z.object({ fromSeq: z.int(), toSeq: z.int() }),
};
export const payslipSchema = z
  .looseObject({ ...payslipShape, digest: z.string().describe('SHA-256; a replay gives the same') })
  .meta({ id: 'Payslip' });

export const payslipListSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      runId: z.string(),
      period: z.string(),
      payDate: z.string(),
      status: z.enum(RUN_STATUSES),
      netFen: fen,
      grossFen: fen,
      digest: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

export const estimateSchema = z
  .object({
    employeeId: z.string(),
    period: z.string(),
    asOf: z.string(),
    payDate: z.string(),
    payslip: z.looseObject(payslipShape).nullable().describe('as it would be if the month ended now; stored nowhere'),
    refusals: z.array(z.looseObject({ code: z.string(), zh: z.string(), en: z.string() })),
    unavailable: z
      .array(z.object({ metric: z.string(), facts: z.int(), reason: z.object({ zh: z.string(), en: z.string() }) }))
      .describe('Metrics that leave facts out because the plan cannot be computed on them: incentives may change once it can'),
    incentives: z.object({
      monthFen: fen.describe('posted for this month'),
      notYetPaidFen: fen.describe('posted and on no final payslip'),
      todayFen: fen.describe('posted since midnight'),
    }),
  })
  .meta({ id: 'PayEstimate' });

export const provenanceSchema = z
  .object({
    payslipId: z.string(),
    line: z.int(),
    lineCount: z.int(),
    detail: lineSchema,
    entries: z.array(z.looseObject({ seq: z.int(), awardId: z.string(), amountFen: fen })),
    awards: z.array(z.looseObject({ awardId: z.string(), ruleId: z.string(), amountFen: fen })),
    facts: z.array(z.looseObject({ factId: z.string() })),
    moreFacts: z.boolean(),
  })
  .meta({ id: 'LineProvenance' });

export const replaySchema = z
  .object({
    payslipId: z.string(),
    status: z.enum(['identical', 'different', 'refused', 'rules-missing']),
    digest: z.string(),
    detail: z.unknown(),
  })
  .meta({ id: 'PayslipReplay' });

const attendanceFigures = {
  unpaidLeaveDays: z.number(),
  sickLeaveDays: z.number(),
  overtimeHours: z.object({ weekday: z.number(), restDay: z.number(), statutoryHoliday: z.number() }),
};
export const takenAttendanceSchema = z
  .object({
    ...attendanceFigures,
    origin: z.enum(['entered', 'days', 'full']).describe('entered by payroll; from the attendance days; none on record, so full'),
    source: z.string(),
    paid: z
      .object(attendanceFigures)
      .nullable()
      .describe('As payslips have paid the month; null: none has, or longer ago than corrections reach'),
  })
  .meta({ id: 'TakenAttendance' });
