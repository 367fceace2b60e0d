/** A scheme with everything parsed: weights, targets, limits as exact ratios in the unit of their metric. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { AppliesTo, Indicator, Metric, Scheme, SchemeProjects } from '../../../shared/contracts/plans.ts';
import { type Compiled, compileExpression, factEnvironment } from '../../../shared/kernel/expression.ts';
import { type MetricWindow, meanPer } from '../../../shared/kernel/metric-window.ts';
import { max, multiply, ONE, parseRatio, type Ratio, ratio } from '../../../shared/kernel/ratio.ts';
import { type Curve, compileCurve } from './compile-curve.ts';

/** `fen`: whole or exact fen, written in yuan. `count`: whole. `number`: any. `ratio`: a share, written as decimal or percentage. */
export type MetricUnit = 'fen' | 'count' | 'number' | 'ratio';

export const unitOf = (metric: Metric): MetricUnit => {
  switch (metric.fold) {
    case 'sum':
    case 'average':
    case 'latest':
      return metric.unit;
    case 'duration':
      return 'number';
    case 'ratio':
    case 'conversion':
      return 'ratio';
    case 'count':
    case 'count-distinct':
      // Visits per week need not be whole.
      return meanPer(metric.fold, metric.window) ? 'number' : 'count';
    case 'qualified-customers':
      return 'count';
  }
};

/** Below `atLeast` the attainment (or the total) is limited to `limitTo`. A metric without a value is below. */
export interface CompiledGate {
  readonly metric: string;
  readonly metricIndex: number;
  readonly metricName: LocalText;
  readonly unit: MetricUnit;
  readonly atLeast: Ratio;
  readonly limitTo: Ratio;
}

/** A target as it came about: Σ days × target ÷ Σ days, × ramp, × days employed ÷ days that count. */
export interface TargetBasis {
  readonly parts: readonly {
    readonly days: number;
    readonly target: Ratio | null;
    /** Where it was set; null: the plan's own. */
    readonly of: AppliesTo | null;
  }[];
  readonly ramp: { readonly month: number; readonly share: Ratio } | null;
  readonly prorated: { readonly days: number; readonly of: number } | null;
}

export interface CompiledIndicator {
  readonly id: string;
  readonly name: LocalText;
  readonly kind: Indicator['kind'];
  readonly metric: string;
  readonly metricIndex: number;
  readonly unit: MetricUnit;
  readonly weight: Ratio;
  readonly weightText: string;
  /** In the metric's unit: fen for money. Null: none is set, and the plan has none. */
  readonly target: Ratio | null;
  readonly targetText: string | null;
  /** Where the target is not simply the plan's: what it is made of. */
  readonly targetBasis?: TargetBasis;
  /** Shares of the target by month of service, the first first; none where new hires have the whole. */
  readonly ramp: readonly Ratio[];
  /** The days of which those employed are the share of the target; null where it is not prorated. */
  readonly prorateOver: MetricWindow | null;
  readonly lowerIsBetter: boolean;
  readonly curve: Curve | null;
  readonly curveKind: Indicator['curve']['kind'];
  readonly floor: Ratio;
  readonly cap: Ratio;
  /** The attainment of the best there is: for lower-is-better with nothing (or less) used, where target ÷ actual has no value. */
  readonly best: Ratio;
  readonly gates: readonly CompiledGate[];
}

/** What says stage and amount of a project, and the weights of each listed stage, in the order of the indicators. */
export interface CompiledProjects {
  readonly factTypes: ReadonlySet<string>;
  readonly stage: Compiled<Record<string, unknown>>;
  readonly weights: ReadonlyMap<string, readonly Ratio[]>;
}

export interface CompiledScheme {
  readonly indicators: readonly CompiledIndicator[];
  readonly totalGates: readonly CompiledGate[];
  /** Where the scheme scores by project. */
  readonly projects?: CompiledProjects;
}

const HUNDRED = ratio(100);

