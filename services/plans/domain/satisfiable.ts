/** Whether simple comparisons can hold together, and values under which they do. Exact for whole numbers, text and true/false. */
import { addDays, isLocalDate } from '../../../shared/kernel/period.ts';

export type Literal = string | number | bigint | boolean;
/** `path op value`. Paths that are only compared with are free: any value is possible. */
export interface Atom {
  readonly path: string;
  readonly op: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly value: Literal;
}
/** All of these hold. */
export type Branch = readonly Atom[];
/** A value for each path that is constrained. */
export type Witness = ReadonlyMap<string, Literal>;

/** Paths that are whole fen: between 5 and 6 there is nothing. */
const WHOLE = new Set(['fact.amount', 'fact.totalAmount', 'order.amount', 'order.refunded', 'order.net', 'order.paid']);

/** Whether an attribute is there: nothing but true or false. */
const PRESENCE = /^has /;

type Numeric = number | bigint;
const isNumeric = (value: Literal): value is Numeric => typeof value === 'number' || typeof value === 'bigint';
const comparable = (a: Literal, b: Literal): boolean => (isNumeric(a) && isNumeric(b)) || typeof a === typeof b;
/** JavaScript compares a bigint with a number exactly. */
const same = (a: Literal, b: Literal): boolean => comparable(a, b) && !(a < b) && !(a > b);

const holds = (value: Literal, { op, value: limit }: Atom): boolean => {
  switch (op) {
    case '==':
      return same(value, limit);
    case '!=':
      return !same(value, limit);
    case '<':
      return comparable(value, limit) && value < limit;
    case '<=':
      return comparable(value, limit) && value <= limit;
    case '>':
      return comparable(value, limit) && value > limit;
    case '>=':
      return comparable(value, limit) && value >= limit;
  }
};

/** Values worth trying on a path: at, just below and just above everything it is compared with. */
const candidatesOf = (atoms: readonly Atom[]): Literal[] => {
  const found: Literal[] = [];
  for (const { value } of atoms) {
    if (typeof value === 'bigint') found.push(value, value + 1n, value - 1n);
    else if (typeof value === 'number') found.push(value, value + 1, value - 1);
    else if (typeof value === 'boolean') found.push(value, !value);
    else if (isLocalDate(value)) found.push(value, addDays(value, 1), addDays(value, -1));
    else found.push(value, `${value}a`, '', 'example');
  }
  // Of several numbers, also what lies between them.
  const numbers = atoms
    .map(({ value }) => value)
    .filter(isNumeric)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  numbers.forEach((value, index) => {
    const next = numbers[index + 1];
    if (next !== undefined) found.push(between(value, next));
  });
  // Of numbers that must differ from many, one beyond them all.
  const beyond = numbers.at(-1);
  if (beyond !== undefined) for (let step = 2; step <= atoms.length + 2; step += 1) found.push(plus(beyond, step));
  return found;
};
const between = (a: Numeric, b: Numeric): Numeric =>
  typeof a === 'bigint' && typeof b === 'bigint' ? (a + b) / 2n : (Number(a) + Number(b)) / 2;
const plus = (a: Numeric, step: number): Numeric => (typeof a === 'bigint' ? a + BigInt(step) : a + step);

type Bound = { readonly value: Literal; readonly strict: boolean };

/** Whether a lowest and a highest leave nothing between them. */
const isEmpty = (low: Bound, high: Bound, whole: boolean): boolean => {
  if (!comparable(low.value, high.value)) return false;
  if (low.value > high.value) return true;
  if (same(low.value, high.value)) return low.strict || high.strict;
  if (!whole || typeof low.value !== 'bigint' || typeof high.value !== 'bigint') return false;
  return low.value + (low.strict ? 1n : 0n) > high.value - (high.strict ? 1n : 0n);
};

type Solution = { readonly kind: 'value'; readonly value: Literal } | { readonly kind: 'impossible' } | { readonly kind: 'unknown' };
const IMPOSSIBLE: Solution = { kind: 'impossible' };

/** A value of the path that satisfies all, or the proof that there is none, or neither. */
const solve = (path: string, atoms: readonly Atom[]): Solution => {
  const equal = atoms.find(({ op }) => op === '==');
  if (equal) return atoms.every((atom) => holds(equal.value, atom)) ? { kind: 'value', value: equal.value } : IMPOSSIBLE;
  const found = candidatesOf(atoms).find((value) => atoms.every((atom) => holds(value, atom)));
  if (found !== undefined) return { kind: 'value', value: found };
  // What is only true or false was tried in full, unless something of another kind differs from all of them.
  if (PRESENCE.test(path)) return IMPOSSIBLE;
  const lows = atoms.filter(({ op }) => op === '>' || op === '>=');
  const highs = atoms.filter(({ op }) => op === '<' || op === '<=');
  for (const low of lows) {
    for (const high of highs) {
      const [from, to] = [
        { value: low.value, strict: low.op === '>' },
        { value: high.value, strict: high.op === '<' },
      ];
      if (isEmpty(from, to, WHOLE.has(path))) return IMPOSSIBLE;
    }
  }
  return { kind: 'unknown' };
};

/** Values under which all comparisons hold, or null when it is proven that they cannot. Paths without a found value are left out. */
export const satisfy = (branch: Branch): Witness | null => {
  const byPath = new Map<string, Atom[]>();
  for (const atom of branch) {
    const known = byPath.get(atom.path);
    if (known) known.push(atom);
    else byPath.set(atom.path, [atom]);
  }
  const witness = new Map<string, Literal>();
  for (const [path, atoms] of byPath) {
    const solution = solve(path, atoms);
    if (solution.kind === 'impossible') return null;
    if (solution.kind === 'value') witness.set(path, solution.value);
  }
  return witness;
};
