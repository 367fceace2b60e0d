import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import { instant } from '../../../shared/kernel/period.ts';
import { markRead, noticeFrom } from './notice.ts';
import { MAX_SMS_LENGTH, smsSegments, smsText } from './sms.ts';

/** Segment counts as the carriers publish them; `test/vectors/sms.json` has the same where it is present. */
const PUBLISHED = [
  { id: 'SMS-01', length: 160, expected_segments: 3 },
  { id: 'SMS-02', length: 68, expected_segments: 1 },
  { id: 'SMS-03', length: 134, expected_segments: 2 },
  { id: 'SMS-04', length: 135, expected_segments: 3 },
];
const FILE = new URL('../../../test/vectors/sms.json', import.meta.url);
const vectors = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as { vectors: typeof PUBLISHED }).vectors : PUBLISHED;

describe('smsSegments', () => {
  it.each([...PUBLISHED, ...vectors])('$id: $length characters are $expected_segments', ({ length, expected_segments }) => {
    expect(smsSegments('字'.repeat(length))).toBe(expected_segments);
  });
  it.each([
    [0, 0],
    [1, 1],
    [70, 1],
    [71, 2],
    [201, 3],
    [202, 4],
    [469, 7],
    [470, 8],
    [500, 8],
  ])('%i characters are %i', (length, segments) => expect(smsSegments('x'.repeat(length))).toBe(segments));
  it('counts as carriers do, where an emoji takes two', () => {
    expect(smsSegments('🎉'.repeat(35))).toBe(1);
    expect(smsSegments(`${'🎉'.repeat(35)}!`)).toBe(2);
  });
  it('takes at most 500 characters', () => {
    expect(() => smsSegments('x'.repeat(MAX_SMS_LENGTH + 1))).toThrow(RangeError);
  });
});

describe('smsText', () => {
  const say = (zh: string, en = zh) => [smsText({ zh, en }, 'zh-CN'), smsText({ zh, en }, 'en')];
  const NEUTRAL = ['您有一条新通知,请登录查看。', 'You have a new notice. Please sign in to read it.'];

  it('is the title in the language of the person, days and months included', () => {
    expect(say('2026年11月工资条已发布', 'Payslip of November 2026')).toEqual([
      '2026年11月工资条已发布。请登录查看。',
      'Payslip of November 2026. Please sign in to read it.',
    ]);
    expect(say('2026-11 工资条')[0]).toContain('2026-11');
    expect(say('11月30日发薪')[0]).toContain('11月30日');
  });
  it.each([
    '奖金 500 元',
    '到账¥8,000.00',
    '提成+400.00',
    '工资12000',
    '2026-11 实发 9,876.54',
    '奖金五百元',
    '奖金 500',
    'bonus of CNY x',
    '1000 yuan more',
  ])('names no amount: %s', (title) => expect(say(title)).toEqual(NEUTRAL));
  it('never has a digit that was an amount, whatever the amount and the words around it', () => {
    const amount = fc
      .tuple(fc.nat(9_999_999), fc.constantFrom('', '.00', '.5', '元', ' yuan'))
      .map(([whole, tail]) => `${whole + 1}${tail}`);
    fc.assert(
      fc.property(fc.constantFrom('奖金', '11月奖金', '2026-11 提成 ', 'Bonus '), amount, (before, text) => {
        expect(smsText({ zh: `${before}${text}`, en: `${before}${text}` }, 'en')).not.toContain(text);
      }),
    );
  });
  it('fits for every title', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (title) => smsSegments(smsText({ zh: title, en: title }, 'zh-CN')) <= 8));
  });
});

describe('notice', () => {
  const request: NoticeRequested = {
    message: 'notice.requested',
    noticeId: 'payslip:run-1:li',
    employeeId: 'li',
    legalEntityId: 'le-1',
    template: 'payslip-published',
    title: { zh: '工资条已发布', en: 'Payslip published' },
    body: { zh: '实发 9,876.54 元', en: 'Net pay 9,876.54 yuan' },
    requestedAt: instant('2026-11-30T10:00:00+08:00'),
  };
  const NOW = instant('2026-11-30T10:00:05+08:00');
  const LATER = instant('2026-12-01T08:00:00+08:00');

  it('is delivered by being stored, and its text message does not have the body', () => {
    const notice = noticeFrom(request, 'zh-CN', NOW);
    expect(notice).toMatchObject({
      link: null,
      readAt: null,
      attempts: [{ channel: 'local', at: NOW, outcome: 'delivered' }],
      sms: { text: '工资条已发布。请登录查看。', segments: 1 },
    });
    expect(notice.sms.text).not.toContain('9,876');
  });
  it('is read once', () => {
    const read = markRead(noticeFrom(request, 'en', NOW), NOW);
    expect(markRead(read, LATER).readAt).toBe(NOW);
  });
  it('is the same whenever it is made from the same', () => {
    expect(noticeFrom(request, 'en', NOW)).toEqual(noticeFrom(structuredClone(request), 'en', NOW));
  });
});
