/**
 * Attendance and pay: however often a month was corrected and in whatever run it was taken, in all it is paid as its days stand in the end.
 * The auditor's own reckoning, from what was entered and from the wage; of stored things it reads the lines of payslips only.
 */
import type { AttendanceStep } from '../attendance.ts';

export interface PaidMonth {
  readonly employeeId: string;
  readonly period: string;
  readonly lines: readonly { readonly code: string; readonly amountFen: number | null; readonly earnedPeriod: string | null }[];
}

const halfUp = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator);

/** Overtime less deductions of a month of so many missed halves and hours, by the law's 21.75 days and 174 hours. */
const balanceOf = (monthlyFen: bigint, halves: number, hours: number): bigint => {
  const missed = halfUp(monthlyFen * BigInt(halves) * 100n, 2n * 2175n);
  const overtime = halfUp(monthlyFen * BigInt(hours) * 3n, 2n * 174n);
  return overtime - missed;
};

const HALVES = { absence: 2, 'half-absence': 1, leave: 2, overtime: 0 } as const;

/** `slips` are those of final runs, the last of them made when nothing was left to happen. */
export const auditAttendance = (
  steps: readonly AttendanceStep[],
  slips: readonly PaidMonth[],
  monthlyFenOf: (employeeId: string) => bigint,
): string[] => {
  const findings: string[] = [];
  for (const employeeId of new Set(slips.map((slip) => slip.employeeId))) {
    const own = slips.filter((slip) => slip.employeeId === employeeId);
    for (const { period } of own) {
      const stands = steps.filter((step) => step.employeeId === employeeId && step.date.startsWith(period) && step.withdrawnAt === null);
      const halves = stands.reduce((sum, { kind }) => sum + HALVES[kind], 0);
      const hours = stands.reduce((sum, { kind }) => sum + (kind === 'overtime' ? 2 : 0), 0);
      let paid = 0n;
      for (const slip of own)
        for (const { code, amountFen, earnedPeriod } of slip.lines) {
          const amount = BigInt(amountFen ?? 0);
          if (code === 'attendance-difference' && earnedPeriod === period) paid += amount;
          else if (slip.period !== period) continue;
          else if (code.startsWith('overtime-') && amountFen !== null) paid += amount;
          else if (code === 'unpaid-leave-deduction') paid -= amount;
        }
      const due = balanceOf(monthlyFenOf(employeeId), halves, hours);
      if (paid !== due)
        findings.push(
          `attendance of ${employeeId} in ${period}: ${halves} halves missed and ${hours} hours over come to ${due}, paid are ${paid}`,
        );
    }
  }
  return findings;
};
