/**
 * Rules of one exclusive group: for the same month, customer or fact only the one that gives most is paid, after its own gate, dates and
 * cap; of equal ones the first in the plan. The others keep what they would have given, for the explanation.
 */
import { fen, ZERO_FEN } from '../../../shared/kernel/money.ts';
import type { Desired } from './evaluate-rewards.ts';

/** What is held is earned: a release must not change which rule is paid. */
const earnedOf = ({ amountFen, heldFen }: Desired): number => amountFen + heldFen;

const contestOf = (desired: Desired): string | null =>
  desired.rule.exclusiveGroup === null || earnedOf(desired) === 0
    ? null
    : `${desired.rule.exclusiveGroup} ${desired.for} ${desired.for === 'month' ? '' : desired.subjectId}`;

/** `desired` in the plan's order. */
export const excludeRivals = (desired: readonly Desired[]): Desired[] => {
  const winners = new Map<string, Desired>();
  for (const one of desired) {
    const contest = contestOf(one);
    if (contest === null) continue;
    const best = winners.get(contest);
    if (best === undefined || earnedOf(one) > earnedOf(best)) winners.set(contest, one);
  }
  return desired.map((one) => {
    const winner = winners.get(contestOf(one) ?? '');
    if (winner === undefined || winner === one) return one;
    const yieldsTo = { name: winner.rule.name, amountFen: fen(earnedOf(winner)), insteadOf: one };
    return { ...one, amountFen: ZERO_FEN, heldFen: ZERO_FEN, yieldsTo };
  });
};
