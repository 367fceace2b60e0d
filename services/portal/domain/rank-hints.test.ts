import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratio } from '../../../shared/kernel/ratio.ts';
import { type HintInput, rankHints, type Step } from './rank-hints.ts';

const name = { zh: '新客户数', en: 'New customers' };
const step = (points: number, moneyFen: number | null, more: Partial<Step> = {}): Step => ({
  facts: 1,
  project: null,
  amountFen: null,
  example: { amountFen: 0, attributes: {} },
  points: ratio(points, 100),
  moneyFen,
  rules: moneyFen === null ? [] : [{ id: 'r', name: { zh: '奖', en: 'Bonus' }, fen: moneyFen }],
  ...more,
});
const input = (indicator: string, steps: readonly Step[], more: Partial<HintInput> = {}): HintInput => ({
  indicator,
  name,
  steps,
  team: null,
  stages: null,
  counts: 'things',
  ...more,
});
const order = (...inputs: readonly HintInput[]): string[] => rankHints(inputs).map(({ indicator }) => indicator);

describe('hints', () => {
  it('name the project, and what must be measured, in both languages', () => {
    const one = step(174, 0, { project: 'A 座', example: { amountFen: 0, attributes: { days: 90 } } });
    const [hint] = rankHints([input('cycle', [one], { name: { zh: '工期', en: 'Days' }, counts: 'measurements' })]);
    expect(hint).toMatchObject({
      project: 'A 座',
      text: {
        zh: '项目「A 座」:工期再有 1 次达标(例如:days = 90) → +1.74 分',
        en: 'project "A 座": 1 more that reaches the target of Days (such as days = 90) → +1.74 points',
      },
    });
  });
  it.each([
    ['more money for the same effort', [input('a', [step(900, 100)]), input('b', [step(1, 200)])], ['b', 'a']],
    ['the same money: more points', [input('a', [step(1, 100)]), input('b', [step(2, 100)])], ['b', 'a']],
    ['no money told: points', [input('a', [step(1, null)]), input('b', [step(2, null)])], ['b', 'a']],
    [
      'three facts for three times the money are the same effort',
      [input('a', [step(3, 300, { facts: 3 })]), input('b', [step(1, 100)])],
      ['a', 'b'],
    ],
    ['money by 10,000 yuan', [input('a', [step(1, 100, { amountFen: 2_000_000 })]), input('b', [step(1, 51)])], ['b', 'a']],
    [
      'a share without a step comes last',
      [input('t', [], { team: { own: ratio(1, 4), team: ratio(2, 5), people: 2 } }), input('a', [step(1, 0)])],
      ['a', 't'],
    ],
    ['neither step nor share: nothing', [input('a', [])], []],
  ] as const)('%s', (_, inputs, expected) => {
    expect(order(...inputs)).toEqual(expected);
  });

  it('say it in words, Chinese and English', () => {
    const [hint] = rankHints([input('a', [step(313, 150_000, { example: { amountFen: 1_000_000, attributes: { vip: true } } })])]);
    expect(hint?.text).toEqual({
      zh: '新客户数再增加 1 个(例如:金额 10,000.00 元、vip = true) → +3.13 分,+1,500.00 元(奖 1,500.00)',
      en: '1 more of New customers (such as an amount of 10,000.00 yuan, vip = true) → +3.13 points, +1,500.00 yuan (Bonus 1,500.00)',
    });
    const [sum] = rankHints([input('a', [step(400, null, { amountFen: 5_000_000 })])]);
    expect([sum?.amount, sum?.text.zh]).toEqual(['50000.00', '新客户数再增加 50,000.00 元 → +4.00 分']);
    const [share] = rankHints([input('a', [step(93, 0)], { counts: 'share', team: { own: ratio(1, 4), team: ratio(1, 3), people: 3 } })]);
    expect(share?.text.zh).toBe('新客户数再达成 1 项 → +0.93 分;新客户数 25%,团队 33.33%,差 8.33 个百分点');
    expect(share?.team).toEqual({ own: '25%', team: '33.33%', gapPoints: '8.33', people: 3 });
  });

  it('a step may cost money where a gate or tier is lost, and says so', () => {
    expect(rankHints([input('a', [step(100, -500)])])[0]?.text.zh).toBe('新客户数再增加 1 个 → +1.00 分,-5.00 元(奖 -5.00)');
  });

  it('do not depend on the order in which they are given, but for equals', () => {
    const worth = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(worth, fc.integer(), (amounts, seed) => {
        const inputs = amounts.map((fen) => input(String(fen), [step(1, fen)]));
        const shuffled = [...inputs].sort((a, b) => ((Number(a.indicator) * (seed | 1)) % 7) - ((Number(b.indicator) * (seed | 1)) % 7));
        expect(order(...shuffled)).toEqual(order(...inputs));
      }),
    );
  });
});
