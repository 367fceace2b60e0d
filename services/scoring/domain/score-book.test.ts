import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, fromStored, parseRatio, type Ratio, ratio } from '../../../shared/kernel/ratio.ts';
import { type IndicatorInput, indicator, metric, planOf, type SchemeInput } from '../testing/plans.ts';
import { scoreBook } from './score-book.ts';

const number = metric({ id: 'a', fold: 'sum', unit: 'number', factTypes: ['some.fact'] });
const gateMetric = metric({ id: 'g', fold: 'count', factTypes: ['some.fact'] });

/** One indicator of weight 100 on metric `a`; `g` is for gates. */
const scored = (
  actual: Ratio | null,
  more: Partial<IndicatorInput> = {},
  gates: SchemeInput['gates'] = [],
  gateValue: Ratio | null = ratio(0),
) => {
  const { target = '100', ...rest } = more;
  const plan = planOf([number, gateMetric], { indicators: [indicator('a', '100', target, rest)], gates });
  const score = scoreBook(plan, [actual, gateValue]);
  const [only] = score?.indicators ?? [];
  if (!score || !only) throw new Error('no score');
  return { total: score.total, totalLimitedBy: score.totalLimitedBy, ...only };
};
const text = (stored: { n: string; d: string } | null): string | null => (stored ? `${stored.n}/${stored.d}` : null);

describe('attainment, for every input', () => {
  it.each<[string, Ratio | null, Partial<IndicatorInput>, string | null, string, boolean]>([
    ['half', ratio(50), {}, '1/2', '50.00', true],
    ['exactly on target', ratio(100), {}, '1/1', '100.00', false],
    ['one millionth below', ratio(99_999_999, 1_000_000), {}, '99999999/100000000', '100.00', true],
    ['above the cap', ratio(150), {}, '3/2', '120.00', false],
    ['exactly at the cap', ratio(120), {}, '6/5', '120.00', false],
    ['nothing', ratio(0), {}, '0/1', '0.00', true],
    ['negative: the floor of 0 holds', ratio(-30), {}, '-3/10', '0.00', true],
    ['negative with a negative floor', ratio(-30), { floor: '-0.2' }, '-3/10', '-20.00', true],
    ['a floor above', ratio(10), { floor: '0.5' }, '1/10', '50.00', true],
    ['no data counts as 0', null, {}, null, '0.00', true],
    ['no data with a floor', null, { floor: '0.5' }, null, '50.00', true],
    ['target 0 is met by 0', ratio(0), { target: '0' }, '1/1', '100.00', false],
    ['target 0 is missed by less', ratio(-1), { target: '0' }, '0/1', '0.00', true],
    ['a negative target is met from it on', ratio(-5), { target: '-5' }, '1/1', '100.00', false],
    ['lower is better: half used', ratio(50), { direction: 'lower' }, '2/1', '120.00', false],
    ['lower is better: twice used', ratio(200), { direction: 'lower' }, '1/2', '50.00', true],
    ['lower is better: on target', ratio(100), { direction: 'lower' }, '1/1', '100.00', false],
    ['lower is better: nothing used is the best', ratio(0), { direction: 'lower' }, '6/5', '120.00', false],
    ['lower is better: less than nothing', ratio(-1), { direction: 'lower' }, '6/5', '120.00', false],
    ['lower is better: target 0 is met by 0', ratio(0), { direction: 'lower', target: '0' }, '1/1', '100.00', false],
    ['lower is better: target 0 is missed by 1', ratio(1), { direction: 'lower', target: '0' }, '0/1', '0.00', true],
    ['lower is better: no data', null, { direction: 'lower' }, null, '0.00', true],
  ])('%s', (_, actual, more, attainment, total, behind) => {
    const score = scored(actual, more);
    expect([text(score.attainment), score.total, score.behind]).toEqual([attainment, total, behind]);
  });
});

