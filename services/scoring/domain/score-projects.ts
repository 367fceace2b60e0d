/**
 * Schemes whose weights depend on the stage a project is in. Each project is scored on its own facts with the weights of its stage; a person's
 * score is the mean over the projects, weighed by their amounts. What the book keeps are sums over projects, so that one fact costs one
 * project, however many there are.
 *
 * Defined for every case: a stage that the scheme does not list, or none, takes the indicators' own weights; a project without an amount
 * above 0 is scored but weighs nothing; without any project that weighs, every indicator gives 0 points.
 */
import type { Book, IndicatorScore, ScoreSummary } from '../../../shared/contracts/books.ts';
import {
  add,
  compare,
  divide,
  fromStored,
  max,
  multiply,
  ONE,
  type Ratio,
  ratio,
  subtract,
  toDecimal,
  toStored,
  ZERO,
} from '../../../shared/kernel/ratio.ts';
import { attainmentOf, clampedOf, countedOf, isBehind, type MetricValues, targetOf } from './attainment.ts';
import { type CompiledPlan, readingOf } from './compile-plan.ts';
import type { CompiledIndicator, CompiledProjects, CompiledScheme } from './compile-scheme.ts';
import { applyToOrders, firstOrders, orderIdOf } from './customer-state.ts';
import { addFirstOrders, addTransition, newDelta } from './fold-facts.ts';
import { EMPTY_FOLD, mergeFold, NO_MEMBERS } from './merge-fold.ts';
import type { ProjectChange, ProjectParts } from './project-state.ts';

type SchemeWithProjects = CompiledScheme & { readonly projects: CompiledProjects };
type SchemeSums = NonNullable<Book['projects']>[number];

/** The schemes of a plan, of all its segments, that score by project; their order is that of `Book.projects`. */
export const projectSchemes = ({ scheme, segments }: Pick<CompiledPlan, 'scheme' | 'segments'>): SchemeWithProjects[] =>
  (segments ?? [{ scheme }]).flatMap(({ scheme: own }) => (own?.projects ? [{ ...own, projects: own.projects }] : []));

/** One indicator of one project. */
export interface ProjectIndicator {
  readonly indicator: CompiledIndicator;
  readonly weight: Ratio;
  readonly actual: Ratio | null;
  readonly attainment: Ratio | null;
  readonly counted: Ratio;
  readonly points: Ratio;
}
export interface ProjectScore {
  readonly projectId: string;
  /** As the latest fact that says one; null when none does. */
  readonly stage: string | null;
  /** Whether the scheme lists the stage; otherwise the indicators' own weights apply. */
  readonly stageListed: boolean;
  readonly amountFen: number;
  readonly total: Ratio;
  readonly indicators: readonly ProjectIndicator[];
}

/** A project on its own facts. `plan` is bound to the month. */
export const scoreProject = (plan: CompiledPlan, scheme: SchemeWithProjects, { projectId, facts }: ProjectParts): ProjectScore => {
  const values = valuesOfProject(plan, facts);
  const { stage, amountFen } = stageAndAmount(scheme.projects, facts);
  const weights = stage === null ? undefined : scheme.projects.weights.get(stage);
  const indicators = scheme.indicators.map((indicator, index): ProjectIndicator => {
    const weight = weights?.[index] ?? indicator.weight;
    const actual = values[indicator.metricIndex] ?? null;
    const attainment = attainmentOf(indicator, actual);
    const { counted } = countedOf(indicator, attainment, values);
    return { indicator, weight, actual, attainment, counted, points: multiply(counted, weight) };
  });
  const total = indicators.reduce((sum, { points }) => add(sum, points), ZERO);
  return { projectId, stage, stageListed: weights !== undefined, amountFen, total, indicators };
};

const valuesOfProject = (plan: CompiledPlan, facts: ProjectParts['facts']): MetricValues => {
  const delta = newDelta(plan);
  const transitions = facts.map((fact) => ({ factId: fact.factId, before: null, after: fact }));
  for (const transition of transitions) addTransition(delta, transition);
  if (plan.customerMetrics.length > 0) {
    const ordered = transitions.filter(({ after }) => orderIdOf(after) !== null);
    addFirstOrders(delta, firstOrders(applyToOrders(new Map(), ordered).values()));
  }
  const merged = mergeFold(plan, EMPTY_FOLD, delta, NO_MEMBERS);
  if (merged.status === 'fetch') throw new Error('a fold from the beginning needs nothing beside it');
  return merged.values;
};

