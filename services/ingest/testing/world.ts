/** What the tests of ingest share: the service in memory beside the people service, a company, callers, sources and deliveries. */
import { expect } from 'vitest';
import type { FactCredited } from '../../../shared/contracts/messages.ts';
import type { Api } from '../../../shared/runtime/http/api.ts';
import type { SignedDelivery } from '../../../test/fixtures/webhooks/sign.ts';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import type { StoreSnapshot } from '../../../test/simulation/memory-store.ts';
import { composePeople } from '../../people/compose.ts';
import { composeIngest, type Ingest } from '../compose.ts';

export const OPERATOR: TestPrincipal = { subject: 'op', roles: ['operator'], entities: ['le-1'] };
export const ERP: TestPrincipal = { subject: 'erp', roles: ['source'], entities: ['le-1'] };
export const PAYROLL: TestPrincipal = { subject: 'pay', roles: ['payroll'], entities: ['le-1'] };
export const STRANGER: TestPrincipal = { subject: 'op-2', roles: ['operator', 'payroll', 'source'], entities: ['le-2'] };
const EVERYWHERE: TestPrincipal = { subject: 'setup', roles: ['payroll', 'operator'], entities: '*' };

export const STANDARD_SECRET = `whsec_${Buffer.from('a standard webhooks secret of tests').toString('base64')}`;
export const OTHER_SECRET = `whsec_${Buffer.from('another standard webhooks secret !!').toString('base64')}`;
export const HUBSPOT_SECRET = 'hubspot-client-secret';
export const FXIAOKE_SECRET = Buffer.from('0123456789abcdef0123456789ABCDEF').toString('base64');
export const SALESFORCE_TOKEN = 'salesforce-endpoint-token-1';
export const ORGANIZATION = '00Dxx0000001gEREAY';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface World {
  readonly platform: MemoryPlatform;
  readonly ingest: Ingest;
  call(who: TestPrincipal | null, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  deliver(delivery: SignedDelivery): Promise<Answer>;
  /** Every message to scoring that was ever sent, by employee, month and revision. */
  told(): readonly FactCredited[];
  /** The parts as a reader that heard everything has them: `employee month fact` → fen (or share). */
  parts(): Readonly<Record<string, number>>;
  /** One more employee with external ids. */
  hire(id: string, externalIds: readonly { source: string; externalId: string }[], changes?: object): Promise<void>;
  /** A registered customer. */
  register(customerId: string): Promise<void>;
}

const read = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
};

export const SOURCES = {
  'std-1': { kind: 'standard-webhooks', secrets: [STANDARD_SECRET], mapping: { shipped: 'standard-facts' } },
  'hub-1': { kind: 'hubspot', secrets: [HUBSPOT_SECRET], mapping: { shipped: 'hubspot-deals' } },
  'fx-1': { kind: 'fxiaoke', secrets: [FXIAOKE_SECRET], mapping: { shipped: 'fxiaoke-crm' } },
  'sf-1': {
    kind: 'salesforce',
    secrets: [SALESFORCE_TOKEN],
    organizationId: ORGANIZATION,
    mapping: { shipped: 'salesforce-opportunity' },
  },
  'erp-1': { kind: 'erp-batch', mapping: { shipped: 'standard-facts' } },
  'erp-reg': { kind: 'erp-batch', customers: 'registered', mapping: { shipped: 'standard-facts' } },
} as const;
export const sourceBody = (id: keyof typeof SOURCES, changes: object = {}) => ({
  legalEntityId: 'le-1',
  name: { zh: id, en: id },
  ...SOURCES[id],
  ...changes,
});

/** The world as it begins, made through the routes once a file. */
let beginning: StoreSnapshot | undefined;

