/** Reward rules, one at a time: references, units, dates, caps, gates, and whether the rule can ever pay. */
import type { Indicator, Metric, Reward } from '../../../shared/contracts/plans.ts';
import { compare, divide, ONE, parseRatio, ZERO } from '../../../shared/kernel/ratio.ts';
import { unreachable } from '../../../shared/kernel/result.ts';
import { checkDraw } from './check-draw.ts';
import { checkExpression, checkFactTypes } from './check-metrics.ts';
import { checkPool } from './check-pool.ts';
import { type Lookup, mostPoints } from './check-scheme.ts';
import { checkPositive, checkReachable, checkUnit, lowerIsBetter } from './check-thresholds.ts';
import { checkTiers } from './check-tiers.ts';
import { checkRewardWindow } from './check-windows.ts';
import { casesOf, neverHolds, ofTypes } from './conditions.ts';
import { error, type Finding, plain, quoted, warning } from './finding.ts';
import { inMetricUnit, UNIT_NAMES, unitOf, upperBound } from './metric-units.ts';
import type { Placed, PlanParts } from './plan-parts.ts';

export interface RewardContext {
  readonly plan: PlanParts;
  readonly metricOf: Lookup<Metric>;
  readonly indicatorOf: Lookup<Indicator>;
  readonly rewardOf: (id: string) => Reward | undefined;
  readonly knownFactTypes: ReadonlySet<string> | undefined;
}
type PerFact = Extract<Reward, { kind: 'per-fact' }>;
type ByMetric = Exclude<Reward, { kind: 'per-fact' | 'draw' | 'pool' }>;

/** Findings about one rule. */
export const checkReward = (rule: Placed<Reward>, context: RewardContext): Finding[] => {
  const { path, value } = rule;
  const findings = [
    ...checkDates(path, value),
    ...checkAudience(path, value),
    ...checkAmounts(path, value),
    ...checkGate(path, value, context),
  ];
  if (value.kind === 'per-fact') return [...findings, ...checkPerFact(path, value, context)];
  if (value.kind === 'draw') return [...findings, ...checkDraw(path, value, context)];
  if (value.kind === 'pool') return [...findings, ...checkPool(path, value, context)];
  findings.push(...checkTrueUp(path, value));
  const metric = context.metricOf(value.metric);
  if (metric === undefined) {
    return [
      ...findings,
      error(`${path}/metric`, 'unknown_metric', `没有名为 ${value.metric} 的指标口径`, `there is no metric ${value.metric} in this plan`),
      // The table is looked at all the same.
      ...(value.kind === 'tiered-rate' ? checkTierTarget(path, value) : []),
    ];
  }
  if (metric === 'broken') return [...findings, ...(value.kind === 'tiered-rate' ? checkTierTarget(path, value) : [])];
  return [...findings, ...checkRewardWindow(path, value.trueUp !== undefined, metric.value), ...checkByMetric(path, value, metric.value)];
};

const checkDates = (path: string, { from, to }: Reward): Finding[] =>
  from !== undefined && to !== undefined && from > to
    ? [
        error(
          `${path}/to`,
          'never_fires',
          `有效期为空:从 ${from} 到 ${to} 没有任何一天`,
          `the dates are empty: there is no day from ${from} to ${to}`,
          { counterexample: { from, to } },
        ),
      ]
    : [];

const checkAudience = (path: string, { for: audience }: Reward): Finding[] =>
  audience?.hiredFrom !== undefined && audience.hiredTo !== undefined && audience.hiredFrom > audience.hiredTo
    ? [
        error(
          `${path}/for/hiredTo`,
          'never_fires',
          `入职日期范围为空:从 ${audience.hiredFrom} 到 ${audience.hiredTo} 没有任何一天`,
          `the days of hiring are empty: there is no day from ${audience.hiredFrom} to ${audience.hiredTo}`,
          { counterexample: { from: audience.hiredFrom, to: audience.hiredTo } },
        ),
      ]
    : [];

/** The amount that is paid at once, where the rule has one. */
const amountOf = (rule: Reward): { readonly key: string; readonly fen: number } | null => {
  if (rule.kind === 'tiered-rate') return null;
  if (rule.kind === 'per-fact' || rule.kind === 'pool')
    return rule.amountFen === undefined ? null : { key: 'amountFen', fen: rule.amountFen };
  if (rule.kind === 'draw') return { key: 'guaranteeFen', fen: rule.guaranteeFen };
  return rule.kind === 'over-target'
    ? { key: 'amountPerPointFen', fen: rule.amountPerPointFen }
    : { key: 'amountFen', fen: rule.amountFen };
};

