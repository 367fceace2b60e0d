import { beforeEach, describe, expect, it } from 'vitest';
import { type Counts, countingStore, countsSince, newCounts, snapshotCounts } from '../../../shared/adapters/counting.ts';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { employeeKey } from '../../people/read.ts';
import { documentOf, factOf, indicator, metric, signed, versionOf } from '../../scoring/testing/plans.ts';
import { credited, newWorld, type World } from '../../scoring/testing/world.ts';
import { composePortal, type PortalService } from '../compose.ts';

const STAGES = ['接触', '方案', '签单'];
const stage = { fold: 'conversion' as const, factTypes: ['opportunity.stage-changed'], stages: STAGES };
const plan = versionOf(
  documentOf(
    [
      metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] }),
      metric({ ...stage, id: 'offered', from: '接触', to: '方案' }),
      metric({ ...stage, id: 'won', from: '方案', to: '签单' }),
    ],
    { indicators: [indicator('sales', '80', '1000'), indicator('won', '20', '50%')] },
  ),
);
const BOSS: TestPrincipal = { roles: ['manager', 'employee'], employeeId: 'boss' };
const LEAD: TestPrincipal = { roles: ['manager', 'employee'], employeeId: 'lead' };

let world: World;
let portal: PortalService;
let counts: Counts;
const get = async (path: string, principal: TestPrincipal = BOSS, headers: Record<string, string> = {}) => {
  const response = await portal.http.request(path, { headers: { authorization: world.platform.bearer(principal), ...headers } });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    text,
    body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
};
const dashboard = (query = '', unit = 'top') => `/v1/teams/le/${unit}/dashboard?period=2026-11${query}`;
const moved = (id: string, employeeId: string, to: string) =>
  credited(factOf(id, 'opportunity.stage-changed', { employeeId, subject: { opportunityId: id }, attributes: { stage: to } }));

beforeEach(async () => {
  counts = newCounts();
  const inner = memoryPlatform();
  const platform: MemoryPlatform = { ...inner, store: { ...inner.store, ...countingStore(inner.store, counts) } };
  world = await newWorld([plan], platform);
  await world.putEmployee('e-3', { orgUnitId: 'other' });
  await world.putEmployee('e-4', { orgUnitId: 'top' });
  await world.deliver([
    credited(signed('crm:a', 'o1', 'c1', 60_000)),
    credited(signed('crm:b', 'o2', 'c2', 90_000, { employeeId: 'e-2' })),
    credited(signed('crm:c', 'o3', 'c3', 50_000, { employeeId: 'e-3' })),
    moved('crm:d', 'e-1', '接触'),
    moved('crm:e', 'e-1', '签单'),
    moved('crm:f', 'e-2', '方案'),
  ]);
  portal = composePortal(platform, { openapi: () => ({}), docsAsset: async () => undefined });
});

describe('the dashboard of a team', () => {
  it('has completion, the top five of each indicator, the funnel, and who is below on what', async () => {
    const { status, body } = await get(dashboard());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      people: 4,
      scored: 3,
      subtree: true,
      // Sales 2,000.00 of 3,000.00 with weights 240, won 1 of 2 beside 50 % with weights 60: (240 × 2/3 + 60 × 1) ÷ 300.
      completionPercent: '73.33',
      indicators: [
        {
          id: 'sales',
          unit: 'fen',
          people: 3,
          actual: '2,000.00',
          target: '3,000.00',
          completionPercent: '66.67',
          topFive: [
            { employeeId: 'e-2', actual: '900.00', sharePercent: '45.00' },
            { employeeId: 'e-1', actual: '600.00', sharePercent: '30.00' },
            { employeeId: 'e-3', actual: '500.00', sharePercent: '25.00' },
          ],
          topFiveSharePercent: '100.00',
        },
        { id: 'won', unit: 'ratio', actual: '50%', target: '50%', completionPercent: '100.00', topFive: [], topFiveSharePercent: null },
      ],
      funnels: [
        {
          stages: STAGES,
          steps: [
            { metric: 'offered', from: '接触', to: '方案', people: 3, reached: '3', passed: '2', conversionPercent: '66.67' },
            { metric: 'won', from: '方案', to: '签单', people: 3, reached: '2', passed: '1', conversionPercent: '50.00' },
          ],
        },
      ],
      withoutScore: [{ employeeId: 'e-4' }],
    });
    expect(
      (body['belowTarget'] as { employeeId: string; on: { indicator: string }[] }[]).map(({ employeeId, on }) => [
        employeeId,
        on.map((one) => one.indicator),
      ]),
    ).toEqual([
      ['e-3', ['sales', 'won']],
      ['e-2', ['sales', 'won']],
      ['e-1', ['sales']],
    ]);
  });
  it('with `subtree=false` is of this very unit alone', async () => {
    expect((await get(dashboard('&subtree=false'))).body).toMatchObject({
      people: 1,
      subtree: false,
      withoutScore: [{ employeeId: 'e-4' }],
    });
    expect((await get(dashboard('&subtree=false', 'team'))).body).toMatchObject({ people: 2, completionPercent: '80.00' });
    expect((await get(dashboard('&subtree=yes'))).status).toBe(400);
  });
  it('is for managers of the unit and above; a unit beside and one that does not exist have the same answer', async () => {
    const statuses = [];
    for (const unit of ['team', 'other', 'top', 'nowhere']) statuses.push((await get(dashboard('', unit), LEAD)).status);
    expect(statuses).toEqual([200, 404, 404, 404]);
    const foreign: TestPrincipal = { roles: ['payroll'], entities: ['another'] };
    expect((await get(dashboard(), foreign)).status).toBe(404);
    expect((await get(dashboard(), { ...foreign, entities: ['le'] })).status).toBe(200);
  });
});

