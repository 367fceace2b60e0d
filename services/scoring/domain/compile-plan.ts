/**
 * A published plan as closures: expressions parsed and type-checked, thresholds as exact ratios. Done once per version; a version never
 * changes, so what is compiled is kept by digest.
 */
import type { CustomerOrder, PlanRef } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { Metric, PlanVersion } from '../../../shared/contracts/plans.ts';
import type { AssignedTargets } from '../../../shared/contracts/targets.ts';
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import {
  type Compiled,
  compileExpression,
  type ExpressionKind,
  factEnvironment,
  factInput,
  orderEnvironment,
  orderInput,
} from '../../../shared/kernel/expression.ts';
import type { MetricWindow, WindowSpan, WindowUnit } from '../../../shared/kernel/metric-window.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { ONE, type Ratio } from '../../../shared/kernel/ratio.ts';
import { unreachable } from '../../../shared/kernel/result.ts';
import { type CompiledScheme, compileScheme, type MetricUnit, unitOf } from './compile-scheme.ts';
import { exactValue, memberOf } from './exact-value.ts';
import type { PlanSegment } from './month-plan.ts';

type Input = Record<string, unknown>;

/** A fact and, made when the first expression asks for it, what expressions see of it. */
export interface FactReading {
  readonly fact: CreditedFact;
  input(): Input;
}
export const readingOf = (fact: CreditedFact): FactReading => {
  let input: Input | undefined;
  return {
    fact,
    input() {
      input ??= factInput(fact);
      return input;
    },
  };
};

/** The plan of a month that managers are told of. */
export const toldTo = (plan: CompiledPlan, managers: readonly string[] = []): CompiledPlan =>
  managers.length === 0 ? plan : { ...plan, managers };

/** What one fact gives to one metric. `error`: an expression could not be evaluated, the fact is not counted there. */
export type Contribution =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: Ratio }
  | { readonly kind: 'ratio'; readonly numerator: Ratio | null; readonly denominator: Ratio | null }
  /** Under which names the fact is counted; see {@link PASSED} for conversions. */
  | { readonly kind: 'members'; readonly members: readonly string[] }
  | { readonly kind: 'error'; readonly reason: string };

interface MetricBase {
  readonly index: number;
  readonly id: string;
  readonly name: LocalText;
  readonly unit: MetricUnit;
  /** What it counts, whatever it is called: the same text for the same metric of another version. */
  readonly definition: string;
  readonly window: MetricWindow;
  /** The days that count, once the plan is bound to a month (`plan-windows.ts`). */
  readonly span?: WindowSpan & { readonly meanPer: WindowUnit | null };
}
export interface FactMetric extends MetricBase {
  readonly fold: Exclude<Metric['fold'], 'qualified-customers'>;
  readonly factTypes: readonly string[];
  contribute(reading: FactReading): Contribution;
}
export type Qualification = { readonly ok: true; readonly qualifies: boolean } | { readonly ok: false; readonly reason: string };
export interface CustomerMetric extends MetricBase {
  readonly fold: 'qualified-customers';
  qualifies(customerId: string, order: CustomerOrder): Qualification;
}
export type CompiledMetric = FactMetric | CustomerMetric;

export interface CompiledPlan {
  readonly ref: PlanRef;
  readonly name: LocalText;
  readonly metrics: readonly CompiledMetric[];
  readonly metricsByFactType: ReadonlyMap<string, readonly FactMetric[]>;
  readonly customerMetrics: readonly CustomerMetric[];
  /** Of this version alone; with `segments`, these are what counts. */
  readonly scheme: CompiledScheme | null;
  /** Where more than one version counts in a month; see `month-plan.ts`. */
  readonly segments?: readonly PlanSegment[];
  /**
   * Absent where every metric counts the month: then the plan is the same in every month. Otherwise it has to be bound to one first
   * (`plan-windows.ts`), and then says which, and from which day on facts are needed.
   */
  readonly windows?: 'unbound' | { readonly period: Month; readonly from: LocalDate };
  /** What decided the targets of one person's month, where they are not simply the plan's (`month-targets.ts`). */
  readonly assigned?: AssignedTargets;
  /** Who is told of the month (`managersAbove` of people). */
  readonly managers?: readonly string[];
}

