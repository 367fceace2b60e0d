/**
 * Company 5, 工业设备: 40, 24, 12 and 3 opportunities reached 初步接触, 需求调研, 方案提交 and 签单: 60 %, 50 %, 25 %. The team's last step is 40 %.
 * Source Standard Webhooks.
 */
import { type Company, november, type SourceFact, whole } from '../company.ts';

export const STAGES = ['初步接触', '需求调研', '方案提交', '签单'] as const;
const [OWN, COLLEAGUE] = ['eq-501', 'eq-502'];

export const stageChanged = (owner: string, opportunityId: string, stage: string, day: number, nth = ''): SourceFact => ({
  id: `${opportunityId}-${STAGES.indexOf(stage as (typeof STAGES)[number]) + 1}${nth}`,
  type: 'opportunity.stage-changed',
  occurredAt: november(day),
  owners: whole(owner),
  subject: { opportunityId },
  attributes: { stage },
});

/** `reached[k]` opportunities of an owner got to stage k. */
const funnel = (owner: string, reached: readonly number[]): SourceFact[] =>
  STAGES.flatMap((stage, place) =>
    Array.from({ length: reached[place] ?? 0 }, (_, index) => stageChanged(owner, `${owner}-o${index + 1}`, stage, 2 + place * 5)),
  );

/** The second opportunity went from the first contact straight to the proposal: it passed the survey all the same. */
const skipped = `${OWN}-o2-2`;

export const industrialEquipment: Company = {
  number: 5,
  legalEntityId: 'industrial',
  name: { zh: '重工装备', en: 'Zhonggong Equipment' },
  unit: { id: 'c5-north', zh: '华北大客户部', en: 'North China key accounts' },
  manager: { id: 'c5-guo-qiang', name: '郭强', positionId: 'key-account-lead', externalId: 'eq-500', baseSalaryFen: 2_200_000 },
  people: [
    { id: 'c5-jiang-tao', name: '姜涛', positionId: 'key-account-manager', externalId: OWN, baseSalaryFen: 1_200_000 },
    { id: 'c5-shen-yue', name: '沈悦', positionId: 'key-account-manager', externalId: COLLEAGUE, baseSalaryFen: 1_200_000 },
  ],
  plan: 'industrial-equipment',
  source: {
    id: 'crm-industrial',
    kind: 'standard-webhooks',
    mapping: 'standard-facts',
    secret: 'whsec_ZGVtby1pbmR1c3RyaWFsLXNlY3JldC1tZXJpdHI=',
  },
  facts: [
    ...funnel(OWN, [40, 24, 12, 3]).filter(({ id }) => id !== skipped),
    // Reopened after it was won, and back at the proposal: counts once.
    stageChanged(OWN, `${OWN}-o1`, '方案提交', 20, '-again'),
    // 8 proposals of which 5 were won: with the 3 of 12, the team's step is 8 of 20.
    ...funnel(COLLEAGUE, [10, 9, 8, 5]),
  ],
};
