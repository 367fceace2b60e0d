import { z } from 'zod';
import { slugSchema } from '../../../shared/contracts/common.ts';
import { incomingFactSchema } from '../../../shared/contracts/facts.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { principalOf, problemSchema, type Routes } from '../../../shared/runtime/http/api.ts';
import { fieldErrors, ProblemError, toProblem } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { Outcome, Work } from '../app/fact-steps.ts';
import { type RecordDeps, recordFacts } from '../app/record-facts.ts';
import { retryUnassigned } from '../app/retry-unassigned.ts';
import type { SourceRegistry } from '../app/source-registry.ts';
import { listConflicts, listUnassignedFacts, readConflicts, readFact, readRevisions } from '../read.ts';
import { conflictAnswer, conflictView, factAnswer, factView, json, jsonBody, pageOf, pageQuery } from './answers.ts';

const MAX_BATCH = 500;

const OUTCOMES = ['recorded', 'duplicate', 'superseded', 'corrected', 'conflict', 'unassigned', 'rejected'] as const;
const resultsAnswer = z
  .object({
    results: z.array(
      z.object({
        index: z.int(),
        id: z.string().nullable(),
        factId: z.string().nullable(),
        outcome: z.enum(OUTCOMES),
        reason: z.string().nullable(),
        problem: problemSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'FactBatchResult' });
type Result = z.infer<typeof resultsAnswer>['results'][number];

/** Facts: batches in, questions out. */
export const addFactRoutes = ({ add, cursors }: Routes, platform: Platform, deps: RecordDeps, registry: SourceRegistry): void => {
  const { store } = platform;
  const sourceOf = async (id: string) => (await registry.get(id))?.source;

  add(
    {
      method: 'post',
      path: '/v1/facts',
      access: { roles: ['source', 'operator'] },
      tags: ['facts'],
      summary: `Record up to ${MAX_BATCH} facts of a source`,
      description:
        'Roles: source (an ERP; sources of kind erp-batch), operator (any source), for the legal entities of the token. Each record is recorded or refused alone, in the order given: a malformed one has a pointer to each bad field and stops no other. Sending the same batch again records nothing twice.',
      request: {
        query: z.strictObject({ source: slugSchema }),
        body: jsonBody(
          z.strictObject({
            facts: z
              .array(z.unknown())
              .min(1)
              .max(MAX_BATCH)
              .describe('Incoming facts: id, type, occurredAt, credits, subject, amountFen, attributes, revision, voided'),
          }),
        ),
      },
      responses: { 200: json(resultsAnswer, 'One result a record') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { facts } = c.req.valid('json');
      const source = await sourceOf(c.req.valid('query').source);
      if (!source?.enabled || !entityAllowed(principal, source.legalEntityId)) throw new ProblemError('not_found');
      if (!principal.roles.has('operator') && source.kind !== 'erp-batch') {
        throw new ProblemError('forbidden', {
          zh: '该来源的事件须经其签名的 webhook 提交',
          en: 'events of this source come by its signed webhook, not by token',
        });
      }
      const parsed = facts.map((given) => incomingFactSchema.safeParse(given));
      const works = parsed.flatMap((one): Work[] => (one.success ? [{ do: 'record', source, fact: one.data }] : []));
      const outcomes = await recordFacts(deps, works, sourceOf);
      let next = 0;
      const results = parsed.map((one, index): Result => {
        if (!one.success) return malformed(index, facts[index], fieldErrors(one.error, `/facts/${index}`));
        const outcome = outcomes[next];
        next += 1;
        if (!outcome) throw new Error('a record without an outcome');
        return resultOf(index, one.data.id, outcome);
      });
      return c.json({ results }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/facts',
      access: { roles: ['operator', 'payroll', 'auditor'] },
      tags: ['facts'],
      summary: 'Facts that a person should look at',
      description:
        'Roles: operator, payroll, auditor, for the legal entities of the token. unassigned: nobody’s yet, with the reason. conflict: other content under an id that was taken. Oldest first; a page may be shorter than its limit.',
      request: { query: z.strictObject({ status: z.enum(['unassigned', 'conflict']), ...pageQuery }) },
      responses: { 200: json(pageOf(z.union([factAnswer, conflictAnswer])), 'One page') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { status, limit, cursor } = c.req.valid('query');
      const list = `facts ${status}`;
      const page = { limit, startAfter: cursors.read(cursor, principal.subject, list) };
      const mine = ({ legalEntityId }: { readonly legalEntityId: string }): boolean => entityAllowed(principal, legalEntityId);
      if (status === 'conflict') {
        const found = await listConflicts(store, page);
        const items = found.items.filter(mine).map(conflictView);
        return c.json({ items, next: cursors.issue(found.next, principal.subject, list) }, 200);
      }
      const found = await listUnassignedFacts(store, page);
      const items = found.items.filter(mine).map(factView);
      return c.json({ items, next: cursors.issue(found.next, principal.subject, list) }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/facts/{factId}',
      access: { roles: ['operator', 'payroll', 'auditor'] },
      tags: ['facts'],
      summary: 'A fact: whose it is, what it was before, what contradicts it',
      description:
        'Roles: operator, payroll, auditor, for the legal entities of the token. The id is source:eventId, URL-encoded. Visits and members’ months are kept elsewhere: the 404 says where.',
      request: { params: z.object({ factId: z.string().min(3).max(300) }) },
      responses: {
        200: json(
          factAnswer.extend({ revisions: z.array(factAnswer), conflicting: z.array(conflictAnswer) }).meta({ id: 'FactDetail' }),
          'The fact',
        ),
      },
    },
    async (c) => {
      const { factId } = c.req.valid('param');
      const fact = factId.includes('#') ? undefined : await readFact(store, factId);
      if (!fact && elsewhere(factId)) throw new ProblemError('not_found', elsewhere(factId));
      if (!fact || !entityAllowed(principalOf(c), fact.legalEntityId)) throw new ProblemError('not_found');
      const [revisions, conflicting] = await Promise.all([readRevisions(store, factId), readConflicts(store, factId)]);
      return c.json({ ...factView(fact), revisions: revisions.map(factView), conflicting: conflicting.map(conflictView) }, 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/facts/retry-unassigned',
      access: { roles: ['operator'] },
      tags: ['facts'],
      summary: 'Look at unassigned facts again, now',
      description:
        'Role: operator. What the sweeper does every minute: facts whose owner, customer, type, order or mapping is there by now are recorded. Bounded; `finished: false` says to call again.',
      request: {},
      responses: {
        200: json(z.object({ looked: z.int(), applied: z.int(), finished: z.boolean() }).meta({ id: 'RetryResult' }), 'What was done'),
      },
    },
    async (c) => c.json(await retryUnassigned({ ...deps, log: platform.log }, registry, { maxPages: 10 }), 200),
  );
};

/** Facts that no source sent are kept where they arise: an id says where, and nothing about whether there is one. */
const elsewhere = (factId: string): { readonly zh: string; readonly en: string } | undefined => {
  const visit = /^attendance:visit-(.+)$/.exec(factId)?.[1];
  if (visit !== undefined)
    return {
      zh: `这是一次拜访:GET /v1/visits/${visit}`,
      en: `this is a visit: GET /v1/visits/${visit}; what it touched: GET /v1/facts/{factId}/effects`,
    };
  const [, period, employeeId] = /^team:(\d{4}-\d{2}):(.+)$/.exec(factId) ?? [];
  if (period === undefined || employeeId === undefined) return undefined;
  return {
    zh: `这是一名成员的月度数据:GET /v1/people/${employeeId}/scores/${period}`,
    en: `this is a member’s month: GET /v1/people/${employeeId}/scores/${period}; what it touched: GET /v1/facts/{factId}/effects`,
  };
};

const malformed = (index: number, given: unknown, errors: FieldError[]): Result => ({
  index,
  id: idIn(given),
  factId: null,
  outcome: 'rejected',
  reason: 'malformed',
  problem: problemOf(new ProblemError('invalid_request', undefined, { errors })),
});

const resultOf = (index: number, id: string, { factId, outcome, reason, detail }: Outcome): Result => {
  // The batch only records; the other outcomes are those of the sweeper.
  const known = OUTCOMES.find((one) => one === outcome) ?? 'duplicate';
  return { index, id, factId, outcome: known, reason, problem: problemFor(index, known, reason, detail) };
};

const problemFor = (index: number, outcome: Result['outcome'], reason: string | null, detail: Outcome['detail']): Result['problem'] => {
  if (outcome === 'conflict') return problemOf(new ProblemError('fact_conflict'));
  if (outcome !== 'rejected' || !detail) return null;
  const pointer = `/facts/${index}${POINTERS[reason ?? ''] ?? ''}`;
  return problemOf(new ProblemError('invalid_request', detail, { errors: [{ pointer, code: reason ?? 'rejected', detail: detail.en }] }));
};
const POINTERS: Readonly<Record<string, string>> = {
  shares_not_100: '/credits',
  occurred_in_future: '/occurredAt',
  currency_not_cny: '/attributes/currency',
  too_many_for_order: '/subject/orderId',
};

const problemOf = (error: ProblemError): NonNullable<Result['problem']> => {
  const { errors, ...problem } = toProblem(error);
  return { ...problem, ...(errors ? { errors: [...errors] } : {}) };
};

/** The id a refused record seems to have, so that its sender finds it again. */
const idIn = (record: unknown): string | null => {
  if (typeof record !== 'object' || record === null || !Object.hasOwn(record, 'id')) return null;
  const { id } = record as { id?: unknown };
  return typeof id === 'string' ? id.slice(0, 160) : null;
};
