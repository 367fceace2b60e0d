/** A team's month at a glance, from its members' books. Pure; exact fractions until the last step. */
import type { Book } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import { add, divide, multiply, type Ratio, ratio, toDecimal, ZERO } from '../../../shared/kernel/ratio.ts';

export interface Member {
  readonly employeeId: string;
  readonly name: string;
  readonly orgUnitId: string;
  /** Absent until the first fact of the month. */
  readonly book: Book | null;
}

export interface IndicatorOfTeam {
  readonly id: string;
  readonly name: LocalText;
  readonly people: number;
  /** Mean attainment of those who have one, in percent to 2 decimals; null when nobody has. */
  readonly averageAttainmentPercent: string | null;
  readonly below: number;
}
export interface TopMember {
  readonly employeeId: string;
  readonly name: string;
  readonly score: string;
  /** Part of the team's summed scores, in percent to 2 decimals. */
  readonly sharePercent: string;
}
export interface BehindMember {
  readonly employeeId: string;
  readonly name: string;
  readonly score: string;
  readonly on: readonly { readonly indicator: string; readonly name: LocalText; readonly attainmentPercent: string | null }[];
}
export interface TeamDashboard {
  readonly people: number;
  readonly scored: number;
  /** Mean score to 2 decimals; null when nobody has one. */
  readonly averageScore: string | null;
  readonly indicators: readonly IndicatorOfTeam[];
  readonly topFive: readonly TopMember[];
  readonly topFiveSharePercent: string | null;
  /** Everyone behind on something, lowest score first. */
  readonly belowTarget: readonly BehindMember[];
  /** Everyone without a score: no fact yet, or no plan, with the reason. */
  readonly withoutScore: readonly { readonly employeeId: string; readonly name: string; readonly reason: LocalText }[];
}

const NO_FACTS: LocalText = { zh: '本月尚无业务事实', en: 'no facts this month yet' };
const HUNDRED = ratio(100);
const percent = (value: Ratio): string => toDecimal(multiply(value, HUNDRED), 2);
const exact = (stored: { readonly n: string; readonly d: string }): Ratio => ratio(BigInt(stored.n), BigInt(stored.d));

/** @param members everyone of the team in the month, in any order: the answer does not depend on it. */
export const teamDashboard = (members: readonly Member[]): TeamDashboard => {
  const scored = members.flatMap((member) =>
    member.book?.score ? [{ member, score: member.book.score, exactTotal: exact(member.book.score.totalExact) }] : [],
  );
  scored.sort((a, b) => Number(b.score.total) - Number(a.score.total) || compareText(a.member.employeeId, b.member.employeeId));
  const sum = scored.reduce((all, { exactTotal }) => add(all, exactTotal), ZERO);
  const positive = sum.n > 0;

  const top = scored.slice(0, 5);
  const topSum = top.reduce((all, { exactTotal }) => add(all, exactTotal), ZERO);

  return {
    people: members.length,
    scored: scored.length,
    averageScore: scored.length > 0 ? toDecimal(divide(sum, ratio(scored.length)), 2) : null,
    indicators: indicatorsOfTeam(scored.map(({ score }) => score.indicators)),
    topFive: top.map(({ member, score, exactTotal }) => ({
      employeeId: member.employeeId,
      name: member.name,
      score: score.total,
      sharePercent: positive ? percent(divide(exactTotal, sum)) : '0.00',
    })),
    topFiveSharePercent: positive ? percent(divide(topSum, sum)) : null,
    belowTarget: [...scored].reverse().flatMap(({ member, score }) => {
      const on = score.indicators
        .filter((indicator) => indicator.behind)
        .map((indicator) => ({
          indicator: indicator.id,
          name: indicator.name,
          attainmentPercent: indicator.attainment ? percent(exact(indicator.attainment)) : null,
        }));
      return on.length > 0 ? [{ employeeId: member.employeeId, name: member.name, score: score.total, on }] : [];
    }),
    withoutScore: members
      .filter((member) => !member.book?.score)
      .sort((a, b) => compareText(a.employeeId, b.employeeId))
      .map((member) => ({ employeeId: member.employeeId, name: member.name, reason: member.book?.refusal?.reason ?? NO_FACTS })),
  };
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const indicatorsOfTeam = (people: readonly NonNullable<Book['score']>['indicators'][]): IndicatorOfTeam[] => {
  const byId = new Map<string, { name: LocalText; people: number; with: number; sum: Ratio; below: number }>();
  for (const indicators of people) {
    for (const indicator of indicators) {
      const entry = byId.get(indicator.id) ?? { name: indicator.name, people: 0, with: 0, sum: ZERO, below: 0 };
      entry.people += 1;
      if (indicator.behind) entry.below += 1;
      if (indicator.attainment) {
        entry.with += 1;
        entry.sum = add(entry.sum, exact(indicator.attainment));
      }
      byId.set(indicator.id, entry);
    }
  }
  return [...byId]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, entry]) => ({
      id,
      name: entry.name,
      people: entry.people,
      averageAttainmentPercent: entry.with > 0 ? percent(divide(entry.sum, ratio(entry.with))) : null,
      below: entry.below,
    }));
};
