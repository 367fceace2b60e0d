import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localDate, month } from '../../../shared/kernel/period.ts';
import { at, clock, dayShift, entry, leave, monthKnown, rule } from '../testing/days.ts';
import type { AttendanceEntry } from './attendance-entry.ts';
import { type AttendanceMonth, judgeMonth, type MonthKnown } from './judge-month.ts';

const judged = (changes: Partial<MonthKnown> = {}): AttendanceMonth => {
  const result = judgeMonth(monthKnown(changes));
  return (result.ok ? result.value : null) ?? expect.unreachable('no month');
};
const dayOf = (found: AttendanceMonth, date: string) => found.days.find((day) => day.date === date) ?? expect.unreachable(date);
const night = rule({ patterns: [{ id: 'office', name: { zh: '夜', en: 'Night' }, week: Array(7).fill('night'), holidays: 'ignored' }] });

describe('a month of days', () => {
  it('has the days that the calendar has: October 2026 has 18 workdays, a Saturday among them', () => {
    const found = judged();
    expect(found.summary.dueDays).toBe(18);
    expect(dayOf(found, '2026-10-10')).toMatchObject({ kind: 'workday', shiftId: 'day' });
    expect(dayOf(found, '2026-10-05')).toMatchObject({ kind: 'rest-day', status: 'off' });
    expect(dayOf(found, '2026-10-01').kind).toBe('statutory-holiday');
    expect(found.paidDates).toBeNull();
  });
  it('takes nothing for days without records, and counts them as questions', () => {
    expect(judged().summary).toMatchObject({ dueDays: 18, attendedDays: 18, unpaidDays: 0, openDays: 18 });
  });
  it('sums up leave, absence, lateness and overtime', () => {
    const found = judged({
      records: clock('2026-10-08 09:20', '2026-10-08 20:00', '2026-10-09 09:00', '2026-10-09 17:30'),
      entries: [
        entry('l1', leave('2026-10-12', '2026-10-13')),
        entry('l2', leave('2026-10-14', '2026-10-15', 'sick', { fromHalf: 'pm', toHalf: 'am' })),
        entry('a1', { kind: 'absence', date: localDate('2026-10-16'), half: 'day' }),
        entry('o1', { kind: 'overtime', date: localDate('2026-10-08'), fromTime: '18:00', minutes: 120 }),
        entry('l3', leave('2026-10-19', '2026-10-20', 'annual'), { status: 'requested' }),
      ],
    });
    expect(found.summary).toMatchObject({
      unpaidDays: 3,
      absentDays: 1,
      sickDays: 1,
      lateTimes: 1,
      lateMinutes: 20,
      earlyTimes: 1,
      earlyMinutes: 30,
      overtimeMinutes: { weekday: 120, restDay: 0, statutoryHoliday: 0 },
    });
    expect(found.summary.leave.map(({ kind, days }) => [kind, days])).toEqual([
      ['personal', 2],
      ['sick', 1],
    ]);
  });
  it('counts leave on workdays only: a week over a weekend is five days', () => {
    expect(judged({ entries: [entry('l', leave('2026-10-16', '2026-10-22'))] }).summary.unpaidDays).toBe(5);
  });
  it('gives the evening after midnight to the day before, and a night shift to the day it began on', () => {
    const late = judged({
      records: clock('2026-10-08 09:00', '2026-10-09 01:30', '2026-10-09 09:00', '2026-10-09 18:00'),
      entries: [entry('o', { kind: 'overtime', date: localDate('2026-10-08'), fromTime: '18:00', minutes: 480 })],
    });
    expect(dayOf(late, '2026-10-08')).toMatchObject({ firstRecord: '09:00', lastRecord: '01:30+1', overtimeMinutes: { weekday: 450 } });
    expect(dayOf(late, '2026-10-09')).toMatchObject({ firstRecord: '09:00', status: 'attended' });
    const nights = judged({
      rules: [night],
      records: clock('2026-10-30 21:55', '2026-10-31 06:05', '2026-10-31 22:10', '2026-11-01 06:00'),
    });
    expect(dayOf(nights, '2026-10-30')).toMatchObject({ firstRecord: '21:55', lastRecord: '06:05+1', status: 'attended' });
    expect(dayOf(nights, '2026-10-31')).toMatchObject({ firstRecord: '22:10', lastRecord: '06:00+1', lateMinutes: 10 });
    expect(dayOf(judged({ rules: [night], records: clock('2026-10-01 05:50') }), '2026-10-01').firstRecord).toBeNull();
  });
  it('goes by the roster before the pattern, and pays by the days that are worked', () => {
    const found = judged({ roster: { '2026-10-11': 'night', '2026-10-12': null } });
    expect(dayOf(found, '2026-10-11')).toMatchObject({ kind: 'workday', shiftId: 'night' });
    expect(dayOf(found, '2026-10-12')).toMatchObject({ kind: 'rest-day', status: 'off' });
    expect(found.paidDates).toContain('2026-10-11');
    expect(found.paidDates).not.toContain('2026-10-12');
    expect(found.paidDates).toContain('2026-10-01');
  });
  it('begins and ends with employment, and has no days before there were rules', () => {
    const joiner = judged({ employee: { ...monthKnown().employee, hiredOn: localDate('2026-10-19'), leftOn: localDate('2026-10-23') } });
    expect(joiner.summary.dueDays).toBe(5);
    expect(judged({ rules: [rule({ from: '2026-10-26' })] }).days[0]?.date).toBe('2026-10-26');
    expect(judgeMonth(monthKnown({ rules: [] }))).toEqual({ ok: true, value: null });
    expect(judgeMonth(monthKnown({ rules: [rule({ defaultPattern: null })] }))).toEqual({ ok: true, value: null });
  });
  it('refuses a year without calendar by name', () => {
    expect(judgeMonth(monthKnown({ period: month('2027-02') }))).toEqual({
      ok: false,
      error: { code: 'missing_calendar_year', year: 2027 },
    });
  });
  it('does not judge what has not happened', () => {
    const found = judged({ now: at('2026-10-09 12:00'), records: clock('2026-10-08 09:00', '2026-10-08 18:00') });
    expect(dayOf(found, '2026-10-09').status).toBe('to-come');
    expect(dayOf(found, '2026-10-30').status).toBe('to-come');
    expect(found.summary.openDays).toBe(0);
  });
  it('counts comprehensive hours over the month: beyond 18 × 8 hours is overtime', () => {
    const long = rule({
      shifts: [dayShift({ id: 'day', start: '08:00', end: '20:00', breaks: [] })],
      patterns: [
        {
          id: 'office',
          name: { zh: '综', en: 'C' },
          hours: 'comprehensive',
          week: ['day', null, 'day', null, 'day', null, null],
          holidays: 'ignored',
        },
      ],
    });
    const days = Array.from({ length: 31 }, (_, index) => `2026-10-${String(index + 1).padStart(2, '0')}`);
    const records = clock(...days.flatMap((day) => [`${day} 08:00`, `${day} 20:00`]));
    const overtime = { overtime: { basis: 'recorded', minimumMinutes: 30, stepMinutes: 30 } };
    const found = judged({ rules: [{ ...long, ...(overtime as object) }], records });
    // 31 days of 12 hours, less 3 statutory holidays, are 336 hours; 18 workdays are 144.
    expect(found.summary.overtimeMinutes).toEqual({ weekday: (336 - 144) * 60, restDay: 0, statutoryHoliday: 36 * 60 });
    expect(judged({ rules: [long], records: [] }).summary.overtimeMinutes.weekday).toBe(0);
  });

  const anyEntry: fc.Arbitrary<AttendanceEntry> = fc
    .tuple(
      fc.integer({ min: 12, max: 16 }),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom('leave', 'absence', 'overtime', 'punch'),
      fc.integer({ min: 0, max: 99 }),
    )
    .map(([day, length, kind, n]) => {
      const from = localDate(`2026-10-${String(day).padStart(2, '0')}`);
      const to = localDate(`2026-10-${String(day + length).padStart(2, '0')}`);
      const id = `${kind}-${day}-${length}-${n}`;
      if (kind === 'leave') return entry(id, leave(from, to, n % 2 === 0 ? 'personal' : 'sick'));
      if (kind === 'absence') return entry(id, { kind: 'absence', date: from, half: n % 2 === 0 ? 'day' : 'pm' });
      if (kind === 'overtime') return entry(id, { kind: 'overtime', date: from, fromTime: '18:00', minutes: 30 + n });
      return entry(id, { kind: 'punch', at: at(`${from} 0${n % 10}:30`) });
    });
  const anyRecord = fc
    .tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(
      ([day, hour, minute]) =>
        clock(`2026-10-${String(day).padStart(2, '0')} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)[0] ??
        expect.unreachable(),
    );

  it('does not depend on the order in which anything arrived, nor on a record that comes twice', () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { maxLength: 30 }),
        fc.uniqueArray(anyEntry, { maxLength: 8, selector: ({ id }) => id }),
        fc.infiniteStream(fc.nat()),
        (records, entries, keys) => {
          const shuffled = <T>(all: readonly T[]): T[] =>
            all
              .map((one) => ({ one, key: keys.next().value as number }))
              .sort((a, b) => a.key - b.key)
              .map(({ one }) => one);
          expect(judged({ records: shuffled([...records, ...records]), entries: shuffled(entries) })).toEqual(judged({ records, entries }));
        },
      ),
      { numRuns: 100 },
    );
  });
  it('has every due day as attended, on leave or absent', () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { maxLength: 30 }),
        fc.uniqueArray(anyEntry, { maxLength: 8, selector: ({ id }) => id }),
        (records, entries) => {
          const { summary } = judged({ records, entries });
          const onLeave = summary.leave.reduce((sum, one) => sum + one.days, 0);
          expect(summary.attendedDays + onLeave + summary.absentDays).toBe(summary.dueDays);
        },
      ),
      { numRuns: 100 },
    );
  });
});
