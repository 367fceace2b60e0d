/** Targets that are set apart from the plan: for a month, for one person, a position, an org unit or a whole legal entity. */
import { z } from 'zod';
import { decimalTextSchema, slugSchema } from './common.ts';
import type { AppliesTo } from './plans.ts';

/** Most indicators that one set of targets names. */
export const MAX_INDICATORS = 60;

/** By indicator id, written as in a plan: yuan for money, `"90%"` or `"0.9"` for ratios. */
export const indicatorTargetsSchema = z
  .record(slugSchema, decimalTextSchema)
  .refine((targets) => Object.keys(targets).length <= MAX_INDICATORS, `at most ${MAX_INDICATORS} indicators`);
export type IndicatorTargets = z.infer<typeof indicatorTargetsSchema>;

/** What is set for one place and month. Setting it again replaces it whole; `version` rises by one. */
export interface TargetSet {
  readonly of: AppliesTo;
  readonly version: number;
  readonly targets: IndicatorTargets;
}

/** A target with where it was set. */
export interface SetTarget {
  readonly target: string;
  readonly of: AppliesTo;
  readonly version: number;
}

/** What decides a person's targets in a month, beside the plan. As booked: the answer names what it was computed with. */
export interface AssignedTargets {
  readonly hiredOn: string;
  readonly leftOn: string | null;
  /** Stretches of the month, in order, by where the person worked; in each the nearest target set for an indicator. */
  readonly days: readonly { readonly from: string; readonly to: string; readonly targets: { readonly [indicator: string]: SetTarget } }[];
}