/** Two legal entities; `u-1` and `u-2` are the owners e-1 and e-2 in every source; e-1 joined in February, e-2 left in June 2027. */
export const startWorld = async (overrides: Parameters<typeof memoryPlatform>[0] = {}): Promise<World> => {
  const platform = memoryPlatform(overrides);
  const people = composePeople(platform).http;
  const ingest = composeIngest(platform);
  const request = async (
    api: Api,
    who: TestPrincipal | null,
    method: string,
    path: string,
    body?: unknown,
    headers = {},
  ): Promise<Answer> =>
    read(
      await api.request(path, {
        method,
        headers: {
          ...(who ? { authorization: platform.bearer(who) } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const setUp = async (path: string, body: unknown): Promise<void> => {
    const answer = await request(people, EVERYWHERE, 'PUT', path, body);
    expect([200, 201], answer.text).toContain(answer.status);
  };
  const told = (): FactCredited[] =>
    platform.queue.sent.filter(({ queue }) => queue === 'facts').map(({ body }) => JSON.parse(body) as FactCredited);
  const world: World = {
    platform,
    ingest,
    call: (who, method, path, body, headers) => request(ingest.http, who, method, path, body, headers),
    async deliver({ method, path, headers, body }) {
      return read(await ingest.http.request(`${platform.config.publicUrl}${path}`, { method, headers, body }));
    },
    told,
    parts: () => {
      const newest = new Map<string, FactCredited>();
      for (const message of told()) {
        const key = `${message.employeeId} ${message.period} ${message.factId}`;
        if ((newest.get(key)?.revision ?? 0) < message.revision) newest.set(key, message);
      }
      return Object.fromEntries(
        [...newest]
          .flatMap(([key, { fact }]): [string, number][] => (fact ? [[key, fact.amountFen ?? fact.shareMillionths]] : []))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    },
    async hire(id, externalIds, changes = {}) {
      await setUp(`/v1/people/${id}`, {
        legalEntityId: 'le-1',
        name: id,
        hiredOn: '2026-02-01',
        assignments: [{ from: '2026-02-01', orgUnitId: 'root', positionId: 'rep' }],
        externalIds,
        ...changes,
      });
    },
    async register(customerId) {
      await setUp(`/v1/customers/le-1/${customerId}`, { name: customerId });
    },
  };
  if (beginning) {
    platform.store.restore(beginning);
    return world;
  }
  for (const id of ['le-1', 'le-2']) {
    await setUp(`/v1/legal-entities/${id}`, { name: { zh: id, en: id } });
    await setUp(`/v1/legal-entities/${id}/org-units`, { units: [{ id: 'root', name: { zh: 'r', en: 'r' } }] });
  }
  const everywhere = (externalId: string) => Object.keys(SOURCES).map((source) => ({ source, externalId }));
  await world.hire('e-1', everywhere('u-1'));
  await world.hire('e-2', everywhere('u-2'), { leftOn: '2027-06-30' });
  for (const id of Object.keys(SOURCES) as (keyof typeof SOURCES)[]) {
    const answer = await world.call(OPERATOR, 'PUT', `/v1/sources/${id}`, sourceBody(id));
    expect(answer.status, answer.text).toBe(201);
  }
  beginning = platform.store.snapshot();
  return world;
};

/** A fact as an ERP sends it. */
export const order = (id: string, changes: object = {}) => ({
  id,
  type: 'order.signed',
  occurredAt: '2026-11-05T10:00:00+08:00',
  credits: [{ externalOwner: 'u-1' }],
  subject: { orderId: `SO-${id}`, customerId: 'C1' },
  amountFen: 1_000_000,
  ...changes,
});
export const refund = (id: string, of: string, changes: object = {}) => ({
  ...order(id),
  type: 'order.refunded',
  occurredAt: '2026-12-02T10:00:00+08:00',
  subject: { orderId: `SO-${of}` },
  amountFen: 400_000,
  ...changes,
});
export const results = ({ body }: Answer): readonly Record<string, unknown>[] => body['results'] as Record<string, unknown>[];
export const outcomes = (answer: Answer): readonly unknown[] => results(answer).map(({ outcome }) => outcome);
