/**
 * What every reward rule of a plan gives one person in one month, from what scoring has booked: pure, exact, and without a word of text.
 * The numbers of the decision are kept, and `explainAward` makes the sentences from them when an award is stored or read.
 *
 * Comparisons are exact (cross-multiplied fractions), every amount is rounded exactly once, half up to the fen.
 */
import type { CustomerOrder, CustomerState, OrderState } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { CreditedFact, Split } from '../../../shared/contracts/facts.ts';
import { factInput, orderInput } from '../../../shared/kernel/expression.ts';
import { type Fen, fen, ZERO_FEN } from '../../../shared/kernel/money.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { add, compare, multiply, ONE, type Ratio, ratio, subtract, ZERO } from '../../../shared/kernel/ratio.ts';
import { unreachable } from '../../../shared/kernel/result.ts';
import { isInAudience, type PersonOfMonth } from './audience.ts';
import { isLastOf } from './carry.ts';
import type { CompiledGate, CompiledRewards, MetricRule, SubjectRule } from './compile-rewards.ts';
import { excludeRivals } from './exclude-rivals.ts';
import { type Firsts, type GroupPlace, placeIn } from './first-in-group.ts';
import { type Earning, earningOf, payOf, type ReleaseOutcome, releaseOf, roundToFen, type Sharing } from './subject-pay.ts';

export interface RewardEvidence {
  /** `YYYY-MM`. */
  readonly period: string;
  /** Metric id → value (fen for money); null where it is not defined yet, such as a quotient over nothing. */
  readonly metrics: ReadonlyMap<string, Ratio | null>;
  /** Indicator id → attainment before curve and cap. */
  readonly attainments: ReadonlyMap<string, Ratio | null>;
  /** Exact, not the rounded one; null when there is none. */
  readonly score: Ratio | null;
  /** Customers to look at; `state` is null where scoring has none. */
  readonly customers: readonly { readonly customerId: string; readonly state: CustomerState | null }[];
  /** Orders of the month to look at; `state` is null where scoring has none. */
  readonly orders: readonly { readonly orderId: string; readonly state: OrderState | null }[];
  /** Facts to look at; `fact` is null where this person no longer has a part of it. */
  readonly facts: readonly { readonly factId: string; readonly fact: CreditedFact | null }[];
  /** Where the person works at the end of the month; null where that is nowhere, or no rule asks. */
  readonly person: PersonOfMonth | null;
  /** Who is first in the groups of rules that pay only the first. */
  readonly firsts: Firsts;
  /** Now, in the legal entity's time zone; null where no rule asks: then no day has come that something is held until. */
  readonly today: LocalDate | null;
  /** By rule that carries: what its earlier months were paid (`carry.ts`). */
  readonly earlier: ReadonlyMap<string, number>;
}

export interface GateOutcome {
  readonly gate: CompiledGate;
  readonly value: Ratio | null;
  readonly passed: boolean;
}

interface DesiredBase {
  /** What this award is to stand at. */
  readonly amountFen: Fen;
  /** Earned besides, and held until its release. */
  readonly heldFen: Fen;
  readonly gate: GateOutcome | null;
  /** Whether the rule is for this person. */
  readonly inAudience: boolean;
  /** The rule of the same exclusive group that gives more, and what this one would have given; absent where it is paid, or gives nothing anyway. */
  readonly yieldsTo?: { readonly name: LocalText; readonly amountFen: Fen; readonly insteadOf: Desired };
}
export interface DesiredByMetric extends DesiredBase {
  readonly for: 'month';
  readonly rule: MetricRule;
  /** The month overlaps the rule's dates. */
  readonly inForce: boolean;
  readonly value: Ratio | null;
  /** The rule's own test. */
  readonly reached: boolean;
  /** Place of the tier that applied; −1 where the rule has none. */
  readonly tier: number;
  /** Before gate, dates and cap; of a rule that is trued up, on all the time so far. */
  readonly uncappedFen: Fen;
  /** Due for the time so far, before what earlier months were paid is taken off. */
  readonly dueFen: Fen;
  /** What earlier months of the year, or of the time that is trued up, were paid; 0 where that does not matter. */
  readonly earlierFen: number;
}
interface DesiredBySubject extends DesiredBase {
  readonly rule: SubjectRule;
  readonly subjectId: string;
  /** False where the rule does not speak of this fact at all: nothing to store, unless something was paid before. */
  readonly applicable: boolean;
  readonly inForce: boolean;
  readonly reached: boolean;
  /** Why the condition has no answer on this fact (a missing attribute); empty when it has one. */
  readonly fault: string;
  readonly shareMillionths: number;
  /** Null where nobody else has a share, or theirs are not known. */
  readonly split: Split | null;
  /** Null where the rule pays each, or where the condition is not met. */
  readonly place: GroupPlace | null;
  /** Null where nothing is earned. */
  readonly earning: Earning | null;
  /** Null where the rule holds nothing back. */
  readonly release: ReleaseOutcome | null;
}
export interface DesiredByFact extends DesiredBySubject {
  readonly for: 'fact';
  readonly fact: CreditedFact | null;
}
/** By customer: the first order that stands. */
export interface DesiredByOrder extends DesiredBySubject {
  readonly for: 'customer' | 'order';
  readonly order: CustomerOrder | null;
  readonly customerId: string;
}
export type Desired = DesiredByMetric | DesiredByFact | DesiredByOrder;

