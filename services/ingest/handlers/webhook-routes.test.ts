import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  fxiaokePayload,
  hubspotOrderChange,
  hubspotPayload,
  mappedId,
  type PayloadFact,
  salesforcePayload,
  standardPayload,
} from '../../../test/fixtures/webhooks/payloads.ts';
import {
  encryptFxiaoke,
  type SignedDelivery,
  salesforceEnvelope,
  signHubSpot,
  signStandard,
} from '../../../test/fixtures/webhooks/sign.ts';
import {
  type Answer,
  FXIAOKE_SECRET,
  HUBSPOT_SECRET,
  OPERATOR,
  ORGANIZATION,
  OTHER_SECRET,
  order,
  results,
  SALESFORCE_TOKEN,
  STANDARD_SECRET,
  sourceBody,
  startWorld,
  type World,
} from '../testing/world.ts';

let world: World;
let logged: string[];
beforeEach(async () => {
  logged = [];
  const log = (event: string, fields: object = {}) => {
    logged.push(JSON.stringify({ event, ...fields }));
  };
  world = await startWorld({ log: { info: log, warn: log, error: log } });
});
const now = () => world.platform.clock.millis();
const MINUTE = 60_000;

const hubspot = (payload: unknown, changes: Partial<Parameters<typeof signHubSpot>[0]> = {}): SignedDelivery =>
  signHubSpot({ source: 'hub-1', secret: HUBSPOT_SECRET, payload, nowMillis: now(), publicUrl: 'https://pay.test', ...changes });
const standard = (payload: unknown, changes: Partial<Parameters<typeof signStandard>[0]> = {}): SignedDelivery =>
  signStandard({ source: 'std-1', secrets: [STANDARD_SECRET], payload, nowMillis: now(), messageId: 'msg_1', ...changes });
const fxiaoke = (payload: unknown, changes: Partial<Parameters<typeof encryptFxiaoke>[0]> = {}): SignedDelivery =>
  encryptFxiaoke({ source: 'fx-1', key: FXIAOKE_SECRET, payload, nowMillis: now(), messageId: 'M-1', ...changes });
const salesforce = (
  records: Parameters<typeof salesforceEnvelope>[0]['records'],
  changes: Partial<Parameters<typeof salesforceEnvelope>[0]> = {},
): SignedDelivery => salesforceEnvelope({ source: 'sf-1', token: SALESFORCE_TOKEN, organizationId: ORGANIZATION, records, ...changes });

const fact = (id: string, changes: Partial<PayloadFact> = {}): PayloadFact => ({
  id,
  type: 'order.signed',
  occurredAt: '2026-11-05T02:00:00.000Z',
  credits: [{ externalOwner: 'u-1', share: 100 }],
  subject: { orderId: `SO-${id}`, customerId: 'C1' },
  amountFen: 1_234_567,
  ...changes,
});
const outcomes = (answer: Answer): string => answer.headers.get('x-meritrail-outcomes') ?? '';
const stored = async (factId: string): Promise<Record<string, unknown>> =>
  (await world.call(OPERATOR, 'GET', `/v1/facts/${encodeURIComponent(factId)}`)).body;

/** One source of each kind, and how it delivers a list of facts. */
const KINDS = {
  hubspot: (facts: readonly PayloadFact[]) => hubspot(facts.map(hubspotPayload)),
  'standard-webhooks': (facts: readonly PayloadFact[]) => standard({ facts }),
  fxiaoke: (facts: readonly PayloadFact[]) => fxiaoke(facts.map(fxiaokePayload)),
  salesforce: (facts: readonly PayloadFact[]) => salesforce(facts.map(salesforcePayload)),
} as const;
type Kind = keyof typeof KINDS;
const ALL = Object.keys(KINDS) as Kind[];
const SOURCE_OF: Record<Kind, string> = { hubspot: 'hub-1', 'standard-webhooks': 'std-1', fxiaoke: 'fx-1', salesforce: 'sf-1' };
const idOf = (kind: Kind, of: PayloadFact): string => `${SOURCE_OF[kind]}:${kind === 'standard-webhooks' ? of.id : mappedId(kind, of)}`;

