/** Entry points of the deployed functions. Each is made on its first call, so that a bundle holds only what its function uses. */
import { lambdaHttp, lambdaSchedule, lambdaSqs, productionPlatform } from '../../shared/runtime/lambda.ts';
import { sweepOutbox } from '../../shared/runtime/outbox.ts';
import { bonusHttp } from './handlers/http.ts';
import { onDueDay as dueDay } from './handlers/on-due-day.ts';
import { onPoolsDue as poolsDue } from './handlers/on-pools-due.ts';
import { onScoreUpdated as scoreUpdated } from './handlers/on-score-updated.ts';

export const http = lambdaHttp(() => bonusHttp(productionPlatform()));
export const onScoreUpdated = lambdaSqs(() => scoreUpdated(productionPlatform()));
export const onDueDay = lambdaSchedule(() => dueDay(productionPlatform()));
export const onPoolsDue = lambdaSchedule(() => poolsDue(productionPlatform()));
export const sweep = lambdaSchedule(() => () => sweepOutbox(productionPlatform(), 'ledger'));
