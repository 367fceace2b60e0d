/** The facts behind a score, page by page, and what each gives to a metric. */
import type { PageKey, Store } from '../../../shared/adapters/store.ts';
import type { AppliedFact } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { bookKey } from '../../../shared/contracts/messages.ts';
import { formatYuan } from '../../../shared/kernel/money.ts';
import { type CompiledMetric, type Contribution, PASSED, readingOf } from '../domain/compile-plan.ts';
import { numberText } from '../domain/number-text.ts';
import { monthsFrom } from '../domain/plan-windows.ts';
import { customerStateKey, FACT_PREFIX, listAppliedFacts, parseCustomerState } from '../read.ts';
import type { PersonMonth } from '../store.ts';

/** Pages that one request looks through for facts of a metric; the answer may be empty and still have a next page. */
const MAX_PAGES = 10;

export interface FactAnswer extends Pick<CreditedFact, 'type' | 'occurredAt' | 'date' | 'subject' | 'attributes'> {
  readonly factId: string;
  readonly revision: number;
  /** This person's part, and the whole, in yuan. */
  readonly amount: string | null;
  readonly totalAmount: string | null;
  readonly sharePercent: string;
  /** With `metric`: what the fact gives to it. */
  readonly contribution: string | null;
}
export interface FactPage {
  readonly items: readonly FactAnswer[];
  readonly next?: PageKey;
}

export const listFacts = async (
  store: Store,
  of: PersonMonth,
  metric: CompiledMetric | null,
  page: { readonly limit: number; readonly startAfter: PageKey | undefined },
): Promise<FactPage> => {
  const months = monthsFrom(metric?.span?.from ?? null, of.period);
  // A page of the window ends in one of its months, which the key of the next one names.
  let place = Math.max(
    0,
    months.findIndex((period) => page.startAfter?.['pk'] === bookKey(of.employeeId, period)),
  );
  let { startAfter } = page;
  for (let pages = 1; ; pages += 1) {
    const period = months[place] ?? of.period;
    const found = await listAppliedFacts(store, of.employeeId, period, { limit: page.limit, startAfter });
    const items = metric
      ? await contributing(store, of, metric, found.items)
      : found.items.flatMap(({ revision, fact }) => (fact ? [answerOf(fact, revision, null)] : []));
    const following = months[place + 1];
    if (!found.next && following === undefined) return { items };
    const next = found.next ?? { pk: bookKey(of.employeeId, following ?? period), sk: FACT_PREFIX };
    if (items.length > 0 || pages >= MAX_PAGES) return { items, next };
    if (!found.next) place += 1;
    startAfter = next;
  }
};

const contributing = async (
  store: Store,
  of: PersonMonth,
  metric: CompiledMetric,
  applied: readonly AppliedFact[],
): Promise<FactAnswer[]> => {
  if (metric.fold === 'qualified-customers') return firstOrders(store, of, metric, applied);
  return applied.flatMap(({ revision, fact }) => {
    if (!fact) return [];
    const text = contributionText(metric.contribute(readingOf(fact)), metric.unit);
    return text === null ? [] : [answerOf(fact, revision, text)];
  });
};

/** A customer counts by the fact of the first order that stands. */
const firstOrders = async (
  store: Store,
  of: PersonMonth,
  metric: Extract<CompiledMetric, { fold: 'qualified-customers' }>,
  applied: readonly AppliedFact[],
): Promise<FactAnswer[]> => {
  const orders = applied.flatMap(({ revision, fact }) => {
    const customerId = fact?.type === 'order.signed' ? fact.subject.customerId : undefined;
    return fact && customerId !== undefined ? [{ fact, revision, customerId }] : [];
  });
  const states = await store.getMany(orders.map(({ customerId }) => customerStateKey(of.employeeId, of.period, customerId)));
  return orders.flatMap(({ fact, revision, customerId }, index) => {
    const item = states[index];
    const first = item ? parseCustomerState(item).orders[0] : undefined;
    if (!first || first.factId !== fact.factId) return [];
    const answer = metric.qualifies(customerId, first);
    return answer.ok && answer.qualifies ? [answerOf(fact, revision, customerId)] : [];
  });
};

const contributionText = (contribution: Contribution, unit: CompiledMetric['unit']): string | null => {
  switch (contribution.kind) {
    case 'none':
    case 'error':
      return null;
    case 'value':
      return numberText(contribution.value, unit);
    case 'members':
      return memberText(contribution.members);
    case 'ratio': {
      const part = (value: typeof contribution.numerator): string => (value ? numberText(value, 'number') : '0');
      return `${part(contribution.numerator)} ÷ ${part(contribution.denominator)}`;
    }
  }
};

/** A member without its kind; the opportunity of a conversion, marked where it got to the end. */
const memberText = (members: readonly string[]): string => {
  const named = (member: string): string => member.slice(member.indexOf(':') + 1);
  const [first = '', end] = members;
  const opportunity = first.startsWith(PASSED.from) ? named(named(first)) : named(first);
  return end === undefined ? opportunity : `${opportunity} ✓`;
};

const answerOf = (fact: CreditedFact, revision: number, contribution: string | null): FactAnswer => ({
  factId: fact.factId,
  revision,
  type: fact.type,
  occurredAt: fact.occurredAt,
  date: fact.date,
  subject: fact.subject,
  attributes: fact.attributes,
  amount: fact.amountFen === undefined ? null : formatYuan(fact.amountFen),
  totalAmount: fact.totalAmountFen === undefined ? null : formatYuan(fact.totalAmountFen),
  sharePercent: formatShare(fact.shareMillionths),
  contribution,
});
/** Millionths as percent: `60`, `33.3333`. */
const formatShare = (millionths: number): string => String(millionths / 10_000);
