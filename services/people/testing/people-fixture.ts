/** What the HTTP tests of people share: the service in memory with two legal entities of the same org tree, callers, and requests. */
import { expect } from 'vitest';
import type { Api } from '../../../shared/runtime/http/api.ts';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { composePeople } from '../compose.ts';

export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: { readonly [name: string]: unknown };
  readonly text: string;
}

export const PAYROLL: TestPrincipal = { subject: 'payroll', roles: ['payroll'], entities: ['le-1'] };
export const AUDITOR: TestPrincipal = { roles: ['auditor'], entities: ['le-1'] };
export const OPERATOR: TestPrincipal = { roles: ['operator'], entities: ['le-1'] };
export const PLAN_OWNER: TestPrincipal = { roles: ['plan-owner'], entities: ['le-1'] };
export const EVERYWHERE: TestPrincipal = { roles: ['payroll'], entities: '*' };
export const MANAGER: TestPrincipal = { roles: ['employee', 'manager'], employeeId: 'boss' };
export const SELF: TestPrincipal = { roles: ['employee'], employeeId: 'li' };
export const OTHER_PAYROLL: TestPrincipal = { roles: ['payroll'], entities: ['le-2'] };

export let platform: MemoryPlatform;
export let api: Api;
export let logged: { readonly event: string; readonly fields: Record<string, unknown> }[];

export const call = async (
  who: TestPrincipal | null,
  method: string,
  path: string,
  options: { readonly body?: unknown; readonly headers?: Record<string, string>; readonly api?: Api } = {},
): Promise<Answer> => {
  const response = await (options.api ?? api).request(path, {
    method,
    headers: {
      ...(who ? { authorization: platform.bearer(who) } : {}),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, etag: response.headers.get('etag'), text, body: text ? JSON.parse(text) : {} };
};
export const pointers = ({ body }: Answer) =>
  ((body['errors'] ?? []) as { pointer: string; code: string }[]).map((e) => `${e.code} ${e.pointer}`);

export const ENTITY = { name: { zh: '甲公司', en: 'A' } };
export const unit = (id: string, parentId: string | null = null, managerEmployeeId: string | null = null) => ({
  id,
  name: { zh: id, en: id },
  parentId,
  managerEmployeeId,
});
export const TREE = { units: [unit('root'), unit('sales', 'root', 'boss'), unit('field', 'sales'), unit('office', 'root')] };
export const person = (changes: object = {}) => ({
  legalEntityId: 'le-1',
  name: '李丽',
  hiredOn: '2026-01-01',
  assignments: [{ from: '2026-01-01', orgUnitId: 'field', positionId: 'rep' }],
  mobile: '13800138000',
  ...changes,
});
export const owns = (...ids: string[]) => ({ externalIds: ids.map((externalId) => ({ source: 'hubspot', externalId })) });
export const put = (path: string, body: unknown, headers: Record<string, string> = {}, who: TestPrincipal = PAYROLL) =>
  call(who, 'PUT', path, { body, headers });
export const ok = async (answer: Promise<Answer>): Promise<Answer> => {
  const got = await answer;
  expect([200, 201], got.text).toContain(got.status);
  return got;
};

/** Before each test: everything anew. */
export const startPeople = async (): Promise<void> => {
  logged = [];
  const record = (event: string, fields: object = {}) => {
    logged.push({ event, fields: { ...fields } });
  };
  platform = memoryPlatform({ log: { info: record, warn: record, error: record } });
  api = composePeople(platform).http;
  for (const id of ['le-1', 'le-2']) {
    await ok(put(`/v1/legal-entities/${id}`, ENTITY, {}, EVERYWHERE));
    await ok(put(`/v1/legal-entities/${id}/org-units`, TREE, {}, EVERYWHERE));
  }
};
