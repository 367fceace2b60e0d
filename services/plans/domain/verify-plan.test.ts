import { describe, expect, it } from 'vitest';
import { type Indicator, type Metric, type PlanDocument, planDocumentSchema, type Reward } from '../../../shared/contracts/plans.ts';
import type { Fen } from '../../../shared/kernel/money.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { type Finding, MAX_FINDINGS } from './finding.ts';
import { partsOf } from './plan-parts.ts';
import { soundPlan, soundRewards, withIndicator, withMetric, withReward } from './testing/sound-plan.ts';
import { verifyPlan } from './verify-plan.ts';

const KNOWN = new Set([
  'order.signed',
  'order.refunded',
  'customer.won',
  'contract.due',
  'contract.renewed',
  'visit.validated',
  'opportunity.stage-changed',
]);
const verify = (plan: PlanDocument): readonly Finding[] => verifyPlan(partsOf(plan), { knownFactTypes: KNOWN });
const brief = (plan: PlanDocument): string[] => verify(plan).map(({ severity, code, path }) => `${severity} ${code} ${path}`);

const name = { zh: '名称', en: 'name' };
/** Without the gate, so that its indicator may be changed freely. */
const withCurve = (curve: Indicator['curve'], more: Partial<Indicator> = {}): PlanDocument => {
  const plan = withIndicator(1, { curve, ...more });
  return { ...plan, scheme: { indicators: plan.scheme?.indicators ?? [], gates: [] } };
};
const withGate = (gate: NonNullable<PlanDocument['scheme']>['gates'][number]): PlanDocument => {
  const plan = soundPlan();
  return { ...plan, scheme: { indicators: plan.scheme?.indicators ?? [], gates: [gate] } };
};
const sumMetric = (change: object): Metric =>
  ({ id: 'sales', name, window: 'month', fold: 'sum', unit: 'fen', factTypes: ['order.signed'], ...change }) as Metric;
const perCustomer = { ...soundRewards.perFact, per: 'customer', where: 'order.net > 0' } as const;
const { factTypes: _, ...customerRule } = perCustomer;
const FIRST = soundPlan().rewards[0]?.id ?? '';
const draw: Reward = {
  id: 'guarantee',
  name,
  category: 'subsidy',
  kind: 'draw',
  of: [FIRST],
  guaranteeFen: 5 as Fen,
  firstMonths: 3,
  recoverable: true,
};
const pool: Reward = {
  id: 'pool',
  name,
  category: 'bonus',
  kind: 'pool',
  amountFen: 500 as Fen,
  sharedBy: { by: 'score' },
  among: 'org-unit',
};
const orderRule = { ...customerRule, per: 'order', amountFen: undefined, rate: '3%' } as const;
const gated = (gate: Reward['gate']): PlanDocument => withReward({ ...soundRewards.threshold, ...(gate ? { gate } : {}) });

/** A sound plan whose one metric is a conversion, or a duration with a rule that pays from a number of days on. */
const alone = (metric: object, rewards: readonly object[] = [], indicator: object = {}): PlanDocument =>
  planDocumentSchema.parse({
    id: 'alone',
    name,
    legalEntityId: 'acme',
    appliesTo: { kind: 'legal-entity', id: 'acme' },
    metrics: [{ id: 'm', name, factTypes: ['opportunity.stage-changed'], ...metric }],
    scheme: { indicators: [{ id: 'i', name, kind: 'process', metric: 'm', weight: '100', target: '1', ...indicator }] },
    rewards,
  });
const ofQuarter = (change: object): PlanDocument =>
  alone({ fold: 'sum', unit: 'fen', factTypes: ['order.signed'], window: 'quarter' }, [
    {
      id: 'r',
      name,
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'm',
      mode: 'slab',
      tiersBy: 'amount',
      tiers: [{ atLeast: '0', rate: '2%' }],
      ...change,
    },
  ]);
const conversionPlan = (change: object): PlanDocument =>
  alone({ fold: 'conversion', stages: ['a', 'b', 'c'], from: 'a', to: 'c', ...change });
const durationPlan = (): PlanDocument =>
  alone({ fold: 'duration' }, [{ id: 'r', name, category: 'bonus', kind: 'fixed-on-target', metric: 'm', target: '90', amountFen: 100 }]);

describe('a sound plan', () => {
  it('has no findings', () => {
    expect(verify(soundPlan())).toEqual([]);
  });
});

