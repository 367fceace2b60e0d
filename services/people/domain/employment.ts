/** Who works where on a day. Pure. `hiredOn` and `leftOn` are the first and the last day of employment, both inclusive. */
import type { Assignment, Employee } from '../../../shared/contracts/people.ts';
import { inForceOn } from '../../../shared/kernel/effective.ts';
import { addDays, firstDay, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';

export const isEmployedOn = (employee: Employee, date: LocalDate): boolean =>
  employee.hiredOn <= date && (employee.leftOn === null || date <= employee.leftOn);

/** The assignment in force on a day; an assignment without an end ends with the employment. */
export const assignmentOn = (employee: Employee, date: LocalDate): Assignment | undefined =>
  isEmployedOn(employee, date) ? inForceOn(employee.assignments, date) : undefined;

/** The days of a month on which a person works in one place, in order; empty when there is none. */
export const assignmentDays = (
  employee: Employee,
  of: Month,
): readonly { readonly assignment: Assignment; readonly from: LocalDate; readonly to: LocalDate }[] => {
  const first = later(firstDay(of), employee.hiredOn);
  const last = employee.leftOn === null ? lastDay(of) : earlier(lastDay(of), employee.leftOn);
  const changes = employee.assignments.flatMap(({ from, to }) => [from, ...(to === undefined ? [] : [addDays(to, 1)])]);
  const starts = [first, ...[...new Set(changes)].filter((day) => day > first && day <= last).sort()];
  return starts.flatMap((from, place) => {
    const next = starts[place + 1];
    const assignment = from > last ? undefined : inForceOn(employee.assignments, from);
    return assignment ? [{ assignment, from, to: next === undefined ? last : addDays(next, -1) }] : [];
  });
};

/** The assignment in force on the last day of the month that had one at all; `undefined` when no day had. */
export const assignmentInMonth = (employee: Employee, of: Month): Assignment | undefined => {
  const first = later(firstDay(of), employee.hiredOn);
  const last = employee.leftOn === null ? lastDay(of) : earlier(lastDay(of), employee.leftOn);
  let lastServed: LocalDate | undefined;
  for (const { from, to } of employee.assignments) {
    const end = to === undefined ? last : earlier(to, last);
    if (from > end || end < first) continue;
    if (lastServed === undefined || end > lastServed) lastServed = end;
  }
  return lastServed === undefined ? undefined : inForceOn(employee.assignments, lastServed);
};

/**
 * Where a person is placed for the question of who may see him or her: the assignment in force on the day, or else the last that had
 * begun. It also holds for those who have left (their last manager still sees closed months). Without a day, the last one on record.
 */
export const placementAsOf = (employee: Employee, date?: LocalDate): Assignment | undefined => {
  if (date === undefined) return latest(employee.assignments);
  const day = employee.leftOn === null ? date : earlier(date, employee.leftOn);
  return assignmentOn(employee, day) ?? latest(employee.assignments.filter(({ from }) => from <= day));
};

const later = (a: LocalDate, b: LocalDate): LocalDate => (a >= b ? a : b);
const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a <= b ? a : b);

const latest = (assignments: readonly Assignment[]): Assignment | undefined => {
  let found: Assignment | undefined;
  for (const assignment of assignments) if (found === undefined || assignment.from >= found.from) found = assignment;
  return found;
};
