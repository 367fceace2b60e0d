import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../../shared/contracts/plans.ts';
import type { Finding } from './finding.ts';
import { partsOf } from './plan-parts.ts';
import { soundPlan, soundRewards, withIndicator, withReward, withRewards } from './testing/sound-plan.ts';
import { verifyPlan } from './verify-plan.ts';

const verify = (plan: PlanDocument): readonly Finding[] => verifyPlan(partsOf(plan));

/** A fault put anywhere into a sound plan, and the finding that must name it. */
const anyFault: fc.Arbitrary<{ readonly plan: PlanDocument; readonly path: string; readonly code: string }> = fc.oneof(
  fc.record({ at: fc.nat(2), off: fc.integer({ min: 1, max: 1500 }) }).map(({ at, off }) => {
    const weight = ['60', '25', '15'][at] ?? '60';
    return {
      plan: withIndicator(at, { weight: (Number(weight) + off / 100).toFixed(2) }),
      path: '/scheme/indicators',
      code: 'weights_not_100',
    };
  }),
  fc.record({ at: fc.nat(2), id: fc.stringMatching(/^[a-z]{1,12}x$/) }).map(({ at, id }) => ({
    plan: withIndicator(at, { metric: id }),
    path: `/scheme/indicators/${at}/metric`,
    code: 'unknown_metric',
  })),
  fc.record({ at: fc.nat(2), target: fc.integer({ min: -1_000_000, max: 0 }) }).map(({ at, target }) => ({
    plan: withIndicator(at, { target: String(target) }),
    path: `/scheme/indicators/${at}/target`,
    code: 'target_not_positive',
  })),
  fc
    .record({ at: fc.nat(3), to: fc.nat(3) })
    .filter(({ at, to }) => at !== to)
    .map(({ at, to }) => {
      const rewards = soundPlan().rewards.map((rule, index) =>
        index === Math.max(at, to) ? { ...rule, id: soundPlan().rewards[Math.min(at, to)]?.id ?? '' } : rule,
      );
      return { plan: { ...soundPlan(), rewards }, path: `/rewards/${Math.max(at, to)}/id`, code: 'duplicate_id' };
    }),
  fc
    .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({
      plan: withReward({
        ...soundRewards.commission,
        tiers: [
          { atLeast: '0', rate: '1%' },
          { atLeast: String(Math.max(a, b)), rate: '2%' },
          { atLeast: String(Math.min(a, b)), rate: '3%' },
        ],
      }),
      path: '/rewards/3/tiers/2/atLeast',
      code: 'tiers_not_ascending',
    })),
  fc.integer({ min: 1, max: 1_000_000 }).map((gap) => ({
    plan: withReward({ ...soundRewards.commission, tiers: [{ atLeast: String(gap), rate: '1%' }] }),
    path: '/rewards/3/tiers/0/atLeast',
    code: 'tiers_gap',
  })),
  fc.record({ low: fc.integer({ min: -10_000, max: 10_000 }), width: fc.nat(10_000) }).map(({ low, width }) => ({
    plan: withReward({ ...soundRewards.perFact, where: `fact.amount > ${low + width} && fact.amount <= ${low}` }),
    path: '/rewards/3/where',
    code: 'never_fires',
  })),
  fc
    .record({ low: fc.integer({ min: -10_000, max: 10_000 }), width: fc.nat(10_000), mirrored: fc.boolean() })
    .map(({ low, width, mirrored }) => ({
      plan: withRewards(
        { ...soundRewards.perFact, id: 'a', where: mirrored ? `${low} <= fact.amount` : `fact.amount >= ${low}` },
        { ...soundRewards.perFact, id: 'b', where: `fact.amount <= ${low + width}` },
      ),
      path: '/rewards/1',
      code: 'rules_overlap',
    })),
);

describe('random faults', () => {
  it('are found, at their place', () => {
    fc.assert(
      fc.property(anyFault, ({ plan, path, code }) => {
        const found = verify(plan).find((one) => one.code === code && one.path === path);
        expect(found?.severity).toBe('error');
      }),
      { numRuns: 500 },
    );
  });
});
