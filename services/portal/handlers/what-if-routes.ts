/** Routes of "what if": points and pay of a month with deals that have not happened. Points are work data; money is pay. */
import { z } from 'zod';
import { dateSchema, idSchema, monthSchema, positiveFenSchema } from '../../../shared/contracts/common.ts';
import { attributesSchema, type CreditedFact, factTypeSchema } from '../../../shared/contracts/facts.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { type Fen, formatYuan } from '../../../shared/kernel/money.ts';
import { DEFAULT_TIME_ZONE, dateIn, instant, type LocalDate, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { fromStored, subtract } from '../../../shared/kernel/ratio.ts';
import { divideBig } from '../../../shared/kernel/rounding.ts';
import { type Ctx, type createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { MAX_HYPOTHETICAL_ITEMS } from '../../bonus/what-if.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import { readBook } from '../../scoring/read.ts';
import { hintDay } from '../app/read-hints.ts';
import { whatIfReader } from '../app/read-what-if.ts';

const MAX_DEALS = 20;
const dealSchema = z.strictObject({
  type: factTypeSchema.default('order.signed'),
  amountFen: positiveFenSchema.optional(),
  date: dateSchema.optional().describe('A day of the month; today, or its last day, unless given'),
  customer: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Deals with the same name here are with one customer; each customer is new to the month'),
  attributes: attributesSchema.default({}),
});
const body = z.strictObject({ deals: z.array(dealSchema).min(1).max(MAX_DEALS) });
type Deal = z.output<typeof dealSchema>;

const text = z.object({ zh: z.string(), en: z.string() });
const whatIfSchema = z
  .object({
    employeeId: z.string(),
    period: z.string(),
    points: z
      .object({ before: z.string(), after: z.string(), difference: z.string() })
      .nullable()
      .describe('Null where the month has no score'),
    indicators: z
      .array(z.object({ id: z.string(), name: text, before: z.string(), after: z.string() }))
      .describe('Those whose points change'),
    money: z
      .object({
        difference: z.string(),
        rules: z.array(
          z.object({
            id: z.string(),
            name: text,
            before: z.string(),
            after: z.string(),
            held: z.string().describe('Earned besides, and held until the order is paid or delivered'),
          }),
        ),
      })
      .nullable()
      .describe('Yuan, by rules that would pay otherwise; null for callers who may not see pay'),
  })
  .meta({ id: 'WhatIf' });
const period = z.union([z.literal('current'), monthSchema]).describe('`YYYY-MM`, or `current`: this month in the legal entity’s time zone');
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

const WHAT = `Up to ${MAX_DEALS} deals that have not happened are put through the same folds, scheme and rules as real ones; nothing is written. Each is with a customer the month does not have yet.`;

export const addWhatIfRoutes = ({ store, clock, log }: Platform, add: ReturnType<typeof createRoutes>['add']): void => {
  const read = whatIfReader({ store, clock });
  const answerFor = async (
    c: Ctx,
    employee: Employee,
    asked: 'current' | Month,
    deals: readonly Deal[],
  ): Promise<z.infer<typeof whatIfSchema>> => {
    const zone = parseEntity(await store.get(entityKey(employee.legalEntityId)))?.timeZone ?? DEFAULT_TIME_ZONE;
    const today = dateIn(clock.now(), zone);
    const month = asked === 'current' ? monthOf(today) : asked;
    const { id: employeeId, legalEntityId } = employee;
    const principal = principalOf(c);
    const withPay = await canSeePerson(store, principal, employeeId, legalEntityId, 'pay');
    if (withPay) log.info('pay.read', { subject: principal.subject, employeeId, what: `what-if ${month}`, requestId: c.get('requestId') });
    const facts = deals.map((deal, index) => factOf(deal, index, { employeeId, legalEntityId, month, on: hintDay(month, today) }));
    const book = await readBook(store, employeeId, month);
    if (!book?.plan)
      throw new ProblemError('cannot_calculate', {
        zh: '该月尚无业务事实或没有方案,无从试算',
        en: 'the month has no facts or no plan yet: there is nothing to try deals on',
      });
    const found = await read(book, facts, withPay).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      throw new ProblemError('cannot_calculate', {
        zh: `该月业务事实超过 ${MAX_HYPOTHETICAL_ITEMS} 条,无法试算`,
        en: `more than ${MAX_HYPOTHETICAL_ITEMS} facts in this month: hypothetical facts cannot be tried`,
      });
    });
    if (!found)
      throw new ProblemError('cannot_calculate', {
        zh: '该月方案有指标须查看已有事实,无法只凭账簿试算',
        en: 'the plan has a metric that would have to look at the facts of the month: this cannot be told from its book alone',
      });
    const { before, after, rules } = found;
    const was = new Map((before?.indicators ?? []).map(({ id, pointsText }) => [id, pointsText]));
    return {
      employeeId,
      period: month,
      points: before && after ? { before: before.total, after: after.total, difference: differenceOf(before, after) } : null,
      indicators: (after?.indicators ?? []).flatMap(({ id, name, pointsText }) => {
        const earlier = was.get(id);
        return earlier === undefined || earlier === pointsText ? [] : [{ id, name, before: earlier, after: pointsText }];
      }),
      money: rules && {
        difference: yuan(rules.reduce((sum, { beforeFen, afterFen }) => sum + afterFen - beforeFen, 0)),
        rules: rules.map(({ id, name, beforeFen, afterFen, heldFen }) => ({
          id,
          name,
          before: yuan(beforeFen),
          after: yuan(afterFen),
          held: yuan(heldFen),
        })),
      },
    };
  };

  const request = { body: { required: true, ...json('The deals', body) } };
  add(
    {
      method: 'post',
      path: '/v1/people/{id}/what-if/{period}',
      access: { roles: ['manager', 'payroll', 'auditor', 'plan-owner'], self: true },
      tags: ['scores', 'hints'],
      summary: 'What a month would be with deals that have not happened',
      description: `${WHAT} The person, payroll and auditor see points and money; managers for their units and below, and plan-owner, see points.`,
      request: { params: z.object({ id: idSchema, period }), ...request },
      responses: { 200: json('The month before and after', whatIfSchema) },
    },
    async (c) => {
      const { id, period: asked } = c.req.valid('param');
      const employee = parseEmployee(await store.get(employeeKey(id)));
      if (!employee || !(await canSeePerson(store, principalOf(c as never), id, employee.legalEntityId, 'work', clock.now())))
        throw new ProblemError('not_found');
      return c.json(await answerFor(c as never, employee, asked, c.req.valid('json').deals), 200) as never;
    },
  );
  add(
    {
      method: 'post',
      path: '/v1/me/what-if/{period}',
      access: { roles: [], self: true },
      tags: ['scores', 'hints'],
      summary: 'What my month would be with deals that have not happened',
      description: WHAT,
      request: { params: z.object({ period }), ...request },
      responses: { 200: json('The month before and after', whatIfSchema) },
    },
    async (c) => {
      const { employeeId } = principalOf(c as never);
      const employee = employeeId === null ? undefined : parseEmployee(await store.get(employeeKey(employeeId)));
      if (!employee) throw new ProblemError('not_found');
      return c.json(await answerFor(c as never, employee, c.req.valid('param').period, c.req.valid('json').deals), 200) as never;
    },
  );
};