const atLeastZero = (amount: Fen): Fen => (amount > 0 ? amount : ZERO_FEN);

export const judgeGate = (gate: CompiledGate | null, evidence: RewardEvidence): GateOutcome | null => {
  if (gate === null) return null;
  const source = gate.of === 'metric' ? evidence.metrics : evidence.attainments;
  const value = gate.of === 'score' ? evidence.score : (source.get(gate.id) ?? null);
  return { gate, value, passed: value !== null && compare(value, gate.atLeast) >= 0 };
};

/** Whether a rule that pays by fact or customer pays at all this month; its gate is the same for all of them. */
export const gateIsOpen = (rule: SubjectRule, evidence: RewardEvidence): boolean => judgeGate(rule.gate, evidence)?.passed ?? true;

/** Whether a month is, in part at least, within the rule's dates. */
export const touchesMonth = (rule: Pick<MetricRule, 'from' | 'to'>, period: string): boolean =>
  (rule.from === '' || rule.from.slice(0, 7) <= period) && (rule.to === '' || rule.to.slice(0, 7) >= period);

/** The last tier whose edge is reached; −1 below 0. */
const tierAt = (rule: Extract<MetricRule, { kind: 'tiered-rate' }>, value: Ratio): number => {
  let found = -1;
  for (const tier of rule.tiers) {
    if (compare(value, tier.edge) < 0) break;
    found += 1;
  }
  return found;
};

const evaluateMetricRule = (rule: MetricRule, evidence: RewardEvidence): DesiredByMetric => {
  const value = evidence.metrics.get(rule.metric.id) ?? null;
  const inForce = touchesMonth(rule, evidence.period);
  const gate = judgeGate(rule.gate, evidence);
  const inAudience = isInAudience(rule.audience, evidence.person);
  const { reached, tier, exact } = value === null ? NOT_REACHED : reach(rule, value);
  const advance = rule.trueUp !== null && !isLastOf(rule.trueUp.window, evidence.period as Month) ? rule.trueUp.advance : ONE;
  const uncappedFen = roundToFen(exact);
  const isOpen = gate === null || gate.passed;
  const earlierFen = evidence.earlier.get(rule.id) ?? 0;
  const advancedFen = advance === ONE ? uncappedFen : roundToFen(multiply(exact, advance));
  const dueFen = limited(rule, isOpen ? advancedFen : ZERO_FEN, isOpen, earlierFen);
  const pays = inForce && inAudience;
  const amountFen = !pays ? ZERO_FEN : rule.trueUp === null ? dueFen : fen(dueFen - earlierFen);
  return {
    for: 'month',
    rule,
    inForce,
    inAudience,
    gate,
    value,
    reached,
    tier,
    uncappedFen,
    dueFen,
    earlierFen,
    amountFen,
    heldFen: ZERO_FEN,
  };
};

/** The month's cap, what is left of the year's, and the floor. */
const limited = ({ capFen, capYearFen, floorFen }: MetricRule, amountFen: Fen, isOpen: boolean, earlierFen: number): Fen => {
  const floored = floorFen !== null && isOpen && amountFen < floorFen ? floorFen : amountFen;
  const capped = capFen !== null && floored > capFen ? capFen : floored;
  return capYearFen === null ? capped : atLeastZero(fen(Math.min(capped, capYearFen - earlierFen)));
};

