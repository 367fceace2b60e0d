/** Routes of hints that managers send to a person. They arrive as a notice, are kept, and can be read by both. */
import { z } from 'zod';
import { idSchema, monthSchema, slugSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn, monthOf } from '../../../shared/kernel/period.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson, reachedUnits } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, orgKey, parseEmployee, parseEntity, parseOrg, placementAsOf } from '../../people/read.ts';
import { progressReader } from '../app/read-progress.ts';
import { listHints, sendHint } from '../app/send-hint.ts';
import { orCannotCalculate } from './progress-routes.ts';

const MAX_WORDS = 1000;
const text = z.object({ zh: z.string(), en: z.string() });
const words = z
  .string()
  .min(1)
  .max(MAX_WORDS)
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'one paragraph, without control characters');
const hintBody = z.strictObject({
  period: z
    .union([z.literal('current'), monthSchema])
    .default('current')
    .describe('The month it is about'),
  indicator: slugSchema.describe('An indicator of the person’s scheme'),
  text: z
    .strictObject({ zh: words.optional(), en: words.optional() })
    .refine(({ zh, en }) => zh !== undefined || en !== undefined, 'at least one language')
    .optional()
    .describe('One language stands for both; without it, how the indicator stands beside the time that has passed'),
});
const hintShape = {
  hintId: z.string(),
  employeeId: z.string(),
  legalEntityId: z.string(),
  period: z.string(),
  indicator: z.object({ id: z.string(), name: text }),
  text,
  from: z.object({ employeeId: z.string(), name: z.string() }),
  sentAt: z.string(),
};
const hintSchema = z.object(hintShape).meta({ id: 'ManagerHint' });
const pageSchema = z
  .object({
    items: z.array(
      z.object({
        ...hintShape,
        deliveredAt: z.string().nullable().describe('When the notice arrived; null while it is on its way'),
        readAt: z.string().nullable().describe('When the person read the notice'),
      }),
    ),
    next: z.string().nullable().describe('Cursor of the next page; null at the end'),
  })
  .meta({ id: 'ManagerHintPage' });
const pageQuery = z.strictObject({ limit: wholeNumber(1, 100).default(50), cursor: z.string().max(3000).optional() });
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

export const addManagerHintRoutes = (platform: Platform, { add, cursors }: Pick<Routes, 'add' | 'cursors'>): void => {
  const { store, clock } = platform;
  const readProgress = progressReader(store);

  add(
    {
      method: 'post',
      path: '/v1/people/{id}/hints',
      access: { roles: ['manager'] },
      tags: ['hints'],
      summary: 'Send a hint to a person',
      description:
        'A manager to a person in his or her units or below, about one indicator. It arrives as a notice and is kept. The same words about the same indicator and month are one hint a day: sent again, it is 200 and nobody is told twice.',
      request: { params: z.object({ id: idSchema }), body: { required: true, ...json('The hint', hintBody) } },
      responses: { 200: json('Sent before', hintSchema), 201: json('Sent', hintSchema) },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const body = c.req.valid('json');
      const { to, from, today } = await managed(c as never, id);
      const period = body.period === 'current' ? monthOf(today) : body.period;
      const sent = await sendHint(
        platform,
        { to, from, period, indicator: body.indicator, words: body.text ?? null, today },
        await orCannotCalculate(() => readProgress(to, period, today)),
      );
      if (!sent.ok) {
        const detail = `the scheme of ${id} in ${period} has no indicator ${body.indicator}`;
        throw new ProblemError(
          'invalid_request',
          { zh: `${id} 在 ${period} 的考核方案没有指标 ${body.indicator}`, en: detail },
          { errors: [{ pointer: '/indicator', code: sent.error, detail }] },
        );
      }
      const { hint, isNew } = sent.value;
      return c.json(hint, isNew ? 201 : 200) as never;
    },
  );

  /** The person and the manager, who must be above on this day; the same 404 for a foreign and a missing id. Nobody is above himself. */
  const managed = async (c: Ctx, employeeId: string) => {
    const principal = principalOf(c);
    const [toItem, fromItem] = await store.getMany([employeeKey(employeeId), employeeKey(principal.employeeId ?? employeeId)]);
    const [to, from] = [parseEmployee(toItem), parseEmployee(fromItem)];
    if (!to || principal.employeeId === null || principal.employeeId === employeeId) throw new ProblemError('not_found');
    const [orgItem, entityItem] = await store.getMany([orgKey(to.legalEntityId), entityKey(to.legalEntityId)]);
    const today = dateIn(clock.now(), parseEntity(entityItem)?.timeZone ?? DEFAULT_TIME_ZONE);
    const placement = placementAsOf(to, today);
    if (!placement || !reachedUnits(principal, parseOrg(orgItem)).has(placement.orgUnitId)) throw new ProblemError('not_found');
    return { to, from: { employeeId: principal.employeeId, name: from?.name ?? principal.employeeId }, today };
  };

  const page = async (c: Ctx, { id }: Employee, { limit, cursor }: z.infer<typeof pageQuery>) => {
    const { subject } = principalOf(c);
    const list = `hints ${id}`;
    const { items, next } = await listHints(platform, id, { limit, startAfter: cursors.read(cursor, subject, list) });
    return { items, next: cursors.issue(next, subject, list) };
  };
  add(
    {
      method: 'get',
      path: '/v1/people/{id}/hints',
      access: { roles: ['manager', 'payroll', 'auditor', 'plan-owner'], self: true },
      tags: ['hints'],
      summary: 'Hints that managers sent to a person',
      description:
        'The person; managers for their units and below; payroll, auditor and plan-owner. Newest first, with when the notice arrived and was read.',
      request: { params: z.object({ id: idSchema }), query: pageQuery },
      responses: { 200: json('One page', pageSchema) },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const employee = parseEmployee(await store.get(employeeKey(id)));
      if (!employee || !(await canSeePerson(store, principalOf(c), id, employee.legalEntityId, 'work', clock.now())))
        throw new ProblemError('not_found');
      return c.json((await page(c as never, employee, c.req.valid('query'))) as never, 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/me/hints',
      access: { roles: [], self: true },
      tags: ['hints'],
      summary: 'Hints that managers sent to me',
      description: 'Role employee: the caller. Newest first.',
      request: { query: pageQuery },
      responses: { 200: json('One page', pageSchema) },
    },
    async (c) => {
      const { employeeId } = principalOf(c);
      const employee = employeeId === null ? undefined : parseEmployee(await store.get(employeeKey(employeeId)));
      if (!employee) throw new ProblemError('not_found');
      return c.json((await page(c as never, employee, c.req.valid('query'))) as never, 200) as never;
    },
  );
};
