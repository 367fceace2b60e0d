import type { Api } from '../../shared/runtime/http/api.ts';
import { type SweepResult, sweepOutbox } from '../../shared/runtime/outbox.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { scoringHttp } from './handlers/http.ts';
import { onFactCredited } from './handlers/on-fact-credited.ts';
import { onMonthOpening } from './handlers/on-month-opening.ts';
import { onPlanPublished } from './handlers/on-plan-published.ts';

export interface Scoring {
  readonly http: Api;
  readonly onFactCredited: SqsHandler;
  readonly onPlanPublished: SqsHandler;
  /** Gives a book to months that may pay without any fact. */
  readonly onMonthOpening: () => Promise<{ readonly months: number }>;
  readonly sweep: () => Promise<SweepResult>;
}
/** The scoring service on a platform. */
export const composeScoring = (platform: Platform): Scoring => ({
  http: scoringHttp(platform),
  onFactCredited: onFactCredited(platform),
  onPlanPublished: onPlanPublished(platform),
  onMonthOpening: onMonthOpening(platform),
  sweep: () => sweepOutbox(platform, 'scores'),
});