/** The sound plan scored by project, by the weights of one stage. */
const byProject = (stages: readonly object[], change: object = {}): PlanDocument => {
  const plan = soundPlan();
  return planDocumentSchema.parse({
    ...plan,
    scheme: { indicators: plan.scheme?.indicators, gates: [], projects: { factTypes: ['contract.due'], stages }, ...change },
  });
};
const ownWeights = (change: object = {}): object => ({
  ...Object.fromEntries((soundPlan().scheme?.indicators ?? []).map(({ id, weight }) => [id, weight])),
  ...change,
});
const [firstIndicator = ''] = (soundPlan().scheme?.indicators ?? []).map(({ id }) => id);

const FAULTS: readonly (readonly [string, PlanDocument, readonly string[]])[] = [
  ['projects by the weights of a stage', byProject([{ name: 'a', weights: ownWeights() }]), []],
  [
    'a stage that does not add up to 100, and weighs what is not there',
    byProject([{ name: 'a', weights: ownWeights({ other: '0.01' }) }]),
    ['error weights_not_100 /scheme/projects/stages/0/weights', 'error unknown_indicator /scheme/projects/stages/0/weights/other'],
  ],
  [
    'a stage without a weight for an indicator',
    byProject([{ name: 'a', weights: { [firstIndicator]: '100' } }]),
    (soundPlan().scheme?.indicators ?? []).slice(1).map(() => 'error weight_missing /scheme/projects/stages/0/weights'),
  ],
  [
    'a stage with weights below 0 and in percent, twice',
    byProject([
      { name: 'a', weights: ownWeights() },
      { name: 'a', weights: ownWeights({ [firstIndicator]: '-1' }) },
      { name: 'b', weights: ownWeights({ [firstIndicator]: '40%' }) },
    ]),
    [
      'error duplicate_stage /scheme/projects/stages/1/name',
      'error weights_not_100 /scheme/projects/stages/1/weights',
      `error negative /scheme/projects/stages/1/weights/${firstIndicator}`,
      'error weights_not_100 /scheme/projects/stages/2/weights',
      `error unit_mismatch /scheme/projects/stages/2/weights/${firstIndicator}`,
    ],
  ],
  [
    'a gate on an indicator of a project',
    byProject([{ name: 'a', weights: ownWeights() }], {
      gates: [{ metric: 'customers', atLeast: '3', applies: { to: 'indicator', indicator: firstIndicator, limitTo: '0.5' } }],
    }),
    ['error gate_within_project /scheme/gates/0/applies/to'],
  ],
  ['weights of 99.99', withIndicator(2, { weight: '14.99' }), ['error weights_not_100 /scheme/indicators']],
  [
    'a weight with three decimals',
    withIndicator(2, { weight: '15.001' }),
    ['error weights_not_100 /scheme/indicators', 'error weight_too_fine /scheme/indicators/2/weight'],
  ],
  [
    'a weight of 0',
    withIndicator(2, { weight: '0' }),
    ['error weights_not_100 /scheme/indicators', 'error weight_not_positive /scheme/indicators/2/weight'],
  ],
  [
    'a weight in percent',
    withIndicator(2, { weight: '15%' }),
    ['error weights_not_100 /scheme/indicators', 'error unit_mismatch /scheme/indicators/2/weight'],
  ],
  ...(
    [
      ['stages that do not rise', { from: 'c', to: 'a' }, ['error stages_not_in_order /metrics/0/to']],
      ['one stage for both ends', { from: 'b', to: 'b' }, ['error stages_not_in_order /metrics/0/to']],
      ['a stage that is not listed', { to: 'x' }, ['error unknown_stage /metrics/0/to']],
      ['a stage listed twice', { stages: ['a', 'b', 'c', 'b'] }, ['error stage_twice /metrics/0/stages/3']],
      ['a stage that is a number', { stage: 'fact.amount' }, ['error expression_invalid /metrics/0/stage']],
      ['a whole subject for an opportunity', { by: 'fact.subject' }, ['error expression_invalid /metrics/0/by']],
    ] as const
  ).map(([fault, change, findings]) => [fault, conversionPlan(change), findings] as const),
  ['a rule that pays for long durations', durationPlan(), ['error lower_is_better /rewards/0/metric']],
  [
    'a long duration as the better one',
    alone({ fold: 'duration' }, [], { direction: 'higher' }),
    ['error lower_is_better /scheme/indicators/0/direction'],
  ],
  ['a duration, said to be lower', alone({ fold: 'duration' }, [], { direction: 'lower' }), []],
  ['a duration', alone({ fold: 'duration' }), []],
  ['an unknown metric in the scheme', withIndicator(1, { metric: 'nobody' }), ['error unknown_metric /scheme/indicators/1/metric']],
  ['a percentage for money', withIndicator(0, { target: '90%' }), ['error unit_mismatch /scheme/indicators/0/target']],
  ['a target finer than a fen', withIndicator(0, { target: '1.001' }), ['error unit_mismatch /scheme/indicators/0/target']],
  ['a percentage for a count', withIndicator(1, { target: '90%' }), ['error unit_mismatch /scheme/indicators/1/target']],
  ['half a customer', withIndicator(1, { target: '7.5' }), ['warning count_not_whole /scheme/indicators/1/target']],
  ['90 for 90 %', withIndicator(2, { target: '90' }), ['warning ratio_written_large /scheme/indicators/2/target']],
  ['no target at all', withIndicator(1, { target: undefined }), ['note target_set_elsewhere /scheme/indicators/1']],
  ['a ramp of nothing', withIndicator(1, { ramp: ['50%', '0'] }), ['error ramp_out_of_range /scheme/indicators/1/ramp/1']],
  ['a ramp above the target', withIndicator(1, { ramp: ['1', '1.01'] }), ['error ramp_out_of_range /scheme/indicators/1/ramp/1']],
  ['a ramp', withIndicator(0, { ramp: ['50%', '0.8', '100%'], prorate: 'calendar-days' }), []],
  ['a prorated share', withIndicator(2, { prorate: 'calendar-days' }), ['error prorate_without_sum /scheme/indicators/2/prorate']],
  ['a target of 0', withIndicator(1, { target: '0' }), ['error target_not_positive /scheme/indicators/1/target']],
  ['a negative target', withIndicator(1, { target: '-8' }), ['error target_not_positive /scheme/indicators/1/target']],
  ['a floor above the cap', withIndicator(1, { floor: '1.3' }), ['error floor_above_cap /scheme/indicators/1/floor']],
  ['a cap below 1', withIndicator(1, { cap: '0.8' }), ['warning full_weight_unreachable /scheme/indicators/1/cap']],
  ['a cap of 0', withIndicator(1, { cap: '0' }), ['error never_scores /scheme/indicators/1/cap']],
  ['a negative floor', withIndicator(1, { floor: '-1' }), ['error negative /scheme/indicators/1/floor']],
  ['120 for 120 %', withIndicator(1, { cap: '120' }), ['warning factor_written_large /scheme/indicators/1/cap']],
  [
    'steps out of order',
    withCurve({
      kind: 'stepped',
      steps: [
        { atLeast: '0.5', gives: '0.5' },
        { atLeast: '0.4', gives: '1' },
      ],
    }),
    ['error curve_not_ascending /scheme/indicators/1/curve/steps/1/atLeast'],
  ],
  [
    'steps that fall',
    withCurve({
      kind: 'stepped',
      steps: [
        { atLeast: '0.5', gives: '1' },
        { atLeast: '0.6', gives: '0.9' },
      ],
    }),
    ['error curve_falls /scheme/indicators/1/curve/steps/1/gives'],
  ],
  [
    'points on one place',
    withCurve({
      kind: 'piecewise',
      points: [
        { at: '0', gives: '0' },
        { at: '1', gives: '1' },
        { at: '1.0', gives: '1.2' },
      ],
    }),
    ['error curve_not_ascending /scheme/indicators/1/curve/points/2/at'],
  ],
  [
    'points that fall',
    withCurve({
      kind: 'piecewise',
      points: [
        { at: '0', gives: '0' },
        { at: '1', gives: '1' },
        { at: '2', gives: '0.5' },
      ],
    }),
    ['error curve_falls /scheme/indicators/1/curve/points/2/gives'],
  ],
  [
    'a curve that never gives full points',
    withCurve({ kind: 'stepped', steps: [{ atLeast: '1', gives: '0.9' }] }),
    ['warning full_weight_unreachable /scheme/indicators/1/cap'],
  ],
  [
    'a gate on an unknown metric',
    withGate({ metric: 'nobody', atLeast: '3', applies: { to: 'total', limitTo: '60' } }),
    ['error unknown_metric /scheme/gates/0/metric'],
  ],
  [
    'a gate on an unknown indicator',
    withGate({ metric: 'customers', atLeast: '3', applies: { to: 'indicator', indicator: 'nobody', limitTo: '0.8' } }),
    ['error unknown_indicator /scheme/gates/0/applies/indicator'],
  ],
  [
    'a gate that limits to the cap',
    withGate({ metric: 'customers', atLeast: '3', applies: { to: 'indicator', indicator: 'sales', limitTo: '1.2' } }),
    ['error gate_above_cap /scheme/gates/0/applies/limitTo'],
  ],
  [
    'a gate that limits the total to its most',
    withGate({ metric: 'customers', atLeast: '3', applies: { to: 'total', limitTo: '120' } }),
    ['error gate_above_cap /scheme/gates/0/applies/limitTo'],
  ],
  [
    'a gate that never opens',
    withGate({ metric: 'renewal', atLeast: '101%', applies: { to: 'total', limitTo: '60' } }),
    ['error gate_never_opens /scheme/gates/0/atLeast'],
  ],

  ['an expression that does not parse', withMetric(sumMetric({ where: 'fact.amount >' })), ['error expression_invalid /metrics/0/where']],
  ['a misspelt name', withMetric(sumMetric({ where: 'fact.amout > 3' })), ['error expression_invalid /metrics/0/where']],
  ['a condition that is a number', withMetric(sumMetric({ where: 'fact.amount' })), ['error expression_invalid /metrics/0/where']],
  ['a value that is a fraction', withMetric(sumMetric({ value: '1.5' })), ['error expression_invalid /metrics/0/value']],
  ['the order in a fact condition', withMetric(sumMetric({ where: 'order.net > 0' })), ['error expression_invalid /metrics/0/where']],
  [
    'a metric condition that never holds',
    withMetric(sumMetric({ where: 'fact.amount > 5 && false' })),
    ['error never_true /metrics/0/where'],
  ],
  ['a type that is not selected', withMetric(sumMetric({ where: 'fact.type == "order.paid"' })), ['error never_true /metrics/0/where']],
  [
    'a fact type that does not ship',
    withMetric(sumMetric({ factTypes: ['order.singed'] })),
    ['warning fact_type_not_shipped /metrics/0/factTypes/0'],
  ],
  [
    'a fact type twice',
    withMetric(sumMetric({ factTypes: ['order.signed', 'order.signed'] })),
    ['warning duplicate_fact_type /metrics/0/factTypes/1'],
  ],
  ['refunds that add', withMetric(sumMetric({ factTypes: ['order.signed', 'order.refunded'] })), ['warning refund_adds /metrics/0/value']],
  [
    'a number without a value',
    withMetric({ id: 'visit-days', name, window: 'month', fold: 'average', unit: 'number', factTypes: ['visit.validated'] }),
    ['error value_missing /metrics/3'],
  ],
  [
    'a key that is a list',
    withMetric({ id: 'visit-days', name, window: 'month', fold: 'count-distinct', factTypes: ['visit.validated'], by: '[fact.date]' }),
    ['error expression_invalid /metrics/3/by'],
  ],
  [
    'a numerator that does not compile',
    withMetric({
      id: 'renewal',
      name,
      window: 'month',
      fold: 'ratio',
      numerator: { factTypes: ['contract.renewed'], value: '"a"' },
      denominator: { factTypes: ['contract.due'] },
    }),
    ['error expression_invalid /metrics/2/numerator/value'],
  ],
  [
    'customers that can never qualify',
    withMetric({ id: 'customers', name, window: 'month', fold: 'qualified-customers', qualifies: 'order.net > 5 && order.net < 6' }),
    ['error never_true /metrics/1/qualifies'],
  ],
  [
    'a metric that nothing uses',
    { ...soundPlan(), rewards: Object.values(soundRewards).slice(0, 3) },
    ['warning metric_unused /metrics/3'],
  ],
  ['two metrics of one id', { ...soundPlan(), metrics: [...soundPlan().metrics, sumMetric({})] }, ['error duplicate_id /metrics/4/id']],
  ['two rules of one id', { ...soundPlan(), rewards: [...soundPlan().rewards, soundRewards.visits] }, ['error duplicate_id /rewards/4/id']],
  [
    'a rule of the name that the ledger keeps',
    { ...soundPlan(), rewards: [{ ...soundRewards.perFact, id: 'adjustment' }] },
    ['error reserved_id /rewards/0/id', 'warning metric_unused /metrics/3'],
  ],
  ['an indicator twice', withIndicator(1, { id: 'sales' }), ['error duplicate_id /scheme/indicators/1/id']],

  [
    'another legal entity',
    { ...soundPlan(), appliesTo: { kind: 'legal-entity', id: 'other' } },
    ['error other_legal_entity /appliesTo/id'],
  ],

  [
    'empty dates',
    withReward({ ...soundRewards.threshold, from: '2026-11-02' as never, to: '2026-11-01' as never }),
    ['error never_fires /rewards/3/to'],
  ],
  ['an amount of 0', withReward({ ...soundRewards.threshold, amountFen: 0 as Fen }), ['error pays_nothing /rewards/3/amountFen']],
  [
    'a monthly cap of 0',
    withReward({ ...soundRewards.threshold, capPerMonthFen: 0 as Fen }),
    ['error pays_nothing /rewards/3/capPerMonthFen'],
  ],
  [
    'a cap below one payment',
    withReward({ ...soundRewards.threshold, capPerMonthFen: 1 as Fen }),
    ['warning cap_below_amount /rewards/3/capPerMonthFen'],
  ],
  ['rates of 0', withReward({ ...soundRewards.commission, tiers: [{ atLeast: '0', rate: '0' }] }), ['error pays_nothing /rewards/3/tiers']],
  ['an unknown metric in a rule', withReward({ ...soundRewards.threshold, metric: 'nobody' }), ['error unknown_metric /rewards/3/metric']],
  [
    'more days than a month has',
    withReward({ ...soundRewards.threshold, metric: 'visit-days', moreThan: '31' }),
    ['error never_fires /rewards/3/moreThan'],
  ],
  ['more than −1', withReward({ ...soundRewards.threshold, moreThan: '-1' }), ['error always_fires /rewards/3/moreThan']],
  [
    'a renewal rate above 100 %',
    withReward({ ...soundRewards.threshold, kind: 'fixed-on-target', metric: 'renewal', target: '110%' } as never),
    ['error never_fires /rewards/3/target'],
  ],
  [
    'points above 100 %',
    withReward({
      id: 'threshold',
      name,
      category: 'bonus',
      kind: 'over-target',
      metric: 'renewal',
      target: '100%',
      amountPerPointFen: 1 as Fen,
    }),
    ['error never_fires /rewards/3/target'],
  ],
  [
    'percentage points of a count',
    withReward({
      id: 'threshold',
      name,
      category: 'bonus',
      kind: 'over-target',
      metric: 'customers',
      target: '5',
      amountPerPointFen: 1 as Fen,
    }),
    ['error unit_mismatch /rewards/3/metric'],
  ],
  [
    'a target of 0 that is always reached',
    withReward({ ...soundRewards.threshold, kind: 'fixed-on-target', target: '0' } as never),
    ['error target_not_positive /rewards/3/target'],
  ],
  [
    'an amount for each yuan',
    withReward({ ...soundRewards.visits, metric: 'sales' }),
    ['warning metric_unused /metrics/3', 'warning per_yuan /rewards/3/metric'],
  ],
  [
    'an amount for each unit of a ratio',
    withReward({ ...soundRewards.visits, id: 'threshold', metric: 'renewal' }),
    ['error unit_mismatch /rewards/3/metric'],
  ],
  ['a rate on a count', withReward({ ...soundRewards.commission, metric: 'customers' }), ['error unit_mismatch /rewards/3/metric']],
  ['attainment without a target', withReward({ ...soundRewards.commission, tiersBy: 'attainment' }), ['error target_missing /rewards/3']],
  [
    'attainment of 0',
    withReward({ ...soundRewards.commission, tiersBy: 'attainment', target: '0' }),
    ['error target_not_positive /rewards/3/target'],
  ],
  [
    'attainment of a percentage',
    withReward({ ...soundRewards.commission, tiersBy: 'attainment', target: '90%' }),
    ['error unit_mismatch /rewards/3/target'],
  ],
  ['a target that is not used', withReward({ ...soundRewards.commission, target: '5' }), ['warning target_unused /rewards/3/target']],

  ['per fact without types', withReward({ ...customerRule, per: 'fact', where: 'true' }), ['error fact_types_missing /rewards/3']],
  ['per customer with types', withReward(perCustomer), ['error fact_types_unused /rewards/3/factTypes']],
  ['per order with types', withReward({ ...perCustomer, per: 'order' }), ['error fact_types_unused /rewards/3/factTypes']],
  ['neither an amount nor a rate', withReward({ ...customerRule, amountFen: undefined }), ['error amount_or_rate /rewards/3']],
  ['an amount and a rate', withReward({ ...customerRule, rate: '3%' }), ['error amount_or_rate /rewards/3']],
  ['a rate of nothing', withReward({ ...orderRule, rate: '0%' }), ['error pays_nothing /rewards/3/rate']],
  ['a daily cap of nothing', withReward({ ...customerRule, capPerDayFen: 0 as Fen }), ['error pays_nothing /rewards/3/capPerDayFen']],
  ['a cap of nothing', withReward({ ...orderRule, capPerFactFen: 0 as Fen }), ['error pays_nothing /rewards/3/capPerFactFen']],
  ['a cap for each of an amount', withReward({ ...customerRule, capPerFactFen: 5 as Fen }), ['error cap_unused /rewards/3/capPerFactFen']],
  ['a clawback by share of a rate', withReward({ ...orderRule, clawback: 'pro-rata' }), ['error clawback_unused /rewards/3/clawback']],
  [
    'a fact that waits for an order',
    withReward({ ...soundRewards.perFact, release: { when: 'paid', part: 'whole' } }),
    ['error order_needed /rewards/3/release'],
  ],
  [
    'a fact that an order takes back',
    withReward({ ...soundRewards.perFact, clawback: 'full' }),
    ['error order_needed /rewards/3/clawback'],
  ],
  ['a fact that is paid 30 days later', withReward({ ...soundRewards.perFact, release: { when: 'days', days: 30 } }), []],
  [
    'an order at a rate, capped, as it is paid',
    withReward({ ...orderRule, capPerFactFen: 9 as Fen, release: { when: 'paid', part: 'share' } }),
    [],
  ],
  ['a rule of the quarter', ofQuarter({}), ['error window_beyond_month /rewards/0/metric']],
  ['a rule of the quarter that is trued up', ofQuarter({ trueUp: { advance: '50%' } }), []],
  ['a true-up within the month', withReward({ ...soundRewards.commission, trueUp: {} }), ['error true_up_window /rewards/3/trueUp']],
  [
    'an advance of more than everything',
    ofQuarter({ trueUp: { advance: '100.01%' } }),
    ['error advance_above_whole /rewards/0/trueUp/advance'],
  ],
  [
    'a true-up with caps and a floor',
    ofQuarter({ trueUp: {}, capPerMonthFen: 5, capPerYearFen: 5, floorPerMonthFen: 5 }),
    ['capPerMonthFen', 'capPerYearFen', 'floorPerMonthFen'].map((key) => `error true_up_mixed /rewards/0/${key}`),
  ],
  [
    'a yearly cap of nothing',
    withReward({ ...soundRewards.commission, capPerYearFen: 0 as Fen }),
    ['error pays_nothing /rewards/3/capPerYearFen'],
  ],
  [
    'a floor of nothing',
    withReward({ ...soundRewards.commission, floorPerMonthFen: 0 as Fen }),
    ['error pays_nothing /rewards/3/floorPerMonthFen'],
  ],
  ['a draw', withReward(draw), []],
  ['a draw of a rule that is not there', withReward({ ...draw, of: ['nothing'] }), ['error unknown_rule /rewards/4/of/0']],
  ['a draw of itself', withReward({ ...draw, of: ['guarantee'] }), ['error draw_of_draw /rewards/4/of/0']],
  ['a draw of one rule twice', withReward({ ...draw, of: [FIRST, FIRST] }), ['error duplicate /rewards/4/of/1']],
  ['a draw of nothing', withReward({ ...draw, guaranteeFen: 0 as Fen }), ['error pays_nothing /rewards/4/guaranteeFen']],
  ['a draw with a cap', withReward({ ...draw, capPerYearFen: 5 as Fen }), ['error draw_limited /rewards/4/capPerYearFen']],
  ['a pool', withReward(pool), []],
  ['a pool of nothing said', withReward({ ...pool, amountFen: undefined }), ['error amount_or_rate /rewards/4']],
  ['a pool at a rate of nothing said', withReward({ ...pool, amountFen: undefined, rate: '1%' }), ['error rate_of_what /rewards/4']],
  [
    'a pool at a rate of what is no money',
    withReward({ ...pool, amountFen: undefined, rate: '1%', of: 'renewal' }),
    ['error unit_mismatch /rewards/4/of'],
  ],
  [
    'a pool of an unknown metric',
    withReward({ ...pool, sharedBy: { by: 'metric', metric: 'nothing' } }),
    ['error unknown_metric /rewards/4/sharedBy/metric'],
  ],
  ['a pool of 0', withReward({ ...pool, amountFen: 0 as Fen }), ['error pays_nothing /rewards/4/amountFen']],
  [
    'a pool with a cap',
    withReward({ ...pool, capPerMonthFen: 5 as Fen }),
    ['error pool_limited /rewards/4/capPerMonthFen', 'warning cap_below_amount /rewards/4/capPerMonthFen'],
  ],
  [
    'a pool by score without a scheme',
    { ...withReward(pool), scheme: undefined } as PlanDocument,
    ['error scheme_missing /rewards/4/sharedBy', 'warning metric_unused /metrics/2'],
  ],
  [
    'a draw of a pool',
    { ...withReward(draw), rewards: [...withReward(draw).rewards.slice(0, -1), pool, { ...draw, of: ['pool'] }] },
    ['error draw_of_draw /rewards/5/of/0'],
  ],
  [
    'an order that can never be paid',
    withReward({ ...orderRule, where: 'order.paid > 5 && order.paid < 6' }),
    ['error never_fires /rewards/3/where'],
  ],
  ['a rule whose condition never holds', withReward({ ...soundRewards.perFact, where: 'false' }), ['error never_fires /rewards/3/where']],
  [
    'a rule that contradicts itself',
    withReward({ ...soundRewards.perFact, where: 'fact.amount > 500 && fact.amount < 400' }),
    ['error never_fires /rewards/3/where'],
  ],
  [
    'a rule for a type it does not select',
    withReward({ ...soundRewards.perFact, where: 'fact.type == "order.paid"' }),
    ['error never_fires /rewards/3/where'],
  ],
  [
    'a rule that does not compile',
    withReward({ ...soundRewards.perFact, where: 'fact.amount > "a"' }),
    ['error expression_invalid /rewards/3/where'],
  ],
  [
    'a group that is a number',
    withReward({ ...soundRewards.perFact, firstIn: 'fact.amount' }),
    ['error expression_invalid /rewards/3/firstIn'],
  ],
  [
    'a group of orders in a rule of facts',
    withReward({ ...soundRewards.perFact, firstIn: 'order.customerId' }),
    ['error expression_invalid /rewards/3/firstIn'],
  ],
  [
    'an exclusive group of one',
    withReward({ ...soundRewards.perFact, exclusiveGroup: 'best' }),
    ['warning exclusive_alone /rewards/3/exclusiveGroup'],
  ],
  [
    'days of hiring that are none',
    withReward({ ...soundRewards.perFact, for: { hiredFrom: '2026-02-01' as LocalDate, hiredTo: '2026-01-31' as LocalDate } }),
    ['error never_fires /rewards/3/for/hiredTo'],
  ],
  [
    'a single day of hiring',
    withReward({ ...soundRewards.perFact, for: { hiredFrom: '2026-02-01' as LocalDate, hiredTo: '2026-02-01' as LocalDate } }),
    [],
  ],
  ['a group by an attribute', withReward({ ...soundRewards.perFact, firstIn: 'fact.attributes.industry' }), []],

  [
    'a rule gate on an unknown metric',
    gated({ on: { of: 'metric', metric: 'nobody' }, atLeast: '1' }),
    ['error unknown_metric /rewards/3/gate/on/metric'],
  ],
  [
    'a rule gate that is out of reach',
    gated({ on: { of: 'metric', metric: 'renewal' }, atLeast: '101%' }),
    ['error never_fires /rewards/3/gate/atLeast'],
  ],
  [
    'a rule gate in another unit',
    gated({ on: { of: 'metric', metric: 'sales' }, atLeast: '90%' }),
    ['error unit_mismatch /rewards/3/gate/atLeast'],
  ],
  [
    'a rule gate on an unknown indicator',
    gated({ on: { of: 'attainment', indicator: 'nobody' }, atLeast: '1' }),
    ['error unknown_indicator /rewards/3/gate/on/indicator'],
  ],
  [
    'an attainment beyond what the metric can reach',
    gated({ on: { of: 'attainment', indicator: 'renewal' }, atLeast: '1.12' }),
    ['error never_fires /rewards/3/gate/atLeast'],
  ],
  ['a score above the caps', gated({ on: { of: 'score' }, atLeast: '120.01' }), ['error never_fires /rewards/3/gate/atLeast']],
];

