/** Recomputes a stored payslip from its stored input with the rule versions it names (I8). */

import { calculatePayslip } from './calculate-payslip.ts';
import type { PayslipInput, PayslipLine, SealedPayslip } from './payslip.ts';
import { payslipDigest } from './payslip-digest.ts';
import type { Refusal } from './refusal.ts';
import { pinRuleBook, type RuleBook } from './rule-book.ts';
import type { RuleSetRef } from './statutory-rules.ts';

export interface LineDifference {
  readonly position: number;
  readonly code: string;
  readonly storedFen: number | null;
  readonly recomputedFen: number | null;
}

export type Replay =
  | { readonly status: 'identical'; readonly digest: string }
  | {
      readonly status: 'different';
      readonly storedDigest: string;
      readonly recomputedDigest: string;
      readonly differences: readonly LineDifference[];
    }
  | { readonly status: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly status: 'rules-missing'; readonly missing: readonly RuleSetRef[] };

/** Replays one payslip. `different` with no line differences means that the stored document was altered elsewhere. */
export const replayPayslip = (stored: { readonly input: PayslipInput; readonly payslip: SealedPayslip }, book: RuleBook): Replay => {
  const pinned = pinRuleBook(book, stored.payslip.ruleSets);
  if (pinned.missing.length > 0) return { status: 'rules-missing', missing: pinned.missing };
  const result = calculatePayslip(stored.input, pinned.book);
  if (!result.ok) return { status: 'refused', refusals: result.error };
  const digest = payslipDigest(stored.input, result.value);
  const storedDigest = payslipDigest(stored.input, stored.payslip);
  if (digest === stored.payslip.digest && digest === storedDigest) return { status: 'identical', digest };
  return {
    status: 'different',
    storedDigest: stored.payslip.digest,
    recomputedDigest: digest,
    differences: differencesOf(stored.payslip.lines, result.value.lines),
  };
};

const differencesOf = (stored: readonly PayslipLine[], recomputed: readonly PayslipLine[]): LineDifference[] => {
  const differences: LineDifference[] = [];
  for (let position = 0; position < Math.max(stored.length, recomputed.length); position += 1) {
    const before = stored[position];
    const after = recomputed[position];
    const [storedFen, recomputedFen] = [before?.amountFen ?? null, after?.amountFen ?? null];
    if (before?.code !== after?.code || storedFen !== recomputedFen)
      differences.push({ position, code: before?.code ?? after?.code ?? '', storedFen, recomputedFen });
  }
  return differences;
};
