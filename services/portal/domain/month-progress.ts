/**
 * A month beside the time that has passed, and where it ends at the present pace. Pure; exact fractions until they are shown.
 *
 * - Days are those of the indicator's window on which the person is employed; the day itself counts as passed.
 * - What adds up (sums, counts, customers, over the month or a longer calendar window) is expected by the share of days, and projected by the
 *   run rate: value ÷ days passed × all days. Nothing is rounded to whole customers.
 * - What stands as it is (ratios, averages, the latest number, means per day or week, rolling days) is expected at its target at once, and is
 *   its own projection.
 */
import type { ScoreSummary } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import { type MetricWindow, meanPer, mondayOf, windowSpan } from '../../../shared/kernel/metric-window.ts';
import { addDays, daysBetween, firstDay, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';
import {
  compare,
  divide,
  fromStored,
  multiply,
  negate,
  type Ratio,
  ratio,
  subtract,
  toDecimal,
  ZERO,
} from '../../../shared/kernel/ratio.ts';

export type MetricUnit = 'fen' | 'count' | 'number' | 'ratio';
/** Values in the metric's own unit (fen for money). */
export interface ProgressMetric {
  readonly id: string;
  readonly fold: string;
  readonly window: MetricWindow;
  readonly value: Ratio | null;
  /** At the end of the day before the week; null: the week is the first. */
  readonly before: Ratio | null;
}
export interface ProgressIndicator {
  readonly id: string;
  readonly name: LocalText;
  readonly metric: string;
  readonly unit: MetricUnit;
  readonly target: Ratio;
  readonly lowerIsBetter: boolean;
}
/** First and last day of employment, both inclusive. */
export interface Employment {
  readonly hiredOn: LocalDate;
  readonly leftOn: LocalDate | null;
}
/** `future`: not begun. `running`: today is in it. `closed`: over. */
export type Phase = 'future' | 'running' | 'closed';

/** The days of a month and where in them we are. */
export interface MonthDays {
  readonly phase: Phase;
  /** The day at whose end the month is looked at: today, or the last day of a month that is over; null before it begins. */
  readonly on: LocalDate | null;
  readonly days: DayCount;
  /** The week that today is in, as far as it is in the month and the employment; null unless the month runs. */
  readonly week: DayCount | null;
}
/** Both days inclusive; `from` after `to`: no day at all. */
export interface DayCount {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly elapsed: number;
  readonly total: number;
}

const later = (a: LocalDate, b: LocalDate): LocalDate => (a >= b ? a : b);
const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a <= b ? a : b);
const daysFrom = (from: LocalDate, to: LocalDate): number => Math.max(0, daysBetween(from, to) + 1);

/** The part of a stretch of days that the person is employed on, and how much of it has passed at the end of `on`. */
const countDays = (span: { readonly from: LocalDate; readonly to: LocalDate }, of: Employment, on: LocalDate | null): DayCount => {
  const from = later(span.from, of.hiredOn);
  const to = of.leftOn === null ? span.to : earlier(span.to, of.leftOn);
  return { from, to, elapsed: on === null ? 0 : daysFrom(from, earlier(on, to)), total: daysFrom(from, to) };
};

export const monthDays = (month: Month, employment: Employment, today: LocalDate): MonthDays => {
  const span = { from: firstDay(month), to: lastDay(month) };
  const phase = today < span.from ? 'future' : today > span.to ? 'closed' : 'running';
  const on = phase === 'future' ? null : earlier(today, span.to);
  const monday = mondayOf(today);
  const week = { from: later(monday, span.from), to: earlier(addDays(monday, 6), span.to) };
  const counted = phase === 'running' ? countDays(week, employment, on) : null;
  return { phase, on, days: countDays(span, employment, on), week: counted && counted.total > 0 ? counted : null };
};

/** The day whose end the week is compared with; null where the week is the month's first, or there is none. */
export const dayBeforeWeek = ({ week }: MonthDays, month: Month): LocalDate | null =>
  week === null || week.from <= firstDay(month) ? null : addDays(week.from, -1);

/** Whether a metric grows with the days, so that a share of the target can be expected of a share of the days. */
export const accumulates = ({ fold, window }: Pick<ProgressMetric, 'fold' | 'window'>): boolean =>
  ['sum', 'count', 'count-distinct', 'qualified-customers'].includes(fold) &&
  typeof window !== 'object' &&
  meanPer(fold, window) === null &&
  window !== 'day' &&
  window !== 'week';

