import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { composeBonus } from '../compose.ts';
import { RULES, yuan } from '../testing/rewards.ts';
import { eventOf, ledgerOf, monthOfScores } from '../testing/world.ts';

const CALLERS = {
  anna: { subject: 'anna', roles: ['payroll'], entities: ['le-1'] },
  ben: { subject: 'ben', roles: ['payroll'], entities: ['le-1'] },
  /** In payroll, and paid himself. */
  paid: { subject: 'paid', roles: ['payroll', 'employee'], employeeId: 'e-1', entities: ['le-1'] },
  boss: { subject: 'boss', roles: ['employee', 'manager'], employeeId: 'e-boss' },
  /** The same employee with another login. */
  bossInPayroll: { subject: 'boss-2', roles: ['payroll'], employeeId: 'e-boss', entities: ['le-1'] },
  auditor: { subject: 'auditor', roles: ['auditor'], entities: ['le-1'] },
  self: { subject: 'self', roles: ['employee'], employeeId: 'e-1' },
  foreign: { subject: 'foreign', roles: ['payroll'], entities: ['le-2'] },
} as const satisfies Record<string, TestPrincipal>;
type Caller = keyof typeof CALLERS;

let platform: MemoryPlatform;
let bonus: ReturnType<typeof composeBonus>;
let scores: ReturnType<typeof monthOfScores>;

