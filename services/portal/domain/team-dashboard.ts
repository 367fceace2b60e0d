/** A team's month at a glance, from its members' books. Pure; exact fractions until the last step. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import { add, compare, divide, fromStored, ratio, toDecimal, ZERO } from '../../../shared/kernel/ratio.ts';
import {
  type Completion,
  completionOf,
  type Funnel,
  funnelsOf,
  groupIndicators,
  type MetricUnit,
  overallCompletion,
  type PersonIndicator,
  percentOf,
  type Show,
  type TeamMember,
} from './team-completion.ts';

export interface Member extends TeamMember {
  readonly orgUnitId: string;
}

export interface TopInIndicator {
  readonly employeeId: string;
  readonly name: string;
  readonly actual: string;
  /** Part of the team's sum, in percent to 2 decimals. */
  readonly sharePercent: string;
}
/** People whose plans call it the same and measure it in the same unit and direction. */
export interface IndicatorOfTeam {
  readonly id: string;
  readonly name: LocalText;
  readonly unit: MetricUnit;
  readonly lowerIsBetter: boolean;
  readonly people: number;
  /** The team's, in human units: added up, or for shares and averages over everybody's denominators. */
  readonly actual: string | null;
  readonly target: string | null;
  readonly completionPercent: string | null;
  /** Mean attainment of those who have one, in percent to 2 decimals; null when nobody has. */
  readonly averageAttainmentPercent: string | null;
  readonly below: number;
  /** Facts that plans cannot be computed on: not in the figures. */
  readonly unavailableFacts: number;
  readonly topFive: readonly TopInIndicator[];
  readonly topFiveSharePercent: string | null;
}
export interface FunnelOfTeam {
  readonly stages: readonly string[];
  readonly steps: readonly {
    readonly metric: string;
    readonly name: LocalText;
    readonly from: string;
    readonly to: string;
    readonly people: number;
    readonly reached: string;
    readonly passed: string;
    readonly conversionPercent: string | null;
  }[];
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
  /** Σ actual ÷ Σ target over all indicators, each by its weights; in percent to 2 decimals. */
  readonly completionPercent: string | null;
  readonly indicators: readonly IndicatorOfTeam[];
  readonly topFive: readonly TopMember[];
  readonly topFiveSharePercent: string | null;
  /** Where opportunities get to, of the conversions that people's plans measure. */
  readonly funnels: readonly FunnelOfTeam[];
  /** Everyone behind on something, lowest score first. */
  readonly belowTarget: readonly BehindMember[];
  /** Everyone without a score: no fact yet, or no plan, with the reason. */
  readonly withoutScore: readonly { readonly employeeId: string; readonly name: string; readonly reason: LocalText }[];
}

const NO_FACTS: LocalText = { zh: '本月尚无业务事实', en: 'no facts this month yet' };

/** @param members everyone of the team in the month, in any order: the answer does not depend on it. */
export const teamDashboard = (members: readonly Member[], show: Show): TeamDashboard => {
  const scored = members.flatMap((member) =>
    member.book?.score ? [{ member, score: member.book.score, exactTotal: fromStored(member.book.score.totalExact) }] : [],
  );
  scored.sort((a, b) => compare(b.exactTotal, a.exactTotal) || compareText(a.member.employeeId, b.member.employeeId));
  const sum = scored.reduce((all, { exactTotal }) => add(all, exactTotal), ZERO);
  const positive = sum.n > 0;

  const top = scored.slice(0, 5);
  const indicators = groupIndicators(members).map((people) => ({ people, completion: completionOf(people) }));
  const overall = overallCompletion(indicators.map(({ completion }) => completion));
  const topSum = top.reduce((all, { exactTotal }) => add(all, exactTotal), ZERO);

  return {
    people: members.length,
    scored: scored.length,
    averageScore: scored.length > 0 ? toDecimal(divide(sum, ratio(scored.length)), 2) : null,
    completionPercent: overall && percentOf(overall),
    indicators: indicators.map(({ people, completion }) => indicatorOfTeam(people, completion, show)),
    topFive: top.map(({ member, score, exactTotal }) => ({
      employeeId: member.employeeId,
      name: member.name,
      score: score.total,
      sharePercent: positive ? percentOf(divide(exactTotal, sum)) : '0.00',
    })),
    topFiveSharePercent: positive ? percentOf(divide(topSum, sum)) : null,
    funnels: funnelsOf(
      members.flatMap(({ book, plan }) => (book && plan ? [{ conversions: plan.conversions, metrics: book.metrics }] : [])),
    ).map(funnelOfTeam),
    belowTarget: [...scored].reverse().flatMap(({ member, score }) => {
      const on = score.indicators
        .filter((indicator) => indicator.behind)
        .map((indicator) => ({
          indicator: indicator.id,
          name: indicator.name,
          attainmentPercent: indicator.attainment ? percentOf(fromStored(indicator.attainment)) : null,
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

const indicatorOfTeam = (people: readonly PersonIndicator[], { completion, ...totals }: Completion, show: Show): IndicatorOfTeam => {
  // Groups have somebody.
  const [{ indicator, kind }] = people as readonly [PersonIndicator];
  const attainments = people.flatMap((person) => (person.indicator.attainment ? [fromStored(person.indicator.attainment)] : []));
  const { actual, target, topFive, unavailableFacts } = totals;
  return {
    id: indicator.id,
    name: indicator.name,
    unit: kind.unit,
    lowerIsBetter: kind.lowerIsBetter,
    people: people.length,
    actual: actual && show(actual, kind.unit),
    target: target && show(target, kind.unit),
    completionPercent: completion && percentOf(completion),
    averageAttainmentPercent: attainments.length > 0 ? percentOf(divide(attainments.reduce(add, ZERO), ratio(attainments.length))) : null,
    below: people.filter((person) => person.indicator.behind).length,
    unavailableFacts,
    topFive: topFive.map(({ employeeId, name, actual: own, share }) => ({
      employeeId,
      name,
      actual: show(own, kind.unit),
      sharePercent: percentOf(share),
    })),
    topFiveSharePercent: topFive.length > 0 ? percentOf(topFive.map(({ share }) => share).reduce(add, ZERO)) : null,
  };
};

const funnelOfTeam = ({ stages, steps }: Funnel): FunnelOfTeam => ({
  stages,
  steps: steps.map(({ reached, passed, conversion, ...step }) => ({
    ...step,
    reached: toDecimal(reached, 0),
    passed: toDecimal(passed, 0),
    conversionPercent: conversion && percentOf(conversion),
  })),
});
