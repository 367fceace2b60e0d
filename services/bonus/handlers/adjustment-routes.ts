/** Routes of manual adjustments: one person proposes, another decides. Pay data: every look is logged. */
import { z } from 'zod';
import { fenSchema, idSchema, monthSchema, nameSchema, slugSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { ProblemCode } from '../../../shared/contracts/problems.ts';
import { DEFAULT_ADJUSTMENT_LIMITS } from '../../../shared/kernel/adjustment-rule.ts';
import { formatYuanGrouped } from '../../../shared/kernel/money.ts';
import { DEFAULT_TIME_ZONE, dateIn, monthOf } from '../../../shared/kernel/period.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed, reachedUnits } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, orgKey, parseEmployee, parseEntity, parseOrg, placementAsOf } from '../../people/read.ts';
import { decideStoredAdjustment, proposeAdjustment } from '../app/adjustments.ts';
import type { Adjustment, AdjustmentRefusal, ProposerRole } from '../domain/adjustment.ts';
import { adjustmentKey, adjustmentsQuery, parseAdjustment } from '../store.ts';

const words = (max: number) => nameSchema(max).describe('One line; the person reads it');
const named = z.object({ legalEntityId: idSchema, period: monthSchema, id: slugSchema });
const proposalBody = z.strictObject({
  employeeId: idSchema,
  amountFen: fenSchema.refine((amount) => amount !== 0, 'not 0').describe('Fen; below 0 to take'),
  category: z.enum(['commission', 'bonus', 'subsidy']).default('bonus').describe('The line of the payslip'),
  reason: words(300),
  evidence: words(1000).describe('What it rests on: a number, a link, a description'),
});
const decisionBody = z
  .strictObject({ decision: z.enum(['approve', 'reject', 'withdraw']), reason: words(300).optional() })
  .refine(({ decision, reason }) => decision !== 'reject' || reason !== undefined, {
    path: ['reason'],
    error: 'a rejection needs a reason',
  });
const actor = z.object({ subject: z.string(), employeeId: z.string().nullable() });
const adjustmentSchema = z
  .object({
    id: z.string(),
    legalEntityId: z.string(),
    period: z.string(),
    employeeId: z.string(),
    amountFen: z.int(),
    category: z.enum(['commission', 'bonus', 'subsidy']),
    reason: z.string(),
    evidence: z.string(),
    version: z.int(),
    status: z.enum(['proposed', 'approved', 'rejected', 'withdrawn']),
    proposedBy: actor.extend({ role: z.enum(['manager', 'payroll']) }),
    proposedAt: z.string(),
    decision: z.object({ by: actor, at: z.string(), reason: z.string().nullable() }).nullable(),
    entrySeq: z.int().nullable().describe('Its entry in the person’s ledger; null until approved'),
  })
  .meta({ id: 'Adjustment' });
const pageSchema = z
  .object({ items: z.array(adjustmentSchema), next: z.string().nullable().describe('Cursor of the next page; null at the end') })
  .meta({ id: 'AdjustmentPage' });
const listQuery = z.strictObject({
  status: z.enum(['proposed', 'approved', 'rejected', 'withdrawn']).optional().describe('A page may then be shorter than its limit'),
  limit: wholeNumber(1, 200).default(50),
  cursor: z.string().max(2000).optional(),
});
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

const PROPOSERS = ['manager', 'payroll'] as const;

export const addAdjustmentRoutes = (platform: Platform, { add, cursors }: Pick<Routes, 'add' | 'cursors'>): void => {
  const { store, clock } = platform;
  const actorOf = (c: Ctx) => {
    const { subject, employeeId } = principalOf(c);
    return { subject, employeeId };
  };

  add(
    {
      method: 'put',
      path: '/v1/adjustments/{legalEntityId}/{period}/{id}',
      access: { roles: PROPOSERS, payData: true },
      tags: ['adjustments'],
      summary: 'Propose a manual adjustment',
      description:
        'Payroll for its legal entities; a manager for the own units and below. Nothing is paid until somebody else approves. At most the legal entity’s adjustmentLimits of the role. The same again is 200 and changes nothing.',
      request: { params: named, body: { required: true, ...json('The adjustment', proposalBody) } },
      responses: { 200: json('Proposed before', adjustmentSchema), 201: json('Proposed', adjustmentSchema) },
    },
    async (c) => {
      const { legalEntityId, period, id } = c.req.valid('param');
      const body = c.req.valid('json');
      const [employeeItem, entityItem] = await store.getMany([employeeKey(body.employeeId), entityKey(legalEntityId)]);
      const [employee, entity] = [parseEmployee(employeeItem), parseEntity(entityItem)];
      const role = employee && (await roleFor(c as never, employee));
      if (!employee || !entity || employee.legalEntityId !== legalEntityId || !role) throw new ProblemError('not_found');
      const month = monthOf(dateIn(clock.now(), entity.timeZone ?? DEFAULT_TIME_ZONE));
      if (period > month)
        throw refused('invalid_request', '/path/period', 'future_month', `月份 ${period} 尚未开始`, `${period} has not begun`);
      const proposed = await proposeAdjustment(
        platform,
        { id, legalEntityId, period, ...body },
        { ...actorOf(c as never), role },
        // A legal entity that was recorded before there were limits has none.
        entity.adjustmentLimits ?? DEFAULT_ADJUSTMENT_LIMITS,
      );
      if (!proposed.ok) throw problemOf(proposed.error);
      const { adjustment, isNew } = proposed.value;
      return c.json(adjustment as z.input<typeof adjustmentSchema>, isNew ? 201 : 200) as never;
    },
  );

  /** As what the caller may propose for the person; undefined for who may not. A manager's own adjustment is refused as such, not hidden. */
  const roleFor = async (c: Ctx, employee: Employee): Promise<ProposerRole | undefined> => {
    const principal = principalOf(c);
    if (principal.roles.has('payroll') && entityAllowed(principal, employee.legalEntityId)) return 'payroll';
    if (!principal.roles.has('manager')) return undefined;
    if (principal.employeeId === employee.id) return 'manager';
    const [orgItem, entityItem] = await store.getMany([orgKey(employee.legalEntityId), entityKey(employee.legalEntityId)]);
    const today = dateIn(clock.now(), parseEntity(entityItem)?.timeZone ?? DEFAULT_TIME_ZONE);
    const placement = placementAsOf(employee, today);
    return placement && reachedUnits(principal, parseOrg(orgItem)).has(placement.orgUnitId) ? 'manager' : undefined;
  };

  add(
    {
      method: 'post',
      path: '/v1/adjustments/{legalEntityId}/{period}/{id}/decisions',
      access: { roles: PROPOSERS, payData: true },
      tags: ['adjustments'],
      summary: 'Approve, reject or withdraw a manual adjustment',
      description:
        'Payroll approves or rejects (with a reason) what somebody else proposed for somebody else; the proposer withdraws. An approval posts one ledger entry and tells the person. Decided once: the same decision again is 200 and changes nothing. An approved adjustment is undone only by another the other way.',
      request: { params: named, body: { required: true, ...json('The decision', decisionBody) } },
      responses: { 200: json('Decided', adjustmentSchema) },
    },
    async (c) => {
      const name = c.req.valid('param');
      const { decision, reason } = c.req.valid('json');
      const current = await adjustmentFor(c as never, name);
      if (decision !== 'withdraw' && !principalOf(c as never).roles.has('payroll')) throw new ProblemError('forbidden');
      const decided = await decideStoredAdjustment(platform, current, { decision, by: actorOf(c as never), reason: reason ?? null });
      if (!decided.ok) throw problemOf(decided.error);
      return c.json(decided.value as z.input<typeof adjustmentSchema>, 200) as never;
    },
  );

  /** Payroll and auditor by legal entity; a manager what he or she proposed. The look is logged. */
  const adjustmentFor = async (c: Ctx, name: z.output<typeof named>): Promise<Adjustment> => {
    const principal = principalOf(c);
    const adjustment = parseAdjustment(await store.get(adjustmentKey(name)));
    const byRole = (principal.roles.has('payroll') || principal.roles.has('auditor')) && entityAllowed(principal, name.legalEntityId);
    if (!adjustment || !(byRole || adjustment.proposedBy.subject === principal.subject)) throw new ProblemError('not_found');
    logPayRead(platform, c, adjustment.employeeId, 'adjustment');
    return adjustment;
  };

  add(
    {
      method: 'get',
      path: '/v1/adjustments/{legalEntityId}/{period}/{id}',
      access: { roles: ['manager', 'payroll', 'auditor'], payData: true },
      tags: ['adjustments'],
      summary: 'A manual adjustment',
      description: 'Payroll and auditor for their legal entities; managers those that they proposed.',
      request: { params: named },
      responses: { 200: json('The adjustment', adjustmentSchema) },
    },
    async (c) => c.json((await adjustmentFor(c as never, c.req.valid('param'))) as z.input<typeof adjustmentSchema>, 200) as never,
  );
  add(
    {
      method: 'get',
      path: '/v1/adjustments/{legalEntityId}/{period}',
      access: { roles: ['payroll', 'auditor'], payData: true },
      tags: ['adjustments'],
      summary: 'Manual adjustments of a month',
      description: 'Payroll and auditor for their legal entities. By id.',
      request: { params: named.omit({ id: true }), query: listQuery },
      responses: { 200: json('One page', pageSchema) },
    },
    async (c) => {
      const { legalEntityId, period } = c.req.valid('param');
      const { status, limit, cursor } = c.req.valid('query');
      const principal = principalOf(c as never);
      if (!entityAllowed(principal, legalEntityId)) throw new ProblemError('not_found');
      logPayRead(platform, c as never, legalEntityId, 'adjustments');
      const list = `adjustments ${legalEntityId} ${period}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const found = await store.query({ ...adjustmentsQuery(legalEntityId, period), limit, ...(startAfter ? { startAfter } : {}) });
      const items = found.items
        .flatMap((item) => parseAdjustment(item) ?? [])
        .filter((one) => status === undefined || one.status === status);
      return c.json(
        { items: items as z.input<typeof adjustmentSchema>[], next: cursors.issue(found.next, principal.subject, list) },
        200,
      ) as never;
    },
  );
};

const refused = (code: ProblemCode, pointer: string, why: string, zh: string, en: string): ProblemError =>
  new ProblemError(code, { zh, en }, { errors: [{ pointer, code: why, detail: en }] });

const problemOf = (refusal: AdjustmentRefusal | { readonly code: 'not_found' }): ProblemError => {
  switch (refusal.code) {
    case 'not_found':
      return new ProblemError('not_found');
    case 'own_pay':
      return refused(
        'second_person_required',
        '/employeeId',
        refusal.code,
        '不能提出或决定本人的调整',
        'nobody proposes or decides an adjustment of the own pay',
      );
    case 'above_limit': {
      const limit = formatYuanGrouped(refusal.limitFen);
      return refused(
        'invalid_request',
        '/amountFen',
        refusal.code,
        `超过该角色单笔上限 ${limit} 元(法人设置 adjustmentLimits)`,
        `more than the ${limit} yuan that this role may propose at once (adjustmentLimits of the legal entity)`,
      );
    }
    case 'taken':
      return refused(
        'conflict',
        '/path/id',
        refusal.code,
        '该编号已用于另一笔调整,请换编号',
        'this id has another content; take another id',
      );
    case 'not_somebody_else':
      return refused(
        'second_person_required',
        '/decision',
        refusal.code,
        '须由提出人以外的人批准或驳回',
        'somebody else than the proposer must approve or reject it',
      );
    case 'not_the_proposer':
      return refused('conflict', '/decision', refusal.code, '只有提出人可以撤回', 'only the proposer withdraws it');
    case 'decided':
      return refused(
        'conflict',
        '/decision',
        refusal.code,
        `该调整已是 ${refusal.status},不可更改`,
        `it is ${refusal.status} already and does not change`,
      );
  }
};
