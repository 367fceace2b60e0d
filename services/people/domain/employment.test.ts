import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assignment, Employee } from '../../../shared/contracts/people.ts';
import { addDays, daysInMonth, firstDay, type LocalDate, localDate, month } from '../../../shared/kernel/period.ts';
import { assignmentInMonth, assignmentOn, isEmployedOn, placementAsOf } from './employment.ts';

const assignment = (from: string, orgUnitId: string, to?: string): Assignment => ({
  from: localDate(from),
  orgUnitId,
  positionId: 'sales',
  ...(to === undefined ? {} : { to: localDate(to) }),
});
const employee = (hiredOn: string, leftOn: string | null, ...assignments: Assignment[]): Employee => ({
  id: 'e1',
  legalEntityId: 'le-1',
  name: '王小明',
  hiredOn: localDate(hiredOn),
  leftOn: leftOn === null ? null : localDate(leftOn),
  assignments,
  externalIds: [],
  mobile: null,
  language: 'zh-CN',
});
const unitOn = (who: Employee, date: string) => assignmentOn(who, localDate(date))?.orgUnitId;
const unitIn = (who: Employee, of: string) => assignmentInMonth(who, month(of))?.orgUnitId;

describe('employment', () => {
  it('begins with the first day and ends with the last, both inclusive', () => {
    const who = employee('2026-11-03', '2028-02-29', assignment('2026-11-03', 'a'));
    expect(['2026-11-02', '2026-11-03', '2028-02-29', '2028-03-01'].map((day) => isEmployedOn(who, localDate(day)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isEmployedOn(employee('2026-11-03', null, assignment('2026-11-03', 'a')), localDate('2099-12-31'))).toBe(true);
  });

  it('an assignment without an end is over when the person leaves', () => {
    const who = employee('2026-01-01', '2026-11-15', assignment('2026-01-01', 'a'));
    expect(unitOn(who, '2026-11-15')).toBe('a');
    expect(unitOn(who, '2026-11-16')).toBeUndefined();
    expect(unitIn(who, '2026-11')).toBe('a');
    expect(unitIn(who, '2026-12')).toBeUndefined();
  });

  it('follows a move on its very day, on 29 February and at the edges of a month', () => {
    const who = employee(
      '2027-01-01',
      null,
      assignment('2027-01-01', 'a', '2028-02-28'),
      assignment('2028-02-29', 'b'),
      assignment('2028-04-01', 'c'),
    );
    expect(['2028-02-28', '2028-02-29', '2028-03-31', '2028-04-01'].map((day) => unitOn(who, day))).toEqual(['a', 'b', 'b', 'c']);
    expect(['2028-01', '2028-02', '2028-03', '2028-04'].map((of) => unitIn(who, of))).toEqual(['a', 'b', 'b', 'c']);
  });

  it('takes the assignment of the last day of the month that had one', () => {
    const temporary = employee('2026-01-01', null, assignment('2026-01-01', 'home'), assignment('2026-11-05', 'away', '2026-11-20'));
    expect(unitOn(temporary, '2026-11-10')).toBe('away');
    expect(unitIn(temporary, '2026-11')).toBe('home');
    const gap = employee('2026-01-01', null, assignment('2026-01-01', 'a', '2026-11-10'), assignment('2026-12-05', 'b'));
    expect(unitOn(gap, '2026-11-11')).toBeUndefined();
    expect(unitIn(gap, '2026-11')).toBe('a');
    expect(unitIn(gap, '2026-12')).toBe('b');
    const joiner = employee('2026-11-30', null, assignment('2026-11-30', 'a'));
    expect(unitIn(joiner, '2026-10')).toBeUndefined();
    expect(unitIn(joiner, '2026-11')).toBe('a');
  });

  it('places a leaver where he or she last was, and nobody before the first day', () => {
    const who = employee('2026-03-01', '2026-06-30', assignment('2026-03-01', 'a'), assignment('2026-06-01', 'b'));
    expect(placementAsOf(who, localDate('2027-01-01'))?.orgUnitId).toBe('b');
    expect(placementAsOf(who, localDate('2026-05-31'))?.orgUnitId).toBe('a');
    expect(placementAsOf(who, localDate('2026-02-28'))).toBeUndefined();
    expect(placementAsOf(who)?.orgUnitId).toBe('b');
    const gap = employee('2026-01-01', null, assignment('2026-01-01', 'a', '2026-03-31'), assignment('2026-05-01', 'b'));
    expect(placementAsOf(gap, localDate('2026-04-15'))?.orgUnitId).toBe('a');
  });

  it('agrees day by day with the month, for any dated entries', () => {
    const day = fc.nat(120).map((offset) => addDays('2028-01-01' as LocalDate, offset));
    const entries = fc.array(fc.tuple(day, fc.option(fc.nat(40))), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(entries, day, fc.option(fc.nat(90)), (rows, hired, stay) => {
        const assignments = rows.map(([from, days], index) =>
          assignment(from, `u${index}`, days === null ? undefined : addDays(from, days)),
        );
        const who = employee(hired, stay === null ? null : addDays(hired, stay), ...assignments);
        for (const of of ['2028-01', '2028-02', '2028-03', '2028-04'].map(month)) {
          let byDay: Assignment | undefined;
          for (let index = 0; index < daysInMonth(of); index += 1) byDay = assignmentOn(who, addDays(firstDay(of), index)) ?? byDay;
          expect(assignmentInMonth(who, of)).toEqual(byDay);
        }
      }),
      { numRuns: 150 },
    );
  });
});
