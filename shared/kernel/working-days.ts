/** The days of a year as the official holiday notice has them. Pure. */
import { type LocalDate, weekday } from './period.ts';

/** One calendar year of a country. */
export interface CalendarDays {
  /** Order 795: work on them is paid at the statutory-holiday rate. */
  readonly statutoryHolidays: ReadonlySet<string>;
  /** Saturdays and Sundays that are workdays. */
  readonly weekendWorkdays: ReadonlySet<string>;
  /** Weekdays off by adjustment: work on them is rest-day work. */
  readonly adjustedDaysOff: ReadonlySet<string>;
}

/** True for a day people are due at work. */
export const isWorkday = (calendar: CalendarDays, on: LocalDate): boolean => {
  if (calendar.statutoryHolidays.has(on) || calendar.adjustedDaysOff.has(on)) return false;
  return weekday(on) <= 5 || calendar.weekendWorkdays.has(on);
};
