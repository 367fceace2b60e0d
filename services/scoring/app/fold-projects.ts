/** What a batch of facts does to the projects of a person's month: pure over a snapshot. */
import type { WriteOperation } from '../../../shared/adapters/store.ts';
import { applyToProjects, type ProjectChange, type ProjectParts, projectIdOf } from '../domain/project-state.ts';
import type { Transition } from '../domain/transition.ts';
import { type PersonMonth, parseProject, projectKey, writeProject } from '../store.ts';
import type { Lacking, Snapshot } from './snapshot.ts';

export type ProjectsFold =
  | ({ readonly kind: 'lacking' } & Lacking)
  | { readonly kind: 'folded'; readonly changes: readonly ProjectChange[]; readonly operations: readonly WriteOperation[] };

/** @param version of the book that this goes with. */
export const foldProjects = (of: PersonMonth, transitions: readonly Transition[], snapshot: Snapshot, version: number): ProjectsFold => {
  const projectIds = new Set<string>();
  for (const { before, after } of transitions) {
    for (const fact of [before, after]) {
      const projectId = fact && projectIdOf(fact);
      if (projectId) projectIds.add(projectId);
    }
  }
  const lacking = [...projectIds].map((projectId) => projectKey(of, projectId)).filter((key) => !snapshot.has(key));
  if (lacking.length > 0) return { kind: 'lacking', keys: lacking, ranges: [] };
  const before = new Map<string, ProjectParts>();
  for (const projectId of projectIds) {
    const item = snapshot.item(projectKey(of, projectId));
    if (item) before.set(projectId, parseProject(item));
  }
  const after = [...applyToProjects(before, transitions).values()];
  return {
    kind: 'folded',
    changes: after.map((project) => ({ before: before.get(project.projectId), after: project })),
    operations: after.map((project) => writeProject(of, project, { before: snapshot.item(projectKey(of, project.projectId)), version })),
  };
};
