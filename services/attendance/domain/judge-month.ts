/** A month of somebody's days, and what payroll takes from it. Pure: the same records, rules and calendar give the same month. */
import type { AttendanceRule, LeaveKind, Shift, WorkPattern } from '../../../shared/contracts/attendance-days.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { inForceOn } from '../../../shared/kernel/effective.ts';
import {
  addDays,
  firstDay,
  type Instant,
  type LocalDate,
  lastDay,
  type Month,
  wallMinutesSince,
  weekday,
} from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { type CalendarDays, isWorkday } from '../../../shared/kernel/working-days.ts';
import {
  type AttendanceDay,
  type DayEntries,
  type DayKind,
  type DayPunch,
  type HoursSystem,
  OVERTIME_CLASSES,
  type OvertimeClass,
  type PunchSource,
} from './attendance-day.ts';
import { type AttendanceEntry, absentHalves, halvesOn } from './attendance-entry.ts';
import { judgeDay } from './judge-day.ts';
import { cutAfter, DAY_MINUTES, measuredShift, minuteOf, type WorkShift } from './work-shift.ts';

export interface ClockRecord {
  readonly id: string;
  readonly at: Instant;
  readonly source: PunchSource;
  /** The office network that it was made in; null: none that is known. */
  readonly bssid: string | null;
  /** What a phone said whose clock was put right; null: `at` is what it said. */
  readonly said: Instant | null;
}
export interface MonthKnown {
  readonly period: Month;
  readonly employee: Pick<Employee, 'hiredOn' | 'leftOn' | 'assignments'>;
  readonly timeZone: string;
  readonly rules: readonly AttendanceRule[];
  readonly calendarOf: (on: LocalDate) => CalendarDays | undefined;
  /** Days that differ from the pattern. */
  readonly roster: Readonly<Record<string, string | null>>;
  /** Of the month, and of the first day after it for a shift that goes into it. */
  readonly records: readonly ClockRecord[];
  /** Whatever their status: only approved ones count. */
  readonly entries: readonly AttendanceEntry[];
  readonly now: Instant;
}
export type MonthRefusal = { readonly code: 'missing_calendar_year'; readonly year: number };

/** What the month comes to. Days in halves, minutes whole. */
export interface MonthSummary {
  readonly dueDays: number;
  readonly attendedDays: number;
  readonly leave: readonly { readonly kind: string; readonly name: LocalText; readonly pay: LeaveKind['pay']; readonly days: number }[];
  readonly absentDays: number;
  /** Unpaid leave and confirmed absence: what payroll does not pay. */
  readonly unpaidDays: number;
  readonly sickDays: number;
  readonly workedMinutes: number;
  readonly lateTimes: number;
  readonly lateMinutes: number;
  readonly earlyTimes: number;
  readonly earlyMinutes: number;
  readonly overtimeMinutes: Readonly<Record<OvertimeClass, number>>;
  /** Days with a question that nobody has answered; nothing is taken for them. */
  readonly openDays: number;
}
export interface AttendanceMonth {
  readonly days: readonly AttendanceDay[];
  readonly summary: MonthSummary;
  /** The days that pay goes by, where they are not Monday to Friday; null otherwise. */
  readonly paidDates: readonly LocalDate[] | null;
}

/** The usual kinds, where a company gives none of its own. */
export const DEFAULT_LEAVE_KINDS: readonly LeaveKind[] = [
  { id: 'annual', name: { zh: '年休假', en: 'annual leave' }, pay: 'paid', balance: true },
  { id: 'compensatory', name: { zh: '调休', en: 'time off in lieu' }, pay: 'paid', balance: true },
  { id: 'personal', name: { zh: '事假', en: 'personal leave' }, pay: 'unpaid', balance: false },
  { id: 'sick', name: { zh: '病假', en: 'sick leave' }, pay: 'sick', balance: false },
  { id: 'marriage', name: { zh: '婚假', en: 'marriage leave' }, pay: 'paid', balance: false },
  { id: 'bereavement', name: { zh: '丧假', en: 'bereavement leave' }, pay: 'paid', balance: false },
  { id: 'maternity', name: { zh: '产假', en: 'maternity leave' }, pay: 'paid', balance: false },
  { id: 'paternity', name: { zh: '陪产假', en: 'paternity leave' }, pay: 'paid', balance: false },
  { id: 'work-injury', name: { zh: '工伤假', en: 'work injury leave' }, pay: 'paid', balance: false },
];
export const leaveKindsOf = (rule: AttendanceRule): readonly LeaveKind[] => rule.leaveKinds ?? DEFAULT_LEAVE_KINDS;

