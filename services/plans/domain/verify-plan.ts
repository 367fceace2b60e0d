/**
 * Whether a plan is sound. Pure; gives every finding at once, in words for the plan's owner, with the place and, where there is one, a
 * concrete case in which it goes wrong. A plan without errors can be compiled and evaluated by scoring and bonus.
 */
import type { Indicator, Metric, Reward } from '../../../shared/contracts/plans.ts';
import { ADJUSTMENT_RULE } from '../../../shared/kernel/adjustment-rule.ts';
import { checkExclusive } from './check-exclusive.ts';
import { checkMetric } from './check-metrics.ts';
import { checkOverlaps } from './check-overlaps.ts';
import { checkProjects } from './check-projects.ts';
import { checkReward } from './check-rewards.ts';
import { checkScheme, type Lookup } from './check-scheme.ts';
import { arrange, error, type Finding, warning } from './finding.ts';
import type { PartList, PlanParts } from './plan-parts.ts';

export interface VerifyOptions {
  /** Fact types that ship. A type outside gets a warning, because companies may add their own; without the option nothing is said. */
  readonly knownFactTypes?: ReadonlySet<string>;
}

/** All findings about the parts that could be read. */
export const verifyPlan = (plan: PlanParts, { knownFactTypes }: VerifyOptions = {}): readonly Finding[] => {
  const metricOf = lookup<Metric>(plan.metrics);
  const indicatorOf = lookup<Indicator>(plan.indicators);
  const rewardOf = (id: string): Reward | undefined => plan.rewards.parts.find(({ value }) => value.id === id)?.value;
  return arrange([
    ...checkHeader(plan),
    ...duplicates(plan.metrics, '指标口径', 'metric'),
    ...duplicates(plan.indicators, '考核指标', 'indicator'),
    ...duplicates(plan.rewards, '激励规则', 'reward rule'),
    ...plan.metrics.parts.flatMap((metric) => checkMetric(metric, knownFactTypes)),
    ...checkScheme(plan, metricOf),
    ...checkProjects(plan, metricOf, knownFactTypes),
    ...reserved(plan.rewards),
    ...plan.rewards.parts.flatMap((rule) => checkReward(rule, { plan, metricOf, indicatorOf, rewardOf, knownFactTypes })),
    ...checkOverlaps(plan.rewards.parts),
    ...checkExclusive(plan.rewards),
    ...checkUnused(plan),
  ]);
};

const lookup = <T extends { readonly id: string }>(list: PartList<T>): Lookup<T> => {
  const known = new Map(list.parts.map((part) => [part.value.id, part]));
  // Where a part has no readable id, a reference may well be to it.
  return (id) => known.get(id) ?? (list.brokenIds.has(id) || list.unnamed ? 'broken' : undefined);
};

const checkHeader = ({ legalEntityId, appliesTo, hasScheme, rewards }: PlanParts): Finding[] => {
  const findings: Finding[] = [];
  if (appliesTo?.kind === 'legal-entity' && legalEntityId !== undefined && appliesTo.id !== legalEntityId) {
    findings.push(
      error(
        '/appliesTo/id',
        'other_legal_entity',
        `方案属于 ${legalEntityId},却适用于另一法人 ${appliesTo.id}:它永远不会被选用`,
        `the plan belongs to ${legalEntityId} but applies to another legal entity, ${appliesTo.id}: it is never chosen`,
      ),
    );
  }
  if (!hasScheme && rewards.parts.length === 0 && rewards.complete) {
    findings.push(
      error('', 'plan_empty', '方案既没有考核方案也没有激励规则', 'the plan has neither a scheme nor reward rules: it does nothing'),
    );
  }
  return findings;
};

const duplicates = <T extends { readonly id: string }>({ parts }: PartList<T>, zh: string, en: string): Finding[] => {
  const first = new Map<string, string>();
  return parts.flatMap(({ path, value: { id } }) => {
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, path);
      return [];
    }
    return [
      error(
        `${path}/id`,
        'duplicate_id',
        `${zh}编号 ${id} 重复(另见 ${earlier})`,
        `the ${en} id ${id} is used twice (also at ${earlier})`,
        {
          counterexample: { id, first: earlier, second: path },
        },
      ),
    ];
  });
};

/** The ledger keeps what people agree on under a name of its own. */
const reserved = ({ parts }: PlanParts['rewards']): Finding[] =>
  parts.flatMap(({ path, value: { id } }) =>
    id === ADJUSTMENT_RULE
      ? [error(`${path}/id`, 'reserved_id', `编号 ${id} 保留给人工调整`, `the id ${id} is kept for manual adjustments`)]
      : [],
  );

/** A metric that nothing reads is computed for every fact and shown to nobody. */
const checkUnused = ({ metrics, indicators, gates, rewards }: PlanParts): Finding[] => {
  if (!indicators.complete || !gates.complete || !rewards.complete) return [];
  const used = new Set([
    ...indicators.parts.map(({ value }) => value.metric),
    ...gates.parts.map(({ value }) => value.metric),
    ...rewards.parts.flatMap(({ value }) => [
      ...('metric' in value ? [value.metric] : []),
      ...(value.kind === 'pool' ? [value.of ?? '', value.sharedBy.by === 'metric' ? value.sharedBy.metric : ''] : []),
      ...(value.gate?.on.of === 'metric' ? [value.gate.on.metric] : []),
    ]),
  ]);
  return metrics.parts.flatMap(({ path, value: { id } }) =>
    used.has(id)
      ? []
      : [warning(path, 'metric_unused', `指标口径 ${id} 未被任何指标或规则使用`, `no indicator or rule uses the metric ${id}`)],
  );
};
