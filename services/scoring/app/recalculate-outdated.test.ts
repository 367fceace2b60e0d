import { describe, expect, it } from 'vitest';
import type { Message } from '../../../shared/contracts/messages.ts';
import { memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { documentOf, indicator, metric, signed, versionOf } from '../testing/plans.ts';
import { contentOf, credited, newWorld, type World } from '../testing/world.ts';

const sales = metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] });
const general = versionOf(documentOf([sales], { indicators: [indicator('sales', '100', '100')] }));
const dearer = versionOf(documentOf([sales], { indicators: [indicator('sales', '100', '200')] }), 2, '2026-11-01');
const ofOther = versionOf(
  documentOf([sales], { indicators: [indicator('sales', '100', '50')] }, { id: 'others', appliesTo: { kind: 'org-unit', id: 'other' } }),
);
const PUBLISHED: Message = { message: 'plan.published', planId: 'plan', version: 2, legalEntityId: 'le', effectiveFrom: '2026-11-01' };
const OWNER: TestPrincipal = { roles: ['plan-owner'], entities: ['le'] };

const worldOf = async (people: number, platform = memoryPlatform()): Promise<World> => {
  const world = await newWorld([general], platform);
  const ids = Array.from({ length: people }, (_, index) => `p-${String(index).padStart(3, '0')}`);
  for (const id of ids) await world.putEmployee(id);
  await world.deliver(ids.map((employeeId) => credited(signed(`crm:${employeeId}`, `o-${employeeId}`, 'c', 5000, { employeeId }))));
  return world;
};
const get = async (world: World, path: string, who: TestPrincipal | null = OWNER) => {
  const headers = who ? { authorization: world.platform.bearer(who) } : {};
  const response = await world.scoring.http.request(path, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const settle = (world: World) => world.platform.queue.deliver('facts', world.scoring.onFactCredited);

describe('progress', () => {
  it('of a publication can be read while it goes on, and when it is over', async () => {
    const world = await worldOf(30);
    await world.publish(dearer);
    await world.deliver([PUBLISHED]);
    const path = '/v1/recalculations/le/plan:plan:2';
    const begun = await get(world, path);
    expect(begun).toMatchObject({
      status: 200,
      body: {
        cause: { kind: 'plan', of: 'plan', version: 2 },
        from: '2026-11',
        to: '2026-11',
        asked: 30,
        done: 0,
        open: 30,
        finishedAt: null,
      },
    });
    expect((begun.body['waiting'] as unknown[]).length).toBe(20);
    const waiting = world.platform.queue.waiting('facts').slice(0, 10) as Message[];
    await world.deliver(waiting);
    expect((await get(world, path)).body).toMatchObject({ done: 10, open: 20 });
    await settle(world);
    const finished = await get(world, path);
    expect(finished.body).toMatchObject({ done: 30, open: 0, waiting: [], finishedAt: expect.stringMatching(/^20/) });
    expect(await get(world, path)).toEqual(finished);
    const list = await get(world, '/v1/recalculations?legalEntityId=le');
    expect(list.body).toMatchObject({ items: [{ id: 'plan:plan:2', asked: 30 }], next: null });
  });
  it('of nothing is finished at once', async () => {
    const world = await newWorld([general]);
    await world.publish(dearer);
    await world.deliver([PUBLISHED]);
    expect((await get(world, '/v1/recalculations/le/plan:plan:2')).body).toMatchObject({ asked: 0, done: 0, open: 0 });
  });
  it('counts what was asked for before a crash, though it is done by now', async () => {
    let crash = true;
    const platform = memoryPlatform();
    const world = await worldOf(5, {
      ...platform,
      store: {
        ...platform.store,
        async write(operation) {
          if (crash && operation.op === 'put' && operation.item.pk.startsWith('PLAN-PUBLISHED#')) throw new Error('crash');
          return platform.store.write(operation);
        },
      },
    });
    await world.publish(dearer);
    expect(await world.deliver([PUBLISHED], { expectFailures: true })).toEqual([0]);
    await settle(world);
    crash = false;
    await world.deliver([PUBLISHED]);
    expect((await get(world, '/v1/recalculations/le/plan:plan:2')).body).toMatchObject({ asked: 5, done: 5, open: 0 });
  });
  it('is for those who may see plans and pay, of their legal entities', async () => {
    const world = await worldOf(1);
    await world.publish(dearer);
    await world.deliver([PUBLISHED]);
    for (const path of ['/v1/recalculations?legalEntityId=le', '/v1/recalculations/le/plan:plan:2']) {
      expect((await get(world, path, null)).status).toBe(401);
      expect((await get(world, path, { roles: ['employee', 'manager'], employeeId: 'e-1', entities: ['le'] })).status).toBe(403);
      expect((await get(world, path, { roles: ['payroll'], entities: ['other'] })).status).toBe(404);
    }
    expect((await get(world, '/v1/recalculations/le/plan:plan:3')).status).toBe(404);
  });
});

describe('an org tree that changed', () => {
  const moved: Message = { message: 'org.changed', legalEntityId: 'le', version: 2 };
  const asked = (world: World) =>
    (world.platform.queue.waiting('facts') as Message[]).flatMap((one) =>
      one.message === 'recalculation.requested' ? [`${one.causeId} ${one.employeeId} ${one.period}`] : [],
    );
  it('has whoever gets another plan by it calculated again, and nobody else; the same as if it had been so from the start', async () => {
    const world = await newWorld([general, ofOther]);
    await world.putEmployee('e-1', { orgUnitId: 'sub' });
    await world.putOrg([
      ['top', null, null],
      ['team', 'top', null],
      ['other', 'top', null],
      ['sub', 'team', null],
    ]);
    const facts = [
      credited(signed('crm:1', 'o1', 'c', 5000)),
      credited(signed('crm:2', 'o2', 'c', 5000, { employeeId: 'e-2' })),
      credited(signed('crm:3', 'o3', 'c', 5000, { period: '2026-10' as never, at: '10-10T09:00' })),
    ];
    await world.deliver(facts);
    const tree = [
      ['top', null, null],
      ['team', 'top', null],
      ['other', 'top', null],
      ['sub', 'other', null],
    ] as const;
    await world.putOrg(tree);
    await world.deliver([moved]);
    expect(asked(world)).toEqual(['org:2 e-1 2026-11']);
    await settle(world);
    expect((await world.book('e-1')).plan?.planId).toBe('others');
    expect((await world.book('e-1')).score?.total).toBe('100.00');
    expect((await get(world, '/v1/recalculations/le/org:2')).body).toMatchObject({
      cause: { kind: 'org-units', version: 2 },
      done: 1,
      open: 0,
    });

    const fresh = await newWorld([general, ofOther]);
    await fresh.putEmployee('e-1', { orgUnitId: 'sub' });
    await fresh.putOrg(tree);
    await fresh.deliver(facts.slice(0, 2));
    const bookOf = (one: World) =>
      contentOf(one).filter(
        (item) => (item as { pk: string; sk: string }).pk === 'BOOK#e-1#2026-11' && (item as { sk: string }).sk === 'BOOK',
      );
    const plain = (one: World) => JSON.stringify(bookOf(one)).replaceAll(/"generation":\d+/g, '');
    expect(plain(world)).toBe(plain(fresh));
  });
  it('told again, or late, does nothing more', async () => {
    const world = await worldOf(2);
    await world.deliver([moved, moved, { ...moved, version: 1 }]);
    expect(asked(world)).toEqual([]);
    expect(await world.platform.store.get({ table: 'scores', pk: 'ORG-CHANGED#le', sk: 'VERSION' })).toMatchObject({ version: 2 });
  });
});
