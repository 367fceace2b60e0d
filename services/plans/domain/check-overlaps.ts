/** Two rules that pay for the same fact or order, unless both say that they stack, or that only one of them is paid. */
import type { Reward } from '../../../shared/contracts/plans.ts';
import { compileExpression, factEnvironment, orderEnvironment } from '../../../shared/kernel/expression.ts';
import { formatYuan } from '../../../shared/kernel/money.ts';
import { type Budget, budget, type Cases, casesOf, findTogether, ofTypes } from './conditions.ts';
import { exampleFact, exampleOrder, ORDER_FACT } from './example-facts.ts';
import { error, type Finding } from './finding.ts';
import type { Placed } from './plan-parts.ts';
import type { Atom, Witness } from './satisfiable.ts';

type PerFact = Extract<Reward, { kind: 'per-fact' }>;

export const checkOverlaps = (rewards: readonly Placed<Reward>[]): Finding[] => {
  const rules = rewards.flatMap(({ path, value }) => (value.kind === 'per-fact' ? [{ path, value, cases: factCases(value) }] : []));
  const findings: Finding[] = [];
  const work = budget();
  rules.forEach((second, index) => {
    for (const first of rules.slice(0, index)) {
      if (first.value.stacks && second.value.stacks) continue;
      if (isExclusive(first.value, second.value) || areForOthers(first.value, second.value)) continue;
      const found = overlap(first, second, work);
      if (found !== null) findings.push(found);
    }
  });
  return findings;
};

/** Only where both pay by the same: a fact is not the customer whose first order it is. */
const isExclusive = (first: PerFact, second: PerFact): boolean =>
  first.exclusiveGroup !== undefined && first.exclusiveGroup === second.exclusiveGroup && first.per === second.per;

/** Nobody is in both audiences: said of places, persons or days of hiring that do not meet. */
const areForOthers = ({ for: one }: PerFact, { for: other }: PerFact): boolean => {
  if (one === undefined || other === undefined) return false;
  const apart = (left: readonly string[] | undefined, right: readonly string[] | undefined): boolean =>
    left !== undefined && right !== undefined && !left.some((id) => right.includes(id));
  const before = (to: string | undefined, from: string | undefined): boolean => to !== undefined && from !== undefined && to < from;
  return (
    apart(one.positions, other.positions) ||
    apart(one.orgUnits, other.orgUnits) ||
    apart(one.persons, other.persons) ||
    before(one.hiredTo, other.hiredFrom) ||
    before(other.hiredTo, one.hiredFrom)
  );
};

/** The cases in which a rule pays for a fact, its dates and types included. */
const factCases = (rule: PerFact): Cases => {
  const dates: Atom[] = [
    ...(rule.from === undefined ? [] : [{ path: 'date', op: '>=' as const, value: rule.from }]),
    ...(rule.to === undefined ? [] : [{ path: 'date', op: '<=' as const, value: rule.to }]),
  ];
  const types = rule.per === 'fact' ? (rule.factTypes ?? []) : [ORDER_FACT];
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

const MONEY = /^(?:fact\.(?:amount|totalAmount)|order\.(?:amount|refunded|net|paid))$/;
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
