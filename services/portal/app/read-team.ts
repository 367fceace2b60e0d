/** A team's dashboard from its members' books: one read of the people, one batched read of the books. */
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { firstDay, lastDay } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { allEmployees, assignmentInMonth, type OrgTree, subtreeUnits } from '../../people/read.ts';
import { bookItemKey, parseBook } from '../../scoring/read.ts';
import { type Member, type TeamDashboard, teamDashboard } from '../domain/team-dashboard.ts';

export const readTeamDashboard = async (
  platform: Platform,
  team: { readonly legalEntityId: string; readonly org: OrgTree; readonly orgUnitId: string },
  period: Month,
): Promise<TeamDashboard> => {
  const units = subtreeUnits(team.org, [team.orgUnitId]);
  const inMonth = (hiredOn: LocalDate, leftOn: LocalDate | null): boolean =>
    hiredOn <= lastDay(period) && (leftOn === null || leftOn >= firstDay(period));
  const members = (await allEmployees(platform.store, team.legalEntityId)).flatMap((employee) => {
    const assignment = assignmentInMonth(employee, period);
    return assignment && units.has(assignment.orgUnitId) && inMonth(employee.hiredOn, employee.leftOn)
      ? [{ employeeId: employee.id, name: employee.name, orgUnitId: assignment.orgUnitId }]
      : [];
  });
  const items = await platform.store.getMany(members.map(({ employeeId }) => bookItemKey(employeeId, period)));
  return teamDashboard(
    members.map((member, index): Member => {
      const item = items[index];
      return { ...member, book: item ? parseBook(item) : null };
    }),
  );
};
