/** Company 3, 渠道: dealer purchases 60, outlet coverage 40, from the ERP in batches. 48 + 37.33 = 85.33. */
import { type Company, november, type SourceFact, series, whole } from '../company.ts';

const SELLER = 'c3-tang-yi';

export const measured = (id: string, day: number, covered: number): SourceFact => ({
  id,
  type: 'channel.coverage-measured',
  occurredAt: november(day),
  owners: whole(SELLER),
  attributes: { covered, outlets: 900 },
});

export const channelSales: Company = {
  number: 3,
  legalEntityId: 'channel',
  name: { zh: '通达渠道', en: 'Tongda Channel' },
  unit: { id: 'c3-south', zh: '华南渠道部', en: 'South China channel' },
  manager: { id: 'c3-fan-bo', name: '范博', positionId: 'channel-lead', externalId: 'c3-fan-bo', baseSalaryFen: 1_800_000 },
  people: [{ id: SELLER, name: '唐毅', positionId: 'channel-manager', externalId: SELLER, baseSalaryFen: 1_000_000 }],
  plan: 'channel',
  source: {
    id: 'portal-channel',
    kind: 'standard-webhooks',
    mapping: 'standard-facts',
    secret: 'whsec_ZGVtby1jaGFubmVsLXNlY3JldC1vZi1tZXJpdHI=',
  },
  facts: [],
  erpFacts: [
    ...series(12, 20, (index, occurredAt) => ({
      id: `purchase-${index + 1}`,
      type: 'channel.purchase',
      occurredAt,
      owners: whole(SELLER),
      subject: { customerId: `dealer-${(index % 4) + 1}` },
      amountFen: 10_000_000,
    })),
    // The later measurement arrives first.
    measured('coverage-2', 19, 630),
    measured('coverage-1', 9, 540),
  ],
};
