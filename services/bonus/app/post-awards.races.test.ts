import { describe, expect, it } from 'vitest';
import type { Store } from '../../../shared/adapters/store.ts';
import type { ScoreUpdated } from '../../../shared/contracts/messages.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { onScoreUpdated } from '../handlers/on-score-updated.ts';
import { type RewardInput, RULES, yuan } from '../testing/rewards.ts';
import { countedPlatform, eventOf, ledgerOf, monthOfScores } from '../testing/world.ts';

const COMPANY_2 = [RULES.newCustomer, RULES.moreThanTen];
const TEN_THOUSAND = yuan('10000');

const deliver = async (platform: MemoryPlatform, ...messages: readonly ScoreUpdated[]): Promise<void> => {
  const { batchItemFailures } = await onScoreUpdated(platform)(eventOf(...messages));
  expect(batchItemFailures).toEqual([]);
};

const started = async (rewards: readonly RewardInput[]) => {
  const platform = memoryPlatform();
  const scores = monthOfScores(platform);
  await scores.publish(1, rewards);
  return { platform, scores };
};

describe('many writers', () => {
  it('twenty workers race on one person: gapless, every amount right', async () => {
    const platform = memoryPlatform();
    const months = ['2026-08', '2026-09', '2026-10', '2026-11'].map((month) => monthOfScores(platform, 'e-1', month));
    for (const month of months) await month.publish(1, [RULES.slab, RULES.newCustomer]);
    const messages: ScoreUpdated[] = [];
    for (const [index, month] of months.entries()) {
      for (let deal = 0; deal < 5; deal += 1) messages.push(await month.sign(`o-${index}-${deal}`, `c-${deal}`, TEN_THOUSAND));
    }
    // Every call lets the others run, so that their reads and writes interleave.
    const slow =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await new Promise((resolve) => setImmediate(resolve));
        return call(...args);
      };
    const store = { ...platform.store, getMany: slow(platform.store.getMany), transact: slow(platform.store.transact) };
    let waiting = messages;
    for (let delivery = 0; waiting.length > 0; delivery += 1) {
      if (delivery > 20) throw new Error('never drained');
      const answers = await Promise.all(waiting.map((message) => onScoreUpdated({ ...platform, store })(eventOf(message))));
      waiting = waiting.filter((_, index) => (answers[index]?.batchItemFailures.length ?? 0) > 0);
    }
    const { balanceFen, seq } = await ledgerOf(platform);
    expect(balanceFen).toBe(4 * (100_000 + 5 * 50_000));
    expect(seq).toBeGreaterThanOrEqual(24);
  });

  it('never decides from what is older than an earlier decision saw', async () => {
    // A slow worker holds the reads of message 1 until message 2, a refund, is done; what it then writes must not pay again.
    const { platform, scores } = await started([RULES.newCustomer]);
    const first = await scores.sign('o-1', 'c-1', TEN_THOUSAND);
    const old = platform.store.snapshot();
    const second = await scores.refund('o-1');
    await deliver(platform, second);
    const now = platform.store.snapshot();
    let reads = 0;
    const store: Store = {
      ...platform.store,
      // A batch read is no snapshot: the customer of before, the state of after.
      async getMany(keys) {
        reads += 1;
        const present = await platform.store.getMany(keys);
        if (reads > 1) return present;
        platform.store.restore(old);
        const past = await platform.store.getMany(keys);
        platform.store.restore(now);
        return keys.map((key, index) => (key.table === 'scores' && key.sk.startsWith('CUSTOMER#') ? past[index] : present[index]));
      },
    };
    expect((await onScoreUpdated({ ...platform, store })(eventOf(first))).batchItemFailures).toEqual([]);
    expect((await ledgerOf(platform)).balanceFen).toBe(0);
  });

  it('an award read before another worker posted it is not posted twice', async () => {
    const { platform, scores } = await started([RULES.newCustomer]);
    let stale: ((keys: Parameters<Store['getMany']>[0]) => ReturnType<Store['getMany']>) | undefined;
    const store: Store = {
      ...platform.store,
      async getMany(keys) {
        const read = stale ?? platform.store.getMany;
        stale = undefined;
        return read(keys);
      },
    };
    const slow = onScoreUpdated({ ...platform, store });
    // It knows the plan from here on, so that it reads everything in one request.
    await slow(eventOf(await scores.sign('o-0', 'c-0', 1)));
    const message = await scores.sign('o-1', 'c-1', TEN_THOUSAND);
    const old = platform.store.snapshot();
    await deliver(platform, message);
    const now = platform.store.snapshot();
    // Award and mark as before the other worker, head and state as after it.
    stale = async (keys) => {
      platform.store.restore(old);
      const past = await platform.store.getMany(keys);
      platform.store.restore(now);
      const present = await platform.store.getMany(keys);
      return keys.map((key, index) => (/^(AWARD|SEEN)#/.test(key.sk) ? past[index] : present[index]));
    };
    expect((await slow(eventOf(message))).batchItemFailures).toEqual([]);
    expect(await ledgerOf(platform)).toMatchObject({ seq: 1, balanceFen: 50_000 });
  });

  it('a lost race is decided again at once, without the queue', async () => {
    const { platform, scores } = await started([RULES.slab, RULES.newCustomer]);
    const messages = [await scores.sign('o-1', 'c-1', TEN_THOUSAND), await scores.sign('o-2', 'c-2', TEN_THOUSAND)];
    // Both have read before either writes.
    let arrived = 0;
    let open = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const store: Store = {
      ...platform.store,
      async transact(operations) {
        arrived += 1;
        if (arrived === 2) open();
        await both;
        return platform.store.transact(operations);
      },
    };
    const answers = await Promise.all(messages.map((message) => onScoreUpdated({ ...platform, store })(eventOf(message))));
    expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    expect(arrived).toBeGreaterThan(2);
    expect(await ledgerOf(platform)).toMatchObject({ seq: 3, balanceFen: 40_000 + 2 * 50_000 });
  });

  it('gives up after 8 attempts, and the message comes again', async () => {
    const { platform, scores } = await started([RULES.slab]);
    const message = await scores.sign('o-1', 'c-1', TEN_THOUSAND);
    let attempts = 0;
    const store: Store = {
      ...platform.store,
      async transact() {
        attempts += 1;
        return { ok: false, failed: [0] };
      },
    };
    expect((await onScoreUpdated({ ...platform, store })(eventOf(message))).batchItemFailures).toHaveLength(1);
    expect(attempts).toBe(8);
  });

  it('an answer that was lost after the write posts nothing again', async () => {
    const platform = memoryPlatform();
    const [one, two] = [monthOfScores(platform, 'e-1'), monthOfScores(platform, 'e-2')];
    for (const scores of [one, two]) await scores.publish(1, [RULES.slab]);
    let lost = 0;
    const store: Store = {
      ...platform.store,
      async transact(operations) {
        const result = await platform.store.transact(operations);
        lost += 1;
        if (lost === 1) throw new Error('timeout');
        return result;
      },
    };
    const event = eventOf(await one.sign('o-1', 'c-1', TEN_THOUSAND), await two.sign('o-1', 'c-1', TEN_THOUSAND));
    expect((await onScoreUpdated({ ...platform, store })(event)).batchItemFailures).toEqual([]);
    for (const id of ['e-1', 'e-2']) expect(await ledgerOf(platform, id)).toMatchObject({ seq: 1, balanceFen: 20_000 });
  });
});

describe('requests to the store', () => {
  it('one read and one transaction a message, one of each for a batch of one person, whatever the month holds', async () => {
    const { platform, calls, quiet } = countedPlatform();
    const scores = monthOfScores(quiet);
    await scores.publish(1, [...COMPANY_2, RULES.slab, RULES.perOrder]);
    const handler = onScoreUpdated(platform);
    const step = async (...messages: readonly ScoreUpdated[]) => {
      calls.clear();
      expect((await handler(eventOf(...messages))).batchItemFailures).toEqual([]);
      return Object.fromEntries(calls);
    };
    // A cold process: base, plan, awards of the plan.
    expect(await step(await scores.sign('o-0', 'c-0', TEN_THOUSAND))).toEqual({ getMany: 3, transact: 1 });
    expect(await step(await scores.sign('o-1', 'c-1', TEN_THOUSAND))).toEqual({ getMany: 1, transact: 1 });
    const batch = [];
    for (let index = 2; index < 12; index += 1) batch.push(await scores.sign(`o-${index}`, `c-${index}`, TEN_THOUSAND));
    expect(await step(...batch)).toEqual({ getMany: 1, transact: 1 });
    expect(await step(...batch)).toEqual({ getMany: 1 });
    for (let index = 12; index < 400; index += 1) await handler(eventOf(await scores.sign(`o-${index}`, `c-${index}`, TEN_THOUSAND)));
    expect(await step(await scores.sign('o-400', 'c-400', TEN_THOUSAND))).toEqual({ getMany: 1, transact: 1 });
  });

  it('several people in one transaction while they fit', async () => {
    const { platform, calls, quiet } = countedPlatform();
    const people = Array.from({ length: 10 }, (_, index) => monthOfScores(quiet, `e-${index}`));
    const handler = onScoreUpdated(platform);
    for (const scores of people) await scores.publish(1, [RULES.slab, RULES.newCustomer]);
    await handler(eventOf(await (people[0] as (typeof people)[number]).sign('w', 'w', 1)));
    calls.clear();
    const messages = await Promise.all(people.map((scores) => scores.sign('o-1', 'c-1', TEN_THOUSAND)));
    expect((await handler(eventOf(...messages))).batchItemFailures).toEqual([]);
    expect(Object.fromEntries(calls)).toEqual({ getMany: 1, transact: 1 });
    for (let index = 0; index < 10; index += 1) expect((await ledgerOf(quiet, `e-${index}`)).balanceFen).toBe(70_000);
  });

  it('where months carry, or rules are for some: one more request for everybody of a batch', async () => {
    const { platform, calls, quiet } = countedPlatform();
    const people = Array.from({ length: 5 }, (_, index) => monthOfScores(quiet, `e-${index}`));
    const handler = onScoreUpdated(platform);
    const rules = [
      { ...RULES.slab, capPerYearFen: 90_000_000 },
      { ...RULES.newCustomer, release: { when: 'days', days: 1 } as const },
    ];
    for (const scores of people) await scores.publish(1, rules);
    await handler(eventOf(await (people[0] as (typeof people)[number]).sign('w', 'w', 1)));
    calls.clear();
    const messages = await Promise.all(people.map((scores) => scores.sign('o-1', 'c-1', TEN_THOUSAND)));
    expect((await handler(eventOf(...messages))).batchItemFailures).toEqual([]);
    expect(Object.fromEntries(calls)).toEqual({ getMany: 2, transact: 1 });
  });
});
