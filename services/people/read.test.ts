import { describe, expect, it } from 'vitest';
import { month } from '../../shared/kernel/period.ts';
import { memoryStore } from '../../test/simulation/memory-store.ts';
import {
  allEmployees,
  customerKey,
  employeeKey,
  entityKey,
  listEmployees,
  listEntities,
  orgKey,
  ownerKey,
  parseEmployee,
  parseOrg,
  parseOwner,
  payTermsKey,
  teamOf,
  versionOf,
} from './read.ts';

const employee = (id: string, name = id, legalEntityId = 'le-1', orgUnitId = 'team') => ({
  pk: `EMPLOYEE#${id}`,
  sk: 'PROFILE',
  version: 1,
  gsi1pk: `ENTITY#${legalEntityId}`,
  gsi1sk: `EMPLOYEE#${id}`,
  doc: JSON.stringify({
    id,
    legalEntityId,
    name,
    hiredOn: '2026-01-01',
    leftOn: id === 'left' ? '2026-10-31' : null,
    assignments: [{ from: '2026-01-01', orgUnitId, positionId: 'rep' }],
    externalIds: [],
    mobile: null,
    language: 'zh-CN',
  }),
});

describe('people read module', () => {
  it('has the keys of the data layout', () => {
    expect([entityKey('a'), orgKey('a'), employeeKey('b'), payTermsKey('b'), ownerKey('hubspot', '7#8'), customerKey('a', 'c')]).toEqual([
      { table: 'people', pk: 'ENTITY#a', sk: 'PROFILE' },
      { table: 'people', pk: 'ENTITY#a', sk: 'ORG' },
      { table: 'people', pk: 'EMPLOYEE#b', sk: 'PROFILE' },
      { table: 'people', pk: 'EMPLOYEE#b', sk: 'PAY' },
      { table: 'people', pk: 'EXTERNAL#hubspot#7#8', sk: 'OWNER' },
      { table: 'people', pk: 'CUSTOMER#a#c', sk: 'CUSTOMER' },
    ]);
  });

  it('parses absence as absence', () => {
    expect(parseEmployee(undefined)).toBeUndefined();
    expect(parseOwner(undefined)).toBeUndefined();
    expect(parseOrg(undefined)).toEqual({ version: 0, units: [] });
    expect(versionOf(undefined)).toBe(0);
  });

  it('parses one text once, never serves another text of the same key and version, and lets nobody change what is shared', () => {
    const first = parseEmployee(employee('e1', 'one'));
    expect(parseEmployee(employee('e1', 'one'))).toBe(first);
    expect(parseEmployee(employee('e1', 'two'))?.name).toBe('two');
    expect(parseEmployee(employee('e1', 'one'))?.name).toBe('one');
    expect(() => first?.assignments.push({} as never)).toThrow(TypeError);
  });

  it('lists by legal entity in pages, all of it, and the team of a manager in a month', async () => {
    const store = memoryStore();
    const ids = ['boss', 'a', 'b', 'c', 'left'];
    const org = {
      version: 3,
      units: [
        { id: 'dept', parentId: null, managerEmployeeId: 'boss' },
        { id: 'team', parentId: 'dept', managerEmployeeId: null },
        { id: 'other', parentId: null, managerEmployeeId: null },
      ],
    };
    await store.writeMany(
      [
        ...ids.map((id) => employee(id)),
        employee('elsewhere', 'x', 'le-1', 'other'),
        employee('foreign', 'y', 'le-2'),
        { pk: 'ENTITY#le-1', sk: 'ORG', version: 3, doc: JSON.stringify(org) },
        ...['le-2', 'le-1'].map((id) => ({
          pk: `ENTITY#${id}`,
          sk: 'PROFILE',
          version: 1,
          gsi1pk: 'ENTITIES',
          gsi1sk: `ENTITY#${id}`,
          doc: JSON.stringify({ id }),
        })),
      ].map((item) => ({ op: 'put' as const, table: 'people' as const, item })),
    );
    expect((await listEntities(store)).map(({ id }) => id)).toEqual(['le-1', 'le-2']);
    const everybody = ['a', 'b', 'boss', 'c', 'elsewhere', 'left'];
    expect((await allEmployees(store, 'le-1')).map(({ id }) => id)).toEqual(everybody);

    const paged: string[] = [];
    let startAfter: Readonly<Record<string, string>> | undefined;
    do {
      const page = await listEmployees(store, 'le-1', { limit: 1, ...(startAfter ? { startAfter } : {}) });
      paged.push(...page.items.map(({ id }) => id));
      startAfter = page.next;
    } while (startAfter);
    expect(paged).toEqual(everybody);

    const team = async (manager: string, of: string) => (await teamOf(store, manager, 'le-1', month(of))).map(({ id }) => id);
    expect(await team('boss', '2026-10')).toEqual(['a', 'b', 'c', 'left']);
    expect(await team('boss', '2026-11')).toEqual(['a', 'b', 'c']);
    expect(await team('boss', '2025-12')).toEqual([]);
    expect(await team('a', '2026-11')).toEqual([]);
    expect(await teamOf(store, 'boss', 'le-2', month('2026-11'))).toEqual([]);
  });
});
