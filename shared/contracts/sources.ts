import { z } from 'zod';
import { idSchema, localTextSchema, slugSchema } from './common.ts';
import { factTypeSchema } from './facts.ts';
import { expressionSchema } from './plans.ts';

/** How a system proves that an event is its own, and how its payload is read. */
export const SOURCE_KINDS = ['hubspot', 'salesforce', 'fxiaoke', 'standard-webhooks', 'erp-batch'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/**
 * How one kind of event becomes one fact, as data. Every expression is CEL over `event` (one event of the payload, decoded) and gives the
 * field's value; `when` decides whether the rule applies at all. Amounts: `amountYuan` gives text or a number with at most two decimals.
 */
export const mappingRuleSchema = z.strictObject({
  name: slugSchema,
  when: expressionSchema,
  type: factTypeSchema,
  id: expressionSchema,
  revision: expressionSchema.optional(),
  occurredAt: expressionSchema,
  /** Either one owner with the whole, or a list of maps `{"owner": …, "share": …}`. */
  owner: expressionSchema.optional(),
  owners: expressionSchema.optional(),
  amountYuan: expressionSchema.optional(),
  subject: z
    .record(z.enum(['customerId', 'orderId', 'contractId', 'opportunityId', 'projectId', 'storeId']), expressionSchema.optional())
    .optional(),
  attributes: z.record(z.string().min(1).max(64), expressionSchema).optional(),
  voided: expressionSchema.optional(),
});
export type MappingRule = z.infer<typeof mappingRuleSchema>;

/** An example is run when the mapping is saved: the mapping is refused unless every example gives exactly its facts. */
export const mappingExampleSchema = z.strictObject({
  name: z.string().min(1).max(120),
  payload: z.unknown(),
  /** Expected facts: the members given here must be equal. */
  expect: z.array(z.record(z.string(), z.unknown())).max(100),
});

export const mappingSchema = z.strictObject({
  rules: z.array(mappingRuleSchema).min(1).max(40),
  examples: z.array(mappingExampleSchema).max(40).default([]),
});
export type Mapping = z.infer<typeof mappingSchema>;

export const sourceSchema = z.strictObject({
  id: slugSchema,
  kind: z.enum(SOURCE_KINDS),
  legalEntityId: idSchema,
  name: localTextSchema,
  /** Write-only, newest first; two during a rotation. Never given back: only fingerprints are. */
  secrets: z.array(z.string().min(8).max(512)).max(2).default([]),
  /** Salesforce: the organization id that outbound messages must carry. */
  organizationId: z.string().max(64).optional(),
  /** `registered`: a customer that is not registered keeps the fact unassigned. `open`: any customer id is taken as it comes. */
  customers: z.enum(['open', 'registered']).default('open'),
  /** Name of a mapping that ships, or an own one. */
  mapping: z.union([z.strictObject({ shipped: slugSchema }), mappingSchema]),
  enabled: z.boolean().default(true),
});
export type Source = z.infer<typeof sourceSchema>;

/** An own fact type: its name and what its attributes are. Types that ship are not defined again and take any attribute. */
export const factTypeDefinitionSchema = z.strictObject({
  type: factTypeSchema,
  name: localTextSchema,
  attributes: z
    .record(
      z.string().min(1).max(64),
      z.strictObject({ type: z.enum(['string', 'number', 'boolean']), required: z.boolean().default(false) }),
    )
    .refine((attributes) => Object.keys(attributes).length <= 40, 'at most 40 attributes')
    .default({}),
});
export type FactTypeDefinition = z.infer<typeof factTypeDefinitionSchema>;