describe('curves', () => {
  const stepped: Partial<IndicatorInput> = {
    curve: {
      kind: 'stepped',
      steps: [
        { atLeast: '0.6', gives: '0.5' },
        { atLeast: '1', gives: '1' },
        { atLeast: '1.1', gives: '1.5' },
      ],
    },
    cap: '2',
  };
  it.each<[string, Ratio, string]>([
    ['below the first step', ratio(59_999, 1000), '0.00'],
    ['on the first step', ratio(60), '50.00'],
    ['just below the second', ratio(99_999, 1000), '50.00'],
    ['on the second', ratio(100), '100.00'],
    ['on the last', ratio(110), '150.00'],
    ['far beyond', ratio(1000), '150.00'],
    ['negative', ratio(-1), '0.00'],
  ])('stepped: %s', (_, actual, total) => {
    expect(scored(actual, stepped).total).toBe(total);
  });

  const piecewise: Partial<IndicatorInput> = {
    curve: {
      kind: 'piecewise',
      points: [
        { at: '0.5', gives: '0' },
        { at: '1', gives: '1' },
        { at: '1.5', gives: '1.2' },
      ],
    },
    cap: '2',
  };
  it.each<[string, Ratio, string]>([
    ['before the first point', ratio(10), '0.00'],
    ['on the first point', ratio(50), '0.00'],
    ['between, exactly a third', ratio(200, 3), '33.33'],
    ['on a corner', ratio(100), '100.00'],
    ['on the flatter piece', ratio(125), '110.00'],
    ['on the last point', ratio(150), '120.00'],
    ['after the last point', ratio(900), '120.00'],
  ])('piecewise: %s', (_, actual, total) => {
    expect(scored(actual, piecewise).total).toBe(total);
  });
  it('a jump at one place takes the later point', () => {
    const jump: Partial<IndicatorInput> = {
      curve: {
        kind: 'piecewise',
        points: [
          { at: '0', gives: '0' },
          { at: '1', gives: '0.5' },
          { at: '1', gives: '1' },
        ],
      },
    };
    expect(scored(ratio(99), jump).total).toBe('49.50');
    expect(scored(ratio(100), jump).total).toBe('100.00');
  });
  it('lower is better with nothing used reaches the end of the curve', () => {
    expect(scored(ratio(0), { ...stepped, direction: 'lower' }).total).toBe('150.00');
    expect(scored(ratio(0), { ...piecewise, direction: 'lower' }).total).toBe('120.00');
  });
});

describe('gates', () => {
  const toIndicator = (atLeast: string, limitTo: string) => ({
    metric: 'g',
    atLeast,
    applies: { to: 'indicator' as const, indicator: 'a', limitTo },
  });
  const toTotal = (atLeast: string, limitTo: string) => ({ metric: 'g', atLeast, applies: { to: 'total' as const, limitTo } });

  it.each<[string, Ratio | null, SchemeInput['gates'], string, string | undefined, string | undefined]>([
    ['below the gate', ratio(2), [toIndicator('3', '0.8')], '80.00', 'g', undefined],
    ['exactly at the gate', ratio(3), [toIndicator('3', '0.8')], '110.00', undefined, undefined],
    ['no data is below', null, [toIndicator('3', '0.8')], '80.00', 'g', undefined],
    ['a limit above what counts does nothing', ratio(0), [toIndicator('3', '1.15')], '110.00', undefined, undefined],
    ['the lower of two', ratio(0), [toIndicator('3', '0.8'), toIndicator('1', '0.4')], '40.00', 'g', undefined],
    ['the total is limited to points', ratio(2), [toTotal('3', '60')], '60.00', undefined, 'g'],
    ['a veto', ratio(0), [toTotal('1', '0')], '0.00', undefined, 'g'],
    ['the total at its gate', ratio(3), [toTotal('3', '60')], '110.00', undefined, undefined],
    ['both', ratio(0), [toIndicator('1', '0.5'), toTotal('1', '30')], '30.00', 'g', 'g'],
  ])('%s', (_, gateValue, gates, total, limitedBy, totalLimitedBy) => {
    const score = scored(ratio(110), {}, gates, gateValue);
    expect([score.total, score.limitedBy, score.totalLimitedBy]).toEqual([total, limitedBy, totalLimitedBy]);
  });
});

