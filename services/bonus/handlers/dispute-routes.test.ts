/** Objections through their HTTP door, beside adjustments that put things right. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { composeBonus } from '../compose.ts';
import { RULES } from '../testing/rewards.ts';
import { monthOfScores } from '../testing/world.ts';

const CALLERS = {
  self: { subject: 'self', roles: ['employee'], employeeId: 'e-1' },
  anna: { subject: 'anna', roles: ['payroll'], entities: ['le-1'] },
  ben: { subject: 'ben', roles: ['payroll'], entities: ['le-1'] },
  /** In payroll, and the person. */
  paid: { subject: 'paid', roles: ['payroll', 'employee'], employeeId: 'e-1', entities: ['le-1'] },
  boss: { subject: 'boss', roles: ['employee', 'manager'], employeeId: 'e-boss' },
  colleague: { subject: 'colleague', roles: ['employee'], employeeId: 'e-2' },
  auditor: { subject: 'auditor', roles: ['auditor'], entities: ['le-1'] },
  foreign: { subject: 'foreign', roles: ['payroll', 'auditor'], entities: ['le-2'] },
} as const satisfies Record<string, TestPrincipal>;
type Caller = keyof typeof CALLERS;

let platform: MemoryPlatform;
let bonus: ReturnType<typeof composeBonus>;
const call = async (caller: Caller, method: string, path: string, body?: unknown) => {
  const response = await bonus.http.request(path, {
    method,
    headers: { authorization: platform.bearer(CALLERS[caller]), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
};
const MINE = '/v1/me/disputes/2026-11';
const PATH = '/v1/people/e-1/disputes/2026-11';
const OBJECTION = { kind: 'missing-deal', deal: 'crm:order-7', text: '11月7日的订单没有计入', expectedFen: 50_000 };
const object = (id = 'd1', more: object = {}) => call('self', 'PUT', `${MINE}/${id}`, { ...OBJECTION, ...more });
const decide = (caller: Caller, body: object, id = 'd1') => call(caller, 'POST', `${PATH}/${id}/decisions`, body);
const ACCEPT = { decision: 'accept', reason: '已补发', correction: { kind: 'adjustment', id: 'a1' } };
const code = ({ body }: { readonly body: Record<string, unknown> }) =>
  (body['errors'] as { code: string }[] | undefined)?.[0]?.code ?? body['code'];
const putDoc = (pk: string, sk: string, doc: unknown) =>
  platform.store.write({ op: 'put', table: 'people', item: { pk, sk, version: 1, doc: JSON.stringify(doc) } });

beforeEach(async () => {
  platform = memoryPlatform();
  bonus = composeBonus(platform);
  await putDoc('ENTITY#le-1', 'PROFILE', { id: 'le-1', name: { zh: '一', en: 'one' }, timeZone: 'Asia/Shanghai' });
  await putDoc('ENTITY#le-1', 'ORG', {
    version: 1,
    units: [{ id: 'u-1', legalEntityId: 'le-1', name: { zh: '部', en: 'unit' }, parentId: null, managerEmployeeId: 'e-boss' }],
  });
  for (const id of ['e-1', 'e-2', 'e-boss'])
    await putDoc(`EMPLOYEE#${id}`, 'PROFILE', {
      id,
      legalEntityId: 'le-1',
      name: id,
      hiredOn: '2026-01-01',
      leftOn: null,
      assignments: [{ from: '2026-01-01', orgUnitId: 'u-1', positionId: 'sales' }],
      externalIds: [],
      mobile: null,
      language: 'zh-CN',
    });
  await monthOfScores(platform).publish(1, [RULES.newCustomer]);
});

describe('an objection', () => {
  it('is opened, taken on, put right and accepted; the person sees what was posted since, and is told once', async () => {
    expect(await object()).toMatchObject({ status: 201, body: { status: 'open', overdue: false, assignedTo: null, expectedFen: 50_000 } });
    expect((await object()).status).toBe(200);
    const queue = await call('anna', 'GET', '/v1/disputes?legalEntityId=le-1&status=open');
    expect(queue.body).toMatchObject({ items: [{ id: 'd1', employeeId: 'e-1' }], next: null });
    expect((await call('anna', 'POST', `${PATH}/d1/assignment`)).body).toMatchObject({ assignedTo: 'anna', version: 2 });
    expect((await call('ben', 'POST', `${PATH}/d1/assignment`)).body).toMatchObject({ assignedTo: 'ben', version: 3 });
    const adjustment = { employeeId: 'e-1', amountFen: 50_000, reason: '补发订单 7', evidence: 'd1' };
    expect((await call('anna', 'PUT', '/v1/adjustments/le-1/2026-11/a1', adjustment)).status).toBe(201);
    expect((await call('ben', 'POST', '/v1/adjustments/le-1/2026-11/a1/decisions', { decision: 'approve' })).status).toBe(200);
    expect((await decide('ben', ACCEPT)).body).toMatchObject({
      status: 'accepted',
      answer: { by: { subject: 'ben' }, correction: { id: 'a1' } },
    });
    expect((await decide('ben', ACCEPT)).status).toBe(200);
    expect((await call('self', 'GET', `${PATH}/d1`)).body).toMatchObject({
      status: 'accepted',
      openedTotalFen: 0,
      totalFen: 50_000,
      differenceFen: 50_000,
      partly: false,
      entries: [{ amountFen: 50_000, cause: { kind: 'adjustment' } }],
      history: [{ what: 'opened' }, { what: 'assigned' }, { what: 'assigned' }, { what: 'accepted' }],
    });
    expect((await call('anna', 'GET', '/v1/disputes?legalEntityId=le-1&status=open')).body).toMatchObject({ items: [] });
    const notices = platform.queue.sent
      .map(({ body }) => JSON.parse(body) as { noticeId?: string })
      .filter(({ noticeId }) => noticeId?.startsWith('dispute:'));
    expect(notices).toMatchObject([{ noticeId: 'dispute:e-1:2026-11:d1', body: { zh: '2026-11:已采纳。已补发' } }]);
  });
  it('is late after three working days, and the one due first comes first', async () => {
    await object('d1');
    platform.clock.advance(86_400_000);
    await object('d2', { text: '另一单' });
    platform.clock.advance(7 * 86_400_000);
    const { body } = await call('auditor', 'GET', '/v1/disputes?legalEntityId=le-1&status=open');
    expect((body['items'] as unknown as { id: string; overdue: boolean }[]).map(({ id, overdue }) => [id, overdue])).toEqual([
      ['d1', true],
      ['d2', true],
    ]);
  });
  it.each<[string, () => Promise<{ status: number; body: Record<string, unknown> }>, number, string]>([
    ['another content under its id', () => object('d1', { text: 'other' }), 409, 'taken'],
    ['a month that has not begun', () => call('self', 'PUT', '/v1/me/disputes/2027-01/x', OBJECTION), 400, 'future_month'],
    ['an award of somebody else', () => object('x', { awardId: 'commission:e-2:2026-11' }), 400, 'foreign_award'],
    ['a kind that is none', () => object('x', { kind: 'anger' }), 400, 'invalid_value'],
    ['an unknown member', () => object('x', { employeeId: 'e-2' }), 400, 'unrecognized_keys'],
    ['no text', () => object('x', { text: '' }), 400, 'too_small'],
    ['acceptance without a correction', () => decide('anna', { decision: 'accept', reason: 'x' }), 400, 'invalid_union'],
    ['rejection without a reason', () => decide('anna', { decision: 'reject' }), 400, 'invalid_type'],
    ['the own one, accepted', () => decide('paid', ACCEPT), 409, 'second_person_required'],
    ['the own one, taken on', () => call('paid', 'POST', `${PATH}/d1/assignment`), 409, 'second_person_required'],
    ['accepted by the person without the role', () => decide('self', ACCEPT), 403, 'forbidden'],
    ['withdrawn by payroll', () => decide('anna', { decision: 'withdraw' }), 409, 'second_person_required'],
    ['one that is not there', () => decide('anna', ACCEPT, 'none'), 404, 'not_found'],
    ['by a manager', () => call('boss', 'GET', `${PATH}/d1`), 404, 'not_found'],
    ['by a colleague', () => call('colleague', 'GET', PATH), 404, 'not_found'],
    ['by payroll of another legal entity', () => call('foreign', 'GET', '/v1/disputes?legalEntityId=le-1&status=open'), 404, 'not_found'],
    ['taken on by the auditor', () => call('auditor', 'POST', `${PATH}/d1/assignment`), 403, 'forbidden'],
  ])('is refused: %s', async (_, request, status, expected) => {
    await object();
    const answered = await request();
    expect([answered.status, code(answered)].join(' ')).toContain(`${status} `);
    if (status !== 400) expect(code(answered)).toBe(expected);
    expect((await call('self', 'GET', `${PATH}/d1`)).body).toMatchObject({ status: 'open', version: 1 });
  });
  it('withdrawn by the person it is answered; two who answer at once answer once', async () => {
    await object();
    expect((await decide('self', { decision: 'withdraw' })).body).toMatchObject({ status: 'withdrawn' });
    expect(code(await decide('anna', ACCEPT))).toBe('answered');
    await object('d2', { text: '另一单' });
    const answers = await Promise.all([
      decide('anna', { ...ACCEPT, reason: 'a' }, 'd2'),
      decide('ben', { decision: 'reject', reason: 'b' }, 'd2'),
      decide('self', { decision: 'withdraw' }, 'd2'),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(((await call('self', 'GET', MINE)).body['items'] as unknown as { id: string }[]).map(({ id }) => id)).toEqual(['d1', 'd2']);
  });
});
