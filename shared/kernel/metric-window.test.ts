/** Both sides of every edge of a window: weeks across months and years, leap days, half-years, rolling days, days in a zone with summer time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countingDay, type MetricWindow, meanPer, mondayOf, reachesBeyondMonth, unitOfDay, windowSpan } from './metric-window.ts';
import { addDays, dateIn, daysBetween, firstDay, instant, lastDay, localDate, month, monthOf, weekday } from './period.ts';

const shown = (window: MetricWindow, period: string, until?: string): string => {
  const { from, to, units } = windowSpan(window, month(period), until === undefined ? undefined : localDate(until));
  return `${from} ${to} ${units}`;
};

describe('the days of a window', () => {
  it.each<[MetricWindow, string, string]>([
    ['month', '2026-11', '2026-11-01 2026-11-30 1'],
    ['month', '2028-02', '2028-02-01 2028-02-29 1'],
    ['day', '2026-11', '2026-11-01 2026-11-30 30'],
    ['day', '2026-02', '2026-02-01 2026-02-28 28'],
    ['day', '2028-02', '2028-02-01 2028-02-29 29'],
    // 1 November 2026 is a Sunday, 30 November a Monday: that Monday belongs to December.
    ['week', '2026-11', '2026-10-26 2026-11-29 5'],
    ['week', '2026-12', '2026-11-30 2026-12-27 4'],
    ['week', '2027-01', '2026-12-28 2027-01-31 5'],
    ['week', '2027-02', '2027-02-01 2027-02-28 4'],
    ['week', '2028-02', '2028-01-31 2028-02-27 4'],
    ['week', '2024-12', '2024-11-25 2024-12-29 5'],
    ['week', '2025-01', '2024-12-30 2025-01-26 4'],
    ['quarter', '2026-01', '2026-01-01 2026-01-31 1'],
    ['quarter', '2026-03', '2026-01-01 2026-03-31 1'],
    ['quarter', '2026-04', '2026-04-01 2026-04-30 1'],
    ['quarter', '2026-12', '2026-10-01 2026-12-31 1'],
    ['half-year', '2026-06', '2026-01-01 2026-06-30 1'],
    ['half-year', '2026-07', '2026-07-01 2026-07-31 1'],
    ['half-year', '2026-12', '2026-07-01 2026-12-31 1'],
    ['half-year', '2028-02', '2028-01-01 2028-02-29 1'],
    ['year', '2026-01', '2026-01-01 2026-01-31 1'],
    ['year', '2026-12', '2026-01-01 2026-12-31 1'],
    [{ rolling: 1 }, '2026-11', '2026-11-30 2026-11-30 1'],
    [{ rolling: 30 }, '2026-11', '2026-11-01 2026-11-30 1'],
    [{ rolling: 30 }, '2026-12', '2026-12-02 2026-12-31 1'],
    [{ rolling: 30 }, '2028-02', '2028-01-31 2028-02-29 1'],
    [{ rolling: 30 }, '2027-02', '2027-01-30 2027-02-28 1'],
    [{ rolling: 366 }, '2028-12', '2028-01-01 2028-12-31 1'],
    [{ rolling: 366 }, '2027-12', '2026-12-31 2027-12-31 1'],
  ])('%j in %s: %s', (window, period, expected) => {
    expect(shown(window, period)).toBe(expected);
  });

  it.each<[MetricWindow, string, string, string]>([
    ['day', '2026-11', '2026-11-01', '2026-11-01 2026-11-01 1'],
    ['day', '2026-11', '2026-11-30', '2026-11-01 2026-11-30 30'],
    // The week of the first day is the current one on it; on the Sunday it is complete; on the Monday the next has begun.
    ['week', '2026-12', '2026-12-01', '2026-11-30 2026-12-01 1'],
    ['week', '2026-12', '2026-12-06', '2026-11-30 2026-12-06 1'],
    ['week', '2026-12', '2026-12-07', '2026-11-30 2026-12-07 2'],
    ['week', '2026-11', '2026-11-29', '2026-10-26 2026-11-29 5'],
    // What is after the last Sunday is the next month's.
    ['week', '2026-11', '2026-11-30', '2026-10-26 2026-11-29 5'],
    ['quarter', '2026-11', '2026-11-15', '2026-10-01 2026-11-15 1'],
    [{ rolling: 30 }, '2026-11', '2026-11-15', '2026-10-17 2026-11-15 1'],
    // After the month it is as at its end; before it nothing counts.
    [{ rolling: 30 }, '2026-11', '2027-01-15', '2026-11-01 2026-11-30 1'],
    ['year', '2026-11', '2026-10-31', '2026-11-01 2026-10-31 1'],
    ['week', '2026-11', '2026-10-31', '2026-11-01 2026-10-31 1'],
  ])('%j in %s as of %s: %s', (window, period, until, expected) => {
    expect(shown(window, period, until)).toBe(expected);
  });

  const months = fc.tuple(fc.integer({ min: 1990, max: 2090 }), fc.integer({ min: 1, max: 12 })).map(([y, m]) => {
    return month(`${y}-${String(m).padStart(2, '0')}`);
  });
  it('weeks: whole, from Monday to Sunday, and each day of a year counts in exactly one month', () => {
    fc.assert(
      fc.property(months, (period) => {
        const { from, to, units } = windowSpan('week', period);
        expect([weekday(from), weekday(to), daysBetween(from, to) + 1]).toEqual([1, 7, 7 * units]);
        expect([4, 5]).toContain(units);
        expect([monthOf(addDays(from, 6)), monthOf(to)]).toEqual([period, period]);
        const next = monthOf(addDays(lastDay(period), 1));
        expect(windowSpan('week', next).from).toBe(addDays(to, 1));
      }),
    );
  });
  it('as of the last day every window is that of the month', () => {
    const windows = fc.oneof(
      fc.constantFrom<MetricWindow>('day', 'week', 'month', 'quarter', 'half-year', 'year'),
      fc.integer({ min: 1, max: 366 }).map((rolling) => ({ rolling })),
    );
    fc.assert(
      fc.property(months, windows, (period, window) => {
        expect(windowSpan(window, period, lastDay(period))).toEqual(windowSpan(window, period));
        const { from, to } = windowSpan(window, period);
        expect(to <= lastDay(period)).toBe(true);
        if (!reachesBeyondMonth(window)) expect(from >= firstDay(period)).toBe(true);
      }),
    );
  });
});

describe('the day on which a fact counts', () => {
  it.each([
    ['2026-11', '2026-11-01', '2026-11-01'],
    ['2026-11', '2026-11-30', '2026-11-30'],
    // A refund in the month of its order: at the end when it is later, at the beginning when a clock was wrong.
    ['2026-11', '2026-12-01', '2026-11-30'],
    ['2028-02', '2028-05-17', '2028-02-29'],
    ['2026-11', '2026-10-31', '2026-11-01'],
  ])('of %s, dated %s: %s', (period, date, expected) => {
    expect(countingDay({ period, date })).toBe(expected);
  });

  it.each([
    // Summer time ends on Sunday, 1 November 2026, in New York: that day has 25 hours.
    ['2026-11-01T03:59:59Z', 'America/New_York', '2026-10-31', '2026-10-26'],
    ['2026-11-01T04:00:00Z', 'America/New_York', '2026-11-01', '2026-10-26'],
    ['2026-11-02T04:59:59Z', 'America/New_York', '2026-11-01', '2026-10-26'],
    ['2026-11-02T05:00:00Z', 'America/New_York', '2026-11-02', '2026-11-02'],
    // It begins on Sunday, 8 March 2026: 23 hours.
    ['2026-03-08T04:59:59Z', 'America/New_York', '2026-03-07', '2026-03-02'],
    ['2026-03-08T05:00:00Z', 'America/New_York', '2026-03-08', '2026-03-02'],
    ['2026-03-09T03:59:59Z', 'America/New_York', '2026-03-08', '2026-03-02'],
    ['2026-03-09T04:00:00Z', 'America/New_York', '2026-03-09', '2026-03-09'],
    ['2026-11-29T15:59:59Z', 'Asia/Shanghai', '2026-11-29', '2026-11-23'],
    ['2026-11-29T16:00:00Z', 'Asia/Shanghai', '2026-11-30', '2026-11-30'],
  ])('%s in %s is %s, of the week of %s', (at, zone, day, monday) => {
    const date = dateIn(instant(at), zone);
    expect([date, mondayOf(date), unitOfDay('week', date), unitOfDay('day', date)]).toEqual([day, monday, monday, day]);
  });
});

it('only numbers that add up are means', () => {
  const folds = ['sum', 'count', 'count-distinct', 'ratio', 'average', 'latest'];
  expect(folds.map((fold) => meanPer(fold, 'week'))).toEqual(['week', 'week', 'week', null, null, null]);
  expect(folds.map((fold) => meanPer(fold, 'day'))).toEqual(['day', 'day', 'day', null, null, null]);
  expect(folds.map((fold) => meanPer(fold, 'quarter'))).toEqual([null, null, null, null, null, null]);
});
