/** Whether targets that are set for a month can be meant: pure, against the plans in force in it. */
import type { Metric, PlanDocument } from '../../../shared/contracts/plans.ts';
import type { IndicatorTargets } from '../../../shared/contracts/targets.ts';
import { checkPositive, checkUnit } from './check-thresholds.ts';
import { error, type Finding } from './finding.ts';

/** By indicator id, the metrics that plans measure it with: one, or more where plans differ. */
export type Measures = ReadonlyMap<string, readonly Metric[]>;

export const measuresOf = (documents: readonly PlanDocument[]): Measures => {
  const found = new Map<string, Metric[]>();
  for (const { metrics, scheme } of documents) {
    for (const { id, metric: metricId } of scheme?.indicators ?? []) {
      const metric = metrics.find((one) => one.id === metricId);
      if (metric) found.set(id, [...(found.get(id) ?? []), metric]);
    }
  }
  return found;
};

/** Where the request names an indicator, and where its number. */
export type TargetPointer = (indicator: string, what: 'indicator' | 'target') => string;

/** Every fault at once: an indicator that no plan in force has, a number in another unit, nothing or less than nothing. */
export const checkTargets = (pointerOf: TargetPointer, targets: IndicatorTargets, measures: Measures): Finding[] =>
  Object.entries(targets).flatMap(([indicator, text]) => {
    const at = pointerOf(indicator, 'target');
    const metrics = measures.get(indicator);
    if (!metrics) {
      const known = [...measures.keys()].sort().slice(0, 10).join(', ');
      return [
        error(
          pointerOf(indicator, 'indicator'),
          'indicator_unknown',
          `该月生效的方案中没有指标 ${indicator};现有:${known || '无'}。请先发布方案`,
          `no plan in force in that month has an indicator ${indicator}; there are: ${known || 'none'}. Publish the plan first`,
        ),
      ];
    }
    const units = metrics.flatMap((metric) => checkUnit(at, text, metric));
    return [...checkPositive(at, text), ...units.filter(({ code }, place) => units.findIndex((one) => one.code === code) === place)];
  });
