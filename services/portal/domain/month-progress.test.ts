import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoreSummary } from '../../../shared/contracts/books.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { compare, type Ratio, ratio, toDecimal, toStored } from '../../../shared/kernel/ratio.ts';
import {
  accumulates,
  dayBeforeWeek,
  type Employment,
  monthDays,
  monthProgress,
  type ProgressIndicator,
  type ProgressMetric,
  weekPercent,
} from './month-progress.ts';

const NOVEMBER = '2026-11' as Month;
const day = (text: string) => text as LocalDate;
const LONG: Employment = { hiredOn: day('2020-01-01'), leftOn: null };
const name = { zh: '新客户', en: 'New customers' };

const metric = (value: number | null, more: Partial<ProgressMetric> = {}): ProgressMetric => ({
  id: 'm',
  fold: 'sum',
  window: 'month',
  value: value === null ? null : ratio(value),
  before: null,
  ...more,
});
const indicator = (target: number, more: Partial<ProgressIndicator> = {}): ProgressIndicator => ({
  id: 'i',
  name,
  metric: 'm',
  unit: 'count',
  target: ratio(target),
  lowerIsBetter: false,
  ...more,
});
const summary = (attainment: Ratio, total: Ratio): ScoreSummary => ({
  total: toDecimal(total, 2),
  totalExact: toStored(total),
  indicators: [
    {
      id: 'i',
      name,
      metric: 'm',
      weight: '100',
      target: '1',
      actual: null,
      attainment: toStored(attainment),
      counted: toStored(attainment),
      points: toStored(total),
      pointsText: '',
      behind: false,
    },
  ],
});
const show = (value: Ratio) => ({ zh: toDecimal(value, 2), en: toDecimal(value, 2) });

/** One indicator on a day; the engine gives what it was asked with, divided by 10. */
const on = (today: string, one: ProgressMetric, of: ProgressIndicator, employment = LONG, month = NOVEMBER) => {
  const asked: (Ratio | null | undefined)[] = [];
  const progress = monthProgress(
    {
      month,
      employment,
      at: monthDays(month, employment, day(today)),
      metrics: [one],
      indicators: [of],
      score: summary(ratio(1, 2), ratio(50)),
    },
    {
      show,
      scoreWith: (values) => {
        asked.push(values.get('m'));
        return summary(ratio(3, 4), ratio(75));
      },
    },
  );
  const [only] = progress.indicators;
  if (!only) throw new Error('no indicator');
  return { ...progress, only, asked };
};
const text = (value: Ratio | null | undefined) => (value ? toDecimal(value, 2) : value);

describe('the days of a month', () => {
  it.each([
    ['before it', '2026-10-31', LONG, 'future', null, 0, 30],
    ['its first day, which counts as passed', '2026-11-01', LONG, 'running', '2026-11-01', 1, 30],
    ['its last day', '2026-11-30', LONG, 'running', '2026-11-30', 30, 30],
    ['over', '2026-12-01', LONG, 'closed', '2026-11-30', 30, 30],
    ['a joiner on the 16th, on the 20th', '2026-11-20', { hiredOn: day('2026-11-16'), leftOn: null }, 'running', '2026-11-20', 5, 15],
    ['a joiner who has not begun', '2026-11-10', { hiredOn: day('2026-11-16'), leftOn: null }, 'running', '2026-11-10', 0, 15],
    ['a leaver on the 10th, on the 20th', '2026-11-20', { ...LONG, leftOn: day('2026-11-10') }, 'running', '2026-11-20', 10, 10],
    ['nobody here any more', '2026-11-20', { ...LONG, leftOn: day('2026-10-10') }, 'running', '2026-11-20', 0, 0],
  ] as const)('%s', (_, today, employment, phase, at, elapsed, total) => {
    expect(monthDays(NOVEMBER, employment, day(today))).toMatchObject({ phase, on: at, days: { elapsed, total } });
  });

  it.each([
    ['2026-11-01', LONG, { from: '2026-11-01', to: '2026-11-01', elapsed: 1, total: 1 }, null],
    ['2026-11-02', LONG, { from: '2026-11-02', to: '2026-11-08', elapsed: 1, total: 7 }, '2026-11-01'],
    ['2026-11-08', LONG, { from: '2026-11-02', to: '2026-11-08', elapsed: 7, total: 7 }, '2026-11-01'],
    ['2026-11-30', LONG, { from: '2026-11-30', to: '2026-11-30', elapsed: 1, total: 1 }, '2026-11-29'],
    [
      '2026-11-19',
      { hiredOn: day('2026-11-18'), leftOn: null },
      { from: '2026-11-18', to: '2026-11-22', elapsed: 2, total: 5 },
      '2026-11-17',
    ],
    ['2026-12-01', LONG, null, null],
    ['2026-11-19', { ...LONG, leftOn: day('2026-11-10') }, null, null],
  ] as const)('the week on %s ends with the month and the employment', (today, employment, week, before) => {
    const at = monthDays(NOVEMBER, employment, day(today));
    expect(at.week).toEqual(week);
    expect(dayBeforeWeek(at, NOVEMBER)).toBe(before);
  });
  it('a leap day is a day', () => {
    expect(monthDays('2028-02' as Month, LONG, day('2028-02-29')).days).toMatchObject({ elapsed: 29, total: 29 });
  });
});

