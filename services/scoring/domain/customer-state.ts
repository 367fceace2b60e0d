/**
 * A customer's orders within a person's month, from the facts that sign, refund, pay and deliver them. Independent of any plan, so that a plan that
 * comes later finds them.
 *
 * - An order is all facts of one order id. Facts of a refund may come before those of the order.
 * - It stands while it was signed and what was signed exceeds what was taken back. Amounts are the whole order's.
 * - A customer's first order is the first standing one by the time it was signed, then by order id.
 */
import type { CustomerOrder, OrderState } from '../../../shared/contracts/books.ts';
import type { Attributes, CreditedFact, Split } from '../../../shared/contracts/facts.ts';
import { fen } from '../../../shared/kernel/money.ts';
import { ascending, type Change, type Entry } from './ordered-heads.ts';
import type { Transition } from './transition.ts';

interface SignedPart {
  readonly factId: string;
  readonly customerId: string;
  readonly signedAt: string;
  readonly date: string;
  readonly amountFen: number;
  readonly shareMillionths: number;
  readonly split?: Split;
  readonly attributes: Attributes;
}
interface RefundPart {
  readonly factId: string;
  readonly amountFen: number;
}
interface DeliveryPart {
  readonly factId: string;
  readonly date: string;
}
/** Everything known of one order, each part by the id of its fact. */
export interface OrderParts {
  readonly orderId: string;
  readonly signed: readonly SignedPart[];
  readonly refunds: readonly RefundPart[];
  readonly payments?: readonly RefundPart[];
  readonly deliveries?: readonly DeliveryPart[];
}
/** Whether any fact is left of it. */
export const isEmptyOrder = ({ signed, refunds, payments = [], deliveries = [] }: OrderParts): boolean =>
  signed.length + refunds.length + payments.length + deliveries.length === 0;

/** What a fact is to an order, whether it is told for the order only or counts in the month itself. */
const PAYMENTS: ReadonlySet<string> = new Set(['order.paid', 'order.settled']);
const DELIVERIES: ReadonlySet<string> = new Set(['project.delivered', 'order.delivered']);

export interface StandingOrder {
  readonly customerId: string;
  readonly position: string;
  readonly order: CustomerOrder;
}

/** The order a fact belongs to; null when it is of no order. A signed order without an order id is one by itself, named by its fact. */
export const orderIdOf = (fact: CreditedFact): string | null => {
  if (fact.type === 'order.signed') return fact.subject.customerId === undefined ? null : (fact.subject.orderId ?? fact.factId);
  const follows = fact.type === 'order.refunded' || PAYMENTS.has(fact.type) || DELIVERIES.has(fact.type);
  return follows ? (fact.subject.orderId ?? null) : null;
};

/** The order and the customer whose state a fact most likely changes. */
export const customersOfFact = (fact: CreditedFact): { readonly orderId: string | null; readonly customerId: string | null } => {
  const orderId = orderIdOf(fact);
  return { orderId, customerId: orderId === null ? null : (fact.subject.customerId ?? null) };
};

/** The whole fact's amount in fen; a refund counts as taken back whether its source writes it with or without a minus. */
const wholeAmount = (fact: CreditedFact): number => fact.totalAmountFen ?? fact.amountFen ?? 0;

const without = <P extends { readonly factId: string }>(parts: readonly P[], factId: string): P[] =>
  parts.filter((part) => part.factId !== factId);
const withPart = <P extends { readonly factId: string }>(parts: readonly P[], part: P): P[] =>
  [...without(parts, part.factId), part].sort((a, b) => ascending(a.factId, b.factId));

const addFact = (order: OrderParts, fact: CreditedFact): OrderParts => {
  if (fact.type === 'order.refunded') {
    return { ...order, refunds: withPart(order.refunds, { factId: fact.factId, amountFen: Math.abs(wholeAmount(fact)) }) };
  }
  if (PAYMENTS.has(fact.type)) {
    return { ...order, payments: withPart(order.payments ?? [], { factId: fact.factId, amountFen: wholeAmount(fact) }) };
  }
  if (DELIVERIES.has(fact.type)) {
    return { ...order, deliveries: withPart(order.deliveries ?? [], { factId: fact.factId, date: fact.date }) };
  }
  const { customerId } = fact.subject;
  if (customerId === undefined) return order;
  const part: SignedPart = {
    factId: fact.factId,
    customerId,
    signedAt: fact.occurredAt,
    date: fact.date,
    amountFen: wholeAmount(fact),
    shareMillionths: fact.shareMillionths,
    ...(fact.split === undefined ? {} : { split: fact.split }),
    attributes: fact.attributes,
  };
  return { ...order, signed: withPart(order.signed, part) };
};
const removeFact = (order: OrderParts, { factId }: CreditedFact): OrderParts => ({
  ...order,
  signed: without(order.signed, factId),
  refunds: without(order.refunds, factId),
  ...(order.payments === undefined ? {} : { payments: without(order.payments, factId) }),
  ...(order.deliveries === undefined ? {} : { deliveries: without(order.deliveries, factId) }),
});

