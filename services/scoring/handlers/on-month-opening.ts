import type { Platform } from '../../../shared/runtime/platform.ts';
import { openMonths } from '../app/open-months.ts';

/** Every day: months in which something may be paid without any fact get a book. */
export const onMonthOpening =
  (platform: Platform): (() => Promise<{ readonly months: number }>) =>
  () =>
    openMonths(platform);