const checkAmounts = (path: string, rule: Reward): Finding[] => {
  const findings: Finding[] = [];
  const amount = amountOf(rule);
  if (amount?.fen === 0) {
    findings.push(error(`${path}/${amount.key}`, 'pays_nothing', '金额为 0:规则永远不发放', 'the amount is 0: the rule never pays'));
  }
  for (const [key, zh, en] of [
    ['capPerYearFen', '每年上限为 0:规则永远不发放', 'the yearly cap is 0: the rule never pays'],
    ['floorPerMonthFen', '每月保底为 0:请删去', 'the monthly floor is 0: remove it'],
  ] as const) {
    if ((rule as { readonly [name: string]: unknown })[key] === 0) findings.push(error(`${path}/${key}`, 'pays_nothing', zh, en));
  }
  if (rule.capPerMonthFen === 0) {
    findings.push(
      error(`${path}/capPerMonthFen`, 'pays_nothing', '每月上限为 0:规则永远不发放', 'the monthly cap is 0: the rule never pays'),
    );
  } else if (amount && rule.kind !== 'over-target' && rule.capPerMonthFen !== undefined && rule.capPerMonthFen < amount.fen) {
    findings.push(
      warning(
        `${path}/capPerMonthFen`,
        'cap_below_amount',
        '每月上限低于一次的金额:一次也拿不全',
        'the monthly cap is below the amount of a single time: it is never paid in full',
      ),
    );
  }
  if (rule.kind === 'tiered-rate' && rule.tiers.every(({ rate }) => compare(parseRatio(rate), ZERO) === 0)) {
    findings.push(error(`${path}/tiers`, 'pays_nothing', '各档比例都为 0:规则永远不发放', 'every rate is 0: the rule never pays'));
  }
  return findings;
};

/** What is trued up is limited by what the whole time comes to: limits of a month, and a choice between rules, have no meaning there. */
const checkTrueUp = (path: string, rule: ByMetric): Finding[] => {
  if (rule.trueUp === undefined) return [];
  const findings: Finding[] = [];
  const unused = ['capPerMonthFen', 'capPerYearFen', 'floorPerMonthFen', 'exclusiveGroup'] as const;
  for (const key of unused) {
    if (rule[key] === undefined) continue;
    findings.push(
      error(
        `${path}/${key}`,
        'true_up_mixed',
        `跨月结算(trueUp)的规则不能同时使用 ${key}`,
        `a rule that is trued up over several months cannot have ${key} as well`,
      ),
    );
  }
  const { advance } = rule.trueUp;
  if (advance !== undefined && compare(parseRatio(advance), ONE) > 0) {
    findings.push(error(`${path}/trueUp/advance`, 'advance_above_whole', '预发比例不能超过 100%', 'the advance is at most 100 %'));
  }
  return findings;
};

/** What a rule by fact, order or customer pays for each, how refunds take it back, and what it waits for. */
const checkSubjectPay = (path: string, rule: PerFact): Finding[] => {
  const findings: Finding[] = [];
  const say = (at: string, code: string, zh: string, en: string): void => void findings.push(error(`${path}${at}`, code, zh, en));
  const { amountFen, rate, capPerFactFen, clawback, release, per } = rule;
  if ((amountFen === undefined) === (rate === undefined)) {
    say('', 'amount_or_rate', '须写明 amountFen 或 rate,且只写其一', 'a rule needs either amountFen or rate, and not both');
  }
  if (rate !== undefined && compare(parseRatio(rate), ZERO) === 0) {
    say('/rate', 'pays_nothing', '比例为 0:规则永远不发放', 'the rate is 0: the rule never pays');
  }
  if (rule.capPerDayFen === 0)
    say('/capPerDayFen', 'pays_nothing', '每日上限为 0:规则永远不发放', 'the daily cap is 0: the rule never pays');
  if (capPerFactFen === 0) say('/capPerFactFen', 'pays_nothing', '每笔上限为 0:规则永远不发放', 'the cap is 0: the rule never pays');
  if (capPerFactFen !== undefined && rate === undefined) {
    say(
      '/capPerFactFen',
      'cap_unused',
      '固定金额不需要每笔上限:请直接写 amountFen',
      'a fixed amount needs no cap for each: write the amount itself',
    );
  }
  if (clawback === 'pro-rata' && rate !== undefined) {
    say(
      '/clawback',
      'clawback_unused',
      '比例按订单净额计算,退款自然按比例扣回:请删去',
      'a rate is of what is left of the order, so refunds take their share in any case: remove it',
    );
  }
  const waitsForOrder = release !== undefined && release.when !== 'days';
  if (per === 'fact' && (clawback !== undefined || waitsForOrder)) {
    const at = clawback === undefined ? '/release' : '/clawback';
    say(
      at,
      'order_needed',
      '退款与回款跟随订单:请用 per: order 或 per: customer',
      'refunds, payments and deliveries follow an order: use per: order, or per: customer',
    );
  }
  return findings;
};

