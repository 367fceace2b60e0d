import { describe, expect, it } from 'vitest';
import type { Store } from '../../../shared/adapters/store.ts';
import { employeeSchema, legalEntitySchema, orgUnitSchema } from '../../../shared/contracts/people.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { type MemoryStore, memoryStore } from '../../../test/simulation/memory-store.ts';
import { NO_PRECONDITION } from '../domain/precondition.ts';
import { employeeKey, orgKey, ownerKey, parseEmployee, parseOrg, parseOwner, versionOf } from '../read.ts';
import { importPeople } from './import-people.ts';
import { putEmployee } from './put-employee.ts';
import { putLegalEntity } from './put-legal-entity.ts';
import { putOrgUnits } from './put-org-units.ts';

const LE = 'le-1';
const unit = (id: string) => orgUnitSchema.parse({ id, legalEntityId: LE, name: { zh: id, en: id } });
const person = (id: string, changes: object = {}) =>
  employeeSchema.parse({
    id,
    legalEntityId: LE,
    name: id,
    hiredOn: '2026-01-01',
    assignments: [{ from: '2026-01-01', orgUnitId: 'sales', positionId: 'rep' }],
    ...changes,
  });
const owns = (...ids: string[]) => ({ externalIds: ids.map((externalId) => ({ source: 'crm', externalId })) });
const ANY = { precondition: NO_PRECONDITION, mayWrite: () => true };

const on = (store: Store) => ({ ...memoryPlatform(), store });

const prepared = async (): Promise<MemoryStore> => {
  const store = memoryStore();
  await putLegalEntity(store, legalEntitySchema.parse({ id: LE, name: { zh: '甲', en: 'A' } }), NO_PRECONDITION);
  await putOrgUnits(on(store), LE, [unit('sales'), unit('office')], NO_PRECONDITION);
  return store;
};
/** Somebody else does something between our load and our write, `times` times. */
const interrupted = (store: Store, times: number, meanwhile: (time: number) => Promise<unknown>): Store => {
  let done = 0;
  return {
    ...store,
    transact: async (operations) => {
      if (done < times) {
        done += 1;
        await meanwhile(done);
      }
      return store.transact(operations);
    },
  };
};
const outcome = (result: Awaited<ReturnType<typeof putEmployee>>) => (result.ok ? result.value.outcome : result.error.code);
const ownerOf = async (store: Store, externalId: string) => parseOwner(await store.get(ownerKey('crm', externalId)))?.employeeId;

describe('concurrent writes of people', () => {
  it('only one of two employees becomes a CRM user, and the loser is not stored', async () => {
    const store = await prepared();
    const racing = interrupted(store, 1, () => putEmployee(on(store), person('fast', owns('7')), ANY));
    const slow = await putEmployee(on(racing), person('slow', owns('7')), ANY);
    expect(slow).toMatchObject({ ok: false, error: { code: 'conflict', errors: [{ pointer: '/externalIds/0' }] } });
    expect([await ownerOf(store, '7'), await store.get(employeeKey('slow'))]).toEqual(['fast', undefined]);
  });

  it('twenty at once: one owner, one employee', async () => {
    const store = await prepared();
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => putEmployee(on(store), person(`e${index}`, owns('7')), ANY)),
    );
    expect(results.map(outcome).sort()).toEqual([...Array<string>(19).fill('conflict'), 'created']);
    const stored = store.dump('people').filter(({ item }) => item.pk.startsWith('EMPLOYEE#'));
    expect(stored.map(({ item }) => item.pk)).toEqual([`EMPLOYEE#${await ownerOf(store, '7')}`]);
  });

  it('a change made meanwhile is decided on again: no claim is forgotten and none is left behind', async () => {
    const store = await prepared();
    await putEmployee(on(store), person('li', owns('1')), ANY);
    const racing = interrupted(store, 1, () => putEmployee(on(store), person('li', owns('1', '2')), ANY));
    expect(outcome(await putEmployee(on(racing), person('li', owns('3')), ANY))).toBe('replaced');
    expect([await ownerOf(store, '1'), await ownerOf(store, '2'), await ownerOf(store, '3')]).toEqual([undefined, undefined, 'li']);
    expect(versionOf(await store.get(employeeKey('li')))).toBe(3);
  });

  it('a precondition holds on what is stored in the end', async () => {
    const store = await prepared();
    await putEmployee(on(store), person('li'), ANY);
    const racing = interrupted(store, 1, () => putEmployee(on(store), person('li', { name: 'other' }), ANY));
    const result = await putEmployee(on(racing), person('li', { name: 'mine' }), { ...ANY, precondition: { kind: 'version', oneOf: [1] } });
    expect(outcome(result)).toBe('precondition_failed');
    expect(parseEmployee(await store.get(employeeKey('li')))?.name).toBe('other');
  });

  it('an assignment never points to a unit that was removed meanwhile', async () => {
    const store = await prepared();
    const racing = interrupted(store, 1, () => putOrgUnits(on(store), LE, [unit('office')], NO_PRECONDITION));
    const result = await putEmployee(on(racing), person('li'), ANY);
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_request', errors: [{ pointer: '/assignments/0/orgUnitId' }] } });
    expect(parseOrg(await store.get(orgKey(LE))).units.map(({ id }) => id)).toEqual(['office']);
  });

  it('gives up by name after eight attempts, and has written nothing', async () => {
    const store = await prepared();
    let rounds = 0;
    const never = interrupted(store, Number.POSITIVE_INFINITY, async (time) => {
      rounds = time;
      await putEmployee(on(store), person('li', { name: `n${time}` }), ANY);
    });
    expect(outcome(await putEmployee(on(never), person('li', owns('1')), ANY))).toBe('version_conflict');
    expect(rounds).toBe(8);
    expect(await ownerOf(store, '1')).toBeUndefined();
  });

  it('a batch meets a change made after it loaded: refusals are decided on what is stored now', async () => {
    const store = await prepared();
    await putEmployee(on(store), person('a', owns('1')), ANY);
    const racing = interrupted(store, 1, () => putEmployee(on(store), person('a'), ANY));
    const records = [person('x'), person('b', owns('1'))].map((value) => ({ ok: true as const, value }));
    expect((await importPeople(on(racing), records, () => true)).map(outcome)).toEqual(['created', 'created']);
    expect(await ownerOf(store, '1')).toBe('b');
  });
});

describe('an org tree', () => {
  it('that is replaced is told to scoring with its version, in its transaction; the first one and the same again are not', async () => {
    const platform = memoryPlatform();
    await putLegalEntity(platform.store, legalEntitySchema.parse({ id: LE, name: { zh: '甲', en: 'A' } }), NO_PRECONDITION);
    await putOrgUnits(platform, LE, [unit('sales')], NO_PRECONDITION);
    expect(platform.queue.waiting('plans-published')).toEqual([]);
    await putOrgUnits(platform, LE, [unit('sales'), unit('office')], NO_PRECONDITION);
    await putOrgUnits(platform, LE, [unit('sales'), unit('office')], NO_PRECONDITION);
    expect(platform.queue.waiting('plans-published')).toEqual([{ message: 'org.changed', legalEntityId: LE, version: 2 }]);
  });
});
