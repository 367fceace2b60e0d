import { beforeAll, describe, expect, it } from 'vitest';
import type { LogFields } from '../../../shared/adapters/log.ts';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { composeBonus } from '../compose.ts';
import { RULES, yuan } from '../testing/rewards.ts';
import { eventOf, ledgerOf, monthOfScores } from '../testing/world.ts';

const PEOPLE = { self: 'e-1', other: 'e-2', foreign: 'e-9' } as const;
const CALLERS = {
  self: { roles: ['employee'], employeeId: 'e-1' },
  colleague: { roles: ['employee'], employeeId: 'e-2' },
  manager: { roles: ['employee', 'manager'], employeeId: 'e-boss' },
  payroll: { roles: ['payroll'], entities: ['le-1'] },
  auditor: { roles: ['auditor'], entities: '*' },
  foreignPayroll: { roles: ['payroll'], entities: ['le-2'] },
  planOwner: { roles: ['plan-owner'], entities: '*' },
  operator: { roles: ['operator'], entities: '*' },
} as const satisfies Record<string, TestPrincipal>;
type Caller = keyof typeof CALLERS;

let platform: MemoryPlatform;
let logged: { event: string; fields: LogFields | undefined }[];
let times: string[];
let bonus: ReturnType<typeof composeBonus>;

const get = async (caller: Caller, path: string) => {
  const response = await bonus.http.request(path, { headers: { authorization: platform.bearer(CALLERS[caller]) } });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
};
const putDoc = (pk: string, sk: string, doc: unknown) =>
  platform.store.write({ op: 'put', table: 'people', item: { pk, sk, version: 1, doc: JSON.stringify(doc) } });

beforeAll(async () => {
  logged = [];
  times = [];
  platform = memoryPlatform({
    log: { info: (event, fields) => logged.push({ event, fields }), warn: () => undefined, error: () => undefined },
  });
  await putDoc('ENTITY#le-1', 'PROFILE', {
    id: 'le-1',
    name: { zh: '一', en: 'one' },
    timeZone: 'Asia/Shanghai',
    bankTemplate: 'generic-csv',
    payday: 0,
  });
  const unit = { id: 'u-1', legalEntityId: 'le-1', name: { zh: '部', en: 'unit' }, parentId: null, managerEmployeeId: 'e-boss' };
  await putDoc('ENTITY#le-1', 'ORG', { version: 1, units: [unit] });
  for (const id of ['e-1', 'e-2', 'e-boss', 'e-9']) {
    const legalEntityId = id === 'e-9' ? 'le-2' : 'le-1';
    const assignments = [{ from: '2026-01-01', orgUnitId: 'u-1', positionId: 'sales' }];
    await putDoc(`EMPLOYEE#${id}`, 'PROFILE', {
      id,
      legalEntityId,
      name: id,
      hiredOn: '2026-01-01',
      leftOn: null,
      assignments,
      externalIds: [],
      mobile: null,
      language: 'zh-CN',
    });
  }
  bonus = composeBonus(platform);
  const scores = monthOfScores(platform);
  await scores.publish(1, [RULES.newCustomer, RULES.shopCommission]);
  const deliver = async (message: Awaited<ReturnType<typeof scores.sign>>) => {
    platform.clock.advance(60_000);
    times.push(platform.clock.now());
    expect((await bonus.onScoreUpdated(eventOf(message))).batchItemFailures).toEqual([]);
  };
  await deliver(await scores.sign('o-1', 'c-1', yuan('10000')));
  await deliver(await scores.sign('o-2', 'c-2', yuan('20000')));
  await deliver(await scores.refund('o-1'));
});

const minuteBefore = (time: string): string => new Date(Date.parse(time) - 1).toISOString();

