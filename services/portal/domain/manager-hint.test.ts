import { describe, expect, it } from 'vitest';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';
import { type HintDraft, hintIdOf, hintNotice, managerHint } from './manager-hint.ts';

const TODAY = '2026-11-23' as LocalDate;
const AT = '2026-11-23T01:00:00.000Z' as Instant;
const STANDING = { zh: '新客户:落后 2', en: 'New customers: 2 behind' };
const draft = (changes: Partial<HintDraft> = {}): HintDraft => ({
  to: { employeeId: 'li', legalEntityId: 'le' },
  period: '2026-11' as Month,
  indicator: { id: 'customers', name: { zh: '新客户', en: 'New customers' } },
  words: { zh: '先跟进方案提交的客户', en: 'Follow up proposals first' },
  from: { employeeId: 'lead', name: '王敏' },
  ...changes,
});

describe('a hint of a manager', () => {
  it.each([
    ['both languages', { zh: '甲', en: 'A' }, { zh: '甲', en: 'A' }],
    ['Chinese alone stands for both', { zh: '甲' }, { zh: '甲', en: '甲' }],
    ['English alone stands for both', { en: 'A' }, { zh: 'A', en: 'A' }],
    ['no words: how the indicator stands', null, STANDING],
  ] as const)('%s', (_, words, text) => {
    expect(managerHint(draft({ words }), STANDING, TODAY, AT).text).toEqual(text);
  });

  it('is one hint however often it is sent on a day, and another for anything else', () => {
    const id = hintIdOf(draft(), TODAY);
    expect(hintIdOf(draft({ from: { employeeId: 'lead', name: 'renamed' } }), TODAY)).toBe(id);
    const others = [
      hintIdOf(draft(), '2026-11-24' as LocalDate),
      ...[
        { to: { employeeId: 'wang', legalEntityId: 'le' } },
        { period: '2026-10' as Month },
        { indicator: { id: 'sales', name: { zh: '', en: '' } } },
        { words: { zh: '先跟进方案提交的客户' } },
        { words: { en: '先跟进方案提交的客户' } },
        { words: null },
        { from: { employeeId: 'boss', name: '王敏' } },
      ].map((change) => hintIdOf(draft(change), TODAY)),
    ];
    expect(new Set([id, ...others]).size).toBe(9);
  });

  it('arrives as a notice whose title says nothing of it', () => {
    const hint = managerHint(draft(), STANDING, TODAY, AT);
    expect(hintNotice(hint)).toEqual({
      noticeId: `hint:${hint.hintId}`,
      template: 'manager-hint',
      title: { zh: '您的主管给您一条改进建议', en: 'Your manager has a hint for you' },
      body: {
        zh: '王敏 就「新客户」(2026-11)给您的建议:先跟进方案提交的客户',
        en: '王敏 about "New customers" (2026-11): Follow up proposals first',
      },
      link: '/v1/me/hints',
    });
  });
});
