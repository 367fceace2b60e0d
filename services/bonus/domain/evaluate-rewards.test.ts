import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ratio, ratio } from '../../../shared/kernel/ratio.ts';
import { compiledOf, customerOf, evidenceOf, factOf, orderOf, type RewardInput, RULES, sales, yuan } from '../testing/rewards.ts';
import { evaluateRewards, type RewardEvidence } from './evaluate-rewards.ts';

const amounts = (rewards: readonly RewardInput[], evidence: RewardEvidence): number[] =>
  evaluateRewards(compiledOf(rewards), evidence).map(({ amountFen }) => amountFen);
const amount = (rule: RewardInput, evidence: RewardEvidence): number => {
  const [only, ...others] = amounts([rule], evidence);
  if (only === undefined || others.length > 0) throw new Error('expected exactly one award');
  return only;
};
const byMetric = (rule: RewardInput, metric: string, value: Ratio | null): number => amount(rule, evidenceOf({ [metric]: value }));

describe('each kind on both sides of each edge', () => {
  it.each([
    ['9', 0],
    ['10', 0],
    ['11', 1_000],
    ['12', 1_000],
  ])('count-threshold: more than 10, %s customers give %s yuan', (count, expected) => {
    expect(byMetric(RULES.moreThanTen, 'new-customers', ratio(Number(count)))).toBe(expected * 100);
  });

  it('count-threshold on money compares yuan with fen', () => {
    const rule: RewardInput = { ...RULES.moreThanTen, metric: 'sales', moreThan: '1000.50' };
    expect(byMetric(rule, 'sales', sales('1000.50'))).toBe(0);
    expect(byMetric(rule, 'sales', sales('1000.51'))).toBe(100_000);
  });

  it.each([
    ['7', 0],
    ['8', 500],
    ['9', 500],
  ])('fixed-on-target: from 8, %s customers give %s yuan', (count, expected) => {
    expect(byMetric(RULES.customersReached, 'new-customers', ratio(Number(count)))).toBe(expected * 100);
  });

  it('fixed-on-target compares a quotient exactly: 2 of 3 reach 66.66 %, not 66.67 %', () => {
    const rule: RewardInput = { ...RULES.customersReached, metric: 'conversion', target: '66.66%' };
    expect(byMetric(rule, 'conversion', ratio(2, 3))).toBe(50_000);
    expect(byMetric({ ...rule, target: '66.67%' }, 'conversion', ratio(2, 3))).toBe(0);
    expect(byMetric({ ...rule, target: '90%' }, 'conversion', ratio(18, 20))).toBe(50_000);
  });

  it.each([
    ['0.00', '0.00'],
    ['0.24', '0.00'],
    ['0.25', '0.01'],
    ['99999.99', '2000.00'],
    ['109999.99', '2200.00'],
    ['110000.00', '3300.00'],
    ['110000.01', '3300.00'],
    ['110000.17', '3300.01'],
  ])('tiered-rate slab by attainment: sales %s give %s', (amountOfSales, expected) => {
    expect(byMetric(RULES.slab, 'sales', sales(amountOfSales))).toBe(yuan(expected));
  });

  it.each([
    ['109999.99', '2200.00'],
    ['110000.00', '2200.00'],
    ['110000.17', '2200.01'],
    ['120000.00', '2500.00'],
  ])('tiered-rate marginal: sales %s give %s', (amountOfSales, expected) => {
    expect(byMetric(RULES.marginal, 'sales', sales(amountOfSales))).toBe(yuan(expected));
  });

  it('marginal tiers are summed exactly and rounded once', () => {
    // 0.33 × 1 % + 0.33 × 1 % + 0.33 × 1 % is 0.0099: each part alone would round to 0.00.
    const rule: RewardInput = {
      ...RULES.marginal,
      tiersBy: 'amount',
      target: undefined,
      tiers: [
        { atLeast: '0', rate: '1%' },
        { atLeast: '0.33', rate: '1.000000%' },
        { atLeast: '0.66', rate: '1.0%' },
      ],
    };
    expect(byMetric(rule, 'sales', sales('0.99'))).toBe(1);
  });

  it.each([
    ['999.99', '10.00'],
    ['1000.00', '20.00'],
    ['4999.99', '100.00'],
    ['5000.00', '250.00'],
  ])('tiered-rate slab by amount: %s gives %s', (amountOfSales, expected) => {
    const rule: RewardInput = {
      ...RULES.slab,
      tiersBy: 'amount',
      target: undefined,
      tiers: [
        { atLeast: '0', rate: '1%' },
        { atLeast: '1000', rate: '2%' },
        { atLeast: '5000', rate: '5%' },
      ],
    };
    expect(byMetric(rule, 'sales', sales(amountOfSales))).toBe(yuan(expected));
  });

  it('a tier edge that is not a whole fen is compared exactly', () => {
    // 33.333 % of 1,000.01 is 333.3333333 yuan: 333.33 is below it, 333.34 above.
    const rule: RewardInput = {
      ...RULES.slab,
      target: '1000.01',
      tiers: [
        { atLeast: '0', rate: '0%' },
        { atLeast: '33.333%', rate: '100%' },
      ],
    };
    expect(byMetric(rule, 'sales', sales('333.33'))).toBe(0);
    expect(byMetric(rule, 'sales', sales('333.34'))).toBe(33_334);
  });

  it('attainment of huge amounts does not lose a fen to floating point', () => {
    const rule: RewardInput = {
      ...RULES.slab,
      target: '81818181818181.81',
      tiers: [
        { atLeast: '0', rate: '0%' },
        { atLeast: '110%', rate: '1%' },
      ],
    };
    // 110 % of the target is 89,999,999,999,999.991 yuan.
    expect(byMetric(rule, 'sales', sales('89999999999999.99'))).toBe(0);
    expect(byMetric(rule, 'sales', sales('90000000000000.00'))).toBe(90_000_000_000_000);
  });

  it.each<[string, Ratio, number]>([
    ['below', ratio(29, 1000), 0],
    ['at', ratio(30, 1000), 0],
    ['0.6 points above', ratio(36, 1000), 60_000],
    ['a thousandth of a point above', ratio(3001, 100_000), 100],
    ['a third: 30.333… points', ratio(1, 3), 3_033_333],
  ])('over-target: %s', (_, value, expected) => {
    expect(byMetric(RULES.conversionBonus, 'conversion', value)).toBe(expected);
  });

  it.each([
    [0, 0],
    [1, 50],
    [18, 900],
  ])('per-unit: %s visits give %s yuan', (count, expected) => {
    expect(byMetric(RULES.visitSubsidy, 'visits', ratio(count))).toBe(expected * 100);
  });

  it('per-unit of money counts yuan, and of a mean rounds once', () => {
    const rule: RewardInput = { ...RULES.visitSubsidy, metric: 'average-order', amountFen: 3 };
    expect(byMetric(rule, 'average-order', ratio(10_000))).toBe(300);
    expect(byMetric(rule, 'average-order', ratio(50, 3))).toBe(1);
    expect(byMetric(rule, 'average-order', ratio(49, 3))).toBe(0);
  });

  it.each(['moreThanTen', 'customersReached', 'visitSubsidy', 'conversionBonus', 'slab', 'marginal'] as const)(
    '%s pays nothing without data and nothing when more was taken back than sold',
    (name) => {
      const rule = RULES[name];
      expect(byMetric(rule, rule.metric, null)).toBe(0);
      expect(amount(rule, evidenceOf({}))).toBe(0);
      expect(byMetric(rule, rule.metric, ratio(-12_345))).toBe(0);
    },
  );

  it('a negative rate never makes a month negative', () => {
    const rule: RewardInput = { ...RULES.shopCommission, tiers: [{ atLeast: '0', rate: '-2%' }] };
    expect(byMetric(rule, 'sales', sales('1000'))).toBe(0);
  });
});

