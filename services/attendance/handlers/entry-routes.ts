/** Leave, trips, overtime and corrections: asked for by one, decided by another. */
import { z } from 'zod';
import { attendanceEntryBodySchema } from '../../../shared/contracts/attendance-days.ts';
import { idSchema, nameSchema, slugSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, parseEmployee } from '../../people/read.ts';
import { decideAttendance, type EnterRefusal, enterAttendance } from '../app/attendance-entries.ts';
import type { AttendanceEntry } from '../domain/attendance-entry.ts';
import { entriesKey, parseEntries, parseWaiting, waitingQuery } from '../store.ts';
import { json, jsonBody, pageOf, pageQuery, writeProblems } from './answers.ts';
import { entityAsked, reach, scopeIn } from './reach.ts';

const year = wholeNumber(2000, 2199).describe('Of the first day');
const listParams = z.object({ employeeId: idSchema, year });
const entryParams = listParams.extend({ id: slugSchema });
const actor = z.object({ subject: z.string(), employeeId: z.string().nullable() });
const status = z.enum(['requested', 'approved', 'declined', 'withdrawn']);
const entryAnswer = z
  .object({
    employeeId: z.string(),
    year: z.int(),
    id: z.string(),
    body: attendanceEntryBodySchema,
    reason: z.string(),
    status,
    version: z.int(),
    history: z.array(z.object({ by: actor, at: z.string(), status, reason: z.string().nullable() })),
  })
  .meta({ id: 'AttendanceEntry' });
const view = (employeeId: string, of: number, entry: AttendanceEntry): z.infer<typeof entryAnswer> => ({
  employeeId,
  year: of,
  ...entry,
  history: entry.history.map((one) => ({ ...one })),
});
const reason = nameSchema(300).describe('One line; the other side reads it');

