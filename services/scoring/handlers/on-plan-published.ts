import type { OrgChanged, PlanPublished, TargetsChanged } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type SqsHandler, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { recalculateForOrg } from '../app/on-org-changed.ts';
import { recalculateForPlan } from '../app/on-plan-published.ts';
import { recalculateForTargets } from '../app/on-targets-changed.ts';

/** Reads the queue `plans-published`: what everybody is measured with has changed. One bad message fails alone. */
export const onPlanPublished = (platform: Platform): SqsHandler =>
  sqsHandler<PlanPublished | TargetsChanged | OrgChanged>(
    platform,
    'plans-published',
    ['plan.published', 'targets.changed', 'org.changed'],
    async (received) => {
      const failures = new Map<number, string>();
      for (const { index, message } of received) {
        try {
          if (message.message === 'plan.published') await recalculateForPlan(platform, message);
          else if (message.message === 'targets.changed') await recalculateForTargets(platform, message);
          else await recalculateForOrg(platform, message);
        } catch (error) {
          failures.set(index, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
        }
      }
      return failures;
    },
  );
