import { multiplyExact, type Rounding } from './rounding.ts';

/** Whole fen (1/100 yuan), a safe integer, possibly negative. The only shape of money anywhere. */
export type Fen = number & { readonly __unit: 'fen' };

/** The largest amount accepted from outside: 9·10¹⁵ fen. */
export const MAX_FEN = 9_000_000_000_000_000;
export const ZERO_FEN = 0 as Fen;

/** @throws RangeError when `value` is not a whole number of fen within ±{@link MAX_FEN}. */
export const fen = (value: number): Fen => {
  if (!Number.isSafeInteger(value) || Math.abs(value) > MAX_FEN) throw new RangeError(`not a whole amount of fen: ${value}`);
  return (value === 0 ? 0 : value) as Fen;
};

/** `"12,345.6"`-free decimal yuan text to fen: at most two decimals, optional leading minus. @throws RangeError on anything else. */
export const parseYuan = (text: string): Fen => {
  const match = /^(-?)(\d{1,14})(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) throw new RangeError(`not an amount in yuan with at most two decimals: ${text}`);
  const magnitude = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return fen(match[1] ? -magnitude : magnitude);
};

/** Fen to `"1234.50"`. */
export const formatYuan = (amount: Fen | number): string => {
  const magnitude = Math.abs(amount);
  const text = `${Math.floor(magnitude / 100)}.${String(magnitude % 100).padStart(2, '0')}`;
  return amount < 0 ? `-${text}` : text;
};

/** Fen to `"1,234.50"`, as people read it. */
export const formatYuanGrouped = (amount: Fen | number): string => formatYuan(amount).replace(/\B(?=(\d{3})+(?!\d))(?=\d*\.)/g, ',');

export const addFen = (...amounts: readonly Fen[]): Fen => fen(amounts.reduce((sum, amount) => sum + amount, 0));

/** An exact rate: `numerator ÷ denominator`, both safe integers. `2 %` is 2/100; `1 percentage point × 1,000 yuan` is its own unit. */
export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
}

/** `"0.02"`, `"2%"`, `"-1.5"` to an exact rate; at most 9 decimals. @throws RangeError on anything else. */
export const parseRate = (text: string): Rate => {
  const match = /^(-?)(\d{1,9})(?:\.(\d{1,9}))?(%?)$/.exec(text);
  if (!match) throw new RangeError(`not a decimal or a percentage: ${text}`);
  const decimals = match[3] ?? '';
  const magnitude = Number(`${match[2]}${decimals}`);
  const denominator = 10 ** (decimals.length + (match[4] ? 2 : 0));
  if (!Number.isSafeInteger(magnitude)) throw new RangeError(`too many digits in ${text}`);
  const divisor = greatestCommonDivisor(magnitude, denominator);
  return { numerator: (match[1] ? -magnitude : magnitude) / divisor, denominator: denominator / divisor };
};

/** `amount × rate`, rounded once and by name. */
export const multiplyFen = (amount: Fen, rate: Rate, rounding: Rounding = 'fen_half_up'): Fen =>
  fen(multiplyExact(amount, rate.numerator, rate.denominator, rounding));

export const greatestCommonDivisor = (a: number, b: number): number => {
  let x = Math.abs(a);
  let y = Math.abs(b);
  while (y !== 0) [x, y] = [y, x % y];
  return x === 0 ? 1 : x;
};

/**
 * Splits `total` in proportion to `weights` (non-negative integers, not all 0) by largest remainder, ties to the earlier one:
 * the parts always add up to the total, and no part is more than one fen from its exact share.
 */
export const splitFen = (total: Fen, weights: readonly number[]): Fen[] => {
  if (weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0)) throw new RangeError('weights must be non-negative integers');
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (sum === 0n) throw new RangeError('at least one weight must be above 0');
  const negative = total < 0;
  const magnitude = BigInt(Math.abs(total));
  const parts = weights.map((weight, index) => {
    const product = magnitude * BigInt(weight);
    return { index, whole: product / sum, remainder: product % sum };
  });
  let missing = Number(magnitude - parts.reduce((all, part) => all + part.whole, 0n));
  for (const part of [...parts].sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))) {
    if (missing === 0) break;
    part.whole += 1n;
    missing -= 1;
  }
  return parts.map((part) => fen(negative ? -Number(part.whole) : Number(part.whole)));
};
