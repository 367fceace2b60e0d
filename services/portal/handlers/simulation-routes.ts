/** The route of plan simulation: who gains and who loses by a draft, on a month that happened. Each person's money is pay data. */
import { z } from 'zod';
import { monthSchema, slugSchema } from '../../../shared/contracts/common.ts';
import { dateIn, monthOf } from '../../../shared/kernel/period.ts';
import { type createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { entityKey, parseEntity } from '../../people/read.ts';
import { readDraft } from '../../plans/what-if.ts';
import { MAX_SIMULATED_FACTS, MAX_SIMULATED_PEOPLE, simulatePlan } from '../app/simulate-plan.ts';

const side = z.object({ people: z.int(), byFen: z.int() });
const simulationSchema = z
  .object({
    planId: z.string(),
    draftVersion: z.int(),
    digest: z.string().describe('Of the document that was tried'),
    period: z.string(),
    people: z.int().describe('To whom the draft would have applied, and who had facts or would have been paid without any'),
    gaining: side,
    losing: side,
    unchanged: z.int(),
    payBeforeFen: z.int(),
    payAfterFen: z.int(),
    differenceFen: z.int(),
    averageScoreBefore: z.string().nullable(),
    averageScoreAfter: z.string().nullable(),
    items: z
      .array(
        z.object({
          employeeId: z.string(),
          name: z.string(),
          direction: z.enum(['gains', 'loses', 'same']).describe('By pay; where that is the same, by score'),
          scoreBefore: z.string().nullable(),
          scoreAfter: z.string().nullable(),
          payBeforeFen: z.int().nullable().describe('Null for callers who may not see pay'),
          payAfterFen: z.int().nullable(),
          differenceFen: z.int().nullable(),
        }),
      )
      .readonly()
      .describe('Who loses the most first'),
  })
  .meta({ id: 'PlanSimulation' });

export const addSimulationRoutes = (platform: Platform, add: ReturnType<typeof createRoutes>['add']): void => {
  const { store, clock } = platform;
  add(
    {
      method: 'get',
      path: '/v1/plans/{planId}/draft/simulations/{period}',
      access: { roles: ['plan-owner', 'payroll', 'auditor'] },
      tags: ['plans'],
      summary: 'Who would gain and who would lose by a draft',
      description: `The draft on the facts of a month, as if it had been in force all of it, beside the month as it stands. For a verified draft; up to ${MAX_SIMULATED_PEOPLE} people with facts. Payroll and auditor see each person's money (logged as a reading of pay); a plan-owner sees the sums, and each person's score and direction. Nothing is written.`,
      request: { params: z.object({ planId: slugSchema, period: monthSchema }) },
      responses: { 200: { description: 'The effects', content: { 'application/json': { schema: simulationSchema } } } },
    },
    async (c) => {
      const { planId, period } = c.req.valid('param');
      const principal = principalOf(c as never);
      const draft = await readDraft(store, planId);
      if (!draft || !entityAllowed(principal, draft.legalEntityId)) throw new ProblemError('not_found');
      if (draft.status === 'edited' || draft.status === 'faulty') {
        throw new ProblemError('conflict', {
          zh: draft.status === 'faulty' ? '草案有错误,请先修正并核验' : '请先核验草案,再模拟',
          en: draft.status === 'faulty' ? 'the draft has errors: correct and verify it first' : 'verify the draft first',
        });
      }
      const zone = parseEntity(await store.get(entityKey(draft.legalEntityId)))?.timeZone;
      if (zone && period > monthOf(dateIn(clock.now(), zone))) {
        throw new ProblemError('cannot_calculate', { zh: `${period} 还没有业务事实`, en: `${period} has no facts yet` });
      }
      const effects = await simulatePlan(platform, draft, period).catch((error: unknown) => {
        if (!(error instanceof RangeError)) throw error;
        throw new ProblemError('cannot_calculate', {
          zh: `超出一次模拟的范围:最多 ${MAX_SIMULATED_PEOPLE} 人,每人 ${MAX_SIMULATED_FACTS} 条业务事实`,
          en: `beyond one simulation: at most ${MAX_SIMULATED_PEOPLE} people and ${MAX_SIMULATED_FACTS} facts of each`,
        });
      });
      const withPay = principal.roles.has('payroll') || principal.roles.has('auditor');
      if (withPay)
        for (const { employeeId } of effects.items) logPayRead(platform, c as never, employeeId, `simulation of ${planId} ${period}`);
      const items = effects.items.map((item) => (withPay ? item : { ...item, payBeforeFen: null, payAfterFen: null, differenceFen: null }));
      return c.json({ planId, draftVersion: draft.version, digest: draft.digest, period, ...effects, items }, 200) as never;
    },
  );
};
