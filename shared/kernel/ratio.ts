/**
 * Exact fractions for scores and attainment. Integers throughout: numbers while everything stays below 2^53, bigint beyond, so that
 * "the sum is rounded, not the parts" holds without floating point.
 */
/** A reduced fraction with a positive denominator. Either both parts are safe numbers, or both are bigint. */
export type Ratio = { readonly n: number; readonly d: number } | { readonly n: bigint; readonly d: bigint };

export const ZERO: Ratio = { n: 0, d: 1 };
export const ONE: Ratio = { n: 1, d: 1 };

const gcdBig = (a: bigint, b: bigint): bigint => {
  let x = a < 0n ? -a : a;
  let y = b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
};

const big = (n: bigint, d: bigint): Ratio => {
  const sign = d < 0n ? -1n : 1n;
  const divisor = gcdBig(n, d < 0n ? -d : d);
  const numerator = (sign * n) / divisor;
  const denominator = (sign * d) / divisor;
  const [small, smallD] = [Number(numerator), Number(denominator)];
  return Number.isSafeInteger(small) && Number.isSafeInteger(smallD) ? { n: small, d: smallD } : { n: numerator, d: denominator };
};

const INT32 = 2 ** 31;

/** Both safe integers, d not 0. The remainder of 32-bit integers is many times faster than that of doubles. */
const reduced = (n: number, d: number): Ratio => {
  let x = n < 0 ? -n : n;
  let y = d < 0 ? -d : d;
  while (y >= INT32) {
    const remainder = x % y;
    x = y;
    y = remainder;
  }
  if (y !== 0) {
    let a = y | 0;
    let b = (x % y) | 0;
    while (b !== 0) {
      const remainder = (a % b) | 0;
      a = b;
      b = remainder;
    }
    x = a;
  }
  const divisor = d < 0 ? -x : x;
  return { n: n === 0 ? 0 : n / divisor, d: d / divisor };
};

/** `n / d` reduced. @throws RangeError when d is 0 or a part is not a whole number. */
export const ratio = (n: number | bigint, d: number | bigint = 1): Ratio => {
  if (d === 0 || d === 0n) throw new RangeError('division by zero');
  if (typeof n === 'number' && typeof d === 'number') {
    if (!Number.isSafeInteger(n) || !Number.isSafeInteger(d)) throw new RangeError(`not whole numbers: ${n}/${d}`);
    return d === 1 ? { n: n === 0 ? 0 : n, d: 1 } : reduced(n, d);
  }
  return big(BigInt(n), BigInt(d));
};

export const multiply = (a: Ratio, b: Ratio): Ratio => {
  if (typeof a.n === 'number' && typeof b.n === 'number') {
    const n = a.n * b.n;
    const d = (a.d as number) * (b.d as number);
    if (Number.isSafeInteger(n) && Number.isSafeInteger(d)) return d === 1 ? { n: n === 0 ? 0 : n, d: 1 } : reduced(n, d);
  }
  return big(BigInt(a.n) * BigInt(b.n), BigInt(a.d) * BigInt(b.d));
};

/** @throws RangeError when b is 0. */
export const divide = (a: Ratio, b: Ratio): Ratio => {
  if (b.n === 0 || b.n === 0n) throw new RangeError('division by zero');
  if (typeof a.n === 'number' && typeof b.n === 'number') {
    const n = a.n * (b.d as number);
    const d = (a.d as number) * b.n;
    if (Number.isSafeInteger(n) && Number.isSafeInteger(d)) return d === 1 ? { n: n === 0 ? 0 : n, d: 1 } : reduced(n, d);
  }
  return big(BigInt(a.n) * BigInt(b.d), BigInt(a.d) * BigInt(b.n));
};

