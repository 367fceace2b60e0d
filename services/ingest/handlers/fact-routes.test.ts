import { beforeEach, describe, expect, it } from 'vitest';
import {
  ERP,
  OPERATOR,
  order,
  outcomes,
  PAYROLL,
  refund,
  results,
  type SOURCES,
  STRANGER,
  startWorld,
  type World,
} from '../testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
const post = (facts: readonly unknown[], source: keyof typeof SOURCES = 'erp-1', who = ERP) =>
  world.call(who, 'POST', `/v1/facts?source=${source}`, { facts });
const detail = (id: string) => world.call(PAYROLL, 'GET', `/v1/facts/${encodeURIComponent(`erp-1:${id}`)}`);

describe('recording a batch', () => {
  it('records a fact once, credited to the owner, and tells scoring', async () => {
    expect(results(await post([order('o1')]))).toEqual([
      { index: 0, id: 'o1', factId: 'erp-1:o1', outcome: 'recorded', reason: null, problem: null },
    ]);
    expect(outcomes(await post([order('o1')]))).toEqual(['duplicate']);
    expect(world.told()).toEqual([
      {
        message: 'fact.credited',
        factId: 'erp-1:o1',
        revision: 1,
        employeeId: 'e-1',
        legalEntityId: 'le-1',
        period: '2026-11',
        fact: {
          factId: 'erp-1:o1',
          revision: 1,
          type: 'order.signed',
          employeeId: 'e-1',
          legalEntityId: 'le-1',
          period: '2026-11',
          occurredAt: '2026-11-05T02:00:00.000Z',
          date: '2026-11-05',
          subject: { orderId: 'SO-o1', customerId: 'C1' },
          attributes: {},
          shareMillionths: 1_000_000,
          amountFen: 1_000_000,
          totalAmountFen: 1_000_000,
        },
      },
    ]);
  });

  it('counts a fact in the month of the legal entity’s time zone', async () => {
    await post([
      order('a', { occurredAt: '2026-10-31T16:30:00Z' }),
      order('b', { occurredAt: '2026-10-31T15:59:59Z' }),
      order('c', { occurredAt: '2026-11-01T00:10:00+09:00' }),
    ]);
    expect(world.told().map(({ period, fact }) => [period, fact?.date])).toEqual([
      ['2026-11', '2026-11-01'],
      ['2026-10', '2026-10-31'],
      ['2026-10', '2026-10-31'],
    ]);
  });

  it('refuses a malformed record alone, with a pointer to each bad field', async () => {
    const answer = await post([
      order('a'),
      { ...order('b'), amountFen: 1.5, extra: true, credits: [{ externalOwner: 'u-1', employeeId: 'e-1' }] },
      'text',
      order('c'),
    ]);
    expect(answer.status).toBe(200);
    expect(outcomes(answer)).toEqual(['recorded', 'rejected', 'rejected', 'recorded']);
    const [, bad, text] = results(answer) as {
      id: string | null;
      reason: string;
      problem: { code: string; errors: { pointer: string }[] };
    }[];
    expect(bad).toMatchObject({ id: 'b', reason: 'malformed', problem: { code: 'invalid_request' } });
    expect(bad?.problem.errors.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/facts/1/amountFen', '/facts/1/credits/0', '/facts/1/extra']),
    );
    expect(text).toMatchObject({ id: null, factId: null });
    expect(world.told()).toHaveLength(2);
  });

  it('refuses by name: the future, shares that are not 100 %, too much of it', async () => {
    world.platform.clock.set('2026-11-23T09:00:00+08:00');
    const attributes = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`a${index}`, '长'.repeat(150)]));
    const answer = await post([
      order('future', { occurredAt: '2026-11-24T09:00:00.001+08:00' }),
      order('near', { occurredAt: '2026-11-24T09:00:00+08:00' }),
      order('99', {
        credits: [
          { externalOwner: 'u-1', share: 60 },
          { externalOwner: 'u-2', share: 39.9999 },
        ],
      }),
      order('large', { attributes }),
    ]);
    expect(results(answer).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['rejected', 'occurred_in_future'],
      ['recorded', null],
      ['rejected', 'shares_not_100'],
      ['rejected', 'fact_too_large'],
    ]);
    expect(results(answer)[0]).toMatchObject({ problem: { errors: [{ pointer: '/facts/0/occurredAt', code: 'occurred_in_future' }] } });
    expect((await detail('future')).status).toBe(404);
  });

  it('splits to the fen, and makes one part of two users who are one person', async () => {
    await world.hire('e-3', [
      { source: 'erp-1', externalId: 'u-3' },
      { source: 'erp-1', externalId: 'u-3b' },
    ]);
    const share = (externalOwner: string, percent: number) => ({ externalOwner, share: percent });
    await post([
      order('third', { amountFen: 100, credits: [share('u-1', 33.3333), share('u-2', 33.3333), share('u-3', 33.3334)] }),
      order('same', { amountFen: 101, credits: [share('u-3', 25), share('u-1', 50), share('u-3b', 25)] }),
      order('person', { amountFen: 7, credits: [{ employeeId: 'e-2', share: 100 }] }),
    ]);
    expect(world.parts()).toEqual({
      'e-1 2026-11 erp-1:same': 50,
      'e-1 2026-11 erp-1:third': 33,
      'e-2 2026-11 erp-1:person': 7,
      'e-2 2026-11 erp-1:third': 33,
      'e-3 2026-11 erp-1:same': 51,
      'e-3 2026-11 erp-1:third': 34,
    });
  });

  it('keeps a fact that is nobody’s, with the reason', async () => {
    world.platform.clock.set('2026-12-20T09:00:00+08:00');
    const answer = await post([
      order('owner', { credits: [{ externalOwner: 'nobody' }] }),
      order('employee', { credits: [{ employeeId: 'nobody' }] }),
      order('early', { occurredAt: '2026-01-31T10:00:00+08:00' }),
      order('type', { type: 'lottery.won' }),
      refund('r', 'never'),
      refund('amount', 'never', { amountFen: undefined }),
    ]);
    expect(results(answer).map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
      'unassigned owner_unknown',
      'unassigned employee_unknown',
      'unassigned employee_not_employed',
      'unassigned type_unknown',
      'unassigned order_unknown',
      'unassigned attribute_invalid',
    ]);
    expect(world.told()).toEqual([]);
    const registered = await post(
      [order('none', { subject: { orderId: 'x' } }), order('who'), order('visit', { type: 'followup.logged', subject: {} })],
      'erp-reg',
    );
    expect(results(registered).map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
      'unassigned customer_missing',
      'unassigned customer_unknown',
      'recorded null',
    ]);
  });

  it('another content under the same id and revision is a conflict, kept for review, and counted by nobody', async () => {
    await post([order('o1')]);
    const other = order('o1', { amountFen: 9 });
    const answer = await post([other, other]);
    expect(results(answer)[0]).toMatchObject({
      outcome: 'conflict',
      reason: 'fact_conflict',
      problem: { code: 'fact_conflict', status: 409 },
    });
    expect(outcomes(answer)).toEqual(['conflict', 'conflict']);
    await post([other]);
    const list = await world.call(OPERATOR, 'GET', '/v1/facts?status=conflict');
    expect(list.body['items']).toMatchObject([{ factId: 'erp-1:o1', fact: { amountFen: 9 }, resolved: false }]);
    expect((await detail('o1')).body).toMatchObject({
      conflicts: 1,
      fact: { amountFen: 1_000_000 },
      conflicting: [{ fact: { amountFen: 9 } }],
    });
    expect(world.told()).toHaveLength(1);
  });

  it('a correction voids the earlier revision, settles its conflicts, and keeps the history', async () => {
    await post([order('o1'), order('o1', { amountFen: 9 })]);
    const answer = await post([order('o1', { revision: 2, amountFen: 500, credits: [{ externalOwner: 'u-2' }] })]);
    expect(outcomes(answer)).toEqual(['corrected']);
    expect(world.parts()).toEqual({ 'e-2 2026-11 erp-1:o1': 500 });
    expect(world.told().slice(1)).toMatchObject([
      { employeeId: 'e-1', revision: 2, fact: null },
      { employeeId: 'e-2', revision: 2, fact: { amountFen: 500 } },
    ]);
    expect((await world.call(OPERATOR, 'GET', '/v1/facts?status=conflict')).body['items']).toEqual([]);
    expect((await detail('o1')).body).toMatchObject({
      revision: 2,
      credits: [{ employeeId: 'e-2', period: '2026-11', shareMillionths: 1_000_000, amountFen: 500 }],
      revisions: [{ revision: 1, conflicts: 1, credits: [{ employeeId: 'e-1' }] }],
      conflicting: [{ resolved: true }],
    });
    expect(outcomes(await post([order('o1'), order('o1', { revision: 2, amountFen: 500, credits: [{ externalOwner: 'u-2' }] })]))).toEqual([
      'superseded',
      'duplicate',
    ]);
    expect(world.told()).toHaveLength(3);
  });

  it('a withdrawn fact counts no more', async () => {
    await post([
      order('o1', {
        credits: [
          { externalOwner: 'u-1', share: 50 },
          { externalOwner: 'u-2', share: 50 },
        ],
      }),
    ]);
    expect(outcomes(await post([order('o1', { revision: 7, voided: true })]))).toEqual(['corrected']);
    expect(world.parts()).toEqual({});
    expect((await detail('o1')).body).toMatchObject({ status: 'voided', credits: [] });
  });

  it('names such as __proto__ and constructor are just names', async () => {
    const hostile = JSON.parse('{"__proto__":"x","constructor":"y","toString":true}');
    const answer = await post([
      order('a', { attributes: hostile }),
      order('constructor'),
      order('b', { credits: [{ externalOwner: '__proto__' }] }),
    ]);
    expect(results(answer).map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
      'recorded null',
      'recorded null',
      'unassigned owner_unknown',
    ]);
    expect((await detail('constructor')).body).toMatchObject({ factId: 'erp-1:constructor' });
    expect(Object.keys(world.told()[0]?.fact?.attributes ?? {}).sort()).toEqual(expect.arrayContaining(['constructor', 'toString']));
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    const top = await world.call(
      ERP,
      'POST',
      '/v1/facts?source=erp-1',
      JSON.parse(`{"facts":[{"__proto__":{"id":"p"},"type":"order.signed"}]}`),
    );
    expect(outcomes(top)).toEqual(['rejected']);
  });

  it('refuses what has no place in a key or in UTF-8: control characters, half characters, times beyond the calendar', async () => {
    const refused = [
      order('a\u0000b', { subject: {} }),
      order('a\u001b[31m', { subject: {} }),
      order('b', { occurredAt: '9999-12-31T23:59:59-08:00' }),
      order('c', { occurredAt: '0001-01-01T00:00:00+14:00' }),
    ];
    const answer = await post([...refused, order('fine')]);
    expect(outcomes(answer)).toEqual(['rejected', 'rejected', 'rejected', 'rejected', 'recorded']);
    expect(results(answer).flatMap(({ problem }) => (problem as { errors?: { pointer: string }[] } | null)?.errors ?? [])).toMatchObject([
      { pointer: '/facts/0/id' },
      { pointer: '/facts/1/id' },
      { pointer: '/facts/2/occurredAt' },
      { pointer: '/facts/3/occurredAt' },
    ]);
    const half = await post([order('half\ud83d'), order('x')]);
    expect([half.status, half.body['code']]).toEqual([400, 'malformed_json']);
  });

  it('takes 500 records and refuses 501, none, and another shape', async () => {
    const many = Array.from({ length: 500 }, (_, index) => order(`m${index}`, { subject: {} }));
    const answer = await post(many);
    expect(new Set(outcomes(answer))).toEqual(new Set(['recorded']));
    expect(world.told()).toHaveLength(500);
    for (const facts of [[...many, order('x')], []]) expect((await post(facts)).status).toBe(400);
    expect((await world.call(ERP, 'POST', '/v1/facts?source=erp-1', { facts: [order('x')], more: 1 })).status).toBe(400);
    expect((await world.call(ERP, 'POST', '/v1/facts', { facts: [order('x')] })).status).toBe(400);
  });
});

