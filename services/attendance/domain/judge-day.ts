/**
 * What a day of somebody's work comes to: the one function that decides it. Pure, and it never takes anything by itself: what is missing is a
 * question to a person, and only leave, or an absence that a person confirmed, is not attended.
 */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { AttendanceDay, DayKnown, DayLeave, OpenQuestion, OvertimeClass } from './attendance-day.ts';
import { HALVES, type Half, type Span, type WorkShift, wallTime, workedIn } from './work-shift.ts';

const NO_OVERTIME: Readonly<Record<OvertimeClass, number>> = { weekday: 0, restDay: 0, statutoryHoliday: 0 };
const KIND_NAMES = {
  workday: { zh: '工作日', en: 'working day' },
  'rest-day': { zh: '休息日', en: 'day of rest' },
  'statutory-holiday': { zh: '法定节假日', en: 'statutory holiday' },
} as const satisfies Record<DayKnown['kind'], LocalText>;
const HALF_NAMES = { am: { zh: '上午', en: 'the morning' }, pm: { zh: '下午', en: 'the afternoon' } } as const satisfies Record<
  Half,
  LocalText
>;
const namesOf = (halves: readonly Half[], language: 'zh' | 'en'): string =>
  halves.length === 2 ? { zh: '全天', en: 'the whole day' }[language] : halves.map((half) => HALF_NAMES[half][language]).join('');

/** From the first record to the last; null unless there are two different ones. */
const presenceOf = ({ punches }: DayKnown): Span | null => {
  const from = punches[0]?.minute;
  const to = punches.at(-1)?.minute;
  return from === undefined || to === undefined || to <= from ? null : { from, to };
};

