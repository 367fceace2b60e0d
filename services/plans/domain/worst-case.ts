/**
 * The most a plan can cost in a month at given volumes: every gate open, every threshold met, every customer qualifying. Not a forecast:
 * a number that cannot be exceeded while the volumes are not.
 */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Metric, PlanDocument, Reward } from '../../../shared/contracts/plans.ts';
import { formatYuanGrouped, MAX_FEN } from '../../../shared/kernel/money.ts';
import { add, compare, max, min, multiply, parseRatio, type Ratio, ratio, subtract, ZERO } from '../../../shared/kernel/ratio.ts';
import { unreachable } from '../../../shared/kernel/result.ts';
import { divideBig } from '../../../shared/kernel/rounding.ts';
import { ORDER_FACT } from './example-facts.ts';
import { inMetricUnit, unitOf, upperBound } from './metric-units.ts';
import { firstFen, mostTierPay, tiersInFen } from './tier-pay.ts';

/** The most that one person reaches in a month, and how many persons there are. */
export interface Volumes {
  readonly people: number;
  /** Metric id → the most per person, as the plan writes it: yuan for money, `"90%"` for ratios. */
  readonly metrics: Readonly<Record<string, string>>;
  /** Fact type → the most facts per person. */
  readonly facts: Readonly<Record<string, number>>;
  /** Fact type → the most its facts add up to per person, in yuan. */
  readonly amounts: Readonly<Record<string, string>>;
  /** Customers with an order, per person. */
  readonly customers: number;
}

export interface RuleCost {
  readonly ruleId: string;
  readonly name: LocalText;
  /** Per person and month; null when the volumes do not say enough. */
  readonly mostFen: number | null;
  readonly how: LocalText;
}
export interface WorstCase {
  readonly rules: readonly RuleCost[];
  /** Null when a rule's cost cannot be told: the most would be a guess. */
  readonly perPersonFen: number | null;
  readonly totalFen: number | null;
  /** Metric ids and fact types that the volumes would have to name. */
  readonly missing: readonly string[];
}

const LIMIT = BigInt(MAX_FEN);
type PerFact = Extract<Reward, { kind: 'per-fact' }>;
type Cost = { readonly most: bigint; readonly how: LocalText } | { readonly missing: readonly string[] };

/** The document is expected to be free of errors. */
export const estimateWorstCase = (plan: PlanDocument, volumes: Volumes): WorstCase => {
  const costs = plan.rewards.map((rule) => ({ rule, cost: capped(rule, floored(rule, costOf(rule, plan, volumes))) }));
  const missing = [...new Set(costs.flatMap(({ cost }) => ('missing' in cost ? cost.missing : [])))];
  const rules = costs.map(
    ({ rule, cost }): RuleCost => ({
      ruleId: rule.id,
      name: rule.name,
      mostFen: 'missing' in cost ? null : bounded(cost.most),
      how:
        'missing' in cost ? { zh: `缺少业务量:${cost.missing.join('、')}`, en: `volumes missing: ${cost.missing.join(', ')}` } : cost.how,
    }),
  );
  const perPerson = mostTogether(costs.map(({ rule, cost }) => ({ rule, most: 'missing' in cost ? 0n : cost.most })));
  return {
    rules,
    perPersonFen: missing.length > 0 ? null : bounded(perPerson),
    totalFen: missing.length > 0 ? null : bounded(perPerson * BigInt(volumes.people)),
    missing,
  };
};

/** All of them, but of rules by metric that exclude each other the dearest alone: a month pays one of them. */
const mostTogether = (costs: readonly { readonly rule: Reward; readonly most: bigint }[]): bigint => {
  const dearest = new Map<string, bigint>();
  let sum = 0n;
  for (const { rule, most } of costs) {
    if (rule.exclusiveGroup === undefined || rule.kind === 'per-fact') sum += most;
    else if (most > (dearest.get(rule.exclusiveGroup) ?? 0n)) dearest.set(rule.exclusiveGroup, most);
  }
  return [...dearest.values()].reduce((all, most) => all + most, sum);
};

