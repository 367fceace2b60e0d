/**
 * A pool of a month, shared out among its members: by largest remainder over exact weights, so that the shares always add up to the pool to
 * the fen, and of two that are equally near the next fen the one whose id comes first gets it. Pure.
 */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { RewardTest } from '../../../shared/contracts/ledger.ts';
import { type Fen, fen, ZERO_FEN } from '../../../shared/kernel/money.ts';
import { add, compare, multiply, ONE, type Ratio, ZERO } from '../../../shared/kernel/ratio.ts';
import { audienceTest, isInAudience } from './audience.ts';
import type { PoolRule } from './compile-rewards.ts';
import { type GateOutcome, judgeGate, type RewardEvidence, touchesMonth } from './evaluate-rewards.ts';
import { datesTest, gateTest } from './explain-metric.ts';
import { valueText, yuanText } from './number-text.ts';
import { roundToFen } from './subject-pay.ts';

/** What a pool sees of one person whose plan has it. */
export interface PoolCandidate {
  readonly employeeId: string;
  readonly inForce: boolean;
  readonly inAudience: boolean;
  readonly gate: GateOutcome | null;
  /** Never below 0; null where there is nothing to go by. */
  readonly weight: Ratio | null;
  /** Of what the pool is a rate of; 0 where it is an amount. */
  readonly base: Ratio;
}
const isMember = ({ inForce, inAudience, gate }: PoolCandidate): boolean => inForce && inAudience && (gate === null || gate.passed);

export const candidateOf = (rule: PoolRule, employeeId: string, evidence: RewardEvidence): PoolCandidate => {
  const { sharedBy, total } = rule;
  const value =
    sharedBy.by === 'metric' ? (evidence.metrics.get(sharedBy.metric.id) ?? null) : sharedBy.by === 'head' ? ONE : evidence.score;
  return {
    employeeId,
    inForce: touchesMonth(rule, evidence.period),
    inAudience: isInAudience(rule.audience, evidence.person),
    gate: judgeGate(rule.gate, evidence),
    weight: value === null ? null : value.n > 0 ? value : ZERO,
    base: 'rate' in total ? (evidence.metrics.get(total.metric.id) ?? ZERO) : ZERO,
  };
};

/** A month of one pool. */
export interface SharedPool {
  /** 0 while nobody has anything to go by: then nothing is shared out. */
  readonly totalFen: Fen;
  readonly weights: Ratio;
  readonly members: number;
  /** By employee; who is no member, or weighs nothing, has 0. */
  readonly shares: ReadonlyMap<string, Fen>;
}

/** Whoever the candidates come in: the shares depend on who they are, not on their order. */
export const sharePool = (rule: PoolRule, candidates: readonly PoolCandidate[]): SharedPool => {
  const sorted = [...candidates].sort((a, b) => (a.employeeId < b.employeeId ? -1 : 1));
  const members = sorted.filter(isMember);
  const weights = members.reduce((sum, { weight }) => add(sum, weight ?? ZERO), ZERO);
  const nothing = new Map<string, Fen>(sorted.map(({ employeeId }) => [employeeId, ZERO_FEN]));
  const { total } = rule;
  const wholeFen =
    'rate' in total
      ? roundToFen(
          multiply(
            members.reduce((sum, { base }) => add(sum, base), ZERO),
            total.rate,
          ),
        )
      : total.amountFen;
  if (compare(weights, ZERO) === 0 || wholeFen <= 0) return { totalFen: ZERO_FEN, weights, members: members.length, shares: nothing };
  const parts = divideAmong(
    wholeFen,
    members.map(({ weight }) => weight ?? ZERO),
    weights,
  );
  const shares = new Map([...nothing, ...members.map(({ employeeId }, place) => [employeeId, parts[place] ?? ZERO_FEN] as const)]);
  return { totalFen: wholeFen, weights, members: members.length, shares };
};

/** Largest remainder over fractions: everything is compared as whole numbers over one denominator. */
const divideAmong = (total: Fen, weights: readonly Ratio[], sum: Ratio): Fen[] => {
  const denominator = BigInt(sum.n);
  const parts = weights.map((weight, place) => {
    // total × weight ÷ sum = numerator ÷ divisor.
    const numerator = BigInt(total) * BigInt(weight.n) * BigInt(sum.d);
    const divisor = BigInt(weight.d) * denominator;
    return { place, fen: numerator / divisor, rest: numerator % divisor, divisor };
  });
  let left = total - Number(parts.reduce((all, part) => all + part.fen, 0n));
  const byRest = [...parts].sort((a, b) => {
    const [left1, right1] = [a.rest * b.divisor, b.rest * a.divisor];
    return left1 === right1 ? a.place - b.place : left1 > right1 ? -1 : 1;
  });
  for (const part of byRest) {
    if (left === 0) break;
    part.fen += 1n;
    left -= 1;
  }
  return parts.map((part) => fen(Number(part.fen)));
};

/** Every test that was made of one candidate, and how the share came about. Nobody else's weight is named, only what all add up to. */
export const explainShare = (
  rule: PoolRule,
  candidate: PoolCandidate,
  { totalFen, weights, members, shares }: SharedPool,
  period: string,
): { tests: RewardTest[]; formula: LocalText } => {
  const { inForce, inAudience, gate, weight } = candidate;
  const tests: RewardTest[] = [];
  if (rule.from !== '' || rule.to !== '') tests.push(datesTest(rule.from, rule.to, period, inForce));
  if (rule.audience !== null) tests.push(audienceTest(rule.audience, inAudience));
  if (gate !== null) tests.push(gateTest(gate));
  const has = weight !== null && compare(weight, ZERO) > 0;
  const { sharedBy } = rule;
  const unit = sharedBy.by === 'metric' ? sharedBy.metric.unit : 'number';
  const name = {
    score: { zh: '绩效得分', en: 'score' },
    head: { zh: '人数', en: 'head' },
    metric: sharedBy.by === 'metric' ? sharedBy.metric.name : { zh: '', en: '' },
  }[sharedBy.by];
  const own = weight === null ? '-' : valueText(weight, unit);
  tests.push({
    passed: has,
    zh: `按${name.zh}分配,本人 ${own}:${has ? '达到' : '未达到'}`,
    en: `shared by ${name.en}, own ${own}: ${has ? 'met' : 'not met'}`,
  });
  const share = yuanText(shares.get(candidate.employeeId) ?? 0);
  if (!isMember(candidate)) return { tests, formula: { zh: '不参与本奖金池,应得 0.00 元', en: 'not a member of the pool: 0.00 yuan' } };
  const [whole, all] = [yuanText(totalFen), valueText(weights, unit)];
  return {
    tests,
    formula: {
      zh: `奖金池 ${whole} 元(${members} 人)× 本人 ${own} ÷ 合计 ${all} = ${share} 元(分摊到分,各人之和恰为奖金池)`,
      en: `pool of ${whole} yuan (${members} members) × own ${own} ÷ ${all} of all = ${share} yuan (the shares add up to the pool)`,
    },
  };
};
