import { lambdaHttp, lambdaSchedule, productionPlatform } from '../../shared/runtime/lambda.ts';
import { composeIngest } from './compose.ts';

export const http = lambdaHttp(() => composeIngest(productionPlatform()).http);
export const sweep = lambdaSchedule(() => composeIngest(productionPlatform()).sweep);
