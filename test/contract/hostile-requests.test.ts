/**
 * Every route of the API × requests that nobody should send, generated from the OpenAPI document: whatever comes, the answer is a described
 * one of the 4xx, in problem details with a known code, says nothing of the inside, and nothing is written.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { composeAll } from '../../infra/embedded/compose-all.ts';
import { type Access, ROLES } from '../../shared/contracts/access.ts';
import { PROBLEMS } from '../../shared/contracts/problems.ts';
import type { Api } from '../../shared/runtime/http/api.ts';
import { type MemoryPlatform, memoryPlatform } from '../simulation/memory-platform.ts';

const platform: MemoryPlatform = memoryPlatform();
const composed = composeAll(platform);
const ANYONE = { subject: 'root', employeeId: 'me', roles: [...ROLES], entities: '*' } as const;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}
interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly Parameter[];
  readonly takesBody: boolean;
  readonly keyed: boolean;
  readonly api: Api;
}
const operations: readonly Operation[] = composed.http.flatMap(({ api }) =>
  Object.entries(api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'x', version: '1' } }).paths ?? {}).flatMap(
    ([path, methods]) =>
      Object.entries(methods as Record<string, Record<string, unknown>>)
        .filter(([, operation]) => (operation['x-access'] as Access) !== 'public')
        .map(([method, operation]) => {
          const parameters = (operation['parameters'] ?? []) as readonly Parameter[];
          return {
            name: `${method.toUpperCase()} ${path}`,
            method: method.toUpperCase(),
            path,
            query: parameters.filter((one) => one.in === 'query'),
            takesBody: operation['requestBody'] !== undefined,
            keyed: parameters.some((one) => one.name === 'Idempotency-Key'),
            api,
          };
        }),
  ),
);

/** Values that fit, so that one bad thing at a time is what is refused; of a name that routes mean otherwise, by path. */
const FITTING: Readonly<Record<string, string>> = {
  period: '2026-11',
  year: '2026',
  line: '1',
  version: '1',
  kind: 'position',
  status: 'unassigned',
  '/v1/visits status': 'to-review',
  '/v1/attendance-entries status': 'requested',
  '/v1/disputes status': 'open',
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-30T00:00:00Z',
  source: 'erp',
  type: 'own.type',
};
const HOSTILE_VALUES = [
  '%00',
  'a%23b',
  'a%2Fb',
  '..%2F..%2Fetc%2Fpasswd',
  '%2e%2e',
  '%ED%A0%80',
  '%E0%A4%A',
  '%0d%0aSet-Cookie:%20x',
  '%1b%5B31m',
  encodeURIComponent('c1-сhen-xi'),
  encodeURIComponent('‮abc'),
  encodeURIComponent("'; DROP TABLE x;--"),
  encodeURIComponent('{{7*7}}'),
  '__proto__',
  'constructor',
  'x'.repeat(4000),
  '-1',
  '0',
  '1e400',
  '0x10',
  '9999-12',
  '0000-00',
  '9999999999999999999999',
  'null',
  'current',
];
const filled = (path: string, value?: string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => value ?? FITTING[name] ?? 'nobody');
/** A legal entity, a person and the caller that the fitting values name, so that what comes is looked at to its end. */
const seeded = async (): Promise<void> => {
  const put = async (path: string, body: object) => {
    const people = composed.http.find(({ service }) => service === 'people')?.api;
    const headers = { authorization: platform.bearer(ANYONE), 'content-type': 'application/json' };
    const response = await people?.request(path, { method: 'PUT', headers, body: JSON.stringify(body) });
    expect(response?.status, await response?.text()).toBe(201);
  };
  await put('/v1/legal-entities/nobody', { name: { zh: '甲', en: 'A' } });
  await put('/v1/legal-entities/nobody/org-units', { units: [{ id: 'nobody', name: { zh: '部', en: 'Unit' }, managerEmployeeId: 'me' }] });
  const assignments = [{ from: '2026-01-01', orgUnitId: 'nobody', positionId: 'rep' }];
  for (const id of ['nobody', 'me'])
    await put(`/v1/people/${id}`, { legalEntityId: 'nobody', name: id, hiredOn: '2026-01-01', assignments });
  await put('/v1/people/nobody/pay-terms', {});
};
const stored = (): string =>
  JSON.stringify(
    [...platform.store.snapshot()].map(([table, partitions]) => [table, [...partitions].map(([pk, items]) => [pk, [...items]])]),
  );
let before: string;
beforeAll(async () => {
  await seeded();
  before = stored();
});

const queryOf = ({ query, path }: Operation, changed: Readonly<Record<string, string>> = {}): string => {
  const required = query
    .filter((one) => one.required)
    .map(({ name }) => [name, FITTING[`${path} ${name}`] ?? FITTING[name] ?? 'nobody'] as const);
  const all = { ...Object.fromEntries(required), ...changed };
  const text = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  return text.length === 0 ? '' : `?${text.join('&')}`;
};

