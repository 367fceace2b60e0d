/** Company 8: 2 %, one point more on the whole amount from 110 % of target on, 500 for five new customers; and its marginal variant. Source Salesforce. */
import { type Company, november, type SourceFact, series, whole } from '../company.ts';

const sale = (owner: string, id: string, amountFen: number, day = 12): SourceFact => ({
  id,
  type: 'order.signed',
  occurredAt: november(day),
  owners: whole(owner),
  subject: { orderId: id, customerId: `account-${id}` },
  amountFen,
});
const won = (owner: string, prefix: string): SourceFact[] =>
  series(5, 18, (index, occurredAt) => ({
    id: `${prefix}-${index + 1}`,
    type: 'customer.won',
    occurredAt,
    owners: whole(owner),
    subject: { customerId: `${prefix}-${index + 1}` },
  }));

/** A fen below the edge: 2,200.00. At the edge: 3,300.00. At the edge with five new customers: 3,800.00. */
export const tieredCommission: Company = {
  number: 8,
  legalEntityId: 'tiered',
  name: { zh: '阶梯科技', en: 'Jieti Technology' },
  unit: { id: 'c8-direct', zh: '直销部', en: 'Direct sales' },
  manager: { id: 'c8-xu-fang', name: '徐芳', positionId: 'sales-manager', externalId: '005000000000800', baseSalaryFen: 1_900_000 },
  people: [
    { id: 'c8-zhou-yan', name: '周燕', positionId: 'direct-sales', externalId: '005000000000801', baseSalaryFen: 900_000 },
    { id: 'c8-sun-hao', name: '孙浩', positionId: 'direct-sales', externalId: '005000000000802', baseSalaryFen: 900_000 },
    { id: 'c8-wu-di', name: '吴迪', positionId: 'direct-sales', externalId: '005000000000803', baseSalaryFen: 900_000 },
  ],
  plan: 'tiered-slab',
  source: {
    id: 'salesforce-tiered',
    kind: 'salesforce',
    mapping: 'salesforce-opportunity',
    secret: 'salesforce-demo-token-tiered',
    organizationId: '00Dxx0000008GEREA2',
  },
  facts: [
    sale('005000000000801', 'op-zhou-1', 10_999_999),
    sale('005000000000802', 'op-sun-1', 5_500_000),
    sale('005000000000802', 'op-sun-2', 5_500_000, 13),
    sale('005000000000803', 'op-wu-1', 11_000_000),
    ...won('005000000000803', 'new-wu'),
  ],
};

/** 110,000 → 2,200.00; 120,000 → 2,500.00. */
export const tieredMarginal: Company = {
  ...tieredCommission,
  legalEntityId: 'tiered-marginal',
  name: { zh: '阶梯科技(超额部分)', en: 'Jieti Technology, marginal' },
  unit: { id: 'c8m-direct', zh: '直销二部', en: 'Direct sales 2' },
  manager: { id: 'c8m-ma-li', name: '马丽', positionId: 'sales-manager', externalId: '005000000000810', baseSalaryFen: 1_900_000 },
  people: [
    { id: 'c8m-gao-jie', name: '高洁', positionId: 'direct-sales', externalId: '005000000000811', baseSalaryFen: 900_000 },
    { id: 'c8m-luo-bin', name: '罗斌', positionId: 'direct-sales', externalId: '005000000000812', baseSalaryFen: 900_000 },
  ],
  plan: 'tiered-marginal',
  source: {
    id: 'salesforce-marginal',
    kind: 'salesforce',
    mapping: 'salesforce-opportunity',
    secret: 'salesforce-demo-token-marginal',
    organizationId: '00Dxx0000009GEREA2',
  },
  facts: [sale('005000000000811', 'op-gao-1', 11_000_000), sale('005000000000812', 'op-luo-1', 12_000_000)],
};
