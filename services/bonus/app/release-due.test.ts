import { describe, expect, it } from 'vitest';
import type { ScoreUpdated } from '../../../shared/contracts/messages.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { composePeople } from '../../people/compose.ts';
import { onDueDay } from '../handlers/on-due-day.ts';
import { onScoreUpdated } from '../handlers/on-score-updated.ts';
import type { RewardInput } from '../testing/rewards.ts';
import { eventOf, ledgerOf, monthOfScores } from '../testing/world.ts';

/** 50.00 for each visit, five days later: visits of the tests are of 10 November. */
const LATER: RewardInput = {
  id: 'visit',
  name: { zh: '拜访补贴', en: 'visit' },
  category: 'subsidy',
  kind: 'per-fact',
  per: 'fact',
  factTypes: ['visit.validated'],
  where: 'true',
  amountFen: 5_000,
  release: { when: 'days', days: 5 },
};

const deliver = async (platform: MemoryPlatform, message: ScoreUpdated): Promise<void> => {
  expect((await onScoreUpdated(platform)(eventOf(message))).batchItemFailures).toEqual([]);
};
const askedFor = (platform: MemoryPlatform): string[] =>
  platform.store
    .dump()
    .flatMap(({ item }) =>
      item.pk.startsWith('OUTBOX#') && String(item['message']).includes('recalculation.requested') ? [String(item['message'])] : [],
    );

const started = async (now: string) => {
  const platform = memoryPlatform();
  platform.clock.set(now as never);
  const people = composePeople(platform).http;
  const answer = await people.request('/v1/legal-entities/le-1', {
    method: 'PUT',
    headers: { authorization: platform.bearer({ roles: ['payroll'], entities: '*' }), 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'le-1', name: { zh: '公司', en: 'Company' } }),
  });
  expect(answer.ok).toBe(true);
  const scores = monthOfScores(platform);
  await scores.publish(1, [LATER]);
  return { platform, scores };
};

describe('what is held until a day', () => {
  it('is asked for again on that day in the time zone of the legal entity, once, and paid then', async () => {
    const { platform, scores } = await started('2026-11-10T08:00:00.000Z');
    await deliver(platform, await scores.visit('v-1'));
    expect((await ledgerOf(platform)).balanceFen).toBe(0);

    platform.clock.set('2026-11-14T15:59:59.999Z' as never);
    expect(await onDueDay(platform)()).toEqual({ months: 0 });
    platform.clock.set('2026-11-14T16:00:00.000Z' as never);
    expect(await onDueDay(platform)()).toEqual({ months: 1 });
    expect(askedFor(platform)).toHaveLength(1);
    expect(await onDueDay(platform)()).toEqual({ months: 0 });

    await deliver(platform, await scores.recalculate());
    expect((await ledgerOf(platform)).balanceFen).toBe(5_000);
    expect(await onDueDay(platform)()).toEqual({ months: 0 });
  });

  it('is paid at once when its day is over already', async () => {
    const { platform, scores } = await started('2026-11-15T00:00:00.000Z');
    await deliver(platform, await scores.visit('v-1'));
    expect((await ledgerOf(platform)).balanceFen).toBe(5_000);
    expect(await onDueDay(platform)()).toEqual({ months: 0 });
  });

  it('of many is one request a month, however many there are', async () => {
    const { platform, scores } = await started('2026-11-10T08:00:00.000Z');
    for (let n = 0; n < 7; n += 1) await deliver(platform, await scores.visit(`v-${n}`));
    platform.clock.set('2026-11-20T00:00:00.000Z' as never);
    expect(await onDueDay(platform)()).toEqual({ months: 1 });
    expect(platform.store.dump().filter(({ item }) => item.sk.startsWith('DUE#'))).toEqual([]);
  });
});