interface Reached {
  readonly reached: boolean;
  readonly tier: number;
  /** Fen, before the one rounding; never below 0. */
  readonly exact: Ratio;
}
const NOT_REACHED: Reached = { reached: false, tier: -1, exact: ZERO };
const reach = (rule: MetricRule, value: Ratio): Reached => {
  const once = (reached: boolean, amountFen: Fen): Reached => (reached ? { reached, tier: -1, exact: ratio(amountFen) } : NOT_REACHED);
  switch (rule.kind) {
    case 'count-threshold':
      return once(compare(value, rule.moreThan) > 0, rule.amountFen);
    case 'fixed-on-target':
      return once(compare(value, rule.target) >= 0, rule.amountFen);
    case 'per-unit': {
      const exact = notBelowZero(multiply(value, rule.perUnit));
      return { reached: roundToFen(exact) > 0, tier: -1, exact };
    }
    case 'over-target':
      return compare(value, rule.target) > 0
        ? { reached: true, tier: -1, exact: multiply(subtract(value, rule.target), rule.perUnit) }
        : NOT_REACHED;
    case 'tiered-rate': {
      // Below 0 (more taken back than sold) there is no tier: the month's commission is 0, never negative.
      const tier = tierAt(rule, value);
      const at = rule.tiers[tier];
      return at === undefined ? NOT_REACHED : { reached: true, tier, exact: notBelowZero(add(multiply(value, at.slope), at.offset)) };
    }
    default:
      return unreachable(rule);
  }
};
const notBelowZero = (amount: Ratio): Ratio => (amount.n > 0 ? amount : ZERO);

const withinDates = (rule: SubjectRule, date: string): boolean =>
  (rule.from === '' || rule.from <= date) && (rule.to === '' || date <= rule.to);

const condition = (rule: SubjectRule, input: Record<string, unknown>): { readonly reached: boolean; readonly fault: string } => {
  const answer = rule.where.evaluate(input);
  return answer.ok ? { reached: answer.value === true, fault: '' } : { reached: false, fault: answer.reason };
};

type Judged = Omit<DesiredBySubject, 'rule' | 'subjectId' | 'applicable' | 'gate' | 'yieldsTo'>;
const NOT_JUDGED: Judged = {
  inAudience: true,
  inForce: false,
  reached: false,
  fault: '',
  shareMillionths: 0,
  split: null,
  place: null,
  earning: null,
  release: null,
  amountFen: ZERO_FEN,
  heldFen: ZERO_FEN,
};

/** What the two kinds of subject have in common. `at` and `id` say which of a group is the first. */
const judge = (
  rule: SubjectRule,
  subject: Sharing & {
    readonly date: string;
    readonly at: string;
    readonly id: string;
    readonly order: CustomerOrder | null;
    readonly worthFen: number;
  },
  input: Record<string, unknown>,
  gate: GateOutcome | null,
  { firsts, person, today }: Pick<RewardEvidence, 'firsts' | 'person' | 'today'>,
): Judged => {
  const { shareMillionths, split } = subject;
  const inForce = withinDates(rule, subject.date);
  const { reached, fault } = condition(rule, input);
  const inAudience = isInAudience(rule.audience, person);
  const place = inForce && reached && inAudience ? placeIn(rule, input, { at: subject.at, id: subject.id }, firsts) : null;
  const pays = inForce && reached && inAudience && (gate === null || gate.passed) && (place === null || place.isFirst);
  const earning = pays ? earningOf(rule, subject.order, subject.worthFen) : null;
  const release = releaseOf(rule, subject, today);
  const { amountFen, heldFen } = earning === null ? NOT_JUDGED : payOf(earning, release, subject);
  return { inAudience, inForce, reached, fault, shareMillionths, split: split ?? null, place, earning, release, amountFen, heldFen };
};

