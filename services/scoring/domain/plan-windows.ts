/**
 * A plan bound to one month: each metric counts the facts of the days that its window has in that month, and no others. Binding changes what
 * a fact contributes, nothing else: folds, books and scores know of windows only that some metrics are means.
 */
import { countingDay, meanPer, unitOfDay, windowSpan } from '../../../shared/kernel/metric-window.ts';
import { addMonths, type LocalDate, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { byFactType, type CompiledMetric, type CompiledPlan, type Contribution, type FactReading } from './compile-plan.ts';

const NONE: Contribution = { kind: 'none' };
/** Months that are kept for each plan; the present one, those of late facts and of recalculations. */
const MAX_BOUND = 40;
const bound = new WeakMap<CompiledPlan, Map<Month, CompiledPlan>>();

/** The plan for a month, or for a month as of a day. A plan without windows, or bound already, stays as it is. */
export const planInMonth = (plan: CompiledPlan, period: Month, asOf?: LocalDate): CompiledPlan => {
  if (plan.windows !== 'unbound') return plan;
  if (asOf !== undefined) return bind(plan, period, asOf);
  const months = bound.get(plan) ?? new Map<Month, CompiledPlan>();
  const known = months.get(period);
  if (known) return known;
  const made = bind(plan, period);
  if (months.size >= MAX_BOUND) months.clear();
  bound.set(plan, months.set(period, made));
  return made;
};

const bind = (plan: CompiledPlan, period: Month, asOf?: LocalDate): CompiledPlan => {
  const metrics = plan.metrics.map((metric) => bindMetric(metric, period, asOf));
  const [first, ...others] = metrics.map(({ span }) => span?.from ?? windowSpan('month', period).from);
  const from = others.reduce((a, b) => (a < b ? a : b), first ?? windowSpan('month', period).from);
  return {
    ...plan,
    metrics,
    metricsByFactType: byFactType(metrics),
    customerMetrics: metrics.filter((metric) => metric.fold === 'qualified-customers'),
    windows: { period, from },
  };
};

const bindMetric = (metric: CompiledMetric, period: Month, asOf: LocalDate | undefined): CompiledMetric => {
  const span = { ...windowSpan(metric.window, period, asOf), meanPer: meanPer(metric.fold, metric.window) };
  // Customers are those of the month: their first orders are kept by month.
  if (metric.fold === 'qualified-customers') return { ...metric, span };
  const contribute = (reading: FactReading): Contribution => {
    const day = countingDay(reading.fact);
    if (day < span.from || day > span.to) return NONE;
    const contribution = metric.contribute(reading);
    // Whom a week has already counted, the next one counts again.
    if (contribution.kind !== 'members' || !span.meanPer) return contribution;
    const unit = unitOfDay(span.meanPer, day);
    return { kind: 'members', members: contribution.members.map((member) => `${member} @ ${unit}`) };
  };
  return { ...metric, span, contribute };
};

/** The first day of other months that a plan looks at in a month; null when it looks at none. */
export const reachOf = ({ windows }: CompiledPlan, period: Month): LocalDate | null =>
  typeof windows === 'object' && windows.from < windowSpan('month', period).from ? windows.from : null;

/** From the month of a day to another month, the earliest first; only the latter without a day. */
export const monthsFrom = (from: LocalDate | null, period: Month): Month[] => {
  const months = [period];
  for (let month = period; from !== null && month > monthOf(from); ) {
    month = addMonths(month, -1);
    months.unshift(month);
  }
  return months;
};
