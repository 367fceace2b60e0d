/** Attendance months of some people, in a fixed number of batched reads, and one query for the check-ins of each. */
import { type Key, queryAll, type Store } from '../../../shared/adapters/store.ts';
import type { Employee, LegalEntity } from '../../../shared/contracts/people.ts';
import { addMonths, DEFAULT_TIME_ZONE, firstDay, type Instant, lastDay, type Month } from '../../../shared/kernel/period.ts';
import type { Result } from '../../../shared/kernel/result.ts';
import { calendarDaysOf } from '../../payslip/read.ts';
import type { AttendanceEntry } from '../domain/attendance-entry.ts';
import { type AttendanceMonth, type ClockRecord, judgeMonth, type MonthRefusal } from '../domain/judge-month.ts';
import {
  around,
  attendanceRulesKey,
  clockKey,
  entriesKey,
  eventsQuery,
  parseAttendanceRules,
  parseClock,
  parseEntries,
  parseEvent,
  parseRoster,
  rosterKey,
} from '../store.ts';

export interface JudgedMonth {
  readonly period: Month;
  /** `null`: no rule is for this person in the month. */
  readonly judged: Result<AttendanceMonth | null, MonthRefusal>;
}

/** Queries that run at once: many people's, without flooding the store. */
const AT_ONCE = 16;
/** 40 check-ins a day and what belongs to them. */
const MAX_EVENTS = 20_000;

/**
 * For each of the people the months asked, in their order. The months must follow one another.
 * Without rules in the legal entity nothing else is read, and every month is `null`.
 */
export const loadAttendanceMonths = async (
  store: Store,
  entity: LegalEntity,
  employees: readonly Employee[],
  periods: readonly Month[],
  now: Instant,
): Promise<readonly (readonly JudgedMonth[])[]> => {
  const { rules } = parseAttendanceRules(await store.get(attendanceRulesKey(entity.id))).value;
  const [first, last] = [periods[0], periods.at(-1)];
  if (rules.length === 0 || first === undefined || last === undefined || employees.length === 0)
    return employees.map(() => periods.map((period): JudgedMonth => ({ period, judged: { ok: true, value: null } })));
  // Shifts reach over midnight, and so over the ends of a month.
  const clockMonths = [...periods, addMonths(last, 1)];
  const rosterMonths = [addMonths(first, -1), ...clockMonths];
  const years: number[] = [];
  for (let year = Number(first.slice(0, 4)) - 1; year <= Number(addMonths(last, 1).slice(0, 4)); year += 1) years.push(year);
  const keysOf = (id: string): Key[] => [
    ...clockMonths.map((period) => clockKey(id, period)),
    ...rosterMonths.map((period) => rosterKey(id, period)),
    ...years.map((year) => entriesKey(id, year)),
  ];
  const perPerson = clockMonths.length + rosterMonths.length + years.length;
  const items = await store.getMany(employees.flatMap(({ id }) => keysOf(id)));
  const counted = rules.some(({ checkIns }) => checkIns === 'counted');
  const checkIns = counted ? await checkInRecords(store, employees, first, last) : employees.map(() => []);
  return employees.map((employee, index) => {
    const own = items.slice(index * perPerson, (index + 1) * perPerson);
    const records = [...own.slice(0, clockMonths.length).flatMap((item) => parseClock(item).value), ...(checkIns[index] ?? [])];
    const roster = Object.assign({}, ...own.slice(clockMonths.length, -years.length).map((item) => parseRoster(item).value)) as Record<
      string,
      string | null
    >;
    const entries = own.slice(-years.length).flatMap((item): readonly AttendanceEntry[] => parseEntries(item).value);
    const timeZone = entity.timeZone ?? DEFAULT_TIME_ZONE;
    return periods.map(
      (period): JudgedMonth => ({
        period,
        judged: judgeMonth({ period, employee, timeZone, rules, calendarOf: calendarDaysOf, roster, records, entries, now }),
      }),
    );
  });
};

/** Check-ins and check-outs as records of the clock; those of a visit that a person decided to be invalid show nothing. */
const checkInRecords = async (
  store: Store,
  employees: readonly Employee[],
  first: Month,
  last: Month,
): Promise<readonly (readonly ClockRecord[])[]> => {
  const span = around(firstDay(first), lastDay(last), 24);
  const found: (readonly ClockRecord[])[] = [];
  for (let start = 0; start < employees.length; start += AT_ONCE) {
    const part = employees.slice(start, start + AT_ONCE).map(async ({ id }) => {
      const events = (await queryAll(store, eventsQuery(id, span.from, span.to), MAX_EVENTS)).map(parseEvent);
      const decided = new Map<string, { readonly at: Instant; readonly decision: string }>();
      for (const event of events) {
        if (event.kind === 'decision' && (decided.get(event.visitId)?.at ?? '') <= event.decidedAt)
          decided.set(event.visitId, { at: event.decidedAt, decision: event.decision });
      }
      return events.flatMap((event): ClockRecord[] =>
        (event.kind === 'check-in' || event.kind === 'check-out') && decided.get(event.id)?.decision !== 'invalid'
          ? [{ id: event.id, at: event.at, source: 'check-in', bssid: null, said: null }]
          : [],
      );
    });
    found.push(...(await Promise.all(part)));
  }
  return found;
};
