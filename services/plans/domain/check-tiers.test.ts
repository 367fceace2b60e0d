import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CheckedTable, checkTiers } from './check-tiers.ts';
import { hasErrors } from './finding.ts';
import { mostTierPay, tierPay, tiersInFen } from './tier-pay.ts';

/** Company 8 of the design: base rate 2 %, one point more from 110 % of a target of 100,000. */
const companyEight: CheckedTable = {
  mode: 'slab',
  tiersBy: 'attainment',
  target: '100000',
  tiers: [
    { atLeast: '0', rate: '2%' },
    { atLeast: '1.1', rate: '3%' },
  ],
  cliffAccepted: false,
};
const byAmount = (...tiers: CheckedTable['tiers']): CheckedTable => ({ mode: 'slab', tiersBy: 'amount', tiers, cliffAccepted: false });
const pay = (table: CheckedTable, amountFen: bigint): bigint => tierPay(table, tiersInFen(table) ?? [], amountFen);
const codes = (table: CheckedTable): string[] => checkTiers('/r', table).map(({ path, severity, code }) => `${severity} ${code} ${path}`);

describe('pay of a rate table', () => {
  it('pays as the design says for company 8', () => {
    expect(pay(companyEight, 10_999_999n)).toBe(220_000n);
    expect(pay(companyEight, 11_000_000n)).toBe(330_000n);
    const marginal = { ...companyEight, mode: 'marginal' as const };
    expect(pay(marginal, 11_000_000n)).toBe(220_000n);
    expect(pay(marginal, 12_000_000n)).toBe(250_000n);
  });

  it('rounds once, half up, and then caps', () => {
    const table = byAmount({ atLeast: '0', rate: '0.5%' });
    expect(pay(table, 99n)).toBe(0n);
    expect(pay(table, 100n)).toBe(1n);
    expect(pay({ ...table, capPerMonthFen: 500 as never }, 1_000_000n)).toBe(500n);
  });

  it('finds the most before a fall, not only at the end', () => {
    const table = byAmount({ atLeast: '0', rate: '10%' }, { atLeast: '100', rate: '1%' });
    expect(mostTierPay(table, tiersInFen(table) ?? [], 20_000n)).toBe(1_000n);
    expect(mostTierPay(table, tiersInFen(table) ?? [], 200_000n)).toBe(2_000n);
  });
});

describe('cliffs', () => {
  it('names the two amounts and pays of company 8, one fen apart', () => {
    const [found, ...more] = checkTiers('/rewards/0', companyEight);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      path: '/rewards/0/tiers/1',
      severity: 'warning',
      code: 'cliff',
      counterexample: { amount: '109999.99', pays: '2200.00', nextAmount: '110000.00', nextPays: '3300.00', difference: '1100.00' },
    });
    expect(found?.en).toContain('from 109,999.99 to 110,000.00');
    expect(found?.zh).toContain('从 2,200.00 跳到 3,300.00');
  });

  it('reports an accepted cliff as a note only', () => {
    expect(codes({ ...companyEight, cliffAccepted: true })).toEqual(['note cliff_accepted /r/tiers/1']);
  });

  it('has none in a marginal table', () => {
    expect(codes({ ...companyEight, mode: 'marginal' })).toEqual([]);
  });

  it('refuses pay that falls when sales rise, with the case', () => {
    const falling = byAmount({ atLeast: '0', rate: '3%' }, { atLeast: '110000', rate: '2%' });
    const [found, ...more] = checkTiers('/r', falling);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      severity: 'error',
      code: 'pay_falls',
      path: '/r/tiers/1',
      counterexample: { amount: '109999.99', pays: '3300.00', nextAmount: '110000.00', nextPays: '2200.00', difference: '-1100.00' },
    });
    expect(codes({ ...falling, cliffAccepted: true })).toEqual(['note pay_falls_accepted /r/tiers/1']);
  });

  it('sees no cliff above the monthly cap', () => {
    expect(codes({ ...companyEight, capPerMonthFen: 200_000 as never })).toEqual([]);
  });

  it('takes the first whole fen at an edge between two fen', () => {
    // 110 % of 0.05 yuan is 5.5 fen: 6 fen is the first amount in the tier.
    const [found] = checkTiers('/r', {
      ...companyEight,
      target: '0.05',
      tiers: [
        { atLeast: '0', rate: '0' },
        { atLeast: '1.1', rate: '100%' },
      ],
    });
    expect(found?.counterexample).toMatchObject({ amount: '0.05', pays: '0.00', nextAmount: '0.06', nextPays: '0.06' });
  });
});