const checkGate = (path: string, { gate, name }: Reward, { plan, metricOf, indicatorOf }: RewardContext): Finding[] => {
  if (gate === undefined) return [];
  const at = `${path}/gate/atLeast`;
  const { on, atLeast } = gate;
  if (on.of === 'metric') {
    const metric = metricOf(on.metric);
    if (metric === 'broken') return [];
    return metric === undefined
      ? [
          error(
            `${path}/gate/on/metric`,
            'unknown_metric',
            `没有名为 ${on.metric} 的指标口径`,
            `there is no metric ${on.metric} in this plan`,
          ),
        ]
      : metric.value.fold === 'duration'
        ? [lowerIsBetter(`${path}/gate/on/metric`, metric.value, name)]
        : [...checkUnit(at, atLeast, metric.value), ...checkReachable(at, atLeast, metric.value, false)];
  }
  if (!plan.hasScheme) {
    return [
      error(
        `${path}/gate/on`,
        'scheme_missing',
        '门槛引用得分或完成率,但方案没有考核方案',
        'the gate reads a score or attainment, but the plan has no scheme',
      ),
    ];
  }
  if (on.of === 'score') {
    if (!plan.indicators.complete) return [];
    const most = mostPoints(
      plan.indicators.parts.map(({ value }) => value),
      plan.projects,
    );
    if (compare(parseRatio(atLeast), most) <= 0) return [];
    return [
      error(
        at,
        'never_fires',
        `得分最高为 ${plain(most)},不可能达到 ${atLeast}:规则永远不会生效`,
        `the score is at most ${plain(most)} and can never reach ${atLeast}: the rule can never fire`,
        { counterexample: { most: plain(most), threshold: atLeast } },
      ),
    ];
  }
  const indicator = indicatorOf(on.indicator);
  if (indicator === undefined) {
    return [
      error(
        `${path}/gate/on/indicator`,
        'unknown_indicator',
        `没有名为 ${on.indicator} 的考核指标`,
        `there is no indicator ${on.indicator} in this plan`,
      ),
    ];
  }
  return indicator === 'broken' ? [] : checkAttainmentGate(at, atLeast, indicator.value, metricOf);
};

/** A gate reads the attainment before curve and cap: only a bound of the metric itself makes it unreachable. */
const checkAttainmentGate = (path: string, atLeast: string, indicator: Indicator, metricOf: Lookup<Metric>): Finding[] => {
  const metric = metricOf(indicator.metric);
  if (metric === undefined || metric === 'broken' || indicator.direction === 'lower' || metric.value.fold === 'duration') return [];
  // A target that is set elsewhere may be anything.
  if (indicator.target === undefined) return [];
  const [bound, target] = [upperBound(metric.value), inMetricUnit(indicator.target, unitOf(metric.value))];
  if (bound === null || compare(target, ZERO) <= 0) return [];
  const most = divide(bound, target);
  if (compare(parseRatio(atLeast), most) <= 0) return [];
  return [
    error(
      path,
      'never_fires',
      `${indicator.name.zh}的完成率最高为 ${plain(most)},不可能达到 ${atLeast}:规则永远不会生效`,
      `the attainment of ${indicator.name.en} is at most ${plain(most)} and can never reach ${atLeast}: the rule can never fire`,
      { counterexample: { most: plain(most), threshold: atLeast } },
    ),
  ];
};

