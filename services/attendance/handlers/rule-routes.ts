/** How days are judged, who works when, and what leave somebody has. */
import { z } from 'zod';
import { attendanceRulesSchema, leaveBalancesSchema, rosterSchema } from '../../../shared/contracts/attendance-days.ts';
import { idSchema, monthSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import { inForceOn } from '../../../shared/kernel/effective.ts';
import { DEFAULT_TIME_ZONE, dateIn, type LocalDate } from '../../../shared/kernel/period.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import { readBalances } from '../app/attendance-entries.ts';
import { ruleFaults } from '../domain/attendance-rules.ts';
import { begunAndChanged } from '../domain/dated-terms.ts';
import {
  attendanceRulesKey,
  balancesKey,
  fitsItem,
  parseAttendanceRules,
  parseBalances,
  parseRoster,
  putAttendanceRules,
  putBalances,
  putRoster,
  rosterKey,
} from '../store.ts';
import { ifMatchHeader, ifMatchOf, json, jsonBody, tagVersion, writeProblems } from './answers.ts';
import { missingCalendar } from './entry-routes.ts';
import { reach } from './reach.ts';

const version = z.int().min(0).describe('Rises by one with each change; send it as If-Match. 0: never stored');
const rulesAnswer = attendanceRulesSchema
  .extend({ legalEntityId: z.string(), version, rules: attendanceRulesSchema.shape.rules.min(0) })
  .meta({ id: 'AttendanceRules' });
const rosterParams = z.object({ employeeId: idSchema, period: monthSchema });
const rosterAnswer = rosterSchema.extend({ employeeId: z.string(), period: z.string(), version }).meta({ id: 'Roster' });
const balanceParams = z.object({ employeeId: idSchema, year: wholeNumber(2000, 2199) });
const balancesAnswer = z
  .object({
    employeeId: z.string(),
    year: z.int(),
    version,
    kinds: z.array(
      z.object({
        kind: z.string(),
        granted: z.number(),
        taken: z.number().describe('Approved'),
        requested: z.number().describe('Waiting for a decision'),
        left: z.number(),
      }),
    ),
  })
  .meta({ id: 'LeaveBalances' });

export const addRuleRoutes = ({ add }: Routes, platform: Platform): void => {
  const { store, clock } = platform;

  add(
    {
      method: 'get',
      path: '/v1/legal-entities/{id}/attendance-rules',
      access: { roles: ['payroll', 'operator', 'auditor', 'plan-owner', 'manager', 'employee'] },
      tags: ['attendance days'],
      summary: 'How days are judged, from when on',
      description:
        'Every role but source: for the legal entities of the token, employees and managers for their own. Version 0: there are none, and no day is judged.',
      request: { params: z.object({ id: idSchema }) },
      responses: { 200: json(rulesAnswer, 'The rules') },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const principal = principalOf(c);
      const [entity, item, own] = await store.getMany([entityKey(id), attendanceRulesKey(id), employeeKey(principal.employeeId ?? '-')]);
      const mine = principal.employeeId !== null && parseEmployee(own)?.legalEntityId === id;
      if (!entity || !(mine || entityAllowed(principal, id))) throw new ProblemError('not_found');
      const { value, version: at } = parseAttendanceRules(item);
      tagVersion(c, at);
      return c.json({ legalEntityId: id, version: at, ...value }, 200);
    },
  );

  add(
    {
      method: 'put',
      path: '/v1/legal-entities/{id}/attendance-rules',
      access: { roles: ['payroll'] },
      tags: ['attendance days'],
      summary: 'Set shifts, patterns, leave kinds and overtime, from a day on',
      description:
        'Role: payroll, for the legal entities of the token. Rules are dated: one that has begun is only given again as it is, a change begins tomorrow at the earliest. The first list of all is free.',
      request: { params: z.object({ id: idSchema }), headers: ifMatchHeader, body: jsonBody(attendanceRulesSchema) },
      responses: { 200: json(rulesAnswer, 'The rules'), ...writeProblems },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const given = c.req.valid('json');
      if (!entityAllowed(principalOf(c), id)) throw new ProblemError('not_found');
      const [entityItem, item] = await store.getMany([entityKey(id), attendanceRulesKey(id)]);
      if (!entityItem) throw new ProblemError('not_found');
      const before = parseAttendanceRules(item);
      const ifMatch = ifMatchOf(c.req.valid('header'));
      if (ifMatch !== undefined && ifMatch !== before.version) throw new ProblemError('precondition_failed');
      const errors = [
        ...ruleFaults(given),
        ...(fitsItem(given)
          ? []
          : [
              {
                pointer: '/rules',
                code: 'too_large',
                detail: 'more than 300 KB: leave rules out that ended before there was anything to judge',
              },
            ]),
      ];
      if (errors.length > 0) throw new ProblemError('invalid_request', undefined, { errors });
      const changed = begunAndChanged(
        before.value.rules,
        given.rules,
        dateIn(clock.now(), parseEntity(entityItem)?.timeZone ?? DEFAULT_TIME_ZONE),
      );
      if (changed.length > 0)
        throw new ProblemError('conflict', {
          zh: `已生效的规则不能更改:${changed.join('、')};请新增一条从明天或以后开始的规则`,
          en: `what has begun is not changed: ${changed.join(', ')}; add a rule that begins tomorrow or later`,
        });
      const next = before.version + 1;
      if (!(await store.write(putAttendanceRules(id, given, next))).ok) throw new ProblemError('version_conflict');
      tagVersion(c, next);
      return c.json({ legalEntityId: id, version: next, ...given }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/rosters/{period}',
      access: { roles: ['manager', 'payroll', 'auditor'], self: true },
      tags: ['attendance days'],
      summary: 'Days on which a person’s shift is not that of the pattern',
      description: 'The employee; a manager for the own units and below; payroll and auditor for their legal entities.',
      request: { params: rosterParams },
      responses: { 200: json(rosterAnswer, 'The days') },
    },
    async (c) => {
      const { employeeId, period } = c.req.valid('param');
      await reach(platform, principalOf(c), employeeId);
      const { value: days, version: at } = parseRoster(await store.get(rosterKey(employeeId, period)));
      tagVersion(c, at);
      return c.json({ employeeId, period, version: at, days }, 200);
    },
  );
  add(
    {
      method: 'put',
      path: '/v1/people/{employeeId}/rosters/{period}',
      access: { roles: ['manager', 'payroll'] },
      tags: ['attendance days'],
      summary: 'Give a person other shifts, or free days, in a month',
      description:
        'A manager for the own units and below, payroll for its legal entities; not for oneself. Shifts by id, null for a free day; days not named go by the pattern.',
      request: { params: rosterParams, headers: ifMatchHeader, body: jsonBody(rosterSchema) },
      responses: { 200: json(rosterAnswer, 'The days'), ...writeProblems },
    },
    async (c) => {
      const { employeeId, period } = c.req.valid('param');
      const { days } = c.req.valid('json');
      const reached = await reach(platform, principalOf(c), employeeId);
      if (!reached.decides) throw new ProblemError(reached.isSelf ? 'second_person_required' : 'not_found');
      const [rulesItem, item] = await store.getMany([attendanceRulesKey(reached.entity.id), rosterKey(employeeId, period)]);
      const { rules } = parseAttendanceRules(rulesItem).value;
      const errors = Object.entries(days).flatMap(([date, shiftId]) => {
        const pointer = `/days/${date}`;
        if (!date.startsWith(period)) return [{ pointer, code: 'other_month', detail: `${date} is not in ${period}` }];
        const rule = inForceOn(rules, date as LocalDate);
        if (!rule) return [{ pointer, code: 'no_rules', detail: `no attendance rules are in force on ${date}` }];
        return shiftId === null || rule.shifts.some(({ id }) => id === shiftId)
          ? []
          : [{ pointer, code: 'unknown_shift', detail: `there is no shift ${shiftId}` }];
      });
      if (errors.length > 0) throw new ProblemError('invalid_request', undefined, { errors });
      const before = parseRoster(item);
      const ifMatch = ifMatchOf(c.req.valid('header'));
      if (ifMatch !== undefined && ifMatch !== before.version) throw new ProblemError('precondition_failed');
      const next = before.version + 1;
      if (!(await store.write(putRoster(employeeId, period, days, next))).ok) throw new ProblemError('version_conflict');
      tagVersion(c, next);
      return c.json({ employeeId, period, version: next, days }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/leave-balances/{year}',
      access: { roles: ['manager', 'payroll', 'auditor'], self: true },
      tags: ['attendance days'],
      summary: 'What leave a person has, has taken and has asked for',
      description:
        'The employee; a manager for the own units and below; payroll and auditor for their legal entities. Only days on which something is due count.',
      request: { params: balanceParams },
      responses: { 200: json(balancesAnswer, 'By kind') },
    },
    async (c) => {
      const { employeeId, year } = c.req.valid('param');
      const reached = await reach(platform, principalOf(c), employeeId);
      const [item, balances] = await Promise.all([store.get(balancesKey(employeeId, year)), readBalances(platform, reached, year)]);
      if (!balances.ok) throw missingCalendar(balances.error.year);
      const at = parseBalances(item).version;
      tagVersion(c, at);
      const kinds = balances.value.map((one) => ({ ...one, left: one.granted - one.taken - one.requested }));
      return c.json({ employeeId, year, version: at, kinds }, 200);
    },
  );
  add(
    {
      method: 'put',
      path: '/v1/people/{employeeId}/leave-balances/{year}',
      access: { roles: ['payroll'] },
      tags: ['attendance days'],
      summary: 'Grant leave of a year',
      description:
        'Role: payroll, for its legal entities; not for oneself. Days by kind of leave, in halves; kinds not named have none. What was taken is counted, not entered.',
      request: { params: balanceParams, headers: ifMatchHeader, body: jsonBody(leaveBalancesSchema) },
      responses: {
        200: json(leaveBalancesSchema.extend({ employeeId: z.string(), year: z.int(), version }), 'As stored'),
        ...writeProblems,
      },
    },
    async (c) => {
      const { employeeId, year } = c.req.valid('param');
      const { days } = c.req.valid('json');
      const reached = await reach(platform, principalOf(c), employeeId);
      if (!reached.decides) throw new ProblemError(reached.isSelf ? 'second_person_required' : 'not_found');
      const before = parseBalances(await store.get(balancesKey(employeeId, year)));
      const ifMatch = ifMatchOf(c.req.valid('header'));
      if (ifMatch !== undefined && ifMatch !== before.version) throw new ProblemError('precondition_failed');
      const next = before.version + 1;
      if (!(await store.write(putBalances(employeeId, year, days, next))).ok) throw new ProblemError('version_conflict');
      tagVersion(c, next);
      return c.json({ employeeId, year, version: next, days }, 200);
    },
  );
};
