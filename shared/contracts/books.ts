/** What scoring keeps per person and month, as others may read it. */
import type { LocalText } from './common.ts';
import type { Attributes, CreditedFact, Split } from './facts.ts';
import type { AssignedTargets } from './targets.ts';

/** An exact fraction in storable form: whole numbers as text. Money metrics are in fen. */
export interface StoredRatio {
  readonly n: string;
  readonly d: string;
}

/** Which published plan version an answer was computed with. */
export interface PlanRef {
  readonly planId: string;
  readonly version: number;
  readonly digest: string;
}

/** One metric of a book: its value now (null where it is not defined, such as a ratio over nothing), and the fold's own state. */
export interface BookedMetric {
  readonly value: StoredRatio | null;
  /** How many facts (or customers) are in it. */
  readonly facts: number;
  readonly state: { readonly [name: string]: string | number | null };
  /** Facts that an expression could not be evaluated on, which are not in it; absent: none. */
  readonly errors?: number;
}

export interface IndicatorScore {
  readonly id: string;
  readonly name: LocalText;
  readonly metric: string;
  readonly weight: string;
  /** As the plan writes it, or as it was set, ramped and for part of the days; null where there is none, and then no attainment. */
  readonly target: string | null;
  /** In the metric's unit (fen for money), where the text may be rounded: the target is not simply the plan's. */
  readonly targetExact?: StoredRatio;
  readonly actual: StoredRatio | null;
  /** Before curve, floor and cap. Null when there is no actual. */
  readonly attainment: StoredRatio | null;
  /** After curve, floor, cap and gates. */
  readonly counted: StoredRatio;
  /** Exact points; `pointsText` is the same to 2 decimals for reading only. The total is rounded from the exact sum. */
  readonly points: StoredRatio;
  readonly pointsText: string;
  /** The metric of the gate that limits it, where one does. */
  readonly limitedBy?: string;
  /** Attainment below 1, or no actual yet. */
  readonly behind: boolean;
}
/** What one plan version gives on the month's numbers, for the days on which it applies. */
export interface SegmentScore {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly plan: PlanRef;
  readonly total: string;
  readonly totalExact: StoredRatio;
  readonly totalLimitedBy?: string;
  readonly indicators: readonly IndicatorScore[];
  readonly projects?: ProjectSums;
}
/**
 * Sums over the projects of a person's month, of one scheme that scores by project. Of each indicator: Σ amount × weight, × points, × points
 * lost below target, and how many projects are behind. `counted`: projects with an amount.
 */
export interface ProjectSums {
  readonly counted: number;
  readonly amountFen: string;
  readonly indicators: readonly {
    readonly weight: StoredRatio;
    readonly points: StoredRatio;
    readonly lost: StoredRatio;
    readonly behind: number;
  }[];
}
export interface ScoreSummary {
  /** Two decimals, rounded half up from the exact sum; with segments, from their mean by days. */
  readonly total: string;
  readonly totalExact: StoredRatio;
  /** The metric of the gate that limits the total, where one does. */
  readonly totalLimitedBy?: string;
  /** Of the version that counts last in the month. */
  readonly indicators: readonly IndicatorScore[];
  /** Where the version scores by project: what the indicators are means of. */
  readonly projects?: ProjectSums;
  /** Where more than one version counts in the month. */
  readonly segments?: readonly SegmentScore[];
}

/** Why a person has no score: named, in words. */
export interface Refusal {
  readonly code: 'no_plan' | 'ambiguous_plan' | 'employee_unknown' | 'no_assignment';
  readonly reason: LocalText;
}

export interface Book {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  /** Raised by one with every change. */
  readonly version: number;
  readonly plan: PlanRef | null;
  /** Which version applies on which days; absent where `plan` applies on all of them. */
  readonly segments?: readonly { readonly from: string; readonly to: string; readonly days: number; readonly plan: PlanRef }[];
  /** What decided the targets; absent where they are simply the plan's. */
  readonly assigned?: AssignedTargets;
  /** Whose teams the person counts in, where a plan of the legal entity counts teams: they are told of the month. Absent: nobody is. */
  readonly managers?: readonly string[];
  readonly refusal: Refusal | null;
  readonly metrics: { readonly [metricId: string]: BookedMetric };
  /** One for each scheme that scores by project, in the order of the segments; absent where none does. */
  readonly projects?: readonly ProjectSums[];
  readonly score: ScoreSummary | null;
  /** Expressions that could not be evaluated on a fact: the fact is kept, the metric says so. At most 20 are kept. */
  readonly expressionErrors: readonly {
    readonly metric: string;
    readonly factId: string;
    /** The fact's month, where it is not the book's. */
    readonly period?: string;
    readonly reason: string;
  }[];
  readonly updatedAt: string;
}

/**
 * One order of a customer within a person's month, net of what was taken back. Amounts are the whole order's, not the employee's part:
 * a split order reaches a threshold as a whole, and pays each employee's share of the reward.
 */
export interface CustomerOrder {
  readonly orderId: string;
  readonly factId: string;
  readonly signedAt: string;
  readonly date: string;
  readonly signedFen: number;
  readonly refundedFen: number;
  readonly attributes: Attributes;
  readonly shareMillionths: number;
  /** Absent where the employee has all of it. */
  readonly split?: Split;
  readonly refundFactIds: readonly string[];
  /** What the customer has paid of it so far, in whatever month; absent: nothing yet. */
  readonly paidFen?: number;
  /** The day it was delivered first; absent: not yet. */
  readonly deliveredOn?: string;
  /** Facts that say so. */
  readonly settlementFactIds?: readonly string[];
}
/**
 * A customer within a person's month. `orders` begins with the first order that stands (net above 0), by time then order id; it is empty
 * when none does. Readers take the first only: later ones are items of scoring's own, so that this one stays small.
 */
export interface CustomerState {
  readonly customerId: string;
  readonly orders: readonly CustomerOrder[];
}
/** One order of a person's month; `order` is null while it does not stand. */
export interface OrderState {
  readonly orderId: string;
  readonly customerId: string | null;
  readonly order: CustomerOrder | null;
}

/** A fact as scoring holds it for one person: the done mark of `fact.credited` and the input of every rebuild. */
export interface AppliedFact {
  readonly factId: string;
  readonly revision: number;
  readonly fact: CreditedFact | null;
}
