/** What limits the awards of a rule by fact, order or customer in a month together. Pure; fen. */
import type { SubjectRule } from './compile-rewards.ts';
import type { RewardEvidence } from './evaluate-rewards.ts';

export interface Cap {
  readonly atMostFen: number;
  /** The cap of the year, where what it has left is the limit. */
  readonly capYearFen: number | null;
}

/** The month's cap, or what earlier months have left of the year's, whichever is less; null where there is none. */
export const capOf = ({ id, capFen, capYearFen }: SubjectRule, { earlier }: Pick<RewardEvidence, 'earlier'>): Cap | null => {
  const left = capYearFen === null ? null : Math.max(0, capYearFen - (earlier.get(id) ?? 0));
  if (left !== null && (capFen === null || left < capFen)) return { atMostFen: left, capYearFen };
  return capFen === null ? null : { atMostFen: capFen, capYearFen: null };
};