describe('gaps, overlaps and order', () => {
  it.each([
    ['a gap below the first tier', [{ atLeast: '100', rate: '2%' }], ['error tiers_gap /r/tiers/0/atLeast']],
    [
      'two tiers from one amount',
      [
        { atLeast: '0', rate: '1%' },
        { atLeast: '5', rate: '1%' },
        { atLeast: '5.0', rate: '1%' },
      ],
      ['error tiers_overlap /r/tiers/2/atLeast'],
    ],
    [
      'tiers out of order',
      [
        { atLeast: '0', rate: '1%' },
        { atLeast: '9', rate: '1%' },
        { atLeast: '5', rate: '1%' },
      ],
      ['error tiers_not_ascending /r/tiers/2/atLeast'],
    ],
    ['a negative rate', [{ atLeast: '0', rate: '-1%' }], ['error rate_negative /r/tiers/0/rate']],
    ['a rate meant as percent', [{ atLeast: '0', rate: '2' }], ['error rate_above_whole /r/tiers/0/rate']],
    [
      'a percentage as an amount',
      [
        { atLeast: '0', rate: '1%' },
        { atLeast: '110%', rate: '1%' },
      ],
      ['error unit_mismatch /r/tiers/1/atLeast'],
    ],
    [
      'a tier that nothing is in',
      [
        { atLeast: '0', rate: '1%' },
        { atLeast: '1.001', rate: '1%' },
        { atLeast: '1.002', rate: '1%' },
      ],
      ['warning tier_never_reached /r/tiers/1'],
    ],
  ])('%s', (_, tiers, expected) => {
    expect(codes(byAmount(...tiers))).toEqual(expected);
  });

  it('shows a value that has no rate, or two', () => {
    expect(checkTiers('/r', byAmount({ atLeast: '100', rate: '2%' }))[0]?.counterexample).toEqual({ amount: '50', rates: '0' });
    const twice = byAmount({ atLeast: '0', rate: '1%' }, { atLeast: '7', rate: '1%' }, { atLeast: '7', rate: '2%' });
    expect(checkTiers('/r', twice)[0]?.counterexample).toEqual({ amount: '7', rates: '2' });
  });
});

const rate = fc.integer({ min: 0, max: 100_000 }).map((millionths) => `${(millionths / 10_000).toFixed(4)}%`);
const start = fc.integer({ min: 1, max: 30_000 }).map((fen) => (fen / 100).toFixed(2));
const table: fc.Arbitrary<CheckedTable> = fc.record({
  mode: fc.constantFrom('slab' as const, 'marginal' as const),
  tiersBy: fc.constant('amount' as const),
  tiers: fc
    .tuple(rate, fc.array(fc.record({ atLeast: start, rate }), { maxLength: 4 }), fc.boolean())
    .map(([first, rest, sorted]) => [
      { atLeast: '0', rate: first },
      ...(sorted ? [...rest].sort((a, b) => Number(a.atLeast) - Number(b.atLeast)) : rest),
    ]),
  cliffAccepted: fc.constant(false),
});

describe('verified tables', () => {
  it('are monotone: one fen more of sales never pays less', () => {
    let sound = 0;
    fc.assert(
      fc.property(table, fc.array(fc.bigInt({ min: 0n, max: 40_000n }), { minLength: 12, maxLength: 12 }), (one, amounts) => {
        if (hasErrors(checkTiers('/r', one))) return;
        sound += 1;
        // Around each edge, and anywhere.
        const edges = (tiersInFen(one) ?? []).map(({ start: at }) => BigInt(at.n) / BigInt(at.d));
        for (const amount of [...amounts, ...edges, ...edges.map((edge) => (edge > 0n ? edge - 1n : 0n))]) {
          expect(pay(one, amount + 1n)).toBeGreaterThanOrEqual(pay(one, amount));
        }
      }),
      { numRuns: 1_000 },
    );
    expect(sound).toBeGreaterThan(100);
  });

  it('have no unreported jump: without findings, one fen more pays at most one fen more', () => {
    let silent = 0;
    fc.assert(
      fc.property(table, (one) => {
        if (checkTiers('/r', one).length > 0) return;
        silent += 1;
        for (const { start: at } of tiersInFen(one) ?? []) {
          const edge = BigInt(at.n) / BigInt(at.d);
          if (edge > 0n) expect(pay(one, edge) - pay(one, edge - 1n)).toBeLessThanOrEqual(1n);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(silent).toBeGreaterThan(50);
  });

  it('that are refused for falling really fall, at the amounts given', () => {
    let falls = 0;
    fc.assert(
      fc.property(table, (one) => {
        for (const { code, counterexample } of checkTiers('/r', one)) {
          if (code !== 'pay_falls') continue;
          falls += 1;
          const fenOf = (name: string): bigint => BigInt(Math.round(Number(counterexample?.[name]) * 100));
          expect(fenOf('nextAmount') - fenOf('amount')).toBe(1n);
          expect(pay(one, fenOf('amount'))).toBe(fenOf('pays'));
          expect(pay(one, fenOf('nextAmount'))).toBe(fenOf('nextPays'));
          expect(fenOf('nextPays')).toBeLessThan(fenOf('pays'));
        }
      }),
      { numRuns: 1_000 },
    );
    expect(falls).toBeGreaterThan(50);
  });
});
