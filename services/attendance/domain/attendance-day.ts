/** What is known of somebody's day, and what it comes to. Plain data; days in halves, times in minutes. */
import type { LeaveKind } from '../../../shared/contracts/attendance-days.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import type { Half, Span, WorkShift } from './work-shift.ts';

export type DayKind = 'workday' | 'rest-day' | 'statutory-holiday';
export type HoursSystem = 'standard' | 'irregular' | 'comprehensive';
export type OvertimeClass = 'weekday' | 'restDay' | 'statutoryHoliday';
export const OVERTIME_CLASSES: readonly OvertimeClass[] = ['weekday', 'restDay', 'statutoryHoliday'];

/** Where a record of the clock comes from. `app`: pressed in the own app; `check-in`: at a customer; `entered`: the clock lacked it. */
export const PUNCH_SOURCES = ['app', 'check-in', 'wecom', 'dingtalk', 'device', 'entered'] as const;
export type PunchSource = (typeof PUNCH_SOURCES)[number];

export interface DayPunch {
  readonly minute: number;
  readonly source: PunchSource;
  /** True where something shows that it was made at the place of work; null where nothing says anything. */
  readonly confirmed: boolean | null;
}

/** Approved things of the day, each with the id of its entry. */
export interface DayEntries {
  readonly leave: readonly { readonly entryId: string; readonly kind: LeaveKind; readonly halves: readonly Half[] }[];
  readonly trips: readonly { readonly entryId: string; readonly halves: readonly Half[] }[];
  readonly overtime: readonly { readonly entryId: string; readonly span: Span }[];
  readonly excuses: readonly { readonly entryId: string; readonly of: 'late' | 'early' | 'absence'; readonly reason: string }[];
  readonly absences: readonly { readonly entryId: string; readonly halves: readonly Half[] }[];
}

export interface OvertimeTerms {
  readonly basis: 'approved' | 'recorded' | 'none';
  readonly minimumMinutes: number;
  readonly stepMinutes: number;
}

export interface DayKnown {
  readonly date: LocalDate;
  readonly kind: DayKind;
  readonly hours: HoursSystem;
  readonly shift: WorkShift | null;
  readonly employed: boolean;
  /** Nothing more of this day can come from the clock. A day that is not over takes nothing from anybody. */
  readonly isOver: boolean;
  readonly punches: readonly DayPunch[];
  readonly entries: DayEntries;
  readonly overtime: OvertimeTerms;
  readonly halfDayAfterMinutes: number | null;
}

/** What a person has to say something about; nothing is taken meanwhile. */
export const OPEN_QUESTIONS = ['absence', 'missing-record', 'half-day', 'unconfirmed-place', 'contradiction'] as const;
export type OpenQuestion = (typeof OPEN_QUESTIONS)[number];

export interface DayLeave {
  readonly kind: string;
  readonly name: LocalText;
  readonly pay: LeaveKind['pay'];
  readonly days: number;
}
export interface AttendanceDay {
  readonly date: LocalDate;
  readonly kind: DayKind;
  /** Null: nothing was due. */
  readonly shiftId: string | null;
  readonly status: 'not-employed' | 'off' | 'to-come' | 'attended' | 'leave' | 'trip' | 'absent' | 'open';
  /** Due by the shift: 0 or 1. */
  readonly dueDays: number;
  /** Of those due: worked, travelled, or not yet known to be missed. */
  readonly attendedDays: number;
  readonly leave: readonly DayLeave[];
  /** Missed, as a person confirmed; not paid. */
  readonly absentDays: number;
  readonly dueMinutes: number;
  readonly workedMinutes: number;
  /** On the wall, `09:03`; null: no record. */
  readonly firstRecord: string | null;
  readonly lastRecord: string | null;
  readonly lateMinutes: number;
  readonly earlyMinutes: number;
  readonly overtimeMinutes: Readonly<Record<OvertimeClass, number>>;
  readonly open: readonly OpenQuestion[];
  /** Every step, in words. */
  readonly reasons: readonly LocalText[];
}
