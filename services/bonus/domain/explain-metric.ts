/** Sentences for the awards of rules that pay by metric. */

import type { LocalText } from '../../../shared/contracts/common.ts';
import type { RewardTest } from '../../../shared/contracts/ledger.ts';
import { add, compare, max, min, multiply, ONE, type Ratio, ratio, subtract, ZERO } from '../../../shared/kernel/ratio.ts';
import { unreachable } from '../../../shared/kernel/result.ts';
import { audienceTest } from './audience.ts';
import type { MetricInfo, MetricRule, MetricUnit, TrueUp } from './compile-rewards.ts';
import type { DesiredByMetric, GateOutcome } from './evaluate-rewards.ts';
import { comparedTexts, exactYuanText, pointsText, rateText, valueText, yuanText } from './number-text.ts';

export const passWord = (passed: boolean): LocalText => (passed ? { zh: '达到', en: 'met' } : { zh: '未达到', en: 'not met' });

const OPPOSITE = { '>': '≤', '≥': '<' } as const;

const withUnit = (text: string, unit: MetricUnit): LocalText =>
  unit === 'fen' ? { zh: `${text} 元`, en: `${text} yuan` } : { zh: text, en: text };

/** `新客户数 11 > 10:达到`: the value, how it really stands to the threshold, and the verdict. */
export const comparisonTest = (
  name: LocalText,
  value: Ratio | null,
  relation: '>' | '≥',
  threshold: Ratio,
  unit: MetricUnit,
): RewardTest => {
  if (value === null) return { passed: false, zh: `${name.zh} 暂无数据:未达到`, en: `${name.en} has no data yet: not met` };
  const difference = compare(value, threshold);
  const passed = relation === '>' ? difference > 0 : difference >= 0;
  const [left, right] = comparedTexts(value, threshold, unit);
  const sign = passed ? relation : OPPOSITE[relation];
  const [a, b] = [withUnit(left, unit), withUnit(right, unit)];
  const word = passWord(passed);
  return { passed, zh: `${name.zh} ${a.zh} ${sign} ${b.zh}:${word.zh}`, en: `${name.en} ${a.en} ${sign} ${b.en}: ${word.en}` };
};

export const gateTest = ({ gate, value }: GateOutcome): RewardTest => {
  const test = comparisonTest(gate.name, value, '≥', gate.atLeast, gate.unit);
  return { passed: test.passed, zh: `门槛:${test.zh}`, en: `gate: ${test.en}` };
};

/** `what`: the month or the day that must lie within the rule's dates. */
export const datesTest = (from: string, to: string, what: string, inForce: boolean): RewardTest => {
  const range = {
    zh: `${from === '' ? '' : `${from} 起`}${to === '' ? '' : `${to} 止`}`,
    en: `${from === '' ? '' : `from ${from}`}${from !== '' && to !== '' ? ' ' : ''}${to === '' ? '' : `to ${to}`}`,
  };
  return {
    passed: inForce,
    zh: `规则有效期(${range.zh})${inForce ? '包含' : '不包含'} ${what}:${passWord(inForce).zh}`,
    en: `the rule's dates (${range.en}) ${inForce ? 'include' : 'do not include'} ${what}: ${passWord(inForce).en}`,
  };
};

const tierTests = (rule: Extract<MetricRule, { kind: 'tiered-rate' }>, value: Ratio): RewardTest[] => {
  const { metric } = rule;
  if (compare(value, ZERO) < 0) {
    const shown = valueText(value, 'fen');
    return [
      { passed: false, zh: `${metric.name.zh} ${shown} 元,低于 0:未达到`, en: `${metric.name.en} ${shown} yuan is below 0: not met` },
    ];
  }
  const tests: RewardTest[] = [];
  for (const { edge, attainmentText, rateText } of rule.tiers.slice(1)) {
    const test = comparisonTest(metric.name, value, '≥', edge, 'fen');
    tests.push({
      passed: test.passed,
      zh: `${attainmentText === '' ? '' : `达成率 ${attainmentText} 档,`}费率 ${rateText}:${test.zh}`,
      en: `${attainmentText === '' ? '' : `tier from ${attainmentText} attainment, `}rate ${rateText}: ${test.en}`,
    });
    if (!test.passed) break;
  }
  // A table of one tier: the only test made was that there is something to pay on.
  return tests.length > 0 ? tests : [comparisonTest(metric.name, value, '≥', ZERO, 'fen')];
};

