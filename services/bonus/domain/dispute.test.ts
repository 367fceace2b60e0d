import { describe, expect, it } from 'vitest';
import { instant, localDate, month, weekday } from '../../../shared/kernel/period.ts';
import type { Actor } from './adjustment.ts';
import { answer, assign, type Dispute, dueAfter, type Objection, type OpeningContext, open } from './dispute.ts';

const LIN: Actor = { subject: 'lin', employeeId: 'e-1' };
const ANNA: Actor = { subject: 'anna', employeeId: null };
const AT = instant('2026-11-23T09:00:00+08:00');
const isWorkday = (on: ReturnType<typeof localDate>): boolean => weekday(on) <= 5;
const objection = (changes: Partial<Objection> = {}): Objection => ({
  id: 'd1',
  employeeId: 'e-1',
  legalEntityId: 'le-1',
  period: month('2026-11'),
  kind: 'missing-deal',
  awardId: null,
  deal: 'crm:7',
  text: '少算一单',
  expectedFen: 50_000,
  ...changes,
});
const context = (changes: Partial<OpeningContext> = {}): OpeningContext => ({
  by: LIN,
  at: AT,
  today: localDate('2026-11-23'),
  others: 0,
  seq: 4,
  totalFen: 100,
  isWorkday,
  ...changes,
});
const opened = (): Dispute => {
  const result = open(undefined, objection(), context());
  return result.ok ? result.value : expect.unreachable();
};
const codeOf = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }) => (result.ok ? 'ok' : result.error?.code);
const accept = { decision: 'accept', reason: '已补录', correction: { kind: 'fact', factId: 'crm:7' } } as const;

describe('the last day for an answer', () => {
  it.each([
    ['a Monday', '2026-11-23', '2026-11-26'],
    ['a Thursday: over the weekend', '2026-11-26', '2026-12-01'],
    ['a Saturday', '2026-11-28', '2026-12-02'],
  ])('%s', (_, from, due) => {
    expect(dueAfter(localDate(from), 3, isWorkday)).toBe(due);
  });
  it('ends also where no day is a workday', () => {
    expect(dueAfter(localDate('2026-11-23'), 3, () => false) > '2026-11-23').toBe(true);
  });
});

describe('opening', () => {
  it.each<[string, Partial<Objection>, Partial<OpeningContext>, string]>([
    ['this month', {}, {}, 'ok'],
    ['a month that has not begun', { period: month('2026-12') }, {}, 'future_month'],
    ['the 51st of a month', {}, { others: 50 }, 'too_many'],
    ['the 50th', {}, { others: 49 }, 'ok'],
    ['an own award', { awardId: 'commission:e-1:2026-11' }, {}, 'ok'],
    ['an award of another', { awardId: 'commission:e-2:2026-11' }, {}, 'foreign_award'],
    ['an award of another month', { awardId: 'commission:e-1:2026-10' }, {}, 'foreign_award'],
    ['what is no award', { awardId: 'nothing' }, {}, 'foreign_award'],
  ])('%s', (_, changes, more, code) => {
    expect(codeOf(open(undefined, objection(changes), context(more)))).toBe(code);
  });
  it('keeps what stood, and is the same when said again', () => {
    expect(opened()).toMatchObject({ status: 'open', dueOn: '2026-11-26', openedSeq: 4, openedTotalFen: 100, version: 1 });
    expect(open(opened(), objection(), context({ others: 50 }))).toEqual({ ok: true, value: opened() });
    expect(codeOf(open(opened(), objection({ text: 'otherwise' }), context()))).toBe('taken');
  });
});

describe('answering', () => {
  it.each<[string, Actor, Parameters<typeof answer>[1], string]>([
    ['somebody else accepts', ANNA, accept, 'ok'],
    ['somebody else rejects', ANNA, { decision: 'reject', reason: '已计入' }, 'ok'],
    ['the person accepts', LIN, accept, 'own_dispute'],
    ['another login of the person accepts', { subject: 'other', employeeId: 'e-1' }, accept, 'own_dispute'],
    ['the person withdraws', LIN, { decision: 'withdraw', reason: null }, 'ok'],
    ['somebody else withdraws', ANNA, { decision: 'withdraw', reason: null }, 'own_dispute'],
  ])('%s', (_, by, given, code) => {
    expect(codeOf(answer(opened(), given, by, AT))).toBe(code);
  });
  it('is once; the same again is what is there, and everything is kept', () => {
    const taken = assign(opened(), ANNA, AT);
    const accepted = answer(taken.ok ? taken.value : opened(), accept, ANNA, AT);
    const value = accepted.ok ? accepted.value : expect.unreachable();
    expect(value).toMatchObject({ status: 'accepted', assignedTo: 'anna', version: 3, answer: { correction: { factId: 'crm:7' } } });
    expect(value.history.map(({ what }) => what)).toEqual(['opened', 'assigned', 'accepted']);
    expect(answer(value, accept, ANNA, AT)).toEqual({ ok: true, value });
    expect(codeOf(answer(value, { decision: 'reject', reason: 'no' }, ANNA, AT))).toBe('answered');
    expect(codeOf(assign(value, ANNA, AT))).toBe('answered');
    expect(codeOf(assign(opened(), LIN, AT))).toBe('own_dispute');
    expect(assign(value, ANNA, AT).ok).toBe(false);
  });
});
