/** Calculates every payslip of a run again from what is stored, and compares (I8). Writes nothing. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { PayrollRun } from '../../../shared/contracts/payroll.ts';
import { replayPayslip } from '../domain/replay.ts';
import { outcomesOf } from '../store.ts';
import { ruleBook } from './rule-book.ts';
import { digestOfRun } from './run-totals.ts';

export interface RunReplay {
  readonly identical: number;
  /** One sentence each for what does not come out the same. */
  readonly differences: readonly string[];
}

export const replayRun = async (store: Store, run: PayrollRun): Promise<RunReplay> => {
  const outcomes = (await outcomesOf(store, run.id)).filter((outcome) => outcome.attempt === run.attempt);
  const differences: string[] = [];
  let identical = 0;
  for (const outcome of outcomes) {
    if (outcome.outcome !== 'payslip') continue;
    const replay = replayPayslip(outcome, ruleBook());
    if (replay.status === 'identical') identical += 1;
    else {
      const { status, ...detail } = replay;
      differences.push(`${outcome.payslip.id}: ${status} ${JSON.stringify(detail).slice(0, 500)}`);
    }
  }
  if (run.digest !== null && digestOfRun(outcomes) !== run.digest) differences.push(`${run.id}: not the payslips that were checked`);
  return { identical, differences };
};
