import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { composeNotify, type Notify } from '../../notify/compose.ts';
import { documentOf, indicator, metric, signed, versionOf } from '../../scoring/testing/plans.ts';
import { credited, eventOf, newWorld, type World } from '../../scoring/testing/world.ts';
import { composePortal, type PortalService } from '../compose.ts';

const plan = versionOf(
  documentOf([metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] })], {
    indicators: [indicator('sales', '100', '3000')],
  }),
);
const SELF: TestPrincipal = { roles: ['employee'], employeeId: 'e-1' };
const manager = (employeeId: string): TestPrincipal => ({ roles: ['manager', 'employee'], employeeId });
const TEXT = { zh: '先跟进方案提交的客户', en: 'Follow up proposals first' };

let world: World;
let platform: MemoryPlatform;
let portal: PortalService;
let notify: Notify;
const call = async (
  who: TestPrincipal,
  method: string,
  path: string,
  { body, headers = {}, api = portal.http }: { body?: unknown; headers?: Record<string, string>; api?: PortalService['http'] } = {},
) => {
  const response = await api.request(path, {
    method,
    headers: { authorization: platform.bearer(who), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
};
const send = (body: unknown = { indicator: 'sales', text: TEXT }, who = manager('lead'), headers: Record<string, string> = {}) =>
  call(who, 'POST', '/v1/people/e-1/hints', { body, headers });
const items = ({ body }: { readonly body: Record<string, unknown> }) => body['items'] as readonly Record<string, unknown>[];
const told = () => platform.queue.sent.filter(({ queue }) => queue === 'notices').map(({ body }) => JSON.parse(body) as unknown);
const deliver = (messages: readonly unknown[]) => notify.onNoticeRequested(eventOf(messages) as never);
const rows = () => platform.store.dump('portal').filter(({ item }) => item.pk.startsWith('OUTBOX#'));

beforeEach(async () => {
  platform = memoryPlatform();
  world = await newWorld([plan], platform);
  await world.putEmployee('lead', { orgUnitId: 'team' });
  await world.deliver([credited(signed('crm:a', 'o1', 'c1', 100_000))]);
  portal = composePortal(platform, { openapi: () => ({}), docsAsset: async () => undefined });
  notify = composeNotify(platform);
});

describe('POST /v1/people/{id}/hints', () => {
  it('arrives as a notice by the queue, and both read it back with what became of it', async () => {
    const sent = await send();
    expect(sent.status).toBe(201);
    expect(sent.body).toMatchObject({
      employeeId: 'e-1',
      legalEntityId: 'le',
      period: '2026-11',
      indicator: { id: 'sales' },
      text: TEXT,
      from: { employeeId: 'lead', name: 'lead' },
      sentAt: platform.clock.now(),
    });
    expect(items(await call(SELF, 'GET', '/v1/me/hints'))).toEqual([{ ...sent.body, deliveredAt: null, readAt: null }]);
    await deliver(told());
    const notices = items(await call(SELF, 'GET', '/v1/notices', { api: notify.http }));
    expect(notices.map(({ template, body }) => [template, (body as { zh: string }).zh])).toEqual([
      ['manager-hint', 'lead 就「sales」(2026-11)给您的建议:先跟进方案提交的客户'],
    ]);
    const deliveredAt = platform.clock.now();
    platform.clock.advance(60_000);
    await call(SELF, 'POST', `/v1/notices/${encodeURIComponent(String(notices[0]?.['noticeId']))}/read`, { api: notify.http });
    for (const [who, path] of [
      [SELF, '/v1/me/hints'],
      [SELF, '/v1/people/e-1/hints'],
      [manager('lead'), '/v1/people/e-1/hints'],
      [manager('boss'), '/v1/people/e-1/hints'],
    ] as const) {
      expect(items(await call(who, 'GET', path))).toEqual([{ ...sent.body, deliveredAt, readAt: platform.clock.now() }]);
    }
  });
  it('that the queue loses is sent again until the notice is there', async () => {
    const lossy = composePortal(
      { ...platform, queue: { ...platform.queue, send: async (messages) => ({ notSent: messages.length }) } },
      { openapi: () => ({}), docsAsset: async () => undefined },
    );
    const sent = await call(manager('lead'), 'POST', '/v1/people/e-1/hints', { body: { indicator: 'sales' }, api: lossy.http });
    expect([sent.status, told(), rows().length]).toEqual([201, [], 1]);
    platform.clock.advance(60_000);
    expect(await portal.sweep()).toMatchObject({ resent: 1 });
    await deliver(told());
    expect(await portal.sweep()).toMatchObject({ confirmed: 1 });
    expect(rows()).toEqual([]);
  });
  it('sent again on the same day is the same hint, and nobody is told twice; another day it is another', async () => {
    const first = await send();
    platform.clock.advance(3_600_000);
    const again = await send();
    expect([again.status, again.body, told().length]).toEqual([200, first.body, 1]);
    await Promise.all([send({ indicator: 'sales' }), send({ indicator: 'sales' })]);
    expect(told()).toHaveLength(2);
    platform.clock.set('2026-11-24T09:00:00+08:00');
    expect((await send()).status).toBe(201);
    expect(items(await call(SELF, 'GET', '/v1/me/hints')).map(({ sentAt }) => String(sentAt).slice(0, 10))).toEqual([
      '2026-11-24',
      '2026-11-23',
      '2026-11-23',
    ]);
  });
  it('under one Idempotency-Key is answered once; another request under it is refused', async () => {
    const key = { 'idempotency-key': 'k1' };
    const first = await send(undefined, undefined, key);
    const again = await send(undefined, undefined, key);
    expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([201, 'true', first.body]);
    expect((await send({ indicator: 'sales' }, undefined, key)).body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });
  it('without words says how the indicator stands; one language stands for both', async () => {
    expect((await send({ indicator: 'sales' })).body['text']).toMatchObject({
      zh: expect.stringContaining('sales:实际 1,000.00 元,目标 3,000.00 元;已过 23/30 天'),
    });
    expect((await send({ indicator: 'sales', text: { en: 'Call them' } })).body['text']).toEqual({ zh: 'Call them', en: 'Call them' });
  });
  it('is for managers above the person on that day: not beside, not from below, not to oneself', async () => {
    const statuses = [];
    for (const who of ['boss', 'other-lead', 'e-2', 'e-1']) statuses.push((await send(undefined, manager(who))).status);
    expect(statuses).toEqual([201, 404, 404, 404]);
    expect((await call(manager('lead'), 'POST', '/v1/people/lead/hints', { body: { indicator: 'sales' } })).status).toBe(404);
    expect((await call(manager('boss'), 'POST', '/v1/people/nobody/hints', { body: { indicator: 'sales' } })).status).toBe(404);
    const staff: TestPrincipal = { roles: ['payroll', 'plan-owner'], entities: '*' };
    expect((await send(undefined, staff)).status).toBe(403);
    expect((await send(undefined, { ...staff, roles: ['payroll', 'manager'], employeeId: 'other-lead' })).status).toBe(404);
    expect(told()).toHaveLength(1);
  });
  it('nobody else reads it', async () => {
    await send();
    const read = async (who: TestPrincipal) => (await call(who, 'GET', '/v1/people/e-1/hints')).status;
    expect([await read(manager('other-lead')), await read({ roles: ['employee'], employeeId: 'e-2' })]).toEqual([404, 404]);
    expect(items(await call({ roles: ['employee'], employeeId: 'e-2' }, 'GET', '/v1/me/hints'))).toEqual([]);
  });
  it.each([
    ['no indicator', { text: TEXT }, '/indicator'],
    ['an indicator that the scheme does not have', { indicator: 'visits' }, '/indicator'],
    ['a month in which there is no plan', { indicator: 'sales', period: '2025-11' }, '/indicator'],
    ['words in no language', { indicator: 'sales', text: {} }, '/text'],
    ['words of two lines', { indicator: 'sales', text: { zh: 'a\nb' } }, '/text/zh'],
    ['too many words', { indicator: 'sales', text: { en: 'a'.repeat(1001) } }, '/text/en'],
    ['an unknown member', { indicator: 'sales', urgent: true }, '/urgent'],
  ])('refuses %s', async (_, body, pointer) => {
    const answer = await send(body);
    expect([answer.status, (answer.body['errors'] as { pointer: string }[])[0]?.pointer]).toEqual([400, pointer]);
    expect(told()).toEqual([]);
  });
  it('of many gives them page by page', async () => {
    for (let day = 1; day <= 3; day += 1) {
      platform.clock.set(`2026-11-0${day}T09:00:00+08:00`);
      await send();
    }
    const first = await call(SELF, 'GET', '/v1/me/hints?limit=2');
    const second = await call(SELF, 'GET', `/v1/me/hints?limit=2&cursor=${String(first.body['next'])}`);
    const days = [...items(first), ...items(second)].map(({ sentAt }) => String(sentAt).slice(8, 10));
    expect([items(first).length, days, second.body['next']]).toEqual([2, ['03', '02', '01'], null]);
    expect((await call(manager('lead'), 'GET', `/v1/people/e-1/hints?cursor=${String(first.body['next'])}`)).status).toBe(400);
  });
});
