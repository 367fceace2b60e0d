import { describe, expect, it } from 'vitest';
import type { PlanDocument, Reward } from '../../../shared/contracts/plans.ts';
import { type Finding, MAX_FINDINGS } from './finding.ts';
import { partsOf } from './plan-parts.ts';
import { soundRewards, withRewards } from './testing/sound-plan.ts';
import { verifyPlan } from './verify-plan.ts';

const verify = (plan: PlanDocument): readonly Finding[] => verifyPlan(partsOf(plan));
const { factTypes: _, ...customerRule } = { ...soundRewards.perFact, per: 'customer', where: 'order.net > 0' } as const;

describe('two rules for one fact', () => {
  const rule = (id: string, where: string, more: Partial<typeof soundRewards.perFact> | object = {}): Reward =>
    ({ ...soundRewards.perFact, id, where, ...more }) as Reward;
  const overlaps = (...rules: Reward[]): readonly Finding[] => verify(withRewards(...rules)).filter(({ code }) => code === 'rules_overlap');

  it('are refused with a fact that both pay for', () => {
    const [found, ...more] = overlaps(
      rule('big', 'fact.amount >= 1000000'),
      rule('any-new', 'has(fact.attributes.newCustomer) && fact.attributes.newCustomer == true'),
    );
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      path: '/rewards/1',
      severity: 'error',
      counterexample: { 'fact.type': 'customer.won', 'fact.amount': '10000.00', 'attributes.newCustomer': 'true' },
    });
    expect(found?.zh).toContain('stacks: true');
  });

  it.each([
    ['amounts that exclude each other', rule('a', 'fact.amount >= 1000000'), rule('b', 'fact.amount < 1000000')],
    ['amounts one fen apart', rule('a', 'fact.amount > 5'), rule('b', '6 > fact.amount')],
    [
      'other values of an attribute',
      rule('a', 'fact.attributes.tier == "gold"'),
      rule('b', 'fact.attributes.tier in ["silver", "bronze"]'),
    ],
    ['an attribute and its absence', rule('a', 'fact.attributes.x == 1'), rule('b', '!has(fact.attributes.x)')],
    [
      'a condition and its opposite',
      rule('a', 'fact.amount > 5 || fact.date > "2026-11-15"'),
      rule('b', '!(fact.amount > 5 || fact.date > "2026-11-15")'),
    ],
    ['other types', rule('a', 'true'), rule('b', 'true', { factTypes: ['visit.validated'] })],
    ['other dates', rule('a', 'true', { to: '2026-11-15' }), rule('b', 'true', { from: '2026-11-16' })],
    ['a customer and facts that are no orders', rule('a', 'true'), { ...customerRule, id: 'b' } as Reward],
    [
      'a customer and an order with another attribute',
      rule('a', 'fact.attributes.x == 1', { factTypes: ['order.signed'] }),
      { ...customerRule, id: 'b', where: 'order.attributes.x == 2' } as Reward,
    ],
    ['both say that they stack', rule('a', 'true', { stacks: true }), rule('b', 'true', { stacks: true })],
  ])('are accepted: %s', (_name, a, b) => {
    expect(overlaps(a, b)).toEqual([]);
    expect(overlaps(b, a)).toEqual([]);
  });

  it.each([
    ['one day in common', rule('a', 'true', { to: '2026-11-15' }), rule('b', 'true', { from: '2026-11-15' })],
    ['only one says that it stacks', rule('a', 'true', { stacks: true }), rule('b', 'true')],
    ['one type in common', rule('a', 'true'), rule('b', 'true', { factTypes: ['visit.validated', 'customer.won'] })],
    ['amounts that meet', rule('a', 'fact.amount >= 5'), rule('b', 'fact.amount <= 5')],
    ['a customer and the order it became', rule('a', 'true', { factTypes: ['order.signed'] }), { ...customerRule, id: 'b' } as Reward],
    [
      'two rules for customers',
      { ...customerRule, id: 'a', where: 'order.net >= 100' } as Reward,
      { ...customerRule, id: 'b', where: 'order.refunded > 5' } as Reward,
    ],
    ['a choice', rule('a', 'fact.amount > 5 ? true : fact.date == "2026-11-01"'), rule('b', 'fact.amount <= 5')],
    ['an arithmetic limit', rule('a', 'fact.amount > 2 * 500000'), rule('b', 'fact.amount < 1000002')],
    ['what is not understood', rule('a', 'fact.subject.customerId.startsWith("a")'), rule('b', '!fact.subject.customerId.startsWith("a")')],
  ])('are refused: %s', (_name, a, b) => {
    expect(overlaps(a, b)).toHaveLength(1);
  });

  it('says when exclusion only cannot be proven', () => {
    const [found] = overlaps(rule('a', 'fact.subject.customerId.startsWith("a")'), rule('b', '!fact.subject.customerId.startsWith("a")'));
    expect(found?.counterexample).toBeUndefined();
    expect(found?.en).toContain('cannot be proven');
  });

  it('is bounded: sixty rules of wide conditions take little time', () => {
    const wide = Array.from({ length: 24 }, (_, i) => `fact.amount == ${i}`).join(' || ');
    const rules = Array.from({ length: 60 }, (_, i) => rule(`r${i}`, `(${wide}) && fact.attributes.x != ${i}`));
    const before = performance.now();
    expect(verify(withRewards(...rules)).length).toBeLessThanOrEqual(MAX_FINDINGS);
    expect(performance.now() - before).toBeLessThan(15_000);
  });
});
