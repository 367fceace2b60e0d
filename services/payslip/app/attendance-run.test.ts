/** From attendance days to lines of the payslip, and back from a correction: through the HTTP doors, over the in-memory platform. */
import { beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../../shared/kernel/period.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { composeAttendance } from '../../attendance/compose.ts';
import { composePeople } from '../../people/compose.ts';
import { composePayslip } from '../compose.ts';

const MAKER = { subject: 'maker', roles: ['payroll'], entities: '*' } as const;
const CHECKER = { subject: 'checker', roles: ['payroll'], entities: '*' } as const;
const RULE = {
  from: '2026-01-01',
  shifts: [{ id: 'day', name: { zh: '白班', en: 'Day' }, start: '09:00', end: '18:00', breaks: [{ from: '12:00', to: '13:00' }] }],
  patterns: [{ id: 'office', name: { zh: '办公室', en: 'Office' }, week: ['day', 'day', 'day', 'day', 'day', null, null] }],
  defaultPattern: 'office',
};
interface Line {
  readonly code: string;
  readonly nameZh: string;
  readonly amountFen: number | null;
  readonly quantity: { readonly value: number } | null;
  readonly formula: { readonly zh: string; readonly en: string };
}

let platform: MemoryPlatform;
let apis: {
  readonly people: ReturnType<typeof composePeople>;
  readonly attendance: ReturnType<typeof composeAttendance>;
  readonly payslip: ReturnType<typeof composePayslip>;
};

const call = async (
  service: keyof typeof apis,
  method: string,
  path: string,
  body?: unknown,
  who: Parameters<MemoryPlatform['bearer']>[0] = MAKER,
) => {
  const response = await apis[service].http.request(path, {
    method,
    headers: { authorization: platform.bearer(who), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = { status: response.status, body: await response.json() };
  expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
};
const entry = (id: string, body: object) =>
  call('attendance', 'PUT', `/v1/people/lin/attendance-entries/2026/${id}`, { body, reason: '说明' });
const leave = (from: string, to = from) => ({ kind: 'leave', leaveKind: 'personal', from, to });
const withdraw = (id: string) =>
  call('attendance', 'POST', `/v1/people/lin/attendance-entries/2026/${id}/decisions`, { decision: 'withdraw' });
const clock = (...locals: readonly string[]) =>
  call('attendance', 'POST', '/v1/clock-records/import', {
    legalEntityId: 'saas',
    format: 'plain',
    records: locals.map((local) => ({ id: local.replaceAll(/[^\d]/g, ''), employeeId: 'lin', at: `${local.replace(' ', 'T')}:00+08:00` })),
  });
const at = (local: string) => platform.clock.set(instant(`${local}+08:00`));

/** The lines of a month that is paid to its end, and the run. */
const run = async (period: string, payDate: string, finish = true) => {
  const { id } = (await call('payslip', 'POST', '/v1/payroll-runs', { legalEntityId: 'saas', period, payDate })) as { id: string };
  await platform.queue.deliver('payslip-work', apis.payslip.onPayslipWork);
  if (finish)
    for (const step of ['approve', 'payout', 'publish'])
      await call('payslip', 'POST', `/v1/payroll-runs/${id}/${step}`, undefined, CHECKER);
  const slip = (await call('payslip', 'GET', `/v1/payslips/${encodeURIComponent(`${id}:lin:1`)}`)) as { lines: readonly Line[] };
  const line = (code: string) => slip.lines.find((one) => one.code === code);
  return { id, line, lines: slip.lines };
};
const replayed = async (id: string) =>
  ((await call('payslip', 'GET', `/v1/payslips/${encodeURIComponent(`${id}:lin:1`)}/replay`)) as { status: string }).status;
const attendanceOf = (period: string) => call('payslip', 'GET', `/v1/people/lin/attendance/${period}`);

beforeEach(async () => {
  platform = memoryPlatform();
  apis = { people: composePeople(platform), attendance: composeAttendance(platform), payslip: composePayslip(platform) };
  await call('people', 'PUT', '/v1/legal-entities/saas', { id: 'saas', name: { zh: '云帆', en: 'Yunfan' } });
  await call('people', 'PUT', '/v1/legal-entities/saas/org-units', {
    units: [{ id: 'sales', legalEntityId: 'saas', name: { zh: '销售', en: 'Sales' } }],
  });
  await call('people', 'PUT', '/v1/people/lin', {
    legalEntityId: 'saas',
    name: '林晓雯',
    hiredOn: '2025-03-03',
    assignments: [{ from: '2025-03-03', orgUnitId: 'sales', positionId: 'rep' }],
  });
  await call('people', 'PUT', '/v1/people/lin/pay-terms', {
    taxResidence: 'resident',
    payItems: [{ from: '2025-03-03', item: 'base-salary', amountFen: 1_200_000 }],
    bankAccount: { bank: '招商银行', accountName: '林晓雯', accountNumber: '6225880000000001' },
    insurance: [{ from: '2025-03-03', city: 'shanghai', baseFen: 1_200_000, fundBaseFen: 1_200_000, fundPercent: '7' }],
  });
  await call('attendance', 'PUT', '/v1/legal-entities/saas/attendance-rules', { rules: [RULE] });
});

describe('attendance days in a payslip', () => {
  test('leave, confirmed absence and overtime are lines with their days; a day without record takes nothing', async () => {
    at('2026-10-31T12:00:00');
    await entry('l1', leave('2026-10-12', '2026-10-13'));
    await entry('a1', { kind: 'absence', date: '2026-10-16', half: 'pm' });
    await entry('o1', { kind: 'overtime', date: '2026-10-20', fromTime: '18:00', minutes: 180 });
    await clock('2026-10-20 09:00', '2026-10-20 21:00');
    const { line, id } = await run('2026-10', '2026-10-30');
    expect(line('unpaid-leave-days')).toMatchObject({ quantity: { value: 2.5 } });
    expect(line('unpaid-leave-days')?.formula.zh).toBe('10-12 事假 1 天;10-13 事假 1 天;10-16 缺勤 0.5 天');
    expect(line('overtime-hours-weekday')?.formula.en).toBe('10-20 overtime 3 h');
    expect(line('unpaid-leave-deduction')?.amountFen).toBe(137_931);
    expect(line('overtime-weekday')?.amountFen).toBe(31_034);
    expect(await attendanceOf('2026-10')).toMatchObject({ origin: 'days', unpaidLeaveDays: 2.5, paid: { unpaidLeaveDays: 2.5 } });
    expect(await replayed(id)).toBe('identical');
  });
  test('what is corrected after the month was paid comes with the next payslip, once', async () => {
    at('2026-10-31T12:00:00');
    await entry('l1', leave('2026-10-12', '2026-10-13'));
    const first = await run('2026-10', '2026-10-30');
    expect(first.line('unpaid-leave-deduction')?.amountFen).toBe(110_345);
    at('2026-11-30T12:00:00');
    await withdraw('l1');
    await entry('l2', leave('2026-10-14'));
    expect(await attendanceOf('2026-10')).toMatchObject({ unpaidLeaveDays: 1, paid: { unpaidLeaveDays: 2 } });
    const second = await run('2026-11', '2026-11-30');
    expect(second.line('attendance-difference')).toMatchObject({ amountFen: 55_173, nameZh: '考勤差额(2026-10)' });
    expect(second.line('attendance-difference')?.formula.zh).toContain('事假(不计薪) 2 → 1 天');
    expect(await attendanceOf('2026-10')).toMatchObject({ paid: { unpaidLeaveDays: 1 } });
    at('2026-12-31T12:00:00');
    const third = await run('2026-12', '2026-12-31');
    expect(third.line('attendance-difference')).toBeUndefined();
    expect(await replayed(second.id)).toBe('identical');
  });
  test('a run that is cancelled has paid no difference: the next one does', async () => {
    at('2026-10-31T12:00:00');
    await run('2026-10', '2026-10-30');
    at('2026-11-30T12:00:00');
    await entry('l1', leave('2026-10-14'));
    const open = await run('2026-11', '2026-11-30', false);
    expect(open.line('attendance-difference')?.amountFen).toBe(-55_172);
    await call('payslip', 'POST', `/v1/payroll-runs/${open.id}/cancel`, { reason: 'again' });
    const again = await run('2026-11', '2026-11-30');
    expect(again.line('attendance-difference')?.amountFen).toBe(-55_172);
  });
  test('the end of a month that is paid before it is over is made up for', async () => {
    at('2026-10-28T12:00:00');
    const early = await run('2026-10', '2026-10-28');
    expect(early.line('unpaid-leave-deduction')).toBeUndefined();
    at('2026-11-30T12:00:00');
    await entry('a1', { kind: 'absence', date: '2026-10-30', half: 'day' });
    expect((await run('2026-11', '2026-11-30')).line('attendance-difference')?.amountFen).toBe(-55_172);
  });
  test('figures that payroll enters hold over the days, until the days are taken again', async () => {
    at('2026-10-31T12:00:00');
    await entry('l1', leave('2026-10-12'));
    await call('payslip', 'PUT', '/v1/people/lin/attendance/2026-10', { unpaidLeaveDays: 3, source: '纸质考勤表' });
    expect(await attendanceOf('2026-10')).toMatchObject({ origin: 'entered', source: '纸质考勤表', unpaidLeaveDays: 3 });
    expect((await run('2026-10', '2026-10-30')).line('unpaid-leave-deduction')?.amountFen).toBe(165_517);
    expect(await call('payslip', 'POST', '/v1/people/lin/attendance/2026-10/from-days')).toMatchObject({
      origin: 'days',
      unpaidLeaveDays: 1,
      paid: { unpaidLeaveDays: 3 },
    });
    at('2026-11-30T12:00:00');
    expect((await run('2026-11', '2026-11-30')).line('attendance-difference')?.amountFen).toBe(165_517 - 55_172);
  });
  test('an estimate takes the days in as they stand', async () => {
    at('2026-10-20T12:00:00');
    await entry('l1', leave('2026-10-12'));
    const { payslip } = (await call('payslip', 'GET', '/v1/people/lin/estimate?period=2026-10')) as { payslip: { lines: readonly Line[] } };
    expect(payslip.lines.find(({ code }) => code === 'unpaid-leave-deduction')?.amountFen).toBe(55_172);
  });
});
