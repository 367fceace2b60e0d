import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, lastDay, localDate, month } from '../../../shared/kernel/period.ts';
import { ruleBook } from '../app/rule-book.ts';
import {
  type AttendanceDifference,
  differencesOf,
  FULL_ATTENDANCE,
  figuresOf,
  type PaidAttendance,
  paidAfter,
  type TakenAttendance,
} from './attendance-figures.ts';
import { calculatePayslip } from './calculate-payslip.ts';
import type { AttendanceFigures, PayslipInput, PayslipLine } from './payslip.ts';
import { ledgerEntry, plainMonth, withEmployee } from './testing/salesperson.ts';

const employed = { hiredOn: localDate('2025-03-03'), leftOn: null };
const taken = (changes: Partial<TakenAttendance>): TakenAttendance => ({ ...FULL_ATTENDANCE, ...changes });
const october = month('2026-10');
const figures = (changes: Partial<TakenAttendance> = {}, period = october): AttendanceFigures =>
  figuresOf(taken(changes), employed, period);
const paid = (period: string, changes: Partial<TakenAttendance> = {}): PaidAttendance => ({
  legalEntityId: 'le',
  period: month(period),
  figures: figures(changes, month(period)),
});

describe('figures', () => {
  it.each([
    ['a whole month', {}, employed, 22, 22],
    ['two days unpaid', { unpaidLeaveDays: 2 }, employed, 22, 20],
    ['a joiner', { unpaidLeaveDays: 0.5 }, { ...employed, hiredOn: localDate('2026-10-26') }, 22, 4.5],
    ['a leaver', {}, { ...employed, leftOn: localDate('2026-10-02') }, 22, 2],
    [
      'days of a roster',
      { paidDates: [localDate('2026-10-03'), localDate('2026-10-04'), localDate('2026-10-31')] },
      { ...employed, hiredOn: localDate('2026-10-04') },
      3,
      2,
    ],
  ])('of %s', (_, changes, terms, paidDays, workedDays) => {
    expect(figuresOf(taken(changes), terms, october)).toMatchObject({ paidDays, workedDays });
  });
  it('differ where pay does: not in their words', () => {
    const word = { zh: '十月', en: 'October' };
    const words = { explained: { unpaid: word, sick: word, overtime: word } };
    expect(differencesOf([paid('2026-10')], [paid('2026-10', words)], month('2026-11'))).toEqual([]);
    expect(differencesOf([paid('2026-10')], [paid('2026-10', { sickLeaveDays: 1 })], month('2026-11'))).toHaveLength(1);
    expect(differencesOf([paid('2026-10')], [], month('2026-11'))).toEqual([]);
    expect(differencesOf([], [paid('2026-10', { sickLeaveDays: 1 })], month('2026-11'))).toEqual([]);
    expect(differencesOf([paid('2026-11')], [paid('2026-11', { sickLeaveDays: 1 })], month('2026-11'))).toEqual([]);
    expect(
      differencesOf([{ ...paid('2026-10'), legalEntityId: 'other' }], [paid('2026-10', { sickLeaveDays: 1 })], month('2026-11')),
    ).toEqual([]);
  });
  it('are kept for as long as corrections reach, without their words', () => {
    const word = { zh: '十月', en: 'October' };
    const words = { explained: { unpaid: word, sick: word, overtime: word } };
    const kept = paidAfter([paid('2026-08'), paid('2026-09'), paid('2026-10')], [], paid('2026-11', words));
    expect(kept.map(({ period }) => period)).toEqual(['2026-09', '2026-10', '2026-11']);
    expect(kept.at(-1)?.figures).not.toHaveProperty('explained');
  });
});

const calculated = (input: PayslipInput): readonly PayslipLine[] => {
  const result = calculatePayslip(input, ruleBook());
  return result.ok ? result.value.lines : expect.unreachable(JSON.stringify(result.error));
};
const attendanceFen = (lines: readonly PayslipLine[]): number =>
  lines.reduce((sum, { code, kind, amountFen }) => {
    if (amountFen === null) return sum;
    if (code.startsWith('overtime') || code === 'attendance-difference') return sum + amountFen;
    return kind === 'deduction' && code.includes('leave') ? sum - amountFen : sum;
  }, 0);

const person = withEmployee({ ...plainMonth, period: october, payDate: localDate('2026-10-30') }, { sickPayRate: '60%' });
const slip = (
  period: PaidAttendance['period'],
  own: AttendanceFigures,
  differences: readonly AttendanceDifference[],
): readonly PayslipLine[] =>
  calculated({
    ...person,
    period,
    payDate: lastDay(period),
    attendance: own,
    ...(differences.length > 0 ? { attendanceDifferences: differences } : {}),
    yearToDate: { ...person.yearToDate, months: 1, lastTaxMonth: 1 },
  });

