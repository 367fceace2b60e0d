/** Loads everything that payslips of some people need, in a fixed number of batched reads whatever their number. */
import type { Key, Store } from '../../../shared/adapters/store.ts';
import type { Award, LedgerEntry } from '../../../shared/contracts/ledger.ts';
import type { BankAccount, Employee, PayTerms } from '../../../shared/contracts/people.ts';
import { ADJUSTMENT_RULE } from '../../../shared/kernel/adjustment-rule.ts';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';
import { awardKey, awardSkOf, entryKey, ledgerHeadKey, parseAward, parseAwardId, parseEntry, parseHead } from '../../bonus/read.ts';
import { employeeKey, entityKey, orgKey, parseEmployee, parseEntity, parseOrg, parsePayTerms, payTermsKey } from '../../people/read.ts';
import type { PayslipInput } from '../domain/payslip.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';
import {
  type Footing,
  footingFor,
  openingKey,
  type PayrollPosition,
  type PayrollState,
  parseOpening,
  parseState,
  runsOf,
  stateKey,
} from '../store.ts';
import { buildInput } from './build-input.ts';
import { loadAttendance } from './load-attendance.ts';

/** One person, ready to be calculated; or why not. */
export interface LoadedPerson {
  readonly employeeId: string;
  readonly name: string;
  readonly bankAccount: BankAccount | null;
  readonly state: PayrollState | undefined;
  readonly footing: Footing | undefined;
  readonly input: PayslipInput | undefined;
  readonly refusals: readonly Refusal[];
}
export interface LoadOptions {
  readonly runId: string;
  readonly legalEntityId: string;
  readonly period: Month;
  readonly payDate: LocalDate;
  /** Days that have not happened by then are taken as attended. */
  readonly now: Instant;
  /** False for an estimate: it goes on from the last final position and is not stopped by a run that is still open. */
  readonly openRunCounts?: boolean;
}

interface OnRecord {
  readonly employee: Employee | undefined;
  readonly terms: PayTerms | undefined;
  readonly state: PayrollState | undefined;
  readonly headSeq: number;
  readonly opening: ReturnType<typeof parseOpening>;
}

const KEYS_PER_PERSON = 5;

/** At most a few round trips: records, the runs that states name, ledger entries, their awards. The people keep their order. */
export const loadPeople = async (store: Store, employeeIds: readonly string[], options: LoadOptions): Promise<LoadedPerson[]> => {
  const { runId, legalEntityId, period, payDate } = options;
  const keys = employeeIds.flatMap((id): Key[] => [
    employeeKey(id),
    payTermsKey(id),
    stateKey(id),
    ledgerHeadKey(id),
    openingKey(id, Number(payDate.slice(0, 4))),
  ]);
  const [entityItem, orgItem, ...items] = await store.getMany([entityKey(legalEntityId), orgKey(legalEntityId), ...keys]);
  const entity = parseEntity(entityItem);
  if (!entity) throw new Error(`legal entity ${legalEntityId} is not on record`);
  const unitNames = new Map(parseOrg(orgItem).units.map((unit) => [unit.id, unit.name.zh]));

  const records = employeeIds.map((_, index): OnRecord => {
    const [employee, terms, state, head, opening] = items.slice(index * KEYS_PER_PERSON, (index + 1) * KEYS_PER_PERSON);
    return {
      employee: parseEmployee(employee),
      terms: parsePayTerms(terms),
      state: parseState(state),
      headSeq: parseHead(head).seq,
      opening: parseOpening(opening),
    };
  });

  const runs = await runsOf(
    store,
    records.map(({ state }) => state),
  );
  const footings = records.map(({ state }) => footingFor(state, runId, runs) ?? (options.openRunCounts === false ? state : undefined));
  const positions = footings.map((footing) => footing?.base);
  const attendance = await loadAttendance(
    store,
    entity,
    records.map((record, index) => ({ employee: record.employee, paid: positions[index]?.attendance ?? [] })),
    period,
    options.now,
  );
  const entries = await loadEntries(store, employeeIds, records, positions);
  const awards = await loadAwards(store, entries.flat());

  return employeeIds.map((employeeId, index): LoadedPerson => {
    const record = records[index] as OnRecord;
    const footing = footings[index];
    const { employee, terms, state } = record;
    const base = { employeeId, name: employee?.name ?? employeeId, bankAccount: terms?.bankAccount ?? null, state, footing };
    if (!employee || employee.legalEntityId !== legalEntityId) {
      return {
        ...base,
        input: undefined,
        refusals: [refusal('not_employed', '未找到该员工档案。', 'There is no such employee on record.')],
      };
    }
    if (!footing) {
      const words = [`上一批次 ${state?.runId} 尚未完成。`, `The earlier run ${state?.runId} is still open.`] as const;
      return { ...base, input: undefined, refusals: [refusal('earlier_run_open', ...words)] };
    }
    const taken = attendance[index];
    if (!taken?.ok) return { ...base, input: undefined, refusals: taken ? [taken.error] : [] };
    const input = buildInput({
      runId,
      period,
      payDate,
      person: { employee, terms, entity, orgUnitName: (id) => unitNames.get(id) ?? id },
      attendance: taken.value.own,
      attendanceDifferences: taken.value.differences,
      opening: record.opening,
      position: footing.base,
      headSeq: record.headSeq,
      entries: entries[index] ?? [],
      awards,
    });
    return { ...base, input, refusals: [] };
  });
};

/** Entries are gapless, so that their keys are known without asking: one batched read for everybody. */
const loadEntries = async (
  store: Store,
  employeeIds: readonly string[],
  records: readonly OnRecord[],
  positions: readonly (PayrollPosition | undefined)[],
): Promise<LedgerEntry[][]> => {
  const keys: Key[] = [];
  const owners: number[] = [];
  employeeIds.forEach((id, index) => {
    const from = positions[index]?.coveredTo;
    if (from === undefined) return;
    for (let seq = from + 1; seq <= (records[index] as OnRecord).headSeq; seq += 1) {
      keys.push(entryKey(id, seq));
      owners.push(index);
    }
  });
  const entries: LedgerEntry[][] = employeeIds.map(() => []);
  const items = keys.length === 0 ? [] : await store.getMany(keys);
  items.forEach((item, at) => {
    const key = keys[at] as Key;
    if (!item) throw new Error(`ledger entry ${key.pk} ${key.sk} is missing: nothing is paid from a ledger with a hole`);
    entries[owners[at] as number]?.push(parseEntry(item));
  });
  return entries;
};

/** Awards that go by a metric, and adjustments: their words say more than their entries do. One paid by fact or customer is what its entries say. */
const loadAwards = async (store: Store, entries: readonly LedgerEntry[]): Promise<ReadonlyMap<string, Award>> => {
  const keys = new Map<string, Key>();
  for (const { awardId } of entries) {
    const parts = keys.has(awardId) ? undefined : parseAwardId(awardId);
    if (!parts || (parts.subjectId !== undefined && parts.ruleId !== ADJUSTMENT_RULE)) continue;
    keys.set(awardId, awardKey(parts.employeeId, parts.month, awardSkOf(parts.ruleId, parts.subjectId)));
  }
  const items = keys.size === 0 ? [] : await store.getMany([...keys.values()]);
  return new Map(items.flatMap((item) => (item ? [parseAward(item)] : [])).map((award) => [award.awardId, award]));
};
