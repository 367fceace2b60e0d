/**
 * The plans of the simulation: every metric fold, curve, gate and kind of reward is in one of them. What each must give is written by hand
 * in `auditor/expect-*.ts`; change both together.
 */
import type { z } from 'zod';
import type { AppliesTo, planDocumentSchema } from '../../shared/contracts/plans.ts';

export type PlanDraft = z.input<typeof planDocumentSchema>;
export const FAMILIES = ['retail', 'channel', 'service'] as const;
/** The plan of whoever leads the others. */
export const LEAD = 'lead-1';
export type Family = (typeof FAMILIES)[number];
/** A family has two versions; `retail-2` is what replaces `retail-1`. */
export type PlanKey = `${Family}-${1 | 2}` | typeof LEAD;

const both = (zh: string, en: string) => ({ zh, en });

const retailMetrics: PlanDraft['metrics'] = [
  {
    id: 'sales',
    name: both('销售额', 'Sales'),
    fold: 'sum',
    unit: 'fen',
    factTypes: ['order.signed', 'order.refunded'],
    value: 'fact.type == "order.refunded" ? -fact.amount : fact.amount',
  },
  { id: 'big-orders', name: both('大单数', 'Big orders'), fold: 'count', factTypes: ['order.signed'], where: 'fact.amount >= 2000000' },
  {
    id: 'customers',
    name: both('成交客户数', 'Customers'),
    fold: 'count-distinct',
    factTypes: ['order.signed'],
    by: 'fact.subject.customerId',
  },
  { id: 'new-customers', name: both('新客户数', 'New customers'), fold: 'qualified-customers', qualifies: 'order.net >= 1000000' },
  {
    id: 'quarter-sales',
    name: both('季度销售额', 'Sales of the quarter'),
    window: 'quarter',
    fold: 'sum',
    unit: 'fen',
    factTypes: ['order.signed', 'order.refunded'],
    value: 'fact.type == "order.refunded" ? -fact.amount : fact.amount',
  },
  {
    id: 'week-customers',
    name: both('周成交客户数', 'Customers per week'),
    window: 'week',
    fold: 'count-distinct',
    factTypes: ['order.signed'],
    by: 'fact.subject.customerId',
  },
];

