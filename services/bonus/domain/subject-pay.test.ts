import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { compiledOf, customerOf, evidenceOf, factOf, orderOf, PERIOD, type RewardInput, yuan } from '../testing/rewards.ts';
import { type Desired, evaluateRewards, type RewardEvidence } from './evaluate-rewards.ts';
import { explainAward } from './explain-award.ts';

const base = { id: 'collect', name: { zh: '回款提成', en: 'commission as paid' }, category: 'commission', kind: 'per-fact' } as const;
const byOrder: RewardInput = { ...base, per: 'order', where: 'order.amount > 0', rate: '3%' };
const byCustomer: RewardInput = { ...base, per: 'customer', where: 'true', amountFen: 50_000 };

const ordersOf = (...orders: readonly ReturnType<typeof orderOf>[]): RewardEvidence =>
  evidenceOf(
    {},
    { orders: orders.map((order) => ({ orderId: order.orderId, state: { orderId: order.orderId, customerId: 'c', order } })) },
  );
const one = (rule: RewardInput, evidence: RewardEvidence): Desired => {
  const [desired, ...others] = evaluateRewards(compiledOf([rule]), evidence);
  if (!desired || others.length > 0) throw new Error('expected exactly one award');
  return desired;
};
const pay = (rule: RewardInput, evidence: RewardEvidence): [number, number] => {
  const { amountFen, heldFen } = one(rule, evidence);
  return [amountFen, heldFen];
};
type Order = Parameters<typeof orderOf>[2];
const order = (amount: string, more: Order = {}) => ordersOf(orderOf('c', amount, more));

describe('a rate of each order', () => {
  it.each<[string, string, Order, RewardInput, number]>([
    ['the whole', '80000', {}, byOrder, 240_000],
    ['of what is left', '80000', { refundedFen: yuan('30000') }, byOrder, 150_000],
    ['of nothing left', '80000', { refundedFen: yuan('80000') }, byOrder, 0],
    ['rounded half up, once: 0.16 × 3 % is 0.0048', '0.16', {}, byOrder, 0],
    ['rounded half up, once: 0.17 × 3 % is 0.0051', '0.17', {}, byOrder, 1],
    ['below the cap', '33333.32', {}, { ...byOrder, capPerFactFen: yuan('1000') }, 100_000],
    ['a fen below the cap', '33333', {}, { ...byOrder, capPerFactFen: yuan('1000') }, 99_999],
    ['above the cap', '90000', {}, { ...byOrder, capPerFactFen: yuan('1000') }, 100_000],
    ['the cap is the whole, shared out', '90000', { shareMillionths: 600_000 }, { ...byOrder, capPerFactFen: yuan('1000') }, 60_000],
    ['the cap is of what is left', '90000', { refundedFen: yuan('80000') }, { ...byOrder, capPerFactFen: yuan('1000') }, 30_000],
    ['taken back in full by any refund', '80000', { refundedFen: 1 }, { ...byOrder, clawback: 'full' }, 0],
    ['kept without one', '80000', {}, { ...byOrder, clawback: 'full' }, 240_000],
  ])('%s', (_, amount, more, rule, expected) => expect(pay(rule, order(amount, more))).toEqual([expected, 0]));

  it('of a fact is of the whole fact, shared out to the fen', () => {
    const rule: RewardInput = { ...base, per: 'fact', factTypes: ['order.signed'], where: 'true', rate: '1%' };
    const shares = [333_333, 333_333, 333_334];
    const parts = shares.map((shareMillionths, place) => {
      const fact = factOf('f', { amountFen: yuan('3333.33'), totalAmountFen: yuan('10000'), shareMillionths, split: { shares, place } });
      return pay(rule, evidenceOf({}, { facts: [{ factId: 'f', fact }] }))[0];
    });
    expect(parts).toEqual([3_333, 3_333, 3_334]);
  });
});

describe('a refund of part of the order', () => {
  it.each<[string, Order, RewardInput, number]>([
    ['keeps the amount', { refundedFen: yuan('9999.99') }, byCustomer, 50_000],
    ['takes its share', { refundedFen: yuan('2500') }, { ...byCustomer, clawback: 'pro-rata' }, 37_500],
    ['takes its share, rounded once', { refundedFen: yuan('3333.33') }, { ...byCustomer, clawback: 'pro-rata' }, 33_333],
    ['leaves a trifle', { refundedFen: yuan('9999.99') }, { ...byCustomer, clawback: 'pro-rata' }, 0],
    ['takes all', { refundedFen: 1 }, { ...byCustomer, clawback: 'full' }, 0],
    ['that is none takes nothing', {}, { ...byCustomer, clawback: 'full' }, 50_000],
  ])('%s', (_, more, rule, expected) =>
    expect(pay(rule, evidenceOf({}, { customers: [customerOf('c', orderOf('c', '10000', more))] }))).toEqual([expected, 0]),
  );
});

