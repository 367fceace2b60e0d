/** A team's month day by day: what each day gave, and how far the team had come. Pure; exact fractions until they are shown. */
import type { StoredRatio } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import { addDays, firstDay, type LocalDate, type Month } from '../../../shared/kernel/period.ts';
import { add, divide, fromStored, type Ratio, ZERO } from '../../../shared/kernel/ratio.ts';
import {
  completionOf,
  groupIndicators,
  type MetricUnit,
  type PersonIndicator,
  percentOf,
  type Show,
  type TeamMember,
} from './team-completion.ts';

/** By metric and day, in the metric's own unit; a metric that has no days of its own is absent. */
export type Days = Readonly<Record<string, Readonly<Record<string, StoredRatio>>>>;
export interface TrendMember extends TeamMember {
  /** Null where nothing is known yet. */
  readonly days: Days | null;
}
export interface TrendDay {
  readonly date: LocalDate;
  readonly value: string;
  /** Since the first of the month. */
  readonly cumulative: string;
  /** Cumulative ÷ Σ target; null where the target is 0 or below, or lower is better. */
  readonly completionPercent: string | null;
}
export interface IndicatorTrend {
  readonly id: string;
  readonly name: LocalText;
  readonly unit: MetricUnit;
  readonly people: number;
  readonly target: string;
  readonly days: readonly TrendDay[];
}

/**
 * Indicators whose numbers add up over the days of the month, by id. @param until the last day that is shown: today, or the last of a month
 * that is over; null before the month.
 */
export const teamTrend = (members: readonly TrendMember[], month: Month, until: LocalDate | null, show: Show): IndicatorTrend[] => {
  const daysOf = new Map(members.map(({ employeeId, days }) => [employeeId, days]));
  const hasDays = ({ employeeId, indicator: { metric } }: PersonIndicator): boolean => Object.hasOwn(daysOf.get(employeeId) ?? {}, metric);
  return groupIndicators(members).flatMap((people) => {
    const known = people.filter(hasDays);
    return known.length === 0 ? [] : [trendOf(known, daysOf, datesUntil(month, until), show)];
  });
};

const datesUntil = (month: Month, until: LocalDate | null): LocalDate[] => {
  const dates: LocalDate[] = [];
  for (let day = firstDay(month); until !== null && day <= until; day = addDays(day, 1)) dates.push(day);
  return dates;
};

const trendOf = (
  people: readonly PersonIndicator[],
  daysOf: ReadonlyMap<string, Days | null>,
  dates: readonly LocalDate[],
  show: Show,
): IndicatorTrend => {
  const [{ indicator, kind }] = people as readonly [PersonIndicator];
  const { target, completion } = completionOf(people);
  const asks = completion !== null && !kind.lowerIsBetter;
  let cumulative: Ratio = ZERO;
  return {
    id: indicator.id,
    name: indicator.name,
    unit: kind.unit,
    people: people.length,
    target: show(target ?? ZERO, kind.unit),
    days: dates.map((date): TrendDay => {
      const value = people.reduce((sum, { employeeId, indicator: { metric } }) => {
        const own = daysOf.get(employeeId)?.[metric]?.[date];
        return own ? add(sum, fromStored(own)) : sum;
      }, ZERO);
      cumulative = add(cumulative, value);
      return {
        date,
        value: show(value, kind.unit),
        cumulative: show(cumulative, kind.unit),
        completionPercent: asks && target ? percentOf(divide(cumulative, target)) : null,
      };
    }),
  };
};
