/** Taking back incentives without going below the minimum wage. Amounts in fen. */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { yuanText } from './amount-text.ts';
import { boundsOf } from './month-bounds.ts';
import type { CarriedForward, LedgerEntry, PayslipLine } from './payslip.ts';
import { type Draft, missingRules, use } from './payslip-draft.ts';
import { carriedForwardLine } from './payslip-lines.ts';
import type { Refusal } from './refusal.ts';
import { findRules, type MinimumWage } from './rule-book.ts';
import { takeableAboveMinimum } from './wage-floors.ts';

export interface LimitedClawback {
  readonly carried: readonly { readonly item: CarriedForward; readonly line: PayslipLine }[];
  readonly minimum: MinimumWage | undefined;
}

/**
 * Limits what is taken back so that the rest of the pay reaches the minimum wage. What cannot be taken is carried forward.
 * @param totalFen earnings of the month with every clawback taken in full.
 */
export const limitClawback = (
  draft: Draft,
  totalFen: number,
  overtimeFen: number,
  insuranceAndFundFen: number,
): Result<LimitedClawback, Refusal> => {
  const { input } = draft;
  const minimum = findRules(draft.book, 'minimum-wage', input.employee.city, boundsOf(input.period).last);
  if (minimum !== undefined) use(draft, minimum, false);
  const claims = [...input.carriedForward, ...clawbacksOf(input.ledgerEntries)];
  if (claims.length === 0) return succeed({ carried: [], minimum });
  if (minimum === undefined) return fail(missingRules('minimum-wage', input.employee.city, boundsOf(input.period).last));
  let claimed = 0;
  for (const claim of claims) claimed -= claim.amountFen;
  const takeable = takeableAboveMinimum(minimum, fen(totalFen + claimed - overtimeFen), fen(insuranceAndFundFen));
  const rest = carryForward(claims, takeable);
  if (rest.length > 0) {
    let carriedFen = 0;
    for (const item of rest) carriedFen -= item.amountFen;
    draft.warnings.push({
      code: 'clawback_carried_forward',
      zh: `追回 ${yuanText(claimed)} 中有 ${yuanText(carriedFen)} 因最低工资结转下期。`,
      en: `${yuanText(carriedFen)} of ${yuanText(claimed)} to be taken back is carried forward because of the minimum wage.`,
    });
    for (const warning of minimum.warnings) draft.warnings.push({ code: 'rule_set', zh: warning.zh, en: warning.en });
  }
  return succeed({
    carried: rest.map((item) => ({ item, line: carriedForwardLine(item, takeable, minimum.monthlyFen, minimum.ref) })),
    minimum,
  });
};

/**
 * What has to be taken back: each award whose entries of this payslip add up to less than nothing. Within one payslip a posting and its
 * reversal cancel without being a clawback of pay.
 */
export const clawbacksOf = (entries: readonly LedgerEntry[]): readonly CarriedForward[] => {
  if (!entries.some((entry) => entry.amountFen < 0)) return [];
  const net = new Map<string, { first: LedgerEntry; amountFen: number }>();
  for (const entry of entries) {
    const key = `${entry.awardId}/${entry.earnedPeriod}`;
    const found = net.get(key);
    if (found === undefined) net.set(key, { first: entry, amountFen: entry.amountFen });
    else found.amountFen += entry.amountFen;
  }
  return [...net.values()]
    .filter(({ amountFen }) => amountFen < 0)
    .map(({ first, amountFen }) => ({
      awardId: first.awardId,
      ruleNameZh: first.ruleNameZh,
      ruleNameEn: first.ruleNameEn,
      category: first.category,
      earnedPeriod: first.earnedPeriod,
      amountFen: fen(amountFen),
    }));
};

/** Takes `recoverableFen` from the claims in order, oldest month first; what is left is carried to the next payslip. */
export const carryForward = (claims: readonly CarriedForward[], recoverableFen: Fen): readonly CarriedForward[] => {
  let left: number = recoverableFen;
  const rest: CarriedForward[] = [];
  for (const claim of [...claims].sort((a, b) => (a.earnedPeriod < b.earnedPeriod ? -1 : a.earnedPeriod > b.earnedPeriod ? 1 : 0))) {
    const taken = Math.min(left, -claim.amountFen);
    left -= taken;
    if (taken < -claim.amountFen) rest.push({ ...claim, amountFen: fen(claim.amountFen + taken) });
  }
  return rest;
};
