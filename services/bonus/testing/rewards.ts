/** Plans, evidence and messages for the tests of this service. */
import type { z } from 'zod';
import type { CustomerOrder, CustomerState } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { type PlanDocument, planDocumentSchema } from '../../../shared/contracts/plans.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { type Fen, parseYuan } from '../../../shared/kernel/money.ts';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';
import { type Ratio, ratio } from '../../../shared/kernel/ratio.ts';
import { type CompiledRewards, compileRewards } from '../domain/compile-rewards.ts';
import type { RewardEvidence } from '../domain/evaluate-rewards.ts';
import { NO_FIRSTS } from '../domain/first-in-group.ts';

type PlanInput = z.input<typeof planDocumentSchema>;
export type RewardInput = NonNullable<PlanInput['rewards']>[number];
type MetricInput = PlanInput['metrics'][number];

export const PERIOD = '2026-11';

export const METRICS: MetricInput[] = [
  { id: 'sales', name: { zh: '销售额', en: 'sales' }, fold: 'sum', unit: 'fen', factTypes: ['order.signed', 'order.refunded'] },
  {
    id: 'conversion',
    name: { zh: '成交率', en: 'conversion' },
    fold: 'ratio',
    numerator: { factTypes: ['store.sales'] },
    denominator: { factTypes: ['store.traffic'] },
  },
  { id: 'new-customers', name: { zh: '新客户数', en: 'new customers' }, fold: 'qualified-customers', qualifies: 'order.amount >= 1000000' },
  { id: 'visits', name: { zh: '有效拜访', en: 'valid visits' }, fold: 'count', factTypes: ['visit.validated'] },
  { id: 'average-order', name: { zh: '客单价', en: 'average order' }, fold: 'average', unit: 'fen', factTypes: ['order.signed'] },
];

const NAME = { zh: '测试规则', en: 'test rule' };

export const planOf = (rewards: readonly RewardInput[], overrides: Partial<PlanInput> = {}): PlanDocument =>
  planDocumentSchema.parse({
    id: 'plan-1',
    name: { zh: '方案', en: 'plan' },
    legalEntityId: 'le-1',
    appliesTo: { kind: 'legal-entity', id: 'le-1' },
    metrics: METRICS,
    rewards,
    ...overrides,
  });

export const compiledOf = (rewards: readonly RewardInput[], overrides: Partial<PlanInput> = {}): CompiledRewards => {
  const document = planOf(rewards, overrides);
  return compileRewards(document, digestOf(document));
};

/** Fen of a yuan text. */
export const yuan = (text: string): Fen => parseYuan(text);
export const sales = (text: string): Ratio => ratio(parseYuan(text));

export const evidenceOf = (
  metrics: Readonly<Record<string, Ratio | null>>,
  rest: Partial<Omit<RewardEvidence, 'metrics' | 'attainments'>> & { readonly attainments?: Readonly<Record<string, Ratio | null>> } = {},
): RewardEvidence => ({
  period: PERIOD,
  score: null,
  customers: [],
  orders: [],
  facts: [],
  firsts: NO_FIRSTS,
  person: null,
  today: null,
  earlier: new Map(),
  ...rest,
  metrics: new Map(Object.entries(metrics)),
  attainments: new Map(Object.entries(rest.attainments ?? {})),
});

export const orderOf = (customerId: string, amount: string, more: Partial<CustomerOrder> = {}): CustomerOrder => ({
  orderId: `o-${customerId}`,
  factId: `crm:o-${customerId}`,
  signedAt: '2026-11-10T02:00:00.000Z',
  date: '2026-11-10',
  signedFen: parseYuan(amount),
  refundedFen: 0,
  attributes: {},
  shareMillionths: 1_000_000,
  refundFactIds: [],
  ...more,
});

export const customerOf = (
  customerId: string,
  ...orders: readonly CustomerOrder[]
): { readonly customerId: string; readonly state: CustomerState } => ({ customerId, state: { customerId, orders } });

export const factOf = (factId: string, more: Partial<CreditedFact> = {}): CreditedFact => ({
  factId,
  revision: 1,
  type: 'order.signed',
  employeeId: 'e-1',
  legalEntityId: 'le-1',
  period: PERIOD as Month,
  occurredAt: '2026-11-10T02:00:00.000Z' as Instant,
  date: '2026-11-10' as LocalDate,
  subject: {},
  attributes: {},
  amountFen: parseYuan('100'),
  totalAmountFen: parseYuan('100'),
  shareMillionths: 1_000_000,
  ...more,
});

const base = (id: string) => ({ id, name: NAME });
/** Rules of the companies that the product is for. */
export const RULES = {
  newCustomer: {
    ...base('new-customer'),
    name: { zh: '新客户奖', en: 'new customer bonus' },
    category: 'bonus',
    kind: 'per-fact',
    per: 'customer',
    where: 'order.amount >= 1000000',
    amountFen: 50_000,
  },
  moreThanTen: {
    ...base('more-than-ten'),
    category: 'bonus',
    kind: 'count-threshold',
    metric: 'new-customers',
    moreThan: '10',
    amountFen: 100_000,
  },
  shopCommission: {
    ...base('commission'),
    category: 'commission',
    kind: 'tiered-rate',
    metric: 'sales',
    mode: 'slab',
    tiersBy: 'amount',
    tiers: [{ atLeast: '0', rate: '2%' }],
  },
  conversionBonus: {
    ...base('conversion-bonus'),
    category: 'bonus',
    kind: 'over-target',
    metric: 'conversion',
    target: '3.0%',
    amountPerPointFen: 100_000,
  },
  slab: {
    ...base('slab'),
    category: 'commission',
    kind: 'tiered-rate',
    metric: 'sales',
    mode: 'slab',
    tiersBy: 'attainment',
    target: '100000',
    tiers: [
      { atLeast: '0', rate: '2%' },
      { atLeast: '110%', rate: '3%' },
    ],
    cliffAccepted: true,
  },
  marginal: {
    ...base('marginal'),
    category: 'commission',
    kind: 'tiered-rate',
    metric: 'sales',
    mode: 'marginal',
    tiersBy: 'attainment',
    target: '100000',
    tiers: [
      { atLeast: '0', rate: '2%' },
      { atLeast: '1.1', rate: '3%' },
    ],
  },
  customersReached: {
    ...base('customers-reached'),
    category: 'bonus',
    kind: 'fixed-on-target',
    metric: 'new-customers',
    target: '8',
    amountFen: 50_000,
  },
  visitSubsidy: { ...base('visit-subsidy'), category: 'subsidy', kind: 'per-unit', metric: 'visits', amountFen: 5_000 },
  perOrder: {
    ...base('per-order'),
    category: 'bonus',
    kind: 'per-fact',
    per: 'fact',
    factTypes: ['order.signed'],
    where: "fact.totalAmount >= 10000 && fact.attributes.industry == 'solar'",
    amountFen: 200_000,
  },
} satisfies Record<string, RewardInput>;
