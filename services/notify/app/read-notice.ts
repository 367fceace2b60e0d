import type { Platform } from '../../../shared/runtime/platform.ts';
import { markRead, type Notice } from '../domain/notice.ts';
import { noticeKey, parseNotice } from '../read.ts';
import { putNotice } from '../store.ts';

const MAX_ATTEMPTS = 8;

/** Notes that its person has read a notice; the first time counts. `undefined` when there is no such notice of this person. */
export const readNotice = async (
  { store, clock }: Pick<Platform, 'store' | 'clock'>,
  noticeId: string,
  employeeId: string,
): Promise<Notice | undefined> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const item = await store.get(noticeKey(noticeId));
    const notice = parseNotice(item);
    if (!notice || notice.employeeId !== employeeId) return undefined;
    if (notice.readAt !== null) return notice;
    const read = markRead(notice, clock.now());
    if ((await store.write(putNotice(read, Number(item?.['version']) + 1))).ok) return read;
  }
  throw new Error(`notice ${noticeId} kept changing`);
};
