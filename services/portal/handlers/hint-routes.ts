/** Routes of hints: what is behind and what closing it is worth. Points are work data; money is pay. */
import { z } from 'zod';
import { instant } from '../../../shared/kernel/period.ts';
import { type createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { MAX_HYPOTHETICAL_ITEMS } from '../../bonus/what-if.ts';
import { readBook } from '../../scoring/read.ts';
import { hintDay, hintReader } from '../app/read-hints.ts';
import { addPersonMonthRoutes } from './person-month-routes.ts';

const text = z.object({ zh: z.string(), en: z.string() });
const hintsSchema = z
  .object({
    employeeId: z.string(),
    legalEntityId: z.string(),
    period: z.string(),
    hints: z
      .array(
        z.object({
          indicator: z.string(),
          name: text,
          facts: z.int().nullable().describe('How many facts the step is; null for a comparison with the team alone'),
          project: z.string().nullable().describe('The project that the facts would be of, where the plan weighs by the stage of projects'),
          amount: z.string().nullable().describe('Of a sum of money: yuan in all'),
          points: z.string().nullable().describe('What the step is worth, by the engine'),
          money: z.string().nullable().describe('Yuan, by the engine; null for callers who may not see pay'),
          rules: z.array(z.object({ id: z.string(), name: text, money: z.string() })).readonly(),
          team: z
            .object({ own: z.string(), team: z.string(), gapPoints: z.string().describe('Percentage points'), people: z.int() })
            .nullable()
            .describe('A share below that of everybody in the org unit'),
          text,
        }),
      )
      .readonly()
      .describe('More money for the same effort first, then more points'),
  })
  .meta({ id: 'Hints' });

export const addHintRoutes = (platform: Platform, add: ReturnType<typeof createRoutes>['add']): void => {
  const { store, log } = platform;
  const read = hintReader(platform);
  addPersonMonthRoutes(platform, add, {
    name: 'hints',
    tags: ['scores', 'hints'],
    summary: 'What is behind, and what closing it is worth',
    summaryOfMine: 'What I am behind on, and what closing it is worth',
    what: 'For each indicator that is behind: one more of what it counts, and as much as the target needs, of the kind that is worth most; points and money by exact re-evaluation of facts that did not happen. A share below the team’s is named with the gap.',
    others: 'The person, payroll and auditor see points and money; managers for their units and below, and plan-owner, see points.',
    schema: hintsSchema,
    async answer(c, { employee: { id: employeeId, legalEntityId }, month, today }) {
      const principal = principalOf(c);
      const withPay = await canSeePerson(store, principal, employeeId, legalEntityId, 'pay');
      if (withPay) log.info('pay.read', { subject: principal.subject, employeeId, what: `hints ${month}`, requestId: c.get('requestId') });
      const book = await readBook(store, employeeId, month);
      if (!book) return { employeeId, legalEntityId, period: month, hints: [] };
      const on = hintDay(month, today);
      try {
        return { employeeId, legalEntityId, period: month, hints: await read({ book, on, at: instant(`${on}T12:00:00Z`), withPay }) };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new ProblemError('cannot_calculate', {
          zh: `该月业务事实超过 ${MAX_HYPOTHETICAL_ITEMS} 条,无法试算`,
          en: `more than ${MAX_HYPOTHETICAL_ITEMS} facts in this month: hypothetical facts cannot be tried`,
        });
      }
    },
  });
};
