import type { Api } from '../../shared/runtime/http/api.ts';
import { type SweepResult, sweepOutbox } from '../../shared/runtime/outbox.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { bonusHttp } from './handlers/http.ts';
import { onDueDay } from './handlers/on-due-day.ts';
import { onPoolsDue } from './handlers/on-pools-due.ts';
import { onScoreUpdated } from './handlers/on-score-updated.ts';

export interface Bonus {
  readonly http: Api;
  readonly onScoreUpdated: SqsHandler;
  /** Pays what is held until today. */
  readonly onDueDay: () => Promise<{ readonly months: number }>;
  /** Shares pools out again where a member's month was decided. */
  readonly onPoolsDue: () => Promise<{ readonly months: number }>;
  readonly sweep: () => Promise<SweepResult>;
}
/** The bonus service on a platform. */
export const composeBonus = (platform: Platform): Bonus => ({
  http: bonusHttp(platform),
  onScoreUpdated: onScoreUpdated(platform),
  onDueDay: onDueDay(platform),
  onPoolsDue: onPoolsDue(platform),
  sweep: () => sweepOutbox(platform, 'ledger'),
});
