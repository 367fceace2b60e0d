import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { PlanDocument } from '../../../shared/contracts/plans.ts';
import { soundPlan, soundRewards } from '../domain/testing/sound-plan.ts';
import { checkPlan } from './check-plan.ts';

const NAME = { zh: '示例', en: 'example' };
const OWN_FACT = { type: 'warranty.sold', date: '2026-11-09', attributes: { years: 3 } };
const won = (date: string, more: object = {}) => ({ type: 'customer.won', date, amountFen: 100, ...more });
const order = (id: string, amountFen: number, date = '2026-11-10') => ({
  type: 'order.signed',
  date,
  amountFen,
  subject: { customerId: `c-${id}`, orderId: id },
});
const refund = (id: string, amountFen: number, date: string) => ({ ...order(id, amountFen, date), type: 'order.refunded' });

const withExample = (
  facts: readonly object[],
  expects: object,
  { document = soundPlan(), ...more }: { document?: object; person?: object } = {},
) =>
  checkPlan({ ...document, examples: [{ name: NAME, month: '2026-11', facts, expects, ...more }] }).findings.map(
    ({ severity, code, path, counterexample }) => ({ severity, code, path, ...(counterexample ? { counterexample } : {}) }),
  );
const differs = (path: string, expected: string, actual: string) => ({
  severity: 'error',
  code: 'example_differs',
  path: `/examples/0/expects/${path}`,
  counterexample: { expected, actual },
});