describe('corrections of a month that is paid', () => {
  it('come as one line with the next payslip, in words, and taken back with the one after it', () => {
    const first = figures({ unpaidLeaveDays: 2 });
    const corrected = figures({ overtimeHours: { weekday: 3, restDay: 0, statutoryHoliday: 0 } });
    const november = month('2026-11');
    const lines = slip(november, figures({}, november), [{ period: october, before: first, after: corrected }]);
    const line = lines.find(({ code }) => code === 'attendance-difference') ?? expect.unreachable();
    // 2 days of 12,000 ÷ 21.75 back, and 3 hours at 150 % of 12,000 ÷ 174.
    expect(line.amountFen).toBe(110_345 + 31_034);
    expect(line).toMatchObject({ earnedPeriod: '2026-10', nameZh: '考勤差额(2026-10)', kind: 'earning' });
    expect(line.formula.zh).toContain('事假(不计薪) 2 → 0 天');
    expect(line.formula.en).toContain('0 → 3 hours');
    const back = slip(month('2026-12'), figures({}, month('2026-12')), [{ period: october, before: corrected, after: first }]);
    expect(attendanceFen(back)).toBe(-(110_345 + 31_034));
  });
  it('are priced by the month they belong to, not by a raise since', () => {
    const raised = {
      ...person,
      employee: {
        ...person.employee,
        payItems: [
          { ...(person.employee.payItems[0] ?? expect.unreachable()), to: localDate('2026-10-31') },
          { ...(person.employee.payItems[0] ?? expect.unreachable()), from: localDate('2026-11-01'), amountFen: 2_400_000 as never },
        ],
      },
      period: month('2026-11'),
      payDate: localDate('2026-11-30'),
      attendance: figures({}, month('2026-11')),
      attendanceDifferences: [{ period: october, before: figures(), after: figures({ unpaidLeaveDays: 1 }) }],
    };
    expect(attendanceFen(calculated(raised))).toBe(-55_172);
  });
  it.each([
    ['given back', figures({ unpaidLeaveDays: 5 }), figures()],
    ['taken', figures(), figures({ unpaidLeaveDays: 5 })],
  ])('%s, they leave the minimum wage of this month as it is: a clawback takes no more', (_, before, after) => {
    const november = month('2026-11');
    const result = calculatePayslip(
      {
        ...person,
        period: november,
        payDate: localDate('2026-11-30'),
        attendance: figures({}, november),
        attendanceDifferences: [{ period: october, before, after }],
        ledgerRange: { fromSeq: 1, toSeq: 1 },
        ledgerEntries: [ledgerEntry(1, '-50000')],
      },
      ruleBook(),
    );
    const slip = result.ok ? result.value : expect.unreachable(JSON.stringify(result.error));
    expect(slip.minimumWage).toMatchObject({ passed: true });
    expect(slip.carriedForwardAfter).toHaveLength(1);
  });
  it('refuses figures that the month cannot have, by name', () => {
    const after = figures({ unpaidLeaveDays: 23 });
    const result = calculatePayslip(
      { ...person, attendance: figures(), attendanceDifferences: [{ period: month('2026-09'), before: figures(), after }] },
      ruleBook(),
    );
    expect(result.ok ? [] : result.error.map(({ code }) => code)).toEqual(['invalid_attendance']);
  });

  const anyTaken = fc
    .record({
      unpaid: fc.integer({ min: 0, max: 20 }),
      sick: fc.integer({ min: 0, max: 20 }),
      weekday: fc.integer({ min: 0, max: 6_000 }),
      restDay: fc.integer({ min: 0, max: 3_000 }),
      holiday: fc.integer({ min: 0, max: 2_400 }),
    })
    .map(({ unpaid, sick, weekday, restDay, holiday }) =>
      taken({
        unpaidLeaveDays: unpaid / 2,
        sickLeaveDays: sick / 2,
        overtimeHours: { weekday: weekday / 100, restDay: restDay / 100, statutoryHoliday: holiday / 100 },
      }),
    );
  it('however often a month is corrected, in all it is paid as if it had been known from the start', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyTaken, anyTaken, anyTaken), { minLength: 3, maxLength: 3 }), (states) => {
        // The first month is known three ways by the three payslips, the second by two, the last by one.
        let position: readonly PaidAttendance[] = [];
        let total = 0;
        for (const [index, known] of states.entries()) {
          const period = addMonths(october, index);
          const now = known.map(
            (one, place): PaidAttendance => ({
              legalEntityId: 'le',
              period: addMonths(october, place),
              figures: figuresOf(one, employed, addMonths(october, place)),
            }),
          );
          const own = now[index] ?? expect.unreachable();
          const differences = differencesOf(position, now, period);
          total += attendanceFen(slip(period, own.figures, differences));
          position = paidAfter(position, differences, own);
        }
        const last = states.at(-1) ?? expect.unreachable();
        const atOnce = last.reduce(
          (sum, one, index) =>
            sum + attendanceFen(slip(addMonths(october, index), figuresOf(one, employed, addMonths(october, index)), [])),
          0,
        );
        expect(total).toBe(atOnce);
      }),
      { numRuns: 100 },
    );
  });
});
