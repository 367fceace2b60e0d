/**
 * Random plans and histories, and an independent answer to what the metrics must be: plain arithmetic over the facts that count in the
 * end, without a line of the folds.
 */
import fc from 'fast-check';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { FactCredited } from '../../../shared/contracts/messages.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import { documentOf, factOf, indicator, type MetricInput, metric, versionOf } from './plans.ts';
import { credited, withdrawn } from './world.ts';

/** All folds at once; `threshold` in fen. */
export const widePlan = (threshold: number, chosen: readonly string[] | null = null, version = 1): PlanVersion => {
  const all: readonly MetricInput[] = [
    metric({
      id: 'sales',
      fold: 'sum',
      unit: 'fen',
      factTypes: ['order.signed', 'order.refunded'],
      value: 'fact.type == "order.refunded" ? -fact.amount : fact.amount',
    }),
    metric({ id: 'big', fold: 'count', factTypes: ['order.signed'], where: `fact.amount >= ${threshold}` }),
    metric({ id: 'buyers', fold: 'count-distinct', factTypes: ['order.signed'], by: 'fact.subject.customerId' }),
    metric({ id: 'places', fold: 'count-distinct', factTypes: ['visit.validated'], by: 'fact.attributes.place' }),
    metric({
      id: 'share',
      fold: 'ratio',
      numerator: { factTypes: ['order.signed'], where: `fact.amount >= ${threshold}` },
      denominator: { factTypes: ['order.signed'] },
    }),
    metric({ id: 'rating', fold: 'average', unit: 'number', factTypes: ['visit.validated'], value: 'fact.attributes.rating' }),
    metric({ id: 'coverage', fold: 'latest', unit: 'number', factTypes: ['visit.validated'], value: 'fact.attributes.rating' }),
    metric({ id: 'customers', fold: 'qualified-customers', qualifies: `order.net >= ${threshold} && order.attributes.channel == "web"` }),
    metric({
      id: 'won-share',
      fold: 'conversion',
      factTypes: ['opportunity.stage-changed'],
      stages: [...STAGES],
      from: 'visit',
      to: 'won',
    }),
    metric({ id: 'cycle', fold: 'duration', factTypes: ['project.delivered'] }),
  ];
  const metrics = all.filter(({ id }) => chosen === null || chosen.includes(id));
  const indicators = metrics.map(({ id }, index) =>
    indicator(id, index === 0 ? String(100 - 10 * (metrics.length - 1)) : '10', id === 'sales' ? '20' : '4'),
  );
  return versionOf(documentOf(metrics, { indicators }), version);
};
export const METRIC_IDS = ['sales', 'big', 'buyers', 'places', 'share', 'rating', 'coverage', 'customers', 'won-share', 'cycle'];
const STAGES = ['lead', 'visit', 'offer', 'won'] as const;

/** One fact with the revisions that its source sent; null takes it back. The last one counts. */
export interface History {
  readonly revisions: readonly FactCredited[];
}

const time = fc
  .tuple(fc.integer({ min: 1, max: 28 }), fc.constantFrom('00', '30'))
  .map(([day, half]) => `11-${String(day).padStart(2, '0')}T09:${half}`);
const small = (prefix: string, count: number) => fc.integer({ min: 1, max: count }).map((value) => `${prefix}${value}`);

const content = (factId: string): fc.Arbitrary<CreditedFact> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .record({
          at: time,
          orderId: small('o', 8),
          customerId: small('c', 4),
          amountFen: fc.integer({ min: 0, max: 1000 }),
          channel: fc.option(fc.constantFrom('web', 'phone')),
        })
        .map(({ at, orderId, customerId, amountFen, channel }) =>
          factOf(factId, 'order.signed', {
            at,
            amountFen,
            subject: { orderId, customerId },
            attributes: channel === null ? {} : { channel },
          }),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ at: time, orderId: small('o', 8), amountFen: fc.integer({ min: 0, max: 1200 }) })
        .map(({ at, orderId, amountFen }) => factOf(factId, 'order.refunded', { at, amountFen, subject: { orderId } })),
    },
    {
      weight: 4,
      arbitrary: fc
        .record({ at: time, place: fc.option(small('p', 5), { freq: 1 }), rating: fc.option(fc.constantFrom(3, 4, 4.5, 0.1), { freq: 1 }) })
        .map(({ at, place, rating }) =>
          factOf(factId, 'visit.validated', {
            at,
            attributes: { ...(place === null ? {} : { place }), ...(rating === null ? {} : { rating }) },
          }),
        ),
    },
    {
      weight: 3,
      arbitrary: fc
        .record({ opportunityId: small('w', 4), stage: fc.option(fc.constantFrom(...STAGES, 'lost'), { freq: 8 }) })
        .map(({ opportunityId, stage }) =>
          factOf(factId, 'opportunity.stage-changed', { subject: { opportunityId }, attributes: stage === null ? {} : { stage } }),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .option(fc.integer({ min: 0, max: 120 }))
        .map((days) => factOf(factId, 'project.delivered', { attributes: days === null ? {} : { days } })),
    },
  );

const history = (factId: string): fc.Arbitrary<History> =>
  fc.array(fc.tuple(content(factId), fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 3 }).map((all) => ({
    revisions: all.map(([fact, gone], index) => (gone === 0 && index > 0 ? withdrawn(fact, index + 1) : credited(fact, index + 1))),
  }));