describe('awards', () => {
  it('are listed with their explanation, in pages, with the total of the month', async () => {
    const { status, body } = await get('self', '/v1/me/awards/2026-11?limit=2');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      employeeId: 'e-1',
      period: '2026-11',
      totalFen: 90_000,
      items: [
        { awardId: 'commission:e-1:2026-11', amountFen: 40_000, formula: { zh: '销售额 20,000.00 元 × 2% = 400.00 元' } },
        { awardId: 'new-customer:e-1:2026-11:c-1', amountFen: 0, tests: [{ passed: false }] },
      ],
    });
    const rest = await get('self', `/v1/me/awards/2026-11?limit=2&cursor=${encodeURIComponent(String(body['next']))}`);
    expect(rest.body).toMatchObject({ totalFen: 90_000, items: [{ awardId: 'new-customer:e-1:2026-11:c-2', amountFen: 50_000 }] });
    expect((await get('payroll', `/v1/people/e-1/awards/2026-11?cursor=${encodeURIComponent(String(body['next']))}`)).status).toBe(400);
  });

  it('`current` is this month in the time zone of the legal entity', async () => {
    const now = platform.clock.millis();
    platform.clock.set('2026-11-30T15:59:59Z');
    expect((await get('self', '/v1/me/awards/current')).body).toMatchObject({ period: '2026-11', totalFen: 90_000 });
    platform.clock.set('2026-11-30T16:00:00Z');
    expect((await get('auditor', '/v1/people/e-1/awards/current')).body).toMatchObject({
      period: '2026-12',
      totalFen: 0,
      items: [],
      next: null,
    });
    platform.clock.set(now);
  });

  it('one by its id', async () => {
    const id = encodeURIComponent('new-customer:e-1:2026-11:c-2');
    expect((await get('self', `/v1/awards/${id}`)).body).toMatchObject({
      amountFen: 50_000,
      subject: { kind: 'customer', id: 'c-2' },
      lastSeq: 4,
    });
    expect((await get('payroll', `/v1/awards/${id}`)).status).toBe(200);
    const refused = await Promise.all(
      (['colleague', 'manager', 'foreignPayroll'] as const).map((caller) => get(caller, `/v1/awards/${id}`)),
    );
    const missing = await get('payroll', `/v1/awards/${encodeURIComponent('new-customer:e-1:2026-11:c-3')}`);
    const nonsense = await get('payroll', '/v1/awards/..%2F..%2Fx');
    for (const answer of [...refused, nonsense]) {
      expect(answer.status).toBe(404);
      expect({ ...answer.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
    }
  });
});

