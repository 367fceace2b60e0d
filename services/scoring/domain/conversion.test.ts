/** Both sides of each edge of conversions and durations; `../testing/histories.ts` has them in random histories too. */
import { describe, expect, it } from 'vitest';
import { factOf, indicator, metric, planOf } from '../testing/plans.ts';
import { addTransition, newDelta } from './fold-facts.ts';
import { EMPTY_FOLD, mergeFold, NO_MEMBERS } from './merge-fold.ts';
import { scoreBook } from './score-book.ts';

const STAGES = ['初步接触', '需求调研', '方案提交', '签单'];
const stagePlan = (from: string, to: string) =>
  planOf([metric({ id: 'won', fold: 'conversion', factTypes: ['opportunity.stage-changed'], stages: STAGES, from, to })], {
    indicators: [indicator('won', '100', '50%')],
  });
const folded = (plan: ReturnType<typeof planOf>, facts: readonly ReturnType<typeof factOf>[]) => {
  const delta = newDelta(plan);
  for (const fact of facts) addTransition(delta, { factId: fact.factId, before: null, after: fact });
  const merged = mergeFold(plan, EMPTY_FOLD, delta, NO_MEMBERS);
  if (merged.status === 'fetch') throw new Error('needs more');
  return { state: merged.state, score: scoreBook(plan, merged.values) };
};
const moved = (id: number, opportunityId: string, stage: string) =>
  factOf(`crm:${id}`, 'opportunity.stage-changed', { subject: { opportunityId }, attributes: { stage } });

describe('a conversion', () => {
  it.each([
    ['nothing happened', [], null, 0],
    ['got to the stage before only', [['a', '需求调研']], null, 0],
    ['got to the first stage', [['a', '方案提交']], '0/1', 1],
    [
      'got to the last',
      [
        ['a', '方案提交'],
        ['a', '签单'],
      ],
      '1/1',
      2,
    ],
    ['skipped the first: passed it', [['a', '签单']], '1/1', 1],
    [
      'reopened: counts once',
      [
        ['a', '签单'],
        ['a', '方案提交'],
        ['a', '签单'],
      ],
      '1/1',
      3,
    ],
    [
      'went back after it was won: has been there',
      [
        ['a', '签单'],
        ['a', '初步接触'],
      ],
      '1/1',
      1,
    ],
    ['an unknown stage says nothing', [['a', '丢单']], null, 0],
    [
      'three of twelve',
      [...Array.from({ length: 12 }, (_, n) => [`o${n}`, '方案提交']), ['o0', '签单'], ['o1', '签单'], ['o2', '签单']],
      '1/4',
      15,
    ],
  ] as const)('%s', (_, moves, value, facts) => {
    const { state } = folded(
      stagePlan('方案提交', '签单'),
      moves.map(([opportunity = '', stage = ''], index) => moved(index, opportunity, stage)),
    );
    const won = state.metrics['won'];
    expect(won?.value ? `${won.value.n}/${won.value.d}` : null).toBe(value);
    expect(won?.facts ?? 0).toBe(facts);
  });

  it('keeps both numbers, and takes a voided move out again', () => {
    const plan = stagePlan('初步接触', '签单');
    const facts = [moved(1, 'a', '签单'), moved(2, 'a', '签单'), moved(3, 'b', '初步接触')];
    const { state } = folded(plan, facts);
    expect(state.metrics['won']).toEqual({ value: { n: '1', d: '2' }, facts: 3, state: { numerator: '1', denominator: '2' } });
    const taken = newDelta(plan);
    addTransition(taken, { factId: 'crm:1', before: facts[0] ?? null, after: null });
    const counts = new Map([
      ['won#from:s:a', 2],
      ['won#to:s:a', 2],
    ]);
    const merged = mergeFold(plan, state, taken, { counts, ranges: new Map() });
    if (merged.status === 'fetch') throw new Error('needs more');
    expect(merged.state.metrics['won']).toEqual({ value: { n: '1', d: '2' }, facts: 2, state: { numerator: '1', denominator: '2' } });
  });

  it('tells the text "5" and the number 5 apart, and takes any text for an id', () => {
    const plan = planOf([
      metric({
        id: 'won',
        fold: 'conversion',
        factTypes: ['opportunity.stage-changed'],
        by: 'fact.attributes.deal',
        stages: ['a', 'b'],
        from: 'a',
        to: 'b',
      }),
    ]);
    const facts = ['5', 5, '__proto__', 'to:x', '#'].map((deal, index) =>
      factOf(`crm:${index}`, 'opportunity.stage-changed', { attributes: { deal, stage: index === 0 ? 'b' : 'a' } }),
    );
    expect(folded(plan, facts).state.metrics['won']?.state).toEqual({ numerator: '1', denominator: '5' });
  });
});

describe('a duration', () => {
  const plan = planOf([metric({ id: 'cycle', fold: 'duration', factTypes: ['project.delivered'] })], {
    indicators: [indicator('cycle', '100', '90')],
  });
  it.each([
    ['no project yet', [], null, '0.00'],
    ['on target', [90], '1/1', '100.00'],
    ['one day over: 90 ÷ 91', [91], '90/91', '98.90'],
    ['100 and 80 days', [100, 80], '1/1', '100.00'],
    ['three quarters of the time: capped at 1.2', [67.5], '4/3', '120.00'],
    ['nothing used: the best there is', [0], '6/5', '120.00'],
  ] as const)('%s', (_, days, attainment, total) => {
    const { score } = folded(
      plan,
      days.map((each, index) => factOf(`crm:${index}`, 'project.delivered', { attributes: { days: each } })),
    );
    const [scored] = score?.indicators ?? [];
    expect(scored?.attainment ? `${scored.attainment.n}/${scored.attainment.d}` : null).toBe(attainment);
    expect(score?.total).toBe(total);
  });
});
