import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatYuanGrouped } from '../../../shared/kernel/money.ts';
import { compare, ratio } from '../../../shared/kernel/ratio.ts';
import { compiledOf, customerOf, evidenceOf, factOf, orderOf, PERIOD, type RewardInput, RULES, sales, yuan } from '../testing/rewards.ts';
import { splitConjunction } from './condition-parts.ts';
import { evaluateRewards, type RewardEvidence } from './evaluate-rewards.ts';
import { type Explanation, explainAward, explainCap } from './explain-award.ts';
import { comparedTexts, exactYuanText, rateText, valueText, yuanText } from './number-text.ts';

const explain = (rule: RewardInput, evidence: RewardEvidence): Explanation => {
  const [desired] = evaluateRewards(compiledOf([rule]), evidence);
  if (!desired) throw new Error('no award');
  return explainAward(desired, PERIOD);
};
const zh = (rule: RewardInput, evidence: RewardEvidence) => {
  const { tests, formula } = explain(rule, evidence);
  return [...tests.map((test) => test.zh), formula.zh];
};
const customer = (amount: string, more: Parameters<typeof orderOf>[2] = {}) =>
  evidenceOf({}, { customers: [customerOf('c-1', orderOf('c-1', amount, more))] });

describe('in words a salesperson understands', () => {
  it.each<[string, RewardInput, RewardEvidence, string[]]>([
    [
      'count reached',
      RULES.moreThanTen,
      evidenceOf({ 'new-customers': ratio(11) }),
      ['新客户数 11 > 10:达到', '达标一次性奖励 1,000.00 元'],
    ],
    [
      'count not reached',
      RULES.moreThanTen,
      evidenceOf({ 'new-customers': ratio(10) }),
      ['新客户数 10 ≤ 10:未达到', '条件未达到,应得 0.00 元'],
    ],
    ['no data', RULES.conversionBonus, evidenceOf({ conversion: null }), ['成交率 暂无数据:未达到', '成交率 暂无数据,应得 0.00 元']],
    [
      'over target',
      RULES.conversionBonus,
      evidenceOf({ conversion: ratio(36, 1000) }),
      ['成交率 3.6% > 3.0%:达到', '成交率 3.6% 高于目标 3.0%,超出 0.6 个百分点 × 1,000.00 元 = 600.00 元'],
    ],
    [
      'over target, not a round number',
      RULES.conversionBonus,
      evidenceOf({ conversion: ratio(1, 3) }),
      [
        '成交率 ≈33.33% > 3.0%:达到',
        '成交率 ≈33.33% 高于目标 3.0%,超出 ≈30.33 个百分点 × 1,000.00 元 = ≈30,333.333333 元,四舍五入到分 = 30,333.33 元',
      ],
    ],
    [
      'the cliff from below',
      RULES.slab,
      evidenceOf({ sales: sales('109999.99') }),
      [
        '达成率 110% 档,费率 3%:销售额 109,999.99 元 < 110,000.00 元:未达到',
        '销售额 109,999.99 元 × 2% = 2,199.9998 元,四舍五入到分 = 2,200.00 元',
      ],
    ],
    [
      'the cliff from above',
      RULES.slab,
      evidenceOf({ sales: sales('110000') }),
      ['达成率 110% 档,费率 3%:销售额 110,000.00 元 ≥ 110,000.00 元:达到', '销售额 110,000.00 元 × 3% = 3,300.00 元'],
    ],
    [
      'marginal',
      RULES.marginal,
      evidenceOf({ sales: sales('120000') }),
      [
        '达成率 110% 档,费率 3%:销售额 120,000.00 元 ≥ 110,000.00 元:达到',
        '销售额分段计:110,000.00 元 × 2% + 10,000.00 元 × 3% = 2,500.00 元',
      ],
    ],
    [
      'one tier',
      RULES.shopCommission,
      evidenceOf({ sales: sales('100000') }),
      ['销售额 100,000.00 元 ≥ 0.00 元:达到', '销售额 100,000.00 元 × 2% = 2,000.00 元'],
    ],
    [
      'taken back',
      RULES.shopCommission,
      evidenceOf({ sales: sales('-1') }),
      ['销售额 -1.00 元,低于 0:未达到', '退款多于销售,当月不为负,应得 0.00 元'],
    ],
    ['per unit', RULES.visitSubsidy, evidenceOf({ visits: ratio(18) }), ['有效拜访 18 > 0:达到', '有效拜访 18 × 50.00 元 = 900.00 元']],
    [
      'per unit with a cap',
      { ...RULES.visitSubsidy, capPerMonthFen: 50_000 },
      evidenceOf({ visits: ratio(18) }),
      ['有效拜访 18 > 0:达到', '有效拜访 18 × 50.00 元 = 900.00 元;每月上限 500.00 元,按 500.00 元计'],
    ],
    ['fixed', RULES.customersReached, evidenceOf({ 'new-customers': ratio(8) }), ['新客户数 8 ≥ 8:达到', '达标一次性奖励 500.00 元']],
    [
      'gate and dates',
      { ...RULES.visitSubsidy, from: '2026-12-01', gate: { on: { of: 'metric', metric: 'sales' }, atLeast: '100' } },
      evidenceOf({ visits: ratio(1), sales: sales('99.99') }),
      [
        '规则有效期(2026-12-01 起)不包含 2026-11:未达到',
        '门槛:销售额 99.99 元 < 100.00 元:未达到',
        '有效拜访 1 > 0:达到',
        '不在规则有效期内,应得 0.00 元',
      ],
    ],
    ['first order', RULES.newCustomer, customer('10000'), ['首单金额 10,000.00 元 ≥ 10,000.00 元:达到', '500.00 元']],
    [
      'first order too small',
      RULES.newCustomer,
      customer('9999.99'),
      ['首单金额 9,999.99 元 < 10,000.00 元:未达到', '条件未达到,应得 0.00 元'],
    ],
    [
      'a share',
      RULES.newCustomer,
      customer('10000', { shareMillionths: 600_000 }),
      ['首单金额 10,000.00 元 ≥ 10,000.00 元:达到', '500.00 元 × 本人份额 60% = 300.00 元'],
    ],
    [
      'no order',
      RULES.newCustomer,
      evidenceOf({}, { customers: [customerOf('c-1')] }),
      ['客户 c-1 本月没有成立的订单(未下单、已全额退款或已撤回):未达到', '条件未达到,应得 0.00 元'],
    ],
  ])('%s', (_, rule, evidence, expected) => {
    expect(zh(rule, evidence)).toEqual(expected);
  });

  it('a condition is told part by part', () => {
    const fact = (more: Parameters<typeof factOf>[1]) => evidenceOf({}, { facts: [{ factId: 'crm:1', fact: factOf('crm:1', more) }] });
    expect(zh(RULES.perOrder, fact({ attributes: { industry: 'wind' } })).slice(0, 2)).toEqual([
      '业务金额 100.00 元 ≥ 100.00 元:达到',
      'industry wind ≠ solar:未达到',
    ]);
    expect(zh(RULES.perOrder, fact({}))[1]).toMatch(/^条件「fact\.attributes\.industry == 'solar'」无法判断/);
    expect(zh(RULES.perOrder, fact({ type: 'order.paid' }))[0]).toBe('业务类型 order.paid 不在规则范围内:未达到');
    expect(zh(RULES.perOrder, evidenceOf({}, { facts: [{ factId: 'crm:1', fact: null }] }))[0]).toBe(
      '业务事实 crm:1 已撤回或不再归属本人:未达到',
    );
    const either: RewardInput = { ...RULES.newCustomer, where: 'order.amount > 5 || order.net > 7' };
    expect(zh(either, customer('1'))[0]).toBe('条件「order.amount > 5 || order.net > 7」:达到');
  });

  it('the cap of a rule by customer', () => {
    expect(explainCap(100_000, { atMostFen: 70_000, capYearFen: null })).toMatchObject({
      tests: [{ passed: false, zh: '本规则本月合计 1,000.00 元 > 每月上限 700.00 元:超出' }],
      formula: { zh: '700.00 元 − 1,000.00 元 = -300.00 元' },
    });
    expect(explainCap(70_000, { atMostFen: 70_000, capYearFen: null }).tests[0]?.passed).toBe(true);
  });

  it('never contradicts the decision, in both languages', () => {
    const rules = Object.values(RULES);
    fc.assert(
      fc.property(fc.constantFrom(...rules), fc.integer({ min: -10, max: 400 }), fc.integer({ min: 1, max: 300 }), (rule, n, d) => {
        const metric = rule.kind === 'per-fact' ? '' : rule.metric;
        const value = metric === 'sales' ? ratio(n * 60_007) : ratio(n, metric === 'conversion' ? d : 1);
        const evidence = evidenceOf(
          { [metric]: value },
          {
            customers: [customerOf('c-1', orderOf('c-1', `${n < 0 ? 0 : n * 50}`))],
            facts: [{ factId: 'f', fact: factOf('f', { totalAmountFen: yuan(`${d}`), attributes: n % 2 ? { industry: 'solar' } : {} }) }],
          },
        );
        const [desired] = evaluateRewards(compiledOf([rule]), evidence);
        if (!desired) throw new Error('no award');
        const { tests, formula } = explainAward(desired, PERIOD);
        expect(tests.length).toBeGreaterThan(0);
        const isTable = rule.kind === 'tiered-rate';
        if (!isTable) expect(tests.every(({ passed }) => passed)).toBe(desired.reached || (rule.kind === 'per-unit' && n > 0));
        for (const text of [formula.zh, formula.en]) expect(text).toContain(yuanText(desired.amountFen));
      }),
      { numRuns: 300 },
    );
  });
});

