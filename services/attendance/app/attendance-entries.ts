/** Leave, trips, overtime and corrections: entered, decided, and counted against balances, each in one transaction on all that was read. */
import type { Item, Key } from '../../../shared/adapters/store.ts';
import type { AttendanceEntryBody } from '../../../shared/contracts/attendance-days.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import type { Employee, LegalEntity } from '../../../shared/contracts/people.ts';
import { inForceOn } from '../../../shared/kernel/effective.ts';
import { addMonths, DEFAULT_TIME_ZONE, dateIn, type Instant, type LocalDate, type Month, month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { calendarDaysOf } from '../../payslip/read.ts';
import {
  type Actor,
  type AttendanceEntry,
  checkSpan,
  decideEntry,
  type EntryContext,
  type EntryDecision,
  type EntryRefusal,
  enter,
  entryDays,
  MAX_ENTRIES_A_YEAR,
} from '../domain/attendance-entry.ts';
import { leaveDaysByYear, leaveKindsOf, type MonthRefusal } from '../domain/judge-month.ts';
import {
  attendanceRulesKey,
  balancesKey,
  checkVersion,
  deleteWaiting,
  entriesKey,
  fitsItem,
  parseAttendanceRules,
  parseBalances,
  parseEntries,
  parseRoster,
  putEntries,
  putWaiting,
  rosterKey,
  versionOf,
} from '../store.ts';

type Deps = Pick<Platform, 'store' | 'queue' | 'clock'>;
export interface EntryPerson {
  readonly employee: Employee;
  readonly entity: LegalEntity;
}
export type EnterRefusal =
  | EntryRefusal
  | MonthRefusal
  | { readonly code: 'no_rules' | 'wrong_year' | 'unknown_leave_kind' }
  | { readonly code: 'not_found' };
const MAX_ATTEMPTS = 12;

const monthsOf = (year: number): readonly Month[] => Array.from({ length: 12 }, (_, index) => addMonths(month(`${year}-01`), index));

/** What a person's leave of a kind comes to in a year. */
export interface Balance {
  readonly kind: string;
  readonly granted: number;
  /** By what is approved, and by what still waits. */
  readonly taken: number;
  readonly requested: number;
}
interface YearsRead {
  readonly entries: ReadonlyMap<number, readonly AttendanceEntry[]>;
  readonly items: readonly { readonly key: Key; readonly item: Item | undefined }[];
  readonly known: Parameters<typeof leaveDaysByYear>[0];
  readonly granted: ReadonlyMap<number, Readonly<Record<string, number>>>;
}

const readYears = async ({ store }: Deps, { employee, entity }: EntryPerson, years: readonly number[]): Promise<YearsRead> => {
  const around = [...new Set(years.flatMap((year) => [year - 1, year]))].sort();
  const entryKeys = around.map((year) => entriesKey(employee.id, year));
  const balanceKeys = years.map((year) => balancesKey(employee.id, year));
  const rosters = around.flatMap(monthsOf);
  const keys = [attendanceRulesKey(entity.id), ...entryKeys, ...balanceKeys, ...rosters.map((period) => rosterKey(employee.id, period))];
  const items = await store.getMany(keys);
  const rosterItems = items.slice(1 + entryKeys.length + balanceKeys.length);
  return {
    entries: new Map(around.map((year, index) => [year, parseEntries(items[1 + index]).value])),
    items: keys.slice(0, 1 + entryKeys.length + balanceKeys.length).map((key, index) => ({ key, item: items[index] })),
    known: {
      employee,
      timeZone: entity.timeZone ?? DEFAULT_TIME_ZONE,
      rules: parseAttendanceRules(items[0]).value.rules,
      calendarOf: calendarDaysOf,
      roster: Object.assign({}, ...rosterItems.map((item) => parseRoster(item).value)) as Record<string, string | null>,
    },
    granted: new Map(years.map((year, index) => [year, parseBalances(items[1 + entryKeys.length + index]).value])),
  };
};

/** Days of one kind in one year, of entries with one of the statuses. */
const daysTaken = (read: YearsRead, kind: string, year: number, statuses: readonly string[]): Result<number, MonthRefusal> => {
  let days = 0;
  for (const { body, status } of [...read.entries.values()].flat()) {
    if (body.kind !== 'leave' || body.leaveKind !== kind || !statuses.includes(status)) continue;
    const counted = leaveDaysByYear(read.known, body);
    if (!counted.ok) return counted;
    days += counted.value.get(year) ?? 0;
  }
  return succeed(days);
};

/** Every kind with a balance, of one year. */
export const readBalances = async (deps: Deps, person: EntryPerson, year: number): Promise<Result<readonly Balance[], MonthRefusal>> => {
  const read = await readYears(deps, person, [year]);
  const kinds = new Set(read.known.rules.flatMap((rule) => leaveKindsOf(rule).flatMap(({ id, balance }) => (balance ? [id] : []))));
  const balances: Balance[] = [];
  for (const kind of kinds) {
    const taken = daysTaken(read, kind, year, ['approved']);
    const requested = daysTaken(read, kind, year, ['requested']);
    if (!taken.ok) return taken;
    if (!requested.ok) return requested;
    balances.push({ kind, granted: read.granted.get(year)?.[kind] ?? 0, taken: taken.value, requested: requested.value });
  }
  return succeed(balances);
};

const balancesFor = (read: YearsRead, body: AttendanceEntryBody): Result<EntryContext['balances'], EnterRefusal> => {
  if (body.kind !== 'leave') return succeed([]);
  const rule = inForceOn(read.known.rules, body.from);
  const kind = rule && leaveKindsOf(rule).find(({ id }) => id === body.leaveKind);
  if (!rule) return fail({ code: 'no_rules' });
  if (!kind) return fail({ code: 'unknown_leave_kind' });
  if (!kind.balance) return succeed([]);
  const asked = leaveDaysByYear(read.known, body);
  if (!asked.ok) return asked;
  const balances: EntryContext['balances'][number][] = [];
  for (const [year, days] of asked.value) {
    const taken = daysTaken(read, kind.id, year, ['approved', 'requested']);
    if (!taken.ok) return taken;
    balances.push({ kind: kind.id, year, left: (read.granted.get(year)?.[kind.id] ?? 0) - taken.value, asked: days });
  }
  return succeed(balances);
};

export interface Entered {
  readonly entry: AttendanceEntry;
  readonly isNew: boolean;
}
/** @throws ProblemError `unavailable` when the person's entries keep changing. */
export const enterAttendance = async (
  deps: Deps,
  person: EntryPerson,
  year: number,
  given: Pick<AttendanceEntry, 'id' | 'body' | 'reason'>,
  by: Actor,
): Promise<Result<Entered, EnterRefusal>> => {
  const { employee, entity } = person;
  const dateOf = (at: Instant): LocalDate => dateIn(at, entity.timeZone ?? DEFAULT_TIME_ZONE);
  const { from, to } = entryDays(given.body, dateOf);
  if (Number(from.slice(0, 4)) !== year) return fail({ code: 'wrong_year' });
  const wrongSpan = checkSpan(given.body, dateOf);
  if (wrongSpan) return fail(wrongSpan);
  const years = Number(to.slice(0, 4)) === year + 1 ? [year, year + 1] : [year];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const read = await readYears(deps, person, years);
    if (read.known.rules.length === 0) return fail({ code: 'no_rules' });
    const own = read.entries.get(year) ?? [];
    const current = own.find(({ id }) => id === given.id);
    const others = [...read.entries.values()].flat();
    const balances = current ? succeed([]) : balancesFor(read, given.body);
    if (!balances.ok) return balances;
    const isOwn = by.employeeId === employee.id;
    const entered = enter(current, given, { by, isOwn, at: deps.clock.now(), dateOf, others, balances: balances.value });
    if (!entered.ok) return entered;
    if (current) return succeed({ entry: current, isNew: false });
    // Room is left for what is decided about them.
    if (own.length >= MAX_ENTRIES_A_YEAR || !fitsItem([...own, entered.value], 0.5)) return fail({ code: 'too_many' });
    const waiting = { employeeId: employee.id, year, entryId: given.id };
    const stored = await deps.store.transact([
      putEntries(employee.id, year, [...own, entered.value], versionIn(read, entriesKey(employee.id, year)) + 1),
      ...read.items
        .filter(({ key }) => key.sk !== entriesKey(employee.id, year).sk)
        .map(({ key, item }) => checkVersion(key, versionOf(item))),
      ...(entered.value.status === 'requested' ? [putWaiting(entity.id, from, waiting)] : []),
    ]);
    if (stored.ok) return succeed({ entry: entered.value, isNew: true });
  }
  throw new ProblemError('unavailable');
};
const versionIn = (read: YearsRead, at: Key): number => versionOf(read.items.find(({ key }) => key.sk === at.sk)?.item);

