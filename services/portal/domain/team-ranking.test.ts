import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratio } from '../../../shared/kernel/ratio.ts';
import { ownRank, rankAll, type ScoredPerson } from './team-ranking.ts';

const person = (employeeId: string, hundredths: number): ScoredPerson => ({
  employeeId,
  name: `姓名${employeeId}`,
  total: ratio(hundredths, 100),
});

describe('a ranking', () => {
  const team = [person('a', 9000), person('b', 10_000), person('c', 9000), person('d', 8000)];

  it('has equals on one rank, and counts them all for the next', () => {
    expect(rankAll(team).map(({ employeeId, rank, score }) => [employeeId, rank, score])).toEqual([
      ['b', 1, '100.00'],
      ['a', 2, '90.00'],
      ['c', 2, '90.00'],
      ['d', 4, '80.00'],
    ]);
  });

  it.each([
    ['b', { rank: 1, of: 4, sharedWith: 0, score: '100.00', toNext: null }],
    ['a', { rank: 2, of: 4, sharedWith: 1, score: '90.00', toNext: '10.00' }],
    ['d', { rank: 4, of: 4, sharedWith: 0, score: '80.00', toNext: '10.00' }],
    ['nobody', null],
  ])('of %s alone', (id, expected) => {
    expect(ownRank(id, team)).toEqual(expected);
  });

  it('compares exactly, not what is shown', () => {
    const close = [
      { ...person('a', 0), total: ratio(200_001, 3000) },
      { ...person('b', 0), total: ratio(200_002, 3000) },
    ];
    expect(rankAll(close).map(({ employeeId, rank, score }) => [employeeId, rank, score])).toEqual([
      ['b', 1, '66.67'],
      ['a', 2, '66.67'],
    ]);
    expect(ownRank('a', close)).toMatchObject({ rank: 2, toNext: '0.00' });
  });

  it('of nobody is empty', () => {
    expect([rankAll([]), ownRank('a', [])]).toEqual([[], null]);
  });

  it('permutes as the people do, agrees with each one’s own, and a zero-point colleague changes nobody above', () => {
    const people = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 12_000 })), {
      selector: ([id]) => id,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        people.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const [one, two] = [all, shuffled].map((list) => list.map(([id, points]) => person(String(id), points)));
          if (!one || !two) return;
          expect(rankAll(two)).toEqual(rankAll(one));
          for (const { employeeId, rank, score } of rankAll(one))
            expect(ownRank(employeeId, two)).toMatchObject({ rank, score, of: one.length });
          const more = [...one, person('zero', 0)];
          for (const { employeeId, rank } of rankAll(one)) expect(ownRank(employeeId, more)?.rank).toBe(rank);
        },
      ),
    );
  });
});
