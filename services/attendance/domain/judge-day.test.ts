import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayKnown, dayShift, NO_ENTRIES } from '../testing/days.ts';
import type { DayEntries, DayKnown } from './attendance-day.ts';
import { judgeDay } from './judge-day.ts';
import { DEFAULT_LEAVE_KINDS } from './judge-month.ts';
import { cutAfter, type Half, measuredShift, shiftFaults, wallTime } from './work-shift.ts';

const kindOf = (id: string) => DEFAULT_LEAVE_KINDS.find((one) => one.id === id) ?? expect.unreachable(id);
const off = (id: string, ...halves: Half[]): Partial<DayKnown> => ({
  entries: { ...NO_ENTRIES, leave: [{ entryId: 'l', kind: kindOf(id), halves }] },
});
const entries = (changes: Partial<DayEntries>): Partial<DayKnown> => ({ entries: { ...NO_ENTRIES, ...changes } });
const absent = (...halves: Half[]) => entries({ absences: [{ entryId: 'a', halves }] });
const excused = (of: 'late' | 'early' | 'absence') => entries({ excuses: [{ entryId: 'x', of, reason: 'train' }] });
const extra = (from: number, to: number) => ({ entryId: `o${from}`, span: { from: from * 60, to: to * 60 } });
const holiday = { kind: 'statutory-holiday' } as const;
const rest = { kind: 'rest-day', shift: null } as const;
const recorded = { overtime: { basis: 'recorded', minimumMinutes: 30, stepMinutes: 30 } } as const;

