/** Facts that an expression of the plan cannot be evaluated on: kept, left out, said, told to the plan's owner once, and healed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message, NoticeRequested } from '../../../shared/contracts/messages.ts';
import type { TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { planIndexKey } from '../../plans/read.ts';
import { documentOf, factOf, indicator, metric, versionOf } from '../testing/plans.ts';
import { credited, newWorld, type World, withdrawn } from '../testing/world.ts';

const visits = metric({ id: 'visits', fold: 'count', factTypes: ['own.visit'] });
const minutes = (value: string, where?: string) =>
  metric({ id: 'minutes', fold: 'sum', unit: 'number', factTypes: ['own.visit'], value, ...(where ? { where } : {}) });
const scheme = { indicators: [indicator('minutes', '60', '100'), indicator('visits', '40', '2', { cap: '1' })] };
const planWith = (value: string, where?: string, version = 1) =>
  versionOf(documentOf([minutes(value, where), visits], scheme), version, version === 1 ? '2026-01-01' : '2026-11-01');
const visit = (id: string, attributes: Record<string, string | number | boolean>, revision = 1) =>
  credited(factOf(`app:${id}`, 'own.visit', { attributes, revision }), revision);

/** The plan belongs to employee `owner`. */
const owned = async (world: World): Promise<void> => {
  const { table, pk, sk } = planIndexKey('le');
  const item = await world.platform.store.get({ table, pk, sk });
  const entries = (JSON.parse(String(item?.['doc'])) as object[]).map((entry) => ({ ...entry, ownerId: 'owner' }));
  await world.platform.store.write({ op: 'put', table, item: { pk, sk, version: item?.['version'] ?? 1, doc: JSON.stringify(entries) } });
};
const notices = (world: World): NoticeRequested[] =>
  world.platform.queue.sent
    .filter(({ queue }) => queue === 'notices')
    .map(({ body }) => JSON.parse(body) as Message)
    .filter((one) => one.message === 'notice.requested');
const standing = async (world: World) => {
  const who: TestPrincipal = { roles: ['employee'], employeeId: 'e-1' };
  const response = await world.scoring.http.request('/v1/me/scores/2026-11', { headers: { authorization: world.platform.bearer(who) } });
  return (await response.json()) as {
    score: {
      total: string;
      indicators: {
        id: string;
        points: string;
        unavailable: { facts: number; reason: { zh: string; en: string } } | null;
        explanation: { zh: string };
      }[];
    };
  };
};

