import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type MemoryPlatform, memoryPlatform, type TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { type Api, createRoutes, principalOf } from './api.ts';
import { logPayRead } from './pay-read.ts';
import { ProblemError } from './problem.ts';

const PAYROLL: TestPrincipal = { subject: 'pay', roles: ['payroll'], entities: ['le-1'] };
let platform: MemoryPlatform;
let logged: { readonly event: string; readonly fields: Record<string, unknown> }[];
let api: Api;
let works: number;
/** What the handler of `POST /things` waits for. */
let gate: Promise<void>;

const json = <S extends z.ZodType>(schema: S) => ({ description: '-', content: { 'application/json': { schema } } });
const access = { roles: ['payroll'] } as const;

beforeEach(() => {
  logged = [];
  works = 0;
  gate = Promise.resolve();
  const record = (event: string, fields: object = {}) => {
    logged.push({ event, fields: { ...fields } });
  };
  platform = memoryPlatform({ log: { info: record, warn: record, error: record } });
  const routes = createRoutes(platform, 'people');
  const thing = z.strictObject({ name: z.string(), outcome: z.enum(['ok', 'refused', 'broken']).default('ok') });
  routes.add(
    {
      method: 'post',
      path: '/things',
      access,
      request: { body: { required: true, content: { 'application/json': { schema: thing } } } },
      responses: { 201: json(z.unknown()) },
    },
    async (c) => {
      works += 1;
      const made = works;
      await gate;
      const { name, outcome } = c.req.valid('json');
      if (outcome === 'refused') throw new ProblemError('conflict');
      if (outcome === 'broken') throw new Error('secret-inside');
      c.header('ETag', `"${made}"`);
      return c.json({ name, made }, 201);
    },
  );
  routes.add({ method: 'post', path: '/things/touch', access, responses: { 200: json(z.unknown()) } }, async (c) => c.json({}, 200));
  routes.add({ method: 'get', path: '/things', access, responses: { 200: json(z.unknown()) } }, async (c) => c.json({ all: true }, 200));
  routes.add({ method: 'get', path: '/pay', access: { ...access, payData: true }, responses: { 200: json(z.unknown()) } }, async (c) => {
    if (c.req.header('x-note')) logPayRead(platform, c as never, 'e-1', 'noted');
    return c.json({ of: principalOf(c).subject }, 200);
  });
  routes.add({ method: 'put', path: '/pay', access: { ...access, payData: true }, responses: { 200: json(z.unknown()) } }, async (c) =>
    c.json({ netFen: 1 }, 200),
  );
  api = routes.api;
});