describe('what a day comes to', () => {
  // [name, known, status, attended, absent, late, early, overtime, open]
  it.each<[string, DayKnown, string, number, number, number, number, number, string]>([
    ['on time to the minute', dayKnown(['09:00', '18:00']), 'attended', 1, 0, 0, 0, 0, ''],
    ['one minute late', dayKnown(['09:01', '18:00']), 'attended', 1, 0, 1, 0, 0, ''],
    ['one minute early', dayKnown(['09:00', '17:59']), 'attended', 1, 0, 0, 1, 0, ''],
    ['late within grace', dayKnown(['09:05', '18:00'], {}, { graceMinutes: 5 }), 'attended', 1, 0, 0, 0, 0, ''],
    ['beyond grace every minute counts', dayKnown(['09:06', '18:00'], {}, { graceMinutes: 5 }), 'attended', 1, 0, 6, 0, 0, ''],
    ['flexible: later in, later out', dayKnown(['09:30', '18:30'], {}, { flexibleMinutes: 30 }), 'attended', 1, 0, 0, 0, 0, ''],
    ['flexible: not out as late', dayKnown(['09:30', '18:29'], {}, { flexibleMinutes: 30 }), 'attended', 1, 0, 0, 1, 0, ''],
    ['flexible: late beyond it', dayKnown(['09:31', '18:30'], {}, { flexibleMinutes: 30 }), 'attended', 1, 0, 1, 0, 0, ''],
    ['no record', dayKnown([]), 'open', 1, 0, 0, 0, 0, 'absence'],
    ['no record, the day goes on', dayKnown([], { isOver: false }), 'to-come', 1, 0, 0, 0, 0, ''],
    ['only in the morning', dayKnown(['09:10']), 'open', 1, 0, 10, 0, 0, 'missing-record'],
    ['only in the evening', dayKnown(['17:50']), 'open', 1, 0, 0, 10, 0, 'missing-record'],
    ['only in the morning, the day goes on', dayKnown(['09:10'], { isOver: false }), 'attended', 1, 0, 10, 0, 0, ''],
    ['nobody is early while the day goes on', dayKnown(['09:00', '12:00'], { isOver: false }), 'attended', 1, 0, 0, 0, 0, ''],
    ['the same minute twice is one record', dayKnown(['09:00', '09:00']), 'open', 1, 0, 0, 0, 0, 'missing-record'],
    ['records outside the shift', dayKnown(['07:00', '07:30']), 'open', 1, 0, 0, 0, 0, 'absence'],
    ['in the break only', dayKnown(['12:10', '12:50']), 'open', 1, 0, 0, 0, 0, 'absence'],
    ['late is excused', dayKnown(['09:40', '18:00'], excused('late')), 'attended', 1, 0, 0, 0, 0, ''],
    ['an excuse for something else', dayKnown(['09:40', '18:00'], excused('early')), 'attended', 1, 0, 40, 0, 0, ''],
    ['absence is excused', dayKnown([], excused('absence')), 'attended', 1, 0, 0, 0, 0, ''],
    ['a missing record is excused', dayKnown(['09:00'], excused('absence')), 'attended', 1, 0, 0, 0, 0, ''],
    ['absence confirmed', dayKnown([], absent('am', 'pm')), 'absent', 0, 1, 0, 0, 0, ''],
    ['half of it', dayKnown(['09:00', '12:00'], absent('pm')), 'attended', 0.5, 0.5, 0, 0, 0, ''],
    ['half of it, and early in the other', dayKnown(['09:00', '11:30'], absent('pm')), 'attended', 0.5, 0.5, 0, 30, 0, ''],
    ['confirmed, but there are records', dayKnown(['09:00', '18:00'], absent('am', 'pm')), 'open', 0, 1, 0, 0, 0, 'contradiction'],
    ['a day of leave', dayKnown([], off('personal', 'am', 'pm')), 'leave', 0, 0, 0, 0, 0, ''],
    ['half a day of leave: due from the afternoon', dayKnown(['13:00', '18:00'], off('sick', 'am')), 'attended', 0.5, 0, 0, 0, 0, ''],
    ['late after it', dayKnown(['13:01', '18:00'], off('sick', 'am')), 'attended', 0.5, 0, 1, 0, 0, ''],
    ['due until noon', dayKnown(['09:00', '12:00'], off('annual', 'pm')), 'attended', 0.5, 0, 0, 0, 0, ''],
    ['leave does not hide an absence', dayKnown([], off('annual', 'pm')), 'open', 0.5, 0, 0, 0, 0, 'absence'],
    ['travelling needs no record', dayKnown([], entries({ trips: [{ entryId: 't', halves: ['am', 'pm'] }] })), 'trip', 1, 0, 0, 0, 0, ''],
    ['a day of rest', dayKnown([], rest), 'off', 0, 0, 0, 0, 0, ''],
    ['leave on a day of rest takes nothing', dayKnown([], { ...rest, ...off('personal', 'am', 'pm') }), 'off', 0, 0, 0, 0, 0, ''],
    ['not employed', dayKnown(['09:00', '18:00'], { employed: false }), 'not-employed', 0, 0, 0, 0, 0, ''],
    ['a holiday is nobody’s absence', dayKnown([], holiday), 'off', 0, 0, 0, 0, 0, ''],
    [
      'half a day missed? asked beyond the limit',
      dayKnown(['11:01', '18:00'], { halfDayAfterMinutes: 120 }),
      'open',
      1,
      0,
      121,
      0,
      0,
      'half-day',
    ],
    ['not at the limit', dayKnown(['11:00', '18:00'], { halfDayAfterMinutes: 120 }), 'attended', 1, 0, 120, 0, 0, ''],
    ['irregular hours are not measured', dayKnown(['11:00'], { hours: 'irregular' }), 'attended', 1, 0, 0, 0, 0, ''],
    ['irregular hours, absent as confirmed', dayKnown([], { hours: 'irregular', ...absent('am', 'pm') }), 'absent', 0, 1, 0, 0, 0, ''],
    ['overtime: stayed, not approved', dayKnown(['09:00', '21:00']), 'attended', 1, 0, 0, 0, 0, ''],
    [
      'overtime: approved and worked',
      dayKnown(['09:00', '21:00'], entries({ overtime: [extra(18, 21)] })),
      'attended',
      1,
      0,
      0,
      0,
      180,
      '',
    ],
    [
      'overtime: approved, gone before',
      dayKnown(['09:00', '19:59'], entries({ overtime: [extra(18, 21)] })),
      'attended',
      1,
      0,
      0,
      0,
      90,
      '',
    ],
    [
      'overtime: approved twice is counted once',
      dayKnown(['09:00', '21:00'], entries({ overtime: [extra(18, 20), extra(19, 21)] })),
      'attended',
      1,
      0,
      0,
      0,
      180,
      '',
    ],
    [
      'overtime: approved within the shift',
      dayKnown(['09:00', '19:00'], entries({ overtime: [extra(15, 19)] })),
      'attended',
      1,
      0,
      0,
      0,
      60,
      '',
    ],
    ['overtime: below the least', dayKnown(['09:00', '18:29'], entries({ overtime: [extra(18, 21)] })), 'attended', 1, 0, 0, 0, 0, ''],
    ['overtime as recorded', dayKnown(['09:00', '19:10'], recorded), 'attended', 1, 0, 0, 0, 60, ''],
    ['overtime into the night', dayKnown(['09:00', '23:59'], entries({ overtime: [extra(22, 26)] })), 'attended', 1, 0, 0, 0, 90, ''],
    [
      'overtime on a day of rest',
      dayKnown(['10:00', '16:00'], { ...rest, ...entries({ overtime: [extra(10, 16)] }) }),
      'off',
      0,
      0,
      0,
      0,
      360,
      '',
    ],
    [
      'a single record on a day of rest',
      dayKnown(['10:00'], { ...rest, ...entries({ overtime: [extra(10, 16)] }) }),
      'off',
      0,
      0,
      0,
      0,
      0,
      'missing-record',
    ],
    [
      'a shift on a statutory holiday, without its break',
      dayKnown(['09:00', '18:00'], { ...holiday, ...recorded }),
      'off',
      0,
      0,
      0,
      0,
      480,
      '',
    ],
    [
      'irregular hours on a day of rest',
      dayKnown(['10:00', '16:00'], { ...rest, hours: 'irregular', ...recorded }),
      'off',
      0,
      0,
      0,
      0,
      0,
      '',
    ],
    [
      'irregular hours on a statutory holiday',
      dayKnown(['10:00', '16:00'], { ...holiday, shift: null, hours: 'irregular', ...recorded }),
      'off',
      0,
      0,
      0,
      0,
      360,
      '',
    ],
    [
      'no overtime at all',
      dayKnown(['09:00', '23:00'], { overtime: { basis: 'none', minimumMinutes: 0, stepMinutes: 1 } }),
      'attended',
      1,
      0,
      0,
      0,
      0,
      '',
    ],
  ])('%s', (_, known, status, attended, absentDays, late, early, overtime, open) => {
    const day = judgeDay(known);
    const minutes = day.overtimeMinutes.weekday + day.overtimeMinutes.restDay + day.overtimeMinutes.statutoryHoliday;
    expect([day.status, day.attendedDays, day.absentDays, day.lateMinutes, day.earlyMinutes, minutes, day.open.join()]).toEqual([
      status,
      attended,
      absentDays,
      late,
      early,
      overtime,
      open,
    ]);
    for (const { zh, en } of day.reasons) expect([zh.length > 0, en.length > 0]).toEqual([true, true]);
    expect(day.reasons.length).toBeGreaterThan(0);
  });

  it('gives overtime the class of its day', () => {
    const work = entries({ overtime: [extra(10, 12)] });
    const classOf = (changes: Partial<DayKnown>) =>
      Object.entries(judgeDay(dayKnown(['10:00', '12:00'], { shift: null, ...work, ...changes })).overtimeMinutes).flatMap(
        ([name, minutes]) => (minutes > 0 ? [name] : []),
      );
    expect(classOf({ kind: 'rest-day' })).toEqual(['restDay']);
    expect(classOf({ kind: 'statutory-holiday' })).toEqual(['statutoryHoliday']);
    expect(classOf({ kind: 'workday' })).toEqual(['restDay']);
  });

  it('asks about an own record that no office network confirms, and counts it', () => {
    const punches = [
      { minute: 540, source: 'app', confirmed: true },
      { minute: 1080, source: 'app', confirmed: false },
    ] as const;
    expect(judgeDay(dayKnown([], { punches }))).toMatchObject({ status: 'attended', attendedDays: 1, open: ['unconfirmed-place'] });
  });
});