const mainTests = ({ rule, value }: DesiredByMetric): RewardTest[] => {
  const { metric } = rule;
  switch (rule.kind) {
    case 'count-threshold':
      return [comparisonTest(metric.name, value, '>', rule.moreThan, metric.unit)];
    case 'fixed-on-target':
      return [comparisonTest(metric.name, value, '≥', rule.target, metric.unit)];
    case 'over-target':
      return [comparisonTest(metric.name, value, '>', rule.target, metric.unit)];
    case 'per-unit':
      return [comparisonTest(metric.name, value, '>', ZERO, metric.unit)];
    case 'tiered-rate':
      return value === null ? [comparisonTest(metric.name, null, '≥', ZERO, 'fen')] : tierTests(rule, value);
    default:
      return unreachable(rule);
  }
};

/** ` = 2,199.9998 元,四舍五入到分 = 2,200.00 元`, or only the amount where nothing was rounded. */
const resultText = (exact: Ratio, amountFen: number): LocalText => {
  const amount = yuanText(amountFen);
  if (compare(exact, ratio(amountFen)) === 0) return { zh: ` = ${amount} 元`, en: ` = ${amount} yuan` };
  const before = exactYuanText(exact);
  return { zh: ` = ${before} 元,四舍五入到分 = ${amount} 元`, en: ` = ${before} yuan, rounded half up to the fen = ${amount} yuan` };
};

const named = ({ name }: MetricInfo, text: LocalText): LocalText => ({ zh: `${name.zh} ${text.zh}`, en: `${name.en} ${text.en}` });
const joined = (first: LocalText, second: LocalText): LocalText => ({ zh: first.zh + second.zh, en: first.en + second.en });
const same = (text: string): LocalText => ({ zh: text, en: text });

const marginalText = (rule: Extract<MetricRule, { kind: 'tiered-rate' }>, value: Ratio): LocalText => {
  const parts = rule.tiers.flatMap((tier, index) => {
    const above = rule.tiers[index + 1]?.edge;
    const part = subtract(above === undefined ? value : min(value, above), tier.edge);
    if (compare(part, ZERO) <= 0 && index > 0) return [];
    return [{ part: max(part, ZERO), rate: tier.rateText }];
  });
  return {
    zh: parts.map(({ part, rate }) => `${valueText(part, 'fen')} 元 × ${rate}`).join(' + '),
    en: parts.map(({ part, rate }) => `${valueText(part, 'fen')} yuan × ${rate}`).join(' + '),
  };
};

/** How the amount before gate and cap came about; `value` is there and the rule's own test passed. */
const calculation = ({ rule, uncappedFen, tier }: DesiredByMetric, value: Ratio): LocalText => {
  const { metric } = rule;
  const amountText = yuanText(uncappedFen);
  switch (rule.kind) {
    case 'count-threshold':
    case 'fixed-on-target':
      return { zh: `达标一次性奖励 ${amountText} 元`, en: `paid once when met: ${amountText} yuan` };
    case 'per-unit': {
      const each = yuanText(rule.amountFen);
      const shown = withUnit(valueText(value, metric.unit), metric.unit);
      const factors = joined(named(metric, shown), { zh: ` × ${each} 元`, en: ` × ${each} yuan` });
      return joined(factors, resultText(multiply(value, rule.perUnit), uncappedFen));
    }
    case 'over-target': {
      const [left, right] = comparedTexts(value, rule.target, metric.unit);
      const difference = subtract(value, rule.target);
      const points = pointsText(difference);
      const each = yuanText(rule.amountPerPointFen);
      return joined(
        named(metric, {
          zh: `${left} 高于目标 ${right},超出 ${points} 个百分点 × ${each} 元`,
          en: `${left} is above the target of ${right} by ${points} percentage points × ${each} yuan`,
        }),
        resultText(multiply(difference, rule.perUnit), uncappedFen),
      );
    }
    case 'tiered-rate': {
      const at = rule.tiers[tier];
      if (at === undefined) return same('');
      const exact = add(multiply(value, at.slope), at.offset);
      const shown = withUnit(valueText(value, 'fen'), 'fen');
      const factors =
        rule.mode === 'marginal'
          ? joined({ zh: `${rule.metric.name.zh}分段计:`, en: `${rule.metric.name.en} by tiers: ` }, marginalText(rule, value))
          : joined(named(metric, shown), same(` × ${at.rateText}`));
      return joined(factors, resultText(exact, uncappedFen));
    }
    default:
      return unreachable(rule);
  }
};

const valueOrNothing = ({ metric }: MetricRule, value: Ratio | null): LocalText =>
  value === null ? { zh: '暂无数据', en: 'has no data yet' } : withUnit(valueText(value, metric.unit), metric.unit);

