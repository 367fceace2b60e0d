/** Routes of payslips, the estimate, and what payroll takes in about a person. Pay data: every look is logged. */
import { z } from 'zod';
import { monthSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import { monthlyAttendanceSchema, openingBalanceSchema } from '../../../shared/contracts/payroll.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { dateIn, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import { estimatePay } from '../app/estimate-pay.ts';
import { explainLine } from '../app/explain-line.ts';
import { readAttendance } from '../app/load-attendance.ts';
import { ruleBook } from '../app/rule-book.ts';
import { replayPayslip } from '../domain/replay.ts';
import { renderPayslipHtml } from '../render/payslip-html.ts';
import { deleteAttendance, openingKey, parseOpening, parseRun, parseSlip, putAttendance, putOpening, runKey } from '../store.ts';
import { ownEmployeeId, payPerson, payslipFor } from './access.ts';
import { estimateSchema, payslipListSchema, payslipSchema, provenanceSchema, replaySchema, takenAttendanceSchema } from './schemas.ts';

const READ = { roles: ['payroll', 'auditor'], self: true, payData: true } as const;
const SELF = { roles: [], self: true, payData: true } as const;
const WRITE = { roles: ['payroll'] } as const;
const person = z.object({ employeeId: z.string().min(1).max(128) });
const slipParams = z.object({ payslipId: z.string().min(3).max(300) });
const periodOrCurrent = z.union([z.literal('current'), monthSchema]);
const pageQuery = z.strictObject({ limit: wholeNumber(1, 200).default(24), cursor: z.string().max(2000).optional() });
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });
const body = <S extends z.ZodType>(schema: S) => ({ required: true, content: { 'application/json': { schema } } });

export const addPayslipRoutes = (platform: Platform, routes: Routes): void => {
  addEstimate(platform, routes);
  addIntake(platform, routes);
  addPayslips(platform, routes);
};

const addEstimate = (platform: Platform, { add }: Routes): void => {
  const estimate = async (c: Ctx, employeeId: string, asked: 'current' | Month | undefined) => {
    const employee = await payPerson(platform, c, employeeId);
    const entity = parseEntity(await platform.store.get(entityKey(employee.legalEntityId)));
    if (!entity) throw new ProblemError('not_found');
    const period = asked === undefined || asked === 'current' ? monthOf(dateIn(platform.clock.now(), entity.timeZone)) : asked;
    logPayRead(platform, c, employeeId, `estimate ${period}`);
    return c.json(await estimatePay(platform, { employeeId, legalEntityId: employee.legalEntityId }, period), 200) as never;
  };
  const query = z.strictObject({ period: periodOrCurrent.optional() });
  const description =
    'The payslip as it would be if the month ended now: the same function as the run, on what is recorded so far. Amounts in fen.';
  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/estimate',
      access: READ,
      tags: ['pay'],
      summary: "A person's pay this month as it stands",
      description: `The person, payroll, auditor; not managers. ${description}`,
      request: { params: person, query },
      responses: { 200: json('The estimate', estimateSchema) },
    },
    (c) => estimate(c as never, c.req.valid('param').employeeId, c.req.valid('query').period),
  );
  add(
    {
      method: 'get',
      path: '/v1/me/estimate',
      access: SELF,
      tags: ['pay'],
      summary: 'My pay this month as it stands',
      description: `Role employee. ${description}`,
      request: { query },
      responses: { 200: json('The estimate', estimateSchema) },
    },
    (c) => estimate(c as never, ownEmployeeId(c as never), c.req.valid('query').period),
  );
};

const takenAttendance = async (platform: Platform, employee: Employee, period: Month): Promise<z.infer<typeof takenAttendanceSchema>> => {
  const entity = parseEntity(await platform.store.get(entityKey(employee.legalEntityId)));
  if (!entity) throw new ProblemError('not_found');
  const found = await readAttendance(platform.store, entity, employee, period, platform.clock.now());
  if (!found.ok) throw new ProblemError('cannot_calculate', { zh: found.error.zh, en: found.error.en });
  const { origin, source, taken, paid } = found.value;
  const figures = ({
    unpaidLeaveDays,
    sickLeaveDays,
    overtimeHours,
  }: Pick<typeof taken, 'unpaidLeaveDays' | 'sickLeaveDays' | 'overtimeHours'>) => ({
    unpaidLeaveDays,
    sickLeaveDays,
    overtimeHours: { ...overtimeHours },
  });
  return { ...figures(taken), origin, source, paid: paid && figures(paid) };
};

