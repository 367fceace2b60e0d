import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BookedMetric } from '../../../shared/contracts/books.ts';
import { type Ratio, ratio, toDecimal, toStored } from '../../../shared/kernel/ratio.ts';
import {
  type Completion,
  completionOf,
  funnelsOf,
  type IndicatorKind,
  overallCompletion,
  type PersonIndicator,
} from './team-completion.ts';

const name = { zh: '销售额', en: 'Sales' };
const COUNT: IndicatorKind = { metric: 'm', fold: 'count', unit: 'count', lowerIsBetter: false };
const person = (
  employeeId: string,
  actual: Ratio | null,
  target: string,
  kind: IndicatorKind = COUNT,
  booked?: BookedMetric,
  weight = '40',
): PersonIndicator => ({
  employeeId,
  name: employeeId,
  kind,
  booked,
  indicator: {
    id: 'i',
    name,
    metric: 'm',
    weight,
    target,
    actual: actual && toStored(actual),
    attainment: null,
    counted: toStored(ratio(0)),
    points: toStored(ratio(0)),
    pointsText: '0.00',
    behind: true,
  },
});
const share = (numerator: number, denominator: number): BookedMetric => ({
  value: denominator === 0 ? null : toStored(ratio(numerator, denominator)),
  facts: numerator + denominator,
  state: { numerator: String(numerator), denominator: String(denominator) },
});
const text = (value: Ratio | null) => value && toDecimal(value, 4);
const brief = ({ actual, target, completion }: Completion) => [text(actual), text(target), text(completion)];

describe('completion of an indicator', () => {
  it('is Σ actual ÷ Σ target, not the mean of the attainments; somebody without data adds the target alone', () => {
    const people = [person('a', ratio(90), '100'), person('b', ratio(1), '10'), person('c', null, '90')];
    expect(brief(completionOf(people))).toEqual(['91.0000', '200.0000', '0.4550']);
  });
  it('of money has targets in yuan and actuals in fen', () => {
    const fen: IndicatorKind = { ...COUNT, fold: 'sum', unit: 'fen' };
    expect(
      brief(completionOf([person('a', ratio(50_000), '1000'), person('b', ratio(100_000), '1000')].map((one) => ({ ...one, kind: fen })))),
    ).toEqual(['150000.0000', '200000.0000', '0.7500']);
  });
  it('of a share is over everybody’s denominators: 1 of 1 does not make up for 0 of 9', () => {
    const kind: IndicatorKind = { ...COUNT, fold: 'ratio', unit: 'ratio' };
    const people = [
      person('a', ratio(1), '90%', kind, share(1, 1)),
      person('b', ratio(0), '50%', kind, share(0, 9)),
      person('c', null, '10%', kind, share(0, 0)),
    ];
    // 1 ÷ 10 beside (0.9 × 1 + 0.5 × 9) ÷ 10.
    expect(brief(completionOf(people))).toEqual(['0.1000', '0.5400', '0.1852']);
    expect(brief(completionOf([person('c', null, '10%', kind, share(0, 0))]))).toEqual([null, null, null]);
  });
  it('of an average is weighed by the facts', () => {
    const kind: IndicatorKind = { ...COUNT, fold: 'average', unit: 'number' };
    const booked = (facts: number): BookedMetric => ({ value: null, facts, state: { sum: '0' } });
    expect(brief(completionOf([person('a', ratio(5), '4', kind, booked(3)), person('b', ratio(1), '4', kind, booked(1))]))).toEqual([
      '4.0000',
      '4.0000',
      '1.0000',
    ]);
  });
  it.each([
    ['lower is better: Σ target ÷ Σ actual', 8, '4', true, '0.5000'],
    ['lower is better and nothing used', 0, '4', true, null],
    ['lower is better and target 0', 3, '0', true, null],
    ['target 0', 3, '0', false, null],
    ['a negative target', 3, '-3', false, null],
  ] as const)('%s', (_, actual, target, lowerIsBetter, completion) => {
    expect(text(completionOf([person('a', ratio(actual), target, { ...COUNT, lowerIsBetter })]).completion)).toBe(completion);
  });

  it('has the five who brought most, of equals by id, with their share of the sum', () => {
    const { topFive } = completionOf(['f', 'e', 'd', 'c', 'b', 'a'].map((id) => person(id, ratio(id === 'f' ? 15 : 1), '10')));
    expect(topFive.map(({ employeeId, share: part }) => [employeeId, text(part)])).toEqual([
      ['f', '0.7500'],
      ['a', '0.0500'],
      ['b', '0.0500'],
      ['c', '0.0500'],
      ['d', '0.0500'],
    ]);
    const kind: IndicatorKind = { ...COUNT, fold: 'ratio', unit: 'ratio' };
    expect(completionOf([person('a', ratio(1), '90%', kind, share(1, 1))]).topFive).toEqual([]);
    expect(completionOf([person('a', ratio(1), '9', { ...COUNT, lowerIsBetter: true })]).topFive).toEqual([]);
    expect(completionOf([person('a', ratio(-1), '9'), person('b', ratio(1), '9')]).topFive).toEqual([]);
  });

  it('does not depend on the order of the people', () => {
    const one = fc.record({ actual: fc.integer({ min: -50, max: 200 }), target: fc.integer({ min: 0, max: 100 }) });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 12 }), (values) => {
        const people = values.map(({ actual, target }, place) =>
          person(`e${String(place).padStart(2, '0')}`, ratio(actual), String(target)),
        );
        expect(completionOf([...people].reverse())).toEqual(completionOf(people));
      }),
    );
  });
});

describe('completion over all indicators', () => {
  it('weighs each by what people’s schemes give it; one without a completion is left out', () => {
    const half = completionOf([person('a', ratio(5), '10', COUNT, undefined, '60'), person('b', ratio(5), '10', COUNT, undefined, '20')]);
    const whole = completionOf([person('a', ratio(4), '4', COUNT, undefined, '20')]);
    const none = completionOf([person('a', ratio(4), '0', COUNT, undefined, '20')]);
    // (80 × 0.5 + 20 × 1) ÷ 100
    expect(text(overallCompletion([half, whole, none]))).toBe('0.6000');
    expect(overallCompletion([none])).toBeNull();
    expect(overallCompletion([])).toBeNull();
  });
});

describe('the funnel', () => {
  const STAGES = ['接触', '方案', '签单'];
  const step = (metric: string, from: string, to: string, stages: readonly string[] = STAGES) => ({ metric, name, stages, from, to });
  it('adds up what people’s opportunities got to, step by step in the order of the stages', () => {
    const conversions = [step('won', '方案', '签单'), step('offered', '接触', '方案')];
    const funnels = funnelsOf([
      { conversions, metrics: { offered: share(4, 10), won: share(1, 4) } },
      { conversions, metrics: { offered: share(2, 10), won: share(2, 2) } },
      { conversions, metrics: {} },
      { conversions: [step('other', 'A', 'B', ['A', 'B'])], metrics: { other: share(0, 0) } },
    ]);
    const brief = funnels.map(({ stages, steps }) => [
      stages.join(' '),
      steps.map(({ metric, people, reached, passed, conversion }) => [metric, people, text(reached), text(passed), text(conversion)]),
    ]);
    expect(brief).toEqual([
      ['A B', [['other', 1, '0.0000', '0.0000', null]]],
      [
        '接触 方案 签单',
        [
          ['offered', 3, '20.0000', '6.0000', '0.3000'],
          ['won', 3, '6.0000', '3.0000', '0.5000'],
        ],
      ],
    ]);
  });
});
