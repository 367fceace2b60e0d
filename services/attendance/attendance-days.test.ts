/** Attendance days through their HTTP door, on the memory store. The clock stands at 23 November 2026, 9:00. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AUDITOR, BOSS, LI, OPERATOR, PAYROLL, record, STRANGER, startWorld, WANG, type World } from './testing/world.ts';

const SHIFT = { id: 'day', name: { zh: '白班', en: 'Day' }, start: '09:00', end: '18:00', breaks: [{ from: '12:00', to: '13:00' }] };
const RULE = {
  from: '2026-01-01',
  shifts: [SHIFT, { ...SHIFT, id: 'late', start: '12:00', end: '21:00', breaks: [] }],
  patterns: [{ id: 'office', name: { zh: '办公室', en: 'Office' }, week: ['day', 'day', 'day', 'day', 'day', null, null] }],
  defaultPattern: 'office',
  officeNetworks: [{ bssid: '3c:46:d8:0c:7a:70', name: '总部' }],
};
interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[];
}
interface Day {
  readonly date: string;
  readonly status: string;
  readonly lateMinutes: number;
  readonly overtimeMinutes: { readonly weekday: number };
  readonly open: readonly string[];
  readonly reasons: readonly { readonly zh: string; readonly en: string }[];
}
interface MonthBody extends Problem {
  readonly summary: { readonly unpaidDays: number; readonly dueDays: number; readonly openDays: number };
  readonly days: readonly Day[];
}
let world: World;
const put = <T = Problem>(who: typeof LI, path: string, body: unknown, headers?: Record<string, string>) =>
  world.call<T>(who, 'PUT', path, body, headers);
const post = <T = Problem>(who: typeof LI, path: string, body: unknown) => world.call<T>(who, 'POST', path, body);
const get = <T = Problem>(who: typeof LI, path: string) => world.call<T>(who, 'GET', path);
const month = async (who = LI, path = '/v1/me/attendance-days/2026-11') => {
  const answer = await get<MonthBody>(who, path);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const dayOf = async (date: string) => (await month()).days.find((day) => day.date === date) ?? expect.unreachable(date);
const entries = '/v1/people/li/attendance-entries/2026';
const leave = (from: string, to = from, leaveKind = 'personal', halves: object = {}) => ({
  body: { kind: 'leave', leaveKind, from, to, ...halves },
  reason: '家里有事',
});
const imported = (who: typeof LI, format: string, records: readonly unknown[], legalEntityId = 'le-1') =>
  post<{ results: readonly { outcome: string; reason: { en: string } | null }[] } & Problem>(who, '/v1/clock-records/import', {
    legalEntityId,
    format,
    records,
  });
const plain = (id: string, local: string, employeeId = 'li') => ({ id, employeeId, at: `2026-11-${local}+08:00` });

beforeEach(async () => {
  world = await startWorld();
  expect((await put(PAYROLL, '/v1/legal-entities/le-1/attendance-rules', { rules: [RULE] })).status).toBe(200);
});

describe('a day', () => {
  it('comes from imported records, the own app and check-ins at customers', async () => {
    expect(
      (await imported(OPERATOR, 'plain', [plain('1', '10T09:10:00'), plain('2', '10T18:00:00')])).body.results.map(
        ({ outcome }) => outcome,
      ),
    ).toEqual(['recorded', 'recorded']);
    expect(await dayOf('2026-11-10')).toMatchObject({ status: 'attended', lateMinutes: 10, open: [] });
    await post(LI, '/v1/clock-records', {
      queueId: 'q',
      sentAt: world.platform.clock.now(),
      records: [{ clientSequence: 1, at: '2026-11-11T08:59:00+08:00', bssid: '3C:46:D8:0C:7A:70' }],
    });
    await world.upload(LI, [record(7, '11T18:05:00', { kind: 'check-out' })]);
    expect(await dayOf('2026-11-11')).toMatchObject({ status: 'attended', lateMinutes: 0, open: [] });
  });
  it('asks where an own record was made that no known network confirms', async () => {
    await post(LI, '/v1/clock-records', {
      queueId: 'q',
      sentAt: world.platform.clock.now(),
      records: [
        { clientSequence: 1, at: '2026-11-11T08:59:00+08:00' },
        { clientSequence: 2, at: '2026-11-11T18:01:00+08:00', bssid: '3c:46:d8:0c:7a:70' },
      ],
    });
    expect(await dayOf('2026-11-11')).toMatchObject({ status: 'attended', open: ['unconfirmed-place'] });
  });
  it('keeps no network but those of the own offices, and gives everything that is held', async () => {
    const records = [
      { clientSequence: 1, at: '2026-11-11T08:59:00+08:00', bssid: 'aa:bb:cc:dd:ee:ff' },
      { clientSequence: 2, at: '2026-11-11T18:01:00+08:00', bssid: '3c:46:d8:0c:7a:70' },
    ];
    await post(LI, '/v1/clock-records', { queueId: 'q', sentAt: world.platform.clock.now(), records });
    await put(LI, `${entries}/l1`, leave('2026-11-12'));
    const exported = await get<{ clockRecords: readonly { bssid: string | null }[]; entries: readonly { id: string }[] }>(
      LI,
      '/v1/me/attendance-export/2026-11',
    );
    expect(exported.body.clockRecords.map(({ bssid }) => bssid)).toEqual([null, '3c:46:d8:0c:7a:70']);
    expect(exported.body.entries.map(({ id }) => id)).toEqual(['l1']);
  });
  it('takes no more than a document holds, and says so', async () => {
    const long = 'x'.repeat(128);
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 260; n += 1) {
      const date = `2026-${String(1 + Math.floor(n / 28)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`;
      const body = { body: { kind: 'excuse', date, of: 'late' }, reason: '因'.repeat(300) };
      const answer = await put(BOSS, `${entries}/${long.slice(0, 50)}${n}`, body);
      codes.push(answer.status === 201 ? 'entered' : answer.body.errors?.[0]?.code);
    }
    expect([...new Set(codes)]).toEqual(['entered', 'too_many']);
    const rules = Array.from({ length: 60 }, (_, n) => ({
      ...RULE,
      from: `20${String(10 + n)}-01-01`,
      officeNetworks: Array.from({ length: 200 }, (__, at) => ({ bssid: `3c:46:d8:0c:7a:${at.toString(16).padStart(2, '0')}`, name: 'n' })),
    }));
    const other = await startWorld();
    const answer = await other.call<Problem>(PAYROLL, 'PUT', '/v1/legal-entities/le-1/attendance-rules', { rules });
    expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([400, 'too_large']);
  });
  it('does not count a check-in that a person decided to be invalid', async () => {
    const { body } = await world.upload(LI, [record(1, '12T08:55:00'), record(2, '12T18:05:00', { kind: 'check-out' })]);
    expect((await dayOf('2026-11-12')).status).toBe('attended');
    const visitId = body.results[0]?.visit?.visitId;
    expect((await post(BOSS, `/v1/visits/${visitId}/decision`, { decision: 'invalid', reason: 'was at home' })).status).toBe(200);
    expect(await dayOf('2026-11-12')).toMatchObject({ status: 'open', open: ['missing-record'] });
  });
  it('takes a record once, and names what is wrong with another', async () => {
    const results = async (records: readonly unknown[]) =>
      (await imported(PAYROLL, 'plain', records)).body.results.map(({ outcome }) => outcome);
    expect(
      await results([
        plain('1', '10T09:00:00'),
        plain('1', '10T09:00:00'),
        plain('1', '10T09:01:00'),
        plain('2', '10T09:00:00', 'nobody'),
        plain('3', '10T09:00:00', 'far'),
        { id: 'x' },
        5,
        null,
      ]),
    ).toEqual(['recorded', 'duplicate', 'refused', 'refused', 'refused', 'refused', 'refused', 'refused']);
    const upload = { queueId: 'q', sentAt: '2026-11-23T09:20:00+08:00', records: [{ clientSequence: 1, at: '2026-11-23T09:00:00+08:00' }] };
    const own = async (body: object) =>
      (await post<{ results: readonly { outcome: string }[] }>(LI, '/v1/clock-records', body)).body.results[0]?.outcome;
    expect(await own(upload)).toBe('recorded');
    // Another upload of the same press, by a clock that is off by something else.
    expect(await own({ ...upload, sentAt: '2026-11-23T10:00:00+08:00' })).toBe('duplicate');
    expect(await own({ ...upload, records: [{ clientSequence: 1, at: '2026-11-23T08:00:00+08:00' }] })).toBe('refused');
    expect(await own({ ...upload, records: [{ clientSequence: 2, at: '2026-11-23T09:26:00+08:00' }] })).toBe('refused');
    expect((await dayOf('2026-11-23')).reasons.length).toBeGreaterThan(0);
  });
  it('takes at most 40 records of a day', async () => {
    const many = Array.from({ length: 45 }, (_, index) => plain(`${index}`, `10T09:${String(index).padStart(2, '0')}:00`));
    const { body } = await imported(PAYROLL, 'plain', many);
    expect(body.results.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(40);
    expect(body.results[44]).toMatchObject({ outcome: 'refused', reason: { en: 'more than 40 records of one day' } });
  });
  it('reads the formats of WeCom and DingTalk, and skips what is no record', async () => {
    const people = (await import('../people/compose.ts')).composePeople(world.platform).http;
    const assignments = [{ from: '2026-01-05', orgUnitId: 'unit-le-1', positionId: 'rep' }];
    const person = { legalEntityId: 'le-1', name: 'li', hiredOn: '2026-01-05', assignments };
    const externalIds = [
      { source: 'wecom', externalId: 'LiMing' },
      { source: 'dingtalk', externalId: '0123' },
    ];
    const stored = await people.request('/v1/people/li', {
      method: 'PUT',
      headers: { authorization: world.platform.bearer(PAYROLL), 'content-type': 'application/json' },
      body: JSON.stringify({ ...person, externalIds }),
    });
    expect(stored.status).toBe(200);
    const seconds = Date.parse('2026-11-10T09:01:00+08:00') / 1000;
    const wecom = (checkin_time: number, changes: object = {}) => ({
      userid: 'LiMing',
      groupname: '打卡一组',
      checkin_type: '上班打卡',
      exception_type: '',
      checkin_time,
      location_title: '依澜府',
      wifimac: '3c:46:d8:0c:7a:70',
      lat: 30547645,
      lng: 104063236,
      ...changes,
    });
    expect(
      (
        await imported(PAYROLL, 'wecom', [
          wecom(seconds),
          wecom(seconds),
          wecom(seconds, { exception_type: '未打卡' }),
          wecom(seconds, { userid: 'who' }),
          wecom(12),
        ])
      ).body.results.map(({ outcome }) => outcome),
    ).toEqual(['recorded', 'duplicate', 'ignored', 'refused', 'refused']);
    const millis = Date.parse('2026-11-10T18:02:00+08:00');
    const ding = (id: number, changes: object = {}) => ({
      id,
      userId: '0123',
      userCheckTime: millis,
      workDate: millis,
      checkType: 'OffDuty',
      timeResult: 'Normal',
      locationResult: 'Normal',
      sourceType: 'USER',
      ...changes,
    });
    expect(
      (await imported(PAYROLL, 'dingtalk', [ding(1), ding(2, { timeResult: 'NotSigned' }), ding(1)])).body.results.map(
        ({ outcome }) => outcome,
      ),
    ).toEqual(['recorded', 'ignored', 'duplicate']);
    expect(await dayOf('2026-11-10')).toMatchObject({ status: 'attended', lateMinutes: 1 });
    const doc = JSON.stringify(await world.platform.store.get({ table: 'attendance', pk: 'EMPLOYEE#li', sk: 'CLOCK#2026-11' }));
    expect(doc).not.toMatch(/30547645|依澜府|3c:46/);
  });
});

describe('what explains a day', () => {
  it('is asked for by the employee and decided by a manager', async () => {
    expect((await put<{ status: string }>(LI, `${entries}/l1`, leave('2026-11-12', '2026-11-13'))).body.status).toBe('requested');
    expect((await month()).summary.unpaidDays).toBe(0);
    const queue = await get<{ items: readonly { id: string }[] }>(BOSS, '/v1/attendance-entries?status=requested');
    expect(queue.body.items.map(({ id }) => id)).toEqual(['l1']);
    expect((await post(LI, `${entries}/l1/decisions`, { decision: 'approve' })).body.code).toBe('second_person_required');
    expect((await post(BOSS, `${entries}/l1/decisions`, { decision: 'decline' })).status).toBe(400);
    expect((await post(BOSS, `${entries}/l1/decisions`, { decision: 'approve' })).status).toBe(200);
    expect((await post(BOSS, `${entries}/l1/decisions`, { decision: 'approve' })).status).toBe(200);
    expect((await post(BOSS, `${entries}/l1/decisions`, { decision: 'decline', reason: 'no' })).status).toBe(409);
    const told = () =>
      world.platform.queue.sent.filter(({ queue }) => queue === 'notices').map(({ body }) => JSON.parse(body) as { body: { zh: string } });
    expect(told()).toMatchObject([{ employeeId: 'li', body: { zh: 'l1:已批准' } }]);
    expect((await get<{ items: readonly unknown[] }>(BOSS, '/v1/attendance-entries?status=requested')).body.items).toEqual([]);
    expect((await month()).summary.unpaidDays).toBe(2);
    expect((await post(LI, `${entries}/l1/decisions`, { decision: 'withdraw' })).body.code).toBe('second_person_required');
    expect((await post(BOSS, `${entries}/l1/decisions`, { decision: 'withdraw', reason: 'came after all' })).status).toBe(200);
    expect((await month()).summary.unpaidDays).toBe(0);
  });
  it('holds at once when a manager or payroll enters it for somebody else, never for oneself', async () => {
    expect(
      (
        await put<{ status: string }>(BOSS, `${entries}/a1`, {
          body: { kind: 'absence', date: '2026-11-12', half: 'pm' },
          reason: 'did not come back',
        })
      ).body.status,
    ).toBe('approved');
    expect((await month()).summary.unpaidDays).toBe(0.5);
    expect((await put(LI, `${entries}/a2`, { body: { kind: 'absence', date: '2026-11-13', half: 'day' }, reason: 'x' })).body.code).toBe(
      'second_person_required',
    );
    const own = await put<{ status: string }>(BOSS, '/v1/people/boss/attendance-entries/2026/l1', leave('2026-11-12'));
    expect(own.body.status).toBe('requested');
    expect((await post(BOSS, '/v1/people/boss/attendance-entries/2026/l1/decisions', { decision: 'approve' })).body.code).toBe(
      'second_person_required',
    );
    expect((await post(PAYROLL, '/v1/people/boss/attendance-entries/2026/l1/decisions', { decision: 'approve' })).status).toBe(200);
  });
  it('is closed to others', async () => {
    for (const who of [WANG, STRANGER]) {
      expect((await put(who, `${entries}/l1`, leave('2026-11-12'))).status).toBe(404);
      expect((await get(who, '/v1/people/li/attendance-days/2026-11')).status).toBe(404);
      expect((await get(who, entries)).status).toBe(404);
    }
    expect((await put(AUDITOR, `${entries}/l1`, leave('2026-11-12'))).status).toBe(403);
    expect((await get(AUDITOR, '/v1/people/li/attendance-days/2026-11')).status).toBe(200);
    expect((await get(STRANGER, '/v1/attendance-days/le-1/2026-11')).status).toBe(404);
    expect((await put(BOSS, '/v1/people/boss/rosters/2026-11', { days: {} })).status).toBe(409);
  });
  it.each([
    ['it ends before it begins', leave('2026-11-13', '2026-11-12'), 400, 'backwards'],
    [
      'from the afternoon to the morning of one day',
      leave('2026-11-12', '2026-11-12', 'personal', { fromHalf: 'pm', toHalf: 'am' }),
      400,
      'backwards',
    ],
    ['another year', leave('2027-01-04'), 400, 'wrong_year'],
    ['more than a year', leave('2026-01-01', '2027-01-02'), 400, 'too_long'],
    ['no such kind', leave('2026-11-12', '2026-11-12', 'moon'), 400, 'unknown_leave_kind'],
    ['more than there is', leave('2026-11-12', '2026-11-12', 'annual'), 409, 'over_balance'],
    ['before there are rules', leave('2026-11-12', '2026-11-12', 'personal'), 201, undefined],
    ['a kind that is none', { body: { kind: 'party', date: '2026-11-12' }, reason: 'x' }, 400, undefined],
    ['29 February of no leap year', leave('2026-02-29'), 400, undefined],
  ])('%s', async (_, body, status, code) => {
    const answer = await put(LI, `${entries}/x1`, body);
    expect([answer.status, code === undefined ? undefined : answer.body.errors?.[0]?.code]).toEqual([status, code]);
  });
  it('refuses what overlaps, but not the other half of the day', async () => {
    expect((await put(LI, `${entries}/l1`, leave('2026-11-12', '2026-11-13', 'personal', { toHalf: 'am' }))).status).toBe(201);
    const trip = (from: string, halves: object) => ({ body: { kind: 'trip', from, to: from, ...halves }, reason: '客户现场' });
    expect((await put(LI, `${entries}/t1`, trip('2026-11-13', { toHalf: 'am' }))).body.errors?.[0]?.code).toBe('overlaps');
    expect((await put(LI, `${entries}/t2`, trip('2026-11-13', { fromHalf: 'pm' }))).status).toBe(201);
    expect((await put(LI, `${entries}/t2`, trip('2026-11-13', { fromHalf: 'pm' }))).status).toBe(200);
    expect((await put(LI, `${entries}/t2`, trip('2026-11-16', {}))).body.errors?.[0]?.code).toBe('taken');
  });
  it('counts annual leave against what was granted, workdays only', async () => {
    const path = '/v1/people/li/leave-balances/2026';
    expect((await put(PAYROLL, path, { days: { annual: 5 } })).status).toBe(200);
    // A Friday to a Monday: two days.
    expect((await put(LI, `${entries}/l1`, leave('2026-11-13', '2026-11-16', 'annual'))).status).toBe(201);
    expect((await get<{ kinds: readonly object[] }>(LI, path)).body.kinds).toContainEqual({
      kind: 'annual',
      granted: 5,
      taken: 0,
      requested: 2,
      left: 3,
    });
    const over = await put(LI, `${entries}/l2`, leave('2026-11-23', '2026-11-26', 'annual'));
    expect(over.body).toMatchObject({ code: 'conflict', detail: 'annual of 2026: 3 day(s) left, 4 asked for' });
    expect((await put(LI, `${entries}/l3`, leave('2026-11-23', '2026-11-25', 'annual'))).status).toBe(201);
    expect((await put(PAYROLL, path, { days: { annual: 10 } }, { 'if-match': '"7"' })).status).toBe(412);
  });
  it('never goes over the balance when asked for many times at once', async () => {
    await put(PAYROLL, '/v1/people/li/leave-balances/2026', { days: { annual: 2 } });
    const days = ['02', '03', '04', '05', '06', '09', '10', '11'];
    const answers = await Promise.all(days.map((day) => put(LI, `${entries}/l${day}`, leave(`2026-11-${day}`, undefined, 'annual'))));
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(2);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });
});

describe('rules and rosters', () => {
  it('are dated: what has begun does not change', async () => {
    const path = '/v1/legal-entities/le-1/attendance-rules';
    expect((await put(PAYROLL, path, { rules: [{ ...RULE, dayBeginsAt: '05:00' }] })).status).toBe(409);
    expect((await put(PAYROLL, path, { rules: [RULE, { ...RULE, from: '2026-12-01', dayBeginsAt: '05:00' }] })).status).toBe(200);
    expect((await get<{ version: number; rules: readonly unknown[] }>(LI, path)).body).toMatchObject({ version: 2 });
    expect((await put(BOSS, path, { rules: [RULE] })).status).toBe(403);
  });
  it.each([
    [
      'an unknown shift',
      { patterns: [{ ...RULE.patterns[0], week: ['x', null, null, null, null, null, null] }] },
      '/rules/0/patterns/0/week/0',
    ],
    ['an unknown pattern', { defaultPattern: 'x' }, '/rules/0/defaultPattern'],
    ['by position', { patternByPosition: { 'a/b': 'x' } }, '/rules/0/patternByPosition/a~1b'],
    ['a shift twice', { shifts: [SHIFT, SHIFT] }, '/rules/0/shifts/1/id'],
    ['a break outside', { shifts: [{ ...SHIFT, breaks: [{ from: '07:00', to: '08:00' }] }] }, '/rules/0/shifts/0'],
    ['an unknown member', { shiftz: [] }, '/rules/0/shiftz'],
    ['25 o’clock', { dayBeginsAt: '25:00' }, '/rules/0/dayBeginsAt'],
  ])('are refused for %s', async (_, changes, pointer) => {
    const other = await startWorld();
    const answer = await other.call<Problem>(PAYROLL, 'PUT', '/v1/legal-entities/le-1/attendance-rules', {
      rules: [{ ...RULE, ...changes }],
    });
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
  it('a roster gives other shifts and free days', async () => {
    const path = '/v1/people/li/rosters/2026-11';
    expect((await put(BOSS, path, { days: { '2026-11-14': 'late', '2026-11-16': null } })).status).toBe(200);
    expect(await dayOf('2026-11-14')).toMatchObject({ status: 'open' });
    expect(await dayOf('2026-11-16')).toMatchObject({ status: 'off' });
    const bad = await put(BOSS, path, { days: { '2026-11-14': 'x', '2026-12-01': 'late' } });
    expect(bad.body.errors?.map(({ code }) => code)).toEqual(['unknown_shift', 'other_month']);
  });
  it('without rules no day is judged, and the answer says so', async () => {
    const other = await startWorld();
    expect((await other.call<Problem>(LI, 'GET', '/v1/me/attendance-days/2026-11')).body).toMatchObject({
      code: 'not_found',
      detail: 'no attendance rules are for this person in this month',
    });
    expect((await other.call<Problem>(LI, 'PUT', `${entries}/l1`, leave('2026-11-12'))).body).toMatchObject({ code: 'conflict' });
  });
  it('names a year whose calendar is not loaded', async () => {
    expect((await get(LI, '/v1/me/attendance-days/2027-03')).body).toMatchObject({
      code: 'cannot_calculate',
      detail: 'the holiday calendar of 2027 is not loaded',
    });
  });
});

describe('a month of everybody', () => {
  it('lists what should be settled before payroll takes it, for those one reaches', async () => {
    await put(BOSS, `${entries}/a1`, { body: { kind: 'absence', date: '2026-11-12', half: 'day' }, reason: 'was not there' });
    const rows = await get<{ items: readonly { employeeId: string; summary: { unpaidDays: number }; openDates: readonly string[] }[] }>(
      PAYROLL,
      '/v1/attendance-days/le-1/2026-11',
    );
    expect(rows.body.items.map(({ employeeId, summary }) => [employeeId, summary.unpaidDays])).toEqual([
      ['boss', 0],
      ['li', 1],
      ['wang', 0],
    ]);
    expect(rows.body.items[1]?.openDates).toContain('2026-11-11');
    expect(rows.body.items[1]?.openDates).not.toContain('2026-11-12');
    const mine = await get<{ items: readonly { employeeId: string }[] }>(BOSS, '/v1/attendance-days/le-1/2026-11');
    expect(mine.body.items.map(({ employeeId }) => employeeId)).toContain('li');
  });
});
