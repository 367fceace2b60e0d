import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression, factEnvironment, factInput } from '../../../shared/kernel/expression.ts';
import { budget, casesOf, findTogether, neverHolds, ofTypes } from './conditions.ts';

describe('whether a condition can hold', () => {
  it.each([
    'false',
    '!true',
    'fact.amount > 5 && fact.amount < 6',
    'fact.amount == 5 && fact.amount != 5',
    'fact.attributes.x == true && fact.attributes.x == false',
    'fact.attributes.x == "a" && !(fact.attributes.x in ["a", "b"])',
    'fact.attributes.x && !fact.attributes.x',
    'fact.date < "2026-11-01" && fact.date > "2026-11-30"',
    'fact.attributes["x"] == 1 && !has(fact.attributes.x)',
    'fact.attributes.x == 1 && fact.attributes.x == "1"',
    '(fact.amount > 5 ? fact.amount < 3 : fact.amount > 7)',
    '5 > fact.amount && fact.amount > 3 + 2',
  ])('never: %s', (source) => {
    expect(compileExpression(factEnvironment, source, 'bool').ok).toBe(true);
    expect(neverHolds(casesOf(source))).toBe(true);
  });

  it.each([
    'true',
    'fact.amount > 5 && fact.amount < 7',
    'fact.amount > 5 || false',
    'fact.attributes.x > 1.5 && fact.attributes.x < 1.6',
    'fact.attributes.x != 1 && fact.attributes.x != 2',
    'fact.date >= "2026-11-01" && fact.date <= "2026-11-01"',
    'fact.amount == fact.totalAmount',
    'size(fact.subject.customerId) > 3',
    'not even CEL (',
  ])('perhaps: %s', (source) => {
    expect(neverHolds(casesOf(source))).toBe(false);
  });

  it('knows the selected types', () => {
    expect(neverHolds(ofTypes(casesOf('fact.type == "order.paid"'), ['order.signed']))).toBe(true);
    expect(neverHolds(ofTypes(casesOf('fact.type == "order.paid"'), ['order.signed', 'order.paid']))).toBe(false);
    expect(neverHolds(ofTypes(casesOf('fact.type.startsWith("order")'), ['order.signed']))).toBe(false);
  });

  it('has an end, however choices are nested', () => {
    let source = 'fact.amount > 1';
    for (let depth = 0; depth < 21; depth += 1) source = `(${source} ? fact.amount > ${depth} : fact.amount < ${depth})`;
    const before = performance.now();
    casesOf(source);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('proves nothing when the budget is used up', () => {
    expect(findTogether(casesOf('fact.amount > 5'), casesOf('fact.amount < 5'), { left: 0 })).toEqual([]);
    expect(findTogether(casesOf('fact.amount > 5'), casesOf('fact.amount < 5'), budget())).toBeNull();
  });
});

const comparison = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const atom = fc.oneof(
  fc.tuple(comparison, fc.integer({ min: -2, max: 4 })).map(([op, value]) => `fact.amount ${op} ${value}`),
  fc.tuple(comparison, fc.integer({ min: -2, max: 4 })).map(([op, value]) => `${value} ${op} fact.attributes.n`),
  fc.tuple(comparison, fc.constantFrom('1.5', '2.0')).map(([op, value]) => `fact.attributes.n ${op} ${value}`),
  fc.tuple(comparison, fc.integer({ min: 1, max: 3 })).map(([op, day]) => `fact.date ${op} "2026-11-0${day}"`),
  fc.constantFrom('fact.attributes.b == true', 'fact.attributes.b', '!has(fact.attributes.b)', 'has(fact.attributes.b)', 'true', 'false'),
  fc.subarray(['"a"', '"b"', '"c"'], { minLength: 1 }).map((list) => `fact.attributes.t in [${list.join(', ')}]`),
  fc.constantFrom('size(fact.id) > 1', 'fact.amount == fact.totalAmount'),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('condition').map((a) => `!(${a})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
}));
const fact = fc.record({
  amountFen: fc.integer({ min: -3, max: 5 }),
  day: fc.integer({ min: 1, max: 3 }),
  n: fc.option(fc.constantFrom(-2, 0, 1, 1.5, 2, 3, 4), { nil: undefined }),
  b: fc.option(fc.boolean(), { nil: undefined }),
  t: fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: undefined }),
});

describe('proofs', () => {
  it('are right: what is proven never to hold holds on no fact', () => {
    let proven = 0;
    fc.assert(
      fc.property(condition, condition, fc.array(fact, { minLength: 30, maxLength: 30 }), (a, b, facts) => {
        const source = `(${a}) && (${b})`;
        const never = neverHolds(casesOf(source));
        const apart = findTogether(casesOf(a), casesOf(b), budget()) === null;
        if (!never && !apart) return;
        proven += 1;
        const compiled = compileExpression(factEnvironment, source, 'bool');
        if (!compiled.ok) return;
        for (const { amountFen, day, ...rest } of facts) {
          const attributes: Record<string, string | number | boolean> = {};
          for (const [key, value] of Object.entries(rest)) if (value !== undefined) attributes[key] = value;
          const input = factInput({
            factId: 'f1',
            type: 'order.signed',
            date: `2026-11-0${day}`,
            amountFen,
            totalAmountFen: 2,
            subject: {},
            attributes,
          });
          expect([source, compiled.expression.evaluate(input)]).not.toEqual([source, { ok: true, value: true }]);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(proven).toBeGreaterThan(100);
  });
});
