/**
 * Loads the demonstration companies through the HTTP API, as a company would load its own: the acceptance companies of `test/companies`,
 * the same data that the company tests run.
 */
import { COMPANIES } from '../../test/companies/companies.ts';
import { loadCompany, send } from '../../test/companies/load-company.ts';
import { pharma, pharmaAttendanceRules, pharmaLeave, pharmaVisits } from '../../test/companies/pharma/company.ts';
import { saas, saasAttendance, saasOpening } from '../../test/companies/saas/company.ts';
import type { PersonaTokens } from './personas.ts';

export interface DemoOptions {
  /** `http://127.0.0.1:8080` */
  readonly baseUrl: string;
  readonly tokens: PersonaTokens;
  /** Progress, one line at a time. */
  readonly log: (line: string) => void;
}

/** Called once a data folder. Loading again changes nothing. @throws when a request is refused: the next start tries again. */
export const loadDemo = async ({ baseUrl, tokens, log }: DemoOptions): Promise<void> => {
  const roles = {
    payroll: tokens.payroll,
    operator: tokens.operator,
    planOwner: tokens['plan-owner'],
    planApprover: tokens['plan-approver'],
    visitor: tokens.representative,
  };
  for (const company of COMPANIES) await loadCompany(company, { baseUrl, tokens: roles, log });
  // Company 6's representative works irregular hours, and asks for two days off that nobody has decided about.
  await send(baseUrl, tokens.payroll, 'PUT', `/v1/legal-entities/${pharma.legalEntityId}/attendance-rules`, pharmaAttendanceRules);
  const zhou = `/v1/people/${pharmaVisits.employeeId}/attendance-entries/2026/december`;
  await send(baseUrl, tokens.representative, 'PUT', zhou, pharmaLeave);
  // Company 9's salesperson: ten earlier months, and two days of unpaid leave in November.
  const lin = `/v1/people/${saas.people[0]?.id}`;
  await send(baseUrl, tokens.payroll, 'PUT', `${lin}/tax-years/2026/opening`, saasOpening);
  await send(baseUrl, tokens.payroll, 'PUT', `${lin}/attendance/2026-11`, saasAttendance);
};
