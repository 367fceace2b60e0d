/**
 * What a team has achieved of what is asked of it, indicator by indicator, and where its opportunities get to. Pure; exact fractions.
 *
 * Completion is Σ actual ÷ Σ target (Σ target ÷ Σ actual where lower is better). Shares and averages are not added up: the team's is
 * Σ numerator ÷ Σ denominator, and its target is each person's weighed by that denominator. Overall, every indicator counts with the
 * weights that people's schemes give it.
 */
import type { Book, BookedMetric, IndicatorScore } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import {
  add,
  compare,
  divide,
  fromStored,
  multiply,
  parseRatio,
  type Ratio,
  ratio,
  toDecimal,
  ZERO,
} from '../../../shared/kernel/ratio.ts';

export type MetricUnit = 'fen' | 'count' | 'number' | 'ratio';
/** How the metric of an indicator folds, by the plan that the person's score is of. */
export interface IndicatorKind {
  readonly metric: string;
  readonly fold: string;
  readonly unit: MetricUnit;
  readonly lowerIsBetter: boolean;
}
export interface ConversionStep {
  readonly metric: string;
  readonly name: LocalText;
  readonly stages: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** What a person's numbers are, by the plan that the book was made with. */
export interface MemberPlan {
  readonly indicators: ReadonlyMap<string, IndicatorKind>;
  readonly conversions: readonly ConversionStep[];
}
export interface TeamMember {
  readonly employeeId: string;
  readonly name: string;
  /** Absent until the first fact of the month. */
  readonly book: Book | null;
  /** Null without a plan. */
  readonly plan: MemberPlan | null;
}
/** How the engine writes a number in its unit. Pure. */
export type Show = (value: Ratio, unit: MetricUnit) => string;

/** One person's indicator with what it was made of. */
export interface PersonIndicator {
  readonly employeeId: string;
  readonly name: string;
  readonly indicator: IndicatorScore;
  readonly kind: IndicatorKind;
  readonly booked: BookedMetric | undefined;
}
export interface TopShare {
  readonly employeeId: string;
  readonly name: string;
  readonly actual: Ratio;
  /** Of the team's sum. */
  readonly share: Ratio;
}
export interface Completion {
  /** In the metric's own unit (fen for money); null without any data. */
  readonly actual: Ratio | null;
  readonly target: Ratio | null;
  /** Null where the target is 0 or below, or nothing was used of what should be low. */
  readonly completion: Ratio | null;
  /** Σ of the weights that people's schemes give it. */
  readonly weight: Ratio;
  /** The five who brought most of it; empty for shares, averages, and what should be low. */
  readonly topFive: readonly TopShare[];
  /** Facts of all of them that their plans cannot be computed on: kept, and not in the figures. */
  readonly unavailableFacts: number;
}

const HUNDRED = ratio(100);
const isPositive = (value: Ratio): boolean => compare(value, ZERO) > 0;
const sum = (values: readonly Ratio[]): Ratio => values.reduce(add, ZERO);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** In percent to 2 decimals. */
export const percentOf = (value: Ratio): string => toDecimal(multiply(value, HUNDRED), 2);

/**
 * Everybody's indicators by id, and where plans differ by unit, fold and direction too: what cannot be added up is not. Groups by id, people
 * by id, so that a group has the same name whatever the order of the members.
 */
export const groupIndicators = (members: readonly TeamMember[]): (readonly PersonIndicator[])[] => {
  const groups = new Map<string, PersonIndicator[]>();
  for (const { employeeId, name, book, plan } of [...members].sort((a, b) => compareText(a.employeeId, b.employeeId))) {
    for (const indicator of book?.score?.indicators ?? []) {
      const kind = plan?.indicators.get(indicator.id);
      // Who has no target is measured against none.
      if (!book || !kind || indicator.target === null) continue;
      const key = [indicator.id, kind.unit, kind.fold, kind.lowerIsBetter ? 'lower' : 'higher'].join(' ');
      const booked = Object.hasOwn(book.metrics, indicator.metric) ? book.metrics[indicator.metric] : undefined;
      const person = { employeeId, name, indicator, kind, booked };
      const group = groups.get(key);
      if (group) group.push(person);
      else groups.set(key, [person]);
    }
  }
  return [...groups].sort(([a], [b]) => compareText(a, b)).map(([, people]) => people);
};

const targetOf = ({ indicator: { target, targetExact }, kind }: PersonIndicator): Ratio => {
  if (targetExact) return fromStored(targetExact);
  const written = parseRatio(target ?? '0');
  return kind.unit === 'fen' ? multiply(written, HUNDRED) : written;
};

/** What each value is divided by: the denominator of a share, the facts of an average; null for what adds up. */
const divisorOf = ({ kind, booked }: PersonIndicator): Ratio | null => {
  switch (kind.fold) {
    case 'ratio':
    case 'conversion':
      return stored(booked, 'denominator');
    case 'average':
    case 'duration':
      return ratio(booked?.facts ?? 0);
    default:
      return null;
  }
};
const stored = (booked: BookedMetric | undefined, part: 'numerator' | 'denominator'): Ratio => {
  const text = booked?.state[part];
  if (typeof text !== 'string') return ZERO;
  const [n = '0', d = '1'] = text.split('/');
  return fromStored({ n, d });
};

/** @param people everybody who has the indicator, of one unit and direction, in any order. */
export const completionOf = (people: readonly PersonIndicator[]): Completion => {
  const weight = sum(people.map(({ indicator }) => parseRatio(indicator.weight)));
  const { actual, target } = totalsOf(people);
  const lowerIsBetter = people[0]?.kind.lowerIsBetter ?? false;
  const [above, below] = lowerIsBetter ? [target, actual] : [actual, target];
  const completion = above && below && target && isPositive(target) && isPositive(below) ? divide(above, below) : null;
  const unavailableFacts = people.reduce((all, { booked }) => all + (booked?.errors ?? 0), 0);
  return { actual, target, completion, weight, topFive: lowerIsBetter || !actual ? [] : topFiveOf(people, actual), unavailableFacts };
};

const totalsOf = (people: readonly PersonIndicator[]): { readonly actual: Ratio | null; readonly target: Ratio | null } => {
  const parts = people.map((person) => {
    const { actual } = person.indicator;
    return { actual: actual && fromStored(actual), target: targetOf(person), divisor: divisorOf(person) };
  });
  const known = parts.flatMap(({ actual }) => (actual ? [actual] : []));
  if (parts.every(({ divisor }) => divisor === null))
    return { actual: known.length > 0 ? sum(known) : null, target: sum(parts.map(({ target }) => target)) };
  const divisor = sum(parts.map((part) => part.divisor ?? ZERO));
  if (!isPositive(divisor)) return { actual: null, target: null };
  const weighed = (value: (part: (typeof parts)[number]) => Ratio): Ratio =>
    divide(sum(parts.map((part) => multiply(value(part), part.divisor ?? ZERO))), divisor);
  return { actual: weighed(({ actual }) => actual ?? ZERO), target: weighed(({ target }) => target) };
};

const topFiveOf = (people: readonly PersonIndicator[], total: Ratio): TopShare[] => {
  if (!isPositive(total) || people.some((person) => divisorOf(person) !== null)) return [];
  return people
    .flatMap(({ employeeId, name, indicator }) => {
      const actual = indicator.actual && fromStored(indicator.actual);
      return actual && isPositive(actual) ? [{ employeeId, name, actual, share: divide(actual, total) }] : [];
    })
    .sort((a, b) => compare(b.actual, a.actual) || compareText(a.employeeId, b.employeeId))
    .slice(0, 5);
};

/** Σ weight × completion ÷ Σ weight of the indicators that have one; null when none has. */
export const overallCompletion = (parts: readonly Completion[]): Ratio | null => {
  const known = parts.flatMap(({ completion, weight }) => (completion && isPositive(weight) ? [{ completion, weight }] : []));
  if (known.length === 0) return null;
  return divide(sum(known.map(({ completion, weight }) => multiply(completion, weight))), sum(known.map(({ weight }) => weight)));
};

/** One step of a funnel: how many opportunities got to a stage, and how many of these to a later one. */
export interface FunnelStep {
  readonly metric: string;
  readonly name: LocalText;
  readonly from: string;
  readonly to: string;
  readonly people: number;
  readonly reached: Ratio;
  readonly passed: Ratio;
  /** Null when nothing got there. */
  readonly conversion: Ratio | null;
}
export interface Funnel {
  readonly stages: readonly string[];
  /** In the order of the stages. */
  readonly steps: readonly FunnelStep[];
}

/** Conversions over the same stages are steps of one funnel. An opportunity that is credited to two people counts for each. */
export const funnelsOf = (
  people: readonly { readonly conversions: readonly ConversionStep[]; readonly metrics: Readonly<Record<string, BookedMetric>> }[],
): Funnel[] => {
  const steps = new Map<string, { step: ConversionStep; people: number; reached: Ratio; passed: Ratio }>();
  for (const { conversions, metrics } of people) {
    for (const step of conversions) {
      const key = JSON.stringify([step.stages, step.from, step.to, step.metric]);
      const known = steps.get(key) ?? { step, people: 0, reached: ZERO, passed: ZERO };
      const booked = Object.hasOwn(metrics, step.metric) ? metrics[step.metric] : undefined;
      steps.set(key, {
        step: known.step,
        people: known.people + 1,
        reached: add(known.reached, stored(booked, 'denominator')),
        passed: add(known.passed, stored(booked, 'numerator')),
      });
    }
  }
  const funnels = new Map<string, Funnel & { steps: FunnelStep[] }>();
  for (const { step, people: count, reached, passed } of steps.values()) {
    const key = JSON.stringify(step.stages);
    const funnel = funnels.get(key) ?? { stages: step.stages, steps: [] };
    const conversion = isPositive(reached) ? divide(passed, reached) : null;
    funnel.steps.push({ metric: step.metric, name: step.name, from: step.from, to: step.to, people: count, reached, passed, conversion });
    funnels.set(key, funnel);
  }
  return [...funnels]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { stages, steps: own }]) => {
      const place = (stage: string): number => stages.indexOf(stage);
      own.sort((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to) || compareText(a.metric, b.metric));
      return { stages, steps: own };
    });
};