describe.each(ALL)('a delivery of %s', (kind) => {
  const send = (facts: readonly PayloadFact[]) => world.deliver(KINDS[kind](facts));

  it('becomes a fact, once, however often it comes', async () => {
    const first = await send([fact('1')]);
    expect(first.status, first.text).toBe(200);
    expect(outcomes(first)).toBe('recorded=1');
    world.platform.clock.advance(MINUTE);
    const replay = await send([fact('1')]);
    expect([replay.status, outcomes(replay)]).toEqual([200, 'duplicate=1']);
    expect(world.parts()).toEqual({ [`e-1 2026-11 ${idOf(kind, fact('1'))}`]: 1_234_567 });
    expect(world.told()).toHaveLength(1);
  });

  it.each([
    ['order.signed', {}],
    [
      'order.signed',
      {
        credits: [
          { externalOwner: 'u-1', share: 60 },
          { externalOwner: 'u-2', share: 40 },
        ],
        attributes: { industry: '医疗' },
      },
    ],
    ['order.signed', { revision: 1_793_500_000_000 }],
    ['customer.won', { amountFen: undefined, subject: { customerId: 'C7' } }],
    ['contract.due', { subject: { contractId: 'K-1', customerId: 'C1' } }],
    ['contract.renewed', { subject: { contractId: 'K-1', customerId: 'C1' } }],
    ['followup.logged', { amountFen: undefined, subject: { customerId: 'C1', opportunityId: 'O1' } }],
  ] as [string, object][])('carries %s as it was', async (type, changes) => {
    const { amountFen, ...rest } = fact('7', { type, ...changes });
    const sent = amountFen === undefined ? rest : { ...rest, amountFen };
    const answer = await send([sent]);
    expect(answer.status, answer.text).toBe(200);
    const got = (await stored(idOf(kind, sent)))['fact'];
    const { id: _, ...expected } = sent;
    expect(got).toMatchObject(expected);
    expect(world.told().length, JSON.stringify(await stored(idOf(kind, sent)))).toBe(sent.credits.length);
  });

  it('a refund follows its order', async () => {
    await send([fact('9', { occurredAt: '2026-10-05T02:00:00.000Z' })]);
    const back = fact('r9', { type: 'order.refunded', subject: { orderId: 'SO-9' }, amountFen: 100 });
    await send([back]);
    expect(world.parts()[`e-1 2026-10 ${idOf(kind, back)}`]).toBe(100);
  });

  it('a newer revision corrects, the same revision with other content is kept: always 200', async () => {
    await send([fact('3', { revision: 5 })]);
    const conflict = await send([fact('3', { revision: 5, amountFen: 1 })]);
    expect([conflict.status, outcomes(conflict)]).toEqual([200, 'conflict=1']);
    const corrected = await send([fact('3', { revision: 6, amountFen: 2 })]);
    expect([corrected.status, outcomes(corrected)]).toEqual([200, 'corrected=1']);
    const late = await send([fact('3', { revision: 4, amountFen: 3 })]);
    expect([late.status, outcomes(late)]).toEqual([200, 'superseded=1']);
    expect(Object.values(world.parts())).toEqual([2]);
  });

  it('one bad event of a hundred is kept with its reason; the others are recorded', async () => {
    const facts = Array.from({ length: 100 }, (_, index) =>
      fact(`${index}`, index === 50 ? { credits: [{ externalOwner: 'nobody', share: 100 }] } : {}),
    );
    const answer = await send(facts);
    expect([answer.status, outcomes(answer)]).toEqual([200, 'recorded=99, unassigned=1']);
    expect(await stored(idOf(kind, fact('50')))).toMatchObject({ status: 'unassigned', reason: 'owner_unknown' });
    expect(world.told()).toHaveLength(99);
  });

  it('is refused when nobody could have signed it, or with another secret', async () => {
    const good = KINDS[kind]([fact('1')]);
    await world.call(OPERATOR, 'PUT', `/v1/sources/${SOURCE_OF[kind]}`, {
      ...sourceBody(SOURCE_OF[kind] as 'hub-1'),
      secrets: [
        {
          hubspot: 'x'.repeat(20),
          salesforce: 'x'.repeat(20),
          fxiaoke: Buffer.alloc(32, 7).toString('base64'),
          'standard-webhooks': OTHER_SECRET,
        }[kind],
      ],
    });
    const answer = await world.deliver(good);
    expect([answer.status, answer.body['code']]).toEqual([401, 'signature_invalid']);
    expect(world.told()).toEqual([]);
  });

  it('is accepted with either secret during a rotation, and not with the old one after', async () => {
    const source = SOURCE_OF[kind] as 'hub-1';
    const next = {
      hubspot: 'y'.repeat(20),
      salesforce: 'y'.repeat(20),
      fxiaoke: Buffer.alloc(32, 9).toString('base64'),
      'standard-webhooks': OTHER_SECRET,
    }[kind];
    const old = { hubspot: HUBSPOT_SECRET, salesforce: SALESFORCE_TOKEN, fxiaoke: FXIAOKE_SECRET, 'standard-webhooks': STANDARD_SECRET }[
      kind
    ];
    await world.call(OPERATOR, 'PUT', `/v1/sources/${source}`, sourceBody(source, { secrets: [next, old] }));
    expect((await send([fact('1')])).status).toBe(200);
    await world.call(OPERATOR, 'PUT', `/v1/sources/${source}`, sourceBody(source, { secrets: [next] }));
    expect((await send([fact('2')])).status).toBe(401);
  });

  it('finds no door when the source is unknown or switched off', async () => {
    const source = SOURCE_OF[kind] as 'hub-1';
    await world.call(OPERATOR, 'PUT', `/v1/sources/${source}`, sourceBody(source, { enabled: false }));
    const off = await send([fact('1')]);
    const unknown = await world.deliver({ ...KINDS[kind]([fact('1')]), path: '/v1/webhooks/never' });
    expect([off.status, unknown.status]).toEqual([404, 404]);
    expect(off.body['code']).toBe('not_found');
  });

  it('is refused at once when compressed, of another type, too large, or not readable', async () => {
    const good = KINDS[kind]([fact('1')]);
    const change = (headers: Record<string, string>, body = good.body) =>
      world.deliver({ ...good, headers: { ...good.headers, ...headers }, body });
    expect((await change({ 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await change({ 'content-type': 'text/plain' })).status).toBe(415);
    const large = await change({}, `${good.body}${' '.repeat(1024 * 1024)}`);
    expect([large.status, large.body['code']]).toEqual([413, 'payload_too_large']);
    // In chunks, without a Content-Length to trust.
    const chunks = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 20; index += 1) controller.enqueue(new Uint8Array(65_536).fill(32));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: good.headers, body: chunks, duplex: 'half' } as RequestInit;
    expect((await world.ingest.http.request(`https://pay.test${good.path}`, init)).status).toBe(413);
    expect(world.told()).toEqual([]);
  });

  it('with half of an emoji, as a sender cuts text that is too long, is taken: it would be sent again just so for hours', async () => {
    const cut = fact('1', { attributes: { industry: '医疗\ud83d' } });
    expect((await send([cut, fact('2')])).status).toBe(200);
    expect(world.told().map(({ fact: told }) => told?.attributes['industry'])).toContain('医疗\ufffd');
    expect(world.told()).toHaveLength(2);
  });

  it('is asked to come again when it cannot be stored now, and is then taken once', async () => {
    const { transact, write } = world.platform.store;
    const away = async (): Promise<never> => {
      throw new Error('the store is away: secret-of-the-store');
    };
    Object.assign(world.platform.store, { transact: away, write: away });
    const refused = await send([fact('1')]);
    expect([refused.status, refused.body['code'], refused.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    expect(refused.text).not.toContain('secret-of-the-store');
    expect(logged.join()).toContain('webhook.failed');
    Object.assign(world.platform.store, { transact, write });
    expect((await send([fact('1')])).status).toBe(200);
    expect(world.told()).toHaveLength(1);
  });

  it('never says a secret or the body in the log', async () => {
    await send([fact('1')]);
    await world.deliver({ ...KINDS[kind]([fact('2')]), body: 'x' });
    const text = logged.join('\n');
    for (const secret of [HUBSPOT_SECRET, SALESFORCE_TOKEN, FXIAOKE_SECRET, STANDARD_SECRET, 'SO-1', 'u-1'])
      expect(text).not.toContain(secret);
    expect(text).toContain('webhook.received');
  });
});

describe('timestamps', () => {
  it.each([
    ['hubspot', (nowMillis: number) => hubspot(hubspotPayload(fact('1')), { nowMillis })],
    ['standard-webhooks', (nowMillis: number) => standard(standardPayload(fact('1')), { nowMillis })],
    ['fxiaoke', (nowMillis: number) => fxiaoke(fxiaokePayload(fact('1')), { nowMillis })],
  ] as const)('%s: 5 minutes either way, not more', async (_, at) => {
    for (const [offset, status] of [
      [-5 * MINUTE - 1000, 401],
      [5 * MINUTE + 1000, 401],
      [-5 * MINUTE, 200],
      [5 * MINUTE, 200],
    ] as const) {
      const answer = await world.deliver(at(now() + offset));
      expect([offset, answer.status]).toEqual([offset, status]);
      if (status === 401) expect(answer.body['code']).toBe('timestamp_out_of_tolerance');
    }
    expect(world.told()).toHaveLength(1);
  });
});

describe('HubSpot', () => {
  it('verifies what HubSpot signs: the decoded public URI, never what a header says', async () => {
    const query = '?portal=a%2Fb%3Fc&x=%E4%B8%AD%20d%27%28%29%2A%21%24%2C%3B%40%3A&keep=%26%2B%23';
    expect((await world.deliver(hubspot(hubspotPayload(fact('1')), { query }))).status).toBe(200);
    const good = hubspot(hubspotPayload(fact('2')));
    const spoofed = {
      ...good,
      headers: { ...good.headers, host: 'evil.test', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'http' },
    };
    expect((await world.deliver(spoofed)).status).toBe(200);
    expect((await world.deliver(hubspot(hubspotPayload(fact('3')), { publicUrl: 'https://evil.test' }))).status).toBe(401);
    expect((await world.deliver({ ...good, path: `${good.path}?added=1` })).status).toBe(401);
  });

  it('has the stage prefix in the public URL', async () => {
    const staged = await startWorld();
    const platform = { ...staged.platform, config: { ...staged.platform.config, publicUrl: 'https://api.test/prod/' } };
    const { composeIngest } = await import('../compose.ts');
    const { http } = composeIngest(platform);
    const { method, path, headers, body } = hubspot(hubspotPayload(fact('1')), { publicUrl: 'https://api.test/prod' });
    const answer = await http.request(`https://internal.test${path}`, { method, headers, body });
    expect(answer.status).toBe(200);
  });

  it('is verified behind API Gateway: base64 body, decoded query, the stage only in the public URL', async () => {
    const { composeIngest } = await import('../compose.ts');
    const { lambdaHttp } = await import('../../../shared/runtime/lambda.ts');
    const config = { ...world.platform.config, publicUrl: 'https://api.test/prod' };
    const handler = lambdaHttp(composeIngest({ ...world.platform, config }).http);
    const text = `\uFEFF${JSON.stringify({ ...(hubspotPayload(fact('1')) as object), note: '纷享 🙂' })}\n`;
    const at = String(now());
    const signature = createHmac('sha256', HUBSPOT_SECRET)
      .update(
        `POSThttps://api.test/prod/v1/webhooks/hub-1?back=https://x.test/a b&name=${encodeURIComponent('纷')}`.replace('a b', 'a%20b'),
      )
      .update(text)
      .update(at)
      .digest('base64');
    const event = (changes: object = {}) => ({
      version: '1.0',
      resource: '/v1/webhooks/{source}',
      httpMethod: 'POST',
      path: '/v1/webhooks/hub-1',
      headers: null,
      multiValueHeaders: {
        Host: ['internal.test'],
        'Content-Type': ['application/json'],
        'X-HubSpot-Signature-v3': [signature],
        'X-HubSpot-Request-Timestamp': [at],
      },
      queryStringParameters: null,
      multiValueQueryStringParameters: { back: ['https://x.test/a b'], name: ['纷'] },
      requestContext: { stage: 'prod', domainName: 'internal.test', path: '/prod/v1/webhooks/hub-1' },
      body: Buffer.from(text).toString('base64'),
      isBase64Encoded: true,
      ...changes,
    });
    const call = async (changes?: object) => (await handler(event(changes) as never)).statusCode;
    expect(await call()).toBe(200);
    // The same bytes as text, and other bytes.
    expect(await call({ body: text, isBase64Encoded: false })).toBe(200);
    expect(await call({ body: Buffer.from(`${text} `).toString('base64') })).toBe(401);
    expect(await call({ multiValueQueryStringParameters: { back: ['https://x.test/a b'] } })).toBe(401);
    expect(world.told()).toHaveLength(1);
  });

  it('signs over the bytes: unicode, a byte order mark, trailing space and duplicate keys', async () => {
    const text = JSON.stringify({ ...(hubspotPayload(fact('1')) as object), note: '纷享 🙂 é' });
    for (const body of [text, `\uFEFF${text}`, `${text}\n `, text.replace('{', '{"note":1,')]) {
      expect((await world.deliver(hubspot(body))).status).toBe(200);
    }
    const good = hubspot(text);
    for (const body of [`${text} `, text.replace('纷享', '纷亨'), JSON.stringify(JSON.parse(text), null, 1)]) {
      expect((await world.deliver({ ...good, body })).status).toBe(401);
    }
    expect(world.told()).toHaveLength(1);
  });

  it('signed, but not JSON, nested 10⁵ deep, or not text: 400 at once', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const [body, code] of [
      ['{', 'malformed_json'],
      ['', 'malformed_json'],
      [deep, 'nesting_too_deep'],
    ] as const) {
      const answer = await world.deliver(hubspot(body));
      expect([answer.status, answer.body['code']]).toEqual([400, code]);
    }
    // Nothing of it is parsed before the signature is found good.
    expect((await world.deliver({ ...hubspot('{}'), body: deep })).status).toBe(401);
    const bytes = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
    const timestamp = String(now());
    const signature = createHmac('sha256', HUBSPOT_SECRET)
      .update('POSThttps://pay.test/v1/webhooks/hub-1')
      .update(bytes)
      .update(timestamp)
      .digest('base64');
    const answer = await world.ingest.http.request('https://pay.test/v1/webhooks/hub-1', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp },
      body: bytes,
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'malformed_json']);
  });

  it('takes subscriptions in batches; what no rule is about is no fact, what cannot be read is kept', async () => {
    const good = hubspotOrderChange(fact('41'));
    const answer = await world.deliver(
      hubspot([good, { ...good, propertyName: 'description' }, { ...good, objectId: 42, propertyValue: 'SO-42|C1|u-1|12.345|2026-11-05' }]),
    );
    expect([answer.status, outcomes(answer)]).toEqual([200, 'recorded=1, unassigned=1']);
    expect(answer.body).toMatchObject({ events: 3 });
    const list = await world.call(OPERATOR, 'GET', '/v1/facts?status=unassigned');
    expect(list.body['items']).toMatchObject([
      { reason: 'mapping_failed', fact: null, event: { objectId: '42' }, detail: { en: expect.stringContaining('/rules/6/occurredAt') } },
    ]);
    // The same event again is the same event.
    expect(outcomes(await world.deliver(hubspot([{ ...good, objectId: 42, propertyValue: 'SO-42|C1|u-1|12.345|2026-11-05' }])))).toBe(
      'duplicate=1',
    );
  });

  it('an event that could not be mapped is recorded when the mapping is mended', async () => {
    const event = {
      fact: 'order.signed',
      hs_object_id: '77',
      deal_amount: '12.50',
      closedate: '2026-11-05T10:00:00+08:00',
      hubspot_owner_id: 'u-1',
    };
    expect(outcomes(await world.deliver(hubspot(event)))).toBe('unassigned=1');
    const mapping = {
      rules: [
        {
          name: 'own',
          when: 'has(event.properties.deal_amount)',
          type: 'order.signed',
          id: '"own-" + event.objectId',
          occurredAt: 'event.properties.closedate',
          owner: 'event.properties.hubspot_owner_id',
          amountYuan: 'event.properties.deal_amount',
        },
      ],
    };
    expect((await world.call(OPERATOR, 'PUT', '/v1/sources/hub-1', sourceBody('hub-1', { mapping }))).status).toBe(200);
    expect((await world.ingest.sweep()).unassigned).toMatchObject({ applied: 1 });
    expect(world.parts()).toEqual({ 'e-1 2026-11 hub-1:own-77': 1250 });
    expect((await world.call(OPERATOR, 'GET', '/v1/facts?status=unassigned')).body['items']).toEqual([]);
  });

  it('what is refused by name is kept too, and recorded when its time has come', async () => {
    const future = hubspotPayload(fact('90', { occurredAt: '2026-11-28T02:00:00.000Z' }));
    const answer = await world.deliver(hubspot(future));
    expect([answer.status, outcomes(answer)]).toEqual([200, 'rejected=1']);
    expect(results(answer)).toMatchObject([{ outcome: 'rejected', reason: 'occurred_in_future' }]);
    expect((await world.ingest.sweep()).unassigned).toMatchObject({ looked: 1, applied: 0 });
    world.platform.clock.set('2026-11-28T10:00:00+08:00');
    expect((await world.ingest.sweep()).unassigned).toMatchObject({ looked: 1, applied: 1 });
    expect(Object.keys(world.parts())).toEqual(['e-1 2026-11 hub-1:order-90']);
  });

  it('refuses more events than any sender sends', async () => {
    const many = Array.from({ length: 501 }, (_, index) => ({ ...hubspotOrderChange(fact(`${index}`)), propertyName: 'x' }));
    expect((await world.deliver(hubspot(many))).status).toBe(413);
    expect((await world.deliver(hubspot(many.slice(1)))).status).toBe(200);
  });
});

