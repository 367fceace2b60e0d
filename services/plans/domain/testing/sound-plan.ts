/** A sound plan for tests to break: one of everything. */
import type { Indicator, Metric, PlanDocument, Reward } from '../../../../shared/contracts/plans.ts';
import type { Fen } from '../../../../shared/kernel/money.ts';

const name = { zh: '名称', en: 'name' };
const month = { window: 'month' } as const;

/** `renewal` is a share of what it is measured against, so at most 100 %; `visit-days` at most 31. */
export const soundMetrics: readonly Metric[] = [
  {
    id: 'sales',
    name,
    ...month,
    fold: 'sum',
    unit: 'fen',
    factTypes: ['order.signed', 'order.refunded'],
    value: 'fact.type == "order.refunded" ? -fact.amount : fact.amount',
  },
  { id: 'customers', name, ...month, fold: 'count', factTypes: ['customer.won'] },
  {
    id: 'renewal',
    name,
    ...month,
    fold: 'ratio',
    numerator: { factTypes: ['contract.due'], where: 'has(fact.attributes.renewed)' },
    denominator: { factTypes: ['contract.due'] },
  },
  { id: 'visit-days', name, ...month, fold: 'count-distinct', factTypes: ['visit.validated'], by: 'fact.date' },
];

export const soundRewards = {
  commission: {
    id: 'commission',
    name,
    category: 'commission',
    kind: 'tiered-rate',
    metric: 'sales',
    mode: 'marginal',
    tiersBy: 'amount',
    tiers: [
      { atLeast: '0', rate: '2%' },
      { atLeast: '100000', rate: '3%' },
    ],
    cliffAccepted: false,
  },
  threshold: {
    id: 'threshold',
    name,
    category: 'bonus',
    kind: 'count-threshold',
    metric: 'customers',
    moreThan: '10',
    amountFen: 100_000 as Fen,
  },
  perFact: {
    id: 'per-fact',
    name,
    category: 'bonus',
    kind: 'per-fact',
    per: 'fact',
    factTypes: ['customer.won'],
    where: 'fact.amount >= 0',
    amountFen: 50_000 as Fen,
    stacks: false,
  },
  visits: {
    id: 'visits',
    name,
    category: 'subsidy',
    kind: 'per-unit',
    metric: 'visit-days',
    amountFen: 5_000 as Fen,
    capPerMonthFen: 100_000 as Fen,
  },
} as const satisfies Record<string, Reward>;

const weighted = (id: string, metric: string, weight: string, target: string) =>
  ({
    id,
    name,
    kind: 'result',
    metric,
    weight,
    target,
    direction: 'higher',
    curve: { kind: 'linear' },
    floor: '0',
    cap: '1.2',
  }) as const;

/** No findings at all. */
export const soundPlan = (): PlanDocument => ({
  id: 'sound',
  name,
  legalEntityId: 'acme',
  appliesTo: { kind: 'legal-entity', id: 'acme' },
  metrics: [...soundMetrics],
  scheme: {
    indicators: [
      weighted('sales', 'sales', '60', '500000'),
      weighted('customers', 'customers', '25', '8'),
      weighted('renewal', 'renewal', '15', '90%'),
    ],
    gates: [{ metric: 'customers', atLeast: '3', applies: { to: 'indicator', indicator: 'sales', limitTo: '0.8' } }],
  },
  rewards: Object.values(soundRewards),
});

/** The plan with these reward rules only. */
export const withRewards = (...rewards: readonly Reward[]): PlanDocument => ({ ...soundPlan(), rewards: [...rewards] });
/** The plan with this metric in place of the one of the same id. */
export const withMetric = (metric: Metric): PlanDocument => ({
  ...soundPlan(),
  metrics: soundMetrics.map((one) => (one.id === metric.id ? metric : one)),
});
/** The plan with one indicator changed. */
export const withIndicator = (index: number, change: Partial<Indicator>): PlanDocument => {
  const plan = soundPlan();
  const indicators = (plan.scheme?.indicators ?? []).map((one, at) => (at === index ? { ...one, ...change } : one));
  return { ...plan, scheme: { indicators, gates: plan.scheme?.gates ?? [] } };
};
/** The sound rules with one in place of its kind. */
export const withReward = (rule: Reward): PlanDocument => ({
  ...soundPlan(),
  rewards: [...Object.values(soundRewards).filter(({ id }) => id !== rule.id), rule],
});
