/** Company 1, 企业服务: sales 40, new customers 25, renewal 20, follow-ups 15. Source 纷享销客. 87.92 points. */
import { type Company, series, whole } from '../company.ts';

const OWNER = '1001';

export const enterpriseServices: Company = {
  number: 1,
  legalEntityId: 'enterprise',
  name: { zh: '启明企业服务', en: 'Qiming Enterprise Services' },
  unit: { id: 'c1-east', zh: '华东销售部', en: 'East China sales' },
  manager: { id: 'c1-wang-min', name: '王敏', positionId: 'sales-manager', externalId: '1000', baseSalaryFen: 2_000_000 },
  people: [{ id: 'c1-chen-xi', name: '陈曦', positionId: 'account-manager', externalId: OWNER, baseSalaryFen: 1_000_000 }],
  plan: 'enterprise-services',
  source: { id: 'fxiaoke-enterprise', kind: 'fxiaoke', mapping: 'fxiaoke-crm', secret: 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=' },
  facts: [
    ...series(9, 20, (index, occurredAt) => ({
      id: `so-${index + 1}`,
      type: 'order.signed',
      occurredAt,
      owners: whole(OWNER),
      subject: { orderId: `so-${index + 1}`, customerId: `acc-${index + 1}` },
      amountFen: 5_000_000,
    })),
    ...series(6, 20, (index, occurredAt) => ({
      id: `acc-${index + 1}`,
      type: 'customer.won',
      occurredAt,
      owners: whole(OWNER),
      subject: { customerId: `acc-${index + 1}` },
    })),
    ...series(24, 20, (index, occurredAt) => ({
      id: `due-${index + 1}`,
      type: 'contract.due',
      occurredAt,
      owners: whole(OWNER),
      subject: { contractId: `ct-${index + 1}`, customerId: `old-${index + 1}` },
    })),
    ...series(18, 20, (index, occurredAt) => ({
      id: `renewed-${index + 1}`,
      type: 'contract.renewed',
      occurredAt,
      owners: whole(OWNER),
      subject: { contractId: `ct-${index + 1}`, customerId: `old-${index + 1}` },
    })),
    ...series(44, 20, (index, occurredAt) => ({
      id: `fu-${index + 1}`,
      type: 'followup.logged',
      occurredAt,
      owners: whole(OWNER),
      subject: { customerId: `acc-${(index % 12) + 1}` },
    })),
  ],
};
