/** Company 7, 电商: 2 % of shop sales, 1,000 for each point of conversion above 3.0 %. Source Standard Webhooks. 2,600, then +400. */
import { type Company, november, type SourceFact, series, whole } from '../company.ts';

const OWNER = 'shop-7001';
const sales = (id: string, occurredAt: string, amountFen: number): SourceFact => ({
  id,
  type: 'store.sales',
  occurredAt,
  owners: whole(OWNER),
  subject: { storeId: 'flagship' },
  amountFen,
});

export const eCommerce: Company = {
  number: 7,
  legalEntityId: 'ecommerce',
  name: { zh: '云集电商', en: 'Yunji E-commerce' },
  unit: { id: 'c7-shops', zh: '店铺运营部', en: 'Shop operations' },
  manager: { id: 'c7-he-jun', name: '何军', positionId: 'shop-lead', externalId: 'shop-7000', baseSalaryFen: 1_600_000 },
  people: [{ id: 'c7-zhao-lei', name: '赵磊', positionId: 'shop-operator', externalId: OWNER, baseSalaryFen: 900_000 }],
  plan: 'e-commerce',
  source: {
    id: 'shop-ecommerce',
    kind: 'standard-webhooks',
    mapping: 'standard-facts',
    secret: 'whsec_ZGVtby1zaG9wLXNlY3JldC1vZi1tZXJpdHJhaWwtMDE=',
  },
  facts: [
    ...series(10, 18, (index, occurredAt) => sales(`sales-${index + 1}`, occurredAt, 1_000_000)),
    ...series(10, 18, (index, occurredAt) => ({
      id: `traffic-${index + 1}`,
      type: 'store.traffic',
      occurredAt,
      owners: whole(OWNER),
      subject: { storeId: 'flagship' },
      attributes: { visitors: 1_000, orders: 36 },
    })),
  ],
};

/** 「今天销售额增加了2万元,提成多了400元」 */
export const anotherTwentyThousand: readonly SourceFact[] = [sales('sales-today', november(20), 2_000_000)];
