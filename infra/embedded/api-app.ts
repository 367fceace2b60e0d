/**
 * All services' HTTP applications behind one address, as the private REST API is in production: a request reaches the one application that
 * declares its route. What belongs to nobody is a problem answer of the same shape.
 */
import { Hono } from 'hono';
import { PROBLEMS, type ProblemCode } from '../../shared/contracts/problems.ts';
import { type Api, requestIdOf } from '../../shared/runtime/http/api.ts';
import { ProblemError, toProblem } from '../../shared/runtime/http/problem.ts';
import type { ServiceName } from '../topology.ts';

export interface MountedApi {
  readonly service: ServiceName;
  readonly api: Api;
}

/** @throws Error when two services declare the same route. */
export const apiApp = (mounted: readonly MountedApi[], extra: readonly Hono[] = []): Hono => {
  const app = new Hono();
  for (const part of extra) app.route('/', part);
  const owners = new Map<string, ServiceName>();
  const methodsOf = new Map<string, Set<string>>();
  const note = ({ path, method }: { readonly path: string; readonly method: string }): void => {
    methodsOf.set(path, (methodsOf.get(path) ?? new Set()).add(method));
  };
  for (const part of extra) for (const route of declaredRoutes(part)) note(route);
  for (const { service, api } of mounted) {
    for (const route of declaredRoutes(api)) {
      const owner = owners.get(route.key);
      if (owner !== undefined && owner !== service) throw new Error(`${route.key} is declared by ${owner} and by ${service}`);
      if (owner === service) continue;
      owners.set(route.key, service);
      note(route);
      app.on(route.method, route.path, (c) => api.fetch(c.req.raw, c.env));
    }
  }
  for (const [path, methods] of methodsOf) {
    const allow = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].join(', ');
    app.all(path, (c) => problem('method_not_allowed', { Allow: allow }, c.req.header('x-request-id')));
  }
  app.notFound((c) => problem('not_found', {}, c.req.header('x-request-id')));
  app.onError((_, c) => problem('internal', {}, c.req.header('x-request-id')));
  return app;
};

/** Routes with a method; `*` middleware is the application's own affair. */
export const declaredRoutes = (api: Pick<Api, 'routes'>): { readonly key: string; readonly method: string; readonly path: string }[] =>
  api.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '*' && path !== '/*')
    .map(({ method, path }) => ({ key: `${method} ${path}`, method, path }));

/** A problem that no service answers, with the headers that every answer has. */
export const problem = (code: ProblemCode, headers: Record<string, string> = {}, givenRequestId?: string): Response => {
  const requestId = requestIdOf(givenRequestId);
  return new Response(JSON.stringify(toProblem(new ProblemError(code), `urn:request:${requestId}`)), {
    status: PROBLEMS[code].status,
    headers: {
      'Content-Type': 'application/problem+json',
      'X-Request-Id': requestId,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      ...headers,
    },
  });
};