export const histories = (maxFacts: number): fc.Arbitrary<readonly History[]> =>
  fc
    .integer({ min: 1, max: maxFacts })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => history(`crm:${String(index).padStart(3, '0')}`))));

/** All revisions, some of them several times, in any order, cut into batches of any size. */
export const deliveries = (of: readonly History[]): fc.Arbitrary<readonly (readonly FactCredited[])[]> => {
  const messages = of.flatMap(({ revisions }) => revisions);
  return fc
    .tuple(
      fc.shuffledSubarray(messages, { minLength: messages.length, maxLength: messages.length }),
      fc.array(fc.tuple(fc.nat(messages.length - 1), fc.nat(messages.length)), { maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 10 }),
    )
    .map(([order, repeats, sizes]) => {
      const all = [...order];
      for (const [which, where] of repeats) {
        const again = messages[which];
        if (again) all.splice(where, 0, again);
      }
      const batches: FactCredited[][] = [];
      for (let start = 0, turn = 0; start < all.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        batches.push(all.slice(start, start + size));
        start += size;
      }
      return batches;
    });
};

export const lastRevisions = (of: readonly History[]): FactCredited[] =>
  of.flatMap(({ revisions }) => {
    const last = revisions.at(-1);
    return last ? [last] : [];
  });

/** What each metric of {@link widePlan} must be, as a floating point number (amounts are small), and who has an error. */
export const expectedMetrics = (of: readonly History[], threshold: number): { values: Record<string, number | null>; errors: string[] } => {
  const facts = lastRevisions(of).flatMap(({ fact }) => (fact ? [fact] : []));
  const ofType = (type: string): CreditedFact[] => facts.filter((fact) => fact.type === type);
  const amount = (fact: CreditedFact): number => fact.amountFen ?? 0;
  const [orders, refunds, visits] = [ofType('order.signed'), ofType('order.refunded'), ofType('visit.validated')];
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const big = orders.filter((fact) => amount(fact) >= threshold).length;
  const rated = visits.flatMap((fact) =>
    typeof fact.attributes['rating'] === 'number' ? [{ fact, rating: fact.attributes['rating'] }] : [],
  );
  const latest = [...rated].sort((a, b) => (`${a.fact.occurredAt} ${a.fact.factId}` < `${b.fact.occurredAt} ${b.fact.factId}` ? 1 : -1))[0];

  const moves = ofType('opportunity.stage-changed');
  const gotTo = (stage: (typeof STAGES)[number]): number => {
    const passed = moves.filter((fact) => STAGES.indexOf(fact.attributes['stage'] as never) >= STAGES.indexOf(stage));
    return new Set(passed.map((fact) => fact.subject.opportunityId)).size;
  };
  const delivered = ofType('project.delivered');
  const cycles = delivered.flatMap((fact) => (typeof fact.attributes['days'] === 'number' ? [fact.attributes['days']] : []));

  const firsts = new Map<string, { fact: CreditedFact; net: number; key: string }>();
  for (const orderId of new Set(orders.map((fact) => fact.subject.orderId))) {
    const parts = orders.filter((fact) => fact.subject.orderId === orderId);
    const [first] = [...parts].sort((a, b) => (`${a.occurredAt} ${a.factId}` < `${b.occurredAt} ${b.factId}` ? -1 : 1));
    const net = sum(parts.map(amount)) - sum(refunds.filter((fact) => fact.subject.orderId === orderId).map(amount));
    const customerId = first?.subject.customerId;
    if (!first || net <= 0 || customerId === undefined) continue;
    const key = `${first.occurredAt} ${orderId}`;
    const known = firsts.get(customerId);
    if (!known || key < known.key) firsts.set(customerId, { fact: first, net, key });
  }
  const reached = [...firsts.values()].filter(({ net }) => net >= threshold);
  return {
    values: {
      sales: sum(orders.map(amount)) - sum(refunds.map(amount)),
      big,
      buyers: new Set(orders.map((fact) => fact.subject.customerId)).size,
      places: new Set(visits.flatMap((fact) => fact.attributes['place'] ?? [])).size,
      share: orders.length === 0 ? null : big / orders.length,
      rating: rated.length === 0 ? null : sum(rated.map(({ rating }) => rating)) / rated.length,
      coverage: latest ? latest.rating : null,
      customers: reached.filter(({ fact }) => fact.attributes['channel'] === 'web').length,
      'won-share': gotTo('visit') === 0 ? null : gotTo('won') / gotTo('visit'),
      cycle: cycles.length === 0 ? null : sum(cycles) / cycles.length,
    },
    errors: [
      ...reached.filter(({ fact }) => fact.attributes['channel'] === undefined).map(({ fact }) => `customers#${fact.factId}`),
      ...visits.filter((fact) => fact.attributes['place'] === undefined).map((fact) => `places#${fact.factId}`),
      ...visits
        .filter((fact) => fact.attributes['rating'] === undefined)
        .flatMap((fact) => [`rating#${fact.factId}`, `coverage#${fact.factId}`]),
      ...moves.filter((fact) => fact.attributes['stage'] === undefined).map((fact) => `won-share#${fact.factId}`),
      ...delivered.filter((fact) => fact.attributes['days'] === undefined).map((fact) => `cycle#${fact.factId}`),
    ].sort(),
  };
};
