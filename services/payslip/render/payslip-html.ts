/** A payslip as one self-contained page: no script, no external asset, every text escaped. */
import { html, raw } from 'hono/html';
import type { Payslip, SealedPayslip } from '../domain/payslip.ts';
import { PAYSLIP_STYLE } from './payslip-style.ts';
import { type PayslipLanguage, type PayslipView, type ViewGroup, type ViewRow, viewPayslip } from './payslip-view.ts';

const amountCell = (row: ViewRow) => html`<td class="${row.isNegative ? 'neg' : ''}">${row.amount}</td>`;
const nameCell = (row: ViewRow) =>
  html`<th scope="row"><b>${row.name}</b>${row.formula === '' ? '' : html`<span class="formula">${row.formula}</span>`}</th>`;

const group = (one: ViewGroup, headings: PayslipView['headings']) => html`
<section aria-labelledby="${one.id}">
<h2 id="${one.id}">${one.title}</h2>
<table class="${one.id === 'earnings' || one.id === 'deductions' ? '' : 'quiet'}">
<thead><tr><th scope="col">${headings.item}</th><th scope="col">${one.id === 'attendance' ? headings.quantity : headings.amount}</th></tr></thead>
<tbody>${one.rows.map((row) => html`<tr>${nameCell(row)}${amountCell(row)}</tr>`)}</tbody>
${one.total === null ? '' : html`<tfoot><tr>${nameCell(one.total)}${amountCell(one.total)}</tr></tfoot>`}
</table>
</section>`;

/**
 * The page as text.
 * @param options.lang `zh-CN` (default) or `en`.
 */
export const renderPayslipHtml = (slip: Payslip | SealedPayslip, options: { readonly lang?: PayslipLanguage } = {}): string => {
  const view = viewPayslip(slip, options.lang ?? 'zh-CN');
  const page = html`<!doctype html>
<html lang="${view.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${view.title} ${view.period} · ${slip.employee.name}</title>
<style>${raw(PAYSLIP_STYLE)}</style>
</head>
<body>
<main>
<header class="hero">
<h1>${view.title} · ${view.period}<span>${view.company}</span></h1>
<p class="netLabel">${view.netLabel}</p>
<p class="net"><small>¥</small>${view.net}</p>
<p class="how">${view.netFormula}</p>
${
  view.shares.length === 0
    ? ''
    : html`<div class="bar" aria-hidden="true">${view.shares.map((share) => html`<i style="flex:${share.permille};background:var(--${share.id})"></i>`)}</div>
<ul class="legend" aria-label="${view.sharesLabel}">${view.shares.map(
        (share) => html`<li style="--dot:var(--${share.id})">${share.name} <b>${share.amount}</b> ${share.percent}</li>`,
      )}</ul>`
}
</header>
<dl class="person">${view.person.map((field) => html`<div><dt>${field.label}</dt><dd>${field.value}</dd></div>`)}</dl>
${view.notes.length === 0 ? '' : html`<ul class="notes">${view.notes.map((note) => html`<li><b>${note.title}</b>${note.text}</li>`)}</ul>`}
${view.groups.map((one) => group(one, view.headings))}
<footer>${view.footer.map((line) => html`<p>${line}</p>`)}</footer>
</main>
</body>
</html>
`;
  return page.toString();
};
