/**
 * (a) One plan evaluated: 4 indicators and 5 reward rules, exactly and with every test kept, beside the same rules in json-rules-engine
 * and in a hand-written function on floating-point numbers. And indicators alone.
 */
import { Engine } from 'json-rules-engine';
import { compileRewards } from '../../services/bonus/domain/compile-rewards.ts';
import { evaluateRewards, type RewardEvidence } from '../../services/bonus/domain/evaluate-rewards.ts';
import { explainAward } from '../../services/bonus/domain/explain-award.ts';
import { compilePlan } from '../../services/scoring/domain/compile-plan.ts';
import { scoreBook } from '../../services/scoring/domain/score-book.ts';
import { type PlanDocument, planDocumentSchema } from '../../shared/contracts/plans.ts';
import { type Ratio, ratio } from '../../shared/kernel/ratio.ts';
import { compareRates, median, perSecond, printFigures } from './measure.ts';

const name = (text: string) => ({ zh: text, en: text });
const plan: PlanDocument = planDocumentSchema.parse({
  id: 'bench',
  name: name('bench'),
  legalEntityId: 'bench',
  appliesTo: { kind: 'legal-entity', id: 'bench' },
  metrics: [
    { id: 'sales', name: name('销售额'), fold: 'sum', unit: 'fen', factTypes: ['order.signed'] },
    { id: 'customers', name: name('新客户'), fold: 'count', factTypes: ['customer.won'] },
    {
      id: 'renewal',
      name: name('续约率'),
      fold: 'ratio',
      numerator: { factTypes: ['contract.renewed'] },
      denominator: { factTypes: ['contract.due'] },
    },
    { id: 'calls', name: name('跟进'), fold: 'count', factTypes: ['followup.logged'] },
  ],
  scheme: {
    indicators: [
      { id: 'sales', name: name('销售额'), kind: 'result', metric: 'sales', weight: '40', target: '500000' },
      { id: 'customers', name: name('新客户'), kind: 'result', metric: 'customers', weight: '25', target: '8' },
      { id: 'renewal', name: name('续约率'), kind: 'result', metric: 'renewal', weight: '20', target: '90%' },
      { id: 'calls', name: name('跟进'), kind: 'process', metric: 'calls', weight: '15', target: '40' },
    ],
  },
  rewards: [
    {
      id: 'commission',
      name: name('提成'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'sales',
      mode: 'slab',
      tiersBy: 'attainment',
      target: '500000',
      tiers: [
        { atLeast: '0', rate: '2%' },
        { atLeast: '1.1', rate: '3%' },
      ],
      cliffAccepted: true,
    },
    {
      id: 'many',
      name: name('多客户'),
      category: 'bonus',
      kind: 'count-threshold',
      metric: 'customers',
      moreThan: '10',
      amountFen: 100_000,
    },
    { id: 'over', name: name('超额'), category: 'bonus', kind: 'over-target', metric: 'renewal', target: '70%', amountPerPointFen: 10_000 },
    { id: 'unit', name: name('每客户'), category: 'bonus', kind: 'per-unit', metric: 'customers', amountFen: 50_000 },
    {
      id: 'fixed',
      name: name('续约达标'),
      category: 'bonus',
      kind: 'fixed-on-target',
      metric: 'renewal',
      target: '75%',
      amountFen: 30_000,
    },
  ],
});
const compiled = compilePlan({ planId: 'bench', version: 1, digest: 'bench', effectiveFrom: '2026-01-01', document: plan });
const rewards = compileRewards(plan, 'bench');

/** Different people: 64 sets of values. */
const people = Array.from({ length: 64 }, (_, index): { readonly values: readonly Ratio[]; readonly plain: readonly number[] } => {
  const sales = 45_000_000 + index * 313_131;
  const customers = 4 + (index % 9);
  const renewed = 12 + (index % 12);
  const calls = 30 + (index % 20);
  return { values: [ratio(sales), ratio(customers), ratio(renewed, 24), ratio(calls)], plain: [sales, customers, renewed / 24, calls] };
});

const evaluate = (person: (typeof people)[number]) => {
  const score = scoreBook(compiled, person.values);
  const metrics = new Map(compiled.metrics.map((metric, index) => [metric.id, person.values[index] ?? null]));
  const nobody = { customers: [], orders: [], facts: [], firsts: new Map(), today: null, earlier: new Map(), person: null };
  const evidence: RewardEvidence = { period: '2026-11', metrics, attainments: new Map(), score: null, ...nobody };
  return { score, awards: evaluateRewards(rewards, evidence) };
};

const handWritten = ([sales = 0, customers = 0, renewal = 0, calls = 0]: readonly number[]): number => {
  const points =
    40 * Math.min(sales / 50_000_000, 1.2) +
    25 * Math.min(customers / 8, 1.2) +
    20 * Math.min(renewal / 0.9, 1.2) +
    15 * Math.min(calls / 40, 1.2);
  let pay = sales * (sales / 50_000_000 >= 1.1 ? 0.03 : 0.02);
  if (customers > 10) pay += 100_000;
  pay += Math.max(0, renewal - 0.7) * 100 * 10_000;
  pay += customers * 50_000;
  if (renewal >= 0.75) pay += 30_000;
  return points + Math.round(pay);
};

/** The same nine decisions as rules with the usual conditions; its engine gives events, no amounts and no words. */
const peer = (): Engine => {
  const engine = new Engine();
  const rule = (fact: string, operator: string, value: number, type: string): void => {
    engine.addRule({ conditions: { all: [{ fact, operator, value }] }, event: { type } });
  };
  rule('sales', 'greaterThanInclusive', 0, 'points-sales');
  rule('customers', 'greaterThanInclusive', 0, 'points-customers');
  rule('renewal', 'greaterThanInclusive', 0, 'points-renewal');
  rule('calls', 'greaterThanInclusive', 0, 'points-calls');
  rule('sales', 'greaterThanInclusive', 55_000_000, 'commission');
  rule('customers', 'greaterThan', 10, 'many');
  rule('renewal', 'greaterThan', 0.7, 'over');
  rule('customers', 'greaterThan', 0, 'unit');
  rule('renewal', 'greaterThanInclusive', 0.75, 'fixed');
  return engine;
};

const peerRate = async (): Promise<number> => {
  const engine = peer();
  const rates: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const from = process.hrtime.bigint();
    for (let index = 0; index < 1_500; index += 1) {
      const [sales, customers, renewal, calls] = people[index % people.length]?.plain ?? [];
      await engine.run({ sales, customers, renewal, calls });
    }
    rates.push((1_500 * 1e9) / Number(process.hrtime.bigint() - from));
  }
  return median(rates);
};

