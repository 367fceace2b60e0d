import type { Platform } from '../../../shared/runtime/platform.ts';
import { releaseDue } from '../app/release-due.ts';

/** Every hour, because a day begins at another one in another time zone: what is held until today is paid. */
export const onDueDay =
  (platform: Platform): (() => Promise<{ readonly months: number }>) =>
  () =>
    releaseDue(platform);
