import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wageLaw2025 } from '../../../infra/rules/wage-law.ts';
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { localDate } from '../../../shared/kernel/period.ts';
import { annualLeaveEntitlement, proratedAnnualLeave, unusedAnnualLeave, unusedLeavePay } from './annual-leave.ts';
import { dayWage, hourWage, overtimePay, overtimePayOf } from './overtime.ts';
import { dayShare, type ProrationChoice, prorate, segmentedWage } from './proration.ts';
import { RULE_BOOK, readVectors, rulesOn, yuan } from './testing/rules.ts';
import { probationFloor, sickPayFloor } from './wage-floors.ts';
import { calendarOf, overtimeKindOf, paidDaysBetween, paydayOn } from './working-calendar.ts';

type Texts = Readonly<Record<string, string | number>>;
interface Vector {
  readonly id: string;
  readonly monthly?: string;
  readonly paid_days?: number;
  readonly hours?: { readonly weekday150: number; readonly rest200: number; readonly holiday300: number };
  readonly expected: string | Texts | readonly Texts[];
}
const file = readVectors<{
  readonly vectors: readonly Vector[];
  readonly holidays_2026: { readonly statutory_300_percent_days: readonly string[]; readonly weekend_workdays: readonly string[] };
}>('wage-law');
const law = rulesOn('wage-law', 'CN', '2026-11-01');
const vector = (id: string): Vector => {
  const found = file.vectors.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
};
const one = (id: string): Texts => vector(id).expected as Texts;
const many = (id: string): readonly Texts[] => vector(id).expected as readonly Texts[];
const amount = (value: string | number | undefined): Fen =>
  String(value).startsWith('-') ? fen(-yuan(String(value).slice(1))) : yuan(String(value));
const by = (choice: ProrationChoice, wage: Fen, days: number, absent: number) =>
  prorate(wage, choice, days, absent, law.paidDays, law.paidDaysText);

describe('vectors', () => {
  it('WL-01 constants', () => {
    const { workDays } = wageLaw2025;
    expect({
      year_work_days: workDays.year,
      quarter_work_days: workDays.quarter,
      month_work_days: workDays.month,
      month_paid_days: law.paidDaysText,
      month_paid_hours: Number(law.paidHoursText),
    }).toEqual(one('WL-01'));
    expect((workDays.year / 12).toFixed(2)).toBe(workDays.month);
  });
  it('WL-03 overtime', () => {
    const { monthly, hours } = vector('WL-03');
    const base = yuan(monthly ?? '');
    const pay = overtimePay(law, base, {
      weekday: hours?.weekday150 ?? 0,
      restDay: hours?.rest200 ?? 0,
      statutoryHoliday: hours?.holiday300 ?? 0,
    });
    const expected = one('WL-03');
    expect([hourWage(law, base), pay.weekdayFen, pay.restDayFen, pay.statutoryHolidayFen, pay.totalFen]).toEqual(
      ['hour', 'weekday', 'rest_day', 'holiday', 'total'].map((name) => amount(expected[name])),
    );
  });
  it('WL-04 multiplies from the unrounded hour', () => {
    const base = yuan('6000');
    expect([
      dayWage(law, base),
      hourWage(law, base),
      overtimePayOf(law, base, 'weekday', 2),
      overtimePayOf(law, base, 'restDay', 8),
      overtimePayOf(law, base, 'statutoryHoliday', 8),
    ]).toEqual(['day', 'hour', 'ot_2h_150', 'ot_8h_200', 'ot_8h_300'].map((name) => amount(one('WL-04')[name])));
  });
  it('WL-05 joiner, forward', () => {
    expect(dayShare(yuan(vector('WL-05').monthly ?? ''), vector('WL-05').paid_days ?? 0, law.paidDays)).toBe(
      yuan(String(vector('WL-05').expected)),
    );
    expect(paidDaysBetween(localDate('2025-12-15'), localDate('2025-12-31'))).toBe(13);
  });
  it('WL-07 raise within the month', () => {
    const before = paidDaysBetween(localDate('2026-03-01'), localDate('2026-03-15'));
    const after = paidDaysBetween(localDate('2026-03-16'), localDate('2026-03-31'));
    expect([before, after]).toEqual([10, 12]);
    expect(
      segmentedWage(
        [
          { wageFen: yuan('22000'), days: before },
          { wageFen: yuan('26400'), days: after },
        ],
        22,
      ),
    ).toBe(yuan(String(vector('WL-07').expected)));
  });
  it.each(many('WL-09').map((row) => [row['paid_weekdays_in_month'], row['absent_days'], row] as const))(
    'WL-09 %s days, %s absent',
    (days, absent, row) => {
      const wage = amount(row['wage']);
      const get = (choice: ProrationChoice) => by(choice, wage, Number(days), Number(absent));
      expect(get('forward').unclampedFen).toBe(amount(row['forward_21_75']));
      expect(get('reverse').unclampedFen).toBe(amount(row['reverse_21_75']));
      expect(get('actual_working_days').unclampedFen).toBe(amount(row['actual_working_days']));
      const chosen = Number(absent) * 2 <= Number(days) ? get('reverse') : get('forward');
      expect(get('default')).toEqual(chosen);
    },
  );
  it('WL-11 annual leave', () => {
    for (const row of many('WL-11'))
      expect(proratedAnnualLeave(law, Number(row['elapsed_days']), Number(row['entitlement']))).toBe(row['days']);
    expect(unusedAnnualLeave(law, 200, 10, 3.5)).toBe(1);
    expect([0, 1, 9, 10, 19, 20].map((years) => annualLeaveEntitlement(law, years))).toEqual([0, 5, 5, 10, 10, 15]);
  });
  it('WL-12 unused leave', () => {
    expect(unusedLeavePay(law, yuan('43500'), 1)).toBe(yuan(String(vector('WL-12').expected)));
  });
  it('WL-14 probation', () => {
    for (const row of many('WL-14')) expect(probationFloor(law, amount(row['agreed']), amount(row['min_wage']))).toBe(amount(row['floor']));
  });
});

