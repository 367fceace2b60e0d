/**
 * Bank files as template data: which columns, header and trailer a bank wants. This decides the rows; `render/bank-file-encode.ts` writes the
 * bytes. Count and total equal the run, or there is no file.
 */
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { type Fen, fen, formatYuan } from '../../../shared/kernel/money.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import type { Bilingual } from './statutory-rules.ts';

export type BankFileField =
  | 'sequence'
  | 'instruction-id'
  | 'account-number'
  | 'account-name'
  | 'bank-name'
  | 'bank-code'
  | 'amount-yuan'
  | 'currency'
  | 'remark';

export interface BankFileColumn {
  readonly header: string;
  readonly field: BankFileField;
}

/** A bank's format as data. Header and trailer cells may hold `{count} {totalYuan} {payDate} {period} {runId} {payerAccount}`. */
export interface BankFileTemplate {
  readonly id: string;
  readonly name: string;
  readonly encoding: 'utf-8' | 'utf-8-bom' | 'gbk';
  readonly delimiter: ',' | '|' | '\t' | ';';
  readonly lineEnding: '\r\n' | '\n';
  /** `quote-text` puts every text cell, account numbers too, in quotes; `plain` quotes only where needed. */
  readonly quoting: 'quote-text' | 'plain';
  readonly headerLines: readonly (readonly string[])[];
  readonly showColumnNames: boolean;
  readonly columns: readonly BankFileColumn[];
  readonly trailerLines: readonly (readonly string[])[];
  /** Text of the remark; `{period}` is filled in. No amounts, no reasons. */
  readonly remark: string;
  readonly maxRows: number;
}

export interface Payout {
  readonly employeeId: string;
  readonly payslipId: string;
  readonly accountNumber: string;
  readonly accountName: string;
  readonly bankName: string;
  readonly bankCode: string;
  readonly amountFen: Fen;
}

export interface BankFileRun {
  readonly runId: string;
  readonly period: Month;
  readonly payDate: LocalDate;
  readonly payerAccount: string;
  /** Sum of the net pay to be paid and the number of payslips with net pay, as the run says. */
  readonly totalFen: Fen;
  readonly count: number;
}

/** Text and numbers are kept apart: only text is defused against spreadsheet formulas, and only numbers stay unquoted. */
export type BankFileCell = { readonly text: string } | { readonly number: string };

export interface BankFile {
  readonly templateId: string;
  readonly rows: readonly (readonly BankFileCell[])[];
  readonly count: number;
  readonly totalFen: Fen;
  readonly instructions: readonly {
    readonly instructionId: string;
    readonly payslipId: string;
    readonly employeeId: string;
    readonly amountFen: Fen;
  }[];
}

export interface BankFileRefusal extends Bilingual {
  readonly code:
    | 'amount_not_positive'
    | 'missing_account'
    | 'invalid_account'
    | 'unencodable_text'
    | 'duplicate_payout'
    | 'count_differs'
    | 'total_differs'
    | 'too_many_rows';
  readonly employeeId: string | null;
}

/** The same payslip always has the same instruction id: a file made twice cannot be paid twice by a bank that checks it. 20 characters. */
export const instructionIdOf = (runId: string, payslipId: string): string =>
  `P${digestOf(['bank-instruction', runId, payslipId]).slice(0, 19).toUpperCase()}`;

const ACCOUNT = /^[0-9A-Z-]{6,34}$/;

const refuse = (code: BankFileRefusal['code'], employeeId: string | null, zh: string, en: string): BankFileRefusal => ({
  code,
  employeeId,
  zh,
  en,
});

const refusalsOf = (template: BankFileTemplate, run: BankFileRun, payouts: readonly Payout[]): BankFileRefusal[] => {
  const found: BankFileRefusal[] = [];
  const seen = new Set<string>();
  let total = 0;
  for (const payout of payouts) {
    const { employeeId: id, accountName: name } = payout;
    if (payout.amountFen <= 0)
      found.push(refuse('amount_not_positive', id, `${name} 的金额不是正数。`, `The amount of ${name} is not positive.`));
    if (payout.accountNumber === '') found.push(refuse('missing_account', id, `${name} 没有银行账号。`, `${name} has no bank account.`));
    else if (!ACCOUNT.test(payout.accountNumber))
      found.push(refuse('invalid_account', id, `${name} 的银行账号格式不对。`, `The bank account of ${name} is malformed.`));
    if (seen.has(payout.payslipId))
      found.push(refuse('duplicate_payout', id, `${name} 的工资条出现两次。`, `The payslip of ${name} appears twice.`));
    seen.add(payout.payslipId);
    total += payout.amountFen;
  }
  if (payouts.length !== run.count)
    found.push(
      refuse(
        'count_differs',
        null,
        `笔数 ${payouts.length} 与批次的 ${run.count} 不符。`,
        `${payouts.length} payouts, the run says ${run.count}.`,
      ),
    );
  if (total !== run.totalFen)
    found.push(
      refuse(
        'total_differs',
        null,
        `合计 ${formatYuan(total)} 与批次的 ${formatYuan(run.totalFen)} 不符。`,
        `Total ${formatYuan(total)}, the run says ${formatYuan(run.totalFen)}.`,
      ),
    );
  if (payouts.length > template.maxRows)
    found.push(refuse('too_many_rows', null, `超过每个文件 ${template.maxRows} 笔。`, `More than ${template.maxRows} rows in one file.`));
  return found;
};

