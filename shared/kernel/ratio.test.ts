import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  divide,
  fromStored,
  max,
  min,
  multiply,
  negate,
  parseRatio,
  type Ratio,
  ratio,
  subtract,
  toDecimal,
  toStored,
} from './ratio.ts';

/** Reference: fractions of bigints, never reduced. */
type Fraction = readonly [bigint, bigint];
const asFraction = (value: Ratio): Fraction => [BigInt(value.n), BigInt(value.d)];
const equal = ([a, b]: Fraction, [c, d]: Fraction): boolean => a * d === c * b;
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

/** Lowest terms, positive denominator, one of the two shapes, numbers wherever both parts fit. */
const assertCanonical = (value: Ratio): void => {
  const [n, d] = asFraction(value);
  expect(d > 0n).toBe(true);
  expect(gcd(n, d)).toBe(1n);
  const fits = Number.isSafeInteger(Number(n)) && Number.isSafeInteger(Number(d));
  expect([typeof value.n, typeof value.d]).toEqual(fits ? ['number', 'number'] : ['bigint', 'bigint']);
  expect(Object.is(value.n, -0)).toBe(false);
};

/** Small, around 2^31 and 2^53 where the fast paths end, and far beyond. */
const whole = fc.oneof(
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(2n ** 33n), max: 2n ** 33n }),
  fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
);
const made = (n: bigint, d: bigint): Ratio => {
  const small = Number.isSafeInteger(Number(n)) && Number.isSafeInteger(Number(d));
  return small ? ratio(Number(n), Number(d)) : ratio(n, d);
};
const fraction = fc.tuple(
  whole,
  whole.filter((d) => d !== 0n),
);
const runs = { numRuns: 2000 };

describe('exact fractions against bigint', () => {
  it('reduces', () => {
    fc.assert(
      fc.property(fraction, ([n, d]) => {
        const value = made(n, d);
        assertCanonical(value);
        expect(equal(asFraction(value), [n, d])).toBe(true);
      }),
      runs,
    );
  });
  it('adds, subtracts, multiplies, divides', () => {
    fc.assert(
      fc.property(fraction, fraction, ([a, b], [c, d]) => {
        const [x, y] = [made(a, b), made(c, d)];
        const results: [Ratio, Fraction][] = [
          [add(x, y), [a * d + c * b, b * d]],
          [subtract(x, y), [a * d - c * b, b * d]],
          [multiply(x, y), [a * c, b * d]],
          [negate(x), [-a, b]],
        ];
        if (c !== 0n) results.push([divide(x, y), [a * d, b * c]]);
        for (const [value, expected] of results) {
          assertCanonical(value);
          expect(equal(asFraction(value), expected)).toBe(true);
        }
      }),
      runs,
    );
  });
  it('compares', () => {
    fc.assert(
      fc.property(fraction, fraction, ([a, b], [c, d]) => {
        const sign = (b < 0n ? -1n : 1n) * (d < 0n ? -1n : 1n);
        const difference = (a * d - c * b) * sign;
        const [x, y] = [made(a, b), made(c, d)];
        expect(Math.sign(compare(x, y))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
        expect(compare(min(x, y), max(x, y))).toBeLessThanOrEqual(0);
      }),
      runs,
    );
  });
  it('rounds half away from zero to text', () => {
    fc.assert(
      fc.property(fraction, fc.integer({ min: 0, max: 6 }), ([n, d], decimals) => {
        const [num, den] = d < 0n ? [-n, -d] : [n, d];
        const scaled = (num < 0n ? -num : num) * 10n ** BigInt(decimals);
        const rounded = (2n * scaled + den) / (2n * den);
        const digits = String(rounded).padStart(decimals + 1, '0');
        const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
        expect(toDecimal(made(n, d), decimals)).toBe(num < 0n && rounded !== 0n ? `-${text}` : text);
      }),
      runs,
    );
  });
  it('survives storing', () => {
    fc.assert(
      fc.property(fraction, ([n, d]) => {
        const value = made(n, d);
        expect(fromStored(toStored(value))).toEqual(value);
      }),
      runs,
    );
  });
});

describe('the edges of the fast paths', () => {
  it.each([
    ['2^31 − 1 over 2^31', 2147483647, 2147483648],
    ['two multiples of 2^31', 2147483648 * 3, 2147483648 * 5],
    ['the largest safe integers', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 2],
    ['a small number over a large one', 3, Number.MAX_SAFE_INTEGER],
    ['a large number over a small one', Number.MAX_SAFE_INTEGER, 3],
    ['zero over a large one', 0, -9007199254740991],
    ['a negative denominator', 6, -4],
  ])('%s', (_, n, d) => {
    const value = ratio(n, d);
    assertCanonical(value);
    expect(equal(asFraction(value), [BigInt(n), BigInt(d)])).toBe(true);
  });

  it.each([
    ['87.9166…', ratio(1055, 12), '87.92'],
    ['85.333…', ratio(256, 3), '85.33'],
    ['half a fen', ratio(5, 1000), '0.01'],
    ['minus half a fen', ratio(-5, 1000), '-0.01'],
    ['just below half', ratio(4999, 1000000), '0.00'],
    ['a negative that rounds to nothing has no sign', ratio(-4, 1000), '0.00'],
    ['a carry', ratio(9999, 1000), '10.00'],
    ['beyond 2^53', ratio(2n ** 60n + 1n, 3n), '384307168202282325.67'],
  ])('toDecimal: %s', (_, value, text) => {
    expect(toDecimal(value, 2)).toBe(text);
  });

  it('refuses what is no fraction', () => {
    expect(() => ratio(1, 0)).toThrow(RangeError);
    expect(() => ratio(1n, 0n)).toThrow(RangeError);
    expect(() => ratio(0.5)).toThrow(RangeError);
    expect(() => ratio(2 ** 53)).toThrow(RangeError);
    expect(() => ratio(Number.NaN)).toThrow(RangeError);
    expect(() => divide(ratio(1), ratio(0))).toThrow('division by zero');
    expect(() => fromStored({ n: '1.5', d: '1' })).toThrow();
    expect(() => fromStored({ n: '1', d: '0' })).toThrow();
    expect(() => fromStored({ n: '1', d: '' })).toThrow();
  });

  it.each([
    ['0.9', 9n, 10n],
    ['90%', 9n, 10n],
    ['8', 8n, 1n],
    ['-1.50', -3n, 2n],
    ['0.000000000001', 1n, 10n ** 12n],
    ['33.33', 3333n, 100n],
    ['0', 0n, 1n],
  ])('parseRatio(%s)', (text, n, d) => {
    expect(asFraction(parseRatio(text))).toEqual([n, d]);
  });
  it.each(['', '.', '1.', '.5', '1e3', '+1', '1,000', '１', '1 ', '--1', '%', '0x10', '1/2'])('parseRatio refuses %j', (text) => {
    expect(() => parseRatio(text)).toThrow(RangeError);
  });
});
