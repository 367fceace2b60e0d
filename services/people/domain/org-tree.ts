/** The org tree of one legal entity. Pure. Every walk is bounded, so that even a broken tree ends. */
import type { OrgUnit } from '../../../shared/contracts/people.ts';

/** All org units of a legal entity, and the version they are stored with (0: none were ever stored). */
export interface OrgTree {
  readonly version: number;
  readonly units: readonly OrgUnit[];
}

/** Units above each other; a longer chain is refused when a tree is stored. */
export const MAX_ORG_DEPTH = 40;

/** The unit, its parent, and so on to the top. Empty when the tree has no such unit. */
export const orgChain = (org: OrgTree, unitId: string): string[] => {
  const byId = new Map(org.units.map((unit) => [unit.id, unit]));
  const chain: string[] = [];
  const seen = new Set<string>();
  let unit = byId.get(unitId);
  while (unit && !seen.has(unit.id) && chain.length <= MAX_ORG_DEPTH) {
    chain.push(unit.id);
    seen.add(unit.id);
    unit = unit.parentId === null ? undefined : byId.get(unit.parentId);
  }
  return chain;
};

/** The roots that the tree has, and everything below them. */
export const subtreeUnits = (org: OrgTree, rootIds: Iterable<string>): Set<string> => {
  const known = new Set<string>();
  const children = new Map<string, string[]>();
  for (const { id, parentId } of org.units) {
    known.add(id);
    if (parentId === null) continue;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(id);
    else children.set(parentId, [id]);
  }
  const found = new Set<string>();
  const open = [...rootIds].filter((id) => known.has(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(children.get(id) ?? []));
  }
  return found;
};

/** The units that name the employee as their manager; what is below them is `subtreeUnits` of these. */
export const managedUnits = (org: OrgTree, employeeId: string): string[] =>
  org.units.filter((unit) => unit.managerEmployeeId === employeeId).map((unit) => unit.id);