describe('Standard Webhooks', () => {
  it('one of several signatures is enough; version and form count', async () => {
    const good = standard(standardPayload(fact('1')), { secrets: [OTHER_SECRET, STANDARD_SECRET] });
    expect((await world.deliver(good)).status).toBe(200);
    const signature = standard(standardPayload(fact('1'))).headers['webhook-signature'] ?? '';
    for (const given of [
      signature.replace('v1,', 'v1a,'),
      signature.slice(0, -2),
      signature.replace('v1,', ''),
      '',
      `${'v1,x '.repeat(10)}${signature}`,
    ]) {
      const answer = await world.deliver({ ...good, headers: { ...good.headers, 'webhook-signature': given } });
      expect([given, answer.status]).toEqual([given, 401]);
    }
    for (const header of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const { [header]: _, ...headers } = good.headers;
      expect((await world.deliver({ ...good, headers })).status).toBe(401);
    }
    expect((await world.deliver({ ...good, headers: { ...good.headers, 'webhook-id': 'msg_2' } })).status).toBe(401);
  });

  it('the message id stands for a missing id: the same message is the same fact, another one is another', async () => {
    const { id: _, ...data } = fact('1');
    const payload = { type: 'order.signed', timestamp: '2026-11-05T10:00:00+08:00', data };
    await world.deliver(standard(payload));
    world.platform.clock.advance(MINUTE);
    expect(outcomes(await world.deliver(standard(payload)))).toBe('duplicate=1');
    await world.deliver(standard({ ...payload, data: { ...data, subject: {} } }, { messageId: 'msg_2' }));
    expect(Object.keys(world.parts())).toEqual(['e-1 2026-11 std-1:msg_1', 'e-1 2026-11 std-1:msg_2']);
  });

  it('every shipped type can arrive, also the shop’s', async () => {
    const shop = (id: string, type: string, more: object) => ({ ...order(id, { type, subject: { storeId: 'S1' }, ...more }) });
    await world.deliver(
      standard({
        facts: [
          shop('s', 'store.sales', { amountFen: 2_000_000 }),
          shop('t', 'store.traffic', { amountFen: undefined, attributes: { visitors: 1000, orders: 36 } }),
        ],
      }),
    );
    expect(world.told().map(({ fact: told }) => [told?.type, told?.attributes])).toEqual([
      ['store.sales', {}],
      ['store.traffic', { visitors: 1000, orders: 36 }],
    ]);
  });

  it('a fact that is none is kept, the others are recorded', async () => {
    const answer = await world.deliver(standard({ facts: [fact('1'), { id: 'bad', type: 'order.signed' }, null, 5, fact('2')] }));
    expect([answer.status, outcomes(answer)]).toEqual([200, 'recorded=2, unassigned=3']);
  });
});

