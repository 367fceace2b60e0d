/**
 * What can be told about a condition without evaluating it on facts: whether it can hold at all, and whether two can hold together.
 * A condition is taken apart into cases ("or") of simple comparisons ("and"); what is not a simple comparison is left out, which makes
 * each case wider, never narrower. So "cannot hold" is proof, "can hold" is only a guess that its example has to confirm.
 */
import { factEnvironment } from '../../../shared/kernel/expression.ts';
import { type Atom, type Branch, type Literal, satisfy, type Witness } from './satisfiable.ts';

type Node = ReturnType<typeof factEnvironment.parse>['ast'];
export type Cases = readonly Branch[];

/** Anything: nothing is known about the condition. */
const UNKNOWN: Cases = [[]];
/** Beyond these a condition is taken as unknown, and a case as wider than it is: keeps the work bounded, and a proof a proof. */
const MAX_CASES = 16;
const MAX_ATOMS = 24;
const MAX_STEPS = 2000;

/** The same thing under one name, whether it is seen as a fact or as the order that the fact became. */
const NAMES = new Map([
  ['fact.subject.customerId', 'customerId'],
  ['order.customerId', 'customerId'],
  ['fact.subject.orderId', 'orderId'],
  ['order.id', 'orderId'],
  ['fact.date', 'date'],
  ['order.date', 'date'],
]);
const nameOf = (path: string): string => NAMES.get(path) ?? path.replace(/^(?:fact|order)\.attributes\./, 'attributes.');

const pathOf = (node: Node): string | null => {
  if (node.op === 'id') return node.args;
  if (node.op === '.') {
    const base = pathOf(node.args[0]);
    return base === null ? null : `${base}.${node.args[1]}`;
  }
  if (node.op === '[]') {
    const [of, key] = node.args;
    const base = pathOf(of);
    return base !== null && key.op === 'value' && typeof key.args === 'string' ? `${base}.${key.args}` : null;
  }
  return null;
};

const isPlain = (value: unknown): value is Literal => ['string', 'number', 'bigint', 'boolean'].includes(typeof value);

/** The value of a part without variables: `1000000`, `-5`, `2 * 500000`. */
const literalOf = (node: Node): Literal | null => {
  if (node.op === 'value') return isPlain(node.args) ? node.args : null;
  try {
    const value: unknown = factEnvironment.parse(node.input.slice(node.start, node.end))({});
    return isPlain(value) ? value : null;
  } catch {
    return null;
  }
};

const NEGATED = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;
const MIRRORED = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;
type Comparison = keyof typeof NEGATED;
const isComparison = (op: string): op is Comparison => Object.hasOwn(NEGATED, op);

const atom = (path: string, op: Comparison, value: Literal): Branch => {
  const name = nameOf(path);
  const itself: Atom = { path: name, op, value };
  // A comparison with an attribute that is not there has no value, so it does not hold.
  return name.startsWith('attributes.') ? [itself, { path: `has ${name}`, op: '==', value: true }] : [itself];
};

const either = (a: Cases, b: Cases): Cases => (a.length + b.length > MAX_CASES ? UNKNOWN : [...a, ...b]);
const both = (a: Cases, b: Cases): Cases =>
  a.length * b.length > MAX_CASES ? UNKNOWN : a.flatMap((left) => b.map((right) => [...left, ...right].slice(0, MAX_ATOMS)));

