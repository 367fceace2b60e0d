import type { LoadTokens } from '../companies/load-company.ts';
import type { Embedded } from './embedded.ts';

/** Tokens of the people who load a company and publish its plans: two of them, because nobody approves the own plan. */
export const staffTokens = async (host: Embedded): Promise<LoadTokens> => {
  const staff = (subject: string, role: 'payroll' | 'operator' | 'plan-owner') => host.tokenFor({ subject, roles: [role], entities: '*' });
  return {
    payroll: await staff('payroll', 'payroll'),
    operator: await staff('operator', 'operator'),
    planOwner: await staff('owner', 'plan-owner'),
    planApprover: await staff('approver', 'plan-owner'),
  };
};
