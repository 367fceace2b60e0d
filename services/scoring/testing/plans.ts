/** Plans and facts for the tests of scoring, as short as they can be said. */
import type { z } from 'zod';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { type PlanDocument, type PlanVersion, planDocumentSchema } from '../../../shared/contracts/plans.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Fen } from '../../../shared/kernel/money.ts';
import { dateIn, instant, type Month } from '../../../shared/kernel/period.ts';
import { type CompiledPlan, compilePlan } from '../domain/compile-plan.ts';

export const PERIOD = '2026-11' as Month;
export const named = (en: string) => ({ zh: en, en });

type DocumentInput = z.input<typeof planDocumentSchema>;
export type MetricInput = DocumentInput['metrics'][number];
export type SchemeInput = NonNullable<DocumentInput['scheme']>;
export type IndicatorInput = SchemeInput['indicators'][number];

/** Distributes over the kinds of metric, so that each keeps its own members. */
type WithoutName<M> = M extends unknown ? Omit<M, 'name'> : never;
export const metric = (input: WithoutName<MetricInput>): MetricInput => ({ ...input, name: named(input.id) }) as MetricInput;
export const indicator = (metricId: string, weight: string, target: string, more: Partial<IndicatorInput> = {}): IndicatorInput => ({
  id: metricId,
  name: named(metricId),
  kind: 'result',
  metric: metricId,
  weight,
  target,
  ...more,
});

export const documentOf = (metrics: readonly MetricInput[], scheme?: SchemeInput, more: Partial<DocumentInput> = {}): PlanDocument =>
  planDocumentSchema.parse({
    id: 'plan',
    name: named('plan'),
    legalEntityId: 'le',
    appliesTo: { kind: 'legal-entity', id: 'le' },
    metrics,
    ...(scheme ? { scheme } : {}),
    ...more,
  });
export const versionOf = (document: PlanDocument, version = 1, effectiveFrom = '2026-01-01'): PlanVersion => ({
  planId: document.id,
  version,
  effectiveFrom,
  digest: digestOf(document),
  document,
});
export const planOf = (metrics: readonly MetricInput[], scheme?: SchemeInput): CompiledPlan =>
  compilePlan(versionOf(documentOf(metrics, scheme)));

export type FactInput = Partial<Omit<CreditedFact, 'occurredAt' | 'date' | 'amountFen' | 'totalAmountFen'>> & {
  /** Time in China, `11-05T09:00`, of 2026. */
  readonly at?: string;
  readonly amountFen?: number;
  readonly totalAmountFen?: number;
};
/** One employee's part of a fact; the whole amount, unless said otherwise. */
export const factOf = (factId: string, type: string, input: FactInput = {}): CreditedFact => {
  const { at = '11-10T09:00', amountFen, totalAmountFen = amountFen, ...rest } = input;
  const occurredAt = instant(`2026-${at}:00+08:00`);
  return {
    factId,
    revision: 1,
    type,
    employeeId: 'e-1',
    legalEntityId: 'le',
    period: PERIOD,
    occurredAt,
    date: dateIn(occurredAt, 'Asia/Shanghai'),
    subject: {},
    attributes: {},
    shareMillionths: 1_000_000,
    ...(amountFen === undefined ? {} : { amountFen: amountFen as Fen }),
    ...(totalAmountFen === undefined ? {} : { totalAmountFen: totalAmountFen as Fen }),
    ...rest,
  };
};
export const signed = (factId: string, orderId: string, customerId: string, amountFen: number, input: FactInput = {}): CreditedFact =>
  factOf(factId, 'order.signed', { subject: { orderId, customerId }, amountFen, ...input });
export const refunded = (factId: string, orderId: string, amountFen: number, input: FactInput = {}): CreditedFact =>
  factOf(factId, 'order.refunded', { subject: { orderId }, amountFen, ...input });
