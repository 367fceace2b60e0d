/**
 * A month's wage for less than the month. The method is the company's choice; the divisor is 21.75 paid days (人社部发〔2025〕2号).
 * Amounts in fen, days in halves; each result is rounded once, half up to the fen, and clamped to [0, wage].
 */
import { type Fen, fen, type Rate } from '../../../shared/kernel/money.ts';
import { multiplyExact } from '../../../shared/kernel/rounding.ts';

/**
 * `forward` wage ÷ 21.75 × paid days; `reverse` wage − wage ÷ 21.75 × absent days; `actual_working_days` wage × paid days ÷ days of the month
 * that are paid; `calendar_days` the same over calendar days.
 */
export type ProrationMethod = 'forward' | 'reverse' | 'actual_working_days' | 'calendar_days';

/** `default`: reverse when absent on at most half of the month's paid days, else forward. */
export type ProrationChoice = ProrationMethod | 'default';

export interface Proration {
  readonly method: ProrationMethod;
  /** Within [0, wage]. */
  readonly amountFen: Fen;
  /** What the method gives before the clamp. */
  readonly unclampedFen: Fen;
  readonly clamped: boolean;
  /** Days multiplied: paid days (`forward`, `actual_working_days`, `calendar_days`) or absent days (`reverse`). */
  readonly days: number;
  /** `"21.75"` or the days of the month. */
  readonly divisor: string;
}

/** The method the default rule takes for this many absent days. */
export const chooseMethod = (choice: ProrationChoice, absentDays: number, daysInMonth: number): ProrationMethod =>
  choice === 'default' ? (absentDays * 2 <= daysInMonth ? 'reverse' : 'forward') : choice;

/**
 * @param daysInMonth paid days of the whole month (calendar days for `calendar_days`).
 * @param absentDays days of those not paid, a multiple of 0.5.
 * @param paidDays the divisor, 21.75 as an exact rate.
 */
export const prorate = (
  wageFen: Fen,
  choice: ProrationChoice,
  daysInMonth: number,
  absentDays: number,
  paidDays: Rate,
  paidDaysText: string,
): Proration => {
  const method = chooseMethod(choice, absentDays, daysInMonth);
  const presentDays = daysInMonth - absentDays;
  let unclamped: number;
  let days = presentDays;
  let divisor = paidDaysText;
  if (method === 'reverse') {
    days = absentDays;
    unclamped = wageFen - dayShare(wageFen, absentDays, paidDays);
  } else if (method === 'forward') {
    unclamped = dayShare(wageFen, presentDays, paidDays);
  } else {
    divisor = String(daysInMonth);
    unclamped = daysInMonth === 0 ? 0 : dayShare(wageFen, presentDays, { numerator: daysInMonth, denominator: 1 });
  }
  const amount = Math.max(0, Math.min(wageFen, unclamped));
  return { method, amountFen: fen(amount), unclampedFen: fen(unclamped), clamped: amount !== unclamped, days, divisor };
};

/** `wage ÷ divisor × days`, from the unrounded day, rounded once. Days are a multiple of 0.5. */
export const dayShare = (wageFen: Fen, days: number, divisor: Rate): Fen =>
  fen(multiplyExact(wageFen, Math.round(days * 2) * divisor.denominator, 2 * divisor.numerator, 'fen_half_up'));

/** Part of a month with one amount, after a change within the month. */
export interface WageSegment {
  readonly wageFen: Fen;
  /** Paid days (or calendar days) of the segment. */
  readonly days: number;
}

/** `Σ wage × days ÷ days of the month`, rounded once: equal wages over the whole month give exactly the wage. */
export const segmentedWage = (segments: readonly WageSegment[], daysInMonth: number): Fen => {
  if (daysInMonth === 0) return 0 as Fen;
  let weighted = 0;
  for (const segment of segments) weighted += segment.wageFen * Math.round(segment.days * 2);
  return fen(multiplyExact(weighted, 1, daysInMonth * 2, 'fen_half_up'));
};
