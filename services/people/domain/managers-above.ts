/** In whose teams a person counts: pure, from the org tree. */
import { managedUnits, type OrgTree, orgChain } from './org-tree.ts';

/**
 * The managers of the person's unit and of every unit above it, each once, the nearest first; nobody counts in his or her own team. Who manages
 * something as high up, or higher, counts in no team of a lower one: two who manage each other's units would otherwise feed each other for ever.
 */
export const managersAbove = (org: OrgTree, employeeId: string, orgUnitId: string): readonly string[] => {
  const managers = new Map(org.units.map(({ id, managerEmployeeId }) => [id, managerEmployeeId]));
  const own = rankOf(org, employeeId);
  const found = new Set<string>();
  for (const unitId of orgChain(org, orgUnitId)) {
    const manager = managers.get(unitId);
    if (manager && manager !== employeeId && rankOf(org, manager) < own) found.add(manager);
  }
  return [...found];
};

/** Units from the highest one managed to the top; infinite for whoever manages none. */
const rankOf = (org: OrgTree, employeeId: string): number =>
  Math.min(Number.POSITIVE_INFINITY, ...managedUnits(org, employeeId).map((id) => orgChain(org, id).length));
