/** The README's five minutes against what `npm start` runs: the bundled host as its own process, with the demonstration companies. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { processesOn, type StartedProcess, startProcess } from './start-process.ts';

let folder: string;
let host: StartedProcess;
let base: string;
let tokens: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meritrail-tour-'));
  host = startProcess(['--data', folder, '--port', '0']);
  base = await host.ready();
  tokens = JSON.parse(await readFile(join(folder, 'tokens.json'), 'utf8')) as Record<string, string>;
}, 120_000);
afterAll(async () => {
  host?.child.kill('SIGINT');
  await host?.exited;
  await vi.waitFor(async () => expect(await processesOn(folder)).toEqual([]), 5000);
  await rm(folder, { recursive: true, force: true });
});

const call = async (who: string, path: string, init: RequestInit = {}): Promise<Response> => {
  const response = await fetch(`${base}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${tokens[who]}`, ...(init.body ? { 'content-type': 'application/json' } : {}) },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
};
const read = async <T>(who: string, path: string): Promise<T> => (await (await call(who, path)).json()) as T;

it('score, estimate and awards are those of the companies', async () => {
  const score = await read<{ score: { total: string } }>('payroll', '/v1/people/c1-chen-xi/scores/2026-11');
  expect(score.score.total).toBe('87.92');
  const awards = await read<{ items: readonly { amountFen: number }[] }>('payroll', '/v1/people/c8-wu-di/awards/2026-11');
  expect(awards.items.length).toBeGreaterThan(0);
  const estimate = await read<{ payslip: { totals: { netFen: number } } }>('payroll', '/v1/people/c9-lin-xiaowen/estimate?period=2026-11');
  expect(estimate.payslip.totals.netFen).toBe(1_792_689);
});

it('a sale shows +400.00 in the salesperson’s own estimate', async () => {
  const estimate = async (): Promise<number> =>
    (await read<{ payslip: { totals: { grossFen: number } } }>('salesperson', '/v1/me/estimate?period=2026-11')).payslip.totals.grossFen;
  const before = await estimate();
  const fact = {
    id: 'sale-of-today',
    type: 'store.sales',
    occurredAt: '2026-11-20T10:00:00+08:00',
    credits: [{ employeeId: 'c7-zhao-lei' }],
    subject: { storeId: 'flagship' },
    amountFen: 2_000_000,
  };
  await call('erp', '/v1/facts?source=erp-ecommerce', { method: 'POST', body: JSON.stringify({ facts: [fact] }) });
  await vi.waitFor(async () => expect((await estimate()) - before).toBe(40_000), 10_000);
});

it('the month’s run goes from creation to publication; its payslip is a page, a PDF, walkable and replayable', async () => {
  const body = JSON.stringify({ legalEntityId: 'saas', period: '2026-11', payDate: '2026-11-30' });
  await call('payroll', '/v1/payroll-runs', { method: 'POST', body });
  const run = '/v1/payroll-runs/saas.2026-11.1';
  await vi.waitFor(async () => expect(await read('payroll', `${run}/checks`)).toMatchObject({ done: true, errors: 0 }), 20_000);
  for (const step of ['approve', 'payout', 'publish']) await call('payroll-approver', `${run}/${step}`, { method: 'POST' });
  expect(await (await call('payroll', `${run}/bank-file`)).text()).toContain('17926.89');
  const slip = `/v1/payslips/${encodeURIComponent('saas.2026-11.1:c9-lin-xiaowen:1')}`;
  expect(await (await call('payroll', `${slip}/html`)).text()).toContain('17,926.89');
  const pdf = Buffer.from(await (await call('payroll', `${slip}/pdf`)).arrayBuffer());
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(await read<{ facts: readonly unknown[] }>('payroll', `${slip}/lines/6/provenance`)).toMatchObject({ facts: expect.anything() });
  expect(await read('payroll', `${slip}/replay`)).toMatchObject({ status: 'identical' });
  const effects = await read<{ credits: readonly { payslipLines: readonly unknown[] }[] }>(
    'auditor',
    `/v1/facts/${encodeURIComponent('hubspot-saas:customer-client-1')}/effects`,
  );
  expect(effects.credits[0]?.payslipLines).toHaveLength(1);
});
