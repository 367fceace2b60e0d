import { beforeEach, describe, expect, it } from 'vitest';
import {
  api,
  call,
  ENTITY,
  EVERYWHERE,
  MANAGER,
  OPERATOR,
  OTHER_PAYROLL,
  ok,
  person,
  pointers,
  put,
  startPeople,
  TREE,
} from '../testing/people-fixture.ts';

beforeEach(startPeople);

describe('customers', () => {
  it('are registered per legal entity', async () => {
    const path = '/v1/customers/le-1/c-1';
    const created = await put(path, { name: '某医院', industry: '医药' });
    expect([created.status, created.body]).toEqual([
      201,
      { id: 'c-1', legalEntityId: 'le-1', name: '某医院', industry: '医药', version: 1 },
    ]);
    expect((await put(path, { name: '某医院' }, { 'if-match': '"1"' })).body['version']).toBe(2);
    expect((await put(path, { name: 'x' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await call(OPERATOR, 'GET', path)).status).toBe(200);
    expect((await call(OTHER_PAYROLL, 'GET', path)).status).toBe(404);
    expect((await call(EVERYWHERE, 'GET', '/v1/customers/le-2/c-1')).status).toBe(404);
    expect((await put('/v1/customers/le-9/c', { name: 'x' }, {}, EVERYWHERE)).status).toBe(404);
    expect((await put('/v1/customers/le-2/c', { name: 'x' })).status).toBe(404);
    expect(pointers(await put(path, { name: 'x', legalEntityId: 'le-2' }))).toEqual(['not_the_path /legalEntityId']);
    expect((await put(path, { name: 'x' }, {}, OPERATOR)).status).toBe(403);
  });
});

describe('me', () => {
  it('says who the token is and what it reaches', async () => {
    await ok(put('/v1/people/boss', person()));
    const me = await call(MANAGER, 'GET', '/v1/me');
    expect(me.body).toMatchObject({
      employeeId: 'boss',
      roles: ['employee', 'manager'],
      entities: [],
      managedUnitIds: ['field', 'sales'],
      employee: { id: 'boss', name: '李丽' },
    });
    expect((await call(EVERYWHERE, 'GET', '/v1/me')).body).toMatchObject({
      employeeId: null,
      entities: '*',
      employee: null,
      managedUnitIds: [],
    });
    expect((await call({ roles: ['employee'], employeeId: 'not-yet' }, 'GET', '/v1/me')).body).toMatchObject({ employee: null });
    expect((await call({ roles: [] }, 'GET', '/v1/me')).status).toBe(403);
  });
});

describe('who writes', () => {
  const roles = ['employee', 'manager', 'payroll', 'plan-owner', 'auditor', 'operator', 'source'] as const;
  it.each([
    ['/v1/legal-entities/le-1', ENTITY, ['payroll', 'operator']],
    ['/v1/legal-entities/le-1/org-units', TREE, ['payroll', 'operator']],
    ['/v1/people/li', person(), ['payroll']],
    ['/v1/people/li/pay-terms', {}, ['payroll']],
    ['/v1/customers/le-1/c', { name: 'c' }, ['payroll']],
  ])('%s', async (path, body, writers) => {
    await ok(put('/v1/people/li', person()));
    for (const role of roles) {
      const { status } = await put(path, body, {}, { roles: [role], employeeId: 'li', entities: ['le-1'] });
      expect(`${role} ${status >= 200 && status < 300}`).toBe(`${role} ${(writers as readonly string[]).includes(role)}`);
      if (!(writers as readonly string[]).includes(role)) expect(status).toBe(403);
    }
  });
  it.each([
    ['/v1/legal-entities/le-1', ENTITY],
    ['/v1/legal-entities/le-1/org-units', TREE],
    ['/v1/customers/le-1/c', { name: 'c' }],
  ])('nobody writes %s of a foreign entity', async (path, body) => {
    expect((await put(path, body, {}, OTHER_PAYROLL)).status).toBe(404);
  });
});

describe('the OpenAPI document', () => {
  interface Operation {
    readonly summary?: string;
    readonly tags?: readonly string[];
    readonly 'x-access'?: object;
    readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>>;
  }
  it('has every route with a summary, a tag, the access and a schema for each success', () => {
    const document = api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'people', version: '1' } });
    const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
        name: `${method} ${path}`,
        operation,
      })),
    );
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'get /v1/customers/{legalEntityId}/{id}',
      'get /v1/legal-entities',
      'get /v1/legal-entities/{id}',
      'get /v1/legal-entities/{id}/org-units',
      'get /v1/me',
      'get /v1/people',
      'get /v1/people/{id}',
      'get /v1/people/{id}/pay-terms',
      'post /v1/people/batch',
      'put /v1/customers/{legalEntityId}/{id}',
      'put /v1/legal-entities/{id}',
      'put /v1/legal-entities/{id}/org-units',
      'put /v1/people/{id}',
      'put /v1/people/{id}/pay-terms',
    ]);
    for (const { name, operation } of operations) {
      expect(operation.summary, name).toBeTruthy();
      expect(operation.tags, name).toEqual(['people']);
      expect(operation['x-access'], name).toBeTruthy();
      expect(operation.responses['200']?.content?.['application/json']?.schema, name).toBeTruthy();
    }
  });
});