export const addEntryRoutes = ({ add, cursors }: Routes, platform: Platform): void => {
  const { store } = platform;
  const actorOf = (c: Ctx) => {
    const { subject, employeeId } = principalOf(c);
    return { subject, employeeId };
  };

  add(
    {
      method: 'put',
      path: '/v1/people/{employeeId}/attendance-entries/{year}/{id}',
      access: { roles: ['manager', 'payroll'], self: true },
      tags: ['attendance days'],
      summary: 'Enter leave, a trip, overtime, a forgotten record, an excuse or an absence',
      description:
        'The employee asks (status requested) and somebody else decides. A manager for the own units and below, or payroll for its legal entities, enters it for somebody else at once (approved). Only they confirm an absence. Refused when it overlaps leave or a trip, or is more than the balance has left. The same again is 200 and changes nothing.',
      request: { params: entryParams, body: jsonBody(z.strictObject({ body: attendanceEntryBodySchema, reason })) },
      responses: { 200: json(entryAnswer, 'Entered before'), 201: json(entryAnswer, 'Entered'), ...writeProblems },
    },
    async (c) => {
      const { employeeId, year: of, id } = c.req.valid('param');
      const reached = await reach(platform, principalOf(c), employeeId);
      if (!reached.decides && !reached.isSelf) throw new ProblemError('not_found');
      const given = c.req.valid('json');
      const entered = await enterAttendance(platform, reached, of, { id, ...given }, actorOf(c as never));
      if (!entered.ok) throw problemOf(entered.error);
      return c.json(view(employeeId, of, entered.value.entry), entered.value.isNew ? 201 : 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/people/{employeeId}/attendance-entries/{year}/{id}/decisions',
      access: { roles: ['manager', 'payroll'], self: true },
      tags: ['attendance days'],
      summary: 'Approve, decline or withdraw an entry',
      description:
        'Approve and decline (with a reason): a manager for the own units and below, payroll; never for oneself. Withdraw: the employee while it waits, managers and payroll at any time. What was paid by it follows in the next payslip. The same decision again is 200 and changes nothing.',
      request: {
        params: entryParams,
        body: jsonBody(
          z
            .strictObject({ decision: z.enum(['approve', 'decline', 'withdraw']), reason: reason.optional() })
            .refine((given) => given.decision !== 'decline' || given.reason !== undefined, {
              path: ['reason'],
              error: 'to decline needs a reason',
            }),
        ),
      },
      responses: { 200: json(entryAnswer, 'Decided'), ...writeProblems },
    },
    async (c) => {
      const { employeeId, year: of, id } = c.req.valid('param');
      const { decision, reason: why = null } = c.req.valid('json');
      const reached = await reach(platform, principalOf(c), employeeId);
      if (!reached.decides && !reached.isSelf) throw new ProblemError('not_found');
      const decided = await decideAttendance(platform, reached.employee, of, id, { decision, reason: why, by: actorOf(c as never) });
      if (!decided.ok) throw problemOf(decided.error);
      return c.json(view(employeeId, of, decided.value), 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/attendance-entries/{year}',
      access: { roles: ['manager', 'payroll', 'auditor'], self: true },
      tags: ['attendance days'],
      summary: 'What was entered about a person’s days of a year',
      description:
        'The employee; a manager for the own units and below; payroll and auditor for their legal entities. In the order entered, whatever became of it.',
      request: { params: listParams },
      responses: { 200: json(z.object({ items: z.array(entryAnswer) }).meta({ id: 'AttendanceEntryList' }), 'The entries') },
    },
    async (c) => {
      const { employeeId, year: of } = c.req.valid('param');
      await reach(platform, principalOf(c), employeeId);
      const { value } = parseEntries(await store.get(entriesKey(employeeId, of)));
      return c.json({ items: value.map((entry) => view(employeeId, of, entry)) }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/attendance-entries',
      access: { roles: ['manager', 'payroll'] },
      tags: ['attendance days'],
      summary: 'Entries that wait for a decision',
      description:
        'A manager (own units and below), payroll (legal entities of the token); by first day. Without legalEntityId that of the caller. A page may be shorter than its limit.',
      request: { query: z.strictObject({ status: z.literal('requested'), legalEntityId: idSchema.optional(), ...pageQuery }) },
      responses: { 200: json(pageOf(entryAnswer), 'One page') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { legalEntityId: asked, limit, cursor } = c.req.valid('query');
      const legalEntityId = await entityAsked(platform, principal, asked);
      const { holds } = await scopeIn(platform, principal, legalEntityId, ['payroll']);
      const list = `attendance-entries requested ${legalEntityId}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const page = await store.query({ ...waitingQuery(legalEntityId), limit, ...(startAfter ? { startAfter } : {}) });
      const waiting = page.items.map(parseWaiting);
      const read = await store.getMany(waiting.flatMap((one) => [employeeKey(one.employeeId), entriesKey(one.employeeId, one.year)]));
      const items = waiting.flatMap((one, index) => {
        const employee = parseEmployee(read[2 * index]);
        const mine = employee && employee.id !== principal.employeeId && holds(employee);
        const entry = parseEntries(read[2 * index + 1]).value.find(({ id }) => id === one.entryId);
        // The index is a moment behind: what was decided meanwhile does not wait.
        return mine && entry?.status === 'requested' ? [view(one.employeeId, one.year, entry)] : [];
      });
      return c.json({ items, next: cursors.issue(page.next, principal.subject, list) }, 200);
    },
  );
};

export const missingCalendar = (of: number): ProblemError =>
  new ProblemError('cannot_calculate', {
    zh: `尚未载入 ${of} 年的节假日安排`,
    en: `the holiday calendar of ${of} is not loaded`,
  });

const problemOf = (refusal: EnterRefusal): ProblemError => {
  const bad = (pointer: string, zh: string, en: string): ProblemError =>
    new ProblemError('invalid_request', { zh, en }, { errors: [{ pointer, code: refusal.code, detail: en }] });
  const conflict = (zh: string, en: string): ProblemError =>
    new ProblemError('conflict', { zh, en }, { errors: [{ pointer: '', code: refusal.code, detail: en }] });
  switch (refusal.code) {
    case 'not_found':
      return new ProblemError('not_found');
    case 'missing_calendar_year':
      return missingCalendar(refusal.year);
    case 'no_rules':
      return conflict(
        '该法人尚未设置当日适用的考勤规则:PUT /v1/legal-entities/{id}/attendance-rules',
        'the legal entity has no attendance rules in force then: PUT /v1/legal-entities/{id}/attendance-rules',
      );
    case 'wrong_year':
      return bad('/path/year', '路径中的年份须为第一天所在年份', 'the year of the path is not that of the first day');
    case 'unknown_leave_kind':
      return bad('/body/leaveKind', '没有这种假别', 'there is no such kind of leave');
    case 'backwards':
      return bad('/body/to', '结束早于开始', 'it ends before it begins');
    case 'too_long':
      return bad('/body/to', `共 ${refusal.days} 天,超过 366 天`, `${refusal.days} days are more than 366: split it`);
    case 'too_many':
      return conflict('该年记录过多', 'too many entries of this year');
    case 'overlaps':
      return conflict(`与 ${refusal.with} 重叠`, `overlaps ${refusal.with}: withdraw that first`);
    case 'over_balance':
      return conflict(
        `${refusal.year} 年 ${refusal.kind} 剩余 ${refusal.left} 天,申请 ${refusal.asked} 天`,
        `${refusal.kind} of ${refusal.year}: ${refusal.left} day(s) left, ${refusal.asked} asked for`,
      );
    case 'taken':
      return conflict('该编号已用于另一条记录,请换编号', 'this id has another content; take another id');
    case 'own_absence':
      return new ProblemError('second_person_required', {
        zh: '不能由本人确认缺勤;请申请假期或补卡',
        en: 'nobody confirms the own absence; ask for leave, or enter the record',
      });
    case 'own_entry':
      return new ProblemError('second_person_required', {
        zh: '须由他人审批;已批准的由主管或薪酬人员撤销',
        en: 'somebody else decides; what was approved is withdrawn by a manager or payroll',
      });
    case 'decided':
      return conflict(`已是 ${refusal.status},不可再作此决定`, `it is ${refusal.status} already`);
  }
};
