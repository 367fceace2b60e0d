import { describe, expect, it } from 'vitest';
import { monthEffect, type StandingMonth } from './month-effect.ts';

const name = { zh: '提成', en: 'Commission' };
const month = (score: string | null, ...rules: readonly (readonly [string, number, number?])[]): StandingMonth => ({
  score,
  rules: new Map(rules.map(([id, amountFen, heldFen = 0]) => [id, { name, amountFen, heldFen }])),
});
const OF = { employeeId: 'e1', legalEntityId: 'le', period: '2026-11' };
const brief = (before: StandingMonth, after: StandingMonth) => {
  const effect = monthEffect(OF, before, after);
  return (
    effect && [
      effect.differenceFen,
      effect.rules.map(({ ruleId, beforeFen, afterFen, heldDifferenceFen }) => [ruleId, beforeFen, afterFen, heldDifferenceFen]),
    ]
  );
};

describe('a month as it stands beside what it would be', () => {
  it.each<[string, StandingMonth, StandingMonth, unknown]>([
    ['nothing at all', month(null), month(null), null],
    ['the same', month('80.00', ['a', 5, 3]), month('80.00', ['a', 5, 3]), null],
    ['an award of 0 that was not there', month('80.00'), month('80.00', ['a', 0]), null],
    ['points alone', month('80.00', ['a', 5]), month('80.01', ['a', 5]), [0, []]],
    ['scored for the first time', month(null), month('0.00'), [0, []]],
    ['a fen less', month('80.00', ['a', 5]), month('80.00', ['a', 4]), [-1, [['a', 5, 4, 0]]]],
    ['held alone', month('80.00', ['a', 5, 3]), month('80.00', ['a', 5, 2]), [0, [['a', 5, 5, -1]]]],
    ['released', month('80.00', ['a', 5, 3]), month('80.00', ['a', 8]), [3, [['a', 5, 8, -3]]]],
    ['one rule for another', month('80.00', ['b', 5]), month('80.00', ['a', 5]), [0, [['a', 0, 5, 0], ['b', 5, 0, 0]]]], // biome-ignore format: one row
  ])('%s', (_, before, after, expected) => {
    expect(brief(before, after)).toEqual(expected);
  });
});
