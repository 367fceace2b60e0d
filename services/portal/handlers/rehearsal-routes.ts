/** The route of rehearsals: what facts would do, before anybody sends them. What people would be paid is pay data. */
import { z } from 'zod';
import { slugSchema } from '../../../shared/contracts/common.ts';
import { incomingFactSchema } from '../../../shared/contracts/facts.ts';
import { type createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { asSent } from '../../ingest/what-if.ts';
import { MAX_REHEARSED_FACTS, rehearseFacts } from '../app/rehearse-facts.ts';

const text = z.object({ zh: z.string(), en: z.string() });
const rehearsalSchema = z
  .object({
    results: z.array(
      z.object({
        index: z.int(),
        factId: z.string(),
        outcome: z.string().describe('As when it is sent: recorded, corrected, duplicate, superseded, conflict, unassigned, rejected'),
        reason: z.string().nullable(),
        detail: text.nullable(),
      }),
    ),
    months: z
      .array(
        z.object({
          employeeId: z.string(),
          period: z.string(),
          scoreBefore: z.string().nullable(),
          scoreAfter: z.string().nullable(),
          payBeforeFen: z.int().describe('Incentives of the month as they stand on the ledger'),
          payAfterFen: z.int(),
          differenceFen: z.int().describe('What would be posted'),
          rules: z
            .array(z.object({ ruleId: z.string(), name: text, beforeFen: z.int(), afterFen: z.int(), heldDifferenceFen: z.int() }))
            .readonly(),
        }),
      )
      .readonly()
      .describe('Months of people that would change in points or pay; the largest change of pay first'),
  })
  .meta({ id: 'Rehearsal' });

export const addRehearsalRoutes = (platform: Platform, add: ReturnType<typeof createRoutes>['add']): void => {
  const { sourceOf } = asSent(platform);
  add(
    {
      method: 'post',
      path: '/v1/rehearsals',
      access: { roles: ['payroll'], payData: true },
      tags: ['facts', 'disputes'],
      summary: 'What facts would do if they were sent now',
      description: `Role: payroll, for the legal entities of the token. Up to ${MAX_REHEARSED_FACTS} facts as of POST /v1/facts: new ones, corrections (a higher revision) and withdrawals, of any source. The engines run on them as ever, to what the ledger would post, and nothing is kept. Shares of pools are not shared out anew.`,
      request: {
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({ source: slugSchema, facts: z.array(incomingFactSchema).min(1).max(MAX_REHEARSED_FACTS) }),
            },
          },
        },
      },
      responses: { 200: { description: 'The effects', content: { 'application/json': { schema: rehearsalSchema } } } },
    },
    async (c) => {
      const principal = principalOf(c as never);
      const { source: id, facts } = c.req.valid('json');
      const source = await sourceOf(id);
      if (!source || !entityAllowed(principal, source.legalEntityId)) throw new ProblemError('not_found');
      const { outcomes, months } = await rehearseFacts(platform, source, facts).catch((error: unknown) => {
        if (!(error instanceof RangeError)) throw error;
        throw new ProblemError('cannot_calculate', {
          zh: '牵涉的人员和月份过多,无法试算;请减少业务事实',
          en: 'more people and months would be touched than one rehearsal looks at: give fewer facts',
        });
      });
      // Whoever is credited may be of another company than the source.
      const shown = months.filter(({ legalEntityId }) => entityAllowed(principal, legalEntityId));
      for (const { employeeId, period } of shown) logPayRead(platform, c as never, employeeId, `rehearsal ${period}`);
      const results = outcomes.map(({ factId, outcome, reason, detail }, index) => ({ index, factId, outcome, reason, detail }));
      return c.json({ results, months: shown.map(({ legalEntityId: _, ...month }) => month) }, 200) as never;
    },
  );
};
