/** A person's month as of a day, to be measured against the time that has passed: the same folds and scoring as of `?asOf=`. Nothing is written. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book, PlanRef, Refusal, ScoreSummary } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Metric } from '../../../shared/contracts/plans.ts';
import type { MetricWindow } from '../../../shared/kernel/metric-window.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import type { Ratio } from '../../../shared/kernel/ratio.ts';
import { planLoader } from '../../plans/read.ts';
import { type CompiledPlan, planCompiler } from '../domain/compile-plan.ts';
import type { MetricUnit } from '../domain/compile-scheme.ts';
import { valuesOf } from '../domain/explain-score.ts';
import { planInMonth } from '../domain/plan-windows.ts';
import { scoreBook } from '../domain/score-book.ts';
import type { PersonMonth } from '../store.ts';
import { bookAndPlan, foldedBook } from './read-score.ts';

/** A metric of the plan; values in its own unit (fen for money). */
export interface MetricOnDay {
  readonly id: string;
  readonly fold: Metric['fold'];
  readonly window: MetricWindow;
  /** At the end of the day; null where there is nothing to show. */
  readonly value: Ratio | null;
  /** At the end of the earlier day, where one was asked for. */
  readonly before: Ratio | null;
}
/** Of the version that counts last in the month; indicators without a target have no progress. */
export interface IndicatorTarget {
  readonly id: string;
  readonly name: LocalText;
  readonly metric: string;
  readonly unit: MetricUnit;
  readonly target: Ratio;
  readonly lowerIsBetter: boolean;
}
export interface MonthOnDay {
  readonly plan: PlanRef | null;
  /** Why there is no plan. */
  readonly refusal: Refusal | null;
  readonly metrics: readonly MetricOnDay[];
  readonly indicators: readonly IndicatorTarget[];
  /** Null without a plan, and for a plan that does not score. */
  readonly score: ScoreSummary | null;
  /** The same scheme, gates and segments on other numbers: by metric id, what replaces its value. Points by project stay as they are. */
  scoreWith(values: ReadonlyMap<string, Ratio | null>): ScoreSummary | null;
}
export interface MeasuredDays {
  /** The day at whose end the month is looked at; null: as it is booked. */
  readonly on: LocalDate | null;
  /** An earlier day of the month to compare with; null: the beginning. */
  readonly before: LocalDate | null;
}

/** Makes readers that keep compiled plans. @throws TooManyFacts when there are more facts to fold than for any view as of a day. */
export const monthReader = (store: Store): ((of: PersonMonth, days: MeasuredDays) => Promise<MonthOnDay>) => {
  const deps = { store, plans: planLoader(store), compile: planCompiler() };
  return async (of, { on, before }) => {
    const { stored, planned } = await bookAndPlan(deps, of);
    if (!planned.plan) return { plan: null, refusal: planned.refusal, metrics: [], indicators: [], score: null, scoreWith: () => null };
    const { plan } = planned;
    const asOf = (day: LocalDate | null): Promise<Book> =>
      day === null && stored
        ? Promise.resolve(stored)
        : foldedBook(store, of, planInMonth(plan, of.period, day ?? undefined), { asOf: day, hasBook: stored !== null });
    const [book, earlier] = await Promise.all([asOf(on), before === null ? null : asOf(before)]);
    return onDay(planInMonth(plan, of.period), book, earlier);
  };
};

const onDay = (plan: CompiledPlan, book: Book, earlier: Book | null): MonthOnDay => {
  const values = valuesOf(plan, book.metrics);
  const befores = earlier && valuesOf(plan, earlier.metrics);
  const scheme = plan.segments ? (plan.segments.filter((segment) => segment.scheme).at(-1)?.scheme ?? null) : plan.scheme;
  return {
    plan: plan.ref,
    refusal: null,
    metrics: plan.metrics.map(({ id, fold, window }, place) => ({
      id,
      fold,
      window,
      value: values[place] ?? null,
      before: befores?.[place] ?? null,
    })),
    indicators: (scheme?.indicators ?? []).flatMap(({ id, name, metric, unit, target, lowerIsBetter }) =>
      target ? [{ id, name, metric, unit, target, lowerIsBetter }] : [],
    ),
    score: book.score,
    scoreWith: (replaced) =>
      scoreBook(
        plan,
        plan.metrics.map(({ id }, place) => (replaced.has(id) ? (replaced.get(id) ?? null) : (values[place] ?? null))),
        book.projects,
      ),
  };
};
