/** What a person is told of an award by fact or customer: once when it is earned, once when it is taken back, each time it changes. */

import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Award, LedgerEntry } from '../../../shared/contracts/ledger.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { yuanText } from './number-text.ts';

export interface AwardNotice {
  readonly noticeId: string;
  readonly template: 'award-earned' | 'award-reversed';
  /** Without amounts or names: it may go over SMS. */
  readonly title: LocalText;
  readonly body: LocalText;
}

const MAX_NOTICE_ID = 300;

/** `award:<awardId>:<seq>`: the entry's number makes it once per change. Long ids are shortened to their digest. */
export const noticeIdOf = (awardId: string, seq: number): string => {
  const id = `award:${awardId}:${seq}`;
  return id.length <= MAX_NOTICE_ID ? id : `award:${digestOf(awardId)}:${seq}`;
};

/** Null for awards that are not for one fact or customer: those change with every fact and are looked at in the app. */
export const awardNotice = (award: Award, entry: LedgerEntry): AwardNotice | null => {
  const { subject, ruleName } = award;
  if (subject === null || subject.kind === 'adjustment' || subject.kind === 'pool' || subject.kind === 'day') return null;
  const noticeId = noticeIdOf(award.awardId, entry.seq);
  const amount = yuanText(Math.abs(entry.amountFen));
  const now = yuanText(award.amountFen);
  const whose = { customer: { zh: '客户', en: 'customer ' }, order: { zh: '订单', en: 'order ' }, fact: { zh: '业务', en: '' } }[
    subject.kind
  ];
  if (entry.amountFen > 0) {
    const what = { customer: '您开发新客户', order: '您的订单', fact: '您的业务' }[subject.kind];
    return {
      noticeId,
      template: 'award-earned',
      title: { zh: '您有一笔新的奖励', en: 'You have a new reward' },
      body: {
        zh: `${what} ${subject.id} 获得 ${amount} 元奖励(${ruleName.zh},${award.period})。`,
        en: `For ${whose.en}${subject.id} you earned ${amount} yuan (${ruleName.en}, ${award.period}).`,
      },
    };
  }
  return {
    noticeId,
    template: 'award-reversed',
    title: { zh: '您的一笔奖励有调整', en: 'One of your rewards has changed' },
    body: {
      zh: `${whose.zh} ${subject.id} 的奖励扣回 ${amount} 元,现为 ${now} 元(${ruleName.zh},${award.period})。`,
      en: `${amount} yuan of the reward for ${whose.en}${subject.id} was taken back; it is now ${now} yuan (${ruleName.en}, ${award.period}).`,
    },
  };
};