const MAX_REASON = 200;
const NONE: Contribution = { kind: 'none' };
/** Members of a conversion begin with the end of it that they got to. */
export const PASSED = { from: 'from:', to: 'to:' } as const;
const COUNTED: Contribution = { kind: 'value', value: ONE };

/** @throws Error when something does not compile: a published plan was verified, so this is a bug, and no money may move on it. */
export const compilePlan = ({ planId, version, digest, document }: PlanVersion): CompiledPlan => {
  const metrics = document.metrics.map((metric, index): CompiledMetric => {
    try {
      return compileMetric(metric, index);
    } catch (error) {
      throw new Error(`plan ${planId} version ${version}, metric ${metric.id}: ${(error as Error).message}`);
    }
  });
  return {
    ref: { planId, version, digest },
    name: document.name,
    metrics,
    metricsByFactType: byFactType(metrics),
    customerMetrics: metrics.filter((metric) => metric.fold === 'qualified-customers'),
    scheme: document.scheme ? compileScheme(document.scheme, document.metrics) : null,
    ...(metrics.some(({ window }) => window !== 'month') ? { windows: 'unbound' } : {}),
  };
};

export const byFactType = (metrics: readonly CompiledMetric[]): CompiledPlan['metricsByFactType'] => {
  const metricsByFactType = new Map<string, FactMetric[]>();
  for (const metric of metrics) {
    if (metric.fold === 'qualified-customers') continue;
    for (const type of new Set(metric.factTypes)) {
      const sameType = metricsByFactType.get(type);
      if (sameType) sameType.push(metric);
      else metricsByFactType.set(type, [metric]);
    }
  }
  return metricsByFactType;
};

/** Compiles each digest once; the least recently used goes first. */
export const planCompiler = (max = 200): ((version: PlanVersion) => CompiledPlan) => {
  const compiled = new Map<string, CompiledPlan>();
  return (version) => {
    // Versions with the same content share a digest but not their number, which answers must name.
    const key = `${version.planId}#${version.version}#${version.digest}`;
    const plan = compiled.get(key) ?? compilePlan(version);
    compiled.delete(key);
    compiled.set(key, plan);
    if (compiled.size > max) {
      const oldest = compiled.keys().next();
      if (!oldest.done) compiled.delete(oldest.value);
    }
    return plan;
  };
};

const compileMetric = (metric: Metric, index: number): CompiledMetric => {
  const { id, name, ...definition } = metric;
  const base = { index, id, name, unit: unitOf(metric), definition: canonicalJson(definition), window: metric.window };
  switch (metric.fold) {
    case 'qualified-customers': {
      const condition = compiled(orderEnvironment, metric.qualifies, 'bool');
      return {
        ...base,
        fold: metric.fold,
        qualifies(customerId, order) {
          const answer = condition.evaluate(orderInput({ ...order, customerId }));
          const reason = answer.ok ? 'gives neither true nor false' : answer.reason;
          return answer.ok && typeof answer.value === 'boolean'
            ? { ok: true, qualifies: answer.value }
            : { ok: false, reason: `${metric.qualifies}: ${reason}`.slice(0, MAX_REASON) };
        },
      };
    }
    case 'ratio': {
      const numerator = compileTerm(metric.numerator, 'one');
      const denominator = compileTerm(metric.denominator, 'one');
      return {
        ...base,
        fold: metric.fold,
        factTypes: [...metric.numerator.factTypes, ...metric.denominator.factTypes],
        contribute(reading) {
          const above = numerator(reading);
          const below = denominator(reading);
          if (above.kind === 'error') return above;
          if (below.kind === 'error') return below;
          if (above.kind === 'none' && below.kind === 'none') return NONE;
          return { kind: 'ratio', numerator: countedValue(above), denominator: countedValue(below) };
        },
      };
    }
    case 'count':
      return { ...base, fold: metric.fold, factTypes: metric.factTypes, contribute: compileTerm(metric, 'one') };
    case 'duration':
    case 'sum':
    case 'average':
    case 'latest':
      return { ...base, fold: metric.fold, factTypes: metric.factTypes, contribute: compileTerm(metric, 'amount') };
    case 'count-distinct': {
      const selects = compileWhere(metric.where);
      const by = compiled(factEnvironment, metric.by, 'any');
      return {
        ...base,
        fold: metric.fold,
        factTypes: metric.factTypes,
        contribute(reading) {
          const selected = selects(reading);
          if (selected.kind !== 'value') return selected;
          const answer = by.evaluate(reading.input());
          if (!answer.ok) return error(metric.by, answer.reason);
          const member = memberOf(answer.value);
          return member.ok ? { kind: 'members', members: [member.member] } : error(metric.by, member.reason);
        },
      };
    }
    case 'conversion':
      return { ...base, fold: metric.fold, factTypes: metric.factTypes, contribute: compileConversion(metric) };
    default:
      return unreachable(metric);
  }
};