/** `steps` counts down over the whole condition: a choice within a choice is looked at twice, and so on. */
const casesOfNode = (node: Node, negated: boolean, steps: { left: number }): Cases => {
  steps.left -= 1;
  if (steps.left < 0) return UNKNOWN;
  const inner = (of: Node, negatedToo: boolean): Cases => casesOfNode(of, negatedToo, steps);
  if (node.op === '&&' || node.op === '||') {
    const [left, right] = [inner(node.args[0], negated), inner(node.args[1], negated)];
    return (node.op === '&&') === negated ? either(left, right) : both(left, right);
  }
  if (node.op === '!_') return inner(node.args, !negated);
  if (node.op === '?:') {
    const [condition, then, otherwise] = node.args;
    return either(both(inner(condition, false), inner(then, negated)), both(inner(condition, true), inner(otherwise, negated)));
  }
  if (node.op === 'value') return node.args === !negated ? UNKNOWN : node.args === negated ? [] : UNKNOWN;
  if (node.op === 'in' && node.args[1].op === 'list') return membership(node.args[0], node.args[1].args, negated);
  if (node.op === 'call') return presence(node.args[0], node.args[1], negated);
  if (isComparison(node.op)) return comparison(node.op, node.args as [Node, Node], negated);
  const path = pathOf(node);
  return path === null ? UNKNOWN : [atom(path, '==', !negated)];
};

const comparison = (op: Comparison, [left, right]: readonly [Node, Node], negated: boolean): Cases => {
  const meant = negated ? NEGATED[op] : op;
  const [leftPath, rightPath] = [pathOf(left), pathOf(right)];
  if (leftPath !== null && rightPath === null) {
    const value = literalOf(right);
    return value === null ? UNKNOWN : [atom(leftPath, meant, value)];
  }
  if (rightPath !== null && leftPath === null) {
    const value = literalOf(left);
    return value === null ? UNKNOWN : [atom(rightPath, MIRRORED[meant], value)];
  }
  return UNKNOWN;
};

const membership = (of: Node, list: readonly Node[], negated: boolean): Cases => {
  const path = pathOf(of);
  const values = list.map(literalOf);
  if (path === null || values.includes(null)) return UNKNOWN;
  const known = values.filter((value) => value !== null);
  if (negated) return [known.flatMap((value) => atom(path, '!=', value)).slice(0, MAX_ATOMS)];
  return known.length > MAX_CASES ? UNKNOWN : known.map((value) => atom(path, '==', value));
};

const presence = (name: string, args: readonly Node[], negated: boolean): Cases => {
  const [argument] = args;
  const path = name === 'has' && argument ? pathOf(argument) : null;
  return path === null ? UNKNOWN : [[{ path: `has ${nameOf(path)}`, op: '==', value: !negated }]];
};

/** The cases in which a condition over `fact` or `order` can hold. `undefined` (no condition) and what does not parse can always hold. */
export const casesOf = (source: string | undefined, environment = factEnvironment): Cases => {
  if (source === undefined) return UNKNOWN;
  try {
    return casesOfNode(environment.parse(source).ast, false, { left: MAX_STEPS });
  } catch {
    return UNKNOWN;
  }
};

/** Narrows cases to facts of these types. */
export const ofTypes = (cases: Cases, factTypes: readonly string[]): Cases =>
  factTypes.flatMap((type) => cases.map((branch): Branch => [{ path: 'fact.type', op: '==', value: type }, ...branch]));

/** How many combinations of cases a whole check may look at. */
export interface Budget {
  left: number;
}
export const budget = (): Budget => ({ left: 20_000 });

/**
 * Values under which both conditions hold, or null when it is proven that there are none. Several are returned, because each is a guess:
 * parts of the conditions that were not understood may still refuse it. When the budget is used up there is no proof, and no guess.
 */
export const findTogether = (first: Cases, second: Cases, work: Budget): readonly Witness[] | null => {
  const witnesses: Witness[] = [];
  for (const left of first) {
    for (const right of second) {
      work.left -= 1;
      if (work.left < 0 || witnesses.length >= MAX_CASES) return witnesses;
      const found = satisfy([...left, ...right]);
      if (found !== null) witnesses.push(found);
    }
  }
  return witnesses.length === 0 ? null : witnesses;
};

/** Whether it is proven that a condition never holds. */
export const neverHolds = (cases: Cases): boolean => findTogether(cases, UNKNOWN, budget()) === null;
