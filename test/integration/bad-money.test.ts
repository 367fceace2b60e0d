/** Bad input to money, through the real door: each case of docs/guides/bad-input.md with its outcome, to the fen. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eCommerce } from '../companies/e-commerce/company.ts';
import { erpSource, type LoadTokens, loadStructure, publishPlan, send } from '../companies/load-company.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { staffTokens } from './staff-tokens.ts';

let host: Embedded;
let tokens: LoadTokens;
const { legalEntityId } = eCommerce;
const PEOPLE = ['c7-zhao-lei', 'c7-he-jun'] as const;

const NET = 'fact.type == "order.refunded" ? -fact.amount : fact.amount';
/** 2 % of what is sold, and 500 for each customer whose order stands. */
const planOf = (rewards: readonly object[]) => ({
  id: 'bad-money',
  name: { zh: '错误输入', en: 'Bad input' },
  legalEntityId,
  appliesTo: { kind: 'position', id: 'shop-operator' },
  metrics: [
    {
      id: 'sales',
      name: { zh: '销售额', en: 'Sales' },
      fold: 'sum',
      unit: 'fen',
      factTypes: ['order.signed', 'order.refunded'],
      value: NET,
    },
  ],
  scheme: {
    indicators: [{ id: 'sales', name: { zh: '销售额', en: 'Sales' }, kind: 'result', metric: 'sales', weight: '100', target: '100000' }],
  },
  rewards,
});
const COMMISSION = {
  id: 'commission',
  name: { zh: '提成', en: 'Commission' },
  category: 'commission',
  kind: 'tiered-rate',
  metric: 'sales',
  mode: 'slab',
  tiersBy: 'amount',
  tiers: [{ atLeast: '0', rate: '2%' }],
};
const CUSTOMER = {
  id: 'customer',
  name: { zh: '新客户奖', en: 'New customer' },
  category: 'bonus',
  kind: 'per-fact',
  per: 'customer',
  where: 'order.net > 0',
  amountFen: 50_000,
};

interface Result {
  readonly outcome: string;
  readonly reason: string | null;
  readonly problem: { readonly errors?: readonly { readonly pointer: string }[] } | null;
}
const sendAll = async (...facts: readonly object[]): Promise<Result[]> => {
  const path = `/v1/facts?source=${erpSource(eCommerce)}`;
  const { results } = (await send(host.baseUrl, tokens.operator, 'POST', path, { facts })) as { results: Result[] };
  await host.drain();
  return results;
};
const said = ([result]: readonly Result[]) => [result?.outcome, result?.reason, result?.problem?.errors?.[0]?.pointer ?? null];
const signed = (id: string, amountFen: unknown, more: object = {}) => ({
  id: `sign-${id}`,
  type: 'order.signed',
  occurredAt: '2026-11-18T10:00:00+08:00',
  credits: [{ employeeId: PEOPLE[0] }],
  subject: { orderId: id, customerId: `customer-${id}` },
  amountFen,
  ...more,
});
const refunded = (id: string, order: string, amountFen: number) => ({
  id: `back-${id}`,
  type: 'order.refunded',
  occurredAt: '2026-11-19T10:00:00+08:00',
  credits: [{ employeeId: PEOPLE[0] }],
  subject: { orderId: order },
  amountFen,
});
const ledger = async () =>
  (await send(host.baseUrl, tokens.payroll, 'GET', `/v1/people/${PEOPLE[0]}/ledger/balance`)) as { balanceFen: number };
const balance = async (): Promise<number> => (await ledger()).balanceFen;
interface AwardItem {
  readonly ruleId: string;
  readonly amountFen: number;
  readonly formula: { readonly zh: string };
}
const awards = async (): Promise<readonly AwardItem[]> =>
  ((await send(host.baseUrl, tokens.payroll, 'GET', `/v1/people/${PEOPLE[0]}/awards/2026-11`)) as { items: readonly AwardItem[] }).items;
/** What the facts add to the balance. */
const adds = async (...facts: readonly object[]): Promise<number> => {
  const before = await balance();
  await sendAll(...facts);
  return (await balance()) - before;
};

beforeAll(async () => {
  host = await startEmbedded();
  tokens = await staffTokens(host);
  await loadStructure(eCommerce, { baseUrl: host.baseUrl, tokens });
  await publishPlan(planOf([COMMISSION, CUSTOMER]), '2026-01-01', { baseUrl: host.baseUrl, tokens });
}, 120_000);
afterAll(() => host?.stop());

