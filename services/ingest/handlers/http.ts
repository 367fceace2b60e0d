import { type Api, createRoutes } from '../../../shared/runtime/http/api.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { RecordDeps } from '../app/record-facts.ts';
import type { SourceRegistry } from '../app/source-registry.ts';
import { addFactRoutes } from './fact-routes.ts';
import { addSourceRoutes } from './source-routes.ts';
import { addWebhookRoutes } from './webhook-routes.ts';

/** Every route of the ingest service. */
export const ingestHttp = (platform: Platform, deps: RecordDeps, registry: SourceRegistry): Api => {
  const routes = createRoutes(platform, 'facts');
  addWebhookRoutes(routes, platform, deps, registry);
  addFactRoutes(routes, platform, deps, registry);
  addSourceRoutes(routes, platform, registry);
  return routes.api;
};