const retail1: Partial<PlanDraft> = {
  metrics: retailMetrics,
  scheme: {
    indicators: [
      { id: 'sales', name: both('销售额', 'Sales'), kind: 'result', metric: 'sales', weight: '60', target: '150000' },
      {
        id: 'new-customers',
        name: both('新客户', 'New customers'),
        kind: 'result',
        metric: 'new-customers',
        weight: '40',
        target: '3',
        curve: {
          kind: 'stepped',
          steps: [
            { atLeast: '0', gives: '0' },
            { atLeast: '0.3', gives: '0.4' },
            { atLeast: '1', gives: '1' },
            { atLeast: '1.3', gives: '1.25' },
          ],
        },
      },
    ],
    gates: [
      { metric: 'new-customers', atLeast: '1', applies: { to: 'indicator', indicator: 'sales', limitTo: '0.8' } },
      { metric: 'quarter-sales', atLeast: '200000', applies: { to: 'total', limitTo: '70' } },
    ],
  },
  rewards: [
    {
      id: 'new-customer',
      name: both('新客户奖', 'New customer'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'customer',
      where: 'order.net >= 1000000',
      amountFen: 50_000,
      stacks: true,
    },
    {
      id: 'many-customers',
      name: both('多客户奖', 'Many customers'),
      category: 'bonus',
      kind: 'count-threshold',
      metric: 'new-customers',
      for: { hiredFrom: '2026-10-01' },
      moreThan: '2',
      amountFen: 100_000,
    },
    {
      id: 'commission',
      name: both('提成', 'Commission'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'sales',
      mode: 'slab',
      tiersBy: 'attainment',
      target: '150000',
      tiers: [
        { atLeast: '0', rate: '2%' },
        { atLeast: '1.1', rate: '3%' },
      ],
      cliffAccepted: true,
      capPerMonthFen: 900_000,
    },
    {
      id: 'veterans',
      name: both('老员工奖', 'Veterans'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'customer',
      where: 'order.net > 0',
      amountFen: 10_000,
      stacks: true,
      for: { hiredTo: '2026-09-30' },
    },
    {
      id: 'pioneer',
      name: both('首个成交奖', 'First deal of a customer'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'customer',
      where: 'order.net >= 500000',
      firstIn: 'order.date < "2026-11-16" ? "early" : "late"',
      amountFen: 120_000,
      stacks: true,
    },
    {
      id: 'big-deal',
      name: both('大单奖', 'Big deal'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'fact',
      factTypes: ['order.signed'],
      where: 'fact.amount >= 2000000',
      amountFen: 30_001,
      stacks: true,
      capPerMonthFen: 70_000,
    },
    {
      id: 'collect',
      name: both('回款提成', 'Commission as paid'),
      category: 'commission',
      kind: 'per-fact',
      per: 'order',
      where: 'order.amount > 0',
      rate: '1.05%',
      capPerFactFen: 60_007,
      release: { when: 'paid', part: 'share' },
      stacks: true,
      capPerMonthFen: 150_000,
    },
    {
      id: 'go-live',
      name: both('上线奖', 'Go-live'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'customer',
      where: 'order.net > 0',
      amountFen: 20_001,
      clawback: 'pro-rata',
      release: { when: 'delivered' },
      stacks: true,
    },
  ],
};

const retail2: Partial<PlanDraft> = {
  metrics: retailMetrics,
  scheme: {
    indicators: [
      {
        id: 'sales',
        name: both('销售额', 'Sales'),
        kind: 'result',
        metric: 'sales',
        weight: '50.5',
        target: '180000',
        ramp: ['60%', '80%'],
        cap: '1.5',
        floor: '0.1',
      },
      { id: 'customers', name: both('成交客户', 'Customers'), kind: 'process', metric: 'customers', weight: '29.5', target: '4' },
      { id: 'weekly', name: both('周成交', 'Weekly'), kind: 'process', metric: 'week-customers', weight: '20', target: '0.5' },
    ],
  },
  rewards: [
    {
      id: 'new-customer',
      name: both('新客户奖', 'New customer'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'customer',
      where: 'order.net >= 1000000',
      amountFen: 60_000,
      stacks: true,
    },
    {
      id: 'commission',
      name: both('提成', 'Commission'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'sales',
      mode: 'marginal',
      tiersBy: 'amount',
      tiers: [
        { atLeast: '0', rate: '1.5%' },
        { atLeast: '50000', rate: '2.5%' },
        { atLeast: '120000.50', rate: '3.75%' },
      ],
    },
    {
      id: 'pioneer',
      name: both('首个成交奖', 'First deal of a customer'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'customer',
      where: 'order.net >= 1000000',
      firstIn: 'order.date < "2026-11-16" ? "early" : "late"',
      amountFen: 150_000,
      stacks: true,
    },
    {
      id: 'big-deal',
      name: both('大单奖', 'Big deal'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'fact',
      factTypes: ['order.signed'],
      where: 'fact.amount >= 2000000',
      amountFen: 25_000,
      stacks: true,
      gate: { on: { of: 'score' }, atLeast: '60' },
    },
    {
      id: 'collect',
      name: both('回款奖', 'Bonus when paid'),
      category: 'commission',
      kind: 'per-fact',
      per: 'order',
      where: 'order.amount >= 500000',
      amountFen: 30_003,
      clawback: 'full',
      release: { when: 'paid' },
      stacks: true,
    },
    {
      id: 'settled',
      name: both('已收讫客户奖', 'Customers that have paid'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'customer',
      where: 'order.paid >= order.net && order.delivered',
      rate: '0.3%',
      stacks: true,
    },
  ],
};

const channelMetrics: PlanDraft['metrics'] = [
  {
    id: 'purchases',
    name: both('进货额', 'Purchases'),
    fold: 'sum',
    unit: 'fen',
    factTypes: ['channel.purchase'],
    where: 'fact.attributes.category != "sample"',
  },
  {
    id: 'coverage',
    name: both('铺货', 'Coverage'),
    fold: 'latest',
    unit: 'number',
    factTypes: ['channel.coverage-measured'],
    value: 'fact.attributes.covered',
  },
  {
    id: 'outlets',
    name: both('进货网点', 'Outlets'),
    fold: 'count-distinct',
    factTypes: ['channel.purchase'],
    by: 'fact.subject.storeId',
  },
  {
    id: 'renewal',
    name: both('续约率', 'Renewal rate'),
    fold: 'ratio',
    numerator: { factTypes: ['contract.renewed'] },
    denominator: { factTypes: ['contract.due'] },
  },
  {
    id: 'satisfaction',
    name: both('满意度', 'Satisfaction'),
    fold: 'average',
    unit: 'number',
    factTypes: ['customer.satisfaction-rated'],
    value: 'fact.attributes.score',
  },
  { id: 'ticket', name: both('单笔进货', 'Purchase size'), fold: 'average', unit: 'fen', factTypes: ['channel.purchase'] },
  {
    id: 'complaints',
    name: both('投诉', 'Complaints'),
    fold: 'count',
    factTypes: ['followup.logged'],
    where: 'fact.attributes.kind == "complaint"',
  },
  {
    id: 'half-year-renewal',
    name: both('半年续约率', 'Renewal rate of the half-year'),
    window: 'half-year',
    fold: 'ratio',
    numerator: { factTypes: ['contract.renewed'] },
    denominator: { factTypes: ['contract.due'] },
  },
  {
    id: 'recent-coverage',
    name: both('近期铺货', 'Recent coverage'),
    window: { rolling: 45 },
    fold: 'latest',
    unit: 'number',
    factTypes: ['channel.coverage-measured'],
    value: 'fact.attributes.covered',
  },
];

const channel1: Partial<PlanDraft> = {
  metrics: channelMetrics,
  scheme: {
    indicators: [
      {
        id: 'purchases',
        name: both('进货额', 'Purchases'),
        kind: 'result',
        metric: 'purchases',
        weight: '50',
        target: '80000',
        curve: {
          kind: 'piecewise',
          points: [
            { at: '0', gives: '0' },
            { at: '0.8', gives: '0.6' },
            { at: '1', gives: '1' },
            { at: '1.5', gives: '1.2' },
          ],
        },
      },
      { id: 'coverage', name: both('铺货', 'Coverage'), kind: 'result', metric: 'recent-coverage', weight: '20', target: '630', cap: '1' },
      { id: 'renewal', name: both('续约', 'Renewal'), kind: 'result', metric: 'renewal', weight: '15', target: '90%' },
      {
        id: 'satisfaction',
        name: both('满意度', 'Satisfaction'),
        kind: 'process',
        metric: 'satisfaction',
        weight: '10',
        target: '45',
      },
      {
        id: 'complaints',
        name: both('投诉', 'Complaints'),
        kind: 'personal',
        metric: 'complaints',
        weight: '5',
        target: '2',
        direction: 'lower',
      },
    ],
    gates: [{ metric: 'coverage', atLeast: '300', applies: { to: 'total', limitTo: '60' } }],
  },
  rewards: [
    {
      id: 'renewal-over',
      name: both('续约超额奖', 'Renewal above target'),
      category: 'bonus',
      kind: 'over-target',
      metric: 'renewal',
      target: '50%',
      amountPerPointFen: 1_001,
      capPerMonthFen: 45_000,
    },
    {
      id: 'renewal-reached',
      name: both('续约达标奖', 'Renewal reached'),
      category: 'bonus',
      kind: 'fixed-on-target',
      metric: 'renewal',
      target: '0.9',
      amountFen: 30_000,
    },
    {
      id: 'outlets',
      name: both('网点补贴', 'Outlets'),
      category: 'subsidy',
      kind: 'per-unit',
      metric: 'outlets',
      amountFen: 5_000,
      capPerMonthFen: 20_000,
      gate: { on: { of: 'metric', metric: 'purchases' }, atLeast: '10000' },
    },
    {
      id: 'commission',
      name: both('提成', 'Commission'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'purchases',
      mode: 'marginal',
      tiersBy: 'attainment',
      target: '80000',
      tiers: [
        { atLeast: '0', rate: '0.5%' },
        { atLeast: '0.5', rate: '1%' },
        { atLeast: '100%', rate: '1.234567%' },
      ],
    },
    {
      id: 'satisfied',
      name: both('满意奖', 'Satisfied customers'),
      category: 'bonus',
      kind: 'fixed-on-target',
      metric: 'satisfaction',
      target: '40',
      amountFen: 22_222,
      gate: { on: { of: 'attainment', indicator: 'purchases' }, atLeast: '0.5' },
    },
    {
      id: 'kept',
      name: both('进货留存奖', 'Purchases that stay'),
      category: 'commission',
      kind: 'per-fact',
      per: 'fact',
      factTypes: ['channel.purchase'],
      where: 'fact.attributes.category != "sample"',
      rate: '0.25%',
      capPerFactFen: 5_003,
      release: { when: 'days', days: 5 },
    },
  ],
};

const channel2: Partial<PlanDraft> = {
  metrics: channelMetrics,
  scheme: {
    indicators: [
      {
        id: 'purchases',
        name: both('进货额', 'Purchases'),
        kind: 'result',
        metric: 'purchases',
        weight: '70',
        target: '60000',
        cap: '1.3',
      },
      { id: 'ticket', name: both('单笔', 'Purchase size'), kind: 'process', metric: 'ticket', weight: '20', target: '4000.01' },
      { id: 'renewal', name: both('续约', 'Renewal'), kind: 'result', metric: 'half-year-renewal', weight: '10', target: '60%' },
    ],
    gates: [{ metric: 'satisfaction', atLeast: '30', applies: { to: 'indicator', indicator: 'purchases', limitTo: '0.5' } }],
  },
  rewards: [
    {
      id: 'commission',
      name: both('提成', 'Commission'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'purchases',
      mode: 'slab',
      tiersBy: 'amount',
      tiers: [
        { atLeast: '0', rate: '0.6%' },
        { atLeast: '60000', rate: '1.1%' },
      ],
      cliffAccepted: true,
      gate: { on: { of: 'score' }, atLeast: '50' },
    },
    {
      id: 'rated',
      name: both('评价奖', 'Ratings'),
      category: 'subsidy',
      kind: 'per-fact',
      per: 'fact',
      factTypes: ['customer.satisfaction-rated'],
      where: 'fact.attributes.score >= 40',
      amountFen: 1_500,
    },
    {
      id: 'coverage-step',
      name: both('铺货奖', 'Coverage'),
      category: 'bonus',
      kind: 'count-threshold',
      metric: 'coverage',
      moreThan: '500',
      amountFen: 40_000,
    },
  ],
};

const serviceMetrics: PlanDraft['metrics'] = [
  { id: 'visits', name: both('拜访数', 'Visits'), fold: 'count', factTypes: ['visit.validated'] },
  {
    id: 'conversion',
    name: both('转化率', 'Conversion'),
    fold: 'ratio',
    numerator: { factTypes: ['store.sales'], value: 'fact.attributes.orders' },
    denominator: { factTypes: ['store.traffic'], value: 'fact.attributes.visitors', where: 'fact.attributes.visitors > 0' },
  },
  { id: 'store-sales', name: both('店铺销售额', 'Shop sales'), fold: 'sum', unit: 'fen', factTypes: ['store.sales'] },
  { id: 'last-sale', name: both('最近一笔', 'Last sale'), fold: 'latest', unit: 'fen', factTypes: ['store.sales'] },
  {
    id: 'recent-visits',
    name: both('近期拜访', 'Recent visits'),
    window: { rolling: 20 },
    fold: 'count',
    factTypes: ['visit.validated'],
  },
  { id: 'visits-per-day', name: both('日均拜访', 'Visits per day'), window: 'day', fold: 'count', factTypes: ['visit.validated'] },
  { id: 'year-sale', name: both('年度单笔', 'Sale of the year'), window: 'year', fold: 'average', unit: 'fen', factTypes: ['store.sales'] },
];

const service1: Partial<PlanDraft> = {
  metrics: serviceMetrics,
  rewards: [
    {
      id: 'visit-subsidy',
      name: both('拜访补贴', 'Visits'),
      category: 'subsidy',
      kind: 'per-fact',
      per: 'fact',
      factTypes: ['visit.validated'],
      // A visit of a phone says nothing of minutes, and is paid.
      where: '!has(fact.attributes.minutes) || fact.attributes.minutes >= 20',
      amountFen: 5_000,
      stacks: true,
      capPerMonthFen: 33_333,
    },
    {
      id: 'first-visit',
      name: both('首次拜访奖', 'First visit'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'fact',
      factTypes: ['visit.validated'],
      where: 'has(fact.attributes.minutes) && fact.attributes.minutes >= 10',
      firstIn: 'fact.subject.customerId',
      amountFen: 3_333,
      stacks: true,
    },
    {
      id: 'double-week',
      name: both('活动周加奖', 'Campaign week'),
      category: 'bonus',
      kind: 'per-fact',
      per: 'fact',
      factTypes: ['visit.validated'],
      where: '!has(fact.attributes.minutes) || fact.attributes.minutes >= 20',
      amountFen: 2_000,
      stacks: true,
      from: '2026-11-10',
      to: '2026-11-16',
    },
    {
      id: 'conversion',
      name: both('转化奖', 'Conversion'),
      category: 'bonus',
      kind: 'over-target',
      metric: 'conversion',
      target: '3%',
      exclusiveGroup: 'pace',
      amountPerPointFen: 100_000,
    },
    {
      id: 'commission',
      name: both('提成', 'Commission'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'store-sales',
      mode: 'slab',
      tiersBy: 'amount',
      tiers: [{ atLeast: '0', rate: '2%' }],
      gate: { on: { of: 'metric', metric: 'year-sale' }, atLeast: '4000' },
    },
    {
      id: 'recent',
      name: both('近期拜访奖', 'Recent visits'),
      category: 'subsidy',
      kind: 'per-unit',
      metric: 'recent-visits',
      amountFen: 700,
      exclusiveGroup: 'pace',
    },
  ],
};

const service2: Partial<PlanDraft> = {
  metrics: serviceMetrics,
  scheme: {
    indicators: [
      { id: 'visits', name: both('拜访', 'Visits'), kind: 'process', metric: 'visits', weight: '25', target: '6' },
      { id: 'store-sales', name: both('销售', 'Shop sales'), kind: 'result', metric: 'store-sales', weight: '75', target: '30000' },
    ],
  },
  rewards: [
    {
      id: 'visits',
      name: both('拜访奖', 'Visits'),
      category: 'subsidy',
      kind: 'per-unit',
      metric: 'visits',
      amountFen: 3_000,
      from: '2026-11-01',
    },
    {
      id: 'pace',
      name: both('日均拜访奖', 'Visits per day'),
      category: 'subsidy',
      kind: 'per-unit',
      metric: 'visits-per-day',
      amountFen: 10_001,
    },
    {
      id: 'commission',
      name: both('提成', 'Commission'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'store-sales',
      mode: 'slab',
      tiersBy: 'amount',
      tiers: [{ atLeast: '0', rate: '2.05%' }],
      gate: { on: { of: 'metric', metric: 'conversion' }, atLeast: '2%' },
    },
  ],
};

const team = ['team.member-month'];
const lead1: Partial<PlanDraft> = {
  metrics: [
    {
      id: 'team-sales',
      name: both('团队销售额', 'Sales of the team'),
      fold: 'sum',
      unit: 'fen',
      factTypes: team,
      where: '"sales" in fact.attributes',
      value: 'fact.attributes.sales',
    },
    {
      id: 'quarter-members',
      name: both('季度人次', 'Member months of the quarter'),
      window: 'quarter',
      fold: 'count',
      factTypes: team,
    },
    {
      id: 'mean-score',
      name: both('团队平均分', 'Mean score'),
      fold: 'average',
      unit: 'number',
      factTypes: team,
      value: 'fact.attributes.score',
    },
  ],
  scheme: {
    indicators: [
      {
        id: 'team-sales',
        name: both('团队销售额', 'Sales of the team'),
        kind: 'result',
        metric: 'team-sales',
        weight: '60',
        target: '400000',
      },
      { id: 'mean-score', name: both('团队平均分', 'Mean score'), kind: 'process', metric: 'mean-score', weight: '30', target: '80' },
      { id: 'months', name: both('人次', 'Member months'), kind: 'process', metric: 'quarter-members', weight: '10', target: '4' },
    ],
  },
  rewards: [
    {
      id: 'team-commission',
      name: both('团队提成', 'Commission of the team'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'team-sales',
      mode: 'slab',
      tiersBy: 'amount',
      tiers: [{ atLeast: '0', rate: '0.5%' }],
    },
  ],
};

const CONTENT: Readonly<Record<PlanKey, Partial<PlanDraft>>> = {
  'retail-1': retail1,
  'retail-2': retail2,
  'channel-1': channel1,
  'channel-2': channel2,
  'service-1': service1,
  'service-2': service2,
  [LEAD]: lead1,
};

/** The document of a plan for a legal entity. */
export const planDocument = (key: PlanKey, id: string, legalEntityId: string, appliesTo: AppliesTo): PlanDraft => {
  const { metrics = [], scheme, rewards = [] } = CONTENT[key];
  return { id, name: both(`方案 ${key}`, `Plan ${key}`), legalEntityId, appliesTo, metrics, rewards, ...(scheme ? { scheme } : {}) };
};
