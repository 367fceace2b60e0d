/** Pools: what they are of, what they are shared by, and what they may not have. */
import type { Metric, Reward } from '../../../shared/contracts/plans.ts';
import { reachesBeyondMonth } from '../../../shared/kernel/metric-window.ts';
import { compare, parseRatio, ZERO } from '../../../shared/kernel/ratio.ts';
import type { RewardContext } from './check-rewards.ts';
import { error, type Finding } from './finding.ts';
import { unitOf } from './metric-units.ts';

type Pool = Extract<Reward, { kind: 'pool' }>;

export const checkPool = (path: string, rule: Pool, context: RewardContext): Finding[] => {
  const { amountFen, rate, of, sharedBy } = rule;
  const findings: Finding[] = [];
  if ((amountFen === undefined) === (rate === undefined)) {
    findings.push(
      error(path, 'amount_or_rate', '须写明 amountFen 或 rate,且只写其一', 'a pool needs either amountFen or rate, and not both'),
    );
  }
  if ((of === undefined) !== (rate === undefined)) {
    findings.push(error(path, 'rate_of_what', 'rate 与 of 须同时写明', 'rate and of belong together: a rate of which metric?'));
  }
  if (rate !== undefined && compare(parseRatio(rate), ZERO) === 0) {
    findings.push(error(`${path}/rate`, 'pays_nothing', '比例为 0:规则永远不发放', 'the rate is 0: the rule never pays'));
  }
  for (const key of ['capPerMonthFen', 'capPerYearFen', 'exclusiveGroup'] as const) {
    if (rule[key] === undefined) continue;
    findings.push(
      error(`${path}/${key}`, 'pool_limited', `奖金池不使用 ${key}:各人之和须恰为奖金池`, `a pool has no ${key}: its shares add up to it`),
    );
  }
  if (sharedBy.by === 'score' && !context.plan.hasScheme) {
    findings.push(
      error(`${path}/sharedBy`, 'scheme_missing', '按得分分配,但方案没有考核方案', 'shared by score, but the plan has no scheme'),
    );
  }
  if (of !== undefined) findings.push(...checkPoolMetric(`${path}/of`, of, context, true));
  if (sharedBy.by === 'metric') findings.push(...checkPoolMetric(`${path}/sharedBy/metric`, sharedBy.metric, context, false));
  return findings;
};

const checkPoolMetric = (path: string, id: string, { metricOf }: RewardContext, needsMoney: boolean): Finding[] => {
  const found = metricOf(id);
  if (found === 'broken') return [];
  if (found === undefined) return [error(path, 'unknown_metric', `没有名为 ${id} 的指标口径`, `there is no metric ${id} in this plan`)];
  return [...misfit(path, found.value, needsMoney)];
};

function* misfit(path: string, metric: Metric, needsMoney: boolean): Generator<Finding> {
  const { zh, en } = metric.name;
  if (needsMoney && unitOf(metric) !== 'money') {
    yield error(path, 'unit_mismatch', `奖金池的比例须针对金额,而 ${zh} 不是`, `a rate needs an amount of money, and ${en} is not`);
  }
  if (metric.fold === 'duration') {
    yield error(path, 'lower_is_better', `${zh} 越低越好,不能按它分配`, `less of ${en} is better: a pool cannot be shared by it`);
  }
  if (reachesBeyondMonth(metric.window)) {
    yield error(
      path,
      'window_beyond_month',
      `奖金池按月分配,${zh} 跨越自然月`,
      `a pool is of a month, and ${en} looks at days of other months`,
    );
  }
}
