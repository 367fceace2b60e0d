/** A score in words: how each indicator came about, from which plan version and how many facts. */
import type { Book, BookedMetric, IndicatorScore, ProjectSums, ScoreSummary } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import { compare, fromStored, multiply, type Ratio, ratio, toDecimal, ZERO } from '../../../shared/kernel/ratio.ts';
import type { MetricValues } from './attainment.ts';
import type { CompiledPlan } from './compile-plan.ts';
import type { CompiledGate, CompiledIndicator } from './compile-scheme.ts';
import { type BehindAnswer, explainBehind } from './explain-behind.ts';
import { explainBasis, explainTarget } from './explain-target.ts';
import { numberText, percentText, valueText } from './number-text.ts';
import { type Unavailable, unavailableOf } from './unavailable.ts';
import { windowText } from './window-text.ts';

/** Human units: yuan text for money, percent for ratios. */
export interface IndicatorAnswer {
  readonly id: string;
  readonly name: LocalText;
  readonly kind: CompiledIndicator['kind'];
  readonly metric: string;
  readonly unit: CompiledIndicator['unit'];
  readonly actual: string | null;
  /** Null: none is set. */
  readonly target: string | null;
  /** What the target is made of, where it is not simply the plan's. */
  readonly targetBasis: LocalText | null;
  readonly lowerIsBetter: boolean;
  /** Percent to 2 decimals; null without an actual. */
  readonly attainmentPercent: string | null;
  /** After curve, floor, cap and gates. */
  readonly countedPercent: string;
  readonly points: string;
  readonly weight: string;
  readonly facts: number;
  readonly behind: boolean;
  readonly limitedBy: string | null;
  /** Null where every fact could be computed. */
  readonly unavailable: Unavailable | null;
  readonly explanation: LocalText;
}
export interface SegmentAnswer {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly planId: string;
  readonly version: number;
  readonly total: string;
  readonly indicators: readonly IndicatorAnswer[];
}
export interface ScoreAnswer {
  readonly total: string;
  readonly totalExplanation: LocalText;
  /** Of the version that counts last in the month. */
  readonly indicators: readonly IndicatorAnswer[];
  /** Where the version scores by project: how many projects have an amount, and their amount in yuan. */
  readonly projects: { readonly counted: number; readonly amount: string } | null;
  /** Where more than one version counts: what each gives on the month's numbers, for its days. */
  readonly segments: readonly SegmentAnswer[];
  /** The furthest below its target first. */
  readonly behind: readonly BehindAnswer[];
}

export const valuesOf = (plan: CompiledPlan, metrics: Book['metrics']): MetricValues =>
  plan.metrics.map(({ id }) => {
    const value = Object.hasOwn(metrics, id) ? metrics[id]?.value : undefined;
    return value ? fromStored(value) : null;
  });

type Folded = Pick<Book, 'metrics' | 'expressionErrors'>;
/** Null when the plan has no scheme. `score` must be that of the same plan and metrics. */
export const explainScore = (plan: CompiledPlan, book: Folded, score: ScoreSummary): ScoreAnswer | null => {
  const scoring = (plan.segments ?? []).filter(({ scheme }) => scheme !== null);
  const last = scoring.at(-1);
  const scheme = last ? last.scheme : plan.scheme;
  if (!scheme) return null;
  const values = valuesOf(plan, book.metrics);
  const current = explainScheme({ ...plan, ref: last?.ref ?? plan.ref, scheme }, book, score);
  const segments = (score.segments ?? []).map((segment, place) => {
    const own = scoring[place];
    if (!own) throw new Error('the score has other segments than the plan');
    const answers = explainScheme({ ...plan, ref: own.ref, scheme: own.scheme }, book, segment);
    const { from, to, days, total } = segment;
    return { from, to, days, planId: own.ref.planId, version: own.ref.version, total, indicators: answers.map(({ answer }) => answer) };
  });
  return {
    total: score.total,
    totalExplanation: segments.length > 0 ? explainSegments(segments, score.total) : explainTotal({ ...plan, scheme }, score),
    indicators: current.map(({ answer }) => answer),
    projects: score.projects ? { counted: score.projects.counted, amount: amountText(score.projects) } : null,
    segments,
    behind: explainBehind(current, { segments: scoring, projects: score.projects, values }),
  };
};

/** An indicator with its score and the words for it. */
interface Explained {
  readonly indicator: CompiledIndicator;
  readonly scored: IndicatorScore;
  readonly answer: IndicatorAnswer;
}
const explainScheme = (plan: CompiledPlan, book: Folded, { indicators }: Pick<ScoreSummary, 'indicators'>): readonly Explained[] =>
  (plan.scheme?.indicators ?? []).map((indicator, index) => {
    const scored = indicators[index];
    if (!scored || scored.id !== indicator.id) throw new Error(`the score has no indicator ${indicator.id}: it is of another plan`);
    const metric = Object.hasOwn(book.metrics, indicator.metric) ? book.metrics[indicator.metric] : undefined;
    return { indicator, scored, answer: answerOf(plan, indicator, scored, { metric, unavailable: unavailableOf(indicator.metric, book) }) };
  });

