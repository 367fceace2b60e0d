/**
 * Company 11, 新行业: 2,000 for the first customer in an industry in which the company has none, whoever is credited, outside every KPI. Split
 * 60/40 between two people: 1,200 + 800. Source HubSpot.
 */
import { type Company, november, type SourceFact, whole } from '../company.ts';

const [FIRST, SECOND, THIRD] = ['11001', '11002', '11003'];

const order = (id: string, customerId: string, occurredAt: string, owners: SourceFact['owners'], industry: string): SourceFact => ({
  id,
  type: 'order.signed',
  occurredAt,
  owners,
  subject: { orderId: id, customerId },
  amountFen: 30_000_000,
  attributes: { industry },
});

export const newIndustry: Company = {
  number: 11,
  legalEntityId: 'frontier',
  name: { zh: '拓新软件', en: 'Tuoxin Software' },
  unit: { id: 'c11-growth', zh: '行业拓展部', en: 'New industries' },
  manager: { id: 'c11-he-ping', name: '何平', positionId: 'sales-manager', externalId: '11000', baseSalaryFen: 2_000_000 },
  people: [
    { id: 'c11-tang-yu', name: '唐宇', positionId: 'industry-sales', externalId: FIRST, baseSalaryFen: 1_000_000 },
    { id: 'c11-feng-lan', name: '冯岚', positionId: 'industry-sales', externalId: SECOND, baseSalaryFen: 1_000_000 },
    { id: 'c11-shi-lei', name: '石磊', positionId: 'key-accounts', externalId: THIRD, baseSalaryFen: 1_000_000 },
  ],
  plan: 'new-industry',
  source: { id: 'hubspot-frontier', kind: 'hubspot', mapping: 'hubspot-deals', secret: 'hubspot-demo-client-secret-frontier' },
  facts: [
    order(
      'frontier-1',
      'robot-works',
      november(3),
      [
        { owner: FIRST, share: 60 },
        { owner: SECOND, share: 40 },
      ],
      '机器人',
    ),
    // The second customer of that industry, a colleague's.
    order('frontier-2', 'arm-systems', november(10), whole(THIRD), '机器人'),
  ],
};

/** The first customer of the industry takes everything back. */
export const firstTakenBack: readonly SourceFact[] = [
  {
    id: 'frontier-1-back',
    type: 'order.refunded',
    occurredAt: november(20),
    owners: whole(FIRST),
    subject: { orderId: 'frontier-1', customerId: 'robot-works' },
    amountFen: 30_000_000,
  },
];