describe('limits', () => {
  it('clamps to [0, wage]', () => {
    expect(by('forward', yuan('6000'), 23, 1)).toMatchObject({ amountFen: yuan('6000'), clamped: true });
    expect(by('reverse', yuan('6000'), 23, 22)).toMatchObject({ amountFen: 0, clamped: true });
    expect(by('actual_working_days', yuan('6000'), 0, 0).amountFen).toBe(0);
  });
  it('half of the days absent is still reverse, half a day more is forward', () => {
    expect(by('default', yuan('6000'), 22, 11).method).toBe('reverse');
    expect(by('default', yuan('6000'), 22, 11.5).method).toBe('forward');
  });
  it('sick pay is at least 80 % of the minimum wage of the days', () => {
    expect(sickPayFloor(law, yuan('2740'), 2)).toBe(yuan('201.56'));
  });
  it('hours over 36 are counted', () => {
    expect(overtimePay(law, yuan('6000'), { weekday: 30, restDay: 6.5, statutoryHoliday: 0 }).hoursOverCap).toBe(0.5);
  });
});

describe('calendar', () => {
  it('is the official one', () => {
    const calendar = rulesOn('calendar', 'CN', '2026-06-01');
    expect([...calendar.statutoryHolidays]).toEqual(file.holidays_2026.statutory_300_percent_days);
    expect([...calendar.weekendWorkdays]).toEqual(file.holidays_2026.weekend_workdays);
    expect(calendar.statutoryHolidays.size).toBe(13);
    const kinds = (date: string) => overtimeKindOf(calendar, localDate(date));
    expect(['2026-10-01', '2026-10-10', '2026-10-05', '2026-10-11', '2026-10-12'].map(kinds)).toEqual([
      'statutoryHoliday',
      'weekday',
      'restDay',
      'restDay',
      'weekday',
    ]);
  });
  it('refuses a year that is not loaded', () => {
    const missing = calendarOf(RULE_BOOK, localDate('2027-01-15'));
    expect(missing.ok ? null : missing.error).toMatchObject({ code: 'missing_calendar_year', data: { year: 2027 } });
  });
  it('moves a payday on a rest day earlier', () => {
    expect(paydayOn(RULE_BOOK, localDate('2026-10-07'))).toEqual({ ok: true, value: '2026-09-30' });
    expect(paydayOn(RULE_BOOK, localDate('2026-11-15'))).toEqual({ ok: true, value: '2026-11-13' });
    expect(paydayOn(RULE_BOOK, localDate('2026-11-30'))).toEqual({ ok: true, value: '2026-11-30' });
  });
  it('counts Mondays to Fridays, leap day included', () => {
    expect(paidDaysBetween(localDate('2024-02-01'), localDate('2024-02-29'))).toBe(21);
    expect(paidDaysBetween(localDate('2026-11-01'), localDate('2026-11-30'))).toBe(21);
    expect(paidDaysBetween(localDate('2026-11-02'), localDate('2026-11-01'))).toBe(0);
  });
});

describe('properties', () => {
  const choice = fc.constantFrom<ProrationChoice>('default', 'forward', 'reverse', 'actual_working_days', 'calendar_days');
  it('is within [0, wage] and falls as absence grows', () => {
    fc.assert(
      fc.property(choice, fc.nat({ max: 100_000_000 }), fc.integer({ min: 1, max: 62 }), fc.nat(), (method, wage, halfDays, seed) => {
        const absentHalves = seed % (halfDays + 1);
        const result = by(method, fen(wage), halfDays / 2, absentHalves / 2);
        expect(result.amountFen).toBeGreaterThanOrEqual(0);
        expect(result.amountFen).toBeLessThanOrEqual(wage);
        if (method !== 'default' && absentHalves > 0)
          expect(by(method, fen(wage), halfDays / 2, (absentHalves - 1) / 2).amountFen).toBeGreaterThanOrEqual(result.amountFen);
      }),
    );
  });
  it('segments of equal wage are the whole', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100_000_000 }), fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 }), (wage, days) => {
        const total = days.reduce((sum, one) => sum + one, 0);
        expect(
          segmentedWage(
            days.map((one) => ({ wageFen: fen(wage), days: one })),
            total,
          ),
        ).toBe(wage);
      }),
    );
  });
});
