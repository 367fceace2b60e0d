/**
 * Metric values into a score. Exact fractions throughout; the total is rounded once, to 2 decimals, from the exact sum of the points.
 *
 * Attainment is actual ÷ target, or target ÷ actual where lower is better. Defined for every input:
 * - no actual (a ratio over nothing, no measurement): attainment null, counted like attainment 0;
 * - target 0 or below: 1 when the target is met (at least, or for lower-is-better at most), else 0;
 * - lower is better and the actual is 0 or below: the best attainment there is (the end of the curve and the cap);
 * - a negative actual: negative attainment; floor (0 unless set) keeps the points from going below.
 * Then curve, floor, cap, and the gates of the indicator; points = counted × weight. Gates on the total come last.
 */
import type { IndicatorScore, ScoreSummary, SegmentScore } from '../../../shared/contracts/books.ts';
import {
  add,
  compare,
  divide,
  fromStored,
  multiply,
  ONE,
  type Ratio,
  ratio,
  toDecimal,
  toStored,
  ZERO,
} from '../../../shared/kernel/ratio.ts';
import type { CompiledPlan } from './compile-plan.ts';
import type { CompiledGate, CompiledIndicator, CompiledScheme } from './compile-scheme.ts';

/** By the index of `plan.metrics`. */
export type MetricValues = readonly (Ratio | null)[];

/** Null when the plan has no scheme: it pays without scoring. */
export const scoreBook = (plan: CompiledPlan, values: MetricValues): ScoreSummary | null => {
  const { scheme, segments } = plan;
  if (!segments) return scheme && scoreScheme(scheme, values);
  const scored = segments.flatMap(({ from, to, days, ref, scheme: own }): SegmentScore[] =>
    own ? [{ from, to, days, plan: ref, ...scoreScheme(own, values) }] : [],
  );
  const last = scored.at(-1);
  if (!last) return null;
  const total = meanByDays(scored.map(({ days, totalExact }) => ({ days, value: fromStored(totalExact) })));
  return { total: toDecimal(total, 2), totalExact: toStored(total), indicators: last.indicators, segments: scored };
};

/** Σ value × days ÷ Σ days, exactly. */
export const meanByDays = (parts: readonly { readonly days: number; readonly value: Ratio }[]): Ratio => {
  const sum = parts.reduce((all, { days, value }) => add(all, multiply(value, ratio(days))), ZERO);
  return divide(sum, ratio(parts.reduce((all, { days }) => all + days, 0)));
};

/** One version's scheme on the month's numbers. */
const scoreScheme = (scheme: CompiledScheme, values: MetricValues): Omit<ScoreSummary, 'segments'> => {
  let sum: Ratio = ZERO;
  const indicators: IndicatorScore[] = [];
  for (const indicator of scheme.indicators) {
    const actual = values[indicator.metricIndex] ?? null;
    const attainment = attainmentOf(indicator, actual);
    const { counted, limitedBy } = countedOf(indicator, attainment, values);
    const points = multiply(counted, indicator.weight);
    sum = add(sum, points);
    const score = {
      id: indicator.id,
      name: indicator.name,
      metric: indicator.metric,
      weight: indicator.weightText,
      target: indicator.targetText,
      actual: actual && toStored(actual),
      attainment: attainment && toStored(attainment),
      counted: toStored(counted),
      points: toStored(points),
      pointsText: toDecimal(points, 2),
      behind: isBehind(attainment),
    };
    indicators.push(limitedBy === null ? score : { ...score, limitedBy });
  }
  const limit = lowestGate(scheme.totalGates, values, sum);
  const total = limit ? limit.limitTo : sum;
  const summary = { total: toDecimal(total, 2), totalExact: toStored(total), indicators };
  return limit ? { ...summary, totalLimitedBy: limit.metric } : summary;
};

export const isBehind = (attainment: Ratio | null): boolean => attainment === null || compare(attainment, ONE) < 0;

/** Before curve, floor and cap. */
export const attainmentOf = (indicator: CompiledIndicator, actual: Ratio | null): Ratio | null => {
  if (actual === null) return null;
  const { target, lowerIsBetter } = indicator;
  if (!indicator.targetPositive) {
    const difference = compare(actual, target);
    return (lowerIsBetter ? difference <= 0 : difference >= 0) ? ONE : ZERO;
  }
  if (!lowerIsBetter) return divide(actual, target);
  return actual.n <= 0 ? indicator.best : divide(target, actual);
};

/** After curve, floor, cap and gates. `limitedBy` names the metric of the gate that decided. */
export const countedOf = (
  indicator: CompiledIndicator,
  attainment: Ratio | null,
  values: MetricValues,
): { readonly counted: Ratio; readonly limitedBy: string | null } => {
  const counted = clampedOf(indicator, attainment ?? ZERO);
  if (indicator.gates.length === 0) return { counted, limitedBy: null };
  const limit = lowestGate(indicator.gates, values, counted);
  return limit ? { counted: limit.limitTo, limitedBy: limit.metric } : { counted, limitedBy: null };
};

/** After curve, floor and cap. */
export const clampedOf = ({ curve, floor, cap }: CompiledIndicator, attainment: Ratio): Ratio => {
  const curved = curve ? curve(attainment) : attainment;
  if (compare(curved, cap) > 0) return cap;
  return compare(curved, floor) < 0 ? floor : curved;
};

/** The gate that limits `value` the most, of those that are not reached; undefined when none limits it. */
const lowestGate = (gates: readonly CompiledGate[], values: MetricValues, value: Ratio): CompiledGate | undefined => {
  let lowest: CompiledGate | undefined;
  for (const gate of gates) {
    const actual = values[gate.metricIndex] ?? null;
    if (actual !== null && compare(actual, gate.atLeast) >= 0) continue;
    if (compare(gate.limitTo, lowest ? lowest.limitTo : value) < 0) lowest = gate;
  }
  return lowest;
};
