/** Company 9, 科技公司: contract value 50, new customers 25, renewal 20, process 5; the November payslip of its salesperson. Source HubSpot. */
import { type Company, series, whole } from '../company.ts';

const OWNER = '9001';

export const saas: Company = {
  number: 9,
  legalEntityId: 'saas',
  name: { zh: '云帆软件', en: 'Yunfan Software' },
  unit: { id: 'c9-east', zh: '华东销售部', en: 'East China sales' },
  manager: { id: 'c9-qin-gang', name: '秦刚', positionId: 'sales-manager', externalId: '9000', baseSalaryFen: 2_500_000 },
  people: [
    {
      id: 'c9-lin-xiaowen',
      name: '林晓雯',
      positionId: 'account-manager',
      externalId: OWNER,
      hiredOn: '2025-03-03',
      baseSalaryFen: 1_200_000,
      children: 1,
    },
  ],
  plan: 'saas',
  source: { id: 'hubspot-saas', kind: 'hubspot', mapping: 'hubspot-deals', secret: 'hubspot-demo-client-secret-saas' },
  facts: [
    ...series(8, 20, (index, occurredAt) => ({
      id: `deal-${index + 1}`,
      type: 'order.signed',
      occurredAt,
      owners: whole(OWNER),
      subject: { orderId: `deal-${index + 1}`, customerId: `client-${index + 1}` },
      amountFen: 5_000_000,
    })),
    ...series(3, 20, (index, occurredAt) => ({
      id: `client-${index + 1}`,
      type: 'customer.won',
      occurredAt,
      owners: whole(OWNER),
      subject: { customerId: `client-${index + 1}` },
    })),
    ...series(10, 20, (index, occurredAt) => ({
      id: `due-${index + 1}`,
      type: 'contract.due',
      occurredAt,
      owners: whole(OWNER),
      subject: { contractId: `lic-${index + 1}`, customerId: `client-${20 + index}` },
    })),
    ...series(8, 20, (index, occurredAt) => ({
      id: `renewed-${index + 1}`,
      type: 'contract.renewed',
      occurredAt,
      owners: whole(OWNER),
      subject: { contractId: `lic-${index + 1}`, customerId: `client-${20 + index}` },
    })),
    ...series(20, 20, (index, occurredAt) => ({
      id: `call-${index + 1}`,
      type: 'followup.logged',
      occurredAt,
      owners: whole(OWNER),
      subject: { customerId: `client-${(index % 8) + 1}` },
    })),
  ],
};

/** Ten earlier months at 12,000 with the same insurance and one child, as imported. */
export const saasOpening = {
  months: 10,
  lastTaxMonth: 10,
  incomeFen: 12_000_000,
  specialDeductionFen: 2_100_000,
  additionalDeductionFen: 2_000_000,
  withheldFen: 87_000,
  source: 'imported from the payroll system before',
};
export const saasAttendance = { unpaidLeaveDays: 2, source: 'leave request L-2026-118' };
