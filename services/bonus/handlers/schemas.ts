/** What the routes of bonus answer. */
import { z } from 'zod';

const text = z.object({ zh: z.string(), en: z.string() });
const category = z.enum(['commission', 'bonus', 'subsidy']);
const plan = z
  .object({ planId: z.string(), version: z.int(), digest: z.string() })
  .nullable()
  .describe('The published plan version that decided; null where no plan applied');

export const awardSchema = z
  .object({
    awardId: z.string().describe('rule:employee:month[:fact, order or customer]'),
    employeeId: z.string(),
    legalEntityId: z.string(),
    period: z.string(),
    ruleId: z.string(),
    ruleName: text,
    category,
    subject: z
      .object({ kind: z.enum(['fact', 'customer', 'order', 'day', 'pool', 'adjustment']), id: z.string() })
      .nullable()
      .describe('What an award by fact, order or customer is for, or the adjustment that it is; null for one that is for the month'),
    amountFen: z.int().describe('Fen. Below 0 only for what exceeds a monthly cap of a rule paid by fact or customer'),
    instalments: z.int().optional().describe('What of it is taken back after it was paid is taken in so many payslips'),
    date: z.string().optional().describe('The day it counts on, where the rule has a cap of the day'),
    heldFen: z.int().optional().describe('Earned besides, in fen, and held until the order is paid or delivered; absent: nothing is'),
    tests: z
      .array(z.object({ passed: z.boolean(), zh: z.string(), en: z.string() }))
      .describe('Every test that was made, failed ones too, in the order they were made'),
    formula: text.describe('How the amount came about'),
    plan,
    factIds: z.array(z.string()),
    metricIds: z.array(z.string()),
    bookVersion: z.int().describe('The book it was last written from'),
    lastSeq: z.int().describe('Its last ledger entry; 0 when nothing was ever posted'),
  })
  .meta({ id: 'Award' });

export const entrySchema = z
  .object({
    seq: z.int().describe('1..n for each person, without a gap'),
    employeeId: z.string(),
    legalEntityId: z.string(),
    awardId: z.string(),
    ruleId: z.string(),
    ruleName: text,
    category,
    amountFen: z.int().describe('Fen; after − before'),
    instalments: z.int().optional().describe('What is taken back is taken in so many payslips'),
    beforeFen: z.int(),
    afterFen: z.int(),
    balanceFen: z.int().describe('The balance after this entry'),
    earnedPeriod: z.string().describe('The month it was earned in'),
    postedAt: z.string(),
    plan,
    cause: z.object({ kind: z.enum(['facts', 'recalculation', 'pool', 'adjustment']), bookVersion: z.int(), factIds: z.array(z.string()) }),
  })
  .meta({ id: 'LedgerEntry' });

const cursor = z.string().nullable().describe('Cursor of the next page; null at the end');

export const awardPageSchema = z
  .object({
    employeeId: z.string(),
    period: z.string(),
    totalFen: z.int().describe('What all awards of the month add up to, not only those of this page'),
    items: z.array(awardSchema),
    next: cursor,
  })
  .meta({ id: 'AwardPage' });

export const ledgerPageSchema = z
  .object({
    employeeId: z.string(),
    asOf: z.string().nullable(),
    seq: z.int().describe('The last entry by then; 0 before the first'),
    balanceFen: z.int(),
    items: z.array(entrySchema).describe('Newest first'),
    next: cursor,
  })
  .meta({ id: 'LedgerPage' });

export const balanceSchema = z
  .object({ employeeId: z.string(), asOf: z.string().nullable(), seq: z.int(), balanceFen: z.int() })
  .meta({ id: 'LedgerBalance' });

export const changesSchema = z
  .object({
    employeeId: z.string(),
    from: z.string(),
    to: z.string(),
    beforeFen: z.int().describe('The balance at `from`'),
    afterFen: z.int().describe('The balance at `to`'),
    differenceFen: z.int(),
    causes: z
      .array(
        z.object({
          awardId: z.string(),
          ruleId: z.string(),
          ruleName: text,
          category,
          earnedPeriod: z.string(),
          beforeFen: z.int(),
          afterFen: z.int(),
          amountFen: z.int(),
          kinds: z.array(z.enum(['facts', 'recalculation', 'pool', 'adjustment'])),
          factIds: z.array(z.string()),
          entries: z.array(z.int()),
          text,
        }),
      )
      .describe('One for each award that moved; their amounts add up to `differenceFen`'),
  })
  .meta({ id: 'LedgerChanges' });
