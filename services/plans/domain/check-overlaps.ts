/** Two rules that pay for the same fact or order, unless both say that they stack. */
import type { Reward } from '../../../shared/contracts/plans.ts';
import { compileExpression, factEnvironment, factInput, orderEnvironment, orderInput } from '../../../shared/kernel/expression.ts';
import { formatYuan } from '../../../shared/kernel/money.ts';
import { type Budget, budget, type Cases, casesOf, findTogether, ofTypes } from './conditions.ts';
import { error, type Finding } from './finding.ts';
import type { Placed } from './plan-parts.ts';
import type { Atom, Literal, Witness } from './satisfiable.ts';

type PerFact = Extract<Reward, { kind: 'per-fact' }>;

/** The fact that becomes an order: what a rule per customer pays for. */
const ORDER_FACT = 'order.signed';

export const checkOverlaps = (rewards: readonly Placed<Reward>[]): Finding[] => {
  const rules = rewards.flatMap(({ path, value }) => (value.kind === 'per-fact' ? [{ path, value, cases: factCases(value) }] : []));
  const findings: Finding[] = [];
  const work = budget();
  rules.forEach((second, index) => {
    for (const first of rules.slice(0, index)) {
      if (first.value.stacks && second.value.stacks) continue;
      const found = overlap(first, second, work);
      if (found !== null) findings.push(found);
    }
  });
  return findings;
};

/** The cases in which a rule pays for a fact, its dates and types included. */
const factCases = (rule: PerFact): Cases => {
  const dates: Atom[] = [
    ...(rule.from === undefined ? [] : [{ path: 'date', op: '>=' as const, value: rule.from }]),
    ...(rule.to === undefined ? [] : [{ path: 'date', op: '<=' as const, value: rule.to }]),
  ];
  const types = rule.per === 'customer' ? [ORDER_FACT] : (rule.factTypes ?? []);
  return ofTypes(
    casesOf(rule.where).map((branch) => [...dates, ...branch]),
    types,
  );
};

interface Rule extends Placed<PerFact> {
  readonly cases: Cases;
}

const overlap = (first: Rule, second: Rule, work: Budget): Finding | null => {
  const together = findTogether(first.cases, second.cases, work);
  if (together === null) return null;
  const example = together.find((witness) => pays(first.value, witness) && pays(second.value, witness));
  const [a, b] = [first.value, second.value];
  const shown = example === undefined ? undefined : describe(example);
  const [zhCase, enCase] =
    shown === undefined
      ? [';两个条件互斥无法证明', '; that they exclude each other cannot be proven']
      : [
          `;例如 ${Object.entries(shown).map(nameAndValue).join(',')}`,
          `; for example ${Object.entries(shown).map(nameAndValue).join(', ')}`,
        ];
  return error(
    second.path,
    'rules_overlap',
    `${b.name.zh}(${b.id})与 ${a.name.zh}(${a.id})可能为同一笔业务重复发放${zhCase}。若有意叠加,请在两条规则上都写 stacks: true`,
    `${b.name.en} (${b.id}) and ${a.name.en} (${a.id}) may both pay for one fact${enCase}. If both are meant, say stacks: true on both`,
    shown === undefined ? {} : { counterexample: shown },
  );
};
const nameAndValue = ([name, value]: readonly [string, string]): string => `${name} = ${value}`;

const MONEY = /^(?:fact\.(?:amount|totalAmount)|order\.(?:amount|refunded|net))$/;
const describe = (witness: Witness): Readonly<Record<string, string>> => {
  const shown: [string, string][] = [];
  for (const [path, value] of witness) {
    if (path.startsWith('has ')) continue;
    shown.push([path, MONEY.test(path) && typeof value !== 'string' ? formatYuan(Number(value)) : String(value)]);
  }
  return Object.fromEntries(shown);
};

/** Whether a rule really pays for the example: the guess is confirmed by evaluating the condition itself. */
const pays = (rule: PerFact, witness: Witness): boolean => {
  const input = rule.per === 'fact' ? exampleFact(witness) : exampleOrder(witness);
  if (input === null) return false;
  const compiled = compileExpression(rule.per === 'fact' ? factEnvironment : orderEnvironment, rule.where, 'bool');
  if (!compiled.ok) return false;
  const value = compiled.expression.evaluate(input);
  return value.ok && value.value === true;
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

const exampleFact = (witness: Witness): Record<string, unknown> | null => {
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

const exampleOrder = (witness: Witness): Record<string, unknown> | null => {
  const [amount, refunded, net] = ['order.amount', 'order.refunded', 'order.net'].map((path) => fenOf(witness.get(path)));
  if (amount === null || refunded === null || net === null || refunded === undefined) return null;
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
    attributes: attributesOf(witness),
  });
};
