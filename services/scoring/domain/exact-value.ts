/** What an expression gives, as an exact number or as the name of a member. Nothing is rounded: a double counts as its shortest decimal text. */
import { type Ratio, ratio } from '../../../shared/kernel/ratio.ts';

export type Exact = { readonly ok: true; readonly value: Ratio } | { readonly ok: false; readonly reason: string };

/** Beyond these a value is refused, so that a sum stays small whatever a source sends. */
const MAX_WHOLE_DIGITS = 18;
const MAX_DECIMALS = 40;

const refuse = (reason: string): Exact => ({ ok: false, reason });

/** CEL `int` and `uint` as they are, `double` by its shortest decimal text (4.5 is 9/2). Anything else is refused with its kind. */
export const exactValue = (value: unknown): Exact => {
  if (typeof value === 'bigint') return { ok: true, value: fromBig(value) };
  if (typeof value === 'number') return fromDouble(value);
  const unsigned = unsignedOf(value);
  return unsigned === undefined ? refuse(`gives ${kindOf(value)}, expected a number`) : { ok: true, value: fromBig(unsigned) };
};

const fromBig = (value: bigint): Ratio => {
  const small = Number(value);
  return Number.isSafeInteger(small) ? { n: small, d: 1 } : { n: value, d: 1n };
};

const fromDouble = (value: number): Exact => {
  if (!Number.isFinite(value)) return refuse(`gives ${value}, expected a number`);
  if (Number.isSafeInteger(value)) return { ok: true, value: { n: value === 0 ? 0 : value, d: 1 } };
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!match) return refuse(`gives ${value}, expected a number`);
  const fraction = match[3] ?? '';
  const digits = BigInt(`${match[1]}${match[2]}${fraction}`);
  const decimals = fraction.length - Number(match[4] ?? '0');
  const wholeDigits = `${match[2]}${fraction}`.replace(/^0+/, '').length - decimals;
  if (wholeDigits > MAX_WHOLE_DIGITS || decimals > MAX_DECIMALS) return refuse(`gives ${value}, which is out of range`);
  return { ok: true, value: decimals >= 0 ? ratio(digits, 10n ** BigInt(decimals)) : ratio(digits * 10n ** BigInt(-decimals), 1n) };
};

/** CEL's `uint` is an object that stands for a bigint; the class itself stays behind the kernel. */
const unsignedOf = (value: unknown): bigint | undefined => {
  if (typeof value !== 'object' || value === null || typeof value.valueOf !== 'function') return undefined;
  const inner: unknown = value.valueOf();
  return typeof inner === 'bigint' ? inner : undefined;
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return `a ${typeof value}`;
};

export type Member = { readonly ok: true; readonly member: string } | { readonly ok: false; readonly reason: string };

/**
 * The name under which a value of `by` is counted: its kind and its text, so that the text `"5"` and the number 5 are two, and the
 * whole numbers 5 and 5.0 are one.
 */
export const memberOf = (value: unknown): Member => {
  if (typeof value === 'string') return { ok: true, member: `s:${value}` };
  if (typeof value === 'boolean') return { ok: true, member: `b:${value}` };
  const exact = exactValue(value);
  if (!exact.ok) return { ok: false, reason: `gives ${kindOf(value)}, expected text, a number or true/false` };
  const { n, d } = exact.value;
  return { ok: true, member: d === 1 || d === 1n ? `n:${n}` : `n:${n}/${d}` };
};
