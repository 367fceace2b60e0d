import { describe, expect, it } from 'vitest';
import type { BookedMetric } from '../../../shared/contracts/books.ts';
import { fromStored, type Ratio, ratio, toStored } from '../../../shared/kernel/ratio.ts';
import { indicator, metric, planOf, type SchemeInput } from '../testing/plans.ts';
import { explainScore } from './explain-score.ts';
import { scoreBook } from './score-book.ts';

const metrics = [
  { ...metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] }), name: { zh: '销售额', en: 'Sales' } },
  metric({ id: 'customers', fold: 'count', factTypes: ['customer.won'] }),
  metric({ id: 'renewal', fold: 'ratio', numerator: { factTypes: ['contract.renewed'] }, denominator: { factTypes: ['contract.due'] } }),
  metric({ id: 'follow-ups', fold: 'count', factTypes: ['followup.logged'] }),
];
const scheme: SchemeInput = {
  indicators: [
    { ...indicator('sales', '40', '500000'), name: { zh: '销售额', en: 'Sales' } },
    indicator('customers', '25', '8'),
    indicator('renewal', '20', '90%'),
    indicator('follow-ups', '15', '40'),
  ],
};
const booked = (value: Ratio | null, facts: number, state: BookedMetric['state'] = {}): BookedMetric => ({
  value: value && toStored(value),
  facts,
  state,
});
const companyOne: Record<string, BookedMetric> = {
  sales: booked(ratio(45_000_000), 12),
  customers: booked(ratio(6), 6),
  renewal: booked(ratio(18, 24), 42, { numerator: '18', denominator: '24' }),
  'follow-ups': booked(ratio(44), 44),
};
const explained = (with_: SchemeInput, values: Record<string, BookedMetric>) => {
  const plan = planOf(metrics, with_);
  const score = scoreBook(
    plan,
    plan.metrics.map(({ id }) => {
      const value = values[id]?.value;
      return value ? fromStored(value) : null;
    }),
  );
  const answer = score && explainScore(plan, { metrics: values, expressionErrors: [] }, score);
  if (!answer) throw new Error('no score');
  return answer;
};

describe('the explanation of company 1', () => {
  const answer = explained(scheme, companyOne);

  it('says what is behind, the furthest first, and what closing the gap is worth', () => {
    expect(answer.behind.map(({ id, missing, pointsLost }) => [id, missing, pointsLost])).toEqual([
      ['customers', '2', '6.25'],
      ['renewal', '15%', '3.33'],
      ['sales', '50,000.00', '4.00'],
    ]);
    expect(answer.behind[1]?.hint.en).toBe('renewal is 15 percentage points short of the target; reaching it is worth 3.33 more points');
    expect(answer.behind[2]?.hint).toEqual({
      zh: '销售额距目标还差 50,000.00 元,达标可再得 4.00 分',
      en: 'Sales is 50,000.00 yuan short of the target; reaching it is worth 4.00 more points',
    });
  });
  it('shows human units', () => {
    expect(answer.indicators.map(({ actual, target, attainmentPercent, points }) => [actual, target, attainmentPercent, points])).toEqual([
      ['450,000.00', '500,000.00', '90.00', '36.00'],
      ['6', '8', '75.00', '18.75'],
      ['75%', '90%', '83.33', '16.67'],
      ['44', '40', '110.00', '16.50'],
    ]);
  });
  it('names formula, inputs, number of facts and plan version in both languages', () => {
    expect(answer.indicators[0]?.explanation).toEqual({
      zh: '销售额:实际 450,000.00 元 ÷ 目标 500,000.00 元 = 达成率 90%;90% × 权重 40 = 36.00 分(依据 12 条记录,方案 plan 第 1 版)',
      en: 'Sales: actual 450,000.00 yuan ÷ target 500,000.00 yuan = attainment 90%; 90% × weight 40 = 36.00 points (from 12 records, plan plan version 1)',
    });
    expect(answer.indicators[2]?.explanation.en).toContain('actual 75% (18 ÷ 24) ÷ target 90% = attainment ≈83.33%');
    expect(answer.totalExplanation.en).toBe(
      'total = the sum of the points 36.00 + 18.75 + 16.67 + 16.50 = 87.92 (added exactly, then rounded)',
    );
  });
});

