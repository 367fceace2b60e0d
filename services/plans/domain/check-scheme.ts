/** The scheme: weights that add up, curves that rise, gates that mean something. */
import type { Indicator, Metric, SchemeProjects } from '../../../shared/contracts/plans.ts';
import { add, compare, max, min, multiply, ONE, parseRatio, type Ratio, ratio, subtract, ZERO } from '../../../shared/kernel/ratio.ts';
import { checkFactor, checkPositive, checkReachable, checkUnit, lowerIsBetter } from './check-thresholds.ts';
import { error, type Finding, note, plain, warning } from './finding.ts';
import type { Placed, PlanParts } from './plan-parts.ts';

/** How a reference is answered: the part, `broken` when it is there but unreadable, `undefined` when there is none. */
export type Lookup<T> = (id: string) => Placed<T> | 'broken' | undefined;

const HUNDRED = ratio(100);

/** The largest share of its weight that an indicator can give: the curve's highest value or the cap, whichever is lower. */
export const mostCounted = (indicator: Indicator): Ratio => {
  const cap = parseRatio(indicator.cap);
  switch (indicator.curve.kind) {
    case 'linear':
      return cap;
    case 'stepped':
      return min(cap, largest(indicator.curve.steps));
    case 'piecewise':
      return min(cap, largest(indicator.curve.points));
  }
};
const largest = (values: readonly { readonly gives: string }[]): Ratio =>
  values.map(({ gives }) => parseRatio(gives)).reduce((most, value) => (compare(value, most) > 0 ? value : most), ZERO);

/** The highest total that a scheme can give, in points: with the weights of any stage, where it scores by project. */
export const mostPoints = (indicators: readonly Indicator[], projects?: SchemeProjects): Ratio => {
  const total = (weightOf: (one: Indicator) => string): Ratio =>
    indicators.map((one) => multiply(parseRatio(weightOf(one)), mostCounted(one))).reduce(add, ZERO);
  const stages = (projects?.stages ?? []).map(({ weights }) =>
    total(({ id }) => (Object.hasOwn(weights, id) ? weights[id] : undefined) ?? '0'),
  );
  return stages.reduce(
    max,
    total(({ weight }) => weight),
  );
};

export const checkScheme = (plan: PlanParts, metricOf: Lookup<Metric>): Finding[] => [
  ...plan.indicators.parts.flatMap((part) => checkIndicator(part, metricOf)),
  ...checkWeights(plan),
  ...checkGates(plan, metricOf),
];

/** Exactly 100: 33.3 + 33.3 + 33.3 is refused, and so is a sum that only rounds to 100. */
const checkWeights = ({ hasScheme, indicators }: PlanParts): Finding[] => {
  if (!hasScheme || !indicators.complete || indicators.parts.length === 0) return [];
  const sum = indicators.parts.map(({ value }) => parseRatio(value.weight)).reduce(add, ZERO);
  if (compare(sum, HUNDRED) === 0) return [];
  const difference = subtract(HUNDRED, sum);
  const [zh, en] = compare(difference, ZERO) > 0 ? ['还差', 'missing'] : ['多出', 'too much'];
  const off = plain(compare(difference, ZERO) > 0 ? difference : subtract(sum, HUNDRED));
  return [
    error(
      '/scheme/indicators',
      'weights_not_100',
      `权重合计须恰好为 100,现为 ${plain(sum)}(${zh} ${off})`,
      `the weights must add up to exactly 100; they add up to ${plain(sum)} (${off} ${en})`,
      { counterexample: { sum: plain(sum), weights: indicators.parts.map(({ value }) => value.weight).join(' + ') } },
    ),
  ];
};

const checkIndicator = ({ path, value: indicator }: Placed<Indicator>, metricOf: Lookup<Metric>): Finding[] => {
  const findings = [...checkWeight(`${path}/weight`, indicator.weight), ...checkOwnTarget(path, indicator)];
  const metric = metricOf(indicator.metric);
  if (metric === undefined) {
    findings.push(
      error(
        `${path}/metric`,
        'unknown_metric',
        `没有名为 ${indicator.metric} 的指标口径`,
        `there is no metric ${indicator.metric} in this plan`,
      ),
    );
  } else if (metric !== 'broken') {
    if (indicator.target !== undefined) findings.push(...checkUnit(`${path}/target`, indicator.target, metric.value));
    findings.push(...checkProration(path, indicator, metric.value), ...checkDirection(path, indicator, metric.value));
  }
  return [...findings, ...checkCurve(path, indicator)];
};

