import type { Api } from '../../shared/runtime/http/api.ts';
import { type SweepResult, sweepOutbox } from '../../shared/runtime/outbox.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { type PortalOptions, portalHttp } from './handlers/http.ts';

export type { PortalOptions } from './handlers/http.ts';
export interface PortalService {
  readonly http: Api;
  readonly sweep: () => Promise<SweepResult>;
}
export const composePortal = (platform: Platform, options: PortalOptions): PortalService => ({
  http: portalHttp(platform, options),
  sweep: () => sweepOutbox(platform, 'portal'),
});
