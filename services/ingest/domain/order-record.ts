/**
 * Where an order was counted, and the facts that follow it. A refund takes the month and the owners of its order, a payment or delivery is
 * told there too, so they meet in this one record, whichever arrives first; all write it under its version, so none can miss another. Pure.
 */
import { SETTLEMENT_TYPES } from '../../../shared/kernel/metric-facts.ts';
import type { Instant, Month } from '../../../shared/kernel/period.ts';
import type { FactHead } from './fact-head.ts';

export const ORDER_SIGNED = 'order.signed';
export const ORDER_REFUNDED = 'order.refunded';

/** More than this for one order is no longer an order. */
export const MAX_ORDER_FACTS = 50;
export const MAX_FOLLOWERS = 500;

/** Facts that follow the order they name. */
export const followsOrder = (type: string): boolean => type === ORDER_REFUNDED || SETTLEMENT_TYPES.has(type);

export interface CountedOrder {
  readonly factId: string;
  readonly occurredAt: Instant;
  readonly period: Month;
  readonly shares: readonly { readonly employeeId: string; readonly shareMillionths: number }[];
}
export interface OrderRecord {
  readonly legalEntityId: string;
  readonly orderId: string;
  readonly version: number;
  /** Facts that say this order was signed: one, unless two sources or two events say it. */
  readonly orders: readonly CountedOrder[];
  /** Facts that take of this order, pay or deliver it, counted or waiting. */
  readonly followers: readonly string[];
  /** The order changed, and they have not all followed yet. */
  readonly followersDue: boolean;
}

export const emptyOrder = (legalEntityId: string, orderId: string): OrderRecord => ({
  legalEntityId,
  orderId,
  version: 0,
  orders: [],
  followers: [],
  followersDue: false,
});

/** The one that is followed: the earliest by time, then id, whatever the order of arrival. */
export const standingOrder = (record: OrderRecord | undefined): CountedOrder | undefined => {
  let first: CountedOrder | undefined;
  for (const order of record?.orders ?? []) {
    if (!first || order.occurredAt < first.occurredAt || (order.occurredAt === first.occurredAt && order.factId < first.factId))
      first = order;
  }
  return first;
};

/** The record after an order's fact took this standing. The same record when nothing changes. */
export const withOrder = (record: OrderRecord, head: FactHead): OrderRecord => {
  const says = head.fact.type === ORDER_SIGNED && head.fact.subject.orderId === record.orderId;
  const counted = says ? countedOrder(head) : undefined;
  const others = record.orders.filter(({ factId }) => factId !== head.factId);
  if (!counted && others.length === record.orders.length) return record;
  const orders = counted ? [...others, counted] : others;
  const changed = !sameCount(standingOrder(record), standingOrder({ ...record, orders }));
  return { ...record, version: record.version + 1, orders, followersDue: record.followersDue || (changed && record.followers.length > 0) };
};

const countedOrder = ({ factId, fact, standing }: FactHead): CountedOrder | undefined => {
  const [first] = standing.status === 'credited' ? standing.credits : [];
  if (standing.status !== 'credited' || !first) return undefined;
  const shares = standing.credits.map(({ employeeId, shareMillionths }) => ({ employeeId, shareMillionths }));
  return { factId, occurredAt: fact.occurredAt, period: first.period, shares };
};

const sameCount = (a: CountedOrder | undefined, b: CountedOrder | undefined): boolean =>
  a?.period === b?.period && JSON.stringify(a?.shares) === JSON.stringify(b?.shares);

/** The record with, or without, a fact that follows it. The same record when nothing changes. */
export const withFollower = (record: OrderRecord, factId: string, follows: boolean): OrderRecord => {
  if (record.followers.includes(factId) === follows) return record;
  const followers = follows ? [...record.followers, factId] : record.followers.filter((id) => id !== factId);
  return { ...record, version: record.version + 1, followers };
};

/** The record once all have followed. */
export const settled = (record: OrderRecord): OrderRecord => ({ ...record, version: record.version + 1, followersDue: false });
