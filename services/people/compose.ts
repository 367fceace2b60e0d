import type { Api } from '../../shared/runtime/http/api.ts';
import { type SweepResult, sweepOutbox } from '../../shared/runtime/outbox.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { peopleHttp } from './handlers/http.ts';

export interface People {
  readonly http: Api;
  readonly sweep: () => Promise<SweepResult>;
}
export const composePeople = (platform: Platform): People => ({
  http: peopleHttp(platform),
  sweep: () => sweepOutbox(platform, 'people'),
});
