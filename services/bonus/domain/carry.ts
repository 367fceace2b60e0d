/**
 * What a rule's earlier months mean for a month: a cap of the year has less left, a quarter's rule has paid part of it already, a draw is to
 * be recovered. Only amounts are carried, never how they came about, so a month is decided from its own facts and these sums. Pure.
 */
import { windowSpan } from '../../../shared/kernel/metric-window.ts';
import { addMonths, type Month, monthOf } from '../../../shared/kernel/period.ts';
import type { Rule } from './compile-rewards.ts';

/** A draw is recovered within three years, or not at all. */
const DRAW_MONTHS = 35;

/** Whether the rule looks at what earlier months were paid. */
export const carries = (rule: Rule): boolean =>
  rule.capYearFen !== null || (rule.kind === 'draw' ? rule.recoverable : 'trueUp' in rule && rule.trueUp !== null);

const monthsBetween = (from: Month, before: Month): Month[] => {
  const months: Month[] = [];
  for (let month = from; month < before; month = addMonths(month, 1)) months.push(month);
  return months;
};

/** The earlier months whose amounts of the rule count in month `of`; none where it carries nothing. */
export const earlierMonths = (rule: Rule, of: Month): Month[] => {
  if (rule.kind === 'draw') return rule.recoverable ? monthsBetween(addMonths(of, -DRAW_MONTHS), of) : [];
  if ('trueUp' in rule && rule.trueUp !== null) return monthsBetween(monthOf(windowSpan(rule.trueUp.window, of).from), of);
  return rule.capYearFen === null ? [] : monthsBetween(`${of.slice(0, 4)}-01` as Month, of);
};

/** Whether a month is the last of the time that a rule is trued up over. */
export const isLastOf = (window: 'quarter' | 'half-year' | 'year', of: Month): boolean => {
  const length = { quarter: 3, 'half-year': 6, year: 12 }[window];
  return Number(of.slice(5, 7)) % length === 0;
};

/** Longest that a month of now can carry into: how far later ones are looked for. */
export const MAX_CARRY_MONTHS = DRAW_MONTHS;
