/** Routes of the ranking in the team. What colleagues see of each other is a switch of the legal entity; managers see scores anyway. */
import { z } from 'zod';
import { type createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { entityKey, parseEntity } from '../../people/read.ts';
import { readTeamScores } from '../app/read-ranking.ts';
import { ownRank, rankAll } from '../domain/team-ranking.ts';
import { addPersonMonthRoutes } from './person-month-routes.ts';

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

export const addRankingRoutes = (platform: Platform, add: ReturnType<typeof createRoutes>['add']): void => {
  const { store } = platform;
  addPersonMonthRoutes(platform, add, {
    name: 'ranking',
    tags: ['scores', 'teams'],
    summary: 'Where a person stands in the team',
    summaryOfMine: 'Where I stand in the team',
    what: 'Rank by exact score among everybody of the person’s org unit who has one. What an employee sees is the legal entity’s `ranking`: `names`, `own-rank` (the default) or `off`.',
    others: 'Managers for their units and below, payroll, auditor and plan-owner see names.',
    schema: rankingSchema,
    async answer(c, { employee, month }) {
      const isColleague = principalOf(c).employeeId === employee.id;
      const entity = isColleague ? parseEntity(await store.get(entityKey(employee.legalEntityId))) : undefined;
      const shows = isColleague ? (entity?.ranking ?? 'own-rank') : 'names';
      const people = shows === 'off' ? [] : await readTeamScores(store, employee, month);
      return {
        employeeId: employee.id,
        period: month,
        shows,
        own: ownRank(employee.id, people),
        team: shows === 'names' ? rankAll(people) : null,
      };
    },
  });
};
