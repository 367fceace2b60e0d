import { describe, expect, it } from 'vitest';
import type { Message } from '../../../shared/contracts/messages.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { readBook } from '../read.ts';
import { plan } from '../testing/small-plan.ts';
import { newWorld } from '../testing/world.ts';
import { openMonthsOf } from './open-months.ts';

const DRAW = {
  id: 'guarantee',
  name: { zh: '保底', en: 'guarantee' },
  category: 'subsidy',
  kind: 'draw',
  of: ['nothing'],
  guaranteeFen: 100,
  firstMonths: 24,
} as never;
const PERIOD = '2026-11';
const version = (number: number, pays: boolean): PlanVersion => ({
  ...plan,
  version: number,
  digest: `digest-${number}`,
  document: { ...plan.document, rewards: pays ? [DRAW] : [] },
});

describe('a month without any fact', () => {
  it('is opened where the plan may pay in it, also when it was asked for before under a plan that does not', async () => {
    const world = await newWorld([]);
    const { store, queue } = world.platform;
    const open = (): Promise<number> => openMonthsOf(world.platform, 'le', [PERIOD as Month]);
    const deliverSent = async (from: number): Promise<void> => {
      await world.deliver(queue.sent.slice(from).flatMap(({ queue: to, body }) => (to === 'facts' ? [JSON.parse(body) as Message] : [])));
    };
    await world.publish(version(1, true));
    expect(await open()).toBe(2);

    await world.publish(version(2, false));
    await deliverSent(0);
    expect(await readBook(store, 'e-1', PERIOD)).toBeUndefined();
    expect(await open()).toBe(0);

    await world.publish(version(3, true));
    const asked = queue.sent.length;
    world.platform.clock.advance(1);
    expect(await open()).toBe(2);
    await deliverSent(asked);
    expect(await readBook(store, 'e-1', PERIOD)).toMatchObject({ version: 1, plan: { version: 3 } });
    expect(await open()).toBe(0);
  });
});
