/**
 * `plan.published` → `recalculation.requested` for every month that is folded with another plan than is now in force. Running it again
 * asks again for what is not done yet: harmless. The done mark is written last.
 */
import type { PlanPublished } from '../../../shared/contracts/messages.ts';
import { addMonths, DEFAULT_TIME_ZONE, type LocalDate, localDate, type Month, monthIn, monthOf } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { entityKey, parseEntity } from '../../people/read.ts';
import { putPublished } from '../store.ts';
import { openMonthsOf } from './open-months.ts';
import { recalculateOutdated } from './recalculate-outdated.ts';

/** A plan published for longer ago recalculates this many months back, and says so in the log. */
export const MAX_MONTHS = 60;

export const recalculateForPlan = async (
  deps: Pick<Platform, 'store' | 'queue' | 'clock' | 'log'>,
  { planId, version, legalEntityId, effectiveFrom }: PlanPublished,
): Promise<void> => {
  const { store, clock, log } = deps;
  const entity = parseEntity(await store.get(entityKey(legalEntityId)));
  const current = monthIn(clock.now(), entity?.timeZone ?? DEFAULT_TIME_ZONE);
  const months = monthsFrom(localDate(effectiveFrom), current);
  if (months.length > MAX_MONTHS) log.warn('scoring.recalculation-bounded', { planId, version, months: months.length });
  await recalculateOutdated(deps, {
    legalEntityId,
    cause: { kind: 'plan', of: planId, version },
    causeId: `plan:${planId}:${version}`,
    months: months.slice(-MAX_MONTHS),
  });
  await openMonthsOf(deps, legalEntityId, months.slice(-MAX_MONTHS));
  await store.write(putPublished(planId, version, clock.now()));
};

/** From the month of a day to the present one; none when the day is in a later month. */
const monthsFrom = (from: LocalDate, current: Month): Month[] => {
  const months: Month[] = [];
  for (let period = monthOf(from); period <= current; period = addMonths(period, 1)) months.push(period);
  return months;
};