describe('the ledger', () => {
  it('newest first, in pages, complete', async () => {
    const seqs: number[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null; page += 1) {
      const { body }: { body: Record<string, unknown> } = await get(
        'self',
        `/v1/me/ledger?limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(body).toMatchObject({ seq: 6, balanceFen: 90_000 });
      const items = body['items'] as { seq: number }[];
      expect(items.length).toBeGreaterThan(0);
      seqs.push(...items.map(({ seq }) => seq));
      cursor = body['next'] as string | null;
      expect(page).toBeLessThan(5);
    }
    expect(seqs).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('as it stood at a moment', async () => {
    const at = async (asOf: string) => (await get('payroll', `/v1/people/e-1/ledger?asOf=${encodeURIComponent(asOf)}`)).body;
    expect(await at(minuteBefore(times[0] ?? ''))).toMatchObject({ seq: 0, balanceFen: 0, items: [], next: null });
    expect(await at(times[0] ?? '')).toMatchObject({ seq: 2, balanceFen: 70_000 });
    expect(await at(minuteBefore(times[2] ?? ''))).toMatchObject({ seq: 4, balanceFen: 160_000 - 0 });
    expect(await at('2026-11-23T20:00:00+08:00')).toMatchObject({ asOf: '2026-11-23T12:00:00.000Z', seq: 6, balanceFen: 90_000 });
    const balance = await get('auditor', `/v1/people/e-1/ledger/balance?asOf=${times[1] ?? ''}`);
    expect(balance.body).toEqual({ employeeId: 'e-1', asOf: times[1], seq: 4, balanceFen: 160_000 });
    expect((await get('self', '/v1/people/e-1/ledger/balance')).body).toEqual({
      employeeId: 'e-1',
      asOf: null,
      seq: 6,
      balanceFen: 90_000,
    });
  });

  it('someone without entries has an empty one', async () => {
    expect((await get('colleague', '/v1/me/ledger')).body).toMatchObject({ seq: 0, balanceFen: 0, items: [], next: null });
  });

  it('why it changed between two moments: the causes add up', async () => {
    const from = encodeURIComponent(times[1] ?? '');
    const { body } = await get('self', `/v1/people/e-1/ledger/changes?from=${from}&to=2027-01-01T00:00:00Z`);
    expect(body).toMatchObject({
      beforeFen: 160_000,
      afterFen: 90_000,
      differenceFen: -70_000,
      causes: [
        {
          awardId: 'commission:e-1:2026-11',
          beforeFen: 60_000,
          afterFen: 40_000,
          amountFen: -20_000,
          factIds: ['crm:r-o-1'],
          entries: [5],
          text: { zh: '测试规则(2026-11):600.00 → 400.00 元,减少 200.00 元;原因:业务事实 crm:r-o-1' },
        },
        { awardId: 'new-customer:e-1:2026-11:c-1', amountFen: -50_000, kinds: ['facts'], entries: [6] },
      ],
    });
    const all = await get('self', '/v1/people/e-1/ledger/changes?from=2020-01-01T00:00:00Z&to=2027-01-01T00:00:00Z');
    const causes = all.body['causes'] as unknown as { amountFen: number; awardId: string }[];
    expect(causes.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe((await ledgerOf(platform)).balanceFen);
    expect(causes.find(({ awardId }) => awardId.endsWith(':c-1'))?.amountFen).toBe(0);
    expect((await get('self', '/v1/people/e-1/ledger/changes?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z')).status).toBe(400);
    expect((await get('self', '/v1/people/e-1/ledger/changes?from=2027-01-01&to=2026-01-01')).status).toBe(400);
  });
});

describe('who may look', () => {
  const PATHS = ['/awards/2026-11', '/ledger', '/ledger/balance', '/ledger/changes?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z'];
  const EXPECTED: Record<Caller, readonly [self: number, other: number, foreign: number]> = {
    self: [200, 404, 404],
    colleague: [404, 200, 404],
    manager: [404, 404, 404],
    payroll: [200, 200, 404],
    auditor: [200, 200, 200],
    foreignPayroll: [404, 404, 200],
    planOwner: [403, 403, 403],
    operator: [403, 403, 403],
  };
  it.each(Object.keys(EXPECTED) as Caller[])('%s', async (caller) => {
    for (const path of PATHS) {
      const statuses = await Promise.all(Object.values(PEOPLE).map(async (id) => (await get(caller, `/v1/people/${id}${path}`)).status));
      expect([path, statuses]).toEqual([path, EXPECTED[caller]]);
    }
  });
  it('a foreign person and one that does not exist are the same answer', async () => {
    const [foreign, missing] = await Promise.all([get('payroll', '/v1/people/e-9/ledger'), get('payroll', '/v1/people/nobody/ledger')]);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
  });
  it('nobody without a token, and /me is for employees', async () => {
    expect((await bonus.http.request('/v1/me/ledger')).status).toBe(401);
    expect((await get('payroll', '/v1/me/ledger')).status).toBe(403);
  });
  it('every look is logged with who and whose, also one’s own; refused ones are not looks', async () => {
    logged.length = 0;
    await get('payroll', '/v1/people/e-2/ledger/balance');
    await get('self', '/v1/me/awards/2026-11');
    await get('manager', '/v1/people/e-1/ledger');
    expect(
      logged.map(({ event, fields }) => [
        event,
        fields?.['subject'],
        fields?.['employeeId'],
        fields?.['what'],
        typeof fields?.['requestId'],
      ]),
    ).toEqual([
      ['pay.read', 'test-payroll', 'e-2', 'balance', 'string'],
      ['pay.read', 'e-1', 'e-1', 'awards', 'string'],
    ]);
  });
  it('unknown query members and bad periods are refused', async () => {
    for (const path of [
      '/v1/me/ledger?x=1',
      '/v1/me/ledger?limit=0',
      '/v1/me/ledger?limit=201',
      '/v1/me/ledger?cursor=zzz',
      '/v1/me/awards/2026-13',
      '/v1/me/ledger?asOf=yesterday',
    ]) {
      expect([path, (await get('self', path)).status]).toEqual([path, 400]);
    }
  });
});

describe('the outbox', () => {
  it('is swept: what notify has done goes, the rest is sent again', async () => {
    platform.clock.advance(120_000);
    const rows = platform.store.dump('ledger').filter(({ item }) => item.pk.startsWith('OUTBOX#'));
    expect(rows).toHaveLength(3);
    const message = JSON.parse(String(rows[0]?.item['message'])) as { noticeId: string };
    await platform.store.write({ op: 'put', table: 'notices', item: { pk: `NOTICE#${message.noticeId}`, sk: 'NOTICE' } });
    expect(await bonus.sweep()).toEqual({ confirmed: 1, resent: 2, parked: 0 });
  });
});