/** A threshold as the plan writes it, in the metric's own unit: yuan become fen. */
export const inMetricUnit = (text: string, unit: MetricUnit): Ratio => {
  const value = parseRatio(text);
  return unit === 'fen' ? multiply(value, HUNDRED) : value;
};

/** @throws Error when the scheme names a metric or an indicator that is not there: a published plan was verified, so this is a bug. */
export const compileScheme = (scheme: Scheme, metrics: readonly Metric[]): CompiledScheme => {
  const byId = new Map(metrics.map((metric, index) => [metric.id, { metric, index }]));
  const metricNamed = (id: string): { metric: Metric; index: number } => {
    const found = byId.get(id);
    if (!found) throw new Error(`the scheme names metric ${id}, which the plan does not have`);
    return found;
  };
  const known = new Set(scheme.indicators.map(({ id }) => id));
  const gates = scheme.gates.map(({ metric: id, atLeast, applies }) => {
    const { metric, index } = metricNamed(id);
    if (applies.to === 'indicator' && !known.has(applies.indicator)) throw new Error(`a gate names indicator ${applies.indicator}`);
    const unit = unitOf(metric);
    const gate: CompiledGate = {
      metric: id,
      metricIndex: index,
      metricName: metric.name,
      unit,
      atLeast: inMetricUnit(atLeast, unit),
      limitTo: parseRatio(applies.limitTo),
    };
    return { gate, applies };
  });
  return {
    indicators: scheme.indicators.map((indicator): CompiledIndicator => {
      const { metric, index } = metricNamed(indicator.metric);
      const unit = unitOf(metric);
      const cap = parseRatio(indicator.cap);
      return {
        id: indicator.id,
        name: indicator.name,
        kind: indicator.kind,
        metric: indicator.metric,
        metricIndex: index,
        unit,
        weight: parseRatio(indicator.weight),
        weightText: indicator.weight,
        target: indicator.target === undefined ? null : inMetricUnit(indicator.target, unit),
        targetText: indicator.target ?? null,
        ramp: (indicator.ramp ?? []).map(parseRatio),
        prorateOver: indicator.prorate ? metric.window : null,
        lowerIsBetter: indicator.direction === 'lower' || metric.fold === 'duration',
        curve: compileCurve(indicator.curve),
        curveKind: indicator.curve.kind,
        floor: parseRatio(indicator.floor),
        cap,
        best: bestAttainment(indicator.curve, cap),
        gates: gates.flatMap(({ gate, applies }) => (applies.to === 'indicator' && applies.indicator === indicator.id ? [gate] : [])),
      };
    }),
    totalGates: gates.flatMap(({ gate, applies }) => (applies.to === 'total' ? [gate] : [])),
    ...(scheme.projects ? { projects: compileProjects(scheme.projects, scheme.indicators) } : {}),
  };
};

const compileProjects = ({ factTypes, stage, stages }: SchemeProjects, indicators: readonly Indicator[]): CompiledProjects => {
  const expression = compileExpression(factEnvironment, stage, 'string');
  if (!expression.ok) throw new Error(`the stage of projects: ${expression.reason}`);
  const weightOf = (weights: Readonly<Record<string, string>>, id: string): Ratio => {
    const text = Object.hasOwn(weights, id) ? weights[id] : undefined;
    if (text === undefined) throw new Error(`a stage has no weight for indicator ${id}`);
    return parseRatio(text);
  };
  return {
    factTypes: new Set(factTypes),
    stage: expression.expression,
    weights: new Map(stages.map(({ name, weights }) => [name, indicators.map(({ id }) => weightOf(weights, id))])),
  };
};

/** Large enough to reach the end of every curve and the cap. */
const bestAttainment = (curve: Indicator['curve'], cap: Ratio): Ratio => {
  const ends =
    curve.kind === 'stepped'
      ? curve.steps.map(({ atLeast }) => parseRatio(atLeast))
      : curve.kind === 'piecewise'
        ? curve.points.map(({ at }) => parseRatio(at))
        : [];
  return ends.reduce(max, max(ONE, cap));
};
