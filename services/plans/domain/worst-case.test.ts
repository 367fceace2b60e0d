import { describe, expect, it } from 'vitest';
import type { Fen } from '../../../shared/kernel/money.ts';
import { soundPlan, soundRewards, withRewards } from './testing/sound-plan.ts';
import { estimateWorstCase, type Volumes } from './worst-case.ts';

const volumes: Volumes = {
  amounts: {},
  people: 10,
  customers: 12,
  facts: { 'customer.won': 12 },
  metrics: { sales: '120000', customers: '12' },
};
const name = { zh: '名称', en: 'name' };

describe('the most a plan can cost', () => {
  it('adds up every rule, each at its most', () => {
    const worst = estimateWorstCase(soundPlan(), volumes);
    expect(worst.rules.map(({ ruleId, mostFen }) => [ruleId, mostFen])).toEqual([
      // 2 % of 100,000 and 3 % of 20,000.
      ['commission', 260_000],
      ['threshold', 100_000],
      ['per-fact', 600_000],
      // 31 days × 50 is above the cap of 1,000; a month has no more days, so nothing need be given for it.
      ['visits', 100_000],
    ]);
    expect(worst.perPersonFen).toBe(1_060_000);
    expect(worst.totalFen).toBe(10_600_000);
    expect(worst.missing).toEqual([]);
  });

  it.each<[string, readonly (string | undefined)[], number]>([
    ['rules that exclude each other: the dearer alone', ['pace', 'pace'], 260_000],
    ['of two groups one each', ['pace', 'other'], 360_000],
    ['one of a group and one of none', ['pace', undefined], 360_000],
  ])('takes of %s', (_, [commission, threshold], most) => {
    const plan = withRewards(
      { ...soundRewards.commission, ...(commission ? { exclusiveGroup: commission } : {}) },
      { ...soundRewards.threshold, ...(threshold ? { exclusiveGroup: threshold } : {}) },
    );
    const worst = estimateWorstCase(plan, volumes);
    expect([worst.perPersonFen, worst.totalFen]).toEqual([most, 10 * most]);
    // Each rule's own most is told as ever.
    expect(worst.rules.map(({ mostFen }) => mostFen)).toEqual([260_000, 100_000]);
  });

  it('names the volumes that it would need, instead of guessing', () => {
    const worst = estimateWorstCase(soundPlan(), { ...volumes, metrics: {}, facts: {} });
    expect(worst.missing).toEqual(['sales', 'customer.won']);
    expect(worst.perPersonFen).toBeNull();
    expect(worst.rules[0]).toMatchObject({ mostFen: null });
  });

  it('takes a monthly cap as a bound where volumes are missing', () => {
    const plan = withRewards({ ...soundRewards.commission, capPerMonthFen: 5 as Fen });
    expect(estimateWorstCase(plan, { ...volumes, metrics: {} })).toMatchObject({ perPersonFen: 5, missing: [] });
  });

  it('looks before a fall of a slab table, not only at the end', () => {
    const falling = {
      ...soundRewards.commission,
      mode: 'slab' as const,
      tiers: [
        { atLeast: '0', rate: '10%' },
        { atLeast: '1000', rate: '1%' },
      ],
    };
    expect(estimateWorstCase(withRewards(falling), { ...volumes, metrics: { sales: '2000' } }).perPersonFen).toBe(10_000);
  });

  it('never exceeds what a ratio can be', () => {
    const points = {
      id: 'points',
      name,
      category: 'bonus',
      kind: 'over-target',
      metric: 'renewal',
      target: '90%',
      amountPerPointFen: 1_000 as Fen,
    } as const;
    expect(estimateWorstCase(withRewards(points), { ...volumes, metrics: { renewal: '500%' } }).perPersonFen).toBe(10_000);
    expect(estimateWorstCase(withRewards(points), { ...volumes, metrics: { renewal: '80%' } }).perPersonFen).toBe(0);
    expect(estimateWorstCase(withRewards(points), volumes).perPersonFen).toBe(10_000);
  });

  it('counts customers for rules per customer, and yuan for an amount per unit of money', () => {
    const { factTypes: _, ...rule } = { ...soundRewards.perFact, per: 'customer', where: 'true' } as const;
    expect(estimateWorstCase(withRewards(rule), volumes).perPersonFen).toBe(600_000);
    const perYuan = { ...soundRewards.visits, metric: 'sales', amountFen: 1 as Fen, capPerMonthFen: 9_000_000 as Fen };
    expect(estimateWorstCase(withRewards(perYuan), volumes).perPersonFen).toBe(120_000);
  });

  it('stays a number, however absurd the volumes', () => {
    const worst = estimateWorstCase(soundPlan(), {
      amounts: {},
      people: 1_000_000,
      customers: 1e9,
      facts: { 'customer.won': 1e9 },
      metrics: { sales: '9'.repeat(17) },
    });
    expect(Number.isSafeInteger(worst.totalFen)).toBe(true);
  });

  it('does not take members that are not its own', () => {
    expect(estimateWorstCase(withRewards({ ...soundRewards.perFact, factTypes: ['constructor'] }), volumes).missing).toEqual([
      'constructor',
    ]);
  });
});
