import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  dateIn,
  daysBetween,
  daysInMonth,
  instant,
  isLocalDate,
  isMonth,
  lastDay,
  localDate,
  month,
  monthIn,
  wallMinutesSince,
  weekday,
} from './period.ts';

describe('an instant', () => {
  it.each([
    ['2026-11-23T09:00:00+08:00', '2026-11-23T01:00:00.000Z'],
    ['2026-11-23T09:00:00.123456+0800', '2026-11-23T01:00:00.123Z'],
    ['2026-11-23T09:00Z', '2026-11-23T09:00:00.000Z'],
    ['2024-02-29T23:59:59-05:00', '2024-03-01T04:59:59.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is %s', (text, utc) => {
    expect(instant(text)).toBe(utc);
  });

  it.each([
    '2026-11-23T09:00:00', // no zone
    '2026-02-29T09:00:00+08:00', // days that do not exist
    '2026-02-30T09:00:00+08:00',
    '2026-04-31T09:00:00Z',
    '2026-00-10T09:00:00Z',
    '2026-13-01T09:00:00Z',
    '2026-11-23T25:00:00Z',
    '2026-11-23T09:61:00Z',
    '2026-11-23',
    '0000-01-01T00:00:00+08:00', // years whose text does not sort as time
    '9999-12-31T23:59:59-08:00',
    ' 2026-11-23T09:00:00Z',
    'now',
    '',
  ])('%s is refused', (text) => {
    expect(() => instant(text)).toThrow(RangeError);
  });
});

describe('a day and a month', () => {
  it.each([
    ['2024-02-29', true],
    ['2026-02-29', false],
    ['2100-02-29', false],
    ['2000-02-29', true],
    ['2026-11-31', false],
    ['2026-1-01', false],
    ['2026-11-30', true],
  ])('%s exists: %s', (text, exists) => {
    expect(isLocalDate(text)).toBe(exists);
  });

  it.each([
    ['2024-02', 29],
    ['2026-02', 28],
    ['2026-12', 31],
    ['2026-11', 30],
  ])('%s has %s days', (text, days) => {
    expect(daysInMonth(month(text))).toBe(days);
  });

  it('is that of the legal entity’s time zone, on both sides of midnight and of daylight saving', () => {
    for (const [text, zone, day] of [
      ['2026-11-30T15:59:59.999Z', 'Asia/Shanghai', '2026-11-30'],
      ['2026-11-30T16:00:00.000Z', 'Asia/Shanghai', '2026-12-01'],
      ['2026-11-01T03:59:59.000Z', 'America/New_York', '2026-10-31'],
      ['2026-11-01T04:00:00.000Z', 'America/New_York', '2026-11-01'],
      ['2026-12-01T04:59:59.000Z', 'America/New_York', '2026-11-30'],
      ['2026-12-01T05:00:00.000Z', 'America/New_York', '2026-12-01'],
      // Shanghai had daylight saving in 1988.
      ['1988-07-01T15:30:00.000Z', 'Asia/Shanghai', '1988-07-02'],
    ] as const) {
      expect(dateIn(instant(text), zone), `${text} ${zone}`).toBe(day);
      expect(monthIn(instant(text), zone)).toBe(day.slice(0, 7));
    }
  });

  it('months and days are added across years', () => {
    expect([addMonths(month('2026-11'), 2), addMonths(month('2026-01'), -1), addMonths(month('2026-06'), -18)]).toEqual([
      '2027-01',
      '2025-12',
      '2024-12',
    ]);
    expect([addDays(localDate('2024-02-28'), 1), addDays(localDate('2026-01-01'), -1)]).toEqual(['2024-02-29', '2025-12-31']);
    expect([weekday(localDate('2026-11-23')), weekday(localDate('2026-11-29'))]).toEqual([1, 7]);
  });

  it('adding days and counting them are inverse; a month’s last day is the day before the next month', () => {
    const days = fc.integer({ min: 0, max: 40_000 });
    fc.assert(
      fc.property(days, fc.integer({ min: -5_000, max: 5_000 }), (from, count) => {
        const start = addDays(localDate('1990-01-01'), from);
        const end = addDays(start, count);
        expect(isLocalDate(end)).toBe(true);
        expect(daysBetween(start, end)).toBe(count);
        const period = month(end.slice(0, 7));
        expect(isMonth(period)).toBe(true);
        expect(addDays(lastDay(period), 1)).toBe(`${addMonths(period, 1)}-01`);
      }),
    );
  });
});

describe('minutes on the wall', () => {
  it.each([
    ['2026-11-10T09:05:59+08:00', 'Asia/Shanghai', 9 * 60 + 5],
    ['2026-11-09T23:59:00+08:00', 'Asia/Shanghai', -1],
    ['2026-11-11T01:30:00+08:00', 'Asia/Shanghai', 25 * 60 + 30],
    ['2026-11-10T14:05:00Z', 'America/New_York', 9 * 60 + 5],
    ['2026-11-10T00:00:00+09:00', 'Asia/Tokyo', 0],
  ])('%s in %s', (text, zone, minutes) => {
    expect(wallMinutesSince(localDate('2026-11-10'), instant(text), zone)).toBe(minutes);
  });
  it('are the same in Shanghai, which is worked out, as in Hong Kong, which is looked up', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.parse('1992-01-01'), max: Date.parse('2100-01-01') }), (millis) => {
        const at = instant(new Date(millis).toISOString());
        const from = localDate('2026-11-10');
        expect(wallMinutesSince(from, at, 'Asia/Shanghai')).toBe(wallMinutesSince(from, at, 'Asia/Hong_Kong'));
      }),
      { numRuns: 100 },
    );
  });
});