describe('the companies', () => {
  const money = (id: string) => metric({ id, fold: 'sum', unit: 'fen', factTypes: ['order.signed'] });
  const count = (id: string) => metric({ id, fold: 'count', factTypes: ['customer.won'] });
  const share = (id: string) =>
    metric({ id, fold: 'ratio', numerator: { factTypes: ['contract.renewed'] }, denominator: { factTypes: ['contract.due'] } });

  const services = planOf([money('sales'), count('customers'), share('renewal'), count('follow-ups')], {
    indicators: [
      indicator('sales', '40', '500000'),
      indicator('customers', '25', '8'),
      indicator('renewal', '20', '90%'),
      indicator('follow-ups', '15', '40'),
    ],
  });
  it('1, enterprise services: 87.92, because the sum is rounded and not the parts', () => {
    const score = scoreBook(services, [ratio(45_000_000), ratio(6), ratio(18, 24), ratio(44)]);
    expect(score?.total).toBe('87.92');
    expect(score?.totalExact).toEqual({ n: '1055', d: '12' });
    expect(score?.indicators.map(({ pointsText }) => pointsText)).toEqual(['36.00', '18.75', '16.67', '16.50']);
    expect(score?.indicators.filter(({ behind }) => behind).map(({ id }) => id)).toEqual(['sales', 'customers', 'renewal']);
  });
  it('3, channel: 85.33', () => {
    const plan = planOf(
      [money('purchases'), metric({ id: 'coverage', fold: 'latest', unit: 'number', factTypes: ['channel.coverage-measured'] })],
      {
        indicators: [indicator('purchases', '60', '1500000'), indicator('coverage', '40', '0.75')],
      },
    );
    expect(scoreBook(plan, [ratio(120_000_000), ratio(630, 900)])?.total).toBe('85.33');
  });
  it('8, tiered commission: attainment is exact to the fen on both sides of the tier', () => {
    const plan = planOf([money('sales')], { indicators: [indicator('sales', '100', '100000')] });
    const at = (fen: number): Ratio => {
      const attainment = scoreBook(plan, [ratio(fen)])?.indicators[0]?.attainment;
      if (!attainment) throw new Error('no attainment');
      return fromStored(attainment);
    };
    expect(compare(at(10_999_999), parseRatio('1.1'))).toBeLessThan(0);
    expect(compare(at(11_000_000), parseRatio('1.1'))).toBe(0);
  });
  it('9, SaaS: 50 / 25 / 20 / 5', () => {
    const plan = planOf([money('contracts'), count('customers'), share('renewal'), count('process')], {
      indicators: [
        indicator('contracts', '50', '400000'),
        indicator('customers', '25', '3'),
        indicator('renewal', '20', '80%'),
        indicator('process', '5', '30'),
      ],
    });
    const score = scoreBook(plan, [ratio(40_000_000), ratio(3), ratio(8, 10), ratio(30)]);
    expect(score?.total).toBe('100.00');
    expect(score?.indicators.every(({ behind }) => !behind)).toBe(true);
    // 50 × 1 + 25 × 2/3 + 20 × 1 + 5 × 1.2 = 92.666…
    expect(scoreBook(plan, [ratio(40_000_000), ratio(2), ratio(8, 10), ratio(60)])?.total).toBe('92.67');
  });
  it('10, fast-moving goods: too few new customers limit the sales to 80 %', () => {
    const plan = planOf([money('sales'), count('new-customers')], {
      indicators: [indicator('sales', '70', '100000'), indicator('new-customers', '30', '3')],
      gates: [{ metric: 'new-customers', atLeast: '3', applies: { to: 'indicator', indicator: 'sales', limitTo: '0.8' } }],
    });
    const sales = (customers: number) => scoreBook(plan, [ratio(13_000_000), ratio(customers)])?.indicators[0];
    expect(sales(1)).toMatchObject({ pointsText: '56.00', limitedBy: 'new-customers' });
    expect(sales(2)).toMatchObject({ pointsText: '56.00' });
    expect(sales(3)).toMatchObject({ pointsText: '84.00' });
    expect(sales(3)?.limitedBy).toBeUndefined();
  });
});

describe('in general', () => {
  it('a plan without a scheme has no score', () => {
    expect(scoreBook(planOf([number]), [ratio(1)])).toBeNull();
  });
  it('never falls when an actual of a higher-is-better indicator rises, and is the exact sum of the points', () => {
    const curve = fc.constantFrom<IndicatorInput['curve']>(
      { kind: 'linear' },
      {
        kind: 'stepped',
        steps: [
          { atLeast: '0.5', gives: '0.5' },
          { atLeast: '1', gives: '1.1' },
        ],
      },
      {
        kind: 'piecewise',
        points: [
          { at: '0.2', gives: '0.1' },
          { at: '0.9', gives: '0.9' },
          { at: '1.3', gives: '1.4' },
        ],
      },
    );
    fc.assert(
      fc.property(
        curve,
        fc.integer({ min: -500, max: 5000 }),
        fc.nat(500),
        fc.integer({ min: 1, max: 5000 }),
        (shape, actual, more, target) => {
          const options = { target: String(target), ...(shape ? { curve: shape } : {}) };
          const [low, high] = [scored(ratio(actual, 7), options), scored(ratio(actual + more, 7), options)];
          expect(compare(fromStored(low.points), fromStored(high.points))).toBeLessThanOrEqual(0);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9999), fc.integer({ min: 1, max: 9999 })), { minLength: 1, maxLength: 12 }), (rows) => {
        const metrics = rows.map((_, index) => metric({ id: `m-${index}`, fold: 'sum', unit: 'number', factTypes: ['some.fact'] }));
        const plan = planOf(metrics, { indicators: rows.map(([, target], index) => indicator(`m-${index}`, '7.77', String(target))) });
        const score = scoreBook(
          plan,
          rows.map(([actual]) => ratio(actual)),
        );
        // Independently, over one common denominator.
        let [n, d] = [0n, 1n];
        for (const [actual, target] of rows) {
          const [a, b] = actual * 5 > target * 6 ? [6n, 5n] : [BigInt(actual), BigInt(target)];
          [n, d] = [n * b * 100n + a * 777n * d, d * b * 100n];
        }
        const exact = score && fromStored(score.totalExact);
        expect(exact && BigInt(exact.n) * d === n * BigInt(exact.d)).toBe(true);
      }),
    );
  });
});
