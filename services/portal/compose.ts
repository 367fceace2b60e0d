import type { Api } from '../../shared/runtime/http/api.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { type PortalOptions, portalHttp } from './handlers/http.ts';

export type { PortalOptions } from './handlers/http.ts';
export interface PortalService {
  readonly http: Api;
}
export const composePortal = (platform: Platform, options: PortalOptions): PortalService => ({ http: portalHttp(platform, options) });