const half = fc.constantFrom<Half>('am', 'pm');
const halves = fc.uniqueArray(half, { minLength: 1, maxLength: 2 }).map((found) => found.sort());
const anyDay = fc
  .record({
    minutes: fc.array(fc.integer({ min: 0, max: 1900 }), { maxLength: 5 }),
    kind: fc.constantFrom<DayKnown['kind']>('workday', 'rest-day', 'statutory-holiday'),
    hours: fc.constantFrom<DayKnown['hours']>('standard', 'irregular', 'comprehensive'),
    hasShift: fc.boolean(),
    isOver: fc.boolean(),
    leaves: fc.array(fc.record({ entryId: fc.constant('l'), kind: fc.constantFrom(...DEFAULT_LEAVE_KINDS), halves }), { maxLength: 3 }),
    trips: fc.array(fc.record({ entryId: fc.constant('t'), halves }), { maxLength: 2 }),
    absences: fc.array(fc.record({ entryId: fc.constant('a'), halves }), { maxLength: 2 }),
    overtime: fc.array(fc.tuple(fc.integer({ min: 0, max: 1900 }), fc.integer({ min: 1, max: 960 })), { maxLength: 3 }),
    basis: fc.constantFrom<DayKnown['overtime']['basis']>('approved', 'recorded', 'none'),
    flexibleMinutes: fc.integer({ min: 0, max: 120 }),
    most: fc.option(fc.integer({ min: 0, max: 300 })),
  })
  .map(
    ({ minutes, hasShift, leaves, trips, absences, overtime, basis, flexibleMinutes, most, ...rest }): DayKnown => ({
      ...dayKnown([], {}, { flexibleMinutes }),
      ...rest,
      ...(hasShift ? {} : { shift: null }),
      punches: minutes.sort((a, b) => a - b).map((minute) => ({ minute, source: 'device', confirmed: null })),
      entries: {
        leave: leaves,
        trips,
        absences,
        excuses: [],
        overtime: overtime.map(([from, length], index) => ({ entryId: `o${index}`, span: { from, to: from + length } })),
      },
      overtime: { basis, minimumMinutes: 30, stepMinutes: 30 },
      halfDayAfterMinutes: most,
    }),
  );

