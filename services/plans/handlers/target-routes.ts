import { z } from 'zod';
import type { Role } from '../../../shared/contracts/access.ts';
import { idSchema, monthSchema, nameSchema } from '../../../shared/contracts/common.ts';
import { type AppliesTo, PLACE_KINDS } from '../../../shared/contracts/plans.ts';
import { indicatorTargetsSchema, type TargetSet } from '../../../shared/contracts/targets.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type ChangeAnswer, changeTargets } from '../app/change-targets.ts';
import { MAX_ROWS, readTargetsFile } from '../app/import-targets.ts';
import { listTargetChanges, listTargets, readTargets } from '../app/read-targets.ts';
import type { TargetChange, TargetMonth } from '../store.ts';
import { callerOf, READERS } from './draft-routes.ts';
import {
  findingSchema,
  findingsView,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  preconditionHeaders,
  preconditionOf,
  problemOf,
  writeProblems,
} from './schemas.ts';

const WRITERS = ['plan-owner'] as const satisfies readonly Role[];
const monthParams = z.object({ legalEntityId: idSchema, period: monthSchema });
const setParams = monthParams.extend({ kind: z.enum(PLACE_KINDS), id: idSchema });

const targetSetSchema = z
  .object({
    kind: z.enum(PLACE_KINDS),
    id: z.string(),
    version: z.int().describe('Rises by one with every change'),
    targets: z.record(z.string(), z.string()).describe('By indicator id, written as in a plan'),
  })
  .meta({ id: 'TargetSet' });
const targetChangeSchema = targetSetSchema
  .extend({ reason: z.string(), changedBy: z.string(), changedAt: z.string() })
  .meta({ id: 'TargetChange' });
const warnings = z.array(findingSchema).describe('What may not be meant, such as a count that is not whole');
const reason = nameSchema(500).describe('Kept with the change');

const setView = ({ of, version, targets }: TargetSet) => ({ kind: of.kind, id: of.id, version, targets });
const changeView = ({ set, ...how }: TargetChange) => ({ ...setView(set), ...how });
const summaryOf = ({ sets, warnings: found }: ChangeAnswer) => ({
  created: sets.filter(({ isNew }) => isNew).length,
  changed: sets.filter(({ isNew, isChanged }) => isChanged && !isNew).length,
  unchanged: sets.filter(({ isChanged }) => !isChanged).length,
  warnings: findingsView(found),
});

