import type { Api } from '../../shared/runtime/http/api.ts';
import { type SweepResult, sweepOutbox } from '../../shared/runtime/outbox.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { plansHttp } from './handlers/http.ts';

export interface PlansService {
  readonly http: Api;
  readonly sweep: () => Promise<SweepResult>;
}
export const composePlans = (platform: Platform): PlansService => ({
  http: plansHttp(platform),
  sweep: () => sweepOutbox(platform, 'plans'),
});
