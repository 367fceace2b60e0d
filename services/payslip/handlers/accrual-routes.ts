/** The route of accruals: what a month's incentives come to by cost centre. Pay data, though of nobody alone: every look is logged. */
import { z } from 'zod';
import { idSchema, monthSchema } from '../../../shared/contracts/common.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { readAccruals } from '../app/read-accruals.ts';
import { accrualsCsv } from '../render/accruals-csv.ts';

const fen = z.int();
const sums = {
  earnedFen: fen.describe('What the awards of the month stand at'),
  postedFen: fen.describe('What the ledger entries earned in the month add up to'),
  paidFen: fen.describe('The part of them that payslips of approved runs cover'),
  openFen: fen.describe('Posted and not yet paid'),
  heldFen: fen.describe('Earned besides, and held until an order is paid or delivered, or a day has come'),
};
const accrualsSchema = z
  .object({
    legalEntityId: z.string(),
    period: z.string().describe('The month that was earned in'),
    asOf: z.string(),
    rows: z
      .array(
        z.object({
          costCentre: z
            .object({ id: z.string(), name: z.object({ zh: z.string(), en: z.string() }).nullable() })
            .nullable()
            .describe('The org unit a person worked in last in the month; null for nowhere'),
          category: z.enum(['commission', 'bonus', 'subsidy']),
          people: z.int(),
          ...sums,
        }),
      )
      .describe('By cost centre, then category'),
    total: z.object(sums),
    reconciles: z.boolean().describe('Earned is posted, for everybody'),
    unreconciled: z
      .array(z.object({ employeeId: z.string(), earnedFen: fen, postedFen: fen }))
      .describe('For whom it is not: a calculation is under way, or something must be looked at'),
  })
  .meta({ id: 'Accruals' });

export const addAccrualRoutes = (platform: Platform, { add }: Pick<Routes, 'add'>): void => {
  add(
    {
      method: 'get',
      path: '/v1/accruals/{legalEntityId}/{period}',
      access: { roles: ['payroll', 'auditor'], payData: true },
      tags: ['payroll'],
      summary: 'Incentives of a month by cost centre: earned, posted, paid, open',
      description:
        'Roles payroll, auditor, for their legal entities. Reconciled with the ledger to the fen. `format=csv` gives a table for a spreadsheet, in yuan.',
      request: {
        params: z.object({ legalEntityId: idSchema, period: monthSchema }),
        query: z.strictObject({ format: z.enum(['json', 'csv']).default('json') }),
      },
      responses: {
        200: {
          description: 'The accruals',
          content: { 'application/json': { schema: accrualsSchema }, 'text/csv': { schema: z.string() } },
        },
      },
    },
    async (c) => {
      const { legalEntityId, period } = c.req.valid('param');
      if (!entityAllowed(principalOf(c), legalEntityId)) throw new ProblemError('not_found');
      logPayRead(platform, c as never, legalEntityId, `accruals ${period}`);
      const accruals = await readAccruals(platform.store, legalEntityId, period);
      if (c.req.valid('query').format === 'csv') {
        return c.body(accrualsCsv(accruals), 200, {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': `attachment; filename="accruals-${period}.csv"`,
        }) as never;
      }
      const { rows, total, unreconciled, units } = accruals;
      return c.json(
        {
          legalEntityId,
          period,
          asOf: platform.clock.now(),
          rows: rows.map(({ costCentre, ...row }) => ({
            costCentre: costCentre === null ? null : { id: costCentre, name: units.get(costCentre)?.name ?? null },
            ...row,
          })),
          total,
          reconciles: unreconciled.length === 0,
          unreconciled,
        },
        200,
      ) as never;
    },
  );
};
