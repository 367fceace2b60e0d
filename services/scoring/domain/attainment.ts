/** From an actual to what counts of a weight: attainment, curve, floor, cap and gates. What is defined how is in `score-book.ts`. */
import type { IndicatorScore } from '../../../shared/contracts/books.ts';
import { compare, divide, ONE, type Ratio, toStored, ZERO } from '../../../shared/kernel/ratio.ts';
import type { CompiledGate, CompiledIndicator } from './compile-scheme.ts';

/** By the index of `plan.metrics`. */
export type MetricValues = readonly (Ratio | null)[];

export const isBehind = (attainment: Ratio | null): boolean => attainment === null || compare(attainment, ONE) < 0;

/** Before curve, floor and cap. */
export const attainmentOf = (indicator: CompiledIndicator, actual: Ratio | null): Ratio | null => {
  const { target, lowerIsBetter } = indicator;
  if (actual === null || target === null) return null;
  if (target.n <= 0) {
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
export const lowestGate = (gates: readonly CompiledGate[], values: MetricValues, value: Ratio): CompiledGate | undefined => {
  let lowest: CompiledGate | undefined;
  for (const gate of gates) {
    const actual = values[gate.metricIndex] ?? null;
    if (actual !== null && compare(actual, gate.atLeast) >= 0) continue;
    if (compare(gate.limitTo, lowest ? lowest.limitTo : value) < 0) lowest = gate;
  }
  return lowest;
};

/** The target as text, and exactly where the text may be rounded. */
export const targetOf = ({ target, targetText, targetBasis }: CompiledIndicator): Pick<IndicatorScore, 'target' | 'targetExact'> => ({
  target: targetText,
  ...(target && targetBasis ? { targetExact: toStored(target) } : {}),
});
