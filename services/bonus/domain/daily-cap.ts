/**
 * A cap of the day for rules by fact, order or customer: each award stands in full, and what a day's awards exceed the cap by is one more
 * award of that day. So the order in which facts arrive does not matter, and a withdrawal frees what the cap held back. Pure; fen.
 */
import { countingDay } from '../../../shared/kernel/metric-window.ts';
import type { SubjectRule } from './compile-rewards.ts';
import type { Desired } from './evaluate-rewards.ts';
import type { Explanation } from './explain-award.ts';
import { yuanText } from './number-text.ts';
import type { StoredAward } from './post-targets.ts';

/** By day what a rule's awards add up to, before the cap. */
export type DaySums = ReadonlyMap<string, number>;

/** The award of a day's cap is told from those of facts and customers, whose ids never begin so. */
export const daySubjectOf = (date: string): string => `~${date}`;

/** The day of the month that an award counts on; undefined where the rule has no cap of the day, or the fact or order is gone. */
export const dayOf = (desired: Desired, period: string): string | undefined => {
  if (desired.for === 'month' || desired.rule.capDayFen === null) return undefined;
  const date = desired.for === 'fact' ? desired.fact?.date : desired.order?.date;
  return date === undefined ? undefined : countingDay({ period, date });
};

/** The sums after what is decided now, and the days that it touches. `posted`: what of an award stands; nothing where all are decided anew. */
export const sumByDay = (
  rule: SubjectRule,
  desired: readonly Desired[],
  before: DaySums,
  { period, posted }: { readonly period: string; readonly posted: (desired: Desired) => StoredAward['award'] | undefined },
): { readonly sums: DaySums; readonly touched: ReadonlySet<string> } => {
  const sums = new Map(before);
  const touched = new Set<string>();
  const move = (date: string | undefined, amountFen: number): void => {
    if (date === undefined) return;
    sums.set(date, (sums.get(date) ?? 0) + amountFen);
    touched.add(date);
  };
  for (const one of desired) {
    if (one.for === 'month' || one.rule.id !== rule.id) continue;
    const stored = posted(one);
    if (stored) move(stored.date, -stored.amountFen);
    move(dayOf(one, period), one.amountFen);
  }
  return { sums, touched };
};

/** What is left of all days after their caps. */
export const cappedSum = (sums: DaySums, capFen: number): number => [...sums.values()].reduce((sum, fen) => sum + Math.min(fen, capFen), 0);

export const explainDayCap = (date: string, sumFen: number, capFen: number): Explanation => {
  const [sum, cap, over] = [yuanText(sumFen), yuanText(capFen), yuanText(Math.min(0, capFen - sumFen))];
  const within = sumFen <= capFen;
  const sign = within ? '≤' : '>';
  return {
    tests: [
      {
        passed: within,
        zh: `本规则 ${date} 合计 ${sum} 元 ${sign} 每日上限 ${cap} 元:${within ? '未超出' : '超出'}`,
        en: `the rule's awards of ${date}, ${sum} yuan, ${sign} the daily cap of ${cap} yuan: ${within ? 'within' : 'exceeded'}`,
      },
    ],
    formula: within
      ? { zh: '未超出每日上限,不扣减', en: 'within the daily cap: nothing is taken off' }
      : { zh: `${cap} 元 − ${sum} 元 = ${over} 元`, en: `${cap} yuan − ${sum} yuan = ${over} yuan` },
  };
};
