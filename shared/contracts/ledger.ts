/** What bonus keeps, as others may read it. */
import type { PlanRef } from './books.ts';
import type { LocalText } from './common.ts';

export type AwardCategory = 'commission' | 'bonus' | 'subsidy';

/** One test that the engine made, passed or not, in words a salesperson understands. */
export interface RewardTest {
  readonly passed: boolean;
  readonly zh: string;
  readonly en: string;
}

/** The amount one rule gives one person in one month, or for one fact, order or customer of it. Desired = posted at all times (I5). */
export interface Award {
  /** `rule:employee:month[:subject]`, deterministic. */
  readonly awardId: string;
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly ruleId: string;
  readonly ruleName: LocalText;
  readonly category: AwardCategory;
  /** The fact, order or customer that a per-fact award is for, the day whose cap it keeps, the org unit or plan whose pool it is a share of, or the adjustment that people agreed on. */
  readonly subject: { readonly kind: 'fact' | 'customer' | 'order' | 'day' | 'pool' | 'adjustment'; readonly id: string } | null;
  readonly amountFen: number;
  /** The day it counts on, where the rule has a cap of the day; absent: it has none. */
  readonly date?: string;
  /** What of it is ever taken back is taken in so many payslips; absent: at once. */
  readonly instalments?: number;
  /** Earned besides, and held until its release; absent: nothing is. */
  readonly heldFen?: number;
  readonly tests: readonly RewardTest[];
  /** How the amount came about, one sentence each. */
  readonly formula: LocalText;
  readonly plan: PlanRef | null;
  /** Facts behind a per-fact award. A metric's award names its metrics instead. */
  readonly factIds: readonly string[];
  readonly metricIds: readonly string[];
  readonly bookVersion: number;
  /** Sequence number of the last entry posted for it; 0 when none. */
  readonly lastSeq: number;
}

/** A posted difference. Never changed; `seq` runs 1..n per employee without a gap (I4). */
export interface LedgerEntry {
  readonly seq: number;
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly awardId: string;
  readonly ruleId: string;
  readonly ruleName: LocalText;
  readonly category: AwardCategory;
  readonly amountFen: number;
  /** What is taken back is taken in so many payslips; absent: at once. */
  readonly instalments?: number;
  /** The award's amount before and after. */
  readonly beforeFen: number;
  readonly afterFen: number;
  readonly balanceFen: number;
  /** The month it was earned in, which may be before the month it is paid in. */
  readonly earnedPeriod: string;
  readonly postedAt: string;
  readonly plan: PlanRef | null;
  readonly cause: {
    readonly kind: 'facts' | 'recalculation' | 'pool' | 'adjustment';
    readonly bookVersion: number;
    readonly factIds: readonly string[];
  };
}
