import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type SqsHandler, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { receiveNotices } from '../app/receive-notices.ts';

/** Reads the queue `notices`. */
export const onNoticeRequested = (platform: Platform): SqsHandler =>
  sqsHandler<NoticeRequested>(platform, 'notices', ['notice.requested'], (received) => receiveNotices(platform, received));
