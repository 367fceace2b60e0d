/** The standing of a person in a month: as booked, as it would be without a fact yet, or as of an earlier day. Nothing is written. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book, PlanRef, Refusal } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import { type WindowUnit, windowSpan } from '../../../shared/kernel/metric-window.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { fromStored } from '../../../shared/kernel/ratio.ts';
import type { PlanLoader } from '../../plans/read.ts';
import { type CompiledPlan, toldTo } from '../domain/compile-plan.ts';
import type { MetricUnit } from '../domain/compile-scheme.ts';
import { explainScore, type ScoreAnswer } from '../domain/explain-score.ts';
import { newDelta } from '../domain/fold-facts.ts';
import { EMPTY_FOLD, mergeFold, NO_MEMBERS } from '../domain/merge-fold.ts';
import { combinePlans } from '../domain/month-plan.ts';
import { assignTargets } from '../domain/month-targets.ts';
import { bookWithPlan, type Folded } from '../domain/next-book.ts';
import { numberText } from '../domain/number-text.ts';
import { planInMonth, reachOf } from '../domain/plan-windows.ts';
import { addProjects } from '../domain/score-projects.ts';
import { bookItemKey, parseBook } from '../read.ts';
import type { PersonMonth } from '../store.ts';
import { type MonthPlans, resolutionKeys, resolveItems } from './plan-in-force.ts';
import { foldStoredFacts } from './rebuild-book.ts';

/** Most facts that are folded for a view as of a day. */
export const MAX_AS_OF_FACTS = 50_000;

export interface ReadScoreDeps {
  readonly store: Store;
  readonly plans: PlanLoader;
  readonly compile: (version: Awaited<ReturnType<PlanLoader['load']>>) => CompiledPlan;
}
/** A metric in human units: yuan for money, percent for ratios. */
export interface MetricAnswer {
  readonly id: string;
  readonly name: LocalText;
  readonly unit: MetricUnit;
  readonly value: string | null;
  readonly facts: number;
  /** The days that count. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Of how many days or weeks the value is the mean. */
  readonly meanOver: { readonly unit: WindowUnit; readonly units: number } | null;
}
export interface StandingAnswer extends PersonMonth {
  readonly asOf: LocalDate | null;
  /** 0 before the first fact. */
  readonly bookVersion: number;
  readonly updatedAt: string | null;
  readonly plan: (PlanRef & { readonly name: LocalText }) | null;
  readonly refusal: Refusal | null;
  /** Null without a plan, and for a plan that does not score. */
  readonly score: ScoreAnswer | null;
  readonly metrics: readonly MetricAnswer[];
  readonly expressionErrors: Book['expressionErrors'];
}

/** @throws TooManyFacts when there are more than {@link MAX_AS_OF_FACTS} to fold for a view as of a day. */
export const readStanding = async (deps: ReadScoreDeps, of: PersonMonth, asOf: LocalDate | null): Promise<StandingAnswer> => {
  const { stored, planned } = await bookAndPlan(deps, of);
  const bookVersion = stored?.version ?? 0;
  const updatedAt = stored?.updatedAt ?? null;
  if (!planned.plan) {
    return { ...of, asOf, bookVersion, updatedAt, plan: null, refusal: planned.refusal, score: null, metrics: [], expressionErrors: [] };
  }
  const plan = planInMonth(planned.plan, of.period, asOf ?? undefined);
  const book = stored && asOf === null ? stored : await foldedBook(deps.store, of, plan, { asOf, hasBook: stored !== null });
  return {
    ...of,
    asOf,
    bookVersion,
    updatedAt,
    plan: { ...plan.ref, name: plan.name },
    refusal: null,
    score: book.score && explainScore(plan, book, book.score),
    metrics: plan.metrics.map(({ id, name, unit, window, span }) => {
      const metric = Object.hasOwn(book.metrics, id) ? book.metrics[id] : undefined;
      const { from, to } = span ?? windowSpan(window, of.period, asOf ?? undefined);
      return {
        id,
        name,
        unit,
        value: metric?.value ? numberText(fromStored(metric.value), unit) : null,
        facts: metric?.facts ?? 0,
        from,
        to,
        meanOver: span?.meanPer ? { unit: span.meanPer, units: span.units } : null,
      };
    }),
    expressionErrors: book.expressionErrors,
  };
};

