/** What the tests of attendance share: the service in memory beside people, a hospital, two people and their manager. */
import { expect } from 'vitest';
import type { Log } from '../../../shared/adapters/log.ts';
import type { FactCredited, Message } from '../../../shared/contracts/messages.ts';
import type { Api } from '../../../shared/runtime/http/api.ts';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { composePeople } from '../../people/compose.ts';
import { type Attendance, composeAttendance } from '../compose.ts';
import { circle, northOf } from './events.ts';

export const LI: TestPrincipal = { subject: 'li', roles: ['employee'], employeeId: 'li' };
export const WANG: TestPrincipal = { subject: 'wang', roles: ['employee'], employeeId: 'wang' };
export const BOSS: TestPrincipal = { subject: 'boss', roles: ['employee', 'manager'], employeeId: 'boss' };
export const PAYROLL: TestPrincipal = { subject: 'pay', roles: ['payroll'], entities: ['le-1'] };
export const OPERATOR: TestPrincipal = { subject: 'op', roles: ['operator'], entities: ['le-1'] };
export const AUDITOR: TestPrincipal = { subject: 'audit', roles: ['auditor'], entities: ['le-1'] };
export const OWNER: TestPrincipal = { subject: 'owner', roles: ['plan-owner'], entities: ['le-1'] };
export const STRANGER: TestPrincipal = {
  subject: 'far',
  roles: ['payroll', 'operator', 'manager', 'plan-owner', 'auditor'],
  employeeId: 'far',
  entities: ['le-2'],
};
const EVERYWHERE: TestPrincipal = { subject: 'setup', roles: ['payroll', 'operator'], entities: '*' };

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}
export interface VisitBody {
  readonly visitId: string;
  readonly version: number;
  readonly customerId: string | null;
  readonly verdict: string;
  readonly review: string;
  readonly distanceMetres: number | null;
  readonly followUpIds: readonly string[];
  readonly tests: readonly { readonly test: string; readonly result: string; readonly measured: number | null }[];
}
export interface ResultsBody {
  readonly results: readonly {
    readonly outcome: string;
    readonly visit: VisitBody | null;
    readonly problem: {
      readonly code: string;
      readonly detail: string;
      readonly errors?: readonly { readonly pointer: string; readonly code: string }[];
    } | null;
  }[];
}
export interface World {
  readonly platform: MemoryPlatform;
  readonly attendance: Attendance;
  readonly logged: readonly { readonly event: string; readonly fields: Record<string, unknown> }[];
  call<T>(who: TestPrincipal, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** Uploads records of the phone of `who`, now by its clock. */
  upload(who: TestPrincipal, records: readonly object[], changes?: object): Promise<Answer<ResultsBody>>;
  /** Delivers every message of the queue `visits`. */
  settle(): Promise<void>;
  /** Visits that count, as a reader of `facts` has them, in whatever order it heard. */
  counted(): readonly string[];
  month(employeeId?: string, period?: string): Promise<readonly VisitBody[]>;
}

export const record = (clientSequence: number, at: string, changes: object = {}) => ({
  clientSequence,
  kind: 'check-in',
  at: `2026-11-${at}+08:00`,
  position: { system: 'wgs84', ...northOf(clientSequence), accuracyMetres: 12 },
  customerId: 'h1',
  ...changes,
});

/** `le-1`: boss manages li and wang. Li and Wang agreed to be located. h1 is a hospital. The clock stands at 23 November, 9:00. */
export const startWorld = async (overrides: Parameters<typeof memoryPlatform>[0] = {}): Promise<World> => {
  const logged: { readonly event: string; readonly fields: Record<string, unknown> }[] = [];
  const note = (event: string, fields: object = {}) => {
    logged.push({ event, fields: { ...fields } });
  };
  const log: Log = { info: note, warn: note, error: note };
  const platform = memoryPlatform({ log, ...overrides });
  const people = composePeople(platform).http;
  const attendance = composeAttendance(platform);
  const request = async <T>(
    api: Api,
    who: TestPrincipal,
    method: string,
    path: string,
    body?: unknown,
    headers = {},
  ): Promise<Answer<T>> => {
    const response = await api.request(path, {
      method,
      headers: { authorization: platform.bearer(who), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const must = async (api: Api, who: TestPrincipal, path: string, body: unknown): Promise<void> => {
    const answer = await request(api, who, 'PUT', path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  };
  for (const id of ['le-1', 'le-2']) {
    await must(people, EVERYWHERE, `/v1/legal-entities/${id}`, { name: { zh: id, en: id } });
    const units = [{ id: `unit-${id}`, name: { zh: '部', en: 'Unit' }, managerEmployeeId: id === 'le-1' ? 'boss' : 'far' }];
    await must(people, EVERYWHERE, `/v1/legal-entities/${id}/org-units`, { units });
  }
  for (const [id, legalEntityId] of [
    ['boss', 'le-1'],
    ['li', 'le-1'],
    ['wang', 'le-1'],
    ['far', 'le-2'],
  ] as const) {
    const assignments = [{ from: '2026-01-05', orgUnitId: `unit-${legalEntityId}`, positionId: 'rep' }];
    await must(people, EVERYWHERE, `/v1/people/${id}`, { legalEntityId, name: id, hiredOn: '2026-01-05', assignments });
  }
  for (const who of [LI, WANG]) await must(attendance.http, who, '/v1/me/location-consent', { given: true, textVersion: 'location-1' });
  await must(attendance.http, PAYROLL, '/v1/customers/le-1/h1/sites', { customerType: 'hospital', sites: [circle()] });
  const world: World = {
    platform,
    attendance,
    logged,
    call: (who, method, path, body, headers) => request(attendance.http, who, method, path, body, headers),
    upload: (who, records, changes = {}) =>
      world.call(who, 'POST', '/v1/check-ins', {
        queueId: 'q1',
        device: { id: `phone-${who.employeeId}` },
        sentAt: platform.clock.now(),
        checkIns: records,
        ...changes,
      }),
    async settle() {
      await platform.queue.deliver('visits', attendance.onVisitMessage);
    },
    counted() {
      const newest = new Map<string, FactCredited>();
      for (const { body } of platform.queue.sent) {
        const message = JSON.parse(body) as Message;
        if (message.message === 'fact.credited' && (newest.get(message.factId)?.revision ?? 0) < message.revision)
          newest.set(message.factId, message);
      }
      return [...newest.values()].flatMap(({ fact }) => (fact ? [fact.factId.slice('attendance:visit-'.length)] : [])).sort();
    },
    month: async (employeeId = 'li', period = '2026-11') =>
      (await world.call<{ visits: readonly VisitBody[] }>(PAYROLL, 'GET', `/v1/people/${employeeId}/visits/${period}`)).body.visits,
  };
  await world.settle();
  return world;
};
