import { lambdaHttp, lambdaSqs, productionPlatform } from '../../shared/runtime/lambda.ts';
import { notifyHttp } from './handlers/http.ts';
import { onNoticeRequested as noticeHandler } from './handlers/on-notice-requested.ts';

// Each from its own part of the composition, so that the queue's bundle carries no HTTP application.
export const http = lambdaHttp(() => notifyHttp(productionPlatform()));
export const onNoticeRequested = lambdaSqs(() => noticeHandler(productionPlatform()));
