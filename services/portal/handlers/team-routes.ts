/** Routes of a team's month. No pay data; the same answer for everybody who may ask. */
import { z } from 'zod';
import { monthSchema } from '../../../shared/contracts/common.ts';
import { dateIn, type LocalDate, monthOf } from '../../../shared/kernel/period.ts';
import { type Ctx, type createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed, reachedUnits } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { entityKey, orgKey, parseEntity, parseOrg } from '../../people/read.ts';
import { type IsKnown, type TeamAsked, teamReader } from '../app/read-team.ts';
import { MAX_WORKED_OUT, trendReader } from '../app/read-trend.ts';

const text = z.object({ zh: z.string(), en: z.string() });
const unit = z.enum(['fen', 'count', 'number', 'ratio']).describe('`fen`: money, shown in yuan; `ratio`: shown in percent');
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

const dashboardSchema = z
  .object({
    legalEntityId: z.string(),
    orgUnitId: z.string(),
    period: z.string(),
    subtree: z.boolean(),
    people: z.int(),
    scored: z.int(),
    averageScore: z.string().nullable(),
    completionPercent: z.string().nullable().describe('Over all indicators, each by the weights that people’s schemes give it'),
    indicators: z.array(
      z.object({
        id: z.string(),
        name: text,
        unit,
        lowerIsBetter: z.boolean(),
        people: z.int(),
        actual: z.string().nullable().describe('Σ of the team; of shares and averages over everybody’s denominators'),
        target: z.string().nullable(),
        completionPercent: z.string().nullable().describe('Σ actual ÷ Σ target; where lower is better Σ target ÷ Σ actual'),
        averageAttainmentPercent: z.string().nullable(),
        below: z.int(),
        unavailableFacts: z.int().describe('Facts that plans cannot be computed on: kept, and not in the figures'),
        topFive: z
          .array(z.object({ employeeId: z.string(), name: z.string(), actual: z.string(), sharePercent: z.string() }))
          .readonly()
          .describe('Who brought most of it; empty for shares, averages and what should be low'),
        topFiveSharePercent: z.string().nullable(),
      }),
    ),
    topFive: z.array(z.object({ employeeId: z.string(), name: z.string(), score: z.string(), sharePercent: z.string() })),
    topFiveSharePercent: z.string().nullable(),
    funnels: z
      .array(
        z.object({
          stages: z.array(z.string()).readonly(),
          steps: z
            .array(
              z.object({
                metric: z.string(),
                name: text,
                from: z.string(),
                to: z.string(),
                people: z.int(),
                reached: z.string().describe('Opportunities that got to `from`'),
                passed: z.string().describe('Of these those that got to `to`'),
                conversionPercent: z.string().nullable(),
              }),
            )
            .readonly(),
        }),
      )
      .readonly()
      .describe('Conversions over the same stages are steps of one funnel'),
    belowTarget: z.array(
      z.object({
        employeeId: z.string(),
        name: z.string(),
        score: z.string(),
        on: z.array(z.object({ indicator: z.string(), name: text, attainmentPercent: z.string().nullable() })),
      }),
    ),
    withoutScore: z.array(z.object({ employeeId: z.string(), name: z.string(), reason: text })),
  })
  .meta({ id: 'TeamDashboard' });

const trendSchema = z
  .object({
    legalEntityId: z.string(),
    orgUnitId: z.string(),
    period: z.string(),
    subtree: z.boolean(),
    people: z.int(),
    pending: z
      .int()
      .describe(`People whose days are not in it yet: at most ${MAX_WORKED_OUT} are worked out for one answer. Ask again until it is 0`),
    indicators: z
      .array(
        z.object({
          id: z.string(),
          name: text,
          unit,
          people: z.int(),
          target: z.string().describe('Σ of the team'),
          days: z
            .array(
              z.object({
                date: z.string(),
                value: z.string(),
                cumulative: z.string(),
                completionPercent: z.string().nullable().describe('Cumulative ÷ Σ target; null where lower is better'),
              }),
            )
            .readonly(),
        }),
      )
      .readonly()
      .describe('Those whose numbers add up over the days of the month'),
  })
  .meta({ id: 'TeamTrend' });

const ACCESS = { roles: ['manager', 'payroll', 'auditor', 'plan-owner'] } as const;
const WHO =
  'A manager for units he or she manages and everything below them; payroll, auditor, plan-owner of the legal entity. No pay data. Everyone who belongs to the unit or below by the last assignment of the month.';
