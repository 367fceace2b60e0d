/** A hint that a manager sends to one person about one indicator, and the notice that brings it. Pure. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';

export interface ManagerHint {
  readonly hintId: string;
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: Month;
  readonly indicator: { readonly id: string; readonly name: LocalText };
  readonly text: LocalText;
  readonly from: { readonly employeeId: string; readonly name: string };
  readonly sentAt: Instant;
}
/** What the manager wrote: one language at least, or nothing. */
export interface HintWords {
  readonly zh?: string | undefined;
  readonly en?: string | undefined;
}
export interface HintDraft {
  readonly to: { readonly employeeId: string; readonly legalEntityId: string };
  readonly period: Month;
  readonly indicator: ManagerHint['indicator'];
  readonly words: HintWords | null;
  readonly from: ManagerHint['from'];
}

/** The same words about the same thing from the same manager are one hint a day, however often they are sent. */
export const hintIdOf = ({ to, period, indicator, words, from }: HintDraft, today: LocalDate): string =>
  digestOf([from.employeeId, to.employeeId, period, indicator.id, words?.zh ?? null, words?.en ?? null, today]).slice(0, 32);

/** @param standing what is said where the manager wrote nothing: how the indicator stands. A language that was not written has the other's words. */
export const managerHint = (draft: HintDraft, standing: LocalText, today: LocalDate, sentAt: Instant): ManagerHint => {
  const { to, period, indicator, words, from } = draft;
  const { zh = words?.en ?? standing.zh, en = words?.zh ?? standing.en } = words ?? {};
  return { hintId: hintIdOf(draft, today), ...to, period, indicator, text: { zh, en }, from, sentAt };
};

export const hintNoticeId = (hintId: string): string => `hint:${hintId}`;

export interface HintNotice {
  readonly noticeId: string;
  readonly template: 'manager-hint';
  /** Without names, numbers or words of the hint: it may go over SMS. */
  readonly title: LocalText;
  readonly body: LocalText;
  readonly link: string;
}
export const hintNotice = ({ hintId, period, indicator, text, from }: ManagerHint): HintNotice => ({
  noticeId: hintNoticeId(hintId),
  template: 'manager-hint',
  title: { zh: '您的主管给您一条改进建议', en: 'Your manager has a hint for you' },
  body: {
    zh: `${from.name} 就「${indicator.name.zh}」(${period})给您的建议:${text.zh}`,
    en: `${from.name} about "${indicator.name.en}" (${period}): ${text.en}`,
  },
  link: '/v1/me/hints',
});
