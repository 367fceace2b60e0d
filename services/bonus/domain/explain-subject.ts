/** Sentences for the awards that are paid by fact or customer. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { RewardTest } from '../../../shared/contracts/ledger.ts';
import { factInput } from '../../../shared/kernel/expression.ts';
import { compare, ONE, ratio, ZERO } from '../../../shared/kernel/ratio.ts';
import { audienceTest } from './audience.ts';
import type { SubjectRule } from './compile-rewards.ts';
import type { ComparisonForm, ConditionPart } from './condition-parts.ts';
import { type DesiredByFact, type DesiredByOrder, inputOf } from './evaluate-rewards.ts';
import { datesTest, gateTest, passWord } from './explain-metric.ts';
import type { GroupPlace } from './first-in-group.ts';
import { rateText, yuanText } from './number-text.ts';
import { type Earning, type ReleaseOutcome, roundToFen } from './subject-pay.ts';

type Subject = DesiredByFact | DesiredByOrder;

const MONEY_FIELDS = new Map<string, LocalText>([
  ['order.amount', { zh: '首单金额', en: 'first order' }],
  ['order.net', { zh: '首单净额(已扣退款)', en: 'first order less refunds' }],
  ['order.refunded', { zh: '首单已退款', en: 'refunded of the first order' }],
  ['order.paid', { zh: '首单已回款', en: 'paid of the first order' }],
  ['fact.amount', { zh: '本人份额金额', en: 'own part of the amount' }],
  ['fact.totalAmount', { zh: '业务金额', en: 'amount' }],
]);
/** Of a rule by order every order is looked at, not only the first. */
const ORDER_FIELDS = new Map<string, LocalText>([
  ['order.amount', { zh: '订单金额', en: 'order' }],
  ['order.net', { zh: '订单净额(已扣退款)', en: 'order less refunds' }],
  ['order.refunded', { zh: '订单已退款', en: 'refunded of the order' }],
  ['order.paid', { zh: '订单已回款', en: 'paid of the order' }],
]);
const OPPOSITE = { '>=': '<', '>': '≤', '<=': '>', '<': '≥', '==': '≠', '!=': '=' } as const;
const SIGN = { '>=': '≥', '>': '>', '<=': '≤', '<': '<', '==': '=', '!=': '≠' } as const;

const plain = (value: unknown): string => String(value).slice(0, 100);

