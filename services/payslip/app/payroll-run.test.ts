/** A month's run through its HTTP door, over the in-memory platform: company 9's payslip, and everything that must not happen twice. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../../shared/contracts/ledger.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { composePeople } from '../../people/compose.ts';
import { bookItemKey } from '../../scoring/read.ts';
import { composePayslip } from '../compose.ts';
import { replayRun } from './replay-run.ts';

const MAKER = { subject: 'maker', roles: ['payroll'], entities: '*' } as const;
const CHECKER = { subject: 'checker', roles: ['payroll'], entities: '*' } as const;

let platform: MemoryPlatform;
let people: ReturnType<typeof composePeople>;
let payslip: ReturnType<typeof composePayslip>;

const call = async (
  api: { request: (path: string, init?: RequestInit) => Response | Promise<Response> },
  who: Parameters<MemoryPlatform['bearer']>[0],
  method: string,
  path: string,
  body?: unknown,
) => {
  const response = await api.request(path, {
    method,
    headers: { authorization: platform.bearer(who), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text };
};
const pay = (method: string, path: string, body?: unknown, who: Parameters<MemoryPlatform['bearer']>[0] = MAKER) =>
  call(payslip.http, who, method, path, body);

const person = async (id: string, account: string, extra: Record<string, unknown> = {}) => {
  const put = async (path: string, body: unknown) => {
    const answer = await call(people.http, MAKER, 'PUT', path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  };
  await put(`/v1/people/${id}`, {
    id,
    legalEntityId: 'saas',
    name: '林晓雯',
    hiredOn: '2025-03-03',
    assignments: [{ from: '2025-03-03', orgUnitId: 'sales', positionId: 'rep' }],
    ...extra,
  });
  await terms(id, account);
};

const terms = async (id: string, account: string, extra: Record<string, unknown> = {}) => {
  const answer = await call(people.http, MAKER, 'PUT', `/v1/people/${id}/pay-terms`, {
    taxResidence: 'resident',
    payItems: [{ from: '2025-03-03', item: 'base-salary', amountFen: 1_200_000 }],
    insurance: [{ from: '2025-03-03', city: 'shanghai', baseFen: 1_200_000, fundBaseFen: 1_200_000, fundPercent: '7' }],
    additionalDeductions: [{ from: '2025-03-03', kind: 'child', amountFen: 200_000 }],
    bankAccount: { bank: '招商银行', accountName: '林晓雯', accountNumber: account },
    ...extra,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
};

const post = async (employeeId: string, seq: number, amountFen: number, ruleId = 'commission', earnedPeriod = '2026-11') => {
  const entry: LedgerEntry = {
    seq,
    employeeId,
    legalEntityId: 'saas',
    awardId: `${ruleId}:${employeeId}:${earnedPeriod}`,
    ruleId,
    ruleName: { zh: ruleId, en: ruleId },
    category: ruleId === 'commission' ? 'commission' : 'bonus',
    amountFen,
    beforeFen: 0,
    afterFen: amountFen,
    balanceFen: amountFen,
    earnedPeriod,
    postedAt: '2026-11-20T01:00:00.000Z',
    plan: null,
    cause: { kind: 'facts', bookVersion: seq, factIds: [`crm:${seq}`] },
  };
  const pk = `LEDGER#${employeeId}`;
  await platform.store.write({
    op: 'put',
    table: 'ledger',
    item: { pk, sk: `ENTRY#${String(seq).padStart(12, '0')}`, doc: JSON.stringify(entry) },
  });
  await platform.store.write({
    op: 'put',
    table: 'ledger',
    item: { pk, sk: 'HEAD', seq, balanceFen: amountFen, postedAt: entry.postedAt },
  });
};

/** Delivers the queued work until nothing is left. */
const work = async (): Promise<void> => {
  await platform.queue.deliver('payslip-work', payslip.onPayslipWork);
};
const createNovember = async (body: Record<string, unknown> = {}) => {
  const created = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2026-11', payDate: '2026-11-30', ...body });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  await work();
  return created.body.id as string;
};
const finish = async (runId: string) => {
  for (const step of ['approve', 'payout', 'publish']) {
    const answer = await pay('POST', `/v1/payroll-runs/${runId}/${step}`, undefined, CHECKER);
    expect(answer.status, `${step} ${JSON.stringify(answer.body)}`).toBe(200);
  }
};

