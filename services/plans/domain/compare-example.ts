/** What an example expects of its month, beside what the engines made of it. Pure. */
import type { Book } from '../../../shared/contracts/books.ts';
import type { PlanDocument, PlanExample } from '../../../shared/contracts/plans.ts';
import { compare, fromStored, parseRatio, type Ratio, ratio } from '../../../shared/kernel/ratio.ts';
import { error, type Finding, plain, warning } from './finding.ts';
import { inMetricUnit, type Unit, unitOf } from './metric-units.ts';

export interface ExampleOutcome {
  readonly book: Book;
  /** Fen by reward rule; a rule that gives nothing may be absent. */
  readonly pay: ReadonlyMap<string, number>;
}
type Placed = { readonly path: string; readonly example: PlanExample };

/** One finding for each thing that is not as expected, or that the plan does not have. */
export const compareExample = (document: PlanDocument, { path, example }: Placed, { book, pay }: ExampleOutcome): Finding[] => {
  const { metrics = {}, points = {}, score, rewards = {} } = example.expects;
  const at = (group: string, id: string): string => `${path}/expects/${group}/${id}`;
  const unitById = new Map(document.metrics.map((metric) => [metric.id, unitOf(metric)]));
  const indicators = new Map((book.score?.indicators ?? []).map((one) => [one.id, one]));
  const rules = new Set(document.rewards.map(({ id }) => id));
  return [
    ...Object.entries(metrics).flatMap(([id, expected]) => {
      const unit = unitById.get(id);
      if (!unit) return [unknown(at('metrics', id), '指标口径', 'metric', id)];
      const value = book.metrics[id]?.value;
      return differs(at('metrics', id), expected === null ? null : inMetricUnit(expected, unit), value ? fromStored(value) : null, unit);
    }),
    ...Object.entries(points).flatMap(([id, expected]) => {
      const indicator = indicators.get(id);
      if (!indicator) return [unknown(at('points', id), '考核指标', 'indicator', id)];
      return differs(at('points', id), parseRatio(expected), parseRatio(indicator.pointsText));
    }),
    ...(score === undefined ? [] : differs(`${path}/expects/score`, parseRatio(score), book.score ? parseRatio(book.score.total) : null)),
    ...Object.entries(rewards).flatMap(([id, expected]) => {
      if (!rules.has(id)) return [unknown(at('rewards', id), '激励规则', 'reward rule', id)];
      return differs(at('rewards', id), ratio(expected), ratio(pay.get(id) ?? 0));
    }),
    ...book.expressionErrors.map(({ metric, factId, reason }) =>
      warning(
        path,
        'example_fact_not_counted',
        `示例中的第 ${placeOf(factId)} 条业务事实无法按口径 ${metric} 计算:${reason}`,
        `fact ${placeOf(factId)} of the example cannot be counted by the metric ${metric}: ${reason}`,
      ),
    ),
  ];
};

/** From 1, as people count. */
const placeOf = (factId: string): number => Number(factId.slice(factId.indexOf(':') + 1)) + 1;

const unknown = (path: string, zh: string, en: string, id: string): Finding =>
  error(path, 'example_names_unknown', `方案中没有${zh} ${id}`, `the plan has no ${en} ${id}`);

const differs = (path: string, expected: Ratio | null, actual: Ratio | null, unit?: Unit): Finding[] => {
  if (expected === null ? actual === null : actual !== null && compare(expected, actual) === 0) return [];
  const words = (value: Ratio | null, none: string): string => (value === null ? none : plain(unit === 'money' ? inYuan(value) : value));
  return [
    error(
      path,
      'example_differs',
      `示例期望 ${words(expected, '无数值')},按本方案实为 ${words(actual, '无数值')}`,
      `the example expects ${words(expected, 'no value')}, and the plan gives ${words(actual, 'no value')}`,
      { counterexample: { expected: words(expected, 'none'), actual: words(actual, 'none') } },
    ),
  ];
};
const inYuan = (value: Ratio): Ratio => ratio(BigInt(value.n), BigInt(value.d) * 100n);
