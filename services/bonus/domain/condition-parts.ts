/** A condition taken apart for its explanation: one sentence for each `&&` part, in words where the part is a plain comparison. */
import { type Compiled, compileExpression, factEnvironment, orderEnvironment } from '../../../shared/kernel/expression.ts';

export interface ConditionPart {
  readonly source: string;
  /** Undefined when the part does not stand alone; then only the whole condition can be told. */
  readonly expression: Compiled<Record<string, unknown>> | undefined;
  readonly form: ComparisonForm | null;
}
export interface ComparisonForm {
  /** `order.amount`, `fact.attributes.industry`, … */
  readonly field: string;
  /** Expression of the field alone, to show its value. */
  readonly value: Compiled<Record<string, unknown>>;
  readonly operator: '>=' | '>' | '<=' | '<' | '==' | '!=';
  /** The other side: text or whole number. */
  readonly operand: string | number;
}

const OPEN = new Set(['(', '[', '{']);
const CLOSE = new Set([')', ']', '}']);

/** Top-level parts of `a && b && c`; the whole as one part when there is a top-level `||` or `?`. Quotes and brackets are respected. */
export const splitConjunction = (source: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let index = 0; index < source.length; index += 1) {
    const character = source[index] ?? '';
    if (quote !== '') {
      if (character === '\\') index += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (OPEN.has(character)) depth += 1;
    else if (CLOSE.has(character)) depth -= 1;
    else if (depth === 0 && (character === '?' || source.startsWith('||', index))) return [source.trim()];
    else if (depth === 0 && source.startsWith('&&', index)) {
      parts.push(source.slice(start, index).trim());
      index += 1;
      start = index + 1;
    }
  }
  parts.push(source.slice(start).trim());
  return parts;
};

const COMPARISON = /^((?:order|fact)(?:\.[A-Za-z_]\w*){1,3})\s*(>=|<=|==|!=|>|<)\s*(?:(-?\d{1,15})|'([^'\\]*)'|"([^"\\]*)")$/;

const formOf = (source: string, environment: typeof factEnvironment): ComparisonForm | null => {
  const match = COMPARISON.exec(source);
  if (!match) return null;
  const [, field = '', operator, number, single, double] = match;
  const value = compileExpression(environment, field, 'any');
  if (!value.ok) return null;
  const operand = number === undefined ? (single ?? double ?? '') : Number(number);
  return { field, value: value.expression, operator: operator as ComparisonForm['operator'], operand };
};

export const conditionParts = (source: string, per: 'fact' | 'customer' | 'order'): ConditionPart[] => {
  const environment = per === 'fact' ? factEnvironment : orderEnvironment;
  return splitConjunction(source).map((part) => {
    const compiled = compileExpression(environment, part, 'bool');
    return { source: part, expression: compiled.ok ? compiled.expression : undefined, form: formOf(part, environment) };
  });
};
