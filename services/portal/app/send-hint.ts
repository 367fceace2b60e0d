/** A manager's hint: kept and told in one transaction, once however often it is sent; read back with what became of its notice. */
import type { Page, PageKey } from '../../../shared/adapters/store.ts';
import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { noticeKey, parseNotice } from '../../notify/read.ts';
import { type HintWords, hintNotice, hintNoticeId, type ManagerHint, managerHint } from '../domain/manager-hint.ts';
import { hintKey, hintsQuery, parseHint, putHint } from '../store.ts';
import type { ProgressAnswer } from './read-progress.ts';

export interface HintToSend {
  readonly to: Employee;
  readonly from: ManagerHint['from'];
  readonly period: Month;
  readonly indicator: string;
  readonly words: HintWords | null;
  readonly today: LocalDate;
}
export interface SentHint {
  readonly hint: ManagerHint;
  /** False where it had been sent before. */
  readonly isNew: boolean;
}
type Deps = Pick<Platform, 'store' | 'queue' | 'clock'>;

/** Fails where the person's plan has no such indicator in the month. @param progress how the month stands. */
export const sendHint = async (
  { store, queue, clock }: Deps,
  { to, from, period, indicator: asked, words, today }: HintToSend,
  progress: ProgressAnswer,
): Promise<Result<SentHint, 'unknown_indicator'>> => {
  const indicator = progress.indicators.find(({ id }) => id === asked);
  if (!indicator) return fail('unknown_indicator');
  const { id, name, text } = indicator;
  const person = { employeeId: to.id, legalEntityId: to.legalEntityId };
  const hint = managerHint({ to: person, period, indicator: { id, name }, words, from }, text, today, clock.now());
  const row = outboxRow('portal', messageOf(hint), hint.sentAt);
  if ((await store.transact([putHint(hint), putRow(row)])).ok) {
    await tell(queue, [row]);
    return succeed({ hint, isNew: true });
  }
  const known = parseHint(await store.get(hintKey(hint.hintId)));
  if (!known) throw new Error(`hint ${hint.hintId} was refused and is not there`);
  return succeed({ hint: known, isNew: false });
};

const messageOf = (hint: ManagerHint): NoticeRequested => ({
  message: 'notice.requested',
  employeeId: hint.employeeId,
  legalEntityId: hint.legalEntityId,
  ...hintNotice(hint),
  requestedAt: hint.sentAt,
});

/** A hint, when its notice arrived, and when the person read that; null while it has not. */
export interface HintWithNotice extends ManagerHint {
  readonly deliveredAt: Instant | null;
  readonly readAt: Instant | null;
}

/** A page of a person's hints, newest first. From an index: the newest may be missing for a moment. */
export const listHints = async (
  { store }: Pick<Platform, 'store'>,
  employeeId: string,
  page: { readonly limit: number; readonly startAfter: PageKey | undefined },
): Promise<{ readonly items: readonly HintWithNotice[]; readonly next: Page['next'] }> => {
  const { limit, startAfter } = page;
  const found = await store.query({ ...hintsQuery(employeeId), limit, ...(startAfter ? { startAfter } : {}) });
  const hints = found.items.flatMap((item) => parseHint(item) ?? []);
  const notices = await store.getMany(hints.map(({ hintId }) => noticeKey(hintNoticeId(hintId))));
  const items = hints.map((hint, place): HintWithNotice => {
    const notice = parseNotice(notices[place]);
    return { ...hint, deliveredAt: notice?.attempts[0]?.at ?? null, readAt: notice?.readAt ?? null };
  });
  return { items, next: found.next };
};
