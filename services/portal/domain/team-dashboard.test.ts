import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Book, ScoreSummary } from '../../../shared/contracts/books.ts';
import { toDecimal } from '../../../shared/kernel/ratio.ts';
import type { Show } from './team-completion.ts';
import { teamDashboard as dashboardOf, type Member } from './team-dashboard.ts';

const show: Show = (value, unit) => `${toDecimal(value, 2)} ${unit}`;
const teamDashboard = (members: readonly Member[]) => dashboardOf(members, show);

const name = { zh: '销售额', en: 'Sales' };
const stored = (n: number, d = 1) => ({ n: String(n), d: String(d) });

const score = (hundredths: number, attainment: readonly [number, number] | null): ScoreSummary => ({
  total: (hundredths / 100).toFixed(2),
  totalExact: stored(hundredths, 100),
  indicators: [
    {
      id: 'sales',
      name,
      metric: 'sales',
      weight: '100',
      target: '1',
      actual: attainment ? stored(attainment[0], attainment[1]) : null,
      attainment: attainment ? stored(attainment[0], attainment[1]) : null,
      counted: stored(0),
      points: stored(0),
      pointsText: '0.00',
      behind: attainment === null || attainment[0] < attainment[1],
    },
  ],
});
const member = (employeeId: string, summary: ScoreSummary | null, refusal: Book['refusal'] = null): Member => ({
  employeeId,
  name: `姓名${employeeId}`,
  orgUnitId: 'unit',
  plan: { indicators: new Map([['sales', { metric: 'sales', fold: 'sum', unit: 'count', lowerIsBetter: false }]]), conversions: [] },
  book: {
    employeeId,
    legalEntityId: 'le',
    period: '2026-11',
    version: 1,
    plan: null,
    refusal,
    metrics: {},
    score: summary,
    expressionErrors: [],
    updatedAt: '2026-11-23T00:00:00.000Z',
  },
});

describe('teamDashboard', () => {
  it('is empty and without division by zero for nobody', () => {
    expect(teamDashboard([])).toEqual({
      people: 0,
      scored: 0,
      averageScore: null,
      completionPercent: null,
      indicators: [],
      funnels: [],
      topFive: [],
      topFiveSharePercent: null,
      belowTarget: [],
      withoutScore: [],
    });
  });

  it('gives the mean, the top five with their share, and who is behind, lowest first', () => {
    const members = [10_000, 9_000, 8_000, 7_000, 6_000, 5_000].map((points, index) => member(`e${index}`, score(points, [points, 8_000])));
    const answer = teamDashboard(members);
    expect(answer).toMatchObject({ people: 6, scored: 6, averageScore: '75.00', topFiveSharePercent: '88.89' });
    expect(answer.topFive.map(({ employeeId, sharePercent }) => [employeeId, sharePercent])).toEqual([
      ['e0', '22.22'],
      ['e1', '20.00'],
      ['e2', '17.78'],
      ['e3', '15.56'],
      ['e4', '13.33'],
    ]);
    expect(answer.belowTarget.map(({ employeeId }) => employeeId)).toEqual(['e5', 'e4', 'e3']);
    expect(answer.indicators).toMatchObject([{ id: 'sales', name, people: 6, averageAttainmentPercent: '93.75', below: 3 }]);
  });

  it('names everyone without a score, with the reason', () => {
    const reason = { zh: '没有方案', en: 'no plan' };
    const answer = teamDashboard([
      member('b', null, { code: 'no_plan', reason }),
      { employeeId: 'a', name: '甲', orgUnitId: 'unit', book: null, plan: null },
    ]);
    expect(answer.withoutScore.map(({ employeeId, reason: why }) => [employeeId, why.zh])).toEqual([
      ['a', '本月尚无业务事实'],
      ['b', '没有方案'],
    ]);
    expect(answer.averageScore).toBeNull();
  });

  it('does not divide by a team whose scores add up to nothing', () => {
    const answer = teamDashboard([member('a', score(0, [0, 1])), member('b', score(0, null))]);
    expect(answer).toMatchObject({ averageScore: '0.00', topFiveSharePercent: null });
    expect(answer.topFive.map(({ sharePercent }) => sharePercent)).toEqual(['0.00', '0.00']);
  });

  it('ranks by the exact score where the shown one is the same', () => {
    const summary = score(10_000, [1, 1]);
    const close = (thousandths: number) => ({ ...summary, totalExact: stored(thousandths, 1000) });
    const { topFive } = teamDashboard([member('a', close(99_998)), member('b', close(100_002)), member('c', close(100_001))]);
    expect(topFive.map(({ employeeId }) => employeeId)).toEqual(['b', 'c', 'a']);
  });

  it('does not add up what plans measure in different units or directions under one id', () => {
    const plans = [
      { unit: 'count', lowerIsBetter: false },
      { unit: 'fen', lowerIsBetter: false },
      { unit: 'count', lowerIsBetter: true },
    ] as const;
    const members = plans.map((kind, place) => ({
      ...member(`e${place}`, score(100, [1, 2])),
      plan: { indicators: new Map([['sales', { metric: 'sales', fold: 'sum', ...kind }]]), conversions: [] },
    }));
    expect(
      teamDashboard(members).indicators.map(({ unit, lowerIsBetter, people, actual }) => [unit, lowerIsBetter, people, actual]),
    ).toEqual([
      ['count', false, 1, '0.50 count'],
      ['count', true, 1, '0.50 count'],
      ['fen', false, 1, '0.50 fen'],
    ]);
  });

  it('does not depend on the order of the people', () => {
    const points = fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(points, fc.integer(), (values, seed) => {
        const members = values.map((value, index) => member(`e${String(index).padStart(2, '0')}`, score(value, [value, 8_000])));
        const shuffled = [...members].sort((a, b) => ((a.employeeId.charCodeAt(2) * seed) % 7) - ((b.employeeId.charCodeAt(2) * seed) % 7));
        expect(teamDashboard(shuffled)).toEqual(teamDashboard(members));
      }),
    );
  });
});
