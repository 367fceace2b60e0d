import { describe, expect, it } from 'vitest';
import type { Store } from '../../../shared/adapters/store.ts';
import type { ScoreUpdated } from '../../../shared/contracts/messages.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { onScoreUpdated } from '../handlers/on-score-updated.ts';
import { awardsOf } from '../read.ts';
import { type RewardInput, RULES, yuan } from '../testing/rewards.ts';
import { eventOf, ledgerOf, monthOfScores } from '../testing/world.ts';

const TEN_THOUSAND = yuan('10000');

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

describe('another plan', () => {
  const paidWith = async (first: readonly RewardInput[]) => {
    const world = await started(first);
    for (const id of ['1', '2', '3']) {
      await deliver(world.platform, await world.scores.sign(`o-${id}`, `c-${id}`, TEN_THOUSAND, { attributes: { industry: 'solar' } }));
    }
    return world;
  };

  it('takes back the awards of rules that are gone, of every customer and fact, though only one was touched', async () => {
    const { platform, scores } = await paidWith([RULES.newCustomer, RULES.perOrder, RULES.slab]);
    expect((await ledgerOf(platform)).balanceFen).toBe(3 * 50_000 + 3 * 200_000 + 60_000);
    await scores.publish(2, [RULES.slab]);
    await deliver(platform, await scores.visit('v-1'));
    expect((await ledgerOf(platform)).balanceFen).toBe(60_000);
    const gone = (await awardsOf(platform.store, 'e-1', '2026-11')).find(({ ruleId }) => ruleId === 'new-customer');
    expect(gone?.tests[0]?.zh).toBe('当前方案中已没有这条激励规则:未达到');
  });

  it('pays customers and facts that came before it', async () => {
    const { platform, scores } = await paidWith([RULES.slab]);
    await scores.publish(2, [RULES.slab, RULES.newCustomer, RULES.perOrder]);
    await deliver(platform, await scores.recalculate());
    expect((await ledgerOf(platform)).balanceFen).toBe(3 * 50_000 + 3 * 200_000 + 60_000);
  });

  it('changes amounts by the difference only, and names the cause', async () => {
    const { platform, scores } = await paidWith([RULES.newCustomer]);
    await scores.publish(2, [{ ...RULES.newCustomer, amountFen: 60_000 }]);
    await deliver(platform, await scores.recalculate());
    const { entries } = await ledgerOf(platform);
    expect(
      entries
        .slice(3)
        .map(({ amountFen, beforeFen, afterFen, cause, plan }) => [amountFen, beforeFen, afterFen, cause.kind, plan?.version]),
    ).toEqual(Array.from({ length: 3 }, () => [10_000, 50_000, 60_000, 'recalculation', 2]));
  });

  it('no plan at all takes everything back', async () => {
    const { platform, scores } = await paidWith([RULES.newCustomer, RULES.slab]);
    scores.noPlan();
    await deliver(platform, await scores.visit('v-1'));
    expect((await ledgerOf(platform)).balanceFen).toBe(0);
  });

  it('a rule that pays by something else under the same id does not leave the old awards behind', async () => {
    const { platform, scores } = await paidWith([RULES.newCustomer]);
    await scores.publish(2, [{ ...RULES.slab, id: 'new-customer' }]);
    await deliver(platform, await scores.recalculate());
    expect((await ledgerOf(platform)).balanceFen).toBe(60_000);
  });
});

describe('gates and caps over many customers', () => {
  const gated: RewardInput = { ...RULES.newCustomer, gate: { on: { of: 'metric', metric: 'new-customers' }, atLeast: '3' } };
  it('a gate that opens pays the earlier ones too, and one that closes takes them back', async () => {
    const { platform, scores } = await started([gated]);
    const balances: number[] = [];
    for (const id of ['1', '2', '3', '4']) {
      await deliver(platform, await scores.sign(`o-${id}`, `c-${id}`, TEN_THOUSAND));
      balances.push((await ledgerOf(platform)).balanceFen);
    }
    for (const id of ['1', '2']) {
      await deliver(platform, await scores.refund(`o-${id}`));
      balances.push((await ledgerOf(platform)).balanceFen);
    }
    expect(balances).toEqual([0, 0, 150_000, 200_000, 150_000, 0]);
  });

  it('a monthly cap holds in any order, and what a refund frees is paid', async () => {
    for (const order of [
      ['1', '2', '3', '4'],
      ['4', '2', '1', '3'],
    ]) {
      const { platform, scores } = await started([{ ...RULES.newCustomer, capPerMonthFen: 120_000 }]);
      for (const id of order) await deliver(platform, await scores.sign(`o-${id}`, `c-${id}`, TEN_THOUSAND));
      expect((await ledgerOf(platform)).balanceFen).toBe(120_000);
      expect((await awardAmounts(platform))['new-customer:e-1:2026-11']).toBe(-80_000);
      await deliver(platform, await scores.refund('o-1'));
      await deliver(platform, await scores.refund('o-2'));
      expect((await ledgerOf(platform)).balanceFen).toBe(100_000);
      await deliver(platform, await scores.recalculate());
      expect((await ledgerOf(platform)).balanceFen).toBe(100_000);
    }
  });

  it('a cap that is gone from the plan pays what it held back', async () => {
    const { platform, scores } = await started([{ ...RULES.newCustomer, capPerMonthFen: 70_000 }]);
    for (const id of ['1', '2']) await deliver(platform, await scores.sign(`o-${id}`, `c-${id}`, TEN_THOUSAND));
    expect((await ledgerOf(platform)).balanceFen).toBe(70_000);
    await scores.publish(2, [RULES.newCustomer]);
    await deliver(platform, await scores.recalculate());
    expect((await ledgerOf(platform)).balanceFen).toBe(100_000);
  });
});

describe('large months', () => {
  it('more entries than one transaction holds: gapless, right, and the same when it is cut off anywhere', async () => {
    const world = async () => {
      const { platform, scores } = await started([RULES.newCustomer]);
      let message: ScoreUpdated | undefined;
      for (let index = 0; index < 90; index += 1) message = await scores.sign(`o-${index}`, `c-${index}`, TEN_THOUSAND);
      if (!message) throw new Error('no message');
      return { platform, message: { ...message, everything: true } };
    };
    const whole = await world();
    await deliver(whole.platform, whole.message);
    const expected = await ledgerOf(whole.platform);
    expect([expected.seq, expected.balanceFen]).toEqual([90, 90 * 50_000]);

    for (const allowed of [1, 2]) {
      const { platform, message } = await world();
      let left = allowed;
      const store: Store = {
        ...platform.store,
        async transact(operations) {
          if (left === 0) throw new Error('crash');
          left -= 1;
          return platform.store.transact(operations);
        },
      };
      const cut = await onScoreUpdated({ ...platform, store: { ...platform.store, ...store } })(eventOf(message));
      expect(cut.batchItemFailures).toHaveLength(1);
      // Whatever was posted so far adds up.
      const { seq } = await ledgerOf(platform);
      expect(seq).toBeGreaterThan(0);
      expect(seq).toBeLessThan(90);
      // Another message of the month comes first: it must not take the half-done evaluation for a whole one.
      await deliver(platform, { ...message, everything: false, touched: { factIds: [], customerIds: [], orderIds: [] } });
      expect(await ledgerOf(platform)).toMatchObject({ seq: expected.seq, balanceFen: expected.balanceFen });
    }
  });
});
