/** A notice and what became of it. Pure. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { smsSegments, smsText } from './sms.ts';

export type Language = 'zh-CN' | 'en';

/** One try to bring a notice to a person. The local channel keeps it here, to be looked at: storing it is delivering it. */
export interface DeliveryAttempt {
  readonly channel: 'local';
  readonly at: Instant;
  readonly outcome: 'delivered';
}

export interface Notice {
  readonly noticeId: string;
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly template: string;
  readonly title: LocalText;
  readonly body: LocalText;
  /** Where the matter itself can be seen. */
  readonly link: string | null;
  /** The person's language when the notice came in. */
  readonly language: Language;
  readonly requestedAt: Instant;
  /** SHA-256 of the request: a second request with this id and another content is noticed. */
  readonly requestDigest: string;
  /** What a text message would say and cost. */
  readonly sms: { readonly text: string; readonly segments: number };
  readonly attempts: readonly DeliveryAttempt[];
  readonly readAt: Instant | null;
}

export const requestDigest = (request: NoticeRequested): string => digestOf(request);

/** The notice that a request makes, delivered over the local channel at `now`. */
export const noticeFrom = (request: NoticeRequested, language: Language, now: Instant): Notice => {
  const text = smsText(request.title, language);
  return {
    noticeId: request.noticeId,
    employeeId: request.employeeId,
    legalEntityId: request.legalEntityId,
    template: request.template,
    title: request.title,
    body: request.body,
    link: request.link ?? null,
    language,
    requestedAt: request.requestedAt,
    requestDigest: requestDigest(request),
    sms: { text, segments: smsSegments(text) },
    attempts: [{ channel: 'local', at: now, outcome: 'delivered' }],
    readAt: null,
  };
};

/** The first time it was read counts. */
export const markRead = (notice: Notice, now: Instant): Notice => (notice.readAt === null ? { ...notice, readAt: now } : notice);