describe('by customer and by fact', () => {
  it.each([
    ['9999.99', 0],
    ['10000.00', 50_000],
    ['10000.01', 50_000],
  ])('a first order of %s gives %s fen', (first, expected) => {
    expect(amount(RULES.newCustomer, evidenceOf({}, { customers: [customerOf('c-1', orderOf('c-1', first))] }))).toBe(expected);
  });

  it('looks at the first order that stands', () => {
    const refunded = orderOf('c-1', '20000', { refundedFen: yuan('20000') });
    const small = orderOf('c-1', '500', { orderId: 'o-2', factId: 'crm:o-2' });
    const large = orderOf('c-1', '20000', { orderId: 'o-3', factId: 'crm:o-3' });
    expect(amount(RULES.newCustomer, evidenceOf({}, { customers: [customerOf('c-1', refunded, small, large)] }))).toBe(0);
    expect(amount(RULES.newCustomer, evidenceOf({}, { customers: [customerOf('c-1', refunded, large)] }))).toBe(50_000);
    expect(amount(RULES.newCustomer, evidenceOf({}, { customers: [customerOf('c-1', refunded)] }))).toBe(0);
    expect(amount(RULES.newCustomer, evidenceOf({}, { customers: [customerOf('c-1')] }))).toBe(0);
    expect(amount(RULES.newCustomer, evidenceOf({}, { customers: [{ customerId: 'c-1', state: null }] }))).toBe(0);
  });

  it('a partial refund counts only where the condition asks for the net', () => {
    const customers = [customerOf('c-1', orderOf('c-1', '12000', { refundedFen: yuan('2000.01') }))];
    expect(amount(RULES.newCustomer, evidenceOf({}, { customers }))).toBe(50_000);
    expect(amount({ ...RULES.newCustomer, where: 'order.net >= 1000000' }, evidenceOf({}, { customers }))).toBe(0);
  });

  it('one award for each customer', () => {
    const customers = ['a', 'b', 'c'].map((id) => customerOf(id, orderOf(id, id === 'b' ? '1' : '10000')));
    expect(amounts([RULES.newCustomer], evidenceOf({}, { customers }))).toEqual([50_000, 0, 50_000]);
  });

  describe('a split', () => {
    const partsOf = (amountFen: number, shares: readonly number[]): number[] =>
      shares.map((shareMillionths, place) =>
        amount(
          { ...RULES.newCustomer, amountFen },
          evidenceOf(
            {},
            { customers: [customerOf('c-1', orderOf('c-1', '10000', { shareMillionths, split: { shares: [...shares], place } }))] },
          ),
        ),
      );
    it.each<[number, number[], number[]]>([
      [200_000, [600_000, 400_000], [120_000, 80_000]],
      [10_000, [333_333, 333_333, 333_334], [3_333, 3_333, 3_334]],
      [10_001, [333_333, 333_333, 333_334], [3_334, 3_333, 3_334]],
      [1, [500_000, 500_000], [1, 0]],
      [1, [1, 999_999], [0, 1]],
      [3, Array.from({ length: 20 }, () => 50_000), [1, 1, 1, ...Array.from({ length: 17 }, () => 0)]],
    ])('%s fen by %j', (amountFen, shares, parts) => {
      expect(partsOf(amountFen, shares)).toEqual(parts);
    });
    it('adds up to the amount, whatever the shares; nobody is a fen or more from the exact part', () => {
      const shares = fc
        .uniqueArray(fc.integer({ min: 1, max: 999_999 }), { minLength: 1, maxLength: 19 })
        .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 1_000_000])
        .map((edges) => edges.slice(1).map((edge, index) => edge - (edges[index] ?? 0)));
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), shares, (amountFen, given) => {
          const parts = partsOf(amountFen, given);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(amountFen);
          parts.forEach((part, index) => {
            expect(Math.abs(part - (amountFen * (given[index] ?? 0)) / 1_000_000)).toBeLessThan(1);
          });
        }),
        { numRuns: 200 },
      );
    });
  });

  it('without the shares of the others each part is rounded half up on its own', () => {
    const shared = (shareMillionths: number, amountFen: number) =>
      amount(
        { ...RULES.newCustomer, amountFen },
        evidenceOf({}, { customers: [customerOf('c-1', orderOf('c-1', '10000', { shareMillionths }))] }),
      );
    expect([shared(600_000, 200_000), shared(400_000, 200_000)]).toEqual([120_000, 80_000]);
    expect([shared(333_334, 10_000), shared(333_333, 10_000), shared(333_333, 10_000)]).toEqual([3_333, 3_333, 3_333]);
    expect([shared(500_000, 1), shared(499_999, 1)]).toEqual([1, 0]);
  });

  const paid = factOf('crm:1', { totalAmountFen: yuan('100'), attributes: { industry: 'solar' } });
  it.each<[string, Parameters<typeof factOf>[1], number]>([
    ['all of it', {}, 200_000],
    ['another type', { type: 'order.paid' }, 0],
    ['a fen too little', { totalAmountFen: yuan('99.99') }, 0],
    ['another industry', { attributes: { industry: 'wind' } }, 0],
    ['an attribute that is not there', { attributes: {} }, 0],
    ['a share', { shareMillionths: 600_000 }, 120_000],
  ])('by fact: %s', (_, more, expected) => {
    const fact = { ...paid, ...more };
    expect(amount(RULES.perOrder, evidenceOf({}, { facts: [{ factId: fact.factId, fact }] }))).toBe(expected);
  });
  it('by fact: a part that is gone pays nothing', () => {
    expect(amount(RULES.perOrder, evidenceOf({}, { facts: [{ factId: 'crm:1', fact: null }] }))).toBe(0);
  });
});