const checkDirection = (path: string, { direction }: Indicator, metric: Metric): Finding[] =>
  metric.fold === 'duration' && direction === 'higher'
    ? [
        error(
          `${path}/direction`,
          'lower_is_better',
          `${metric.name.zh}是天数,越少越好:请删去 direction,或写 lower`,
          `${metric.name.en} is a number of days, lower is better: leave direction out, or write lower`,
        ),
      ]
    : [];

/** The plan's own target and what new hires have of it. A plan without one says so: whoever has none set gets nothing. */
const checkOwnTarget = (path: string, { target, ramp }: Indicator): Finding[] => [
  ...(target === undefined
    ? [
        note(
          path,
          'target_set_elsewhere',
          '方案没有写目标:须另行为个人、岗位、部门或公司设定,未设定者该项不得分',
          'the plan has no target: one must be set for the person, position, org unit or company, and without one the indicator gives nothing',
        ),
      ]
    : checkPositive(`${path}/target`, target)),
  ...(ramp ?? []).flatMap((text, index) => {
    const share = parseRatio(text);
    if (compare(share, ZERO) > 0 && compare(share, ONE) <= 0) return [];
    return [
      error(
        `${path}/ramp/${index}`,
        'ramp_out_of_range',
        `新员工目标系数须大于 0 且不超过 100%,现为 ${text}`,
        `the share of the target of new hires is above 0 and at most 100%, and is ${text}`,
      ),
    ];
  }),
];

/** Only what adds up over a stretch of days is less in fewer of them. */
const checkProration = (path: string, { prorate }: Indicator, metric: Metric): Finding[] => {
  if (prorate === undefined) return [];
  const addsUp = ADD_UP.has(metric.fold) && (typeof metric.window === 'object' || !MEANS.has(metric.window));
  if (addsUp) return [];
  return [
    error(
      `${path}/prorate`,
      'prorate_without_sum',
      `${metric.name.zh}不随在职天数累加(比率、平均、最新值、按日按周均值):目标不能按天折算`,
      `${metric.name.en} does not add up over days (a share, an average, the latest, or a mean by day or week): its target cannot be prorated`,
    ),
  ];
};
const ADD_UP: ReadonlySet<Metric['fold']> = new Set(['sum', 'count', 'count-distinct', 'qualified-customers']);
const MEANS: ReadonlySet<string> = new Set(['day', 'week']);

const checkWeight = (path: string, text: string): Finding[] => {
  const weight = parseRatio(text);
  if (text.endsWith('%')) {
    return [
      error(
        path,
        'unit_mismatch',
        `权重以百分点计:${text} 请写作 "${text.slice(0, -1)}"`,
        `a weight is in points: write ${text} as "${text.slice(0, -1)}"`,
      ),
    ];
  }
  if (compare(weight, ZERO) <= 0)
    return [error(path, 'weight_not_positive', `权重须大于 0,现为 ${text}`, `a weight must be above 0, and is ${text}`)];
  if (BigInt(multiply(weight, HUNDRED).d) !== 1n) {
    return [error(path, 'weight_too_fine', `权重最多两位小数:${text}`, `a weight has at most 2 decimals: ${text}`)];
  }
  return [];
};

