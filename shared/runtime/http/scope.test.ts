import { describe, expect, it } from 'vitest';
import { employeeKey, parseEmployee } from '../../../services/people/read.ts';
import { memoryStore } from '../../../test/simulation/memory-store.ts';
import type { Item, Key, Store } from '../../adapters/store.ts';
import { type Principal, ROLES, type Role } from '../../contracts/access.ts';
import { type Instant, instant } from '../../kernel/period.ts';
import { canSeePerson, entityAllowed, type PersonData, reachesPerson } from './scope.ts';

/**
 * The org of le-1: `root` (managed by boss) > `team` (managed by me) > `squad`; `other` beside the team. le-2 has one unit.
 * `moved` goes from the team to `other` on 2026-12-01; `back` the other way.
 */
const unit = (id: string, parentId: string | null, managerEmployeeId: string | null, legalEntityId = 'le-1') => ({
  id,
  legalEntityId,
  name: { zh: id, en: id },
  parentId,
  managerEmployeeId,
});
const person = (id: string, orgUnitId: string, legalEntityId = 'le-1', more: object = {}) => ({
  id,
  legalEntityId,
  name: id,
  hiredOn: '2026-01-01',
  leftOn: null,
  assignments: [{ from: '2026-01-01', orgUnitId, positionId: 'rep' }],
  externalIds: [],
  mobile: null,
  language: 'zh-CN',
  ...more,
});
const move = (from: string, to: string) => ({
  assignments: [
    { from: '2026-01-01', orgUnitId: from, positionId: 'rep' },
    { from: '2026-12-01', orgUnitId: to, positionId: 'rep' },
  ],
});
const item = (pk: string, sk: string, doc: unknown): Item => ({ pk, sk, doc: JSON.stringify(doc), version: 1 });

const seeded = async (): Promise<Store> => {
  const store = memoryStore();
  const units1 = [unit('root', null, 'boss'), unit('team', 'root', 'me'), unit('squad', 'team', null), unit('other', 'root', 'rival')];
  const people = [
    person('me', 'team'),
    person('report', 'team'),
    person('below', 'squad'),
    person('colleague', 'other'),
    person('boss', 'root'),
    person('moved', 'team', 'le-1', move('team', 'other')),
    person('back', 'other', 'le-1', move('other', 'team')),
    person('leaver', 'team', 'le-1', { leftOn: '2026-03-31' }),
    person('foreigner', 'far', 'le-2'),
    person('namesake', 'team', 'le-2'),
  ];
  await store.writeMany(
    [
      item('ENTITY#le-1', 'PROFILE', { id: 'le-1', timeZone: 'Asia/Shanghai' }),
      item('ENTITY#le-2', 'PROFILE', { id: 'le-2', timeZone: 'Asia/Shanghai' }),
      item('ENTITY#le-1', 'ORG', { version: 1, units: units1 }),
      item('ENTITY#le-2', 'ORG', { version: 1, units: [unit('far', null, 'stranger', 'le-2'), unit('team', 'far', null, 'le-2')] }),
      ...people.map((one) => item(`EMPLOYEE#${one.id}`, 'PROFILE', one)),
    ].map((one) => ({ op: 'put' as const, table: 'people' as const, item: one })),
  );
  return store;
};
const principal = (roles: readonly Role[], more: Partial<Principal> = {}): Principal => ({
  subject: 'someone',
  employeeId: 'me',
  roles: new Set(roles),
  entities: new Set(['le-1']),
  ...more,
});
const NOW = instant('2026-11-23T09:00:00+08:00');
const store = await seeded();
const sees = (who: Principal, employeeId: string, legalEntityId: string, data: PersonData, at: Instant | undefined = NOW) =>
  canSeePerson(store, who, employeeId, legalEntityId, data, at);

/** Whom each role reaches: s self, r own report, b below a report's unit, c another subtree, u above, f another legal entity. */
const WHO = {
  s: ['me', 'le-1'],
  r: ['report', 'le-1'],
  b: ['below', 'le-1'],
  c: ['colleague', 'le-1'],
  u: ['boss', 'le-1'],
  f: ['foreigner', 'le-2'],
} as const;
const RULES: Record<Role, { readonly work: string; readonly pay: string }> = {
  employee: { work: 's', pay: 's' },
  // The manager is placed in the unit he or she manages.
  manager: { work: 'srb', pay: '' },
  payroll: { work: 'srbcu', pay: 'srbcu' },
  'plan-owner': { work: 'srbcu', pay: '' },
  auditor: { work: 'srbcu', pay: 'srbcu' },
  operator: { work: '', pay: '' },
  source: { work: '', pay: '' },
};

describe('reachesPerson', () => {
  it('keeps pay from a manager and needs the role, also when the units are given', async () => {
    const employee = parseEmployee(await store.get(employeeKey('report')));
    if (!employee) throw new Error('not seeded');
    const units = new Set(['team']);
    const reaches = (roles: readonly Role[], data: PersonData) =>
      reachesPerson(principal(roles, { entities: new Set() }), employee, units, data);
    expect([reaches(['manager'], 'work'), reaches(['manager'], 'pay'), reaches(['plan-owner'], 'work')]).toEqual([true, false, false]);
  });
});