describe('an unchanged dashboard', () => {
  it('is 304 by the versions of the books; a fact, a name and a new colleague change it', async () => {
    const changed = async (tag: string): Promise<string> => {
      const answer = await get(dashboard(), BOSS, { 'if-none-match': tag });
      expect(answer.status).toBe(200);
      expect(answer.etag).not.toBe(tag);
      return answer.etag;
    };
    let { etag } = await get(dashboard());
    const same = await get(dashboard(), BOSS, { 'if-none-match': `"x", W/${etag}` });
    expect([same.status, same.text, same.etag]).toEqual([304, '', etag]);
    await world.deliver([credited(signed('crm:g', 'o4', 'c4', 1))]);
    etag = await changed(etag);
    await world.putEmployee('e-5', { orgUnitId: 'other' });
    etag = await changed(etag);
    await world.putEmployee('e-5', { orgUnitId: 'elsewhere' });
    etag = await changed(etag);
    const { table, pk, sk } = employeeKey('e-1');
    const item = await world.platform.store.get({ table, pk, sk });
    const renamed = { ...JSON.parse(String(item?.['doc'])), name: '新名字' };
    await world.platform.store.write({ op: 'put', table, item: { ...item, pk, sk, doc: JSON.stringify(renamed) } });
    etag = await changed(etag);
    expect((await get(dashboard(), BOSS, { 'if-none-match': etag })).status).toBe(304);
    // Another question has another tag.
    const tags = new Set([etag]);
    for (const query of ['&subtree=false', '']) tags.add((await get(dashboard(query, 'team'))).etag);
    expect(tags.size).toBe(3);
  });
  it('of somebody who may not see it is 404 all the same', async () => {
    const { etag } = await get(dashboard());
    expect((await get(dashboard(), LEAD, { 'if-none-match': etag })).status).toBe(404);
  });
  it('costs no reading of plans and parses no book', async () => {
    const { etag } = await get(dashboard());
    for (const { item } of world.platform.store.dump('scores')) {
      if (item.sk === 'BOOK') await world.platform.store.write({ op: 'put', table: 'scores', item: { ...item, doc: 'not JSON' } });
    }
    expect((await get(dashboard(), BOSS, { 'if-none-match': etag })).status).toBe(304);
    expect((await get(dashboard())).status).toBe(500);
  });
});

describe('what a dashboard costs', () => {
  /** Requests of the store for one answer. */
  const cost = async (headers: Record<string, string> = {}) => {
    const before = snapshotCounts(counts);
    const { etag } = await get(dashboard(), BOSS, headers);
    return { ...countsSince(before, snapshotCounts(counts)).store, etag };
  };
  it('one query and one batch for every 100 people, and the plan once; as much for 304', async () => {
    for (let index = 0; index < 296; index += 1) await world.putEmployee(`more-${index}`);
    const first = await cost();
    // The legal entity and its units; three batches of books; the plan, which is kept.
    expect(first).toMatchObject({ get: 0, getMany: 1 + 3 + 1, query: 1, write: 0, transact: 0 });
    expect(await cost()).toMatchObject({ get: 0, getMany: 4, query: 1 });
    expect(await cost({ 'if-none-match': first.etag })).toMatchObject({ get: 0, getMany: 4, query: 1 });
  });
});
