/** What the verifier says of a plan is what the engines do with it: it accepts nothing that they refuse, and pays as they pay. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanDocument, Reward } from '../../../shared/contracts/plans.ts';
import { ratio } from '../../../shared/kernel/ratio.ts';
import { compileRewards } from '../../bonus/domain/compile-rewards.ts';
import { evaluateRewards } from '../../bonus/domain/evaluate-rewards.ts';
import { compilePlan } from '../../scoring/domain/compile-plan.ts';
import { hasErrors } from './finding.ts';
import { partsOf } from './plan-parts.ts';
import { soundMetrics, soundPlan, soundRewards, withRewards } from './testing/sound-plan.ts';
import { mostTierPay, tierPay, tiersInFen } from './tier-pay.ts';
import { verifyPlan } from './verify-plan.ts';

const isSound = (plan: PlanDocument): boolean => !hasErrors(verifyPlan(partsOf(plan)));
type Tiered = Extract<Reward, { kind: 'tiered-rate' }>;
const paid = (rule: Tiered, amountFen: number): number => {
  const [desired] = evaluateRewards(compileRewards(withRewards(rule), 'd'), {
    period: '2026-11',
    metrics: new Map([['sales', ratio(amountFen)]]),
    attainments: new Map(),
    score: null,
    customers: [],
    orders: [],
    facts: [],
    firsts: new Map(),
    person: null,
    today: null,
    earlier: new Map(),
  });
  return desired?.amountFen ?? -1;
};

const text = (max: number, decimals: number) =>
  fc.integer({ min: 0, max: max * 10 ** decimals }).map((n) => (n / 10 ** decimals).toFixed(decimals));
const tiered: fc.Arbitrary<Tiered> = fc
  .record({
    mode: fc.constantFrom('slab' as const, 'marginal' as const),
    tiersBy: fc.constantFrom('attainment' as const, 'amount' as const),
    target: text(1_000, 2),
    tiers: fc.array(fc.record({ atLeast: text(3, 3), rate: text(100, 2).map((percent) => `${percent}%`) }), { minLength: 1, maxLength: 4 }),
    sorted: fc.boolean(),
    cap: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
  })
  .map(({ mode, tiersBy, target, tiers, sorted, cap }) => ({
    ...soundRewards.commission,
    mode,
    tiersBy,
    ...(tiersBy === 'attainment' ? { target } : {}),
    tiers: sorted
      ? [...tiers]
          .sort((a, b) => Number(a.atLeast) - Number(b.atLeast))
          .map((tier, index) => (index === 0 ? { ...tier, atLeast: '0' } : tier))
      : tiers,
    cliffAccepted: true,
    ...(cap === undefined ? {} : { capPerMonthFen: cap as never }),
  }));

describe('verifier and engines', () => {
  it('agree on what a rate table pays, to the fen, and on the most up to an amount', () => {
    let sound = 0;
    fc.assert(
      fc.property(tiered, fc.integer({ min: 0, max: 400_000 }), (rule, amount) => {
        if (!isSound(withRewards(rule))) return;
        sound += 1;
        const tiers = tiersInFen(rule) ?? [];
        const edges = tiers.map(({ start }) => Math.ceil(Number(start.n) / Number(start.d)));
        for (const one of [amount, ...edges, ...edges.map((edge) => Math.max(edge - 1, 0))]) {
          expect(Number(tierPay(rule, tiers, BigInt(one)))).toBe(paid(rule, one));
          if (one <= amount) expect(Number(mostTierPay(rule, tiers, BigInt(amount)))).toBeGreaterThanOrEqual(paid(rule, one));
        }
      }),
      { numRuns: 400 },
    );
    expect(sound).toBeGreaterThan(100);
  });

  /** A part of a plan, of which some are wrong in ways that an engine refuses. */
  const metricId = fc.constantFrom(...soundMetrics.map(({ id }) => id), 'nobody');
  const number = fc.constantFrom('0', '5', '90%', '110%', '-1', '1.25');
  const rule = fc.oneof(
    tiered.chain((one) => metricId.map((metric) => ({ ...one, metric }))),
    fc.record({ metric: metricId, moreThan: number }).map((more): Reward => ({ ...soundRewards.threshold, ...more })),
    fc
      .record({ metric: metricId, target: number })
      .map(
        ({ metric, target }) =>
          ({ ...soundRewards.threshold, kind: 'over-target', metric, target, amountPerPointFen: 5 as never }) as Reward,
      ),
    metricId.map((metric): Reward => ({ ...soundRewards.visits, metric })),
    fc
      .constantFrom('true', 'fact.amount > 3', 'fact.nothing', 'fact.amount >', 'order.net > 0', '"text"')
      .map((where): Reward => ({ ...soundRewards.perFact, where })),
  );
  const plan = fc
    .record({ rule, gate: fc.option(metricId, { nil: undefined }), by: fc.constantFrom('fact.date', 'fact.id', '[1]', 'fact.', '5 + 5') })
    .map(
      ({ rule: reward, gate, by }): PlanDocument => ({
        ...soundPlan(),
        metrics: soundMetrics.map((metric) => (metric.fold === 'count-distinct' ? { ...metric, by } : metric)),
        rewards: [gate === undefined ? reward : { ...reward, gate: { on: { of: 'metric', metric: gate }, atLeast: '1' } }],
      }),
    );

  it('agree on what can be evaluated: nothing that is verified is refused by an engine', () => {
    let sound = 0;
    fc.assert(
      fc.property(plan, (document) => {
        if (!isSound(document)) return;
        sound += 1;
        expect(() => compileRewards(document, 'd')).not.toThrow();
        expect(() => compilePlan({ planId: 'p', version: 1, effectiveFrom: '2026-11-01', digest: 'd', document })).not.toThrow();
      }),
      { numRuns: 600 },
    );
    expect(sound).toBeGreaterThan(50);
  });
});