/** Orders after the transitions; `before` holds those that exist, by order id. */
export const applyToOrders = (
  before: ReadonlyMap<string, OrderParts>,
  transitions: readonly Transition[],
): ReadonlyMap<string, OrderParts> => {
  const after = new Map<string, OrderParts>();
  const edit = (orderId: string, change: (order: OrderParts) => OrderParts): void => {
    after.set(orderId, change(after.get(orderId) ?? before.get(orderId) ?? { orderId, signed: [], refunds: [] }));
  };
  for (const { before: old, after: now } of transitions) {
    const oldId = old && orderIdOf(old);
    if (old && oldId) edit(oldId, (order) => removeFact(order, old));
    const newId = now && orderIdOf(now);
    if (now && newId) edit(newId, (order) => addFact(order, now));
  }
  return after;
};

/**
 * Null while the order does not stand. Its first signed part by time, then fact id, says when, for whom and with which attributes.
 * @throws RangeError when an order adds up to more than an amount may be.
 */
export const standingOrder = (parts: OrderParts | undefined): StandingOrder | null => {
  if (!parts) return null;
  let first: SignedPart | undefined;
  let signedFen = 0;
  for (const part of parts.signed) {
    signedFen += part.amountFen;
    if (first === undefined || part.signedAt < first.signedAt) first = part;
  }
  const refundedFen = parts.refunds.reduce((sum, refund) => sum + refund.amountFen, 0);
  const paidFen = (parts.payments ?? []).reduce((sum, payment) => sum + payment.amountFen, 0);
  // Beyond what an amount may be, sums would no longer be exact: refused by name instead.
  fen(signedFen);
  fen(refundedFen);
  fen(paidFen);
  if (first === undefined || signedFen - refundedFen <= 0) return null;
  return {
    customerId: first.customerId,
    position: `${first.signedAt}#${parts.orderId}`,
    order: {
      orderId: parts.orderId,
      factId: first.factId,
      signedAt: first.signedAt,
      date: first.date,
      signedFen,
      refundedFen,
      attributes: first.attributes,
      shareMillionths: first.shareMillionths,
      ...(first.split === undefined ? {} : { split: first.split }),
      refundFactIds: parts.refunds.map((refund) => refund.factId),
      ...settlementOf(parts, paidFen),
    },
  };
};

/** The order as rules see it. */
export const orderState = (parts: OrderParts): OrderState => {
  const standing = standingOrder(parts);
  return { orderId: parts.orderId, customerId: standing?.customerId ?? null, order: standing?.order ?? null };
};

const settlementOf = (
  { payments = [], deliveries = [] }: OrderParts,
  paidFen: number,
): Pick<CustomerOrder, 'paidFen' | 'deliveredOn' | 'settlementFactIds'> => {
  const deliveredOn = deliveries.reduce<string | undefined>(
    (first, { date }) => (first === undefined || date < first ? date : first),
    undefined,
  );
  const factIds = [...payments, ...deliveries].map(({ factId }) => factId);
  return {
    ...(paidFen > 0 ? { paidFen } : {}),
    ...(deliveredOn === undefined ? {} : { deliveredOn }),
    ...(factIds.length > 0 ? { settlementFactIds: factIds } : {}),
  };
};

/** What changed for each customer. Customers of orders that do not stand, before nor after, are not in it. */
export const changesByCustomer = (
  before: ReadonlyMap<string, OrderParts>,
  after: ReadonlyMap<string, OrderParts>,
): ReadonlyMap<string, ReadonlyMap<string, Change<CustomerOrder>>> => {
  const customers = new Map<string, Map<string, Change<CustomerOrder>>>();
  const changesOf = (customerId: string): Map<string, Change<CustomerOrder>> => {
    let changes = customers.get(customerId);
    if (!changes) {
      changes = new Map();
      customers.set(customerId, changes);
    }
    return changes;
  };
  for (const [orderId, parts] of after) {
    const old = standingOrder(before.get(orderId));
    const now = standingOrder(parts);
    if (old) changesOf(old.customerId).set(old.position, { before: true, after: null });
    if (now) {
      const moved = !old || old.customerId !== now.customerId || old.position !== now.position;
      changesOf(now.customerId).set(now.position, { before: !moved, after: now.order });
    }
  }
  return customers;
};

/** A customer's first standing order before and after. */
export interface FirstOrderChange {
  readonly customerId: string;
  readonly before: CustomerOrder | null;
  readonly after: CustomerOrder | null;
}

/** The first standing order of every customer, from the orders alone: what a fold from the beginning uses. */
export const firstOrders = (orders: Iterable<OrderParts>): FirstOrderChange[] => {
  const first = new Map<string, Entry<CustomerOrder>>();
  for (const parts of orders) {
    const standing = standingOrder(parts);
    if (!standing) continue;
    const best = first.get(standing.customerId);
    if (!best || ascending(standing.position, best.position) < 0) {
      first.set(standing.customerId, { position: standing.position, payload: standing.order });
    }
  }
  return [...first].map(([customerId, { payload }]) => ({ customerId, before: null, after: payload }));
};