describe('what is held', () => {
  const whole: RewardInput = { ...byOrder, release: { when: 'paid' } };
  const share: RewardInput = { ...byOrder, release: { when: 'paid', part: 'share' } };
  const delivered: RewardInput = { ...byOrder, release: { when: 'delivered' } };
  it.each<[string, RewardInput, Order, [number, number]]>([
    ['nothing paid', whole, {}, [0, 240_000]],
    ['a fen is missing', whole, { paidFen: yuan('79999.99') }, [0, 240_000]],
    ['paid in full', whole, { paidFen: yuan('80000') }, [240_000, 0]],
    ['paid more', whole, { paidFen: yuan('90000') }, [240_000, 0]],
    ['what is left is paid', whole, { refundedFen: yuan('30000'), paidFen: yuan('50000') }, [150_000, 0]],
    ['a refund makes the rest paid, a fen short', whole, { refundedFen: yuan('30000'), paidFen: yuan('49999.99') }, [0, 150_000]],
    ['by share: nothing', share, {}, [0, 240_000]],
    ['by share: three eighths', share, { paidFen: yuan('30000') }, [90_000, 150_000]],
    ['by share: a fen', share, { paidFen: 1 }, [0, 240_000]],
    ['by share: all', share, { paidFen: yuan('80000') }, [240_000, 0]],
    ['by share of a shared order', share, { paidFen: yuan('30000'), shareMillionths: 500_000 }, [45_000, 75_000]],
    ['not delivered', delivered, { paidFen: yuan('80000') }, [0, 240_000]],
    ['delivered', delivered, { deliveredOn: '2027-02-28' }, [240_000, 0]],
  ])('%s', (_, rule, more, expected) => expect(pay(rule, order('80000', more))).toEqual(expected));

  const later: RewardInput = {
    ...base,
    per: 'fact',
    factTypes: ['order.signed'],
    where: 'true',
    amountFen: 100,
    release: { when: 'days', days: 30 },
  };
  it.each<[string, string, string | null, [number, number]]>([
    ['the day before', '2026-11-30', '2026-12-29', [0, 100]],
    ['the day', '2026-11-30', '2026-12-30', [100, 0]],
    ['over the end of February', '2028-01-30', '2028-02-28', [0, 100]],
    ['in a leap year', '2028-01-30', '2028-02-29', [100, 0]],
    ['no day is known', '2026-11-30', null, [0, 100]],
  ])('until a day: %s', (_, date, today, expected) => {
    const facts = [{ factId: 'f', fact: factOf('f', { date: date as LocalDate }) }];
    expect(pay(later, evidenceOf({}, { facts, today: today as LocalDate | null }))).toEqual(expected);
  });

  it('where the condition does not hold there is nothing to hold', () => {
    expect(pay({ ...whole, where: 'order.amount > 8000000' }, order('80000'))).toEqual([0, 0]);
    expect(pay({ ...whole, gate: { on: { of: 'metric', metric: 'sales' }, atLeast: '1' } }, order('80000'))).toEqual([0, 0]);
    expect(pay({ ...whole, to: '2026-11-09' }, order('80000'))).toEqual([0, 0]);
  });

  it('counts in an exclusive group: a release does not change which rule is paid', () => {
    const small: RewardInput = { ...byOrder, id: 'small', rate: '2%', exclusiveGroup: 'g' };
    const held: RewardInput = { ...whole, exclusiveGroup: 'g' };
    const both = evaluateRewards(compiledOf([small, held]), order('80000'));
    expect(both.map(({ amountFen, heldFen }) => [amountFen, heldFen])).toEqual([
      [0, 0],
      [0, 240_000],
    ]);
    expect(explainAward(both[0] as Desired, PERIOD).tests.at(-1)?.zh).toBe(
      '同组只发放最高的一项:回款提成 2,400.00 元,本项 1,600.00 元:未达到',
    );
  });
});

