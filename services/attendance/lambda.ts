import { lambdaHttp, lambdaSchedule, lambdaSqs, productionPlatform } from '../../shared/runtime/lambda.ts';
import { composeAttendance } from './compose.ts';

export const http = lambdaHttp(() => composeAttendance(productionPlatform()).http);
export const onVisitMessage = lambdaSqs(() => composeAttendance(productionPlatform()).onVisitMessage);
export const onRetention = lambdaSchedule(() => composeAttendance(productionPlatform()).onRetention);
export const sweep = lambdaSchedule(() => composeAttendance(productionPlatform()).sweep);
