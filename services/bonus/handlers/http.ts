/** Routes of awards and the ledger. Pay data: the person, payroll and auditor; never managers; every look is logged. */
import { z } from 'zod';
import { idSchema, instantSchema, monthSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { type Api, type Ctx, createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import { MAX_CHANGES, readChanges, readLedger, readStanding } from '../app/read-ledger.ts';
import { awardKey, awardSkOf, awardsQuery, parseAward, parseAwardId } from '../read.ts';
import { parseState, stateKey } from '../store.ts';
import { addAdjustmentRoutes } from './adjustment-routes.ts';
import { addDisputeRoutes } from './dispute-routes.ts';
import { awardPageSchema, awardSchema, balanceSchema, changesSchema, ledgerPageSchema } from './schemas.ts';

const READ = { roles: ['payroll', 'auditor'], self: true, payData: true } as const;
const SELF = { roles: [], self: true, payData: true } as const;
const WHO = 'The person himself or herself; payroll and auditor for their legal entities; not managers.';
const MINE = 'Role employee: the caller.';

const person = z.object({ id: idSchema });
const period = z.union([z.literal('current'), monthSchema]).describe('`YYYY-MM`, or `current`: this month in the legal entity’s time zone');
const page = {
  limit: wholeNumber(1, 200).default(50),
  cursor: z.string().max(2000).optional(),
};
const asOf = instantSchema.optional().describe('As it stood at this moment; now, unless given');
const pageQuery = z.strictObject(page);
const ledgerQuery = z.strictObject({ ...page, asOf });
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

type PageQuery = z.output<typeof pageQuery>;
type LedgerQuery = z.output<typeof ledgerQuery>;

/** Every route of the bonus service. */
export const bonusHttp = (platform: Platform): Api => {
  const { store, clock } = platform;
  const { api, add, cursors } = createRoutes(platform, 'ledger');

  /** The person, if the caller may see his or her pay; the same 404 for a foreign and a missing id. The look is logged. */
  const payPerson = async (c: Ctx, employeeId: string, what: string): Promise<Employee> => {
    const principal = principalOf(c);
    const employee = parseEmployee(await store.get(employeeKey(employeeId)));
    if (!employee || !(await canSeePerson(store, principal, employeeId, employee.legalEntityId, 'pay')))
      throw new ProblemError('not_found');
    logPayRead(platform, c, employeeId, what);
    return employee;
  };
  const ownId = (c: Ctx): string => {
    const { employeeId } = principalOf(c);
    if (employeeId === null) throw new ProblemError('not_found');
    return employeeId;
  };
  const monthFor = async (employee: Employee, asked: 'current' | Month): Promise<Month> => {
    if (asked !== 'current') return asked;
    const entity = parseEntity(await store.get(entityKey(employee.legalEntityId)));
    return monthOf(dateIn(clock.now(), entity?.timeZone ?? DEFAULT_TIME_ZONE));
  };

  const awards = async (c: Ctx, employeeId: string, asked: 'current' | Month, { limit, cursor }: PageQuery) => {
    const employee = await payPerson(c, employeeId, 'awards');
    const month = await monthFor(employee, asked);
    const { subject } = principalOf(c);
    const list = `awards ${employeeId} ${month}`;
    const startAfter = cursors.read(cursor, subject, list);
    const [state, found] = await Promise.all([
      store.get(stateKey(employeeId, month)),
      store.query({ ...awardsQuery(employeeId, month), limit, ...(startAfter ? { startAfter } : {}) }),
    ]);
    return {
      employeeId,
      period: month,
      totalFen: parseState(state).totalFen,
      items: found.items.map(parseAward) as z.input<typeof awardSchema>[],
      next: cursors.issue(found.next, subject, list),
    };
  };
  const ledger = async (c: Ctx, employeeId: string, { limit, cursor, asOf: moment }: LedgerQuery) => {
    await payPerson(c, employeeId, 'ledger');
    const { subject } = principalOf(c);
    const list = `ledger ${employeeId} ${moment ?? ''}`;
    const startAfter = cursors.read(cursor, subject, list);
    const { seq, balanceFen, entries, next } = await readLedger(store, employeeId, { limit, startAfter, asOf: moment });
    return {
      employeeId,
      asOf: moment ?? null,
      seq,
      balanceFen,
      items: entries as z.input<typeof ledgerPageSchema>['items'],
      next: cursors.issue(next, subject, list),
    };
  };

  add(
    {
      method: 'get',
      path: '/v1/people/{id}/awards/{period}',
      access: READ,
      tags: ['awards'],
      summary: 'What a person earned in a month, and why',
      description: `${WHO} One award for each reward rule, or for each fact or customer it pays for, with every test that was made. Amounts in fen.`,
      request: { params: person.extend({ period }), query: pageQuery },
      responses: { 200: json('One page, by rule', awardPageSchema) },
    },
    async (c) => {
      const { id, period: asked } = c.req.valid('param');
      return c.json(await awards(c, id, asked, c.req.valid('query')), 200);
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/me/awards/{period}',
      access: SELF,
      tags: ['awards'],
      summary: 'What I earned in a month, and why',
      description: `${MINE} Amounts in fen.`,
      request: { params: z.object({ period }), query: pageQuery },
      responses: { 200: json('One page, by rule', awardPageSchema) },
    },
    async (c) => c.json(await awards(c, ownId(c), c.req.valid('param').period, c.req.valid('query')), 200),
  );
  add(
    {
      method: 'get',
      path: '/v1/awards/{awardId}',
      access: READ,
      tags: ['awards'],
      summary: 'One award with its explanation',
      description: `${WHO} The id as other answers name it, percent-encoded.`,
      request: { params: z.object({ awardId: z.string().min(1).max(900) }) },
      responses: { 200: json('The award', awardSchema) },
    },
    async (c) => {
      const parts = parseAwardId(c.req.valid('param').awardId);
      if (!parts || !idSchema.safeParse(parts.employeeId).success) throw new ProblemError('not_found');
      await payPerson(c, parts.employeeId, 'award');
      const item = await store.get(awardKey(parts.employeeId, parts.month, awardSkOf(parts.ruleId, parts.subjectId)));
      if (!item) throw new ProblemError('not_found');
      return c.json(parseAward(item) as z.input<typeof awardSchema>, 200);
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/people/{id}/ledger',
      access: READ,
      tags: ['ledger'],
      summary: 'The incentive ledger of a person',
      description: `${WHO} Newest first; with \`asOf\`, the entries and the balance as they stood then. Amounts in fen.`,
      request: { params: person, query: ledgerQuery },
      responses: { 200: json('One page', ledgerPageSchema) },
    },
    async (c) => c.json(await ledger(c, c.req.valid('param').id, c.req.valid('query')), 200),
  );
  add(
    {
      method: 'get',
      path: '/v1/me/ledger',
      access: SELF,
      tags: ['ledger'],
      summary: 'My incentive ledger',
      description: `${MINE} Newest first; with \`asOf\`, as it stood then. Amounts in fen.`,
      request: { query: ledgerQuery },
      responses: { 200: json('One page', ledgerPageSchema) },
    },
    async (c) => c.json(await ledger(c, ownId(c), c.req.valid('query')), 200),
  );
  add(
    {
      method: 'get',
      path: '/v1/people/{id}/ledger/balance',
      access: READ,
      tags: ['ledger'],
      summary: 'What was ever earned, as one number',
      description: `${WHO} The sum of all entries, paid out or not, now or at a moment. Amounts in fen.`,
      request: { params: person, query: z.strictObject({ asOf }) },
      responses: { 200: json('The balance', balanceSchema) },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const moment = c.req.valid('query').asOf;
      await payPerson(c, id, 'balance');
      return c.json({ employeeId: id, asOf: moment ?? null, ...(await readStanding(store, id, moment)) }, 200);
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/people/{id}/ledger/changes',
      access: READ,
      tags: ['ledger'],
      summary: 'Why the balance changed between two moments',
      description: `${WHO} One cause for each award that moved, with the facts behind it; the amounts add up to the difference. At most ${MAX_CHANGES} entries in between.`,
      request: { params: person, query: z.strictObject({ from: instantSchema, to: instantSchema }) },
      responses: { 200: json('The causes', changesSchema) },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const { from, to } = c.req.valid('query');
      if (from > to) throw wrongRange('from is after to', '起始时间晚于结束时间');
      await payPerson(c, id, 'ledger changes');
      const found = await readChanges(store, id, from, to);
      if (!found.ok)
        throw wrongRange(`${found.entries} entries in between, at most ${MAX_CHANGES}`, `期间有 ${found.entries} 条分录,请缩短时间范围`);
      const { before, after, changes } = found;
      return c.json(
        {
          employeeId: id,
          from,
          to,
          beforeFen: before.balanceFen,
          afterFen: after.balanceFen,
          differenceFen: after.balanceFen - before.balanceFen,
          causes: changes as z.input<typeof changesSchema>['causes'],
        },
        200,
      );
    },
  );
  addAdjustmentRoutes(platform, { add, cursors });
  addDisputeRoutes(platform, { add, cursors });
  return api;
};

const wrongRange = (en: string, zh: string): ProblemError =>
  new ProblemError('invalid_request', { zh, en }, { errors: [{ pointer: '/query/from', code: 'range', detail: en }] });
