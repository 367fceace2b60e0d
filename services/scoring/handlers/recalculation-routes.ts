import { z } from 'zod';
import type { Role } from '../../../shared/contracts/access.ts';
import { idSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { listRecalculations, readRecalculation } from '../app/read-recalculations.ts';

const READERS = ['plan-owner', 'payroll', 'auditor'] as const satisfies readonly Role[];
const WHO = 'Roles: plan-owner, payroll, auditor, for the legal entities of the token.';

const headSchema = z
  .object({
    id: z.string(),
    legalEntityId: z.string(),
    cause: z.object({
      kind: z.enum(['plan', 'targets', 'org-units']),
      of: z.string().describe('The plan; the person whose targets, or the legal entity'),
      version: z.int(),
    }),
    from: z.string().nullable().describe('The first month that was looked at'),
    to: z.string().nullable(),
    startedAt: z.string(),
    asked: z.int().nullable().describe('How many months of people are calculated again; null while they are being looked for'),
    finishedAt: z.string().nullable().describe('Null while it goes on, or until somebody has read that it is finished'),
  })
  .meta({ id: 'Recalculation' });
const progressSchema = headSchema
  .extend({
    done: z.int(),
    open: z.int(),
    waiting: z.array(z.object({ employeeId: z.string(), period: z.string() })).describe('The first of those that are open, at most 20'),
  })
  .meta({ id: 'RecalculationProgress' });
const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

/** What plans, targets and org units that changed set going, and how far it is. */
export const addRecalculationRoutes = ({ add, cursors }: Routes, { store }: Platform): void => {
  add(
    {
      method: 'get',
      path: '/v1/recalculations',
      access: { roles: READERS },
      tags: ['scores'],
      summary: 'What was calculated again for many people, newest first',
      description: `${WHO} One for each publication of a plan, change of targets, and change of the org tree. A person’s own change is calculated at once and is not listed.`,
      request: {
        query: z.strictObject({
          legalEntityId: idSchema,
          limit: wholeNumber(1, 200).default(50),
          cursor: z.string().max(2000).optional(),
        }),
      },
      responses: { 200: json('One page', z.object({ items: z.array(headSchema), next: z.string().nullable() })) },
    },
    async (c) => {
      const principal = principalOf(c);
      const { legalEntityId, limit, cursor } = c.req.valid('query');
      if (!entityAllowed(principal, legalEntityId)) throw new ProblemError('not_found');
      const list = `recalculations ${legalEntityId}`;
      const page = await listRecalculations(store, legalEntityId, { limit, startAfter: cursors.read(cursor, principal.subject, list) });
      return c.json({ items: [...page.items], next: cursors.issue(page.next, principal.subject, list) }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/recalculations/{legalEntityId}/{id}',
      access: { roles: READERS },
      tags: ['scores'],
      summary: 'How far a recalculation is',
      description: `${WHO} Months of people that are done and open; the first of the open ones by name.`,
      request: { params: z.object({ legalEntityId: idSchema, id: idSchema }) },
      responses: { 200: json('The progress', progressSchema) },
    },
    async (c) => {
      const { legalEntityId, id } = c.req.valid('param');
      const found = entityAllowed(principalOf(c), legalEntityId) ? await readRecalculation(store, legalEntityId, id) : undefined;
      if (!found) throw new ProblemError('not_found');
      return c.json({ ...found, waiting: [...found.waiting] }, 200);
    },
  );
};