/** What a month can pay at most: its own cap, that of its days, or all of the year's. */
const capOf = (rule: Reward): number | undefined => {
  const ofDays = 'capPerDayFen' in rule && rule.capPerDayFen !== undefined ? rule.capPerDayFen * 31 : undefined;
  const caps = [rule.capPerMonthFen, rule.capPerYearFen, ofDays].filter((cap) => cap !== undefined);
  return caps.length === 0 ? undefined : Math.min(...caps);
};

/** Amounts beyond the largest one are shown as the largest one: the plan is then absurd in any case. */
const bounded = (amount: bigint): number => Number(amount > LIMIT ? LIMIT : amount);

const capped = (rule: Reward, cost: Cost): Cost => {
  const cap = capOf(rule);
  if (cap === undefined || 'missing' in cost || cost.most <= BigInt(cap)) {
    // A cap is a bound of its own, whatever the volumes are.
    return cap !== undefined && 'missing' in cost ? { most: BigInt(cap), how: capText(cap) } : cost;
  }
  return { most: BigInt(cap), how: capText(cap) };
};
const floored = (rule: Reward, cost: Cost): Cost => {
  const floor = 'metric' in rule ? rule.floorPerMonthFen : undefined;
  return floor === undefined || 'missing' in cost || cost.most >= BigInt(floor)
    ? cost
    : {
        most: BigInt(floor),
        how: { zh: `每月保底 ${formatYuanGrouped(floor)} 元`, en: `the monthly floor of ${formatYuanGrouped(floor)}` },
      };
};
const capText = (cap: number): LocalText => ({
  zh: `上限 ${formatYuanGrouped(cap)} 元`,
  en: `the cap of ${formatYuanGrouped(cap)}`,
});

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const times = (count: bigint, amountFen: number, zh: string, en: string): Cost => ({
  most: count * BigInt(amountFen),
  how: { zh: `${count} ${zh} × ${formatYuanGrouped(amountFen)} 元`, en: `${count} ${en} × ${formatYuanGrouped(amountFen)}` },
});

const costOf = (rule: Reward, plan: PlanDocument, volumes: Volumes): Cost => {
  if (rule.kind === 'per-fact') {
    if (rule.rate !== undefined && rule.capPerFactFen === undefined) return byWorth(rule, rule.rate, volumes);
    const each = rule.amountFen ?? rule.capPerFactFen ?? 0;
    if (rule.per === 'customer') return times(BigInt(volumes.customers), each, '个客户', 'customers');
    const types = worthTypes(rule);
    const missing = types.filter((type) => own(volumes.facts, type) === undefined);
    if (missing.length > 0) return { missing };
    const count = types.reduce((sum, type) => sum + BigInt(own(volumes.facts, type) ?? 0), 0n);
    return times(count, each, '笔业务', 'facts');
  }
  if (rule.kind === 'pool') return costOfPool(rule, plan, volumes);
  if (rule.kind === 'draw')
    return {
      most: BigInt(rule.guaranteeFen),
      how: { zh: `保底 ${formatYuanGrouped(rule.guaranteeFen)} 元`, en: `the guarantee of ${formatYuanGrouped(rule.guaranteeFen)}` },
    };
  if (rule.kind === 'count-threshold' || rule.kind === 'fixed-on-target') return times(1n, rule.amountFen, '次', 'time');
  const metric = plan.metrics.find(({ id }) => id === rule.metric);
  const value = metric === undefined ? undefined : mostOf(metric, volumes);
  if (metric === undefined || value === undefined) return { missing: [rule.metric] };
  return byValue(rule, value, metric);
};

/** The facts whose amounts a rate is of: of orders those that sign them. */
const worthTypes = ({ per, factTypes }: PerFact): string[] => (per === 'fact' ? [...new Set(factTypes ?? [])] : [ORDER_FACT]);