/** The rows of a bank file in the order of the payouts, or every reason why there is none. */
export const buildBankFile = (
  template: BankFileTemplate,
  run: BankFileRun,
  payouts: readonly Payout[],
): Result<BankFile, readonly BankFileRefusal[]> => {
  const refusals = refusalsOf(template, run, payouts);
  if (refusals.length > 0) return fail(refusals);
  const values: Readonly<Record<string, string>> = {
    count: String(run.count),
    totalYuan: formatYuan(run.totalFen),
    payDate: run.payDate,
    period: run.period,
    runId: run.runId,
    payerAccount: run.payerAccount,
  };
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  /** A cell that is one count or total is a number, everything else is text. */
  const frame = (cells: readonly string[]): BankFileCell[] =>
    cells.map((cell) => (cell === '{count}' || cell === '{totalYuan}' ? { number: fill(cell) } : { text: fill(cell) }));
  const rows: BankFileCell[][] = template.headerLines.map(frame);
  if (template.showColumnNames) rows.push(template.columns.map((column) => ({ text: column.header })));
  const instructions: BankFile['instructions'][number][] = [];
  for (const [index, payout] of payouts.entries()) {
    const instructionId = instructionIdOf(run.runId, payout.payslipId);
    instructions.push({ instructionId, payslipId: payout.payslipId, employeeId: payout.employeeId, amountFen: payout.amountFen });
    rows.push(template.columns.map((column) => cellOf(column.field, payout, index + 1, instructionId, fill(template.remark))));
  }
  for (const line of template.trailerLines) rows.push(frame(line));
  return succeed({ templateId: template.id, rows, count: run.count, totalFen: fen(run.totalFen), instructions });
};

const cellOf = (field: BankFileField, payout: Payout, sequence: number, instructionId: string, remark: string): BankFileCell => {
  switch (field) {
    case 'sequence':
      return { number: String(sequence) };
    case 'instruction-id':
      return { text: instructionId };
    case 'account-number':
      return { text: payout.accountNumber };
    case 'account-name':
      return { text: payout.accountName };
    case 'bank-name':
      return { text: payout.bankName };
    case 'bank-code':
      return { text: payout.bankCode };
    case 'amount-yuan':
      return { number: formatYuan(payout.amountFen) };
    case 'currency':
      return { text: 'CNY' };
    case 'remark':
      return { text: remark };
  }
};

/** Templates that ship; a company adds its bank's own by configuration. */
export const BANK_FILE_TEMPLATES: readonly BankFileTemplate[] = [
  {
    id: 'generic-csv-utf8',
    name: '通用 CSV(UTF-8)',
    encoding: 'utf-8-bom',
    delimiter: ',',
    lineEnding: '\r\n',
    quoting: 'quote-text',
    headerLines: [],
    showColumnNames: true,
    columns: [
      { header: '序号', field: 'sequence' },
      { header: '指令编号', field: 'instruction-id' },
      { header: '收款账号', field: 'account-number' },
      { header: '收款户名', field: 'account-name' },
      { header: '开户行', field: 'bank-name' },
      { header: '金额(元)', field: 'amount-yuan' },
      { header: '币种', field: 'currency' },
      { header: '摘要', field: 'remark' },
    ],
    trailerLines: [['合计', '{count}', '{totalYuan}']],
    remark: '{period} 工资',
    maxRows: 10_000,
  },
  {
    id: 'generic-pipe-gbk',
    name: '通用竖线分隔(GBK)',
    encoding: 'gbk',
    delimiter: '|',
    lineEnding: '\r\n',
    quoting: 'plain',
    headerLines: [['H', '{payerAccount}', '{payDate}', '{count}', '{totalYuan}', '{runId}']],
    showColumnNames: false,
    columns: [
      { header: '序号', field: 'sequence' },
      { header: '账号', field: 'account-number' },
      { header: '户名', field: 'account-name' },
      { header: '金额', field: 'amount-yuan' },
      { header: '指令编号', field: 'instruction-id' },
      { header: '摘要', field: 'remark' },
    ],
    trailerLines: [['T', '{count}', '{totalYuan}']],
    remark: '{period}工资',
    maxRows: 5_000,
  },
];