const comparisonText = (by: Subject['for'], { field, operator, operand }: ComparisonForm, actual: unknown, passed: boolean): LocalText => {
  const sign = passed ? SIGN[operator] : OPPOSITE[operator];
  const word = passWord(passed);
  const money = (by === 'order' ? ORDER_FIELDS.get(field) : undefined) ?? MONEY_FIELDS.get(field);
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

const partTest = (by: Subject['for'], part: ConditionPart, input: Record<string, unknown>): RewardTest => {
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
  if (part.form !== null && actual?.ok === true) return { passed, ...comparisonText(by, part.form, actual.value, passed) };
  const word = passWord(passed);
  return { passed, zh: `条件「${part.source}」:${word.zh}`, en: `condition "${part.source}": ${word.en}` };
};

/** The parts one by one when they agree with the whole, else the whole: an explanation never contradicts the decision. */
const conditionTests = ({ rule, reached, fault, for: by }: Subject, input: Record<string, unknown>): RewardTest[] => {
  const tests = rule.parts.every(({ expression }) => expression !== undefined) ? rule.parts.map((part) => partTest(by, part, input)) : [];
  if (tests.length > 0 && tests.every(({ passed }) => passed) === reached) return tests;
  const word = passWord(reached);
  const { source } = rule.where;
  const because = fault === '' ? '' : ` (${fault.slice(0, 200)})`;
  return [{ passed: reached, zh: `条件「${source}」${because}:${word.zh}`, en: `condition "${source}"${because}: ${word.en}` }];
};

const missingTest = (desired: Subject): RewardTest => {
  const { subjectId } = desired;
  if (desired.for === 'fact') {
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
  }
  if (desired.for === 'customer') {
    return {
      passed: false,
      zh: `客户 ${subjectId} 本月没有成立的订单(未下单、已全额退款或已撤回):未达到`,
      en: `customer ${subjectId} has no order of this month that stands (none, refunded in full, or withdrawn): not met`,
    };
  }
  return {
    passed: false,
    zh: `订单 ${subjectId} 不成立(未计入本月、已全额退款或已撤回):未达到`,
    en: `order ${subjectId} does not stand (not of this month, refunded in full, or withdrawn): not met`,
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

/** What the release waits for, and how far it is. */
const releaseTest = ({ release }: SubjectRule, { netFen, paidFen, deliveredOn, dueOn, share }: ReleaseOutcome): RewardTest => {
  const passed = compare(share, ZERO) > 0;
  const word = passWord(passed);
  if (dueOn !== null) {
    return passed
      ? { passed, zh: `已到发放日 ${dueOn}:${word.zh}`, en: `paid from ${dueOn} on: ${word.en}` }
      : { passed, zh: `${dueOn} 起发放,尚未到期:${word.zh}`, en: `paid from ${dueOn} on, which has not come yet: ${word.en}` };
  }
  if (release?.when === 'delivered') {
    return deliveredOn === null
      ? { passed, zh: `交付(上线)后发放,订单尚未交付:${word.zh}`, en: `paid on delivery, the order is not delivered yet: ${word.en}` }
      : { passed, zh: `订单已于 ${deliveredOn} 交付(上线):${word.zh}`, en: `the order was delivered on ${deliveredOn}: ${word.en}` };
  }
  const [paid, net] = [yuanText(paidFen), yuanText(netFen)];
  if (release?.when === 'paid' && release.part === 'share') {
    const part = rateText(share);
    return {
      passed,
      zh: `按回款比例发放:已回款 ${paid} 元,订单净额 ${net} 元,比例 ${part}:${word.zh}`,
      en: `paid as the customer pays: ${paid} yuan of ${net} yuan, ${part}: ${word.en}`,
    };
  }
  const sign = passed ? '≥' : '<';
  return {
    passed,
    zh: `全部回款后发放:已回款 ${paid} 元 ${sign} 订单净额 ${net} 元:${word.zh}`,
    en: `paid once the customer has paid in full: ${paid} yuan ${sign} ${net} yuan: ${word.en}`,
  };
};

const joined = (...parts: readonly LocalText[]): LocalText => ({
  zh: parts.map(({ zh }) => zh).join(''),
  en: parts.map(({ en }) => en).join(''),
});
const EMPTY: LocalText = { zh: '', en: '' };

/** What is paid for the whole of it: the amount, or the rate, what refunds leave, the cap. */
const wholeText = ({ rule, for: by }: Subject, { ofFen, kept, isCapped, exactFen }: Earning): LocalText => {
  const keptText = compare(kept, ONE) === 0 ? EMPTY : { zh: ` × 未退部分 ${rateText(kept)}`, en: ` × ${rateText(kept)} not refunded` };
  const cap = isCapped
    ? { zh: `,每笔上限 ${yuanText(Number(exactFen.n))} 元`, en: `, at most ${yuanText(Number(exactFen.n))} yuan each` }
    : EMPTY;
  if ('amountFen' in rule.pays) {
    const amount = yuanText(rule.pays.amountFen);
    return joined({ zh: `${amount} 元`, en: `${amount} yuan` }, keptText, cap);
  }
  const of = by === 'fact' ? { zh: '业务金额', en: 'amount' } : { zh: '订单净额', en: 'net of the order' };
  const [worth, rate] = [yuanText(ofFen ?? 0), rateText(rule.pays.rate)];
  return joined({ zh: `${of.zh} ${worth} 元 × ${rate}`, en: `${of.en} ${worth} yuan × ${rate}` }, keptText, cap);
};

const formulaOf = (desired: Subject): LocalText => {
  const { amountFen, heldFen, shareMillionths, split, gate, inForce, reached, place, earning } = desired;
  if (!reached) return { zh: '条件未达到,应得 0.00 元', en: 'the condition is not met: 0.00 yuan' };
  if (!inForce) return { zh: '不在规则有效期内,应得 0.00 元', en: "outside the rule's dates: 0.00 yuan" };
  if (!desired.inAudience) return { zh: '本人不在适用对象内,应得 0.00 元', en: 'the rule is for others: 0.00 yuan' };
  if (gate !== null && !gate.passed) return { zh: '门槛未达到,应得 0.00 元', en: 'the gate is not met: 0.00 yuan' };
  if ((place !== null && !place.isFirst) || earning === null)
    return { zh: '不是组内首个,应得 0.00 元', en: 'not the first of its group: 0.00 yuan' };
  const whole = wholeText(desired, earning);
  const wholeFen = roundToFen(earning.exactFen);
  const isAmount = 'amountFen' in desired.rule.pays && compare(earning.kept, ONE) === 0 && !earning.isCapped;
  const earned = yuanText(amountFen + heldFen);
  const rounded = compare(earning.exactFen, ratio(wholeFen)) === 0 ? EMPTY : { zh: ',四舍五入到分', en: ', rounded half up to the fen' };
  const [now, held] = [yuanText(amountFen), yuanText(heldFen)];
  const hold = heldFen === 0 ? EMPTY : { zh: `;现发 ${now} 元,暂扣 ${held} 元待发`, en: `; ${now} yuan now, ${held} yuan held` };
  if (shareMillionths === 1_000_000) {
    const result = isAmount ? EMPTY : { zh: `${rounded.zh} = ${earned} 元`, en: `${rounded.en} = ${earned} yuan` };
    return joined(whole, result, hold);
  }
  const share = rateText(ratio(shareMillionths, 1_000_000));
  const isWhole = (BigInt(wholeFen) * BigInt(shareMillionths)) % 1_000_000n === 0n;
  const full = yuanText(wholeFen);
  const sum =
    split === null || isWhole ? EMPTY : { zh: `(按份额分摊到分,各人之和恰为 ${full} 元)`, en: ` (the parts add up to ${full} yuan)` };
  const result = { zh: `${rounded.zh} × 本人份额 ${share} = ${earned} 元`, en: `${rounded.en} × own share ${share} = ${earned} yuan` };
  return joined(whole, result, sum, hold);
};

export const explainSubjectAward = (desired: Subject): { tests: RewardTest[]; formula: LocalText } => {
  const { rule, gate, inForce } = desired;
  const found = desired.for === 'fact' ? (desired.applicable ? desired.fact : null) : desired.order;
  if (found === null) return { tests: [missingTest(desired)], formula: formulaOf(desired) };
  const input =
    desired.for !== 'fact' && desired.order !== null
      ? inputOf(desired.order, desired.customerId)
      : desired.for === 'fact' && desired.fact !== null
        ? factInput(desired.fact)
        : {};
  const tests: RewardTest[] = [];
  if (rule.from !== '' || rule.to !== '') tests.push(datesTest(rule.from, rule.to, found.date, inForce));
  if (rule.audience !== null) tests.push(audienceTest(rule.audience, desired.inAudience));
  if (gate !== null) tests.push(gateTest(gate));
  tests.push(...conditionTests(desired, input));
  if (desired.place !== null) tests.push(groupTest(desired.place));
  if (desired.release !== null) tests.push(releaseTest(rule, desired.release));
  return { tests, formula: formulaOf(desired) };
};
