import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../shared/adapters/log.ts';
import { type DeadMessage, redrive } from '../../shared/runtime/redrive.ts';
import { MAX_RECEIVES } from '../../shared/runtime/sqs-handler.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { notice, noticeKey } from './notices.ts';

let host: Embedded;
beforeAll(async () => {
  host = await startEmbedded();
});
afterAll(() => host.stop());

const DEAD = { queue: 'notices', dead: true } as const;
const send = (bodies: readonly string[]) =>
  host.platform.queue.send(bodies.map((body, index) => ({ queue: 'notices', body, groupId: 'g', deduplicationId: `d${index}` })));
const stored = async (ids: readonly string[]): Promise<number> =>
  (await host.platform.store.getMany(ids.map(noticeKey))).filter((item) => item !== undefined).length;
const redriveNotices = async (dryRun: boolean) => {
  const seen: DeadMessage[] = [];
  const result = await redrive({ receiver: host.host.receiver, queue: host.platform.queue, nowMillis: Date.now() }, 'notices', {
    dryRun,
    onMessage: (message) => seen.push(message),
  });
  return { ...result, seen };
};

describe('a message that cannot be handled', () => {
  it('fails alone, and lies in the dead-letter queue with its reason after the last receive', async () => {
    const good = Array.from({ length: 9 }, (_, index) => `good-${index}`);
    const poison = { ...notice('bad'), employeeId: '' };
    await send([
      ...good.slice(0, 4).map((id) => JSON.stringify(notice(id))),
      JSON.stringify(poison),
      ...good.slice(4).map((id) => JSON.stringify(notice(id))),
    ]);
    await vi.waitFor(async () => expect(await stored(good)).toBe(9), 10_000);
    await vi.waitFor(async () => expect((await host.host.receiver.depth(DEAD)).waiting).toBe(1), 10_000);
    await host.drain();

    const looked = await redriveNotices(true);
    expect(looked.seen).toHaveLength(1);
    expect(looked.seen[0]?.reason).toMatch(/^invalid notice\.requested: employeeId /);
    expect(JSON.parse(looked.seen[0]?.body ?? '')).toEqual(poison);
    expect(looked.moved).toBe(0);
    expect((await host.host.receiver.depth(DEAD)).waiting).toBe(1);
    expect(await stored(['bad'])).toBe(0);
  });

  it('is received as often as the topology says before it is given up', async () => {
    let receives = 0;
    const started = await startEmbedded({
      log: {
        ...silentLog,
        warn: (event) => {
          if (event === 'message.failed') receives += 1;
        },
      },
    });
    await started.platform.queue.send([{ queue: 'notices', body: 'not json', groupId: 'g', deduplicationId: 'd' }]);
    await vi.waitFor(async () => expect((await started.host.receiver.depth(DEAD)).waiting).toBe(1), 10_000);
    expect(receives).toBe(MAX_RECEIVES);
    await started.stop();
  });
});

describe('redriving', () => {
  it('ends although a message that was not mended comes back', async () => {
    expect((await redriveNotices(false)).moved).toBe(1);
    await vi.waitFor(async () => expect((await host.host.receiver.depth(DEAD)).waiting).toBe(1), 10_000);
  });

  it('puts a message back to work, and twice has the effect of once', async () => {
    // What failed for a reason that was mended since.
    const body = JSON.stringify(notice('mended'));
    const message = { queue: 'notices', body, groupId: 'g', deduplicationId: 'm' } as const;
    await host.platform.queue.sendDead(message, 'table not found');
    const first = await redriveNotices(false);
    expect(first.seen.map(({ reason }) => reason)).toContain('table not found');
    await vi.waitFor(async () => expect(await stored(['mended'])).toBe(1), 10_000);
    const [once] = await host.platform.store.getMany([noticeKey('mended')]);

    await host.platform.queue.sendDead(message, 'table not found');
    expect((await redriveNotices(false)).moved).toBeGreaterThan(0);
    await host.drain();
    const [twice] = await host.platform.store.getMany([noticeKey('mended')]);
    expect(twice).toEqual(once);
  });
});