describe('gates, caps and dates', () => {
  it.each([
    [2, 0],
    [3, 50_000],
  ])('gate on a metric: %s new customers', (count, expected) => {
    const rule: RewardInput = { ...RULES.newCustomer, gate: { on: { of: 'metric', metric: 'new-customers' }, atLeast: '3' } };
    const customers = [customerOf('c-1', orderOf('c-1', '10000'))];
    expect(amount(rule, evidenceOf({ 'new-customers': ratio(count) }, { customers }))).toBe(expected);
  });

  it('a gate holds for awards by fact too', () => {
    const fact = factOf('crm:1', { attributes: { industry: 'solar' } });
    const rule: RewardInput = { ...RULES.perOrder, gate: { on: { of: 'metric', metric: 'visits' }, atLeast: '5' } };
    const at = (visits: number) => amount(rule, evidenceOf({ visits: ratio(visits) }, { facts: [{ factId: 'crm:1', fact }] }));
    expect([at(4), at(5)]).toEqual([0, 200_000]);
  });

  it('gate on money is in yuan, on attainment and score exact; what is missing keeps it shut', () => {
    const gated = (gate: NonNullable<RewardInput['gate']>, evidence: RewardEvidence) =>
      evaluateRewards(
        compiledOf([{ ...RULES.visitSubsidy, gate }], {
          scheme: {
            indicators: [{ id: 'kpi', name: { zh: '销售', en: 'sales' }, kind: 'result', metric: 'sales', weight: '100', target: '100' }],
          },
        }),
        evidence,
      )[0]?.amountFen;
    const visits = { visits: ratio(1) };
    const money = { on: { of: 'metric', metric: 'sales' }, atLeast: '100' } as const;
    expect(gated(money, evidenceOf({ ...visits, sales: sales('99.99') }))).toBe(0);
    expect(gated(money, evidenceOf({ ...visits, sales: sales('100') }))).toBe(5_000);
    const attainment = { on: { of: 'attainment', indicator: 'kpi' }, atLeast: '80%' } as const;
    expect(gated(attainment, evidenceOf(visits, { attainments: { kpi: ratio(7999, 10_000) } }))).toBe(0);
    expect(gated(attainment, evidenceOf(visits, { attainments: { kpi: ratio(8, 10) } }))).toBe(5_000);
    const score = { on: { of: 'score' }, atLeast: '87.92' } as const;
    expect(gated(score, evidenceOf(visits, { score: ratio(1055, 12) }))).toBe(0);
    expect(gated(score, evidenceOf(visits, { score: ratio(8792, 100) }))).toBe(5_000);
    for (const gate of [money, attainment, score]) expect(gated(gate, evidenceOf(visits))).toBe(0);
  });

  it.each([
    [17, 85_000],
    [18, 90_000],
    [19, 90_000],
  ])('monthly cap of a metric rule: %s visits', (count, expected) => {
    expect(byMetric({ ...RULES.visitSubsidy, capPerMonthFen: 90_000 }, 'visits', ratio(count))).toBe(expected);
  });

  it.each([
    [{ from: '2026-12-01' }, 0],
    [{ from: '2026-11-30' }, 5_000],
    [{ to: '2026-10-31' }, 0],
    [{ to: '2026-11-01' }, 5_000],
    [{ from: '2026-11-10', to: '2026-11-12' }, 5_000],
  ])('a metric rule holds in every month that its dates touch: %j', (dates, expected) => {
    expect(byMetric({ ...RULES.visitSubsidy, ...dates }, 'visits', ratio(1))).toBe(expected);
  });

  it.each([
    [{ from: '2026-11-11' }, 0],
    [{ from: '2026-11-10' }, 50_000],
    [{ to: '2026-11-09' }, 0],
    [{ to: '2026-11-10' }, 50_000],
  ])('a rule by fact or customer holds on the day itself: %j', (dates, expected) => {
    const customers = [customerOf('c-1', orderOf('c-1', '10000'))];
    expect(amount({ ...RULES.newCustomer, ...dates }, evidenceOf({}, { customers }))).toBe(expected);
    const fact = factOf('crm:1', { attributes: { industry: 'solar' } });
    expect(amount({ ...RULES.perOrder, ...dates }, evidenceOf({}, { facts: [{ factId: 'crm:1', fact }] }))).toBe(expected * 4);
  });
});

