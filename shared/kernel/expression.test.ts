import { describe, expect, it } from 'vitest';
import { compileExpression, eventEnvironment, factEnvironment, factInput } from './expression.ts';

const reasonOf = (source: string, environment = factEnvironment): string | null => {
  const compiled = compileExpression(environment, source, 'any');
  return compiled.ok ? null : compiled.reason;
};

describe('an expression', () => {
  it.each([
    'fact.id.matches("(a+)+$")',
    'fact.id.matches // a comment\n ("(a+)+$")',
    'fact.amount > 0 && (fact.id == "x" || !fact.attributes.name.matches("x"))',
    '[fact.id].exists(id, id.matches("x"))',
    '{"a": "b".matches("x")}["a"]',
  ])('has no regular expression: %s', (source) => expect(reasonOf(source)).toMatch(/^matches\(\) is not available/));

  it('may use the name for anything else', () => {
    expect(reasonOf('event.matches == 1 && event["matches("] == "matches("', eventEnvironment)).toBeNull();
  });

  it.each([
    ['2 000 characters deep', `${'('.repeat(1000)}1${')'.repeat(1000)}`],
    ['long', Array.from({ length: 300 }, () => 'fact.amount').join(' + ')],
    ['a list without end', `[${Array.from({ length: 60 }, () => '1').join(',')}].size()`],
  ])('%s is refused, not run', (_, source) => expect(reasonOf(source)).not.toBeNull());

  it('sees names of the prototype as names that are not there', () => {
    const input = factInput({ factId: 'a', type: 't', date: '2026-11-05', subject: {}, attributes: JSON.parse('{"__proto__":"x","a":1}') });
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
      const compiled = compileExpression(factEnvironment, `has(fact.attributes.${name})`, 'bool');
      expect(compiled.ok && compiled.expression.evaluate(input)).toEqual({ ok: true, value: false });
    }
    const own = compileExpression(factEnvironment, 'fact.attributes["__proto__"] == "x"', 'bool');
    expect(own.ok && own.expression.evaluate(input)).toEqual({ ok: true, value: true });
  });
});
