import { beforeEach, describe, expect, it } from 'vitest';
import { type Counts, countingStore, countsSince, newCounts, snapshotCounts } from '../../../shared/adapters/counting.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { employeeKey } from '../../people/read.ts';
import { documentOf, factOf, indicator, metric, PERIOD, signed, versionOf } from '../../scoring/testing/plans.ts';
import { credited, newWorld, type World } from '../../scoring/testing/world.ts';
import { trendReader } from '../app/read-trend.ts';
import { composePortal, type PortalService } from '../compose.ts';
import { daysKey, parseDays, putDays } from '../store.ts';

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
          unavailableFacts: 0,
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
  it('one query and one batch for every 100 people, and the plan once; for 304 nothing but the people and the list of versions', async () => {
    for (let index = 0; index < 296; index += 1) await world.putEmployee(`more-${index}`);
    const first = await cost();
    // The legal entity and its units; three batches of books; the plan, which is kept.
    expect(first).toMatchObject({ get: 0, getMany: 1 + 3 + 1, query: 1, write: 0, transact: 0 });
    expect(await cost()).toMatchObject({ get: 0, getMany: 4, query: 1 });
    expect(await cost({ 'if-none-match': first.etag })).toMatchObject({ get: 0, getMany: 1, query: 2 });
    // An answer that is an old one costs the list of versions more.
    expect(await cost({ 'if-none-match': '"old"' })).toMatchObject({ get: 0, getMany: 4, query: 2 });
  });
});

describe('the trend of a team', () => {
  const trend = (query = '', unit = 'top', period = '2026-11') => `/v1/teams/le/${unit}/trend?period=${period}${query}`;
  interface Trend {
    readonly pending: number;
    readonly indicators: readonly {
      readonly id: string;
      readonly target: string;
      readonly days: readonly {
        readonly date: string;
        readonly value: string;
        readonly cumulative: string;
        readonly completionPercent: string;
      }[];
    }[];
  }
  const read = async (path = trend()) => (await get(path)).body as unknown as Trend;

  it('has what each day up to today gave, and how far the team had come; shares have no days', async () => {
    await world.deliver([
      credited(signed('crm:g', 'o4', 'c4', 40_000, { at: '11-12T09:00' })),
      credited(signed('crm:h', 'o5', 'c5', 70_000, { at: '11-28T09:00' })),
    ]);
    const { pending, indicators } = await read();
    expect([pending, indicators.map(({ id, target }) => [id, target])]).toEqual([0, [['sales', '3,000.00']]]);
    const days = indicators[0]?.days ?? [];
    expect([days.length, days[0]?.date, days.at(-1)?.date]).toEqual([23, '2026-11-01', '2026-11-23']);
    expect(days.slice(8, 13).map(({ value, cumulative, completionPercent }) => [value, cumulative, completionPercent])).toEqual([
      ['0.00', '0.00', '0.00'],
      ['2,000.00', '2,000.00', '66.67'],
      ['0.00', '2,000.00', '66.67'],
      ['400.00', '2,400.00', '80.00'],
      ['0.00', '2,400.00', '80.00'],
    ]);
    expect((await read(trend('&subtree=false', 'team'))).indicators[0]).toMatchObject({ target: '2,000.00' });
    world.platform.clock.set('2026-12-03T09:00:00+08:00');
    expect((await read()).indicators[0]?.days.at(-1)).toMatchObject({ date: '2026-11-30', cumulative: '3,100.00' });
    expect(await read(trend('', 'top', '2027-01'))).toMatchObject({ pending: 0, indicators: [] });
  });
  it('reads the facts of those alone whose book has changed, and keeps what it worked out', async () => {
    const cost = async () => {
      const before = snapshotCounts(counts);
      const { indicators } = await read();
      const { query, write } = countsSince(before, snapshotCounts(counts)).store;
      return { query, write, last: indicators[0]?.days.at(-1)?.cumulative };
    };
    expect(await cost()).toEqual({ query: 1 + 3, write: 3, last: '2,000.00' });
    expect(await cost()).toEqual({ query: 1, write: 0, last: '2,000.00' });
    await world.deliver([credited(signed('crm:g', 'o4', 'c4', 10_000))]);
    expect(await cost()).toEqual({ query: 1 + 1, write: 1, last: '2,100.00' });
    // Another process has nothing in memory, and everything in the table.
    portal = composePortal(world.platform, { openapi: () => ({}), docsAsset: async () => undefined });
    expect(await cost()).toEqual({ query: 1, write: 0, last: '2,100.00' });
  });
  it('is 304 while books and day are the same', async () => {
    const { etag } = await get(trend());
    expect((await get(trend(), BOSS, { 'if-none-match': etag })).status).toBe(304);
    world.platform.clock.set('2026-11-24T09:00:00+08:00');
    const next = await get(trend(), BOSS, { 'if-none-match': etag });
    expect(next.status).toBe(200);
    await world.deliver([credited(signed('crm:g', 'o4', 'c4', 1))]);
    expect((await get(trend(), BOSS, { 'if-none-match': next.etag })).status).toBe(200);
  });
  it('of more people than one answer works out says how many are pending, and comes to an end', async () => {
    const org = {
      version: 1,
      units: [{ id: 'top', legalEntityId: 'le', name: { zh: '', en: '' }, parentId: null, managerEmployeeId: null }],
    };
    const asked = { legalEntityId: 'le', org, orgUnitId: 'top', subtree: false, period: PERIOD };
    for (const id of ['e-1', 'e-2', 'e-3']) await world.putEmployee(id, { orgUnitId: 'top' });
    const readTrend = trendReader(world.platform.store, 2);
    const pending = [];
    for (let look = 0; look < 3; look += 1) {
      const team = await readTrend(asked, '2026-11-23' as LocalDate);
      if (!team.isKnown) pending.push((await team.trend()).pending);
    }
    expect(pending).toEqual([1, 0, 0]);
  });
  it('never keeps days in place of newer ones', async () => {
    const book = await world.book();
    const { store } = world.platform;
    const days = (n: string) => ({ sales: { '2026-11-01': { n, d: '1' } } });
    expect((await store.write(putDays({ ...book, version: 7 }, days('7')))).ok).toBe(true);
    expect((await store.write(putDays({ ...book, version: 6 }, days('6')))).ok).toBe(false);
    const item = await store.get(daysKey(book));
    expect([parseDays(item, { version: 7 }), parseDays(item, { version: 8 })]).toEqual([days('7'), null]);
  });
  it('is for managers of the unit and above', async () => {
    expect([(await get(trend('', 'team'), LEAD)).status, (await get(trend(), LEAD)).status]).toEqual([200, 404]);
  });
});
