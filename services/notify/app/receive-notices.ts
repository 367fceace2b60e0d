import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { Failures, Received } from '../../../shared/runtime/sqs-handler.ts';
import { employeeKey, parseEmployee } from '../../people/read.ts';
import { noticeFrom, requestDigest } from '../domain/notice.ts';
import { noticeKey, parseNotice } from '../read.ts';
import { putNotice } from '../store.ts';

/**
 * Stores and thereby delivers each notice once by its id: the item is the done mark. A request that comes again, late, or in another order
 * changes nothing, also after the notice was read. Each is stored alone, so one that cannot be stored fails alone.
 */
export const receiveNotices = async (
  { store, clock, log }: Pick<Platform, 'store' | 'clock' | 'log'>,
  received: readonly Received<NoticeRequested>[],
): Promise<Failures> => {
  const items = await store.getMany([
    ...received.map(({ message }) => noticeKey(message.noticeId)),
    ...received.map(({ message }) => employeeKey(message.employeeId)),
  ]);
  const failures = new Map<number, string>();
  await Promise.all(
    received.map(async ({ index, message }, at) => {
      const known = parseNotice(items[at]);
      if (known) {
        if (known.requestDigest !== requestDigest(message)) log.warn('notice.conflict', { noticeId: message.noticeId });
        return;
      }
      // Somebody who is not known yet still gets the notice: it waits under the id.
      const language = parseEmployee(items[received.length + at])?.language ?? 'zh-CN';
      try {
        await store.write(putNotice(noticeFrom(message, language, clock.now()), 1));
      } catch (error) {
        failures.set(index, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      }
    }),
  );
  return failures;
};
