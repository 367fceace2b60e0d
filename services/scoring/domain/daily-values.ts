/** What each day of a month gave to the metrics that add up over it. Pure. The days of a metric add up to what the book says. */
import type { StoredRatio } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { countingDay } from '../../../shared/kernel/metric-window.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { add, ONE, type Ratio, toStored, ZERO } from '../../../shared/kernel/ratio.ts';
import { type CompiledMetric, type CompiledPlan, readingOf } from './compile-plan.ts';
import { applyToOrders, firstOrders, type OrderParts, orderIdOf } from './customer-state.ts';

/** By metric id and day, in the metric's own unit (fen for money); days that gave nothing are left out. */
export type DailyValues = Readonly<Record<string, Readonly<Record<string, StoredRatio>>>>;

/** Counted over the month and no other window, by things that each have a day. */
const hasDays = ({ fold, window }: CompiledMetric): boolean =>
  window === 'month' && (fold === 'sum' || fold === 'count' || fold === 'count-distinct' || fold === 'qualified-customers');

/**
 * A fact counts on its day; what is counted once (`count-distinct`) on its first; a customer on the day of the first order that stands.
 * @param facts those of the month that stand.
 */
export const dailyValues = (plan: CompiledPlan, facts: readonly CreditedFact[]): DailyValues => {
  const days = new Map(plan.metrics.filter(hasDays).map(({ id }) => [id, new Map<LocalDate, Ratio>()]));
  const note = (metricId: string, day: LocalDate, value: Ratio): void => {
    const known = days.get(metricId);
    known?.set(day, add(known.get(day) ?? ZERO, value));
  };
  const firsts = new Map<string, Map<string, LocalDate>>();
  const orders = new Map<string, OrderParts>();
  for (const fact of facts) {
    const day = countingDay(fact);
    const reading = readingOf(fact);
    for (const metric of plan.metricsByFactType.get(fact.type) ?? []) {
      if (!hasDays(metric)) continue;
      const contribution = metric.contribute(reading);
      if (contribution.kind === 'value') note(metric.id, day, metric.fold === 'count' ? ONE : contribution.value);
      if (contribution.kind !== 'members') continue;
      const members = firsts.get(metric.id) ?? new Map<string, LocalDate>();
      firsts.set(metric.id, members);
      for (const member of contribution.members) {
        const first = members.get(member);
        if (first === undefined || day < first) members.set(member, day);
      }
    }
    if (!orderIdOf(fact)) continue;
    for (const [orderId, parts] of applyToOrders(orders, [{ factId: fact.factId, before: null, after: fact }])) orders.set(orderId, parts);
  }
  for (const [metricId, members] of firsts) for (const day of members.values()) note(metricId, day, ONE);
  for (const { customerId, after } of firstOrders(orders.values())) {
    for (const metric of after ? plan.customerMetrics.filter(hasDays) : []) {
      const answer = after && metric.qualifies(customerId, after);
      if (after && answer?.ok && answer.qualifies) note(metric.id, after.date as LocalDate, ONE);
    }
  }
  return Object.fromEntries(
    [...days].map(([id, byDay]) => [id, Object.fromEntries([...byDay].map(([day, value]) => [day, toStored(value)]))]),
  );
};
