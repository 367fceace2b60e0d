/** What is behind, by how much, and what reaching the target is worth in points: each indicator evaluated again at its target. */
import type { IndicatorScore, ProjectSums } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import { compare, fromStored, max, multiply, ONE, type Ratio, subtract, toDecimal, ZERO } from '../../../shared/kernel/ratio.ts';
import { attainmentOf, clampedOf, countedOf, type MetricValues } from './attainment.ts';
import type { CompiledIndicator } from './compile-scheme.ts';
import { meanByDays } from './mean-by-days.ts';
import type { PlanSegment } from './month-plan.ts';
import { numberText, percentText, valueText } from './number-text.ts';
import { meanOverProjects } from './score-projects.ts';

/** An indicator below its target: what is missing, and what closing the gap is worth in points, by exact re-evaluation. */
export interface BehindAnswer {
  readonly id: string;
  readonly name: LocalText;
  readonly attainmentPercent: string | null;
  /** In the indicator's unit; null without an actual. */
  readonly missing: string | null;
  readonly pointsLost: string;
  readonly hint: LocalText;
}
/** An indicator with its score. */
interface Explained {
  readonly indicator: CompiledIndicator;
  readonly scored: IndicatorScore;
  readonly answer: { readonly attainmentPercent: string | null };
}
const HUNDRED: Ratio = { n: 100, d: 1 };

interface Standing {
  readonly segments: readonly PlanSegment[];
  readonly projects: ProjectSums | undefined;
  readonly values: MetricValues;
}

/** The furthest below its target first. `segments` are those that score, where the month has any. */
export const explainBehind = (indicators: readonly Explained[], { segments, projects, values }: Standing): BehindAnswer[] =>
  indicators
    .map((one, index) => ({ ...one, index }))
    .filter(({ scored }) => scored.behind)
    .map((one, place) => ({ ...one, place, attainment: attainmentOf(one.indicator, values[one.indicator.metricIndex] ?? null) }))
    .sort((a, b) => compareAttainment(a.attainment, b.attainment) || a.place - b.place)
    .map(({ indicator, scored, answer, index }) => {
      const overProjects = projects && meanOverProjects(projects, index);
      if (overProjects) {
        const lost = toDecimal(overProjects.lost, 2);
        const { attainmentPercent } = answer;
        return {
          id: indicator.id,
          name: indicator.name,
          attainmentPercent,
          missing: null,
          pointsLost: lost,
          hint: projectsHint(indicator, overProjects.behind, lost),
        };
      }
      const pointsLost = toDecimal(lostPoints(segments, indicator, values), 2);
      const actual = scored.actual && fromStored(scored.actual);
      const { target, lowerIsBetter } = indicator;
      const gap = actual && target && (lowerIsBetter ? subtract(actual, target) : subtract(target, actual));
      return {
        id: indicator.id,
        name: indicator.name,
        attainmentPercent: answer.attainmentPercent,
        missing: gap && gapText(gap, indicator.unit),
        pointsLost,
        hint: hintText(indicator, gap, pointsLost),
      };
    });

/** No data yet is the furthest behind. */
const compareAttainment = (a: Ratio | null, b: Ratio | null): number => {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return compare(a, b);
};

/** What the indicator would count for exactly on target, all else as it is: its own metric's gates see the target too. */
const countedAtTarget = (indicator: CompiledIndicator, values: MetricValues): Ratio => {
  const hypothetical = [...values];
  hypothetical[indicator.metricIndex] = indicator.target;
  return indicator.gates.length === 0 ? clampedOf(indicator, ONE) : countedOf(indicator, ONE, hypothetical).counted;
};

/** A gap between ratios is in percentage points; a whole number of things is missing as a whole number. */
const gapText = (gap: Ratio, unit: CompiledIndicator['unit']): string => (unit === 'ratio' ? percentText(gap) : numberText(gap, unit));

const hintText = (indicator: CompiledIndicator, gap: Ratio | null, pointsLost: string): LocalText => {
  const { name, unit, target, lowerIsBetter } = indicator;
  if (target === null) {
    return {
      zh: `${name.zh}没有目标,不计分(满分 ${pointsLost} 分):请联系制定目标的人`,
      en: `${name.en} has no target and gives no points (${pointsLost} on target): ask whoever sets targets`,
    };
  }
  if (gap === null) {
    return {
      zh: `${name.zh}尚无数据,达到目标可得 ${pointsLost} 分`,
      en: `${name.en} has no data yet; reaching the target is worth ${pointsLost} points`,
    };
  }
  const missing = unit === 'ratio' ? sameText(numberText(multiply(gap, HUNDRED), 'number')) : valueText(gap, unit);
  const unitText = unit === 'ratio' ? { zh: ' 个百分点', en: ' percentage points' } : { zh: '', en: '' };
  return lowerIsBetter
    ? {
        zh: `${name.zh}超出目标 ${missing.zh}${unitText.zh},降到目标可再得 ${pointsLost} 分`,
        en: `${name.en} is ${missing.en}${unitText.en} above the target; coming down to it is worth ${pointsLost} more points`,
      }
    : {
        zh: `${name.zh}距目标还差 ${missing.zh}${unitText.zh},达标可再得 ${pointsLost} 分`,
        en: `${name.en} is ${missing.en}${unitText.en} short of the target; reaching it is worth ${pointsLost} more points`,
      };
};
const projectsHint = ({ name }: CompiledIndicator, behind: number, lost: string): LocalText => ({
  zh: `${name.zh}:${behind} 个项目未达目标,全部达标可再得 ${lost} 分`,
  en: `${name.en}: ${behind} projects are short of the target; all of them reaching it is worth ${lost} more points`,
});
const sameText = (text: string): LocalText => ({ zh: text, en: text });

/** What reaching the target is worth: in each segment by its own weight and target, weighed by days. */
const lostPoints = (segments: readonly PlanSegment[], indicator: CompiledIndicator, values: MetricValues): Ratio => {
  if (segments.length === 0) return lostIn(indicator, values);
  return meanByDays(
    segments.map(({ days, scheme }) => {
      const own = scheme?.indicators.find(({ id }) => id === indicator.id);
      return { days, value: own ? lostIn(own, values) : ZERO };
    }),
  );
};
const lostIn = (indicator: CompiledIndicator, values: MetricValues): Ratio => {
  const attainment = attainmentOf(indicator, values[indicator.metricIndex] ?? null);
  const points = multiply(countedOf(indicator, attainment, values).counted, indicator.weight);
  return max(subtract(multiply(countedAtTarget(indicator, values), indicator.weight), points), ZERO);
};