describe('an amount', () => {
  test.each<[string, unknown, object, (string | null)[]]>([
    ['negative', -1, {}, ['rejected', 'malformed', '/facts/0/amountFen']],
    ['a fraction of a fen', 100.5, {}, ['rejected', 'malformed', '/facts/0/amountFen']],
    ['as text', '100', {}, ['rejected', 'malformed', '/facts/0/amountFen']],
    ['above 90,000,000,000,000.00', 9_000_000_000_000_001, {}, ['rejected', 'malformed', '/facts/0/amountFen']],
    ['in another currency', 100, { attributes: { currency: 'USD' } }, ['rejected', 'currency_not_cny', '/facts/0/attributes/currency']],
    ['with a currency beside it', 100, { currency: 'USD' }, ['rejected', 'malformed', '/facts/0/currency']],
  ])('%s is refused with a pointer, and nothing is paid', async (_, amountFen, more, expected) => {
    const before = await balance();
    expect(said(await sendAll(signed('refused', amountFen, more)))).toEqual(expected);
    expect(await balance()).toBe(before);
  });

  test('of 0 is recorded, and is no order that stands: nothing is paid', async () => {
    expect(await adds(signed('zero', 0))).toBe(0);
    expect(said(await sendAll(signed('zero', 0)))).toEqual(['duplicate', null, null]);
  });

  test('in yuan by name counts', async () => {
    expect(await adds(signed('named', 100_000, { attributes: { currency: 'CNY' } }))).toBe(2_000 + 50_000);
  });

  test('is rounded once: two of 0.25 are a fen of commission together, not none and not two', async () => {
    expect(await adds(signed('quarter-1', 25, { subject: {} }), signed('quarter-2', 25, { subject: {} }))).toBe(1);
  });
});

describe('shares', () => {
  test.each([
    [99.9999, 'shares_not_100'],
    [100, null],
  ])('of together %s %%', async (share, reason) => {
    const credits = [{ employeeId: PEOPLE[0], share: share - 40 }, ...[{ employeeId: PEOPLE[1], share: 40 }]];
    const [result] = await sendAll(signed(`shared-${share}`, 100_000, { credits }));
    expect([result?.outcome, result?.reason]).toEqual([reason === null ? 'recorded' : 'rejected', reason]);
  });
  test.each([0, -5, 101])('of %s %% are refused', async (share) => {
    const credits = [
      { employeeId: PEOPLE[0], share },
      { employeeId: PEOPLE[1], share: 100 - share },
    ];
    expect(said(await sendAll(signed('share', 100_000, { credits }))).slice(0, 2)).toEqual(['rejected', 'malformed']);
  });
});

describe('a refund', () => {
  test('larger than its order takes everything of it back, and no month goes below 0', async () => {
    expect(await adds(signed('over', 100_000))).toBe(52_000);
    const before = await balance();
    await sendAll(refunded('over', 'over', 100_001));
    // The fen too much is taken off what else was sold; the customer is gone.
    expect(before - (await balance())).toBe(52_000);
    await sendAll(refunded('huge', 'over', 900_000_000_000));
    const items = await awards();
    expect(items.filter(({ ruleId }) => ruleId === 'commission').map(({ amountFen }) => amountFen)).toEqual([0]);
    expect(items.every(({ amountFen }) => amountFen >= 0)).toBe(true);
    // Withdrawn by its source, all is as it was.
    await sendAll({ ...refunded('huge', 'over', 900_000_000_000), revision: 2, voided: true });
    expect(before - (await balance())).toBe(52_000);
  });

  test('of an order that nobody knows waits by name, pays nothing, and applies by itself once the order is there', async () => {
    const before = await balance();
    expect(said(await sendAll(refunded('early', 'late-order', 100_000)))).toEqual(['unassigned', 'order_unknown', null]);
    expect(await balance()).toBe(before);
    const { items } = (await send(host.baseUrl, tokens.operator, 'GET', '/v1/facts?status=unassigned')) as {
      items: readonly { factId: string; reason: string }[];
    };
    expect(items).toMatchObject([{ factId: `${erpSource(eCommerce)}:back-early`, reason: 'order_unknown' }]);
    await sendAll(signed('late-order', 100_000));
    await send(host.baseUrl, tokens.operator, 'POST', '/v1/facts/retry-unassigned', {});
    await host.drain();
    expect(await balance()).toBe(before);
  });

  test('of everything leaves nothing: pay returns to what it was before', async () => {
    const before = await balance();
    await sendAll(signed('all-1', 333_333), signed('all-2', 777_777));
    expect(await balance()).toBeGreaterThan(before);
    await sendAll(refunded('all-1', 'all-1', 333_333), refunded('all-2', 'all-2', 777_777));
    expect(await balance()).toBe(before);
  });
});

