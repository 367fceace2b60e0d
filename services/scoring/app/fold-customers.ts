/** What a batch of facts does to the orders and customers of a person's month: pure over a snapshot. */
import type { WriteOperation } from '../../../shared/adapters/store.ts';
import {
  applyToOrders,
  changesByCustomer,
  type FirstOrderChange,
  isEmptyOrder,
  type OrderParts,
  orderIdOf,
} from '../domain/customer-state.ts';
import { applyChanges } from '../domain/ordered-heads.ts';
import type { Transition } from '../domain/transition.ts';
import { customerStateKey } from '../read.ts';
import {
  orderKey,
  type PersonMonth,
  parseCustomerHeads,
  parseOrder,
  parseStanding,
  putCustomer,
  standingRange,
  writeOrder,
  writeStanding,
} from '../store.ts';
import type { Lacking, Snapshot } from './snapshot.ts';

/** A customer's state keeps the first standing order only, so that it stays small however many orders there are. */
const KEPT_ORDERS = 1;

export type CustomersFold =
  | ({ readonly kind: 'lacking' } & Lacking)
  | {
      readonly kind: 'folded';
      readonly firstOrders: readonly FirstOrderChange[];
      readonly operations: readonly WriteOperation[];
      readonly customerIds: readonly string[];
      readonly orderIds: readonly string[];
    };

/** @param version of the book that this goes with. */
export const foldCustomers = (of: PersonMonth, transitions: readonly Transition[], snapshot: Snapshot, version: number): CustomersFold => {
  const orderIds = new Set<string>();
  for (const { before, after } of transitions) {
    for (const fact of [before, after]) {
      const orderId = fact && orderIdOf(fact);
      if (orderId) orderIds.add(orderId);
    }
  }
  const lackingOrders = [...orderIds].map((orderId) => orderKey(of, orderId)).filter((key) => !snapshot.has(key));
  if (lackingOrders.length > 0) return { kind: 'lacking', keys: lackingOrders, ranges: [] };

  const ordersBefore = new Map<string, OrderParts>();
  for (const orderId of orderIds) {
    const item = snapshot.item(orderKey(of, orderId));
    if (item) ordersBefore.set(orderId, parseOrder(item));
  }
  const ordersAfter = applyToOrders(ordersBefore, transitions);
  const customers = changesByCustomer(ordersBefore, ordersAfter);
  const lackingCustomers = [...customers.keys()]
    .map((id) => customerStateKey(of.employeeId, of.period, id))
    .filter((key) => !snapshot.has(key));
  if (lackingCustomers.length > 0) return { kind: 'lacking', keys: lackingCustomers, ranges: [] };

  const operations: WriteOperation[] = [];
  for (const order of ordersAfter.values()) {
    if (!isEmptyOrder(order) || ordersBefore.has(order.orderId)) {
      operations.push(writeOrder(of, order, { before: snapshot.item(orderKey(of, order.orderId)), version }));
    }
  }
  const firstOrders: FirstOrderChange[] = [];
  const ranges = [];
  for (const [customerId, changes] of customers) {
    const item = snapshot.item(customerStateKey(of.employeeId, of.period, customerId));
    const before = parseCustomerHeads(item);
    const options = { keep: KEPT_ORDERS, order: 'first' } as const;
    let result = applyChanges(before, changes, options);
    if (result.status === 'fetch') {
      const query = standingRange(of, customerId, result.limit);
      const items = snapshot.range(query);
      if (!items) {
        ranges.push(query);
        continue;
      }
      result = applyChanges(
        before,
        changes,
        options,
        items.map((item) => parseStanding(item, query)),
      );
    }
    if (result.status === 'fetch') throw new Error(`the orders of customer ${customerId} cannot be told`);
    operations.push(putCustomer(of, customerId, result.heads, result.total, { before: item, version }));
    for (const [position, order] of result.outside) operations.push(writeStanding(of, customerId, position, order));
    firstOrders.push({ customerId, before: before.heads[0]?.payload ?? null, after: result.heads[0]?.payload ?? null });
  }
  if (ranges.length > 0) return { kind: 'lacking', keys: [], ranges };
  return { kind: 'folded', firstOrders, operations, customerIds: [...customers.keys()], orderIds: [...orderIds] };
};
