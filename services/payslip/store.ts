/** Items of the `payroll` table ↔ domain: every key and access pattern of the service. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Item, type Key, queryAll, type Store, type WriteOperation } from '../../shared/adapters/store.ts';
import { FINAL_STATUSES, type MonthlyAttendance, type OpeningBalance, type PayrollRun } from '../../shared/contracts/payroll.ts';
import type { BankAccount } from '../../shared/contracts/people.ts';
import type { PaidAttendance } from './domain/attendance-figures.ts';
import type { YearToDate } from './domain/income-tax.ts';
import type { CarriedForward, PayslipInput, SealedPayslip } from './domain/payslip.ts';
import type { Refusal } from './domain/refusal.ts';

const TABLE = 'payroll' as const;
const key = (pk: string, sk: string): Key => ({ table: TABLE, pk, sk });
const doc = <T>(item: Item): T => JSON.parse(String(item['doc'])) as T;
/** A payslip with its inputs is some 8 KB of very repetitive JSON, and a store bills and works by the byte. */
const pack = (value: unknown): string => deflateRawSync(JSON.stringify(value), { level: 3 }).toString('base64');
const unpack = <T>(item: Item): T => JSON.parse(inflateRawSync(Buffer.from(String(item['packed']), 'base64')).toString()) as T;

export const runKey = (runId: string): Key => key(`RUN#${runId}`, 'RUN');
export const slipKey = (runId: string, employeeId: string): Key => key(`RUN#${runId}`, `SLIP#${employeeId}`);
export const monthKey = (legalEntityId: string, period: string): Key => key(`ENTITY#${legalEntityId}`, `MONTH#${period}`);
export const stateKey = (employeeId: string): Key => key(`EMPLOYEE#${employeeId}`, 'PAYROLL');
export const attendanceKey = (employeeId: string, period: string): Key => key(`EMPLOYEE#${employeeId}`, `ATTENDANCE#${period}`);
export const openingKey = (employeeId: string, taxYear: number): Key => key(`EMPLOYEE#${employeeId}`, `TAXYEAR#${taxYear}`);
export const doneKey = (runId: string, attempt: number, chunk: number): Key =>
  key(`RUN#${runId}`, `DONE#${attempt}#${String(chunk).padStart(6, '0')}`);

/** A run with the version of its item. */
export interface StoredRun {
  readonly run: PayrollRun;
  readonly version: number;
}
export const parseRun = (item: Item | undefined): StoredRun | undefined =>
  item ? { run: doc<PayrollRun>(item), version: Number(item['version']) } : undefined;

/** Runs of an entity: 50 years of months, each cancelled a few times. */
const MAX_RUNS = 3_000;
/** Every run of a legal entity, oldest month first. */
export const runsOfEntity = async (store: Store, legalEntityId: string): Promise<PayrollRun[]> =>
  (await queryAll(store, { table: TABLE, index: 'gsi1', pk: `ENTITY#${legalEntityId}` }, MAX_RUNS)).flatMap(
    (item) => parseRun(item)?.run ?? [],
  );

/** `openAttempt` is what the workers' transactions check: 0 once nothing may be calculated any more. */
export const putRun = (run: PayrollRun, version: number): WriteOperation => ({
  op: 'put',
  table: TABLE,
  item: {
    pk: `RUN#${run.id}`,
    sk: 'RUN',
    version: version + 1,
    openAttempt: run.status === 'draft' || run.status === 'checked' ? run.attempt : 0,
    gsi1pk: `ENTITY#${run.legalEntityId}`,
    gsi1sk: `${run.period}#${run.id}`,
    // Only runs that the sweep may have to finish are in this index.
    ...(run.status === 'draft' || run.status === 'publishing' ? { gsi2pk: 'UNFINISHED', gsi2sk: run.id } : {}),
    doc: JSON.stringify(run),
  },
  condition: version === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version },
});
export const checkAttempt = (runId: string, attempt: number): WriteOperation => ({
  op: 'check',
  ...runKey(runId),
  condition: { kind: 'equals', attribute: 'openAttempt', value: attempt },
});

