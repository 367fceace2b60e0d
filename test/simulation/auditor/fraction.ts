/** The auditor's own arithmetic: exact fractions of bigint and nothing else. Shares no code with the product. */
export interface Fraction {
  readonly n: bigint;
  /** Above 0. */
  readonly d: bigint;
}

export const of = (n: bigint | number, d: bigint | number = 1n): Fraction => {
  const above = BigInt(n);
  const below = BigInt(d);
  if (below === 0n) throw new RangeError('nothing divides by nothing');
  const sign = below < 0n ? -1n : 1n;
  let a = above < 0n ? -above : above;
  let b = below * sign;
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = a === 0n ? 1n : a;
  return { n: (above * sign) / divisor, d: (below * sign) / divisor };
};
export const zero: Fraction = { n: 0n, d: 1n };

export const plus = (a: Fraction, b: Fraction): Fraction => of(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Fraction, b: Fraction): Fraction => of(a.n * b.d - b.n * a.d, a.d * b.d);
export const times = (a: Fraction, b: Fraction): Fraction => of(a.n * b.n, a.d * b.d);
export const over = (a: Fraction, b: Fraction): Fraction => of(a.n * b.d, a.d * b.n);
export const atLeast = (a: Fraction, b: Fraction): boolean => a.n * b.d >= b.n * a.d;
export const above = (a: Fraction, b: Fraction): boolean => a.n * b.d > b.n * a.d;
export const least = (a: Fraction, b: Fraction): Fraction => (atLeast(a, b) ? b : a);
export const most = (a: Fraction, b: Fraction): Fraction => (atLeast(a, b) ? a : b);
export const same = (a: Fraction | null, b: Fraction | null): boolean => (a === null || b === null ? a === b : a.n * b.d === b.n * a.d);
export const total = (list: readonly Fraction[]): Fraction => list.reduce(plus, zero);

/** Half up, away from zero, to a whole number. */
export const halfUp = (a: Fraction): bigint => {
  const magnitude = a.n < 0n ? -a.n : a.n;
  const rounded = (magnitude * 2n + a.d) / (a.d * 2n);
  return a.n < 0n ? -rounded : rounded;
};
/** Two decimals, half up: `"87.92"`. Not for negative values. */
export const twoDecimals = (a: Fraction): string => {
  const hundredths = halfUp(times(a, of(100)));
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
};
export const show = (a: Fraction | null): string => (a === null ? 'none' : a.d === 1n ? `${a.n}` : `${a.n}/${a.d}`);