describe('every day', () => {
  it('adds up: due = attended + leave + absent, and nothing is negative', () => {
    fc.assert(
      fc.property(anyDay, (known) => {
        const day = judgeDay(known);
        const onLeave = day.leave.reduce((sum, one) => sum + one.days, 0);
        expect(day.attendedDays + onLeave + day.absentDays).toBe(day.dueDays);
        const numbers = [
          day.attendedDays,
          day.absentDays,
          day.workedMinutes,
          day.lateMinutes,
          day.earlyMinutes,
          ...Object.values(day.overtimeMinutes),
        ];
        expect(numbers.every((value) => value >= 0)).toBe(true);
        expect(numbers.slice(0, 2).every((value) => Number.isInteger(value * 2))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
  it('takes nothing without leave or a confirmed absence', () => {
    fc.assert(
      fc.property(anyDay, (known) => {
        const day = judgeDay({ ...known, entries: { ...known.entries, leave: [], absences: [] } });
        expect(day.attendedDays).toBe(day.dueDays);
      }),
      { numRuns: 300 },
    );
  });
  it('never counts more overtime than the clock or an approval shows, and none twice', () => {
    fc.assert(
      fc.property(anyDay, (known) => {
        const day = judgeDay({ ...known, entries: { ...known.entries, trips: [] } });
        const [first, last] = [known.punches[0]?.minute ?? 0, known.punches.at(-1)?.minute ?? 0];
        const minutes = Object.values(day.overtimeMinutes).reduce((sum, one) => sum + one, 0);
        expect(minutes).toBeLessThanOrEqual(Math.max(0, last - first));
        if (known.overtime.basis === 'approved')
          expect(minutes).toBeLessThanOrEqual(known.entries.overtime.reduce((sum, { span }) => sum + span.to - span.from, 0));
      }),
      { numRuns: 300 },
    );
  });
  it('is not worse for a record more in between, and an earlier one does not make later', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 1900 }), (known, minute) => {
        const before = judgeDay(known);
        const punches = [...known.punches, { minute, source: 'device', confirmed: null } as const].sort((a, b) => a.minute - b.minute);
        const after = judgeDay({ ...known, punches });
        expect(after.attendedDays).toBe(before.attendedDays);
        const isBetween = punches[0]?.minute !== minute && punches.at(-1)?.minute !== minute;
        if (isBetween)
          expect([after.lateMinutes, after.earlyMinutes, after.overtimeMinutes]).toEqual([
            before.lateMinutes,
            before.earlyMinutes,
            before.overtimeMinutes,
          ]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a shift', () => {
  it.each([
    ['an ordinary day', {}, []],
    ['a night', { start: '22:00', end: '06:00', breaks: [{ from: '02:00', to: '02:30' }] }, []],
    ['around the clock', { start: '08:00', end: '08:00', breaks: [] }, []],
    ['a break before it', { breaks: [{ from: '08:00', to: '08:30' }] }, ['break_outside']],
    ['a break over its end', { breaks: [{ from: '17:30', to: '18:30' }] }, ['break_outside']],
    [
      'two breaks at once',
      {
        breaks: [
          { from: '12:00', to: '13:00' },
          { from: '12:30', to: '13:30' },
        ],
      },
      ['breaks_overlap'],
    ],
    ['nothing but a break', { breaks: [{ from: '09:00', to: '18:00' }] }, ['nothing_worked']],
    ['a break of no length', { breaks: [{ from: '12:00', to: '12:00' }] }, ['break_outside']],
  ])('%s', (_, changes, faults) => {
    expect(shiftFaults(dayShift(changes))).toEqual(faults);
  });
  it.each<[string, Parameters<typeof cutAfter>, string]>([
    ['after an evening, before a morning', [measuredShift(dayShift()), measuredShift(dayShift()), 240], '04:00+1'],
    ['a night before a morning off', [measuredShift(dayShift({ start: '22:00', end: '06:00', breaks: [] })), null, 240], '10:00+1'],
    [
      'a night before an afternoon',
      [
        measuredShift(dayShift({ start: '22:00', end: '06:00', breaks: [] })),
        measuredShift(dayShift({ start: '14:00', end: '22:00', breaks: [] })),
        240,
      ],
      '10:00+1',
    ],
    ['free before an early morning', [null, measuredShift(dayShift({ start: '05:00', end: '13:00', breaks: [] })), 240], '03:00+1'],
    ['free days', [null, null, 240], '04:00+1'],
  ])('%s', (_, parts, expected) => {
    expect(wallTime(cutAfter(...parts))).toBe(expected);
  });
});
