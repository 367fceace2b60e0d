/** Entry points of the deployed functions. Each is made on its first call, so that a bundle holds only what its function uses. */
import { lambdaHttp, lambdaSchedule, lambdaSqs, productionPlatform } from '../../shared/runtime/lambda.ts';
import { sweepOutbox } from '../../shared/runtime/outbox.ts';
import { scoringHttp } from './handlers/http.ts';
import { onFactCredited as factCredited } from './handlers/on-fact-credited.ts';
import { onMonthOpening as monthOpening } from './handlers/on-month-opening.ts';
import { onPlanPublished as planPublished } from './handlers/on-plan-published.ts';

export const http = lambdaHttp(() => scoringHttp(productionPlatform()));
export const onFactCredited = lambdaSqs(() => factCredited(productionPlatform()));
export const onPlanPublished = lambdaSqs(() => planPublished(productionPlatform()));
export const onMonthOpening = lambdaSchedule(() => monthOpening(productionPlatform()));
export const sweep = lambdaSchedule(() => () => sweepOutbox(productionPlatform(), 'scores'));
