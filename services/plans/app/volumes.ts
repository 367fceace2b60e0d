import { z } from 'zod';
import { decimalTextSchema, slugSchema } from '../../../shared/contracts/common.ts';
import { factTypeSchema } from '../../../shared/contracts/facts.ts';

/** Volumes at which the most that a plan can cost is estimated; see `domain/worst-case.ts`. */
export const volumesSchema = z
  .strictObject({
    people: z.int().min(1).max(1_000_000),
    metrics: z.record(slugSchema, decimalTextSchema).default({}),
    facts: z.record(factTypeSchema, z.int().min(0).max(1_000_000_000)).default({}),
    amounts: z.record(factTypeSchema, decimalTextSchema).default({}),
    customers: z.int().min(0).max(1_000_000_000).default(0),
  })
  .describe('The most that one person reaches in a month, in the units of the plan, and how many persons there are');
