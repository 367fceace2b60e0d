/** Sentences for the awards that are paid by fact or customer. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { RewardTest } from '../../../shared/contracts/ledger.ts';
import { factInput } from '../../../shared/kernel/expression.ts';
import { ratio } from '../../../shared/kernel/ratio.ts';
import { audienceTest } from './audience.ts';
import type { ComparisonForm, ConditionPart } from './condition-parts.ts';
import { type DesiredByCustomer, type DesiredByFact, inputOf } from './evaluate-rewards.ts';
import { datesTest, gateTest, passWord } from './explain-metric.ts';
import type { GroupPlace } from './first-in-group.ts';
import { rateText, yuanText } from './number-text.ts';

type Subject = DesiredByFact | DesiredByCustomer;

const MONEY_FIELDS = new Map<string, LocalText>([
  ['order.amount', { zh: '首单金额', en: 'first order' }],
  ['order.net', { zh: '首单净额(已扣退款)', en: 'first order less refunds' }],
  ['order.refunded', { zh: '首单已退款', en: 'refunded of the first order' }],
  ['fact.amount', { zh: '本人份额金额', en: 'own part of the amount' }],
  ['fact.totalAmount', { zh: '业务金额', en: 'amount' }],
]);
const OPPOSITE = { '>=': '<', '>': '≤', '<=': '>', '<': '≥', '==': '≠', '!=': '=' } as const;
const SIGN = { '>=': '≥', '>': '>', '<=': '≤', '<': '<', '==': '=', '!=': '≠' } as const;

const plain = (value: unknown): string => String(value).slice(0, 100);

const comparisonText = ({ field, operator, operand }: ComparisonForm, actual: unknown, passed: boolean): LocalText => {
  const sign = passed ? SIGN[operator] : OPPOSITE[operator];
  const word = passWord(passed);
  const money = MONEY_FIELDS.get(field);
  if (money !== undefined && typeof operand === 'number') {
    const [left, right] = [yuanText(Number(actual)), yuanText(operand)];
    return {
      zh: `${money.zh} ${left} 元 ${sign} ${right} 元:${word.zh}`,
      en: `${money.en} ${left} yuan ${sign} ${right} yuan: ${word.en}`,
    };
  }
  const name = field.slice(field.lastIndexOf('.') + 1);
  return {
    zh: `${name} ${plain(actual)} ${sign} ${operand}:${word.zh}`,
    en: `${name} ${plain(actual)} ${sign} ${operand}: ${word.en}`,
  };
};

const partTest = (part: ConditionPart, input: Record<string, unknown>): RewardTest => {
  const answer = part.expression?.evaluate(input);
  if (answer === undefined || !answer.ok) {
    const reason = answer === undefined ? '' : answer.reason.slice(0, 200);
    return {
      passed: false,
      zh: `条件「${part.source}」无法判断(${reason}):未达到`,
      en: `condition "${part.source}" cannot be judged (${reason}): not met`,
    };
  }
  const passed = answer.value === true;
  const actual = part.form?.value.evaluate(input);
  if (part.form !== null && actual?.ok === true) return { passed, ...comparisonText(part.form, actual.value, passed) };
  const word = passWord(passed);
  return { passed, zh: `条件「${part.source}」:${word.zh}`, en: `condition "${part.source}": ${word.en}` };
};

/** The parts one by one when they agree with the whole, else the whole: an explanation never contradicts the decision. */
const conditionTests = ({ rule, reached, fault }: Subject, input: Record<string, unknown>): RewardTest[] => {
  const tests = rule.parts.every(({ expression }) => expression !== undefined) ? rule.parts.map((part) => partTest(part, input)) : [];
  if (tests.length > 0 && tests.every(({ passed }) => passed) === reached) return tests;
  const word = passWord(reached);
  const { source } = rule.where;
  const because = fault === '' ? '' : ` (${fault.slice(0, 200)})`;
  return [{ passed: reached, zh: `条件「${source}」${because}:${word.zh}`, en: `condition "${source}"${because}: ${word.en}` }];
};