interface Planned {
  readonly date: LocalDate;
  readonly kind: DayKind;
  readonly hours: HoursSystem;
  readonly shift: WorkShift | null;
  readonly employed: boolean;
  readonly rule: AttendanceRule;
  /** Monday to Friday by the calendar, without a roster. */
  readonly isWeekly: boolean;
  readonly isOfficialWorkday: boolean;
}
/** `undefined`: no rule or no pattern is for this person on this day. */
type Plan = Result<Planned | undefined, MonthRefusal>;

const measured = new WeakMap<Shift, WorkShift>();
const shiftOf = (rule: AttendanceRule, id: string | null | undefined): WorkShift | null => {
  const shift = id === null || id === undefined ? undefined : rule.shifts.find((one) => one.id === id);
  if (!shift) return null;
  let found = measured.get(shift);
  if (!found) {
    found = measuredShift(shift);
    measured.set(shift, found);
  }
  return found;
};

const patternOf = (rule: AttendanceRule, employee: MonthKnown['employee'], on: LocalDate): WorkPattern | undefined => {
  const positionId = inForceOn(employee.assignments, on)?.positionId;
  const own =
    positionId !== undefined && Object.hasOwn(rule.patternByPosition, positionId) ? rule.patternByPosition[positionId] : undefined;
  const id = own ?? rule.defaultPattern;
  return rule.patterns.find((one) => one.id === id);
};

/** What is due on a day: the roster before the pattern, the calendar before the week. */
const plan = (known: Omit<MonthKnown, 'records' | 'entries' | 'now' | 'period'>, date: LocalDate): Plan => {
  const rule = inForceOn(known.rules, date);
  const pattern = rule && patternOf(rule, known.employee, date);
  if (!rule || !pattern) return succeed(undefined);
  const calendar = known.calendarOf(date);
  if (!calendar) return fail({ code: 'missing_calendar_year', year: Number(date.slice(0, 4)) });
  const { hiredOn, leftOn } = known.employee;
  const employed = date >= hiredOn && (leftOn === null || date <= leftOn);
  const weekly = pattern.week[weekday(date) - 1] ?? null;
  const rostered = Object.hasOwn(known.roster, date);
  let id = weekly;
  if (pattern.holidays === 'calendar') {
    if (calendar.statutoryHolidays.has(date) || calendar.adjustedDaysOff.has(date)) id = null;
    else if (calendar.weekendWorkdays.has(date)) id = weekly ?? pattern.week.find((one) => one !== null) ?? null;
  }
  if (rostered) id = known.roster[date] ?? null;
  const shift = shiftOf(rule, id);
  const kind = calendar.statutoryHolidays.has(date) ? 'statutory-holiday' : shift ? 'workday' : 'rest-day';
  const isWeekly = pattern.holidays === 'calendar' && !rostered && pattern.week.every((one, index) => (one !== null) === index < 5);
  return succeed({ date, kind, hours: pattern.hours, shift, employed, rule, isWeekly, isOfficialWorkday: isWorkday(calendar, date) });
};

/**
 * Days of leave by calendar year: only halves on which something is due. Refused for a year whose calendar is not loaded.
 */
export const leaveDaysByYear = (
  known: Omit<MonthKnown, 'records' | 'entries' | 'now' | 'period'>,
  body: Extract<AttendanceEntry['body'], { readonly kind: 'leave' }>,
): Result<ReadonlyMap<number, number>, MonthRefusal> => {
  const days = new Map<number, number>();
  for (let date = body.from; date <= body.to; date = addDays(date, 1)) {
    const planned = plan(known, date);
    if (!planned.ok) return planned;
    if (!planned.value?.shift || planned.value.kind === 'statutory-holiday' || !planned.value.employed) continue;
    const year = Number(date.slice(0, 4));
    days.set(year, (days.get(year) ?? 0) + halvesOn(body, date).length / 2);
  }
  return succeed(days);
};

