/**
 * A person's projects within a month: the facts of each, whatever their type. Independent of any plan, so that a plan that comes later finds
 * them, and small: what is scored by project is decided from its facts alone (`score-projects.ts`).
 */
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { ascending } from './ordered-heads.ts';
import type { Transition } from './transition.ts';

export interface ProjectParts {
  readonly projectId: string;
  /** By time, then fact id. */
  readonly facts: readonly CreditedFact[];
}
/** A project before and after a change; undefined where it has no fact. */
export interface ProjectChange {
  readonly before: ProjectParts | undefined;
  readonly after: ProjectParts | undefined;
}

/** Null when the fact is of no project. */
export const projectIdOf = (fact: CreditedFact): string | null => fact.subject.projectId ?? null;

const placeOf = ({ occurredAt, factId }: CreditedFact): string => `${occurredAt}#${factId}`;

/** Projects after the transitions, also those that are left without a fact; `before` holds those that exist, by project id. */
export const applyToProjects = (
  before: ReadonlyMap<string, ProjectParts>,
  transitions: readonly Transition[],
): ReadonlyMap<string, ProjectParts> => {
  const facts = new Map<string, Map<string, CreditedFact>>();
  const factsOf = (projectId: string): Map<string, CreditedFact> => {
    let known = facts.get(projectId);
    if (!known) {
      known = new Map((before.get(projectId)?.facts ?? []).map((fact) => [fact.factId, fact]));
      facts.set(projectId, known);
    }
    return known;
  };
  for (const { factId, before: old, after: now } of transitions) {
    const oldId = old && projectIdOf(old);
    if (oldId) factsOf(oldId).delete(factId);
    const newId = now && projectIdOf(now);
    if (now && newId) factsOf(newId).set(factId, now);
  }
  return new Map(
    [...facts].map(([projectId, own]) => [
      projectId,
      { projectId, facts: [...own.values()].sort((a, b) => ascending(placeOf(a), placeOf(b))) },
    ]),
  );
};
