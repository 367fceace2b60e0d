/**
 * A plan taken apart for checking. Each part knows its place, so that the parts that can be read are checked even where others cannot:
 * all findings come at once, and a broken metric does not make every reference to it look wrong.
 */
import type { AppliesTo, Indicator, Metric, PlanDocument, Reward, Scheme, SchemeProjects } from '../../../shared/contracts/plans.ts';

export interface Placed<T> {
  /** JSON pointer. */
  readonly path: string;
  readonly value: T;
}
export type SchemeGate = Scheme['gates'][number];

/** A list of which some parts could not be read. */
export interface PartList<T> {
  readonly parts: readonly Placed<T>[];
  /** Ids of parts that are there but could not be read. */
  readonly brokenIds: ReadonlySet<string>;
  /** Whether there are parts of which not even the id could be read. */
  readonly unnamed: boolean;
  /** Nothing of the list was unreadable. */
  readonly complete: boolean;
}
export interface PlanParts {
  readonly legalEntityId?: string;
  readonly appliesTo?: AppliesTo;
  readonly metrics: PartList<Metric>;
  readonly hasScheme: boolean;
  readonly indicators: PartList<Indicator>;
  readonly gates: PartList<SchemeGate>;
  /** Where the scheme scores by project. */
  readonly projects?: SchemeProjects;
  readonly rewards: PartList<Reward>;
}

const listOf = <T>(path: string, values: readonly T[]): PartList<T> => ({
  parts: values.map((value, index) => ({ path: `${path}/${index}`, value })),
  brokenIds: new Set(),
  unnamed: false,
  complete: true,
});

/** The parts of a document that could be read as a whole. */
export const partsOf = (document: PlanDocument): PlanParts => ({
  legalEntityId: document.legalEntityId,
  appliesTo: document.appliesTo,
  metrics: listOf('/metrics', document.metrics),
  hasScheme: document.scheme !== undefined,
  indicators: listOf('/scheme/indicators', document.scheme?.indicators ?? []),
  gates: listOf('/scheme/gates', document.scheme?.gates ?? []),
  ...(document.scheme?.projects ? { projects: document.scheme.projects } : {}),
  rewards: listOf('/rewards', document.rewards),
});
