import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { managersAbove } from './managers-above.ts';
import type { OrgTree } from './org-tree.ts';

const tree = (...units: (readonly [id: string, parentId: string | null, managerEmployeeId: string | null])[]): OrgTree => ({
  version: 1,
  units: units.map(([id, parentId, managerEmployeeId]) => ({
    id,
    legalEntityId: 'le',
    name: { zh: id, en: id },
    parentId,
    managerEmployeeId,
  })),
});
const org = tree(['top', null, 'boss'], ['region', 'top', 'head'], ['team', 'region', 'lead'], ['none', 'region', null]);

describe('in whose teams a person counts', () => {
  it.each<[string, string, string, string[]]>([
    ['a member', 'rep', 'team', ['lead', 'head', 'boss']],
    ['in a unit without a manager', 'rep', 'none', ['head', 'boss']],
    ['the manager of the unit', 'lead', 'team', ['head', 'boss']],
    ['a manager who sits in the unit above', 'lead', 'region', ['head', 'boss']],
    ['the topmost', 'boss', 'top', []],
    ['a topmost who sits below', 'boss', 'team', []],
    ['in an unknown unit', 'rep', 'gone', []],
  ])('%s', (_, employeeId, unitId, managers) => {
    expect(managersAbove(org, employeeId, unitId)).toEqual(managers);
  });
  it('of somebody who manages several units above each other once', () => {
    expect(managersAbove(tree(['top', null, 'a'], ['team', 'top', 'a']), 'rep', 'team')).toEqual(['a']);
  });
  it('never in a circle, whoever manages and sits where', () => {
    const people = ['a', 'b', 'c', 'd'];
    const units = ['u0', 'u1', 'u2', 'u3', 'u4'];
    const drawn = fc.tuple(
      fc.array(fc.tuple(fc.nat(4), fc.option(fc.constantFrom(...people), { nil: null })), { minLength: 5, maxLength: 5 }),
      fc.array(fc.constantFrom(...units), { minLength: 4, maxLength: 4 }),
    );
    fc.assert(
      fc.property(drawn, ([shape, seats]) => {
        const given = tree(
          ...shape.map(([parent, manager], place) => [`u${place}`, place === 0 ? null : `u${parent % place}`, manager] as const),
        );
        const above = new Map(people.map((id, place) => [id, managersAbove(given, id, seats[place] ?? 'u0')]));
        for (const start of people) {
          let level: readonly string[] = [start];
          for (let step = 0; level.length > 0; step += 1) {
            expect(step).toBeLessThan(people.length);
            level = [...new Set(level.flatMap((id) => above.get(id) ?? []))];
            expect(level).not.toContain(start);
          }
        }
      }),
    );
  });
});