describe('what adds up over the days', () => {
  it.each([
    ['sum', 'month', true],
    ['count', 'quarter', true],
    ['count-distinct', 'year', true],
    ['qualified-customers', 'month', true],
    ['sum', 'week', false],
    ['count', 'day', false],
    ['sum', { rolling: 30 }, false],
    ['latest', 'month', false],
    ['ratio', 'month', false],
    ['conversion', 'quarter', false],
    ['average', 'month', false],
    ['duration', 'month', false],
  ] as const)('%s over %j: %s', (fold, window, expected) => {
    expect(accumulates({ fold, window })).toBe(expected);
  });
});

describe('progress', () => {
  it.each([
    // today, actual, target, lower is better, expected, pace, gap, projected
    ['the first day', '2026-11-01', 2, 30, false, '1.00', 'ahead', '1.00', '60.00'],
    ['half of the month, half of the target', '2026-11-15', 15, 30, false, '15.00', 'on-track', '0.00', '30.00'],
    ['a third is not half', '2026-11-15', 10, 30, false, '15.00', 'behind', '-5.00', '20.00'],
    ['exact, not rounded to whole customers', '2026-11-07', 1, 10, false, '2.33', 'behind', '-1.33', '4.29'],
    ['nothing yet', '2026-11-15', 0, 30, false, '15.00', 'behind', '-15.00', '0.00'],
    ['the month is over', '2026-12-05', 29, 30, false, '30.00', 'behind', '-1.00', '29.00'],
    ['lower is better: fewer than the days allow', '2026-11-15', 1, 4, true, '2.00', 'ahead', '-1.00', '2.00'],
    ['lower is better: more than the days allow', '2026-11-15', 3, 4, true, '2.00', 'behind', '1.00', '6.00'],
    ['target 0 and nothing', '2026-11-15', 0, 0, false, '0.00', 'on-track', '0.00', '0.00'],
    ['target 0, lower is better, and one', '2026-11-15', 1, 0, true, '0.00', 'behind', '1.00', '2.00'],
    ['a negative target is met or not', '2026-11-15', -4, -10, false, '-10.00', 'ahead', '6.00', '-8.00'],
  ] as const)('%s', (_, today, actual, target, lowerIsBetter, expected, pace, gap, projected) => {
    const { only } = on(today, metric(actual), indicator(target, { lowerIsBetter }));
    expect([text(only.expected), only.pace, text(only.gap), text(only.projected?.value)]).toEqual([expected, pace, gap, projected]);
  });

  it('before the month nothing is expected, projected or scored', () => {
    const { only, score, asked } = on('2026-10-31', metric(3), indicator(30));
    expect(only).toMatchObject({ pace: 'not-begun', gap: null, week: null, projected: null });
    expect(score).toEqual({ now: ratio(50), projected: null });
    expect(asked).toEqual([]);
    expect(only.text.zh).toBe('新客户:实际 3.00,目标 30.00;尚未开始');
  });
  it('for a joiner by the days of employment', () => {
    const joiner = { hiredOn: day('2026-11-16'), leftOn: null };
    const { only } = on('2026-11-20', metric(2), indicator(15), joiner);
    expect([text(only.expected), text(only.projected?.value)]).toEqual(['5.00', '6.00']);
    expect(on('2026-11-10', metric(0), indicator(15), joiner).only).toMatchObject({ pace: 'not-begun', projected: null });
  });
  it('of a quarter by the days of the quarter up to the end of the month', () => {
    // 45 of 61 days.
    const { only } = on('2026-11-14', metric(45, { window: 'quarter' }), indicator(122));
    expect(only.days).toEqual({ from: '2026-10-01', to: '2026-11-30', elapsed: 45, total: 61 });
    expect([text(only.expected), only.pace, text(only.projected?.value), only.week]).toEqual(['90.00', 'behind', '61.00', null]);
  });
  it('what stands as it is is beside its target at once, and its own projection', () => {
    const { only, asked } = on('2026-11-03', metric(3, { fold: 'latest' }), indicator(4));
    expect([only.accumulates, text(only.expectedShare), text(only.expected), only.pace, text(only.projected?.value), only.week]).toEqual([
      false,
      '1.00',
      '4.00',
      'behind',
      '3.00',
      null,
    ]);
    expect(asked.map(text)).toEqual(['3.00']);
    expect(only.text.zh).toBe('新客户:实际 3.00,目标 4.00;比照目标,落后 1.00');
  });
  it('without data says so', () => {
    const { only } = on('2026-11-03', metric(null, { fold: 'ratio' }), indicator(4));
    expect(only).toMatchObject({ pace: 'no-data', gap: null, projected: null });
    expect(only.text.en).toBe('New customers: actual no data yet, target 4.00');
  });

  it('the week has its part, and the share of the target of its days', () => {
    // 2 to 8 November: 7 of 30 days.
    const { only } = on('2026-11-04', metric(5, { before: ratio(3) }), indicator(30));
    expect(only.week && [text(only.week.part), text(only.week.share), weekPercent(only.week)]).toEqual(['2.00', '7.00', '28.57']);
    const first = on('2026-11-01', metric(5), indicator(0)).only.week;
    expect(first && [text(first.part), text(first.share), weekPercent(first)]).toEqual(['5.00', '0.00', null]);
  });

  it('the score at the end is the engine’s, asked with the projected numbers', () => {
    const { score, only, asked } = on('2026-11-10', metric(7), indicator(30));
    expect(asked.map(text)).toEqual(['21.00']);
    expect(score).toEqual({ now: ratio(50), projected: ratio(75) });
    expect([only.attainment, only.projected?.attainment]).toEqual([ratio(1, 2), ratio(3, 4)]);
    expect(only.text).toEqual({
      zh: '新客户:实际 7.00,目标 30.00;已过 10/30 天,应完成 10.00,落后 3.00;照此进度月末 21.00,达成率 75.00%',
      en: 'New customers: actual 7.00, target 30.00; 10 of 30 days have passed, due are 10.00, 3.00 behind; at this pace 21.00 at the end of the month, attainment 75.00%',
    });
  });

  it('is ahead exactly when the projection is above the target', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(1000),
        fc.integer({ min: 1, max: 1000 }),
        fc.boolean(),
        (date, actual, target, lower) => {
          const { only } = on(`2026-11-${String(date).padStart(2, '0')}`, metric(actual), indicator(target, { lowerIsBetter: lower }));
          const over = compare(only.projected?.value ?? ratio(0), ratio(target)) * (lower ? -1 : 1);
          expect(only.pace).toBe(over > 0 ? 'ahead' : over < 0 ? 'behind' : 'on-track');
        },
      ),
    );
  });
});
