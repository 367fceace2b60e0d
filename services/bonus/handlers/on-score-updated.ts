import type { ScoreUpdated } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type SqsHandler, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { planDirectory } from '../app/plan-directory.ts';
import { postAwards } from '../app/post-awards.ts';

/** Reads the queue `scores`. Compiled plans are kept from one batch to the next. */
export const onScoreUpdated = (platform: Platform): SqsHandler => {
  const plans = planDirectory(platform.store);
  return sqsHandler<ScoreUpdated>(platform, 'scores', ['score.updated'], (received) => postAwards({ ...platform, plans }, received));
};
