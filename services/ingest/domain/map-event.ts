/**
 * A source's mapping at work: one event of its payload → the facts that its rules make of it. Every rule whose `when` holds makes one.
 * What cannot be evaluated is said by rule and field; nothing is guessed. Pure.
 */
import type { MappingRule } from '../../../shared/contracts/sources.ts';
import { type Compiled, compileExpression, type ExpressionKind, eventEnvironment } from '../../../shared/kernel/expression.ts';
import { attributeOf, fenOf, instantOf, kindOf, revisionOf, shareOf, textOf, toExpressionValue } from './mapped-values.ts';

type Expression = Compiled<Record<string, unknown>>;

interface CompiledRule {
  readonly name: string;
  readonly type: string;
  readonly when: Expression;
  readonly fields: readonly Field[];
}
/** One expression and where its value goes. */
interface Field {
  readonly pointer: string;
  readonly expression: Expression;
  readonly put: (draft: Draft, value: unknown) => void;
}
/** A fact as mapped, before it is parsed as an incoming fact. */
export interface Draft {
  id?: string;
  type: string;
  revision?: number;
  occurredAt?: string;
  credits?: { externalOwner: string; share: number }[];
  subject: Record<string, string>;
  amountFen?: number;
  attributes: Record<string, string | number | boolean>;
  voided?: boolean;
}
export interface MappingFault {
  /** JSON pointer into the mapping: `/rules/0/amountYuan`. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}
export type Mapped = { readonly ok: true; readonly draft: unknown } | { readonly ok: false; readonly fault: MappingFault };

export interface EventMapper {
  /** No facts: no rule is about this event. */
  map(event: unknown): readonly Mapped[];
}

const own = <T>(record: Record<string, T>, name: string, value: T): void => {
  // A plain assignment to `__proto__` would be lost.
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
};

/** Compiles and type-checks every expression; all faults at once. */
export const compileMapping = (
  rules: readonly MappingRule[],
): { readonly ok: true; readonly mapper: EventMapper } | { readonly ok: false; readonly faults: readonly MappingFault[] } => {
  const faults: MappingFault[] = [];
  const compile = (pointer: string, source: string, kind: ExpressionKind): Expression | undefined => {
    const compiled = compileExpression(eventEnvironment, source, kind);
    if (compiled.ok) return compiled.expression;
    faults.push({ pointer, code: 'expression_invalid', detail: compiled.reason });
    return undefined;
  };
  const compiled: CompiledRule[] = [];
  for (const [index, rule] of rules.entries()) {
    const at = `/rules/${index}`;
    const fields: Field[] = [];
    const field = (name: string, source: string | undefined, put: Field['put'], kind: ExpressionKind = 'any'): void => {
      const expression = source === undefined ? undefined : compile(`${at}/${name}`, source, kind);
      if (expression) fields.push({ pointer: `${at}/${name}`, expression, put });
    };
    const when = compile(`${at}/when`, rule.when, 'bool');
    field('id', rule.id, (draft, value) => {
      draft.id = textOf(value);
    });
    field('revision', rule.revision, (draft, value) => {
      if (value !== null) draft.revision = revisionOf(value);
    });
    field('occurredAt', rule.occurredAt, (draft, value) => {
      draft.occurredAt = instantOf(value);
    });
    if ((rule.owner === undefined) === (rule.owners === undefined)) {
      faults.push({ pointer: `${at}/owner`, code: 'invalid', detail: 'exactly one of owner and owners' });
    }
    field('owner', rule.owner, (draft, value) => {
      draft.credits = [{ externalOwner: textOf(value), share: 100 }];
    });
    field('owners', rule.owners, (draft, value) => {
      draft.credits = ownersOf(value);
    });
    field('amountYuan', rule.amountYuan, (draft, value) => {
      if (value !== null) draft.amountFen = fenOf(value);
    });
    for (const [name, source] of Object.entries(rule.subject ?? {})) {
      field(`subject/${name}`, source, (draft, value) => {
        if (value !== null) own(draft.subject, name, textOf(value));
      });
    }
    for (const [name, source] of Object.entries(rule.attributes ?? {})) {
      field(`attributes/${name}`, source, (draft, value) => {
        const attribute = attributeOf(value);
        if (attribute !== undefined) own(draft.attributes, name, attribute);
      });
    }
    field(
      'voided',
      rule.voided,
      (draft, value) => {
        draft.voided = value === true;
      },
      'bool',
    );
    if (when) compiled.push({ name: rule.name, type: rule.type, when, fields });
  }
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    mapper: {
      map(event) {
        if (typeof event !== 'object' || event === null || Array.isArray(event)) {
          return [{ ok: false, fault: { pointer: '', code: 'not_evaluated', detail: 'the event is not an object' } }];
        }
        const input = { event: toExpressionValue(event) };
        return compiled.flatMap((rule, index) => applyRule(rule, index, input) ?? []);
      },
    },
  };
};

/** `undefined` when the rule is not about this event. */
const applyRule = (rule: CompiledRule, index: number, input: Record<string, unknown>): Mapped | undefined => {
  const failed = (pointer: string, detail: string): Mapped => ({
    ok: false,
    fault: { pointer, code: 'not_evaluated', detail: `${rule.name}: ${detail}`.slice(0, 160) },
  });
  const applies = rule.when.evaluate(input);
  // Not "does not apply": an event must not be lost because a test could not be made.
  if (!applies.ok) return failed(`/rules/${index}/when`, applies.reason);
  if (applies.value !== true) return undefined;
  const draft: Draft = { type: rule.type, subject: {}, attributes: {} };
  for (const { pointer, expression, put } of rule.fields) {
    const evaluated = expression.evaluate(input);
    if (!evaluated.ok) return failed(pointer, evaluated.reason);
    try {
      put(draft, evaluated.value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return failed(pointer, error.message);
    }
  }
  return { ok: true, draft };
};

const memberOf = (value: unknown, name: string): unknown => {
  if (value instanceof Map) return value.get(name);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
};

const ownersOf = (value: unknown): { externalOwner: string; share: number }[] => {
  if (!Array.isArray(value)) throw new RangeError(`gives ${kindOf(value)}, expected a list of {"owner": …, "share": …}`);
  return value.map((entry) => ({ externalOwner: textOf(memberOf(entry, 'owner')), share: shareOf(memberOf(entry, 'share')) }));
};
