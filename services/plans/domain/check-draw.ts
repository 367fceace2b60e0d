/** Guarantees of new hires: what they name, and what they may not have. */
import type { Reward } from '../../../shared/contracts/plans.ts';
import type { RewardContext } from './check-rewards.ts';
import { error, type Finding } from './finding.ts';

export const checkDraw = (path: string, rule: Extract<Reward, { kind: 'draw' }>, { plan, rewardOf }: RewardContext): Finding[] => {
  const findings: Finding[] = [];
  rule.of.forEach((id, index) => {
    const at = `${path}/of/${index}`;
    const named = rewardOf(id);
    if (named === undefined && plan.rewards.complete) {
      findings.push(error(at, 'unknown_rule', `没有名为 ${id} 的激励规则`, `there is no reward rule ${id} in this plan`));
    } else if (named?.kind === 'draw' || named?.kind === 'pool') {
      findings.push(
        error(
          at,
          'draw_of_draw',
          `${id} 也是保底规则:保底只能针对提成、奖金类规则`,
          `${id} is a draw itself: a draw guarantees what other rules give`,
        ),
      );
    } else if (rule.of.indexOf(id) < index) {
      findings.push(error(at, 'duplicate', `${id} 重复`, `${id} is named twice`));
    }
  });
  for (const key of ['capPerMonthFen', 'capPerYearFen', 'exclusiveGroup'] as const) {
    if (rule[key] === undefined) continue;
    findings.push(error(`${path}/${key}`, 'draw_limited', `保底规则不使用 ${key}`, `a draw has no ${key}: its guarantee is its limit`));
  }
  return findings;
};
