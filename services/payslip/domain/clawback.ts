/** Taking back incentives without going below the minimum wage. Amounts in fen. */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { yuanText } from './amount-text.ts';
import { boundsOf } from './month-bounds.ts';
import type { CarriedForward, LedgerEntry, PayslipLine } from './payslip.ts';
import { type Draft, missingRules, use } from './payslip-draft.ts';
import { carriedForwardLine, instalmentLine } from './payslip-lines.ts';
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
  const rest = carryForward(claims, takeable, isLastPayslip(input.employee.leaveDate, input.period));
  let carriedFen = 0;
  for (const { item, limitedBy } of rest) if (limitedBy === 'minimum-wage') carriedFen -= item.amountFen;
  if (carriedFen > 0) {
    draft.warnings.push({
      code: 'clawback_carried_forward',
      zh: `追回 ${yuanText(claimed)} 中有 ${yuanText(carriedFen)} 因最低工资结转下期。`,
      en: `${yuanText(carriedFen)} of ${yuanText(claimed)} to be taken back is carried forward because of the minimum wage.`,
    });
    for (const warning of minimum.warnings) draft.warnings.push({ code: 'rule_set', zh: warning.zh, en: warning.en });
  }
  return succeed({
    carried: rest.map(({ item, limitedBy }) => ({
      item,
      line: limitedBy === 'instalment' ? instalmentLine(item) : carriedForwardLine(item, takeable, minimum.monthlyFen, minimum.ref),
    })),
    minimum,
  });
};

/** Nothing can be taken later from somebody who has left. */
const isLastPayslip = (leaveDate: LocalDate | null, period: Month): boolean => leaveDate !== null && leaveDate <= boundsOf(period).last;

/**
 * What has to be taken back: each award whose entries of this payslip add up to less than nothing. Within one payslip a posting and its
 * reversal cancel without being a clawback of pay.
 */
export const clawbacksOf = (entries: readonly LedgerEntry[]): readonly CarriedForward[] => {
  if (!entries.some((entry) => entry.amountFen < 0)) return [];
  const net = new Map<string, { first: LedgerEntry; amountFen: number; instalments: number }>();
  for (const entry of entries) {
    const key = `${entry.awardId}/${entry.earnedPeriod}`;
    const found = net.get(key);
    const { instalments = 1 } = entry;
    if (found === undefined) net.set(key, { first: entry, amountFen: entry.amountFen, instalments });
    else {
      found.amountFen += entry.amountFen;
      found.instalments = Math.max(found.instalments, instalments);
    }
  }
  return [...net.values()]
    .filter(({ amountFen }) => amountFen < 0)
    .map(({ first, amountFen, instalments }) => ({
      awardId: first.awardId,
      ruleNameZh: first.ruleNameZh,
      ruleNameEn: first.ruleNameEn,
      category: first.category,
      earnedPeriod: first.earnedPeriod,
      amountFen: fen(amountFen),
      // Rounded up: so many payslips take all of it.
      ...(instalments === 1 ? {} : { instalmentFen: fen(Math.ceil(-amountFen / instalments)) }),
    }));
};

/** What is left of a claim, and what it was that left it. */
export interface LeftClaim {
  readonly item: CarriedForward;
  readonly limitedBy: 'minimum-wage' | 'instalment';
}
/**
 * Takes `recoverableFen` from the claims in order, oldest month first, of each at most its instalment unless this is the last payslip; what is
 * left is carried to the next one.
 */
export const carryForward = (claims: readonly CarriedForward[], recoverableFen: Fen, isLast = false): readonly LeftClaim[] => {
  let left: number = recoverableFen;
  const rest: LeftClaim[] = [];
  for (const claim of [...claims].sort((a, b) => (a.earnedPeriod < b.earnedPeriod ? -1 : a.earnedPeriod > b.earnedPeriod ? 1 : 0))) {
    const due = isLast ? -claim.amountFen : Math.min(-claim.amountFen, claim.instalmentFen ?? -claim.amountFen);
    const taken = Math.min(left, due);
    left -= taken;
    if (taken < -claim.amountFen) {
      rest.push({ item: { ...claim, amountFen: fen(claim.amountFen + taken) }, limitedBy: taken < due ? 'minimum-wage' : 'instalment' });
    }
  }
  return rest;
};
