import { describe, expect, it } from 'vitest';
import { STATUTORY_RULE_SETS } from '../../../infra/rules/index.ts';
import { fen } from '../../../shared/kernel/money.ts';
import type { PayslipInput, SealedPayslip } from './payslip.ts';
import { sealPayslip } from './payslip-digest.ts';
import { replayPayslip } from './replay.ts';
import { compileRuleBook, findRules } from './rule-book.ts';
import type { StatutoryRuleSet } from './statutory-rules.ts';
import { payslipOf, RULE_BOOK } from './testing/rules.ts';
import { november2026 } from './testing/salesperson.ts';

const stored = { input: november2026, payslip: sealPayslip(november2026, payslipOf(november2026)) };
/** What a store gives back. */
const fromStore = (): { input: PayslipInput; payslip: SealedPayslip } => JSON.parse(JSON.stringify(stored)) as typeof stored;

describe('replay', () => {
  it('gives the identical digest from what was stored', () => {
    expect(stored.payslip.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(replayPayslip(fromStore(), RULE_BOOK)).toEqual({ status: 'identical', digest: stored.payslip.digest });
  });
  it('uses the versions the payslip names, also after a rule set got a new version', () => {
    const newer = STATUTORY_RULE_SETS.map(
      (set): StatutoryRuleSet => (set.kind === 'income-tax-wage' ? { ...set, version: 2, basicDeductionMonthlyYuan: '6000' } : set),
    );
    const book = compileRuleBook([...STATUTORY_RULE_SETS, ...newer.filter((set) => set.version === 2)]);
    expect(findRules(book, 'income-tax-wage', 'CN', november2026.payDate)?.ref.version).toBe(2);
    expect(replayPayslip(fromStore(), book)).toMatchObject({ status: 'identical' });
    expect(replayPayslip(fromStore(), compileRuleBook(newer))).toEqual({
      status: 'rules-missing',
      missing: [{ id: 'cn-income-tax-wage', version: 1 }],
    });
  });
  it('shows what was altered in the store', () => {
    const altered = fromStore();
    const lines = altered.payslip.lines.map((line) => (line.code === 'base-salary' ? { ...line, amountFen: fen(1_300_000) } : line));
    expect(replayPayslip({ ...altered, payslip: { ...altered.payslip, lines } }, RULE_BOOK)).toMatchObject({
      status: 'different',
      differences: [{ code: 'base-salary', storedFen: 1_300_000, recomputedFen: 1_200_000 }],
    });
    const totals = { ...altered.payslip.totals, netFen: fen(1) };
    expect(replayPayslip({ ...altered, payslip: { ...altered.payslip, totals } }, RULE_BOOK).status).toBe('different');
    const input = { ...altered.input, payDate: altered.input.payDate, revision: 2 };
    expect(replayPayslip({ ...altered, input }, RULE_BOOK).status).toBe('different');
  });
});