/** @throws ProblemError `unavailable` when the person's entries keep changing. */
export const decideAttendance = async (
  { store, queue, clock }: Deps,
  { id: employeeId, legalEntityId }: Pick<Employee, 'id' | 'legalEntityId'>,
  year: number,
  entryId: string,
  { decision, reason, by }: { readonly decision: EntryDecision; readonly reason: string | null; readonly by: Actor },
): Promise<Result<AttendanceEntry, EnterRefusal>> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const { value: entries, version } = parseEntries(await store.get(entriesKey(employeeId, year)));
    const current = entries.find(({ id }) => id === entryId);
    if (!current) return fail({ code: 'not_found' });
    const at = clock.now();
    const isOwn = by.employeeId === employeeId;
    const decided = decideEntry(current, decision, { by, isOwn, reason, at });
    if (!decided.ok || decided.value === current) return decided;
    const next = entries.map((one) => (one === current ? decided.value : one));
    if (!fitsItem(next)) return fail({ code: 'too_many' });
    // Nobody is told of what he or she did.
    const rows = isOwn ? [] : [outboxRow('attendance', noticeOf({ employeeId, legalEntityId, year }, decided.value, at), at)];
    const stored = await store.transact([
      putEntries(employeeId, year, next, version + 1),
      ...(current.status === 'requested' ? [deleteWaiting({ employeeId, year, entryId })] : []),
      ...rows.map(putRow),
    ]);
    if (!stored.ok) continue;
    await tell(queue, rows);
    return decided;
  }
  throw new ProblemError('unavailable');
};

const ANSWERS = {
  requested: { zh: '待审批', en: 'waiting' },
  approved: { zh: '已批准', en: 'approved' },
  declined: { zh: '未批准', en: 'declined' },
  withdrawn: { zh: '已撤销', en: 'withdrawn' },
} as const satisfies Record<AttendanceEntry['status'], LocalText>;
const noticeOf = (
  { employeeId, legalEntityId, year }: { readonly employeeId: string; readonly legalEntityId: string; readonly year: number },
  { id, version, status, history }: AttendanceEntry,
  at: Instant,
): NoticeRequested => {
  const reason = history.at(-1)?.reason ?? '';
  return {
    message: 'notice.requested',
    noticeId: `attendance:${employeeId}:${year}:${id}:${version}`,
    template: 'attendance-decided',
    title: { zh: '您的考勤申请有了结果', en: 'Your attendance request was decided' },
    body: {
      zh: `${id}:${ANSWERS[status].zh}${reason && `。${reason}`}`,
      en: `${id}: ${ANSWERS[status].en}${reason && `. ${reason}`}`,
    },
    employeeId,
    legalEntityId,
    requestedAt: at,
  };
};
