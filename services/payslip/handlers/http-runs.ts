/** Routes of payroll runs. Payroll staff work them, auditors read them. */
import { z } from 'zod';
import { wholeNumber } from '../../../shared/contracts/common.ts';
import { createRunSchema, recalculateSchema } from '../../../shared/contracts/payroll.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { bankFileOf } from '../app/bank-file.ts';
import { finishRun } from '../app/finish-run.ts';
import { approveRun, cancelRun, createRun, payOut, recalculateRun, startPublishing } from '../app/manage-run.ts';
import { publishRun } from '../app/publish-run.ts';
import { parseRun, parseSlip } from '../store.ts';
import { runFor } from './access.ts';
import { checksSchema, payslipListSchema, runSchema } from './schemas.ts';

const WRITE = { roles: ['payroll'], payData: true } as const;
const READ = { roles: ['payroll', 'auditor'], payData: true } as const;
const params = z.object({ runId: z.string().min(1).max(160) });
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });
const body = <S extends z.ZodType>(schema: S) => ({ required: true, content: { 'application/json': { schema } } });

export const addRunRoutes = (platform: Platform, { add, cursors }: Routes): void => {
  const subject = (c: Ctx): string => principalOf(c).subject;

  add(
    {
      method: 'post',
      path: '/v1/payroll-runs',
      access: WRITE,
      tags: ['payroll'],
      summary: "Create a month's run",
      description:
        'Role payroll. One run a legal entity and month; calculation starts at once. Without `payDate` it is the payday of the legal entity, earlier on a rest day. 409 `run_exists` names an existing run.',
      request: { body: body(createRunSchema) },
      responses: { 201: json('The run, being calculated', runSchema), 409: json('The run exists', z.unknown()) },
    },
    async (c) => {
      const request = c.req.valid('json');
      if (!entityAllowed(principalOf(c), request.legalEntityId)) throw new ProblemError('not_found');
      return c.json(await createRun(platform, request, subject(c)), 201) as never;
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/payroll-runs',
      access: READ,
      tags: ['payroll'],
      summary: 'Runs of a legal entity, newest first',
      description: 'Roles payroll, auditor.',
      request: {
        query: z.strictObject({
          legalEntityId: z.string().max(128),
          limit: wholeNumber(1, 200).default(50),
          cursor: z.string().max(2000).optional(),
        }),
      },
      responses: { 200: json('A page of runs', z.object({ items: z.array(runSchema), next: z.string().nullable() })) },
    },
    async (c) => {
      const { legalEntityId, limit, cursor } = c.req.valid('query');
      const principal = principalOf(c);
      if (!entityAllowed(principal, legalEntityId)) throw new ProblemError('not_found');
      const list = `payroll-runs:${legalEntityId}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const page = await platform.store.query({
        table: 'payroll',
        index: 'gsi1',
        pk: `ENTITY#${legalEntityId}`,
        limit,
        descending: true,
        ...(startAfter ? { startAfter } : {}),
      });
      const items = page.items.flatMap((item) => parseRun(item)?.run ?? []);
      return c.json({ items, next: cursors.issue(page.next, principal.subject, list) }, 200) as never;
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/payroll-runs/{runId}',
      access: READ,
      tags: ['payroll'],
      summary: 'A run with its state, totals, findings and history',
      description: 'Roles payroll, auditor.',
      request: { params },
      responses: { 200: json('The run', runSchema) },
    },
    async (c) => c.json(await runFor(platform, principalOf(c), c.req.valid('param').runId), 200) as never,
  );

  add(
    {
      method: 'get',
      path: '/v1/payroll-runs/{runId}/checks',
      access: READ,
      tags: ['payroll'],
      summary: 'What the checks found',
      description:
        'Roles payroll, auditor. `done` is false while payslips are still being calculated. An error stops approval, a warning is for a person to look at.',
      request: { params },
      responses: { 200: json('The findings', checksSchema) },
    },
    async (c) => {
      const run = await runFor(platform, principalOf(c), c.req.valid('param').runId);
      const errors = run.findings.filter((finding) => finding.severity === 'error').length;
      const answer = {
        runId: run.id,
        status: run.status,
        done: run.totals !== null,
        errors,
        warnings: run.findings.length - errors,
        findings: run.findings,
      };
      return c.json(answer, 200) as never;
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/payroll-runs/{runId}/payslips',
      access: READ,
      tags: ['payroll'],
      summary: 'The payslips of a run, by employee',
      description: 'Roles payroll, auditor.',
      request: {
        params,
        query: z.strictObject({ limit: wholeNumber(1, 200).default(50), cursor: z.string().max(2000).optional() }),
      },
      responses: { 200: json('A page of payslips', payslipListSchema) },
    },
    async (c) => {
      const principal = principalOf(c);
      const run = await runFor(platform, principal, c.req.valid('param').runId);
      const { limit, cursor } = c.req.valid('query');
      const list = `run-payslips:${run.id}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const page = await platform.store.query({
        table: 'payroll',
        pk: `RUN#${run.id}`,
        sk: { beginsWith: 'SLIP#' },
        limit,
        ...(startAfter ? { startAfter } : {}),
      });
      logPayRead(platform, c, `run:${run.id}`, 'payslips of a run');
      const items = page.items.flatMap((item) => {
        const slip = parseSlip(item);
        if (slip?.outcome !== 'payslip' || slip.attempt !== run.attempt) return [];
        const { id, runId, period, payDate, totals, digest } = slip.payslip;
        return [{ id, runId, period, payDate, status: run.status, netFen: totals.netFen, grossFen: totals.grossFen, digest }];
      });
      return c.json({ items, next: cursors.issue(page.next, principal.subject, list) }, 200) as never;
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/payroll-runs/{runId}/recalculate',
      access: WRITE,
      tags: ['payroll'],
      summary: 'Calculate an unapproved run again',
      description:
        'Role payroll. Takes in late facts, corrected people and attendance. `leaveOut` names the people whom this run does not pay, with the reason: a warning for the approver in place of the error that would keep everybody waiting. An empty list takes them in again.',
      request: { params, body: { required: false, content: { 'application/json': { schema: recalculateSchema } } } },
      responses: { 202: json('The run, being calculated', runSchema) },
    },
    async (c) => {
      const { id } = await runFor(platform, principalOf(c), c.req.valid('param').runId);
      const given = c.req.valid('json') as z.infer<typeof recalculateSchema> | undefined;
      return c.json(await recalculateRun(platform, id, subject(c), given?.leaveOut), 202) as never;
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/payroll-runs/{runId}/approve',
      access: WRITE,
      tags: ['payroll'],
      summary: 'Approve a checked run',
      description:
        'Role payroll, another person than the one who created or calculated it. Give `digest` to approve exactly the figures that you looked at.',
      request: {
        params,
        body: { required: false, content: { 'application/json': { schema: z.strictObject({ digest: z.string().max(64).optional() }) } } },
      },
      responses: { 200: json('The approved run', runSchema) },
    },
    async (c) => {
      const { id } = await runFor(platform, principalOf(c), c.req.valid('param').runId);
      // A worker that was interrupted right before the last step must not make people wait for the sweep.
      await finishRun(platform, id);
      const given = c.req.valid('json') as { readonly digest?: string | undefined } | undefined;
      return c.json(await approveRun(platform, id, subject(c), given?.digest), 200) as never;
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/payroll-runs/{runId}/bank-file',
      access: { roles: ['payroll'], payData: true },
      tags: ['payroll'],
      summary: 'The bank file of an approved run',
      description: "Role payroll. In the legal entity's template; count and total equal the run; the same bytes each time.",
      request: { params },
      responses: { 200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } } },
    },
    async (c) => {
      const run = await runFor(platform, principalOf(c), c.req.valid('param').runId);
      requireApproved(run.status);
      const file = await bankFileOf(platform, run);
      logPayRead(platform, c, `run:${run.id}`, 'bank file');
      return c.body(file.bytes, 200, {
        'Content-Type': file.contentType,
        'Content-Disposition': `attachment; filename="payroll.csv"; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
        'X-File-Digest': file.payout.fileDigest,
      }) as never;
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/payroll-runs/{runId}/payout',
      access: WRITE,
      tags: ['payroll'],
      summary: 'Record that the bank file was handed to the bank',
      description: 'Role payroll. The run is then paid; its digest, count and total are kept.',
      request: { params },
      responses: { 200: json('The paid run', runSchema) },
    },
    async (c) => {
      const run = await runFor(platform, principalOf(c), c.req.valid('param').runId);
      requireApproved(run.status);
      const { payout } = await bankFileOf(platform, run);
      return c.json(await payOut(platform, run.id, subject(c), payout), 200) as never;
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/payroll-runs/{runId}/publish',
      access: WRITE,
      tags: ['payroll'],
      summary: 'Publish the payslips and tell everyone',
      description: 'Role payroll. An approved run is paid out first. From here on employees see their payslips; each gets one notice.',
      request: { params },
      responses: { 200: json('The published run', runSchema) },
    },
    async (c) => {
      const run = await runFor(platform, principalOf(c), c.req.valid('param').runId);
      if (run.status === 'approved') await payOut(platform, run.id, subject(c), (await bankFileOf(platform, run)).payout);
      await startPublishing(platform, run.id, subject(c));
      await publishRun(platform, run.id);
      return c.json(await runFor(platform, principalOf(c), run.id), 200) as never;
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/payroll-runs/{runId}/cancel',
      access: WRITE,
      tags: ['payroll'],
      summary: 'Cancel a run that is not paid',
      description: 'Role payroll. The month is free again, and its ledger entries go to the next run.',
      request: { params, body: body(z.strictObject({ reason: z.string().min(1).max(500) })) },
      responses: { 200: json('The cancelled run', runSchema) },
    },
    async (c) => {
      const { id } = await runFor(platform, principalOf(c), c.req.valid('param').runId);
      return c.json(await cancelRun(platform, id, subject(c), c.req.valid('json').reason), 200) as never;
    },
  );
};

const requireApproved = (status: string): void => {
  if (['approved', 'paid', 'publishing', 'published'].includes(status)) return;
  throw new ProblemError('conflict', {
    zh: `批次状态为 ${status},审批后才有银行文件`,
    en: `the run is ${status}: there is a bank file once it is approved`,
  });
};