beforeEach(async () => {
  platform = memoryPlatform();
  people = composePeople(platform);
  payslip = composePayslip(platform);
  expect(
    (await call(people.http, MAKER, 'PUT', '/v1/legal-entities/saas', { id: 'saas', name: { zh: '云帆', en: 'Yunfan' } })).status,
  ).toBeLessThan(300);
  const units = { units: [{ id: 'sales', legalEntityId: 'saas', name: { zh: '销售', en: 'Sales' } }] };
  const org = await call(people.http, MAKER, 'PUT', '/v1/legal-entities/saas/org-units', units);
  expect(org.status, JSON.stringify(org.body)).toBeLessThan(300);
  await person('lin', '6225880000000001');
});

describe('accruals', () => {
  const totals = async (period = '2026-11') => (await pay('GET', `/v1/accruals/saas/${period}`)).body.total;
  test('are open until a run with them is approved, and again for what is posted after it', async () => {
    await post('lin', 1, 800_000);
    await post('lin', 2, 50_000, 'new-customer');
    await post('lin', 3, 7_000, 'renewal', '2026-10');
    expect(await totals()).toEqual({ earnedFen: 0, postedFen: 850_000, paidFen: 0, openFen: 850_000, heldFen: 0 });
    expect(await totals('2026-10')).toEqual({ earnedFen: 0, postedFen: 7_000, paidFen: 0, openFen: 7_000, heldFen: 0 });
    const runId = await createNovember();
    expect(await totals()).toMatchObject({ paidFen: 0, openFen: 850_000 });
    await pay('POST', `/v1/payroll-runs/${runId}/approve`, undefined, CHECKER);
    expect(await totals()).toMatchObject({ paidFen: 850_000, openFen: 0 });
    expect(await totals('2026-10')).toMatchObject({ paidFen: 7_000, openFen: 0 });
    await post('lin', 4, -50_000, 'new-customer');
    expect(await totals()).toEqual({ earnedFen: 0, postedFen: 800_000, paidFen: 850_000, openFen: -50_000, heldFen: 0 });
  });
  test('say by cost centre and category, and name whose earned is not posted', async () => {
    await post('lin', 1, 800_000);
    const { body } = await pay('GET', '/v1/accruals/saas/2026-11');
    expect(body).toMatchObject({
      legalEntityId: 'saas',
      period: '2026-11',
      rows: [{ costCentre: { id: 'sales', name: { zh: '销售' } }, category: 'commission', people: 1, postedFen: 800_000 }],
      reconciles: false,
      unreconciled: [{ employeeId: 'lin', earnedFen: 0, postedFen: 800_000 }],
    });
    expect((await pay('GET', '/v1/accruals/saas/2026-11?format=csv')).body.split('\r\n').slice(1)).toEqual([
      'sales,销售,提成 Commission,1,0.00,8000.00,0.00,8000.00,0.00',
      ',合计 Total,,,0.00,8000.00,0.00,8000.00,0.00',
      '',
    ]);
  });
  test('are for payroll and auditors of the legal entity', async () => {
    const status = async (who: Parameters<MemoryPlatform['bearer']>[0]) =>
      (await pay('GET', '/v1/accruals/saas/2026-11', undefined, who)).status;
    expect(await status({ roles: ['auditor'], entities: ['saas'] })).toBe(200);
    expect(await status({ roles: ['payroll'], entities: ['other'] })).toBe(404);
    expect(await status({ roles: ['manager', 'employee'], employeeId: 'lin' })).toBe(403);
    expect((await pay('GET', '/v1/accruals/saas/2026-13')).status).toBe(400);
    expect((await pay('GET', '/v1/accruals/saas/2026-11?format=xlsx')).status).toBe(400);
  });
});