/** The book as it is stored, and the plan that its month is looked at with. */
export const bookAndPlan = async (
  deps: ReadScoreDeps,
  of: PersonMonth,
): Promise<{ readonly stored: Book | null; readonly planned: Planned }> => {
  const [bookItem, ...resolution] = await deps.store.getMany([bookItemKey(of.employeeId, of.period), ...resolutionKeys(of)]);
  const stored = bookItem ? parseBook(bookItem) : null;
  return { stored, planned: await planFor(deps, of, stored, () => resolveItems(of, resolution)) };
};

type Planned = { readonly plan: CompiledPlan } | { readonly plan: null; readonly refusal: Refusal | null };

/** The plan that the book was made with; before the first fact, the one in force. */
const planFor = async (
  deps: ReadScoreDeps,
  { period }: PersonMonth,
  stored: Book | null,
  resolve: () => ReturnType<typeof resolveItems>,
): Promise<Planned> => {
  if (stored?.plan) return { plan: await planOfBook(deps, stored) };
  if (stored) return { plan: null, refusal: stored.refusal };
  const resolved = resolve();
  return resolved.ok ? { plan: await planOfBook(deps, asMade(period, resolved.value)) } : { plan: null, refusal: resolved.error };
};
/** What of a book says which plan it was made with, and which targets. */
export type MadeWith = Pick<Book, 'period' | 'plan' | 'segments' | 'assigned' | 'managers'>;
/** The versions and targets of a month as a book names them. */
export const asMade = (period: Month, { main, days, assigned, managers }: MonthPlans): MadeWith => ({
  period,
  assigned,
  ...(managers.length > 0 ? { managers } : {}),
  plan: main,
  segments: days.map(({ entry, from, to, days: count }) => ({ from, to, days: count, plan: entry })),
});

type LoadPlan = (ref: PlanRef) => Promise<CompiledPlan>;
/** The plan that a book was made with, of all the versions that it names. @throws Error for a book without one. */
export const monthPlanOf = async ({ period, plan, segments = [], assigned, managers }: MadeWith, load: LoadPlan): Promise<CompiledPlan> => {
  if (!plan) throw new Error('the book has no plan');
  const parts = await Promise.all(
    segments.map(async ({ from, to, days, plan: own }) => ({
      from: from as LocalDate,
      to: to as LocalDate,
      days,
      plan: await load(own),
    })),
  );
  return toldTo(assignTargets(combinePlans(await load(plan), parts), assigned, period as Month), managers);
};
export const planOfBook = ({ plans, compile }: Pick<ReadScoreDeps, 'plans' | 'compile'>, book: MadeWith): Promise<CompiledPlan> =>
  monthPlanOf(book, async (ref) => compile(await plans.load(ref)));

/** As of a day, or before the first fact of the month: from the facts that are stored, where any can count. */
export const foldedBook = async (
  store: Store,
  of: PersonMonth,
  plan: CompiledPlan,
  { asOf, hasBook }: { readonly asOf: LocalDate | null; readonly hasBook: boolean },
): Promise<Book> => {
  const merged =
    hasBook || reachOf(plan, of.period) !== null
      ? (await foldStoredFacts(store, of, plan, { max: MAX_AS_OF_FACTS, ...(asOf === null ? {} : { until: asOf }) })).merged
      : emptyFold(plan);
  return bookWithPlan({ ...of, version: 0, updatedAt: '' }, plan, merged);
};
const emptyFold = (plan: CompiledPlan): Folded => {
  const merged = mergeFold(plan, EMPTY_FOLD, newDelta(plan), NO_MEMBERS);
  if (merged.status === 'fetch') throw new Error('a fold from the beginning needs nothing beside it');
  return { ...merged, projects: addProjects(plan, undefined, []) };
};