/** `11-01 至 11-15(15 天)100.00`, weighed by days. */
const explainSegments = (segments: readonly SegmentAnswer[], total: string): LocalText => {
  const days = segments.reduce((sum, segment) => sum + segment.days, 0);
  const parts = (zh: boolean): string =>
    segments
      .map(({ from, to, days: own, planId, version, total: points }) =>
        zh
          ? `${from} 至 ${to}(${own} 天,方案 ${planId} 第 ${version} 版)${points}`
          : `${from} to ${to} (${own} days, plan ${planId} version ${version}) ${points}`,
      )
      .join(zh ? ';' : '; ');
  return {
    zh: `月内方案有变更,各按整月数据计分,再按天数加权:${parts(true)};共 ${days} 天 = ${total}(先相加,后四舍五入)`,
    en: `more than one version counts this month; each is scored on the whole month, then weighed by days: ${parts(false)}; ${days} days in all = ${total} (added exactly, then rounded)`,
  };
};

const answerOf = (
  plan: CompiledPlan,
  indicator: CompiledIndicator,
  scored: IndicatorScore,
  { metric, unavailable }: { readonly metric: BookedMetric | undefined; readonly unavailable: Unavailable | null },
): IndicatorAnswer => {
  const explanation = explainIndicator(plan, indicator, scored, metric);
  const attainment = scored.attainment && fromStored(scored.attainment);
  return {
    id: indicator.id,
    name: indicator.name,
    kind: indicator.kind,
    metric: indicator.metric,
    unit: indicator.unit,
    actual: scored.actual && numberText(fromStored(scored.actual), indicator.unit),
    target: indicator.target && numberText(indicator.target, indicator.unit),
    targetBasis: explainBasis(indicator),
    lowerIsBetter: indicator.lowerIsBetter,
    attainmentPercent: attainment && percent2(attainment),
    countedPercent: percent2(fromStored(scored.counted)),
    points: scored.pointsText,
    weight: scored.weight,
    facts: metric?.facts ?? 0,
    behind: scored.behind,
    limitedBy: scored.limitedBy ?? null,
    unavailable,
    explanation: unavailable
      ? { zh: `${explanation.zh};${unavailable.reason.zh}`, en: `${explanation.en}; ${unavailable.reason.en}` }
      : explanation,
  };
};

const percent2 = (value: Ratio): string => toDecimal(multiply(value, HUNDRED), 2);
const HUNDRED: Ratio = { n: 100, d: 1 };

const explainIndicator = (
  plan: CompiledPlan,
  indicator: CompiledIndicator,
  scored: IndicatorScore,
  metric: BookedMetric | undefined,
): LocalText => {
  const { name, weightText } = indicator;
  const counted = fromStored(scored.counted);
  if (plan.scheme?.projects) return explainOverProjects(plan, indicator, scored, metric);
  const made = attainmentText(indicator, scored, metric, windowText(plan.metrics[indicator.metricIndex], metric));
  const limit = countedText(indicator, scored, counted);
  const source = sourceText(plan, metric);
  return {
    zh: `${name.zh}:${made.zh}${limit.zh};${percentText(counted)} × 权重 ${weightText} = ${scored.pointsText} 分${source.zh}`,
    en: `${name.en}: ${made.en}${limit.en}; ${percentText(counted)} × weight ${weightText} = ${scored.pointsText} points${source.en}`,
  };
};

/** Points over projects are a mean: what each project gives is answered by itself. */
const explainOverProjects = (
  plan: CompiledPlan,
  indicator: CompiledIndicator,
  scored: IndicatorScore,
  metric: BookedMetric | undefined,
): LocalText => {
  const { name } = indicator;
  const shown = scored.actual ? valueText(fromStored(scored.actual), indicator.unit) : { zh: '尚无数据', en: 'no data yet' };
  const target = explainTarget(indicator);
  const source = sourceText(plan, metric);
  return {
    zh: `${name.zh}:各项目按所处阶段的权重计分,再按项目金额加权平均,平均权重 ${scored.weight},得 ${scored.pointsText} 分;全部项目合计 ${shown.zh},目标 ${target.zh}${source.zh}`,
    en: `${name.en}: each project is scored with the weights of its stage, then weighed by amount; mean weight ${scored.weight}, ${scored.pointsText} points; all projects together ${shown.en}, target ${target.en}${source.en}`,
  };
};