describe('examples of a plan', () => {
  it('that hold find nothing: metrics, points, score and pay', () => {
    expect(
      withExample(
        [
          order('o1', 30_000_000),
          order('o2', 5_000_000),
          refund('o2', 1_000_000, '2026-12-02'),
          won('2026-11-02'),
          won('2026-11-03'),
          won('2026-11-04'),
        ],
        {
          metrics: { sales: '340000', customers: '3', renewal: null, 'visit-days': '0' },
          points: { sales: '40.8', customers: '9.38' },
          score: '50.18',
          // 2 % of 100,000 and 3 % of 240,000; 500 for each customer.
          rewards: { commission: 920_000, threshold: 0, 'per-fact': 150_000, visits: 0 },
        },
      ),
    ).toEqual([]);
  });

  it('that do not hold say what the plan gives, in the units in which it was expected', () => {
    expect(
      withExample([order('o1', 30_000_001)], {
        metrics: { sales: '300000', renewal: '90%', customers: null },
        score: '60',
        rewards: { commission: 1 },
      }),
    ).toEqual([
      differs('metrics/sales', '300000', '300000.01'),
      differs('metrics/renewal', '0.9', 'none'),
      differs('metrics/customers', 'none', '0'),
      differs('score', '60', '36'),
      differs('rewards/commission', '1', '800000'),
    ]);
  });

  it.each([
    ['a refund counts in the month of its order', [order('o1', 5_000_000), refund('o1', 1_000_000, '2026-12-31')], { sales: '40000' }],
    [
      'a refund of an order of another month does not',
      [order('o1', 5_000_000, '2026-10-31'), refund('o1', 1_000_000, '2026-11-02')],
      { sales: '0' },
    ],
    ['a refund without its order counts by its own day', [refund('o9', 1_000_000, '2026-11-02')], { sales: '-10000' }],
    ['the first and the last day count', [won('2026-11-01'), won('2026-11-30')], { customers: '2' }],
    ['the days before and after do not', [won('2026-10-31'), won('2026-12-01')], { customers: '0' }],
    ['no facts at all', [], { customers: '0', renewal: null }],
  ])('%s', (_what, facts, metrics) => {
    expect(withExample(facts, { metrics })).toEqual([]);
  });

  it('see the days of a window, and pay only for the month', () => {
    const { metrics, ...plan } = soundPlan();
    const document = { ...plan, metrics: metrics.map((metric) => (metric.id === 'sales' ? metric : { ...metric, window: 'month' })) };
    const quarter = { ...metrics[1], id: 'quarter-customers', window: 'quarter' };
    const facts = [won('2026-10-02'), won('2026-11-02'), won('2026-09-30')];
    expect(
      withExample(
        facts,
        { metrics: { 'quarter-customers': '2', customers: '1' }, rewards: { 'per-fact': 50_000 } },
        { document: { ...document, metrics: [...document.metrics, quarter] } },
      ).filter(({ code }) => code !== 'metric_unused'),
    ).toEqual([]);
  });

  it('run on fact types of the company alone, as the engines run them', () => {
    const document: PlanDocument = {
      ...soundPlan(),
      metrics: [
        ...soundPlan().metrics,
        {
          id: 'warranty',
          name: NAME,
          window: 'month',
          fold: 'sum',
          unit: 'number',
          factTypes: ['warranty.sold'],
          value: 'fact.attributes.years',
        },
      ],
      rewards: [...soundPlan().rewards, { ...soundRewards.visits, id: 'per-year', metric: 'warranty', capPerMonthFen: undefined }] as never,
    };
    const codes = (facts: readonly object[], expects: object) =>
      withExample(facts, expects, { document }).filter(({ code }) => code !== 'fact_type_not_shipped');
    expect(codes([OWN_FACT], { metrics: { warranty: '3' }, rewards: { 'per-year': 15_000 } })).toEqual([]);
    expect(codes([OWN_FACT, { ...OWN_FACT, attributes: {} }], { metrics: { warranty: '3' } })).toEqual([
      { severity: 'warning', code: 'example_fact_not_counted', path: '/examples/0' },
    ]);
  });

  it('say where the person works, for rules that are for some', () => {
    const document = { ...soundPlan(), rewards: [{ ...soundRewards.perFact, for: { positions: ['seller'] } }] };
    const person = { employeeId: 'e1', positionId: 'seller', orgUnitId: 'north', hiredOn: '2026-01-01' };
    const facts = [won('2026-11-02')];
    const run = (more: object, fen: number) =>
      withExample(facts, { rewards: { 'per-fact': fen } }, { document, ...more }).filter(({ severity }) => severity === 'error');
    expect(run({ person }, 50_000)).toEqual([]);
    expect(run({ person: { ...person, positionId: 'other' } }, 0)).toEqual([]);
    expect(run({}, 0)).toEqual([]);
  });

  it('name only what the plan has', () => {
    expect(
      withExample([], { metrics: { nobody: '1' }, points: { visits: '1' }, rewards: { constructor: 5 } }).map(({ code, path }) => [
        code,
        path,
      ]),
    ).toEqual([
      ['example_names_unknown', '/examples/0/expects/metrics/nobody'],
      ['example_names_unknown', '/examples/0/expects/points/visits'],
      ['example_names_unknown', '/examples/0/expects/rewards/constructor'],
    ]);
  });

  it('are not run where the plan cannot be computed: its faults are said first', () => {
    const document = { ...soundPlan(), metrics: soundPlan().metrics.map((metric) => ({ ...metric, where: 'fact.' })) };
    expect(
      withExample([won('2026-11-02')], { metrics: { customers: '5' } }, { document }).some(({ code }) => code === 'example_differs'),
    ).toBe(false);
  });

  it.each([
    ['nothing expected', { facts: [], expects: {} }],
    ['a fact of no day', { facts: [{ type: 'customer.won', date: '2026-02-29' }], expects: { score: '1' } }],
    ['a negative amount', { facts: [won('2026-11-02', { amountFen: -1 })], expects: { score: '1' } }],
    ['more than 50 facts', { facts: Array.from({ length: 51 }, () => won('2026-11-02')), expects: { score: '1' } }],
    ['an unknown field', { facts: [], expects: { score: '1', pay: 5 } }],
    ['part of a fen', { facts: [], expects: { rewards: { commission: 0.5 } } }],
  ])('%s is refused by shape', (_what, example) => {
    const { document, findings } = checkPlan({ ...soundPlan(), examples: [{ name: NAME, month: '2026-11', ...example }] });
    expect(document).toBeUndefined();
    expect(findings.every(({ path }) => path.startsWith('/examples/0'))).toBe(true);
  });

  it('of the plans that ship hold, and fail when a rate moves', () => {
    const text = readFileSync(new URL('../../../test/plans/tiered-slab.yaml', import.meta.url), 'utf8');
    const errors = (plan: string) => checkPlan(parse(plan)).findings.filter(({ severity }) => severity === 'error');
    expect(errors(text)).toEqual([]);
    expect(errors(text.replace('rate: 3%', 'rate: 4%'))).toMatchObject([
      {
        code: 'example_differs',
        path: '/examples/0/expects/rewards/sales-commission',
        counterexample: { expected: '330000', actual: '440000' },
      },
    ]);
  });
});