describe('the companies', () => {
  it('2: twelve new customers, one below 10,000', () => {
    const customers = Array.from({ length: 12 }, (_, index) =>
      customerOf(`c-${index}`, orderOf(`c-${index}`, index === 5 ? '9999.99' : '10000')),
    );
    const given = amounts([RULES.newCustomer, RULES.moreThanTen], evidenceOf({ 'new-customers': ratio(11) }, { customers }));
    expect(given.reduce((sum, each) => sum + each, 0)).toBe(yuan('6500'));
  });
  it('7: 2 % of 100,000 and 0.6 points', () => {
    const metrics = { sales: sales('100000'), conversion: ratio(36, 1000) };
    expect(amounts([RULES.shopCommission, RULES.conversionBonus], evidenceOf(metrics))).toEqual([yuan('2000'), yuan('600')]);
    expect(amounts([RULES.shopCommission], evidenceOf({ sales: sales('120000') }))).toEqual([yuan('2400')]);
  });
  it('8: the cliff with the customers reached', () => {
    const at = (text: string) =>
      amounts([RULES.slab, RULES.customersReached], evidenceOf({ sales: sales(text), 'new-customers': ratio(8) }));
    expect(at('109999.99')).toEqual([yuan('2200'), yuan('500')]);
    expect(at('110000.00')).toEqual([yuan('3300'), yuan('500')]);
  });
  it('9: 500 for each of 3 new customers and 300 for the renewal rate', () => {
    const renewal: RewardInput = { ...RULES.customersReached, id: 'renewal', metric: 'conversion', target: '90%', amountFen: 30_000 };
    const customers = ['a', 'b', 'c'].map((id) => customerOf(id, orderOf(id, '10000')));
    const given = amounts([RULES.newCustomer, renewal], evidenceOf({ conversion: ratio(9, 10) }, { customers }));
    expect(given.reduce((sum, each) => sum + each, 0)).toBe(yuan('1800'));
  });
});