describe('纷享销客', () => {
  it('is answered encrypted and signed, or it would send again', async () => {
    const answer = await world.deliver(fxiaoke(fxiaokePayload(fact('1')), { retryTimes: 2 }));
    expect(answer.status).toBe(200);
    const { signature, timestamp, nonce, encryptedResult } = answer.body as Record<string, string | number>;
    expect(signature).toBe(createHash('sha1').update(`${timestamp}${nonce}${encryptedResult}${FXIAOKE_SECRET}`).digest('hex'));
    const key = Buffer.from(FXIAOKE_SECRET, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
    expect(decipher.update(String(encryptedResult), 'base64', 'utf8') + decipher.final('utf8')).toBe('success');
  });

  it('any change of the envelope is refused', async () => {
    const good = fxiaoke(fxiaokePayload(fact('1')), { retryTimes: 1 });
    const envelope = JSON.parse(good.body) as Record<string, unknown>;
    for (const [name, value] of Object.entries({
      timestamp: now() + 1,
      nonce: 'x',
      messageId: 'x',
      retryTimes: 2,
      enterpriseAccount: 'x',
      encryptedContent: 'AAAA',
      signature: 'x',
    })) {
      const answer = await world.deliver({ ...good, body: JSON.stringify({ ...envelope, [name]: value }) });
      expect([name, answer.status]).toEqual([name, 401]);
    }
    expect((await world.deliver({ ...good, body: JSON.stringify({ ...envelope, timestamp: 'x' }) })).status).toBe(400);
    expect((await world.deliver({ ...good, body: '{' })).status).toBe(400);
    expect((await world.deliver({ ...good, body: `${'{"a":'.repeat(100_000)}1` })).body['code']).toBe('nesting_too_deep');
    expect(world.told()).toEqual([]);
  });

  it('a push without the object’s fields is kept: no fact can be made of it', async () => {
    const { data: _, ...doorbell } = fxiaokePayload(fact('1'));
    const answer = await world.deliver(fxiaoke(doorbell));
    expect([answer.status, outcomes(answer)]).toEqual([200, 'unassigned=1']);
    expect((await world.call(OPERATOR, 'GET', '/v1/facts?status=unassigned')).body['items']).toMatchObject([
      { reason: 'mapping_failed', event: { apiName: 'SalesOrderObj', dataId: '1' } },
    ]);
  });

  it('an order made void counts no more', async () => {
    await world.deliver(fxiaoke(fxiaokePayload(fact('1', { revision: 1_793_500_000_000 }))));
    await world.deliver(fxiaoke(fxiaokePayload(fact('1', { revision: 1_793_500_000_001, voided: true }))));
    expect(world.parts()).toEqual({});
  });

  it('content that does not decrypt is refused', async () => {
    const good = fxiaoke('{}');
    const envelope = JSON.parse(good.body) as Record<string, string>;
    const encryptedContent = Buffer.alloc(16, 1).toString('base64');
    const text = `${envelope['timestamp']}${envelope['nonce']}${envelope['messageId']}${envelope['enterpriseAccount']}${encryptedContent}${FXIAOKE_SECRET}`;
    const body = JSON.stringify({ ...envelope, encryptedContent, signature: createHash('sha1').update(text).digest('hex') });
    expect((await world.deliver({ ...good, body })).status).toBe(400);
  });
});

describe('Salesforce', () => {
  it('is acknowledged in SOAP', async () => {
    const answer = await world.deliver(salesforce([salesforcePayload(fact('1'))]));
    expect(answer.headers.get('content-type')).toContain('text/xml');
    expect(answer.text).toContain(
      '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>',
    );
  });

  it('needs the token and the organization, in 15 or 18 characters', async () => {
    const records = [salesforcePayload(fact('1'))];
    expect((await world.deliver(salesforce(records, { token: 'x'.repeat(27) }))).status).toBe(401);
    expect((await world.deliver({ ...salesforce(records), path: '/v1/webhooks/sf-1' })).status).toBe(401);
    for (const organizationId of ['00Dxx0000001gXXXXX', '00Dxx0000001gER', '00Dxx0000001gEREAZ', '']) {
      expect([organizationId, (await world.deliver(salesforce(records, { organizationId }))).status]).toEqual([organizationId, 401]);
    }
    await world.call(OPERATOR, 'PUT', '/v1/sources/sf-1', sourceBody('sf-1', { organizationId: '00Dxx0000001gER' }));
    expect((await world.deliver(salesforce(records))).status).toBe(200);
    expect((await world.deliver(salesforce(records, { organizationId: '00Dxx0000001gES' }))).status).toBe(401);
  });

  it('expands nothing: a document type is refused, the five entities of XML are read', async () => {
    const good = salesforce([salesforcePayload(fact('1', { attributes: { industry: `R&D <"a'b"> 中` } }))]);
    expect((await world.deliver(good)).status).toBe(200);
    expect(world.told()[0]?.fact?.attributes).toEqual({ industry: `R&D <"a'b"> 中` });
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>';
    const other = good.body.replace('?>', `?>${bomb}`);
    expect((await world.deliver({ ...good, body: other })).status).toBe(400);
  });

  it('half of a surrogate pair is no character of XML: it stays as it was written', async () => {
    const good = salesforce([salesforcePayload(fact('1', { attributes: { industry: 'HALF' } }))]);
    expect((await world.deliver({ ...good, body: good.body.replace('HALF', '&#xD83D;&#xD83D;&#xDE42;&#x1F642;') })).status).toBe(200);
    expect(world.told()[0]?.fact?.attributes).toEqual({ industry: '&#xD83D;&#xD83D;&#xDE42;🙂' });
  });

  it('bad XML, deep XML, another document, 101 notifications: 4xx at once', async () => {
    const good = salesforce([salesforcePayload(fact('1'))]);
    const send = async (body: string) => (await world.deliver({ ...good, body })).status;
    expect(await send('<a>')).toBe(400);
    expect(await send('')).toBe(400);
    expect(await send('not xml')).toBe(400);
    expect(await send('<Envelope><Body/></Envelope>')).toBe(400);
    expect(await send(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`)).toBe(400);
    expect(await send(good.body.replace('<ActionId>', `<x>${'<a>'.repeat(30)}${'</a>'.repeat(30)}</x><ActionId>`))).toBe(400);
    const started = performance.now();
    await send(`<a ${'b="c" '.repeat(150_000)}/>`);
    await send('<'.repeat(500_000));
    await send(`<a>${'&'.repeat(900_000)}</a>`);
    expect(performance.now() - started).toBeLessThan(5_000);
    const many = Array.from({ length: 101 }, (_, index) => salesforcePayload(fact(`${index}`)));
    expect((await world.deliver(salesforce(many))).status).toBe(413);
    expect(world.told()).toEqual([]);
  });
});

describe('own mappings', () => {
  it('the ERP’s batch source has no door', async () => {
    expect((await world.deliver({ ...standard({ facts: [] }), path: '/v1/webhooks/erp-1' })).status).toBe(404);
  });

  it('one source’s signature opens no other source', async () => {
    const other = sourceBody('std-1', { secrets: [OTHER_SECRET] });
    expect((await world.call(OPERATOR, 'PUT', '/v1/sources/std-2', other)).status).toBe(201);
    expect((await world.deliver({ ...standard(standardPayload(fact('1'))), path: '/v1/webhooks/std-2' })).status).toBe(401);
  });
});