describe('whatever is paid and refunded', () => {
  const amount = fc.integer({ min: 1, max: 1_000_000_000 });
  const rule = fc.record({
    rate: fc.constantFrom('0.1%', '3%', '33.333333%'),
    capPerFactFen: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }),
    release: fc.constantFrom({ when: 'paid' as const }, { when: 'paid' as const, part: 'share' as const }),
  });
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 999_999 }), { maxLength: 6 });
  it('paid and held are what is earned, never below 0, never less for a further payment, and the parts of all add up to the whole', () => {
    fc.assert(
      fc.property(
        rule,
        amount,
        fc.nat(1_000_000_000),
        fc.nat(1_000_000_000),
        fc.nat(1_000_000_000),
        cuts,
        (given, signedFen, back, first, second, edges) => {
          const more = { signedFen, refundedFen: Math.min(back, signedFen - 1) };
          const held: RewardInput = { ...byOrder, ...given };
          const { release: _, ...free } = held as RewardInput & { release: unknown };
          const [earned] = pay(free as RewardInput, order('1', more));
          const [before, heldBefore] = pay(held, order('1', { ...more, paidFen: first }));
          const [after, heldAfter] = pay(held, order('1', { ...more, paidFen: first + second }));
          expect([before + heldBefore, after + heldAfter]).toEqual([earned, earned]);
          expect(before).toBeGreaterThanOrEqual(0);
          expect(after).toBeGreaterThanOrEqual(before);
          expect(pay(held, order('1', { ...more, paidFen: signedFen }))).toEqual([earned, 0]);
          const ends = [0, ...edges.sort((a, b) => a - b), 1_000_000];
          const shares = ends.slice(1).map((end, place) => end - (ends[place] ?? 0));
          const partsAt = (paidFen: number) =>
            shares.map((shareMillionths, place) =>
              pay(held, order('1', { ...more, paidFen, ...(shares.length === 1 ? {} : { shareMillionths, split: { shares, place } }) })),
            );
          const [parts, later] = [partsAt(first), partsAt(first + second)];
          parts.forEach(([now, rest], place) => {
            expect(Math.min(now, rest)).toBeGreaterThanOrEqual(0);
            expect(later[place]?.[0]).toBeGreaterThanOrEqual(now);
          });
          // Each rounded on its own while something is held; together they are what is earned, to the fen.
          expect(Math.abs(parts.reduce((sum, [now]) => sum + now, 0) - before)).toBeLessThanOrEqual(shares.length);
          expect(partsAt(signedFen).reduce((sum, [now]) => sum + now, 0)).toBe(earned);
          expect(parts.reduce((sum, [now, rest]) => sum + now + rest, 0)).toBe(earned);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('three who share an amount', () => {
  // 6 : 6 : 2 of 0.10 are 4 + 4 + 2, of 0.11 5 + 5 + 1: as the amount rises, the third one's part falls.
  const shares = [428_571, 428_571, 142_858];
  const third = (paidFen: number) => {
    const more = { paidFen, signedFen: 11, shareMillionths: 142_858, split: { shares, place: 2 } };
    return pay({ ...byOrder, rate: '100%', release: { when: 'paid', part: 'share' } }, order('1', more));
  };
  it('are never paid more than is earned, nor less for a further payment', () => {
    expect([third(0), third(10), third(11)]).toEqual([
      [0, 1],
      [1, 0],
      [1, 0],
    ]);
  });
});

describe('in words', () => {
  it.each<[string, RewardInput, Order, string[]]>([
    [
      'paid in part',
      { ...byOrder, release: { when: 'paid', part: 'share' } },
      { paidFen: yuan('30000') },
      [
        '订单金额 80,000.00 元 > 0.00 元:达到',
        '按回款比例发放:已回款 30,000.00 元,订单净额 80,000.00 元,比例 37.5%:达到',
        '订单净额 80,000.00 元 × 3% = 2,400.00 元;现发 900.00 元,暂扣 1,500.00 元待发',
      ],
    ],
    [
      'not yet paid in full',
      { ...byOrder, release: { when: 'paid' } },
      { paidFen: yuan('30000') },
      [
        '订单金额 80,000.00 元 > 0.00 元:达到',
        '全部回款后发放:已回款 30,000.00 元 < 订单净额 80,000.00 元:未达到',
        '订单净额 80,000.00 元 × 3% = 2,400.00 元;现发 0.00 元,暂扣 2,400.00 元待发',
      ],
    ],
    [
      'paid in full, shared and capped',
      { ...byOrder, capPerFactFen: 200_000, release: { when: 'paid' } },
      { paidFen: yuan('80000'), shareMillionths: 600_000 },
      [
        '订单金额 80,000.00 元 > 0.00 元:达到',
        '全部回款后发放:已回款 80,000.00 元 ≥ 订单净额 80,000.00 元:达到',
        '订单净额 80,000.00 元 × 3%,每笔上限 2,000.00 元 × 本人份额 60% = 1,200.00 元',
      ],
    ],
    [
      'refunded in part, delivered',
      { ...byOrder, rate: undefined, amountFen: 50_000, clawback: 'pro-rata', release: { when: 'delivered' } },
      { refundedFen: yuan('20000'), deliveredOn: '2026-12-30' },
      ['订单金额 80,000.00 元 > 0.00 元:达到', '订单已于 2026-12-30 交付(上线):达到', '500.00 元 × 未退部分 75% = 375.00 元'],
    ],
  ])('%s', (_, rule, more, expected) => {
    const { tests, formula } = explainAward(one(rule, order('80000', more)), PERIOD);
    expect([...tests.map(({ zh }) => zh), formula.zh]).toEqual(expected);
    for (const { en } of tests) expect(en).toMatch(/: (?:not )?met$/);
  });
  it('says what is gone', () => {
    const gone = evidenceOf({}, { orders: [{ orderId: 'o-1', state: null }] });
    expect(explainAward(one(byOrder, gone), PERIOD).tests[0]?.en).toBe(
      'order o-1 does not stand (not of this month, refunded in full, or withdrawn): not met',
    );
  });
});