/** Which run a legal entity's month belongs to: the guard against calculating the same people and month twice. */
export interface MonthClaim {
  readonly runId: string;
  readonly number: number;
  readonly version: number;
}
export const parseMonth = (item: Item | undefined): MonthClaim | undefined =>
  item ? { runId: String(item['runId']), number: Number(item['number']), version: Number(item['version']) } : undefined;
export const putMonth = (legalEntityId: string, period: string, runId: string, number: number, version: number): WriteOperation => ({
  op: 'put',
  table: TABLE,
  item: { pk: `ENTITY#${legalEntityId}`, sk: `MONTH#${period}`, runId, number, version: version + 1 },
  condition: version === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version },
});

/** That a month still belongs to the run it belonged to, or to none. */
export const checkMonth = (legalEntityId: string, period: string, claim: MonthClaim | undefined): WriteOperation => ({
  op: 'check',
  ...monthKey(legalEntityId, period),
  condition: claim === undefined ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: claim.version },
});

/** Where payslips of a person have got to. */
export interface PayrollPosition {
  /** Last ledger entry that payslips cover (I6). */
  readonly coveredTo: number;
  readonly yearToDate: YearToDate | null;
  readonly carriedForward: readonly CarriedForward[];
  /** Attendance as the last payslips took it, oldest first; absent where an earlier version paid. */
  readonly attendance?: readonly PaidAttendance[];
}
/** A position that a run goes on from. */
export interface Footing {
  readonly base: PayrollPosition;
  /** The run whose result `base` is, while that run could still be cancelled, and what it went on from itself. */
  readonly after?: Footing & { readonly runId: string };
}
/**
 * `base` is the position before `runId`, `current` the one after it. Which of the two counts depends only on the run's own status, so that
 * approving or cancelling a run is one write, whatever its size.
 */
export interface PayrollState extends Footing {
  readonly runId: string;
  readonly current: PayrollPosition;
  readonly version: number;
}
export const START: PayrollPosition = { coveredTo: 0, yearToDate: null, carriedForward: [] };
export const parseState = (item: Item | undefined): PayrollState | undefined =>
  item ? { ...doc<Omit<PayrollState, 'version'>>(item), version: Number(item['version']) } : undefined;
export const putState = (employeeId: string, state: Omit<PayrollState, 'version'>, version: number): WriteOperation => ({
  op: 'put',
  table: TABLE,
  item: { ...itemKey(stateKey(employeeId)), version: version + 1, runId: state.runId, doc: JSON.stringify(state) },
  condition: version === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version },
});

/** What a footing comes to when the runs under it were cancelled meanwhile, newest first. */
const standing = (footing: Footing, runs: ReadonlyMap<string, PayrollRun>): Footing =>
  footing.after !== undefined && runs.get(footing.after.runId)?.status === 'cancelled' ? standing(footing.after, runs) : footing;

/**
 * What a run goes on from: before it if the state is its own, after the other run if that one is final, before it if it was cancelled.
 * `undefined` while the other run is still open.
 */
export const footingFor = (state: PayrollState | undefined, runId: string, runs: ReadonlyMap<string, PayrollRun>): Footing | undefined => {
  if (!state) return { base: START };
  const other = state.runId === runId ? undefined : runs.get(state.runId);
  if (!other || other.status === 'cancelled') return standing(state, runs);
  if (!FINAL_STATUSES.has(other.status)) return undefined;
  if (other.status !== 'approved') return { base: state.current };
  return { base: state.current, after: { runId: state.runId, ...plain(standing(state, runs)) } };
};
const plain = ({ base, after }: Footing): Footing => (after ? { base, after } : { base });

/** The state after a run that went on from a footing. */
export const stateAfter = (runId: string, footing: Footing, current: PayrollPosition): Omit<PayrollState, 'version'> => ({
  runId,
  ...plain(footing),
  current,
});

