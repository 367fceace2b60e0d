/** The digest a replay must reproduce: over the input, the rule versions and every figure; wording may improve without changing it. */
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Payslip, PayslipInput, PayslipLine, SealedPayslip } from './payslip.ts';

const figuresOf = (line: PayslipLine) => [
  line.code,
  line.kind,
  line.amountFen,
  line.quantity?.value ?? null,
  line.earnedPeriod,
  line.rounding,
  line.inputs,
];

/** SHA-256, lower-case hex. */
export const payslipDigest = (input: PayslipInput, payslip: Payslip): string =>
  digestOf({
    schema: payslip.schema,
    input,
    ruleSets: payslip.ruleSets,
    lines: payslip.lines.map(figuresOf),
    totals: payslip.totals,
    carriedForwardAfter: payslip.carriedForwardAfter,
    ytdAfter: payslip.ytdAfter,
  });

export const sealPayslip = (input: PayslipInput, payslip: Payslip): SealedPayslip => ({
  ...payslip,
  digest: payslipDigest(input, payslip),
});