const entriesOn = (known: MonthKnown, { date, rule }: Planned): DayEntries => {
  const leave: DayEntries['leave'][number][] = [];
  const trips: DayEntries['trips'][number][] = [];
  const overtime: DayEntries['overtime'][number][] = [];
  const excuses: DayEntries['excuses'][number][] = [];
  const absences: DayEntries['absences'][number][] = [];
  for (const { id: entryId, body, status, reason } of known.entries) {
    if (status !== 'approved') continue;
    if (body.kind === 'leave') {
      const halves = halvesOn(body, date);
      // A kind that the rules of the day do not know takes nothing from anybody.
      const kind = leaveKindsOf(rule).find((one) => one.id === body.leaveKind) ?? unknownKind(body.leaveKind);
      if (halves.length > 0) leave.push({ entryId, kind, halves });
    } else if (body.kind === 'trip') {
      const halves = halvesOn(body, date);
      if (halves.length > 0) trips.push({ entryId, halves });
    } else if (body.kind === 'overtime' && body.date === date) {
      const given = minuteOf(body.fromTime);
      const from = given < minuteOf(rule.dayBeginsAt) ? given + DAY_MINUTES : given;
      overtime.push({ entryId, span: { from, to: from + body.minutes } });
    } else if (body.kind === 'excuse' && body.date === date) excuses.push({ entryId, of: body.of, reason });
    else if (body.kind === 'absence' && body.date === date) absences.push({ entryId, halves: absentHalves(body.half) });
  }
  return { leave, trips, overtime, excuses, absences };
};
const unknownKind = (id: string): LeaveKind => ({ id, name: { zh: id, en: id }, pay: 'paid', balance: false });

/** Every record in minutes of the month's first midnight, in time order, each once. */
const timeline = (known: MonthKnown): readonly (ClockRecord & { readonly minute: number })[] => {
  const first = firstDay(known.period);
  const entered = known.entries.flatMap(({ id, body, status }): ClockRecord[] =>
    body.kind === 'punch' && status === 'approved' ? [{ id, at: body.at, source: 'entered', bssid: null, said: null }] : [],
  );
  return [...known.records, ...entered]
    .map((record) => ({ ...record, minute: wallMinutesSince(first, record.at, known.timeZone) }))
    .sort((a, b) => a.minute - b.minute || (a.id < b.id ? -1 : 1));
};

/**
 * Every day of the month that a rule is for. `null` when there is none: such a person's attendance is not kept here.
 * Refused for a year whose calendar is not loaded.
 */
export const judgeMonth = (known: MonthKnown): Result<AttendanceMonth | null, MonthRefusal> => {
  const [first, last] = [firstDay(known.period), lastDay(known.period)];
  // One day before and after the month: their shifts say where its first and last day begin and end.
  const planned: (Planned | undefined)[] = [];
  const edges: (Planned | undefined)[] = [];
  for (let date = addDays(first, -1); date <= addDays(last, 1); date = addDays(date, 1)) {
    const day = plan(known, date);
    if (date < first || date > last) {
      // A neighbour in a year without calendar is taken as free.
      edges.push(day.ok ? day.value : undefined);
    } else if (!day.ok) return day;
    else planned.push(day.value);
  }
  if (planned.every((day) => day === undefined)) return succeed(null);
  const shiftAt = (index: number): WorkShift | null =>
    (index < 0 ? edges[0] : index >= planned.length ? edges[1] : planned[index])?.shift ?? null;
  // Where two entries say something about one half, the first by id does, whichever came first.
  const sorted = { ...known, entries: [...known.entries].sort((a, b) => (a.id < b.id ? -1 : 1)) };
  const records = timeline(known);
  const nowMinute = wallMinutesSince(first, known.now, known.timeZone);
  const days: AttendanceDay[] = [];
  let next = 0;
  const beginsOf = (index: number): number =>
    minuteOf((planned[index] ?? planned.find((day) => day !== undefined))?.rule.dayBeginsAt ?? '00:00');
  let from = cutAfter(shiftAt(-1), shiftAt(0), beginsOf(0)) - DAY_MINUTES;
  for (const [index, day] of planned.entries()) {
    const to = index * DAY_MINUTES + cutAfter(shiftAt(index), shiftAt(index + 1), beginsOf(index));
    while (next < records.length && (records[next]?.minute ?? 0) < from) next += 1;
    const punches: DayPunch[] = [];
    for (; next < records.length && (records[next]?.minute ?? 0) < to; next += 1) {
      const record = records[next];
      if (record && !(record.source === 'check-in' && day?.rule.checkIns === 'ignored'))
        punches.push({ minute: record.minute - index * DAY_MINUTES, source: record.source, confirmed: isConfirmed(record, day?.rule) });
    }
    from = to;
    if (!day) continue;
    const { date, kind, hours, shift, employed, rule } = day;
    const { overtime, halfDayAfterMinutes } = rule;
    days.push(
      judgeDay({
        date,
        kind,
        hours,
        shift,
        employed,
        isOver: nowMinute >= to,
        punches,
        entries: entriesOn(sorted, day),
        overtime,
        halfDayAfterMinutes,
      }),
    );
  }
  return succeed({ days, summary: summarise(days, planned), paidDates: paidDatesOf(planned) });
};

