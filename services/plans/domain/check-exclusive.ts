/** Groups of rules of which only the highest is paid: at least two, and all of one kind of award, or they never meet. */
import type { Reward } from '../../../shared/contracts/plans.ts';
import { error, type Finding, warning } from './finding.ts';
import type { PartList } from './plan-parts.ts';

const paysBy = (rule: Reward): { readonly zh: string; readonly en: string } => {
  if (rule.kind !== 'per-fact') return { zh: '月', en: 'month' };
  return { fact: { zh: '业务事实', en: 'fact' }, order: { zh: '订单', en: 'order' }, customer: { zh: '客户', en: 'customer' } }[rule.per];
};

export const checkExclusive = ({ parts, complete }: PartList<Reward>): Finding[] => {
  const findings: Finding[] = [];
  const members = new Map<string, typeof parts>();
  for (const part of parts) {
    const group = part.value.exclusiveGroup;
    if (group !== undefined) members.set(group, [...(members.get(group) ?? []), part]);
  }
  for (const [group, [first, ...others]] of members) {
    if (first === undefined) continue;
    if (others.length === 0 && complete) {
      const at = `${first.path}/exclusiveGroup`;
      findings.push(warning(at, 'exclusive_alone', `互斥组 ${group} 只有一条规则`, `the exclusive group ${group} has only one rule`));
    }
    const by = paysBy(first.value);
    for (const other of others) {
      const otherBy = paysBy(other.value);
      if (otherBy.en === by.en) continue;
      findings.push(
        error(
          `${other.path}/exclusiveGroup`,
          'exclusive_mixed',
          `互斥组 ${group} 的规则须按同一对象发放:${first.value.id} 按${by.zh},${other.value.id} 按${otherBy.zh},二者永远不会互斥`,
          `the rules of the exclusive group ${group} must pay by the same: ${first.value.id} pays by ${by.en}, ${other.value.id} by ${otherBy.en}, so neither ever excludes the other`,
        ),
      );
    }
  }
  return findings;
};
