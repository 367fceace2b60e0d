/** Whether a whole org tree is sound. Pure; every fault at once, with its pointer. */
import type { OrgUnit } from '../../../shared/contracts/people.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { fieldError } from './dated-entries.ts';
import { MAX_ORG_DEPTH } from './org-tree.ts';

/**
 * Duplicate ids, units of another legal entity, parents that are not in the tree, cycles, and chains deeper than {@link MAX_ORG_DEPTH}.
 * Managers are not looked up: a tree is stored before the people who work in it.
 */
export const checkOrgUnits = (units: readonly OrgUnit[], legalEntityId: string): FieldError[] => {
  const errors: FieldError[] = [];
  const parentOf = new Map<string, string | null>();
  units.forEach((unit, index) => {
    if (unit.legalEntityId !== legalEntityId) {
      errors.push(fieldError(`/units/${index}/legalEntityId`, 'foreign_entity', `must be ${legalEntityId}`));
    }
    if (parentOf.has(unit.id)) errors.push(fieldError(`/units/${index}/id`, 'duplicate', `unit ${unit.id} is given twice`));
    else parentOf.set(unit.id, unit.parentId);
  });
  const depths = new Map<string, number>();
  units.forEach((unit, index) => {
    if (unit.parentId === null) return;
    const pointer = `/units/${index}/parentId`;
    if (!parentOf.has(unit.parentId)) {
      errors.push(fieldError(pointer, 'unknown_parent', `there is no unit ${unit.parentId}`));
      return;
    }
    const depth = depthOf(unit.id, parentOf, depths);
    if (depth === CYCLE) errors.push(fieldError(pointer, 'cycle', `unit ${unit.id} is above itself`));
    else if (depth > MAX_ORG_DEPTH) errors.push(fieldError(pointer, 'too_deep', `deeper than ${MAX_ORG_DEPTH} levels`));
  });
  return errors;
};

const CYCLE = -1;

/** Units from `id` to the top; {@link CYCLE} when the way leads back or into a cycle. Each unit is walked once over all calls. */
const depthOf = (id: string, parentOf: ReadonlyMap<string, string | null>, depths: Map<string, number>): number => {
  const path: string[] = [];
  const onPath = new Set<string>();
  let at: string | null | undefined = id;
  while (at !== null && at !== undefined && !depths.has(at) && !onPath.has(at)) {
    path.push(at);
    onPath.add(at);
    at = parentOf.get(at);
  }
  let depth = at === null || at === undefined ? 0 : onPath.has(at) ? CYCLE : (depths.get(at) ?? 0);
  for (const unit of path.reverse()) {
    depth = depth === CYCLE ? CYCLE : depth + 1;
    depths.set(unit, depth);
  }
  return depth;
};

/** Units that are stored, are not in the new tree, and that someone is or was assigned to: they may be moved, not removed. */
export const checkRemovedUnits = (
  removed: ReadonlySet<string>,
  employees: readonly { readonly id: string; readonly assignments: readonly { readonly orgUnitId: string }[] }[],
): FieldError[] => {
  const user = new Map<string, string>();
  for (const { id, assignments } of employees) {
    for (const { orgUnitId } of assignments) if (removed.has(orgUnitId) && !user.has(orgUnitId)) user.set(orgUnitId, id);
  }
  return [...user].map(([unitId, employeeId]) =>
    fieldError('/units', 'unit_in_use', `unit ${unitId} is missing, but ${employeeId} is or was assigned to it`),
  );
};
