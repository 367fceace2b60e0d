/** Row access of payroll: who may see which person, run and payslip. */

import type { Principal } from '../../../shared/contracts/access.ts';
import type { PayrollRun } from '../../../shared/contracts/payroll.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { type Ctx, principalOf } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson, entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, parseEmployee } from '../../people/read.ts';
import { parseRun, parseSlip, runKey, type StoredSlip, slipKey } from '../store.ts';

/** The person, if the caller may see his or her pay; the same 404 for a foreign and a missing id. */
export const payPerson = async (platform: Platform, c: Ctx, employeeId: string): Promise<Employee> => {
  const employee = parseEmployee(await platform.store.get(employeeKey(employeeId)));
  if (!employee || !(await canSeePerson(platform.store, principalOf(c), employeeId, employee.legalEntityId, 'pay')))
    throw new ProblemError('not_found');
  return employee;
};

/** The caller's own employee id. */
export const ownEmployeeId = (c: Ctx): string => {
  const { employeeId } = principalOf(c);
  if (!employeeId) throw new ProblemError('not_found', { zh: '令牌未关联员工', en: 'the token names no employee' });
  return employeeId;
};

export const runFor = async (platform: Platform, principal: Principal, runId: string): Promise<PayrollRun> => {
  const stored = parseRun(await platform.store.get(runKey(runId)));
  if (!stored || !entityAllowed(principal, stored.run.legalEntityId)) throw new ProblemError('not_found');
  return stored.run;
};

/** `runId:employeeId:revision` to its parts; the run id has no colon. */
const partsOf = (payslipId: string): { readonly runId: string; readonly employeeId: string } | undefined => {
  const match = /^([^:#]{1,160}):(.{1,128}):(\d{1,6})$/u.exec(payslipId);
  return match ? { runId: match[1] as string, employeeId: match[2] as string } : undefined;
};

const VISIBLE = new Set(['publishing', 'published']);

/** A payslip the caller may see: payroll and auditors once it is calculated, its owner once it is published. */
export const payslipFor = async (
  platform: Platform,
  c: Ctx,
  payslipId: string,
): Promise<{ readonly slip: StoredSlip; readonly run: PayrollRun }> => {
  const parts = partsOf(payslipId);
  if (!parts) throw new ProblemError('not_found');
  const principal = principalOf(c);
  const [runItem, slipItem] = await platform.store.getMany([runKey(parts.runId), slipKey(parts.runId, parts.employeeId)]);
  const run = parseRun(runItem)?.run;
  const slip = parseSlip(slipItem);
  if (!run || slip?.outcome !== 'payslip' || slip.payslip.id !== payslipId || slip.attempt !== run.attempt)
    throw new ProblemError('not_found');
  const byRole = (principal.roles.has('payroll') || principal.roles.has('auditor')) && entityAllowed(principal, run.legalEntityId);
  const own = principal.roles.has('employee') && principal.employeeId === parts.employeeId && VISIBLE.has(run.status);
  if (!byRole && !own) throw new ProblemError('not_found');
  return { slip, run };
};