describe('refunds follow their orders', () => {
  const parts = {
    'e-1 2026-11 erp-1:o1': 600_000,
    'e-1 2026-11 erp-1:r1': 240_000,
    'e-2 2026-11 erp-1:o1': 400_000,
    'e-2 2026-11 erp-1:r1': 160_000,
  };
  const shared = order('o1', {
    credits: [
      { externalOwner: 'u-1', share: 60 },
      { externalOwner: 'u-2', share: 40 },
    ],
  });
  beforeEach(() => world.platform.clock.set('2026-12-20T09:00:00+08:00'));

  it('to its month and its owners, by the same shares', async () => {
    await post([shared]);
    await post([refund('r1', 'o1')]);
    expect(world.parts()).toEqual(parts);
    const message = world.told().find(({ factId }) => factId === 'erp-1:r1');
    expect(message?.fact).toMatchObject({ period: '2026-11', date: '2026-12-02', totalAmountFen: 400_000, amountFen: 240_000 });
  });

  it('also when the refund came first: it waits, and is applied in the same call as the order', async () => {
    expect(outcomes(await post([refund('r1', 'o1')]))).toEqual(['unassigned']);
    expect(world.parts()).toEqual({});
    await post([shared]);
    expect(world.parts()).toEqual(parts);
    expect((await world.call(OPERATOR, 'GET', '/v1/facts?status=unassigned')).body['items']).toEqual([]);
  });

  it('also within one batch, in either order', async () => {
    expect(outcomes(await post([refund('r1', 'o1'), shared]))).toEqual(['unassigned', 'recorded']);
    expect(world.parts()).toEqual(parts);
  });

  it('also when the people have left since', async () => {
    await post([shared]);
    await world.hire('e-2', [], { leftOn: '2026-11-30' });
    await post([refund('r1', 'o1')]);
    expect(world.parts()).toEqual(parts);
  });

  it('when the order moves to another month and owner, its refunds move with it', async () => {
    await post([shared]);
    await post([refund('r1', 'o1'), refund('r2', 'o1', { amountFen: 1 })]);
    await post([order('o1', { revision: 2, occurredAt: '2026-10-05T10:00:00+08:00', credits: [{ externalOwner: 'u-2' }] })]);
    expect(world.parts()).toEqual({
      'e-2 2026-10 erp-1:o1': 1_000_000,
      'e-2 2026-10 erp-1:r1': 400_000,
      'e-2 2026-10 erp-1:r2': 1,
    });
    // A later word of the refund itself still comes out on top.
    await post([refund('r1', 'o1', { revision: 2, amountFen: 300_000 })]);
    expect(world.parts()['e-2 2026-10 erp-1:r1']).toBe(300_000);
  });

  it('when the order is withdrawn, its refunds are nobody’s; when it is back, they are back', async () => {
    await post([shared, refund('r1', 'o1')]);
    await post([order('o1', { revision: 2, voided: true })]);
    expect(world.parts()).toEqual({});
    expect((await world.call(OPERATOR, 'GET', '/v1/facts?status=unassigned')).body['items']).toMatchObject([
      { factId: 'erp-1:r1', reason: 'order_unknown' },
    ]);
    await post([{ ...shared, revision: 3 }]);
    expect(world.parts()).toEqual(parts);
  });

  it('a refund that names another order in its correction leaves the first', async () => {
    await post([shared, order('o2', { occurredAt: '2026-10-09T10:00:00+08:00' }), refund('r1', 'o1')]);
    await post([refund('r1', 'o2', { revision: 2 })]);
    expect(world.parts()['e-1 2026-10 erp-1:r1']).toBe(400_000);
    await post([order('o1', { revision: 2, credits: [{ externalOwner: 'u-2' }] })]);
    expect(world.parts()['e-1 2026-10 erp-1:r1']).toBe(400_000);
    expect(world.parts()['e-2 2026-11 erp-1:r1']).toBeUndefined();
  });

  it('of two facts that sign one order, the earlier one is followed, whichever came first', async () => {
    const early = order('early', {
      occurredAt: '2026-10-01T10:00:00+08:00',
      subject: { orderId: 'SO-x' },
      credits: [{ externalOwner: 'u-2' }],
    });
    const late = order('late', { subject: { orderId: 'SO-x' } });
    await post([late]);
    await post([refund('r', 'x')]);
    expect(world.parts()['e-1 2026-11 erp-1:r']).toBe(400_000);
    await post([early]);
    expect(world.parts()['e-2 2026-10 erp-1:r']).toBe(400_000);
    expect(world.parts()['e-1 2026-11 erp-1:r']).toBeUndefined();
  });
});

