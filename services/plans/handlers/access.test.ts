import { beforeEach, describe, expect, it } from 'vitest';
import type { TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { soundPlan } from '../domain/testing/sound-plan.ts';
import { type Answer, AUDITOR, api, call, EMPLOYEE, FOREIGN, freshPlans, P, PAYROLL, publish, ready } from './testing/plans-api.ts';

beforeEach(freshPlans);

describe('access', () => {
  const routes: readonly (readonly [string, string, unknown, readonly TestPrincipal[]])[] = [
    ['PUT', `${P}/draft`, soundPlan(), [PAYROLL, AUDITOR, EMPLOYEE]],
    ['GET', `${P}/draft`, undefined, [EMPLOYEE]],
    ['POST', `${P}/verify`, undefined, [AUDITOR, EMPLOYEE]],
    ['POST', `${P}/approve`, { digest: '0'.repeat(64) }, [AUDITOR, EMPLOYEE]],
    ['POST', `${P}/publish`, { effectiveFrom: '2026-11-01' }, [AUDITOR, EMPLOYEE]],
    ['GET', '/v1/plans?legalEntityId=acme', undefined, [EMPLOYEE]],
    ['GET', `${P}/versions`, undefined, [EMPLOYEE]],
    ['GET', `${P}/versions/1`, undefined, [EMPLOYEE]],
    ['GET', `${P}/diff?from=1&to=draft`, undefined, [EMPLOYEE]],
  ];

  it.each(routes)('%s %s: by role, by legal entity, and nothing about what is foreign', async (method, path, body, refused) => {
    await ready();
    await publish();
    const options = body === undefined ? {} : { body };
    expect((await call(null, method, path, options)).status).toBe(401);
    for (const who of refused) expect((await call(who, method, path, options)).status).toBe(403);

    const foreign = await call(FOREIGN, method, path, options);
    const missingPath = path.replace('sound', 'nothing').replace('legalEntityId=acme', 'legalEntityId=nothing');
    const missing = await call(FOREIGN, method, missingPath, method === 'PUT' ? { body: { ...soundPlan(), id: 'nothing' } } : options);
    const bodyOf = ({ body: { instance: _, ...rest } }: Answer) => rest;
    expect(foreign.status).toBe(404);
    expect(bodyOf(foreign)).toEqual(bodyOf(missing));
  });

  /** Those of targets are looked at in `targets.test.ts`. */
  it('is declared on every route, in OpenAPI', async () => {
    const document = api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'plans', version: '1' } });
    const operations = Object.entries(document.paths ?? {}).flatMap(([name, path]) =>
      name.startsWith('/v1/targets/') ? [] : Object.values(path as Record<string, Record<string, unknown>>),
    );
    expect(operations).toHaveLength(routes.length);
    for (const operation of operations) {
      expect(operation).toMatchObject({ tags: ['plans'], summary: expect.any(String), 'x-access': { roles: expect.any(Array) } });
    }
    expect(document.components?.schemas).toHaveProperty('PlanDocument');
  });
});
