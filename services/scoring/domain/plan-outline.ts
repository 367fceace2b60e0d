/** What others must know of a plan to add up the books of several people: how each metric folds, and which way is better. Pure. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Metric, PlanDocument } from '../../../shared/contracts/plans.ts';
import { type MetricUnit, unitOf } from './compile-scheme.ts';

export interface IndicatorOutline {
  readonly metric: string;
  readonly fold: Metric['fold'];
  readonly unit: MetricUnit;
  readonly lowerIsBetter: boolean;
}
export interface ConversionOutline {
  readonly metric: string;
  readonly name: LocalText;
  readonly stages: readonly string[];
  readonly from: string;
  readonly to: string;
}
export interface PlanOutline {
  readonly indicators: ReadonlyMap<string, IndicatorOutline>;
  readonly conversions: readonly ConversionOutline[];
}

export const outlinePlan = ({ metrics, scheme }: PlanDocument): PlanOutline => {
  const byId = new Map(metrics.map((metric) => [metric.id, metric]));
  return {
    indicators: new Map(
      (scheme?.indicators ?? []).flatMap(({ id, metric: metricId, direction }) => {
        const metric = byId.get(metricId);
        if (!metric) return [];
        const lowerIsBetter = direction === 'lower' || metric.fold === 'duration';
        return [[id, { metric: metricId, fold: metric.fold, unit: unitOf(metric), lowerIsBetter }] as const];
      }),
    ),
    conversions: metrics.flatMap((metric) =>
      metric.fold === 'conversion'
        ? [{ metric: metric.id, name: metric.name, stages: metric.stages, from: metric.from, to: metric.to }]
        : [],
    ),
  };
};
