import type { Platform } from '../../../shared/runtime/platform.ts';
import { eraseOldPositions } from '../app/erase-positions.ts';

/** Every night: positions whose retention time is over are erased. */
export const onRetention =
  (platform: Platform): (() => Promise<{ readonly erased: number }>) =>
  () =>
    eraseOldPositions(platform);
