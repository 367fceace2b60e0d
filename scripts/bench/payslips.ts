/** (c) Payslips a second: the pure function (with every explanation), sealed with its digest, and a whole run with storage on the embedded engine. */
import { STATUTORY_RULE_SETS } from '../../infra/rules/index.ts';
import { calculatePayslip } from '../../services/payslip/domain/calculate-payslip.ts';
import { sealPayslip } from '../../services/payslip/domain/payslip-digest.ts';
import { compileRuleBook } from '../../services/payslip/domain/rule-book.ts';
import { november2026 } from '../../services/payslip/domain/testing/salesperson.ts';
import { type Fen, fen } from '../../shared/kernel/money.ts';
import type { Embedded } from '../../test/integration/embedded.ts';
import { compareRates, perSecond, printFigures } from './measure.ts';

const book = compileRuleBook(STATUTORY_RULE_SETS);
/** Different people: nothing can be remembered from one to the next. */
const inputs = Array.from({ length: 500 }, (_, index) => ({
  ...november2026,
  employee: {
    ...november2026.employee,
    id: `emp-${index}`,
    payItems: november2026.employee.payItems.map((item) => ({ ...item, amountFen: fen(item.amountFen + index * 1_000) as Fen })),
  },
}));

const calculate = (count: number): number => {
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const result = calculatePayslip(inputs[index % inputs.length] as (typeof inputs)[number], book);
    if (result.ok) sum += result.value.totals.netFen;
  }
  return sum;
};
const calculateSealed = (count: number): number => {
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const input = inputs[index % inputs.length] as (typeof inputs)[number];
    const result = calculatePayslip(input, book);
    if (result.ok) sum += sealPayslip(input, result.value).digest.length;
  }
  return sum;
};

export const benchPurePayslips = (): void => {
  const rates = compareRates([
    { name: 'pure', run: calculate, count: 20_000 },
    { name: 'sealed', run: calculateSealed, count: 4_000 },
  ]);
  printFigures('(c) payslips, one core (aim 30 k/s pure)', [
    {
      name: 'calculated, every line explained',
      value: perSecond(rates.get('pure') ?? 0),
      compared: 'company 9: 5 ledger entries, insurance, fund, tax, absence',
    },
    { name: 'and sealed with its SHA-256 digest', value: perSecond(rates.get('sealed') ?? 0), compared: '' },
  ]);
};

const PEOPLE = 2_000;

/** Creates a legal entity with people and pay terms through the API, then times run creation until it is checked. */
export const benchStoredRun = async (host: Embedded): Promise<void> => {
  const payroll = await host.bearer({ subject: 'bench-payroll', roles: ['payroll', 'operator'], entities: '*' });
  const send = async (method: string, path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${host.baseUrl}${path}`, {
      method,
      headers: { authorization: payroll, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  await send('PUT', '/v1/legal-entities/bench-pay', { id: 'bench-pay', name: { zh: '基准', en: 'Bench' } });
  await send('PUT', '/v1/legal-entities/bench-pay/org-units', {
    units: [{ id: 'bench-unit', legalEntityId: 'bench-pay', name: { zh: '部', en: 'Unit' } }],
  });
  const ids = Array.from({ length: PEOPLE }, (_, index) => `bench-pay-${index}`);
  for (let start = 0; start < PEOPLE; start += 20) {
    await Promise.all(
      ids.slice(start, start + 20).map(async (id, offset) => {
        const assignments = [{ from: '2025-01-01', orgUnitId: 'bench-unit', positionId: 'rep' }];
        await send('PUT', `/v1/people/${id}`, {
          id,
          legalEntityId: 'bench-pay',
          name: `员工${start + offset}`,
          hiredOn: '2025-01-01',
          assignments,
        });
        await send('PUT', `/v1/people/${id}/pay-terms`, {
          taxResidence: 'resident',
          payItems: [{ from: '2025-01-01', item: 'base-salary', amountFen: 1_000_000 + (start + offset) * 100 }],
          insurance: [{ from: '2025-01-01', city: 'shanghai', baseFen: 1_000_000, fundBaseFen: 1_000_000, fundPercent: '7' }],
          bankAccount: {
            bank: '银行',
            accountName: `员工${start + offset}`,
            accountNumber: String(6_225_880_000_000_000 + start + offset),
          },
        });
      }),
    );
  }
  const untilChecked = async (runId: string, attempt: number): Promise<number> => {
    for (;;) {
      const response = await fetch(`${host.baseUrl}/v1/payroll-runs/${runId}`, { headers: { authorization: payroll } });
      const run = (await response.json()) as { status: string; attempt: number; totals: { payslips: number } | null };
      if (run.status === 'checked' && run.attempt === attempt) return run.totals?.payslips ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const figure = async (name: string, from: number, runId: string, attempt: number) => {
    const slips = await untilChecked(runId, attempt);
    const seconds = (performance.now() - from) / 1000;
    return {
      name: `${slips} payslips, ${name}`,
      value: perSecond(slips / seconds),
      compared: `${seconds.toFixed(2)} s; PeopleSoft on 4 sockets: 406/s, Odoo + OCA: 80–105/s (published figures)`,
    };
  };
  const created = performance.now();
  const run = (await send('POST', '/v1/payroll-runs', { legalEntityId: 'bench-pay', period: '2026-11', payDate: '2026-11-30' })) as {
    id: string;
    attempt: number;
  };
  const first = await figure('created → checked, in a cold process', created, run.id, run.attempt);
  const again = performance.now();
  const { attempt } = (await send('POST', `/v1/payroll-runs/${run.id}/recalculate`, {})) as { attempt: number };
  const second = await figure('calculated again → checked', again, run.id, attempt);
  printFigures('(c) a whole run with storage, embedded engine (aim 500/s)', [first, second]);
};
