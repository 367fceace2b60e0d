/**
 * Days of a year as wage law sees them. Paid days are Monday to Friday (21.75 = (365 − 104) ÷ 12: statutory holidays on weekdays are paid);
 * what work on a day is worth depends on the year's notice. A year that is not loaded is refused by name.
 */
import { addDays, type LocalDate, weekday } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { isWorkday } from '../../../shared/kernel/working-days.ts';
import { type Refusal, refusal } from './refusal.ts';
import { type Calendar, findRules, type RuleBook } from './rule-book.ts';

/** The calendar of a day's year, or `missing_calendar_year`. */
export const calendarOf = (book: RuleBook, on: LocalDate): Result<Calendar, Refusal> => {
  const calendar = findRules(book, 'calendar', 'CN', on);
  const year = on.slice(0, 4);
  return calendar === undefined
    ? fail(
        refusal('missing_calendar_year', `尚未载入 ${year} 年的节假日安排。`, `The holiday calendar of ${year} is not loaded.`, {
          year: Number(year),
        }),
      )
    : succeed(calendar);
};

export type OvertimeKind = 'weekday' | 'restDay' | 'statutoryHoliday';

/** What overtime on a day counts as: 150, 200 or 300 %. */
export const overtimeKindOf = (calendar: Calendar, on: LocalDate): OvertimeKind => {
  if (calendar.statutoryHolidays.has(on)) return 'statutoryHoliday';
  return isWorkday(calendar, on) ? 'weekday' : 'restDay';
};

/** Paid days from `from` to `to`, both inclusive: Mondays to Fridays. 0 when the range is empty. */
export const paidDaysBetween = (from: LocalDate, to: LocalDate): number => {
  if (to < from) return 0;
  const days = Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
  const first = weekday(from);
  let paid = Math.floor(days / 7) * 5;
  for (let offset = 0; offset < days % 7; offset += 1) if (((first - 1 + offset) % 7) + 1 <= 5) paid += 1;
  return paid;
};

/** The day to pay on: a payday on a rest day moves earlier (工资支付暂行规定 art. 7). */
export const paydayOn = (book: RuleBook, nominal: LocalDate): Result<LocalDate, Refusal> => {
  for (let day = nominal; ; day = addDays(day, -1)) {
    const calendar = calendarOf(book, day);
    if (!calendar.ok) return calendar;
    if (isWorkday(calendar.value, day)) return succeed(day);
  }
};
