import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecalculationRequested, ScoreUpdated } from '../../../shared/contracts/messages.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { onScoreUpdated } from '../handlers/on-score-updated.ts';
import { awardsOf } from '../read.ts';
import { type RewardInput, RULES } from '../testing/rewards.ts';
import { eventOf, ledgerOf, monthOfScores } from '../testing/world.ts';

const RULE = {
  ...RULES.newCustomer,
  id: 'pioneer',
  where: 'order.net >= 1000',
  firstIn: 'order.attributes.industry',
  amountFen: 200_000,
} satisfies RewardInput;
const SOLAR = { attributes: { industry: 'solar' } };
const on = (day: number): string => `2026-11-${String(day).padStart(2, '0')}T02:00:00.000Z`;

type Months = ReadonlyMap<string, ReturnType<typeof monthOfScores>>;
const deliver = async (platform: MemoryPlatform, ...messages: readonly ScoreUpdated[]): Promise<void> => {
  const { batchItemFailures } = await onScoreUpdated(platform)(eventOf(...messages));
  expect(batchItemFailures).toEqual([]);
};
/** What scoring does with the requests: the months named are looked at again, until nobody asks any more. */
const settle = async (platform: MemoryPlatform, months: Months): Promise<number> => {
  let asked = 0;
  for (let round = 0; round < 20; round += 1) {
    const { Records } = platform.queue.receive('facts', 100);
    if (Records.length === 0) return asked;
    platform.queue.delete(
      'facts',
      Records.map(({ messageId }) => messageId),
    );
    for (const { body } of Records) {
      const { employeeId, period } = JSON.parse(body) as RecalculationRequested;
      asked += 1;
      await deliver(platform, await (months.get(`${employeeId} ${period}`) as ReturnType<typeof monthOfScores>).recalculate());
    }
  }
  throw new Error('the requests never end');
};
const started = async (rule: RewardInput = RULE) => {
  const platform = memoryPlatform();
  const months = new Map<string, ReturnType<typeof monthOfScores>>();
  for (const [employeeId, period] of [
    ['e-1', '2026-11'],
    ['e-2', '2026-11'],
    ['e-1', '2026-12'],
  ] as const) {
    const month = monthOfScores(platform, employeeId, period);
    await month.publish(1, [rule]);
    months.set(`${employeeId} ${period}`, month);
  }
  const [one, two, later] = [...months.values()] as [
    ReturnType<typeof monthOfScores>,
    ReturnType<typeof monthOfScores>,
    ReturnType<typeof monthOfScores>,
  ];
  const say = async (...messages: readonly ScoreUpdated[]): Promise<number> => {
    for (const message of messages) await deliver(platform, message);
    return settle(platform, months);
  };
  const balances = async () => [(await ledgerOf(platform)).balanceFen, (await ledgerOf(platform, 'e-2')).balanceFen];
  return { platform, months, one, two, later, say, balances };
};

