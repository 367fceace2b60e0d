/**
 * A plan's reward rules, made ready once per published version: expressions parsed, rates and thresholds exact and in the metric's own
 * unit (fen where the metric is money), the edges and the affine pieces of rate tables worked out.
 */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { AwardCategory } from '../../../shared/contracts/ledger.ts';
import type { Audience, Metric, PlanDocument, Release, Reward } from '../../../shared/contracts/plans.ts';
import { type Compiled, compileExpression, factEnvironment, orderEnvironment } from '../../../shared/kernel/expression.ts';
import { type Fen, parseRate, type Rate } from '../../../shared/kernel/money.ts';
import { add, compare, multiply, ONE, parseRatio, type Ratio, ratio, subtract, ZERO } from '../../../shared/kernel/ratio.ts';
import { unreachable } from '../../../shared/kernel/result.ts';
import { carries } from './carry.ts';
import { type ConditionPart, conditionParts } from './condition-parts.ts';
import { rateText } from './number-text.ts';

/** How a metric's number is meant: fen, a plain count or number, or a quotient that people read in percent. */
export type MetricUnit = 'fen' | 'number' | 'ratio';

/** What an explanation needs of a metric. */
export interface MetricInfo {
  readonly id: string;
  readonly name: LocalText;
  readonly unit: MetricUnit;
  /** Fact types that can change it; null where any fact of a customer can. */
  readonly factTypes: ReadonlySet<string> | null;
}

export interface CompiledGate {
  readonly of: 'metric' | 'attainment' | 'score';
  /** Metric or indicator id; empty for the score. */
  readonly id: string;
  readonly name: LocalText;
  readonly unit: MetricUnit;
  /** In the metric's own unit. */
  readonly atLeast: Ratio;
}

/** One tier: from `edge` (fen) on, the amount is `value × slope + offset`, exactly. Slab tables have offset 0. */
export interface CompiledTier {
  readonly edge: Ratio;
  /** For explanations: `110%`, empty where the tiers go by amount; and `3%`. */
  readonly attainmentText: string;
  readonly rateText: string;
  readonly rate: Rate;
  readonly slope: Ratio;
  readonly offset: Ratio;
}

interface RuleBase {
  readonly id: string;
  readonly name: LocalText;
  readonly category: AwardCategory;
  /** First and last day, inclusive; empty text where unlimited. */
  readonly from: string;
  readonly to: string;
  /** Null: everybody whose plan it is in. */
  readonly audience: Audience | null;
  readonly gate: CompiledGate | null;
  readonly capFen: Fen | null;
  readonly capYearFen: Fen | null;
  /** In how many payslips what was paid is taken back. */
  readonly instalments: number | null;
  /** Of its rules only the one that gives most is paid. */
  readonly exclusiveGroup: string | null;
}
export interface SubjectRule extends RuleBase {
  readonly kind: 'per-fact';
  readonly per: 'fact' | 'customer' | 'order';
  readonly factTypes: ReadonlySet<string> | null;
  readonly where: Compiled<Record<string, unknown>>;
  readonly parts: readonly ConditionPart[];
  /** What is paid for each: an amount, or a rate of what it is worth. */
  readonly pays: { readonly amountFen: Fen } | { readonly rate: Ratio };
  readonly capEachFen: Fen | null;
  readonly capDayFen: Fen | null;
  readonly clawback: 'pro-rata' | 'full' | null;
  readonly release: Release | null;
  /** Text that groups what the rule speaks of: only the first of a group is paid. Null where each is. */
  readonly firstIn: Compiled<Record<string, unknown>> | null;
}
/** Over which time a rule is trued up, and which share of it is paid before its last month. */
export interface TrueUp {
  readonly window: 'quarter' | 'half-year' | 'year';
  readonly advance: Ratio;
}
interface MetricRuleBase extends RuleBase {
  readonly metric: MetricInfo;
  readonly floorFen: Fen | null;
  /** Null: each month is by itself. */
  readonly trueUp: TrueUp | null;
}
export interface DrawRule extends RuleBase {
  readonly kind: 'draw';
  /** Rules whose amounts are guaranteed together. */
  readonly of: readonly string[];
  readonly guaranteeFen: Fen;
  readonly firstMonths: number;
  readonly prorated: boolean;
  readonly recoverable: boolean;
}
/** What a pool, or a share of it, goes by. */
export type PoolWeight = { readonly by: 'score' | 'head' } | { readonly by: 'metric'; readonly metric: MetricInfo };
export interface PoolRule extends RuleBase {
  readonly kind: 'pool';
  /** All of it: an amount, or a rate of what a metric of all members adds up to. */
  readonly total: { readonly amountFen: Fen } | { readonly rate: Ratio; readonly metric: MetricInfo };
  readonly sharedBy: PoolWeight;
  readonly among: 'org-unit' | 'plan';
}
export type MetricRule = MetricRuleBase &
  (
    | { readonly kind: 'count-threshold'; readonly moreThan: Ratio; readonly amountFen: Fen }
    | {
        readonly kind: 'tiered-rate';
        readonly mode: 'slab' | 'marginal';
        readonly tiersBy: 'attainment' | 'amount';
        /** Fen; null where the tiers go by amount. */
        readonly target: Ratio | null;
        readonly tiers: readonly CompiledTier[];
      }
    | { readonly kind: 'over-target'; readonly target: Ratio; readonly amountPerPointFen: Fen; readonly perUnit: Ratio }
    | { readonly kind: 'per-unit'; readonly amountFen: Fen; readonly perUnit: Ratio }
    | { readonly kind: 'fixed-on-target'; readonly target: Ratio; readonly amountFen: Fen }
  );