/** The runs that states name, by id, those under them too. */
export const runsOf = async (store: Store, states: readonly (PayrollState | undefined)[]): Promise<Map<string, PayrollRun>> => {
  const ids = [...new Set(states.flatMap((state) => (state ? runIdsOf(state) : [])))];
  const items = ids.length === 0 ? [] : await store.getMany(ids.map(runKey));
  const runs = items.flatMap((item) => parseRun(item)?.run ?? []);
  return new Map(runs.map((run) => [run.id, run]));
};

const runIdsOf = (footing: Footing & { readonly runId: string }): string[] => [
  footing.runId,
  ...(footing.after ? runIdsOf(footing.after) : []),
];

/** A payslip as stored: what it was calculated from, what came out, and where the money goes. */
export interface StoredSlip {
  readonly outcome: 'payslip';
  readonly employeeId: string;
  readonly attempt: number;
  readonly input: PayslipInput;
  readonly payslip: SealedPayslip;
  readonly bankAccount: BankAccount | null;
}
export interface StoredRefusal {
  readonly outcome: 'refused';
  readonly employeeId: string;
  readonly employeeName: string;
  readonly attempt: number;
  readonly refusals: readonly Refusal[];
}
export type StoredOutcome = StoredSlip | StoredRefusal;
export const parseSlip = (item: Item | undefined): StoredOutcome | undefined => (item ? unpack<StoredOutcome>(item) : undefined);
export const putSlip = (runId: string, outcome: StoredOutcome): WriteOperation => ({
  op: 'put',
  table: TABLE,
  item: {
    ...itemKey(slipKey(runId, outcome.employeeId)),
    outcome: outcome.outcome,
    gsi1pk: `SLIPS#${outcome.employeeId}`,
    gsi1sk: outcome.outcome === 'payslip' ? `${outcome.payslip.period}#${runId}` : `refused#${runId}`,
    packed: pack(outcome),
  },
});
/** `once`: only when it is not there yet, so that work that comes again after it was done changes nothing. */
export const putDone = (runId: string, attempt: number, chunk: number, once = false): WriteOperation => ({
  op: 'put',
  table: TABLE,
  item: itemKey(doneKey(runId, attempt, chunk)),
  ...(once ? { condition: { kind: 'absent' } } : {}),
});
export const checkNotDone = (runId: string, attempt: number, chunk: number): WriteOperation => ({
  op: 'check',
  ...doneKey(runId, attempt, chunk),
  condition: { kind: 'absent' },
});

/** Every outcome of a run, by employee. */
export const outcomesOf = async (store: Store, runId: string): Promise<StoredOutcome[]> =>
  (await queryAll(store, { table: TABLE, pk: `RUN#${runId}`, sk: { beginsWith: 'SLIP#' } })).map((item) => unpack<StoredOutcome>(item));
export const chunksDone = async (store: Store, runId: string, attempt: number): Promise<number> =>
  (await queryAll(store, { table: TABLE, pk: `RUN#${runId}`, sk: { beginsWith: `DONE#${attempt}#` } })).length;

export const parseAttendance = (item: Item | undefined): MonthlyAttendance | undefined => (item ? doc<MonthlyAttendance>(item) : undefined);
export const putAttendance = (
  employeeId: string,
  period: string,
  attendance: MonthlyAttendance,
  by: string,
  at: string,
): WriteOperation => ({
  op: 'put',
  table: TABLE,
  item: { ...itemKey(attendanceKey(employeeId, period)), by, at, doc: JSON.stringify(attendance) },
});
/** Takes the month from attendance days again. */
export const deleteAttendance = (employeeId: string, period: string): WriteOperation => ({
  op: 'delete',
  ...attendanceKey(employeeId, period),
});
export const parseOpening = (item: Item | undefined): OpeningBalance | undefined => (item ? doc<OpeningBalance>(item) : undefined);
export const putOpening = (employeeId: string, taxYear: number, opening: OpeningBalance, by: string, at: string): WriteOperation => ({
  op: 'put',
  table: TABLE,
  item: { ...itemKey(openingKey(employeeId, taxYear)), by, at, doc: JSON.stringify(opening) },
});

const itemKey = ({ pk, sk }: Key): { readonly pk: string; readonly sk: string } => ({ pk, sk });
