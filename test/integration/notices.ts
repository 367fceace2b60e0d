import type { NoticeRequested } from '../../shared/contracts/messages.ts';
import { instant } from '../../shared/kernel/period.ts';

/** The simplest message with an effect and a done mark of its own. */
export const notice = (noticeId: string): NoticeRequested => ({
  message: 'notice.requested',
  noticeId,
  employeeId: 'e-1',
  legalEntityId: 'le-1',
  template: 'test',
  title: { zh: '测试', en: 'Test' },
  body: { zh: '测试', en: 'Test' },
  requestedAt: instant('2026-11-23T09:00:00+08:00'),
});
export const noticeKey = (noticeId: string) => ({ table: 'notices', pk: `NOTICE#${noticeId}`, sk: 'NOTICE' }) as const;
