/** Attendance as a payslip takes it in, and where two takings of one month differ. Pure; days in halves, hours with two decimals. */
import { firstDay, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';
import type { AttendanceFigures, ExplainedFigures } from './payslip.ts';
import { paidDaysBetween } from './working-calendar.ts';

/** What is taken in: entered by payroll, or summed up from the days. */
export interface TakenAttendance {
  readonly unpaidLeaveDays: number;
  readonly sickLeaveDays: number;
  readonly overtimeHours: AttendanceFigures['overtimeHours'];
  /** Days that pay goes by where they are not Monday to Friday. */
  readonly paidDates: readonly LocalDate[] | null;
  /** Which days, in words; absent where the figures were entered. */
  readonly explained?: ExplainedFigures;
}
export const FULL_ATTENDANCE: TakenAttendance = {
  unpaidLeaveDays: 0,
  sickLeaveDays: 0,
  overtimeHours: { weekday: 0, restDay: 0, statutoryHoliday: 0 },
  paidDates: null,
};

/** Figures of somebody's month: absent days are taken off the paid days between hiring and leaving. */
export const figuresOf = (
  taken: TakenAttendance,
  employed: { readonly hiredOn: LocalDate; readonly leftOn: LocalDate | null },
  period: Month,
): AttendanceFigures => {
  const [first, last] = [firstDay(period), lastDay(period)];
  const { paidDates } = taken;
  const count = (from: LocalDate, to: LocalDate): number =>
    paidDates === null ? paidDaysBetween(from, to) : paidDates.filter((date) => date >= from && date <= to).length;
  const from = employed.hiredOn > first ? employed.hiredOn : first;
  const to = employed.leftOn !== null && employed.leftOn < last ? employed.leftOn : last;
  return {
    paidDays: count(first, last),
    workedDays: Math.max(0, count(from, to) - taken.unpaidLeaveDays - taken.sickLeaveDays),
    unpaidLeaveDays: taken.unpaidLeaveDays,
    sickLeaveDays: taken.sickLeaveDays,
    overtimeHours: taken.overtimeHours,
    validVisits: 0,
    paidDates,
    ...(taken.explained ? { explained: taken.explained } : {}),
  };
};

/** What of a payslip's figures decides pay; kept with the position, so that a later payslip knows what was taken. */
export interface PaidAttendance {
  /** Another employer's month is not made up for here. */
  readonly legalEntityId: string;
  readonly period: Month;
  readonly figures: AttendanceFigures;
}
/** How many months back a correction of attendance is still made up for by a payslip, beside its own month. */
export const CORRECTED_MONTHS = 2;

const isSame = (a: AttendanceFigures, b: AttendanceFigures): boolean =>
  a.unpaidLeaveDays === b.unpaidLeaveDays &&
  a.sickLeaveDays === b.sickLeaveDays &&
  (['weekday', 'restDay', 'statutoryHoliday'] as const).every((kind) => a.overtimeHours[kind] === b.overtimeHours[kind]);

export interface AttendanceDifference {
  readonly period: Month;
  /** As the last payslip took it, and as it stands now. */
  readonly before: AttendanceFigures;
  readonly after: AttendanceFigures;
}

/** Months before `period` that payslips took otherwise than they stand now. A month that no payslip took has no difference. */
export const differencesOf = (
  paid: readonly PaidAttendance[],
  now: readonly PaidAttendance[],
  period: Month,
): readonly AttendanceDifference[] =>
  paid.flatMap((before) => {
    const after =
      before.period < period ? now.find((one) => one.period === before.period && one.legalEntityId === before.legalEntityId) : undefined;
    return after && !isSame(before.figures, after.figures) ? [{ period: before.period, before: before.figures, after: after.figures }] : [];
  });

/** What is on record as paid after a payslip of `period`: the last months only, as far back as corrections reach. */
export const paidAfter = (
  paid: readonly PaidAttendance[],
  differences: readonly AttendanceDifference[],
  own: PaidAttendance,
): readonly PaidAttendance[] => {
  const moved = paid
    .filter((one) => one.period !== own.period)
    .map((one) => {
      const found = differences.find((difference) => difference.period === one.period);
      return found ? { ...one, figures: plain(found.after) } : one;
    });
  return [...moved, { ...own, figures: plain(own.figures) }].sort((a, b) => (a.period < b.period ? -1 : 1)).slice(-CORRECTED_MONTHS - 1);
};
const plain = ({ explained: _, ...figures }: AttendanceFigures): AttendanceFigures => figures;
