import { lambdaHttp, productionPlatform } from '../../shared/runtime/lambda.ts';
import { composePeople } from './compose.ts';

export const http = lambdaHttp(() => composePeople(productionPlatform()).http);
