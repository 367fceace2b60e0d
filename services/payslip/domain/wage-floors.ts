/** Lower limits of pay: probation, sick pay, and what may be taken from a month's wage. Amounts in fen. */
import { type Fen, fen, multiplyFen } from '../../../shared/kernel/money.ts';
import { dayShare } from './proration.ts';
import type { MinimumWage, WageLaw } from './rule-book.ts';

/** Probation wage is at least 80 % of the agreed wage and the local minimum (劳动合同法 art. 20). */
export const probationFloor = (law: WageLaw, agreedFen: Fen, minimumWageFen: Fen): Fen =>
  fen(Math.max(multiplyFen(agreedFen, law.probationFloor, 'fen_up'), minimumWageFen));

/** Sick pay of the days is at least 80 % of the minimum wage of those days (劳部发〔1995〕309号 art. 59). */
export const sickPayFloor = (law: WageLaw, minimumWageFen: Fen, sickDays: number): Fen =>
  dayShare(multiplyFen(minimumWageFen, law.sickPayFloor), sickDays, law.paidDays);

/**
 * How much may be taken from this month's pay without going below the minimum wage; never negative.
 * Overtime pay is no part of the minimum wage. Where the city tests after insurance (Shanghai), the employee's insurance and fund come off first.
 */
export const takeableAboveMinimum = (minimum: MinimumWage, grossWithoutOvertimeFen: Fen, insuranceAndFundFen: Fen): Fen =>
  fen(Math.max(0, grossWithoutOvertimeFen - (minimum.testedAfterInsurance ? insuranceAndFundFen : 0) - minimum.monthlyFen));

/** Deduction for damage: at most 20 % of the month's wage, and the rest not below the minimum (工资支付暂行规定 art. 16). */
export const damageDeductionLimit = (law: WageLaw, grossFen: Fen, takeableFen: Fen): Fen =>
  fen(Math.max(0, Math.min(multiplyFen(grossFen, law.damageCap, 'fen_down'), takeableFen)));