export type Rule = SubjectRule | MetricRule | DrawRule | PoolRule;

export interface CompiledRewards {
  readonly digest: string;
  /** In the plan's order. */
  readonly rules: readonly Rule[];
  readonly metricRules: readonly MetricRule[];
  readonly factRules: readonly SubjectRule[];
  readonly customerRules: readonly SubjectRule[];
  readonly orderRules: readonly SubjectRule[];
  readonly drawRules: readonly DrawRule[];
  /** Shared out among people, beside their months; see `share-pools.ts`. */
  readonly poolRules: readonly PoolRule[];
  /** Rules that look at what earlier months were paid; see `carry.ts`. */
  readonly carryRules: readonly Rule[];
  readonly ruleById: ReadonlyMap<string, Rule>;
  /** Whether any rule excludes another. */
  readonly hasExclusive: boolean;
  /** Whether any rule is for some of the people only. */
  readonly hasAudience: boolean;
  /** Whether any rule pays some days later. */
  readonly hasDueDays: boolean;
}

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
    case 'qualified-customers':
      return 'number';
    default:
      return unreachable(metric);
  }
};

const factTypesOf = (metric: Metric): ReadonlySet<string> | null => {
  switch (metric.fold) {
    case 'qualified-customers':
      return null;
    case 'ratio':
      return new Set([...metric.numerator.factTypes, ...metric.denominator.factTypes]);
    default:
      return new Set(metric.factTypes);
  }
};

const FEN_PER_YUAN = ratio(100);

/** A plan's decimal in the metric's own unit: yuan to fen for money. */
const inUnit = (text: string, unit: MetricUnit): Ratio => (unit === 'fen' ? multiply(parseRatio(text), FEN_PER_YUAN) : parseRatio(text));

class Fault extends Error {
  constructor(ruleId: string, reason: string) {
    super(`reward rule ${ruleId}: ${reason}`);
    this.name = 'RewardCompileError';
  }
}

const compileTiers = (rule: Extract<Reward, { kind: 'tiered-rate' }>, target: Ratio | null): CompiledTier[] => {
  const tiers: CompiledTier[] = [];
  for (const { atLeast, rate: rateGiven } of rule.tiers) {
    const rate = parseRate(rateGiven);
    const slope = ratio(rate.numerator, rate.denominator);
    const edge = target === null ? inUnit(atLeast, 'fen') : multiply(parseRatio(atLeast), target);
    const before = tiers.at(-1);
    if (before === undefined ? compare(edge, ZERO) !== 0 : compare(edge, before.edge) <= 0) {
      throw new Fault(rule.id, 'tiers must begin at 0 and rise');
    }
    // Marginal: what the lower tiers give up to this edge, less what this tier's rate would have given there.
    const offset = rule.mode === 'slab' || before === undefined ? ZERO : add(before.offset, multiply(edge, subtract(before.slope, slope)));
    tiers.push({
      edge,
      attainmentText: target === null ? '' : rateText(parseRatio(atLeast)),
      rateText: rateText(slope),
      rate,
      slope,
      offset,
    });
  }
  return tiers;
};

const expressionOf = (
  rule: Extract<Reward, { kind: 'per-fact' }>,
  source: string,
  kind: 'bool' | 'string',
): Compiled<Record<string, unknown>> => {
  const compiled = compileExpression(rule.per === 'fact' ? factEnvironment : orderEnvironment, source, kind);
  if (!compiled.ok) throw new Fault(rule.id, `${kind === 'bool' ? 'condition' : 'group'}: ${compiled.reason}`);
  return compiled.expression;
};

