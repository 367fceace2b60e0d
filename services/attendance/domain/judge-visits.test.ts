import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visitPolicySchema } from '../../../shared/contracts/attendance.ts';
import { convert } from '../../../shared/kernel/geography.ts';
import { instant, localDate } from '../../../shared/kernel/period.ts';
import { checkIn, checkOut, circle, followUp, HOSPITAL, known, northOf, sitesOf } from '../testing/events.ts';
import type { AppealEvent, CheckInEvent, DecisionEvent, EvidenceEvent, VisitEvent } from './events.ts';
import { contentCharacters, judgeVisits, type Known } from './judge-visits.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { flagsOf, type TestName, VISIT_TESTS, type Visit } from './visit.ts';

const november = [localDate('2026-11-01'), localDate('2026-11-30')] as const;
const judge = (events: readonly VisitEvent[], knowledge: Known = known()): readonly Visit[] => judgeVisits(events, knowledge, ...november);
const one = (events: readonly VisitEvent[], knowledge: Known = known()): Visit => judge(events, knowledge)[0] as Visit;
const testOf = (visit: Visit, name: TestName) => visit.tests.find(({ test }) => test === name);
const good = (changes: Partial<CheckInEvent> = {}): readonly VisitEvent[] => [
  checkIn('v1', '10T09:00:00', changes),
  checkOut('o1', '10T09:30:00'),
  followUp('f1', '10T10:00:00'),
];
const held = (place: { latitude: number; longitude: number }, accuracyMetres: number | null = 15): CheckInEvent['position'] => ({
  state: 'held',
  system: 'wgs84',
  ...place,
  accuracyMetres,
});

describe('a good visit', () => {
  it('is valid, with every test in words, nothing to review', () => {
    const visit = one(good());
    expect(visit.verdict).toBe('valid');
    expect(visit.review).toBe('none');
    expect(visit.tests.map(({ test }) => test)).toEqual([...VISIT_TESTS]);
    for (const { test, reason } of visit.tests) expect([test, reason.zh.length > 0 && reason.en.length > 0]).toEqual([test, true]);
    expect(testOf(visit, 'fence')).toEqual({
      test: 'fence',
      result: 'passed',
      measured: 20,
      limit: 300,
      unit: 'metres',
      reason: {
        zh: '在客户处:距 main 20 米,允许 300 米,精度可抵 15 米',
        en: 'at the customer: 20 m from main, 300 m allowed, less 15 m of accuracy',
      },
    });
    expect([visit.siteId, visit.distanceMetres, visit.followUpIds, visit.customerType]).toEqual(['main', 20, ['f1'], 'hospital']);
  });
  it('the defaults are those of the schema', () => {
    expect(visitPolicySchema.parse({ from: '1900-01-01' })).toEqual(DEFAULT_POLICY);
  });
});

