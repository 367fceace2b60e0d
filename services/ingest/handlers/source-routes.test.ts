import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ERP,
  FXIAOKE_SECRET,
  OPERATOR,
  OTHER_SECRET,
  PAYROLL,
  STANDARD_SECRET,
  STRANGER,
  sourceBody,
  startWorld,
  type World,
} from '../testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
const put = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  world.call(OPERATOR, 'PUT', `/v1/sources/${id}`, body, headers);
const errors = ({ body }: { body: Record<string, unknown> }) =>
  ((body['errors'] ?? []) as { pointer: string; code: string; detail: string }[]).map(({ code, pointer }) => `${code} ${pointer}`);

describe('a source', () => {
  it('is shown without its secrets', async () => {
    const answer = await put('std-1', sourceBody('std-1', { secrets: [OTHER_SECRET, STANDARD_SECRET] }));
    expect(answer.status).toBe(200);
    const fingerprint = (secret: string) => createHash('sha256').update(secret).digest('hex');
    for (const shown of [
      answer,
      await world.call(OPERATOR, 'GET', '/v1/sources/std-1'),
      await world.call(OPERATOR, 'GET', '/v1/sources'),
    ]) {
      for (const secret of [OTHER_SECRET, STANDARD_SECRET, FXIAOKE_SECRET]) expect(shown.text).not.toContain(secret.replace('whsec_', ''));
    }
    expect(answer.body).toMatchObject({
      id: 'std-1',
      version: 2,
      secretFingerprints: [fingerprint(OTHER_SECRET), fingerprint(STANDARD_SECRET)],
      webhookPath: '/v1/webhooks/std-1',
      customers: 'open',
      enabled: true,
    });
    expect(answer.body).not.toHaveProperty('secrets');
    expect(answer.headers.get('etag')).toBe('"2"');
  });

  it('keeps its secrets when none are given', async () => {
    const { secrets: _, ...body } = sourceBody('std-1') as { secrets?: unknown };
    const before = (await world.call(OPERATOR, 'GET', '/v1/sources/std-1')).body['secretFingerprints'];
    expect((await put('std-1', { ...body, name: { zh: '新', en: 'new' } })).body).toMatchObject({
      secretFingerprints: before,
      name: { zh: '新' },
    });
  });

  it('is replaced only as the version asked for', async () => {
    expect((await put('std-1', sourceBody('std-1'), { 'if-match': '"7"' })).status).toBe(412);
    expect((await put('std-1', sourceBody('std-1'), { 'if-match': '"1"' })).status).toBe(200);
    expect((await put('std-1', sourceBody('std-1'), { 'if-match': '"1"' })).status).toBe(412);
    expect((await put('std-1', sourceBody('std-1'), { 'if-match': '*' })).status).toBe(200);
    expect((await put('std-1', sourceBody('std-1'), { 'if-match': 'x' })).status).toBe(400);
  });

  it.each([
    ['no secret', 'std-9', sourceBody('std-1', { secrets: [] }), 'missing /secrets'],
    ['three secrets', 'std-9', sourceBody('std-1', { secrets: [STANDARD_SECRET, OTHER_SECRET, STANDARD_SECRET] }), 'too_big /secrets'],
    [
      'a secret that is no Base64',
      'std-9',
      sourceBody('std-1', { secrets: ['whsec_not base64 at all, but long enough'] }),
      'format /secrets/0',
    ],
    ['a secret that is too short', 'std-9', sourceBody('std-1', { secrets: ['whsec_AAAAAAAAAAAA'] }), 'format /secrets/0'],
    ['a key of another length', 'fx-9', sourceBody('fx-1', { secrets: [FXIAOKE_SECRET, 'A'.repeat(43)] }), 'format /secrets/1'],
    ['a token that would need encoding', 'sf-9', sourceBody('sf-1', { secrets: ['with space & more'] }), 'format /secrets/0'],
    ['no organization', 'sf-9', sourceBody('sf-1', { organizationId: undefined }), 'format /organizationId'],
    ['an unknown legal entity', 'std-9', sourceBody('std-1', { legalEntityId: 'le-none' }), 'unknown /legalEntityId'],
    ['an unknown member', 'std-9', sourceBody('std-1', { admin: true }), 'unrecognized_keys /admin'],
    ['another id than the path', 'std-9', sourceBody('std-1', { id: 'std-8' }), 'not_the_path /id'],
  ])('is refused with %s', async (_, id, body, expected) => {
    const everywhere = { ...OPERATOR, entities: '*' as const };
    const answer = await world.call(everywhere, 'PUT', `/v1/sources/${id}`, body);
    expect(answer.status, answer.text).toBe(400);
    expect(errors(answer)).toContain(expected);
    expect((await world.call(everywhere, 'GET', `/v1/sources/${id}`)).status).toBe(404);
  });

  it('does not change hands', async () => {
    const everywhere = { ...OPERATOR, entities: '*' as const };
    expect((await world.call(everywhere, 'PUT', '/v1/sources/std-1', sourceBody('std-1', { legalEntityId: 'le-2' }))).status).toBe(409);
    expect((await put('std-1', { ...sourceBody('hub-1') })).status).toBe(409);
    // Not even to be seen by the operator of another entity, who claims the id for it.
    const taken = await world.call(STRANGER, 'PUT', '/v1/sources/std-1', sourceBody('std-1', { legalEntityId: 'le-2' }));
    expect([taken.status, taken.body['code']]).toEqual([404, 'not_found']);
    expect((await world.call(STRANGER, 'PUT', '/v1/sources/new', sourceBody('std-1'))).status).toBe(404);
    expect((await world.call(STRANGER, 'GET', '/v1/sources/std-1')).status).toBe(404);
    expect((await world.call(STRANGER, 'GET', '/v1/sources')).body['items']).toEqual([]);
  });

  it('is the operator’s', async () => {
    for (const who of [PAYROLL, ERP]) {
      expect((await world.call(who, 'GET', '/v1/sources')).status).toBe(403);
      expect((await world.call(who, 'PUT', '/v1/sources/std-1', sourceBody('std-1'))).status).toBe(403);
    }
    expect((await world.call(null, 'GET', '/v1/sources/std-1')).status).toBe(401);
  });

  it('is not called as the system calls its own facts', async () => {
    for (const id of ['attendance', 'team']) {
      const refused = await world.call(OPERATOR, 'PUT', `/v1/sources/${id}`, sourceBody('std-1'));
      expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    }
  });

  it('is listed by page', async () => {
    const first = await world.call(OPERATOR, 'GET', '/v1/sources?limit=4');
    const second = await world.call(OPERATOR, 'GET', `/v1/sources?limit=4&cursor=${first.body['next']}`);
    const ids = [first, second].flatMap(({ body }) => (body['items'] as { id: string }[]).map(({ id }) => id));
    expect(ids).toEqual(['erp-1', 'erp-reg', 'fx-1', 'hub-1', 'sf-1', 'std-1']);
  });
});

