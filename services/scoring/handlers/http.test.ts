import { describe, expect, it } from 'vitest';
import type { TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { documentOf, factOf, indicator, metric, refunded, signed, versionOf } from '../testing/plans.ts';
import { credited, newWorld, type World } from '../testing/world.ts';

const plan = versionOf(
  documentOf(
    [
      metric({
        id: 'sales',
        fold: 'sum',
        unit: 'fen',
        factTypes: ['order.signed', 'order.refunded'],
        value: 'fact.type == "order.refunded" ? -fact.amount : fact.amount',
      }),
      metric({ id: 'customers', fold: 'qualified-customers', qualifies: 'order.net >= 1000000' }),
      metric({
        id: 'renewal',
        fold: 'ratio',
        numerator: { factTypes: ['contract.renewed'] },
        denominator: { factTypes: ['contract.due'] },
      }),
    ],
    { indicators: [indicator('sales', '60', '500000'), indicator('customers', '25', '2'), indicator('renewal', '15', '90%')] },
  ),
);
/** 300,000 on the 5th, 150,000 on the 20th, of which 50,000 comes back on the 25th; one renewal of two. */
const newMonth = async (): Promise<World> => {
  const world = await newWorld([plan]);
  await world.deliver([
    credited(signed('crm:a', 'o1', 'c1', 30_000_000, { at: '11-05T09:00' })),
    credited(signed('crm:b', 'o2', 'c2', 15_000_000, { at: '11-20T23:30' })),
    credited(refunded('crm:c', 'o2', 5_000_000, { at: '11-25T09:00' })),
    credited(factOf('crm:d', 'contract.due', { at: '11-06T09:00' })),
    credited(factOf('crm:e', 'contract.due', { at: '11-07T09:00' })),
    credited(factOf('crm:f', 'contract.renewed', { at: '11-08T09:00' })),
  ]);
  return world;
};
const SELF: TestPrincipal = { roles: ['employee'], employeeId: 'e-1' };

interface Standing {
  readonly score: {
    readonly total: string;
    readonly indicators: readonly {
      readonly id: string;
      readonly actual: string;
      readonly points: string;
      readonly explanation: { readonly zh: string };
    }[];
    readonly behind: readonly { readonly id: string; readonly missing: string }[];
  };
}
const get = async (world: World, path: string, principal: TestPrincipal = SELF) => {
  const response = await world.scoring.http.request(path, { headers: { authorization: world.platform.bearer(principal) } });
  return { status: response.status, body: (await response.json()) as Standing & Record<string, unknown> };
};
const factIds = (body: unknown): string[] => (body as { items: { factId: string }[] }).items.map(({ factId }) => factId);

describe('the standing', () => {
  it('has total, indicators in human units, what is behind and the plan version', async () => {
    const { status, body } = await get(await newMonth(), '/v1/me/scores/2026-11');
    expect(status).toBe(200);
    // 60 × 0.8 + 25 × 1 + 15 × 5/9
    expect(body.score.total).toBe('81.33');
    expect(body.score.indicators.map(({ id, actual, points }) => [id, actual, points])).toEqual([
      ['sales', '400,000.00', '48.00'],
      ['customers', '2', '25.00'],
      ['renewal', '50%', '8.33'],
    ]);
    expect(body.score.behind.map(({ id, missing }) => [id, missing])).toEqual([
      ['renewal', '40%'],
      ['sales', '100,000.00'],
    ]);
    expect(body).toMatchObject({
      employeeId: 'e-1',
      period: '2026-11',
      asOf: null,
      bookVersion: 1,
      plan: { planId: 'plan', version: 1, digest: plan.digest },
      refusal: null,
      expressionErrors: [],
    });
    expect(body.score.indicators[2]?.explanation.zh).toContain('(1 ÷ 2)');
  });
  it('as of the end of a day is what had happened by then, in the zone of the legal entity', async () => {
    const world = await newMonth();
    const at = async (day: string) => (await get(world, `/v1/me/scores/2026-11?asOf=2026-11-${day}`)).body.score;
    expect((await at('04')).indicators.map(({ actual }) => actual)).toEqual(['0.00', '0', null]);
    expect((await at('05')).indicators[0]?.actual).toBe('300,000.00');
    expect((await at('19')).indicators[0]?.actual).toBe('300,000.00');
    // 23:30 in Shanghai is still the 20th.
    expect((await at('20')).indicators.map(({ actual }) => actual)).toEqual(['450,000.00', '2', '50%']);
    expect((await at('30')).total).toBe('81.33');
  });
  it('before the first fact is that of an empty month under the plan in force; `current` is this month', async () => {
    const world = await newWorld([plan]);
    const { body } = await get(world, '/v1/me/scores/current');
    expect(body).toMatchObject({ period: '2026-11', bookVersion: 0, updatedAt: null, plan: { version: 1 }, score: { total: '0.00' } });
    expect((await get(world, '/v1/me/scores/current?asOf=2026-11-02')).body.score.total).toBe('0.00');
  });
  it('`current` is by the legal entity’s calendar, not by UTC', async () => {
    const world = await newMonth();
    world.platform.clock.set('2026-10-31T16:30:00Z');
    expect((await get(world, '/v1/me/scores/current')).body['period']).toBe('2026-11');
    world.platform.clock.set('2026-10-31T15:30:00Z');
    expect((await get(world, '/v1/me/scores/current')).body['period']).toBe('2026-10');
  });
  it('without a plan says why', async () => {
    const world = await newWorld([]);
    expect((await get(world, '/v1/me/scores/2026-11')).body).toMatchObject({ plan: null, score: null, refusal: { code: 'no_plan' } });
    await world.deliver([credited(signed('crm:a', 'o1', 'c1', 1))]);
    expect((await get(world, '/v1/me/scores/2026-11')).body).toMatchObject({ bookVersion: 1, plan: null, refusal: { code: 'no_plan' } });
  });
  it('of a plan that does not score has metrics and no score', async () => {
    const world = await newWorld([versionOf(documentOf([metric({ id: 'n', fold: 'count', factTypes: ['order.signed'] })]))]);
    await world.deliver([credited(signed('crm:a', 'o1', 'c1', 1))]);
    expect((await get(world, '/v1/me/scores/2026-11')).body).toMatchObject({ score: null, metrics: [{ id: 'n', value: '1', facts: 1 }] });
  });
  it.each(['2026-13', '2026-1', 'now', '2026-11?asOf=2026-11-31', '2026-11?asOf=yesterday', '2026-11?more=1'])(
    'refuses %s',
    async (what) => {
      expect((await get(await newWorld([]), `/v1/me/scores/${what}`)).status).toBe(400);
    },
  );
});

describe('who may see it', () => {
  const PATHS = ['/v1/people/e-1/scores/2026-11', '/v1/people/e-1/scores/2026-11/facts'];
  it.each<[string, TestPrincipal, number]>([
    ['the person', SELF, 200],
    ['the manager', { roles: ['manager'], employeeId: 'lead' }, 200],
    ['the manager above', { roles: ['manager'], employeeId: 'boss' }, 200],
    ['another manager', { roles: ['manager'], employeeId: 'other-lead' }, 404],
    ['a colleague', { roles: ['employee'], employeeId: 'e-2' }, 404],
    ['payroll', { roles: ['payroll'], entities: ['le'] }, 200],
    ['payroll of another entity', { roles: ['payroll'], entities: ['other'] }, 404],
    ['an auditor', { roles: ['auditor'], entities: '*' }, 200],
    ['a plan owner', { roles: ['plan-owner'], entities: ['le'] }, 200],
    ['an operator', { roles: ['operator'], entities: '*' }, 403],
    ['a source', { roles: ['source'], entities: '*' }, 403],
  ])('%s', async (_, principal, status) => {
    const world = await newMonth();
    for (const path of PATHS) expect((await get(world, path, principal)).status, path).toBe(status);
  });
  it('a foreign and a missing person are answered alike', async () => {
    const world = await newMonth();
    for (const tail of ['', '/facts']) {
      const [foreign, missing] = await Promise.all(
        ['e-1', 'e-x'].map((id) => get(world, `/v1/people/${id}/scores/2026-11${tail}`, { roles: ['employee'], employeeId: 'e-2' })),
      );
      const without = ({ instance: _, ...rest }: Record<string, unknown>) => rest;
      expect(without(foreign?.body ?? {})).toEqual(without(missing?.body ?? { no: 1 }));
    }
  });
  it('nobody without a token, and no `me` without a person', async () => {
    const world = await newMonth();
    expect((await world.scoring.http.request(PATHS[0] ?? '')).status).toBe(401);
    expect((await get(world, '/v1/me/scores/current', { roles: ['payroll'], entities: '*' })).status).toBe(403);
  });
});

describe('the facts behind it', () => {
  const path = '/v1/people/e-1/scores/2026-11/facts';
  it('page by page, with a cursor that is the caller’s alone', async () => {
    const world = await newMonth();
    const first = await get(world, `${path}?limit=4`);
    expect(factIds(first.body)).toEqual(['crm:a', 'crm:b', 'crm:c', 'crm:d']);
    const next = String(first.body['next']);
    const second = await get(world, `${path}?limit=4&cursor=${encodeURIComponent(next)}`);
    expect(factIds(second.body)).toEqual(['crm:e', 'crm:f']);
    expect(second.body['next']).toBeNull();
    expect((await get(world, `${path}?cursor=${encodeURIComponent(next)}`, { roles: ['payroll'], entities: '*' })).status).toBe(400);
    expect((await get(world, `${path}?metric=sales&cursor=${encodeURIComponent(next)}`)).status).toBe(400);
  });
  it('with human amounts', async () => {
    const { body } = await get(await newMonth(), `${path}?limit=1`);
    expect((body as unknown as { items: unknown[] }).items).toMatchObject([
      {
        factId: 'crm:a',
        revision: 1,
        type: 'order.signed',
        date: '2026-11-05',
        amount: '300000.00',
        totalAmount: '300000.00',
        sharePercent: '100',
        contribution: null,
      },
    ]);
  });
  it('of one metric, with what each gives', async () => {
    const world = await newMonth();
    const of = async (id: string) =>
      ((await get(world, `${path}?metric=${id}`)).body as unknown as { items: { factId: string; contribution: string }[] }).items.map(
        ({ factId, contribution }) => [factId, contribution],
      );
    expect(await of('sales')).toEqual([
      ['crm:a', '300,000.00'],
      ['crm:b', '150,000.00'],
      ['crm:c', '-50,000.00'],
    ]);
    expect(await of('customers')).toEqual([
      ['crm:a', 'c1'],
      ['crm:b', 'c2'],
    ]);
    expect(await of('renewal')).toEqual([
      ['crm:d', '0 ÷ 1'],
      ['crm:e', '0 ÷ 1'],
      ['crm:f', '1 ÷ 0'],
    ]);
  });
  it('looks on where a page has none of the metric', async () => {
    const world = await newMonth();
    const { body } = await get(world, `${path}?metric=renewal&limit=1`);
    expect(factIds(body)).toEqual(['crm:d']);
  });
  it('refuses a metric that the plan does not have', async () => {
    const { status, body } = await get(await newMonth(), `${path}?metric=nothing`);
    expect([status, body['errors']]).toMatchObject([400, [{ pointer: '/query/metric' }]]);
  });
});
