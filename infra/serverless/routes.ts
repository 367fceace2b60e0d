/** The routes that each HTTP function answers, as its service declares them. */

import { systemClock } from '../../shared/adapters/clock.ts';
import { silentLog } from '../../shared/adapters/log.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { composeAll } from '../embedded/compose-all.ts';
import { FUNCTIONS } from '../topology.ts';
import type { Route, RoutesByFunction } from './functions.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

const untouchable = new Proxy({}, { get: () => () => Promise.reject(new Error('nothing is read while routes are listed')) });

/** Composed over a platform that refuses every access: listing routes must not touch anything. */
export const routesByFunction = (): RoutesByFunction => {
  const platform: Platform = {
    store: untouchable as Platform['store'],
    queue: untouchable as Platform['queue'],
    clock: systemClock,
    log: silentLog,
    config: {
      publicUrl: 'https://routes.invalid',
      oidc: { issuer: 'https://routes.invalid', audience: 'routes' },
      cursorSecret: 'x'.repeat(32),
    },
  };
  const { http } = composeAll(platform);
  return new Map(
    http.map(({ service, api }) => {
      const spec = FUNCTIONS.find((candidate) => candidate.service === service && candidate.trigger.kind === 'http');
      if (!spec) throw new Error(`service ${service} has routes but no HTTP function`);
      return [spec.name, routesOf(api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: service, version: '1' } }))];
    }),
  );
};

const routesOf = (document: { readonly paths?: object }): Route[] =>
  Object.entries((document.paths ?? {}) as Record<string, Record<string, unknown>>).flatMap(([path, operations]) =>
    METHODS.filter((method) => Object.hasOwn(operations, method)).map((method) => ({ method, path })),
  );
