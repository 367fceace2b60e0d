/** Overtime pay: base ÷ 174 × hours × 150/200/300 %, multiplied from the unrounded hour and rounded once a kind (劳动法 art. 44). */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { multiplyExact } from '../../../shared/kernel/rounding.ts';
import type { WageLaw } from './rule-book.ts';
import type { OvertimeKind } from './working-calendar.ts';

export type OvertimeHours = Readonly<Record<OvertimeKind, number>>;

export interface OvertimePay {
  readonly weekdayFen: Fen;
  readonly restDayFen: Fen;
  readonly statutoryHolidayFen: Fen;
  readonly totalFen: Fen;
  /** Hours over the monthly cap of 36: paid all the same, and reported. */
  readonly hoursOverCap: number;
}

/** Wage of an hour, for display only: never multiply from it. */
export const hourWage = (law: WageLaw, monthlyFen: Fen): Fen =>
  fen(multiplyExact(monthlyFen, law.paidHours.denominator, law.paidHours.numerator, 'fen_half_up'));

/** Wage of a day, for display only: never multiply from it. */
export const dayWage = (law: WageLaw, monthlyFen: Fen): Fen =>
  fen(multiplyExact(monthlyFen, law.paidDays.denominator, law.paidDays.numerator, 'fen_half_up'));

/** Pay of one kind. Hours with at most two decimals. */
export const overtimePayOf = (law: WageLaw, monthlyFen: Fen, kind: OvertimeKind, hours: number): Fen => {
  const rate = law.overtime[kind];
  return fen(
    multiplyExact(
      monthlyFen,
      Math.round(hours * 100) * rate.numerator * law.paidHours.denominator,
      100 * rate.denominator * law.paidHours.numerator,
      'fen_half_up',
    ),
  );
};

export const overtimePay = (law: WageLaw, monthlyFen: Fen, hours: OvertimeHours): OvertimePay => {
  const weekdayFen = overtimePayOf(law, monthlyFen, 'weekday', hours.weekday);
  const restDayFen = overtimePayOf(law, monthlyFen, 'restDay', hours.restDay);
  const statutoryHolidayFen = overtimePayOf(law, monthlyFen, 'statutoryHoliday', hours.statutoryHoliday);
  const hundredths = Math.round((hours.weekday + hours.restDay + hours.statutoryHoliday) * 100);
  return {
    weekdayFen,
    restDayFen,
    statutoryHolidayFen,
    totalFen: fen(weekdayFen + restDayFen + statutoryHolidayFen),
    hoursOverCap: Math.max(0, hundredths - law.overtimeCapHours * 100) / 100,
  };
};