const paysOf = ({ id, amountFen, rate }: Extract<Reward, { kind: 'per-fact' }>): SubjectRule['pays'] => {
  if (amountFen !== undefined && rate === undefined) return { amountFen };
  if (rate === undefined || amountFen !== undefined) throw new Fault(id, 'either an amount or a rate');
  const { numerator, denominator } = parseRate(rate);
  return { rate: ratio(numerator, denominator) };
};

const poolOf = (
  { id, amountFen, rate, of }: Extract<Reward, { kind: 'pool' }>,
  metricOf: (ruleId: string, id: string) => MetricInfo,
): PoolRule['total'] => {
  if (amountFen !== undefined && rate === undefined) return { amountFen };
  if (amountFen !== undefined || rate === undefined || of === undefined) throw new Fault(id, 'either an amount, or a rate of a metric');
  const metric = metricOf(id, of);
  if (metric.unit !== 'fen') throw new Fault(id, 'a rate applies to money, and this metric is not');
  const { numerator, denominator } = parseRate(rate);
  return { rate: ratio(numerator, denominator), metric };
};

/**
 * @throws Error naming the rule when it cannot be evaluated (an unknown metric, a rate on something that is not money, a condition that
 * does not compile). The verifier refuses such plans, so a published one that throws here is a fault to look at, not a zero to pay.
 */
