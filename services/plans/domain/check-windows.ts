/** Windows of metrics: where one has no exact meaning, or would pay for the same work in more than one month. */
import type { Metric } from '../../../shared/contracts/plans.ts';
import { factTypesOf, TEAM_FACT_TYPE } from '../../../shared/kernel/metric-facts.ts';
import { type MetricWindow, reachesBeyondMonth } from '../../../shared/kernel/metric-window.ts';
import { error, type Finding } from './finding.ts';

const NAMES: Readonly<Record<Extract<MetricWindow, string>, readonly [string, string]>> = {
  day: ['日', 'the day'],
  week: ['周', 'the week'],
  month: ['月', 'the month'],
  quarter: ['季度', 'the quarter'],
  'half-year': ['半年', 'the half-year'],
  year: ['年度', 'the year'],
};
const nameOf = (window: MetricWindow): readonly [string, string] =>
  typeof window === 'string' ? NAMES[window] : [`近 ${window.rolling} 天`, `the last ${window.rolling} days`];

/** A customer's first standing order is kept by month: the first of a longer time could not be told exactly. */
export const checkCustomerWindow = (path: string, window: MetricWindow): Finding[] =>
  window === 'month'
    ? []
    : [
        error(
          `${path}/window`,
          'window_unsupported',
          `qualified-customers 只支持 month:客户的首个有效订单按月认定;不同客户数请用 count-distinct`,
          `qualified-customers counts by month only, because a customer's first standing order is that of the month; to count customers over ${nameOf(window)[1]} use count-distinct`,
          { counterexample: { window: JSON.stringify(window), use: 'month' } },
        ),
      ];

/** A member's month is one fact, of the month's first day: there are no days or weeks in it. */
export const checkTeamWindow = (path: string, metric: Metric): Finding[] => {
  const { window } = metric;
  if (!factTypesOf(metric).includes(TEAM_FACT_TYPE) || (typeof window === 'string' && window !== 'day' && window !== 'week')) return [];
  return [
    error(
      `${path}/window`,
      'team_window_unsupported',
      `团队数据(${TEAM_FACT_TYPE})按月汇总,不能按${nameOf(window)[0]}计:请用 month、quarter、half-year 或 year`,
      `what members' months say (${TEAM_FACT_TYPE}) is by month and cannot be counted over ${nameOf(window)[1]}: use month, quarter, half-year or year`,
      { counterexample: { window: JSON.stringify(window), use: 'month' } },
    ),
  ];
};

/**
 * A rule is evaluated every month. Over days that reach into other months it would pay for one fact in several months, or in a month in
 * which the person has no fact, and so no book.
 */
export const checkRewardWindow = (rule: string, isTruedUp: boolean, metric: Metric): Finding[] => {
  const path = `${rule}/metric`;
  const isSpan = metric.window === 'quarter' || metric.window === 'half-year' || metric.window === 'year';
  if (isTruedUp) {
    return isSpan
      ? []
      : [
          error(
            `${rule}/trueUp`,
            'true_up_window',
            `${metric.name.zh}按${nameOf(metric.window)[0]}计,没有可跨月结算的期间:trueUp 须用 quarter、half-year 或 year 的指标`,
            `${metric.name.en} is over ${nameOf(metric.window)[1]}: only a metric over quarter, half-year or year can be trued up`,
            { counterexample: { metric: metric.id, window: JSON.stringify(metric.window) } },
          ),
        ];
  }
  if (!reachesBeyondMonth(metric.window)) return [];
  const [zh, en] = nameOf(metric.window);
  return [
    error(
      path,
      'window_beyond_month',
      `${metric.name.zh}按${zh}计,跨越自然月:激励规则每月计算一次,同一笔业务会在不止一个月发放。请加 trueUp(季度、半年、年度的指标),或改用 month、day 或不超过 28 天的 rolling 指标;这样的指标可用于考核或作门槛`,
      `${metric.name.en} is over ${en}, which reaches into other months: a rule is evaluated every month and would pay for one fact in more than one. Over quarter, half-year or year say trueUp; or pay by a metric over month, day or at most 28 rolling days; this one may be scored, or be a gate`,
      { counterexample: { metric: metric.id, window: JSON.stringify(metric.window) } },
    ),
  ];
};
