import { describe, expect, it } from 'vitest';
import type { NoticeRequested, ScoreUpdated } from '../../../shared/contracts/messages.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { onScoreUpdated } from '../handlers/on-score-updated.ts';
import { awardsOf } from '../read.ts';
import { type RewardInput, RULES, yuan } from '../testing/rewards.ts';
import { eventOf, ledgerOf, monthOfScores } from '../testing/world.ts';
import { roundsOf } from './post-awards.ts';

const COMPANY_2 = [RULES.newCustomer, RULES.moreThanTen];
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

describe('company 2', () => {
  it('twelve customers, a refund, a refund with a re-order: 6,500, 5,000, unchanged', async () => {
    const { platform, scores } = await started(COMPANY_2);
    const messages: ScoreUpdated[] = [];
    for (let index = 1; index <= 12; index += 1)
      messages.push(await scores.sign(`o-${index}`, `c-${index}`, index === 7 ? yuan('9999.99') : TEN_THOUSAND));
    for (const message of messages) await deliver(platform, message);
    expect((await ledgerOf(platform)).balanceFen).toBe(yuan('6500'));

    await deliver(platform, await scores.refund('o-1'));
    const { balanceFen, entries } = await ledgerOf(platform);
    expect(balanceFen).toBe(yuan('5000'));
    expect(entries.slice(-2).map(({ amountFen, ruleId, cause }) => [amountFen, ruleId, cause.factIds])).toEqual([
      [-100_000, 'more-than-ten', ['crm:r-o-1']],
      [-50_000, 'new-customer', ['crm:r-o-1']],
    ]);

    await deliver(platform, await scores.refund('o-2'), await scores.sign('o-2b', 'c-2', TEN_THOUSAND, { at: '2026-11-11T02:00:00.000Z' }));
    expect((await ledgerOf(platform)).balanceFen).toBe(yuan('5000'));
    await deliver(platform, await scores.refund('o-3'));
    await deliver(platform, await scores.sign('o-3b', 'c-3', TEN_THOUSAND, { at: '2026-11-12T02:00:00.000Z' }));
    expect((await ledgerOf(platform)).balanceFen).toBe(yuan('5000'));
  });

  it('says why nothing was earned', async () => {
    const { platform, scores } = await started(COMPANY_2);
    await deliver(platform, await scores.sign('o-1', 'c-1', yuan('9999.99')));
    const awards = await awardsOf(platform.store, 'e-1', '2026-11');
    expect(
      awards.map(({ awardId, amountFen, lastSeq, tests, factIds }) => ({
        awardId,
        amountFen,
        lastSeq,
        zh: tests.map(({ zh }) => zh),
        factIds,
      })),
    ).toEqual([
      { awardId: 'more-than-ten:e-1:2026-11', amountFen: 0, lastSeq: 0, zh: ['新客户数 0 ≤ 10:未达到'], factIds: [] },
      {
        awardId: 'new-customer:e-1:2026-11:c-1',
        amountFen: 0,
        lastSeq: 0,
        zh: ['首单金额 9,999.99 元 < 10,000.00 元:未达到'],
        factIds: ['crm:o-1'],
      },
    ]);
  });
});