const addIntake = (platform: Platform, { add }: Routes): void => {
  const reachable = async (c: Ctx, employeeId: string): Promise<Employee> => {
    const employee = parseEmployee(await platform.store.get(employeeKey(employeeId)));
    if (!employee || !entityAllowed(principalOf(c), employee.legalEntityId)) throw new ProblemError('not_found');
    return employee;
  };
  const attendanceParams = person.extend({ period: monthSchema });
  const openingParams = person.extend({ year: wholeNumber(2019, 2100) });
  add(
    {
      method: 'put',
      path: '/v1/people/{employeeId}/attendance/{period}',
      access: WRITE,
      tags: ['payroll'],
      summary: "Set a month's attendance as payroll takes it in",
      description:
        'Role payroll. Leave in half days, overtime in hours; `source` says where it came from. It holds over the attendance days. Counts from the next calculation on; of a month that is paid, the difference comes with the next payslip, up to two months back.',
      request: { params: attendanceParams, body: body(monthlyAttendanceSchema) },
      responses: { 200: json('As stored', monthlyAttendanceSchema) },
    },
    async (c) => {
      const { employeeId, period } = c.req.valid('param');
      await reachable(c as never, employeeId);
      const attendance = c.req.valid('json');
      await platform.store.write(putAttendance(employeeId, period, attendance, principalOf(c as never).subject, platform.clock.now()));
      return c.json(attendance, 200) as never;
    },
  );
  add(
    {
      method: 'post',
      path: '/v1/people/{employeeId}/attendance/{period}/from-days',
      access: WRITE,
      tags: ['payroll'],
      summary: "Take a month's attendance from its days again",
      description: 'Role payroll. What was entered for the month no longer counts: the days do, from the next calculation on.',
      request: { params: attendanceParams },
      responses: { 200: json('As payroll takes it now', takenAttendanceSchema) },
    },
    async (c) => {
      const { employeeId, period } = c.req.valid('param');
      const found = await reachable(c as never, employeeId);
      await platform.store.write(deleteAttendance(employeeId, period));
      logPayRead(platform, c as never, employeeId, `attendance ${period}`);
      return c.json(await takenAttendance(platform, found, period), 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/attendance/{period}',
      access: READ,
      tags: ['payroll'],
      summary: "A month's attendance as payroll takes it in",
      description: 'The person, payroll, auditor. What was entered, or else what the attendance days come to, or else full attendance.',
      request: { params: attendanceParams },
      responses: { 200: json('As payroll takes it now', takenAttendanceSchema) },
    },
    async (c) => {
      const { employeeId, period } = c.req.valid('param');
      const found = await payPerson(platform, c as never, employeeId);
      logPayRead(platform, c as never, employeeId, `attendance ${period}`);
      return c.json(await takenAttendance(platform, found, period), 200) as never;
    },
  );
  add(
    {
      method: 'put',
      path: '/v1/people/{employeeId}/tax-years/{year}/opening',
      access: WRITE,
      tags: ['payroll'],
      summary: 'Set what was paid and withheld earlier in a tax year',
      description: 'Role payroll. For months paid by this employer before the first run here. Cumulative; amounts in fen.',
      request: { params: openingParams, body: body(openingBalanceSchema) },
      responses: { 200: json('As stored', openingBalanceSchema) },
    },
    async (c) => {
      const { employeeId, year } = c.req.valid('param');
      await reachable(c as never, employeeId);
      const opening = c.req.valid('json');
      await platform.store.write(putOpening(employeeId, year, opening, principalOf(c as never).subject, platform.clock.now()));
      return c.json(opening, 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/tax-years/{year}/opening',
      access: READ,
      tags: ['payroll'],
      summary: 'What was paid and withheld earlier in a tax year',
      description: 'The person, payroll, auditor.',
      request: { params: openingParams },
      responses: { 200: json('As stored', openingBalanceSchema) },
    },
    async (c) => {
      const { employeeId, year } = c.req.valid('param');
      await payPerson(platform, c as never, employeeId);
      const opening = parseOpening(await platform.store.get(openingKey(employeeId, year)));
      if (!opening) throw new ProblemError('not_found');
      logPayRead(platform, c as never, employeeId, `opening balance ${year}`);
      return c.json(opening, 200) as never;
    },
  );
};

const addPayslips = (platform: Platform, { add, cursors }: Routes): void => {
  const list = async (c: Ctx, employeeId: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) => {
    const principal = principalOf(c);
    await payPerson(platform, c, employeeId);
    const name = `payslips:${employeeId}`;
    const startAfter = cursors.read(cursor, principal.subject, name);
    const page = await platform.store.query({
      table: 'payroll',
      index: 'gsi1',
      pk: `SLIPS#${employeeId}`,
      limit,
      descending: true,
      ...(startAfter ? { startAfter } : {}),
    });
    const slips = page.items.flatMap((item) => {
      const slip = parseSlip(item);
      return slip?.outcome === 'payslip' ? [slip] : [];
    });
    const runIds = [...new Set(slips.map((slip) => slip.payslip.runId))];
    const runs = new Map(
      (await platform.store.getMany(runIds.map(runKey))).flatMap((item) => {
        const stored = parseRun(item);
        return stored ? [[stored.run.id, stored.run] as const] : [];
      }),
    );
    const staff = principal.roles.has('payroll') || principal.roles.has('auditor');
    logPayRead(platform, c, employeeId, 'payslips');
    const items = slips.flatMap((slip) => {
      const run = runs.get(slip.payslip.runId);
      const visible =
        run !== undefined && run.attempt === slip.attempt && (staff || run.status === 'published' || run.status === 'publishing');
      if (!visible) return [];
      const { id, runId, period, payDate, totals, digest } = slip.payslip;
      return [{ id, runId, period, payDate, status: run.status, netFen: totals.netFen, grossFen: totals.grossFen, digest }];
    });
    return c.json({ items, next: cursors.issue(page.next, principal.subject, name) }, 200) as never;
  };
  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/payslips',
      access: READ,
      tags: ['pay'],
      summary: "A person's payslips, newest first",
      description: 'The person (published ones), payroll, auditor.',
      request: { params: person, query: pageQuery },
      responses: { 200: json('A page of payslips', payslipListSchema) },
    },
    (c) => list(c as never, c.req.valid('param').employeeId, c.req.valid('query')),
  );
  add(
    {
      method: 'get',
      path: '/v1/me/payslips',
      access: SELF,
      tags: ['pay'],
      summary: 'My payslips, newest first',
      description: 'Role employee.',
      request: { query: pageQuery },
      responses: { 200: json('A page of payslips', payslipListSchema) },
    },
    (c) => list(c as never, ownEmployeeId(c as never), c.req.valid('query')),
  );
  add(
    {
      method: 'get',
      path: '/v1/payslips/{payslipId}',
      access: READ,
      tags: ['pay'],
      summary: 'A payslip: every line with formula, inputs and references',
      description: 'The person once it is published, payroll, auditor. Immutable; `digest` is what a replay reproduces.',
      request: { params: slipParams },
      responses: { 200: json('The payslip', payslipSchema) },
    },
    async (c) => {
      const { slip } = await payslipFor(platform, c as never, c.req.valid('param').payslipId);
      logPayRead(platform, c as never, slip.employeeId, `payslip ${slip.payslip.id}`);
      return c.json(slip.payslip, 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/payslips/{payslipId}/html',
      access: READ,
      tags: ['pay'],
      summary: 'A payslip as a page',
      description: 'As the JSON; Chinese unless `language=en`.',
      request: { params: slipParams, query: z.strictObject({ language: z.enum(['zh-CN', 'en']).default('zh-CN') }) },
      responses: { 200: { description: 'The page', content: { 'text/html': { schema: z.string() } } } },
    },
    async (c) => {
      const { slip } = await payslipFor(platform, c as never, c.req.valid('param').payslipId);
      logPayRead(platform, c as never, slip.employeeId, `payslip page ${slip.payslip.id}`);
      return c.html(renderPayslipHtml(slip.payslip, { lang: c.req.valid('query').language }), 200, {
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      }) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/payslips/{payslipId}/pdf',
      access: READ,
      tags: ['pay'],
      summary: 'A payslip as PDF, in Chinese',
      description: 'As the JSON, rendered when asked for.',
      request: { params: slipParams },
      responses: { 200: { description: 'The PDF', content: { 'application/pdf': { schema: z.string() } } } },
    },
    async (c) => {
      const { slip } = await payslipFor(platform, c as never, c.req.valid('param').payslipId);
      logPayRead(platform, c as never, slip.employeeId, `payslip pdf ${slip.payslip.id}`);
      // The renderer is a native module with a large font: it is loaded when the first PDF is asked for.
      const { renderPayslipPdf } = await import('../render/payslip-pdf.ts');
      const pdf = await renderPayslipPdf(slip.payslip);
      return c.body(Uint8Array.from(pdf), 200, {
        'Content-Type': 'application/pdf',
        'Content-Disposition': `inline; filename="payslip-${slip.payslip.period}.pdf"`,
      }) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/payslips/{payslipId}/lines/{line}/provenance',
      access: READ,
      tags: ['pay', 'provenance'],
      summary: 'From a line back to its rules, awards, ledger entries and facts',
      description: 'As the payslip. `line` counts from 1 in the order of the payslip.',
      request: { params: slipParams.extend({ line: wholeNumber(1, 1000) }) },
      responses: { 200: json('Where the line comes from', provenanceSchema) },
    },
    async (c) => {
      const { payslipId, line } = c.req.valid('param');
      const { slip } = await payslipFor(platform, c as never, payslipId);
      logPayRead(platform, c as never, slip.employeeId, `provenance ${payslipId} line ${line}`);
      return c.json(await explainLine(platform, slip, line), 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/payslips/{payslipId}/replay',
      access: READ,
      tags: ['pay', 'provenance'],
      summary: 'Calculate a payslip again from its stored inputs and compare the digest',
      description: 'As the payslip. `identical` is the only good answer.',
      request: { params: slipParams },
      responses: { 200: json('The comparison', replaySchema) },
    },
    async (c) => {
      const { slip } = await payslipFor(platform, c as never, c.req.valid('param').payslipId);
      const replay = replayPayslip(slip, ruleBook());
      logPayRead(platform, c as never, slip.employeeId, `replay ${slip.payslip.id}`);
      const { status, ...detail } = replay;
      return c.json({ payslipId: slip.payslip.id, status, digest: slip.payslip.digest, detail }, 200) as never;
    },
  );
};