describe('the first of a group', () => {
  it('is paid, whoever is credited, and the second is not; a split pays each share', async () => {
    const { one, two, say, balances } = await started();
    await say(await one.sign('o-1', 'c-1', 5_000, { at: on(3), shareMillionths: 600_000, ...SOLAR }));
    await say(await two.sign('o-1', 'c-1', 5_000, { at: on(3), shareMillionths: 400_000, ...SOLAR }));
    expect(await balances()).toEqual([120_000, 80_000]);
    expect(await say(await two.sign('o-2', 'c-2', 5_000, { at: on(4), ...SOLAR }))).toBe(0);
    expect(await balances()).toEqual([120_000, 80_000]);
  });

  it('passes to the next by time when it falls away, and back to an earlier one that becomes known late, over months', async () => {
    const { one, two, later, say, balances } = await started();
    await say(await later.sign('o-9', 'c-9', 5_000, { at: '2026-12-05T02:00:00.000Z', ...SOLAR }));
    expect(await balances()).toEqual([200_000, 0]);
    await say(await two.sign('o-2', 'c-2', 5_000, { at: on(4), ...SOLAR }));
    expect(await balances()).toEqual([0, 200_000]);
    await say(await one.sign('o-1', 'c-1', 5_000, { at: on(3), ...SOLAR }));
    expect(await balances()).toEqual([200_000, 0]);
    await say(await one.refund('o-1', 4_001));
    expect(await balances()).toEqual([0, 200_000]);
    await say(await two.withdraw('o-2'));
    expect(await balances()).toEqual([200_000, 0]);
    await say(await later.refund('o-9'));
    expect(await balances()).toEqual([0, 0]);
  });

  it.each<[string, Record<string, string | number>, number]>([
    ['another group', { industry: 'wind' }, 200_000],
    ['the same group', { industry: 'solar' }, 0],
    ['a space makes another group', { industry: 'solar ' }, 200_000],
    ['no attribute', {}, 0],
    ['an empty text', { industry: '' }, 0],
    ['a number is no text', { industry: 7 }, 0],
    ['200 characters', { industry: 'x'.repeat(200) }, 200_000],
    ['201 characters', { industry: 'x'.repeat(201) }, 0],
  ])('%s', async (_, attributes, expected) => {
    const { one, two, say, balances } = await started();
    await say(await one.sign('o-1', 'c-1', 5_000, { at: on(3), ...SOLAR }));
    await say(await two.sign('o-2', 'c-2', 5_000, { at: on(4), attributes }));
    expect(await balances()).toEqual([200_000, expected]);
  });

  it('of one moment is the smaller id; an order that the condition refuses, or outside the dates, is in no group', async () => {
    const { one, two, say, balances } = await started({ ...RULE, from: '2026-11-03' });
    await say(await two.sign('o-0', 'c-0', 999, { at: on(3), ...SOLAR }), await two.sign('o-00', 'c-00', 5_000, { at: on(2), ...SOLAR }));
    expect(await balances()).toEqual([0, 0]);
    await say(await two.sign('o-2', 'c-2', 5_000, { at: on(3), ...SOLAR }));
    await say(await one.sign('o-1', 'c-1', 5_000, { at: on(3), ...SOLAR }));
    expect(await balances()).toEqual([200_000, 0]);
  });

  it('is of facts too', async () => {
    const { one, two, say, balances } = await started({
      ...RULES.perOrder,
      id: 'first-fact',
      where: 'fact.totalAmount >= 1000',
      firstIn: 'fact.attributes.industry',
    });
    await say(await two.sign('o-2', 'c-2', 5_000, { at: on(4), ...SOLAR }));
    await say(await one.sign('o-1', 'c-1', 5_000, { at: on(3), ...SOLAR }));
    expect(await balances()).toEqual([200_000, 0]);
    await say(await one.withdraw('o-1'));
    expect(await balances()).toEqual([0, 200_000]);
  });

  it('stays the first while its holder is below the gate, and is paid nothing', async () => {
    const { one, two, say, balances } = await started({ ...RULE, gate: { on: { of: 'metric', metric: 'sales' }, atLeast: '100' } });
    await say(await one.sign('o-1', 'c-1', 5_000, { at: on(3), ...SOLAR }));
    await say(await two.sign('o-2', 'c-2', 50_000, { at: on(4), ...SOLAR }));
    expect(await balances()).toEqual([0, 0]);
    await say(await one.sign('o-3', 'c-3', 5_000, { at: on(5) }));
    expect(await balances()).toEqual([200_000, 0]);
  });

  it('leaves its group when the rule leaves the plan', async () => {
    const { one, two, say, balances } = await started();
    await say(await one.sign('o-1', 'c-1', 5_000, { at: on(3), ...SOLAR }), await two.sign('o-2', 'c-2', 5_000, { at: on(4), ...SOLAR }));
    await one.publish(2, [RULES.shopCommission]);
    await say(await one.recalculate());
    expect(await balances()).toEqual([100, 200_000]);
    one.noPlan();
    await two.publish(3, [{ ...RULE, firstIn: 'order.customerId' }]);
    await say(await one.recalculate(), await two.recalculate());
    expect(await balances()).toEqual([0, 200_000]);
  });

  it('says so in words, and never whose the first is', async () => {
    const { platform, one, two, say } = await started();
    await say(await one.sign('o-1', 'c-1', 5_000, { at: on(3), ...SOLAR }));
    await say(await two.sign('o-2', 'c-2', 5_000, { at: on(4), ...SOLAR }));
    const [first] = await awardsOf(platform.store, 'e-1', '2026-11');
    const [second] = await awardsOf(platform.store, 'e-2', '2026-11');
    expect(first?.tests.at(-1)).toEqual({
      passed: true,
      zh: '「solar」在本公司的首个:达到',
      en: 'the first of "solar" in the company: met',
    });
    expect(second?.tests.at(-1)).toEqual({
      passed: false,
      zh: '「solar」在本公司已有更早的一个:未达到',
      en: 'the company has an earlier one of "solar": not met',
    });
    expect(second?.formula.zh).toBe('不是组内首个,应得 0.00 元');
  });

  it('is the same in any order and repetition, each group is paid once, and taking everything back leaves 0', async () => {
    const PEOPLE = ['one', 'two', 'later'] as const;
    const deal = fc.record({
      who: fc.constantFrom(...PEOPLE),
      day: fc.integer({ min: 1, max: 3 }),
      industry: fc.constantFrom('solar', 'wind'),
      customer: fc.integer({ min: 0, max: 2 }),
      refund: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(deal, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat()), async (deals, random) => {
        const world = await started();
        const messages: ScoreUpdated[] = [];
        const month = (who: (typeof PEOPLE)[number]) => (who === 'later' ? '2026-12' : '2026-11');
        for (const [place, { who, day, industry, customer, refund }] of deals.entries()) {
          const at = `${month(who)}-0${day}T02:00:00.000Z`;
          messages.push(await world[who].sign(`o-${place}`, `c-${who}-${customer}`, 5_000, { at, attributes: { industry } }));
          if (refund) messages.push(await world[who].refund(`o-${place}`));
        }
        const next = (): number => random.next().value ?? 0;
        const shuffled = messages.flatMap((message) => (next() % 3 === 0 ? [message, message] : [message])).sort(() => (next() % 3) - 1);
        for (let start = 0; start < shuffled.length; ) {
          const size = 1 + (next() % 3);
          await deliver(world.platform, ...shuffled.slice(start, start + size));
          if (next() % 2 === 0) await settle(world.platform, world.months);
          start += size;
        }
        await settle(world.platform, world.months);
        // By hand: a customer counts by the first order of a person's month that stands; of each industry the earliest of those.
        const standing = deals.map((one, place) => ({ ...one, place, key: `${month(one.who)}-0${one.day} o-${place}` }));
        const firstOfCustomer = new Map<string, (typeof standing)[number]>();
        for (const one of standing.filter(({ refund }) => !refund).sort((a, b) => (a.key < b.key ? -1 : 1))) {
          const name = `${one.who} ${one.customer}`;
          if (!firstOfCustomer.has(name)) firstOfCustomer.set(name, one);
        }
        const expected = { 'e-1': 0, 'e-2': 0 };
        for (const industry of ['solar', 'wind']) {
          const [first] = [...firstOfCustomer.values()].filter((one) => one.industry === industry).sort((a, b) => (a.key < b.key ? -1 : 1));
          if (first) expected[first.who === 'two' ? 'e-2' : 'e-1'] += 200_000;
        }
        expect(await world.balances()).toEqual([expected['e-1'], expected['e-2']]);
        for (const [place, { who, refund }] of deals.entries()) if (!refund) await world.say(await world[who].refund(`o-${place}`));
        expect(await world.balances()).toEqual([0, 0]);
      }),
      { numRuns: 60 },
    );
  });
});
