import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { fen } from '../../../shared/kernel/money.ts';
import { localDate, month } from '../../../shared/kernel/period.ts';
import { BANK_FILE_TEMPLATES, type BankFileRun, type BankFileTemplate, buildBankFile, type Payout } from '../domain/bank-file.ts';
import { encodeBankFile, unencodableTexts } from './bank-file-encode.ts';

const payout = (index: number, accountName: string, amountFen: number): Payout => ({
  employeeId: `emp-${index}`,
  payslipId: `run-1:emp-${index}:1`,
  accountNumber: `00622202000000000${index}`,
  accountName,
  bankName: '工商银行上海分行',
  bankCode: '102290000012',
  amountFen: fen(amountFen),
});
const payouts = [payout(1, '林晓雯', 1_792_689), payout(2, '欧阳"小"明', 1_000_000), payout(3, '=HYPERLINK("http://x")', 50)];
const run: BankFileRun = {
  runId: 'run-1',
  period: month('2026-11'),
  payDate: localDate('2026-11-30'),
  payerAccount: '31001500000000001',
  totalFen: fen(2_792_739),
  count: 3,
};
const templateOf = (id: string): BankFileTemplate => {
  const found = BANK_FILE_TEMPLATES.find((template) => template.id === id);
  if (found === undefined) throw new Error(`no template ${id}`);
  return found;
};
const build = (template: BankFileTemplate, people: readonly Payout[] = payouts, of: BankFileRun = run) => {
  const result = buildBankFile(template, of, people);
  if (!result.ok) throw new Error(result.error.map((one) => one.en).join());
  return result.value;
};

describe('bank files', () => {
  it('UTF-8: accounts are quoted text, amounts numbers with two decimals, count and total at the end', () => {
    const template = templateOf('generic-csv-utf8');
    const text = Buffer.from(encodeBankFile(build(template), template)).toString('utf8');
    const rows = text.split('\r\n');
    expect(rows[0]).toBe('\uFEFF"序号","指令编号","收款账号","收款户名","开户行","金额(元)","币种","摘要"');
    expect(rows[1]).toMatch(/^1,"P[0-9A-F]{19}","006222020000000001","林晓雯","工商银行上海分行",17926\.89,"CNY","2026-11 工资"$/);
    expect(rows[4]).toBe('"合计",3,27927.39');
    const cells = parse(text, { bom: true, relax_column_count: true }) as string[][];
    expect(cells[2]?.[3]).toBe('欧阳"小"明');
    expect(cells[3]?.[3]).toBe(`'=HYPERLINK("http://x")`);
  });
  it('GBK with a header and a trailer', () => {
    const template = templateOf('generic-pipe-gbk');
    const text = iconv.decode(Buffer.from(encodeBankFile(build(template), template)), 'gbk');
    const rows = text.split('\r\n');
    expect(rows[0]).toBe('H|31001500000000001|2026-11-30|3|27927.39|run-1');
    expect(rows[1]).toContain('|林晓雯|17926.89|');
    expect(rows[4]).toBe('T|3|27927.39');
  });
  it('refuses to write a name that GBK does not have', () => {
    const template = templateOf('generic-pipe-gbk');
    const file = build(template, [payout(1, '𬱖小明', 100)], { ...run, count: 1, totalFen: fen(100) });
    expect(unencodableTexts(file, template)).toEqual(['𬱖小明']);
    expect(() => encodeBankFile(file, template)).toThrow(/not in gbk/);
  });
});

describe('bank file rows', () => {
  const template = templateOf('generic-csv-utf8');
  const codes = (people: readonly Payout[], of: BankFileRun = run) => {
    const result = buildBankFile(template, of, people);
    return result.ok ? [] : result.error.map((one) => one.code);
  };
  it('are refused unless count and total equal the run', () => {
    expect(codes(payouts)).toEqual([]);
    expect(codes(payouts.slice(1))).toEqual(['count_differs', 'total_differs']);
    expect(codes(payouts, { ...run, totalFen: fen(2_792_740) })).toEqual(['total_differs']);
  });
  it('are refused for amounts, accounts and people that cannot be paid', () => {
    const bad = [
      payout(1, 'A', 0),
      { ...payout(2, 'B', 10), accountNumber: '' },
      { ...payout(3, 'C', 10), accountNumber: '12 34' },
      payout(1, 'A', 10),
    ];
    expect(codes(bad, { ...run, count: 4, totalFen: fen(30) })).toEqual([
      'amount_not_positive',
      'missing_account',
      'invalid_account',
      'duplicate_payout',
    ]);
  });
  it('have instruction ids that depend on run and payslip alone', () => {
    const ids = build(template).instructions.map((one) => one.instructionId);
    expect(new Set(ids).size).toBe(3);
    expect(build(template).instructions.map((one) => one.instructionId)).toEqual(ids);
    expect(build(template, [...payouts].reverse()).instructions.map((one) => one.instructionId)).toEqual([...ids].reverse());
  });
});
