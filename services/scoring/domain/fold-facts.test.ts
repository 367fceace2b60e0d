import { describe, expect, it } from 'vitest';
import type { CustomerOrder } from '../../../shared/contracts/books.ts';
import { documentOf, metric, planOf, signed, versionOf } from '../testing/plans.ts';
import { compilePlan } from './compile-plan.ts';
import { addFirstOrders, addTransition, newDelta } from './fold-facts.ts';
import { EMPTY_FOLD, type FoldState, mergeFold, NO_MEMBERS } from './merge-fold.ts';

const order: CustomerOrder = {
  orderId: 'o1',
  factId: 'crm:1',
  signedAt: '2026-11-02T01:00:00.000Z',
  date: '2026-11-02',
  signedFen: 100,
  refundedFen: 0,
  attributes: {},
  shareMillionths: 1_000_000,
  refundFactIds: [],
};
const merged = (plan: ReturnType<typeof planOf>, before: FoldState, delta: ReturnType<typeof newDelta>): FoldState => {
  const result = mergeFold(plan, before, delta, NO_MEMBERS);
  if (result.status === 'fetch') throw new Error('needs more');
  return result.state;
};

describe('a first order whose condition cannot be evaluated', () => {
  it('that moves to another customer stays listed, whichever of the two is looked at first', () => {
    const plan = planOf([metric({ id: 'customers', fold: 'qualified-customers', qualifies: 'order.attributes.channel.startsWith("w")' })]);
    const first = newDelta(plan);
    addFirstOrders(first, [{ customerId: 'a', before: null, after: order }]);
    const state = merged(plan, EMPTY_FOLD, first);
    expect(state.expressionErrors).toHaveLength(1);

    const moved = newDelta(plan);
    addFirstOrders(moved, [
      { customerId: 'b', before: null, after: { ...order, attributes: { channel: 5 } } },
      { customerId: 'a', before: order, after: null },
    ]);
    const [listed, ...others] = merged(plan, state, moved).expressionErrors;
    expect(others).toEqual([]);
    expect(listed?.reason).not.toBe(state.expressionErrors[0]?.reason);
  });
});

describe('names that are members of every object', () => {
  it('are just names', () => {
    const metrics = ['constructor', 'tostring'].map((id) => metric({ id, fold: 'count', factTypes: ['order.signed'] }));
    const plan = planOf(metrics);
    const delta = newDelta(plan);
    addTransition(delta, { factId: 'crm:1', before: null, after: signed('crm:1', 'o', 'c', 1) });
    const state = merged(plan, { ...EMPTY_FOLD, metrics: {} }, delta);
    expect(Object.keys(state.metrics)).toEqual(['constructor', 'tostring']);
    expect(state.metrics['constructor']).toEqual({ value: { n: '1', d: '1' }, facts: 1, state: {} });
  });
});

describe('sums', () => {
  it('stay exact beyond 2^53', () => {
    const plan = planOf([metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] })]);
    let state = EMPTY_FOLD;
    for (let index = 0; index < 5; index += 1) {
      const delta = newDelta(plan);
      addTransition(delta, { factId: `crm:${index}`, before: null, after: signed(`crm:${index}`, 'o', 'c', 8_999_999_999_999_999) });
      state = merged(plan, state, delta);
    }
    expect(state.metrics['sales']?.value).toEqual({ n: '44999999999999995', d: '1' });
  });
});

describe('a plan that does not compile', () => {
  it.each([
    [
      'an expression',
      [metric({ id: 'n', fold: 'count', factTypes: ['order.signed'], where: 'fact.nothing' })],
      undefined,
      'plan plan version 1, metric n',
    ],
    ['an indicator without its metric', [metric({ id: 'n', fold: 'count', factTypes: ['order.signed'] })], 'm', 'names metric m'],
  ])('%s is a bug, and says where', (_, metrics, named, message) => {
    const scheme =
      named === undefined
        ? undefined
        : { indicators: [{ id: 'i', name: { zh: 'i', en: 'i' }, kind: 'result' as const, metric: named, weight: '100', target: '1' }] };
    expect(() => compilePlan(versionOf(documentOf(metrics, scheme)))).toThrow(message);
  });
});
