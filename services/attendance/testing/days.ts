/** An ordinary day and an ordinary company for the tests of attendance days. */
import { type AttendanceRule, attendanceRuleSchema, type Shift, shiftSchema } from '../../../shared/contracts/attendance-days.ts';
import { type Instant, instant, type LocalDate, localDate, month } from '../../../shared/kernel/period.ts';
import type { CalendarDays } from '../../../shared/kernel/working-days.ts';
import type { DayEntries, DayKnown } from '../domain/attendance-day.ts';
import type { AttendanceEntry } from '../domain/attendance-entry.ts';
import type { ClockRecord, MonthKnown } from '../domain/judge-month.ts';
import { measuredShift, minuteOf } from '../domain/work-shift.ts';

export const dayShift = (changes: Partial<Shift> = {}): Shift =>
  shiftSchema.parse({
    id: 'day',
    name: { zh: '白班', en: 'Day' },
    start: '09:00',
    end: '18:00',
    breaks: [{ from: '12:00', to: '13:00' }],
    ...changes,
  });
export const NO_ENTRIES: DayEntries = { leave: [], trips: [], overtime: [], excuses: [], absences: [] };
/** Wednesday, 11 November 2026, 9:00 to 18:00. `records`: `08:55`, beyond midnight `25:10`. */
export const dayKnown = (records: readonly string[], changes: Partial<DayKnown> = {}, shift: Partial<Shift> = {}): DayKnown => ({
  date: localDate('2026-11-11'),
  kind: 'workday',
  hours: 'standard',
  shift: measuredShift(dayShift(shift)),
  employed: true,
  isOver: true,
  punches: records.map((text) => ({ minute: minuteOf(text), source: 'device', confirmed: null })),
  entries: NO_ENTRIES,
  overtime: { basis: 'approved', minimumMinutes: 30, stepMinutes: 30 },
  halfDayAfterMinutes: null,
  ...changes,
});

export const CALENDAR_2026: CalendarDays = {
  statutoryHolidays: new Set(['2026-01-01', '2026-10-01', '2026-10-02', '2026-10-03']),
  weekendWorkdays: new Set(['2026-09-20', '2026-10-10']),
  adjustedDaysOff: new Set(['2026-10-05', '2026-10-06', '2026-10-07']),
};
export const rule = (changes: object = {}): AttendanceRule =>
  attendanceRuleSchema.parse({
    from: '2026-01-01',
    shifts: [dayShift(), dayShift({ id: 'night', name: { zh: '夜班', en: 'Night' }, start: '22:00', end: '06:00', breaks: [] })],
    patterns: [{ id: 'office', name: { zh: '办公室', en: 'Office' }, week: ['day', 'day', 'day', 'day', 'day', null, null] }],
    defaultPattern: 'office',
    ...changes,
  });
export const at = (local: string): Instant => instant(`${local.replace(' ', 'T')}:00+08:00`);
export const clock = (...locals: readonly string[]): readonly ClockRecord[] =>
  locals.map((local) => ({ id: local, at: at(local), source: 'device', bssid: null, said: null }));
export const entry = (id: string, body: AttendanceEntry['body'], changes: Partial<AttendanceEntry> = {}): AttendanceEntry => ({
  id,
  body,
  reason: `reason of ${id}`,
  status: 'approved',
  version: 1,
  history: [],
  ...changes,
});
export const leave = (from: string, to = from, leaveKind = 'personal', halves: object = {}): AttendanceEntry['body'] => ({
  kind: 'leave',
  leaveKind,
  from: from as LocalDate,
  to: to as LocalDate,
  fromHalf: 'day',
  toHalf: 'day',
  ...halves,
});
export const monthKnown = (changes: Partial<MonthKnown> = {}): MonthKnown => ({
  period: month('2026-10'),
  employee: {
    hiredOn: localDate('2026-01-05'),
    leftOn: null,
    assignments: [{ from: localDate('2026-01-05'), orgUnitId: 'u', positionId: 'rep' }],
  },
  timeZone: 'Asia/Shanghai',
  rules: [rule()],
  calendarOf: (on) => (on.startsWith('2026') ? CALENDAR_2026 : undefined),
  roster: {},
  records: [],
  entries: [],
  now: at('2026-11-05 12:00'),
  ...changes,
});
