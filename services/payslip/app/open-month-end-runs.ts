/** The month-end schedule: opens the run of every legal entity whose payday is near, and finishes what an interrupted run left. */
import { addDays, addMonths, dateIn, type LocalDate, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { listEntities } from '../../people/read.ts';
import { createRun, payDateOf } from './manage-run.ts';

/** Runs are opened this many days before payday, so that people have time to check and approve. */
export const DAYS_BEFORE_PAYDAY = 3;
export const MONTH_END = 'system:month-end';

export interface MonthEndResult {
  readonly opened: readonly string[];
  readonly failed: readonly { readonly legalEntityId: string; readonly reason: string }[];
}

/** One entity's trouble never stops another's run. Running it twice opens nothing twice. */
export const openMonthEndRuns = async (platform: Platform): Promise<MonthEndResult> => {
  const opened: string[] = [];
  const failed: { legalEntityId: string; reason: string }[] = [];
  for (const entity of await listEntities(platform.store)) {
    const today = dateIn(platform.clock.now(), entity.timeZone);
    const period = entity.payday === 0 ? monthOf(today) : addMonths(monthOf(today), -1);
    try {
      if (!isNear(today, payDateOf(entity, period))) continue;
      opened.push((await createRun(platform, { legalEntityId: entity.id, period: period as Month }, MONTH_END)).id);
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'run_exists') continue;
      const reason = error instanceof Error ? error.message : String(error);
      platform.log.error('month-end.failed', { legalEntityId: entity.id, period, reason: reason.slice(0, 500) });
      failed.push({ legalEntityId: entity.id, reason });
    }
  }
  return { opened, failed };
};

const isNear = (today: LocalDate, payday: LocalDate): boolean => today <= payday && addDays(today, DAYS_BEFORE_PAYDAY) >= payday;
