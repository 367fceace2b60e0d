/** A route about a person and month, and the same about the caller: who may ask, which month, the same 404 for a foreign and a missing id. */
import { z } from 'zod';
import { idSchema, monthSchema } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn, type LocalDate, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { type Ctx, type createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';

const period = z.union([z.literal('current'), monthSchema]).describe('`YYYY-MM`, or `current`: this month in the legal entity’s time zone');

export interface PersonMonthRoutes {
  /** `/v1/people/{id}/<name>/{period}` and `/v1/me/<name>/{period}`. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly summaryOfMine: string;
  readonly what: string;
  /** What others than the person see. */
  readonly others: string;
  readonly schema: z.ZodType<object>;
  answer(c: Ctx, asked: { readonly employee: Employee; readonly month: Month; readonly today: LocalDate }): Promise<object>;
}

export const addPersonMonthRoutes = (
  { store, clock }: Platform,
  add: ReturnType<typeof createRoutes>['add'],
  { name, tags, summary, summaryOfMine, what, others, schema, answer }: PersonMonthRoutes,
): void => {
  const responses = { 200: { description: summary, content: { 'application/json': { schema } } } };
  const answerFor = async (c: Ctx, employee: Employee, asked: 'current' | Month): Promise<object> => {
    const zone = parseEntity(await store.get(entityKey(employee.legalEntityId)))?.timeZone ?? DEFAULT_TIME_ZONE;
    const today = dateIn(clock.now(), zone);
    return answer(c, { employee, month: asked === 'current' ? monthOf(today) : asked, today });
  };
  add(
    {
      method: 'get',
      path: `/v1/people/{id}/${name}/{period}`,
      access: { roles: ['manager', 'payroll', 'auditor', 'plan-owner'], self: true },
      tags: [...tags],
      summary,
      description: `${what} ${others}`,
      request: { params: z.object({ id: idSchema, period }) },
      responses,
    },
    async (c) => {
      const { id, period: asked } = c.req.valid('param');
      const employee = parseEmployee(await store.get(employeeKey(id)));
      if (!employee || !(await canSeePerson(store, principalOf(c as never), id, employee.legalEntityId, 'work', clock.now())))
        throw new ProblemError('not_found');
      return c.json((await answerFor(c as never, employee, asked)) as never, 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: `/v1/me/${name}/{period}`,
      access: { roles: [], self: true },
      tags: [...tags],
      summary: summaryOfMine,
      description: what,
      request: { params: z.object({ period }) },
      responses,
    },
    async (c) => {
      const { employeeId } = principalOf(c as never);
      const employee = employeeId === null ? undefined : parseEmployee(await store.get(employeeKey(employeeId)));
      if (!employee) throw new ProblemError('not_found');
      return c.json((await answerFor(c as never, employee, c.req.valid('param').period)) as never, 200) as never;
    },
  );
};
