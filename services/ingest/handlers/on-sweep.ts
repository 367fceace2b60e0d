import { type SweepResult, sweepOutbox } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { RecordDeps } from '../app/record-facts.ts';
import { type RetryResult, retryUnassigned } from '../app/retry-unassigned.ts';
import type { SourceRegistry } from '../app/source-registry.ts';

export interface IngestSweep {
  readonly outbox: SweepResult;
  readonly unassigned: RetryResult;
}

/** Every minute: messages that were lost are sent again, then facts that were nobody's are looked at again. */
export const onSweep =
  (platform: Platform, deps: RecordDeps, registry: SourceRegistry): (() => Promise<IngestSweep>) =>
  async () => {
    const outbox = await sweepOutbox(platform, 'facts');
    return { outbox, unassigned: await retryUnassigned({ ...deps, log: platform.log }, registry) };
  };