describe('fence', () => {
  it.each([
    [300, 0, 'passed'],
    [301, 0, 'failed'],
    [301, null, 'failed'],
    [330, 30, 'passed'],
    [331, 30, 'failed'],
    // At most 50 m of accuracy count.
    [350, 400, 'passed'],
    [351, 400, 'failed'],
  ])('%d m with accuracy %s: %s', (metres, accuracy, expected) => {
    const visit = one(good({ position: held(northOf(metres), accuracy) }));
    expect([testOf(visit, 'fence')?.result, testOf(visit, 'fence')?.measured]).toEqual([expected, metres]);
    expect(visit.verdict).toBe(expected === 'passed' ? 'valid' : 'invalid');
  });
  it.each(['gcj02', 'bd09'] as const)('%s is converted: the same place is at the customer; taken for WGS-84 it is not', (system) => {
    const place = convert(HOSPITAL, 'wgs84', system);
    expect(testOf(one(good({ position: { state: 'held', system, ...place, accuracyMetres: 10 } })), 'fence')?.measured).toBeLessThanOrEqual(
      1,
    );
    expect(testOf(one(good({ position: held(place) })), 'fence')?.result).toBe('failed');
  });
  it('the best of several sites, a polygon, the radius of a site before that of its type before that of the policy', () => {
    const far = circle('annex', northOf(2_000));
    const policy = { ...DEFAULT_POLICY, radiusMetresByType: { hospital: 500 } };
    const byType = known({ policyOn: () => ({ policy, version: 3 }), sitesOf: () => sitesOf([circle(), far]) });
    const visit = one(good({ position: held(northOf(1_510), 0) }), byType);
    expect([visit.siteId, testOf(visit, 'fence')?.limit, visit.verdict, visit.policyVersion]).toEqual(['annex', 500, 'valid', 3]);
    const own = { ...circle(), fence: { ...circle().fence, radiusMetres: 100 } as never };
    expect(testOf(one(good({ position: held(northOf(120), 0) }), known({ sitesOf: () => sitesOf([own]) })), 'fence')?.limit).toBe(100);
    const corners = [
      [31.23, 121.473],
      [31.23, 121.475],
      [31.232, 121.475],
      [31.232, 121.473],
    ].map(([latitude = 0, longitude = 0]) => ({ latitude, longitude }));
    const polygon = { id: 'campus', name: '院区', system: 'wgs84' as const, fence: { shape: 'polygon' as const, corners } };
    const campus = known({ sitesOf: () => sitesOf([polygon]) });
    expect(testOf(one(good({ position: held({ latitude: 31.231, longitude: 121.474 }, 0) }), campus), 'fence')).toMatchObject({
      measured: 0,
      result: 'passed',
    });
    expect(testOf(one(good({ position: held({ latitude: 31.2324, longitude: 121.474 }, 0) }), campus), 'fence')).toMatchObject({
      measured: 45,
      limit: 0,
      result: 'failed',
    });
    expect(one(good({ position: held({ latitude: 31.2324, longitude: 121.474 }, 45) }), campus).verdict).toBe('valid');
  });
});

describe('positions that show nothing are for a person, not against one', () => {
  it.each([
    ['0/0', { latitude: 0, longitude: 0 }, 10, 'unknown'],
    ['a pole', { latitude: 90, longitude: 0 }, 10, 'unknown'],
    ['swapped', { latitude: 87.6, longitude: 43.8 }, 10, 'unknown'],
    ['useless', HOSPITAL, 500.5, 'unknown'],
    ['just useful', HOSPITAL, 500, 'passed'],
    ['without accuracy', HOSPITAL, null, 'passed'],
  ] as const)('%s', (_, place, accuracy, expected) => {
    const visit = one(good({ position: held(place, accuracy) }));
    expect(testOf(visit, 'position')?.result).toBe(expected);
    expect(visit.verdict).toBe(expected === 'unknown' ? 'unverifiable' : 'valid');
    expect(visit.review).toBe('to-review');
  });
  it('no position, no sites, no customer: unverifiable; with another condition failed: invalid', () => {
    for (const changes of [{ position: null }, { customerId: 'unknown' }, { customerId: null }]) {
      const { customerId = 'h1' } = changes;
      const visit = one([
        checkIn('v1', '10T09:00:00', changes),
        followUp('f1', '10T10:00:00', customerId === null ? { visitId: 'v1' } : { customerId }),
      ]);
      expect([visit.verdict, visit.review]).toEqual(['unverifiable', 'to-review']);
    }
    expect(one([checkIn('v1', '10T09:00:00', { position: null })]).verdict).toBe('invalid');
  });
  it('across the date line and far away it is simply not there', () => {
    expect(testOf(one(good({ position: held({ latitude: 31.2, longitude: 180 }) })), 'fence')?.result).toBe('failed');
  });
});

