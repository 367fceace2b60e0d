/** Which months a change of a person's placement reaches: from the first day on which he or she works elsewhere, or no longer, than before. */
import type { Employee } from '../../../shared/contracts/people.ts';
import { addDays, addMonths, firstDay, type LocalDate, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { assignmentOn } from './employment.ts';

/** Most months that a change reaches back, the present one included. */
export const MAX_AFFECTED_MONTHS = 24;

/** The first day with another placement; undefined when there is none. */
export const firstChangedDay = (before: Employee, after: Employee): LocalDate | undefined => {
  const edges = [before, after].flatMap(({ hiredOn, leftOn, assignments }) => [
    hiredOn,
    ...(leftOn === null ? [] : [addDays(leftOn, 1)]),
    ...assignments.flatMap(({ from, to }) => [from, ...(to === undefined ? [] : [addDays(to, 1)])]),
  ]);
  return [...new Set(edges)].sort().find((day) => placeOn(before, day) !== placeOn(after, day));
};
const placeOn = (employee: Employee, day: LocalDate): string => {
  const assignment = assignmentOn(employee, day);
  return assignment ? JSON.stringify([assignment.orgUnitId, assignment.positionId]) : '';
};

/** In order, to the present month. Later months have no facts yet, and take the placement of then. */
export const affectedMonths = (before: Employee, after: Employee, today: LocalDate): Month[] => {
  const day = firstChangedDay(before, after);
  if (day === undefined) return [];
  const present = monthOf(today);
  const earliest = addMonths(present, 1 - MAX_AFFECTED_MONTHS);
  const months: Month[] = [];
  for (let month = monthOf(day) > earliest ? monthOf(day) : earliest; month <= present; month = addMonths(month, 1)) months.push(month);
  return months;
};

/** Days on which someone was employed by one of the two and not by the other, as far back as changes reach and to today. */
export const employmentSpans = (
  before: Pick<Employee, 'hiredOn' | 'leftOn'>,
  after: Pick<Employee, 'hiredOn' | 'leftOn'>,
  today: LocalDate,
): { readonly from: LocalDate; readonly to: LocalDate }[] => {
  const earliest = firstDay(addMonths(monthOf(today), 1 - MAX_AFFECTED_MONTHS));
  const between = (a: LocalDate, b: LocalDate) => {
    const [first, end] = a < b ? [a, b] : [b, a];
    return { from: first > earliest ? first : earliest, to: addDays(end < today ? end : addDays(today, 1), -1) };
  };
  const tomorrow = addDays(today, 1);
  const dayAfter = (leftOn: LocalDate | null): LocalDate => (leftOn === null ? tomorrow : addDays(leftOn, 1));
  return [between(before.hiredOn, after.hiredOn), between(dayAfter(before.leftOn), dayAfter(after.leftOn))].filter(
    ({ from, to }) => from <= to,
  );
};