describe('numbers', () => {
  it('yuan as the kernel writes it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 }), (amount) => {
        expect(yuanText(amount)).toBe(formatYuanGrouped(amount));
      }),
    );
  });
  it.each([
    [valueText(ratio(1234567), 'fen'), '12,345.67'],
    [valueText(ratio(100, 3), 'fen'), '≈0.33'],
    [valueText(ratio(12345), 'number'), '12,345'],
    [valueText(ratio(45, 10), 'number'), '4.5'],
    [valueText(ratio(2, 3), 'ratio'), '≈66.67%'],
    [valueText(ratio(9, 10), 'ratio'), '90.0%'],
    [valueText(ratio(-1, 8), 'ratio'), '-12.5%'],
    [rateText(ratio(2, 100)), '2%'],
    [rateText(ratio(375, 10_000)), '3.75%'],
    [rateText(ratio(0)), '0%'],
    [exactYuanText(ratio(21_999_998, 100)), '2,199.9998'],
  ])('%s', (actual, expected) => {
    expect(actual).toBe(expected);
  });
  it('a value beside its threshold never looks equal when it is not', () => {
    expect(comparedTexts(ratio(2, 3), ratio(6667, 10_000), 'ratio')).toEqual(['≈66.667%', '66.670%']);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_999 }),
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 0, max: 10_000 }),
        (n, d, threshold) => {
          const [value, limit] = [ratio(n, d), ratio(threshold, 10_000)];
          const [left, right] = comparedTexts(value, limit, 'ratio');
          expect(left.replace('≈', '') === right.replace('≈', '')).toBe(compare(value, limit) === 0);
        },
      ),
    );
  });
});

describe('splitConjunction', () => {
  it.each([
    ['a && b', ['a', 'b']],
    ["a == '&&' && (b && c)", ["a == '&&'", '(b && c)']],
    ['a || b && c', ['a || b && c']],
    ['a && b ? c : d', ['a && b ? c : d']],
    ["x == 'it\\'s && so' && y", ["x == 'it\\'s && so'", 'y']],
    ['[1, 2].exists(x, x > 1 && x < 3) && y', ['[1, 2].exists(x, x > 1 && x < 3)', 'y']],
  ])('%s', (source, expected) => {
    expect(splitConjunction(source)).toEqual(expected);
  });
});
