/** When every part of a run is calculated: totals, checks, digest, and the state `checked`. Safe to call at any time, any number of times. */
import type { PayrollRun } from '../../../shared/contracts/payroll.ts';
import { addMonths, type Month } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { allEmployees, entityKey, parseEntity } from '../../people/read.ts';
import { chunksDone, monthKey, outcomesOf, parseMonth, parseRun, putRun, runKey, type StoredOutcome } from '../store.ts';
import { bankFileFindings } from './bank-file.ts';
import { checkOutcomes } from './check-outcomes.ts';
import { digestOfRun, totalsOf } from './run-totals.ts';

/** The run is one item of at most 400 KB; beyond this many findings the run is wrong as a whole. */
const MAX_FINDINGS = 500;

export const finishRun = async (platform: Platform, runId: string): Promise<void> => {
  const stored = parseRun(await platform.store.get(runKey(runId)));
  if (stored?.run.status !== 'draft') return;
  const { run, version } = stored;
  if ((await chunksDone(platform.store, runId, run.attempt)) < run.chunks) return;
  // People who left the run between two attempts may have an outcome of the earlier one: it no longer counts.
  const outcomes = (await outcomesOf(platform.store, runId)).filter((outcome) => outcome.attempt === run.attempt);
  const before = await outcomesOfMonth(platform, run.legalEntityId, addMonths(run.period as Month, -1));
  const employees = await allEmployees(platform.store, run.legalEntityId);
  const entity = parseEntity(await platform.store.get(entityKey(run.legalEntityId)));
  const totals = totalsOf(outcomes);
  const found = [
    ...checkOutcomes(run.period as Month, employees, outcomes, before),
    ...(entity ? bankFileFindings(entity, run, totals.netFen, outcomes) : []),
  ];
  const bySeverity = [...found.filter((one) => one.severity === 'error'), ...found.filter((one) => one.severity === 'warning')];
  const findings = bySeverity.slice(0, MAX_FINDINGS);
  const checked: PayrollRun = {
    ...run,
    status: 'checked',
    totals,
    findings,
    digest: digestOfRun(outcomes),
    history: [...run.history, { at: platform.clock.now(), by: run.calculatedBy, what: 'checked', note: `${findings.length} findings` }],
  };
  // Lost against another worker that finished it, or against a new attempt: both are fine.
  await platform.store.write(putRun(checked, version));
};

const outcomesOfMonth = async (platform: Platform, legalEntityId: string, period: Month): Promise<StoredOutcome[]> => {
  const claim = parseMonth(await platform.store.get(monthKey(legalEntityId, period)));
  return claim ? outcomesOf(platform.store, claim.runId) : [];
};