describe('an own mapping', () => {
  const rule = {
    name: 'won',
    when: 'event.kind == "won"',
    type: 'order.signed',
    id: 'event.id',
    occurredAt: 'event.at',
    owner: 'event.owner',
    amountYuan: 'event.amount',
  };
  const payload = { kind: 'won', id: 'x1', at: '2026-11-05T10:00:00+08:00', owner: 'u-1', amount: '12.50' };
  const mapping = (rules: readonly unknown[], examples: readonly unknown[] = []) => sourceBody('std-1', { mapping: { rules, examples } });

  it('is saved when its examples give what they promise', async () => {
    const example = { name: 'one', payload, expect: [{ id: 'x1', amountFen: 1250, credits: [{ externalOwner: 'u-1' }] }] };
    const nothing = { name: 'none', payload: [{ kind: 'lost' }], expect: [] };
    const answer = await put('std-1', mapping([rule], [example, nothing]));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body['mapping']).toEqual({ rules: [rule], examples: [example, nothing] });
  });

  it('is refused with what differed', async () => {
    const examples = [
      { name: 'amount', payload, expect: [{ amountFen: 1251, subject: { orderId: 'x' } }] },
      { name: 'number', payload: [payload, payload], expect: [{}] },
      { name: 'broken', payload: { kind: 'won' }, expect: [{}] },
      { name: 'no fact', payload: { ...payload, id: 'with space' }, expect: [{}] },
      { name: 'fine', payload, expect: [{ id: 'x1' }] },
    ];
    const answer = await put('std-1', mapping([rule], examples));
    expect([answer.status, answer.body['code']]).toEqual([422, 'mapping_invalid']);
    expect(errors(answer)).toEqual([
      'example_differs /mapping/examples/0/expect/0/amountFen',
      'example_differs /mapping/examples/0/expect/0/subject/orderId',
      'example_differs /mapping/examples/1/expect',
      'not_mapped /mapping/examples/2/payload',
      'not_mapped /mapping/examples/3/payload',
    ]);
    const details = answer.body['errors'] as { detail: string }[];
    expect(details[0]?.detail).toBe('expected 1251, the mapping gives 1250');
  });

  it('is refused with every expression that is none', async () => {
    const answer = await put(
      'std-1',
      mapping([
        { ...rule, when: 'event.', amountYuan: '1 +' },
        { ...rule, owners: '[]' },
      ]),
    );
    expect(errors(answer)).toEqual([
      'expression_invalid /mapping/rules/0/when',
      'expression_invalid /mapping/rules/0/amountYuan',
      'invalid /mapping/rules/1/owner',
    ]);
    expect(errors(await put('std-1', sourceBody('std-1', { mapping: { shipped: 'hubspot-deals' } })))).toEqual([
      'not_available /mapping/shipped',
    ]);
  });

  it('reads an example of Salesforce as the XML it is', async () => {
    const xml =
      '<Envelope><Body><notifications><OrganizationId>o</OrganizationId><Notification><Id>1</Id><sObject><Id>x</Id><At>2026-11-05T02:00:00Z</At></sObject></Notification></notifications></Body></Envelope>';
    const own = {
      name: 'any',
      when: 'true',
      type: 'order.signed',
      id: 'event.object.Id',
      occurredAt: 'event.object.At',
      owner: 'event.organizationId',
    };
    const body = (text: string) =>
      sourceBody('sf-1', { mapping: { rules: [own], examples: [{ name: 'xml', payload: text, expect: [{ id: 'x' }] }] } });
    expect((await put('sf-1', body(xml))).status).toBe(200);
    expect(errors(await put('sf-1', body('<no/>')))).toEqual(['not_readable /mapping/examples/0/payload']);
  });
});