describe('canSeePerson', () => {
  const cases = ROLES.flatMap((role) =>
    (['work', 'pay'] as const).flatMap((data) =>
      (Object.keys(WHO) as (keyof typeof WHO)[]).map((whom) => [role, data, whom, RULES[role][data].includes(whom)] as const),
    ),
  );
  it.each(cases)('%s, %s, %s: %s', async (role, data, whom, expected) => {
    const [employeeId, legalEntityId] = WHO[whom];
    expect(await sees(principal([role]), employeeId, legalEntityId, data)).toBe(expected);
  });

  it('no role reaches nobody, not even oneself', async () => {
    for (const data of ['work', 'pay'] as const) expect(await sees(principal([]), 'me', 'le-1', data)).toBe(false);
  });

  it('every legal entity with *, none with an empty set', async () => {
    expect(await sees(principal(['auditor'], { entities: '*' }), 'foreigner', 'le-2', 'pay')).toBe(true);
    expect(await sees(principal(['auditor'], { entities: new Set() }), 'report', 'le-1', 'pay')).toBe(false);
    expect(entityAllowed(principal([], { entities: new Set(['le-10']) }), 'le-1')).toBe(false);
  });

  it('a legal entity taken from the request does not open a person of another one', async () => {
    expect(await sees(principal(['payroll']), 'foreigner', 'le-1', 'pay')).toBe(false);
    expect(await sees(principal(['manager']), 'foreigner', 'le-1', 'work')).toBe(false);
    // A unit of the same id in another entity is another unit.
    expect(await sees(principal(['manager']), 'namesake', 'le-1', 'work')).toBe(false);
    expect(await sees(principal(['manager']), 'namesake', 'le-2', 'work')).toBe(false);
  });

  it('unknown people are out of reach', async () => {
    expect(await sees(principal(['auditor'], { entities: '*' }), 'nobody', 'le-1', 'work')).toBe(false);
    expect(await sees(principal(['manager']), 'nobody', 'le-1', 'work')).toBe(false);
  });

  it('several roles add up: a manager who is an employee too sees the own pay only', async () => {
    const both = principal(['employee', 'manager']);
    expect(await sees(both, 'me', 'le-1', 'pay')).toBe(true);
    expect(await sees(both, 'report', 'le-1', 'pay')).toBe(false);
    expect(await sees(both, 'report', 'le-1', 'work')).toBe(true);
    // The plan owner of one entity does not become one of another by managing.
    expect(await sees(principal(['manager', 'plan-owner']), 'foreigner', 'le-2', 'work')).toBe(false);
  });

  it('a manager without an employee id, or who manages nothing, reaches nobody', async () => {
    expect(await sees(principal(['manager'], { employeeId: null }), 'report', 'le-1', 'work')).toBe(false);
    expect(await sees(principal(['manager'], { employeeId: 'report' }), 'below', 'le-1', 'work')).toBe(false);
    expect(await sees(principal(['employee'], { employeeId: null }), 'me', 'le-1', 'work')).toBe(false);
  });

  it('a move changes the manager on its day in the zone of the legal entity', async () => {
    const manager = principal(['manager']);
    const lastMoment = instant('2026-11-30T23:59:59+08:00');
    const firstMoment = instant('2026-12-01T00:00:00+08:00');
    expect(await sees(manager, 'moved', 'le-1', 'work', lastMoment)).toBe(true);
    expect(await sees(manager, 'moved', 'le-1', 'work', firstMoment)).toBe(false);
    expect(await sees(manager, 'back', 'le-1', 'work', lastMoment)).toBe(false);
    expect(await sees(manager, 'back', 'le-1', 'work', firstMoment)).toBe(true);
  });

  it('without a moment the last assignment on record decides', async () => {
    const manager = principal(['manager']);
    expect(await canSeePerson(store, manager, 'moved', 'le-1', 'work')).toBe(false);
    expect(await canSeePerson(store, manager, 'back', 'le-1', 'work')).toBe(true);
  });

  it('someone who left stays with the last manager', async () => {
    expect(await sees(principal(['manager']), 'leaver', 'le-1', 'work')).toBe(true);
  });

  it('reads nothing for oneself or for who may see nobody, and everything in one request otherwise', async () => {
    const requests: (readonly Key[])[] = [];
    const counting: Store = {
      ...store,
      getMany: (keys) => {
        requests.push(keys);
        return store.getMany(keys);
      },
    };
    await canSeePerson(counting, principal(['employee']), 'me', 'le-1', 'pay', NOW);
    await canSeePerson(counting, principal(['operator']), 'report', 'le-1', 'work', NOW);
    await canSeePerson(counting, principal(['manager']), 'report', 'le-1', 'pay', NOW);
    expect(requests).toEqual([]);
    await canSeePerson(counting, principal(['manager']), 'report', 'le-1', 'work', NOW);
    expect(requests).toHaveLength(1);
  });
});
