import { z } from 'zod';
import type { Item } from '../../../shared/adapters/store.ts';
import type { Principal } from '../../../shared/contracts/access.ts';
import { idSchema, monthSchema, nameSchema } from '../../../shared/contracts/common.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson, reachesPerson } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, parseEmployee } from '../../people/read.ts';
import { monthVisits } from '../app/read-visits.ts';
import { appealVisit, decideVisit } from '../app/review-visit.ts';
import { eventKey, parseEvent, parseVisit, reviewQuery, type StoredVisit, visitKey } from '../store.ts';
import {
  ifMatchHeader,
  ifMatchOf,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  tagVersion,
  visitAnswer,
  visitIdSchema,
  visitView,
  writeProblems,
} from './answers.ts';
import { entityAsked, scopeIn } from './reach.ts';

const visitParams = z.object({ visitId: visitIdSchema });
const READERS = ['manager', 'payroll', 'auditor'] as const;
const REVIEWERS = ['manager', 'payroll'] as const;

const positionAnswer = z
  .object({
    visitId: z.string(),
    position: z
      .object({ system: z.string(), latitude: z.number(), longitude: z.number(), accuracyMetres: z.number().nullable() })
      .nullable()
      .describe('As the phone gave it; null: there was none'),
    erased: z.boolean().describe('The retention time is over: only the distance is left'),
    distanceMetres: z.int().nullable(),
    device: z.object({ id: z.string().nullable(), emulator: z.boolean(), rooted: z.boolean() }),
    photo: z.object({ reference: z.string(), perceptualHash: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'VisitPosition' });

/** Visits: whose they are, what they were worth, and who decides. */
export const addVisitRoutes = ({ add, cursors }: Routes, platform: Platform): void => {
  const { store, clock, log } = platform;

  /** The visit, when the caller may see its person. @throws ProblemError `not_found`, the same for a foreign one as for none. */
  const visitFor = async (principal: Principal, visitId: string): Promise<StoredVisit> => {
    const stored = parseVisit(await store.get(visitKey(visitId)));
    const { employeeId, legalEntityId } = stored?.visit ?? {};
    if (
      !stored ||
      !employeeId ||
      !legalEntityId ||
      !(await canSeePerson(store, principal, employeeId, legalEntityId, 'work', clock.now()))
    ) {
      throw new ProblemError('not_found');
    }
    return stored;
  };
  const answer = (c: Ctx, stored: StoredVisit) => {
    tagVersion(c, stored.version);
    return c.json(visitView(stored), 200);
  };

  add(
    {
      method: 'get',
      path: '/v1/visits',
      access: { roles: REVIEWERS },
      tags: ['attendance'],
      summary: 'Visits that a person should look at',
      description:
        'Roles: manager (own units and below), payroll (legal entities of the token). status=to-review: unverifiable ones, valid ones with evidence on them, and appeals; oldest first. Pay is not held back while they wait. Without legalEntityId that of the caller. A page may be shorter than its limit.',
      request: { query: z.strictObject({ status: z.literal('to-review'), legalEntityId: idSchema.optional(), ...pageQuery }) },
      responses: { 200: json(pageOf(visitAnswer), 'One page') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { legalEntityId: asked, limit, cursor } = c.req.valid('query');
      const legalEntityId = await entityAsked(platform, principal, asked);
      const { byEntity, units, today } = await scopeIn(platform, principal, legalEntityId, ['payroll']);
      const list = `visits to-review ${legalEntityId}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      const page = await store.query({ ...reviewQuery(legalEntityId), limit, ...(startAfter ? { startAfter } : {}) });
      const found = page.items.flatMap((item) => parseVisit(item) ?? []);
      const people = await store.getMany(found.map(({ visit }) => employeeKey(visit.employeeId)));
      const mine = (person: Item | undefined): boolean => {
        const employee = parseEmployee(person);
        return employee !== undefined && (byEntity || reachesPerson(principal, employee, units, 'work', today));
      };
      const items = found.filter((_, index) => mine(people[index])).map(visitView);
      return c.json({ items, next: cursors.issue(page.next, principal.subject, list) }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/visits/{visitId}',
      access: { roles: READERS, self: true },
      tags: ['attendance'],
      summary: 'A visit with every test made, and why',
      description: 'The employee; a manager for the own units and below; payroll and auditor for their legal entities. Without positions.',
      request: { params: visitParams },
      responses: { 200: json(visitAnswer, 'The visit') },
    },
    async (c) => answer(c, await visitFor(principalOf(c), c.req.valid('param').visitId)),
  );

  add(
    {
      method: 'get',
      path: '/v1/visits/{visitId}/position',
      access: { roles: READERS, self: true },
      tags: ['attendance'],
      summary: 'Where the phone was at a check-in',
      description: 'As the visit itself. Every look is logged with who looked and at whose.',
      request: { params: visitParams },
      responses: { 200: json(positionAnswer, 'The position, or what is left of it') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { visit } = await visitFor(principal, c.req.valid('param').visitId);
      const { visitId, employeeId, at } = visit;
      // Before it is read: a look that could not be noted does not happen.
      log.info('position.read', { subject: principal.subject, employeeId, visitId, requestId: c.get('requestId') });
      const item = await store.get(eventKey(employeeId, { kind: 'check-in', id: visitId, at }));
      const event = item && parseEvent(item);
      if (event?.kind !== 'check-in') throw new ProblemError('not_found');
      const { position, device, photo } = event;
      const erased = position?.state === 'erased';
      const held = position?.state === 'held' ? position : null;
      return c.json(
        {
          visitId,
          position: held && {
            system: held.system,
            latitude: held.latitude,
            longitude: held.longitude,
            accuracyMetres: held.accuracyMetres,
          },
          erased,
          distanceMetres: visit.distanceMetres,
          device: { ...device },
          photo: photo && { ...photo },
        },
        200,
      );
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/visits/{visitId}/decision',
      access: { roles: REVIEWERS },
      tags: ['attendance'],
      summary: 'Decide about a visit, with a reason',
      description:
        'Roles: manager (own units and below), payroll (legal entities of the token); never about the own visits. The decision holds over the rules, both ways, and what the visit is worth follows by itself. Send the version that was looked at as If-Match.',
      request: {
        params: visitParams,
        headers: ifMatchHeader,
        body: jsonBody(z.strictObject({ decision: z.enum(['valid', 'invalid']), reason: nameSchema(500) })),
      },
      responses: { 200: json(visitAnswer, 'The visit as it stands now'), ...writeProblems },
    },
    async (c) => {
      const principal = principalOf(c);
      const stored = await visitFor(principal, c.req.valid('param').visitId);
      if (principal.employeeId === stored.visit.employeeId) throw new ProblemError('second_person_required');
      const ifMatch = ifMatchOf(c.req.valid('header'));
      return answer(c, await decideVisit(platform, stored, { ...c.req.valid('json'), by: principal.subject, ifMatch }));
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/visits/{visitId}/appeal',
      access: { roles: [], self: true },
      tags: ['attendance'],
      summary: 'Ask for another look at a visit that does not count',
      description: 'The employee whose visit it is. It comes back into the reviewer’s queue; one that waits already is not repeated.',
      request: { params: visitParams, body: jsonBody(z.strictObject({ reason: nameSchema(500) })) },
      responses: { 200: json(visitAnswer, 'The visit'), ...writeProblems },
    },
    async (c) => {
      const principal = principalOf(c);
      const stored = await visitFor(principal, c.req.valid('param').visitId);
      if (stored.visit.employeeId !== principal.employeeId) throw new ProblemError('not_found');
      return answer(c, await appealVisit(platform, stored, c.req.valid('json').reason));
    },
  );

  const monthAnswer = z
    .object({
      employeeId: z.string(),
      period: z.string(),
      valid: z.int(),
      invalid: z.int(),
      unverifiable: z.int(),
      toReview: z.int(),
      visits: z.array(visitAnswer),
    })
    .meta({ id: 'VisitMonth' });
  const monthOf = async (employeeId: string, period: z.infer<typeof monthSchema>): Promise<z.infer<typeof monthAnswer>> => {
    const visits = (await monthVisits(store, employeeId, period)).map(visitView);
    const count = (verdict: string): number => visits.filter((visit) => visit.verdict === verdict).length;
    return {
      employeeId,
      period,
      valid: count('valid'),
      invalid: count('invalid'),
      unverifiable: count('unverifiable'),
      toReview: visits.filter(({ review }) => review === 'to-review').length,
      visits,
    };
  };

  add(
    {
      method: 'get',
      path: '/v1/people/{employeeId}/visits/{period}',
      access: { roles: READERS, self: true },
      tags: ['attendance'],
      summary: 'A person’s visits of a month',
      description: 'The employee; a manager for the own units and below; payroll and auditor for their legal entities. Without positions.',
      request: { params: z.object({ employeeId: idSchema, period: monthSchema }) },
      responses: { 200: json(monthAnswer, 'The visits in time order') },
    },
    async (c) => {
      const { employeeId, period } = c.req.valid('param');
      const employee = parseEmployee(await store.get(employeeKey(employeeId)));
      if (!employee || !(await canSeePerson(store, principalOf(c), employeeId, employee.legalEntityId, 'work', clock.now()))) {
        throw new ProblemError('not_found');
      }
      return c.json(await monthOf(employeeId, period), 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/me/visits/{period}',
      access: { roles: [], self: true },
      tags: ['attendance'],
      summary: 'My visits of a month',
      description: 'The employee of the token.',
      request: { params: z.object({ period: monthSchema }) },
      responses: { 200: json(monthAnswer, 'The visits in time order') },
    },
    async (c) => c.json(await monthOf(principalOf(c).employeeId ?? '', c.req.valid('param').period), 200),
  );
};
