/** What months carry from one to the next, through the real doors: a quarter with an advance, a cap of the year, a guarantee for a new hire; and a pool. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeBonus } from '../../services/bonus/compose.ts';
import { eCommerce } from '../companies/e-commerce/company.ts';
import { erpSource, type LoadTokens, loadStructure, publishPlan, send } from '../companies/load-company.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { staffTokens } from './staff-tokens.ts';

let host: Embedded;
let tokens: LoadTokens;
const { legalEntityId } = eCommerce;
const SELLER = 'c7-zhao-lei';
const NEWCOMER = 'c7-new';

const sales = (id: string, window: string) => ({
  id,
  name: { zh: id, en: id },
  window,
  fold: 'sum',
  unit: 'fen',
  factTypes: ['order.signed', 'order.refunded'],
  value: 'fact.type == "order.refunded" ? -fact.amount : fact.amount',
});
const rule = (id: string, more: object) => ({ id, name: { zh: id, en: id }, category: 'commission', ...more });
const PLAN = {
  id: 'carry',
  name: { zh: '季度提成', en: 'Commission of the quarter' },
  legalEntityId,
  appliesTo: { kind: 'position', id: 'shop-operator' },
  metrics: [sales('sales', 'month'), sales('quarter-sales', 'quarter')],
  rewards: [
    rule('quarter', {
      kind: 'tiered-rate',
      metric: 'quarter-sales',
      mode: 'slab',
      tiersBy: 'amount',
      tiers: [{ atLeast: '0', rate: '2%' }],
      trueUp: { advance: '50%' },
    }),
    rule('monthly', {
      kind: 'tiered-rate',
      metric: 'sales',
      mode: 'slab',
      tiersBy: 'amount',
      tiers: [{ atLeast: '0', rate: '1%' }],
      capPerYearFen: 100_000,
    }),
    rule('pool', { kind: 'pool', amountFen: 100_001, sharedBy: { by: 'metric', metric: 'sales' } }),
    rule('guarantee', { kind: 'draw', of: ['monthly'], guaranteeFen: 300_000, firstMonths: 2, for: { persons: [NEWCOMER] } }),
  ],
};

const order = (id: string, date: string, amountFen: number, type = 'order.signed', employeeId = SELLER) => ({
  id: `${type}-${id}`,
  type,
  occurredAt: `${date}T10:00:00+08:00`,
  credits: [{ employeeId }],
  subject: { orderId: id, customerId: `customer-${id}` },
  amountFen,
});
const sendFacts = async (...facts: readonly object[]): Promise<void> => {
  await send(host.baseUrl, tokens.operator, 'POST', `/v1/facts?source=${erpSource(eCommerce)}`, { facts });
  await host.drain();
};
interface AwardItem {
  readonly ruleId: string;
  readonly amountFen: number;
  readonly formula: { readonly zh: string };
}
const awards = async (employeeId: string, month: string): Promise<readonly AwardItem[]> =>
  ((await send(host.baseUrl, tokens.payroll, 'GET', `/v1/people/${employeeId}/awards/${month}`)) as { items: readonly AwardItem[] }).items;
const amounts = async (ruleId: string, employeeId = SELLER, months = ['2026-07', '2026-08', '2026-09']): Promise<(number | null)[]> =>
  Promise.all(months.map(async (month) => (await awards(employeeId, month)).find((one) => one.ruleId === ruleId)?.amountFen ?? null));

beforeAll(async () => {
  host = await startEmbedded();
  tokens = await staffTokens(host);
  await loadStructure(eCommerce, { baseUrl: host.baseUrl, tokens });
}, 120_000);
afterAll(() => host?.stop());

describe('a quarter of 100,000, 150,000 and nothing', () => {
  test('pays half in advance, and in its last month the whole; a late order of July is in all of them', async () => {
    await publishPlan(PLAN, '2026-01-01', { baseUrl: host.baseUrl, tokens });
    // The last month first: what comes before it is known later.
    await sendFacts(order('c', '2026-09-20', 100));
    await sendFacts(order('b', '2026-08-10', 15_000_000));
    await sendFacts(order('a', '2026-07-05', 10_000_000));
    expect(await amounts('quarter')).toEqual([100_000, 150_000, 250_002]);
    expect(await amounts('monthly')).toEqual([100_000, 0, 0]);
  });

  test('a refund of July moves every month after it, and what the year has left with it', async () => {
    await sendFacts(order('a', '2026-09-25', 6_000_000, 'order.refunded'));
    expect(await amounts('quarter')).toEqual([40_000, 150_000, 190_002]);
    expect(await amounts('monthly')).toEqual([40_000, 60_000, 0]);
    const [capped] = (await awards(SELLER, '2026-08')).filter(({ ruleId }) => ruleId === 'monthly');
    expect(capped?.formula.zh).toContain('本年上限 1,000.00 元,此前已计 400.00 元,本月按 600.00 元计');
  });

  test('a plan that changes in the middle goes on from what was paid', async () => {
    const [quarter, ...others] = PLAN.rewards;
    const lower = { ...PLAN, rewards: [{ ...quarter, tiers: [{ atLeast: '0', rate: '1%' }] }, ...others] };
    await publishPlan(lower, '2026-09-01', { baseUrl: host.baseUrl, tokens });
    await host.drain();
    // 1 % of 190,001.00 is 1,900.01; 400 and 1,500 were paid.
    expect(await amounts('quarter')).toEqual([40_000, 150_000, 1]);
  });
});

test('a new hire without a single fact is guaranteed the present month, at once, and has a share of the pool of the unit', async () => {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const month = today.slice(0, 7);
  await send(host.baseUrl, tokens.payroll, 'PUT', `/v1/people/${NEWCOMER}`, {
    id: NEWCOMER,
    legalEntityId,
    name: '新人',
    hiredOn: `${month}-01`,
    assignments: [{ from: `${month}-01`, orgUnitId: eCommerce.unit.id, positionId: 'shop-operator' }],
  });
  const again = { ...PLAN, metrics: PLAN.metrics.map((metric) => ({ ...metric, name: { zh: '销售额', en: 'Sales' } })) };
  await publishPlan(again, `${month}-01`, { baseUrl: host.baseUrl, tokens });
  await host.drain();
  expect(await amounts('guarantee', NEWCOMER, [month])).toEqual([300_000]);
  await sendFacts(order('first', today, 4_000_000, 'order.signed', NEWCOMER));
  expect(await amounts('guarantee', NEWCOMER, [month])).toEqual([260_000]);
  const [draw] = (await awards(NEWCOMER, month)).filter(({ ruleId }) => ruleId === 'guarantee');
  expect(draw?.formula.zh).toBe('保底 3,000.00 元 − 本月所得 400.00 元 = 补足 2,600.00 元');

  // The pool of the unit: two thirds and one third of 1,000.01, to the fen, and again when one of them sells more.
  const bonus = composeBonus(host.platform);
  await sendFacts(order('second', today, 2_000_000));
  await bonus.onPoolsDue();
  expect([await amounts('pool', NEWCOMER, [month]), await amounts('pool', SELLER, [month])]).toEqual([[66_667], [33_334]]);
  await sendFacts(order('third', today, 2_000_000));
  await bonus.onPoolsDue();
  expect([await amounts('pool', NEWCOMER, [month]), await amounts('pool', SELLER, [month])]).toEqual([[50_001], [50_000]]);
  const [share] = (await awards(NEWCOMER, month)).filter(({ ruleId }) => ruleId === 'pool');
  expect(share?.formula.zh).toBe('奖金池 1,000.01 元(2 人)× 本人 40,000.00 ÷ 合计 80,000.00 = 500.01 元(分摊到分,各人之和恰为奖金池)');
  expect(await bonus.onPoolsDue()).toEqual({ months: 0 });
});