describe('follow-up', () => {
  it.each([
    ['11T09:00:00', 'valid'],
    ['11T09:00:01', 'invalid'],
    ['10T08:55:00', 'valid'],
    ['10T08:54:59', 'invalid'],
  ])('at %s: %s', (time, expected) => {
    expect(one([checkIn('v1', '10T09:00:00'), followUp('f1', time)]).verdict).toBe(expected);
  });
  it.each([
    ['', 0],
    ['  \n。、!?', 0],
    ['已拜访。', 3],
    ['已拜访张主任', 6],
    ['ok 123', 5],
  ])('content %j has %d characters', (content, characters) => {
    expect(contentCharacters(content)).toBe(characters);
    expect(one([checkIn('v1', '10T09:00:00'), followUp('f1', '10T10:00:00', { content })]).verdict).toBe(
      characters >= 5 ? 'valid' : 'invalid',
    );
  });
  it('makes one visit count, the last there before it; by name it is for the one it names', () => {
    const visits = [checkIn('v1', '10T09:00:00'), checkIn('v2', '11T08:30:00')];
    const verdicts = (events: readonly VisitEvent[]) => judge(events).map(({ verdict }) => verdict);
    expect(verdicts([...visits, followUp('f1', '11T08:45:00')])).toEqual(['invalid', 'valid']);
    expect(verdicts([...visits, followUp('f1', '11T08:45:00', { visitId: 'v1' })])).toEqual(['valid', 'invalid']);
    expect(verdicts([...visits, followUp('f1', '11T08:45:00', { customerId: 'h2' })])).toEqual(['invalid', 'invalid']);
  });
  it('is not asked for where the policy does not', () => {
    const relaxed = known({ policyOn: () => ({ policy: { ...DEFAULT_POLICY, followUpRequired: false }, version: 1 }) });
    expect(one([checkIn('v1', '10T09:00:00')], relaxed).verdict).toBe('valid');
  });
});

describe('one visit a customer and day', () => {
  const second = [...good(), checkIn('v2', '10T15:00:00'), followUp('f2', '10T15:30:00')];
  it('the second does not count; on another day or with another customer it does', () => {
    expect(judge(second).map(({ verdict }) => verdict)).toEqual(['valid', 'invalid']);
    expect(judge([...good(), checkIn('v2', '11T15:00:00'), followUp('f2', '11T15:30:00')]).map(({ verdict }) => verdict)).toEqual([
      'valid',
      'valid',
    ]);
    expect(
      judge([...good(), checkIn('v2', '10T15:00:00', { customerId: 'h2' }), followUp('f2', '10T15:30:00', { customerId: 'h2' })]).map(
        ({ verdict }) => verdict,
      ),
    ).toEqual(['valid', 'valid']);
  });
  it('one that does not count for another reason does not stand in the way', () => {
    expect(judge(second.filter(({ id }) => id !== 'f1')).map(({ verdict }) => verdict)).toEqual(['invalid', 'valid']);
    const decided = decision('v1', 'invalid', '12T10:00:00');
    expect(judge([...second, decided]).map(({ verdict }) => verdict)).toEqual(['invalid', 'valid']);
  });
  it('the one that a reviewer decided for takes the place of an earlier one', () => {
    expect(judge([...second, decision('v2', 'valid', '12T10:00:00')]).map(({ verdict }) => verdict)).toEqual(['invalid', 'valid']);
  });
});

const decision = (visitId: string, made: 'valid' | 'invalid', time: string, seenFlags: readonly string[] = []): DecisionEvent => ({
  kind: 'decision',
  id: `d-${visitId}-${time}`,
  at: instant('2026-11-10T09:00:00+08:00'),
  visitId,
  decidedAt: instant(`2026-11-${time}+08:00`),
  by: 'boss',
  decision: made,
  reason: '已电话核实',
  seenFlags,
});
const appeal = (visitId: string, time: string): AppealEvent => ({
  kind: 'appeal',
  id: `a-${visitId}-${time}`,
  at: instant('2026-11-10T09:00:00+08:00'),
  visitId,
  appealedAt: instant(`2026-11-${time}+08:00`),
  reason: '当时在地下停车场',
});
const evidence = (visitId: string, kind: EvidenceEvent['evidence']): EvidenceEvent => ({
  kind: 'evidence',
  id: `${kind}-${visitId}`,
  at: instant('2026-11-10T09:00:00+08:00'),
  visitId,
  evidence: kind,
});

