/** Facts for which conditions hold: counterexamples of the verifier, and the hypothetical facts behind hints. */
import { compileExpression, factEnvironment, factInput, orderEnvironment, orderInput } from '../../../shared/kernel/expression.ts';
import { budget, casesOf, findTogether, ofTypes } from './conditions.ts';
import type { Literal, Witness } from './satisfiable.ts';

/** The fact that becomes an order: what a rule per customer pays for. */
export const ORDER_FACT = 'order.signed';

/** What a fact must be like for something to count it, or to pay for it. */
export interface Wanted {
  readonly type: string;
  /** Conditions over `fact`. */
  readonly facts: readonly string[];
  /** Conditions over the `order` that it becomes. */
  readonly orders: readonly string[];
}
export interface ExampleFact {
  readonly type: string;
  readonly amountFen: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** A fact of the type for which every condition really holds; null when none was found. */
export const exampleOf = ({ type, facts, orders }: Wanted): ExampleFact | null => {
  const all = [...facts, ...orders].map((source) => casesOf(source));
  const work = budget();
  const witnesses = all.reduce<readonly Witness[]>(
    (found, cases) =>
      found.flatMap((witness) => {
        const branch = [...witness].map(([path, value]) => ({ path, op: '==' as const, value }));
        return findTogether([branch], cases, work) ?? [];
      }),
    findTogether(ofTypes([[]], [type]), [[]], work) ?? [],
  );
  for (const witness of witnesses) {
    const found = confirmed(witness, { type, facts, orders });
    if (found) return found;
  }
  return null;
};

/** The amount that all conditions want: of the fact itself, and of the order that it becomes. */
const confirmed = (witness: Witness, { type, facts, orders }: Wanted): ExampleFact | null => {
  const amounts = ['fact.amount', 'fact.totalAmount', 'order.amount', 'order.net'].map((path) => fenOf(witness.get(path)));
  const amountFen = Math.max(0, ...amounts.map((amount) => amount ?? Number.NaN));
  if (!Number.isSafeInteger(amountFen)) return null;
  const attributes = attributesOf(witness);
  const seen = { type, date: textOf(witness, 'date', DATE), attributes };
  const subject = { customerId: 'example', orderId: 'example', contractId: 'example', opportunityId: 'example', projectId: 'example' };
  const fact = factInput({ ...seen, factId: 'example', amountFen, totalAmountFen: amountFen, subject });
  const order = orderInput({ ...seen, orderId: 'example', customerId: 'example', signedFen: amountFen, refundedFen: 0 });
  const holds = (environment: typeof factEnvironment, source: string, input: Record<string, unknown>): boolean => {
    const compiled = compileExpression(environment, source, 'bool');
    const value = compiled.ok ? compiled.expression.evaluate(input) : undefined;
    return value?.ok === true && value.value === true;
  };
  const all =
    facts.every((source) => holds(factEnvironment, source, fact)) && orders.every((source) => holds(orderEnvironment, source, order));
  return all ? { type, amountFen, attributes } : null;
};

const textOf = (witness: Witness, path: string, otherwise: string): string => {
  const value = witness.get(path);
  return typeof value === 'string' ? value : otherwise;
};
/** Whole fen within what a number can carry; null when the example asks for something else. */
const fenOf = (value: Literal | undefined): number | null => {
  if (value === undefined) return 0;
  const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
};
const attributesOf = (witness: Witness): Record<string, string | number | boolean> => {
  const found: [string, string | number | boolean][] = [];
  for (const [path, value] of witness) {
    if (path.startsWith('attributes.')) found.push([path.slice('attributes.'.length), typeof value === 'bigint' ? Number(value) : value]);
  }
  // An attribute that must only be there gets a value of no meaning.
  for (const [path, value] of witness) {
    const name = path.startsWith('has attributes.') ? path.slice('has attributes.'.length) : undefined;
    if (name !== undefined && value === true && !found.some(([known]) => known === name)) found.push([name, true]);
  }
  return Object.fromEntries(found);
};

const DATE = '2026-11-15';

/** The fact as conditions see it; null when the example asks for an amount that no fact can have. */
export const exampleFact = (witness: Witness): Record<string, unknown> | null => {
  const [amountFen, totalAmountFen] = [fenOf(witness.get('fact.amount')), fenOf(witness.get('fact.totalAmount'))];
  if (amountFen === null || totalAmountFen === null) return null;
  return factInput({
    factId: textOf(witness, 'fact.id', 'example'),
    type: textOf(witness, 'fact.type', ORDER_FACT),
    date: textOf(witness, 'date', DATE),
    amountFen,
    totalAmountFen,
    subject: { customerId: textOf(witness, 'customerId', 'example'), orderId: textOf(witness, 'orderId', 'example') },
    attributes: attributesOf(witness),
  });
};

/** The order as conditions see it; null likewise, or when its amounts do not agree. */
export const exampleOrder = (witness: Witness): Record<string, unknown> | null => {
  const [amount, refunded, net] = ['order.amount', 'order.refunded', 'order.net'].map((path) => fenOf(witness.get(path)));
  const paidFen = fenOf(witness.get('order.paid'));
  if (amount === null || refunded === null || net === null || refunded === undefined || paidFen === null) return null;
  // The order's parts agree: net is amount less refunded.
  const signedFen = witness.has('order.amount') ? (amount ?? 0) : (net ?? 0) + refunded;
  const refundedFen = witness.has('order.net') && witness.has('order.amount') ? signedFen - (net ?? 0) : refunded;
  if (witness.has('order.refunded') && refundedFen !== refunded) return null;
  return orderInput({
    orderId: textOf(witness, 'orderId', 'example'),
    customerId: textOf(witness, 'customerId', 'example'),
    date: textOf(witness, 'date', DATE),
    signedFen,
    refundedFen,
    paidFen,
    deliveredOn: witness.get('order.delivered') === true ? DATE : undefined,
    attributes: attributesOf(witness),
  });
};
