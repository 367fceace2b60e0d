import { describe, expect, it } from 'vitest';
import { sealPayslip } from '../domain/payslip-digest.ts';
import { payslipOf } from '../domain/testing/rules.ts';
import { ledgerEntry, november2026, plainMonth, withEmployee, withEntries } from '../domain/testing/salesperson.ts';
import { renderPayslipHtml } from './payslip-html.ts';
import { createPayslipPdfRenderer, renderPayslipPdf } from './payslip-pdf.ts';
import { viewPayslip } from './payslip-view.ts';

const slip = sealPayslip(november2026, payslipOf(november2026));
const HOSTILE = '<img src=x onerror=alert(1)> "&\' #panic("x") $1$ *b* \\ 𬱖';
const hostile = payslipOf(
  withEmployee(withEntries(ledgerEntry(1, '500', { ruleNameZh: HOSTILE, ruleNameEn: HOSTILE })), {
    name: HOSTILE,
    legalEntity: { id: 'x', name: HOSTILE },
    department: HOSTILE,
  }),
);

describe('view', () => {
  it('groups the lines in the order of the statement', () => {
    const view = viewPayslip(slip, 'zh-CN');
    expect(view.net).toBe('17,926.89');
    expect(view.groups.map((group) => [group.id, group.rows.length, group.total?.amount])).toEqual([
      ['attendance', 3, undefined],
      ['earnings', 5, '20,696.55'],
      ['deductions', 5, '17,926.89'],
      ['employer', 5, '24,620.55'],
      ['year-to-date', 6, undefined],
    ]);
    expect(view.shares.map((share) => share.percent)).toEqual(['86.6%', '6.1%', '4.1%', '3.2%']);
    expect(view.groups[1]?.rows.at(-1)).toMatchObject({ amount: '−1,103.45', isNegative: true });
  });
  it('an amount stays on the line of its label and its sign', () => {
    const tax = viewPayslip(slip, 'zh-CN').groups[2]?.rows.at(-1)?.formula ?? '';
    expect(tax.split('\n')[1]).toBe('累计税额\u00a040,596.55 ×\u00a010% −\u00a02,520.00 =\u00a01,539.66');
  });
  it('shows what is carried forward, and no warnings of the payroll office', () => {
    expect(viewPayslip(slip, 'zh-CN').notes).toEqual([]);
    const carried = payslipOf({ ...withEntries(), carriedForward: [{ ...carriedItem }] });
    expect(viewPayslip(carried, 'en').notes).toMatchObject([{ title: 'Carried forward' }]);
  });
});
const carriedItem = {
  awardId: 'a',
  ruleNameZh: '月度提成',
  ruleNameEn: 'Monthly commission',
  category: 'commission',
  earnedPeriod: plainMonth.period,
  amountFen: -2_000_000 as typeof plainMonth.yearToDate.withheldFen,
} as const;

describe('page', () => {
  it.each(['zh-CN', 'en'] as const)('%s: self-contained, with every amount', (lang) => {
    const page = renderPayslipHtml(slip, { lang });
    expect(page).toContain(`<html lang="${lang}">`);
    for (const line of slip.lines) expect(page).toContain(lang === 'en' ? line.nameEn : line.nameZh.replace(' · ', '·'));
    for (const amount of ['17,926.89', '20,696.55', '−1,103.45', '−669.66', '140,696.55']) expect(page).toContain(amount);
    expect(page).not.toMatch(/https?:|<script|src=|@import|url\(/);
  });
  it('escapes everything', () => {
    const page = renderPayslipHtml(hostile);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; &quot;&amp;');
  });
});

describe('PDF', () => {
  it('is the same bytes for the same payslip', async () => {
    const first = await renderPayslipPdf(slip);
    expect(Buffer.from(first.slice(0, 5)).toString()).toBe('%PDF-');
    expect(Buffer.compare(Buffer.from(first), Buffer.from(await renderPayslipPdf(slip)))).toBe(0);
    expect(Buffer.compare(Buffer.from(first), Buffer.from(await renderPayslipPdf(slip, { lang: 'en' })))).not.toBe(0);
  });
  it('never evaluates text of users', async () => {
    expect((await renderPayslipPdf(hostile)).length).toBeGreaterThan(10_000);
  });
  it('says so when a company’s template does not compile', async () => {
    const renderer = await createPayslipPdfRenderer('#let x = ');
    expect(() => renderer.render(slip)).toThrow(/does not compile/);
    const own = await createPayslipPdfRenderer('#let d = json(bytes(sys.inputs.data))\n#d.net');
    expect(own.render(slip).length).toBeGreaterThan(500);
  });
});
