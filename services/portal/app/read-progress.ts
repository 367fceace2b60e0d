/** A person's month beside the time that has passed: facts folded as of today and as of the end of last week, and the engine's own scoring. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { PlanRef, Refusal } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { type Ratio, ratio, toDecimal } from '../../../shared/kernel/ratio.ts';
import { workdaysBetween } from '../../payslip/read.ts';
import { numberText, valueText } from '../../scoring/read.ts';
import { monthReader } from '../../scoring/what-if.ts';
import {
  type DayCount,
  dayBeforeWeek,
  type IndicatorProgress,
  type MonthDays,
  monthDays,
  monthProgress,
  type Pace,
  percentOf,
  weekPercent,
} from '../domain/month-progress.ts';

interface DaysAnswer extends DayCount {
  /** 0 where there is no day. */
  readonly sharePercent: string;
}
/** Numbers in human units: yuan for money, percent for ratios. */
export interface IndicatorProgressAnswer {
  readonly id: string;
  readonly name: LocalText;
  readonly unit: IndicatorProgress['unit'];
  readonly lowerIsBetter: boolean;
  readonly accumulates: boolean;
  readonly actual: string | null;
  readonly target: string;
  readonly attainmentPercent: string | null;
  readonly days: DayCount;
  readonly expectedSharePercent: string;
  readonly expected: string;
  readonly pace: Pace;
  readonly gap: string | null;
  readonly week: { readonly part: string; readonly share: string; readonly percent: string | null } | null;
  readonly projected: string | null;
  readonly projectedAttainmentPercent: string | null;
  readonly text: LocalText;
}
export interface ProgressAnswer {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly phase: MonthDays['phase'];
  readonly asOf: string | null;
  readonly days: DaysAnswer;
  /** Of the same days those that people are due at work; null where the year has no calendar yet. */
  readonly workdays: { readonly elapsed: number; readonly total: number; readonly sharePercent: string } | null;
  readonly week: DayCount | null;
  readonly plan: PlanRef | null;
  readonly refusal: Refusal | null;
  readonly score: { readonly now: string; readonly projected: string | null } | null;
  readonly indicators: readonly IndicatorProgressAnswer[];
}

/** Makes readers that keep compiled plans. @throws TooManyFacts when there are more facts to fold than for any view as of a day. */
export const progressReader = (store: Store) => {
  const readMonth = monthReader(store);
  return async ({ id: employeeId, legalEntityId, hiredOn, leftOn }: Employee, month: Month, today: LocalDate): Promise<ProgressAnswer> => {
    const employment = { hiredOn, leftOn };
    const at = monthDays(month, employment, today);
    const of = { employeeId, legalEntityId, period: month };
    // What is over is as it is booked; what has not begun is what is there today.
    const on = at.phase === 'closed' ? null : today;
    const { plan, refusal, metrics, indicators, score, scoreWith } = await readMonth(of, { on, before: dayBeforeWeek(at, month) });
    const progress = monthProgress({ month, employment, at, metrics, indicators, score }, { scoreWith, show: valueText });
    return {
      ...of,
      phase: at.phase,
      asOf: at.on,
      days: { ...at.days, sharePercent: shareOf(at.days) },
      workdays: workdaysOf(at),
      week: at.week,
      plan,
      refusal,
      score: progress.score && { now: total(progress.score.now), projected: progress.score.projected && total(progress.score.projected) },
      indicators: progress.indicators.map(answerOf),
    };
  };
};

const total = (value: Ratio): string => toDecimal(value, 2);
const shareOf = ({ elapsed, total: all }: Pick<DayCount, 'elapsed' | 'total'>): string => percentOf(ratio(elapsed, Math.max(all, 1)));

const workdaysOf = ({ on, days: { from, to } }: MonthDays): ProgressAnswer['workdays'] => {
  const all = workdaysBetween(from, to);
  const elapsed = on === null ? 0 : workdaysBetween(from, on < to ? on : to);
  return all === null || elapsed === null ? null : { elapsed, total: all, sharePercent: shareOf({ elapsed, total: all }) };
};

const answerOf = (progress: IndicatorProgress): IndicatorProgressAnswer => {
  const { unit, actual, target, attainment, expectedShare, expected, gap, week, projected, ...rest } = progress;
  const shown = (value: Ratio | null): string | null => value && numberText(value, unit);
  return {
    ...rest,
    unit,
    actual: shown(actual),
    target: numberText(target, unit),
    attainmentPercent: attainment && percentOf(attainment),
    expectedSharePercent: percentOf(expectedShare),
    expected: numberText(expected, unit),
    gap: shown(gap),
    week: week && { part: numberText(week.part, unit), share: numberText(week.share, unit), percent: weekPercent(week) },
    projected: shown(projected?.value ?? null),
    projectedAttainmentPercent: projected?.attainment ? percentOf(projected.attainment) : null,
  };
};
