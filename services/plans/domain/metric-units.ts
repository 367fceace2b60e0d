/** What kind of number a metric gives, and how large it can become at most: pure knowledge about folds. */
import type { Metric } from '../../../shared/contracts/plans.ts';
import { compileExpression, factEnvironment } from '../../../shared/kernel/expression.ts';
import { type MetricWindow, meanPer } from '../../../shared/kernel/metric-window.ts';
import { compare, max, ONE, parseRatio, type Ratio, ratio, ZERO } from '../../../shared/kernel/ratio.ts';

/** `money`: fen, written in yuan. `count`: whole. `number`: any number. `ratio`: a share, written as decimal or percentage. */
export type Unit = 'money' | 'count' | 'number' | 'ratio';

export const unitOf = (metric: Metric): Unit => {
  switch (metric.fold) {
    case 'sum':
    case 'average':
    case 'latest':
      return metric.unit === 'fen' ? 'money' : 'number';
    case 'duration':
      return 'number';
    case 'ratio':
    case 'conversion':
      return 'ratio';
    case 'count':
    case 'count-distinct':
      // A mean per day or week need not be whole.
      return meanPer(metric.fold, metric.window) ? 'number' : 'count';
    case 'qualified-customers':
      return 'count';
  }
};

export const UNIT_NAMES: Record<Unit, { readonly zh: string; readonly en: string }> = {
  money: { zh: '金额(元)', en: 'an amount in yuan' },
  count: { zh: '个数', en: 'a count' },
  number: { zh: '数值', en: 'a number' },
  ratio: { zh: '比率', en: 'a ratio' },
};

/** A threshold as the plan writes it, in the metric's own unit: yuan become fen. */
export const inMetricUnit = (text: string, unit: Unit): Ratio => {
  const value = parseRatio(text);
  return unit === 'money' ? scaleToFen(value) : value;
};
const scaleToFen = (yuan: Ratio): Ratio => ratio(BigInt(yuan.n) * 100n, BigInt(yuan.d));

/** Whether a condition is the same for every fact, as far as it can be told without one. */
export const constantCondition = (source: string | undefined, environment = factEnvironment): boolean | null => {
  if (source === undefined) return true;
  const compiled = compileExpression(environment, source, 'bool');
  if (!compiled.ok) return null;
  // Without any variable, only what does not depend on one has a value: `x && false` is false whatever x is.
  const value = compiled.expression.evaluate({});
  return value.ok && typeof value.value === 'boolean' ? value.value : null;
};

const constantNumber = (source: string | undefined): Ratio | null => {
  if (source === undefined) return null;
  const compiled = compileExpression(factEnvironment, source, 'int');
  if (!compiled.ok) return null;
  const value = compiled.expression.evaluate({});
  return value.ok && typeof value.value === 'bigint' ? ratio(value.value) : null;
};

/** In the longest window there is of its kind; refunds, whose day lies in another month, aside. */
const mostDays = (window: MetricWindow): number => {
  if (typeof window === 'object') return window.rolling;
  return { day: 1, week: 7, month: 31, quarter: 92, 'half-year': 184, year: 366 }[window];
};

/** Most different values that `by` can have within a window; null when there is no telling. */
const mostDistinct = (by: string, factTypes: readonly string[], window: MetricWindow): Ratio | null => {
  const text = by.replaceAll(' ', '');
  if (text === 'fact.type') return ratio(factTypes.length);
  if (text === 'fact.date') return ratio(mostDays(window));
  const compiled = compileExpression(factEnvironment, by, 'any');
  return compiled.ok && compiled.expression.evaluate({}).ok ? ONE : null;
};

type Term = Extract<Metric, { fold: 'ratio' }>['numerator'];

/** Whether each fact of the numerator is in the denominator with the same value: then the ratio is at most 1. */
const isPartOf = (part: Term, whole: Term): boolean =>
  part.factTypes.every((type) => whole.factTypes.includes(type)) &&
  (part.value ?? '1') === (whole.value ?? '1') &&
  (part.value === undefined || /^\s*\d+\s*$/.test(part.value)) &&
  (whole.where === undefined || whole.where === part.where);

/**
 * The largest value that a metric can have in a month, in its own unit (fen for money); null when it is not bounded. Never negative:
 * a metric that can only shrink is at most 0.
 */
export const upperBound = (metric: Metric): Ratio | null => {
  if (metric.fold === 'qualified-customers') return null;
  if (metric.fold === 'ratio') {
    if (constantCondition(metric.numerator.where) === false) return ZERO;
    return isPartOf(metric.numerator, metric.denominator) ? ONE : null;
  }
  if (constantCondition(metric.where) === false) return ZERO;
  switch (metric.fold) {
    case 'count':
      return null;
    case 'count-distinct':
      return mostDistinct(metric.by, metric.factTypes, metric.window);
    case 'sum': {
      const each = constantNumber(metric.value);
      return each !== null && compare(each, ZERO) <= 0 ? ZERO : null;
    }
    case 'conversion':
      return ONE;
    case 'duration':
    case 'average':
    case 'latest': {
      const each = constantNumber(metric.value);
      return each === null ? null : max(each, ZERO);
    }
  }
};