const request = {
  params: z.object({ legalEntityId: z.string().min(1).max(128), orgUnitId: z.string().min(1).max(128) }),
  query: z.strictObject({
    period: z.union([z.literal('current'), monthSchema]).default('current'),
    subtree: z.enum(['true', 'false']).default('true').describe('`false`: people of this very unit alone, without the units below it'),
  }),
};
type Asked = {
  readonly legalEntityId: string;
  readonly orgUnitId: string;
  readonly period: 'current' | TeamAsked['period'];
  readonly subtree: 'true' | 'false';
};

export const addTeamRoutes = (platform: Platform, add: ReturnType<typeof createRoutes>['add']): void => {
  const { store, clock } = platform;
  const readTeam = teamReader(store);
  const readTrend = trendReader(store);

  /** What was asked for, if the caller may: the same 404 for a foreign and a missing unit. */
  const allowed = async (
    c: Ctx,
    { legalEntityId, orgUnitId, period, subtree }: Asked,
  ): Promise<TeamAsked & { readonly today: LocalDate }> => {
    const principal = principalOf(c);
    const [entityItem, orgItem] = await store.getMany([entityKey(legalEntityId), orgKey(legalEntityId)]);
    const [entity, org] = [parseEntity(entityItem), parseOrg(orgItem)];
    if (!entity || !org.units.some(({ id }) => id === orgUnitId)) throw new ProblemError('not_found');
    const byEntity =
      (['payroll', 'auditor', 'plan-owner'] as const).some((role) => principal.roles.has(role)) && entityAllowed(principal, legalEntityId);
    if (!byEntity && !reachedUnits(principal, org).has(orgUnitId)) throw new ProblemError('not_found');
    const today = dateIn(clock.now(), entity.timeZone);
    const month = period === 'current' ? monthOf(today) : period;
    return { legalEntityId, org, orgUnitId, subtree: subtree === 'true', period: month, today };
  };

  add(
    {
      method: 'get',
      path: '/v1/teams/{legalEntityId}/{orgUnitId}/dashboard',
      access: ACCESS,
      tags: ['teams'],
      summary: "A team's month at a glance",
      description: `${WHO} The ETag is made of the versions of what the answer is made of: with \`If-None-Match\` an unchanged team is 304, without being added up again.`,
      request,
      responses: { 200: json('The dashboard', dashboardSchema) },
    },
    async (c) => {
      const asked = await allowed(c as never, { ...c.req.valid('param'), ...c.req.valid('query') });
      const team = await readTeam(asked, knownBy(c.req.header('if-none-match')));
      const headers = { ETag: `"${team.tag}"` };
      if (team.isKnown) return c.body(null, 304, headers) as never;
      const { legalEntityId, orgUnitId, period, subtree } = asked;
      return c.json({ legalEntityId, orgUnitId, period, subtree, ...(await team.dashboard()) }, 200, headers) as never;
    },
  );
  add(
    {
      method: 'get',
      path: '/v1/teams/{legalEntityId}/{orgUnitId}/trend',
      access: ACCESS,
      tags: ['teams'],
      summary: "A team's month day by day",
      description: `${WHO} For each indicator that adds up over the month: what each day gave, and how far the team had come; up to today. Unchanged is 304 like the dashboard.`,
      request,
      responses: { 200: json('The trend', trendSchema) },
    },
    async (c) => {
      const { today, ...asked } = await allowed(c as never, { ...c.req.valid('param'), ...c.req.valid('query') });
      const team = await readTrend(asked, today, knownBy(c.req.header('if-none-match')));
      const headers = { ETag: `"${team.tag}"` };
      if (team.isKnown) return c.body(null, 304, headers) as never;
      const { legalEntityId, orgUnitId, period, subtree } = asked;
      const answer = { legalEntityId, orgUnitId, period, subtree, ...(await team.trend()) };
      // What is not whole yet has a tag of its own content.
      return c.json(answer, 200, answer.pending === 0 ? headers : {}) as never;
    },
  );
};

/** Which answers the caller has (RFC 9110, 13.1.2: compared weakly); undefined: none. */
const knownBy = (ifNoneMatch: string | undefined): IsKnown | undefined => {
  if (ifNoneMatch === undefined) return undefined;
  const tags = new Set(ifNoneMatch.match(/"[^"]*"/g));
  return (tag) => ifNoneMatch.trim() === '*' || tags.has(`"${tag}"`);
};
