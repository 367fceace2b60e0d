import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ratio, ratio } from '../../../shared/kernel/ratio.ts';
import { compiledOf, evidenceOf, type RewardInput, sales, yuan } from '../testing/rewards.ts';
import type { PoolRule } from './compile-rewards.ts';
import { candidateOf, explainShare, sharePool } from './pool.ts';

const pool: Extract<RewardInput, { kind: 'pool' }> = {
  id: 'pool',
  name: { zh: '团队奖金池', en: 'team pool' },
  category: 'bonus',
  kind: 'pool',
  amountFen: 1_000_000,
  sharedBy: { by: 'score' },
};
const compiled = (rule: RewardInput): PoolRule => {
  const [found] = compiledOf([rule]).poolRules;
  if (!found) throw new Error('no pool');
  return found;
};
type Evidence = NonNullable<Parameters<typeof evidenceOf>[1]>;
const candidates = (rule: RewardInput, people: readonly (Evidence & { readonly metrics?: Readonly<Record<string, Ratio | null>> })[]) =>
  people.map(({ metrics = {}, ...rest }, place) => candidateOf(compiled(rule), `e-${place}`, evidenceOf(metrics, rest)));
const shares = (rule: RewardInput, people: Parameters<typeof candidates>[1]): number[] => {
  const shared = sharePool(compiled(rule), candidates(rule, people));
  return people.map((_, place) => shared.shares.get(`e-${place}`) ?? -1);
};
const scored = (...scores: (number | null)[]): Evidence[] => scores.map((score) => ({ score: score === null ? null : ratio(score) }));

describe('a pool of 10,000.00', () => {
  it.each<[string, readonly (number | null)[], readonly number[]]>([
    ['by score', [90, 60, 50], [450_000, 300_000, 250_000]],
    ['a third each: the odd fen goes to the first', [80, 80, 80], [333_334, 333_333, 333_333]],
    ['two thirds', [2, 1], [666_667, 333_333]],
    ['nobody else', [1], [1_000_000]],
    ['no score is no share', [50, null, 50], [500_000, 0, 500_000]],
    ['nobody has a score', [null, null], [0, 0]],
    ['all scores are 0', [0, 0], [0, 0]],
    ['a negative number weighs nothing', [-5, 5], [0, 1_000_000]],
  ])('%s', (_, scores, expected) => expect(shares(pool, scored(...scores))).toEqual(expected));

  it('by head, by a metric, and of what all have sold', () => {
    const people = [{ metrics: { sales: sales('100000') } }, { metrics: { sales: sales('50000') } }, { metrics: { sales: null } }];
    expect(shares({ ...pool, sharedBy: { by: 'head' } }, people)).toEqual([333_334, 333_333, 333_333]);
    expect(shares({ ...pool, sharedBy: { by: 'metric', metric: 'sales' } }, people)).toEqual([666_667, 333_333, 0]);
    const rated: RewardInput = { ...pool, amountFen: undefined, rate: '1%', of: 'sales', sharedBy: { by: 'head' } };
    expect(shares(rated, people)).toEqual([50_000, 50_000, 50_000]);
    expect(shares(rated, [{ metrics: { sales: { n: -100, d: 1 } } }, people[2] ?? {}])).toEqual([0, 0]);
  });

  it('is of those whose gate is open, within its dates, whom it is for', () => {
    const gated: RewardInput = { ...pool, gate: { on: { of: 'score' }, atLeast: '60' } };
    expect(shares(gated, scored(59, 60, 90))).toEqual([0, 400_000, 600_000]);
    expect(shares({ ...pool, to: '2026-10-31' }, scored(60, 90))).toEqual([0, 0]);
    const person = (positionId: string) => ({ employeeId: 'e', positionId, orgUnitId: 'u', hiredOn: '2026-01-01' });
    const some: RewardInput = { ...pool, for: { positions: ['seller'] } };
    expect(
      shares(some, [
        { score: ratio(50), person: person('seller') },
        { score: ratio(50), person: person('other') },
      ]),
    ).toEqual([1_000_000, 0]);
  });

  it('adds up to the fen, whatever the weights, is never off by a fen, and does not depend on the order of people', () => {
    const weight = fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 997 })).map(([n, d]) => ratio(n, d));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), fc.array(weight, { minLength: 1, maxLength: 30 }), (amountFen, weights) => {
        const rule = { ...pool, amountFen };
        const all = candidates(
          rule,
          weights.map((score) => ({ score })),
        );
        const shared = sharePool(compiled(rule), all);
        const parts = [...shared.shares.values()];
        const total = parts.reduce((sum, part) => sum + part, 0);
        expect(total).toBe(weights.some(({ n }) => n > 0) ? amountFen : 0);
        const sum = weights.reduce((found, { n, d }) => found + Number(n) / Number(d), 0);
        weights.forEach(({ n, d }, place) => {
          const exact = sum === 0 ? 0 : (amountFen * Number(n)) / Number(d) / sum;
          expect(Math.abs((shared.shares.get(`e-${place}`) ?? 0) - exact)).toBeLessThan(1.001);
        });
        expect(sharePool(compiled(rule), [...all].reverse()).shares).toEqual(shared.shares);
      }),
      { numRuns: 300 },
    );
  });

  it('says how a share came about, and nobody else’s', () => {
    const all = candidates(pool, scored(90, 60, 50));
    const shared = sharePool(compiled(pool), all);
    const [first] = all;
    if (!first) throw new Error('nobody');
    expect(explainShare(compiled(pool), first, shared, '2026-11')).toEqual({
      tests: [{ passed: true, zh: '按绩效得分分配,本人 90:达到', en: 'shared by score, own 90: met' }],
      formula: {
        zh: '奖金池 10,000.00 元(3 人)× 本人 90 ÷ 合计 200 = 4,500.00 元(分摊到分,各人之和恰为奖金池)',
        en: 'pool of 10,000.00 yuan (3 members) × own 90 ÷ 200 of all = 4,500.00 yuan (the shares add up to the pool)',
      },
    });
    expect(shared.totalFen).toBe(yuan('10000'));
  });
});
