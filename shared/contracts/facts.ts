import { z } from 'zod';
import { dateSchema, fenSchema, idSchema, instantSchema, monthSchema, positiveFenSchema } from './common.ts';

/** The fact types that ship. A company adds its own by configuration (`PUT /v1/fact-types/{type}`). */
export const SHIPPED_FACT_TYPES = [
  'order.signed',
  'order.paid',
  'order.refunded',
  'customer.won',
  'contract.due',
  'contract.renewed',
  'contract.lost',
  'followup.logged',
  'opportunity.stage-changed',
  'channel.purchase',
  'channel.coverage-measured',
  'project.stage-completed',
  'project.delivered',
  'customer.satisfaction-rated',
  'store.traffic',
  'store.sales',
  'visit.validated',
] as const;

export const factTypeSchema = z
  .string()
  .min(3)
  .max(64)
  .regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/, 'dotted lower-case words, such as order.signed');

/** What a fact is about. Keys that are not listed here belong into `attributes`. */
export const subjectSchema = z.strictObject({
  customerId: idSchema.optional(),
  orderId: idSchema.optional(),
  contractId: idSchema.optional(),
  opportunityId: idSchema.optional(),
  projectId: idSchema.optional(),
  storeId: idSchema.optional(),
});
export type Subject = z.infer<typeof subjectSchema>;

/** Text without half a character: a lone surrogate has no UTF-8 form, so it could neither be stored nor digested. */
const wholeText = z.string().regex(/^\P{Cs}*$/u, 'text without half a character (a lone surrogate)');

/** Facts about the fact: flat, small, and only plain values. Numbers are exact decimals of at most 15 digits. */
const attributesOf = (max: number) =>
  z
    .record(wholeText.min(1).max(80), z.union([wholeText.max(1000), z.number(), z.boolean()]))
    .refine((attributes) => Object.keys(attributes).length <= max, `at most ${max} attributes`);
export const attributesSchema = attributesOf(40);
export type Attributes = z.infer<typeof attributesSchema>;

/** One claim to a share of a fact, as the source says it. Shares are percent with at most 4 decimals and add up to exactly 100. */
export const creditClaimSchema = z
  .strictObject({
    externalOwner: wholeText.min(1).max(128).optional(),
    employeeId: idSchema.optional(),
    share: z.number().gt(0).max(100).multipleOf(0.0001).default(100),
  })
  .refine(
    (claim) => (claim.externalOwner === undefined) !== (claim.employeeId === undefined),
    'exactly one of externalOwner and employeeId',
  );

/** A fact as it comes in, after its source's mapping. `id` is the source's event id; the fact's own id is `source:id`. */
export const incomingFactSchema = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(160)
    .regex(/^[^\s#\p{Cc}\p{Cs}]+$/u, 'no white space, no control characters and no #'),
  type: factTypeSchema,
  /**
   * A source that corrects an event raises its revision: the higher one replaces the lower one, whichever arrives first. A counter, or the
   * time of the last change in milliseconds, which is what most systems have.
   */
  revision: z.int().min(1).max(1_000_000_000_000_000).default(1),
  occurredAt: instantSchema,
  credits: z.array(creditClaimSchema).min(1).max(20),
  subject: subjectSchema.default({}),
  amountFen: positiveFenSchema.optional(),
  attributes: attributesSchema.default({}),
  /** True when the source withdraws the event: nothing of it counts any more. Needs a higher revision. */
  voided: z.boolean().default(false),
});
export type IncomingFact = z.infer<typeof incomingFactSchema>;

export const UNASSIGNED_REASONS = [
  'owner_unknown',
  'employee_unknown',
  'employee_not_employed',
  'customer_missing',
  'customer_unknown',
  'type_unknown',
  'attribute_invalid',
  'order_unknown',
  'mapping_failed',
] as const;
export type UnassignedReason = (typeof UNASSIGNED_REASONS)[number];

/** All shares of a fact that several employees have (millionths, together 1,000,000), and whose part is which: what is divided, adds up. */
export const splitSchema = z.strictObject({
  shares: z.array(z.int().min(1).max(1_000_000)).min(2).max(20),
  place: z.int().min(0).max(19),
});
export type Split = z.infer<typeof splitSchema>;

/** One employee's part of a fact, as scoring and bonus see it. `fact` of the message is null where the part no longer exists. */
export const creditedFactSchema = z.strictObject({
  factId: z.string().max(300),
  revision: z.int().min(1),
  type: factTypeSchema,
  employeeId: idSchema,
  legalEntityId: idSchema,
  /** The month it counts for: that of its day, or for a refund that of the order it takes back. */
  period: monthSchema,
  occurredAt: instantSchema,
  /** The calendar day in the legal entity's time zone. */
  date: dateSchema,
  subject: subjectSchema,
  /** More than a source may send: of a member's month, three for each of at most 60 metrics. */
  attributes: attributesOf(200),
  /** This employee's part of the amount; the parts of all credits add up to the fact's amount to the fen. */
  amountFen: fenSchema.optional(),
  /** The whole fact's amount. */
  totalAmountFen: fenSchema.optional(),
  /** This employee's share, in millionths of the whole. */
  shareMillionths: z.int().min(1).max(1_000_000),
  /** Absent where the employee has all of it. */
  split: splitSchema.optional(),
});
export type CreditedFact = z.infer<typeof creditedFactSchema>;
