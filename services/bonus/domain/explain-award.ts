/** The texts of an award, made from the numbers of its decision: pure, so that the same decision always reads the same. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { RewardTest } from '../../../shared/contracts/ledger.ts';
import type { Cap } from './caps.ts';
import type { Desired } from './evaluate-rewards.ts';
import { explainMetricAward } from './explain-metric.ts';
import { explainSubjectAward } from './explain-subject.ts';
import { yuanText } from './number-text.ts';

export interface Explanation {
  readonly tests: readonly RewardTest[];
  readonly formula: LocalText;
}

/** `period` is the month (`YYYY-MM`) that was evaluated. */
export const explainAward = (desired: Desired, period: string): Explanation => {
  const { yieldsTo } = desired;
  if (yieldsTo === undefined) return desired.for === 'month' ? explainMetricAward(desired, period) : explainSubjectAward(desired);
  const { insteadOf } = yieldsTo;
  const { tests, formula } = explainAward(insteadOf, period);
  const [own, other] = [yuanText(insteadOf.amountFen + insteadOf.heldFen), yuanText(yieldsTo.amountFen)];
  const { zh, en } = yieldsTo.name;
  return {
    tests: [
      ...tests,
      {
        passed: false,
        zh: `同组只发放最高的一项:${zh} ${other} 元,本项 ${own} 元:未达到`,
        en: `only the highest of the group is paid: ${en} gives ${other} yuan, this one ${own} yuan: not met`,
      },
    ],
    formula: { zh: `${formula.zh};由${zh}代替,应得 0.00 元`, en: `${formula.en}; ${en} is paid instead: 0.00 yuan` },
  };
};

/** The award that takes back what a rule's awards by fact, order or customer exceed its cap by. */
export const explainCap = (sumFen: number, { atMostFen, capYearFen }: Cap): Explanation => {
  const [sum, cap] = [yuanText(sumFen), yuanText(atMostFen)];
  const within = sumFen <= atMostFen;
  const over = yuanText(within ? 0 : atMostFen - sumFen);
  const sign = within ? '≤' : '>';
  const year = yuanText(capYearFen ?? 0);
  const limit =
    capYearFen === null
      ? { zh: `每月上限 ${cap} 元`, en: `the monthly cap of ${cap} yuan` }
      : { zh: `本年上限 ${year} 元的余额 ${cap} 元`, en: `the ${cap} yuan left of the year's cap of ${year} yuan` };
  return {
    tests: [
      {
        passed: within,
        zh: `本规则本月合计 ${sum} 元 ${sign} ${limit.zh}:${within ? '未超出' : '超出'}`,
        en: `the rule's awards of the month, ${sum} yuan, ${sign} ${limit.en}: ${within ? 'within' : 'exceeded'}`,
      },
    ],
    formula: within
      ? { zh: '未超出上限,不扣减', en: 'within the cap: nothing is taken off' }
      : { zh: `${cap} 元 − ${sum} 元 = ${over} 元`, en: `${cap} yuan − ${sum} yuan = ${over} yuan` },
  };
};

/** An award whose rule is no longer in the plan, or that the plan no longer pays for. */
export const explainGone = (reason: 'rule' | 'subject' | 'plan'): Explanation => {
  const text = {
    rule: { zh: '当前方案中已没有这条激励规则', en: 'the plan in force has no such reward rule any more' },
    subject: { zh: '当前方案不再为此发放激励', en: 'the plan in force no longer pays for this' },
    plan: { zh: '当前没有适用的方案', en: 'no plan applies' },
  }[reason];
  return {
    tests: [{ passed: false, zh: `${text.zh}:未达到`, en: `${text.en}: not met` }],
    formula: { zh: `${text.zh},应得 0.00 元`, en: `${text.en}: 0.00 yuan` },
  };
};