/** Targets of a month, for persons and places, beside the plans. */
export const addTargetRoutes = ({ add, cursors }: Routes, platform: Platform): void => {
  const { store } = platform;
  const caller = (c: Ctx) => callerOf(c, platform);
  const assertReached = (c: Ctx, { legalEntityId }: TargetMonth): void => {
    if (!caller(c).mayReach(legalEntityId)) throw new ProblemError('not_found');
  };

  add(
    {
      method: 'get',
      path: '/v1/targets/{legalEntityId}/{period}',
      access: { roles: READERS },
      tags: ['plans'],
      summary: 'The targets that are set for a month',
      description:
        'Roles: plan-owner, payroll, auditor, for the legal entities of the token. All places (positions, org units, the legal entity) with every page, persons page by page. What is not set here is the plan’s.',
      request: { params: monthParams, query: z.strictObject(pageQuery) },
      responses: { 200: json(pageOf(targetSetSchema).extend({ places: z.array(targetSetSchema) }), 'Places, and one page of persons') },
    },
    async (c) => {
      const month = c.req.valid('param');
      assertReached(c, month);
      const { limit, cursor } = c.req.valid('query');
      const { subject } = principalOf(c);
      const list = `targets ${month.legalEntityId} ${month.period}`;
      const found = await listTargets(store, month, { limit, startAfter: cursors.read(cursor, subject, list) });
      const next = cursors.issue(found.next, subject, list);
      return c.json({ places: found.places.map(setView), items: found.people.map(setView), next }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/targets/{legalEntityId}/{period}/{kind}/{id}',
      access: { roles: READERS },
      tags: ['plans'],
      summary: 'The targets set for a person or place in a month, and why',
      description: 'Roles: plan-owner, payroll, auditor, for the legal entities of the token.',
      request: { params: setParams },
      responses: { 200: json(targetChangeSchema, 'The set; empty where it was taken away') },
    },
    async (c) => {
      const { kind, id, ...month } = c.req.valid('param');
      assertReached(c, month);
      const change = await readTargets(store, month, { kind, id });
      if (!change) throw new ProblemError('not_found');
      c.header('ETag', `"${change.set.version}"`);
      return c.json(changeView(change), 200);
    },
  );

  add(
    {
      method: 'put',
      path: '/v1/targets/{legalEntityId}/{period}/{kind}/{id}',
      access: { roles: WRITERS },
      tags: ['plans'],
      summary: 'Set the targets of a person or place for a month, the whole set',
      description:
        'Role: plan-owner, for the legal entities of the token; nobody sets his or her own. For each indicator the most specific target counts: person, position, org unit (nearest first), legal entity, then the plan’s. An empty set takes them away. Months that were scored with others are recalculated, and differences of pay posted.',
      request: {
        params: setParams,
        headers: preconditionHeaders,
        body: jsonBody(z.strictObject({ targets: indicatorTargetsSchema, reason })),
      },
      responses: {
        200: json(targetSetSchema.extend({ warnings }), 'Set; the same targets again change nothing'),
        201: json(targetSetSchema.extend({ warnings }), 'Set for the first time'),
        ...writeProblems,
      },
    },
    async (c) => {
      const { kind, id, ...month } = c.req.valid('param');
      const { targets, reason: why } = c.req.valid('json');
      const of: AppliesTo = { kind, id };
      const answer = await changeTargets(
        platform,
        {
          month,
          reason: why,
          precondition: preconditionOf(c.req.valid('header')),
          changes: [{ pointerOf: (indicator) => `/targets/${indicator}`, placePath: '/path/id', wanted: { of, how: 'replace', targets } }],
        },
        caller(c),
      );
      if (!answer.ok) throw problemOf(answer.error);
      const [changed] = answer.value.sets;
      if (!changed) throw new Error('a change of one set answers one set');
      c.header('ETag', `"${changed.set.version}"`);
      return c.json({ ...setView(changed.set), warnings: findingsView(answer.value.warnings) }, changed.isNew ? 201 : 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/targets/{legalEntityId}/{period}/{kind}/{id}/changes',
      access: { roles: READERS },
      tags: ['plans'],
      summary: 'Every version of a set of targets, newest first',
      description: 'Roles: plan-owner, payroll, auditor, for the legal entities of the token.',
      request: { params: setParams, query: z.strictObject(pageQuery) },
      responses: { 200: json(pageOf(targetChangeSchema), 'One page') },
    },
    async (c) => {
      const { kind, id, ...month } = c.req.valid('param');
      assertReached(c, month);
      const { limit, cursor } = c.req.valid('query');
      const { subject } = principalOf(c);
      const list = `target-changes ${month.legalEntityId} ${month.period} ${kind} ${id}`;
      const startAfter = cursors.read(cursor, subject, list);
      const found = await listTargetChanges(store, month, { kind, id }, { limit, startAfter });
      return c.json({ items: found.changes.map(changeView), next: cursors.issue(found.next, subject, list) }, 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/targets/{legalEntityId}/{period}/import',
      access: { roles: WRITERS },
      tags: ['plans'],
      summary: 'Set targets of many persons and places from CSV',
      description: `Role: plan-owner, for the legal entities of the token. Columns: kind (${PLACE_KINDS.join(', ')}), id, indicator, target; an empty target takes it away, what is not in the file stays. At most ${MAX_ROWS} rows. Every row is checked first, and with any fault nothing is stored; the pointers name the lines. The same file again changes nothing. store: false only says what would change.`,
      request: {
        params: monthParams,
        body: jsonBody(z.strictObject({ csv: z.string().min(1).max(400_000), reason, store: z.boolean().default(true) })),
      },
      responses: {
        200: json(
          z.object({ created: z.int(), changed: z.int(), unchanged: z.int(), warnings }).meta({ id: 'TargetImport' }),
          'How many sets are new, different, the same',
        ),
        ...writeProblems,
      },
    },
    async (c) => {
      const month = c.req.valid('param');
      assertReached(c, month);
      const { csv, reason: why, store: isStored } = c.req.valid('json');
      const changes = readTargetsFile(csv);
      if (!changes.ok) throw problemOf(changes.error);
      const answer = await changeTargets(platform, { month, reason: why, precondition: 'none', changes: changes.value }, caller(c), {
        store: isStored,
      });
      if (!answer.ok) throw problemOf(answer.error);
      return c.json(summaryOf(answer.value), 200);
    },
  );
};
