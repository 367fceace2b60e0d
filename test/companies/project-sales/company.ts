/** Company 4, 项目: weights by the stage of a project, the person by amount. A 95 × 600,000 and B 102 × 400,000 give 97.80. */
import { type Company, november, type SourceFact, whole } from '../company.ts';

export const PROJECT_SELLER = 'c4-pan-yue';

export const atStage = (
  project: string,
  stage: string,
  more: { day: number; amountFen: number; days: number; id?: string },
): SourceFact => ({
  id: more.id ?? `stage-${project}-${more.day}`,
  type: 'project.stage-completed',
  occurredAt: november(more.day),
  owners: whole(PROJECT_SELLER),
  subject: { projectId: project, customerId: `client-${project}` },
  amountFen: more.amountFen,
  attributes: { stage, days: more.days },
});
export const rated = (project: string, day: number, rating: number): SourceFact => ({
  id: `rating-${project}-${day}`,
  type: 'customer.satisfaction-rated',
  occurredAt: november(day),
  owners: whole(PROJECT_SELLER),
  subject: { projectId: project, customerId: `client-${project}` },
  attributes: { rating },
});

export const projectSales: Company = {
  number: 4,
  legalEntityId: 'project-sales',
  name: { zh: '恒基项目', en: 'Hengji Projects' },
  unit: { id: 'c4-key-projects', zh: '重点项目部', en: 'Key projects' },
  manager: { id: 'c4-lu-ming', name: '陆鸣', positionId: 'project-lead', externalId: 'c4-lu-ming', baseSalaryFen: 2_000_000 },
  people: [{ id: PROJECT_SELLER, name: '潘悦', positionId: 'project-sales', externalId: PROJECT_SELLER, baseSalaryFen: 1_200_000 }],
  plan: 'project-sales',
  source: {
    id: 'projects',
    kind: 'standard-webhooks',
    mapping: 'standard-facts',
    secret: 'whsec_ZGVtby1wcm9qZWN0LXNhbGVzLXNlY3JldC0wMDE=',
  },
  // The rating of a project may come before its stage.
  facts: [
    rated('a', 5, 4.5),
    atStage('a', '实施', { day: 12, amountFen: 60_000_000, days: 100 }),
    atStage('b', '验收', { day: 10, amountFen: 40_000_000, days: 75 }),
    rated('b', 18, 4.05),
  ],
};