const yuan = (amount: number): string => formatYuan(amount as Fen);
/** Rounded once from the exact totals, as everywhere: the difference of two rounded ones could be a hundredth off. */
const differenceOf = (before: { readonly totalExact: Parameters<typeof fromStored>[0] }, after: typeof before): string => {
  const { n, d } = subtract(fromStored(after.totalExact), fromStored(before.totalExact));
  const hundredths = Number(divideBig(BigInt(n) * 100n, BigInt(d), 'half_up'));
  return yuan(hundredths);
};

/** Ids that no source gives: nothing of the month is meant by them. */
const factOf = (
  { type, amountFen, date, customer, attributes }: Deal,
  index: number,
  {
    employeeId,
    legalEntityId,
    month,
    on,
  }: { readonly employeeId: string; readonly legalEntityId: string; readonly month: Month; readonly on: LocalDate },
): CreditedFact => {
  const day = date ?? on;
  if (!day.startsWith(month))
    throw new ProblemError('invalid_request', undefined, {
      errors: [{ pointer: `/deals/${index}/date`, code: 'other_month', detail: `${day} is not in ${month}` }],
    });
  if (type === 'order.refunded')
    throw new ProblemError('invalid_request', undefined, {
      errors: [
        { pointer: `/deals/${index}/type`, code: 'refund', detail: 'a refund is of an order of the month: only deals can be tried' },
      ],
    });
  const id = `hypothetical-${index + 1}`;
  return {
    factId: id,
    revision: 1,
    type,
    employeeId,
    legalEntityId,
    period: month,
    occurredAt: instant(`${day}T12:00:00Z`),
    date: day,
    subject: {
      customerId: customer === undefined ? id : `hypothetical:${customer}`,
      orderId: id,
      contractId: id,
      opportunityId: id,
      projectId: id,
    },
    attributes,
    ...(amountFen === undefined ? {} : { amountFen, totalAmountFen: amountFen }),
    shareMillionths: 1_000_000,
  };
};
