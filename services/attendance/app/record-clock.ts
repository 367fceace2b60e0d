/** Records of clocks into the months they belong to. A record has an id: sent twice it changes nothing. */
import type { ImportedRecord, PunchRecord } from '../../../shared/contracts/attendance-days.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { DEFAULT_TIME_ZONE, dateIn, type Instant, instantFromMillis, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, ownerKey, parseEmployee, parseEntity, parseOwner } from '../../people/read.ts';
import { readImported } from '../domain/clock-imports.ts';
import type { ClockRecord } from '../domain/judge-month.ts';
import { attendanceRulesKey, clockKey, fitsItem, parseAttendanceRules, parseClock, putClock } from '../store.ts';

type Deps = Pick<Platform, 'store' | 'clock'>;
export type ClockOutcome = 'recorded' | 'duplicate' | 'conflict' | 'too_many';

/** Nobody comes and goes more often; a clock that says so is broken, or a program. */
export const MAX_RECORDS_A_DAY = 40;
const MAX_ATTEMPTS = 12;
/** A phone's clock that is off by more is put right by ours. */
const CLOCK_MS = 5 * 60_000;

/** What became of each record, in their order. Months are stored one after the other: a second time the first of them is known. */
const addRecords = async (
  { store }: Deps,
  employeeId: string,
  timeZone: string,
  records: readonly ClockRecord[],
): Promise<readonly ClockOutcome[]> => {
  const outcomes: ClockOutcome[] = records.map(() => 'recorded');
  const byMonth = new Map<Month, number[]>();
  for (const [index, { at }] of records.entries()) {
    const period = monthOf(dateIn(at, timeZone));
    byMonth.set(period, [...(byMonth.get(period) ?? []), index]);
  }
  for (const [period, indexes] of byMonth) {
    for (let attempt = 1; ; attempt += 1) {
      const { value: before, version } = parseClock(await store.get(clockKey(employeeId, period)));
      const next = [...before];
      for (const index of indexes) {
        const record = records[index] as ClockRecord;
        const known = next.find(({ id }) => id === record.id);
        const day = dateIn(record.at, timeZone);
        if (known) outcomes[index] = (known.said ?? known.at) === (record.said ?? record.at) ? 'duplicate' : 'conflict';
        else if (next.filter(({ at }) => dateIn(at, timeZone) === day).length >= MAX_RECORDS_A_DAY || !fitsItem([...next, record]))
          outcomes[index] = 'too_many';
        else {
          outcomes[index] = 'recorded';
          next.push(record);
        }
      }
      if (next.length === before.length || (await store.write(putClock(employeeId, period, next, version + 1))).ok) break;
      if (attempt === MAX_ATTEMPTS) throw new ProblemError('unavailable');
    }
  }
  return outcomes;
};

export interface PunchUpload {
  readonly employee: Employee;
  readonly timeZone: string;
  readonly queueId: string;
  /** By the phone's clock, when it is sent. */
  readonly sentAt: Instant;
}
/** What became of each press, in their order; `future`: it is later than the upload that carries it. */
export const recordPunches = async (
  deps: Deps,
  upload: PunchUpload,
  punches: readonly PunchRecord[],
): Promise<readonly (ClockOutcome | 'future')[]> => {
  const offMs = Date.parse(deps.clock.now()) - Date.parse(upload.sentAt);
  const putRight = Math.abs(offMs) > CLOCK_MS;
  const isFuture = ({ at }: PunchRecord): boolean => Date.parse(at) > Date.parse(upload.sentAt) + CLOCK_MS;
  const taken = punches.filter((punch) => !isFuture(punch));
  // Another network would say where somebody was: only those of the own offices are kept.
  const { rules } = parseAttendanceRules(await deps.store.get(attendanceRulesKey(upload.employee.legalEntityId))).value;
  const offices = new Set(rules.flatMap(({ officeNetworks }) => officeNetworks.map((one) => one.bssid)));
  const officeOf = (bssid: string | undefined): string | null =>
    bssid !== undefined && offices.has(bssid.toLowerCase()) ? bssid.toLowerCase() : null;
  const records = taken.map(
    ({ clientSequence, at, bssid }): ClockRecord => ({
      id: `app:${upload.queueId}.${clientSequence}`,
      at: putRight ? instantFromMillis(Date.parse(at) + offMs) : at,
      source: 'app',
      bssid: officeOf(bssid),
      said: putRight ? at : null,
    }),
  );
  const outcomes = await addRecords(deps, upload.employee.id, upload.timeZone, records);
  let next = 0;
  return punches.map((punch) => (isFuture(punch) ? 'future' : (outcomes[next++] as ClockOutcome)));
};

export type ImportOutcome = ClockOutcome | 'no_record' | 'unknown_person';
/** Imports records of people of one legal entity; each is answered in its place. */
export const importRecords = async (
  deps: Deps,
  legalEntityId: string,
  imported: readonly ImportedRecord[],
): Promise<readonly ImportOutcome[]> => {
  const { store } = deps;
  const read = imported.map(readImported);
  const owned = await store.getMany(
    read.map((one) =>
      one && 'externalId' in one.owner
        ? ownerKey(one.owner.source, one.owner.externalId)
        : employeeKey(one && 'employeeId' in one.owner ? one.owner.employeeId : '-'),
    ),
  );
  const entity = parseEntity(await store.get(entityKey(legalEntityId)));
  const outcomes: ImportOutcome[] = read.map((one) => (one ? 'unknown_person' : 'no_record'));
  const byPerson = new Map<string, number[]>();
  for (const [index, one] of read.entries()) {
    if (!one) continue;
    const item = owned[index];
    const owner = 'externalId' in one.owner ? parseOwner(item) : parseEmployee(item);
    if (owner?.legalEntityId !== legalEntityId) continue;
    const employeeId = 'employeeId' in owner ? owner.employeeId : owner.id;
    byPerson.set(employeeId, [...(byPerson.get(employeeId) ?? []), index]);
  }
  for (const [employeeId, indexes] of byPerson) {
    const records = indexes.flatMap((index) => read[index]?.record ?? []);
    const found = await addRecords(deps, employeeId, entity?.timeZone ?? DEFAULT_TIME_ZONE, records);
    for (const [place, index] of indexes.entries()) outcomes[index] = found[place] as ClockOutcome;
  }
  return outcomes;
};
