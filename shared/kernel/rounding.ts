/**
 * Named roundings and the one exact multiplication of the money path.
 *
 * A rounding says its unit (fen, jiao, yuan) and its direction. Half up means away from zero, so that a reversal of an
 * amount rounds to exactly the reversed amount.
 */
export const ROUNDINGS = [
  'fen_half_up',
  'fen_up',
  'fen_down',
  'jiao_half_up',
  'jiao_up',
  'jiao_down',
  'yuan_half_up',
  'yuan_up',
  'yuan_down',
] as const;
export type Rounding = (typeof ROUNDINGS)[number];

type Direction = 'half_up' | 'up' | 'down';
const UNIT = { fen: 1, jiao: 10, yuan: 100 } as const;

const parse = (rounding: Rounding): { unit: number; direction: Direction } => {
  const cut = rounding.indexOf('_');
  return { unit: UNIT[rounding.slice(0, cut) as keyof typeof UNIT], direction: rounding.slice(cut + 1) as Direction };
};
const PARSED = new Map(ROUNDINGS.map((name) => [name, parse(name)]));

/** `numerator / denominator` rounded to a whole number in the given direction; exact, any size. The denominator is positive. */
export const divideBig = (numerator: bigint, denominator: bigint, direction: Direction): bigint => {
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const quotient = magnitude / denominator;
  const remainder = magnitude - quotient * denominator;
  const away = direction === 'up' ? remainder > 0n : direction === 'half_up' ? remainder * 2n >= denominator : false;
  const rounded = away ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
};

/**
 * `amountFen × numerator ÷ denominator`, rounded once. Integers in, integer fen out; no floating point is rounded on the way:
 * products beyond 2^53 are computed with bigint.
 * @throws RangeError when the denominator is not positive or the result is not a safe integer.
 */
export const multiplyExact = (amountFen: number, numerator: number, denominator: number, rounding: Rounding): number => {
  if (!(denominator > 0)) throw new RangeError(`denominator must be positive, got ${denominator}`);
  const { unit, direction } = PARSED.get(rounding) as { unit: number; direction: Direction };
  const product = amountFen * numerator;
  const divisor = denominator * unit;
  if (Number.isSafeInteger(product * 2) && Number.isSafeInteger(divisor)) {
    const magnitude = Math.abs(product);
    let quotient = Math.floor(magnitude / divisor);
    let remainder = magnitude - quotient * divisor;
    // The double quotient can be one off next to an integer: the exact remainder corrects it.
    if (remainder < 0) {
      quotient -= 1;
      remainder += divisor;
    } else if (remainder >= divisor) {
      quotient += 1;
      remainder -= divisor;
    }
    const away = direction === 'up' ? remainder > 0 : direction === 'half_up' ? remainder * 2 >= divisor : false;
    const rounded = (away ? quotient + 1 : quotient) * unit;
    return product < 0 ? -rounded : rounded;
  }
  const exact = divideBig(BigInt(amountFen) * BigInt(numerator), BigInt(denominator) * BigInt(unit), direction) * BigInt(unit);
  const result = Number(exact);
  if (!Number.isSafeInteger(result)) throw new RangeError(`amount out of range: ${exact} fen`);
  return result;
};
