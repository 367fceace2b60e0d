import type { RunFinding } from '../../../shared/contracts/payroll.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { Fen } from '../../../shared/kernel/money.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { checkRun, type RosterEntry } from '../domain/check-run.ts';
import type { StoredOutcome, StoredSlip } from '../store.ts';

/** A gross that moved by more than this many percent against last month is shown to a person. */
const GROSS_CHANGE_PERCENT = 50;

const isSlip = (outcome: StoredOutcome): outcome is StoredSlip => outcome.outcome === 'payslip';

/** Findings of a run from its outcomes, the roster at cut-off and last month's outcomes. */
export const checkOutcomes = (
  period: Month,
  employees: readonly Employee[],
  outcomes: readonly StoredOutcome[],
  before: readonly StoredOutcome[],
): RunFinding[] => {
  const slips = outcomes.filter(isSlip);
  const slipOf = new Map(slips.map((slip) => [slip.employeeId, slip]));
  const grossBefore = new Map(before.filter(isSlip).map((slip) => [slip.employeeId, slip.payslip.totals.grossFen as Fen]));
  const roster = employees.map((employee): RosterEntry => {
    const slip = slipOf.get(employee.id);
    return {
      employeeId: employee.id,
      name: employee.name,
      hireDate: employee.hiredOn,
      leaveDate: employee.leftOn,
      bankAccountNumber: slip?.bankAccount?.accountNumber ?? null,
      hasInsuranceBase: slip === undefined || slip.input.employee.insurance.length > 0,
      previousGrossFen: grossBefore.get(employee.id) ?? null,
      lastCoveredSeq: (slip?.input.ledgerRange.fromSeq ?? 1) - 1,
      ledgerHeadSeq: slip?.input.ledgerRange.toSeq ?? 0,
    };
  });
  const refused = outcomes.flatMap((outcome) =>
    outcome.outcome === 'refused' ? [{ employeeId: outcome.employeeId, refusals: outcome.refusals }] : [],
  );
  return checkRun({ period, roster, payslips: slips.map((slip) => slip.payslip), refused, grossChangePercent: GROSS_CHANGE_PERCENT }).map(
    ({ code, severity, employeeId, zh, en }) => ({ code, severity, employeeId, zh, en }),
  );
};
