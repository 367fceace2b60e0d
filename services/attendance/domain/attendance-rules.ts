/** What is wrong with rules as they were given, and what of them has begun. Pure. */
import type { AttendanceRules } from '../../../shared/contracts/attendance-days.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { shiftFaults } from './work-shift.ts';

const FAULTS: Readonly<Record<string, string>> = {
  break_outside: 'a break lies outside the shift, or has no length',
  breaks_overlap: 'two breaks overlap',
  nothing_worked: 'the breaks leave nothing of the shift',
};

/** Every name that is not there, every id that is there twice, every shift that cannot be worked. */
export const ruleFaults = ({ rules }: AttendanceRules): readonly FieldError[] => {
  const errors: FieldError[] = [];
  const add = (pointer: string, code: string, detail: string): void => {
    errors.push({ pointer, code, detail });
  };
  for (const [index, rule] of rules.entries()) {
    const at = `/rules/${index}`;
    if (rules.findIndex(({ from }) => from === rule.from) < index) add(`${at}/from`, 'duplicate', 'two rules begin on one day');
    const shifts = new Set(rule.shifts.map(({ id }) => id));
    const patterns = new Set(rule.patterns.map(({ id }) => id));
    for (const [name, list] of [
      ['shifts', rule.shifts],
      ['patterns', rule.patterns],
      ['leaveKinds', rule.leaveKinds ?? []],
    ] as const)
      for (const [place, one] of list.entries())
        if (list.findIndex(({ id }) => id === one.id) < place) add(`${at}/${name}/${place}/id`, 'duplicate', `${one.id} is there already`);
    for (const [place, shift] of rule.shifts.entries())
      for (const fault of shiftFaults(shift)) add(`${at}/shifts/${place}`, fault, FAULTS[fault] ?? fault);
    for (const [place, pattern] of rule.patterns.entries())
      for (const [day, id] of pattern.week.entries())
        if (id !== null && !shifts.has(id)) add(`${at}/patterns/${place}/week/${day}`, 'unknown_shift', `there is no shift ${id}`);
    if (rule.defaultPattern !== null && !patterns.has(rule.defaultPattern))
      add(`${at}/defaultPattern`, 'unknown_pattern', `there is no pattern ${rule.defaultPattern}`);
    for (const [position, id] of Object.entries(rule.patternByPosition))
      if (!patterns.has(id)) add(`${at}/patternByPosition/${pointerPart(position)}`, 'unknown_pattern', `there is no pattern ${id}`);
  }
  return errors;
};
const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
