import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../shared/adapters/store.ts';
import { contractOf, type NoticeRequested } from '../../shared/contracts/messages.ts';
import { instant } from '../../shared/kernel/period.ts';
import type { SqsEvent } from '../../shared/runtime/sqs-handler.ts';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../test/simulation/memory-platform.ts';
import { composeNotify, type Notify } from './compose.ts';
import { noticeKey, parseNotice } from './read.ts';

const request = (noticeId: string, changes: Partial<NoticeRequested> = {}): NoticeRequested => ({
  message: 'notice.requested',
  noticeId,
  employeeId: 'li',
  legalEntityId: 'le-1',
  template: 'payslip-published',
  title: { zh: '工资条已发布', en: 'Payslip published' },
  body: { zh: '实发 9,876.54 元', en: 'Net pay 9,876.54 yuan' },
  link: '/v1/payslips/1',
  requestedAt: instant('2026-11-30T10:00:00+08:00'),
  ...changes,
});
const event = (...bodies: unknown[]): SqsEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
  })),
});
const person = (id: string, language: string, legalEntityId = 'le-1') => ({
  op: 'put' as const,
  table: 'people' as const,
  item: { pk: `EMPLOYEE#${id}`, sk: 'PROFILE', version: 1, doc: JSON.stringify({ id, legalEntityId, language }) },
});

const SELF: TestPrincipal = { roles: ['employee'], employeeId: 'li' };
const PAYROLL: TestPrincipal = { roles: ['payroll'], entities: ['le-1'] };
const AUDITOR: TestPrincipal = { roles: ['auditor'], entities: ['le-1'] };
const OPERATOR: TestPrincipal = { roles: ['operator'], entities: ['le-1'] };
const FOREIGN: TestPrincipal = { roles: ['payroll', 'auditor', 'operator'], entities: ['le-2'] };

let platform: MemoryPlatform;
let notify: Notify;
let logged: { readonly event: string; readonly fields: Record<string, unknown> }[];
const fresh = async (): Promise<void> => {
  logged = [];
  const record = (name: string, fields: object = {}) => {
    logged.push({ event: name, fields: { ...fields } });
  };
  platform = memoryPlatform({ log: { info: record, warn: record, error: record } });
  await platform.store.writeMany([person('li', 'en'), person('wang', 'zh-CN'), person('far', 'zh-CN', 'le-2')]);
  notify = composeNotify(platform);
};
beforeEach(fresh);

const call = async (who: TestPrincipal, method: string, path: string) => {
  const response = await notify.http.request(path, { method, headers: { authorization: platform.bearer(who), 'x-request-id': 'same' } });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as { readonly [name: string]: unknown } };
};
const ids = (body: { readonly [name: string]: unknown }) => (body['items'] as { noticeId: string }[]).map(({ noticeId }) => noticeId);
const stored = async (noticeId: string) => parseNotice(await platform.store.get(noticeKey(noticeId)));
const notices = () => platform.store.dump('notices').filter(({ item }) => item.pk.startsWith('NOTICE#'));

