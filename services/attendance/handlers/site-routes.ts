import { z } from 'zod';
import { crmSiteSchema, customerSitesSchema, visitPoliciesSchema } from '../../../shared/contracts/attendance.ts';
import { idSchema } from '../../../shared/contracts/common.ts';
import { DEFAULT_TIME_ZONE, dateIn } from '../../../shared/kernel/period.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import { importSites, MAX_ROWS } from '../app/import-sites.ts';
import { putSites } from '../app/put-sites.ts';
import { begunAndChanged } from '../domain/dated-terms.ts';
import type { StoredPolicies } from '../domain/policy.ts';
import { parsePolicies, parseSites, policiesKey, putPolicies, sitesKey } from '../store.ts';
import {
  ifMatchHeader,
  ifMatchOf,
  importedRowAnswer,
  json,
  jsonBody,
  policiesAnswer,
  policiesView,
  sitesAnswer,
  sitesView,
  tagVersion,
  writeProblems,
} from './answers.ts';

const params = z.object({ legalEntityId: idSchema, id: idSchema });

/** Where customers are, and what a visit must be. */
export const addSiteRoutes = ({ add }: Routes, platform: Platform): void => {
  const { store, clock } = platform;

  add(
    {
      method: 'put',
      path: '/v1/customers/{legalEntityId}/{id}/sites',
      access: { roles: ['payroll', 'operator'] },
      tags: ['attendance'],
      summary: 'Replace the sites of a customer',
      description:
        'Roles: payroll, operator, for the legal entities of the token. Circles and polygons, each with its coordinate system. Visits of the customer whose positions are still held are judged again, and what they are worth follows.',
      request: { params, headers: ifMatchHeader, body: jsonBody(customerSitesSchema) },
      responses: { 200: json(sitesAnswer, 'The sites'), ...writeProblems },
    },
    async (c) => {
      const { legalEntityId, id } = c.req.valid('param');
      if (!entityAllowed(principalOf(c), legalEntityId)) throw new ProblemError('not_found');
      const stored = await putSites(platform, { legalEntityId, customerId: id }, c.req.valid('json'), ifMatchOf(c.req.valid('header')));
      tagVersion(c, stored.version);
      return c.json(sitesView(stored), 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/customers/{legalEntityId}/{id}/sites',
      access: { roles: ['payroll', 'operator', 'auditor', 'plan-owner'] },
      tags: ['attendance'],
      summary: 'The sites of a customer',
      description: 'Roles: payroll, operator, auditor, plan-owner, for the legal entities of the token.',
      request: { params },
      responses: { 200: json(sitesAnswer, 'The sites') },
    },
    async (c) => {
      const { legalEntityId, id } = c.req.valid('param');
      const item = entityAllowed(principalOf(c), legalEntityId) ? await store.get(sitesKey(legalEntityId, id)) : undefined;
      const stored = parseSites(item);
      if (!stored) throw new ProblemError('not_found');
      tagVersion(c, stored.version);
      return c.json(sitesView(stored), 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/customer-sites/import',
      access: { roles: ['payroll', 'operator'] },
      tags: ['attendance'],
      summary: 'Import sites of many customers from a file or a CRM, with a report',
      description:
        'Roles: payroll, operator, for the legal entities of the token. csv, with the columns customer_id, coordinate_system, latitude, longitude; also customer_type, site_id, name, radius_metres; or records with the same in camel case, as a CRM’s export has them. At most 2,000 rows. Rows without coordinates or system, at 0/0, swapped or (unless allowAbroad) outside China are refused alone; several customers at the very same place are named in equalTo. store: false only reports.',
      request: {
        body: jsonBody(
          z
            .strictObject({
              legalEntityId: idSchema,
              csv: z.string().min(1).max(900_000).optional(),
              records: z.array(crmSiteSchema).min(1).max(MAX_ROWS).optional().describe('As a CRM has them, in place of a file'),
              allowAbroad: z.boolean().default(false),
              store: z.boolean().default(true),
            })
            .refine(({ csv, records }) => (csv === undefined) !== (records === undefined), 'csv or records, one of the two'),
        ),
      },
      responses: {
        200: json(z.object({ rows: z.array(importedRowAnswer) }).meta({ id: 'SiteImportReport' }), 'One line a row'),
        ...writeProblems,
      },
    },
    async (c) => {
      const { legalEntityId, csv, records = [], ...options } = c.req.valid('json');
      const known = entityAllowed(principalOf(c), legalEntityId) && (await store.get(entityKey(legalEntityId)));
      if (!known) throw new ProblemError('not_found');
      const rows = await importSites(platform, legalEntityId, csv === undefined ? { records } : { csv }, options);
      return c.json({ rows: rows.map((row) => ({ ...row, equalTo: [...row.equalTo] })) }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/v1/legal-entities/{id}/visit-policies',
      access: { roles: ['payroll', 'operator', 'auditor', 'plan-owner', 'manager', 'employee'] },
      tags: ['attendance'],
      summary: 'What a visit must be, from when on',
      description:
        'Every role but source: for the legal entities of the token, employees and managers for their own. Version 0: the defaults.',
      request: { params: z.object({ id: idSchema }) },
      responses: { 200: json(policiesAnswer, 'The policies') },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const principal = principalOf(c);
      const [entity, item, own] = await store.getMany([entityKey(id), policiesKey(id), employeeKey(principal.employeeId ?? '-')]);
      const mine = principal.employeeId !== null && parseEmployee(own)?.legalEntityId === id;
      if (!entity || !(mine || entityAllowed(principal, id))) throw new ProblemError('not_found');
      const policies = parsePolicies(item);
      tagVersion(c, policies.version);
      return c.json(policiesView(id, policies), 200);
    },
  );

  add(
    {
      method: 'put',
      path: '/v1/legal-entities/{id}/visit-policies',
      access: { roles: ['plan-owner'] },
      tags: ['attendance'],
      summary: 'Set what a visit must be, from a day on',
      description:
        'Role: plan-owner, for the legal entities of the token. Policies are dated: one that has begun is only given again as it is, a change begins tomorrow at the earliest. The first list of all is free.',
      request: { params: z.object({ id: idSchema }), headers: ifMatchHeader, body: jsonBody(visitPoliciesSchema) },
      responses: { 200: json(policiesAnswer, 'The policies'), ...writeProblems },
    },
    async (c) => {
      const { id } = c.req.valid('param');
      const given = c.req.valid('json');
      if (!entityAllowed(principalOf(c), id)) throw new ProblemError('not_found');
      const [entityItem, item] = await store.getMany([entityKey(id), policiesKey(id)]);
      if (!entityItem) throw new ProblemError('not_found');
      const before = parsePolicies(item);
      const ifMatch = ifMatchOf(c.req.valid('header'));
      if (ifMatch !== undefined && ifMatch !== before.version) throw new ProblemError('precondition_failed');
      assertDated(given.policies.map(({ from }) => from));
      const changed = begunAndChanged(
        before.version === 0 ? [] : before.policies,
        given.policies,
        dateIn(clock.now(), parseEntity(entityItem)?.timeZone ?? DEFAULT_TIME_ZONE),
      );
      if (changed.length > 0) {
        throw new ProblemError('conflict', {
          zh: `已生效的规则不能更改:${changed.join('、')}`,
          en: `what has begun is not changed: ${changed.join(', ')}`,
        });
      }
      const next: StoredPolicies = { ...given, version: before.version + 1 };
      if (!(await store.write(putPolicies(id, next))).ok) throw new ProblemError('version_conflict');
      tagVersion(c, next.version);
      return c.json(policiesView(id, next), 200);
    },
  );
};

/** @throws ProblemError `invalid_request` when two begin on one day. */
const assertDated = (days: readonly string[]): void => {
  const twice = days.findIndex((day, index) => days.indexOf(day) !== index);
  if (twice < 0) return;
  throw new ProblemError('invalid_request', undefined, {
    errors: [{ pointer: `/policies/${twice}/from`, code: 'duplicate', detail: 'two policies begin on one day' }],
  });
};