describe('I5: what is desired is posted, once', () => {
  it('the same messages again post nothing and write nothing', async () => {
    const { platform, scores } = await started(COMPANY_2);
    const messages = [await scores.sign('o-1', 'c-1', TEN_THOUSAND), await scores.sign('o-2', 'c-2', TEN_THOUSAND)];
    await deliver(platform, ...messages, ...messages);
    const before = platform.store.dump('ledger');
    await deliver(platform, ...messages);
    await deliver(platform, ...[...messages].reverse());
    expect(platform.store.dump('ledger')).toEqual(before);
    expect((await ledgerOf(platform)).seq).toBe(2);
  });

  it('evaluated in full again, without its marks, it posts nothing', async () => {
    const { platform, scores } = await started([...COMPANY_2, RULES.perOrder, RULES.slab]);
    await deliver(platform, await scores.sign('o-1', 'c-1', TEN_THOUSAND, { attributes: { industry: 'solar' } }));
    const before = await ledgerOf(platform);
    await deliver(platform, await scores.recalculate());
    await deliver(platform, await scores.recalculate());
    expect(await ledgerOf(platform)).toEqual(before);
  });

  it('refunding everything takes everything back', async () => {
    const { platform, scores } = await started([...COMPANY_2, RULES.slab, RULES.customersReached]);
    for (let index = 1; index <= 12; index += 1) await deliver(platform, await scores.sign(`o-${index}`, `c-${index}`, yuan('12345.67')));
    expect((await ledgerOf(platform)).balanceFen).toBeGreaterThan(0);
    for (let index = 1; index <= 12; index += 1) await deliver(platform, await scores.refund(`o-${index}`));
    expect((await ledgerOf(platform)).balanceFen).toBe(0);
    expect(Object.values(await awardAmounts(platform)).every((amount) => amount === 0)).toBe(true);
  });

  it('more taken back than sold leaves the commission at 0', async () => {
    const { platform, scores } = await started([RULES.slab]);
    await deliver(platform, await scores.sign('o-1', 'c-1', TEN_THOUSAND));
    await deliver(platform, await scores.refund('o-1', yuan('15000')));
    expect((await ledgerOf(platform)).balanceFen).toBe(0);
    expect((await awardsOf(platform.store, 'e-1', '2026-11'))[0]?.tests).toEqual([
      { passed: false, zh: '销售额 -5,000.00 元,低于 0:未达到', en: 'sales -5,000.00 yuan is below 0: not met' },
    ]);
  });

  it('a withdrawn fact takes back what was paid for it', async () => {
    const { platform, scores } = await started([RULES.perOrder, RULES.newCustomer]);
    await deliver(platform, await scores.sign('o-1', 'c-1', TEN_THOUSAND, { attributes: { industry: 'solar' } }));
    expect((await ledgerOf(platform)).balanceFen).toBe(250_000);
    await deliver(platform, await scores.withdraw('o-1'));
    expect((await ledgerOf(platform)).balanceFen).toBe(0);
  });

  it('a split pays each person’s share: 60/40 of 2,000', async () => {
    const platform = memoryPlatform();
    const rule: RewardInput = { ...RULES.newCustomer, amountFen: 200_000 };
    for (const [employeeId, shareMillionths] of [
      ['e-1', 600_000],
      ['e-2', 400_000],
    ] as const) {
      const scores = monthOfScores(platform, employeeId);
      await scores.publish(1, [rule]);
      await deliver(platform, await scores.sign('o-1', 'c-1', TEN_THOUSAND, { shareMillionths }));
    }
    expect([(await ledgerOf(platform, 'e-1')).balanceFen, (await ledgerOf(platform, 'e-2')).balanceFen]).toEqual([120_000, 80_000]);
  });
});

describe('notices', () => {
  const notices = (platform: MemoryPlatform) => platform.queue.waiting('notices') as NoticeRequested[];
  it('tell of each award by customer once, and of its reversal', async () => {
    const { platform, scores } = await started(COMPANY_2);
    const message = await scores.sign('o-1', 'c-1', TEN_THOUSAND);
    await deliver(platform, message, message);
    await deliver(platform, message);
    await deliver(platform, await scores.refund('o-1'));
    expect(notices(platform).map(({ noticeId, template, title, body }) => ({ noticeId, template, title: title.zh, zh: body.zh }))).toEqual([
      {
        noticeId: 'award:new-customer:e-1:2026-11:c-1:1',
        template: 'award-earned',
        title: '您有一笔新的奖励',
        zh: '您开发新客户 c-1 获得 500.00 元奖励(新客户奖,2026-11)。',
      },
      {
        noticeId: 'award:new-customer:e-1:2026-11:c-1:2',
        template: 'award-reversed',
        title: '您的一笔奖励有调整',
        zh: '客户 c-1 的奖励扣回 500.00 元,现为 0.00 元(新客户奖,2026-11)。',
      },
    ]);
    expect(platform.store.dump('ledger').filter(({ item }) => item.pk.startsWith('OUTBOX#'))).toHaveLength(2);
  });
  it('are silent about awards by metric', async () => {
    const { platform, scores } = await started([RULES.slab]);
    await deliver(platform, await scores.sign('o-1', 'c-1', TEN_THOUSAND));
    expect(notices(platform)).toEqual([]);
  });
});

