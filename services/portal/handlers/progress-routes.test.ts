import { describe, expect, it } from 'vitest';
import type { TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { documentOf, factOf, indicator, metric, signed, versionOf } from '../../scoring/testing/plans.ts';
import { credited, newWorld, type World } from '../../scoring/testing/world.ts';
import { composePortal } from '../compose.ts';

const plan = versionOf(
  documentOf(
    [
      metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] }),
      metric({ id: 'customers', fold: 'qualified-customers', qualifies: 'order.net >= 1000' }),
      metric({
        id: 'renewal',
        fold: 'ratio',
        numerator: { factTypes: ['contract.renewed'] },
        denominator: { factTypes: ['contract.due'] },
      }),
    ],
    {
      indicators: [indicator('sales', '50', '3000'), indicator('customers', '30', '4'), indicator('renewal', '20', '80%')],
      // With fewer than three customers, sales count at most half.
      gates: [{ metric: 'customers', atLeast: '3', applies: { to: 'indicator', indicator: 'sales', limitTo: '0.5' } }],
    },
  ),
);
const SELF: TestPrincipal = { roles: ['employee'], employeeId: 'e-1' };
const get = async (world: World, path: string, principal: TestPrincipal = SELF) => {
  const portal = composePortal(world.platform, { openapi: () => ({}), docsAsset: async () => undefined });
  const response = await portal.http.request(path, { headers: { authorization: world.platform.bearer(principal) } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
interface Indicator {
  readonly id: string;
  readonly actual: string | null;
  readonly expected: string;
  readonly pace: string;
  readonly week: { readonly part: string; readonly share: string; readonly percent: string } | null;
  readonly projected: string | null;
}
const indicatorsOf = (body: Record<string, unknown>) => body['indicators'] as readonly Indicator[];

/** It is Sunday, 15 November: 1,000.00 in the weeks before, 500.00 in this, a renewal of two, and an order that is dated ahead. */
const newMonth = async (): Promise<World> => {
  const world = await newWorld([plan]);
  world.platform.clock.set('2026-11-15T09:00:00+08:00');
  await world.deliver([
    credited(signed('crm:a', 'o1', 'c1', 100_000, { at: '11-05T09:00' })),
    credited(signed('crm:b', 'o2', 'c2', 50_000, { at: '11-12T09:00' })),
    credited(factOf('crm:c', 'contract.due', { at: '11-06T09:00' })),
    credited(factOf('crm:d', 'contract.due', { at: '11-07T09:00' })),
    credited(factOf('crm:e', 'contract.renewed', { at: '11-08T09:00' })),
    credited(signed('crm:f', 'o3', 'c3', 900_000, { at: '11-28T09:00' })),
  ]);
  return world;
};

describe('GET /v1/me/progress/{period}', () => {
  it('is what had happened by today beside the days, and the score at the projected numbers by the engine', async () => {
    const { status, body } = await get(await newMonth(), '/v1/me/progress/current');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      employeeId: 'e-1',
      period: '2026-11',
      phase: 'running',
      asOf: '2026-11-15',
      days: { from: '2026-11-01', to: '2026-11-30', elapsed: 15, total: 30, sharePercent: '50.00' },
      // 21 weekdays; the 15th is a Sunday.
      workdays: { elapsed: 10, total: 21, sharePercent: '47.62' },
      week: { from: '2026-11-09', to: '2026-11-15', elapsed: 7, total: 7 },
      plan: { planId: 'plan', version: 1 },
      // Now 50 × 0.5 + 30 × 2/4 + 20 × 5/8. Projected, four customers open the gate: 50 × 1 + 30 × 1 + 20 × 5/8.
      score: { now: '52.50', projected: '92.50' },
    });
    expect(indicatorsOf(body).map(({ id, actual, expected, pace, projected }) => [id, actual, expected, pace, projected])).toEqual([
      ['sales', '1,500.00', '1,500.00', 'on-track', '3,000.00'],
      ['customers', '2', '2', 'on-track', '4'],
      ['renewal', '50%', '80%', 'behind', '50%'],
    ]);
    expect(indicatorsOf(body).map(({ week }) => week)).toEqual([
      { part: '500.00', share: '700.00', percent: '71.43' },
      { part: '1', share: '≈0.93', percent: '107.14' },
      null,
    ]);
  });
  it('of a month that is over is as it is booked', async () => {
    // 50 × 1.2 + 30 × 3/4 + 20 × 5/8, with the order that was dated ahead.
    const world = await newMonth();
    world.platform.clock.set('2026-12-03T09:00:00+08:00');
    const { body } = await get(world, '/v1/me/progress/2026-11');
    expect(body).toMatchObject({ phase: 'closed', asOf: '2026-11-30', week: null, score: { now: '95.00', projected: '95.00' } });
    expect(indicatorsOf(body).map(({ actual, projected }) => [actual, projected])).toEqual([
      ['10,500.00', '10,500.00'],
      ['3', '3'],
      ['50%', '50%'],
    ]);
  });
  it('before the month has begun projects nothing', async () => {
    const { body } = await get(await newMonth(), '/v1/me/progress/2026-12');
    expect(body).toMatchObject({ phase: 'future', asOf: null, days: { elapsed: 0, total: 31 }, week: null, score: { projected: null } });
    expect(indicatorsOf(body).map(({ pace, projected }) => [pace, projected])).toEqual(Array(3).fill(['not-begun', null]));
  });
  it('before the first fact is that of an empty month; without a plan it says why', async () => {
    const world = await newWorld([plan]);
    expect(indicatorsOf((await get(world, '/v1/me/progress/current')).body)[0]).toMatchObject({
      actual: '0.00',
      pace: 'behind',
      projected: '0.00',
    });
    const without = await get(await newWorld([]), '/v1/me/progress/current');
    expect(without.body).toMatchObject({ plan: null, refusal: { code: 'no_plan' }, score: null, indicators: [] });
  });
  it('of a year without a calendar has no workdays', async () => {
    expect((await get(await newWorld([plan]), '/v1/me/progress/2031-02')).body).toMatchObject({ workdays: null, days: { total: 28 } });
  });
  it('the person’s manager sees it, a stranger does not', async () => {
    const world = await newMonth();
    const as = async (employeeId: string) =>
      (await get(world, '/v1/people/e-1/progress/current', { roles: ['manager', 'employee'], employeeId })).status;
    expect([await as('lead'), await as('boss'), await as('other-lead'), await as('e-2')]).toEqual([200, 200, 404, 404]);
  });
});
