import type { Platform } from '../../../shared/runtime/platform.ts';
import { openMonthEndRuns } from '../app/open-month-end-runs.ts';

/** Daily; opens what is due. Throws after all entities were tried when one failed, so that operations are told. */
export const onMonthEnd = (platform: Platform) => async (): Promise<void> => {
  const { failed } = await openMonthEndRuns(platform);
  if (failed.length > 0) throw new Error(`month end failed for ${failed.map(({ legalEntityId }) => legalEntityId).join(', ')}`);
};
