/**
 * The one function that decides what is paid for a month, and why. Pure: the same input and rule book give the same payslip (I8).
 *
 * Order: attendance → pay items → ledger entries → overtime → unpaid and sick leave → clawback limited by the minimum wage → gross →
 * insurance and fund → income tax (month of payment) → other deductions → net → employer part → year to date.
 */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { monthOf } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { yuanText } from './amount-text.ts';
import { boundsOf } from './month-bounds.ts';
import { otherDeductionLines } from './other-deductions.ts';
import type { Payslip, PayslipInput, PayslipLine } from './payslip.ts';
import { type Draft, missingRules, use } from './payslip-draft.ts';
import { earningsOf } from './payslip-earnings.ts';
import { insuranceOf } from './payslip-insurance.ts';
import { attendanceLines, employeeContributionLine, employerContributionLine, moneyLine, referTo } from './payslip-lines.ts';
import { refusalsOf } from './payslip-refusals.ts';
import { taxOf } from './payslip-tax.ts';
import type { Refusal } from './refusal.ts';
import { findRules, type RuleBook } from './rule-book.ts';
import type { InsuranceResult } from './social-insurance.ts';

/**
 * Calculates a payslip. Refusals come back by name with a reason in both languages; a throw is a bug.
 * The payslip has no digest yet: see `sealPayslip`.
 */
export const calculatePayslip = (input: PayslipInput, book: RuleBook): Result<Payslip, readonly Refusal[]> => {
  const refusals = refusalsOf(input);
  if (refusals.length > 0) return fail(refusals);
  const result = assemble({ input, book, used: [], warnings: [] });
  return result.ok ? result : fail([result.error]);
};

const assemble = (draft: Draft): Result<Payslip, Refusal> => {
  const { input, book } = draft;
  const { employee, period, payDate } = input;
  const law = findRules(book, 'wage-law', 'CN', boundsOf(period).first);
  if (law === undefined) return fail(missingRules('wage-law', 'CN', boundsOf(period).first));
  use(draft, law);

  const insurance = insuranceOf(draft);
  if (!insurance.ok) return insurance;
  const { result: contributions, table: insuranceTable } = insurance.value;
  const insuranceAndFundFen = contributions.employeeInsuranceFen + contributions.employeeFundFen;

  const earnings = earningsOf(draft, law, insuranceAndFundFen);
  if (!earnings.ok) return earnings;
  const { grossFen } = earnings.value;

  const tax = taxOf(draft, earnings.value, contributions);
  if (!tax.ok) return tax;

  const others = otherDeductionLines(draft, law, grossFen, earnings.value.takeableForDamageFen);
  const taxFen = fen(tax.value.wageTaxFen + tax.value.bonusTaxFen);
  const netFen = fen(grossFen - insuranceAndFundFen - taxFen - others.totalFen);
  const employerFen = contributions.employerInsuranceFen + contributions.employerFundFen;

  const insuranceRefs = insuranceTable === null ? referTo() : referTo(insuranceTable.ref);
  const lines = [...attendanceLines(input.attendance), ...earnings.value.lines];
  for (const scheme of contributions.schemes)
    if (scheme.employee.amountFen !== 0) lines.push(employeeContributionLine(scheme, insuranceRefs));
  for (const fund of contributions.funds) lines.push(employeeContributionLine(fund, insuranceRefs));
  for (const line of tax.value.lines) lines.push(line);
  for (const line of others.lines) lines.push(line);
  lines.push(netLine(grossFen, contributions, taxFen, others.totalFen, netFen));
  for (const scheme of contributions.schemes)
    if (scheme.employer.amountFen !== 0) lines.push(employerContributionLine(scheme, insuranceRefs));
  for (const fund of contributions.funds) lines.push(employerContributionLine(fund, insuranceRefs));
  const costText = `${yuanText(grossFen)} + ${yuanText(employerFen)}`;
  lines.push(
    moneyLine('employer-cost', 'employer', 'total', '用工成本合计', 'Total cost of employment', fen(grossFen + employerFen), null, {
      zh: `应发合计 + 单位缴纳:${costText}`,
      en: `gross + employer contributions: ${costText}`,
    }),
  );
  for (const line of tax.value.yearToDateLines) lines.push(line);

  assertIdentity(lines, grossFen, netFen);
  return succeed({
    schema: 'payslip/1',
    id: `${input.runId}:${employee.id}:${input.revision}`,
    runId: input.runId,
    revision: input.revision,
    employee: {
      id: employee.id,
      name: employee.name,
      employeeNumber: employee.employeeNumber,
      department: employee.department,
      position: employee.position,
    },
    legalEntity: employee.legalEntity,
    period,
    payDate,
    taxMonth: monthOf(payDate),
    lines,
    totals: {
      grossFen,
      insuranceFen: contributions.employeeInsuranceFen,
      fundFen: contributions.employeeFundFen,
      taxFen,
      otherDeductionsFen: others.totalFen,
      netFen,
      employerInsuranceFen: contributions.employerInsuranceFen,
      employerFundFen: contributions.employerFundFen,
      employerCostFen: fen(grossFen + employerFen),
    },
    ledgerRange: input.ledgerRange,
    carriedForwardAfter: earnings.value.carriedForwardAfter,
    wageTax: tax.value.wageTax,
    ytdAfter: tax.value.ytdAfter,
    minimumWage: earnings.value.minimumWageTest,
    ruleSets: draft.used,
    warnings: draft.warnings,
  });
};

/** gross = Σ earnings − Σ attendance deductions, and net = gross − Σ statutory − Σ other deductions, from the lines as printed. */
const assertIdentity = (lines: readonly PayslipLine[], grossFen: Fen, netFen: Fen): void => {
  let gross = 0;
  let net = 0;
  for (const line of lines) {
    if (line.amountFen === null) continue;
    if (line.kind === 'earning') gross += line.amountFen;
    else if (line.kind === 'deduction' && line.section === 'earnings') gross -= line.amountFen;
    else if (line.kind === 'statutory' || line.kind === 'deduction') net -= line.amountFen;
  }
  if (gross !== grossFen || gross + net !== netFen)
    throw new Error(`payslip identity broken: lines give gross ${gross}, net ${gross + net}; totals say ${grossFen}, ${netFen}`);
};

const netLine = (grossFen: Fen, contributions: InsuranceResult, taxFen: Fen, otherFen: Fen, netFen: Fen): PayslipLine => {
  const [gross, insurance, fund] = [
    yuanText(grossFen),
    yuanText(contributions.employeeInsuranceFen),
    yuanText(contributions.employeeFundFen),
  ];
  const [tax, other] = [yuanText(taxFen), yuanText(otherFen)];
  return moneyLine(
    'net',
    'deductions',
    'total',
    '实发合计',
    'Net pay',
    netFen,
    null,
    {
      zh: `应发 ${gross} − 社保 ${insurance} − 公积金 ${fund} − 个税 ${tax} − 其他 ${other}`,
      en: `gross ${gross} − insurance ${insurance} − fund ${fund} − tax ${tax} − other ${other}`,
    },
    {
      grossFen,
      insuranceFen: contributions.employeeInsuranceFen,
      fundFen: contributions.employeeFundFen,
      taxFen,
      otherDeductionsFen: otherFen,
    },
  );
};
