import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideBig, multiplyExact, ROUNDINGS, type Rounding } from './rounding.ts';

const UNITS = { fen: 1n, jiao: 10n, yuan: 100n } as const;

/** Reference: bigint only, and another formula than the code: floor and ceiling of the magnitude, then choose. */
const reference = (amount: number, numerator: number, denominator: number, rounding: Rounding): bigint => {
  const [unitName, ...rest] = rounding.split('_');
  const unit = UNITS[unitName as keyof typeof UNITS];
  const direction = rest.join('_');
  const product = BigInt(amount) * BigInt(numerator);
  const magnitude = product < 0n ? -product : product;
  const divisor = BigInt(denominator) * unit;
  const down = magnitude / divisor;
  const up = (magnitude + divisor - 1n) / divisor;
  const nearest = (2n * magnitude + divisor) / (2n * divisor);
  const rounded = (direction === 'up' ? up : direction === 'down' ? down : nearest) * unit;
  return product < 0n ? -rounded : rounded;
};

const amount = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.maxSafeInteger().map((value) => Math.trunc(value / 8)),
);
const numerator = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }));
const denominator = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1_000_000_000 }));

describe('multiplyExact', () => {
  it('is what bigint arithmetic gives, in every rounding', () => {
    fc.assert(
      fc.property(amount, numerator, denominator, fc.constantFrom(...ROUNDINGS), (a, n, d, rounding) => {
        const expected = reference(a, n, d, rounding);
        if (Number.isSafeInteger(Number(expected))) expect(BigInt(multiplyExact(a, n, d, rounding))).toBe(expected);
        else expect(() => multiplyExact(a, n, d, rounding)).toThrow(RangeError);
      }),
      { numRuns: 20_000 },
    );
  });
  it('rounds a reversal to exactly the reversed amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), numerator, denominator, fc.constantFrom(...ROUNDINGS), (a, n, d, rounding) => {
        expect(multiplyExact(-a, n, d, rounding) + multiplyExact(a, n, d, rounding)).toBe(0);
      }),
    );
  });
  it.each<[string, number, number, number, Rounding, number]>([
    ['2,199.9998 yuan', 10_999_999, 2, 100, 'fen_half_up', 220_000],
    ['exactly half a fen goes away from zero', 1, 1, 2, 'fen_half_up', 1],
    ['exactly half a fen, negative', -1, 1, 2, 'fen_half_up', -1],
    ['just below half', 499_999_999, 1, 1_000_000_000, 'fen_half_up', 0],
    ['a whole number stays', 300, 1, 3, 'fen_up', 100],
    ['any rest goes up', 301, 1, 3, 'fen_up', 101],
    ['any rest goes down', 302, 1, 3, 'fen_down', 100],
    ['to jiao', 105, 1, 1, 'jiao_half_up', 110],
    ['to jiao, down', 109, 1, 1, 'jiao_down', 100],
    ['to yuan', 150, 1, 1, 'yuan_half_up', 200],
    ['to yuan, up', 101, 1, 1, 'yuan_up', 200],
    ['to yuan, down', -199, 1, 1, 'yuan_down', -100],
  ])('%s', (_, a, n, d, rounding, expected) => {
    expect(multiplyExact(a, n, d, rounding)).toBe(expected);
  });
  it('refuses a denominator that is not positive and a result that is no safe integer', () => {
    expect(() => multiplyExact(1, 1, 0, 'fen_half_up')).toThrow(RangeError);
    expect(() => multiplyExact(1, 1, -1, 'fen_half_up')).toThrow(RangeError);
    expect(() => multiplyExact(9e15, 9e15, 1, 'fen_half_up')).toThrow(RangeError);
  });
});

describe('divideBig', () => {
  it.each<[bigint, bigint, 'half_up' | 'up' | 'down', bigint]>([
    [7n, 2n, 'half_up', 4n],
    [-7n, 2n, 'half_up', -4n],
    [7n, 2n, 'down', 3n],
    [-7n, 2n, 'down', -3n],
    [7n, 3n, 'up', 3n],
    [-7n, 3n, 'up', -3n],
    [6n, 3n, 'up', 2n],
  ])('%s / %s %s = %s', (n, d, direction, expected) => {
    expect(divideBig(n, d, direction)).toBe(expected);
  });
});
