/** Routes of objections. Pay data: the person, payroll and auditor; every look is logged. */
import { z } from 'zod';
import { fenSchema, idSchema, monthSchema, nameSchema, slugSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn, type Month } from '../../../shared/kernel/period.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson, entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import { changeDispute, effectOf, openDispute } from '../app/disputes.ts';
import { DISPUTE_KINDS, type Dispute, type DisputeRefusal } from '../domain/dispute.ts';
import { disputeKey, disputesQuery, openDisputesQuery, parseDispute } from '../store.ts';
import { entrySchema } from './schemas.ts';

const words = (max: number) => nameSchema(max).describe('One line; the other side reads it');
const objectionBody = z.strictObject({
  kind: z.enum(DISPUTE_KINDS),
  awardId: z.string().min(3).max(600).optional().describe('Which award; none where one is missing'),
  deal: nameSchema(300).optional().describe('Which deal, as the CRM or our facts call it'),
  text: words(1000).describe('What should be different'),
  expectedFen: fenSchema.optional().describe('What you expect of it, in fen'),
});
const correction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fact'), factId: z.string().min(3).max(300) }),
  z.strictObject({ kind: z.literal('adjustment'), id: slugSchema }),
]);
const answerBody = z.discriminatedUnion('decision', [
  z.strictObject({
    decision: z.literal('accept'),
    reason: words(500),
    correction: correction.describe('What puts it right: a corrected fact, or an adjustment'),
  }),
  z.strictObject({ decision: z.literal('reject'), reason: words(500) }),
  z.strictObject({ decision: z.literal('withdraw'), reason: words(500).optional() }),
]);
const doer = z.object({ subject: z.string(), employeeId: z.string().nullable() });
const disputeSchema = z
  .object({
    id: z.string(),
    employeeId: z.string(),
    legalEntityId: z.string(),
    period: z.string(),
    kind: z.enum(DISPUTE_KINDS),
    awardId: z.string().nullable(),
    deal: z.string().nullable(),
    text: z.string(),
    expectedFen: z.int().nullable(),
    version: z.int(),
    status: z.enum(['open', 'accepted', 'rejected', 'withdrawn']),
    openedAt: z.string(),
    dueOn: z.string().describe('Last day for an answer: three working days'),
    overdue: z.boolean(),
    assignedTo: z.string().nullable(),
    openedTotalFen: z.int().describe('What the month stood at when it was opened'),
    answer: z.object({ by: doer, at: z.string(), reason: z.string().nullable(), correction: correction.nullable() }).nullable(),
    history: z.array(z.object({ by: doer, at: z.string(), what: z.string() })),
  })
  .meta({ id: 'Dispute' });
const detailSchema = disputeSchema
  .extend({
    totalFen: z.int().describe('What the month stands at now'),
    differenceFen: z.int().describe('Since it was opened'),
    entries: z.array(entrySchema).describe('Posted for the month since it was opened, oldest first'),
    partly: z.boolean().describe('More than 2,000 entries were posted since: the last are not shown'),
  })
  .meta({ id: 'DisputeDetail' });
const named = z.object({ employeeId: idSchema, period: monthSchema, id: slugSchema });
const own = z.object({ period: monthSchema });
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });
const listSchema = z.object({ items: z.array(disputeSchema) }).meta({ id: 'DisputeList' });
const pageSchema = z
  .object({ items: z.array(disputeSchema), next: z.string().nullable().describe('Cursor of the next page; null at the end') })
  .meta({ id: 'DisputePage' });

const READ = { roles: ['payroll', 'auditor'], self: true, payData: true } as const;
const SELF = { roles: [], self: true, payData: true } as const;

