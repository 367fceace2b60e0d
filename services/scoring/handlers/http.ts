/** Routes of scores: how a person stands, and the facts behind it. Work data: the person, managers above, payroll, auditor, plan owner. */
import { z } from 'zod';
import { dateSchema, idSchema, monthSchema, slugSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn, type LocalDate, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { type Api, type Ctx, createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import { planLoader } from '../../plans/read.ts';
import { listFacts } from '../app/list-facts.ts';
import { listProjects } from '../app/list-projects.ts';
import { MAX_AS_OF_FACTS, planOfBook, readStanding } from '../app/read-score.ts';
import { TooManyFacts } from '../app/rebuild-book.ts';
import { planCompiler } from '../domain/compile-plan.ts';
import { planInMonth } from '../domain/plan-windows.ts';
import { bookItemKey, parseBook } from '../read.ts';
import type { PersonMonth } from '../store.ts';
import { addRecalculationRoutes } from './recalculation-routes.ts';
import { factPageSchema, projectPageSchema, standingSchema } from './schemas.ts';

const READ = { roles: ['manager', 'payroll', 'auditor', 'plan-owner'], self: true } as const;
const SELF = { roles: [], self: true } as const;
const WHO = 'The person himself or herself; managers for their units and below; payroll, auditor and plan-owner for their legal entities.';
const MINE = 'Role employee: the caller.';

const period = z.union([z.literal('current'), monthSchema]).describe('`YYYY-MM`, or `current`: this month in the legal entity’s time zone');
const personMonth = z.object({ id: idSchema, period });
const standingQuery = z.strictObject({
  asOf: dateSchema.optional().describe('As it stood at the end of this day; now, unless given'),
});
const pageQuery = z.strictObject({ limit: wholeNumber(1, 200).default(50), cursor: z.string().max(2000).optional() });
const factsQuery = pageQuery.extend({ metric: slugSchema.optional().describe('Only facts that count in this metric of the plan') });
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

/** Every route of the scoring service. */
export const scoringHttp = (platform: Platform): Api => {
  const { store, clock } = platform;
  const routes = createRoutes(platform, 'scores');
  const { api, add, cursors } = routes;
  const deps = { store, plans: planLoader(store), compile: planCompiler() };

  /** The person, if the caller may see his or her work; the same 404 for a foreign and a missing id. */
  const visiblePerson = async (c: Ctx, employeeId: string): Promise<Employee> => {
    const employee = parseEmployee(await store.get(employeeKey(employeeId)));
    if (!employee || !(await canSeePerson(store, principalOf(c), employeeId, employee.legalEntityId, 'work', clock.now())))
      throw new ProblemError('not_found');
    return employee;
  };
  const monthFor = async ({ id, legalEntityId }: Employee, asked: 'current' | Month): Promise<PersonMonth> => {
    if (asked !== 'current') return { employeeId: id, legalEntityId, period: asked };
    const zone = parseEntity(await store.get(entityKey(legalEntityId)))?.timeZone ?? DEFAULT_TIME_ZONE;
    return { employeeId: id, legalEntityId, period: monthOf(dateIn(clock.now(), zone)) };
  };
  const standing = async (c: Ctx, employeeId: string, asked: 'current' | Month, asOf: LocalDate | undefined) => {
    const of = await monthFor(await visiblePerson(c, employeeId), asked);
    try {
      return await readStanding(deps, of, asOf ?? null);
    } catch (error) {
      if (!(error instanceof TooManyFacts)) throw error;
      throw new ProblemError('cannot_calculate', {
        zh: `所计日期内业务事实超过 ${MAX_AS_OF_FACTS} 条,无法即时汇总`,
        en: `more than ${MAX_AS_OF_FACTS} facts in the days that count: they cannot be added up for a view`,
      });
    }
  };

  add(
    {
      method: 'get',
      path: '/v1/people/{id}/scores/{period}',
      access: READ,
      tags: ['scores'],
      summary: 'How a person stands in a month, and why',
      description: `${WHO} Every indicator with actual, target, attainment and points, explained; what is behind, furthest first; the plan version. Without a plan, the reason.`,
      request: { params: personMonth, query: standingQuery },
      responses: { 200: json('The standing', standingSchema) },
    },
    async (c) => {
      const { id, period: asked } = c.req.valid('param');
      return c.json(await standing(c, id, asked, c.req.valid('query').asOf), 200);
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/me/scores/{period}',
      access: SELF,
      tags: ['scores'],
      summary: 'How I stand in a month, and why',
      description: MINE,
      request: { params: z.object({ period }), query: standingQuery },
      responses: { 200: json('The standing', standingSchema) },
    },
    async (c) => {
      const { employeeId } = principalOf(c);
      if (employeeId === null) throw new ProblemError('not_found');
      return c.json(await standing(c, employeeId, c.req.valid('param').period, c.req.valid('query').asOf), 200);
    },
  );
  const projects = async (c: Ctx, employeeId: string, asked: 'current' | Month, query: z.infer<typeof pageQuery>) => {
    const of = await monthFor(await visiblePerson(c, employeeId), asked);
    const { subject } = principalOf(c);
    const list = `score projects ${of.employeeId} ${of.period}`;
    const page = await listProjects(deps, of, { limit: query.limit, startAfter: cursors.read(query.cursor, subject, list) });
    return { items: page.items, next: cursors.issue(page.next, subject, list) };
  };
  add(
    {
      method: 'get',
      path: '/v1/people/{id}/scores/{period}/projects',
      access: READ,
      tags: ['scores'],
      summary: "The projects behind a person's score",
      description: `${WHO} Where the plan scores by project: each project with its stage, amount, weights and points, by project id. Empty for other plans.`,
      request: { params: personMonth, query: pageQuery },
      responses: { 200: json('One page', projectPageSchema) },
    },
    async (c) => {
      const { id, period: asked } = c.req.valid('param');
      return c.json(await projects(c, id, asked, c.req.valid('query')), 200);
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/me/scores/{period}/projects',
      access: SELF,
      tags: ['scores'],
      summary: 'The projects behind my score',
      description: MINE,
      request: { params: z.object({ period }), query: pageQuery },
      responses: { 200: json('One page', projectPageSchema) },
    },
    async (c) => {
      const { employeeId } = principalOf(c);
      if (employeeId === null) throw new ProblemError('not_found');
      return c.json(await projects(c, employeeId, c.req.valid('param').period, c.req.valid('query')), 200);
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/people/{id}/scores/{period}/facts',
      access: READ,
      tags: ['scores'],
      summary: "The facts behind a person's score",
      description: `${WHO} By fact id. With \`metric\`, those that count in it and what each gives; a page may then hold fewer than \`limit\`, or none, and still have a next one.`,
      request: { params: personMonth, query: factsQuery },
      responses: { 200: json('One page', factPageSchema) },
    },
    async (c) => {
      const { id, period: asked } = c.req.valid('param');
      const { metric: metricId, limit, cursor } = c.req.valid('query');
      const of = await monthFor(await visiblePerson(c, id), asked);
      const { subject } = principalOf(c);
      const list = `score facts ${of.employeeId} ${of.period} ${metricId ?? ''}`;
      const startAfter = cursors.read(cursor, subject, list);
      const metric = metricId === undefined ? null : await metricOf(of, metricId);
      const page = await listFacts(store, of, metric, { limit, startAfter });
      return c.json({ items: page.items, next: cursors.issue(page.next, subject, list) }, 200);
    },
  );

  const metricOf = async (of: PersonMonth, metricId: string) => {
    const item = await store.get(bookItemKey(of.employeeId, of.period));
    const book = item ? parseBook(item) : null;
    const ref = book?.plan;
    const metric = book && ref && planInMonth(await planOfBook(deps, book), of.period).metrics.find(({ id }) => id === metricId);
    if (metric) return metric;
    const detail = ref ? `plan ${ref.planId} version ${ref.version} has no metric ${metricId}` : 'no plan applies to this month';
    throw new ProblemError(
      'invalid_request',
      { zh: ref ? `方案 ${ref.planId} 第 ${ref.version} 版没有指标口径 ${metricId}` : '该月没有适用的方案', en: detail },
      { errors: [{ pointer: '/query/metric', code: 'unknown_metric', detail }] },
    );
  };
  addRecalculationRoutes(routes, platform);
  return api;
};
