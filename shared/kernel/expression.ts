/**
 * Company expressions: CEL, which always terminates, is type-checked before publishing and cannot reach the machine. Names such as
 * `__proto__` or `constructor` are just names. Whole numbers (amounts in fen, counts) enter as CEL `int`.
 */
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';

export type ExpressionKind = 'bool' | 'int' | 'number' | 'string' | 'any';
export interface Compiled<Input> {
  readonly source: string;
  /** The value, or the reason why it has none. Never throws. */
  evaluate(input: Input): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };
}
export type CompileResult<Input> =
  | { readonly ok: true; readonly expression: Compiled<Input> }
  | { readonly ok: false; readonly reason: string; readonly offset?: number };

const LIMITS = { maxAstNodes: 200, maxDepth: 24, maxListElements: 50, maxMapEntries: 50, maxCallArguments: 16 } as const;
const OPTIONS = { limits: LIMITS, homogeneousAggregateLiterals: false } as const;

const ACCEPTED: Record<ExpressionKind, readonly string[]> = {
  bool: ['bool', 'dyn'],
  int: ['int', 'uint', 'dyn'],
  number: ['int', 'uint', 'double', 'dyn'],
  string: ['string', 'dyn'],
  any: [],
};

const SUBJECT = {
  customerId: 'string',
  orderId: 'string',
  contractId: 'string',
  opportunityId: 'string',
  projectId: 'string',
  storeId: 'string',
};

/** `fact`: one employee's part of a fact. `amount` and `totalAmount` in fen (0 where the fact has none). */
export const factEnvironment = new Environment(OPTIONS).registerVariable('fact', {
  schema: {
    id: 'string',
    type: 'string',
    date: 'string',
    amount: 'int',
    totalAmount: 'int',
    subject: { ...SUBJECT },
    attributes: 'map<string, dyn>',
  },
} as never);
/** `order`: a customer's first order that still stands; amounts in fen. */
export const orderEnvironment = new Environment(OPTIONS).registerVariable('order', {
  schema: {
    id: 'string',
    customerId: 'string',
    date: 'string',
    amount: 'int',
    refunded: 'int',
    net: 'int',
    paid: 'int',
    delivered: 'bool',
    attributes: 'map<string, dyn>',
  },
} as never);
/** `event`: one event of a source's payload, as it came. */
export const eventEnvironment = new Environment(OPTIONS).registerVariable('event', 'dyn');

/** Parses and type-checks. The reason names the place; nothing is evaluated. */
export const compileExpression = (
  environment: Environment,
  source: string,
  kind: ExpressionKind,
): CompileResult<Record<string, unknown>> => {
  let parsed: ParseResult;
  try {
    parsed = environment.parse(source);
  } catch (error) {
    return { ok: false, ...explain(error) };
  }
  if (callsMatches(parsed.ast)) {
    return { ok: false, reason: 'matches() is not available: a regular expression can take for ever; use startsWith, contains, split' };
  }
  const checked = parsed.check();
  if (!checked.valid) return { ok: false, ...explain(checked.error) };
  const type = String(checked.type);
  if (kind !== 'any' && !ACCEPTED[kind].includes(type)) return { ok: false, reason: `gives ${type}, expected ${kind}` };
  return {
    ok: true,
    expression: {
      source,
      evaluate(input) {
        try {
          return { ok: true, value: parsed(input) };
        } catch (error) {
          return { ok: false, reason: explain(error).reason };
        }
      },
    },
  };
};

/** JavaScript's regular expressions can take exponential time on a hostile value. Looked for in the tree: text can hide it by a comment. */
const callsMatches = (node: unknown): boolean => {
  if (Array.isArray(node)) return node.some(callsMatches);
  if (typeof node !== 'object' || node === null || !('op' in node)) return false;
  const { op, args } = node as ASTNode;
  return ((op === 'call' || op === 'rcall') && args[0] === 'matches') || callsMatches(args);
};

const explain = (error: unknown): { reason: string; offset?: number } => {
  const { summary, message, range } = error as { summary?: string; message?: string; range?: { start: number } };
  const reason = (summary ?? message ?? 'invalid expression').split('\n')[0] as string;
  return range ? { reason, offset: range.start } : { reason };
};

type Plain = string | number | boolean;
/** Whole numbers as CEL int, others as they are. Only own members are taken. */
const celMap = (attributes: Readonly<Record<string, Plain>>): Map<string, unknown> =>
  new Map(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value,
    ]),
  );

/** The `fact` that expressions see. */
export const factInput = (fact: {
  readonly factId: string;
  readonly type: string;
  readonly date: string;
  readonly amountFen?: number | undefined;
  readonly totalAmountFen?: number | undefined;
  readonly subject: Readonly<Record<string, string | undefined>>;
  readonly attributes: Readonly<Record<string, Plain>>;
}): Record<string, unknown> => ({
  fact: {
    id: fact.factId,
    type: fact.type,
    date: fact.date,
    amount: BigInt(fact.amountFen ?? 0),
    totalAmount: BigInt(fact.totalAmountFen ?? 0),
    subject: fact.subject,
    attributes: celMap(fact.attributes),
  },
});

/** The `order` that expressions see. */
export const orderInput = (order: {
  readonly orderId: string;
  readonly customerId: string;
  readonly date: string;
  readonly signedFen: number;
  readonly refundedFen: number;
  readonly paidFen?: number | undefined;
  readonly deliveredOn?: string | undefined;
  readonly attributes: Readonly<Record<string, Plain>>;
}): Record<string, unknown> => ({
  order: {
    id: order.orderId,
    customerId: order.customerId,
    date: order.date,
    amount: BigInt(order.signedFen),
    refunded: BigInt(order.refundedFen),
    net: BigInt(order.signedFen - order.refundedFen),
    paid: BigInt(order.paidFen ?? 0),
    delivered: order.deliveredOn !== undefined,
    attributes: celMap(order.attributes),
  },
});