const call = async (caller: Caller, method: string, path: string, body?: unknown) => {
  const response = await bonus.http.request(path, {
    method,
    headers: { authorization: platform.bearer(CALLERS[caller]), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
};
const A = '/v1/adjustments/le-1/2026-11';
const PROPOSAL = { employeeId: 'e-1', amountFen: 30_000, reason: '季度冲刺奖励', evidence: 'OA-2026-118' };
const propose = (caller: Caller, id = 'a1', more: object = {}) => call(caller, 'PUT', `${A}/${id}`, { ...PROPOSAL, ...more });
const decide = (caller: Caller, decision: string, id = 'a1', reason?: string) =>
  call(caller, 'POST', `${A}/${id}/decisions`, { decision, ...(reason === undefined ? {} : { reason }) });
const code = ({ body }: { readonly body: Record<string, unknown> }) =>
  (body['errors'] as { code: string }[] | undefined)?.[0]?.code ?? body['code'];
const deliver = async (message: Awaited<ReturnType<typeof scores.sign>>) =>
  expect((await bonus.onScoreUpdated(eventOf(message))).batchItemFailures).toEqual([]);
const putDoc = (pk: string, sk: string, doc: unknown) =>
  platform.store.write({ op: 'put', table: 'people', item: { pk, sk, version: 1, doc: JSON.stringify(doc) } });
const notices = () => platform.queue.sent.filter(({ queue }) => queue === 'notices').map(({ body }) => JSON.parse(body) as unknown);

beforeEach(async () => {
  platform = memoryPlatform();
  bonus = composeBonus(platform);
  scores = monthOfScores(platform);
  await putDoc('ENTITY#le-1', 'PROFILE', { id: 'le-1', name: { zh: '一', en: 'one' }, timeZone: 'Asia/Shanghai' });
  const unit = (id: string, managerEmployeeId: string | null) => ({
    id,
    legalEntityId: 'le-1',
    name: { zh: '部', en: 'unit' },
    parentId: null,
    managerEmployeeId,
  });
  await putDoc('ENTITY#le-1', 'ORG', { version: 1, units: [unit('u-1', 'e-boss'), unit('u-2', null)] });
  for (const [id, orgUnitId] of [
    ['e-1', 'u-1'],
    ['e-2', 'u-2'],
    ['e-boss', 'u-1'],
  ]) {
    await putDoc(`EMPLOYEE#${id}`, 'PROFILE', {
      id,
      legalEntityId: 'le-1',
      name: id,
      hiredOn: '2026-01-01',
      leftOn: null,
      assignments: [{ from: '2026-01-01', orgUnitId, positionId: 'sales' }],
      externalIds: [],
      mobile: null,
      language: 'zh-CN',
    });
  }
  await scores.publish(1, [RULES.newCustomer]);
});

describe('an adjustment', () => {
  it('is proposed by one, approved by another, and then one entry of the ledger with its reason and both names', async () => {
    expect(await propose('anna')).toMatchObject({
      status: 201,
      body: { status: 'proposed', entrySeq: null, proposedBy: { subject: 'anna', role: 'payroll' } },
    });
    expect((await ledgerOf(platform)).entries).toEqual([]);
    expect(await decide('ben', 'approve')).toMatchObject({
      status: 200,
      body: { status: 'approved', entrySeq: 1, decision: { by: { subject: 'ben' }, reason: null } },
    });
    const { entries, ...head } = await ledgerOf(platform);
    expect(head).toMatchObject({ seq: 1, balanceFen: 30_000 });
    expect(entries).toMatchObject([
      { awardId: 'adjustment:e-1:2026-11:a1', amountFen: 30_000, afterFen: 30_000, cause: { kind: 'adjustment' } },
    ]);
    const awards = await call('self', 'GET', '/v1/me/awards/2026-11');
    expect(awards.body).toMatchObject({
      totalFen: 30_000,
      items: [
        {
          subject: { kind: 'adjustment', id: 'a1' },
          formula: { zh: '人工调整 300.00 元:季度冲刺奖励' },
          tests: [{ passed: true }, { zh: '由另一人 ben 批准' }],
        },
      ],
    });
    expect((await call('self', 'GET', '/v1/awards/adjustment%3Ae-1%3A2026-11%3Aa1')).status).toBe(200);
    expect(notices()).toMatchObject([{ body: { zh: '经批准的调整增加 300.00 元(2026-11):季度冲刺奖励' } }]);
    const changes = await call('auditor', 'GET', '/v1/people/e-1/ledger/changes?from=2020-01-01T00:00:00Z&to=2199-12-31T00:00:00Z');
    expect(changes.body).toMatchObject({
      differenceFen: 30_000,
      causes: [{ kinds: ['adjustment'], text: { zh: expect.stringContaining('经批准的人工调整') } }],
    });
  });

  it('stays when facts, refunds and another plan move everything around it', async () => {
    await deliver(await scores.sign('o-1', 'c-1', yuan('10000')));
    await propose('anna', 'a1', { amountFen: -20_000 });
    await decide('ben', 'approve');
    await deliver(await scores.sign('o-2', 'c-2', yuan('10000')));
    await deliver(await scores.refund('o-1'));
    await scores.publish(2, [RULES.shopCommission]);
    await deliver(await scores.recalculate());
    const { entries, ...head } = await ledgerOf(platform);
    // The customer bonus of the first plan is gone; commission of 2 % on the 10,000 that stand; less 200.
    expect(head.balanceFen).toBe(20_000 - 20_000);
    expect(entries.filter(({ awardId }) => awardId.startsWith('adjustment:'))).toHaveLength(1);
    expect((await call('auditor', 'GET', '/v1/people/e-1/awards/2026-11')).body).toMatchObject({ totalFen: 0 });
    // And the other way, by another adjustment.
    await propose('anna', 'undo', { amountFen: 20_000 });
    await decide('ben', 'approve', 'undo');
    expect((await ledgerOf(platform)).balanceFen).toBe(20_000);
  });

  it('is approved once, however often and by however many at once', async () => {
    await propose('anna');
    await Promise.all([decide('ben', 'approve'), decide('bossInPayroll', 'approve'), decide('ben', 'approve')]);
    expect(await decide('ben', 'approve')).toMatchObject({ status: 200, body: { status: 'approved', version: 2 } });
    expect(await ledgerOf(platform)).toMatchObject({ seq: 1, balanceFen: 30_000 });
    expect(notices()).toHaveLength(1);
  });

  it('is proposed once under its id; another content is refused', async () => {
    const [first, second] = await Promise.all([propose('anna'), propose('anna')]);
    expect([first.status, second.status].sort()).toEqual([200, 201]);
    expect((await propose('ben')).status).toBe(200);
    const other = await propose('anna', 'a1', { amountFen: 30_001 });
    expect([other.status, code(other)]).toEqual([409, 'taken']);
  });

  it.each([
    ['by the proposer', 'anna', 'approve', 409, 'not_somebody_else'],
    ['by the person it is for', 'paid', 'approve', 409, 'own_pay'],
    ['rejected by the proposer', 'anna', 'reject', 409, 'not_somebody_else'],
    ['by a manager', 'boss', 'approve', 404, 'not_found'],
    ['by the auditor', 'auditor', 'approve', 403, 'forbidden'],
    ['by payroll of another company', 'foreign', 'approve', 404, 'not_found'],
    ['withdrawn by somebody else', 'ben', 'withdraw', 409, 'not_the_proposer'],
  ] as const)('is not decided %s', async (_, caller, decision, status, why) => {
    await propose('anna');
    const answer = await decide(caller, decision, 'a1', 'because');
    expect([answer.status, code(answer)]).toEqual([status, why]);
    expect((await ledgerOf(platform)).entries).toEqual([]);
  });

  it('of a manager is not approved by the same employee with another login', async () => {
    expect((await propose('boss')).status).toBe(201);
    expect(code(await decide('bossInPayroll', 'approve'))).toBe('not_somebody_else');
    expect((await decide('ben', 'approve')).status).toBe(200);
  });

  it.each(['reject', 'withdraw'] as const)('that was decided otherwise is not approved: %s', async (decision) => {
    await propose('anna');
    expect((await decide(decision === 'reject' ? 'ben' : 'anna', decision, 'a1', '重复申请')).body).toMatchObject({
      decision: { reason: '重复申请' },
    });
    const late = await decide('ben', 'approve');
    expect([late.status, code(late)]).toEqual([409, 'decided']);
    expect((await ledgerOf(platform)).entries).toEqual([]);
  });

  it('needs a reason to be rejected', async () => {
    await propose('anna');
    expect((await decide('ben', 'reject')).status).toBe(400);
  });

  it.each([
    ['at the limit of payroll', 'anna', 5_000_000, 201],
    ['a fen above it', 'anna', 5_000_001, 400],
    ['taken, at the limit', 'anna', -5_000_000, 201],
    ['taken, a fen above', 'anna', -5_000_001, 400],
    ['at the limit of managers', 'boss', 200_000, 201],
    ['a fen above that', 'boss', 200_001, 400],
    ['0', 'anna', 0, 400],
    ['part of a fen', 'anna', 0.5, 400],
    ['beyond any amount', 'anna', 9e15 + 2, 400],
  ] as const)('%s', async (_, caller, amountFen, status) => {
    expect((await propose(caller, 'a1', { amountFen })).status).toBe(status);
  });

  it('keeps to the limits that the legal entity sets', async () => {
    await putDoc('ENTITY#le-1', 'PROFILE', {
      id: 'le-1',
      timeZone: 'Asia/Shanghai',
      adjustmentLimits: { managerFen: 0, payrollFen: 29_999 },
    });
    const answer = await propose('anna');
    expect([answer.status, code(answer)]).toEqual([400, 'above_limit']);
    expect(answer.body['detail']).toContain('299.99');
    expect(code(await propose('boss', 'a2', { amountFen: 1 }))).toBe('above_limit');
  });

  it.each([
    ['for somebody outside the own units', 'boss', { employeeId: 'e-2' }, 404],
    ['for nobody', 'anna', { employeeId: 'nobody' }, 404],
    ['for oneself', 'boss', { employeeId: 'e-boss' }, 409],
    ['for oneself, in payroll', 'paid', {}, 409],
    ['by payroll of another company', 'foreign', {}, 404],
    ['by an employee', 'self', {}, 403],
    ['with two lines of a reason', 'anna', { reason: 'a\nb' }, 400],
    ['without evidence', 'anna', { evidence: '' }, 400],
    ['with an unknown field', 'anna', { approved: true }, 400],
  ] as const)('is not proposed %s', async (_, caller, more, status) => {
    expect((await propose(caller, 'a1', more)).status).toBe(status);
    expect((await call('auditor', 'GET', A)).body).toEqual({ items: [], next: null });
  });

  it('is for a month that has begun where the company is', async () => {
    platform.clock.set('2026-11-30T15:59:59Z');
    const path = '/v1/adjustments/le-1/2026-12/a1';
    expect(code(await call('anna', 'PUT', path, PROPOSAL))).toBe('future_month');
    platform.clock.set('2026-11-30T16:00:00Z');
    expect((await call('anna', 'PUT', path, PROPOSAL)).status).toBe(201);
  });

  it('is listed for payroll and auditor, and read by the manager who proposed it', async () => {
    await propose('boss', 'by-boss');
    await propose('anna', 'by-anna');
    await decide('ben', 'approve', 'by-anna');
    const ids = async (query = '') =>
      ((await call('auditor', 'GET', `${A}${query}`)).body['items'] as unknown as { id: string }[]).map(({ id }) => id);
    expect(await ids()).toEqual(['by-anna', 'by-boss']);
    expect(await ids('?status=proposed')).toEqual(['by-boss']);
    expect(await ids('?limit=1')).toEqual(['by-anna']);
    expect((await call('boss', 'GET', `${A}/by-boss`)).status).toBe(200);
    expect((await call('boss', 'GET', `${A}/by-anna`)).status).toBe(404);
    expect((await call('foreign', 'GET', A)).status).toBe(404);
    expect((await call('foreign', 'GET', `${A}/by-anna`)).status).toBe(404);
  });
});
