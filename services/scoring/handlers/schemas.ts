/** What the routes of scoring answer. Numbers are text in human units: yuan for money, percent for ratios. */
import { z } from 'zod';
import { subjectSchema } from '../../../shared/contracts/facts.ts';

const text = z.object({ zh: z.string(), en: z.string() });
const unit = z.enum(['fen', 'count', 'number', 'ratio']).describe('`fen`: money, shown in yuan; `ratio`: shown in percent');

const indicatorSchema = z.object({
  id: z.string(),
  name: text,
  kind: z.enum(['result', 'process', 'personal']),
  metric: z.string(),
  unit,
  actual: z.string().nullable().describe('Null where there is no data yet'),
  target: z.string().nullable().describe('Null: none is set, and the indicator gives no points'),
  targetBasis: text
    .nullable()
    .describe('What the target is made of where it is not simply the plan’s: set for whom, share of new hires, days employed'),
  lowerIsBetter: z.boolean(),
  attainmentPercent: z.string().nullable().describe('Before curve, floor, cap and gates'),
  countedPercent: z.string().describe('After them'),
  points: z.string().describe('To 2 decimals, for reading; the total is rounded from the exact sum'),
  weight: z.string(),
  facts: z.int().describe('How many facts (or customers) are in it'),
  behind: z.boolean(),
  limitedBy: z.string().nullable().describe('The metric of the gate that limits it'),
  unavailable: z
    .object({ facts: z.int(), reason: text })
    .nullable()
    .describe('Facts that the plan could not be computed on: kept, not counted, and the owner of the plan is told'),
  explanation: text,
});
const behindSchema = z.object({
  id: z.string(),
  name: text,
  attainmentPercent: z.string().nullable(),
  missing: z.string().nullable().describe('What is missing to the target, in the unit of the indicator'),
  pointsLost: z.string().describe('What reaching the target is worth'),
  hint: text,
});

export const standingSchema = z
  .object({
    employeeId: z.string(),
    legalEntityId: z.string(),
    period: z.string(),
    asOf: z.string().nullable().describe('The day at whose end it stood so; null: now'),
    bookVersion: z.int().describe('0 before the first fact'),
    updatedAt: z.string().nullable(),
    plan: z.object({ planId: z.string(), version: z.int(), digest: z.string(), name: text }).nullable(),
    refusal: z
      .object({ code: z.enum(['no_plan', 'ambiguous_plan', 'employee_unknown', 'no_assignment']), reason: text })
      .nullable()
      .describe('Why there is no score'),
    score: z
      .object({
        total: z.string().describe('2 decimals, rounded once from the exact sum'),
        totalExplanation: text,
        indicators: z.array(indicatorSchema).readonly().describe('Of the plan version that counts last in the month'),
        projects: z
          .object({ counted: z.int(), amount: z.string() })
          .nullable()
          .describe('Where the version scores by project: how many projects have an amount, and their amount in yuan'),
        segments: z
          .array(
            z.object({
              from: z.string(),
              to: z.string(),
              days: z.int(),
              planId: z.string(),
              version: z.int(),
              total: z.string(),
              indicators: z.array(indicatorSchema).readonly(),
            }),
          )
          .readonly()
          .describe('Where more than one version counts in the month: what each gives on the whole month, weighed by its days'),
        behind: z.array(behindSchema).readonly().describe('The furthest below its target first'),
      })
      .nullable(),
    metrics: z
      .array(
        z.object({
          id: z.string(),
          name: text,
          unit,
          value: z.string().nullable(),
          facts: z.int(),
          from: z.string().describe('The first day that counts'),
          to: z.string().describe('The last one'),
          meanOver: z
            .object({ unit: z.enum(['day', 'week']), units: z.int() })
            .nullable()
            .describe('Of how many days or weeks the value is the mean; null where it is undivided'),
        }),
      )
      .readonly(),
    expressionErrors: z
      .array(
        z.object({
          metric: z.string(),
          factId: z.string(),
          period: z.string().optional().describe('The fact’s month, where it is another one'),
          reason: z.string(),
        }),
      )
      .readonly()
      .describe('Facts that an expression of the plan could not be evaluated on; kept, not counted there. The first 20'),
  })
  .meta({ id: 'Standing' });

export const projectPageSchema = z
  .object({
    items: z
      .array(
        z.object({
          projectId: z.string(),
          stage: z.string().nullable().describe('As the latest fact says that says one'),
          stageListed: z.boolean().describe("False: the indicators' own weights apply"),
          amount: z.string().describe('What the project weighs, in yuan; `0.00` weighs nothing'),
          total: z.string().describe('2 decimals, rounded once from the exact sum'),
          facts: z.int(),
          indicators: z
            .array(
              z.object({
                id: z.string(),
                name: text,
                unit,
                weight: z.string().describe('In this stage'),
                actual: z.string().nullable(),
                target: z.string().nullable(),
                attainmentPercent: z.string().nullable(),
                countedPercent: z.string(),
                points: z.string(),
              }),
            )
            .readonly(),
          explanation: text,
        }),
      )
      .readonly(),
    next: z.string().nullable().describe('Cursor of the next page; null at the end'),
  })
  .meta({ id: 'ScoreProjectPage' });

export const factPageSchema = z
  .object({
    items: z
      .array(
        z.object({
          factId: z.string(),
          revision: z.int(),
          type: z.string(),
          occurredAt: z.string(),
          date: z.string(),
          subject: subjectSchema,
          attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
          amount: z.string().nullable().describe("This person's part, in yuan"),
          totalAmount: z.string().nullable(),
          sharePercent: z.string(),
          contribution: z.string().nullable().describe('With `metric`: what the fact gives to it'),
        }),
      )
      .readonly(),
    next: z.string().nullable().describe('Cursor of the next page; null at the end'),
  })
  .meta({ id: 'ScoreFactPage' });