describe('evidence', () => {
  const boundary: readonly (readonly [TestName, readonly VisitEvent[], boolean])[] = [
    ['accuracy', good({ position: held(HOSPITAL, 100) }), false],
    ['accuracy', good({ position: held(HOSPITAL, 101) }), true],
    ['accuracy', good({ position: held(HOSPITAL, null) }), true],
    ['dwell', [checkIn('v1', '10T09:00:00'), checkOut('o', '10T09:10:00'), followUp('f', '10T09:30:00')], false],
    ['dwell', [checkIn('v1', '10T09:00:00'), checkOut('o', '10T09:09:59'), followUp('f', '10T09:30:00')], true],
    ['clock', good({ clockOffSeconds: 300 }), false],
    ['clock', good({ clockOffSeconds: -301 }), true],
    ['late-upload', good({ receivedAt: instant('2026-11-11T09:00:00+08:00') }), false],
    ['late-upload', good({ receivedAt: instant('2026-11-11T09:00:01+08:00') }), true],
    ['mock-location', good({ mockLocation: true }), true],
    ['emulator', good({ device: { id: 'p', emulator: true, rooted: false } }), true],
    ['emulator', good({ device: { id: 'p', emulator: false, rooted: true } }), true],
    ['device-sharing', [...good(), evidence('v1', 'device-sharing')], true],
    ['device-sharing', [...good(), evidence('v9', 'device-sharing')], false],
    ['same-coordinates', [...good(), evidence('v1', 'same-coordinates')], true],
    ['photo-reuse', [...good(), evidence('v1', 'photo-reuse')], true],
  ];
  it.each(boundary)('%s %#', (test, events, flagged) => {
    const visit = one(events);
    expect([flagsOf(visit).includes(test), visit.verdict, visit.review]).toEqual([flagged, 'valid', flagged ? 'to-review' : 'none']);
  });
  it('impossible travel: 2 km and more at more than 150 km/h', () => {
    const travel = (metres: number, seconds: number) => {
      const time = new Date(Date.parse('2026-11-10T01:00:00Z') + seconds * 1000 + 8 * 3_600_000).toISOString().slice(8, 19);
      const visits = judge([
        checkIn('v1', '10T09:00:00', { position: held(HOSPITAL) }),
        checkIn('v2', time, { customerId: 'h2', position: held(northOf(metres)) }),
      ]);
      return testOf(visits[1] as Visit, 'travel');
    };
    expect(travel(12_000, 600)).toMatchObject({ measured: 72, result: 'passed' });
    expect(travel(25_000, 600)).toMatchObject({ measured: 150, result: 'passed' });
    expect(travel(25_200, 600)).toMatchObject({ measured: 151, result: 'flagged' });
    expect(travel(1_999, 10)).toMatchObject({ result: 'passed' });
    expect(travel(2_000, 10)).toMatchObject({ result: 'flagged' });
    expect(travel(5_000, 0)).toMatchObject({ measured: 99_999, result: 'flagged' });
  });
  it('more than three customers within thirty minutes at one point', () => {
    const at = (minutes: readonly number[]) =>
      minutes.map((minute, index) => checkIn(`v${index}`, `10T09:${String(minute).padStart(2, '0')}:00`, { customerId: `h${index}` }));
    const flagged = (minutes: readonly number[]) => judge(at(minutes)).filter((visit) => flagsOf(visit).includes('cluster')).length;
    expect(flagged([0, 10, 20])).toBe(0);
    expect(flagged([0, 10, 20, 30])).toBe(4);
    expect(flagged([0, 10, 20, 31])).toBe(0);
    expect(flagged([0, 10, 20, 30, 59])).toBe(4);
  });
});

describe('a reviewer', () => {
  it('decides both ways; an appeal and new evidence ask again', () => {
    const flagged = good({ mockLocation: true });
    expect(one([...flagged, decision('v1', 'invalid', '11T10:00:00', ['mock-location'])])).toMatchObject({
      verdict: 'invalid',
      verdictByRules: 'valid',
      review: 'decided',
    });
    const outside = good({ position: held(northOf(900)) });
    expect(one(outside)).toMatchObject({ verdict: 'invalid', review: 'none' });
    expect(one([...outside, appeal('v1', '11T10:00:00')])).toMatchObject({ verdict: 'invalid', review: 'to-review' });
    const upheld = [...outside, appeal('v1', '11T10:00:00'), decision('v1', 'valid', '11T11:00:00')];
    expect(one(upheld)).toMatchObject({ verdict: 'valid', verdictByRules: 'invalid', review: 'decided' });
    expect(one([...upheld, decision('v1', 'invalid', '11T12:00:00')])).toMatchObject({ verdict: 'invalid', review: 'decided' });
    expect(one([...upheld, appeal('v1', '11T13:00:00')])).toMatchObject({ verdict: 'valid', review: 'to-review' });
    expect(one([...upheld, evidence('v1', 'photo-reuse')])).toMatchObject({ verdict: 'valid', review: 'to-review' });
  });
});