/** Hours of the day that are not the shift's, in whole steps. */
const extraMinutes = (known: DayKnown, presence: Span | null, due: readonly Span[], everywhere: boolean, endsAt: number | null): number => {
  const { overtime, shift, entries } = known;
  const breaks = shift?.breaks ?? [];
  let minutes = 0;
  if (overtime.basis === 'approved') {
    for (const span of joined(entries.overtime.map((one) => one.span))) {
      const within = everywhere ? span : presence && { from: Math.max(span.from, presence.from), to: Math.min(span.to, presence.to) };
      if (!within || within.to <= within.from) continue;
      minutes += workedIn(within, breaks) - due.reduce((sum, one) => sum + workedOverlap(within, one, breaks), 0);
    }
  } else if (overtime.basis === 'recorded' && presence) {
    minutes = endsAt === null ? workedIn(presence, breaks) : Math.max(0, presence.to - Math.max(endsAt, presence.from));
  }
  return minutes < overtime.minimumMinutes ? 0 : Math.floor(minutes / overtime.stepMinutes) * overtime.stepMinutes;
};
const workedOverlap = (a: Span, b: Span, breaks: readonly Span[]): number => {
  const both = { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
  return both.to <= both.from ? 0 : workedIn(both, breaks);
};
/** Spans with those that touch made one: no minute is counted twice. */
const joined = (spans: readonly Span[]): readonly Span[] => {
  const all: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = all.at(-1);
    if (last && span.from <= last.to) all[all.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else all.push(span);
  }
  return all;
};

/** The due spans of the halves: one span when both are, so that the time between them is one day's. */
const spanOf = (shift: WorkShift, halves: readonly Half[]): Span => ({
  from: halves[0] === 'pm' ? shift.halves.pm.from : shift.span.from,
  to: halves.at(-1) === 'am' ? shift.halves.am.to : shift.span.to,
});

export const judgeDay = (known: DayKnown): AttendanceDay => {
  const { date, kind, shift, entries, hours } = known;
  const reasons: LocalText[] = [];
  const open: OpenQuestion[] = [];
  const say = (zh: string, en: string): void => {
    reasons.push({ zh, en });
  };
  const presence = presenceOf(known);
  const records = {
    firstRecord: known.punches[0] ? wallTime(known.punches[0].minute) : null,
    lastRecord: known.punches.length > 1 && presence ? wallTime(presence.to) : null,
  };
  const nothing = {
    date,
    kind,
    shiftId: null,
    dueDays: 0,
    attendedDays: 0,
    leave: [],
    absentDays: 0,
    dueMinutes: 0,
    workedMinutes: 0,
    ...records,
    lateMinutes: 0,
    earlyMinutes: 0,
    overtimeMinutes: NO_OVERTIME,
  } as const;
  if (!known.employed) {
    say('不在职', 'not employed');
    return { ...nothing, status: 'not-employed', open, reasons };
  }
  if (known.punches.some(({ confirmed }) => confirmed === false)) {
    open.push('unconfirmed-place');
    say('有打卡不在已登记的办公网络内,请确认地点', 'a record was not made in a known office network: somebody should confirm the place');
  }

  // Nothing is due: what was worked is overtime of the day's class.
  if (shift === null || kind === 'statutory-holiday') {
    say(KIND_NAMES[kind].zh, KIND_NAMES[kind].en);
    const overtimeClass: OvertimeClass = kind === 'statutory-holiday' ? 'statutoryHoliday' : 'restDay';
    // With irregular hours only the work on a statutory holiday is overtime; with comprehensive ones the month decides about the rest.
    const counts = overtimeClass === 'statutoryHoliday' || hours === 'standard';
    const minutes = extraMinutes(known, presence, [], entries.trips.length > 0, null);
    if (known.punches.length > 0 && !presence && known.isOver && counts && known.overtime.basis !== 'none') {
      open.push('missing-record');
      say('只有一次打卡,无法计算时长', 'a single record says nothing about how long');
    }
    if (minutes > 0) sayOvertime(say, counts ? overtimeClass : null, minutes);
    else if (presence && counts && known.overtime.basis === 'approved' && entries.overtime.length === 0)
      say('有打卡,但没有经批准的加班', 'there are records, but no overtime was approved');
    return {
      ...nothing,
      status: 'off',
      workedMinutes: minutes,
      overtimeMinutes: counts && minutes > 0 ? { ...NO_OVERTIME, [overtimeClass]: minutes } : NO_OVERTIME,
      open,
      reasons,
    };
  }

  say(
    `${shift.name.zh} ${wallTime(shift.span.from)}–${wallTime(shift.span.to)}`,
    `${shift.name.en} ${wallTime(shift.span.from)}–${wallTime(shift.span.to)}`,
  );
  // Each half is covered once, leave before travel; of several entries the first by id.
  const covered = new Set<Half>();
  const leave: DayLeave[] = [];
  for (const { kind: leaveKind, halves } of entries.leave) {
    const free = halves.filter((half) => !covered.has(half));
    for (const half of free) covered.add(half);
    if (free.length === 0) continue;
    leave.push({ kind: leaveKind.id, name: leaveKind.name, pay: leaveKind.pay, days: free.length / 2 });
    say(`${namesOf(free, 'zh')}${leaveKind.name.zh}`, `${leaveKind.name.en}: ${namesOf(free, 'en')}`);
  }
  const travelled: Half[] = [];
  for (const { halves } of entries.trips) {
    const free = halves.filter((half) => !covered.has(half));
    for (const half of free) covered.add(half);
    travelled.push(...free);
  }
  if (travelled.length > 0) say(`${namesOf(travelled, 'zh')}出差`, `travelling: ${namesOf(travelled, 'en')}`);
  const due = HALVES.filter((half) => !covered.has(half));
  const leaveDays = leave.reduce((sum, one) => sum + one.days, 0);
  const dueMinutes =
    due.length === 2 ? workedIn(shift.span, shift.breaks) : due.reduce((sum, half) => sum + workedIn(shift.halves[half], shift.breaks), 0);
  const common = { ...nothing, shiftId: shift.id, dueDays: 1, leave, dueMinutes: workedIn(shift.span, shift.breaks) };
  const attendedAs = (
    late: number,
    early: number,
    absent: number,
    worked: number,
    status: AttendanceDay['status'],
    endsAt: number,
  ): AttendanceDay => {
    const minutes =
      hours === 'irregular'
        ? 0
        : extraMinutes(
            known,
            presence,
            due.map((half) => shift.halves[half]),
            travelled.length > 0,
            endsAt,
          );
    const weekday = hours === 'standard' ? minutes : 0;
    if (minutes > 0) sayOvertime(say, hours === 'standard' ? 'weekday' : null, minutes);
    return {
      ...common,
      status: open.some((one) => one !== 'unconfirmed-place') ? 'open' : status,
      attendedDays: 1 - leaveDays - absent,
      absentDays: absent,
      workedMinutes: worked + minutes,
      lateMinutes: late,
      earlyMinutes: early,
      overtimeMinutes: weekday > 0 ? { ...NO_OVERTIME, weekday } : NO_OVERTIME,
      open,
      reasons,
    };
  };
  if (due.length === 0) return attendedAs(0, 0, 0, 0, leaveDays >= travelled.length / 2 ? 'leave' : 'trip', shift.span.to);

  const missed = new Set(entries.absences.flatMap(({ halves }) => halves).filter((half) => due.includes(half)));
  const absentDays = missed.size / 2;
  const stillDue = due.filter((half) => !missed.has(half));
  const required = spanOf(shift, stillDue.length > 0 ? stillDue : due);
  const first = known.punches[0]?.minute;
  const last = known.punches.at(-1)?.minute;
  const workedOf = (halves: readonly Half[]): number =>
    presence ? halves.reduce((sum, half) => sum + workedOverlap(presence, shift.halves[half], shift.breaks), 0) : 0;
  const worked = workedOf(due);
  if (absentDays > 0) {
    say(`经确认缺勤 ${absentDays} 天`, `absence of ${absentDays} day(s), confirmed`);
    if (workedOf([...missed]) > 0) {
      open.push('contradiction');
      say('确认为缺勤,但有打卡记录', 'confirmed as absent, but there are records');
    }
    if (stillDue.length === 0) return attendedAs(0, 0, absentDays, worked, 'absent', required.to);
  }
  if (hours === 'irregular') {
    say('不定时工时,不计迟到早退', 'irregular hours: nothing is measured by the minute');
    return attendedAs(0, 0, absentDays, worked || dueMinutes, 'attended', required.to);
  }
  const excused = (of: 'late' | 'early' | 'absence'): boolean => {
    const found = entries.excuses.find((one) => one.of === of);
    if (found) say(`已说明:${found.reason}`, `excused: ${found.reason}`);
    return found !== undefined;
  };
  if (first === undefined || last === undefined || (presence !== null && workedOf(stillDue) === 0)) {
    if (!known.isOver) {
      if (reasons.length === 1) say('当天尚未结束', 'the day is not over yet');
      return attendedAs(0, 0, absentDays, 0, 'to-come', required.to);
    }
    if (!excused('absence')) {
      open.push('absence');
      say(
        first === undefined ? '没有打卡、请假或出差:请确认' : '打卡不在班次时间内:请确认',
        first === undefined
          ? 'no record, leave or trip: somebody should say what it was'
          : 'no record within the shift: somebody should say what it was',
      );
    }
    return attendedAs(0, 0, absentDays, 0, 'attended', required.to);
  }

  const arrivesBy = required.from + shift.flexibleMinutes;
  const shifted = Math.min(Math.max(first - required.from, 0), shift.flexibleMinutes);
  const leavesAt = required.to + shifted;
  const alone = presence === null;
  const middle = (required.from + required.to) / 2;
  let late = alone && first >= middle ? 0 : Math.max(0, first - arrivesBy);
  let early = alone && first < middle ? 0 : Math.max(0, leavesAt - last);
  // Before the day is over the last record is not where somebody went.
  if (!known.isOver) early = 0;
  if (late <= shift.graceMinutes) late = 0;
  if (early <= shift.graceMinutes) early = 0;
  if (late > 0) say(`${wallTime(first)} 到,迟到 ${late} 分钟`, `came at ${wallTime(first)}, ${late} minutes late`);
  if (early > 0) say(`${wallTime(last)} 离开,早退 ${early} 分钟`, `left at ${wallTime(last)}, ${early} minutes early`);
  if (late === 0 && early === 0 && !alone)
    say(`${wallTime(first)}–${wallTime(last)} 出勤`, `there from ${wallTime(first)} to ${wallTime(last)}`);
  if (alone && known.isOver && !excused('absence')) {
    open.push('missing-record');
    say(`只有 ${wallTime(first)} 一次打卡:请补卡或说明`, `a single record at ${wallTime(first)}: enter the other one, or say why`);
  }
  if (late > 0 && excused('late')) late = 0;
  if (early > 0 && excused('early')) early = 0;
  const most = known.halfDayAfterMinutes;
  if (most !== null && Math.max(late, early) > most && absentDays === 0) {
    open.push('half-day');
    say(`超过 ${most} 分钟:请确认是否缺勤半天`, `more than ${most} minutes: somebody should say whether half a day was missed`);
  }
  return attendedAs(late, early, absentDays, worked, 'attended', leavesAt);
};

const CLASS_NAMES = {
  weekday: { zh: '工作日加班', en: 'overtime on a working day' },
  restDay: { zh: '休息日加班', en: 'overtime on a day of rest' },
  statutoryHoliday: { zh: '法定节假日加班', en: 'overtime on a statutory holiday' },
} as const satisfies Record<OvertimeClass, LocalText>;
const sayOvertime = (say: (zh: string, en: string) => void, overtimeClass: OvertimeClass | null, minutes: number): void => {
  if (overtimeClass) say(`${CLASS_NAMES[overtimeClass].zh} ${minutes} 分钟`, `${CLASS_NAMES[overtimeClass].en}: ${minutes} minutes`);
  else say(`班次外工作 ${minutes} 分钟,计入综合工时`, `${minutes} minutes beyond the shift, counted over the month`);
};