const attainmentText = (
  indicator: CompiledIndicator,
  scored: IndicatorScore,
  metric: BookedMetric | undefined,
  days: LocalText,
): LocalText => {
  const target = explainTarget(indicator);
  if (!indicator.target) return { zh: '没有目标,按达成率 0 计', en: 'no target is set, counted as attainment 0' };
  if (!scored.actual || !scored.attainment) {
    return { zh: `尚无数据,目标 ${target.zh},按达成率 0 计`, en: `no data yet, target ${target.en}, counted as attainment 0` };
  }
  const actual = fromStored(scored.actual);
  const shown = valueText(actual, indicator.unit);
  const parts = ratioParts(metric);
  const actualText = { zh: `实际 ${shown.zh}${parts}${days.zh}`, en: `actual ${shown.en}${parts}${days.en}` };
  const targetText = { zh: `目标 ${target.zh}`, en: `target ${target.en}` };
  const attained = percentText(fromStored(scored.attainment));
  if (indicator.target.n <= 0 || (indicator.lowerIsBetter && actual.n <= 0)) {
    return {
      zh: `${actualText.zh},${targetText.zh},达成率按 ${attained} 计`,
      en: `${actualText.en}, ${targetText.en}, attainment taken as ${attained}`,
    };
  }
  const [a, b] = indicator.lowerIsBetter ? [targetText, actualText] : [actualText, targetText];
  return { zh: `${a.zh} ÷ ${b.zh} = 达成率 ${attained}`, en: `${a.en} ÷ ${b.en} = attainment ${attained}` };
};

/** `(18 ÷ 24)` for a ratio, whose own number hides what it is made of. */
const ratioParts = (metric: BookedMetric | undefined): string => {
  const { numerator, denominator } = metric?.state ?? {};
  return typeof numerator === 'string' && typeof denominator === 'string' ? ` (${numerator} ÷ ${denominator})` : '';
};

/** Why what counts differs from the attainment; empty where it does not. */
const countedText = (indicator: CompiledIndicator, scored: IndicatorScore, counted: Ratio): LocalText => {
  const attainment = scored.attainment ? fromStored(scored.attainment) : ZERO;
  const gate = indicator.gates.find(({ metric, limitTo }) => metric === scored.limitedBy && compare(limitTo, counted) === 0);
  if (gate) return gateText(gate, percentText(counted));
  const curved = indicator.curve ? indicator.curve(attainment) : attainment;
  const curve =
    indicator.curve === null
      ? { zh: '', en: '' }
      : {
          zh: `,按${indicator.curveKind === 'stepped' ? '阶梯' : '折线'}计为 ${percentText(curved)}`,
          en: `, ${indicator.curveKind === 'stepped' ? 'by steps' : 'by the curve'} ${percentText(curved)}`,
        };
  if (compare(curved, indicator.cap) > 0) {
    const cap = percentText(indicator.cap);
    return { zh: `${curve.zh},上限 ${cap}`, en: `${curve.en}, at most ${cap}` };
  }
  if (compare(curved, indicator.floor) < 0) {
    const floor = percentText(indicator.floor);
    return { zh: `${curve.zh},下限 ${floor}`, en: `${curve.en}, at least ${floor}` };
  }
  return curve;
};

const gateText = ({ metricName, unit, atLeast }: CompiledGate, limited: string): LocalText => {
  const threshold = valueText(atLeast, unit);
  return {
    zh: `,因${metricName.zh}未达到 ${threshold.zh},最多按 ${limited} 计`,
    en: `, limited to ${limited} because ${metricName.en} is below ${threshold.en}`,
  };
};

const sourceText = ({ ref }: CompiledPlan, metric: BookedMetric | undefined): LocalText => ({
  zh: `(依据 ${metric?.facts ?? 0} 条记录,方案 ${ref.planId} 第 ${ref.version} 版)`,
  en: ` (from ${metric?.facts ?? 0} records, plan ${ref.planId} version ${ref.version})`,
});

/** In yuan. A sum of amounts may be more than a number carries exactly. */
const amountText = ({ amountFen }: ProjectSums): string => toDecimal(ratio(BigInt(amountFen), 100), 2);

const explainTotal = (plan: CompiledPlan, score: ScoreSummary): LocalText => {
  const parts = score.indicators.map(({ pointsText }) => pointsText).join(' + ');
  const gate = plan.scheme?.totalGates.find(({ metric, limitTo }) => {
    return metric === score.totalLimitedBy && compare(limitTo, fromStored(score.totalExact)) === 0;
  });
  const limit = gate ? gateText(gate, score.total) : { zh: '', en: '' };
  const { projects } = score;
  if (projects) {
    const amount = amountText(projects);
    return {
      zh: `总分 = ${projects.counted} 个项目(合计 ${amount} 元)的得分按金额加权平均 = 各项之和 ${parts}${limit.zh} = ${score.total}(先精确计算,后四舍五入)`,
      en: `total = the mean of ${projects.counted} projects (${amount} yuan in all), weighed by amount = the sum of the points ${parts}${limit.en} = ${score.total} (added exactly, then rounded)`,
    };
  }
  return {
    zh: `总分 = 各项得分之和 ${parts}${limit.zh} = ${score.total}(先相加,后四舍五入)`,
    en: `total = the sum of the points ${parts}${limit.en} = ${score.total} (added exactly, then rounded)`,
  };
};
