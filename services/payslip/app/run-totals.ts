/** What the payslips of a run add up to, and the digest that an approval means. */
import type { RunTotals } from '../../../shared/contracts/payroll.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { StoredOutcome } from '../store.ts';

export const totalsOf = (outcomes: readonly StoredOutcome[]): RunTotals => {
  const totals = {
    payslips: 0,
    refused: 0,
    grossFen: 0,
    insuranceFen: 0,
    fundFen: 0,
    taxFen: 0,
    otherDeductionsFen: 0,
    netFen: 0,
    employerCostFen: 0,
  };
  for (const outcome of outcomes) {
    if (outcome.outcome === 'refused') {
      totals.refused += 1;
      continue;
    }
    const slip = outcome.payslip.totals;
    totals.payslips += 1;
    totals.grossFen += slip.grossFen;
    totals.insuranceFen += slip.insuranceFen;
    totals.fundFen += slip.fundFen;
    totals.taxFen += slip.taxFen;
    totals.otherDeductionsFen += slip.otherDeductionsFen;
    totals.netFen += slip.netFen;
    totals.employerCostFen += slip.employerCostFen;
  }
  return totals;
};

/** What an approver approves: every payslip, by employee. */
export const digestOfRun = (outcomes: readonly StoredOutcome[]): string =>
  digestOf(outcomes.map((outcome) => [outcome.employeeId, outcome.outcome === 'payslip' ? outcome.payslip.digest : 'refused']));