const evaluateFact = (
  rule: SubjectRule,
  factId: string,
  fact: CreditedFact | null,
  input: Record<string, unknown> | null,
  gate: GateOutcome | null,
  evidence: RewardEvidence,
): DesiredByFact => {
  const applicable = fact !== null && (rule.factTypes === null || rule.factTypes.has(fact.type));
  const base = { for: 'fact', rule, subjectId: factId, fact, applicable, gate } as const;
  if (fact === null || input === null || !applicable) return { ...base, ...NOT_JUDGED };
  const { date, occurredAt, shareMillionths, split, totalAmountFen, amountFen = 0 } = fact;
  const subject = { date, at: occurredAt, id: factId, shareMillionths, split, order: null, worthFen: totalAmountFen ?? amountFen };
  return { ...base, ...judge(rule, subject, input, gate, evidence) };
};

const evaluateOrder = (
  rule: SubjectRule,
  { by, subjectId, customerId, order }: Pick<DesiredByOrder, 'subjectId' | 'customerId' | 'order'> & { readonly by: DesiredByOrder['for'] },
  input: Record<string, unknown> | null,
  gate: GateOutcome | null,
  evidence: RewardEvidence,
): DesiredByOrder => {
  const base = { for: by, rule, subjectId, customerId, order, gate } as const;
  if (order === null || input === null) return { ...base, order: null, applicable: false, ...NOT_JUDGED };
  const { date, signedAt, orderId, shareMillionths, split, signedFen, refundedFen } = order;
  const subject = { date, at: signedAt, id: orderId, shareMillionths, split, order, worthFen: signedFen - refundedFen };
  return { ...base, applicable: true, ...judge(rule, subject, input, gate, evidence) };
};

/** What a condition sees of a customer's order. */
export const inputOf = (order: CustomerOrder, customerId: string): Record<string, unknown> => {
  const { orderId, date, signedFen, refundedFen, paidFen, deliveredOn, attributes } = order;
  return orderInput({ orderId, customerId, date, signedFen, refundedFen, paidFen, deliveredOn, attributes });
};

/** The first order that stands: scoring keeps them so, this only refuses one that was taken back in full. */
export const firstStanding = (state: CustomerState | null): CustomerOrder | null =>
  state?.orders.find(({ signedFen, refundedFen }) => signedFen > refundedFen) ?? null;

/**
 * One award for each rule that pays by metric, one for each given fact, order or customer and each rule that pays by those. What a rule pays by
 * fact or customer is before its monthly cap, which is an award of its own (`post-differences.ts`). Order: the plan's; then as given.
 */
export const evaluateRewards = (compiled: CompiledRewards, evidence: RewardEvidence): Desired[] => {
  const desired: Desired[] = [];
  for (const rule of compiled.metricRules) desired.push(evaluateMetricRule(rule, evidence));
  if (compiled.customerRules.length > 0 && evidence.customers.length > 0) {
    const gates = compiled.customerRules.map((rule) => judgeGate(rule.gate, evidence));
    for (const { customerId, state } of evidence.customers) {
      const order = firstStanding(state);
      const input = order === null ? null : inputOf(order, customerId);
      compiled.customerRules.forEach((rule, index) => {
        desired.push(
          evaluateOrder(rule, { by: 'customer', subjectId: customerId, customerId, order }, input, gates[index] ?? null, evidence),
        );
      });
    }
  }
  if (compiled.orderRules.length > 0 && evidence.orders.length > 0) {
    const gates = compiled.orderRules.map((rule) => judgeGate(rule.gate, evidence));
    for (const { orderId, state } of evidence.orders) {
      const { order = null, customerId } = state ?? {};
      const input = order === null ? null : inputOf(order, customerId ?? '');
      compiled.orderRules.forEach((rule, index) => {
        const of = { by: 'order', subjectId: orderId, customerId: customerId ?? '', order } as const;
        desired.push(evaluateOrder(rule, of, input, gates[index] ?? null, evidence));
      });
    }
  }
  if (compiled.factRules.length > 0 && evidence.facts.length > 0) {
    const gates = compiled.factRules.map((rule) => judgeGate(rule.gate, evidence));
    for (const { factId, fact } of evidence.facts) {
      const input = fact === null ? null : factInput(fact);
      compiled.factRules.forEach((rule, index) => {
        desired.push(evaluateFact(rule, factId, fact, input, gates[index] ?? null, evidence));
      });
    }
  }
  return compiled.hasExclusive ? excludeRivals(desired) : desired;
};
