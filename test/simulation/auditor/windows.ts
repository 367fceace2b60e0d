/** The auditor's own calendar: which parts of a person's facts a window of a month holds. Days are counted off one by one. */
import type { Part } from './facts.ts';

const DAY = 86_400_000;
const text = (millis: number): string => new Date(millis).toISOString().slice(0, 10);
const daysFrom = (from: string, to: string): string[] => {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY) days.push(text(at));
  return days;
};
/** The day on which a seed ends: everything that was held until then has been paid. */
const ENDS_ON = '2026-12-03';
export const isDue = (date: string, days: number): boolean => text(Date.parse(date) + days * DAY) <= ENDS_ON;
const lastOf = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return text(Date.UTC(year, number, 0));
};
/** A refund counts in the month of its order: on that month's last day when it came later. */
const countsOn = ({ date, month }: Part): string =>
  date.slice(0, 7) === month ? date : date > lastOf(month) ? lastOf(month) : `${month}-01`;

export const onDays = (parts: readonly Part[], from: string, to: string): Part[] =>
  parts.filter((part) => countsOn(part) >= from && countsOn(part) <= to);
/** The months of the simulation are all of one quarter, half-year and year; what is before October does not occur. */
export const sinceJuly = (parts: readonly Part[], month: string): Part[] => onDays(parts, '2026-07-01', lastOf(month));
export const lastDays = (parts: readonly Part[], month: string, count: number): Part[] =>
  onDays(parts, text(Date.parse(lastOf(month)) - (count - 1) * DAY), lastOf(month));
export const daysIn = (month: string): string[] => daysFrom(`${month}-01`, lastOf(month));
export const daysOf = (month: string): number => daysIn(month).length;
/** The parts of each week of which the Sunday is in the month. */
export const weeksOf = (parts: readonly Part[], month: string): Part[][] =>
  daysFrom(`${month}-01`, lastOf(month))
    .filter((day) => new Date(day).getUTCDay() === 0)
    .map((sunday) => onDays(parts, text(Date.parse(sunday) - 6 * DAY), sunday));