describe('each fault', () => {
  it.each(FAULTS)('%s', (_name, plan, expected) => {
    expect([...brief(plan)].sort()).toEqual([...expected].sort());
  });

  it('says where an expression goes wrong, in Chinese and English', () => {
    const [found] = verify(withMetric(sumMetric({ where: 'fact.amout > 3' })));
    expect(found).toMatchObject({ offset: 5 });
    expect(found?.en).toContain('(character 6): No such key: amout');
    expect(found?.zh).toContain('第 6 个字符');
  });

  it('says how far the weights are off', () => {
    const [found] = verify(withIndicator(2, { weight: '14.99' }));
    expect(found?.en).toContain('they add up to 99.99 (0.01 missing)');
    expect(found?.counterexample).toEqual({ sum: '99.99', weights: '60 + 25 + 14.99' });
  });

  it('without a scheme: a gate on the score, and a plan that does nothing', () => {
    const { scheme: _scheme, ...bare } = gated({ on: { of: 'score' }, atLeast: '80' });
    expect(brief(bare)).toContain('error scheme_missing /rewards/3/gate/on');
    expect(brief({ ...bare, rewards: [] })).toContain('error plan_empty ');
  });

  it('takes fractions for plain numbers, never for money', () => {
    const rating: Metric = {
      id: 'visit-days',
      name,
      window: 'month',
      fold: 'average',
      unit: 'number',
      factTypes: ['visit.validated'],
      value: '1.5',
    };
    expect(brief(withMetric(rating))).toEqual([]);
    expect(brief(withMetric({ ...rating, unit: 'fen' }))).toEqual([
      'error expression_invalid /metrics/3/value',
      'warning per_yuan /rewards/3/metric',
    ]);
  });

  it('accepts what is only just reachable', () => {
    expect(verify(gated({ on: { of: 'score' }, atLeast: '120' }))).toEqual([]);
    // Before curve and cap, an attainment of sales has no bound.
    expect(verify(gated({ on: { of: 'attainment', indicator: 'sales' }, atLeast: '5' }))).toEqual([]);
    expect(verify(withReward({ ...soundRewards.threshold, metric: 'visit-days', moreThan: '30' }))).toEqual([]);
  });
});

