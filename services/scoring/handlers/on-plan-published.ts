import type { PlanPublished } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type SqsHandler, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { recalculateForPlans } from '../app/on-plan-published.ts';

/** Reads the queue `plans-published`. */
export const onPlanPublished = (platform: Platform): SqsHandler =>
  sqsHandler<PlanPublished>(platform, 'plans-published', ['plan.published'], (received) => recalculateForPlans(platform, received));