describe('an estimate', () => {
  test('says what the plan could not be computed on: pay may change once it can', async () => {
    const estimate = async () => (await pay('GET', '/v1/people/lin/estimate?period=2026-11')).body.unavailable;
    expect(await estimate()).toEqual([]);
    const metric = (errors?: number) => ({ value: { n: '1', d: '1' }, facts: 1, state: {}, ...(errors ? { errors } : {}) });
    const book = {
      metrics: { sales: metric(2), visits: metric() },
      expressionErrors: [{ metric: 'sales', factId: 'crm:7', reason: 'no such key: amount' }],
    };
    const { table, pk, sk } = bookItemKey('lin', '2026-11');
    await platform.store.write({ op: 'put', table, item: { pk, sk, version: 1, doc: JSON.stringify(book) } });
    expect(await estimate()).toEqual([
      {
        metric: 'sales',
        facts: 2,
        reason: { zh: expect.stringContaining('有 2 条记录'), en: expect.stringContaining('crm:7: no such key') },
      },
    ]);
  });
});

describe('a run from creation to payout', () => {
  test("company 9: every figure of the salesperson's November", async () => {
    const opening = {
      months: 10,
      lastTaxMonth: 10,
      incomeFen: 12_000_000,
      specialDeductionFen: 2_100_000,
      additionalDeductionFen: 2_000_000,
      withheldFen: 87_000,
      source: 'import',
    };
    expect((await pay('PUT', '/v1/people/lin/tax-years/2026/opening', opening)).status).toBe(200);
    expect((await pay('PUT', '/v1/people/lin/attendance/2026-11', { unpaidLeaveDays: 2, source: 'import' })).status).toBe(200);
    await post('lin', 1, 800_000);
    for (const seq of [2, 3, 4]) await post('lin', seq, 50_000, 'new-customer');
    await post('lin', 5, 30_000, 'renewal');

    const estimate = await pay('GET', '/v1/people/lin/estimate?period=2026-11');
    expect(estimate.body.payslip.totals.netFen).toBe(1_792_689);

    const runId = await createNovember();
    const run = (await pay('GET', `/v1/payroll-runs/${runId}`)).body;
    expect(run.status).toBe('checked');
    expect(run.findings.filter((finding: { severity: string }) => finding.severity === 'error')).toEqual([]);
    const slip = (await pay('GET', `/v1/payslips/${encodeURIComponent(`${runId}:lin:1`)}`)).body;
    const { grossFen, insuranceFen, fundFen, taxFen, otherDeductionsFen, netFen } = slip.totals;
    expect({ grossFen, insuranceFen, fundFen, taxFen, otherDeductionsFen, netFen }).toEqual({
      grossFen: 2_069_655,
      insuranceFen: 126_000,
      fundFen: 84_000,
      taxFen: 66_966,
      otherDeductionsFen: 0,
      netFen: 1_792_689,
    });
    expect((await pay('GET', `/v1/payslips/${encodeURIComponent(`${runId}:lin:1`)}/replay`)).body.status).toBe('identical');

    await finish(runId);
    const file = await pay('GET', `/v1/payroll-runs/${runId}/bank-file`);
    expect(file.body).toContain('17926.89');
    expect((await pay('GET', `/v1/payroll-runs/${runId}`)).body).toMatchObject({
      status: 'published',
      payout: { count: 1, totalFen: 1_792_689 },
    });
    const notices = platform.queue.waiting('notices');
    expect(notices).toHaveLength(1);
    expect(JSON.stringify(notices)).not.toMatch(/17,?926/);
  });

  test('the same month twice is refused by name; the creator cannot approve; employees see nothing before publication', async () => {
    const runId = await createNovember();
    const again = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2026-11' });
    expect([again.status, again.body.code]).toEqual([409, 'run_exists']);
    const own = await pay('POST', `/v1/payroll-runs/${runId}/approve`);
    expect([own.status, own.body.code]).toEqual([409, 'second_person_required']);
    const me = { roles: ['employee'], employeeId: 'lin' } as const;
    const slipPath = `/v1/payslips/${encodeURIComponent(`${runId}:lin:1`)}`;
    const before = await pay('GET', slipPath, undefined, me);
    const missing = await pay('GET', '/v1/payslips/nothing%3Alin%3A1', undefined, me);
    expect(before.status).toBe(404);
    const withoutInstance = ({ instance: _, ...rest }: Record<string, unknown>) => rest;
    expect(withoutInstance(before.body)).toEqual(withoutInstance(missing.body));
    expect((await pay('GET', '/v1/me/payslips', undefined, me)).body.items).toEqual([]);
    await finish(runId);
    expect((await pay('GET', slipPath, undefined, me)).status).toBe(200);
    expect((await pay('GET', '/v1/me/payslips', undefined, me)).body.items).toHaveLength(1);
    for (const other of [
      { roles: ['employee'], employeeId: 'wang' },
      { roles: ['employee', 'manager'], employeeId: 'boss' },
    ] as const)
      for (const view of ['', '/html', '/pdf', '/replay', '/lines/1/provenance'])
        expect((await pay('GET', `${slipPath}${view}`, undefined, other)).status, view).toBe(404);
  });

  test('two creations at once make one run', async () => {
    const body = { legalEntityId: 'saas', period: '2026-11', payDate: '2026-11-30' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => pay('POST', '/v1/payroll-runs', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  test('approving, paying out and publishing at once by many happens once', async () => {
    const runId = await createNovember();
    const together = (step: string) =>
      Promise.all(
        [1, 2, 3, 4].map((number) => pay('POST', `/v1/payroll-runs/${runId}/${step}`, undefined, { ...CHECKER, subject: `c${number}` })),
      );
    const statuses = async (step: string) => (await together(step)).map(({ status }) => status).sort();
    expect(await statuses('approve')).toEqual([200, 409, 409, 409]);
    expect(await statuses('payout')).toEqual([200, 200, 200, 200]);
    // Nobody is told before the payslips are final.
    expect(platform.queue.sent.filter(({ queue }) => queue === 'notices')).toEqual([]);
    expect(await statuses('publish')).toEqual([200, 200, 200, 200]);
    expect(await statuses('approve')).toEqual([409, 409, 409, 409]);
    const { history } = (await pay('GET', `/v1/payroll-runs/${runId}`)).body;
    expect(history.map(({ what }: { what: string }) => what)).toEqual(['created', 'checked', 'approved', 'paid', 'published']);
    const ids = platform.queue.waiting('notices').map((notice) => JSON.parse(JSON.stringify(notice)).noticeId ?? JSON.stringify(notice));
    expect(new Set(ids).size).toBe(1);
    const cancel = await pay('POST', `/v1/payroll-runs/${runId}/cancel`, { reason: 'too late' });
    expect([cancel.status, cancel.body.code]).toEqual([409, 'conflict']);
    const again = await pay('POST', `/v1/payroll-runs/${runId}/recalculate`);
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
  });

  test('an approval names the figures it means', async () => {
    const runId = await createNovember();
    const { digest } = (await pay('GET', `/v1/payroll-runs/${runId}`)).body;
    await post('lin', 1, 10_000);
    await pay('POST', `/v1/payroll-runs/${runId}/recalculate`);
    await work();
    const approve = (body: unknown) => pay('POST', `/v1/payroll-runs/${runId}/approve`, body, CHECKER);
    expect([(await approve({ digest })).body.code]).toEqual(['version_conflict']);
    expect((await approve({ digest: (await pay('GET', `/v1/payroll-runs/${runId}`)).body.digest })).status).toBe(200);
  });

  test('work that is delivered again after the check changes nothing that was checked', async () => {
    await post('lin', 1, 10_000);
    const runId = await createNovember();
    const path = `/v1/payslips/${encodeURIComponent(`${runId}:lin:1`)}`;
    const before = (await pay('GET', path)).body;
    await post('lin', 2, 20_000, 'late');
    await platform.queue.send(platform.queue.sent.filter(({ queue }) => queue === 'payslip-work'));
    await work();
    expect((await pay('GET', path)).body).toEqual(before);
    await finish(runId);
    expect((await pay('GET', `/v1/payroll-runs/${runId}`)).body.payout.totalFen).toBe(before.totals.netFen);
  });
});

describe('what is on record about a person decides the payslip', () => {
  const slipOf = async (runId: string) => (await pay('GET', `/v1/payslips/${encodeURIComponent(`${runId}:lin:1`)}`)).body;
  const lineOf = (slip: { lines: { code: string }[] }, code: string) => slip.lines.find((line) => line.code === code);

  test('sick leave is refused until the rate is agreed, then paid by it', async () => {
    await pay('PUT', '/v1/people/lin/attendance/2026-11', { sickLeaveDays: 2, source: 'import' });
    const runId = await createNovember();
    const { findings } = (await pay('GET', `/v1/payroll-runs/${runId}/checks`)).body;
    expect(findings.filter((one: { severity: string }) => one.severity === 'error').map((one: { zh: string }) => one.zh)).toEqual([
      '林晓雯:有病假但未设定病假工资比例。',
    ]);
    await terms('lin', '6225880000000001', { sickPayPercent: '60' });
    await pay('POST', `/v1/payroll-runs/${runId}/recalculate`);
    await work();
    expect(lineOf(await slipOf(runId), 'sick-leave-deduction')).toMatchObject({ amountFen: 44_138 });
  });

  test('the first wage of the year and 60,000 at once count in their year only, by evidence', async () => {
    const basicOf = async (entries: unknown[]) => {
      await terms('lin', '6225880000000001', { basicDeductions: entries });
      const { payslip: slip } = (await pay('GET', '/v1/people/lin/estimate?period=2026-11')).body;
      return slip.wageTax.cumulativeBasicDeductionFen;
    };
    const late = { hiredOn: '2026-10-12', assignments: [{ from: '2026-10-12', orgUnitId: 'sales', positionId: 'rep' }] };
    await person('lin', '6225880000000001', late);
    expect(await basicOf([])).toBe(1_000_000);
    expect(await basicOf([{ year: 2026, kind: 'first-wage-of-year', evidence: 'declaration of 2026-10-12' }])).toBe(5_500_000);
    expect(await basicOf([{ year: 2026, kind: 'sixty-thousand-at-once', evidence: 'ledger of 2025' }])).toBe(6_000_000);
    expect(await basicOf([{ year: 2025, kind: 'first-wage-of-year', evidence: 'last year' }])).toBe(1_000_000);
  });

  test('pension, health insurance and annuity come off the taxable wage within their limits; the injury class sets the rate', async () => {
    await terms('lin', '6225880000000001', {
      taxDeductions: [
        { from: '2026-01-01', kind: 'personal-pension', amountFen: 100_000 },
        { from: '2026-11-01', kind: 'personal-pension', amountFen: 50_000 },
        { from: '2026-01-01', kind: 'health-insurance', amountFen: 30_000 },
        { from: '2026-01-01', to: '2026-10-31', kind: 'annuity', amountFen: 10_000 },
      ],
      insurance: [{ from: '2025-03-03', city: 'shanghai', baseFen: 1_200_000, fundBaseFen: 1_200_000, fundPercent: '7', injuryClass: 3 }],
    });
    const { payslip: slip } = (await pay('GET', '/v1/people/lin/estimate?period=2026-11')).body;
    expect(slip.wageTax.cumulativeOtherDeductionFen).toBe(70_000);
    expect(lineOf(slip, 'employer-injury')).toMatchObject({ amountFen: 8_400 });
  });
});

describe('the bank file', () => {
  const entity = (extra: Record<string, unknown>) =>
    call(people.http, MAKER, 'PUT', '/v1/legal-entities/saas', { id: 'saas', name: { zh: '云帆', en: 'Yunfan' }, ...extra });
  const errorsOf = async (runId: string) =>
    (await pay('GET', `/v1/payroll-runs/${runId}/checks`)).body.findings
      .filter(({ severity }: { severity: string }) => severity === 'error')
      .map(({ code, employeeId }: { code: string; employeeId: string }) => [code, employeeId]);

  test('GBK: header, trailer, count and total are those of the run; the same bytes each time', async () => {
    await person('wang', '6225880000000002');
    expect((await entity({ bankTemplate: 'generic-pipe-gbk', payerAccount: '310066000000001' })).status).toBeLessThan(300);
    const runId = await createNovember();
    await finish(runId);
    const fetchFile = async () => {
      const response = await payslip.http.request(`/v1/payroll-runs/${runId}/bank-file`, {
        headers: { authorization: platform.bearer(MAKER) },
      });
      expect(response.headers.get('content-type')).toBe('text/csv; charset=gbk');
      return Buffer.from(await response.arrayBuffer());
    };
    const [first, second] = [await fetchFile(), await fetchFile()];
    expect(first.equals(second)).toBe(true);
    const run = (await pay('GET', `/v1/payroll-runs/${runId}`)).body;
    const total = (run.totals.netFen / 100).toFixed(2);
    const rows = new TextDecoder('gbk')
      .decode(first)
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split('|'));
    expect(rows[0]).toEqual(['H', '310066000000001', '2026-11-30', '2', total, runId]);
    expect(rows.slice(1, -1).map((row) => [row[1], row[2]])).toEqual([
      ['6225880000000001', '林晓雯'],
      ['6225880000000002', '林晓雯'],
    ]);
    expect(rows.at(-1)).toEqual(['T', '2', total]);
    expect(new Set(rows.slice(1, -1).map((row) => row[4])).size).toBe(2);
    expect(run.payout).toMatchObject({ count: 2, totalFen: run.totals.netFen });
  });

  test('what would keep it from being made is found before the approval, by name', async () => {
    await entity({ bankTemplate: 'generic-pipe-gbk', payerAccount: '310066000000001' });
    await terms('lin', '6225880000000001', { bankAccount: { bank: '招商银行', accountName: '林𠮷', accountNumber: '6225880000000001' } });
    const runId = await createNovember();
    expect(await errorsOf(runId)).toEqual([['unencodable_text', 'lin']]);
    await entity({ bankTemplate: 'bank-of-nowhere' });
    await pay('POST', `/v1/payroll-runs/${runId}/recalculate`);
    await work();
    expect(await errorsOf(runId)).toEqual([['unknown_bank_template', null]]);
    await entity({ bankTemplate: 'generic-csv-utf8' });
    await pay('POST', `/v1/payroll-runs/${runId}/recalculate`);
    await work();
    expect(await errorsOf(runId)).toEqual([]);
    await finish(runId);
  });

  test('payslips that are not those that were approved are not paid', async () => {
    await post('lin', 1, 10_000);
    const runId = await createNovember();
    const replay = async () => replayRun(platform.store, (await pay('GET', `/v1/payroll-runs/${runId}`)).body);
    expect(await replay()).toEqual({ identical: 1, differences: [] });
    await pay('POST', `/v1/payroll-runs/${runId}/approve`, undefined, CHECKER);
    await platform.store.write({ op: 'delete', table: 'payroll', pk: `RUN#${runId}`, sk: 'SLIP#lin' });
    const payout = await pay('POST', `/v1/payroll-runs/${runId}/payout`, undefined, CHECKER);
    expect([payout.status, payout.body.code]).toEqual([422, 'cannot_calculate']);
    expect(await replay()).toEqual({ identical: 0, differences: [`${runId}: not the payslips that were checked`] });
  });
});

describe('payslips partition the ledger (I6)', () => {
  const ranges = async (runId: string) => (await pay('GET', `/v1/payslips/${encodeURIComponent(`${runId}:lin:1`)}`)).body.ledgerRange;

  test('an entry after the calculation goes to the next month, named by the month it was earned in', async () => {
    await post('lin', 1, 10_000);
    const november = await createNovember();
    await post('lin', 2, 20_000, 'late');
    await finish(november);
    expect(await ranges(november)).toEqual({ fromSeq: 1, toSeq: 1 });
    platform.clock.set('2026-12-20T09:00:00+08:00');
    const created = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2026-12', payDate: '2026-12-31' });
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    await work();
    expect(await ranges(created.body.id)).toEqual({ fromSeq: 2, toSeq: 2 });
    const slip = (await pay('GET', `/v1/payslips/${encodeURIComponent(`${created.body.id}:lin:1`)}`)).body;
    expect(slip.lines.find((line: { references: { ledgerSeqs: number[] } }) => line.references.ledgerSeqs.includes(2)).nameZh).toContain(
      '2026-11',
    );
  });

  test('calculating again takes late entries in; cancelling gives them all back', async () => {
    await post('lin', 1, 10_000);
    const first = await createNovember();
    await post('lin', 2, 20_000);
    expect((await pay('POST', `/v1/payroll-runs/${first}/recalculate`)).status).toBe(202);
    await work();
    expect(await ranges(first)).toEqual({ fromSeq: 1, toSeq: 2 });
    expect((await pay('POST', `/v1/payroll-runs/${first}/cancel`, { reason: 'wrong payday' })).status).toBe(200);
    const second = await createNovember();
    expect(second).not.toBe(first);
    expect(await ranges(second)).toEqual({ fromSeq: 1, toSeq: 2 });
  });

  test('work of an earlier attempt that arrives late changes nothing', async () => {
    await post('lin', 1, 10_000);
    const runId = await createNovember();
    const old = { message: 'payslip.work', runId, attempt: 1, chunk: 0, employeeIds: ['lin'] };
    expect((await pay('POST', `/v1/payroll-runs/${runId}/recalculate`)).status).toBe(202);
    await work();
    await finish(runId);
    await post('lin', 2, 99_999);
    const record = { messageId: 'old', body: JSON.stringify(old), attributes: { ApproximateReceiveCount: '1' } };
    expect((await payslip.onPayslipWork({ Records: [record] })).batchItemFailures).toEqual([]);
    expect(await ranges(runId)).toEqual({ fromSeq: 1, toSeq: 1 });
  });

  test('what a cancelled run held of someone who had left is owed again', async () => {
    await person('wang', '6225880000000002', { leftOn: '2026-09-30' });
    await post('wang', 1, 70_000);
    const first = await createNovember();
    const slip = async (runId: string) => (await pay('GET', `/v1/payslips/${encodeURIComponent(`${runId}:wang:1`)}`)).body;
    expect((await slip(first)).totals.grossFen).toBe(70_000);
    await pay('POST', `/v1/payroll-runs/${first}/cancel`, { reason: 'wrong payday' });
    const second = await createNovember();
    expect((await slip(second)).ledgerRange).toEqual({ fromSeq: 1, toSeq: 1 });
    await finish(second);
    const { body } = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2026-12', payDate: '2026-12-31' });
    expect(body.people).toBe(1);
  });

  test('a month is neither begun nor given back once a later one has gone on from there', async () => {
    await post('lin', 1, 10_000);
    const november = await createNovember();
    await pay('POST', `/v1/payroll-runs/${november}/approve`, undefined, CHECKER);
    const january = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2027-01', payDate: '2027-01-29' });
    expect(january.status, JSON.stringify(january.body)).toBe(201);
    await work();
    const cancel = () => pay('POST', `/v1/payroll-runs/${november}/cancel`, { reason: 'wrong' });
    const refused = await cancel();
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect(refused.body.detail).toContain(january.body.id);
    const december = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2026-12', payDate: '2026-12-31' });
    expect([december.status, december.body.code]).toEqual([409, 'conflict']);
    await pay('POST', `/v1/payroll-runs/${january.body.id}/cancel`, { reason: 'too early' });
    expect((await cancel()).status).toBe(200);
    expect(await ranges(await createNovember())).toEqual({ fromSeq: 1, toSeq: 1 });
  });

  test('the next month cannot be opened while this one is neither approved nor cancelled', async () => {
    await createNovember();
    const december = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2026-12', payDate: '2026-12-31' });
    expect([december.status, december.body.code]).toEqual([409, 'conflict']);
  });
});

describe('one person never stops the others', () => {
  test('a refused person is an error of the run with the reason, and the others have their payslips', async () => {
    await person('wang', '6225880000000002');
    await call(people.http, MAKER, 'PUT', '/v1/people/zhao', {
      id: 'zhao',
      legalEntityId: 'saas',
      name: '赵',
      hiredOn: '2026-01-01',
      assignments: [{ from: '2026-01-01', orgUnitId: 'sales', positionId: 'rep' }],
    });
    const runId = await createNovember();
    const checks = (await pay('GET', `/v1/payroll-runs/${runId}/checks`)).body;
    expect(checks.done).toBe(true);
    expect(
      checks.findings.some(
        (finding: { employeeId: string; severity: string }) => finding.employeeId === 'zhao' && finding.severity === 'error',
      ),
    ).toBe(true);
    expect((await pay('GET', `/v1/payroll-runs/${runId}`)).body.totals).toMatchObject({ payslips: 2, refused: 1 });
    const approve = await pay('POST', `/v1/payroll-runs/${runId}/approve`, undefined, CHECKER);
    expect([approve.status, approve.body.code]).toEqual([409, 'run_has_errors']);
  });

  test('whoever cannot be settled in time is left out with a reason: the others are paid, and the next run goes on from where it was', async () => {
    await person('wang', '6225880000000002');
    await post('wang', 1, 30_000);
    await terms('wang', '6225880000000002', { taxResidence: 'unknown' });
    const runId = await createNovember();
    const recalculate = (body?: unknown) => pay('POST', `/v1/payroll-runs/${runId}/recalculate`, body);
    const unknown = await recalculate({ leaveOut: [{ employeeId: 'nobody', reason: 'typing error' }] });
    expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([400, '/leaveOut/0/employeeId']);
    expect((await recalculate({ leaveOut: [{ employeeId: 'wang', reason: '税收身份待核实' }] })).status).toBe(202);
    await work();
    // Calculated once more without a list: still left out.
    expect((await recalculate()).status).toBe(202);
    await work();
    const checks = (await pay('GET', `/v1/payroll-runs/${runId}/checks`)).body;
    expect(checks.errors).toBe(0);
    expect(checks.findings).toContainEqual({
      code: 'left_out',
      severity: 'warning',
      employeeId: 'wang',
      zh: '林晓雯:不在本批次发放:税收身份待核实',
      en: '林晓雯: not paid by this run: 税收身份待核实',
    });
    await finish(runId);
    const run = (await pay('GET', `/v1/payroll-runs/${runId}`)).body;
    expect(run).toMatchObject({ status: 'published', payout: { count: 1 }, totals: { payslips: 1, refused: 1 } });
    expect(run.leftOut).toEqual([{ employeeId: 'wang', reason: '税收身份待核实' }]);
    expect(platform.queue.waiting('notices')).toHaveLength(1);

    await terms('wang', '6225880000000002');
    const december = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2026-12', payDate: '2026-12-31' });
    await work();
    const slip = (await pay('GET', `/v1/payslips/${encodeURIComponent(`${december.body.id}:wang:1`)}`)).body;
    expect(slip.ledgerRange).toEqual({ fromSeq: 1, toSeq: 1 });
    expect(slip.wageTax.cumulativeIncomeFen).toBe(slip.totals.grossFen);
  });

  test('an empty list takes people in again', async () => {
    const runId = await createNovember();
    const people = async (leaveOut: unknown[]) => {
      await pay('POST', `/v1/payroll-runs/${runId}/recalculate`, { leaveOut });
      await work();
      return (await pay('GET', `/v1/payroll-runs/${runId}`)).body.totals;
    };
    expect(await people([{ employeeId: 'lin', reason: 'on hold' }])).toMatchObject({ payslips: 0, refused: 1, netFen: 0 });
    expect(await people([])).toMatchObject({ payslips: 1, refused: 0 });
  });

  test('the month-end schedule opens what is near its payday, once', async () => {
    platform.clock.set('2026-11-28T01:00:00+08:00');
    await payslip.onMonthEnd();
    await payslip.onMonthEnd();
    await work();
    const runs = (await pay('GET', '/v1/payroll-runs?legalEntityId=saas')).body.items;
    expect(runs.map((run: { period: string; status: string; createdBy: string }) => [run.period, run.status, run.createdBy])).toEqual([
      ['2026-11', 'checked', 'system:month-end'],
    ]);
  });

  test('a run whose last step was interrupted is finished by the sweep', async () => {
    await post('lin', 1, 10_000);
    const created = await pay('POST', '/v1/payroll-runs', { legalEntityId: 'saas', period: '2026-11', payDate: '2026-11-30' });
    // The worker stored everything and died before it could close the run.
    const broken: MemoryPlatform = { ...platform, store: { ...platform.store, write: async () => Promise.reject(new Error('crash')) } };
    const dying = composePayslip(broken);
    await dying.onPayslipWork(platform.queue.receive('payslip-work', 10));
    expect((await pay('GET', `/v1/payroll-runs/${created.body.id}`)).body.status).toBe('draft');
    await payslip.sweep();
    expect((await pay('GET', `/v1/payroll-runs/${created.body.id}`)).body.status).toBe('checked');
  });
});
