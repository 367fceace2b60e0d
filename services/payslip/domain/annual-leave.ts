/** Paid annual leave (企业职工带薪年休假实施办法): whole days only, the divisor is 365 in every year. */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { multiplyExact } from '../../../shared/kernel/rounding.ts';
import type { WageLaw } from './rule-book.ts';

/** Days a year after this many full years of work: 5 from 1, 10 from 10, 15 from 20. */
export const annualLeaveEntitlement = (law: WageLaw, yearsOfWork: number): number => {
  let days = 0;
  for (const step of law.annualLeave) if (yearsOfWork >= step.fromYears) days = step.days;
  return days;
};

/**
 * Prorated entitlement: `floor(calendar days ÷ 365 × days a year)`. The days are those elapsed this year for a leaver, those remaining for a
 * joiner.
 */
export const proratedAnnualLeave = (law: WageLaw, calendarDays: number, entitlementDays: number): number =>
  Math.floor((calendarDays * entitlementDays) / law.annualLeaveYearDays);

/** Leave still due to a leaver; never negative. */
export const unusedAnnualLeave = (law: WageLaw, elapsedDays: number, entitlementDays: number, takenDays: number): number =>
  Math.max(0, proratedAnnualLeave(law, elapsedDays, entitlementDays) - Math.ceil(takenDays));

/**
 * Extra pay for unused days: 300 % of the day wage in all, of which 100 % is already in the wage, so 200 % here.
 * @param averageMonthlyFen mean of the last twelve months without overtime, commission included.
 */
export const unusedLeavePay = (law: WageLaw, averageMonthlyFen: Fen, days: number): Fen =>
  fen(
    multiplyExact(
      averageMonthlyFen,
      days * law.unusedLeaveExtra.numerator * law.paidDays.denominator,
      law.unusedLeaveExtra.denominator * law.paidDays.numerator,
      'fen_half_up',
    ),
  );