describe('who was not employed on the day', () => {
  it.each([
    ['2026-11-10', null, 'valid'],
    ['2026-11-11', null, 'invalid'],
    ['2026-01-01', '2026-11-10', 'valid'],
    ['2026-01-01', '2026-11-09', 'invalid'],
  ])('from %s to %s: %s', (hiredOn, leftOn, expected) => {
    const employee = { id: 'e-1', legalEntityId: 'le-1', hiredOn: localDate(hiredOn), leftOn: leftOn === null ? null : localDate(leftOn) };
    expect(one(good(), known({ employee })).verdict).toBe(expected);
  });
});

describe('an erased position', () => {
  it('leaves what it had shown', () => {
    const visit = one(good({ position: held(northOf(310), 30) }));
    const tests = visit.tests.filter(({ test }) => ['position', 'fence', 'accuracy', 'travel', 'cluster'].includes(test));
    const { siteId, distanceMetres } = visit;
    const erased = one(
      good({ position: { state: 'erased', tests, siteId, distanceMetres } }),
      known({ sitesOf: () => sitesOf([circle('moved', northOf(9_000))]) }),
    );
    expect(erased.tests).toEqual(visit.tests);
    expect([erased.verdict, erased.distanceMetres]).toEqual(['valid', 310]);
  });
});

describe('properties', () => {
  const minute = fc.integer({ min: 0, max: 3 * 24 * 60 });
  const time = (minutes: number): string => new Date(Date.parse('2026-11-10T00:00:00Z') + minutes * 60_000).toISOString().slice(8, 19);
  const customer = fc.constantFrom('h1', 'h2', 'unknown');
  const event = fc.oneof(
    fc.record({ m: minute, customer, metres: fc.constantFrom(10, 290, 900), mock: fc.boolean() }).map(
      ({ m, customer: customerId, metres, mock }) =>
        (id: string): VisitEvent =>
          checkIn(`v${id}`, time(m), { customerId, position: held(northOf(metres)), mockLocation: mock }),
    ),
    fc.record({ m: minute, customer }).map(
      ({ m, customer: customerId }) =>
        (id: string): VisitEvent =>
          followUp(`f${id}`, time(m), { customerId }),
    ),
    fc.record({ m: minute }).map(
      ({ m }) =>
        (id: string): VisitEvent =>
          checkOut(`o${id}`, time(m)),
    ),
  );
  const history = fc.array(event, { minLength: 1, maxLength: 14 }).map((makers) => makers.map((make, index) => make(String(index))));

  it('the verdict does not depend on the order of arrival', () => {
    fc.assert(
      fc.property(
        history.chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }))),
        ([events, shuffled]) => {
          expect(judge(shuffled)).toEqual(judge(events));
        },
      ),
    );
  });
  it('a day judged alone, with its follow-up time, is the day judged within the month', () => {
    fc.assert(
      fc.property(history, (events) => {
        const all = judge(events);
        for (const date of new Set(all.map((visit) => visit.date))) {
          const end = Date.parse(`${date}T16:00:00Z`) + 24 * 3_600_000;
          const some = events.filter((given) => ('date' in given ? given.date === date : true) && Date.parse(given.at) <= end);
          const alone = judgeVisits(
            [...some, ...events.filter((given) => given.kind === 'check-in' && given.date > date && Date.parse(given.at) <= end)],
            known(),
            date,
            date,
          );
          expect(alone.map(({ visitId, verdict, review }) => [visitId, verdict, review])).toEqual(
            all.filter((visit) => visit.date === date).map(({ visitId, verdict, review }) => [visitId, verdict, review]),
          );
        }
      }),
    );
  });
  it('at most one undecided visit a customer and day counts, and flags alone never take it', () => {
    fc.assert(
      fc.property(history, (events) => {
        const counted = judge(events).filter(({ verdict }) => verdict === 'valid');
        expect(new Set(counted.map(({ date, customerId }) => `${date} ${customerId}`)).size).toBe(counted.length);
        const clean = judge(events.map((given) => (given.kind === 'check-in' ? { ...given, mockLocation: false } : given)));
        expect(clean.map(({ verdict }) => verdict)).toEqual(judge(events).map(({ verdict }) => verdict));
      }),
    );
  });
});