const NOTHING = { zh: ',应得 0.00 元', en: ': 0.00 yuan' };

const formulaOf = (desired: DesiredByMetric): LocalText => {
  const { rule, value, inForce, gate, reached, uncappedFen, amountFen } = desired;
  const { trueUp } = rule;
  if (trueUp !== null && inForce && desired.inAudience) {
    const text = trueUpText(desired, trueUp);
    return value !== null && reached && (gate === null || gate.passed)
      ? joined(joined(calculation(desired, value), same(';')), text)
      : text;
  }
  if (amountFen > 0 && uncappedFen === 0) return joined(named(rule.metric, valueOrNothing(rule, value)), limitText(desired));
  if (value === null) return joined(named(rule.metric, { zh: '暂无数据', en: 'has no data yet' }), NOTHING);
  if (!inForce) return joined({ zh: '不在规则有效期内', en: "outside the rule's dates" }, NOTHING);
  if (!desired.inAudience) return joined({ zh: '本人不在适用对象内', en: 'the rule is for others' }, NOTHING);
  if (gate !== null && !gate.passed) return joined({ zh: '门槛未达到', en: 'the gate is not met' }, NOTHING);
  if (!reached) {
    return rule.kind === 'tiered-rate'
      ? joined({ zh: '退款多于销售,当月不为负', en: 'more was taken back than sold; a month is never negative' }, NOTHING)
      : joined({ zh: '条件未达到', en: 'the condition is not met' }, NOTHING);
  }
  const text = calculation(desired, value);
  return amountFen === uncappedFen ? text : joined(text, limitText(desired));
};

/** What the month's or the year's cap leave of it, or the floor makes of it. */
const limitText = ({ rule, amountFen, earlierFen, uncappedFen }: DesiredByMetric): LocalText => {
  const amount = yuanText(amountFen);
  if (rule.capYearFen !== null && amountFen === Math.max(0, rule.capYearFen - earlierFen)) {
    const [year, before] = [yuanText(rule.capYearFen), yuanText(earlierFen)];
    return {
      zh: `;本年上限 ${year} 元,此前已计 ${before} 元,本月按 ${amount} 元计`,
      en: `; at most ${year} yuan a year, ${before} yuan before, so ${amount} yuan this month`,
    };
  }
  return amountFen > uncappedFen
    ? { zh: `;每月保底 ${amount} 元,按 ${amount} 元计`, en: `; at least ${amount} yuan a month` }
    : { zh: `;每月上限 ${amount} 元,按 ${amount} 元计`, en: `; limited to ${amount} yuan a month` };
};

const SPANS = {
  quarter: { zh: '本季度', en: 'the quarter' },
  'half-year': { zh: '本半年', en: 'the half-year' },
  year: { zh: '本年', en: 'the year' },
};
/** What is due for the time so far, less what earlier months of it were paid. */
const trueUpText = ({ rule, uncappedFen, dueFen, earlierFen, amountFen }: DesiredByMetric, { window, advance }: TrueUp): LocalText => {
  const span = SPANS[window];
  const [whole, due, before, amount] = [uncappedFen, dueFen, earlierFen, amountFen].map(yuanText);
  const advanced =
    dueFen === uncappedFen || compare(advance, ONE) === 0
      ? { zh: '', en: '' }
      : { zh: ` × 预发 ${rateText(advance)} = ${due} 元`, en: ` × advance of ${rateText(advance)} = ${due} yuan` };
  const soFar = rule.gate !== null && dueFen === 0 && uncappedFen !== 0 ? due : whole;
  return {
    zh: `${span.zh}至今应得 ${soFar} 元${advanced.zh} − 此前各月已计 ${before} 元 = ${amount} 元`,
    en: `${soFar} yuan for ${span.en} so far${advanced.en} − ${before} yuan of the months before = ${amount} yuan`,
  };
};

/** Every test made, failed ones too, in the order they were made; and how the amount came about. */
export const explainMetricAward = (desired: DesiredByMetric, period: string): { tests: RewardTest[]; formula: LocalText } => {
  const { rule, gate, inForce } = desired;
  const tests: RewardTest[] = [];
  if (rule.from !== '' || rule.to !== '') tests.push(datesTest(rule.from, rule.to, period, inForce));
  if (rule.audience !== null) tests.push(audienceTest(rule.audience, desired.inAudience));
  if (gate !== null) tests.push(gateTest(gate));
  tests.push(...mainTests(desired));
  return { tests, formula: formulaOf(desired) };
};