describe('an own fact type', () => {
  const type = (body: object, path = 'lottery.won', who = OPERATOR) =>
    world.call(who, 'PUT', `/v1/fact-types/${path}`, { name: { zh: '中奖', en: 'won' }, ...body });

  it('is defined, shown, listed and replaced', async () => {
    const attributes = { prize: { type: 'number', required: true }, note: { type: 'string' } };
    const answer = await type({ attributes });
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        type: 'lottery.won',
        name: { zh: '中奖', en: 'won' },
        attributes: { prize: { type: 'number', required: true }, note: { type: 'string', required: false } },
        version: 1,
      },
    ]);
    expect((await type({})).body).toMatchObject({ version: 2, attributes: {} });
    expect((await world.call(OPERATOR, 'GET', '/v1/fact-types/lottery.won')).body).toMatchObject({ version: 2 });
    const list = await world.call(OPERATOR, 'GET', '/v1/fact-types');
    expect(list.body).toMatchObject({ items: [{ type: 'lottery.won' }], shipped: expect.arrayContaining(['order.signed']) });
  });

  it('is not one that ships, and is the operator’s to define', async () => {
    expect((await type({}, 'order.signed')).status).toBe(409);
    expect((await type({}, 'team.member-month')).status).toBe(409);
    expect((await type({}, 'NotAType')).status).toBe(400);
    expect((await type({ attributes: { a: { type: 'date' } } })).status).toBe(400);
    expect((await type({}, 'lottery.won', PAYROLL)).status).toBe(403);
    expect((await world.call(OPERATOR, 'GET', '/v1/fact-types/never.defined')).status).toBe(404);
  });
});

describe('the OpenAPI document', () => {
  it('has every route, with its access, a summary, a tag and answers', () => {
    const document = world.ingest.http.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 't', version: '1' } });
    const routes = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods ?? {}).map(([method, route]) => ({ at: `${method} ${path}`, route: route as Record<string, unknown> })),
    );
    expect(routes.map(({ at }) => at).sort()).toEqual([
      'get /v1/fact-types',
      'get /v1/fact-types/{type}',
      'get /v1/facts',
      'get /v1/facts/{factId}',
      'get /v1/sources',
      'get /v1/sources/{id}',
      'post /v1/facts',
      'post /v1/facts/retry-unassigned',
      'post /v1/webhooks/{source}',
      'put /v1/fact-types/{type}',
      'put /v1/sources/{id}',
    ]);
    for (const { at, route } of routes) {
      expect(route, at).toMatchObject({ summary: expect.any(String), description: expect.any(String), tags: [expect.any(String)] });
      expect(route['x-access'], at).toBeDefined();
      expect(JSON.stringify(route['responses']), at).toContain('$ref');
    }
  });
});