describe('findings', () => {
  it('come all at once, errors first, in the order of the document', () => {
    const plan = withIndicator(1, { target: '0', metric: 'nobody', cap: '0.8' });
    expect(brief({ ...plan, rewards: [{ ...soundRewards.threshold, amountFen: 0 as Fen }] })).toEqual([
      'error target_not_positive /scheme/indicators/1/target',
      'error unknown_metric /scheme/indicators/1/metric',
      'error pays_nothing /rewards/0/amountFen',
      'warning full_weight_unreachable /scheme/indicators/1/cap',
      'warning metric_unused /metrics/3',
    ]);
  });

  it('are bounded, and say so', () => {
    const metric = (index: number): Metric => ({ ...sumMetric({ where: '1', value: '"a"' }), id: `m${index}` });
    const found = verify({ ...soundPlan(), metrics: Array.from({ length: 150 }, (_, index) => metric(index)) });
    expect(found).toHaveLength(MAX_FINDINGS);
    expect(found.at(-1)?.en).toMatch(/^\d+ more findings/);
  });

  it('treats names such as constructor and __proto__ as names', () => {
    for (const id of ['constructor', '__proto__', 'toString']) {
      expect(brief(withIndicator(1, { metric: id }))).toContain('error unknown_metric /scheme/indicators/1/metric');
      expect(brief(withReward({ ...soundRewards.perFact, where: `fact.attributes["${id}"] == 1` }))).toEqual([]);
      expect(brief(withReward({ ...soundRewards.perFact, where: `fact.${id} == 1` }))).toEqual([
        'error expression_invalid /rewards/3/where',
      ]);
    }
  });
});