const checkPerFact = (path: string, rule: PerFact, { knownFactTypes }: RewardContext): Finding[] => {
  const findings: Finding[] = checkSubjectPay(path, rule);
  if (rule.per === 'fact' && rule.factTypes === undefined) {
    findings.push(
      error(path, 'fact_types_missing', '按业务事实发放(per: fact)须写明 factTypes', 'a rule per fact needs factTypes: of which facts?'),
    );
  }
  if (rule.per !== 'fact' && rule.factTypes !== undefined) {
    const [zh, en] =
      rule.per === 'customer'
        ? ['按客户发放(per: customer)看的是客户的首个有效订单', "a rule per customer looks at the customer's first order that stands"]
        : ['按订单发放(per: order)看的是有效订单', 'a rule per order looks at orders that stand'];
    findings.push(error(`${path}/factTypes`, 'fact_types_unused', `${zh},不看 factTypes:请删去`, `${en}, never at factTypes: remove them`));
  }
  const types = rule.per === 'fact' ? rule.factTypes : undefined;
  if (types) findings.push(...checkFactTypes(`${path}/factTypes`, types, knownFactTypes));
  const wrong = checkExpression(`${path}/where`, rule.where, 'bool', rule.per === 'fact' ? 'fact' : 'order');
  findings.push(...wrong);
  if (rule.firstIn !== undefined) {
    findings.push(...checkExpression(`${path}/firstIn`, rule.firstIn, 'string', rule.per === 'fact' ? 'fact' : 'order'));
  }
  const cases = casesOf(rule.where);
  if (wrong.length === 0 && neverHolds(types ? ofTypes(cases, types) : cases)) {
    findings.push(
      error(
        `${path}/where`,
        'never_fires',
        `条件 ${quoted(rule.where)} 永远不成立:规则永远不会生效`,
        `the condition ${quoted(rule.where)} can never hold: the rule can never fire`,
      ),
    );
  }
  return findings;
};

const checkByMetric = (path: string, rule: ByMetric, metric: Metric): Finding[] => {
  const unit = unitOf(metric);
  const name = UNIT_NAMES[unit];
  const needs = (zh: string, en: string): Finding =>
    error(
      `${path}/metric`,
      'unit_mismatch',
      `${rule.name.zh}需要${zh},而 ${metric.name.zh} 是${name.zh}`,
      `${rule.name.en} needs ${en}, and ${metric.name.en} is ${name.en}`,
    );
  if (metric.fold === 'duration' && rule.kind !== 'over-target' && rule.kind !== 'tiered-rate')
    return [lowerIsBetter(`${path}/metric`, metric, rule.name)];
  switch (rule.kind) {
    case 'count-threshold': {
      const at = `${path}/moreThan`;
      const findings = [...checkUnit(at, rule.moreThan, metric), ...checkReachable(at, rule.moreThan, metric, true)];
      if (compare(parseRatio(rule.moreThan), ZERO) >= 0) return findings;
      return [...findings, error(at, 'always_fires', `超过 ${rule.moreThan} 总是成立`, `everything is more than ${rule.moreThan}`)];
    }
    case 'fixed-on-target': {
      const at = `${path}/target`;
      return [...checkUnit(at, rule.target, metric), ...checkPositive(at, rule.target), ...checkReachable(at, rule.target, metric, false)];
    }
    case 'over-target': {
      const at = `${path}/target`;
      if (unit !== 'ratio') return [needs('比率(百分点)', 'a ratio (percentage points)')];
      return [...checkUnit(at, rule.target, metric), ...checkPositive(at, rule.target), ...checkReachable(at, rule.target, metric, true)];
    }
    case 'per-unit':
      if (unit === 'ratio') return [needs('个数或数值', 'a count or number')];
      if (unit !== 'money') return [];
      return [
        warning(
          `${path}/metric`,
          'per_yuan',
          `${metric.name.zh}是金额:每 1 元都会发放一次;若指比例,请用 tiered-rate`,
          `${metric.name.en} is money: the amount is paid for every single yuan; for a rate use tiered-rate`,
        ),
      ];
    case 'tiered-rate':
      return [...(unit === 'money' ? [] : [needs('金额', 'an amount of money')]), ...checkTierTarget(path, rule)];
    default:
      return unreachable(rule);
  }
};

const checkTierTarget = (path: string, rule: Extract<Reward, { kind: 'tiered-rate' }>): Finding[] => {
  if (rule.tiersBy === 'amount') {
    const unused =
      rule.target === undefined
        ? []
        : [
            warning(
              `${path}/target`,
              'target_unused',
              '按金额分档时不使用 target',
              'tiers by amount do not use the target: remove it, or set tiersBy: attainment',
            ),
          ];
    return [...unused, ...checkTiers(path, rule)];
  }
  if (rule.target === undefined) {
    return [
      error(path, 'target_missing', '按完成率分档须写 target(元)', 'tiers by attainment need a target in yuan'),
      ...checkTiers(path, rule),
    ];
  }
  if (rule.target.endsWith('%')) {
    return [
      error(
        `${path}/target`,
        'unit_mismatch',
        `目标须为金额(元),不能写百分比 ${rule.target}`,
        `the target is an amount in yuan, not a percentage: ${rule.target}`,
      ),
    ];
  }
  const wrong = checkPositive(`${path}/target`, rule.target);
  return wrong.length > 0 ? wrong : checkTiers(path, rule);
};
