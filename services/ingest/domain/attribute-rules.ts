/** What a company's own fact type says about its attributes, and whether a fact keeps to it. Pure. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Attributes } from '../../../shared/contracts/facts.ts';

export interface AttributeRule {
  readonly type: 'string' | 'number' | 'boolean';
  readonly required: boolean;
}
/** By attribute name. `anything`: types that ship take whatever the source sends. */
export type AttributeRules = 'anything' | ReadonlyMap<string, AttributeRule>;

/** The first attribute, by name, that does not keep to the rules. */
export const attributeFault = (attributes: Attributes, rules: AttributeRules): LocalText | undefined => {
  if (rules === 'anything') return undefined;
  for (const name of [...new Set([...rules.keys(), ...Object.keys(attributes)])].sort()) {
    const rule = rules.get(name);
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (!rule) return { zh: `该类型没有属性 ${name}`, en: `this type has no attribute ${name}` };
    if (value === undefined) {
      if (rule.required) return { zh: `缺少属性 ${name}`, en: `attribute ${name} is missing` };
    } else if (typeof value !== rule.type) {
      return { zh: `属性 ${name} 应为 ${rule.type}`, en: `attribute ${name} must be a ${rule.type}` };
    }
  }
  return undefined;
};
