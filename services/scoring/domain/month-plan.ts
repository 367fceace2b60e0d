/**
 * A month in which more than one plan version applies: every version's metrics are folded over the whole month, each scheme is scored on them,
 * and the month counts each by its days. So the month is the same as with one version whenever the versions say the same.
 */
import type { PlanRef } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { byFactType, type CompiledMetric, type CompiledPlan } from './compile-plan.ts';
import type { CompiledGate, CompiledScheme } from './compile-scheme.ts';

/** Days of the month, both inclusive, on which one version applies. */
export interface SegmentDays {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly days: number;
}
export interface PlanSegment extends SegmentDays {
  readonly ref: PlanRef;
  readonly name: LocalText;
  /** On the metrics of the combined plan; null where the version pays without scoring. */
  readonly scheme: CompiledScheme | null;
}

const combined = new WeakMap<CompiledPlan, Map<string, CompiledPlan>>();
/** Combinations that are kept for each plan: the days differ only for those who joined, left or moved within the month. */
const MAX_COMBINED = 100;

/**
 * `main` is the version that counts last in the month: its metrics keep their names, its rewards are paid. What another version's scheme needs
 * beside them comes after, under its own name or, where that is taken by another definition, with the version behind it.
 */
export const combinePlans = (main: CompiledPlan, segments: readonly (SegmentDays & { readonly plan: CompiledPlan })[]): CompiledPlan => {
  if (segments.length === 0) return main;
  const kept = combined.get(main) ?? new Map<string, CompiledPlan>();
  const key = segments.map(({ from, to, plan: { ref } }) => `${from} ${to} ${ref.planId} ${ref.version} ${ref.digest}`).join('|');
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= MAX_COMBINED) kept.clear();
  const made = combine(main, segments);
  combined.set(main, kept.set(key, made));
  return made;
};

const combine = (main: CompiledPlan, segments: readonly (SegmentDays & { readonly plan: CompiledPlan })[]): CompiledPlan => {
  const metrics: CompiledMetric[] = [...main.metrics];
  const placeOf = (metric: CompiledMetric, { ref }: CompiledPlan): number => {
    const same = metrics.findIndex(({ definition }) => definition === metric.definition);
    if (same >= 0) return same;
    const id = metrics.some((known) => known.id === metric.id) ? `${metric.id}@${ref.planId}.${ref.version}` : metric.id;
    metrics.push({ ...metric, id, index: metrics.length });
    return metrics.length - 1;
  };
  const parts = segments.map(({ from, to, days, plan }): PlanSegment => {
    const { ref, name, scheme } = plan;
    const gate = (one: CompiledGate): CompiledGate => ({ ...one, ...onto(one.metricIndex) });
    const onto = (index: number): { readonly metric: string; readonly metricIndex: number } => {
      const metric = plan.metrics[index];
      if (!metric) throw new Error(`plan ${ref.planId} version ${ref.version} has no metric ${index}`);
      const metricIndex = placeOf(metric, plan);
      return { metric: metrics[metricIndex]?.id ?? metric.id, metricIndex };
    };
    const moved = scheme && {
      indicators: scheme.indicators.map((one) => ({ ...one, ...onto(one.metricIndex), gates: one.gates.map(gate) })),
      totalGates: scheme.totalGates.map(gate),
      ...(scheme.projects ? { projects: scheme.projects } : {}),
    };
    return { from, to, days, ref, name, scheme: moved };
  });
  return {
    ...main,
    metrics,
    metricsByFactType: byFactType(metrics),
    customerMetrics: metrics.filter((metric) => metric.fold === 'qualified-customers'),
    segments: parts,
    ...(segments.some(({ plan }) => plan.windows) ? { windows: 'unbound' as const } : {}),
  };
};