describe('notice.requested', () => {
  it('is stored once under the key that is its done mark, in the language of the person', async () => {
    expect(await notify.onNoticeRequested(event(request('n1'), request('n2', { employeeId: 'wang' })))).toEqual({ batchItemFailures: [] });
    const mark = contractOf('notice.requested').doneMark(request('n1'));
    expect(await platform.store.get(mark)).toBeDefined();
    expect([(await stored('n1'))?.language, (await stored('n2'))?.language]).toEqual(['en', 'zh-CN']);
  });

  it('for somebody who is not known is kept all the same, or it would be sent for ever', async () => {
    await notify.onNoticeRequested(event(request('n1', { employeeId: 'not-yet' })));
    expect(await stored('n1')).toMatchObject({ employeeId: 'not-yet', language: 'zh-CN' });
  });

  it('any number of times, in any order and grouping, gives exactly one notice each, untouched since the first', async () => {
    const messages = ['a', 'b', 'c', 'd'].map((id, index) =>
      request(id, { requestedAt: instant(`2026-11-30T10:0${index}:00+08:00`), employeeId: index % 2 ? 'wang' : 'li' }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), { maxLength: 5 }),
        fc.boolean(),
        async (batches, atOnce) => {
          await fresh();
          const deliver = (batch: number[]) => notify.onNoticeRequested(event(...batch.map((index) => messages[index])));
          const all = [...batches, [3, 1, 0, 2]];
          if (atOnce) await Promise.all(all.map(deliver));
          else
            for (const batch of all) {
              await deliver(batch);
              platform.clock.advance(1000);
            }
          expect(notices().map(({ item }) => [item.pk, item['version']])).toEqual(['a', 'b', 'c', 'd'].map((id) => [`NOTICE#${id}`, 1]));
          expect(ids((await call(SELF, 'GET', '/v1/notices')).body)).toEqual(['c', 'a']);
          for (const id of ['a', 'b', 'c', 'd']) expect((await stored(id))?.attempts).toHaveLength(1);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('that comes again after it was read stays read', async () => {
    await notify.onNoticeRequested(event(request('n1')));
    await call(SELF, 'POST', '/v1/notices/n1/read');
    await notify.onNoticeRequested(event(request('n1')));
    expect((await stored('n1'))?.readAt).toBe(platform.clock.now());
  });

  it('that another delivery stored, and its person read, between our look and our write changes nothing', async () => {
    let writes = 0;
    const slow: Store = {
      ...platform.store,
      write: async (operation) => {
        writes += 1;
        if (writes === 1) {
          await notify.onNoticeRequested(event(request('n1')));
          await call(SELF, 'POST', '/v1/notices/n1/read');
        }
        return platform.store.write(operation);
      },
    };
    const handler = composeNotify({ ...platform, store: slow }).onNoticeRequested;
    expect(await handler(event(request('n1')))).toEqual({ batchItemFailures: [] });
    expect((await stored('n1'))?.readAt).not.toBeNull();
    await handler(event(request('n1')));
    expect(writes).toBe(1);
  });

  it('with another content under the same id changes nothing and is noticed', async () => {
    await notify.onNoticeRequested(event(request('n1')));
    await notify.onNoticeRequested(event(request('n1', { body: { zh: '别的', en: 'other' } })));
    expect((await stored('n1'))?.body.en).toBe('Net pay 9,876.54 yuan');
    expect(logged.filter(({ event: name }) => name === 'notice.conflict')).toHaveLength(1);
  });

  it('that cannot be read or stored fails alone', async () => {
    const failing: Store = {
      ...platform.store,
      write: (operation) =>
        operation.op === 'put' && operation.item.pk === 'NOTICE#n2'
          ? Promise.reject(new Error('throttled'))
          : platform.store.write(operation),
    };
    const handler = composeNotify({ ...platform, store: failing }).onNoticeRequested;
    const answer = await handler(event(request('n1'), request('n2'), 'not json', { ...request('n3'), extra: 1 }, request('n4')));
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(['m1', 'm2', 'm3']);
    expect(notices().map(({ item }) => item.pk)).toEqual(['NOTICE#n1', 'NOTICE#n4']);
  });

  it.each(['before', 'after'] as const)('survives a crash %s every single call', async (when) => {
    const batch = event(request('n1'), request('n2'), request('n3'));
    for (let crashAt = 1; ; crashAt += 1) {
      await fresh();
      let calls = 0;
      const crashing = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
        return async (...args: A): Promise<R> => {
          calls += 1;
          if (calls !== crashAt) return call(...args);
          if (when === 'after') await call(...args);
          throw new Error('crashed');
        };
      };
      const store: Store = { ...platform.store, getMany: crashing(platform.store.getMany), write: crashing(platform.store.write) };
      await composeNotify({ ...platform, store }).onNoticeRequested(batch);
      const crashed = calls >= crashAt;
      await notify.onNoticeRequested(batch);
      expect(notices().map(({ item }) => [item.pk, item['version']])).toEqual(['n1', 'n2', 'n3'].map((id) => [`NOTICE#${id}`, 1]));
      if (!crashed) {
        expect(crashAt).toBe(5);
        return;
      }
    }
  });
});

describe('GET /v1/notices', () => {
  beforeEach(async () => {
    const at = (minute: number) => instant(`2026-11-30T10:0${minute}:00+08:00`);
    await notify.onNoticeRequested(
      event(
        request('second', { requestedAt: at(2) }),
        request('first', { requestedAt: at(1) }),
        request('third', { requestedAt: at(3) }),
        request('of-wang', { employeeId: 'wang' }),
        request('far away', { employeeId: 'far', legalEntityId: 'le-2' }),
      ),
    );
  });

  it('gives the own ones, newest first, in signed pages', async () => {
    expect(ids((await call(SELF, 'GET', '/v1/notices')).body)).toEqual(['third', 'second', 'first']);
    const first = await call(SELF, 'GET', '/v1/notices?limit=2');
    const second = await call(SELF, 'GET', `/v1/notices?limit=2&cursor=${first.body['next']}`);
    expect([...ids(first.body), ...ids(second.body)]).toEqual(['third', 'second', 'first']);
    const stolen = await call({ roles: ['employee'], employeeId: 'wang' }, 'GET', `/v1/notices?cursor=${first.body['next']}`);
    expect(stolen.body['code']).toBe('invalid_cursor');
    expect((await call(SELF, 'GET', '/v1/notices?limit=0')).status).toBe(400);
    expect((await call(SELF, 'GET', '/v1/notices?who=wang')).status).toBe(400);
  });

  it('gives payroll and auditors of the entity everything and logs it, operators only the delivery', async () => {
    for (const who of [PAYROLL, AUDITOR]) {
      const { text } = await call(who, 'GET', '/v1/notices?employeeId=li');
      expect(text).toContain('9,876.54');
    }
    expect(logged.filter(({ event: name }) => name === 'pay.read').map(({ fields }) => [fields['employeeId'], fields['what']])).toEqual([
      ['li', 'notices'],
      ['li', 'notices'],
    ]);
    const { status, text, body } = await call(OPERATOR, 'GET', '/v1/notices?employeeId=li');
    expect(status).toBe(200);
    expect(text).not.toMatch(/9,876|Payslip|工资|payslips\/1/);
    expect((body['items'] as object[])[0]).toMatchObject({
      noticeId: 'third',
      title: null,
      body: null,
      link: null,
      sms: { text: null, segments: 1 },
      attempts: [{ channel: 'local', outcome: 'delivered' }],
    });
  });

  it('is closed to everybody else, who cannot tell a foreign person from a missing one', async () => {
    const foreign = await call(FOREIGN, 'GET', '/v1/notices?employeeId=li');
    const missing = await call(FOREIGN, 'GET', '/v1/notices?employeeId=nobody');
    expect([foreign.status, foreign.text]).toEqual([404, missing.text]);
    expect((await call(SELF, 'GET', '/v1/notices?employeeId=wang')).status).toBe(404);
    expect((await call({ roles: ['manager'], employeeId: 'boss', entities: '*' }, 'GET', '/v1/notices?employeeId=li')).status).toBe(403);
    expect((await call({ roles: ['plan-owner'], entities: '*' }, 'GET', '/v1/notices?employeeId=li')).status).toBe(403);
    // A role for the route is not yet a reason to see a colleague.
    expect(
      (await call({ roles: ['employee', 'manager'], employeeId: 'wang', entities: '*' }, 'GET', '/v1/notices?employeeId=li')).status,
    ).toBe(404);
    expect((await call(PAYROLL, 'GET', '/v1/notices')).status).toBe(400);
  });

  it('gives one notice by id under the same rules', async () => {
    expect((await call(SELF, 'GET', '/v1/notices/first')).text).toContain('9,876.54');
    expect((await call(OPERATOR, 'GET', '/v1/notices/first')).text).not.toContain('9,876.54');
    expect((await call(FOREIGN, 'GET', '/v1/notices/far%20away')).status).toBe(200);
    const foreign = await call(FOREIGN, 'GET', '/v1/notices/first');
    const missing = await call(FOREIGN, 'GET', '/v1/notices/nothing');
    expect([foreign.status, foreign.text]).toEqual([404, missing.text]);
    expect((await call(SELF, 'GET', '/v1/notices/of-wang')).status).toBe(404);
  });

  it('lets only its person say that it was read; the first time counts', async () => {
    expect((await call({ roles: ['employee'], employeeId: 'wang' }, 'POST', '/v1/notices/first/read')).status).toBe(404);
    expect((await call(PAYROLL, 'POST', '/v1/notices/first/read')).status).toBe(403);
    const read = await call(SELF, 'POST', '/v1/notices/first/read');
    expect(read.body['readAt']).toBe(platform.clock.now());
    platform.clock.advance(60_000);
    expect((await call(SELF, 'POST', '/v1/notices/first/read')).text).toBe(read.text);
    const both = await Promise.all([1, 2, 3].map(() => call(SELF, 'POST', '/v1/notices/second/read')));
    expect(both.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

describe('the OpenAPI document', () => {
  it('has every route with a summary and a tag', () => {
    const document = notify.http.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'notify', version: '1' } });
    const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { summary?: string; tags?: string[] }>).map(([method, { summary, tags }]) => [
        `${method} ${path}`,
        typeof summary,
        tags?.[0],
      ]),
    );
    expect(operations).toEqual([
      ['get /v1/notices', 'string', 'notices'],
      ['get /v1/notices/{noticeId}', 'string', 'notices'],
      ['post /v1/notices/{noticeId}/read', 'string', 'notices'],
    ]);
  });
});
