/** Calculates some people of a run and stores their payslips, their new positions and the done mark. */
import type { WriteOperation } from '../../../shared/adapters/store.ts';
import { MAX_TRANSACTION } from '../../../shared/adapters/store.ts';
import type { PayslipWork } from '../../../shared/contracts/messages.ts';
import type { PayrollRun } from '../../../shared/contracts/payroll.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { fail } from '../../../shared/kernel/result.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { paidAfter } from '../domain/attendance-figures.ts';
import { calculatePayslip } from '../domain/calculate-payslip.ts';
import { sealPayslip } from '../domain/payslip-digest.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';
import { checkAttempt, checkNotDone, parseRun, putDone, putSlip, putState, runKey, type StoredOutcome, stateAfter } from '../store.ts';
import { finishRun } from './finish-run.ts';
import { type LoadedPerson, loadPeople } from './load-people.ts';
import { ruleBook } from './rule-book.ts';

const MAX_ATTEMPTS = 8;
/** Two operations a person, beside the check of the run and the done mark. */
const PEOPLE_PER_TRANSACTION = Math.floor((MAX_TRANSACTION - 2) / 2);

/** Work of a run that is closed, or of an earlier attempt, has no effect but its done mark. */
export const calculateChunk = async (platform: Platform, work: PayslipWork): Promise<void> => {
  const stored = parseRun(await platform.store.get(runKey(work.runId)));
  if (!stored) throw new Error(`run ${work.runId} is not on record`);
  const { run } = stored;
  if ((run.status !== 'draft' && run.status !== 'checked') || run.attempt !== work.attempt) {
    await platform.store.write(putDone(work.runId, work.attempt, work.chunk));
    return;
  }
  for (let start = 0; start < work.employeeIds.length; start += PEOPLE_PER_TRANSACTION) {
    const part = work.employeeIds.slice(start, start + PEOPLE_PER_TRANSACTION);
    const last = start + PEOPLE_PER_TRANSACTION >= work.employeeIds.length;
    const done = last ? putDone(run.id, run.attempt, work.chunk, true) : checkNotDone(run.id, run.attempt, work.chunk);
    const closed = await storePart(platform, run, part, done);
    if (closed) {
      await platform.store.write(putDone(work.runId, work.attempt, work.chunk));
      break;
    }
  }
  await finishRun(platform, run.id);
};

/**
 * `done` is part of the transaction: what a run was checked and approved with stays, however often its work is delivered.
 * @returns true when the run was closed or calculated again meanwhile, or the work was done. @throws when positions keep changing under it.
 */
const storePart = async (platform: Platform, run: PayrollRun, employeeIds: readonly string[], done: WriteOperation): Promise<boolean> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const people = await loadPeople(platform.store, employeeIds, {
      runId: run.id,
      legalEntityId: run.legalEntityId,
      period: run.period as Month,
      payDate: run.payDate as LocalDate,
      now: platform.clock.now(),
    });
    const operations = people.flatMap((person) => operationsFor(run, person));
    const result = await platform.store.transact([checkAttempt(run.id, run.attempt), done, ...operations]);
    if (result.ok) return false;
    if (result.failed.includes(0) || result.failed.includes(1)) return true;
  }
  throw new Error(`positions of run ${run.id} kept changing`);
};

const leftOutRefusal = (reason: string): Refusal => refusal('left_out', `不在本批次发放:${reason}`, `not paid by this run: ${reason}`);

const operationsFor = (run: PayrollRun, person: LoadedPerson): WriteOperation[] => {
  const { employeeId, input, footing, state } = person;
  const leftOut = run.leftOut?.find((one) => one.employeeId === employeeId);
  const calculated = leftOut ? fail([leftOutRefusal(leftOut.reason)]) : input ? calculatePayslip(input, ruleBook()) : undefined;
  if (!input || !footing || !calculated?.ok) {
    const refusals = calculated && !calculated.ok ? calculated.error : person.refusals;
    const outcome: StoredOutcome = { outcome: 'refused', employeeId, employeeName: person.name, attempt: run.attempt, refusals };
    // A person whose position this run took in an earlier attempt goes back to where he or she was.
    const release =
      state?.runId === run.id && footing ? [putState(employeeId, stateAfter(run.id, footing, footing.base), state.version)] : [];
    return [putSlip(run.id, outcome), ...release];
  }
  const payslip = sealPayslip(input, calculated.value);
  const current = {
    coveredTo: input.ledgerRange.toSeq,
    yearToDate: payslip.ytdAfter,
    carriedForward: payslip.carriedForwardAfter,
    attendance: paidAfter(footing.base.attendance ?? [], input.attendanceDifferences ?? [], {
      legalEntityId: run.legalEntityId,
      period: input.period,
      figures: input.attendance,
    }),
  };
  return [
    putSlip(run.id, { outcome: 'payslip', employeeId, attempt: run.attempt, input, payslip, bankAccount: person.bankAccount }),
    putState(employeeId, stateAfter(run.id, footing, current), state?.version ?? 0),
  ];
};
