/** Schemes that score by project: each stage weighs every indicator, exactly 100 in all, and nothing in them looks beyond one project. */
import type { Indicator, Metric, SchemeProjects } from '../../../shared/contracts/plans.ts';
import { add, compare, parseRatio, ratio, ZERO } from '../../../shared/kernel/ratio.ts';
import { checkExpression } from './check-metrics.ts';
import type { Lookup } from './check-scheme.ts';
import { error, type Finding, plain, warning } from './finding.ts';
import type { PlanParts } from './plan-parts.ts';

const PATH = '/scheme/projects';
const HUNDRED = ratio(100);

export const checkProjects = (plan: PlanParts, metricOf: Lookup<Metric>, knownFactTypes: ReadonlySet<string> | undefined): Finding[] => {
  const { projects, indicators, gates } = plan;
  if (!projects) return [];
  return [
    ...checkExpression(`${PATH}/stage`, projects.stage, 'string', 'fact'),
    ...projects.factTypes.flatMap((type, index) =>
      knownFactTypes === undefined || knownFactTypes.has(type)
        ? []
        : [
            warning(
              `${PATH}/factTypes/${index}`,
              'unknown_fact_type',
              `${type} 不是内置的业务事实类型;若是自定义类型可忽略`,
              `${type} is not a fact type that ships; fine if it is one of your own`,
            ),
          ],
    ),
    ...checkStages(projects, indicators.complete ? indicators.parts.map(({ value }) => value) : null),
    ...gates.parts.flatMap(({ path, value }) =>
      value.applies.to === 'indicator'
        ? [
            error(
              `${path}/applies/to`,
              'gate_within_project',
              '按项目计分时,门槛只能作用于总分(to: total)',
              'where projects are scored one by one, a gate can only limit the total (to: total)',
            ),
          ]
        : [],
    ),
    ...indicators.parts.flatMap(({ path, value }) => {
      const metric = metricOf(value.metric);
      return metric === undefined || metric === 'broken' || metric.value.window === 'month'
        ? []
        : [
            error(
              `${path}/metric`,
              'window_within_project',
              `按项目计分的指标只能统计当月(window: month),${value.metric} 不是`,
              `an indicator that is scored by project counts the month (window: month); ${value.metric} does not`,
            ),
          ];
    }),
  ];
};

/** `indicators` is null where some could not be read: which weights are missing cannot be told then. */
const checkStages = ({ stages }: SchemeProjects, indicators: readonly Indicator[] | null): Finding[] => {
  const first = new Map<string, number>();
  return stages.flatMap(({ name, weights }, index) => {
    const path = `${PATH}/stages/${index}`;
    const findings: Finding[] = [];
    const earlier = first.get(name);
    if (earlier !== undefined) {
      findings.push(
        error(
          `${path}/name`,
          'duplicate_stage',
          `阶段「${name}」重复(另见第 ${earlier + 1} 个)`,
          `stage ${name} is there twice (also number ${earlier + 1})`,
        ),
      );
    } else first.set(name, index);
    const known = new Set(indicators?.map(({ id }) => id));
    for (const [id, text] of Object.entries(weights)) {
      const at = `${path}/weights/${id}`;
      if (indicators && !known.has(id)) {
        findings.push(error(at, 'unknown_indicator', `没有名为 ${id} 的考核指标`, `there is no indicator ${id} in this scheme`));
      }
      if (text.endsWith('%')) {
        findings.push(
          error(
            at,
            'unit_mismatch',
            `权重以百分点计:${text} 请写作 "${text.slice(0, -1)}"`,
            `a weight is in points: write ${text} as "${text.slice(0, -1)}"`,
          ),
        );
      } else if (compare(parseRatio(text), ZERO) < 0) {
        findings.push(error(at, 'negative', `权重 ${text} 为负`, `the weight ${text} is negative`));
      }
    }
    for (const { id } of indicators ?? []) {
      if (Object.hasOwn(weights, id)) continue;
      findings.push(
        error(
          `${path}/weights`,
          'weight_missing',
          `阶段「${name}」没有给 ${id} 权重(不计可写 "0")`,
          `stage ${name} gives ${id} no weight (write "0" where it does not count)`,
        ),
      );
    }
    const sum = Object.values(weights).map(parseRatio).reduce(add, ZERO);
    if (compare(sum, HUNDRED) !== 0) {
      findings.push(
        error(
          `${path}/weights`,
          'weights_not_100',
          `阶段「${name}」的权重合计须恰好为 100,现为 ${plain(sum)}`,
          `the weights of stage ${name} must add up to exactly 100; they add up to ${plain(sum)}`,
          { counterexample: { sum: plain(sum), weights: Object.values(weights).join(' + ') } },
        ),
      );
    }
    return findings;
  });
};
