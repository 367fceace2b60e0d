import { beforeEach, describe, expect, it } from 'vitest';
import { countingStore, newCounts } from '../../../shared/adapters/counting.ts';
import type { TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { employeeKey, entityKey, orgKey } from '../../people/read.ts';
import { composePlans } from '../compose.ts';
import { parsePersonTargets, parsePlaceTargets, personTargetsKey, placeTargetsKey } from '../read.ts';
import { AUDITOR, call, EMPLOYEE, FOREIGN, freshPlans, OWNER, PAYROLL, platform, publish, published, ready } from './testing/plans-api.ts';

const MONTH = '/v1/targets/acme/2026-11';
const put = (place: string, targets: unknown, who: TestPrincipal = OWNER, headers: Record<string, string> = {}) =>
  call(who, 'PUT', `${MONTH}/${place}`, { body: { targets, reason: '年度目标' }, headers });
const load = (csv: string, more: object = {}, who: TestPrincipal = OWNER) =>
  call(who, 'POST', `${MONTH}/import`, { body: { csv, reason: '导入', ...more } });
const waiting = () => (published() as Record<string, unknown>[]).filter(({ message }) => message === 'targets.changed');
const person = async (id: string) => parsePersonTargets(await platform.store.get(personTargetsKey(id, '2026-11')));
const places = async () => parsePlaceTargets(await platform.store.get(placeTargetsKey('acme', '2026-11')));

const putPeople = async (count: number): Promise<void> => {
  for (let index = 1; index <= count; index += 1) {
    const { table, ...key } = employeeKey(`e${index}`);
    const doc = JSON.stringify({ id: `e${index}`, legalEntityId: index === 9 ? 'other' : 'acme', assignments: [] });
    await platform.store.write({ op: 'put', table, item: { ...key, doc, version: 1 } });
  }
};

beforeEach(async () => {
  freshPlans();
  const put = async ({ table, ...key }: ReturnType<typeof entityKey>, doc: unknown) =>
    platform.store.write({ op: 'put', table, item: { ...key, doc: JSON.stringify(doc), version: 1 } });
  await put(entityKey('acme'), { id: 'acme' });
  await put(orgKey('acme'), { version: 1, units: [{ id: 'team', parentId: null }] });
  await putPeople(9);
  await ready();
  await publish('2026-11-01');
});

describe('setting targets', () => {
  it('creates, replaces, repeats and takes away; each with its message and its history', async () => {
    const first = await put('person/e1', { sales: '600000' });
    expect(first).toMatchObject({ status: 201, etag: '"1"', body: { kind: 'person', id: 'e1', version: 1, targets: { sales: '600000' } } });
    expect((await put('person/e1', { sales: '600000' })).status).toBe(200);
    expect((await put('person/e1', { sales: '500000.50' })).body).toMatchObject({ version: 2 });
    expect((await put('person/e1', {})).body).toMatchObject({ version: 3, targets: {} });
    expect(waiting().map(({ employeeId, version }) => `${employeeId} ${version}`)).toEqual(['e1 1', 'e1 2', 'e1 3']);
    const changes = await call(AUDITOR, 'GET', `${MONTH}/person/e1/changes`);
    expect(changes.body['items']).toMatchObject([
      { version: 3, targets: {} },
      { version: 2, targets: { sales: '500000.50' } },
      { version: 1, changedBy: 'owner', reason: '年度目标' },
    ]);
    const page = await call(AUDITOR, 'GET', `${MONTH}/person/e1/changes?limit=2`);
    const next = await call(AUDITOR, 'GET', `${MONTH}/person/e1/changes?limit=2&cursor=${page.body['next']}`);
    expect(next.body).toMatchObject({ items: [{ version: 1 }], next: null });
  });
  it('of places are one version, which the message names', async () => {
    await put('org-unit/team', { sales: '1' });
    await put('position/rep', { sales: '2' });
    await put('legal-entity/acme', { sales: '3' });
    expect(await places()).toMatchObject({
      version: 3,
      sets: [{ of: { kind: 'legal-entity' } }, { of: { kind: 'org-unit' } }, { of: { kind: 'position' } }],
    });
    expect(waiting().map(({ employeeId, version }) => `${employeeId} ${version}`)).toEqual(['null 1', 'null 2', 'null 3']);
    expect((await call(AUDITOR, 'GET', `${MONTH}/position/rep`)).body).toMatchObject({ version: 1, targets: { sales: '2' } });
    expect((await call(AUDITOR, 'GET', `${MONTH}/position/other`)).status).toBe(404);
  });
  it('holds on If-Match and If-None-Match', async () => {
    expect((await put('person/e1', { sales: '1' }, OWNER, { 'if-match': '"1"' })).status).toBe(412);
    expect((await put('person/e1', { sales: '1' }, OWNER, { 'if-none-match': '*' })).status).toBe(201);
    expect((await put('person/e1', { sales: '2' }, OWNER, { 'if-none-match': '*' })).status).toBe(412);
    expect((await put('person/e1', { sales: '2' }, OWNER, { 'if-match': '"1"' })).status).toBe(200);
    expect((await put('person/e1', { sales: '3' }, OWNER, { 'if-match': '"1"' })).status).toBe(412);
    expect(await person('e1')).toMatchObject({ version: 2 });
  });
  it('at the same time lose nothing', async () => {
    const ids = ['e1', 'e2', 'e3', 'e4'];
    const positions = ['a', 'b', 'c', 'd'];
    await Promise.all([
      ...ids.map((id) => put(`person/${id}`, { sales: '1' })),
      ...positions.map((id) => put(`position/${id}`, { sales: '1' })),
    ]);
    expect((await places()).sets.map(({ of }) => of.id)).toEqual(positions);
    expect((await places()).version).toBe(4);
    expect(waiting()).toHaveLength(8);
  });
  it.each<[string, string, unknown, string]>([
    ['nobody', 'person/nobody', { sales: '1' }, '/path/id'],
    ['a person of another legal entity', 'person/e9', { sales: '1' }, '/path/id'],
    ['an unknown org unit', 'org-unit/nowhere', { sales: '1' }, '/path/id'],
    ['another legal entity', 'legal-entity/other', { sales: '1' }, '/path/id'],
    ['an unknown indicator', 'person/e1', { sales: '1', saels: '1' }, '/targets/saels'],
    ['nothing', 'person/e1', { sales: '0' }, '/targets/sales'],
    ['less', 'person/e1', { sales: '-5' }, '/targets/sales'],
    ['a percentage of money', 'person/e1', { sales: '90%' }, '/targets/sales'],
    ['a number, which is not exact', 'person/e1', { sales: 5 }, '/targets/sales'],
    ['a name of the language', 'person/e1', { constructor: '1' }, '/targets/constructor'],
  ])('%s: is refused, and nothing is stored', async (_, place, targets, pointer) => {
    const refused = await put(place, targets);
    expect(refused.status).toBe(400);
    expect(refused.body['errors']).toEqual(expect.arrayContaining([expect.objectContaining({ pointer })]));
    expect(await places()).toMatchObject({ version: 0 });
    expect(waiting()).toEqual([]);
  });
  it('of a month in which no plan is in force is refused: the plan comes first', async () => {
    const refused = await call(OWNER, 'PUT', '/v1/targets/acme/2026-10/person/e1', { body: { targets: { sales: '1' }, reason: 'x' } });
    expect(refused.body['errors']).toMatchObject([{ code: 'indicator_unknown' }]);
  });
  it('of oneself is refused', async () => {
    const self: TestPrincipal = { ...OWNER, employeeId: 'e1' };
    expect((await put('person/e1', { sales: '1' }, self)).body['code']).toBe('second_person_required');
    expect((await load('kind,id,indicator,target\nperson,e2,sales,1\nperson,e1,sales,1', {}, self)).status).toBe(409);
    expect(await person('e2')).toBeUndefined();
  });
});

describe('a file', () => {
  const HEADER = 'kind,id,indicator,target';
  it('sets many, says how many, and again changes nothing', async () => {
    await put('person/e1', { sales: '1', customers: '30' });
    const csv = `\uFEFF${HEADER}\r\nperson,e1,sales,700000\nperson,e2,sales,"650000"\nposition,rep,sales,500000\norg-unit,team,sales,400000\n`;
    expect((await load(csv, { store: false })).body).toMatchObject({ created: 3, changed: 1, unchanged: 0 });
    expect(await person('e2')).toBeUndefined();
    expect((await load(csv)).body).toMatchObject({ created: 3, changed: 1, unchanged: 0, warnings: [] });
    expect(await person('e1')).toMatchObject({ version: 2, targets: { sales: '700000', customers: '30' } });
    expect(await places()).toMatchObject({ version: 1, sets: [{ of: { id: 'team' } }, { of: { id: 'rep' } }] });
    const told = waiting().length;
    expect((await load(csv)).body).toMatchObject({ created: 0, changed: 0, unchanged: 4 });
    expect(waiting()).toHaveLength(told);
    expect((await load(`${HEADER}\nperson,e1,customers,`)).body).toMatchObject({ changed: 1 });
    expect((await person('e1'))?.targets).toEqual({ sales: '700000' });
    expect((await call(AUDITOR, 'GET', MONTH)).body).toMatchObject({
      places: [{ id: 'team' }, { id: 'rep' }],
      items: [{ id: 'e1' }, { id: 'e2' }],
    });
  });
  it.each<[string, string, string]>([
    ['no header', 'person,e1,sales,1', '/csv/1'],
    ['another column', `${HEADER},x\nperson,e1,sales,1,2`, '/csv/1'],
    ['no rows', HEADER, '/csv'],
    ['not CSV', `${HEADER}\n"person,e1`, '/csv'],
    ['an unknown kind', `${HEADER}\nperson,e1,sales,1\nteam,x,sales,1`, '/csv/3/kind'],
    ['no number', `${HEADER}\nperson,e1,sales,many`, '/csv/2/target'],
    ['twice', `${HEADER}\nperson,e1,sales,1\nperson,e1,sales,1`, '/csv/3/indicator'],
    ['nobody', `${HEADER}\nperson,e1,sales,1\nperson,nobody,sales,1`, '/csv/3/id'],
    ['an unknown indicator in the second row of a person', `${HEADER}\nperson,e1,sales,1\nperson,e1,saels,1`, '/csv/3/indicator'],
    ['too long', `${HEADER}\n${'position,p,sales,1\n'.repeat(2001)}`, '/csv'],
  ])('%s: is refused whole, with the line', async (_, csv, pointer) => {
    const refused = await load(csv);
    expect(refused.status).toBe(400);
    expect(refused.body['errors']).toMatchObject([{ pointer }]);
    expect(await person('e1')).toBeUndefined();
  });
  it('of 300 people is ten transactions, and no read for each of them', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => `person,e${index === 8 ? 301 : index + 1},sales,${index + 1}`);
    await putPeople(301);
    const counts = newCounts();
    const counted = { ...platform, store: { ...platform.store, ...countingStore(platform.store, counts) } };
    const body = { csv: [HEADER, ...rows].join('\n'), reason: '导入' };
    const answer = await call(OWNER, 'POST', `${MONTH}/import`, { body, api: composePlans(counted).http });
    expect(answer.body).toMatchObject({ created: 300 });
    // Four pages of what is checked, one for the plans, one for each chunk.
    expect(counts.store).toEqual({ get: 0, getMany: 15, query: 0, write: 0, transact: 10, writeMany: 0 });
    expect(waiting()).toHaveLength(300);
  });
});

describe('access to targets', () => {
  it.each<[string, string, unknown, readonly TestPrincipal[]]>([
    ['GET', MONTH, undefined, [EMPLOYEE]],
    ['GET', `${MONTH}/person/e1`, undefined, [EMPLOYEE]],
    ['GET', `${MONTH}/person/e1/changes`, undefined, [EMPLOYEE]],
    ['PUT', `${MONTH}/person/e1`, { targets: {}, reason: 'x' }, [EMPLOYEE, PAYROLL, AUDITOR]],
    ['POST', `${MONTH}/import`, { csv: 'kind,id,indicator,target\nposition,p,sales,1', reason: 'x' }, [EMPLOYEE, PAYROLL, AUDITOR]],
  ])('%s %s', async (method, path, body, refused) => {
    const options = body === undefined ? {} : { body };
    expect((await call(null, method, path, options)).status).toBe(401);
    for (const who of refused) expect((await call(who, method, path, options)).status).toBe(403);
    expect((await call(FOREIGN, method, path, options)).status).toBe(404);
  });
});
