/** Attendance of some people as payslips of a month take it in: entered by payroll, or else from their days, or else full. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { MonthlyAttendance } from '../../../shared/contracts/payroll.ts';
import type { Employee, LegalEntity } from '../../../shared/contracts/people.ts';
import { addMonths, type Instant, type Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { type AttendanceMonth, type JudgedMonth, loadAttendanceMonths } from '../../attendance/read.ts';
import {
  type AttendanceDifference,
  CORRECTED_MONTHS,
  differencesOf,
  FULL_ATTENDANCE,
  figuresOf,
  type PaidAttendance,
  type TakenAttendance,
} from '../domain/attendance-figures.ts';
import type { AttendanceFigures, ExplainedFigures } from '../domain/payslip.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';
import type { Bilingual } from '../domain/statutory-rules.ts';
import { attendanceKey, footingFor, parseAttendance, parseState, runsOf, stateKey } from '../store.ts';

export interface LoadedAttendance {
  readonly own: AttendanceFigures;
  readonly differences: readonly AttendanceDifference[];
}

const hoursOf = (minutes: number): number => Math.round((minutes * 100) / 60) / 100;

type Words = { readonly date: string } & Bilingual;
const listed = (words: readonly Words[]): Bilingual =>
  words.length === 0
    ? { zh: '考勤日', en: 'attendance days' }
    : {
        zh: words.map(({ date, zh }) => `${date.slice(5)} ${zh}`).join(';'),
        en: words.map(({ date, en }) => `${date.slice(5)} ${en}`).join('; '),
      };
/** The days that take something or add something, in words. */
const explain = ({ days }: AttendanceMonth): ExplainedFigures => {
  const [unpaid, sick, overtime]: [Words[], Words[], Words[]] = [[], [], []];
  for (const { date, leave, absentDays, overtimeMinutes } of days) {
    for (const { name, pay, days: count } of leave) {
      const words = { date, zh: `${name.zh} ${count} 天`, en: `${name.en} ${count}` };
      if (pay === 'unpaid') unpaid.push(words);
      else if (pay === 'sick') sick.push(words);
    }
    if (absentDays > 0) unpaid.push({ date, zh: `缺勤 ${absentDays} 天`, en: `absent ${absentDays}` });
    const minutes = overtimeMinutes.weekday + overtimeMinutes.restDay + overtimeMinutes.statutoryHoliday;
    if (minutes > 0) overtime.push({ date, zh: `加班 ${hoursOf(minutes)} 小时`, en: `overtime ${hoursOf(minutes)} h` });
  }
  return { unpaid: listed(unpaid), sick: listed(sick), overtime: listed(overtime) };
};

/** A month of days as payroll takes it. */
export const fromDays = (month: AttendanceMonth): TakenAttendance => {
  const { unpaidDays, sickDays, overtimeMinutes } = month.summary;
  const { weekday, restDay, statutoryHoliday } = overtimeMinutes;
  return {
    unpaidLeaveDays: unpaidDays,
    sickLeaveDays: sickDays,
    overtimeHours: { weekday: hoursOf(weekday), restDay: hoursOf(restDay), statutoryHoliday: hoursOf(statutoryHoliday) },
    paidDates: month.paidDates,
    explained: explain(month),
  };
};
const asEntered = ({ unpaidLeaveDays, sickLeaveDays, overtimeHours }: MonthlyAttendance): TakenAttendance => ({
  unpaidLeaveDays,
  sickLeaveDays,
  overtimeHours,
  paidDates: null,
});

const takenOf = (entered: MonthlyAttendance | undefined, { judged }: JudgedMonth): Result<TakenAttendance, Refusal> => {
  if (entered) return succeed(asEntered(entered));
  if (judged.ok) return succeed(judged.value ? fromDays(judged.value) : FULL_ATTENDANCE);
  const { year } = judged.error;
  return fail(
    refusal('missing_calendar_year', `尚未载入 ${year} 年的节假日安排。`, `The holiday calendar of ${year} is not loaded.`, { year }),
  );
};

/** The month itself and the months before it whose corrections a payslip still makes up for; in the order of the people. */
export const loadAttendance = async (
  store: Store,
  entity: LegalEntity,
  people: readonly { readonly employee: Employee | undefined; readonly paid: readonly PaidAttendance[] }[],
  period: Month,
  now: Instant,
): Promise<readonly (Result<LoadedAttendance, Refusal> | undefined)[]> => {
  // Where nobody was paid with attendance on record, only the month itself is read.
  const back = people.some(({ paid }) => paid.length > 0) ? CORRECTED_MONTHS : 0;
  const periods = Array.from({ length: back + 1 }, (_, index) => addMonths(period, index - back));
  const known = people.flatMap(({ employee }) => (employee?.legalEntityId === entity.id ? [employee] : []));
  const [months, items] = await Promise.all([
    loadAttendanceMonths(store, entity, known, periods, now),
    store.getMany(known.flatMap(({ id }) => periods.map((month) => attendanceKey(id, month)))),
  ]);
  const place = new Map(known.map(({ id }, index) => [id, index]));
  return people.map(({ employee, paid }) => {
    const index = employee && place.get(employee.id);
    if (!employee || index === undefined) return undefined;
    const figures: PaidAttendance[] = [];
    for (const [at, month] of periods.entries()) {
      const judged = months[index]?.[at] ?? { period: month, judged: succeed(null) };
      const taken = takenOf(parseAttendance(items[index * periods.length + at]), judged);
      if (!taken.ok) return taken;
      figures.push({ legalEntityId: entity.id, period: month, figures: figuresOf(taken.value, employee, month) });
    }
    const own = figures.at(-1) as PaidAttendance;
    return succeed({ own: own.figures, differences: differencesOf(paid, figures, period) });
  });
};

/** A month as payroll takes it now, and as payslips have paid it. */
export interface AttendanceAnswer {
  readonly origin: 'entered' | 'days' | 'full';
  readonly source: string;
  readonly taken: TakenAttendance;
  readonly paid: AttendanceFigures | null;
}
export const readAttendance = async (
  store: Store,
  entity: LegalEntity,
  employee: Employee,
  period: Month,
  now: Instant,
): Promise<Result<AttendanceAnswer, Refusal>> => {
  const [[months], [item, stateItem]] = await Promise.all([
    loadAttendanceMonths(store, entity, [employee], [period], now),
    store.getMany([attendanceKey(employee.id, period), stateKey(employee.id)]),
  ]);
  const entered = parseAttendance(item);
  const judged: JudgedMonth = months?.[0] ?? { period, judged: succeed(null) };
  const taken = takenOf(entered, judged);
  if (!taken.ok) return taken;
  const state = parseState(stateItem);
  const position = (footingFor(state, '', await runsOf(store, [state])) ?? state)?.base;
  const paid = position?.attendance?.find((one) => one.period === period && one.legalEntityId === entity.id);
  const origin = entered ? 'entered' : judged.judged.ok && judged.judged.value ? 'days' : 'full';
  const source = entered?.source ?? (origin === 'days' ? 'attendance days' : 'no attendance on record');
  return succeed({ origin, source, taken: taken.value, paid: paid?.figures ?? null });
};
