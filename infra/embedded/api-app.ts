/**
 * All services' HTTP applications behind one address, as the private REST API is in production: a request reaches the one application that
 * declares its route. What belongs to nobody is a problem answer of the same shape.
 */
import { Hono } from 'hono';
import { PROBLEMS, type ProblemCode } from '../../shared/contracts/problems.ts';
import type { Api } from '../../shared/runtime/http/api.ts';
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
  for (const { service, api } of mounted) {
    for (const route of declaredRoutes(api)) {
      const owner = owners.get(route.key);
      if (owner !== undefined && owner !== service) throw new Error(`${route.key} is declared by ${owner} and by ${service}`);
      if (owner === service) continue;
      owners.set(route.key, service);
      methodsOf.set(route.path, (methodsOf.get(route.path) ?? new Set()).add(route.method));
      app.on(route.method, route.path, (c) => api.fetch(c.req.raw, c.env));
    }
  }
  for (const [path, methods] of methodsOf) {
    const allow = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].join(', ');
    app.all(path, () => problem('method_not_allowed', { Allow: allow }));
  }
  app.notFound(() => problem('not_found'));
  app.onError(() => problem('internal'));
  return app;
};

/** Routes with a method; `*` middleware is the application's own affair. */
export const declaredRoutes = (api: Api): { readonly key: string; readonly method: string; readonly path: string }[] =>
  api.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '*' && path !== '/*')
    .map(({ method, path }) => ({ key: `${method} ${path}`, method, path }));

export const problem = (code: ProblemCode, headers: Record<string, string> = {}): Response =>
  new Response(
    JSON.stringify({
      type: `/problems/${code}`,
      title: PROBLEMS[code].en,
      status: PROBLEMS[code].status,
      code,
      detail: PROBLEMS[code].en,
      detailZh: PROBLEMS[code].zh,
    }),
    { status: PROBLEMS[code].status, headers: { 'Content-Type': 'application/problem+json', ...headers } },
  );
