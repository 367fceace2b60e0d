/** Whoever sells more is never paid less: for every plan that the verifier passes, by the engines that score and pay. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import { fen } from '../../../shared/kernel/money.ts';
import { instant, type LocalDate, type Month } from '../../../shared/kernel/period.ts';
import { payOfMonth } from '../../bonus/what-if.ts';
import { monthOfFacts } from '../../scoring/what-if.ts';
import { checkPlan } from './check-plan.ts';

const MONTH = '2026-11' as Month;
const name = { zh: '名称', en: 'name' };
const base = (id: string, more: object) => ({ id, name, category: 'bonus', ...more });
const money = fc.integer({ min: 1, max: 900_000 });
const caps = fc.record(
  { capPerMonthFen: fc.integer({ min: 1, max: 5_000_000 }), capPerYearFen: fc.integer({ min: 1, max: 9_000_000 }) },
  { requiredKeys: [] },
);
const rate = fc.integer({ min: 0, max: 30 }).map((percent) => `${percent}%`);
const tiers = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 300_000 }), rate), { maxLength: 3 })
  .chain((higher) =>
    rate.map((first) => [
      { atLeast: '0', rate: first },
      ...[...new Map(higher)].sort(([a], [b]) => a - b).map(([edge, own]) => ({ atLeast: String(edge), rate: own })),
    ]),
  );
const rules = fc.array(
  fc.oneof(
    fc.tuple(caps, tiers, fc.constantFrom('slab', 'marginal')).map(([limit, table, mode]) => ({
      kind: 'tiered-rate',
      metric: 'sales',
      mode,
      tiersBy: 'amount',
      tiers: table,
      ...limit,
    })),
    fc.tuple(caps, money, fc.nat(9)).map(([limit, amountFen, more]) => ({
      kind: 'count-threshold',
      metric: 'orders',
      moreThan: String(more),
      amountFen,
      ...limit,
    })),
    fc.tuple(caps, money).map(([limit, amountFen]) => ({ kind: 'per-unit', metric: 'orders', amountFen, ...limit })),
    fc.tuple(caps, money, fc.integer({ min: 1, max: 400_000 })).map(([limit, amountFen, target]) => ({
      kind: 'fixed-on-target',
      metric: 'sales',
      target: String(target),
      amountFen,
      ...limit,
    })),
    fc.tuple(caps, rate, money).map(([limit, own, capPerFactFen]) => ({
      kind: 'per-fact',
      per: 'order',
      where: 'order.net >= 100000',
      rate: own,
      capPerFactFen,
      stacks: true,
      ...limit,
    })),
    fc.tuple(caps, money, money).map(([limit, amountFen, capPerDayFen]) => ({
      kind: 'per-fact',
      per: 'customer',
      where: 'order.net > 0',
      amountFen,
      capPerDayFen,
      stacks: true,
      ...limit,
    })),
  ),
  { minLength: 1, maxLength: 5 },
);
const plans = fc
  .tuple(rules, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 900_000 }))
  .map(([some, isGated, isGuaranteed, guaranteeFen]) => ({
    id: 'monotone',
    name,
    legalEntityId: 'acme',
    appliesTo: { kind: 'legal-entity', id: 'acme' },
    metrics: [
      { id: 'sales', name, fold: 'sum', unit: 'fen', factTypes: ['order.signed'] },
      { id: 'orders', name, fold: 'count', factTypes: ['order.signed'] },
    ],
    scheme: { indicators: [{ id: 'sales', name, kind: 'result', metric: 'sales', weight: '100', target: '200000' }] },
    rewards: [
      ...some.map((rule, place) =>
        base(`r-${place}`, { ...rule, ...(isGated && place === 0 ? { gate: { on: { of: 'score' }, atLeast: '50' } } : {}) }),
      ),
      ...(isGuaranteed
        ? [base('guarantee', { kind: 'draw', of: some.map((_, place) => `r-${place}`), guaranteeFen, firstMonths: 3 })]
        : []),
    ],
  }));
const PERSON = { employeeId: 'e', positionId: 'p', orgUnitId: 'u', hiredOn: '2026-10-05' };

const orderOf = ([day, amountFen, customer]: readonly [number, number, number], place: number): CreditedFact => {
  const date = `2026-11-${String(day).padStart(2, '0')}` as LocalDate;
  return {
    factId: `s:${place}`,
    revision: 1,
    type: 'order.signed',
    employeeId: 'e',
    legalEntityId: 'acme',
    period: MONTH,
    occurredAt: instant(`${date}T04:00:${String(place).padStart(2, '0')}Z`),
    date,
    subject: { orderId: `o-${place}`, customerId: `c-${customer}` },
    attributes: {},
    amountFen: fen(amountFen),
    totalAmountFen: fen(amountFen),
    shareMillionths: 1_000_000,
  };
};
const orders = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 20_000_000 }), fc.nat(4)), {
  minLength: 1,
  maxLength: 12,
});

describe('a plan that the verifier passes', () => {
  it('never pays less for one order more, of a customer more', () => {
    let passed = 0;
    fc.assert(
      fc.property(plans, orders, (draft, given) => {
        const { document, findings } = checkPlan(draft);
        if (!document || findings.some(({ severity }) => severity === 'error')) return;
        passed += 1;
        const version: PlanVersion = {
          planId: 'monotone',
          version: 1,
          effectiveFrom: '2026-01-01',
          digest: JSON.stringify(draft),
          document,
        };
        // Of a customer that the month does not have: an earlier first order of one it has would move that one's award to another day.
        const facts = given.map(([day, amountFen, customer], place) =>
          orderOf([day, amountFen, place === given.length - 1 ? 9 : customer], place),
        );
        const paid = (some: readonly CreditedFact[]): number => {
          const pay = payOfMonth(version, { ...monthOfFacts(version, MONTH, some), facts: some }, PERSON);
          return [...pay.values()].reduce((sum, { amountFen }) => sum + amountFen, 0);
        };
        expect(paid(facts)).toBeGreaterThanOrEqual(paid(facts.slice(0, -1)));
      }),
      { numRuns: 600 },
    );
    // The property is of plans that pass, so that many must.
    expect(passed).toBeGreaterThan(100);
  });
});
