/** Company 2, 消费品: 500 for each new customer from 10,000 on, 1,000 more above ten of them. Source HubSpot. 6,500. */
import { type Company, november, type SourceFact, series, whole } from '../company.ts';

const OWNER = '2001';
const order = (id: string, customerId: string, occurredAt: string, amountFen: number): SourceFact => ({
  id,
  type: 'order.signed',
  occurredAt,
  owners: whole(OWNER),
  subject: { orderId: id, customerId },
  amountFen,
  attributes: { dealtype: 'newbusiness' },
});
const refund = (id: string, orderId: string, customerId: string, occurredAt: string, amountFen: number): SourceFact => ({
  id,
  type: 'order.refunded',
  occurredAt,
  owners: whole(OWNER),
  subject: { orderId, customerId },
  amountFen,
});

export const consumerGoods: Company = {
  number: 2,
  legalEntityId: 'consumer',
  name: { zh: '百味消费品', en: 'Baiwei Consumer Goods' },
  unit: { id: 'c2-field', zh: '渠道拓展部', en: 'Field sales' },
  manager: { id: 'c2-zhang-lin', name: '张琳', positionId: 'sales-manager', externalId: '2000', baseSalaryFen: 1_800_000 },
  people: [{ id: 'c2-li-na', name: '李娜', positionId: 'field-sales', externalId: OWNER, baseSalaryFen: 800_000 }],
  plan: 'consumer-goods',
  source: { id: 'hubspot-consumer', kind: 'hubspot', mapping: 'hubspot-deals', secret: 'hubspot-demo-client-secret-consumer' },
  // Ten of different sizes, one exactly at 10,000.00, one a fen below.
  facts: series(12, 16, (index, occurredAt) =>
    order(
      `deal-${index + 1}`,
      `buyer-${index + 1}`,
      occurredAt,
      index === 10 ? 1_000_000 : index === 11 ? 999_999 : 1_200_000 + index * 30_000,
    ),
  ),
};

/** One qualifying order is taken back in full: −500 and −1,000. */
export const firstRefund: readonly SourceFact[] = [refund('back-1', 'deal-1', 'buyer-1', november(17), 1_200_000)];
/** A second one is taken back, and the customer orders again the next day: the balance is what it was. */
export const refundAndReorder: readonly SourceFact[] = [
  refund('back-2', 'deal-2', 'buyer-2', november(18), 1_230_000),
  order('deal-2b', 'buyer-2', november(19), 1_230_000),
];
