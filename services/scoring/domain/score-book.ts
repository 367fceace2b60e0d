/**
 * Metric values into a score. Exact fractions throughout; the total is rounded once, to 2 decimals, from the exact sum of the points.
 *
 * Attainment is actual ÷ target, or target ÷ actual where lower is better. Defined for every input:
 * - no actual (a ratio over nothing, no measurement), or no target: attainment null, counted like attainment 0;
 * - target 0 or below: 1 when the target is met (at least, or for lower-is-better at most), else 0;
 * - lower is better and the actual is 0 or below: the best attainment there is (the end of the curve and the cap);
 * - a negative actual: negative attainment; floor (0 unless set) keeps the points from going below.
 * Then curve, floor, cap, and the gates of the indicator; points = counted × weight. Gates on the total come last.
 */
import type { Book, IndicatorScore, ProjectSums, ScoreSummary, SegmentScore } from '../../../shared/contracts/books.ts';
import { add, fromStored, multiply, type Ratio, toDecimal, toStored, ZERO } from '../../../shared/kernel/ratio.ts';
import { attainmentOf, countedOf, isBehind, lowestGate, type MetricValues, targetOf } from './attainment.ts';
import type { CompiledPlan } from './compile-plan.ts';
import type { CompiledScheme } from './compile-scheme.ts';
import { meanByDays } from './mean-by-days.ts';
import { type ScoredIndicators, scoreOverProjects } from './score-projects.ts';

/** Null when the plan has no scheme: it pays without scoring. `projects`: the book's, for schemes that score by project. */
export const scoreBook = (plan: CompiledPlan, values: MetricValues, projects: Book['projects'] = undefined): ScoreSummary | null => {
  const { scheme, segments } = plan;
  const sums = [...(projects ?? [])];
  const scoreOf = (own: CompiledScheme) => scoreScheme(own, values, own.projects && sums.shift());
  if (!segments) return scheme && scoreOf(scheme);
  const scored = segments.flatMap(({ from, to, days, ref, scheme: own }): SegmentScore[] =>
    own ? [{ from, to, days, plan: ref, ...scoreOf(own) }] : [],
  );
  const last = scored.at(-1);
  if (!last) return null;
  const total = meanByDays(scored.map(({ days, totalExact }) => ({ days, value: fromStored(totalExact) })));
  const { indicators, projects: over } = last;
  return { total: toDecimal(total, 2), totalExact: toStored(total), indicators, ...(over ? { projects: over } : {}), segments: scored };
};

/** One version's scheme on the month's numbers. */
const scoreScheme = (scheme: CompiledScheme, values: MetricValues, sums?: ProjectSums): Omit<ScoreSummary, 'segments'> => {
  const { sum, ...scored } = scheme.projects ? scoreOverProjects(scheme, sums, values) : scoreIndicators(scheme, values);
  const limit = lowestGate(scheme.totalGates, values, sum);
  const total = limit ? limit.limitTo : sum;
  const summary = { total: toDecimal(total, 2), totalExact: toStored(total), ...scored };
  return limit ? { ...summary, totalLimitedBy: limit.metric } : summary;
};

const scoreIndicators = (scheme: CompiledScheme, values: MetricValues): ScoredIndicators => {
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
      ...targetOf(indicator),
      actual: actual && toStored(actual),
      attainment: attainment && toStored(attainment),
      counted: toStored(counted),
      points: toStored(points),
      pointsText: toDecimal(points, 2),
      behind: isBehind(attainment),
    };
    indicators.push(limitedBy === null ? score : { ...score, limitedBy });
  }
  return { sum, indicators };
};
