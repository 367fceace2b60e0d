import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PersonOutcomes, planEffects } from './plan-effects.ts';

const score = (points: number) => ({ total: `${points}.00`, totalExact: { n: String(points), d: '1' } });
const person = (employeeId: string, before: [number | null, number], after: [number | null, number]): PersonOutcomes => {
  const month = ([points, payFen]: [number | null, number]) => ({ score: points === null ? null : score(points), payFen });
  return { employeeId, name: employeeId, before: month(before), after: month(after) };
};

describe('who gains and who loses', () => {
  it.each<[string, [number | null, number], [number | null, number], string]>([
    ['more pay', [80, 100], [80, 101], 'gains'],
    ['less pay', [80, 100], [80, 99], 'loses'],
    ['more pay with fewer points', [80, 100], [70, 101], 'gains'],
    ['the same pay with more points', [80, 100], [81, 100], 'gains'],
    ['the same pay with fewer points', [80, 100], [79, 100], 'loses'],
    ['the same', [80, 100], [80, 100], 'same'],
    ['a score that comes', [null, 100], [80, 100], 'same'],
    ['a score that goes', [80, 0], [null, 0], 'same'],
    ['pay from nothing', [null, 0], [null, 1], 'gains'],
  ])('%s', (_, before, after, direction) => {
    expect(planEffects([person('a', before, after)]).items[0]?.direction).toBe(direction);
  });
  it('of nobody is nothing', () => {
    expect(planEffects([])).toMatchObject({ people: 0, differenceFen: 0, averageScoreBefore: null, items: [] });
  });
  it('the largest loss first; sums and averages over all', () => {
    const effects = planEffects([
      person('c', [80, 100], [90, 150]),
      person('b', [70, 100], [70, 100]),
      person('a', [60, 300], [50, 100]),
      person('d', [null, 0], [null, 0]),
    ]);
    expect(effects.items.map(({ employeeId }) => employeeId)).toEqual(['a', 'b', 'd', 'c']);
    expect(effects).toMatchObject({
      gaining: { people: 1, byFen: 50 },
      losing: { people: 1, byFen: -200 },
      unchanged: 2,
      payBeforeFen: 500,
      payAfterFen: 350,
      differenceFen: -150,
      averageScoreBefore: '70.00',
      averageScoreAfter: '70.00',
    });
  });
  it('adds up, and does not depend on the order of people', () => {
    const fen = fc.integer({ min: -1_000_000, max: 1_000_000 });
    const points = fc.option(fc.integer({ min: 0, max: 150 }));
    const people = fc
      .array(fc.tuple(points, fen, points, fen), { maxLength: 20 })
      .map((all) => all.map(([a, b, c, d], index) => person(`e${index}`, [a, b], [c, d])));
    fc.assert(
      fc.property(
        people.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const effects = planEffects(all);
          expect(planEffects(shuffled)).toEqual(effects);
          expect(effects.gaining.byFen + effects.losing.byFen).toBe(effects.differenceFen);
          expect(effects.payAfterFen - effects.payBeforeFen).toBe(effects.differenceFen);
          expect(effects.gaining.people + effects.losing.people + effects.unchanged).toBe(all.length);
        },
      ),
    );
  });
});