/** What the engine gives for hypothetical numbers, and how it writes numbers. Both pure. */
export interface Engine {
  scoreWith(values: ReadonlyMap<string, Ratio | null>): ScoreSummary | null;
  /** With its unit in both languages. */
  show(value: Ratio, unit: MetricUnit): LocalText;
}
export type Pace = 'ahead' | 'on-track' | 'behind' | 'no-data' | 'not-begun';

export interface IndicatorProgress {
  readonly id: string;
  readonly name: LocalText;
  readonly unit: MetricUnit;
  readonly lowerIsBetter: boolean;
  /** Whether it adds up over the days, or stands as it is. */
  readonly accumulates: boolean;
  readonly actual: Ratio | null;
  readonly target: Ratio;
  readonly attainment: Ratio | null;
  /** Of its window. */
  readonly days: DayCount;
  /** Share of the days that have passed, 0 to 1; 1 for what stands as it is. */
  readonly expectedShare: Ratio;
  readonly expected: Ratio;
  readonly pace: Pace;
  /** Actual − expected; null without an actual and before the first day. */
  readonly gap: Ratio | null;
  /** Of what adds up over the month alone: this week's part, and the week's share of the target by its days. */
  readonly week: { readonly part: Ratio; readonly share: Ratio } | null;
  readonly projected: { readonly value: Ratio; readonly attainment: Ratio | null } | null;
  readonly text: LocalText;
}
export interface MonthProgress {
  readonly score: { readonly now: Ratio; readonly projected: Ratio | null } | null;
  readonly indicators: readonly IndicatorProgress[];
}
export interface MonthInput {
  readonly month: Month;
  readonly employment: Employment;
  readonly at: MonthDays;
  readonly metrics: readonly ProgressMetric[];
  readonly indicators: readonly ProgressIndicator[];
  readonly score: ScoreSummary | null;
}

/** Every indicator beside the time, and the score at the projected numbers, by the engine itself. */
export const monthProgress = (input: MonthInput, engine: Engine): MonthProgress => {
  const { month, employment, at, metrics, indicators, score } = input;
  const byId = new Map(metrics.map((metric) => [metric.id, { metric, days: countDays(windowDays(metric, month), employment, at.on) }]));
  const projections = new Map([...byId].map(([id, { metric, days }]) => [id, projectedValue(metric, days)]));
  const begun = at.days.elapsed > 0;
  const then = begun ? engine.scoreWith(projections) : null;
  return {
    score: score && { now: fromStored(score.totalExact), projected: then && fromStored(then.totalExact) },
    indicators: indicators.flatMap((indicator) => {
      const known = byId.get(indicator.metric);
      if (!known) return [];
      const value = projections.get(indicator.metric) ?? null;
      const attainments = { now: attainmentIn(score, indicator), projected: attainmentIn(then, indicator) };
      return [progressOf(indicator, known, { at, begun, projected: value, attainments }, engine)];
    }),
  };
};

const windowDays = ({ fold, window }: ProgressMetric, month: Month) =>
  // Customers are those of the month, whatever the window.
  windowSpan(fold === 'qualified-customers' || !accumulates({ fold, window }) ? 'month' : window, month);

/** Null before the first day and without a value. */
const projectedValue = (metric: ProgressMetric, { elapsed, total }: DayCount): Ratio | null => {
  if (metric.value === null || elapsed === 0) return null;
  return accumulates(metric) ? multiply(metric.value, ratio(total, elapsed)) : metric.value;
};
const attainmentIn = (score: ScoreSummary | null, { id }: ProgressIndicator): Ratio | null => {
  const found = score?.indicators.find((one) => one.id === id)?.attainment;
  return found ? fromStored(found) : null;
};

const isPositive = (value: Ratio): boolean => compare(value, ZERO) > 0;