const call = async (
  method: string,
  path: string,
  options: {
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
    readonly who?: TestPrincipal;
    readonly raw?: Uint8Array | string;
  } = {},
) => {
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await api.request(path, {
    method,
    headers: {
      authorization: platform.bearer(options.who ?? PAYROLL),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: body as string }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
};
const seen = ({ status, body }: Awaited<ReturnType<typeof call>>): unknown[] => [status, body['code'] ?? null];

describe('what a request may carry', () => {
  it.each([
    ['another content type', { raw: '{"name":"a"}', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['a form', { raw: 'name=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'unsupported_media_type'],
    [
      'JSON by a name that is not',
      { raw: '{"name":"a"}', headers: { 'content-type': 'application/json-seq' } },
      415,
      'unsupported_media_type',
    ],
    ['a compressed body', { raw: 'xx', headers: { 'content-encoding': 'gzip' } }, 415, 'unsupported_media_type'],
    [
      'a name in GBK',
      { raw: Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc4, 0xe3]), Buffer.from('"}')]) },
      400,
      'malformed_json',
    ],
    ['half a character', { raw: '{"name":"\\ud83d"}' }, 400, 'malformed_json'],
    ['no JSON', { raw: '{' }, 400, 'malformed_json'],
    ['nothing', { raw: '' }, 400, 'malformed_json'],
    ['10⁵ levels', { raw: '['.repeat(100_000) }, 400, 'nesting_too_deep'],
    ['2 MB', { raw: `"${'x'.repeat(2_000_000)}"` }, 413, 'payload_too_large'],
    ['null', { raw: 'null' }, 400, 'invalid_request'],
    ['a name of the prototype', { raw: '{"name":"a","__proto__":{"role":"x"}}' }, 400, 'invalid_request'],
  ])('not %s', async (_, options, status, code) => {
    expect(seen(await call('POST', '/things', options))).toEqual([status, code]);
    expect(works).toBe(0);
  });

  it('a byte order mark, a character set, white space and the last of two equal names', async () => {
    for (const [raw, type] of [
      ['\ufeff{"name":"中"}', 'application/json'],
      [' {"name":"x","name":"中"}\n', 'application/json; charset=utf-8'],
      ['{"name":"中"}', 'application/vnd.api+json'],
    ] as const) {
      const answer = await call('POST', '/things', { raw, headers: { 'content-type': type } });
      expect([answer.status, answer.body['name']]).toEqual([201, '中']);
    }
  });

  it('no query and no body where the route knows none, rather than be ignored', async () => {
    const query = await call('GET', '/things?nane=a&limit=1');
    expect(seen(query)).toEqual([400, 'invalid_request']);
    expect((query.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(['/query/nane', '/query/limit']);
    for (const raw of ['{"digest":"x"}', '[1', 'null']) expect(seen(await call('POST', '/things/touch', { raw }))[0]).toBe(400);
    for (const raw of ['', '{}', ' { } ']) expect((await call('POST', '/things/touch', { raw })).status).toBe(200);
  });

  it('a pointer to each bad field', async () => {
    const { body } = await call('POST', '/things', { body: { outcome: 'x', role: 'admin', 'a/b': 1 } });
    expect((body['errors'] as { pointer: string; code: string }[]).map(({ pointer, code }) => `${code} ${pointer}`)).toEqual([
      'invalid_type /name',
      'invalid_value /outcome',
      'unrecognized_keys /role',
      'unrecognized_keys /a~1b',
    ]);
  });

  it('headers of a proxy or a gateway change nothing', async () => {
    const plain = await call('GET', '/pay');
    for (const name of [
      'x-forwarded-user',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-amzn-oidc-data',
      'x-call-id',
      'x-http-method-override',
      'x-employee-id',
    ]) {
      const spoofed = await call('GET', '/pay', { headers: { [name]: 'admin' } });
      expect([name, spoofed.status, spoofed.text]).toEqual([name, 200, plain.text]);
    }
  });
});

describe('what an answer says', () => {
  it('of a fault nothing but an id that the log has too', async () => {
    const answer = await call('POST', '/things', { body: { name: 'a', outcome: 'broken' }, headers: { 'x-request-id': 'trace-1' } });
    expect(seen(answer)).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('secret-inside');
    expect(answer.body['instance']).toBe('urn:request:trace-1');
    expect(logged.find(({ event }) => event === 'http.failed')?.fields).toMatchObject({ requestId: 'trace-1', path: '/things' });
  });

  it('that it is for this caller only, and not modified only when it would be the same', async () => {
    const first = await call('GET', '/things');
    expect([first.headers.get('vary'), first.headers.get('cache-control'), first.headers.get('x-content-type-options')]).toEqual([
      'Authorization',
      'private, no-cache',
      'nosniff',
    ]);
    const again = await call('GET', '/things', { headers: { 'if-none-match': String(first.headers.get('etag')) } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', first.headers.get('etag')]);
    const refused = await call('GET', '/things', { headers: { 'if-none-match': '*' }, who: { roles: ['auditor'] } });
    expect(refused.status).toBe(403);
  });

  it('about pay is in the log, once, noted by the route or not', async () => {
    await call('GET', '/pay');
    await call('GET', '/pay', { headers: { 'x-note': '1' } });
    await call('GET', '/pay', { who: { roles: ['manager'] } });
    expect(logged.filter(({ event }) => event === 'pay.read').map(({ fields }) => [fields['subject'], fields['what']])).toEqual([
      ['pay', 'GET /pay'],
      ['pay', 'noted'],
    ]);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (key: string, body: object = { name: 'a' }, more: object = {}) =>
    call('POST', '/things', { body, headers: { 'idempotency-key': key }, ...more });

  it('gives the first answer again, with its tag, and works once', async () => {
    const first = await keyed('k');
    const again = await keyed('k');
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect([again.status, again.text, again.headers.get('etag'), again.headers.get('idempotency-replayed')]).toEqual([
      201,
      first.text,
      '"1"',
      'true',
    ]);
    expect(works).toBe(1);
  });

  it('of another body, path or caller is another request', async () => {
    await keyed('k');
    expect(seen(await keyed('k', { name: 'b' }))).toEqual([422, 'idempotency_key_reused']);
    expect(seen(await call('POST', '/things/touch', { headers: { 'idempotency-key': 'k' } }))).toEqual([422, 'idempotency_key_reused']);
    expect((await keyed('k', { name: 'a' }, { who: { ...PAYROLL, subject: 'other' } })).body['made']).toBe(2);
    expect((await keyed('k2')).body['made']).toBe(3);
  });

  it('shows nothing again to a caller whose rights have changed', async () => {
    await keyed('k');
    expect((await keyed('k', { name: 'a' }, { who: { ...PAYROLL, entities: ['le-2'] } })).body['made']).toBe(2);
    expect((await keyed('k', { name: 'a' }, { who: { ...PAYROLL, roles: ['auditor'] } })).status).toBe(403);
  });

  it('that comes several times at once works once; the others are told to wait', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const calls = [1, 2, 3, 4].map(() => keyed('k'));
    const waiting = Promise.all(calls.map((one) => one.then(seen)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen(await keyed('k'))).toEqual([409, 'idempotency_key_in_use']);
    open();
    expect((await waiting).map(([status]) => status).sort()).toEqual([201, 409, 409, 409]);
    expect((await keyed('k')).body['made']).toBe(1);
    expect(works).toBe(1);
  });

  it('keeps a refusal, and forgets a fault of ours', async () => {
    expect(seen(await keyed('k', { name: 'a', outcome: 'refused' }))).toEqual([409, 'conflict']);
    expect((await keyed('k', { name: 'a', outcome: 'refused' })).headers.get('idempotency-replayed')).toBe('true');
    expect((await keyed('f', { name: 'a', outcome: 'broken' })).status).toBe(500);
    expect((await keyed('f', { name: 'a', outcome: 'broken' })).status).toBe(500);
    expect(works).toBe(3);
  });

  it('holds for 24 hours, and one whose request was interrupted for a minute', async () => {
    await keyed('k');
    platform.clock.advance((24 * 3600 - 60) * 1000);
    expect((await keyed('k')).body['made']).toBe(1);
    platform.clock.advance(120 * 1000);
    expect((await keyed('k')).body['made']).toBe(2);
    gate = new Promise(() => undefined);
    void keyed('lost');
    await new Promise((resolve) => setTimeout(resolve, 50));
    gate = Promise.resolve();
    expect(seen(await keyed('lost'))).toEqual([409, 'idempotency_key_in_use']);
    platform.clock.advance(61 * 1000);
    expect((await keyed('lost')).status).toBe(201);
  });

  it('that is none is refused', async () => {
    for (const key of ['', 'a b', 'x'.repeat(129), 'é']) expect(seen(await keyed(key))).toEqual([400, 'invalid_request']);
    expect(works).toBe(0);
  });

  it('does not keep a look at pay out of the log', async () => {
    for (const _ of [1, 2]) await call('PUT', '/pay', { headers: { 'idempotency-key': 'k' } });
    expect(logged.filter(({ event }) => event === 'pay.read')).toHaveLength(2);
  });
});