/** Only what the own app sent can be confirmed by a network; records of other clocks stand for themselves. */
const isConfirmed = (record: ClockRecord, rule: AttendanceRule | undefined): boolean | null => {
  if (record.source !== 'app' || !rule || rule.officeNetworks.length === 0) return null;
  return record.bssid !== null && rule.officeNetworks.some(({ bssid }) => bssid === record.bssid);
};

const paidDatesOf = (planned: readonly (Planned | undefined)[]): readonly LocalDate[] | null => {
  const known = planned.flatMap((day) => (day ? [day] : []));
  // A month that rules begin in, and weeks of Monday to Friday, go by the law's own count of paid days.
  if (known.length < planned.length || known.every(({ isWeekly }) => isWeekly)) return null;
  return known.filter(({ shift, kind }) => shift !== null || kind === 'statutory-holiday').map(({ date }) => date);
};

/** 8 hours for each day that the official calendar has as a workday. */
const STANDARD_DAY_MINUTES = 480;

const summarise = (days: readonly AttendanceDay[], planned: readonly (Planned | undefined)[]): MonthSummary => {
  const sum = (of: (day: AttendanceDay) => number): number => days.reduce((total, day) => total + of(day), 0);
  const leave = new Map<string, MonthSummary['leave'][number]>();
  for (const day of days)
    for (const one of day.leave) {
      const key = `${one.kind} ${one.pay}`;
      leave.set(key, { ...one, days: (leave.get(key)?.days ?? 0) + one.days });
    }
  const leaveOf = (pay: LeaveKind['pay']): number =>
    [...leave.values()].reduce((total, one) => total + (one.pay === pay ? one.days : 0), 0);
  const overtimeMinutes: Record<OvertimeClass, number> = { weekday: 0, restDay: 0, statutoryHoliday: 0 };
  for (const name of OVERTIME_CLASSES) overtimeMinutes[name] = sum((day) => day.overtimeMinutes[name]);
  overtimeMinutes.weekday += comprehensiveOvertime(days, planned);
  const absentDays = sum((day) => day.absentDays);
  return {
    dueDays: sum((day) => day.dueDays),
    attendedDays: sum((day) => day.attendedDays),
    leave: [...leave.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    absentDays,
    unpaidDays: leaveOf('unpaid') + absentDays,
    sickDays: leaveOf('sick'),
    workedMinutes: sum((day) => day.workedMinutes),
    lateTimes: sum((day) => (day.lateMinutes > 0 ? 1 : 0)),
    lateMinutes: sum((day) => day.lateMinutes),
    earlyTimes: sum((day) => (day.earlyMinutes > 0 ? 1 : 0)),
    earlyMinutes: sum((day) => day.earlyMinutes),
    overtimeMinutes,
    openDays: sum((day) => (day.open.length > 0 ? 1 : 0)),
  };
};

/**
 * Comprehensive hours over a month (劳部发〔1994〕503号): what was worked beyond eight hours for each official workday is overtime at the
 * weekday rate. Leave, trips and days with an open question count as worked as long as they were due. Work on statutory holidays is apart.
 * None before the month is over.
 */
const comprehensiveOvertime = (days: readonly AttendanceDay[], planned: readonly (Planned | undefined)[]): number => {
  const known = new Map(planned.flatMap((day) => (day?.hours === 'comprehensive' && day.employed ? [[day.date, day] as const] : [])));
  const counted = days.filter(({ date }) => known.has(date));
  if (counted.some(({ status }) => status === 'to-come')) return 0;
  let beyond = 0;
  for (const day of counted) {
    if (known.get(day.date)?.isOfficialWorkday) beyond -= STANDARD_DAY_MINUTES;
    if (day.kind === 'statutory-holiday') continue;
    const asWorked = day.workedMinutes === 0 ? day.attendedDays : 0;
    const onLeave = day.leave.reduce((sum, one) => sum + one.days, 0);
    beyond += day.workedMinutes + Math.round((asWorked + onLeave) * day.dueMinutes);
  }
  return Math.max(0, beyond);
};