interface Standing {
  readonly at: MonthDays;
  readonly begun: boolean;
  readonly projected: Ratio | null;
  readonly attainments: { readonly now: Ratio | null; readonly projected: Ratio | null };
}
const progressOf = (
  indicator: ProgressIndicator,
  { metric, days }: { readonly metric: ProgressMetric; readonly days: DayCount },
  { at, begun, projected, attainments }: Standing,
  { show }: Engine,
): IndicatorProgress => {
  const { id, name, unit, target, lowerIsBetter } = indicator;
  const grows = accumulates(metric);
  const expectedShare = grows ? ratio(days.elapsed, Math.max(days.total, 1)) : ratio(1);
  // A target of 0 or below is met or not: no part of it can be expected.
  const expected = grows && isPositive(target) ? multiply(target, expectedShare) : target;
  const gap = begun && metric.value ? subtract(metric.value, expected) : null;
  const { week } = at;
  const progress = {
    id,
    name,
    unit,
    lowerIsBetter,
    accumulates: grows,
    actual: metric.value,
    target,
    attainment: attainments.now,
    days,
    expectedShare,
    expected,
    pace: paceOf(begun, gap, lowerIsBetter),
    gap,
    week:
      week && grows && metric.window === 'month' && metric.value
        ? {
            part: subtract(metric.value, metric.before ?? ZERO),
            share: isPositive(target) ? multiply(target, ratio(week.total, days.total)) : ZERO,
          }
        : null,
    projected: projected && { value: projected, attainment: attainments.projected },
  };
  return { ...progress, text: textOf(progress, at.phase, show) };
};

const paceOf = (begun: boolean, gap: Ratio | null, lowerIsBetter: boolean): Pace => {
  if (!begun) return 'not-begun';
  if (gap === null) return 'no-data';
  const over = compare(gap, ZERO);
  if (over === 0) return 'on-track';
  return over > 0 === lowerIsBetter ? 'behind' : 'ahead';
};

const HUNDRED = ratio(100);
export const percentOf = (value: Ratio): string => toDecimal(multiply(value, HUNDRED), 2);

/** `销售额:实际 300,000.00 元,目标 500,000.00 元;已过 15/30 天,应完成 250,000.00 元,超前 50,000.00 元;照此进度月末 600,000.00 元,达成率 120.00%`. */
const textOf = (progress: Omit<IndicatorProgress, 'text'>, phase: Phase, show: Engine['show']): LocalText => {
  const { name, unit, actual, target, days, expected, gap, projected, lowerIsBetter, accumulates: grows } = progress;
  const goal = show(target, unit);
  const seen = actual ? show(actual, unit) : { zh: '尚无数据', en: 'no data yet' };
  const zh = [`${name.zh}:实际 ${seen.zh},目标 ${goal.zh}`];
  const en = [`${name.en}: actual ${seen.en}, target ${goal.en}`];
  if (progress.pace === 'not-begun') return { zh: `${zh[0]};尚未开始`, en: `${en[0]}; not begun` };
  if (gap) {
    const due = show(expected, unit);
    const [paceZh, paceEn] = paceText(progress.pace, show(compare(gap, ZERO) < 0 ? negate(gap) : gap, unit));
    zh.push(
      grows ? `已过 ${days.elapsed}/${days.total} 天,${lowerIsBetter ? '至多' : '应完成'} ${due.zh},${paceZh}` : `比照目标,${paceZh}`,
    );
    en.push(
      grows
        ? `${days.elapsed} of ${days.total} days have passed, ${lowerIsBetter ? 'at most' : 'due are'} ${due.en}, ${paceEn}`
        : `beside the target, ${paceEn}`,
    );
  }
  if (projected && grows && phase === 'running') {
    const end = show(projected.value, unit);
    const reached = projected.attainment && percentOf(projected.attainment);
    zh.push(`照此进度月末 ${end.zh}${reached ? `,达成率 ${reached}%` : ''}`);
    en.push(`at this pace ${end.en} at the end of the month${reached ? `, attainment ${reached}%` : ''}`);
  }
  return { zh: zh.join(';'), en: en.join('; ') };
};
const paceText = (pace: Pace, by: LocalText): readonly [string, string] => {
  if (pace === 'on-track') return ['正好', 'exactly on track'];
  return pace === 'ahead' ? [`超前 ${by.zh}`, `${by.en} ahead`] : [`落后 ${by.zh}`, `${by.en} behind`];
};

/** Part ÷ share in percent: how much of the week's share is there; null where the share is 0. */
export const weekPercent = ({ part, share }: { readonly part: Ratio; readonly share: Ratio }): string | null =>
  isPositive(share) ? percentOf(divide(part, share)) : null;
