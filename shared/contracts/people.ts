import { z } from 'zod';
import { DEFAULT_ADJUSTMENT_LIMITS } from '../kernel/adjustment-rule.ts';
import { dateSchema, decimalTextSchema, idSchema, localTextSchema, nameSchema, positiveFenSchema, slugSchema } from './common.ts';

export const legalEntitySchema = z.strictObject({
  id: idSchema,
  name: localTextSchema,
  timeZone: z.string().max(64).default('Asia/Shanghai').refine(isTimeZone, 'an IANA time zone'),
  /** The tax withholding agent's unified social credit code, for filing lists. */
  creditCode: z
    .string()
    .regex(/^[0-9A-Za-z-]{0,32}$/, 'at most 32 letters and digits')
    .optional(),
  /** Payroll: how the bank wants its file, and which day of the following month (or `0`: the last day of the month itself) is payday. */
  bankTemplate: slugSchema.default('generic-csv-utf8'),
  /** The account wages are paid from, as the bank file names it. */
  payerAccount: z
    .string()
    .regex(/^\d{8,32}$/, '8 to 32 digits')
    .nullable()
    .default(null),
  payday: z.int().min(0).max(28).default(0),
  /** What colleagues see of each other's scores: all names and scores, one's own rank, or nothing. */
  ranking: z.enum(['names', 'own-rank', 'off']).default('own-rank'),
  /** The most that one manual adjustment may add or take, by who proposes it; somebody else approves. */
  adjustmentLimits: z.strictObject({ managerFen: positiveFenSchema, payrollFen: positiveFenSchema }).default(DEFAULT_ADJUSTMENT_LIMITS),
});
export type LegalEntity = z.infer<typeof legalEntitySchema>;

export const orgUnitSchema = z.strictObject({
  id: idSchema,
  legalEntityId: idSchema,
  name: localTextSchema,
  parentId: idSchema.nullable().default(null),
  managerEmployeeId: idSchema.nullable().default(null),
});
export type OrgUnit = z.infer<typeof orgUnitSchema>;

const dated = { from: dateSchema, to: dateSchema.optional() };
/** Where someone works and as what, from a day on. */
export const assignmentSchema = z.strictObject({ ...dated, orgUnitId: idSchema, positionId: idSchema });
export type Assignment = z.infer<typeof assignmentSchema>;

/** A dated pay item: a raise is a new entry, never an edit. */
export const payItemSchema = z.strictObject({
  ...dated,
  item: z.enum(['base-salary', 'position-salary', 'performance-salary', 'allowance']),
  name: localTextSchema.optional(),
  amountFen: positiveFenSchema,
  /** Whether unpaid absence reduces it. */
  prorated: z.boolean().default(true),
});
export type PayItem = z.infer<typeof payItemSchema>;

export const insuranceSchema = z.strictObject({
  ...dated,
  city: z.enum(['shanghai', 'beijing', 'shenzhen']),
  baseFen: positiveFenSchema,
  fundBaseFen: positiveFenSchema.nullable(),
  fundPercent: decimalTextSchema.nullable(),
  supplementaryFundPercent: decimalTextSchema.nullable().default(null),
  /** Industry class of work-injury insurance; null: the city's rate on record. */
  injuryClass: z.int().min(1).max(8).nullable().default(null),
});
export type InsuranceTerms = z.infer<typeof insuranceSchema>;

export const additionalDeductionSchema = z.strictObject({
  ...dated,
  kind: z.enum(['child', 'infant', 'elderly', 'elderly-shared', 'housing-loan', 'housing-rent', 'continuing-education', 'certificate']),
  /** Monthly amount claimed in fen for one item (one child); checked against the standard of its kind. */
  amountFen: positiveFenSchema,
  count: z.int().min(1).max(10).default(1),
});
export type AdditionalDeduction = z.infer<typeof additionalDeductionSchema>;

/** What comes off the taxable wage beside the special additional deductions, each month within its limit. */
export const taxDeductionSchema = z.strictObject({
  ...dated,
  kind: z.enum(['personal-pension', 'health-insurance', 'annuity']),
  amountFen: positiveFenSchema,
});
export type TaxDeduction = z.infer<typeof taxDeductionSchema>;

/**
 * A tax year in which the basic deduction does not go by the months employed here: the first wage of the year counts from January
 * (STA 2020 No. 13), or 60,000 counts at once (STA 2020 No. 19). Only with evidence.
 */
export const basicDeductionSchema = z.strictObject({
  year: z.int().min(2020).max(2199),
  kind: z.enum(['first-wage-of-year', 'sixty-thousand-at-once']),
  /** What shows it: the declaration, where it is kept. */
  evidence: nameSchema(500),
});
export type BasicDeduction = z.infer<typeof basicDeductionSchema>;

export const bankAccountSchema = z.strictObject({
  bank: nameSchema(100),
  accountName: nameSchema(100),
  accountNumber: z.string().regex(/^\d{8,32}$/, '8 to 32 digits'),
});

export type BankAccount = z.infer<typeof bankAccountSchema>;

/** The part of an employee that only payroll sees. */
export const payTermsSchema = z.strictObject({
  taxResidence: z.enum(['resident', 'non-resident', 'unknown']).default('unknown'),
  payItems: z.array(payItemSchema).max(60).default([]),
  insurance: z.array(insuranceSchema).max(20).default([]),
  additionalDeductions: z.array(additionalDeductionSchema).max(40).default([]),
  taxDeductions: z.array(taxDeductionSchema).max(60).default([]),
  basicDeductions: z.array(basicDeductionSchema).max(40).default([]),
  bankAccount: bankAccountSchema.nullable().default(null),
  prorationMethod: z.enum(['default', 'forward', 'reverse', 'working-days', 'calendar-days']).default('default'),
  /** Share of the wage for a day of sick leave, never below 80 % of the minimum wage; null: not agreed, and sick leave is refused by name. */
  sickPayPercent: z
    .string()
    .regex(/^(100|\d{1,2}(\.\d{1,2})?)$/, 'a percentage from 0 to 100 as text, such as "80"')
    .nullable()
    .default(null),
});
export type PayTerms = z.infer<typeof payTermsSchema>;

export const employeeSchema = z.strictObject({
  id: idSchema,
  legalEntityId: idSchema,
  name: nameSchema(100),
  hiredOn: dateSchema,
  leftOn: dateSchema.nullable().default(null),
  assignments: z.array(assignmentSchema).min(1).max(60),
  /** CRM and ERP users that are this person: source id → owner id there. */
  externalIds: z
    .array(z.strictObject({ source: slugSchema, externalId: nameSchema(128) }))
    .max(20)
    .default([]),
  mobile: z
    .string()
    .regex(/^\+?[\d -]{5,20}$/)
    .nullable()
    .default(null),
  language: z.enum(['zh-CN', 'en']).default('zh-CN'),
});
/** Who works where, from when to when; no pay data. */
export type Employee = z.infer<typeof employeeSchema>;

/** Customers that a company registers; only needed where a source says `customers: registered`. */
export const customerSchema = z.strictObject({
  id: idSchema,
  legalEntityId: idSchema,
  name: nameSchema(200),
  industry: z.string().max(100).optional(),
});
export type Customer = z.infer<typeof customerSchema>;

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