describe('around the facts', () => {
  test('a fact more than 24 hours ahead of the clock is refused; pay does not know it', async () => {
    const far = new Date(Date.now() + 25 * 3_600_000).toISOString();
    expect(said(await sendAll(signed('future', 100_000, { occurredAt: far })))).toEqual([
      'rejected',
      'occurred_in_future',
      '/facts/0/occurredAt',
    ]);
  });

  test('an org unit above itself is refused with a pointer, and the tree stays', async () => {
    const path = `/v1/legal-entities/${legalEntityId}/org-units`;
    const unit = (id: string, parentId: string) => ({ id, legalEntityId, name: { zh: id, en: id }, parentId });
    const before = await send(host.baseUrl, tokens.payroll, 'GET', path);
    const units = [...(before as { units: object[] }).units, unit('ring-1', 'ring-2'), unit('ring-2', 'ring-1')];
    await expect(send(host.baseUrl, tokens.payroll, 'PUT', path, { units })).rejects.toThrow(/400 .*"cycle"/);
    expect(await send(host.baseUrl, tokens.payroll, 'GET', path)).toEqual(before);
  });

  test('a day of hiring that was wrong is corrected: what is only for those hired since is posted at once, and taken back', async () => {
    const newcomers = { ...CUSTOMER, id: 'newcomers', amountFen: 1_000, stacks: true, for: { hiredFrom: '2025-06-01' } };
    await publishPlan(planOf([COMMISSION, { ...CUSTOMER, stacks: true }, newcomers]), '2026-01-01', { baseUrl: host.baseUrl, tokens });
    await host.drain();
    const before = await balance();
    const paid = async () =>
      (await awards()).filter(({ ruleId }) => ruleId === 'newcomers').reduce((sum, { amountFen }) => sum + amountFen, 0);
    expect(await paid()).toBe(0);
    const path = `/v1/people/${PEOPLE[0]}`;
    const { version: _, ...person } = (await send(host.baseUrl, tokens.payroll, 'GET', path)) as Record<string, unknown>;
    const [assignment] = person['assignments'] as object[];
    const corrected = { ...person, hiredOn: '2025-06-01', assignments: [{ ...assignment, from: '2025-06-01' }] };
    await send(host.baseUrl, tokens.payroll, 'PUT', path, corrected);
    await host.drain();
    expect(await paid()).toBeGreaterThan(0);
    expect(await balance()).toBe(before + (await paid()));
    await send(host.baseUrl, tokens.payroll, 'PUT', path, person);
    await host.drain();
    expect([await paid(), await balance()]).toEqual([0, before]);
    await publishPlan(planOf([COMMISSION, CUSTOMER]), '2026-01-01', { baseUrl: host.baseUrl, tokens });
    await host.drain();
    expect(await balance()).toBe(before);
  });

  test('a rule that is removed takes back what it paid, entry by entry, and pays it again when it returns', async () => {
    const before = await balance();
    const paid = (await awards()).filter(({ ruleId }) => ruleId === 'customer').reduce((sum, { amountFen }) => sum + amountFen, 0);
    await publishPlan(planOf([COMMISSION]), '2026-01-01', { baseUrl: host.baseUrl, tokens });
    await host.drain();
    expect(paid).toBeGreaterThan(0);
    expect(before - (await balance())).toBe(paid);
    const gone = (await awards()).filter(({ ruleId }) => ruleId === 'customer');
    expect(gone.every(({ amountFen }) => amountFen === 0)).toBe(true);
    expect(gone[0]?.formula.zh).toContain('当前方案中已没有这条激励规则');
    await publishPlan(planOf([COMMISSION, CUSTOMER]), '2026-01-01', { baseUrl: host.baseUrl, tokens });
    await host.drain();
    expect(await balance()).toBe(before);
  });
});
