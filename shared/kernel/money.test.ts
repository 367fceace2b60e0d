import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addFen,
  type Fen,
  fen,
  formatYuan,
  formatYuanGrouped,
  greatestCommonDivisor,
  MAX_FEN,
  multiplyFen,
  parseRate,
  parseYuan,
  splitFen,
} from './money.ts';

const anyFen = fc.integer({ min: -MAX_FEN, max: MAX_FEN }).map((value) => fen(value));

describe('fen', () => {
  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_FEN + 1, -MAX_FEN - 1, 2 ** 60])('refuses %s', (value) => {
    expect(() => fen(value)).toThrow(RangeError);
  });
  it('has one zero', () => {
    expect(Object.is(fen(-0), 0)).toBe(true);
  });
  it('adds, and refuses a sum out of range', () => {
    expect(addFen(fen(1), fen(2), fen(-5))).toBe(-2);
    expect(() => addFen(fen(MAX_FEN), fen(1))).toThrow(RangeError);
  });
});

describe('yuan text', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(anyFen, (amount) => {
        expect(parseYuan(formatYuan(amount))).toBe(amount);
      }),
    );
  });
  it.each<[string, number]>([
    ['0', 0],
    ['9999.99', 999_999],
    ['12345.6', 1_234_560],
    ['-0.05', -5],
    ['00012', 1200],
  ])('%s is %s fen', (text, amount) => {
    expect(parseYuan(text)).toBe(amount);
  });
  it.each(['', '1.234', '1,000', '1e3', '+1', '.5', '1.', ' 1', '￥1', '１', '123456789012345'])('refuses %j', (text) => {
    expect(() => parseYuan(text)).toThrow(RangeError);
  });
  it.each<[number, string]>([
    [0, '0.00'],
    [123_456_789, '1,234,567.89'],
    [-100_000, '-1,000.00'],
    [99_999, '999.99'],
    [5, '0.05'],
  ])('%s reads as %s', (amount, text) => {
    expect(formatYuanGrouped(amount)).toBe(text);
  });
});

describe('rates', () => {
  it.each<[string, number, number]>([
    ['2%', 1, 50],
    ['0.02', 1, 50],
    ['-1.5', -3, 2],
    ['0.000000001', 1, 1_000_000_000],
    ['100%', 1, 1],
    ['0', 0, 1],
  ])('%s', (text, numerator, denominator) => {
    const rate = parseRate(text);
    expect([rate.numerator + 0, rate.denominator]).toEqual([numerator, denominator]);
  });
  it.each(['', '2 %', '1e-2', '0.0000000001', '%', '½'])('refuses %j', (text) => {
    expect(() => parseRate(text)).toThrow(RangeError);
  });
  it('multiplies exactly and rounds once', () => {
    expect(multiplyFen(fen(10_999_999), parseRate('2%'))).toBe(220_000);
    expect(multiplyFen(fen(11_000_000), parseRate('3%'))).toBe(330_000);
    expect(multiplyFen(fen(-25), parseRate('0.5'), 'fen_down')).toBe(-12);
  });
});

describe('greatestCommonDivisor', () => {
  it('divides both, and what is left has none in common', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const divisor = greatestCommonDivisor(a, b);
        expect(divisor).toBeGreaterThan(0);
        expect([a % divisor, b % divisor].map(Math.abs)).toEqual([0, 0]);
        if (a !== 0 || b !== 0) expect(greatestCommonDivisor(a / divisor, b / divisor)).toBe(1);
      }),
    );
    expect(greatestCommonDivisor(0, 0)).toBe(1);
  });
});

describe('splitFen', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 }).filter((all) => all.some((w) => w > 0));
  it('loses nothing, and every part is within one fen of its exact share', () => {
    fc.assert(
      fc.property(anyFen, weights, (total, all) => {
        const parts = splitFen(total, all);
        const sum = all.reduce((a, b) => a + BigInt(b), 0n);
        expect(parts.reduce((a, b) => a + BigInt(b), 0n)).toBe(BigInt(total));
        parts.forEach((part, index) => {
          const off = BigInt(part) * sum - BigInt(total) * BigInt(all[index] ?? 0);
          expect(off < sum && -off < sum).toBe(true);
        });
      }),
      { numRuns: 5000 },
    );
  });
  it('gives a refund exactly the parts of the sale', () => {
    fc.assert(
      fc.property(anyFen, weights, (total, all) => {
        const back = splitFen((total === 0 ? 0 : -total) as Fen, all);
        expect(back.map((part, index) => part + (splitFen(total, all)[index] ?? Number.NaN))).toEqual(all.map(() => 0));
      }),
    );
  });
  it.each<[string, number, number[], number[]]>([
    ['the odd fen goes to the larger remainder', 100, [1, 1, 1], [34, 33, 33]],
    ['60 / 40', 200_000, [600_000, 400_000], [120_000, 80_000]],
    ['nothing for no weight', 10, [0, 1, 0], [0, 10, 0]],
    ['less than one fen each', 2, [1, 1, 1, 1], [1, 1, 0, 0]],
  ])('%s', (_, total, all, expected) => {
    expect(splitFen(fen(total), all)).toEqual(expected);
  });
  it('refuses weights that say nothing', () => {
    expect(() => splitFen(fen(1), [])).toThrow(RangeError);
    expect(() => splitFen(fen(1), [0, 0])).toThrow(RangeError);
    expect(() => splitFen(fen(1), [-1, 2])).toThrow(RangeError);
    expect(() => splitFen(fen(1), [0.5])).toThrow(RangeError);
  });
});
