import { beforeEach, describe, expect, it } from 'vitest';
import { entityKey } from '../read.ts';
import {
  AUDITOR,
  call,
  ENTITY,
  EVERYWHERE,
  MANAGER,
  OPERATOR,
  ok,
  PAYROLL,
  PLAN_OWNER,
  person,
  platform,
  pointers,
  put,
  startPeople,
  TREE,
  unit,
} from '../testing/people-fixture.ts';

beforeEach(startPeople);

describe('legal entities', () => {
  it('are created, read with a version, replaced on it, and left alone by the same content', async () => {
    const read = await call(AUDITOR, 'GET', '/v1/legal-entities/le-1');
    expect([read.status, read.etag, read.body]).toEqual([
      200,
      '"1"',
      {
        id: 'le-1',
        ...ENTITY,
        timeZone: 'Asia/Shanghai',
        bankTemplate: 'generic-csv-utf8',
        payerAccount: null,
        payday: 0,
        ranking: 'own-rank',
        adjustmentLimits: { managerFen: 200_000, payrollFen: 5_000_000 },
        version: 1,
      },
    ]);
    expect((await put('/v1/legal-entities/le-1', ENTITY)).body['version']).toBe(1);
    const changed = await put('/v1/legal-entities/le-1', { ...ENTITY, payday: 10 }, { 'if-match': '"1"' });
    expect([changed.status, changed.etag, changed.body['version']]).toEqual([200, '"2"', 2]);
    const stale = await put('/v1/legal-entities/le-1', { ...ENTITY, payday: 15 }, { 'if-match': '"1"' });
    expect([stale.status, stale.body['code']]).toEqual([412, 'precondition_failed']);
    expect((await put('/v1/legal-entities/le-1', ENTITY, { 'if-match': '1' })).status).toBe(400);
    expect((await put('/v1/legal-entities/le-1', ENTITY, { 'if-none-match': '*' })).status).toBe(412);
    const unchanged = await call(AUDITOR, 'GET', '/v1/legal-entities/le-1', { headers: { 'if-none-match': '"2"' } });
    expect(unchanged.status).toBe(304);
  });

  it('never show the account that wages are paid from, and keep it when its mask comes back', async () => {
    const stored = await put('/v1/legal-entities/le-1', { ...ENTITY, payerAccount: '1001202009112230' });
    const { version, ...read } = (await call(PAYROLL, 'GET', '/v1/legal-entities/le-1')).body;
    for (const shown of [stored.text, JSON.stringify(read), (await call(PAYROLL, 'GET', '/v1/legal-entities')).text]) {
      expect(shown).toContain('****2230');
      expect(shown).not.toContain('10012020');
    }
    await ok(put('/v1/legal-entities/le-1', { ...read, payday: 5 }, { 'if-match': `"${version}"` }));
    const item = await platform.store.get(entityKey('le-1'));
    expect(JSON.parse(String(item?.['doc']))).toMatchObject({ payday: 5, payerAccount: '1001202009112230' });
    expect(pointers(await put('/v1/legal-entities/le-1', { ...ENTITY, payerAccount: '****9999' }))).toEqual([
      'not_the_stored_account /payerAccount',
    ]);
    expect(pointers(await put('/v1/legal-entities/le-2', { ...ENTITY, payerAccount: '****2230' }, {}, EVERYWHERE))).toEqual([
      'not_the_stored_account /payerAccount',
    ]);
  });

  it('lists those of the token, page by page', async () => {
    expect((await call(OPERATOR, 'GET', '/v1/legal-entities')).body['items']).toHaveLength(1);
    const first = await call(EVERYWHERE, 'GET', '/v1/legal-entities?limit=1');
    const second = await call(EVERYWHERE, 'GET', `/v1/legal-entities?limit=1&cursor=${first.body['next']}`);
    expect([...(first.body['items'] as { id: string }[]), ...(second.body['items'] as { id: string }[])].map(({ id }) => id)).toEqual([
      'le-1',
      'le-2',
    ]);
    expect((await call(OPERATOR, 'GET', `/v1/legal-entities?cursor=${first.body['next']}`)).body['code']).toBe('invalid_cursor');
  });

  it('of another token look like missing ones', async () => {
    const foreign = await call(OPERATOR, 'GET', '/v1/legal-entities/le-2', { headers: { 'x-request-id': 'same' } });
    const missing = await call(OPERATOR, 'GET', '/v1/legal-entities/le-9', { headers: { 'x-request-id': 'same' } });
    expect([foreign.status, foreign.text]).toEqual([404, missing.text]);
    expect((await put('/v1/legal-entities/le-9/org-units', TREE, {}, EVERYWHERE)).status).toBe(404);
  });

  it('refuses another id than the path, unknown keys, and a new time zone once there are people', async () => {
    expect(pointers(await put('/v1/legal-entities/le-1', { ...ENTITY, id: 'le-2' }))).toEqual(['not_the_path /id']);
    expect((await put('/v1/legal-entities/le-1', { ...ENTITY, owner: 'me' })).status).toBe(400);
    await ok(put('/v1/legal-entities/le-1', { ...ENTITY, timeZone: 'Asia/Tokyo' }));
    await ok(put('/v1/people/li', person()));
    const moved = await put('/v1/legal-entities/le-1', { ...ENTITY, timeZone: 'Asia/Shanghai' });
    expect([moved.status, ...pointers(moved)]).toEqual([409, 'in_use /timeZone']);
  });
});

