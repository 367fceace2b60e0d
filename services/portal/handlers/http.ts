/** Reads across services: teams, persons' months, what a fact touched, and the documentation of the API. */
import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../../../shared/contracts/problems.ts';
import { type Api, createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { canSeePerson, entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { factEffects } from '../app/fact-effects.ts';
import { docsPage } from './docs-page.ts';
import { addHintRoutes } from './hint-routes.ts';
import { addManagerHintRoutes } from './manager-hint-routes.ts';
import { addProgressRoutes } from './progress-routes.ts';
import { addRankingRoutes } from './ranking-routes.ts';
import { addRehearsalRoutes } from './rehearsal-routes.ts';
import { addSimulationRoutes } from './simulation-routes.ts';
import { addTeamRoutes } from './team-routes.ts';
import { addWhatIfRoutes } from './what-if-routes.ts';

export interface PortalOptions {
  /** The OpenAPI document of all services. */
  readonly openapi: () => Promise<object> | object;
  /** A file of the interactive documentation: the service serves it itself because there is no internet. */
  readonly docsAsset: (name: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;
}

const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

const effectsSchema = z
  .object({
    fact: z.looseObject({ factId: z.string() }),
    credits: z.array(
      z.object({
        employeeId: z.string(),
        period: z.string(),
        appliedRevision: z.int().nullable(),
        bookVersion: z.int().nullable(),
        scoreTotal: z.string().nullable(),
        awards: z.array(z.looseObject({ awardId: z.string(), amountFen: z.int() })),
        entries: z.array(z.looseObject({ seq: z.int(), amountFen: z.int() })),
        payslipLines: z.array(z.looseObject({ payslipId: z.string(), line: z.int() })),
      }),
    ),
  })
  .meta({ id: 'FactEffects' });

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'swagger-ui-standalone-preset.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};

export const portalHttp = (platform: Platform, options: PortalOptions): Api => {
  const { api, add, cursors } = createRoutes(platform, 'portal');
  addHintRoutes(platform, add);
  addManagerHintRoutes(platform, { add, cursors });
  addProgressRoutes(platform, add);
  addRankingRoutes(platform, add);
  addRehearsalRoutes(platform, add);
  addSimulationRoutes(platform, add);
  addTeamRoutes(platform, add);
  addWhatIfRoutes(platform, add);

  add(
    {
      method: 'get',
      path: '/v1/facts/{factId}/effects',
      access: { roles: ['payroll', 'auditor'], self: true, payData: true },
      tags: ['facts', 'provenance'],
      summary: 'From a fact forward to every amount it touched',
      description:
        'Payroll and auditor of the legal entity; an employee for a fact that is credited to him or her alone. Credits, awards, ledger entries and payslip lines.',
      request: { params: z.object({ factId: z.string().min(3).max(300) }) },
      responses: { 200: json('What the fact touched', effectsSchema) },
    },
    async (c) => {
      const principal = principalOf(c as never);
      const effects = await factEffects(platform, c.req.valid('param').factId, async (fact, employeeIds) => {
        const { legalEntityId } = fact;
        if ((principal.roles.has('payroll') || principal.roles.has('auditor')) && entityAllowed(principal, legalEntityId)) return true;
        const [only, ...others] = employeeIds;
        return only !== undefined && others.length === 0 && canSeePerson(platform.store, principal, only, legalEntityId, 'pay');
      });
      for (const { employeeId } of effects.credits) {
        logPayRead(platform, c as never, employeeId, `effects of ${effects.fact.factId}`);
      }
      return c.json(effects, 200) as never;
    },
  );

  add(
    {
      method: 'get',
      path: '/problems/{code}',
      access: 'public',
      tags: ['documentation'],
      summary: 'What a problem code means',
      request: { params: z.object({ code: z.string().max(64) }) },
      responses: { 200: json('The problem', z.object({ code: z.string(), status: z.int(), zh: z.string(), en: z.string() })) },
    },
    async (c) => {
      const { code } = c.req.valid('param');
      if (!Object.hasOwn(PROBLEMS, code)) throw new ProblemError('not_found');
      return c.json({ code, ...PROBLEMS[code as ProblemCode] }, 200);
    },
  );

  add(
    {
      method: 'get',
      path: '/openapi.json',
      access: 'public',
      tags: ['documentation'],
      summary: 'The OpenAPI 3.1 document of the whole API',
      responses: { 200: json('The document', z.looseObject({ openapi: z.string() })) },
    },
    async (c) => c.json((await options.openapi()) as never, 200),
  );

  add(
    {
      method: 'get',
      path: '/docs',
      access: 'public',
      tags: ['documentation'],
      summary: 'Interactive documentation',
      responses: { 200: { description: 'The page', content: { 'text/html': { schema: z.string() } } } },
    },
    async (c) => c.html(docsPage, 200),
  );

  add(
    {
      method: 'get',
      path: '/docs/{asset}',
      access: 'public',
      tags: ['documentation'],
      summary: 'A file of the interactive documentation',
      request: { params: z.object({ asset: z.string().max(64) }) },
      responses: { 200: { description: 'The file', content: { 'text/plain': { schema: z.string() } } } },
    },
    async (c) => {
      const { asset } = c.req.valid('param');
      const type = Object.hasOwn(ASSETS, asset) ? ASSETS[asset] : undefined;
      const bytes = type ? await options.docsAsset(asset) : undefined;
      if (!type || !bytes) throw new ProblemError('not_found');
      return c.body(bytes, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=86400' }) as never;
    },
  );

  return api;
};