const send = async (
  { api, method }: Operation,
  path: string,
  init: { readonly body?: string; readonly headers?: Record<string, string> } = {},
) => {
  const body = init.body ?? (method === 'GET' ? undefined : '{}');
  const response = await api.request(path, {
    method,
    headers: { authorization: platform.bearer(ANYONE), 'content-type': 'application/json', ...init.headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, text, type: response.headers.get('content-type') ?? '' };
};
/** The code of a problem; a success is `ok`. Anything else fails. */
const judged = (what: string, { status, text, type }: Awaited<ReturnType<typeof send>>): string => {
  expect(status, `${what}: ${text.slice(0, 300)}`).toBeLessThan(500);
  if (status < 300) return 'ok';
  expect([what, type]).toEqual([what, 'application/problem+json']);
  const problem = JSON.parse(text) as { code: keyof typeof PROBLEMS; status: number; errors?: { pointer: string; detail: string }[] };
  expect([what, PROBLEMS[problem.code]?.status, problem.status]).toEqual([what, status, status]);
  expect(text, what).not.toMatch(/\bat \w+.*\.ts:|node_modules|RangeError|TypeError/);
  for (const error of problem.errors ?? []) expect([what, error.detail]).not.toEqual([what, 'Invalid input']);
  return problem.code;
};

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  test('any value in the path', async () => {
    if (!operation.path.includes('{')) return;
    for (const value of HOSTILE_VALUES) {
      judged(`${name} ${value}`, await send(operation, `${filled(operation.path, value)}${queryOf(operation)}`));
    }
  });

  test('any value of a query it knows, and none that it does not', async () => {
    for (const parameter of operation.query) {
      for (const value of [...HOSTILE_VALUES, '']) {
        const query = queryOf(operation, { [parameter.name]: value });
        judged(`${name} ${parameter.name}=${value}`, await send(operation, `${filled(operation.path)}${query}`));
      }
    }
    for (const unknown of ['nope', '__proto__', 'constructor', 'limit%00']) {
      const answer = await send(operation, `${filled(operation.path)}${queryOf(operation, { [unknown]: '1' })}`);
      expect([unknown, judged(name, answer)]).toEqual([unknown, 'invalid_request']);
      expect(answer.text).toContain('"/query');
    }
  });

  test('a page of no more than 200, from a cursor that was given out', async () => {
    if (!operation.query.some((one) => one.name === 'limit')) return;
    for (const limit of ['0', '-1', '201', '1.5', '1e9', 'NaN', '', '0x10', '1e1', '%201', '+1']) {
      const answer = await send(operation, `${filled(operation.path)}${queryOf(operation, { limit })}`);
      expect([limit, judged(name, answer)]).toEqual([limit, 'invalid_request']);
    }
    for (const cursor of ['x', 'x.y', 'eyJwayI6IngifQ.AAAA', 'x.y.z', 'x'.repeat(1500)]) {
      const code = judged(name, await send(operation, `${filled(operation.path)}${queryOf(operation, { cursor })}`));
      expect(['invalid_cursor', 'not_found', 'ok']).toContain(code);
    }
  });

  test('a body that is none', async () => {
    if (operation.method === 'GET') return;
    const path = `${filled(operation.path)}${queryOf(operation)}`;
    const bodies: readonly (readonly [string, string | undefined, readonly string[]])[] = [
      ['{', undefined, ['malformed_json', 'invalid_request']],
      ['[]', undefined, ['invalid_request']],
      ['null', undefined, ['invalid_request']],
      ['"x"', undefined, ['invalid_request']],
      ['{"__proto__":{"a":1},"nope":1}', undefined, ['invalid_request']],
      ['['.repeat(100_000), undefined, ['nesting_too_deep']],
      ['{"a":"\\ud83d"}', undefined, ['malformed_json']],
      ['<x/>', 'text/xml', ['unsupported_media_type']],
      ['a=b', 'application/x-www-form-urlencoded', ['unsupported_media_type']],
      [`{"a":"${'x'.repeat(1_100_000)}"}`, undefined, ['payload_too_large']],
    ];
    for (const [body, type, codes] of bodies) {
      const code = judged(
        `${name} ${body.slice(0, 40)}`,
        await send(operation, path, { body, ...(type ? { headers: { 'content-type': type } } : {}) }),
      );
      expect(codes, `${name} ${body.slice(0, 40)}: ${code}`).toContain(code);
    }
  });

  test('takes an Idempotency-Key when it writes', () => {
    expect(operation.keyed).toBe(operation.method !== 'GET');
  });
});

test('nothing was written, and nothing was told', () => {
  expect(stored()).toBe(before);
  expect(platform.queue.sent).toEqual([]);
});
