/** A month as it stands beside what it would be. Pure. */
import type { LocalText } from '../../../shared/contracts/common.ts';

export interface StandingRule {
  readonly name: LocalText;
  readonly amountFen: number;
  /** Earned besides, and held. */
  readonly heldFen: number;
}
export interface StandingMonth {
  /** Two decimals; null: not scored. */
  readonly score: string | null;
  readonly rules: ReadonlyMap<string, StandingRule>;
}
export interface RuleEffect {
  readonly ruleId: string;
  readonly name: LocalText;
  readonly beforeFen: number;
  readonly afterFen: number;
  /** What is held besides, after less before. */
  readonly heldDifferenceFen: number;
}
export interface MonthEffect {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly scoreBefore: string | null;
  readonly scoreAfter: string | null;
  readonly payBeforeFen: number;
  readonly payAfterFen: number;
  readonly differenceFen: number;
  /** Those that would pay or hold otherwise, by id. */
  readonly rules: readonly RuleEffect[];
}

const NOTHING = { amountFen: 0, heldFen: 0 } as const;

/** Null when nothing would change that anybody sees: neither points nor pay nor what is held. */
export const monthEffect = (
  of: Pick<MonthEffect, 'employeeId' | 'legalEntityId' | 'period'>,
  before: StandingMonth,
  after: StandingMonth,
): MonthEffect | null => {
  const rules = [...new Set([...before.rules.keys(), ...after.rules.keys()])].sort().flatMap((ruleId): RuleEffect[] => {
    const [was, is] = [before.rules.get(ruleId), after.rules.get(ruleId)];
    const [old, now] = [was ?? NOTHING, is ?? NOTHING];
    const name = (is ?? was)?.name;
    if (!name || (old.amountFen === now.amountFen && old.heldFen === now.heldFen)) return [];
    return [{ ruleId, name, beforeFen: old.amountFen, afterFen: now.amountFen, heldDifferenceFen: now.heldFen - old.heldFen }];
  });
  if (rules.length === 0 && before.score === after.score) return null;
  const payOf = ({ rules: all }: StandingMonth): number => [...all.values()].reduce((sum, { amountFen }) => sum + amountFen, 0);
  const [payBeforeFen, payAfterFen] = [payOf(before), payOf(after)];
  return {
    ...of,
    scoreBefore: before.score,
    scoreAfter: after.score,
    payBeforeFen,
    payAfterFen,
    differenceFen: payAfterFen - payBeforeFen,
    rules,
  };
};
