import { bankAccountSchema, payTermsSchema } from '../../../shared/contracts/people.ts';
import { type Ctx, principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { putPayTerms } from '../app/put-pay-terms.ts';
import { maskPayTerms } from '../domain/pay-terms.ts';
import { employeeKey, parseEmployee, parsePayTerms, payTermsKey, versionOf } from '../read.ts';
import {
  givenAccount,
  idParams,
  json,
  jsonBody,
  payTermsAnswer,
  preconditionHeaders,
  preconditionOf,
  statusOf,
  tag,
  unwrap,
  writeProblems,
} from './answers.ts';

const givenPayTerms = payTermsSchema.extend({
  bankAccount: bankAccountSchema.extend({ accountNumber: givenAccount }).nullable().default(null),
});

/** What someone is paid on. Closed to everybody but payroll and auditors; every look at it is logged. */
export const addPayTermsRoutes = ({ add }: Routes, { store, log }: Platform): void => {
  const logRead = (c: Ctx, employeeId: string): void => logPayRead({ log }, c, employeeId, 'pay-terms');

  add(
    {
      method: 'put',
      path: '/v1/people/{id}/pay-terms',
      access: { roles: ['payroll'], payData: true },
      tags: ['people'],
      summary: 'Replace the pay terms of an employee',
      description:
        'Role: payroll, for the legal entities of the token. A raise is one more dated entry; entries of one kind that overlap are refused. The answer shows the last four digits of the account number; sent back masked, the stored number is kept.',
      request: { params: idParams, headers: preconditionHeaders, body: jsonBody(givenPayTerms) },
      responses: { 200: json(payTermsAnswer, 'Replaced'), 201: json(payTermsAnswer, 'Created'), ...writeProblems },
    },
    async (c) => {
      const principal = principalOf(c);
      const { id } = c.req.valid('param');
      const precondition = preconditionOf(c.req.valid('header'));
      const mayWrite = (legalEntityId: string): boolean => entityAllowed(principal, legalEntityId);
      const replaced = unwrap(await putPayTerms(store, id, c.req.valid('json'), { precondition, mayWrite }));
      logRead(c, id);
      tag(c, replaced.version);
      return c.json({ ...maskPayTerms(replaced.value), employeeId: id, version: replaced.version }, statusOf(replaced));
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/people/{id}/pay-terms',
      access: { roles: ['payroll', 'auditor'], payData: true },
      tags: ['people'],
      summary: 'The pay terms of an employee',
      description: 'Roles: payroll, auditor, for the legal entities of their token. The account number shows its last four digits.',
      request: { params: idParams },
      responses: { 200: json(payTermsAnswer, 'The pay terms') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { id } = c.req.valid('param');
      const [employeeItem, item] = await store.getMany([employeeKey(id), payTermsKey(id)]);
      const employee = parseEmployee(employeeItem);
      const terms = parsePayTerms(item);
      if (!employee || !terms || !entityAllowed(principal, employee.legalEntityId)) throw new ProblemError('not_found');
      logRead(c, id);
      tag(c, versionOf(item));
      return c.json({ ...maskPayTerms(terms), employeeId: id, version: versionOf(item) }, 200);
    },
  );
};