describe('a fact that the plan cannot be computed on', () => {
  it.each<[string, string, string | undefined, Record<string, string | number | boolean>]>([
    ['a missing attribute', 'fact.attributes.minutes', undefined, {}],
    ['text where a number is meant', 'fact.attributes.minutes', undefined, { minutes: 'long' }],
    ['true where a number is meant', 'fact.attributes.minutes', undefined, { minutes: true }],
    ['division by zero', '100 / int(fact.attributes.minutes)', undefined, { minutes: 0 }],
    ['an overflow', '9223372036854775757 + int(fact.attributes.minutes)', undefined, { minutes: 51 }],
    ['text that is no number', 'int(string(fact.attributes.minutes))', undefined, { minutes: 'x' }],
    ['a condition without its attribute', '1', 'fact.attributes.long', {}],
    ['a condition that is text', '1', 'fact.attributes.long', { long: 'yes' }],
  ])('%s: the indicator says so, the others count', async (_, value, where, attributes) => {
    const world = await newWorld([planWith(value, where)]);
    await world.deliver([visit('1', attributes), visit('2', { minutes: 50, long: true })]);
    const { score } = await standing(world);
    const [first, second] = score.indicators;
    expect(first?.unavailable).toMatchObject({
      facts: 1,
      reason: { zh: expect.stringContaining('有 1 条记录无法按方案计算,未计入,例如 app:1') },
    });
    expect(first?.explanation.zh).toContain('无法按方案计算');
    expect(second).toMatchObject({ points: '40.00', unavailable: null });
  });
  it('counts again when the source corrects it, or the plan is revised', async () => {
    const world = await newWorld([planWith('fact.attributes.minutes')]);
    await world.deliver([visit('1', {}), visit('2', { minutes: 50 }), visit('3', {})]);
    expect((await standing(world)).score).toMatchObject({ total: '70.00', indicators: [{ unavailable: { facts: 2 } }, {}] });
    await world.deliver([visit('1', { minutes: 25 }, 2)]);
    expect((await standing(world)).score).toMatchObject({ total: '85.00', indicators: [{ unavailable: { facts: 1 } }, {}] });
    await world.publish(planWith('fact.attributes.minutes', '"minutes" in fact.attributes', 2));
    await world.deliver([{ message: 'plan.published', planId: 'plan', version: 2, legalEntityId: 'le', effectiveFrom: '2026-11-01' }]);
    await world.platform.queue.deliver('facts', world.scoring.onFactCredited);
    expect((await standing(world)).score).toMatchObject({ total: '85.00', indicators: [{ unavailable: null }, {}] });
  });
  it('is told to the plan’s owner with the person, the fact and the reason; not for every fact, nor again in the same month', async () => {
    const world = await newWorld([planWith('fact.attributes.minutes')]);
    await owned(world);
    await world.deliver([visit('1', {}), visit('2', {})]);
    await world.deliver([visit('3', {})]);
    expect(notices(world)).toHaveLength(1);
    expect(notices(world)[0]).toMatchObject({
      noticeId: 'plan-unavailable:plan:1:minutes',
      employeeId: 'owner',
      body: { zh: expect.stringMatching(/minutes.*e-1 2026-11.*app:1.*来源更正记录/s) },
    });
    // Another person's month asks for the same notice: notify has each id once.
    await world.deliver([credited(factOf('app:9', 'own.visit', { employeeId: 'e-2' }))]);
    expect(new Set(notices(world).map(({ noticeId }) => noticeId)).size).toBe(1);
  });
  it('of a plan without an owner among the employees is told to nobody', async () => {
    const world = await newWorld([planWith('fact.attributes.minutes')]);
    await world.deliver([visit('1', {})]);
    expect(notices(world)).toEqual([]);
  });
  it('more of them than a book lists are counted, metric by metric', async () => {
    const world = await newWorld([
      versionOf(
        documentOf([
          minutes('fact.attributes.a'),
          metric({ id: 'zeal', fold: 'sum', unit: 'number', factTypes: ['own.visit'], value: 'fact.attributes.b' }),
        ]),
      ),
    ]);
    await world.deliver(Array.from({ length: 30 }, (_, index) => visit(`${index}`, {})));
    const { metrics, expressionErrors } = await world.book();
    expect([expressionErrors.length, metrics['minutes']?.errors, metrics['zeal']?.errors]).toEqual([20, 30, 30]);
  });
});

it('whatever order they come in, are corrected or withdrawn: what is left out is what cannot be computed', async () => {
  const step = fc.record({ fact: fc.nat(4), minutes: fc.option(fc.integer({ min: 0, max: 90 }), { nil: null }), gone: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const world = await newWorld([planWith('fact.attributes.minutes')]);
      const last = new Map<number, number | null | undefined>();
      const messages = steps.map(({ fact, minutes: value, gone }, index) => {
        last.set(fact, gone ? undefined : value);
        const message = visit(`${fact}`, value === null ? {} : { minutes: value }, index + 1);
        return gone && message.fact ? withdrawn(message.fact, index + 1) : message;
      });
      for (const message of [...messages, ...messages].reverse()) await world.deliver([message]);
      const standingFacts = [...last.values()].filter((value) => value !== undefined);
      const book = await world.book();
      expect(book.metrics['minutes']?.errors ?? 0).toBe(standingFacts.filter((value) => value === null).length);
      expect(book.metrics['minutes']?.value?.n).toBe(String(standingFacts.reduce<number>((sum, value) => sum + (value ?? 0), 0)));
    }),
    { numRuns: 50 },
  );
});
