/** The mappings that ship: data files with their examples, which the unit tests run. Looked up by name in `mapping: { "shipped": … }`. */
import { z } from 'zod';
import { localTextSchema, slugSchema } from '../../../shared/contracts/common.ts';
import { mappingExampleSchema, mappingRuleSchema, SOURCE_KINDS } from '../../../shared/contracts/sources.ts';
import fxiaokeCrm from './fxiaoke-crm.json' with { type: 'json' };
import hubspotDeals from './hubspot-deals.json' with { type: 'json' };
import salesforceOpportunity from './salesforce-opportunity.json' with { type: 'json' };
import standardFacts from './standard-facts.json' with { type: 'json' };

const shippedMappingSchema = z.strictObject({
  name: slugSchema,
  kind: z.enum(SOURCE_KINDS),
  description: localTextSchema.extend({ zh: z.string().max(1000), en: z.string().max(1000) }),
  /** Events are facts already. */
  passThrough: z.boolean().default(false),
  rules: z.array(mappingRuleSchema).max(40),
  examples: z.array(mappingExampleSchema).max(40),
});
export type ShippedMapping = z.infer<typeof shippedMappingSchema>;

const FILES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['hubspot-deals', hubspotDeals],
  ['salesforce-opportunity', salesforceOpportunity],
  ['fxiaoke-crm', fxiaokeCrm],
  ['standard-facts', standardFacts],
]);
export const SHIPPED_MAPPINGS: readonly string[] = [...FILES.keys()];

const parsed = new Map<string, ShippedMapping>();
/** Parsed when first asked for: functions that never map do not pay for it. */
export const shippedMapping = (name: string): ShippedMapping | undefined => {
  const known = parsed.get(name);
  if (known) return known;
  const file = FILES.get(name);
  if (file === undefined) return undefined;
  const mapping = shippedMappingSchema.parse(file);
  parsed.set(name, mapping);
  return mapping;
};
