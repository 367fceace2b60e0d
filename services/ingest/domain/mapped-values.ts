/** Values as sources write them → values as facts have them. Exact: no amount passes through floating point arithmetic. Pure. */
import { type Fen, parseYuan } from '../../../shared/kernel/money.ts';
import { type Instant, instant, instantFromMillis } from '../../../shared/kernel/period.ts';

/** Ids and names: text, or a whole number. @throws RangeError on anything else. */
export const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  throw new RangeError(`gives ${kindOf(value)}, expected text or a whole number`);
};

const MILLIS = /^\d{12,14}$/;

/** ISO 8601 with a zone, epoch milliseconds (a number, or digits as text), or a CEL timestamp. @throws RangeError on anything else. */
export const instantOf = (value: unknown): Instant => {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return instantFromMillis(value.getTime());
  if (typeof value === 'bigint') return fromMillis(Number(value));
  if (typeof value === 'string') return MILLIS.test(value) ? fromMillis(Number(value)) : instant(value);
  throw new RangeError(`gives ${kindOf(value)}, expected a time with a zone or epoch milliseconds`);
};
const fromMillis = (millis: number): Instant => {
  // The range in which ISO 8601 text sorts as time.
  if (!Number.isSafeInteger(millis) || millis < 0 || millis > 253_402_300_799_999)
    throw new RangeError(`not epoch milliseconds: ${millis}`);
  return instantFromMillis(millis);
};

/** A whole number from 1, or the time of the last change (text or milliseconds), which only grows. @throws RangeError on anything else. */
export const revisionOf = (value: unknown): number => {
  const whole =
    typeof value === 'bigint' ? Number(value) : typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  if (whole !== undefined) {
    if (whole < 1 || !Number.isSafeInteger(whole)) throw new RangeError(`not a revision: ${String(value)}`);
    return whole;
  }
  return Date.parse(instantOf(value));
};

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{0,30}))?(?:[eE]([+-]?\d{1,2}))?$/;

/**
 * An amount in yuan, as text or as the number that stood in the JSON, to fen. Zeros beyond the second decimal are fine (`"9999.990"`), and
 * so is the exponent form that Java writes for large numbers (`"1.25E7"`). @throws RangeError on anything else.
 */
export const fenOf = (value: unknown): Fen => {
  // The shortest text of a double is the decimal that stood in the source.
  const text = typeof value === 'number' ? String(value) : textOf(value).trim();
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError(`not an amount in yuan: ${text.slice(0, 40)}`);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? `${'0'.repeat(1 - point)}${digits}` : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const yuan = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const decimals = padded.slice(at).replace(/0+$/, '');
  return parseYuan(`${sign}${yuan}${decimals === '' ? '' : `.${decimals}`}`);
};

/** Percent, at most four decimals. @throws RangeError when it is not a number. */
export const shareOf = (value: unknown): number => {
  const share = typeof value === 'string' ? Number(/^\d{1,3}(\.\d{1,4})?$/.test(value) ? value : Number.NaN) : Number(value);
  if ((typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') || Number.isNaN(share)) {
    throw new RangeError(`gives ${kindOf(value)}, expected a share in percent`);
  }
  return Math.round(share * 10_000) / 10_000;
};

/** A plain attribute; `undefined` where the source has none. @throws RangeError for lists and maps. */
export const attributeOf = (value: unknown): string | number | boolean | undefined => {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  throw new RangeError(`gives ${kindOf(value)}, expected text, a number or a boolean`);
};

export const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map || typeof value === 'object') return 'a map';
  return typeof value === 'bigint' ? 'a whole number' : `a ${typeof value}`;
};

const MAX_DEPTH = 40;

/**
 * JSON as expressions see it: objects as maps (so that `constructor` and `__proto__` are just names), whole numbers as CEL int.
 * @throws RangeError when nested deeper than any door lets through.
 */
export const toExpressionValue = (value: unknown, depth = 0): unknown => {
  if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
  if (Array.isArray(value)) return value.map((member) => toExpressionValue(member, depth + 1));
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, member]) => [name, toExpressionValue(member, depth + 1)]));
  }
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
};
