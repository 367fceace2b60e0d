/** Days and months as they are judged, and the records of clocks that they rest on. */
import { z } from 'zod';
import { importedRecordSchema, punchSchema } from '../../../shared/contracts/attendance-days.ts';
import { idSchema, instantSchema, localTextSchema, monthSchema, slugSchema } from '../../../shared/contracts/common.ts';
import type { Employee, LegalEntity } from '../../../shared/contracts/people.ts';
import { firstDay, lastDay, type Month } from '../../../shared/kernel/period.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { fieldErrors, ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeesQuery, entityKey, parseEmployee } from '../../people/read.ts';
import { type JudgedMonth, loadAttendanceMonths } from '../app/load-days.ts';
import { importRecords, recordPunches } from '../app/record-clock.ts';
import { OPEN_QUESTIONS } from '../domain/attendance-day.ts';
import type { AttendanceMonth, MonthSummary } from '../domain/judge-month.ts';
import { json, jsonBody, pageOf, pageQuery } from './answers.ts';
import { missingCalendar } from './entry-routes.ts';
import { reach, scopeIn } from './reach.ts';

const MAX_PUNCHES = 50;
const MAX_IMPORTED = 500;

const overtime = z.object({ weekday: z.int(), restDay: z.int(), statutoryHoliday: z.int() }).describe('Minutes, by what they are paid at');
const leaveAnswer = z.object({ kind: z.string(), name: localTextSchema, pay: z.enum(['paid', 'unpaid', 'sick']), days: z.number() });
const dayAnswer = z.object({
  date: z.string(),
  kind: z.enum(['workday', 'rest-day', 'statutory-holiday']),
  shiftId: z.string().nullable(),
  status: z.enum(['not-employed', 'off', 'to-come', 'attended', 'leave', 'trip', 'absent', 'open']),
  dueDays: z.number(),
  attendedDays: z.number().describe('Worked, travelled, or not known to be missed'),
  leave: z.array(leaveAnswer),
  absentDays: z.number().describe('As a person confirmed'),
  dueMinutes: z.int(),
  workedMinutes: z.int(),
  firstRecord: z.string().nullable().describe('On the wall; +1: after midnight'),
  lastRecord: z.string().nullable(),
  lateMinutes: z.int(),
  earlyMinutes: z.int(),
  overtimeMinutes: overtime,
  open: z.array(z.enum(OPEN_QUESTIONS)).describe('What a person should say something about; nothing is taken meanwhile'),
  reasons: z.array(localTextSchema),
});
const summaryAnswer = z
  .object({
    dueDays: z.number(),
    attendedDays: z.number(),
    leave: z.array(leaveAnswer),
    absentDays: z.number(),
    unpaidDays: z.number().describe('Unpaid leave and confirmed absence'),
    sickDays: z.number(),
    workedMinutes: z.int(),
    lateTimes: z.int(),
    lateMinutes: z.int(),
    earlyTimes: z.int(),
    earlyMinutes: z.int(),
    overtimeMinutes: overtime,
    openDays: z.int(),
  })
  .meta({ id: 'AttendanceSummary' });
const monthAnswer = z
  .object({ employeeId: z.string(), period: z.string(), summary: summaryAnswer, days: z.array(dayAnswer) })
  .meta({ id: 'AttendanceMonth' });
const summaryView = (summary: MonthSummary): z.infer<typeof summaryAnswer> => ({
  ...summary,
  leave: summary.leave.map((one) => ({ ...one })),
});
const monthView = (employeeId: string, period: Month, { days, summary }: AttendanceMonth): z.infer<typeof monthAnswer> => ({
  employeeId,
  period,
  summary: summaryView(summary),
  days: days.map((day) => ({
    ...day,
    leave: day.leave.map((one) => ({ ...one })),
    open: [...day.open],
    reasons: day.reasons.map((one) => ({ ...one })),
  })),
});

