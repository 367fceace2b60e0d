/** The life of a run: create, calculate again, approve, pay out, publish, cancel. Each step is one transaction on the run. */
import type { WriteOperation } from '../../../shared/adapters/store.ts';
import type { PayslipWork } from '../../../shared/contracts/messages.ts';
import type { PayrollRun } from '../../../shared/contracts/payroll.ts';
import type { LegalEntity } from '../../../shared/contracts/people.ts';
import { addDays, addMonths, firstDay, type Instant, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { ledgerHeadKey, parseHead } from '../../bonus/read.ts';
import { allEmployees, entityKey, parseEntity } from '../../people/read.ts';
import { paydayOn } from '../domain/working-calendar.ts';
import {
  checkMonth,
  footingFor,
  monthKey,
  outcomesOf,
  parseMonth,
  parseRun,
  parseState,
  putMonth,
  putRun,
  runKey,
  runsOf,
  type StoredRun,
  stateKey,
} from '../store.ts';
import { ruleBook } from './rule-book.ts';

/** Chunks and the run itself go into one transaction of at most 100 operations. */
const MAX_CHUNKS = 90;
const SMALLEST_CHUNK = 25;
const LARGEST_CHUNK = 500;

export interface CreateRun {
  readonly legalEntityId: string;
  readonly period: Month;
  readonly payDate?: LocalDate | undefined;
}

/** The day people are paid for a month: the entity's payday, earlier where that is a rest day. */
export const payDateOf = (entity: LegalEntity, period: Month): LocalDate => {
  const nominal = entity.payday === 0 ? lastDay(period) : addDays(firstDay(addMonths(period, 1)), entity.payday - 1);
  const payday = paydayOn(ruleBook(), nominal);
  if (!payday.ok) throw new ProblemError('cannot_calculate', payday.error);
  return payday.value;
};

/** Creates the month's run and sends its work. The same month twice is refused, naming the run that exists. */
export const createRun = async (platform: Platform, request: CreateRun, by: string): Promise<PayrollRun> => {
  const { legalEntityId, period } = request;
  const previous = addMonths(period, -1);
  const [entityItem, claimItem, previousItem] = await platform.store.getMany([
    entityKey(legalEntityId),
    monthKey(legalEntityId, period),
    monthKey(legalEntityId, previous),
  ]);
  const entity = parseEntity(entityItem);
  if (!entity) throw new ProblemError('not_found');
  const claim = parseMonth(claimItem);
  if (claim) await refuseUnlessCancelled(platform, claim.runId, period);
  const earlier = parseMonth(previousItem);
  if (earlier) await refuseWhileOpen(platform, earlier.runId);
  const noLaterRun = await requireNoLaterRun(platform, legalEntityId, period);

  const payDate = request.payDate ?? payDateOf(entity, period);
  if (payDate < firstDay(period)) {
    const errors = [{ pointer: '/payDate', code: 'before_period', detail: 'payDate lies before the month that is paid' }];
    throw new ProblemError('invalid_request', { zh: '发薪日早于所属月份', en: 'payDate lies before the month that is paid' }, { errors });
  }
  const people = await peopleOfRun(platform, legalEntityId, period);
  const number = (claim?.number ?? 0) + 1;
  const now = platform.clock.now();
  const chunks = chunked(people);
  const run: PayrollRun = {
    id: `${legalEntityId}.${period}.${number}`,
    legalEntityId,
    period,
    payDate,
    status: 'draft',
    attempt: 1,
    chunks: chunks.length,
    people: people.length,
    createdBy: by,
    calculatedBy: by,
    approvedBy: null,
    totals: null,
    findings: [],
    digest: null,
    payout: null,
    history: [{ at: now, by, what: 'created', note: null }],
  };
  const rows = workRows(run, chunks, now);
  const result = await platform.store.transact([
    putMonth(legalEntityId, period, run.id, number, claim?.version ?? 0),
    putRun(run, 0),
    ...rows.map(putRow),
    ...noLaterRun,
  ]);
  if (!result.ok) throw runExists(period);
  await tell(platform.queue, rows);
  return run;
};

const runExists = (period: string, runId?: string): ProblemError =>
  new ProblemError('run_exists', {
    zh: `${period} 的薪酬批次已存在${runId ? `:${runId}` : ''}`,
    en: `a run for ${period} exists already${runId ? `: ${runId}` : ''}`,
  });

const refuseUnlessCancelled = async (platform: Platform, runId: string, period: string): Promise<void> => {
  const existing = parseRun(await platform.store.get(runKey(runId)));
  if (existing && existing.run.status !== 'cancelled') throw runExists(period, runId);
};

/** Months after one that are looked at for a run that builds on it. */
const LATER_MONTHS = 6;

/**
 * Positions go forward from month to month: a month is neither begun nor given back once a later one has gone on from there. @returns what has to
 * hold still when that is written.
 */
const requireNoLaterRun = async (platform: Platform, legalEntityId: string, period: Month): Promise<WriteOperation[]> => {
  const months = Array.from({ length: LATER_MONTHS }, (_, index) => addMonths(period, index + 1));
  const claims = (await platform.store.getMany(months.map((later) => monthKey(legalEntityId, later)))).map(parseMonth);
  const runs = await platform.store.getMany(claims.flatMap((claim) => (claim ? [runKey(claim.runId)] : [])));
  for (const item of runs) {
    const later = parseRun(item)?.run;
    if (later && later.status !== 'cancelled') {
      throw new ProblemError('conflict', {
        zh: `后面月份的批次 ${later.id} 以此为基础,请先取消`,
        en: `the later run ${later.id} builds on this month: cancel that first`,
      });
    }
  }
  return months.map((later, index) => checkMonth(legalEntityId, later, claims[index]));
};

const refuseWhileOpen = async (platform: Platform, runId: string): Promise<void> => {
  const earlier = parseRun(await platform.store.get(runKey(runId)));
  if (earlier && (earlier.run.status === 'draft' || earlier.run.status === 'checked')) {
    throw new ProblemError('conflict', {
      zh: `上月批次 ${runId} 尚未审批或取消`,
      en: `the run before, ${runId}, is neither approved nor cancelled`,
    });
  }
};

/** Everyone employed in the month, and everyone else to whom the ledger owes something that no payslip covers yet. */
const peopleOfRun = async (platform: Platform, legalEntityId: string, period: Month): Promise<string[]> => {
  const employees = await allEmployees(platform.store, legalEntityId);
  const started = employees.filter((employee) => employee.hiredOn <= lastDay(period));
  const employed = started.filter((employee) => employee.leftOn === null || employee.leftOn >= firstDay(period));
  const left = started.filter((employee) => employee.leftOn !== null && employee.leftOn < firstDay(period));
  const items = await platform.store.getMany(left.flatMap(({ id }) => [ledgerHeadKey(id), stateKey(id)]));
  const states = left.map((_, index) => parseState(items[index * 2 + 1]));
  const runs = await runsOf(platform.store, states);
  const owed = left.filter((_, index) => {
    const state = states[index];
    // What a cancelled run covered is owed again; what an open one covers may be.
    const covered = (footingFor(state, '', runs) ?? state)?.base.coveredTo ?? 0;
    return parseHead(items[index * 2]).seq > covered;
  });
  return [...employed, ...owed].map(({ id }) => id).sort();
};

const chunked = (people: readonly string[]): string[][] => {
  const size = Math.max(SMALLEST_CHUNK, Math.ceil(people.length / MAX_CHUNKS));
  if (size > LARGEST_CHUNK) {
    throw new ProblemError('cannot_calculate', {
      zh: '人数超出单批次上限',
      en: `more than ${MAX_CHUNKS * LARGEST_CHUNK} people in one run`,
    });
  }
  const chunks: string[][] = [];
  for (let start = 0; start < people.length; start += size) chunks.push(people.slice(start, start + size));
  return chunks;
};

const workRows = (run: PayrollRun, chunks: readonly string[][], now: Instant) =>
  chunks.map((employeeIds, chunk) => {
    const work: PayslipWork = { message: 'payslip.work', runId: run.id, attempt: run.attempt, chunk, employeeIds };
    return outboxRow('payroll', work, now);
  });

/**
 * Calculates an unapproved run again: late facts, corrected people, attendance. `leaveOut` names the people who are not paid by it, so that one
 * whose pay cannot be settled in time does not keep the others waiting; without it the list stays as it was.
 */
export const recalculateRun = (platform: Platform, runId: string, by: string, leaveOut?: PayrollRun['leftOut']): Promise<PayrollRun> =>
  change(platform, runId, async (run, now) => {
    requireStatus(run, ['draft', 'checked'], 'recalculated');
    // Whoever was in an earlier attempt stays in: a person who no longer belongs is refused by name and given the old position back.
    const earlier = (await outcomesOf(platform.store, run.id)).map(({ employeeId }) => employeeId);
    const people = [...new Set([...(await peopleOfRun(platform, run.legalEntityId, run.period as Month)), ...earlier])].sort();
    const leftOut = leaveOut ?? run.leftOut ?? [];
    const strangers = leftOut.flatMap(({ employeeId }, index) =>
      people.includes(employeeId)
        ? []
        : [{ pointer: `/leaveOut/${index}/employeeId`, code: 'not_in_run', detail: `${employeeId} is not in this run` }],
    );
    if (strangers.length > 0)
      throw new ProblemError(
        'invalid_request',
        { zh: '名单中有不属于本批次的人', en: 'the list names people who are not in this run' },
        { errors: strangers },
      );
    const chunks = chunked(people);
    const next: PayrollRun = {
      ...run,
      leftOut,
      status: 'draft',
      attempt: run.attempt + 1,
      chunks: chunks.length,
      people: people.length,
      calculatedBy: by,
      totals: null,
      findings: [],
      digest: null,
      history: [...run.history, { at: now, by, what: 'recalculated', note: leaveOut ? `left out: ${leftOut.length}` : null }],
    };
    return { run: next, rows: workRows(next, chunks, now) };
  });

/** By another person than the one who created or calculated it, on a run without errors; `digest` says which figures are meant. */
export const approveRun = (platform: Platform, runId: string, by: string, digest: string | undefined): Promise<PayrollRun> =>
  change(platform, runId, async (run, now) => {
    if (run.status === 'approved' && run.approvedBy === by) return { run, rows: [] };
    requireStatus(run, ['checked'], 'approved');
    if (run.createdBy === by || run.calculatedBy === by) throw new ProblemError('second_person_required');
    const errors = run.findings.filter((finding) => finding.severity === 'error');
    if (errors.length > 0) {
      const list = errors
        .slice(0, 50)
        .map((finding) => ({ pointer: `/people/${finding.employeeId ?? ''}`, code: finding.code, detail: finding.en }));
      throw new ProblemError(
        'run_has_errors',
        { zh: `${errors.length} 个问题须先处理`, en: `${errors.length} errors must be resolved first` },
        { errors: list },
      );
    }
    if (digest !== undefined && digest !== run.digest) throw new ProblemError('version_conflict');
    return {
      run: { ...run, status: 'approved', approvedBy: by, history: [...run.history, { at: now, by, what: 'approved', note: run.digest }] },
      rows: [],
    };
  });

/** Records that the bank file was taken: `payout` is what it holds. */
export const payOut = (platform: Platform, runId: string, by: string, payout: NonNullable<PayrollRun['payout']>): Promise<PayrollRun> =>
  change(platform, runId, async (run, now) => {
    if (run.status === 'paid' && run.payout?.fileDigest === payout.fileDigest) return { run, rows: [] };
    requireStatus(run, ['approved'], 'paid out');
    return {
      run: { ...run, status: 'paid', payout, history: [...run.history, { at: now, by, what: 'paid', note: payout.fileDigest }] },
      rows: [],
    };
  });

/** Opens the payslips to their owners; the notices follow (`publish-run.ts`), also after a crash. */
export const startPublishing = (platform: Platform, runId: string, by: string): Promise<PayrollRun> =>
  change(platform, runId, async (run, now) => {
    if (run.status === 'publishing' || run.status === 'published') return { run, rows: [] };
    requireStatus(run, ['paid'], 'published');
    return { run: { ...run, status: 'publishing', history: [...run.history, { at: now, by, what: 'published', note: null }] }, rows: [] };
  });

/** Gives the month free again; positions go back by themselves because they follow the run's status. */
export const cancelRun = (platform: Platform, runId: string, by: string, reason: string): Promise<PayrollRun> =>
  change(platform, runId, async (run, now) => {
    if (run.status === 'cancelled') return { run, rows: [] };
    requireStatus(run, ['draft', 'checked', 'approved'], 'cancelled');
    const checks = await requireNoLaterRun(platform, run.legalEntityId, run.period as Month);
    const history = [...run.history, { at: now, by, what: 'cancelled', note: reason }];
    return { run: { ...run, status: 'cancelled', history }, rows: [], checks };
  });

const requireStatus = (run: PayrollRun, allowed: readonly PayrollRun['status'][], verb: string): void => {
  if (allowed.includes(run.status)) return;
  throw new ProblemError('conflict', {
    zh: `批次状态为 ${run.status},须为 ${allowed.join(' / ')}`,
    en: `a run that is ${run.status} cannot be ${verb}: it must be ${allowed.join(' or ')}`,
  });
};

type Rows = ReturnType<typeof workRows>;
const MAX_TRIES = 8;
/** Read, decide, write under the version; somebody else's change meanwhile is decided on again. */
const change = async (
  platform: Platform,
  runId: string,
  decide: (
    run: PayrollRun,
    now: Instant,
  ) => Promise<{ readonly run: PayrollRun; readonly rows: Rows; readonly checks?: readonly WriteOperation[] }>,
): Promise<PayrollRun> => {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const stored: StoredRun | undefined = parseRun(await platform.store.get(runKey(runId)));
    if (!stored) throw new ProblemError('not_found');
    const { run, rows, checks = [] } = await decide(stored.run, platform.clock.now());
    if (run === stored.run) return run;
    const result = await platform.store.transact([putRun(run, stored.version), ...rows.map(putRow), ...checks]);
    if (result.ok) {
      await tell(platform.queue, rows);
      return run;
    }
  }
  throw new ProblemError('version_conflict');
};
