import { describe, expect, it } from 'vitest';
import type { Book } from '../../../shared/contracts/books.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { toDecimal } from '../../../shared/kernel/ratio.ts';
import type { IndicatorKind } from './team-completion.ts';
import { type Days, type TrendMember, teamTrend } from './team-trend.ts';

const NOVEMBER = '2026-11' as Month;
const day = (text: string) => text as LocalDate;
const one = { n: '1', d: '1' };
const member = (employeeId: string, days: Days | null, target = '4', kind: Partial<IndicatorKind> = {}): TrendMember => ({
  employeeId,
  name: employeeId,
  days,
  plan: { indicators: new Map([['i', { metric: 'm', fold: 'count', unit: 'count', lowerIsBetter: false, ...kind }]]), conversions: [] },
  book: {
    metrics: {},
    score: {
      total: '0.00',
      totalExact: one,
      indicators: [
        {
          id: 'i',
          name: { zh: '拜访', en: 'Visits' },
          metric: 'm',
          weight: '100',
          target,
          actual: one,
          attainment: one,
          counted: one,
          points: one,
          pointsText: '0.00',
          behind: false,
        },
      ],
    },
  } as unknown as Book,
});
const on = (date: string, value = '1'): Days => ({ m: { [date]: { n: value, d: '1' } } });
const trend = (members: readonly TrendMember[], until: string | null = '2026-11-03') =>
  teamTrend(members, NOVEMBER, until === null ? null : day(until), (value) => toDecimal(value, 0));
const brief = (members: readonly TrendMember[], until?: string | null) =>
  trend(members, until).map(({ people, target, days }) => [people, target, days.map((one) => [one.cumulative, one.completionPercent])]);

describe('the trend of a team', () => {
  it('adds up people day by day, beside the sum of their targets', () => {
    expect(brief([member('b', on('2026-11-02')), member('a', on('2026-11-03', '2'))])).toEqual([
      [
        2,
        '8',
        [
          ['0', '0.00'],
          ['1', '12.50'],
          ['3', '37.50'],
        ],
      ],
    ]);
  });
  it('leaves out, target and all, who is not worked out yet', () => {
    expect(brief([member('a', on('2026-11-02')), member('b', null)])).toEqual([
      [
        1,
        '4',
        [
          ['0', '0.00'],
          ['1', '25.00'],
          ['1', '25.00'],
        ],
      ],
    ]);
  });
  it('a person without a fact of it has days on which nothing happened', () => {
    expect(brief([member('a', { m: {} })], '2026-11-01')).toEqual([[1, '4', [['0', '0.00']]]]);
  });
  it('of what has no days of its own, or before the month, is empty', () => {
    expect(trend([member('a', { other: {} })])).toEqual([]);
    expect(brief([member('a', on('2026-11-02'))], null)).toEqual([[1, '4', []]]);
  });
  it('has no completion of a target of 0, nor where lower is better', () => {
    const last = (members: readonly TrendMember[]) => trend(members)[0]?.days.at(-1);
    expect(last([member('a', on('2026-11-02'), '0')])).toMatchObject({ cumulative: '1', completionPercent: null });
    expect(last([member('a', on('2026-11-02'), '4', { lowerIsBetter: true })])).toMatchObject({ cumulative: '1', completionPercent: null });
  });
});
