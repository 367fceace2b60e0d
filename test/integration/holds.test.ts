/** What is held until the customer pays, a delivery or a day, through the real doors: an order of October that is paid in November. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eCommerce } from '../companies/e-commerce/company.ts';
import { erpSource, type LoadTokens, loadStructure, publishPlan, send } from '../companies/load-company.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { staffTokens } from './staff-tokens.ts';

let host: Embedded;
let tokens: LoadTokens;
const { legalEntityId } = eCommerce;
const [SELLER, COLLECTOR] = ['c7-zhao-lei', 'c7-he-jun'];

const rule = (id: string, more: object) => ({
  id,
  name: { zh: id, en: id },
  category: 'commission',
  kind: 'per-fact',
  stacks: true,
  ...more,
});
const PLAN = {
  id: 'holds',
  name: { zh: '回款提成', en: 'Commission as paid' },
  legalEntityId,
  appliesTo: { kind: 'position', id: 'shop-operator' },
  metrics: [{ id: 'collected', name: { zh: '回款', en: 'Collected' }, fold: 'sum', unit: 'fen', factTypes: ['order.paid'] }],
  scheme: {
    indicators: [
      { id: 'collected', name: { zh: '回款', en: 'Collected' }, kind: 'result', metric: 'collected', weight: '100', target: '100000' },
    ],
  },
  rewards: [
    rule('collect', { per: 'order', where: 'order.amount >= 1000000', rate: '3%', release: { when: 'paid', part: 'share' } }),
    rule('go-live', { per: 'order', where: 'true', amountFen: 50_000, clawback: 'pro-rata', release: { when: 'delivered' } }),
    rule('stays', { per: 'order', where: 'true', rate: '0.1%', release: { when: 'days', days: 10 } }),
    rule('much-later', { per: 'customer', where: 'true', amountFen: 700, release: { when: 'days', days: 730 } }),
  ],
  examples: [
    {
      name: { zh: '次月回款', en: 'paid in the next month' },
      month: '2026-10',
      facts: [
        { type: 'order.signed', date: '2026-10-18', amountFen: 8_000_000, subject: { orderId: 'o', customerId: 'c' } },
        { type: 'order.paid', date: '2026-11-05', amountFen: 3_000_000, subject: { orderId: 'o', customerId: 'c' } },
      ],
      expects: { rewards: { collect: 90_000, 'go-live': 0, stays: 8_000 }, metrics: { collected: '0' } },
    },
  ],
};

const fact = (id: string, type: string, occurredAt: string, amountFen: number | undefined, more: object = {}) => ({
  id,
  type,
  occurredAt,
  credits: [{ employeeId: SELLER }],
  subject: { orderId: 'order-1', customerId: 'customer-1' },
  ...(amountFen === undefined ? {} : { amountFen }),
  ...more,
});
const sendFacts = async (...facts: readonly object[]): Promise<void> => {
  const { results } = (await send(host.baseUrl, tokens.operator, 'POST', `/v1/facts?source=${erpSource(eCommerce)}`, { facts })) as {
    results: readonly { outcome: string }[];
  };
  expect(results.map(({ outcome }) => outcome).filter((outcome) => !['recorded', 'corrected'].includes(outcome))).toEqual([]);
  await host.drain();
};
interface AwardItem {
  readonly ruleId: string;
  readonly amountFen: number;
  readonly heldFen?: number;
  readonly factIds: readonly string[];
  readonly tests: readonly { readonly zh: string }[];
  readonly formula: { readonly zh: string };
}
const get = <T>(path: string): Promise<T> => send(host.baseUrl, tokens.payroll, 'GET', path) as Promise<T>;
const awards = async (): Promise<readonly AwardItem[]> =>
  (await get<{ items: readonly AwardItem[] }>(`/v1/people/${SELLER}/awards/2026-10`)).items;
const standing = async (): Promise<Record<string, [number, number]>> =>
  Object.fromEntries((await awards()).map(({ ruleId, amountFen, heldFen = 0 }) => [ruleId, [amountFen, heldFen]]));

beforeAll(async () => {
  host = await startEmbedded();
  tokens = await staffTokens(host);
  await loadStructure(eCommerce, { baseUrl: host.baseUrl, tokens });
  await publishPlan(PLAN, '2026-01-01', { baseUrl: host.baseUrl, tokens });
  const ofLead = { ...PLAN, id: 'holds-lead', appliesTo: { kind: 'position', id: 'shop-lead' } };
  await publishPlan(ofLead, '2026-01-01', { baseUrl: host.baseUrl, tokens });
}, 120_000);
afterAll(() => host?.stop());

describe('an order of 80,000 of October', () => {
  test('holds what waits for the customer and the delivery, and pays what only waited ten days', async () => {
    await sendFacts(fact('sign-1', 'order.signed', '2026-10-18T10:00:00+08:00', 8_000_000));
    expect(await standing()).toEqual({ collect: [0, 240_000], 'go-live': [0, 50_000], stays: [8_000, 0], 'much-later': [0, 700] });
  });

  test('pays three eighths when 30,000 come in November, whoever collects them, and says so', async () => {
    await sendFacts(fact('paid-1', 'order.paid', '2026-11-05T10:00:00+08:00', 3_000_000, { credits: [{ employeeId: COLLECTOR }] }));
    expect((await standing())['collect']).toEqual([90_000, 150_000]);
    const collect = (await awards()).find(({ ruleId }) => ruleId === 'collect');
    expect(collect?.tests.at(-1)?.zh).toBe('按回款比例发放:已回款 30,000.00 元,订单净额 80,000.00 元,比例 37.5%:达到');
    expect(collect?.formula.zh).toBe('订单净额 80,000.00 元 × 3% = 2,400.00 元;现发 900.00 元,暂扣 1,500.00 元待发');
  });

  test('the chain is walkable both ways: from the award to the payment, from the payment to the award and its entry', async () => {
    const source = erpSource(eCommerce);
    const collect = (await awards()).find(({ ruleId }) => ruleId === 'collect');
    expect(collect?.factIds).toEqual([`${source}:sign-1`, `${source}:paid-1`]);
    const effects = await get<{
      fact: { credits: readonly object[] };
      credits: readonly {
        employeeId: string;
        period: string;
        awards: readonly { ruleId: string }[];
        entries: readonly { amountFen: number }[];
      }[];
    }>(`/v1/facts/${encodeURIComponent(`${source}:paid-1`)}/effects`);
    expect(effects.fact.credits).toMatchObject([
      { employeeId: COLLECTOR, period: '2026-11' },
      { employeeId: SELLER, period: '2026-10', settles: true },
    ]);
    const ofSeller = effects.credits.find(({ employeeId }) => employeeId === SELLER);
    expect(ofSeller?.awards.map(({ ruleId }) => ruleId)).toContain('collect');
    expect(ofSeller?.entries.map(({ amountFen }) => amountFen)).toEqual([90_000]);
  });

  test('a payment counts as collected where it is credited, and nowhere else', async () => {
    const collected = async (employeeId: string, period: string): Promise<string | null> => {
      const { score } = await get<{ score: { indicators: readonly { actual: string | null }[] } }>(
        `/v1/people/${employeeId}/scores/${period}`,
      );
      return score.indicators[0]?.actual ?? null;
    };
    expect(await collected(COLLECTOR, '2026-11')).toBe('30,000.00');
    expect(await collected(SELLER, '2026-10')).toBe('0.00');
  });

  test('accruals of October say what is held, and reconcile', async () => {
    const { total, reconciles } = await get<{ total: object; reconciles: boolean }>(`/v1/accruals/${legalEntityId}/2026-10`);
    expect(total).toEqual({ earnedFen: 98_000, postedFen: 98_000, paidFen: 0, openFen: 98_000, heldFen: 200_700 });
    expect(reconciles).toBe(true);
  });

  test('a refund of 20,000 leaves half as the paid share, and takes its part of the bonus', async () => {
    await sendFacts(fact('back-1', 'order.refunded', '2026-11-06T10:00:00+08:00', 2_000_000));
    expect(await standing()).toEqual({ collect: [90_000, 90_000], 'go-live': [0, 37_500], stays: [6_000, 0], 'much-later': [0, 700] });
  });

  test('the delivery and the rest of the money release everything that waits for them; a payment that is withdrawn takes it back', async () => {
    await sendFacts(fact('live-1', 'project.delivered', '2026-11-07T10:00:00+08:00', undefined));
    expect((await standing())['go-live']).toEqual([37_500, 0]);
    await sendFacts(fact('paid-2', 'order.paid', '2026-11-08T10:00:00+08:00', 3_000_000));
    expect((await standing())['collect']).toEqual([180_000, 0]);
    await sendFacts(fact('paid-2', 'order.paid', '2026-11-08T10:00:00+08:00', 3_000_000, { revision: 2, voided: true }));
    expect((await standing())['collect']).toEqual([90_000, 90_000]);
  });

  test('everything refunded returns the balance to 0', async () => {
    await sendFacts(fact('back-2', 'order.refunded', '2026-11-09T10:00:00+08:00', 6_000_000));
    expect((await get<{ balanceFen: number }>(`/v1/people/${SELLER}/ledger/balance`)).balanceFen).toBe(0);
    expect(Object.values(await standing())).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});

test('what if: a deal says what it would hold', async () => {
  const answer = (await send(host.baseUrl, tokens.payroll, 'POST', `/v1/people/${SELLER}/what-if/2026-10`, {
    deals: [{ type: 'order.signed', amountFen: 2_000_000 }],
  })) as { money: { difference: string; rules: readonly { id: string; after: string; held: string }[] } };
  expect(answer.money.rules.map(({ id, after, held }) => [id, after, held])).toEqual([
    ['collect', '0.00', '600.00'],
    ['go-live', '0.00', '500.00'],
    ['stays', '20.00', '0.00'],
    ['much-later', '0.00', '7.00'],
  ]);
});
