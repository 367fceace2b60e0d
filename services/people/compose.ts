import type { Api } from '../../shared/runtime/http/api.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { peopleHttp } from './handlers/http.ts';

export interface People {
  readonly http: Api;
}
/** The people service on a platform. It sends nothing, so it has no sweeper. */
export const composePeople = (platform: Platform): People => ({ http: peopleHttp(platform) });
