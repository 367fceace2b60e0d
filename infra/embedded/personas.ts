/** Ready-made callers of the embedded host, one a role. The employee ids are those of the demonstration data. */
import type { DevIssuer, TokenSubject } from './dev-issuer.ts';

export const PERSONAS = {
  salesperson: { subject: 'demo-salesperson', roles: ['employee'], employeeId: 'c7-zhao-lei' },
  representative: { subject: 'demo-representative', roles: ['employee'], employeeId: 'c6-zhou-jing' },
  manager: { subject: 'demo-manager', roles: ['employee', 'manager'], employeeId: 'c7-he-jun' },
  payroll: { subject: 'demo-payroll', roles: ['payroll'], entities: '*' },
  'payroll-approver': { subject: 'demo-payroll-approver', roles: ['payroll'], entities: '*' },
  auditor: { subject: 'demo-auditor', roles: ['auditor'], entities: '*' },
  'plan-owner': { subject: 'demo-plan-owner', roles: ['plan-owner'], entities: '*' },
  'plan-approver': { subject: 'demo-plan-approver', roles: ['plan-owner'], entities: '*' },
  erp: { subject: 'demo-erp', roles: ['source'], entities: '*' },
  operator: { subject: 'demo-operator', roles: ['operator'], entities: '*' },
} as const satisfies Record<string, TokenSubject>;

export type PersonaName = keyof typeof PERSONAS;
export type PersonaTokens = Readonly<Record<PersonaName, string>>;

/** Tokens that outlast a week of trying out; each start makes new ones. */
export const personaTokens = async (issuer: DevIssuer): Promise<PersonaTokens> => {
  const entries = await Promise.all(
    Object.entries<TokenSubject>(PERSONAS).map(async ([name, persona]) => [name, await issuer.tokenFor(persona, 7 * 24)]),
  );
  return Object.fromEntries(entries) as PersonaTokens;
};
