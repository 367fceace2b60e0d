import type { Api } from '../../shared/runtime/http/api.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { notifyHttp } from './handlers/http.ts';
import { onNoticeRequested } from './handlers/on-notice-requested.ts';

export interface Notify {
  readonly http: Api;
  readonly onNoticeRequested: SqsHandler;
}
/** The notify service on a platform. It sends no messages, so it has no sweeper. */
export const composeNotify = (platform: Platform): Notify => ({
  http: notifyHttp(platform),
  onNoticeRequested: onNoticeRequested(platform),
});
