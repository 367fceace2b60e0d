import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrgUnit } from '../../../shared/contracts/people.ts';
import { checkOrgUnits, checkRemovedUnits } from './check-org-units.ts';
import { MAX_ORG_DEPTH, managedUnits, type OrgTree, orgChain, subtreeUnits } from './org-tree.ts';

const unit = (id: string, parentId: string | null = null, managerEmployeeId: string | null = null): OrgUnit => ({
  id,
  legalEntityId: 'le-1',
  name: { zh: id, en: id },
  parentId,
  managerEmployeeId,
});
const tree = (...units: OrgUnit[]): OrgTree => ({ version: 1, units });

/** A sound forest: each unit's parent is an earlier one or none; then shuffled. */
const forest = fc.array(fc.nat(), { minLength: 1, maxLength: 30 }).chain((picks) =>
  fc.shuffledSubarray(
    picks.map((pick, index) => unit(`u${index}`, index === 0 || pick % 4 === 0 ? null : `u${pick % index}`, `m${pick % 3}`)),
    { minLength: picks.length },
  ),
);
/** Any parents at all: cycles, unknown ones, themselves. */
const anything = fc
  .array(fc.option(fc.nat(12)), { maxLength: 12 })
  .map((parents) => parents.map((parent, index) => unit(`u${index}`, parent === null ? null : `u${parent}`)));

describe('org tree', () => {
  it('walks from a unit to the top', () => {
    const org = tree(unit('a'), unit('b', 'a'), unit('c', 'b'));
    expect(orgChain(org, 'c')).toEqual(['c', 'b', 'a']);
    expect(orgChain(org, 'unknown')).toEqual([]);
    expect(orgChain(tree(), 'a')).toEqual([]);
  });

  it('takes names of JavaScript for names', () => {
    const org = tree(unit('constructor'), unit('__proto__', 'constructor', 'toString'));
    expect(orgChain(org, '__proto__')).toEqual(['__proto__', 'constructor']);
    expect([...subtreeUnits(org, ['constructor'])].sort()).toEqual(['__proto__', 'constructor']);
    expect(managedUnits(org, 'toString')).toEqual(['__proto__']);
    expect(subtreeUnits(org, ['hasOwnProperty']).size).toBe(0);
    expect(checkOrgUnits(org.units, 'le-1')).toEqual([]);
  });

  it('says the same by chain and by subtree, for every forest and pair', () => {
    fc.assert(
      fc.property(forest, (units) => {
        const org = tree(...units);
        expect(checkOrgUnits(units, 'le-1')).toEqual([]);
        for (const root of units) {
          const below = subtreeUnits(org, [root.id]);
          for (const { id } of units) expect(below.has(id)).toBe(orgChain(org, id).includes(root.id));
        }
        for (const manager of ['m0', 'm1', 'm2', 'nobody']) {
          const managed = managedUnits(org, manager);
          expect(managed).toEqual(units.filter((u) => u.managerEmployeeId === manager).map((u) => u.id));
          const reached = subtreeUnits(org, managed);
          for (const { id } of units) expect(reached.has(id)).toBe(orgChain(org, id).some((above) => managed.includes(above)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('ends on every tree, and is sound exactly when every chain reaches a top', () => {
    fc.assert(
      fc.property(anything, (units) => {
        const org = tree(...units);
        const byId = new Map(units.map((u) => [u.id, u]));
        const reachesTop = units.every((u) => {
          const top = orgChain(org, u.id).at(-1);
          return top !== undefined && byId.get(top)?.parentId === null;
        });
        expect(checkOrgUnits(units, 'le-1').length === 0).toBe(reachesTop);
        expect(
          subtreeUnits(
            org,
            units.map((u) => u.id),
          ).size,
        ).toBe(units.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('checkOrgUnits', () => {
  const codes = (units: OrgUnit[]) => checkOrgUnits(units, 'le-1').map(({ pointer, code }) => `${code} ${pointer}`);

  it('points to every unit of a cycle, and to those that lead into it', () => {
    expect(codes([unit('a', 'b'), unit('b', 'a'), unit('c', 'b'), unit('d')])).toEqual([
      'cycle /units/0/parentId',
      'cycle /units/1/parentId',
      'cycle /units/2/parentId',
    ]);
    expect(codes([unit('a', 'a')])).toEqual(['cycle /units/0/parentId']);
  });
  it('points to unknown parents, duplicates and units of another entity', () => {
    expect(codes([unit('a', 'x'), unit('b'), unit('b'), { ...unit('c'), legalEntityId: 'le-2' }])).toEqual([
      'duplicate /units/2/id',
      'foreign_entity /units/3/legalEntityId',
      'unknown_parent /units/0/parentId',
    ]);
  });
  it('bounds the depth, whatever the order', () => {
    const chain = (length: number) => Array.from({ length }, (_, index) => unit(`u${index}`, index === 0 ? null : `u${index - 1}`));
    expect(codes(chain(MAX_ORG_DEPTH).reverse())).toEqual([]);
    expect(codes(chain(MAX_ORG_DEPTH + 1))).toEqual([`too_deep /units/${MAX_ORG_DEPTH}/parentId`]);
    expect(orgChain(tree(...chain(MAX_ORG_DEPTH)), `u${MAX_ORG_DEPTH - 1}`)).toHaveLength(MAX_ORG_DEPTH);
  });
  it('checks 2,000 units in one chain in no time', () => {
    const units = Array.from({ length: 2000 }, (_, index) => unit(`u${index}`, index === 1999 ? null : `u${index + 1}`));
    const before = performance.now();
    checkOrgUnits(units, 'le-1');
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('checkRemovedUnits', () => {
  const person = (id: string, ...orgUnitIds: string[]) => ({ id, assignments: orgUnitIds.map((orgUnitId) => ({ orgUnitId })) });
  it('names one person for each unit that somebody is or was assigned to', () => {
    const errors = checkRemovedUnits(new Set(['a', 'b']), [person('e1', 'a', 'c'), person('e2', 'a'), person('e3', 'c')]);
    expect(errors.map(({ detail }) => detail)).toEqual(['unit a is missing, but e1 is or was assigned to it']);
    expect(checkRemovedUnits(new Set(), [person('e1', 'a')])).toEqual([]);
  });
});
