import type { Api } from '../../shared/runtime/http/api.ts';
import { type SweepResult, sweepOutbox } from '../../shared/runtime/outbox.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { attendanceHttp } from './handlers/http.ts';
import { onRetention } from './handlers/on-retention.ts';
import { onVisitMessage } from './handlers/on-visit-message.ts';

export interface Attendance {
  readonly http: Api;
  /** Reads the queue `visits`. */
  readonly onVisitMessage: SqsHandler;
  /** Erases positions whose retention time is over. */
  readonly onRetention: () => Promise<{ readonly erased: number }>;
  readonly sweep: () => Promise<SweepResult>;
}

/** The attendance service on a platform. */
export const composeAttendance = (platform: Platform): Attendance => ({
  http: attendanceHttp(platform),
  onVisitMessage: onVisitMessage(platform),
  onRetention: onRetention(platform),
  sweep: () => sweepOutbox(platform, 'attendance'),
});
