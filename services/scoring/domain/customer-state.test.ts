import { describe, expect, it } from 'vitest';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { factOf, refunded, signed } from '../testing/plans.ts';
import { applyToOrders, changesByCustomer, firstOrders, type OrderParts, orderIdOf, standingOrder } from './customer-state.ts';

const ordersOf = (...facts: readonly CreditedFact[]): ReadonlyMap<string, OrderParts> =>
  applyToOrders(
    new Map(),
    facts.map((after) => ({ factId: after.factId, before: null, after })),
  );
const firstOf = (...facts: readonly CreditedFact[]) =>
  Object.fromEntries(firstOrders(ordersOf(...facts).values()).map(({ customerId, after }) => [customerId, after]));

describe('an order', () => {
  it('is what was signed less what was taken back, of the whole order', () => {
    const half = { shareMillionths: 500_000, amountFen: 500_000, totalAmountFen: 1_000_000 };
    const orders = ordersOf(signed('crm:1', 'o1', 'c1', 0, half), refunded('crm:2', 'o1', 150_000, { totalAmountFen: 300_000 }));
    expect(standingOrder(orders.get('o1'))).toMatchObject({
      customerId: 'c1',
      order: { signedFen: 1_000_000, refundedFen: 300_000, shareMillionths: 500_000, factId: 'crm:1', refundFactIds: ['crm:2'] },
    });
  });
  it.each<[string, readonly CreditedFact[], boolean]>([
    ['signed', [signed('f1', 'o', 'c', 100)], true],
    ['refunded in part', [signed('f1', 'o', 'c', 100), refunded('f2', 'o', 99)], true],
    ['refunded in full', [signed('f1', 'o', 'c', 100), refunded('f2', 'o', 100)], false],
    ['refunded in two parts', [signed('f1', 'o', 'c', 100), refunded('f2', 'o', 60), refunded('f3', 'o', 40)], false],
    ['refunded more than in full', [signed('f1', 'o', 'c', 100), refunded('f2', 'o', 500)], false],
    ['a refund written with a minus', [signed('f1', 'o', 'c', 100), refunded('f2', 'o', -100)], false],
    ['the refund came first', [refunded('f2', 'o', 40), signed('f1', 'o', 'c', 100)], true],
    ['a refund alone', [refunded('f2', 'o', 40)], false],
    ['over nothing', [signed('f1', 'o', 'c', 0)], false],
  ])('%s', (_, facts, stands) => {
    expect(standingOrder(ordersOf(...facts).get('o')) !== null).toBe(stands);
  });
  it('without an order id is one by itself; without a customer it is none', () => {
    expect(orderIdOf(factOf('crm:9', 'order.signed', { subject: { customerId: 'c' } }))).toBe('crm:9');
    expect(orderIdOf(factOf('crm:9', 'order.signed', { subject: { orderId: 'o' } }))).toBeNull();
    expect(orderIdOf(factOf('crm:9', 'order.refunded'))).toBeNull();
    expect(orderIdOf(factOf('crm:9', 'order.paid', { subject: { customerId: 'c' } }))).toBeNull();
    expect(orderIdOf(factOf('crm:9', 'customer.won', { subject: { orderId: 'o', customerId: 'c' } }))).toBeNull();
  });
  describe('knows what was paid and delivered of it', () => {
    const order = signed('f1', 'o', 'c', 100);
    const follows = (factId: string, type: string, more: Parameters<typeof factOf>[2] = {}) =>
      factOf(factId, type, { subject: { orderId: 'o' }, ...more });
    const of = (...facts: readonly CreditedFact[]) => {
      const { paidFen, deliveredOn, settlementFactIds } = standingOrder(ordersOf(order, ...facts).get('o'))?.order ?? {};
      return { paidFen, deliveredOn, settlementFactIds };
    };
    const nothing = { paidFen: undefined, deliveredOn: undefined, settlementFactIds: undefined };
    it.each<[string, readonly CreditedFact[], object]>([
      ['nothing yet', [], nothing],
      [
        'in the month itself',
        [follows('p1', 'order.paid', { totalAmountFen: 40 })],
        { ...nothing, paidFen: 40, settlementFactIds: ['p1'] },
      ],
      [
        'in a later month, told for the order alone, in parts',
        [follows('p2', 'order.settled', { totalAmountFen: 60, amountFen: 30 }), follows('p1', 'order.paid', { totalAmountFen: 40 })],
        { ...nothing, paidFen: 100, settlementFactIds: ['p1', 'p2'] },
      ],
      [
        'delivered twice counts from the first',
        [
          { ...follows('d1', 'order.delivered'), date: '2027-01-09' as LocalDate },
          { ...follows('d2', 'project.delivered'), date: '2026-12-30' as LocalDate },
        ],
        { ...nothing, deliveredOn: '2026-12-30', settlementFactIds: ['d1', 'd2'] },
      ],
    ])('%s', (_, facts, expected) => expect(of(...facts)).toEqual(expected));
    it('a payment that is withdrawn is gone, and one alone is no order', () => {
      const paid = follows('p1', 'order.settled', { totalAmountFen: 40 });
      const after = applyToOrders(ordersOf(order, paid), [{ factId: 'p1', before: paid, after: null }]);
      expect(standingOrder(after.get('o'))?.order.paidFen).toBeUndefined();
      expect(standingOrder(ordersOf(paid).get('o'))).toBeNull();
    });
  });
  it('refuses sums that are no longer exact', () => {
    const most = 9_000_000_000_000_000;
    expect(() => standingOrder(ordersOf(signed('f1', 'o', 'c', most), signed('f2', 'o', 'c', most)).get('o'))).toThrow(RangeError);
  });
});

describe('the first order that stands', () => {
  const early = signed('f1', 'o1', 'c', 500, { at: '11-02T09:00' });
  const late = signed('f2', 'o2', 'c', 900, { at: '11-03T09:00' });
  it('is the earliest', () => {
    expect(firstOf(late, early)['c']?.orderId).toBe('o1');
  });
  it('is the next one once the first is taken back in full, and the first again if that is withdrawn', () => {
    expect(firstOf(late, early, refunded('f3', 'o1', 500))['c']?.orderId).toBe('o2');
    expect(firstOf(late, early, refunded('f3', 'o1', 499))['c']?.orderId).toBe('o1');
  });
  it('at the same moment is the one with the smaller order id, whatever the fact ids', () => {
    const same = { at: '11-02T09:00' };
    expect(firstOf(signed('a', 'o-b', 'c', 5, same), signed('z', 'o-a', 'c', 5, same))['c']?.orderId).toBe('o-a');
  });
  it('of an order signed twice is described by the earlier signature', () => {
    const again = signed('f9', 'o1', 'c', 100, { at: '11-01T09:00', attributes: { channel: 'web' } });
    expect(firstOf(early, again)['c']).toMatchObject({ factId: 'f9', signedFen: 600, attributes: { channel: 'web' } });
  });
  it('moves with a correction that names another customer', () => {
    const before = ordersOf(early);
    const corrected = { ...early, revision: 2, subject: { orderId: 'o1', customerId: 'd' } };
    const after = applyToOrders(before, [{ factId: 'f1', before: early, after: corrected }]);
    const changes = changesByCustomer(before, after);
    expect([...changes.keys()].sort()).toEqual(['c', 'd']);
    expect([...(changes.get('c')?.values() ?? [])]).toMatchObject([{ before: true, after: null }]);
    expect([...(changes.get('d')?.values() ?? [])]).toMatchObject([{ before: false, after: { orderId: 'o1' } }]);
  });
});