const byWorth = (rule: PerFact, rate: string, volumes: Volumes): Cost => {
  const types = worthTypes(rule);
  const missing = types.filter((type) => own(volumes.amounts, type) === undefined);
  if (missing.length > 0) return { missing };
  const worth = types.reduce((sum, type) => add(sum, inMetricUnit(own(volumes.amounts, type) ?? '0', 'money')), ZERO);
  return {
    most: roundUp(multiply(worth, parseRatio(rate))),
    how: {
      zh: `金额 ${formatYuanGrouped(bounded(firstFen(worth)))} 元 × ${rate}`,
      en: `${formatYuanGrouped(bounded(firstFen(worth)))} × ${rate}`,
    },
  };
};

/** What a pool costs for each member: all of it where its unit has only one, else that one's part of what it is a rate of. */
const costOfPool = (rule: Extract<Reward, { kind: 'pool' }>, plan: PlanDocument, volumes: Volumes): Cost => {
  if (rule.amountFen !== undefined) return times(1n, rule.amountFen, '个奖金池', 'pool');
  const metric = plan.metrics.find(({ id }) => id === rule.of);
  const value = metric === undefined ? undefined : mostOf(metric, volumes);
  if (value === undefined || rule.rate === undefined) return { missing: [rule.of ?? rule.id] };
  const worth = formatYuanGrouped(bounded(firstFen(value)));
  return {
    most: roundUp(multiply(value, parseRatio(rule.rate))),
    how: { zh: `每名成员 ${worth} 元 × ${rule.rate} 计入奖金池`, en: `${worth} of each member × ${rule.rate} goes into the pool` },
  };
};

/** The most of a metric: what is given, but never more than the metric can be. */
const mostOf = (metric: Metric, volumes: Volumes): Ratio | undefined => {
  const given = own(volumes.metrics, metric.id);
  const bound = upperBound(metric);
  if (given === undefined) return bound ?? undefined;
  const value = max(inMetricUnit(given, unitOf(metric)), ZERO);
  return bound === null ? value : min(value, bound);
};

type ByValue = Extract<Reward, { kind: 'tiered-rate' | 'over-target' | 'per-unit' }>;

const byValue = (rule: ByValue, value: Ratio, metric: Metric): Cost => {
  switch (rule.kind) {
    case 'tiered-rate': {
      const tiers = tiersInFen(rule);
      if (tiers === null) return { missing: [`${rule.id}/target`] };
      const amount = firstFen(value);
      return {
        most: mostTierPay(rule, tiers, amount),
        how: {
          zh: `金额 ${formatYuanGrouped(bounded(amount))} 元以内的最高提成`,
          en: `the highest commission on up to ${formatYuanGrouped(bounded(amount))}`,
        },
      };
    }
    case 'over-target': {
      const points = multiply(max(subtract(value, parseRatio(rule.target)), ZERO), ratio(100));
      return {
        most: roundUp(multiply(points, ratio(rule.amountPerPointFen))),
        how: {
          zh: `超出目标的百分点 × ${formatYuanGrouped(rule.amountPerPointFen)} 元`,
          en: `percentage points over target × ${formatYuanGrouped(rule.amountPerPointFen)}`,
        },
      };
    }
    case 'per-unit': {
      const units = unitOf(metric) === 'money' ? ratio(BigInt(value.n), BigInt(value.d) * 100n) : value;
      return {
        most: roundUp(multiply(units, ratio(rule.amountFen))),
        how: { zh: `单位数 × ${formatYuanGrouped(rule.amountFen)} 元`, en: `units × ${formatYuanGrouped(rule.amountFen)}` },
      };
    }
    default:
      return unreachable(rule);
  }
};

/** A bound is rounded up. */
const roundUp = (value: Ratio): bigint => (compare(value, ZERO) <= 0 ? 0n : divideBig(BigInt(value.n), BigInt(value.d), 'up'));