export const addDisputeRoutes = (platform: Platform, { add, cursors }: Pick<Routes, 'add' | 'cursors'>): void => {
  const { store, clock } = platform;
  const doerOf = (c: Ctx) => {
    const { subject, employeeId } = principalOf(c);
    return { subject, employeeId };
  };
  const timeZoneOf = async (legalEntityId: string): Promise<string> =>
    parseEntity(await store.get(entityKey(legalEntityId)))?.timeZone ?? DEFAULT_TIME_ZONE;
  const view = (dispute: Dispute, today: string): z.infer<typeof disputeSchema> => {
    const { openedSeq: _, ...shown } = dispute;
    return { ...shown, overdue: dispute.status === 'open' && dispute.dueOn < today, history: dispute.history.map((one) => ({ ...one })) };
  };
  const todayIn = async (legalEntityId: string): Promise<string> => dateIn(clock.now(), await timeZoneOf(legalEntityId));
  const payPerson = async (c: Ctx, employeeId: string): Promise<Employee> => {
    const employee = parseEmployee(await store.get(employeeKey(employeeId)));
    if (!employee || !(await canSeePerson(store, principalOf(c), employeeId, employee.legalEntityId, 'pay')))
      throw new ProblemError('not_found');
    logPayRead(platform, c, employeeId, 'disputes');
    return employee;
  };
  const ownEmployee = async (c: Ctx): Promise<Employee> => {
    const { employeeId } = principalOf(c);
    if (employeeId === null) throw new ProblemError('not_found');
    return payPerson(c, employeeId);
  };
  const listOf = async ({ id, legalEntityId }: Employee, period: Month) => {
    const { items } = await store.query({ ...disputesQuery(id, period), limit: 100 });
    const today = await todayIn(legalEntityId);
    return { items: items.flatMap((item) => parseDispute(item) ?? []).map((one) => view(one, today)) };
  };

  add(
    {
      method: 'put',
      path: '/v1/me/disputes/{period}/{id}',
      access: SELF,
      tags: ['disputes'],
      summary: 'Object to what I earned in a month',
      description:
        'Role employee: the caller. Say which award or deal, and what should be different. Payroll answers within three working days. The same again is 200 and changes nothing.',
      request: { params: named.omit({ employeeId: true }), body: { required: true, ...json('The objection', objectionBody) } },
      responses: { 200: json('Opened before', disputeSchema), 201: json('Opened', disputeSchema) },
    },
    async (c) => {
      const { period, id } = c.req.valid('param');
      const { awardId = null, deal = null, expectedFen = null, ...said } = c.req.valid('json');
      const { id: employeeId, legalEntityId } = await ownEmployee(c as never);
      const zone = await timeZoneOf(legalEntityId);
      const opened = await openDispute(
        platform,
        { id, employeeId, legalEntityId, period, awardId, deal, expectedFen, ...said },
        doerOf(c as never),
        zone,
      );
      if (!opened.ok) throw problemOf(opened.error);
      const { dispute, isNew } = opened.value;
      return c.json(view(dispute, dateIn(clock.now(), zone)), isNew ? 201 : 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/me/disputes/{period}',
      access: SELF,
      tags: ['disputes'],
      summary: 'My objections of a month',
      description: 'Role employee: the caller.',
      request: { params: own },
      responses: { 200: json('By id', listSchema) },
    },
    async (c) => c.json(await listOf(await ownEmployee(c as never), c.req.valid('param').period), 200) as never,
  );
  add(
    {
      method: 'get',
      path: '/v1/disputes',
      access: { roles: ['payroll', 'auditor'], payData: true },
      tags: ['disputes'],
      summary: 'Objections that wait for an answer',
      description: 'Payroll and auditor, for a legal entity of the token; those due first come first.',
      request: {
        query: z.strictObject({
          legalEntityId: idSchema,
          status: z.literal('open'),
          limit: wholeNumber(1, 200).default(50),
          cursor: z.string().max(2000).optional(),
        }),
      },
      responses: { 200: json('One page', pageSchema) },
    },
    async (c) => {
      const { legalEntityId, limit, cursor } = c.req.valid('query');
      const principal = principalOf(c as never);
      if (!entityAllowed(principal, legalEntityId)) throw new ProblemError('not_found');
      logPayRead(platform, c as never, legalEntityId, 'disputes');
      const list = `disputes open ${legalEntityId}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const page = await store.query({ ...openDisputesQuery(legalEntityId), limit, ...(startAfter ? { startAfter } : {}) });
      const today = await todayIn(legalEntityId);
      const items = page.items.flatMap((item) => parseDispute(item) ?? []).map((one) => view(one, today));
      return c.json({ items, next: cursors.issue(page.next, principal.subject, list) }, 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/disputes/{period}',
      access: READ,
      tags: ['disputes'],
      summary: 'A person’s objections of a month',
      description: 'The person, payroll, auditor.',
      request: { params: named.omit({ id: true }) },
      responses: { 200: json('By id', listSchema) },
    },
    async (c) => {
      const { employeeId, period } = c.req.valid('param');
      return c.json(await listOf(await payPerson(c as never, employeeId), period), 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/disputes/{period}/{id}',
      access: READ,
      tags: ['disputes'],
      summary: 'An objection, and what the ledger has posted since',
      description:
        'The person, payroll, auditor. What was corrected shows as entries, and as the difference of the month since the objection was opened.',
      request: { params: named },
      responses: { 200: json('The objection', detailSchema) },
    },
    async (c) => {
      const name = c.req.valid('param');
      const { legalEntityId } = await payPerson(c as never, name.employeeId);
      const dispute = parseDispute(await store.get(disputeKey(name)));
      if (!dispute) throw new ProblemError('not_found');
      const effect = await effectOf(store, dispute);
      const shown = { ...view(dispute, await todayIn(legalEntityId)), ...effect, differenceFen: effect.totalFen - dispute.openedTotalFen };
      return c.json(shown as z.input<typeof detailSchema>, 200) as never;
    },
  );

  const DECIDE = { roles: ['payroll'], self: true, payData: true } as const;
  add(
    {
      method: 'post',
      path: '/v1/people/{employeeId}/disputes/{period}/{id}/assignment',
      access: { roles: ['payroll'], payData: true },
      tags: ['disputes'],
      summary: 'Take an objection on',
      description: 'Payroll, for its legal entities; never one’s own. Also from somebody else.',
      request: { params: named },
      responses: { 200: json('The objection', disputeSchema) },
    },
    async (c) => {
      const name = c.req.valid('param');
      const { legalEntityId } = await payPerson(c as never, name.employeeId);
      const changed = await changeDispute(platform, name, doerOf(c as never));
      if (!changed.ok) throw problemOf(changed.error);
      return c.json(view(changed.value, await todayIn(legalEntityId)), 200) as never;
    },
  );
  add(
    {
      method: 'post',
      path: '/v1/people/{employeeId}/disputes/{period}/{id}/decisions',
      access: DECIDE,
      tags: ['disputes'],
      summary: 'Accept, reject or withdraw an objection',
      description:
        'Payroll accepts, naming the fact or the adjustment that puts it right, or rejects with a reason; never one’s own. The person withdraws. An answer tells the person. Answered once: the same answer again is 200 and changes nothing.',
      request: { params: named, body: { required: true, ...json('The answer', answerBody) } },
      responses: { 200: json('The objection', disputeSchema) },
    },
    async (c) => {
      const name = c.req.valid('param');
      const given = c.req.valid('json');
      const { legalEntityId } = await payPerson(c as never, name.employeeId);
      const principal = principalOf(c as never);
      if (given.decision !== 'withdraw' && !principal.roles.has('payroll')) throw new ProblemError('forbidden');
      const said = given.decision === 'withdraw' ? { decision: given.decision, reason: given.reason ?? null } : given;
      const changed = await changeDispute(platform, name, doerOf(c as never), said);
      if (!changed.ok) throw problemOf(changed.error);
      return c.json(view(changed.value, await todayIn(legalEntityId)), 200) as never;
    },
  );
};

const problemOf = (refusal: DisputeRefusal | { readonly code: 'not_found' }): ProblemError => {
  const refused = (problem: 'invalid_request' | 'conflict', pointer: string, zh: string, en: string): ProblemError =>
    new ProblemError(problem, { zh, en }, { errors: [{ pointer, code: refusal.code, detail: en }] });
  switch (refusal.code) {
    case 'not_found':
      return new ProblemError('not_found');
    case 'taken':
      return refused('conflict', '/path/id', '该编号已用于另一项异议,请换编号', 'this id has another content; take another id');
    case 'future_month':
      return refused('invalid_request', '/path/period', '该月份尚未开始', 'the month has not begun');
    case 'too_many':
      return refused('conflict', '', '该月异议已达 50 项', 'there are 50 objections of this month already');
    case 'foreign_award':
      return refused('invalid_request', '/awardId', '不是本人该月的激励', 'is no award of yours in this month');
    case 'own_dispute':
      return new ProblemError('second_person_required', {
        zh: '须由他人答复;本人可撤回',
        en: 'somebody else answers it; the person withdraws',
      });
    case 'answered':
      return refused('conflict', '/decision', `已是 ${refusal.status}`, `it is ${refusal.status} already`);
  }
};
