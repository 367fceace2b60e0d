/** The service through its doors: HTTP, the queue, the schedule. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FollowUpLogged } from '../../shared/contracts/messages.ts';
import { convert } from '../../shared/kernel/geography.ts';
import { instant } from '../../shared/kernel/period.ts';
import { sweepOutbox } from '../../shared/runtime/outbox.ts';
import { memoryStore } from '../../test/simulation/memory-store.ts';
import { composePeople } from '../people/compose.ts';
import { readVisitFacts } from './read.ts';
import { circle, HOSPITAL, northOf } from './testing/events.ts';
import {
  AUDITOR,
  BOSS,
  LI,
  OPERATOR,
  OWNER,
  PAYROLL,
  type ResultsBody,
  record,
  STRANGER,
  startWorld,
  type VisitBody,
  WANG,
  type World,
} from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
const one = (answer: { readonly body: ResultsBody }) => answer.body.results[0] as ResultsBody['results'][number];
const followUp = (id: string, at: string, changes: object = {}) => ({
  id,
  at: `2026-11-${at}+08:00`,
  customerId: 'h1',
  content: '与科室主任沟通',
  ...changes,
});
const say = (who: typeof LI, body: object) => world.call<{ outcome: string; visit: VisitBody | null }>(who, 'POST', '/v1/follow-ups', body);
const testOf = (visit: VisitBody | null, name: string) => visit?.tests.find(({ test }) => test === name);
const crm = (changes: Partial<FollowUpLogged> = {}): FollowUpLogged => ({
  message: 'followup.logged',
  factId: 'std-1:f1',
  revision: 1,
  employeeId: 'li',
  legalEntityId: 'le-1',
  followUp: { occurredAt: instant('2026-11-23T09:30:00+08:00'), customerId: 'h1', content: '与科室主任沟通' },
  ...changes,
});
const logged = async (message: FollowUpLogged, settle = true) => {
  await world.platform.queue.send([
    { queue: 'visits', body: JSON.stringify(message), groupId: 'g', deduplicationId: `${message.factId}${message.revision}` },
  ]);
  if (settle) await world.settle();
};

describe('a check-in', () => {
  it('is answered with its verdict; with its follow-up it counts, once', async () => {
    const first = one(await world.upload(LI, [record(1, '23T08:50:00')]));
    expect(first).toMatchObject({
      outcome: 'recorded',
      problem: null,
      visit: { visitId: 'li.q1.1', verdict: 'invalid', customerId: 'h1', distanceMetres: 1 },
    });
    expect(testOf(first.visit, 'follow-up')?.result).toBe('failed');
    expect(world.counted()).toEqual([]);
    expect((await say(LI, followUp('a', '23T09:00:00'))).body).toMatchObject({
      outcome: 'recorded',
      visit: { visitId: 'li.q1.1', verdict: 'valid', review: 'none' },
    });
    expect(world.counted()).toEqual(['li.q1.1']);
    const told = world.platform.queue.sent.filter(({ queue }) => queue === 'facts');
    expect(told.map(({ body }) => JSON.parse(body))).toEqual([
      {
        message: 'fact.credited',
        factId: 'attendance:visit-li.q1.1',
        revision: 1,
        employeeId: 'li',
        legalEntityId: 'le-1',
        period: '2026-11',
        fact: {
          factId: 'attendance:visit-li.q1.1',
          revision: 1,
          type: 'visit.validated',
          employeeId: 'li',
          legalEntityId: 'le-1',
          period: '2026-11',
          occurredAt: '2026-11-23T00:50:00.000Z',
          date: '2026-11-23',
          subject: { customerId: 'h1' },
          attributes: { customerType: 'hospital' },
          shareMillionths: 1_000_000,
        },
      },
    ]);
  });
  it('uploaded twice changes nothing, by another upload of the queue too; other content is refused by name', async () => {
    const records = [record(1, '23T08:00:00'), record(2, '23T08:30:00', { kind: 'check-out' })];
    await world.upload(LI, records);
    await say(LI, followUp('a', '23T08:40:00'));
    const items = () => JSON.stringify(world.platform.store.dump('attendance'));
    const before = [items(), world.platform.queue.sent.length];
    world.platform.clock.advance(3_600_000);
    expect((await world.upload(LI, records)).body.results.map(({ outcome, visit }) => [outcome, visit?.verdict])).toEqual([
      ['duplicate', 'valid'],
      ['duplicate', undefined],
    ]);
    expect((await say(LI, followUp('a', '23T08:40:00'))).body.outcome).toBe('duplicate');
    expect([items(), world.platform.queue.sent.length]).toEqual(before);
    const other = one(await world.upload(LI, [record(1, '23T08:00:00', { customerId: 'h2' })]));
    expect(other).toMatchObject({ outcome: 'refused', problem: { code: 'conflict' } });
    expect((await say(LI, followUp('a', '23T08:41:00'))).status).toBe(409);
  });
  it('each record alone: the bad one is named and stops no other', async () => {
    const { body } = await world.upload(LI, [
      record(1, '23T08:00:00', { position: { latitude: 31.2, longitude: 121.4 } }),
      record(2, '23T08:01:00', { position: { system: 'wgs84', latitude: 121.47, longitude: 31.23 } }),
      record(3, '23T08:02:00', { nope: 1 }),
      record(4, '23T09:06:00'),
      { clientSequence: 'x' },
      record(5, '23T08:03:00'),
    ]);
    expect(body.results.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused', 'refused', 'refused', 'recorded']);
    expect(body.results.map(({ problem }) => problem?.errors?.[0]?.pointer ?? null)).toEqual([
      '/checkIns/0/position/system',
      '/checkIns/1/position/latitude',
      '/checkIns/2/nope',
      '/checkIns/3/at',
      '/checkIns/4/clientSequence',
      null,
    ]);
  });
  it('finds the nearest customer; far from all there is none, and a person is asked', async () => {
    await world.call(PAYROLL, 'PUT', '/v1/customers/le-1/h2/sites', { sites: [circle('main', northOf(400))] });
    const nearest = async (metres: number) =>
      one(
        await world.upload(LI, [
          record(metres, '23T08:00:00', { customerId: undefined, position: { system: 'wgs84', ...northOf(metres), accuracyMetres: 5 } }),
        ]),
      ).visit;
    expect((await nearest(150))?.customerId).toBe('h1');
    expect((await nearest(250))?.customerId).toBe('h2');
    expect(await nearest(901)).toMatchObject({ customerId: null, verdict: 'invalid' });
    // Somebody else's customers are not looked at.
    await world.call(STRANGER, 'PUT', '/v1/customers/le-2/x/sites', { sites: [circle('main', northOf(900))] });
    expect((await nearest(902))?.customerId).toBeNull();
  });
  it('a phone whose clock is off is put right by ours, and that is said', async () => {
    const ahead = new Date(world.platform.clock.millis() + 2 * 3_600_000).toISOString();
    const { visit } = one(await world.upload(LI, [record(1, '23T10:50:00')], { sentAt: ahead }));
    expect(visit).toMatchObject({ at: '2026-11-23T00:50:00.000Z' });
    expect(testOf(visit, 'clock')).toMatchObject({ result: 'flagged', measured: 120 });
    const near = new Date(world.platform.clock.millis() + 4 * 60_000).toISOString();
    expect(one(await world.upload(LI, [record(2, '23T09:03:00')], { sentAt: near })).visit).toMatchObject({
      at: '2026-11-23T01:03:00.000Z',
    });
  });
  it('three days ago is taken and looked at; forty a day are the most', async () => {
    expect(testOf(one(await world.upload(LI, [record(1, '20T09:00:00')])).visit, 'late-upload')).toMatchObject({
      result: 'flagged',
      measured: 72,
    });
    const many = Array.from({ length: 41 }, (_, n) => record(100 + n, `22T08:${String(n).padStart(2, '0')}:00`));
    const first = await world.upload(LI, many.slice(0, 20));
    const then = await world.upload(LI, many.slice(20));
    const outcomes = [...first.body.results, ...then.body.results].map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(40);
    expect(outcomes.at(-1)).toBe('refused');
  });
  it('only the own, and only by an employee who is known', async () => {
    expect((await world.upload({ ...LI, employeeId: 'ghost' }, [record(1, '23T08:00:00')])).status).toBe(404);
    expect((await world.upload(PAYROLL, [record(1, '23T08:00:00')])).status).toBe(403);
    await world.upload(LI, [record(1, '23T08:00:00')]);
    expect((await say(WANG, followUp('b', '23T08:30:00', { visitId: 'li.q1.1' }))).status).toBe(404);
    expect((await say(LI, followUp('b', '23T10:30:00'))).status).toBe(400);
  });
});

describe('follow-ups of the CRM', () => {
  it('before the visit or after it is the same', async () => {
    world.platform.clock.set('2026-11-23T10:00:00+08:00');
    await logged(crm());
    const { visit } = one(await world.upload(LI, [record(1, '23T09:00:00')]));
    expect(visit).toMatchObject({ verdict: 'valid', followUpIds: ['crm.std-1:f1'] });
    const counted = world.counted();
    world = await startWorld();
    world.platform.clock.set('2026-11-23T10:00:00+08:00');
    await world.upload(LI, [record(1, '23T09:00:00')]);
    await logged(crm());
    expect((await world.month())[0]).toMatchObject({ verdict: 'valid', followUpIds: ['crm.std-1:f1'] });
    expect(world.counted()).toEqual(counted);
  });
  it('the newest revision holds, whichever arrives first: moved away it counts no more, and comes back', async () => {
    await world.upload(LI, [record(1, '23T08:50:00')]);
    await logged(crm({ revision: 1 }));
    expect(world.counted()).toEqual(['li.q1.1']);
    await logged(crm({ revision: 3, followUp: null }));
    expect(world.counted()).toEqual([]);
    await logged(crm({ revision: 2 }));
    expect(world.counted()).toEqual([]);
    await logged(
      crm({ revision: 4, followUp: { occurredAt: instant('2026-11-23T12:00:00+08:00'), customerId: 'h1', content: '改为电话跟进' } }),
    );
    expect(world.counted()).toEqual(['li.q1.1']);
    await logged(
      crm({ revision: 5, followUp: { occurredAt: instant('2026-11-23T12:00:00+08:00'), customerId: 'h2', content: '改为电话跟进' } }),
    );
    expect(world.counted()).toEqual([]);
    // Each change was told once, as one more revision.
    const revisions = world.platform.queue.sent
      .filter(({ queue }) => queue === 'facts')
      .map(({ body }) => (JSON.parse(body) as { revision: number }).revision);
    expect(revisions).toEqual([1, 2, 3, 4]);
  });
});

describe('a customer that was entered at the wrong place', () => {
  it('put right, its visits are judged again by themselves, both ways; done twice it tells nothing twice', async () => {
    await world.upload(LI, [
      record(1, '20T09:00:00', { position: { system: 'wgs84', ...northOf(2_000), accuracyMetres: 10 } }),
      record(2, '21T09:00:00'),
    ]);
    for (const [id, at] of [
      ['a', '20T09:30:00'],
      ['b', '21T09:30:00'],
    ] as const)
      await say(LI, followUp(id, at));
    expect(world.counted()).toEqual(['li.q1.2']);
    const moved = { customerType: 'hospital', sites: [circle('main', northOf(2_000))] };
    expect((await world.call(PAYROLL, 'PUT', '/v1/customers/le-1/h1/sites', moved)).body).toMatchObject({ version: 2 });
    expect(world.counted()).toEqual(['li.q1.2']);
    await world.settle();
    expect(world.counted()).toEqual(['li.q1.1']);
    const sent = world.platform.queue.sent.length;
    await world.call(PAYROLL, 'PUT', '/v1/customers/le-1/h1/sites', moved);
    await world.settle();
    expect(world.platform.queue.sent).toHaveLength(sent);
  });
  it('is refused where it cannot be, and with an old version', async () => {
    const put = (sites: readonly unknown[], headers = {}) =>
      world.call<{ errors?: { code: string }[] }>(PAYROLL, 'PUT', '/v1/customers/le-1/h1/sites', { sites }, headers);
    const at = (latitude: number, longitude: number) => ({
      ...circle(),
      system: 'wgs84',
      fence: { shape: 'circle', centre: { latitude, longitude } },
    });
    const corners = (...points: readonly (readonly [number, number])[]) => ({
      ...circle('p'),
      system: 'wgs84',
      fence: { shape: 'polygon', corners: points.map(([latitude, longitude]) => ({ latitude, longitude })) },
    });
    for (const [sites, code] of [
      [[at(0, 0)], 'position_zero'],
      [[at(87, 43)], 'position_swapped'],
      [[circle(), circle()], 'duplicate_id'],
      [[corners([31, 121], [31, 121.001], [31, 121.002])], 'polygon_flat'],
      [[corners([31, 121], [31.1, 121], [31.1, 121.1])], 'polygon_too_large'],
      [[corners([1, 179.99], [1, -179.99], [1.01, 180])], undefined],
    ] as const) {
      const answer = await put(sites);
      expect([code, answer.status, answer.body.errors?.[0]?.code]).toEqual([code, code ? 400 : 200, code]);
    }
    expect((await put([circle()], { 'if-match': '"1"' })).status).toBe(412);
    expect((await world.call(STRANGER, 'PUT', '/v1/customers/le-1/h1/sites', { sites: [] })).status).toBe(404);
    expect((await world.call(STRANGER, 'GET', '/v1/customers/le-1/h1/sites')).status).toBe(404);
    expect((await world.call<{ sites: unknown[] }>(AUDITOR, 'GET', '/v1/customers/le-1/h1/sites')).body.sites).toHaveLength(1);
  });
});

describe('somebody who was not employed on the day after all', () => {
  const hire = async (hiredOn: string) => {
    const people = composePeople(world.platform).http;
    const response = await people.request('/v1/people/li', {
      method: 'PUT',
      headers: { authorization: world.platform.bearer(PAYROLL), 'content-type': 'application/json' },
      body: JSON.stringify({
        legalEntityId: 'le-1',
        name: 'li',
        hiredOn,
        assignments: [{ from: hiredOn, orgUnitId: 'unit-le-1', positionId: 'rep' }],
      }),
    });
    expect(response.status).toBe(200);
    await world.settle();
  };
  it('the visits are judged again by themselves, both ways, and what they are worth follows', async () => {
    await world.upload(LI, [record(10, '10T09:00:00'), record(20, '20T09:00:00')]);
    for (const [day, id] of [
      ['10', 'f1'],
      ['20', 'f2'],
    ])
      await world.call(LI, 'POST', '/v1/follow-ups', {
        id,
        at: `2026-11-${day}T10:00:00+08:00`,
        customerId: 'h1',
        content: '与主任沟通新适应症',
      });
    expect(world.counted()).toHaveLength(2);
    await hire('2026-11-12');
    expect((await world.month()).map(({ verdict }) => verdict)).toEqual(['invalid', 'valid']);
    expect(world.counted()).toHaveLength(1);
    await hire('2026-01-05');
    expect((await world.month()).map(({ verdict }) => verdict)).toEqual(['valid', 'valid']);
    expect(world.counted()).toHaveLength(2);
  });
  it('told twice, late or in the wrong order it comes to the same', async () => {
    await world.upload(LI, [record(10, '10T09:00:00')]);
    await world.call(LI, 'POST', '/v1/follow-ups', {
      id: 'f1',
      at: '2026-11-10T10:00:00+08:00',
      customerId: 'h1',
      content: '与主任沟通新适应症',
    });
    await hire('2026-11-12');
    const told = world.platform.queue.sent.filter(({ body }) => body.includes('employment.changed'));
    expect(told).toHaveLength(1);
    const before = JSON.stringify(await world.month());
    const { receiveMessages } = await import('./app/receive-messages.ts');
    const message = JSON.parse(told[0]?.body ?? '{}');
    expect(
      (
        await receiveMessages(world.platform, [
          { index: 0, message },
          { index: 1, message: { ...message, version: 1 } },
        ] as never)
      ).size,
    ).toBe(0);
    expect(JSON.stringify(await world.month())).toBe(before);
  });
});

describe('sites from a file', () => {
  it('each row alone, with a report', async () => {
    const gcj = convert(HOSPITAL, 'wgs84', 'gcj02');
    const csv = [
      'customer_id,name,coordinate_system,latitude,longitude,customer_type,radius_metres',
      `a,甲医院,GCJ-02,${gcj.latitude},${gcj.longitude},hospital,`,
      'b,乙,wgs84,31.1,121.1,,200',
      'c,丙,wgs84,31.1,121.1,,',
      'd,,wgs84,,,,',
      'e,,wgs84,0,0,,',
      'f,,wgs84,121.4,31.2,,',
      'g,,,31.1,121.2,,',
      'h,,wgs84,48.85,2.35,,',
      ',,wgs84,31,121,,',
      'b,again,wgs84,31.2,121.1,,',
      'i,,wgs84,abc,121.1,,',
    ].join('\r\n');
    const run = (options: object) =>
      world.call<{ rows: { line: number; status: string; fault: string | null; equalTo: string[] }[] }>(
        OPERATOR,
        'POST',
        '/v1/customer-sites/import',
        { legalEntityId: 'le-1', csv, ...options },
      );
    const report = await run({ store: false });
    expect(report.body.rows.map(({ line, status, fault, equalTo }) => [line, status, fault, ...equalTo])).toEqual([
      [2, 'stored', null],
      [3, 'stored', null, 'c'],
      [4, 'stored', null, 'b'],
      [5, 'refused', 'no_coordinates'],
      [6, 'refused', 'position_zero'],
      [7, 'refused', 'position_swapped'],
      [8, 'refused', 'no_system'],
      [9, 'refused', 'outside_country'],
      [10, 'refused', 'no_customer'],
      [11, 'refused', 'duplicate_site'],
      [12, 'refused', 'not_a_number'],
    ]);
    expect((await world.call(PAYROLL, 'GET', '/v1/customers/le-1/a/sites')).status).toBe(404);
    await run({});
    expect((await world.call<object>(PAYROLL, 'GET', '/v1/customers/le-1/a/sites')).body).toMatchObject({
      customerType: 'hospital',
      version: 1,
    });
    await run({});
    expect((await world.call<object>(PAYROLL, 'GET', '/v1/customers/le-1/a/sites')).body).toMatchObject({ version: 1 });
    expect((await run({ csv: 'a,b\n1,2' })).status).toBe(400);
    expect((await run({ legalEntityId: 'le-2' })).status).toBe(404);
  });
  it('the same from a CRM, as records', async () => {
    const run = (body: object) =>
      world.call<{ rows: { line: number; status: string; fault: string | null; equalTo: string[] }[] }>(
        OPERATOR,
        'POST',
        '/v1/customer-sites/import',
        {
          legalEntityId: 'le-1',
          ...body,
        },
      );
    const place = { coordinateSystem: 'gcj02', latitude: 31.2113, longitude: 121.4674 };
    const records = [
      { customerId: 'a', name: '甲医院', customerType: 'hospital', ...place },
      { customerId: 'b', ...place, latitude: '31.2113' },
      { customerId: 'c', coordinateSystem: 'gcj02' },
      { customerId: 'd', latitude: 31, longitude: 121 },
      { customerId: 'e', ...place, latitude: 1e-9 },
    ];
    const report = await run({ records });
    expect(report.body.rows.map(({ line, status, fault, equalTo }) => [line, status, fault, ...equalTo])).toEqual([
      [1, 'stored', null, 'b'],
      [2, 'stored', null, 'a'],
      [3, 'refused', 'no_coordinates'],
      [4, 'refused', 'no_system'],
      [5, 'refused', 'not_a_number'],
    ]);
    expect((await world.call<object>(PAYROLL, 'GET', '/v1/customers/le-1/a/sites')).body).toMatchObject({
      customerType: 'hospital',
      sites: [{ name: '甲医院' }],
    });
    for (const body of [{}, { records, csv: 'customer_id' }, { records: [] }, { records: [{ ...place, customerID: 'x' }] }])
      expect((await run(body)).status).toBe(400);
  });
});

describe('evidence that lies in other visits', () => {
  const flagged = async (employeeId: string) =>
    (await world.month(employeeId)).filter(({ review }) => review === 'to-review').map(({ visitId }) => visitId);
  it('one phone, two people: both are looked at, the first too, and both are paid meanwhile', async () => {
    const shared = { device: { id: 'one-phone' } };
    for (const who of [LI, WANG]) {
      await world.upload(who, [record(who === LI ? 1 : 2, '23T08:00:00')], shared);
      await say(who, followUp('a', '23T08:30:00'));
    }
    expect(await flagged('li')).toEqual([]);
    await world.settle();
    expect(await flagged('li')).toEqual(['li.q1.1']);
    expect(await flagged('wang')).toEqual(['wang.q1.2']);
    expect(world.counted()).toEqual(['li.q1.1', 'wang.q1.2']);
  });
  it('the very same coordinates three times; the same photo twice', async () => {
    const same = { position: { system: 'wgs84', ...northOf(3), accuracyMetres: 10 } };
    for (const day of [18, 19, 20]) await world.upload(LI, [record(day, `${day}T09:00:00`, same)]);
    await world.settle();
    expect((await world.month()).map((visit) => testOf(visit, 'same-coordinates')?.result)).toEqual(['flagged', 'flagged', 'flagged']);
    const photo = { photo: { reference: 's3://x', perceptualHash: 'a'.repeat(16) } };
    await world.upload(LI, [record(21, '21T09:00:00', photo), record(22, '22T09:00:00', photo)]);
    await world.settle();
    expect((await world.month()).slice(3).map((visit) => testOf(visit, 'photo-reuse')?.result)).toEqual(['flagged', 'flagged']);
    // One bit off is the same picture, compressed again; four are another one.
    const shot = (perceptualHash: string) => ({ photo: { reference: 's3://y', perceptualHash } });
    await world.upload(LI, [record(16, '16T09:00:00', shot('aaaaaaaaaaaaaaab')), record(17, '17T09:00:00', shot('5aaaaaaaaaaaaaaa'))]);
    await world.settle();
    expect((await world.month()).slice(0, 2).map((visit) => testOf(visit, 'photo-reuse')?.result)).toEqual(['flagged', 'passed']);
  });
});

describe('the reviewer', () => {
  const queue = async (who: typeof PAYROLL, query = '') =>
    world.call<{ items: VisitBody[] }>(who, 'GET', `/v1/visits?status=to-review${query}`);
  const decide = (who: typeof PAYROLL, visitId: string, decision: string, headers = {}) =>
    world.call<VisitBody>(who, 'POST', `/v1/visits/${visitId}/decision`, { decision, reason: '已电话核实' }, headers);
  beforeEach(async () => {
    await world.upload(LI, [
      record(1, '20T09:00:00', { mockLocation: true }),
      record(2, '21T09:00:00', { position: null }),
      record(3, '22T09:00:00', { position: { system: 'wgs84', ...northOf(900) } }),
    ]);
    for (const day of ['20', '21', '22']) await say(LI, followUp(`f${day}`, `${day}T10:00:00`));
  });
  it('sees what there is to look at, oldest first; the pay goes both ways with the decision', async () => {
    expect(world.counted()).toEqual(['li.q1.1']);
    expect((await queue(BOSS)).body.items.map(({ visitId, verdict }) => [visitId, verdict])).toEqual([
      ['li.q1.1', 'valid'],
      ['li.q1.2', 'unverifiable'],
    ]);
    expect((await decide(BOSS, 'li.q1.1', 'invalid')).body).toMatchObject({ verdict: 'invalid', review: 'decided' });
    expect((await decide(BOSS, 'li.q1.2', 'valid')).body).toMatchObject({ verdict: 'valid', review: 'decided' });
    expect(world.counted()).toEqual(['li.q1.2']);
    expect((await queue(BOSS)).body.items).toEqual([]);
    const sent = world.platform.queue.sent.length;
    await decide(BOSS, 'li.q1.1', 'invalid');
    expect(world.platform.queue.sent).toHaveLength(sent);
  });
  it('an appeal brings a visit back, and the reviewer can let it count', async () => {
    const appeal = (who: typeof LI, visitId: string) =>
      world.call<VisitBody>(who, 'POST', `/v1/visits/${visitId}/appeal`, { reason: '当时在地下车库' });
    expect((await appeal(LI, 'li.q1.3')).body).toMatchObject({ verdict: 'invalid', review: 'to-review' });
    expect((await appeal(LI, 'li.q1.1')).status).toBe(409);
    expect((await appeal(WANG, 'li.q1.3')).status).toBe(404);
    const version = (await queue(PAYROLL, '&legalEntityId=le-1')).body.items.find(({ visitId }) => visitId === 'li.q1.3')?.version;
    await appeal(LI, 'li.q1.3');
    expect((await decide(PAYROLL, 'li.q1.3', 'valid', { 'if-match': `"${(version ?? 0) - 1}"` })).status).toBe(412);
    expect((await decide(PAYROLL, 'li.q1.3', 'valid', { 'if-match': `"${version}"` })).body.verdict).toBe('valid');
    expect(world.counted()).toContain('li.q1.3');
  });
  it('is somebody else, of the same company, above the person', async () => {
    expect((await decide({ ...BOSS, employeeId: 'li' }, 'li.q1.1', 'valid')).status).toBe(409);
    expect((await decide(STRANGER, 'li.q1.1', 'valid')).status).toBe(404);
    expect((await queue(STRANGER, '&legalEntityId=le-1')).status).toBe(404);
    expect((await queue(STRANGER)).body.items).toEqual([]);
    expect((await queue(PAYROLL)).status).toBe(400);
    expect((await decide(AUDITOR, 'li.q1.1', 'valid')).status).toBe(403);
    expect((await world.call(WANG, 'GET', '/v1/visits/li.q1.1')).status).toBe(404);
    expect((await world.call(LI, 'GET', '/v1/visits/li.q1.1')).status).toBe(200);
  });
});

describe('privacy', () => {
  const consent = (given: boolean) =>
    world.call<{ given: boolean; history: unknown[] }>(LI, 'PUT', '/v1/me/location-consent', { given, textVersion: 'location-1' });
  const text = () => JSON.stringify(world.platform.store.dump('attendance'));
  it('without consent no position is taken; without a position one can work', async () => {
    expect((await consent(false)).body).toMatchObject({ given: false });
    expect((await consent(false)).body.history).toHaveLength(2);
    expect(one(await world.upload(LI, [record(1, '23T08:00:00')]))).toMatchObject({ outcome: 'refused', problem: { code: 'conflict' } });
    expect(text()).not.toContain(String(northOf(1).latitude));
    expect(one(await world.upload(LI, [record(1, '23T08:00:00', { position: null })])).visit).toMatchObject({ visitId: 'li.q1.1' });
    await say(LI, followUp('a', '23T08:30:00'));
    await world.call(BOSS, 'POST', '/v1/visits/li.q1.1/decision', { decision: 'valid', reason: '我在场' });
    expect(world.counted()).toEqual(['li.q1.1']);
  });
  it('withdrawn, positions are erased at once; visits and pay stay', async () => {
    await world.upload(LI, [record(1, '23T08:00:00')]);
    await say(LI, followUp('a', '23T08:30:00'));
    expect(text()).toContain(String(northOf(1).latitude));
    await consent(false);
    expect(text()).not.toContain(String(northOf(1).latitude));
    expect((await world.month())[0]).toMatchObject({ verdict: 'valid', distanceMetres: 1 });
    expect(world.counted()).toEqual(['li.q1.1']);
  });
  it('after ninety days the schedule erases them; what they had shown stays, also when something else changes', async () => {
    await world.upload(LI, [
      record(1, '20T09:00:00'),
      record(2, '21T09:00:00', { position: { system: 'wgs84', ...northOf(320), accuracyMetres: 30 } }),
    ]);
    await say(LI, followUp('a', '20T09:30:00'));
    const before = await world.month();
    world.platform.clock.set('2027-02-17T04:00:00+08:00');
    expect(await world.attendance.onRetention()).toEqual({ erased: 0 });
    world.platform.clock.set('2027-02-18T04:00:00+08:00');
    expect(await world.attendance.onRetention()).toEqual({ erased: 1 });
    expect(text()).not.toContain(String(northOf(1).latitude));
    expect(text()).toContain(String(northOf(320).latitude));
    world.platform.clock.set('2027-02-19T04:00:00+08:00');
    expect(await world.attendance.onRetention()).toEqual({ erased: 1 });
    expect(await world.attendance.onRetention()).toEqual({ erased: 0 });
    expect(await world.month()).toEqual(before);
    await say(LI, followUp('b', '21T09:30:00'));
    await world.call(PAYROLL, 'PUT', '/v1/customers/le-1/h1/sites', { customerType: 'hospital', sites: [circle('main', northOf(50_000))] });
    await world.settle();
    expect((await world.month()).map(({ verdict, distanceMetres }) => [verdict, distanceMetres])).toEqual([
      ['valid', 1],
      ['valid', 320],
    ]);
  });
  it('every look at a position is logged; the person can take everything away', async () => {
    await world.upload(LI, [record(1, '23T08:00:00')]);
    const looks = () =>
      world.logged.filter(({ event }) => event === 'position.read').map(({ fields }) => [fields['subject'], fields['employeeId']]);
    expect((await world.call<object>(BOSS, 'GET', '/v1/visits/li.q1.1/position')).body).toMatchObject({
      position: { system: 'wgs84', ...northOf(1) },
      erased: false,
    });
    expect((await world.call(STRANGER, 'GET', '/v1/visits/li.q1.1/position')).status).toBe(404);
    expect((await world.call<{ events: object[] }>(LI, 'GET', '/v1/me/attendance-export/2026-11')).body).toMatchObject({
      employeeId: 'li',
      consent: { given: true },
      events: [{ kind: 'check-in', position: northOf(1) }],
      visits: [{ visitId: 'li.q1.1' }],
    });
    expect(looks()).toEqual([
      ['boss', 'li'],
      ['li', 'li'],
    ]);
    expect(JSON.stringify((await world.call(BOSS, 'GET', '/v1/visits/li.q1.1')).body)).not.toContain('latitude');
  });
});

describe('policies', () => {
  const put = (policies: readonly object[], who = OWNER, headers = {}) =>
    world.call<{ version: number }>(who, 'PUT', '/v1/legal-entities/le-1/visit-policies', { policies }, headers);
  it('are dated: what has begun does not change, what comes does', async () => {
    expect((await world.call<object>(LI, 'GET', '/v1/legal-entities/le-1/visit-policies')).body).toMatchObject({
      version: 0,
      positionDays: 90,
      policies: [{ radiusMetres: 300 }],
    });
    expect((await put([{ from: '2026-01-01', radiusMetres: 500 }])).body.version).toBe(1);
    expect(one(await world.upload(LI, [record(1, '23T08:00:00', { position: { system: 'wgs84', ...northOf(450) } })])).visit).toMatchObject(
      { policyVersion: 1, tests: expect.arrayContaining([expect.objectContaining({ test: 'fence', result: 'passed', limit: 500 })]) },
    );
    expect((await put([{ from: '2026-01-01', radiusMetres: 400 }])).status).toBe(409);
    expect(
      (
        await put([
          { from: '2026-01-01', radiusMetres: 500 },
          { from: '2026-11-23', radiusMetres: 100 },
        ])
      ).status,
    ).toBe(409);
    expect(
      (
        await put([
          { from: '2026-01-01', radiusMetres: 500 },
          { from: '2026-11-24', radiusMetres: 100 },
        ])
      ).body.version,
    ).toBe(2);
    expect((await put([{ from: '2026-01-01' }, { from: '2026-01-01' }])).status).toBe(400);
    expect((await put([{ from: '2026-01-01', radiusMetres: 500 }], OWNER, { 'if-match': '"1"' })).status).toBe(412);
    expect((await put([{ from: '2026-01-01' }], STRANGER)).status).toBe(404);
    expect((await world.call(STRANGER, 'GET', '/v1/legal-entities/le-1/visit-policies')).status).toBe(404);
  });
});

describe('nothing is lost and nothing twice', () => {
  it('what the queue lost is told again, and confirmed rows go', async () => {
    await world.upload(LI, [record(1, '23T08:00:00')]);
    await say(LI, followUp('a', '23T08:30:00'));
    world.platform.queue.wipe();
    world.platform.clock.advance(60_000);
    expect(await world.attendance.sweep()).toMatchObject({ resent: 1 });
    await world.platform.store.write({
      op: 'put',
      table: 'scores',
      item: { pk: 'BOOK#li#2026-11', sk: 'FACT#attendance:visit-li.q1.1', revision: 1 },
    });
    await world.attendance.sweep();
    expect(await sweepOutbox(world.platform, 'attendance')).toEqual({ confirmed: 0, resent: 0, parked: 0 });
  });
  it('two requests at once about one person do not judge without each other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const inner = memoryStore();
      const slow = {
        ...inner,
        transact: async (operations: Parameters<typeof inner.transact>[0]) => {
          await new Promise((resolve) => setImmediate(resolve));
          return inner.transact(operations);
        },
      };
      world = await startWorld({ store: slow });
      await Promise.all([
        world.upload(LI, [record(1, '23T08:00:00')]),
        say(LI, followUp('a', '23T08:30:00')),
        world.upload(LI, [record(2, '23T08:10:00', { kind: 'check-out' })]),
      ]);
      expect((await world.month()).map(({ verdict, followUpIds }) => [verdict, followUpIds.length])).toEqual([['valid', 1]]);
      expect(world.counted()).toEqual(['li.q1.1']);
    }
  });
  it('any order of arrival, any duplicates: the same verdicts, the same visits counted', async () => {
    type Step = (target: World) => Promise<unknown>;
    const steps: readonly Step[] = [
      (target) => target.upload(LI, [record(1, '20T09:00:00')]),
      (target) => target.upload(LI, [record(2, '20T15:00:00')]),
      (target) => target.upload(LI, [record(3, '21T08:30:00', { mockLocation: true })], { device: { id: 'one-phone' } }),
      (target) => target.upload(WANG, [record(4, '21T08:40:00')], { device: { id: 'one-phone' } }),
      (target) => target.upload(LI, [record(5, '21T08:35:00', { kind: 'check-out' })], { device: { id: 'one-phone' } }),
      (target) => target.call(LI, 'POST', '/v1/follow-ups', followUp('a', '20T15:30:00')),
      (target) => target.call(LI, 'POST', '/v1/follow-ups', followUp('b', '21T08:25:30')),
      (target) => target.call(WANG, 'POST', '/v1/follow-ups', followUp('c', '21T20:00:00')),
      (target) =>
        target.call(PAYROLL, 'PUT', '/v1/customers/le-1/h1/sites', {
          customerType: 'hospital',
          sites: [circle(), circle('annex', northOf(500))],
        }),
    ];
    const outcome = async (order: readonly number[]) => {
      world = await startWorld();
      for (const index of order) {
        await steps[index]?.(world);
        if (index % 3 === 0) await world.settle();
      }
      await world.settle();
      const visits = [...(await world.month('li')), ...(await world.month('wang'))];
      return {
        counted: world.counted(),
        visits: visits.map(({ visitId, verdict, review, tests }) => ({ visitId, verdict, review, tests })),
      };
    };
    const expected = await outcome(steps.map((_, index) => index));
    expect(expected.counted).toEqual(['li.q1.2', 'li.q1.3', 'wang.q1.4']);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...steps.keys(), ...steps.keys()], { minLength: steps.length * 2 }), async (order) => {
        expect(await outcome(order)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a visit as a fact', () => {
  it('is read like any other while and after it counted; one that never did is none', async () => {
    await world.upload(LI, [record(1, '23T08:00:00'), record(2, '22T08:00:00')]);
    await say(LI, followUp('a', '23T08:30:00'));
    const ids = ['attendance:visit-li.q1.1', 'attendance:visit-li.q1.2', 'erp:x'];
    const [first, ...others] = await readVisitFacts(world.platform.store, ids);
    expect(first).toMatchObject({ factId: ids[0], status: 'credited', revision: 1, credits: [{ employeeId: 'li', period: '2026-11' }] });
    expect(others).toEqual([undefined, undefined]);
    await world.call(BOSS, 'POST', '/v1/visits/li.q1.1/decision', { decision: 'invalid', reason: '未到访' });
    expect((await readVisitFacts(world.platform.store, ids))[0]).toMatchObject({ status: 'voided', revision: 2, credits: [] });
  });
});
