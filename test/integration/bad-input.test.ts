/** Bad input through the real door, on the embedded engine: refused at once and by name, nothing stored twice, nothing half-applied, nothing lost. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eCommerce } from '../companies/e-commerce/company.ts';
import { erpSource, type LoadTokens, loadStructure, send } from '../companies/load-company.ts';
import { webhookOf } from '../companies/webhook-of.ts';
import { signStandard } from '../fixtures/webhooks/sign.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { staffTokens } from './staff-tokens.ts';

let host: Embedded;
let tokens: LoadTokens;

beforeAll(async () => {
  host = await startEmbedded();
  tokens = await staffTokens(host);
  await loadStructure(eCommerce, { baseUrl: host.baseUrl, tokens });
}, 120_000);
afterAll(() => host?.stop());

const SOURCE = eCommerce.source;
const sale = (id: string, owner = 'shop-7001', amountFen = 1_000_000) => ({
  id,
  type: 'store.sales',
  occurredAt: '2026-11-18T10:00:00+08:00',
  owners: [{ owner, share: 100 }],
  subject: { storeId: 'flagship' },
  amountFen,
});
const deliver = async (url: string, init: RequestInit) => {
  const response = await fetch(url, { method: 'POST', ...init });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : text };
};
const webhook = (fact: ReturnType<typeof sale>) => {
  const [made] = webhookOf(eCommerce, [fact], host.baseUrl);
  if (!made) throw new Error('no webhook');
  return made;
};
const balance = async (): Promise<number> =>
  ((await send(host.baseUrl, tokens.payroll, 'GET', '/v1/people/c7-zhao-lei/ledger/balance')) as { balanceFen: number }).balanceFen;
const codeOf = ({ body }: { readonly body: unknown }): unknown => (body as { code?: unknown }).code;

describe('a webhook', () => {
  test('with a wrong signature, an old timestamp, or for an unknown source is refused and stores nothing', async () => {
    const good = webhook(sale('never'));
    const wrong = await deliver(good.url, { headers: { ...good.headers, 'webhook-signature': 'v1,AAAA' }, body: good.body });
    const tampered = await deliver(good.url, { headers: good.headers, body: good.body.replace('1000000', '9000000') });
    const old = signStandard({
      source: SOURCE.id,
      secrets: [SOURCE.secret],
      payload: good.body,
      nowMillis: Date.now() - 6 * 60_000,
      messageId: 'msg_old',
    });
    const late = await deliver(`${host.baseUrl}${old.path}`, { headers: old.headers, body: old.body });
    expect([wrong.status, tampered.status, late.status]).toEqual([401, 401, 401]);
    expect((await deliver(`${host.baseUrl}/v1/webhooks/nobody`, { headers: good.headers, body: good.body })).status).toBe(404);
    await host.drain();
    expect(await balance()).toBe(0);
  });

  test('delivered five times at once and again with a fresh signature counts once', async () => {
    const made = webhook(sale('once'));
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => deliver(made.url, { headers: made.headers, body: made.body })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const again = webhook(sale('once'));
    expect((await deliver(again.url, { headers: again.headers, body: again.body })).status).toBe(200);
    await host.drain();
    expect(await balance()).toBe(20_000);
  });

  test('with the same id and another content is taken with 200, kept for review, and changes nothing', async () => {
    const other = webhook(sale('once', 'shop-7001', 7_777_777));
    expect((await deliver(other.url, { headers: other.headers, body: other.body })).status).toBe(200);
    await host.drain();
    expect(await balance()).toBe(20_000);
    const { items } = (await send(host.baseUrl, tokens.operator, 'GET', '/v1/facts?status=conflict')) as {
      items: readonly { factId: string }[];
    };
    expect(items.map(({ factId }) => factId)).toContain(`${SOURCE.id}:once`);
  });

  test('malformed, of a wrong type, too large, or nested 100,000 deep is refused at once', async () => {
    const signed = (payload: string) => {
      const made = signStandard({ source: SOURCE.id, secrets: [SOURCE.secret], payload, nowMillis: Date.now(), messageId: 'msg_bad' });
      return { url: `${host.baseUrl}${made.path}`, headers: made.headers, body: made.body };
    };
    const malformed = signed('{"type": ');
    expect((await deliver(malformed.url, { headers: malformed.headers, body: malformed.body })).status).toBe(400);
    const typed = signed('{}');
    expect((await deliver(typed.url, { headers: { ...typed.headers, 'content-type': 'text/plain' }, body: typed.body })).status).toBe(415);
    const deep = signed(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const nested = await deliver(deep.url, { headers: deep.headers, body: deep.body });
    expect([nested.status, codeOf(nested)]).toEqual([400, 'nesting_too_deep']);
    const large = signed(JSON.stringify({ data: 'x'.repeat(2 * 1024 * 1024) }));
    expect((await deliver(large.url, { headers: large.headers, body: large.body })).status).toBe(413);
    // Without a Content-Length the size is only known while it is read.
    const stream = new Blob([large.body]).stream();
    const chunked = await fetch(large.url, { method: 'POST', headers: large.headers, body: stream, duplex: 'half' } as RequestInit);
    expect(chunked.status).toBe(413);
  });
});

describe('an owner that nobody knows', () => {
  test('keeps the fact unassigned with the reason, lists it, and applies it once the mapping is there', async () => {
    const made = webhook(sale('stranger', 'shop-new', 5_000_000));
    expect((await deliver(made.url, { headers: made.headers, body: made.body })).status).toBe(200);
    const unassigned = async () =>
      (
        (await send(host.baseUrl, tokens.operator, 'GET', '/v1/facts?status=unassigned')) as {
          items: readonly { factId: string; reason: string }[];
        }
      ).items;
    expect(await unassigned()).toMatchObject([{ factId: `${SOURCE.id}:stranger`, reason: 'owner_unknown' }]);
    const before = await balance();
    const person = (await send(host.baseUrl, tokens.payroll, 'GET', '/v1/people/c7-zhao-lei')) as Record<string, unknown>;
    const { version: _, ...employee } = person;
    const externalIds = [...(person['externalIds'] as object[]), { source: SOURCE.id, externalId: 'shop-new' }];
    await send(host.baseUrl, tokens.payroll, 'PUT', '/v1/people/c7-zhao-lei', { ...employee, externalIds });
    await send(host.baseUrl, tokens.operator, 'POST', '/v1/facts/retry-unassigned', {});
    await host.drain();
    expect(await unassigned()).toEqual([]);
    expect(await balance()).toBe(before + 100_000);
  });
});

describe('a batch', () => {
  test('reports each record by itself: one bad record fails alone', async () => {
    const source = await host.tokenFor({ subject: 'erp', roles: ['source'], entities: '*' });
    const fact = (id: string, more: object = {}) => ({
      id,
      type: 'store.sales',
      occurredAt: '2026-11-18T10:00:00+08:00',
      credits: [{ employeeId: 'c7-zhao-lei' }],
      amountFen: 100_000,
      ...more,
    });
    const before = await balance();
    const answer = (await send(host.baseUrl, source, 'POST', `/v1/facts?source=${erpSource(eCommerce)}`, {
      facts: [
        fact('b1'),
        fact('b2', { amountFen: -5 }),
        fact('b3', { credits: [{ employeeId: 'c7-zhao-lei', share: 40 }] }),
        fact('b1'),
        fact('b4', { unknown: 1 }),
      ],
    })) as { results: readonly { outcome: string }[] };
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(['recorded', 'rejected', 'rejected', 'duplicate', 'rejected']);
    await host.drain();
    expect(await balance()).toBe(before + 2_000);
  });
});
