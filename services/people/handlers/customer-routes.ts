import { z } from 'zod';
import { idSchema } from '../../../shared/contracts/common.ts';
import { customerSchema } from '../../../shared/contracts/people.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { putCustomer } from '../app/put-customer.ts';
import { customerKey, parseCustomer, versionOf } from '../read.ts';
import {
  assertSameId,
  customerAnswer,
  json,
  jsonBody,
  preconditionHeaders,
  preconditionOf,
  statusOf,
  tag,
  unwrap,
  writeProblems,
} from './answers.ts';

const customerParams = z.object({ legalEntityId: idSchema, id: idSchema });

/** Registered customers: only needed where a source keeps facts of unknown customers unassigned. */
export const addCustomerRoutes = ({ add }: Routes, { store }: Platform): void => {
  add(
    {
      method: 'put',
      path: '/v1/customers/{legalEntityId}/{id}',
      access: { roles: ['payroll'] },
      tags: ['people'],
      summary: 'Register or replace a customer',
      description: 'Role: payroll, for the legal entities of the token.',
      request: {
        params: customerParams,
        headers: preconditionHeaders,
        body: jsonBody(
          customerSchema.extend({
            id: idSchema.optional().describe('As in the path'),
            legalEntityId: idSchema.optional().describe('As in the path'),
          }),
        ),
      },
      responses: { 200: json(customerAnswer, 'Replaced'), 201: json(customerAnswer, 'Registered'), ...writeProblems },
    },
    async (c) => {
      const { legalEntityId, id } = c.req.valid('param');
      const body = c.req.valid('json');
      if (!entityAllowed(principalOf(c), legalEntityId)) throw new ProblemError('not_found');
      assertSameId(body.id, id, '/id');
      assertSameId(body.legalEntityId, legalEntityId, '/legalEntityId');
      const replaced = unwrap(await putCustomer(store, { ...body, id, legalEntityId }, preconditionOf(c.req.valid('header'))));
      tag(c, replaced.version);
      return c.json({ ...replaced.value, version: replaced.version }, statusOf(replaced));
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/customers/{legalEntityId}/{id}',
      access: { roles: ['payroll', 'auditor', 'plan-owner', 'operator'] },
      tags: ['people'],
      summary: 'A registered customer',
      description: 'Roles: payroll, auditor, plan-owner, operator, for the legal entities of their token.',
      request: { params: customerParams },
      responses: { 200: json(customerAnswer, 'The customer') },
    },
    async (c) => {
      const { legalEntityId, id } = c.req.valid('param');
      const item = entityAllowed(principalOf(c), legalEntityId) ? await store.get(customerKey(legalEntityId, id)) : undefined;
      const customer = parseCustomer(item);
      if (!customer) throw new ProblemError('not_found');
      tag(c, versionOf(item));
      return c.json({ ...customer, version: versionOf(item) }, 200);
    },
  );
};