/** Each by the latest fact that says it. */
const stageAndAmount = (
  { factTypes, stage }: CompiledProjects,
  facts: ProjectParts['facts'],
): Pick<ProjectScore, 'stage' | 'amountFen'> => {
  let name: string | null = null;
  let amountFen = 0;
  for (const fact of facts) {
    if (!factTypes.has(fact.type)) continue;
    const said = stage.evaluate(readingOf(fact).input());
    if (said.ok && typeof said.value === 'string') name = said.value;
    if (fact.amountFen !== undefined) amountFen = fact.amountFen;
  }
  return { stage: name, amountFen: Math.max(amountFen, 0) };
};

const noSums = ({ indicators }: CompiledScheme): SchemeSums => ({
  counted: 0,
  amountFen: '0',
  indicators: indicators.map(() => ({ weight: toStored(ZERO), points: toStored(ZERO), lost: toStored(ZERO), behind: 0 })),
});

/** The sums of the book after the change; undefined for a plan that does not score by project. */
export const addProjects = (plan: CompiledPlan, booked: Book['projects'], changes: readonly ProjectChange[]): Book['projects'] => {
  const schemes = projectSchemes(plan);
  if (schemes.length === 0) return undefined;
  return schemes.map((scheme, place) => {
    let sums = booked?.[place] ?? noSums(scheme);
    for (const { before, after } of changes) {
      if (before && before.facts.length > 0) sums = weighed(sums, scoreProject(plan, scheme, before), -1);
      if (after && after.facts.length > 0) sums = weighed(sums, scoreProject(plan, scheme, after), 1);
    }
    return sums;
  });
};

const weighed = (sums: SchemeSums, project: ProjectScore, sign: 1 | -1): SchemeSums => {
  if (project.amountFen === 0) return sums;
  const amount = ratio(project.amountFen * sign);
  const plus = (sum: SchemeSums['indicators'][number]['points'], value: Ratio) => toStored(add(fromStored(sum), multiply(amount, value)));
  return {
    counted: sums.counted + sign,
    amountFen: String(BigInt(sums.amountFen) + BigInt(project.amountFen * sign)),
    indicators: sums.indicators.map((sum, index) => {
      const own = project.indicators[index];
      if (!own) throw new Error('the sums are of another scheme');
      const atTarget = multiply(clampedOf(own.indicator, ONE), own.weight);
      return {
        weight: plus(sum.weight, own.weight),
        points: plus(sum.points, own.points),
        lost: plus(sum.lost, max(subtract(atTarget, own.points), ZERO)),
        // What does not count in a stage is not behind there.
        behind: sum.behind + (compare(own.weight, ZERO) > 0 && isBehind(own.attainment) ? sign : 0),
      };
    }),
  };
};

/** What an indicator gives over all projects: the mean weight, points and points lost below target. Null where none weighs. */
export const meanOverProjects = (
  { amountFen, indicators }: SchemeSums,
  index: number,
): { readonly weight: Ratio; readonly points: Ratio; readonly lost: Ratio; readonly behind: number } | null => {
  const sum = indicators[index];
  const amount = ratio(BigInt(amountFen));
  if (!sum || compare(amount, ZERO) <= 0) return null;
  const mean = (value: typeof sum.points): Ratio => divide(fromStored(value), amount);
  return { weight: mean(sum.weight), points: mean(sum.points), lost: mean(sum.lost), behind: sum.behind };
};

/** Indicators and the exact sum of their points. */
export interface ScoredIndicators extends Pick<ScoreSummary, 'indicators' | 'projects'> {
  readonly sum: Ratio;
}

/** A scheme over all projects. `actual` and `attainment` are of all facts together, for reading: points are not made of them. */
export const scoreOverProjects = (scheme: CompiledScheme, booked: SchemeSums | undefined, values: MetricValues): ScoredIndicators => {
  const sums = booked ?? noSums(scheme);
  let sum: Ratio = ZERO;
  const indicators = scheme.indicators.map((indicator, index): IndicatorScore => {
    const mean = meanOverProjects(sums, index) ?? { weight: indicator.weight, points: ZERO, behind: 1 };
    const actual = values[indicator.metricIndex] ?? null;
    const attainment = attainmentOf(indicator, actual);
    sum = add(sum, mean.points);
    return {
      id: indicator.id,
      name: indicator.name,
      metric: indicator.metric,
      weight: toDecimal(mean.weight, 2),
      ...targetOf(indicator),
      actual: actual && toStored(actual),
      attainment: attainment && toStored(attainment),
      counted: toStored(compare(mean.weight, ZERO) === 0 ? ZERO : divide(mean.points, mean.weight)),
      points: toStored(mean.points),
      pointsText: toDecimal(mean.points, 2),
      behind: mean.behind > 0,
    };
  });
  return { sum, indicators, projects: sums };
};
