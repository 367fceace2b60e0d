/**
 * What lies outside the months that are decided: where their people work, which day it is, what their other months pay. One request for all
 * of them, and none where no rule asks. Read after everything else: whoever changes any of it asks for the month to be decided again in the
 * same transaction, so an older answer does not stand for long.
 */
import type { Item, Key, Store } from '../../../shared/adapters/store.ts';
import { DEFAULT_TIME_ZONE, dateIn, type Instant, type LocalDate, type Month } from '../../../shared/kernel/period.ts';
import { assignmentInMonth, employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import type { PersonOfMonth } from '../domain/audience.ts';
import { carryKeys, withCarry } from './carry-months.ts';
import type { LoadedMonth } from './load-month.ts';

const idOf = ({ table, pk, sk }: Key): string => `${table}\u0000${pk}\u0000${sk}`;

const keysOf = (month: LoadedMonth, now: Instant): Key[] => {
  const { compiled, work, book } = month;
  return [
    ...(compiled.hasAudience ? [employeeKey(work.employeeId)] : []),
    ...(compiled.hasDueDays ? [entityKey(book.legalEntityId)] : []),
    ...carryKeys(month, now),
  ];
};

/** The months, in their order, with what they see of the rest. */
export const withSurroundings = async (store: Store, months: readonly LoadedMonth[], now: Instant): Promise<LoadedMonth[]> => {
  const keys = new Map(months.flatMap((month) => keysOf(month, now)).map((key) => [idOf(key), key]));
  if (keys.size === 0) return [...months];
  const names = [...keys.keys()];
  const found = await store.getMany([...keys.values()]);
  const items = new Map(names.map((name, place) => [name, found[place]]));
  const itemOf = (key: Key): Item | undefined => items.get(idOf(key));
  return months.map((month) => {
    const { compiled, work, book, evidence } = month;
    const person = compiled.hasAudience ? personOf(itemOf(employeeKey(work.employeeId)), work.period) : evidence.person;
    const today = compiled.hasDueDays ? todayOf(itemOf(entityKey(book.legalEntityId)), now) : evidence.today;
    return withCarry({ ...month, evidence: { ...evidence, person, today } }, now, itemOf);
  });
};

/** Null for someone who works nowhere in the month. */
const personOf = (item: Item | undefined, period: string): PersonOfMonth | null => {
  const employee = parseEmployee(item);
  const assignment = employee && assignmentInMonth(employee, period as Month);
  if (!employee || !assignment) return null;
  const { positionId, orgUnitId } = assignment;
  return { employeeId: employee.id, positionId, orgUnitId, hiredOn: employee.hiredOn, leftOn: employee.leftOn };
};
const todayOf = (item: Item | undefined, now: Instant): LocalDate => dateIn(now, parseEntity(item)?.timeZone ?? DEFAULT_TIME_ZONE);

/** For a month that is only looked at. */
export const readPerson = async (store: Store, employeeId: string, period: string): Promise<PersonOfMonth | null> =>
  personOf(await store.get(employeeKey(employeeId)), period);
export const readToday = async (store: Store, legalEntityId: string, now: Instant): Promise<LocalDate> =>
  todayOf(await store.get(entityKey(legalEntityId)), now);