describe('why what counts differs from the attainment', () => {
  const one = (more: Partial<SchemeInput['indicators'][number]>, gates: SchemeInput['gates'] = [], values = companyOne) =>
    explained({ indicators: [indicator('sales', '100', '300000', more)], gates }, values).indicators[0]?.explanation.en;

  it('cap, floor, curve, gate, no data, lower is better', () => {
    expect(one({})).toContain('attainment 150%, at most 120%; 120% × weight 100');
    expect(one({ target: '100000000', floor: '0.5' })).toContain(', at least 50%; 50% × weight');
    expect(one({ curve: { kind: 'stepped', steps: [{ atLeast: '1', gives: '1.1' }] } })).toContain(
      'attainment 150%, by steps 110%; 110% ×',
    );
    expect(
      one({
        curve: {
          kind: 'piecewise',
          points: [
            { at: '0', gives: '0' },
            { at: '2', gives: '1' },
          ],
        },
      }),
    ).toContain('by the curve 75%;');
    const gate = { metric: 'customers', atLeast: '8', applies: { to: 'indicator' as const, indicator: 'sales', limitTo: '0.8' } };
    expect(one({}, [gate])).toContain(', limited to 80% because customers is below 8; 80% × weight 100 = 80.00 points');
    expect(one({}, [], {})).toContain('no data yet, target 300,000.00 yuan, counted as attainment 0; 0% ×');
    expect(one({ direction: 'lower' })).toContain('target 300,000.00 yuan ÷ actual 450,000.00 yuan = attainment ≈66.67%');
    expect(one({ direction: 'lower' }, [], { sales: booked(ratio(0), 0) })).toContain('attainment taken as 120%');
  });
  it('a gate on the total', () => {
    const answer = explained(
      {
        indicators: [indicator('sales', '100', '300000')],
        gates: [{ metric: 'customers', atLeast: '8', applies: { to: 'total', limitTo: '60' } }],
      },
      companyOne,
    );
    expect(answer.totalExplanation.en).toBe(
      'total = the sum of the points 120.00, limited to 60.00 because customers is below 8 = 60.00 (added exactly, then rounded)',
    );
  });
});

describe('hints', () => {
  it('count what reaching the target is worth, the gate of the same metric included', () => {
    const answer = explained(
      {
        indicators: [indicator('customers', '100', '8')],
        gates: [{ metric: 'customers', atLeast: '8', applies: { to: 'indicator', indicator: 'customers', limitTo: '0.5' } }],
      },
      companyOne,
    );
    expect(answer.behind[0]).toMatchObject({ missing: '2', pointsLost: '50.00' });
  });
  it('a gate of another metric stays shut', () => {
    const answer = explained(
      {
        indicators: [indicator('customers', '100', '8')],
        gates: [{ metric: 'follow-ups', atLeast: '100', applies: { to: 'indicator', indicator: 'customers', limitTo: '0.8' } }],
      },
      companyOne,
    );
    expect(answer.behind[0]).toMatchObject({ pointsLost: '5.00' });
  });
  it('no data is the furthest behind; lower is better says what is too much', () => {
    const answer = explained(
      { indicators: [indicator('sales', '50', '300000', { direction: 'lower' }), indicator('renewal', '50', '90%')] },
      { sales: booked(ratio(45_000_000), 1) },
    );
    expect(answer.behind.map(({ id }) => id)).toEqual(['renewal', 'sales']);
    expect(answer.behind[0]).toMatchObject({ missing: null, attainmentPercent: null, pointsLost: '50.00' });
    expect(answer.behind[1]?.hint.en).toBe('sales is 150,000.00 yuan above the target; coming down to it is worth 16.67 more points');
  });
  it('refuses a score of another plan', () => {
    const other = planOf(metrics, { indicators: [indicator('customers', '100', '8')] });
    const score = scoreBook(other, [null, null, null, null]);
    expect(score && (() => explainScore(planOf(metrics, scheme), { metrics: {}, expressionErrors: [] }, score))).toThrow('another plan');
  });
});