export const add = (a: Ratio, b: Ratio): Ratio => {
  if (typeof a.n === 'number' && typeof b.n === 'number') {
    const left = a.n * (b.d as number);
    const right = b.n * (a.d as number);
    const n = left + right;
    const d = (a.d as number) * (b.d as number);
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(n) && Number.isSafeInteger(d))
      return reduced(n, d);
  }
  return big(BigInt(a.n) * BigInt(b.d) + BigInt(b.n) * BigInt(a.d), BigInt(a.d) * BigInt(b.d));
};

export const negate = (a: Ratio): Ratio => (typeof a.n === 'number' ? { n: -a.n || 0, d: a.d as number } : { n: -a.n, d: a.d as bigint });
export const subtract = (a: Ratio, b: Ratio): Ratio => add(a, negate(b));

/** Negative, zero or positive as a is below, equal to or above b. */
export const compare = (a: Ratio, b: Ratio): number => {
  if (typeof a.n === 'number' && typeof b.n === 'number') {
    const left = a.n * (b.d as number);
    const right = b.n * (a.d as number);
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right;
  }
  const difference = BigInt(a.n) * BigInt(b.d) - BigInt(b.n) * BigInt(a.d);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
export const min = (a: Ratio, b: Ratio): Ratio => (compare(a, b) <= 0 ? a : b);
export const max = (a: Ratio, b: Ratio): Ratio => (compare(a, b) >= 0 ? a : b);

/** Rounded half up (away from zero) to `decimals` places, as text: `"87.92"`. */
export const toDecimal = (value: Ratio, decimals: number): string => {
  const scale = decimals === 2 ? 100 : 10 ** decimals;
  let magnitude: bigint | number;
  const negative = value.n < 0;
  if (typeof value.n === 'number' && Number.isSafeInteger(value.n * scale * 2)) {
    const d = value.d as number;
    const scaled = Math.abs(value.n) * scale;
    let quotient = Math.floor(scaled / d);
    let remainder = scaled - quotient * d;
    if (remainder < 0) {
      quotient -= 1;
      remainder += d;
    } else if (remainder >= d) {
      quotient += 1;
      remainder -= d;
    }
    magnitude = remainder * 2 >= d ? quotient + 1 : quotient;
  } else {
    const n = BigInt(value.n) * BigInt(scale);
    const d = BigInt(value.d);
    const absolute = n < 0n ? -n : n;
    magnitude = (absolute * 2n + d) / (2n * d);
  }
  if (typeof magnitude === 'number' && decimals > 0) {
    const whole = Math.floor(magnitude / scale);
    const text = `${whole}.${String(magnitude - whole * scale).padStart(decimals, '0')}`;
    return negative && magnitude !== 0 ? `-${text}` : text;
  }
  const digits = String(magnitude).padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return negative && /[1-9]/.test(text) ? `-${text}` : text;
};

/** `"0.9"`, `"90%"`, `"8"` to an exact ratio. @throws RangeError on anything else. */
export const parseRatio = (text: string): Ratio => {
  const match = /^(-?)(\d{1,18})(?:\.(\d{1,12}))?(%?)$/.exec(text);
  if (!match) throw new RangeError(`not a decimal or a percentage: ${text}`);
  const decimals = match[3] ?? '';
  const magnitude = BigInt(`${match[2]}${decimals}`);
  return big(match[1] ? -magnitude : magnitude, 10n ** BigInt(decimals.length + (match[4] ? 2 : 0)));
};

/** As it is stored and sent: whole numbers as text. The same value always gives the same text. */
export const toStored = (value: Ratio): { readonly n: string; readonly d: string } => ({ n: String(value.n), d: String(value.d) });

/** What {@link toStored} gave. @throws SyntaxError or RangeError on anything else. */
export const fromStored = (stored: { readonly n: string; readonly d: string }): Ratio => {
  const { n, d } = stored;
  if (n.length <= 15 && d.length <= 15) {
    const numerator = Number(n);
    const denominator = Number(d);
    if (Number.isSafeInteger(numerator) && denominator > 0 && Number.isSafeInteger(denominator)) return { n: numerator, d: denominator };
  }
  return ratio(BigInt(n), BigInt(d));
};
