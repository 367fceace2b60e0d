/**
 * Every route of the API × every kind of caller, generated from the OpenAPI document, so that a new route is in the matrix by itself: no token,
 * an expired token, a wrong role, and a caller of another company. A foreign id and a missing id have the same answer.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { composeAll } from '../../infra/embedded/compose-all.ts';
import { openApiDocument } from '../../infra/embedded/openapi.ts';
import { type Access, ROLES, type Role } from '../../shared/contracts/access.ts';
import type { Api } from '../../shared/runtime/http/api.ts';
import { type MemoryPlatform, memoryPlatform } from '../simulation/memory-platform.ts';

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly access: Access;
  readonly api: Api;
  readonly summary: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly security: unknown;
}

const platform: MemoryPlatform = memoryPlatform();
const composed = composeAll(platform);
const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

const operations: readonly Operation[] = composed.http.flatMap(({ api }) => {
  const { paths = {} } = api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'x', version: '1' } });
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Record<string, unknown>>)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        access: operation['x-access'] as Access,
        api,
        summary: operation['summary'] as string | undefined,
        tags: operation['tags'] as string[] | undefined,
        security: operation['security'],
      })),
  );
});
const guarded = operations.filter(({ access }) => access !== 'public');

/** Values that satisfy the path's patterns: the roles are looked at before anything else. */
const VALUES: Readonly<Record<string, string>> = { period: '2026-11', year: '2026', line: '1', version: '1', n: '1' };
const QUERIES: Readonly<Record<string, string>> = {
  '/v1/people/{id}/ledger/changes': '?from=2026-11-01T00:00:00Z&to=2026-11-30T00:00:00Z',
};
const filled = (path: string, id: string): string =>
  `${path.replace(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? id)}${QUERIES[path] ?? ''}`;

const call = async (operation: Operation, authorization: string | undefined, id = 'nobody') => {
  const response = await operation.api.request(filled(operation.path, id), {
    method: operation.method,
    headers: { ...(authorization ? { authorization } : {}), ...(operation.method === 'GET' ? {} : { 'content-type': 'application/json' }) },
    ...(operation.method === 'GET' ? {} : { body: '{}' }),
  });
  const { instance: _, ...body } = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body };
};
const rolesOf = (access: Access): readonly Role[] =>
  access === 'public' ? ROLES : [...access.roles, ...(access.self === true ? (['employee'] as const) : [])];

test('every route declares its access, a summary and a tag', () => {
  expect(operations.length).toBeGreaterThan(60);
  for (const { name, access, summary, tags, security } of operations) {
    expect(access, name).toBeDefined();
    expect(summary, name).toBeTruthy();
    expect(tags?.length, name).toBeGreaterThan(0);
    expect(security !== undefined, `${name} security`).toBe(access !== 'public');
  }
});

test('only what must be public is', () => {
  const open = operations.filter(({ access }) => access === 'public').map(({ name }) => name);
  expect(open.sort()).toEqual([
    'GET /docs',
    'GET /docs/{asset}',
    'GET /openapi.json',
    'GET /problems/{code}',
    'POST /v1/webhooks/{source}',
  ]);
});

test('one document of all services, without two meanings of one name', () => {
  const document = openApiDocument(composed.http.map(({ api }) => api)) as { openapi: string; paths: object };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).length).toBeGreaterThan(40);
});

describe.each(guarded.map((operation) => [operation.name, operation] as const))('%s', (_, operation) => {
  test('refuses no token, nonsense and an expired token with 401', async () => {
    for (const authorization of [
      undefined,
      'Bearer x.y.z',
      'Basic abc',
      platform.bearer({ roles: [...ROLES], entities: '*' }, { expired: true }),
    ]) {
      expect((await call(operation, authorization)).status).toBe(401);
    }
  });
  test('refuses every role that it does not name with 403', async () => {
    const allowed = new Set(rolesOf(operation.access));
    for (const role of ROLES.filter((one) => !allowed.has(one))) {
      const answer = await call(operation, platform.bearer({ roles: [role], employeeId: 'somebody', entities: '*' }));
      expect([role, answer.status]).toEqual([role, 403]);
    }
    expect((await call(operation, platform.bearer({ roles: [], entities: '*' }))).status).toBe(403);
  });
});

describe('a person of another company', () => {
  const staff = { roles: ['payroll', 'operator'], entities: '*' } as const;
  const put = async (path: string, body: unknown) => {
    const people = composed.http.find(({ service }) => service === 'people')?.api;
    const response = await people?.request(path, {
      method: 'PUT',
      headers: { authorization: platform.bearer(staff), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response?.status, await response?.text()).toBeLessThan(300);
  };
  beforeAll(async () => {
    await put('/v1/legal-entities/theirs', { id: 'theirs', name: { zh: '他', en: 'Theirs' } });
    await put('/v1/legal-entities/theirs/org-units', { units: [{ id: 'unit', legalEntityId: 'theirs', name: { zh: '部', en: 'Unit' } }] });
    await put('/v1/people/their-person', {
      id: 'their-person',
      legalEntityId: 'theirs',
      name: '某',
      hiredOn: '2026-01-01',
      assignments: [{ from: '2026-01-01', orgUnitId: 'unit', positionId: 'rep' }],
    });
  });

  const reads = guarded.filter(
    ({ method, path }) => method === 'GET' && /\{(?:employeeId|id)\}/.test(path) && path.startsWith('/v1/people/'),
  );
  test('there are such routes', () => expect(reads.length).toBeGreaterThan(8));
  test.each(reads.map((operation) => [operation.name, operation] as const))(
    '%s: a foreign id answers like a missing one',
    async (_, operation) => {
      const caller = { subject: 'stranger', roles: [...ROLES], employeeId: 'stranger', entities: ['ours'] } as const;
      const foreign = await call(operation, platform.bearer(caller), 'their-person');
      const missing = await call(operation, platform.bearer(caller), 'no-such-person');
      expect(foreign.status).toBe(404);
      expect(foreign).toEqual(missing);
    },
  );
});
