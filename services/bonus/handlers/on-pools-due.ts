import type { Platform } from '../../../shared/runtime/platform.ts';
import { planDirectory } from '../app/plan-directory.ts';
import { sharePools } from '../app/share-pools.ts';

/** Every five minutes: pools of which a member's month was decided are shared out again. */
export const onPoolsDue = (platform: Platform): (() => Promise<{ readonly months: number }>) => {
  const plans = planDirectory(platform.store);
  return () => sharePools({ ...platform, plans });
};
