import { type Api, createRoutes } from '../../../shared/runtime/http/api.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { addDraftRoutes } from './draft-routes.ts';
import { addTargetRoutes } from './target-routes.ts';
import { addVersionRoutes } from './version-routes.ts';

/** HTTP of the plans service. */
export const plansHttp = (platform: Platform): Api => {
  const routes = createRoutes(platform, 'plans');
  addDraftRoutes(routes, platform);
  addVersionRoutes(routes, platform);
  addTargetRoutes(routes, platform);
  return routes.api;
};
