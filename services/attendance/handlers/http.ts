import { type Api, createRoutes } from '../../../shared/runtime/http/api.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { addCheckInRoutes } from './check-in-routes.ts';
import { addDayRoutes } from './day-routes.ts';
import { addEntryRoutes } from './entry-routes.ts';
import { addPrivacyRoutes } from './privacy-routes.ts';
import { addRuleRoutes } from './rule-routes.ts';
import { addSiteRoutes } from './site-routes.ts';
import { addVisitRoutes } from './visit-routes.ts';

/** Every route of the attendance service. */
export const attendanceHttp = (platform: Platform): Api => {
  const routes = createRoutes(platform, 'attendance');
  addSiteRoutes(routes, platform);
  addVisitRoutes(routes, platform);
  addCheckInRoutes(routes, platform);
  addPrivacyRoutes(routes, platform);
  addRuleRoutes(routes, platform);
  addDayRoutes(routes, platform);
  addEntryRoutes(routes, platform);
  return routes.api;
};
