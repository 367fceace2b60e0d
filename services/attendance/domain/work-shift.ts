/** A shift in minutes of its day, and which of a day's halves something covers. Pure. */
import type { Shift } from '../../../shared/contracts/attendance-days.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';

/** Minutes since the midnight that the day begins with; beyond 1,440 is the night after it, below 0 the one before. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
export interface WorkShift {
  readonly id: string;
  readonly name: LocalText;
  readonly span: Span;
  readonly breaks: readonly Span[];
  /** Morning and afternoon, in whatever hours they are; breaks are inside them. */
  readonly halves: { readonly am: Span; readonly pm: Span };
  readonly flexibleMinutes: number;
  readonly graceMinutes: number;
}
export type Half = 'am' | 'pm';
export const HALVES: readonly Half[] = ['am', 'pm'];
export const DAY_MINUTES = 1440;

export const minuteOf = (wallTime: string): number => Number(wallTime.slice(0, 2)) * 60 + Number(wallTime.slice(3, 5));
/** `09:05`; with `+1` in the night after. */
export const wallTime = (minute: number): string => {
  const day = Math.floor(minute / DAY_MINUTES);
  const within = minute - day * DAY_MINUTES;
  const text = `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
  return day === 0 ? text : `${text}${day > 0 ? '+' : '-'}${Math.abs(day)}`;
};

export const overlap = (a: Span, b: Span): number => Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));

/** Minutes of `span` that are worked, breaks left out. Breaks of a shift do not overlap. */
export const workedIn = (span: Span, breaks: readonly Span[]): number =>
  Math.max(0, span.to - span.from) - breaks.reduce((sum, one) => sum + overlap(span, one), 0);

/** What is wrong with a shift as it was given; an empty list when nothing is. */
export const shiftFaults = (shift: Shift): readonly string[] => {
  const { span, breaks } = measuredShift(shift);
  const faults: string[] = [];
  if (breaks.some((one) => one.from < span.from || one.to > span.to || one.from >= one.to)) faults.push('break_outside');
  const sorted = [...breaks].sort((a, b) => a.from - b.from);
  if (sorted.some((one, index) => index > 0 && one.from < (sorted[index - 1]?.to ?? 0))) faults.push('breaks_overlap');
  if (workedIn(span, breaks) < 1) faults.push('nothing_worked');
  return faults;
};

/** Times that are before the start are on the next day. */
export const measuredShift = (shift: Shift): WorkShift => {
  const from = minuteOf(shift.start);
  const after = (wall: string, than: number): number => {
    const minute = minuteOf(wall);
    return minute < than ? minute + DAY_MINUTES : minute;
  };
  const end = minuteOf(shift.end);
  const to = end <= from ? end + DAY_MINUTES : end;
  const breaks = shift.breaks.map((one): Span => {
    const begin = after(one.from, from);
    return { from: begin, to: after(one.to, begin) };
  });
  const first = breaks[0] ?? { from: Math.floor((from + to) / 2), to: Math.floor((from + to) / 2) };
  return {
    id: shift.id,
    name: shift.name,
    span: { from, to },
    breaks,
    halves: { am: { from, to: first.from }, pm: { from: first.to, to } },
    flexibleMinutes: shift.flexibleMinutes,
    graceMinutes: shift.graceMinutes,
  };
};

/**
 * Where one day's records end and the next one's begin, in minutes of the first: at `dayBegins` in the night, moved so that two hours around
 * each shift stay with it, and half-way between two shifts that are closer than that.
 */
export const cutAfter = (shift: WorkShift | null, next: WorkShift | null, dayBegins: number): number => {
  const usual = DAY_MINUTES + dayBegins;
  const end = shift?.span.to;
  const start = next && next.span.from + DAY_MINUTES;
  if (end !== undefined && start !== null) {
    const fits = usual >= end + 120 && usual <= start - 120;
    return fits ? usual : Math.floor((end + start) / 2);
  }
  if (end !== undefined) return Math.max(usual, end + 240);
  return start === null ? usual : Math.min(usual, start - 120);
};
