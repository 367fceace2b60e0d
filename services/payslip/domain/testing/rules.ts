/** Rules for tests: the shipped rule book, and amounts as the vector files write them. */
import { readFileSync } from 'node:fs';
import { STATUTORY_RULE_SETS } from '../../../../infra/rules/index.ts';
import { type Fen, parseYuan } from '../../../../shared/kernel/money.ts';
import { localDate } from '../../../../shared/kernel/period.ts';
import { calculatePayslip } from '../calculate-payslip.ts';
import type { Payslip, PayslipInput, PayslipLine } from '../payslip.ts';
import { compileRuleBook, findRules, type RuleKind } from '../rule-book.ts';

export const RULE_BOOK = compileRuleBook(STATUTORY_RULE_SETS);

/** A rule set that the test needs to exist. */
export const rulesOn = <K extends RuleKind>(kind: K, region: string, on: string) => {
  const found = findRules(RULE_BOOK, kind, region, localDate(on));
  if (found === undefined) throw new Error(`no ${kind} for ${region} on ${on}`);
  return found;
};

/** `"36000"`, `"596.8"`, `"1080.00"` in fen. */
export const yuan = (text: string): Fen => parseYuan(text);

/** A file of `test/vectors/`. The caller names its shape. */
export const readVectors = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../test/vectors/${name}.json`, import.meta.url), 'utf8')) as T;

/** The payslip, or a failing test that shows the refusals. */
export const payslipOf = (input: PayslipInput): Payslip => {
  const result = calculatePayslip(input, RULE_BOOK);
  if (!result.ok) throw new Error(result.error.map((one) => `${one.code}: ${one.en}`).join('; '));
  return result.value;
};

export const refusalCodes = (input: PayslipInput): readonly string[] => {
  const result = calculatePayslip(input, RULE_BOOK);
  return result.ok ? [] : result.error.map((one) => one.code);
};

/** The first line of a code. */
export const lineOf = (slip: Payslip, code: string): PayslipLine => {
  const line = slip.lines.find((one) => one.code === code);
  if (line === undefined) throw new Error(`no line ${code} in ${slip.lines.map((one) => one.code).join(' ')}`);
  return line;
};
