/** Who gains and who loses by a plan, from each person's month before and after. Pure. */

import type { StoredRatio } from '../../../shared/contracts/books.ts';
import { add, compare, divide, fromStored, ratio, toDecimal, ZERO } from '../../../shared/kernel/ratio.ts';

export interface MonthOutcome {
  /** Null without a plan, or with one that does not score. */
  readonly score: { readonly total: string; readonly totalExact: StoredRatio } | null;
  readonly payFen: number;
}
export interface PersonOutcomes {
  readonly employeeId: string;
  readonly name: string;
  readonly before: MonthOutcome;
  readonly after: MonthOutcome;
}
export type Direction = 'gains' | 'loses' | 'same';
export interface PersonEffect {
  readonly employeeId: string;
  readonly name: string;
  readonly direction: Direction;
  readonly scoreBefore: string | null;
  readonly scoreAfter: string | null;
  readonly payBeforeFen: number;
  readonly payAfterFen: number;
  readonly differenceFen: number;
}
export interface PlanEffects {
  readonly people: number;
  readonly gaining: { readonly people: number; readonly byFen: number };
  readonly losing: { readonly people: number; readonly byFen: number };
  readonly unchanged: number;
  readonly payBeforeFen: number;
  readonly payAfterFen: number;
  readonly differenceFen: number;
  readonly averageScoreBefore: string | null;
  readonly averageScoreAfter: string | null;
  /** Who loses the most first; equal differences by score, then by id. */
  readonly items: readonly PersonEffect[];
}

/** By pay; where that is the same, by the exact score. A score that comes or goes says nothing. */
const directionOf = ({ before, after }: PersonOutcomes): Direction => {
  const money = after.payFen - before.payFen;
  const points = before.score && after.score ? compare(fromStored(after.score.totalExact), fromStored(before.score.totalExact)) : 0;
  const change = money || points;
  if (change === 0) return 'same';
  return change > 0 ? 'gains' : 'loses';
};

export const planEffects = (outcomes: readonly PersonOutcomes[]): PlanEffects => {
  const sum = (of: (one: PersonEffect) => number): number => items.reduce((all, one) => all + of(one), 0);
  const pointsOf = ({ before, after }: PersonOutcomes) =>
    before.score && after.score ? Number(after.score.total) - Number(before.score.total) : 0;
  const items = [...outcomes]
    .map((one) => ({ one, difference: one.after.payFen - one.before.payFen }))
    .sort((a, b) => a.difference - b.difference || pointsOf(a.one) - pointsOf(b.one) || (a.one.employeeId < b.one.employeeId ? -1 : 1))
    .map(
      ({ one, difference }): PersonEffect => ({
        employeeId: one.employeeId,
        name: one.name,
        direction: directionOf(one),
        scoreBefore: one.before.score?.total ?? null,
        scoreAfter: one.after.score?.total ?? null,
        payBeforeFen: one.before.payFen,
        payAfterFen: one.after.payFen,
        differenceFen: difference,
      }),
    );
  const side = (direction: Direction) => {
    const those = items.filter((item) => item.direction === direction);
    return { people: those.length, byFen: those.reduce((all, { differenceFen }) => all + differenceFen, 0) };
  };
  return {
    people: items.length,
    gaining: side('gains'),
    losing: side('loses'),
    unchanged: side('same').people,
    payBeforeFen: sum(({ payBeforeFen }) => payBeforeFen),
    payAfterFen: sum(({ payAfterFen }) => payAfterFen),
    differenceFen: sum(({ differenceFen }) => differenceFen),
    averageScoreBefore: averageOf(outcomes.map(({ before }) => before)),
    averageScoreAfter: averageOf(outcomes.map(({ after }) => after)),
    items,
  };
};

const averageOf = (months: readonly MonthOutcome[]): string | null => {
  const scores = months.flatMap(({ score }) => (score ? [fromStored(score.totalExact)] : []));
  return scores.length === 0 ? null : toDecimal(divide(scores.reduce(add, ZERO), ratio(scores.length)), 2);
};
