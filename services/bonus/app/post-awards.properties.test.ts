import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoreUpdated } from '../../../shared/contracts/messages.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { onScoreUpdated } from '../handlers/on-score-updated.ts';
import { awardsOf } from '../read.ts';
import { type RewardInput, RULES } from '../testing/rewards.ts';
import { eventOf, ledgerOf, monthOfScores } from '../testing/world.ts';

const deliver = async (platform: MemoryPlatform, ...messages: readonly ScoreUpdated[]): Promise<void> => {
  const { batchItemFailures } = await onScoreUpdated(platform)(eventOf(...messages));
  expect(batchItemFailures).toEqual([]);
};
const awardAmounts = async (platform: MemoryPlatform, employeeId = 'e-1', month = '2026-11') =>
  Object.fromEntries((await awardsOf(platform.store, employeeId, month)).map(({ awardId, amountFen }) => [awardId, amountFen]));

const started = async (rewards: readonly RewardInput[]) => {
  const platform = memoryPlatform();
  const scores = monthOfScores(platform);
  await scores.publish(1, rewards);
  return { platform, scores };
};

describe('properties', () => {
  const DEALS = 8;
  type Step = { readonly kind: 'sign' | 'refund' | 'withdraw'; readonly deal: number };
  const history = fc.array(
    fc.record<Step>({ kind: fc.constantFrom('sign', 'sign', 'refund', 'withdraw'), deal: fc.integer({ min: 0, max: DEALS - 1 }) }),
    { minLength: 1, maxLength: 14 },
  );
  const amounts = fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: DEALS, maxLength: DEALS });
  const rules: RewardInput[] = [
    RULES.newCustomer,
    { ...RULES.moreThanTen, moreThan: '2' },
    { ...RULES.slab, target: '30000' },
    { ...RULES.marginal, target: '20000' },
    { ...RULES.perOrder, where: 'fact.totalAmount >= 500000', capPerMonthFen: 300_000 },
    { ...RULES.visitSubsidy, gate: { on: { of: 'metric', metric: 'new-customers' }, atLeast: '1' } },
    { ...RULES.newCustomer, id: 'gated', gate: { on: { of: 'metric', metric: 'sales' }, atLeast: '25000' }, capPerMonthFen: 120_000 },
  ];
  /** Customers of two deals each, so that first orders pass from one to the next. */
  const play = async (
    scores: ReturnType<typeof monthOfScores>,
    steps: readonly Step[],
    deals: readonly number[],
  ): Promise<ScoreUpdated[]> => {
    const messages: ScoreUpdated[] = [];
    const signed = new Set<number>();
    for (const { kind, deal } of steps) {
      const at = `2026-11-${String(deal + 10)}T02:00:00.000Z`;
      if (kind === 'sign') {
        signed.add(deal);
        messages.push(await scores.sign(`o-${deal}`, `c-${deal % (DEALS / 2)}`, deals[deal] ?? 1, { at }));
      } else if (signed.has(deal)) {
        messages.push(await (kind === 'refund' ? scores.refund(`o-${deal}`) : scores.withdraw(`o-${deal}`)));
        if (kind === 'withdraw') signed.delete(deal);
      }
    }
    return messages;
  };
  const outcome = async (platform: MemoryPlatform) => ({
    balance: (await ledgerOf(platform)).balanceFen,
    awards: Object.fromEntries(Object.entries(await awardAmounts(platform)).filter(([, amount]) => amount !== 0)),
  });

  it('any order, any repetition, any batching of the messages ends at the same awards, which the ledger adds up to', async () => {
    await fc.assert(
      fc.asyncProperty(history, amounts, fc.infiniteStream(fc.nat()), async (steps, deals, random) => {
        const reference = await started(rules);
        for (const message of await play(reference.scores, steps, deals)) await deliver(reference.platform, message);
        const expected = await outcome(reference.platform);

        const { platform, scores } = await started(rules);
        const messages = await play(scores, steps, deals);
        const next = (): number => random.next().value ?? 0;
        const shuffled = messages
          .flatMap((message) => Array.from({ length: 1 + (next() % 3) }, () => message))
          .sort(() => (next() % 3) - 1);
        for (let start = 0; start < shuffled.length; ) {
          const size = 1 + (next() % 4);
          await deliver(platform, ...shuffled.slice(start, start + size));
          start += size;
        }
        const actual = await outcome(platform);
        expect(actual).toEqual(expected);
        expect(Object.values(actual.awards).reduce((sum, amount) => sum + amount, 0)).toBe(actual.balance);
        // A full evaluation finds nothing to correct.
        const { seq } = await ledgerOf(platform);
        await deliver(platform, await scores.recalculate());
        expect((await ledgerOf(platform)).seq).toBe(seq);
      }),
      { numRuns: 60 },
    );
  });

  it('splitting a deal in two changes nothing for rules that are linear', async () => {
    const linear: RewardInput[] = [RULES.shopCommission, { ...RULES.visitSubsidy, metric: 'sales', amountFen: 3 }];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 50_000_000 }), fc.integer({ min: 1, max: 99 }), async (whole, percent) => {
        const part = Math.max(1, Math.floor((whole * percent) / 100));
        const [one, two] = [await started(linear), await started(linear)];
        await deliver(one.platform, await one.scores.sign('o-1', 'c-1', whole));
        await deliver(two.platform, await two.scores.sign('o-1', 'c-1', part));
        await deliver(two.platform, await two.scores.sign('o-2', 'c-1', whole - part));
        expect((await ledgerOf(two.platform)).balanceFen).toBe((await ledgerOf(one.platform)).balanceFen);
      }),
      { numRuns: 25 },
    );
  });
});
