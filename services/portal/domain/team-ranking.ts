/** Where a person stands in the team, by exact score. Pure; the answer does not depend on the order in which people are given. */
import { compare, type Ratio, subtract, toDecimal } from '../../../shared/kernel/ratio.ts';

export interface ScoredPerson {
  readonly employeeId: string;
  readonly name: string;
  readonly total: Ratio;
}
export interface Ranked {
  readonly employeeId: string;
  readonly name: string;
  /** 1 is the highest; equal scores share a rank, and the next rank counts them all (1, 2, 2, 4). */
  readonly rank: number;
  readonly score: string;
}
export interface OwnRank {
  readonly rank: number;
  /** How many people have a score. */
  readonly of: number;
  /** How many others share the rank. */
  readonly sharedWith: number;
  readonly score: string;
  /** Points to the next higher score; null at the top. */
  readonly toNext: string | null;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const rankOf = (person: ScoredPerson, people: readonly ScoredPerson[]): number =>
  1 + people.filter(({ total }) => compare(total, person.total) > 0).length;

/** Everybody with a score, the highest first, of equals by id. */
export const rankAll = (people: readonly ScoredPerson[]): Ranked[] => {
  const sorted = [...people].sort((a, b) => compare(b.total, a.total) || compareText(a.employeeId, b.employeeId));
  let rank = 0;
  return sorted.map((person, place) => {
    const before = sorted[place - 1];
    if (!before || compare(before.total, person.total) !== 0) rank = place + 1;
    return { employeeId: person.employeeId, name: person.name, rank, score: toDecimal(person.total, 2) };
  });
};

/** Null when the person has no score. Says nothing about any other person but the distance to the next score. */
export const ownRank = (employeeId: string, people: readonly ScoredPerson[]): OwnRank | null => {
  const own = people.find((person) => person.employeeId === employeeId);
  if (!own) return null;
  const above = people.filter(({ total }) => compare(total, own.total) > 0).map(({ total }) => total);
  const [first, ...others] = above;
  const next = first && others.reduce((nearest, total) => (compare(total, nearest) < 0 ? total : nearest), first);
  return {
    rank: rankOf(own, people),
    of: people.length,
    sharedWith: people.filter(({ total }) => compare(total, own.total) === 0).length - 1,
    score: toDecimal(own.total, 2),
    toNext: next ? toDecimal(subtract(next, own.total), 2) : null,
  };
};
