import { describe, expect, it } from 'vitest';
import { compiledOf, evidenceOf, PERIOD, planOf, type RewardInput, RULES } from '../testing/rewards.ts';
import { compileRewards, MAX_COMPILED, rewardsCompiler } from './compile-rewards.ts';
import { evaluateRewards, type RewardEvidence } from './evaluate-rewards.ts';

const amounts = (rewards: readonly RewardInput[], evidence: RewardEvidence): number[] =>
  evaluateRewards(compiledOf(rewards), evidence).map(({ amountFen }) => amountFen);
const amount = (rule: RewardInput, evidence: RewardEvidence): number => {
  const [only, ...others] = amounts([rule], evidence);
  if (only === undefined || others.length > 0) throw new Error('expected exactly one award');
  return only;
};

describe('compiling', () => {
  it.each<[string, RewardInput]>([
    ['a metric that is not there', { ...RULES.visitSubsidy, metric: 'nothing' }],
    ['a rate on a count', { ...RULES.shopCommission, metric: 'visits' }],
    ['points of money', { ...RULES.conversionBonus, metric: 'sales' }],
    ['attainment without target', { ...RULES.slab, target: undefined }],
    ['attainment of 0', { ...RULES.slab, target: '0' }],
    ['tiers that do not begin at 0', { ...RULES.slab, tiers: [{ atLeast: '1', rate: '1%' }] }],
    ['a condition that does not compile', { ...RULES.newCustomer, where: 'order.amount >= ' }],
    ['a condition that is no truth value', { ...RULES.newCustomer, where: 'order.amount' }],
    ['an indicator that is not there', { ...RULES.visitSubsidy, gate: { on: { of: 'attainment', indicator: 'x' }, atLeast: '1' } }],
  ])('refuses %s by the rule’s name', (_, rule) => {
    expect(() => compileRewards(planOf([rule]), 'digest')).toThrow(rule.id);
  });

  it('refuses tiers out of order', () => {
    const tiers = [
      { atLeast: '0', rate: '1%' },
      { atLeast: '5', rate: '2%' },
      { atLeast: '5', rate: '3%' },
    ];
    expect(() => compiledOf([{ ...RULES.slab, tiers }])).toThrow('slab');
  });

  it('compiles a version once, and forgets the one used longest ago', () => {
    const compile = rewardsCompiler();
    const document = planOf([RULES.slab]);
    const first = compile({ digest: 'd', document });
    expect(compile({ digest: 'd', document })).toBe(first);
    for (let index = 0; index < MAX_COMPILED; index += 1) compile({ digest: `other-${index}`, document });
    expect(compile({ digest: 'd', document })).not.toBe(first);
  });

  it('names such as __proto__ are just names', () => {
    const evidence = evidenceOf({}, { period: PERIOD });
    expect(amount({ ...RULES.visitSubsidy, id: 'constructor' }, evidence)).toBe(0);
  });
});
