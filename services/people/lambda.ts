/** Entry points of the deployed functions. Each is made on its first call, so that a bundle holds only what its function uses. */
import { lambdaHttp, lambdaSchedule, productionPlatform } from '../../shared/runtime/lambda.ts';
import { sweepOutbox } from '../../shared/runtime/outbox.ts';
import { peopleHttp } from './handlers/http.ts';

export const http = lambdaHttp(() => peopleHttp(productionPlatform()));
export const sweep = lambdaSchedule(() => () => sweepOutbox(productionPlatform(), 'people'));
