/**
 * The plans of those who sell projects: conversions, durations, and weights by the stage of a project. Both have a metric `steps`, and mean
 * another thing by it. What each must give is written by hand in `auditor/expect-project.ts`; change both together.
 */
import type { PlanDraft } from './plan-set.ts';

const both = (zh: string, en: string) => ({ zh, en });

const won: PlanDraft['metrics'] = [
  {
    id: 'won-rate',
    name: both('报价→签约', 'Offer to contract'),
    fold: 'conversion',
    factTypes: ['opportunity.stage-changed'],
    stages: ['lead', 'offer', 'signed'],
    from: 'offer',
    to: 'signed',
  },
  { id: 'cycle', name: both('阶段工期', 'Days of a stage'), fold: 'duration', factTypes: ['project.stage-completed'] },
];

/** By project: what a stage weighs depends on which it is; `test` is not listed and takes the indicators' own weights. */
export const project1: Partial<PlanDraft> = {
  metrics: [...won, { id: 'steps', name: both('完成阶段数', 'Stages'), fold: 'count', factTypes: ['project.stage-completed'] }],
  scheme: {
    indicators: [
      { id: 'cycle', name: both('工期', 'Days'), kind: 'process', metric: 'cycle', weight: '40', target: '20' },
      { id: 'steps', name: both('完成阶段', 'Stages'), kind: 'result', metric: 'steps', weight: '60', target: '2' },
    ],
    projects: {
      factTypes: ['project.stage-completed'],
      stages: [
        { name: 'design', weights: { cycle: '70.5', steps: '29.5' } },
        { name: 'build', weights: { cycle: '20', steps: '80' } },
      ],
    },
  },
  rewards: [
    {
      id: 'stage-fee',
      name: both('阶段提成', 'Commission of a stage'),
      category: 'commission',
      kind: 'per-fact',
      per: 'fact',
      factTypes: ['project.stage-completed'],
      where: 'fact.attributes.stage == "build" && fact.amount > 0',
      rate: '0.55%',
    },
    {
      id: 'won',
      name: both('签约率达标奖', 'Offers won'),
      category: 'bonus',
      kind: 'fixed-on-target',
      metric: 'won-rate',
      target: '50%',
      amountFen: 25_003,
    },
    {
      id: 'steps-pay',
      name: both('阶段奖', 'Stages'),
      category: 'subsidy',
      kind: 'per-unit',
      metric: 'steps',
      amountFen: 1_501,
      gate: { on: { of: 'score' }, atLeast: '60' },
    },
  ],
};

export const project2: Partial<PlanDraft> = {
  metrics: [
    ...won,
    {
      id: 'steps',
      name: both('签约次数', 'Signatures'),
      fold: 'count',
      factTypes: ['opportunity.stage-changed'],
      where: 'fact.attributes.stage == "signed"',
    },
  ],
  scheme: {
    indicators: [
      { id: 'won', name: both('签约率', 'Offers won'), kind: 'result', metric: 'won-rate', weight: '50', target: '60%' },
      { id: 'cycle', name: both('工期', 'Days'), kind: 'process', metric: 'cycle', weight: '30', target: '15', cap: '1.1' },
      { id: 'steps', name: both('签约', 'Signatures'), kind: 'process', metric: 'steps', weight: '20', target: '2' },
    ],
  },
  rewards: [
    {
      id: 'won',
      name: both('签约率超额奖', 'Offers won above target'),
      category: 'bonus',
      kind: 'over-target',
      metric: 'won-rate',
      target: '40%',
      amountPerPointFen: 777,
    },
    {
      id: 'steps-pay',
      name: both('签约奖', 'Signatures'),
      category: 'subsidy',
      kind: 'per-unit',
      metric: 'steps',
      amountFen: 2_003,
      capPerMonthFen: 5_000,
    },
    {
      id: 'fast',
      name: both('快速签约奖', 'Signed while fast'),
      category: 'bonus',
      kind: 'count-threshold',
      metric: 'steps',
      moreThan: '1',
      amountFen: 9_999,
      gate: { on: { of: 'attainment', indicator: 'cycle' }, atLeast: '1' },
    },
  ],
};
