/** Curves: attainment to the share of the weight, before floor and cap. Exact, and defined for every attainment. */
import type { Indicator } from '../../../shared/contracts/plans.ts';
import { add, compare, divide, multiply, parseRatio, type Ratio, subtract, ZERO } from '../../../shared/kernel/ratio.ts';

export type Curve = (attainment: Ratio) => Ratio;

/** Null for `linear`: attainment counts as it is. */
export const compileCurve = (curve: Indicator['curve']): Curve | null => {
  switch (curve.kind) {
    case 'linear':
      return null;
    case 'stepped':
      return stepped(curve.steps.map(({ atLeast, gives }) => ({ at: parseRatio(atLeast), gives: parseRatio(gives) })));
    case 'piecewise':
      return piecewise(curve.points.map(({ at, gives }) => ({ at: parseRatio(at), gives: parseRatio(gives) })));
  }
};

interface Corner {
  readonly at: Ratio;
  readonly gives: Ratio;
}
/** By attainment; corners at the same place stay in the order of the plan, so the last one named decides there. */
const sorted = (corners: readonly Corner[]): Corner[] => [...corners].sort((a, b) => compare(a.at, b.at));

/** The value of the last step reached; 0 below the first step. */
const stepped = (steps: readonly Corner[]): Curve => {
  const descending = sorted(steps).reverse();
  return (attainment) => {
    for (const step of descending) if (compare(attainment, step.at) >= 0) return step.gives;
    return ZERO;
  };
};

/** Straight lines between the points; before the first and after the last point their values hold. */
const piecewise = (points: readonly Corner[]): Curve => {
  const corners = sorted(points);
  const pieces = corners.map((from, index) => {
    const to = corners[index + 1];
    const flat = to === undefined || compare(to.at, from.at) === 0;
    return { from, slope: flat ? ZERO : divide(subtract(to.gives, from.gives), subtract(to.at, from.at)) };
  });
  const first = corners[0];
  const descending = pieces.reverse();
  return (attainment) => {
    for (const { from, slope } of descending) {
      if (compare(attainment, from.at) >= 0) return add(from.gives, multiply(slope, subtract(attainment, from.at)));
    }
    return first?.gives ?? ZERO;
  };
};
