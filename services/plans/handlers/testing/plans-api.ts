/** The plans service on a memory platform, and the steps of a plan's way as calls of its API. */
import { expect } from 'vitest';
import type { PlanDocument } from '../../../../shared/contracts/plans.ts';
import type { Api } from '../../../../shared/runtime/http/api.ts';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../../test/simulation/memory-platform.ts';
import { composePlans } from '../../compose.ts';
import { soundPlan, soundRewards } from '../../domain/testing/sound-plan.ts';
import { parsePlanIndex, planIndexKey } from '../../read.ts';

export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: { readonly [name: string]: unknown };
  readonly text: string;
}
export const OWNER: TestPrincipal = { subject: 'owner', roles: ['plan-owner'], entities: ['acme'] };
export const SECOND: TestPrincipal = { subject: 'second', roles: ['plan-owner'], entities: ['acme'] };
export const PAYROLL: TestPrincipal = { subject: 'payroll', roles: ['payroll'], entities: ['acme'] };
export const AUDITOR: TestPrincipal = { subject: 'auditor', roles: ['auditor'], entities: ['acme'] };
export const FOREIGN: TestPrincipal = { subject: 'foreign', roles: ['plan-owner', 'payroll', 'auditor'], entities: ['other'] };
export const EMPLOYEE: TestPrincipal = { roles: ['employee', 'manager'], employeeId: 'e1', entities: ['acme'] };

/** Of the present test; `freshPlans` makes new ones. */
export let platform: MemoryPlatform;
export let api: Api;
export const freshPlans = (): void => {
  platform = memoryPlatform();
  api = composePlans(platform).http;
};

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
export const P = '/v1/plans/sound';
export const putDraft = (document: unknown = soundPlan(), who = OWNER, headers: Record<string, string> = {}) =>
  call(who, 'PUT', `${P}/draft`, { body: document, headers });
export const verify = (body?: unknown, who = OWNER) => call(who, 'POST', `${P}/verify`, body === undefined ? {} : { body });
export const approve = async (who = SECOND, digest?: unknown) =>
  call(who, 'POST', `${P}/approve`, { body: { digest: digest ?? (await call(OWNER, 'GET', `${P}/draft`)).body['digest'] } });
export const publish = (effectiveFrom = '2026-11-01', more: object = {}, options: { who?: TestPrincipal; api?: Api } = {}) =>
  call(options.who ?? OWNER, 'POST', `${P}/publish`, { body: { effectiveFrom, ...more }, ...(options.api ? { api: options.api } : {}) });
export const ready = async (document: PlanDocument = soundPlan()): Promise<void> => {
  expect((await putDraft(document)).text).toContain('"status":"edited"');
  expect((await verify()).body).toMatchObject({ status: 'verified' });
  expect((await approve()).body).toMatchObject({ status: 'approved' });
};
export const codes = ({ body }: Answer) => body['code'];
export const indexNow = async () => parsePlanIndex(await platform.store.get(planIndexKey('acme')));
export const published = () => platform.queue.waiting('plans-published');
/** A plan like the sound one, with another bonus. */
export const changed = (amountFen = 60_000): PlanDocument => ({
  ...soundPlan(),
  rewards: [soundRewards.commission, soundRewards.visits, { ...soundRewards.threshold, amountFen: amountFen as never }],
});
