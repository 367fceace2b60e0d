import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../shared/adapters/store.ts';
import type { TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { composePeople } from '../compose.ts';
import { employeeKey, ownerKey } from '../read.ts';
import {
  type Answer,
  AUDITOR,
  call,
  EVERYWHERE,
  MANAGER,
  OPERATOR,
  OTHER_PAYROLL,
  ok,
  owns,
  PAYROLL,
  PLAN_OWNER,
  person,
  platform,
  pointers,
  put,
  SELF,
  startPeople,
} from '../testing/people-fixture.ts';

beforeEach(startPeople);

describe('people', () => {
  it('are created with their defaults, replaced, and keep their version when nothing changes', async () => {
    const created = await put('/v1/people/li', person());
    expect([created.status, created.etag, created.body['leftOn'], created.body['version']]).toEqual([201, '"1"', null, 1]);
    expect((await put('/v1/people/li', person())).body['version']).toBe(1);
    const left = await put('/v1/people/li', person({ leftOn: '2026-11-30' }), { 'if-match': '"1"' });
    expect([left.status, left.body['version']]).toEqual([200, 2]);
    expect((await put('/v1/people/li', person(), { 'if-match': '"1"' })).status).toBe(412);
    expect((await put('/v1/people/li', person({ id: 'wang' }))).status).toBe(400);
    expect((await put('/v1/people/li', person({ salary: 1 }))).status).toBe(400);
  });

  it('who work elsewhere than before have those months calculated again: once for each change, in its transaction', async () => {
    const asked = () => platform.queue.sent.map(({ queue, body }) => [queue, JSON.parse(body)]);
    const outbox = async () =>
      (
        await Promise.all(Array.from({ length: 8 }, (_, shard) => platform.store.query({ table: 'people', pk: `OUTBOX#${shard}` })))
      ).flatMap(({ items }) => items);
    await ok(put('/v1/people/li', person()));
    await ok(put('/v1/people/li', person({ name: 'another' })));
    expect([asked(), await outbox()]).toEqual([[], []]);
    const moved = person({ assignments: [{ from: '2026-01-01', orgUnitId: 'field', positionId: 'lead' }] });
    await ok(put('/v1/people/li', moved));
    await ok(put('/v1/people/li', moved));
    const messages = asked();
    expect(messages.length).toBeGreaterThan(0);
    expect(messages[0]).toEqual([
      'facts',
      { message: 'recalculation.requested', causeId: 'person:li:3', employeeId: 'li', legalEntityId: 'le-1', period: '2026-01' },
    ]);
    expect(await outbox()).toHaveLength(messages.length);
  });

  it('point to every fault against org tree and employment', async () => {
    const answer = await put('/v1/people/li', {
      ...person({ leftOn: '2025-12-31' }),
      assignments: [{ from: '2026-01-01', orgUnitId: 'nowhere', positionId: 'rep' }],
    });
    expect(pointers(answer)).toEqual([
      'left_before_hired /leftOn',
      'unknown_org_unit /assignments/0/orgUnitId',
      'outside_employment /assignments/0/from',
    ]);
    expect(pointers(await put('/v1/people/li', person({ legalEntityId: 'le-9' })))).toEqual(['unknown_entity /legalEntityId']);
    // A foreign entity is answered like one that does not exist.
    expect(pointers(await put('/v1/people/li', person({ legalEntityId: 'le-2' })))).toEqual(['unknown_entity /legalEntityId']);
    expect(platform.store.dump('people').some(({ item }) => item.pk.includes('li') && item.sk === 'OWNER')).toBe(false);
  });

  it('take ids with / and other letters by their encoded path', async () => {
    const id = '销售/王@北京';
    await ok(put(`/v1/people/${encodeURIComponent(id)}`, person()));
    expect((await call(AUDITOR, 'GET', `/v1/people/${encodeURIComponent(id)}`)).body['id']).toBe(id);
    expect((await put(`/v1/people/${encodeURIComponent('a#b')}`, person())).status).toBe(400);
  });

  it('claim their external ids, and one that is taken names its owner', async () => {
    await ok(put('/v1/people/li', person(owns('1', '2'))));
    const taken = await put('/v1/people/wang', person(owns('2')));
    expect([taken.status, ...pointers(taken)]).toEqual([409, 'external_id_taken /externalIds/0']);
    expect(taken.text).toContain('li');
    expect(await platform.store.get(employeeKey('wang'))).toBeUndefined();

    await ok(put('/v1/people/li', person(owns('1'))));
    await ok(put('/v1/people/wang', person(owns('2'))));
    const owner = async (id: string) => JSON.parse(String((await platform.store.get(ownerKey('hubspot', id)))?.['doc'])).employeeId;
    expect([await owner('1'), await owner('2')]).toEqual(['li', 'wang']);
  });

  it('do not name the owner of an external id in a foreign legal entity', async () => {
    await ok(put('/v1/people/secret-person', person({ ...owns('1'), legalEntityId: 'le-2' }), {}, EVERYWHERE));
    const taken = await put('/v1/people/li', person(owns('1')));
    expect(taken.status).toBe(409);
    expect(taken.text).not.toContain('secret-person');
    const sameId = await put('/v1/people/secret-person', person());
    expect([sameId.status, ...pointers(sameId)]).toEqual([409, 'taken /id']);
    expect((await put('/v1/people/secret-person', person(), { 'if-match': '"1"' })).status).toBe(409);
    const moved = await put('/v1/people/secret-person', person(), {}, EVERYWHERE);
    expect([moved.status, ...pointers(moved)]).toEqual([409, 'unchangeable /legalEntityId']);
  });

  it('are seen by whom the scope says, and a foreign one looks like a missing one', async () => {
    await ok(put('/v1/people/li', person()));
    await ok(put('/v1/people/boss', person({ assignments: [{ from: '2026-01-01', orgUnitId: 'office', positionId: 'm' }] })));
    const statusFor = async (who: TestPrincipal, id = 'li') => (await call(who, 'GET', `/v1/people/${id}`)).status;
    expect(await Promise.all([SELF, MANAGER, PAYROLL, AUDITOR, PLAN_OWNER, OPERATOR, OTHER_PAYROLL].map((who) => statusFor(who)))).toEqual([
      200, 200, 200, 200, 200, 403, 404,
    ]);
    expect(await statusFor(SELF, 'boss')).toBe(404);
    expect(await statusFor({ roles: ['manager'], employeeId: 'li' }, 'boss')).toBe(404);
    const foreign = await call(OTHER_PAYROLL, 'GET', '/v1/people/li', { headers: { 'x-request-id': 'same' } });
    const missing = await call(OTHER_PAYROLL, 'GET', '/v1/people/nobody', { headers: { 'x-request-id': 'same' } });
    expect(foreign.text).toBe(missing.text);
    expect((await call(null, 'GET', '/v1/people/li')).status).toBe(401);
  });

  it('have names of any script on one line, and no other', async () => {
    for (const name of ['李莉', 'Łukasz O’Brien-Åse', '𠮷野家', 'ئۇيغۇر', 'é', '🙂'])
      expect((await put('/v1/people/li', person({ name }))).status).toBeLessThan(300);
    for (const name of ['a\r\nSet-Cookie: x', 'a\u001b[31mred', 'a\u0085b', 'a\u2028b', '\u0000']) {
      const refused = await put('/v1/people/li', person({ name }));
      expect([name, refused.status, ...pointers(refused)]).toEqual([name, 400, 'invalid_format /name']);
    }
  });

  it('have a tag for each of the two answers: what a manager holds is not what payroll is shown', async () => {
    await ok(put('/v1/people/li', person()));
    const get = (who: TestPrincipal, headers = {}) => call(who, 'GET', '/v1/people/li', { headers });
    const [masked, whole] = [await get(MANAGER), await get(PAYROLL)];
    expect([masked.etag, whole.etag]).toEqual(['"1-masked"', '"1"']);
    expect((await get(PAYROLL, { 'if-none-match': '"1-masked"' })).status).toBe(200);
    expect((await get(PAYROLL, { 'if-none-match': 'W/"0", W/"1"' })).status).toBe(304);
    expect((await get(MANAGER, { 'if-none-match': '"1-masked"' })).status).toBe(304);
    // Not modified is only said to who may see it.
    expect((await get(OTHER_PAYROLL, { 'if-none-match': '*' })).status).toBe(404);
  });

  it('show the whole mobile number to themselves, payroll and auditors only', async () => {
    await ok(put('/v1/people/li', person()));
    const mobileFor = async (who: TestPrincipal) => (await call(who, 'GET', '/v1/people/li')).body['mobile'];
    expect(await Promise.all([SELF, PAYROLL, AUDITOR, MANAGER, PLAN_OWNER].map(mobileFor))).toEqual([
      '13800138000',
      '13800138000',
      '13800138000',
      '***8000',
      '***8000',
    ]);
    expect((await call(PLAN_OWNER, 'GET', '/v1/people?legalEntityId=le-1')).text).not.toContain('13800138000');
  });

  it('are listed by legal entity in signed pages, narrowed to the units of a manager', async () => {
    const office = { assignments: [{ from: '2026-01-01', orgUnitId: 'office', positionId: 'rep' }] };
    for (const [id, more] of Object.entries({ a: {}, b: office, c: {}, d: office })) await ok(put(`/v1/people/${id}`, person(more)));
    const list = async (who: TestPrincipal, limit: number) => {
      const ids: string[] = [];
      let cursor: unknown = null;
      for (let page = 0; page < 10; page += 1) {
        const answer: Answer = await call(who, 'GET', `/v1/people?legalEntityId=le-1&limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
        expect(answer.status, answer.text).toBe(200);
        ids.push(...(answer.body['items'] as { id: string }[]).map(({ id }) => id));
        cursor = answer.body['next'];
        if (cursor === null) break;
      }
      return ids;
    };
    expect(await list(PAYROLL, 3)).toEqual(['a', 'b', 'c', 'd']);
    expect(await list(MANAGER, 1)).toEqual(['a', 'c']);
    expect((await call(OTHER_PAYROLL, 'GET', '/v1/people?legalEntityId=le-1')).status).toBe(404);
    expect((await call(PAYROLL, 'GET', '/v1/people')).status).toBe(400);
    expect((await call(PAYROLL, 'GET', '/v1/people?legalEntityId=le-1&limit=201')).status).toBe(400);
    const { next } = (await call(PAYROLL, 'GET', '/v1/people?legalEntityId=le-1&limit=1')).body;
    expect((await call(AUDITOR, 'GET', `/v1/people?legalEntityId=le-1&cursor=${next}`)).body['code']).toBe('invalid_cursor');
    expect((await call(EVERYWHERE, 'GET', `/v1/people?legalEntityId=le-2&cursor=${next}`)).body['code']).toBe('invalid_cursor');
  });

  it('come back the same under one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await put('/v1/people/li', person(), headers);
    await ok(put('/v1/people/li', person({ name: '李莉' })));
    const again = await put('/v1/people/li', person(), headers);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect((await put('/v1/people/li', person({ name: 'x' }), headers)).status).toBe(422);
  });
});

describe('a batch of people', () => {
  const batch = (people: unknown[], who = PAYROLL) => call(who, 'POST', '/v1/people/batch', { body: { people } });
  interface Result {
    readonly index: number;
    readonly id: string | null;
    readonly status: string;
    readonly version?: number;
    readonly problem?: { readonly code: string; readonly errors?: readonly { readonly pointer: string }[] };
  }
  const results = async (answer: Promise<Answer>) => {
    const { status, body, text } = await answer;
    expect(status, text).toBe(200);
    return body['results'] as unknown as Result[];
  };

  it('stores each record alone: the bad ones say why, the others are in', async () => {
    await ok(put('/v1/people/old', person()));
    const got = await results(
      batch([
        { id: 'a', ...person(owns('1')) },
        { id: 'b', ...person({ hiredOn: '2026-02-30' }) },
        'nonsense',
        { id: 'c', ...person(owns('1')) },
        { id: 'a', ...person() },
        { id: 'old', ...person() },
        { id: 'old2', ...person({ legalEntityId: 'le-2' }) },
        { id: 'd', ...person(owns('9')) },
      ]),
    );
    expect(got.map(({ id, status, problem }) => [id, status, problem?.code, problem?.errors?.[0]?.pointer])).toEqual([
      ['a', 'created', undefined, undefined],
      ['b', 'refused', 'invalid_request', '/hiredOn'],
      [null, 'refused', 'invalid_request', '/'],
      ['c', 'refused', 'conflict', '/externalIds/0'],
      ['a', 'refused', 'invalid_request', '/id'],
      ['old', 'unchanged', undefined, undefined],
      ['old2', 'refused', 'invalid_request', '/legalEntityId'],
      ['d', 'created', undefined, undefined],
    ]);
    const stored = await Promise.all(['a', 'b', 'c', 'd'].map(async (id) => (await platform.store.get(employeeKey(id))) !== undefined));
    expect(stored).toEqual([true, false, false, true]);
  });

  it('lets a record take what the one before it released', async () => {
    await ok(put('/v1/people/a', person(owns('1'))));
    const got = await results(
      batch([
        { id: 'a', ...person() },
        { id: 'b', ...person(owns('1')) },
      ]),
    );
    expect(got.map(({ status }) => status)).toEqual(['replaced', 'created']);
  });

  it('loads once, and takes at most 100', async () => {
    let loads = 0;
    const counting: Store = {
      ...platform.store,
      get: (key) => {
        if (!key.pk.startsWith('IDEMPOTENCY')) loads += 1;
        return platform.store.get(key);
      },
      getMany: (keys) => {
        loads += 1;
        return platform.store.getMany(keys);
      },
    };
    const counted = composePeople({ ...platform, store: counting }).http;
    const people = Array.from({ length: 100 }, (_, index) => ({ id: `p${index}`, ...person(owns(`o${index}`)) }));
    expect((await call(PAYROLL, 'POST', '/v1/people/batch', { body: { people }, api: counted })).status).toBe(200);
    expect(loads).toBe(1);
    expect((await batch([...people, { id: 'p100', ...person() }])).status).toBe(400);
    expect((await batch([])).status).toBe(400);
    expect((await batch([{ id: 'x', ...person() }], OPERATOR)).status).toBe(403);
  });
});
