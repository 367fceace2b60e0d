/** The scores of everybody who works in a person's org unit in a month: one read of the people, one batched read of the books. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { fromStored } from '../../../shared/kernel/ratio.ts';
import { allEmployees, assignmentInMonth } from '../../people/read.ts';
import { bookItemKey, parseBook } from '../../scoring/read.ts';
import type { ScoredPerson } from '../domain/team-ranking.ts';

/** Empty when the person has no place in the month. */
export const readTeamScores = async (store: Store, employee: Employee, period: Month): Promise<ScoredPerson[]> => {
  const unit = assignmentInMonth(employee, period)?.orgUnitId;
  if (unit === undefined) return [];
  const members = (await allEmployees(store, employee.legalEntityId)).filter((one) => assignmentInMonth(one, period)?.orgUnitId === unit);
  const items = await store.getMany(members.map(({ id }) => bookItemKey(id, period)));
  return members.flatMap(({ id, name }, place) => {
    const item = items[place];
    const score = item ? parseBook(item).score : null;
    return score ? [{ employeeId: id, name, total: fromStored(score.totalExact) }] : [];
  });
};
