/**
 * Rules that pay only the first of a group: the first customer of an industry, whoever is credited. A group is of a legal entity and a
 * rule; who is first is the earliest candidate by time, then by id, so it does not depend on the order in which they become known (I3).
 */
import type { CompiledRewards, SubjectRule } from './compile-rewards.ts';
import type { Desired } from './evaluate-rewards.ts';

/** Which of two is earlier: the moment (ISO, UTC), then the id of the order or fact. */
export interface Rank {
  readonly at: string;
  readonly id: string;
}
export const isBefore = (left: Rank, right: Rank): boolean => left.at < right.at || (left.at === right.at && left.id < right.id);
export const sameRank = (left: Rank | null, right: Rank | null): boolean => left?.at === right?.at && left?.id === right?.id;

/** The first of a rule's group, by {@link groupOf}; undefined where nobody is in it. */
export type Firsts = Pick<ReadonlyMap<string, Rank>, 'get'>;
export const NO_FIRSTS: Firsts = new Map();

/** Longest name of a group. */
export const MAX_GROUP_NAME = 200;

/** A rule's group by its name. */
export const groupOf = (ruleId: string, name: string): string => `${ruleId}#${name}`;

/** Where a fact or order stands in its group. */
export interface GroupPlace {
  /** Empty where `fault` says why there is no group. */
  readonly name: string;
  readonly rank: Rank;
  readonly isFirst: boolean;
  readonly fault: string;
}

/** Null for a rule that pays each. What cannot be grouped is never the first. */
export const placeIn = (rule: SubjectRule, input: Record<string, unknown>, rank: Rank, firsts: Firsts): GroupPlace | null => {
  if (rule.firstIn === null) return null;
  const answer = rule.firstIn.evaluate(input);
  const nowhere = (fault: string): GroupPlace => ({ name: '', rank, isFirst: false, fault });
  if (!answer.ok) return nowhere(answer.reason);
  if (typeof answer.value !== 'string' || answer.value === '') return nowhere('no text');
  if (answer.value.length > MAX_GROUP_NAME) return nowhere(`longer than ${MAX_GROUP_NAME} characters`);
  const first = firsts.get(groupOf(rule.id, answer.value));
  return { name: answer.value, rank, isFirst: first === undefined || !isBefore(first, rank), fault: '' };
};

/** What one person has in a group: a rule's fact or customer. */
export interface Candidate {
  readonly ruleId: string;
  readonly subjectId: string;
  readonly group: string;
  readonly rank: Rank;
}
/** Everything that an evaluation found to be in a group, paid or not. */
export const candidatesOf = (desired: readonly Desired[]): Candidate[] =>
  desired.flatMap((one) =>
    one.for === 'month' || one.place === null || one.place.name === ''
      ? []
      : [{ ruleId: one.rule.id, subjectId: one.subjectId, group: groupOf(one.rule.id, one.place.name), rank: one.place.rank }],
  );

/** Of a plan's rules those that pay only the first of a group. */
export const groupRulesOf = (compiled: CompiledRewards): CompiledRewards => {
  const grouped = (rules: readonly SubjectRule[]): SubjectRule[] => rules.filter(({ firstIn }) => firstIn !== null);
  return {
    ...compiled,
    metricRules: [],
    factRules: grouped(compiled.factRules),
    customerRules: grouped(compiled.customerRules),
    orderRules: grouped(compiled.orderRules),
  };
};
export const paysByGroup = ({ factRules, customerRules, orderRules }: CompiledRewards): boolean =>
  [...factRules, ...customerRules, ...orderRules].some(({ firstIn }) => firstIn !== null);