describe('messages and books', () => {
  it('a message ahead of its book comes again, and does not hold up the others of its batch', async () => {
    const platform = memoryPlatform();
    const [one, two] = [monthOfScores(platform, 'e-1'), monthOfScores(platform, 'e-2')];
    for (const scores of [one, two]) await scores.publish(1, [RULES.slab]);
    const early = await one.sign('o-1', 'c-1', TEN_THOUSAND);
    const fine = await two.sign('o-2', 'c-2', TEN_THOUSAND);
    const handler = onScoreUpdated(platform);
    const answer = await handler(eventOf({ ...early, bookVersion: 9 }, fine, { ...early, employeeId: 'nobody' }));
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-0', 'm-2']);
    expect((await ledgerOf(platform, 'e-2')).balanceFen).toBe(20_000);
    expect((await ledgerOf(platform, 'e-1')).seq).toBe(0);
  });

  it('a plan that cannot be evaluated fails its own people only, by name', async () => {
    const platform = memoryPlatform();
    const [one, two] = [monthOfScores(platform, 'e-1'), monthOfScores(platform, 'e-2')];
    await one.publish(1, [{ ...RULES.visitSubsidy, metric: 'nothing' }]);
    await two.publish(2, [RULES.slab]);
    const answer = await onScoreUpdated(platform)(eventOf(await one.visit('v-1'), await two.sign('o-2', 'c-2', TEN_THOUSAND)));
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'm-0' }]);
    expect((await ledgerOf(platform, 'e-2')).balanceFen).toBe(20_000);
  });

  it('a plan that is not the one of the book fails, by name', async () => {
    const { platform, scores } = await started([RULES.slab]);
    const message = await scores.sign('o-1', 'c-1', TEN_THOUSAND);
    const stored = platform.store.dump('plans')[0]?.item;
    if (!stored) throw new Error('no plan');
    const plan = JSON.parse(String(stored['doc'])) as object;
    await platform.store.write({ op: 'put', table: 'plans', item: { ...stored, doc: JSON.stringify({ ...plan, digest: 'another' }) } });
    expect((await onScoreUpdated(platform)(eventOf(message))).batchItemFailures).toHaveLength(1);
    expect((await ledgerOf(platform)).seq).toBe(0);
  });

  it('an old message reads the book of today', async () => {
    const { platform, scores } = await started([RULES.slab]);
    const old = await scores.sign('o-1', 'c-1', TEN_THOUSAND);
    const young = await scores.sign('o-2', 'c-2', TEN_THOUSAND);
    await deliver(platform, old);
    expect((await ledgerOf(platform)).balanceFen).toBe(40_000);
    await deliver(platform, young);
    expect((await ledgerOf(platform)).seq).toBe(1);
  });

  it('two months of a person in one batch share the ledger without losing a number', async () => {
    const platform = memoryPlatform();
    const [november, december] = [monthOfScores(platform, 'e-1', '2026-11'), monthOfScores(platform, 'e-1', '2026-12')];
    await november.publish(1, [RULES.slab]);
    await december.publish(1, [RULES.slab]);
    await deliver(platform, await november.sign('o-1', 'c-1', TEN_THOUSAND), await december.sign('o-2', 'c-2', TEN_THOUSAND));
    const { entries } = await ledgerOf(platform);
    expect(entries.map(({ seq, earnedPeriod }) => [seq, earnedPeriod])).toEqual([
      [1, '2026-11'],
      [2, '2026-12'],
    ]);
  });

  it('messages are grouped by person and month, a person once a round, at most 100 facts at once', () => {
    const message = (employeeId: string, period: string, facts: number): ScoreUpdated => ({
      message: 'score.updated',
      employeeId,
      legalEntityId: 'le-1',
      period: period as ScoreUpdated['period'],
      bookVersion: 1,
      everything: false,
      touched: { factIds: Array.from({ length: facts }, (_, index) => `${period}:${index}-${facts}`), customerIds: [], orderIds: [] },
    });
    const received = [
      message('a', '2026-11', 60),
      message('b', '2026-11', 1),
      message('a', '2026-12', 1),
      message('a', '2026-11', 50),
      message('a', '2026-11', 40),
    ];
    const rounds = roundsOf(received.map((each, index) => ({ index, message: each })));
    expect(rounds.map((round) => round.map(({ employeeId, period, indexes }) => [employeeId, period, indexes]))).toEqual([
      [
        ['a', '2026-11', [0, 4]],
        ['b', '2026-11', [1]],
      ],
      [['a', '2026-12', [2]]],
      [['a', '2026-11', [3]]],
    ]);
  });

  it('a clock that runs backwards never puts an entry before its predecessor', async () => {
    const { platform, scores } = await started([RULES.slab]);
    await deliver(platform, await scores.sign('o-1', 'c-1', TEN_THOUSAND));
    platform.clock.advance(-600_000);
    await deliver(platform, await scores.sign('o-2', 'c-2', TEN_THOUSAND));
    const [first, second] = (await ledgerOf(platform)).entries;
    expect(second?.postedAt).toBe(first?.postedAt);
  });
});