describe('who may', () => {
  it('post: a source token to batch sources of its entity, an operator to any source of it', async () => {
    expect((await post([order('a')], 'hub-1')).status).toBe(403);
    expect((await post([order('a')], 'hub-1', OPERATOR)).status).toBe(200);
    expect((await post([order('a')], 'erp-1', PAYROLL)).status).toBe(403);
    expect((await world.call(null, 'POST', '/v1/facts?source=erp-1', { facts: [order('a')] })).status).toBe(401);
    const foreign = await post([order('a')], 'erp-1', STRANGER);
    const missing = await world.call(STRANGER, 'POST', '/v1/facts?source=nothing', { facts: [order('a')] });
    const strip = ({ body: { instance: _, ...problem }, status }: typeof foreign) => ({ status, problem });
    expect(foreign.status).toBe(404);
    expect(strip(foreign)).toEqual(strip(missing));
  });

  it('read: operator, payroll and auditor of the entity; a foreign fact is no fact', async () => {
    await post([order('a', { credits: [{ externalOwner: 'x' }] })]);
    for (const status of ['unassigned', 'conflict']) {
      expect((await world.call(STRANGER, 'GET', `/v1/facts?status=${status}`)).body['items']).toEqual([]);
      expect((await world.call(ERP, 'GET', `/v1/facts?status=${status}`)).status).toBe(403);
    }
    const at = `/v1/facts/${encodeURIComponent('erp-1:a')}`;
    expect((await world.call(PAYROLL, 'GET', at)).status).toBe(200);
    expect((await world.call(ERP, 'GET', at)).status).toBe(403);
    expect((await world.call(STRANGER, 'GET', at)).body).toMatchObject({ code: 'not_found' });
    expect((await world.call(PAYROLL, 'GET', `/v1/facts/${encodeURIComponent('erp-1:nothing')}`)).status).toBe(404);
  });

  it('ids with slashes, colons and other scripts are found again', async () => {
    for (const id of ['a/b:c', '订单-1', 'x%2Fy', '..']) {
      await post([order(id, { subject: {} })]);
      expect((await detail(id)).body, id).toMatchObject({ factId: `erp-1:${id}`, fact: { id } });
    }
    expect(outcomes(await post([order('a#b'), order('a b')]))).toEqual(['rejected', 'rejected']);
    expect((await world.call(PAYROLL, 'GET', `/v1/facts/${encodeURIComponent('erp-1:a#HEAD')}`)).status).toBe(404);
  });
});