const missingTest = (desired: Subject): RewardTest => {
  const { subjectId } = desired;
  if (desired.for === 'customer') {
    return {
      passed: false,
      zh: `客户 ${subjectId} 本月没有成立的订单(未下单、已全额退款或已撤回):未达到`,
      en: `customer ${subjectId} has no order of this month that stands (none, refunded in full, or withdrawn): not met`,
    };
  }
  return desired.fact === null
    ? {
        passed: false,
        zh: `业务事实 ${subjectId} 已撤回或不再归属本人:未达到`,
        en: `fact ${subjectId} was withdrawn or is no longer this person's: not met`,
      }
    : {
        passed: false,
        zh: `业务类型 ${desired.fact.type} 不在规则范围内:未达到`,
        en: `the rule does not pay for ${desired.fact.type}: not met`,
      };
};

/** Whose the first is, is not said: it may be a colleague's. Nor when it was: that changes without a change for this one. */
const groupTest = ({ name, isFirst, fault }: GroupPlace): RewardTest => {
  if (name === '') {
    const because = fault.slice(0, 200);
    return {
      passed: false,
      zh: `分组无法判断(${because}):未达到`,
      en: `the group cannot be judged (${because}): not met`,
    };
  }
  const word = passWord(isFirst);
  const group = plain(name);
  return isFirst
    ? { passed: true, zh: `「${group}」在本公司的首个:${word.zh}`, en: `the first of "${group}" in the company: ${word.en}` }
    : {
        passed: false,
        zh: `「${group}」在本公司已有更早的一个:${word.zh}`,
        en: `the company has an earlier one of "${group}": ${word.en}`,
      };
};

const formulaOf = (desired: Subject): LocalText => {
  const { rule, amountFen, shareMillionths, split, gate, inForce, reached, place } = desired;
  const full = yuanText(rule.amountFen);
  const paid = yuanText(amountFen);
  if (!reached) return { zh: '条件未达到,应得 0.00 元', en: 'the condition is not met: 0.00 yuan' };
  if (!inForce) return { zh: '不在规则有效期内,应得 0.00 元', en: "outside the rule's dates: 0.00 yuan" };
  if (!desired.inAudience) return { zh: '本人不在适用对象内,应得 0.00 元', en: 'the rule is for others: 0.00 yuan' };
  if (gate !== null && !gate.passed) return { zh: '门槛未达到,应得 0.00 元', en: 'the gate is not met: 0.00 yuan' };
  if (place !== null && !place.isFirst) return { zh: '不是组内首个,应得 0.00 元', en: 'not the first of its group: 0.00 yuan' };
  if (shareMillionths === 1_000_000) return { zh: `${full} 元`, en: `${full} yuan` };
  const share = rateText(ratio(shareMillionths, 1_000_000));
  const whole = (BigInt(rule.amountFen) * BigInt(shareMillionths)) % 1_000_000n === 0n;
  const [zhSum, enSum] =
    split === null || whole ? ['', ''] : [`(按份额分摊到分,各人之和恰为 ${full} 元)`, ` (the parts add up to ${full} yuan)`];
  return { zh: `${full} 元 × 本人份额 ${share} = ${paid} 元${zhSum}`, en: `${full} yuan × own share ${share} = ${paid} yuan${enSum}` };
};

export const explainSubjectAward = (desired: Subject): { tests: RewardTest[]; formula: LocalText } => {
  const { rule, gate, inForce } = desired;
  const found = desired.for === 'fact' ? (desired.applicable ? desired.fact : null) : desired.order;
  if (found === null) return { tests: [missingTest(desired)], formula: formulaOf(desired) };
  const input =
    desired.for === 'customer' && desired.order !== null
      ? inputOf(desired.order, desired.subjectId)
      : desired.for === 'fact' && desired.fact !== null
        ? factInput(desired.fact)
        : {};
  const tests: RewardTest[] = [];
  if (rule.from !== '' || rule.to !== '') tests.push(datesTest(rule.from, rule.to, found.date, inForce));
  if (rule.audience !== null) tests.push(audienceTest(rule.audience, desired.inAudience));
  if (gate !== null) tests.push(gateTest(gate));
  tests.push(...conditionTests(desired, input));
  if (desired.place !== null) tests.push(groupTest(desired.place));
  return { tests, formula: formulaOf(desired) };
};
