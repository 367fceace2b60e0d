import { STATUTORY_RULE_SETS } from '../../../infra/rules/index.ts';
import { compileRuleBook, type RuleBook } from '../domain/rule-book.ts';

let compiled: RuleBook | undefined;
/** Every statutory rule set that ships, compiled once a process. */
export const ruleBook = (): RuleBook => {
  compiled ??= compileRuleBook(STATUTORY_RULE_SETS);
  return compiled;
};
