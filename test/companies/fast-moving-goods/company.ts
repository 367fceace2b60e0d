/**
 * Company 10, 快消: sales 70 with a gate of 3 new customers. 130 % of target with one new customer is 56.00 of 70, with the third 84.00. Goods
 * that come back a month later claw the commission back then, named by the month it was earned in. Source 纷享销客.
 */
import { type Company, november, type SourceFact, series, whole } from '../company.ts';

const [OWNER, RETURNS] = ['fm-1', 'fm-2'];

const won = (customerId: string, day: number): SourceFact => ({
  id: customerId,
  type: 'customer.won',
  occurredAt: november(day),
  owners: whole(OWNER),
  subject: { customerId },
});
const order = (owner: string, id: string, occurredAt: string, amountFen: number): SourceFact => ({
  id,
  type: 'order.signed',
  occurredAt,
  owners: whole(owner),
  subject: { orderId: id, customerId: `shop-${id}` },
  amountFen,
});

export const fastMovingGoods: Company = {
  number: 10,
  legalEntityId: 'fmcg',
  name: { zh: '好味快消', en: 'Haowei Fast-moving Goods' },
  unit: { id: 'c10-central', zh: '华中销售部', en: 'Central China sales' },
  manager: { id: 'c10-ma-chao', name: '马超', positionId: 'sales-lead', externalId: 'fm-0', baseSalaryFen: 1_700_000 },
  people: [
    { id: 'c10-deng-li', name: '邓丽', positionId: 'field-sales', externalId: OWNER, baseSalaryFen: 800_000 },
    { id: 'c10-xie-fei', name: '谢飞', positionId: 'field-sales', externalId: RETURNS, baseSalaryFen: 800_000 },
  ],
  plan: 'fast-moving-goods',
  source: { id: 'fxiaoke-fmcg', kind: 'fxiaoke', mapping: 'fxiaoke-crm', secret: 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=' },
  facts: [
    ...series(13, 18, (index, occurredAt) => order(OWNER, `fm-${index + 1}`, occurredAt, 1_000_000)),
    won('fm-new-1', 4),
    order(RETURNS, 'fm-october', '2026-10-12T10:00:00+08:00', 20_000_000),
  ],
};

/** The second and the third new customer of the month. */
export const twoMoreCustomers: readonly SourceFact[] = [won('fm-new-2', 19), won('fm-new-3', 20)];

/** A quarter of October's goods comes back in November. */
export const goodsReturned: readonly SourceFact[] = [
  {
    id: 'fm-october-back',
    type: 'order.refunded',
    occurredAt: november(9),
    owners: whole(RETURNS),
    subject: { orderId: 'fm-october' },
    amountFen: 5_000_000,
  },
];
