/** Routes of the ranking in the team. What colleagues see of each other is a switch of the legal entity; managers see scores anyway. */
import { z } from 'zod';
import { idSchema, monthSchema } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, type Month, monthIn } from '../../../shared/kernel/period.ts';
import { type Ctx, type createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import { readTeamScores } from '../app/read-ranking.ts';
import { ownRank, rankAll } from '../domain/team-ranking.ts';

const rankingSchema = z
  .object({
    employeeId: z.string(),
    period: z.string(),
    shows: z.enum(['names', 'own-rank', 'off']).describe('What the legal entity lets colleagues see; managers and above always see names'),
    own: z
      .object({
        rank: z.int().describe('1 is the highest; equal scores share a rank'),
        of: z.int(),
        sharedWith: z.int(),
        score: z.string(),
        toNext: z.string().nullable().describe('Points to the next higher score; null at the top'),
      })
      .nullable()
      .describe('Null without a score, and where rankings are off'),
    team: z
      .array(z.object({ employeeId: z.string(), name: z.string(), rank: z.int(), score: z.string() }))
      .readonly()
      .nullable()
      .describe('Everybody with a score, where names are shown'),
  })
  .meta({ id: 'Ranking' });

const period = z.union([z.literal('current'), monthSchema]).describe('`YYYY-MM`, or `current`: this month in the legal entity’s time zone');
const answer = { 200: { description: 'The ranking', content: { 'application/json': { schema: rankingSchema } } } };
const WHAT =
  'Rank by exact score among everybody of the person’s org unit who has one. What an employee sees is the legal entity’s `ranking`: `names`, `own-rank` (the default) or `off`.';

export const addRankingRoutes = (platform: Platform, add: ReturnType<typeof createRoutes>['add']): void => {
  const { store, clock } = platform;

  const rankingFor = async (c: Ctx, employee: Employee, asked: 'current' | Month) => {
    const entity = parseEntity(await store.get(entityKey(employee.legalEntityId)));
    const month = asked === 'current' ? monthIn(clock.now(), entity?.timeZone ?? DEFAULT_TIME_ZONE) : asked;
    const isColleague = principalOf(c).employeeId === employee.id;
    const shows = isColleague ? (entity?.ranking ?? 'own-rank') : 'names';
    const people = shows === 'off' ? [] : await readTeamScores(store, employee, month);
    return {
      employeeId: employee.id,
      period: month,
      shows,
      own: ownRank(employee.id, people),
      team: shows === 'names' ? rankAll(people) : null,
    };
  };

  add(
    {
      method: 'get',
      path: '/v1/people/{id}/ranking/{period}',
      access: { roles: ['manager', 'payroll', 'auditor', 'plan-owner'], self: true },
      tags: ['scores', 'teams'],
      summary: 'Where a person stands in the team',
      description: `${WHAT} Managers for their units and below, payroll, auditor and plan-owner see names.`,
      request: { params: z.object({ id: idSchema, period }) },
      responses: answer,
    },
    async (c) => {
      const { id, period: asked } = c.req.valid('param');
      const employee = parseEmployee(await store.get(employeeKey(id)));
      if (!employee || !(await canSeePerson(store, principalOf(c as never), id, employee.legalEntityId, 'work', clock.now())))
        throw new ProblemError('not_found');
      return c.json(await rankingFor(c as never, employee, asked), 200) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/me/ranking/{period}',
      access: { roles: [], self: true },
      tags: ['scores', 'teams'],
      summary: 'Where I stand in the team',
      description: WHAT,
      request: { params: z.object({ period }) },
      responses: answer,
    },
    async (c) => {
      const { employeeId } = principalOf(c as never);
      const employee = employeeId === null ? undefined : parseEmployee(await store.get(employeeKey(employeeId)));
      if (!employee) throw new ProblemError('not_found');
      return c.json(await rankingFor(c as never, employee, c.req.valid('param').period), 200) as never;
    },
  );
};
