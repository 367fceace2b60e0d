/** Loads a company through the HTTP API, as a company would load its own: structure, people, pay terms, source, plan, then its webhooks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Company, CompanyPerson, CompanyVisits, SourceFact } from './company.ts';
import { webhookOf } from './webhook-of.ts';

export interface LoadTokens {
  readonly payroll: string;
  readonly operator: string;
  readonly planOwner: string;
  readonly planApprover: string;
  /** The person who visits customers: only where a company has visits. */
  readonly visitor?: string;
}
export interface LoadOptions {
  readonly baseUrl: string;
  readonly tokens: LoadTokens;
  readonly log?: (line: string) => void;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The plan files of the companies, by name. Relative to the folder npm runs in: this code is also bundled into the host. */
export const planDocument = (name: string): unknown => parse(readFileSync(join(process.cwd(), 'test/plans', `${name}.yaml`), 'utf8'));

/** @throws Error with the problem's text when a request is refused. */
export const send = async (baseUrl: string, token: string, method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 2000)}`);
  return text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
};

const HIRED = '2025-01-06';

const employee = (company: Company, person: CompanyPerson): object => ({
  id: person.id,
  legalEntityId: company.legalEntityId,
  name: person.name,
  hiredOn: person.hiredOn ?? HIRED,
  assignments: [{ from: person.hiredOn ?? HIRED, orgUnitId: company.unit.id, positionId: person.positionId }],
  externalIds: [{ source: company.source.id, externalId: person.externalId }],
});

/** Shanghai, insured on the salary, fund 7 %. The account number is made from the id: the same on every load, another for each. */
const payTerms = (person: CompanyPerson): object => {
  const from = person.hiredOn ?? HIRED;
  const digits = [...person.id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7);
  return {
    taxResidence: 'resident',
    payItems: [{ from, item: 'base-salary', amountFen: person.baseSalaryFen }],
    insurance: [{ from, city: 'shanghai', baseFen: person.baseSalaryFen, fundBaseFen: person.baseSalaryFen, fundPercent: '7' }],
    additionalDeductions: Array.from({ length: person.children ?? 0 }, () => ({ from, kind: 'child', amountFen: 200_000 })),
    bankAccount: { bank: '招商银行', accountName: person.name, accountNumber: `622588${String(digits).padStart(10, '0')}` },
  };
};

/** The source of a company's ERP batches. */
export const erpSource = ({ legalEntityId }: Company): string => `erp-${legalEntityId}`;

/** Everything but what happened. Loading again changes nothing. */
export const loadStructure = async (company: Company, { baseUrl, tokens }: LoadOptions): Promise<void> => {
  const { legalEntityId, unit, manager, source } = company;
  await send(baseUrl, tokens.payroll, 'PUT', `/v1/legal-entities/${legalEntityId}`, { id: legalEntityId, name: company.name });
  const units = [{ id: unit.id, legalEntityId, name: { zh: unit.zh, en: unit.en }, managerEmployeeId: manager.id }];
  await send(baseUrl, tokens.payroll, 'PUT', `/v1/legal-entities/${legalEntityId}/org-units`, { units });
  for (const person of [manager, ...company.people]) {
    await send(baseUrl, tokens.payroll, 'PUT', `/v1/people/${person.id}`, employee(company, person));
    await send(baseUrl, tokens.payroll, 'PUT', `/v1/people/${person.id}/pay-terms`, payTerms(person));
  }
  await send(baseUrl, tokens.operator, 'PUT', `/v1/sources/${source.id}`, {
    id: source.id,
    kind: source.kind,
    legalEntityId,
    name: { zh: `${company.name.zh} CRM`, en: `${company.name.en} CRM` },
    secrets: [source.secret],
    ...(source.organizationId ? { organizationId: source.organizationId } : {}),
    mapping: { shipped: source.mapping },
  });
  // The ERP sends batches by token; its facts name employees.
  await send(baseUrl, tokens.operator, 'PUT', `/v1/sources/${erpSource(company)}`, {
    id: erpSource(company),
    kind: 'erp-batch',
    legalEntityId,
    name: { zh: `${company.name.zh} ERP`, en: `${company.name.en} ERP` },
    mapping: { shipped: 'standard-facts' },
  });
  await publishPlan(company.plan, '2026-01-01', { baseUrl, tokens });
};

/** Draft → verified → approved by another person → published. */
export const publishPlan = async (
  planOrName: string | { readonly id: string },
  effectiveFrom: string,
  { baseUrl, tokens }: LoadOptions,
  midMonth: 'segments' | 'replace' = 'segments',
): Promise<void> => {
  const document = typeof planOrName === 'string' ? (planDocument(planOrName) as { readonly id: string }) : planOrName;
  const plan = `/v1/plans/${document.id}`;
  await send(baseUrl, tokens.planOwner, 'PUT', `${plan}/draft`, document);
  const { digest } = (await send(baseUrl, tokens.planOwner, 'POST', `${plan}/verify`, {})) as { readonly digest: string };
  await send(baseUrl, tokens.planApprover, 'POST', `${plan}/approve`, { digest });
  await send(baseUrl, tokens.planOwner, 'POST', `${plan}/publish`, { effectiveFrom, midMonth });
};

/** Sends facts as the company's source would: its own payload, its own signature, in batches as it sends them. @throws when one is refused. */
export const sendFacts = async (company: Company, facts: readonly SourceFact[], baseUrl: string): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (const webhook of webhookOf(company, facts, baseUrl)) {
    const response = await fetch(webhook.url, { method: 'POST', headers: webhook.headers, body: webhook.body });
    const body = await response.text();
    if (!response.ok) throw new Error(`webhook of ${company.source.id}: ${response.status} ${body.slice(0, 2000)}`);
    answers.push({ status: response.status, body });
  }
  return answers;
};

const ERP_BATCH = 100;
/** Sends facts as the company's ERP would, in batches. @throws when one is not recorded. */
export const sendErpFacts = async (company: Company, facts: readonly SourceFact[], { baseUrl, tokens }: LoadOptions): Promise<void> => {
  for (let start = 0; start < facts.length; start += ERP_BATCH) {
    const batch = facts.slice(start, start + ERP_BATCH).map(({ owners, ...fact }) => ({
      ...fact,
      credits: owners.map(({ owner, share }) => ({ employeeId: owner, share })),
    }));
    const answer = (await send(baseUrl, tokens.operator, 'POST', `/v1/facts?source=${erpSource(company)}`, { facts: batch })) as {
      readonly results: readonly { readonly outcome: string }[];
    };
    const refused = answer.results.filter(({ outcome }) => outcome !== 'recorded' && outcome !== 'duplicate');
    if (refused.length > 0) throw new Error(`ERP of ${company.legalEntityId}: ${JSON.stringify(refused).slice(0, 2000)}`);
  }
};

const visitorOf = ({ visitor }: LoadTokens): string => {
  if (visitor === undefined) throw new Error('the token of the person who visits customers is missing');
  return visitor;
};

/** Customers' sites and the policy by the office; consent, check-ins and follow-ups by the person's own phone. @throws when one is refused. */
export const loadVisits = async (company: Company, visits: CompanyVisits, { baseUrl, tokens }: LoadOptions): Promise<void> => {
  const { legalEntityId } = company;
  const { policies, customers, uploads, followUps } = visits;
  await send(baseUrl, tokens.planOwner, 'PUT', `/v1/legal-entities/${legalEntityId}/visit-policies`, { policies });
  for (const { id, ...sites } of customers) await send(baseUrl, tokens.payroll, 'PUT', `/v1/customers/${legalEntityId}/${id}/sites`, sites);
  await send(baseUrl, visitorOf(tokens), 'PUT', '/v1/me/location-consent', { given: true, textVersion: 'location-2026-1' });
  for (const checkIns of uploads) await uploadCheckIns(checkIns, { baseUrl, tokens });
  for (const followUp of followUps) await send(baseUrl, visitorOf(tokens), 'POST', '/v1/follow-ups', followUp);
};

/** An upload of the phone's queue. @throws when one record is refused. */
export const uploadCheckIns = async (checkIns: readonly object[], { baseUrl, tokens }: LoadOptions): Promise<void> => {
  const body = { queueId: 'phone-1', device: { id: 'phone-of-the-visitor' }, sentAt: new Date().toISOString(), checkIns };
  const answer = (await send(baseUrl, visitorOf(tokens), 'POST', '/v1/check-ins', body)) as {
    readonly results: readonly { readonly outcome: string }[];
  };
  const refused = answer.results.filter(({ outcome }) => outcome === 'refused');
  if (refused.length > 0) throw new Error(`check-ins: ${JSON.stringify(refused).slice(0, 2000)}`);
};

export const loadCompany = async (company: Company, options: LoadOptions): Promise<void> => {
  const erpFacts = company.erpFacts ?? [];
  await loadStructure(company, options);
  await sendFacts(company, company.facts, options.baseUrl);
  await sendErpFacts(company, erpFacts, options);
  if (company.visits) await loadVisits(company, company.visits, options);
  options.log?.(
    `${String(company.number).padStart(2)}  ${company.name.zh} · ${company.name.en}: ${company.people.length + 1} people, ${company.facts.length + erpFacts.length} facts by ${company.facts.length > 0 ? company.source.kind : 'ERP batch'}`,
  );
};