/** An opportunity at a stage has passed every stage before it. A stage that is not listed (lost, on hold) says nothing. */
const compileConversion = (metric: Extract<Metric, { fold: 'conversion' }>): ((reading: FactReading) => Contribution) => {
  const selects = compileWhere(metric.where);
  const by = compiled(factEnvironment, metric.by, 'any');
  const stage = compiled(factEnvironment, metric.stage, 'string');
  const places = new Map(metric.stages.map((name, place) => [name, place]));
  const placeOf = (name: string): number => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`${name} is not one of its stages`);
    return place;
  };
  const [from, to] = [placeOf(metric.from), placeOf(metric.to)];
  return (reading) => {
    const selected = selects(reading);
    if (selected.kind !== 'value') return selected;
    const at = stage.evaluate(reading.input());
    if (!at.ok) return error(metric.stage, at.reason);
    if (typeof at.value !== 'string') return error(metric.stage, 'gives no text');
    const place = places.get(at.value) ?? -1;
    if (place < from) return NONE;
    const answer = by.evaluate(reading.input());
    if (!answer.ok) return error(metric.by, answer.reason);
    const opportunity = memberOf(answer.value);
    if (!opportunity.ok) return error(metric.by, opportunity.reason);
    const passed = `${PASSED.from}${opportunity.member}`;
    return { kind: 'members', members: place < to ? [passed] : [passed, `${PASSED.to}${opportunity.member}`] };
  };
};

const countedValue = (contribution: Contribution): Ratio | null => (contribution.kind === 'value' ? contribution.value : null);
const error = (source: string, reason: string): Contribution => ({ kind: 'error', reason: `${source}: ${reason}`.slice(0, MAX_REASON) });

interface Term {
  readonly factTypes: readonly string[];
  readonly where?: string | undefined;
  readonly value?: string | undefined;
}
/** `otherwise`: what a term without `value` gives, the fact's amount in fen or one. */
const compileTerm = (term: Term, otherwise: 'amount' | 'one'): ((reading: FactReading) => Contribution) => {
  const types = new Set(term.factTypes);
  const selects = compileWhere(term.where);
  const source = term.value;
  const value = source === undefined ? null : compiled(factEnvironment, source, 'number');
  return (reading) => {
    if (!types.has(reading.fact.type)) return NONE;
    const selected = selects(reading);
    if (selected.kind !== 'value') return selected;
    if (value === null || source === undefined) {
      return otherwise === 'one' ? COUNTED : { kind: 'value', value: { n: reading.fact.amountFen || 0, d: 1 } };
    }
    const answer = value.evaluate(reading.input());
    if (!answer.ok) return error(source, answer.reason);
    const exact = exactValue(answer.value);
    return exact.ok ? { kind: 'value', value: exact.value } : error(source, exact.reason);
  };
};

/** `value` when the fact is selected. */
const compileWhere = (where: string | undefined): ((reading: FactReading) => Contribution) => {
  if (where === undefined) return () => COUNTED;
  const condition = compiled(factEnvironment, where, 'bool');
  return (reading) => {
    const answer = condition.evaluate(reading.input());
    if (!answer.ok) return error(where, answer.reason);
    if (typeof answer.value !== 'boolean') return error(where, 'gives neither true nor false');
    return answer.value ? COUNTED : NONE;
  };
};

const compiled = (environment: Parameters<typeof compileExpression>[0], source: string, kind: ExpressionKind): Compiled<Input> => {
  const result = compileExpression(environment, source, kind);
  if (!result.ok) throw new Error(`${source}: ${result.reason}`);
  return result.expression;
};
