import { type Api, createRoutes } from '../../../shared/runtime/http/api.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { addCustomerRoutes } from './customer-routes.ts';
import { addEntityRoutes } from './entity-routes.ts';
import { addMeRoute } from './me-route.ts';
import { addPayTermsRoutes } from './pay-terms-routes.ts';
import { addPeopleRoutes } from './people-routes.ts';

/** Every route of the people service. */
export const peopleHttp = (platform: Platform): Api => {
  const routes = createRoutes(platform, 'people');
  addMeRoute(routes, platform);
  addEntityRoutes(routes, platform);
  addPeopleRoutes(routes, platform);
  addPayTermsRoutes(routes, platform);
  addCustomerRoutes(routes, platform);
  return routes.api;
};