describe('org units', () => {
  const path = '/v1/legal-entities/le-1/org-units';

  it('replace the whole tree on its version', async () => {
    const changed = await put(path, { units: [...TREE.units, unit('new', 'office')] }, { 'if-match': '"1"' }, OPERATOR);
    expect([changed.status, changed.body['version']]).toEqual([200, 2]);
    expect((await put(path, TREE, { 'if-match': '"1"' })).status).toBe(412);
    const read = await call(PLAN_OWNER, 'GET', path);
    expect([(read.body['units'] as unknown[]).length, read.body['version'], read.etag]).toEqual([5, 2, '"2"']);
  });

  it('are refused with a pointer to each fault', async () => {
    const bad = { units: [unit('a', 'b'), unit('b', 'a'), unit('c', 'x'), unit('c'), { ...unit('d'), legalEntityId: 'le-2' }] };
    const answer = await put(path, bad);
    expect([answer.status, ...pointers(answer).sort()]).toEqual([
      400,
      'cycle /units/0/parentId',
      'cycle /units/1/parentId',
      'duplicate /units/3/id',
      'foreign_entity /units/4/legalEntityId',
      'unknown_parent /units/2/parentId',
    ]);
    expect((await call(AUDITOR, 'GET', path)).body['version']).toBe(1);
  });

  it('of people cannot be removed, but moved', async () => {
    await ok(put('/v1/people/li', person()));
    const removed = await put(path, { units: TREE.units.filter(({ id }) => id !== 'field') });
    expect([removed.status, ...pointers(removed)]).toEqual([409, 'unit_in_use /units']);
    await ok(put(path, { units: TREE.units.map((one) => (one.id === 'field' ? { ...one, parentId: 'office' } : one)) }));
    await ok(put(path, { units: TREE.units.filter(({ id }) => id !== 'office') }));
  });

  it('are refused when the tree would not fit into one item', async () => {
    const long = '部'.repeat(120);
    const units = Array.from({ length: 550 }, (_, index) => ({ ...unit(`u${index}`), name: { zh: long, en: long } }));
    const answer = await put(path, { units });
    expect([answer.status, answer.body['code']]).toEqual([413, 'payload_too_large']);
  });

  it('a manager sees the own units and below; who manages nothing sees what a stranger sees', async () => {
    const read = await call(MANAGER, 'GET', path);
    expect((read.body['units'] as { id: string }[]).map(({ id }) => id)).toEqual(['sales', 'field']);
    const nothing = await call({ roles: ['manager'], employeeId: 'li' }, 'GET', path);
    const unknown = await call({ roles: ['manager'], employeeId: 'li' }, 'GET', '/v1/legal-entities/le-9/org-units');
    expect([nothing.status, nothing.body['code'], nothing.body['detail']]).toEqual([404, unknown.body['code'], unknown.body['detail']]);
  });
});
