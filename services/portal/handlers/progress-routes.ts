/** Routes of the month beside the time that has passed. Work data, no pay. */
import { z } from 'zod';
import type { createRoutes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { MAX_AS_OF_FACTS, TooManyFacts } from '../../scoring/what-if.ts';
import { progressReader } from '../app/read-progress.ts';
import { addPersonMonthRoutes } from './person-month-routes.ts';

const text = z.object({ zh: z.string(), en: z.string() });
const days = {
  from: z.string().describe('Later than the first day for a joiner'),
  to: z.string().describe('Earlier than the last day for a leaver; before `from` where there is no day'),
  elapsed: z.int().describe('Days that have passed, today included'),
  total: z.int(),
};
const progressSchema = z
  .object({
    employeeId: z.string(),
    legalEntityId: z.string(),
    period: z.string(),
    phase: z.enum(['future', 'running', 'closed']),
    asOf: z.string().nullable().describe('The day at whose end the numbers stand so; null before the month'),
    days: z.object({ ...days, sharePercent: z.string() }).describe('Days of the month on which the person is employed'),
    workdays: z
      .object({ elapsed: z.int(), total: z.int(), sharePercent: z.string() })
      .nullable()
      .describe(
        'Of these the days people are due at work, holidays and adjusted weekends as announced; null for a year without a calendar',
      ),
    week: z.object(days).nullable().describe('The week that today is in, as far as it is in the month'),
    plan: z.object({ planId: z.string(), version: z.int(), digest: z.string() }).nullable(),
    refusal: z
      .object({ code: z.enum(['no_plan', 'ambiguous_plan', 'employee_unknown', 'no_assignment']), reason: text })
      .nullable()
      .describe('Why there is no plan'),
    score: z
      .object({
        now: z.string(),
        projected: z.string().nullable().describe('The scheme evaluated at the projected numbers, gates and segments included'),
      })
      .nullable(),
    indicators: z
      .array(
        z.object({
          id: z.string(),
          name: text,
          unit: z.enum(['fen', 'count', 'number', 'ratio']).describe('`fen`: money, shown in yuan; `ratio`: shown in percent'),
          lowerIsBetter: z.boolean(),
          accumulates: z.boolean().describe('Adds up over the days; else it stands as it is and is its own projection'),
          actual: z.string().nullable(),
          target: z.string(),
          attainmentPercent: z.string().nullable(),
          days: z.object(days).describe('Of the indicator’s window'),
          expectedSharePercent: z.string().describe('Days passed ÷ all days; 100 for what stands as it is'),
          expected: z.string().describe('Target × that share'),
          pace: z.enum(['ahead', 'on-track', 'behind', 'no-data', 'not-begun']),
          gap: z.string().nullable().describe('Actual − expected'),
          week: z
            .object({
              part: z.string().describe('What this week has brought'),
              share: z.string().describe('Target × days of the week ÷ all days'),
              percent: z.string().nullable().describe('Part ÷ share'),
            })
            .nullable(),
          projected: z.string().nullable().describe('Actual ÷ days passed × all days'),
          projectedAttainmentPercent: z.string().nullable(),
          text,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Progress' });

export const addProgressRoutes = (platform: Platform, add: ReturnType<typeof createRoutes>['add']): void => {
  const read = progressReader(platform.store);
  addPersonMonthRoutes(platform, add, {
    name: 'progress',
    tags: ['scores'],
    summary: 'A person’s month beside the time that has passed',
    summaryOfMine: 'My month beside the time that has passed',
    what: 'For each indicator: actual and target, what the days that have passed would ask for, whether it is ahead or behind, this week’s part beside the week’s share, and the end of the month at the present pace; the score now and at those numbers, by exact re-evaluation. As of today; a month that is over, as it is booked.',
    others: 'The person; managers for their units and below; payroll, auditor and plan-owner.',
    schema: progressSchema,
    answer: (_, { employee, month, today }) => orCannotCalculate(() => read(employee, month, today)),
  });
};

/** @throws ProblemError cannot_calculate where there are more facts than any view folds. */
export const orCannotCalculate = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TooManyFacts)) throw error;
    throw new ProblemError('cannot_calculate', {
      zh: `所计日期内业务事实超过 ${MAX_AS_OF_FACTS} 条,无法即时汇总`,
      en: `more than ${MAX_AS_OF_FACTS} facts in the days that count: they cannot be added up for a view`,
    });
  }
};
