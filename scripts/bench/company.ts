/** A legal entity of its own for a part of the benchmark: one unit, its manager `<id>-manager`, and people `<id>-0`, `<id>-1` … */
import type { Company } from '../../test/companies/company.ts';

export const benchCompany = (id: string, people: number): Company => {
  const person = (name: string) => ({ id: name, name, positionId: 'rep', externalId: `owner-${name}`, baseSalaryFen: 1_000_000 });
  return {
    number: 0,
    legalEntityId: id,
    name: { zh: '基准', en: 'Bench' },
    unit: { id: `${id}-unit`, zh: '部', en: 'Unit' },
    manager: person(`${id}-manager`),
    people: Array.from({ length: people }, (_, index) => person(`${id}-${index}`)),
    plan: 'e-commerce',
    source: {
      id: `${id}-source`,
      kind: 'standard-webhooks',
      mapping: 'standard-facts',
      secret: 'whsec_YmVuY2ggc2VjcmV0IG9mIHRoZSBiZW5jaG1hcms=',
    },
    facts: [],
  };
};
