import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Employee, employeeSchema } from '../../../shared/contracts/people.ts';
import { addDays, type LocalDate, localDate, monthOf } from '../../../shared/kernel/period.ts';
import { affectedMonths, employmentSpans, firstChangedDay, MAX_AFFECTED_MONTHS } from './affected-months.ts';
import { assignmentOn } from './employment.ts';

const TODAY = localDate('2026-11-25');
const employee = (changes: object = {}): Employee =>
  employeeSchema.parse({
    id: 'li',
    legalEntityId: 'le',
    name: 'Li',
    hiredOn: '2024-01-15',
    assignments: [{ from: '2024-01-15', orgUnitId: 'north', positionId: 'rep' }],
    ...changes,
  });
const at = (from: string, orgUnitId: string, more: object = {}) => ({ from, orgUnitId, positionId: 'rep', ...more });

describe('the months that a change of placement reaches', () => {
  it.each<[string, object, string[]]>([
    ['nothing', {}, []],
    ['another name', { name: 'Li Ming' }, []],
    ['another CRM user', { externalIds: [{ source: 'crm', externalId: '7' }] }, []],
    ['the same place said twice', { assignments: [at('2024-01-15', 'north'), at('2026-05-01', 'north')] }, []],
    [
      'a move on the last day of a month',
      { assignments: [at('2024-01-15', 'north'), at('2026-09-30', 'south')] },
      ['2026-09', '2026-10', '2026-11'],
    ],
    ['a move on the first', { assignments: [at('2024-01-15', 'north'), at('2026-10-01', 'south')] }, ['2026-10', '2026-11']],
    ['a move later this month', { assignments: [at('2024-01-15', 'north'), at('2026-11-30', 'south')] }, ['2026-11']],
    ['a move next month', { assignments: [at('2024-01-15', 'north'), at('2026-12-01', 'south')] }, []],
    ['another position', { assignments: [at('2024-01-15', 'north'), at('2026-11-02', 'north', { positionId: 'lead' })] }, ['2026-11']],
    ['the last day: the day after is the first without', { leftOn: '2026-10-31' }, ['2026-11']],
    ['leaving a day before the month ends', { leftOn: '2026-10-30' }, ['2026-10', '2026-11']],
    ['leaving later', { leftOn: '2026-12-31' }, []],
    ['an end, and a gap after it', { assignments: [at('2024-01-15', 'north', { to: '2026-10-30' })] }, ['2026-10', '2026-11']],
  ])('%s', (_, changes, months) => {
    expect(affectedMonths(employee(), employee(changes), TODAY)).toEqual(months);
    expect(affectedMonths(employee(changes), employee(), TODAY)).toEqual(months);
  });
  it('are 24 at most, the present one included', () => {
    const months = affectedMonths(employee(), employee({ assignments: [at('2024-01-15', 'south')] }), TODAY);
    expect([months.length, months[0], months.at(-1)]).toEqual([24, '2024-12', '2026-11']);
  });
  it('hold every day up to today with another placement, and begin with the first', () => {
    const day = fc.integer({ min: 0, max: 120 }).map((days) => addDays(localDate('2026-08-15'), days));
    const any = fc
      .record({
        starts: fc.uniqueArray(fc.tuple(day, fc.constantFrom('north', 'south')), {
          selector: ([from]) => from,
          minLength: 1,
          maxLength: 4,
        }),
        leftOn: fc.option(day),
      })
      .map(({ starts, leftOn }): Employee => {
        const assignments = starts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([from, unit]) => at(from, unit));
        const [first] = assignments;
        const hiredOn = first?.from as LocalDate;
        return employee({ hiredOn, assignments, leftOn: leftOn === null || leftOn < hiredOn ? null : leftOn });
      });
    fc.assert(
      fc.property(any, any, (before, after) => {
        const differs = (on: LocalDate): boolean => assignmentOn(before, on)?.orgUnitId !== assignmentOn(after, on)?.orgUnitId;
        const days = Array.from({ length: 200 }, (_, index) => addDays(localDate('2026-08-01'), index));
        expect(firstChangedDay(before, after)).toBe(days.find(differs));
        const months = affectedMonths(before, after, TODAY);
        const reached = days.filter((on) => on <= localDate('2026-11-30') && differs(on)).map(monthOf);
        expect(reached.every((month) => months.includes(month))).toBe(true);
      }),
    );
  });
});

describe('the days that a change of employment reaches', () => {
  const term = (hiredOn: string, leftOn: string | null = null) => ({
    hiredOn: localDate(hiredOn),
    leftOn: leftOn === null ? null : localDate(leftOn),
  });
  it.each([
    ['nothing', term('2026-01-05'), term('2026-01-05'), []],
    ['hired later after all', term('2026-11-02'), term('2026-11-10'), [{ from: '2026-11-02', to: '2026-11-09' }]],
    ['left', term('2026-01-05'), term('2026-01-05', '2026-11-20'), [{ from: '2026-11-21', to: '2026-11-25' }]],
    ['left in the future', term('2026-01-05'), term('2026-01-05', '2026-12-31'), []],
    ['did not leave after all', term('2026-01-05', '2026-11-24'), term('2026-01-05'), [{ from: '2026-11-25', to: '2026-11-25' }]],
    ['hired long ago', term('2010-01-01'), term('2026-11-20'), [{ from: '2024-12-01', to: '2026-11-19' }]],
  ])('%s', (_, before, after, spans) => {
    expect(employmentSpans(before, after, TODAY)).toEqual(spans);
  });
  it('holds every day on which one was employed and the other was not', () => {
    const day = fc.integer({ min: -900, max: 60 }).map((offset) => addDays(TODAY, offset));
    const anyTerm = fc
      .tuple(day, fc.option(fc.integer({ min: 0, max: 400 })))
      .map(([hiredOn, days]) => ({ hiredOn, leftOn: days === null ? null : addDays(hiredOn, days) }));
    const employed = ({ hiredOn, leftOn }: { hiredOn: LocalDate; leftOn: LocalDate | null }, on: LocalDate) =>
      on >= hiredOn && (leftOn === null || on <= leftOn);
    fc.assert(
      fc.property(anyTerm, anyTerm, fc.integer({ min: 0, max: 690 }), (before, after, ago) => {
        const on = addDays(TODAY, -ago);
        const spans = employmentSpans(before, after, TODAY);
        if (employed(before, on) !== employed(after, on)) expect(spans.some(({ from, to }) => from <= on && on <= to)).toBe(true);
        for (const { from, to } of spans)
          expect([from <= to, to <= TODAY, from >= addDays(TODAY, -31 * MAX_AFFECTED_MONTHS)]).toEqual([true, true, true]);
      }),
      { numRuns: 500 },
    );
  });
});
