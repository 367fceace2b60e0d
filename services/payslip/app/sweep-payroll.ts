import { queryAll } from '../../../shared/adapters/store.ts';
import { sweepOutbox } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { parseRun } from '../store.ts';
import { finishRun } from './finish-run.ts';
import { publishRun } from './publish-run.ts';

/** Sends again what was lost, and finishes runs whose last step was interrupted: all parts calculated, or notices half sent. */
export const sweepPayroll = async (platform: Platform): Promise<void> => {
  await sweepOutbox(platform, 'payroll');
  const unfinished = await queryAll(platform.store, { table: 'payroll', index: 'gsi2', pk: 'UNFINISHED' }, 10_000);
  for (const item of unfinished) {
    const stored = parseRun(item);
    if (stored?.run.status === 'draft') await finishRun(platform, stored.run.id);
    else if (stored?.run.status === 'publishing') await publishRun(platform, stored.run.id);
  }
};
