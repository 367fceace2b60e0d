/**
 * Facts into metrics. A change is a list of transitions, each taking one fact's old contribution out and putting the new one in; their sum
 * (`FoldDelta`) is added to what is booked. Every fold commutes, so the order, the split into batches and repeated corrections do not
 * matter, and folding from the beginning is the same operation from an empty book (I3).
 */
import type { BookedMetric, CustomerOrder, StoredRatio } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { add, ONE, type Ratio, subtract, toStored, ZERO } from '../../../shared/kernel/ratio.ts';
import { type CompiledPlan, type Contribution, type FactMetric, readingOf } from './compile-plan.ts';
import type { FirstOrderChange } from './customer-state.ts';
import type { Change } from './ordered-heads.ts';
import type { Transition } from './transition.ts';

/** What a metric's facts add up to, or by how much that changes. */
export interface MetricDelta {
  facts: number;
  /** Σ value, or Σ numerator. */
  sum: Ratio;
  /** Σ denominator. */
  below: Ratio;
  /** count-distinct, conversion: how many facts more or fewer name each member. */
  readonly members: Map<string, number>;
  /** latest: measurements that came or went, by time and fact id. */
  readonly measurements: Map<string, Change<StoredRatio>>;
}

export interface FoldDelta {
  readonly plan: CompiledPlan;
  /** By metric index; absent where nothing was touched. */
  readonly metrics: (MetricDelta | undefined)[];
  /** Expression errors that came or went, by metric and fact id; the payload is the reason. */
  readonly errors: Map<string, Change<string>>;
}

/** @throws Error when the plan has windows and is not bound to a month: what a fact counts for could not be told. */
export const newDelta = (plan: CompiledPlan): FoldDelta => {
  if (plan.windows === 'unbound') throw new Error(`plan ${plan.ref.planId} has windows and is not bound to a month`);
  return { plan, metrics: new Array(plan.metrics.length), errors: new Map() };
};

const deltaOf = (delta: FoldDelta, index: number): MetricDelta => {
  let metric = delta.metrics[index];
  if (!metric) {
    metric = { facts: 0, sum: ZERO, below: ZERO, members: new Map(), measurements: new Map() };
    delta.metrics[index] = metric;
  }
  return metric;
};

/** A fact as a book names it. */
export interface NamedFact {
  readonly factId: string;
  /** The fact's month, where it is not the book's: a fact that moved is in both until each has been told. */
  readonly period?: string;
}
/** A space is in no id and comes before all that is: names sort as ids do. */
const nameOf = ({ factId, period }: NamedFact): string => (period === undefined ? factId : `${factId} ${period}`);
export const parseName = (name: string): NamedFact => {
  const [factId = '', period] = name.split(' ');
  return { factId, ...(period === undefined ? {} : { period }) };
};
const named = ({ windows }: CompiledPlan, { factId, period }: CreditedFact): NamedFact =>
  typeof windows === 'object' && windows.period !== period ? { factId, period } : { factId };

/** Where a measurement stands among those of its metric: by time, then fact. */
export const measurementPosition = (occurredAt: string, fact: NamedFact): string => `${occurredAt}#${nameOf(fact)}`;
export const errorPosition = (metricId: string, fact: NamedFact): string => `${metricId}#${nameOf(fact)}`;

/** Notes that an entry came (`after`) or went (null) at a position where others of the same fact may have come or gone before. */
const note = <P>(changes: Map<string, Change<P>>, position: string, after: P | null): void => {
  const known = changes.get(position);
  const before = known ? known.before : after === null;
  if (!before && after === null) changes.delete(position);
  else changes.set(position, { before, after });
};

export const addTransition = (delta: FoldDelta, transition: Transition): void => {
  if (transition.before) addFact(delta, transition.before, -1);
  if (transition.after) addFact(delta, transition.after, 1);
};

const addFact = (delta: FoldDelta, fact: CreditedFact, sign: 1 | -1): void => {
  const metrics = delta.plan.metricsByFactType.get(fact.type);
  if (!metrics) return;
  const reading = readingOf(fact);
  for (const metric of metrics) {
    const contribution = metric.contribute(reading);
    if (contribution.kind !== 'none') addContribution(delta, metric, fact, contribution, sign);
  }
};

const signed = (sum: Ratio, value: Ratio, sign: 1 | -1): Ratio => (sign === 1 ? add(sum, value) : subtract(sum, value));

const addContribution = (delta: FoldDelta, metric: FactMetric, fact: CreditedFact, contribution: Contribution, sign: 1 | -1): void => {
  if (contribution.kind === 'none') return;
  if (contribution.kind === 'error') {
    note(delta.errors, errorPosition(metric.id, named(delta.plan, fact)), sign === 1 ? contribution.reason : null);
    return;
  }
  const target = deltaOf(delta, metric.index);
  target.facts += sign;
  if (contribution.kind === 'ratio') {
    if (contribution.numerator) target.sum = signed(target.sum, contribution.numerator, sign);
    if (contribution.denominator) target.below = signed(target.below, contribution.denominator, sign);
  } else if (contribution.kind === 'members') {
    for (const member of contribution.members) target.members.set(member, (target.members.get(member) ?? 0) + sign);
  } else if (metric.fold === 'latest') {
    note(
      target.measurements,
      measurementPosition(fact.occurredAt, named(delta.plan, fact)),
      sign === 1 ? toStored(contribution.value) : null,
    );
  } else if (metric.fold !== 'count') {
    target.sum = signed(target.sum, contribution.value, sign);
  }
};

/**
 * Customers' first standing orders changed: whether they qualify is looked at again, for every metric that counts such customers. All that
 * go are taken out before those that come are put in: an order may have moved from one customer to another.
 */
export const addFirstOrders = (delta: FoldDelta, changes: readonly FirstOrderChange[]): void => {
  for (const { customerId, before } of changes) if (before) addQualification(delta, customerId, before, -1);
  for (const { customerId, after } of changes) if (after) addQualification(delta, customerId, after, 1);
};

const addQualification = (delta: FoldDelta, customerId: string, order: CustomerOrder, sign: 1 | -1): void => {
  for (const metric of delta.plan.customerMetrics) {
    const answer = metric.qualifies(customerId, order);
    if (!answer.ok) {
      note(delta.errors, errorPosition(metric.id, { factId: order.factId }), sign === 1 ? answer.reason : null);
    } else if (answer.qualifies) {
      const target = deltaOf(delta, metric.index);
      target.facts += sign;
      target.sum = signed(target.sum, ONE, sign);
    }
  }
};

/** The metric before the first fact: 0 where a sum or a number of things is 0, null where there is nothing to divide or to show. */
export const emptyMetric = (fold: CompiledPlan['metrics'][number]['fold']): BookedMetric => {
  switch (fold) {
    case 'ratio':
    case 'conversion':
      return { value: null, facts: 0, state: { numerator: '0', denominator: '0' } };
    case 'average':
    case 'duration':
      return { value: null, facts: 0, state: { sum: '0' } };
    case 'latest':
      return { value: null, facts: 0, state: {} };
    default:
      return { value: { n: '0', d: '1' }, facts: 0, state: {} };
  }
};
