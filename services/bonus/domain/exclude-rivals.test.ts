import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratio } from '../../../shared/kernel/ratio.ts';
import { compiledOf, customerOf, evidenceOf, orderOf, type RewardInput, RULES } from '../testing/rewards.ts';
import { evaluateRewards, type RewardEvidence } from './evaluate-rewards.ts';
import { explainAward } from './explain-award.ts';

const VISITS = { ...RULES.visitSubsidy, exclusiveGroup: 'pace' } satisfies RewardInput;
const REACHED = { ...RULES.customersReached, exclusiveGroup: 'pace' } satisfies RewardInput;
const amounts = (rules: readonly RewardInput[], evidence: RewardEvidence): number[] =>
  evaluateRewards(compiledOf(rules), evidence).map(({ amountFen }) => amountFen);
const month = (visits: number, customers: number) =>
  evidenceOf({ visits: ratio(visits), 'new-customers': ratio(customers), sales: ratio(0) });

describe('an exclusive group', () => {
  it.each<[string, readonly RewardInput[], RewardEvidence, number[]]>([
    ['the higher is paid', [VISITS, REACHED], month(9, 8), [0, 50_000]],
    ['a fen decides', [{ ...VISITS, amountFen: 50_001 }, REACHED], month(1, 8), [50_001, 0]],
    ['of equal ones the first in the plan', [VISITS, REACHED], month(10, 8), [50_000, 0]],
    ['of equal ones the first in the plan, the other way round', [REACHED, VISITS], month(10, 8), [50_000, 0]],
    ['one that gives nothing excludes nobody', [VISITS, REACHED], month(9, 7), [45_000, 0]],
    ['one without data excludes nobody', [VISITS, REACHED], evidenceOf({ visits: ratio(1) }), [5_000, 0]],
    ['the cap comes first', [{ ...VISITS, capPerMonthFen: 49_999 }, REACHED], month(100, 8), [0, 50_000]],
    [
      'so does the gate',
      [{ ...VISITS, gate: { on: { of: 'metric', metric: 'sales' }, atLeast: '1' } }, REACHED],
      month(100, 8),
      [0, 50_000],
    ],
    ['and the dates', [{ ...VISITS, to: '2026-10-31' }, REACHED], month(100, 8), [0, 50_000]],
    ['another group is another contest', [{ ...VISITS, exclusiveGroup: 'other' }, REACHED], month(9, 8), [45_000, 50_000]],
    ['without a group nothing is excluded', [RULES.visitSubsidy, REACHED], month(9, 8), [45_000, 50_000]],
  ])('%s', (_, rules, evidence, expected) => {
    expect(amounts(rules, evidence)).toEqual(expected);
  });

  it('is for each customer by itself', () => {
    const big = { ...RULES.newCustomer, id: 'big', where: 'order.amount >= 2000000', amountFen: 80_000, exclusiveGroup: 'first' } as const;
    const customers = [customerOf('a', orderOf('a', '10000')), customerOf('b', orderOf('b', '20000'))];
    expect(amounts([{ ...RULES.newCustomer, exclusiveGroup: 'first' }, big], evidenceOf({}, { customers }))).toEqual([
      50_000, 0, 0, 80_000,
    ]);
  });

  it('says which rule is paid instead, and what this one would have given', () => {
    const [visits] = evaluateRewards(compiledOf([VISITS, { ...REACHED, name: { zh: '达标奖', en: 'target bonus' } }]), month(9, 8));
    if (visits === undefined) throw new Error('nothing was evaluated');
    const { tests, formula } = explainAward(visits, '2026-11');
    expect(tests.at(-1)).toEqual({
      passed: false,
      zh: '同组只发放最高的一项:达标奖 500.00 元,本项 450.00 元:未达到',
      en: 'only the highest of the group is paid: target bonus gives 500.00 yuan, this one 450.00 yuan: not met',
    });
    expect(formula.zh).toMatch(/450\.00 元;由达标奖代替,应得 0\.00 元$/);
  });

  it('pays exactly what its best rule would give alone, so more of anything never pays less', () => {
    const rules = [VISITS, REACHED, { ...RULES.moreThanTen, exclusiveGroup: 'pace' }] satisfies RewardInput[];
    const alone = (rule: RewardInput, evidence: RewardEvidence): number => amounts([rule], evidence)[0] ?? 0;
    const total = (visits: number, customers: number): number => amounts(rules, month(visits, customers)).reduce((a, b) => a + b, 0);
    fc.assert(
      fc.property(fc.nat(30), fc.nat(15), (visits, customers) => {
        const evidence = month(visits, customers);
        const paid = amounts(rules, evidence);
        expect(paid.filter((amount) => amount > 0).length).toBeLessThanOrEqual(1);
        expect(total(visits, customers)).toBe(Math.max(...rules.map((rule) => alone(rule, evidence))));
        expect(total(visits + 1, customers)).toBeGreaterThanOrEqual(total(visits, customers));
        expect(total(visits, customers + 1)).toBeGreaterThanOrEqual(total(visits, customers));
      }),
    );
  });
});