export const benchPlans = async (): Promise<void> => {
  const at = (index: number): (typeof people)[number] => people[index % people.length] as (typeof people)[number];
  const loop = (one: (index: number) => number) => (count: number) => {
    let sum = 0;
    for (let index = 0; index < count; index += 1) sum += one(index);
    return sum;
  };
  const rates = compareRates([
    { name: 'plan', count: 100_000, run: loop((index) => evaluate(at(index)).awards.length) },
    {
      name: 'words',
      count: 20_000,
      run: loop((index) => evaluate(at(index)).awards.reduce((sum, award) => sum + explainAward(award, '2026-11').formula.zh.length, 0)),
    },
    { name: 'score', count: 100_000, run: loop((index) => scoreBook(compiled, at(index).values)?.indicators.length ?? 0) },
    { name: 'hand', count: 5_000_000, run: loop((index) => handWritten(at(index).plain)) },
  ]);
  const rate = (key: string): number => rates.get(key) ?? 0;
  const rules = await peerRate();
  printFigures('(a) plan evaluation, one core: 4 indicators + 5 reward rules (aim 200 k/s)', [
    {
      name: 'exact, every test and number kept',
      value: perSecond(rate('plan')),
      compared: `${(rate('plan') / rules).toFixed(0)} × json-rules-engine`,
    },
    { name: 'and put into words, Chinese and English', value: perSecond(rate('words')), compared: 'done when an award is stored' },
    { name: 'indicators only', value: `${perSecond(rate('score') * 4)}`, compared: 'indicators; aim of scoring 500 k/s' },
    { name: 'json-rules-engine, same nine decisions', value: perSecond(rules), compared: 'events only: no amounts, no explanation' },
    { name: 'hand-written, floating point', value: perSecond(rate('hand')), compared: 'no explanation, not exact' },
  ]);
};
