/** Targets and limits: in the unit of what they are compared with, above 0, and reachable. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Metric } from '../../../shared/contracts/plans.ts';
import { compare, parseRatio, ratio, ZERO } from '../../../shared/kernel/ratio.ts';
import { error, type Finding, plain, warning } from './finding.ts';
import { inMetricUnit, UNIT_NAMES, unitOf, upperBound } from './metric-units.ts';

const isPercent = (text: string): boolean => text.endsWith('%');

/** Whether a number can be meant in the metric's unit. Empty when it can. */
export const checkUnit = (path: string, text: string, metric: Metric): Finding[] => {
  const unit = unitOf(metric);
  const name = UNIT_NAMES[unit];
  const value = parseRatio(text);
  if (isPercent(text) && unit !== 'ratio') {
    return [
      error(
        path,
        'unit_mismatch',
        `${metric.name.zh}是${name.zh},不能与百分比 ${text} 比较`,
        `${metric.name.en} is ${name.en}; it cannot be compared with the percentage ${text}`,
      ),
    ];
  }
  if (unit === 'money' && BigInt(inMetricUnit(text, unit).d) !== 1n) {
    return [error(path, 'unit_mismatch', `${text} 元不是整分`, `${text} yuan is not a whole number of fen`)];
  }
  if (unit === 'count' && BigInt(value.d) !== 1n) {
    return [
      warning(
        path,
        'count_not_whole',
        `${metric.name.zh}是个数,${text} 不是整数`,
        `${metric.name.en} is a count, and ${text} is not a whole number`,
      ),
    ];
  }
  if (unit === 'ratio' && !isPercent(text) && compare(value, ratio(3, 2)) > 0) {
    return [
      warning(
        path,
        'ratio_written_large',
        `${metric.name.zh}是比率,${text} 表示 ${plain(ratio(BigInt(value.n) * 100n, BigInt(value.d)))}%;若指百分之${text},请写 "${text}%"`,
        `${metric.name.en} is a ratio, and ${text} means ${plain(ratio(BigInt(value.n) * 100n, BigInt(value.d)))}%; for ${text} percent write "${text}%"`,
      ),
    ];
  }
  return [];
};

/** A target that something is divided by or measured against: above 0. */
export const checkPositive = (path: string, text: string): Finding[] =>
  compare(parseRatio(text), ZERO) > 0
    ? []
    : [error(path, 'target_not_positive', `目标须大于 0,现为 ${text}`, `the target must be above 0, and is ${text}`)];

/**
 * Whether a metric can ever get there. `strictly`: it must get above, not only to.
 */
export const checkReachable = (path: string, text: string, metric: Metric, strictly: boolean): Finding[] => {
  const most = upperBound(metric);
  if (most === null) return [];
  const order = compare(inMetricUnit(text, unitOf(metric)), most);
  if (strictly ? order < 0 : order <= 0) return [];
  const shown = unitOf(metric) === 'money' ? plain(ratio(BigInt(most.n), BigInt(most.d) * 100n)) : plain(most);
  return [
    error(
      path,
      'never_fires',
      `${metric.name.zh}最多为 ${shown},${strictly ? `不可能超过` : `不可能达到`} ${text}:规则永远不会生效`,
      `${metric.name.en} is at most ${shown} and can never ${strictly ? 'exceed' : 'reach'} ${text}: the rule can never fire`,
      { counterexample: { most: shown, threshold: text } },
    ),
  ];
};

/** Rules and gates open from a number on, and a long duration is no merit. */
export const lowerIsBetter = (path: string, metric: Metric, name: LocalText): Finding =>
  error(
    path,
    'lower_is_better',
    `${metric.name.zh}是天数,越少越好,而「${name.zh}」在达到某数时生效:请改用考核指标的完成率作为门槛`,
    `${metric.name.en} is a number of days, lower is better, and "${name.en}" opens from a number on: use a gate on an indicator's attainment`,
  );

/** A plain factor, such as a cap of 1.2. Not negative; far too large usually means percent. */
export const checkFactor = (path: string, text: string, what: { readonly zh: string; readonly en: string }): Finding[] => {
  const value = parseRatio(text);
  if (compare(value, ZERO) < 0) return [error(path, 'negative', `${what.zh} ${text} 为负`, `${what.en} ${text} is negative`)];
  if (!isPercent(text) && compare(value, ratio(10)) > 0) {
    return [
      warning(
        path,
        'factor_written_large',
        `${what.zh} ${text} 表示 ${text} 倍;120% 请写 "1.2"`,
        `${what.en} ${text} means ${text} times; write 120% as "1.2"`,
      ),
    ];
  }
  return [];
};