describe('lists and retries', () => {
  it('pages through what is unassigned, with a cursor that is bound to its caller', async () => {
    await post(Array.from({ length: 5 }, (_, index) => order(`x${index}`, { credits: [{ externalOwner: 'later' }] })));
    const ids: unknown[] = [];
    let next: unknown = '';
    while (next !== null) {
      const page = await world.call(OPERATOR, 'GET', `/v1/facts?status=unassigned&limit=2${next ? `&cursor=${next}` : ''}`);
      ids.push(...(page.body['items'] as { factId: string }[]).map(({ factId }) => factId));
      if (next === '') {
        expect((await world.call(PAYROLL, 'GET', `/v1/facts?status=unassigned&limit=2&cursor=${page.body['next']}`)).body['code']).toBe(
          'invalid_cursor',
        );
        expect((await world.call(OPERATOR, 'GET', `/v1/facts?status=conflict&limit=2&cursor=${page.body['next']}`)).body['code']).toBe(
          'invalid_cursor',
        );
      }
      next = page.body['next'];
    }
    expect(ids).toEqual(['erp-1:x0', 'erp-1:x1', 'erp-1:x2', 'erp-1:x3', 'erp-1:x4']);
  });

  it('applies them once the owner is registered, the type defined, the customer known', async () => {
    await post([order('a', { credits: [{ externalOwner: 'later' }] }), order('t', { type: 'lottery.won', attributes: { prize: 3 } })]);
    await post([order('c')], 'erp-reg');
    const retry = () => world.call(OPERATOR, 'POST', '/v1/facts/retry-unassigned');
    expect((await retry()).body).toEqual({ looked: 3, applied: 0, finished: true });
    expect(world.told()).toEqual([]);

    await world.hire('e-9', [{ source: 'erp-1', externalId: 'later' }]);
    expect((await retry()).body).toEqual({ looked: 3, applied: 1, finished: true });
    expect(world.parts()).toEqual({ 'e-9 2026-11 erp-1:a': 1_000_000 });

    const define = (type: string) =>
      world.call(OPERATOR, 'PUT', '/v1/fact-types/lottery.won', {
        name: { zh: '中奖', en: 'won' },
        attributes: { prize: { type, required: true } },
      });
    expect((await define('string')).status).toBe(201);
    await retry();
    expect((await detail('t')).body).toMatchObject({ status: 'unassigned', reason: 'attribute_invalid' });
    expect((await define('number')).status).toBe(200);
    await world.register('C1');
    expect((await world.ingest.sweep()).unassigned).toMatchObject({ applied: 2 });
    expect(Object.keys(world.parts())).toHaveLength(3);
    expect((await world.call(OPERATOR, 'GET', '/v1/facts?status=unassigned')).body['items']).toEqual([]);
    expect((await retry()).body).toEqual({ looked: 0, applied: 0, finished: true });
    expect((await world.call(PAYROLL, 'POST', '/v1/facts/retry-unassigned')).status).toBe(403);
  });

  it.each([
    ['attendance:visit-li.q1.7', 'this is a visit: GET /v1/visits/li.q1.7'],
    ['team:2026-11:li', 'this is a member’s month: GET /v1/people/li/scores/2026-11'],
    ['crm:nothing', 'Not found'],
    ['team:november:li', 'Not found'],
  ])('%s is kept elsewhere or nowhere, and the answer says so', async (factId, detail) => {
    const answer = await world.call(OPERATOR, 'GET', `/v1/facts/${encodeURIComponent(factId)}`);
    expect([answer.status, String(answer.body.detail).startsWith(detail)]).toEqual([404, true]);
  });
});