export const compileRewards = (document: PlanDocument, digest: string): CompiledRewards => {
  const metrics = new Map<string, MetricInfo>(
    document.metrics.map((metric) => [
      metric.id,
      { id: metric.id, name: metric.name, unit: unitOf(metric), factTypes: factTypesOf(metric) },
    ]),
  );
  const metricOf = (ruleId: string, id: string): MetricInfo => {
    const found = metrics.get(id);
    if (!found) throw new Fault(ruleId, `unknown metric ${id}`);
    return found;
  };
  const compileGate = (rule: Reward): CompiledGate | null => {
    if (!rule.gate) return null;
    const { on, atLeast } = rule.gate;
    switch (on.of) {
      case 'metric': {
        const { name, unit } = metricOf(rule.id, on.metric);
        return { of: 'metric', id: on.metric, name, unit, atLeast: inUnit(atLeast, unit) };
      }
      case 'attainment': {
        const indicator = document.scheme?.indicators.find(({ id }) => id === on.indicator);
        if (!indicator) throw new Fault(rule.id, `unknown indicator ${on.indicator}`);
        const name = { zh: `${indicator.name.zh}达成率`, en: `attainment of ${indicator.name.en}` };
        return { of: 'attainment', id: on.indicator, name, unit: 'ratio', atLeast: parseRatio(atLeast) };
      }
      case 'score':
        return { of: 'score', id: '', name: { zh: '绩效得分', en: 'score' }, unit: 'number', atLeast: parseRatio(atLeast) };
      default:
        return unreachable(on);
    }
  };

  const windows = new Map(document.metrics.map(({ id, window }) => [id, window]));
  const trueUpOf = (rule: Exclude<Reward, { kind: 'per-fact' | 'draw' | 'pool' }>): TrueUp | null => {
    const window = windows.get(rule.metric);
    if (rule.trueUp === undefined) return null;
    if (window !== 'quarter' && window !== 'half-year' && window !== 'year')
      throw new Fault(rule.id, 'there is nothing to true up within a month');
    return { window, advance: rule.trueUp.advance === undefined ? ONE : parseRatio(rule.trueUp.advance) };
  };

  const compileRule = (rule: Reward): Rule => {
    const base = {
      id: rule.id,
      name: rule.name,
      category: rule.category,
      from: rule.from ?? '',
      to: rule.to ?? '',
      audience: rule.for ?? null,
      gate: compileGate(rule),
      capFen: rule.capPerMonthFen ?? null,
      capYearFen: rule.capPerYearFen ?? null,
      instalments: rule.clawbackInstalments ?? null,
      exclusiveGroup: rule.exclusiveGroup ?? null,
    };
    if (rule.kind === 'per-fact') {
      const { kind, per, clawback = null } = rule;
      const factTypes = rule.factTypes ? new Set(rule.factTypes) : null;
      const where = expressionOf(rule, rule.where, 'bool');
      const firstIn = rule.firstIn === undefined ? null : expressionOf(rule, rule.firstIn, 'string');
      return {
        ...base,
        kind,
        per,
        factTypes,
        where,
        parts: conditionParts(rule.where, per),
        pays: paysOf(rule),
        capEachFen: rule.capPerFactFen ?? null,
        capDayFen: rule.capPerDayFen ?? null,
        clawback,
        release: rule.release ?? null,
        firstIn,
      };
    }
    if (rule.kind === 'draw') {
      const { kind, of, guaranteeFen, firstMonths, recoverable } = rule;
      return { ...base, kind, of, guaranteeFen, firstMonths, prorated: rule.prorate !== undefined, recoverable };
    }
    if (rule.kind === 'pool') {
      const { kind, among, sharedBy } = rule;
      const by: PoolWeight = sharedBy.by === 'metric' ? { by: 'metric', metric: metricOf(rule.id, sharedBy.metric) } : sharedBy;
      return { ...base, kind, among, sharedBy: by, total: poolOf(rule, metricOf) };
    }
    const metric = metricOf(rule.id, rule.metric);
    const { unit } = metric;
    const byMetric = { ...base, metric, floorFen: rule.floorPerMonthFen ?? null, trueUp: trueUpOf(rule) };
    switch (rule.kind) {
      case 'count-threshold':
        return { ...byMetric, kind: rule.kind, moreThan: inUnit(rule.moreThan, unit), amountFen: rule.amountFen };
      case 'fixed-on-target':
        return { ...byMetric, kind: rule.kind, target: inUnit(rule.target, unit), amountFen: rule.amountFen };
      case 'per-unit':
        // A unit of money is a yuan: fen ÷ 100.
        return { ...byMetric, kind: rule.kind, amountFen: rule.amountFen, perUnit: ratio(rule.amountFen, unit === 'fen' ? 100 : 1) };
      case 'over-target': {
        if (unit === 'fen') throw new Fault(rule.id, 'percentage points of a money metric mean nothing');
        const perUnit = multiply(ratio(rule.amountPerPointFen), ratio(100));
        return {
          ...byMetric,
          kind: rule.kind,
          target: parseRatio(rule.target),
          amountPerPointFen: rule.amountPerPointFen,
          perUnit,
        };
      }
      case 'tiered-rate': {
        if (unit !== 'fen') throw new Fault(rule.id, 'a rate applies to money, and this metric is not');
        const byAttainment = rule.tiersBy === 'attainment';
        const target = byAttainment && rule.target !== undefined ? inUnit(rule.target, 'fen') : null;
        if (byAttainment && (target === null || compare(target, ZERO) <= 0)) throw new Fault(rule.id, 'attainment needs a target above 0');
        return { ...byMetric, kind: rule.kind, mode: rule.mode, tiersBy: rule.tiersBy, target, tiers: compileTiers(rule, target) };
      }
      default:
        return unreachable(rule);
    }
  };

  const rules = document.rewards.map(compileRule);
  const subjectRules = rules.filter((rule) => rule.kind === 'per-fact');
  return {
    digest,
    rules,
    metricRules: rules.filter((rule): rule is MetricRule => 'metric' in rule),
    poolRules: rules.filter((rule) => rule.kind === 'pool'),
    drawRules: rules.filter((rule) => rule.kind === 'draw'),
    carryRules: rules.filter(carries),
    factRules: subjectRules.filter(({ per }) => per === 'fact'),
    customerRules: subjectRules.filter(({ per }) => per === 'customer'),
    orderRules: subjectRules.filter(({ per }) => per === 'order'),
    ruleById: new Map(rules.map((rule) => [rule.id, rule])),
    hasAudience: rules.some(({ audience, kind }) => audience !== null || kind === 'draw'),
    hasDueDays: subjectRules.some(({ release }) => release?.when === 'days'),
    hasExclusive: rules.some(({ exclusiveGroup }) => exclusiveGroup !== null),
  };
};

/** How many compiled versions one process keeps. */
export const MAX_COMPILED = 500;

/** Compiles each version once: the digest is over the document, so equal digests are equal rules. Least recently used out first. */
export const rewardsCompiler = (): ((plan: { readonly digest: string; readonly document: PlanDocument }) => CompiledRewards) => {
  const cache = new Map<string, CompiledRewards>();
  return ({ digest, document }) => {
    const known = cache.get(digest);
    const compiled = known ?? compileRewards(document, digest);
    if (known) cache.delete(digest);
    cache.set(digest, compiled);
    if (cache.size > MAX_COMPILED) {
      const oldest = cache.keys().next();
      if (!oldest.done) cache.delete(oldest.value);
    }
    return compiled;
  };
};