const clockResult = z.object({
  index: z.int(),
  outcome: z.enum(['recorded', 'duplicate', 'refused', 'ignored']),
  reason: localTextSchema.nullable(),
});
const REASONS = {
  conflict: { zh: '同一编号已有不同内容', en: 'this id is known with other content' },
  too_many: { zh: '当天记录超过 40 条', en: 'more than 40 records of one day' },
  future: { zh: '晚于上传时间:请检查手机时钟', en: 'later than the upload that carries it: look at the phone’s clock' },
  unknown_person: { zh: '该法人没有对应的员工(externalIds)', en: 'nobody of this legal entity has this id (externalIds of the person)' },
  no_record: { zh: '未打卡,不是记录', en: 'says that there was no record' },
} as const;
type Outcome = keyof typeof REASONS | 'recorded' | 'duplicate';
const resultOf = (index: number, outcome: Outcome): z.infer<typeof clockResult> => {
  if (outcome === 'recorded' || outcome === 'duplicate') return { index, outcome, reason: null };
  return { index, outcome: outcome === 'no_record' ? 'ignored' : 'refused', reason: REASONS[outcome] };
};

export const addDayRoutes = ({ add, cursors }: Routes, platform: Platform): void => {
  const { store, clock } = platform;

  add(
    {
      method: 'post',
      path: '/v1/clock-records',
      access: { roles: [], self: true },
      tags: ['attendance days'],
      summary: `Press the clock: up to ${MAX_PUNCHES} records of the own phone`,
      description:
        'The employee of the token. No position is taken: a record made in a known office network (bssid) is confirmed by it, another one is counted, and somebody is asked. queueId and clientSequence are its id, so that an offline queue may be uploaded as often as it takes. The phone’s clock is put right by sentAt. Check-ins at customers count by themselves.',
      request: {
        body: jsonBody(
          z.strictObject({
            queueId: slugSchema.describe('Of the installation that counts clientSequence'),
            sentAt: instantSchema.describe('By the phone’s clock, when this is sent'),
            records: z.array(punchSchema).min(1).max(MAX_PUNCHES),
          }),
        ),
      },
      responses: { 200: json(z.object({ results: z.array(clockResult) }).meta({ id: 'ClockResults' }), 'One result a record') },
    },
    async (c) => {
      const principal = principalOf(c);
      if (principal.employeeId === null) throw new ProblemError('forbidden');
      const { employee, timeZone } = await reach(platform, principal, principal.employeeId);
      const { queueId, sentAt, records } = c.req.valid('json');
      const outcomes = await recordPunches(platform, { employee, timeZone, queueId, sentAt }, records);
      return c.json({ results: outcomes.map((outcome, index) => resultOf(index, outcome)) }, 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/clock-records/import',
      access: { roles: ['payroll', 'operator'] },
      tags: ['attendance days'],
      summary: `Import up to ${MAX_IMPORTED} records of WeCom, DingTalk or another clock`,
      description:
        'Roles: payroll, operator, for the legal entities of the token. wecom: the items of `checkindata` (getcheckindata), dingtalk: those of `recordresult` (attendance/list or listRecord), as those interfaces answer them; people by externalIds with the sources `wecom` and `dingtalk`. plain: id, employeeId, at. Times only: positions, photos and the other system’s verdicts are not taken. Each record is answered alone; a second time changes nothing.',
      request: {
        body: jsonBody(
          z.strictObject({
            legalEntityId: idSchema,
            format: z.enum(['wecom', 'dingtalk', 'plain']),
            records: z.array(z.unknown()).min(1).max(MAX_IMPORTED),
          }),
        ),
      },
      responses: {
        200: json(
          z
            .object({
              results: z.array(
                clockResult.extend({ errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional() }),
              ),
            })
            .meta({ id: 'ClockImportReport' }),
          'One result a record',
        ),
      },
    },
    async (c) => {
      const { legalEntityId, format, records } = c.req.valid('json');
      const known = entityAllowed(principalOf(c), legalEntityId) && (await store.get(entityKey(legalEntityId)));
      if (!known) throw new ProblemError('not_found');
      const parsed = records.map((given) =>
        importedRecordSchema.safeParse(typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...given, format } : given),
      );
      const good = parsed.flatMap((one) => (one.success ? [one.data] : []));
      const outcomes = await importRecords(platform, legalEntityId, good);
      let next = 0;
      const results = parsed.map((one, index) => {
        if (one.success) return resultOf(index, outcomes[next++] as Outcome);
        const errors = fieldErrors(one.error, `/records/${index}`);
        return { index, outcome: 'refused' as const, reason: { zh: '格式不符', en: 'not as described' }, errors };
      });
      return c.json({ results }, 200);
    },
  );

  const monthOf = async (entity: LegalEntity, employee: Employee, period: Month): Promise<AttendanceMonth> => {
    const [months] = await loadAttendanceMonths(store, entity, [employee], [period], clock.now());
    const found = judgedOf(months?.[0]);
    if (!found)
      throw new ProblemError('not_found', {
        zh: '该月没有适用于此人的考勤规则',
        en: 'no attendance rules are for this person in this month',
      });
    return found;
  };

  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/attendance-days/{period}',
      access: { roles: ['manager', 'payroll', 'auditor'], self: true },
      tags: ['attendance days'],
      summary: 'A person’s days of a month, each with why',
      description: 'The employee; a manager for the own units and below; payroll and auditor for their legal entities.',
      request: { params: z.object({ employeeId: idSchema, period: monthSchema }) },
      responses: { 200: json(monthAnswer, 'The month') },
    },
    async (c) => {
      const { employeeId, period } = c.req.valid('param');
      const { employee, entity } = await reach(platform, principalOf(c), employeeId);
      return c.json(monthView(employeeId, period, await monthOf(entity, employee, period)), 200);
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/me/attendance-days/{period}',
      access: { roles: [], self: true },
      tags: ['attendance days'],
      summary: 'My days of a month, each with why',
      description: 'The employee of the token.',
      request: { params: z.object({ period: monthSchema }) },
      responses: { 200: json(monthAnswer, 'The month') },
    },
    async (c) => {
      const { period } = c.req.valid('param');
      const principal = principalOf(c);
      const { employee, entity } = await reach(platform, principal, principal.employeeId ?? '-');
      return c.json(monthView(employee.id, period, await monthOf(entity, employee, period)), 200);
    },
  );

  const rowAnswer = z.object({
    employeeId: z.string(),
    name: z.string(),
    summary: summaryAnswer.nullable().describe('Null: no rules are for this person'),
    openDates: z.array(z.string()).describe('Days with a question that nobody has answered'),
  });
  add(
    {
      method: 'get',
      path: '/v1/attendance-days/{legalEntityId}/{period}',
      access: { roles: ['manager', 'payroll', 'auditor'] },
      tags: ['attendance days'],
      summary: 'A month of everybody, before payroll takes it',
      description:
        'Payroll and auditor for their legal entities; a manager for the own units and below. By employee; openDates are what should be settled before month-end: nothing is taken for them. A page may be shorter than its limit.',
      request: { params: z.object({ legalEntityId: idSchema, period: monthSchema }), query: z.strictObject(pageQuery) },
      responses: { 200: json(pageOf(rowAnswer), 'One page') },
    },
    async (c) => {
      const { legalEntityId, period } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      const principal = principalOf(c as never);
      const { entity, holds } = await scopeIn(platform, principal, legalEntityId, ['payroll', 'auditor']);
      const worked = ({ hiredOn, leftOn }: Employee): boolean =>
        hiredOn <= lastDay(period) && (leftOn === null || leftOn >= firstDay(period));
      const list = `attendance-days ${legalEntityId} ${period}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const page = await store.query({ ...employeesQuery(legalEntityId), limit, ...(startAfter ? { startAfter } : {}) });
      const employees = page.items.flatMap((item) => parseEmployee(item) ?? []).filter((employee) => worked(employee) && holds(employee));
      const months = await loadAttendanceMonths(store, entity, employees, [period], clock.now());
      const items = employees.map((employee, index) => {
        const found = judgedOf(months[index]?.[0]);
        return {
          employeeId: employee.id,
          name: employee.name,
          summary: found && summaryView(found.summary),
          openDates: found?.days.flatMap(({ date, open }) => (open.length > 0 ? [date] : [])) ?? [],
        };
      });
      return c.json({ items, next: cursors.issue(page.next, principal.subject, list) }, 200) as never;
    },
  );
};

/** @throws ProblemError `cannot_calculate` for a year whose calendar is not loaded. */
const judgedOf = (month: JudgedMonth | undefined): AttendanceMonth | null => {
  if (!month) return null;
  if (!month.judged.ok) throw missingCalendar(month.judged.error.year);
  return month.judged.value;
};
