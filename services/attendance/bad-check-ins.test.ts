/** What a phone may get wrong, each with its one answer (docs/guides/bad-input.md), through the HTTP door. The clock stands at 23 November 2026, 9:00. */
import { beforeEach, describe, expect, it } from 'vitest';
import { northOf } from './testing/events.ts';
import { BOSS, LI, record, startWorld, type VisitBody, WANG, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
const place = (changes: object) => ({ position: { system: 'wgs84', ...northOf(5), accuracyMetres: 10, ...changes } });
const result = (visit: VisitBody | null | undefined, test: string) => visit?.tests.find((one) => one.test === test)?.result;
const one = async (at: string, changes: object = {}, upload: object = {}) => {
  const { body } = await world.upload(LI, [record(5, at, changes)], upload);
  const [found] = body.results;
  return { outcome: found?.outcome, visit: found?.visit, pointer: found?.problem?.errors?.[0]?.pointer, code: found?.problem?.code };
};

describe('refused, with the place that is wrong; the others of the upload are taken', () => {
  it.each<[string, string, object, string]>([
    ['no coordinate system', '23T08:50:00', { position: { ...northOf(5), accuracyMetres: 10 } }, '/checkIns/0/position/system'],
    ['a system nobody knows', '23T08:50:00', place({ system: 'mars' }), '/checkIns/0/position/system'],
    ['latitude beyond a pole', '23T08:50:00', place({ latitude: 90.1 }), '/checkIns/0/position/latitude'],
    ['longitude beyond the date line', '23T08:50:00', place({ longitude: -180.1 }), '/checkIns/0/position/longitude'],
    ['latitude as text', '23T08:50:00', place({ latitude: '31.2' }), '/checkIns/0/position/latitude'],
    ['an accuracy below 0', '23T08:50:00', place({ accuracyMetres: -1 }), '/checkIns/0/position/accuracyMetres'],
    ['in the future', '23T09:05:01', {}, '/checkIns/0/at'],
    ['without a zone', '23T08:50:00', { at: '2026-11-23T08:50:00' }, '/checkIns/0/at'],
    ['29 February', '23T08:50:00', { at: '2026-02-29T08:50:00+08:00' }, '/checkIns/0/at'],
    ['a photo in the record itself', '23T08:50:00', { photo: { data: 'x'.repeat(1000) } }, '/checkIns/0/photo/reference'],
    [
      'a photo hash of another length',
      '23T08:50:00',
      { photo: { reference: 's3://x', perceptualHash: 'abc' } },
      '/checkIns/0/photo/perceptualHash',
    ],
    ['an unknown member', '23T08:50:00', { speed: 3 }, '/checkIns/0/speed'],
    ['a sequence below 0', '23T08:50:00', { clientSequence: -1 }, '/checkIns/0/clientSequence'],
  ])('%s', async (_, at, changes, pointer) => {
    const { body } = await world.upload(LI, [record(5, at, changes), record(6, '23T08:55:00')]);
    expect(body.results[0]).toMatchObject({ outcome: 'refused', problem: { code: 'invalid_request' } });
    expect(body.results[0]?.problem?.errors?.[0]?.pointer).toBe(pointer);
    expect(body.results[1]?.outcome).toBe('recorded');
  });
  it('a photo of 20 MB is too large for the door', async () => {
    const answer = await world.upload(LI, [record(5, '23T08:50:00', { photo: { reference: 's3://x', data: 'x'.repeat(20_000_000) } })]);
    expect([answer.status, (answer.body as unknown as { code: string }).code]).toEqual([413, 'payload_too_large']);
    expect(await world.month()).toEqual([]);
  });
});

describe('recorded, and the verdict says what is wrong', () => {
  it.each<[string, string, object, string, string, string]>([
    ['the accuracy is missing', '23T08:50:00', place({ accuracyMetres: null }), 'accuracy', 'flagged', 'invalid'],
    ['0/0', '23T08:50:00', place({ latitude: 0, longitude: 0 }), 'position', 'unknown', 'invalid'],
    ['a pole', '23T08:50:00', place({ latitude: -90, longitude: 0 }), 'position', 'unknown', 'invalid'],
    ['on the date line', '23T08:50:00', place({ latitude: 0.1, longitude: 180 }), 'fence', 'failed', 'invalid'],
    ['latitude and longitude swapped', '23T08:50:00', place({ latitude: 87.6, longitude: 43.8 }), 'position', 'unknown', 'invalid'],
    ['three days ago', '20T08:50:00', {}, 'late-upload', 'flagged', 'invalid'],
    ['an unknown customer', '23T08:50:00', { customerId: 'nobody' }, 'fence', 'unknown', 'invalid'],
    ['not employed on the day', '23T08:50:00', { at: '2025-12-31T09:00:00+08:00' }, 'employed', 'failed', 'invalid'],
  ])('%s', async (_, at, changes, test, expected, verdict) => {
    const { outcome, visit } = await one(at, changes);
    // Nothing was followed up yet: that alone keeps each of them from counting.
    expect([outcome, result(visit, test), visit?.verdict]).toEqual(['recorded', expected, verdict]);
  });
  it('a phone without id shows no sharing, and is taken', async () => {
    const { outcome, visit } = await one('23T08:50:00', {}, { device: { id: null } });
    expect([outcome, result(visit, 'device-sharing')]).toEqual(['recorded', 'not-measured']);
  });
});

describe('what somebody else says', () => {
  it('a follow-up for another person’s visit makes nobody’s visit count', async () => {
    const { visit } = await one('23T08:50:00');
    const answer = await world.call(WANG, 'POST', '/v1/follow-ups', {
      id: 'f1',
      at: '2026-11-23T08:55:00+08:00',
      visitId: visit?.visitId,
      content: '与主任沟通了新适应症',
    });
    expect(answer.status).toBe(404);
    await world.settle();
    expect((await world.month()).map(({ verdict, followUpIds }) => [verdict, followUpIds])).toEqual([['invalid', []]]);
    expect(world.counted()).toEqual([]);
  });
  it('nobody decides about, nor appeals against, what is not theirs', async () => {
    const { visit } = await one('23T08:50:00');
    const path = `/v1/visits/${visit?.visitId}`;
    expect((await world.call(WANG, 'POST', `${path}/appeal`, { reason: 'x' })).status).toBe(404);
    expect((await world.call(LI, 'POST', `${path}/decision`, { decision: 'valid', reason: 'x' })).status).toBe(403);
    expect((await world.call(BOSS, 'POST', `${path}/decision`, { decision: 'perhaps', reason: 'x' })).status).toBe(400);
  });
});

describe('too much', () => {
  it('a thousand check-ins from one phone: forty of the day are recorded, the rest are refused by name', async () => {
    const outcomes = new Map<string, number>();
    for (let start = 0; start < 1000; start += 50) {
      const batch = Array.from({ length: 50 }, (_, n) => record(start + n, '23T08:50:00'));
      const { status, body } = await world.upload(LI, batch);
      expect(status).toBe(200);
      for (const { outcome, problem } of body.results) {
        const name = `${outcome} ${problem?.code ?? ''}`;
        outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(outcomes)).toEqual({ 'recorded ': 40, 'refused conflict': 960 });
  });
  it.each([
    ['no records', []],
    ['51 records', Array.from({ length: 51 }, (_, n) => record(n, '23T08:50:00'))],
  ])('%s in one upload', async (_, records) => {
    expect((await world.upload(LI, records)).status).toBe(400);
  });
  it('an offline queue that is sent again and again changes nothing', async () => {
    const queue = [
      record(1, '23T08:40:00'),
      record(2, '23T08:52:00', { kind: 'check-out' }),
      record(3, '23T08:55:00', { customerId: 'h2' }),
    ];
    await world.upload(LI, queue);
    const before = JSON.stringify(await world.month());
    for (let n = 0; n < 3; n += 1) {
      const { body } = await world.upload(LI, [...queue].reverse(), { sentAt: '2026-11-23T09:10:00+08:00' });
      expect(body.results.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    }
    expect(JSON.stringify(await world.month())).toBe(before);
  });
});