const checkCurve = (path: string, indicator: Indicator): Finding[] => {
  const { floor, cap, curve } = indicator;
  const findings = [
    ...checkFactor(`${path}/floor`, floor, { zh: '下限', en: 'the floor' }),
    ...checkFactor(`${path}/cap`, cap, { zh: '上限', en: 'the cap' }),
  ];
  if (compare(parseRatio(floor), parseRatio(cap)) > 0) {
    findings.push(error(`${path}/floor`, 'floor_above_cap', `下限 ${floor} 高于上限 ${cap}`, `the floor ${floor} is above the cap ${cap}`));
  }
  if (compare(mostCounted(indicator), ZERO) <= 0) {
    findings.push(error(`${path}/cap`, 'never_scores', '该指标在任何完成率下都不得分', 'this indicator gives no points at any attainment'));
  } else if (compare(mostCounted(indicator), ONE) < 0) {
    findings.push(
      warning(
        `${path}/cap`,
        'full_weight_unreachable',
        `该指标最多得到权重的 ${plain(mostCounted(indicator))} 倍,不可能得满分`,
        `this indicator gives at most ${plain(mostCounted(indicator))} of its weight: full points cannot be reached`,
      ),
    );
  }
  if (curve.kind === 'linear') return findings;
  const [list, rows] =
    curve.kind === 'stepped'
      ? ['steps', curve.steps.map(({ atLeast, gives }) => ({ at: atLeast, gives, key: 'atLeast' }))]
      : ['points', curve.points.map(({ at, gives }) => ({ at, gives, key: 'at' }))];
  rows.forEach((row, index) => {
    const at = `${path}/curve/${list}/${index}`;
    findings.push(
      ...checkFactor(`${at}/${row.key}`, row.at, { zh: '完成率', en: 'the attainment' }),
      ...checkFactor(`${at}/gives`, row.gives, { zh: '得分系数', en: 'the share' }),
    );
    const before = rows[index - 1];
    if (before === undefined) return;
    if (compare(parseRatio(row.at), parseRatio(before.at)) <= 0) {
      findings.push(
        error(
          `${at}/${row.key}`,
          'curve_not_ascending',
          `完成率须逐级升高:${row.at} 排在 ${before.at} 之后`,
          `the attainments must ascend: ${row.at} follows ${before.at}`,
          { counterexample: { attainment: plain(parseRatio(before.at)), rows: '2' } },
        ),
      );
    } else if (compare(parseRatio(row.gives), parseRatio(before.gives)) < 0) {
      findings.push(
        error(
          `${at}/gives`,
          'curve_falls',
          `完成率从 ${before.at} 升到 ${row.at} 时,得分系数从 ${before.gives} 降到 ${row.gives}:做得更好反而得分更少`,
          `when the attainment rises from ${before.at} to ${row.at}, the share falls from ${before.gives} to ${row.gives}: doing better scores less`,
          { counterexample: { attainment: before.at, gives: before.gives, nextAttainment: row.at, nextGives: row.gives } },
        ),
      );
    }
  });
  return findings;
};

const checkGates = (plan: PlanParts, metricOf: Lookup<Metric>): Finding[] =>
  plan.gates.parts.flatMap(({ path, value: gate }) => {
    const findings: Finding[] = [];
    const metric = metricOf(gate.metric);
    if (metric === undefined) {
      findings.push(
        error(`${path}/metric`, 'unknown_metric', `没有名为 ${gate.metric} 的指标口径`, `there is no metric ${gate.metric} in this plan`),
      );
    } else if (metric !== 'broken' && metric.value.fold === 'duration') {
      findings.push(lowerIsBetter(`${path}/metric`, metric.value, { zh: '门槛', en: 'a gate' }));
    } else if (metric !== 'broken') {
      findings.push(
        ...checkUnit(`${path}/atLeast`, gate.atLeast, metric.value),
        ...checkReachable(`${path}/atLeast`, gate.atLeast, metric.value, false).map((found) => ({
          ...found,
          code: 'gate_never_opens',
          zh: `${found.zh}(门槛永远达不到,限制永远生效)`,
          en: `${found.en} (the limit always applies)`,
        })),
      );
    }
    const { applies } = gate;
    const limit = parseRatio(applies.limitTo);
    if (compare(limit, ZERO) < 0) {
      findings.push(
        error(`${path}/applies/limitTo`, 'negative', `限制 ${applies.limitTo} 为负`, `the limit ${applies.limitTo} is negative`),
      );
    }
    const most = applies.to === 'total' ? mostTotal(plan) : mostOf(plan, applies.indicator);
    if (most === undefined && applies.to === 'indicator') {
      findings.push(
        error(
          `${path}/applies/indicator`,
          'unknown_indicator',
          `没有名为 ${applies.indicator} 的考核指标`,
          `there is no indicator ${applies.indicator} in this scheme`,
        ),
      );
    } else if (most && compare(limit, most) >= 0) {
      findings.push(
        error(
          `${path}/applies/limitTo`,
          'gate_above_cap',
          `限制为 ${applies.limitTo},而上限本来就是 ${plain(most)}:门槛没有任何作用`,
          `the limit is ${applies.limitTo}, and ${plain(most)} is the most anyway: the gate never does anything`,
          { counterexample: { limitTo: applies.limitTo, most: plain(most) } },
        ),
      );
    }
    return findings;
  });

/** `null`: cannot be told, because parts could not be read. */
const mostTotal = ({ indicators, projects }: PlanParts): Ratio | null =>
  indicators.complete
    ? mostPoints(
        indicators.parts.map(({ value }) => value),
        projects,
      )
    : null;
const mostOf = ({ indicators }: PlanParts, id: string): Ratio | null | undefined => {
  const found = indicators.parts.find(({ value }) => value.id === id);
  if (found) return mostCounted(found.value);
  return indicators.brokenIds.has(id) || !indicators.complete ? null : undefined;
};
