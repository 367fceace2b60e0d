/** Items of the plans table: drafts, published versions, each legal entity's index of them, and the targets of each month. */
import type { Condition, Item, Key, Query, WriteOperation } from '../../shared/adapters/store.ts';
import type { AppliesTo, PlanVersion } from '../../shared/contracts/plans.ts';
import type { TargetSet } from '../../shared/contracts/targets.ts';
import { canonicalJson } from '../../shared/kernel/canonical.ts';
import type { Draft } from './domain/draft.ts';
import type { PlaceTargets } from './domain/resolve-targets.ts';
import { type PlanIndex, parsePlanVersion, personTargetsKey, placeTargetsKey, planIndexKey, planVersionKey } from './read.ts';

/** A write of this version holds on the one before it. */
const heldOn = (version: number): Condition =>
  version === 1 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version - 1 };

export const draftKey = (planId: string): Key => ({ table: 'plans', pk: `PLAN#${planId}`, sk: 'DRAFT' });
export const parseDraft = (item: Item | undefined): Draft | undefined =>
  item === undefined ? undefined : (JSON.parse(String(item['doc'])) as Draft);

/** `before` is the stored draft's version, 0 when there is none: the write holds on it. */
export const putDraft = (draft: Draft, before: number): WriteOperation => ({
  op: 'put',
  table: 'plans',
  item: {
    pk: draftKey(draft.planId).pk,
    sk: 'DRAFT',
    doc: canonicalJson(draft),
    version: draft.version,
    gsi1pk: `ENTITY#${draft.legalEntityId}`,
    gsi1sk: `PLAN#${draft.planId}`,
  },
  condition: before === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: before },
});

/** `index` as it is to be stored: its version is one more than that of the stored one, on which the write holds. */
export const putIndex = (legalEntityId: string, index: PlanIndex): WriteOperation => {
  const { table, pk, sk } = planIndexKey(legalEntityId);
  return {
    op: 'put',
    table,
    item: { pk, sk, doc: canonicalJson(index.entries), version: index.version },
    condition: heldOn(index.version),
  };
};

/** Who published a version and who had approved it, beside the version itself. */
export interface VersionRecord {
  readonly plan: PlanVersion;
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly approvedBy: string;
}
/** Only ever created. */
export const putPlanVersion = ({ plan, publishedBy, publishedAt, approvedBy }: VersionRecord): WriteOperation => {
  const { table, pk, sk } = planVersionKey(plan.planId, plan.version);
  return {
    op: 'put',
    table,
    item: { pk, sk, doc: canonicalJson(plan), publishedBy, publishedAt, approvedBy },
    condition: { kind: 'absent' },
  };
};
export const parseVersionRecord = (item: Item): VersionRecord => ({
  plan: parsePlanVersion(item),
  publishedBy: String(item['publishedBy']),
  publishedAt: String(item['publishedAt']),
  approvedBy: String(item['approvedBy']),
});

/** Drafts of a legal entity, by plan id. From an index: what was stored in the last moments may be missing. */
export const draftsQuery = (legalEntityId: string): Query => ({
  table: 'plans',
  index: 'gsi1',
  pk: `ENTITY#${legalEntityId}`,
  sk: { beginsWith: 'PLAN#' },
});
/** Versions of a plan, newest first. */
export const versionsQuery = (planId: string): Query => ({
  table: 'plans',
  pk: `PLAN#${planId}`,
  sk: { beginsWith: 'VERSION#' },
  descending: true,
});

/** A month of a legal entity. */
export interface TargetMonth {
  readonly legalEntityId: string;
  readonly period: string;
}

/** `places` as they are to be stored: the version is one more than the stored one's, on which the write holds. */
export const putPlaceTargets = ({ legalEntityId, period }: TargetMonth, places: PlaceTargets): WriteOperation => {
  const { table, pk, sk } = placeTargetsKey(legalEntityId, period);
  return {
    op: 'put',
    table,
    item: { pk, sk, doc: canonicalJson(places.sets), version: places.version },
    condition: heldOn(places.version),
  };
};
/** A person's set as it is to be stored, like {@link putPlaceTargets}. */
export const putPersonTargets = ({ legalEntityId, period }: TargetMonth, set: TargetSet): WriteOperation => {
  const { table, pk, sk } = personTargetsKey(set.of.id, period);
  return {
    op: 'put',
    table,
    item: {
      pk,
      sk,
      doc: canonicalJson(set),
      version: set.version,
      gsi1pk: `TARGETS#${legalEntityId}#${period}`,
      gsi1sk: `PERSON#${set.of.id}`,
    },
    condition: heldOn(set.version),
  };
};
/** What is set for persons in a month, by employee id. From an index: what was stored in the last moments may be missing. */
export const personTargetsQuery = ({ legalEntityId, period }: TargetMonth): Query => ({
  table: 'plans',
  index: 'gsi1',
  pk: `TARGETS#${legalEntityId}#${period}`,
});

/** One version of a set: who set it, when and why. */
export interface TargetChange {
  readonly set: TargetSet;
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: string;
}
const changesOf = ({ period }: TargetMonth, { kind, id }: AppliesTo): string => `CHANGE#${period}#${kind}#${id}#`;
export const targetChangeKey = (month: TargetMonth, { of, version }: Omit<TargetSet, 'targets'>): Key => ({
  table: 'plans',
  pk: `TARGETS#${month.legalEntityId}`,
  sk: `${changesOf(month, of)}${String(version).padStart(6, '0')}`,
});
/** Only ever created. */
export const putTargetChange = (month: TargetMonth, change: TargetChange): WriteOperation => {
  const { table, pk, sk } = targetChangeKey(month, change.set);
  return { op: 'put', table, item: { pk, sk, doc: canonicalJson(change) }, condition: { kind: 'absent' } };
};
export const parseTargetChange = (item: Item): TargetChange => JSON.parse(String(item['doc'])) as TargetChange;
/** Every version of one set, newest first. */
export const targetChangesQuery = (month: TargetMonth, of: AppliesTo): Query => ({
  table: 'plans',
  pk: `TARGETS#${month.legalEntityId}`,
  sk: { beginsWith: changesOf(month, of) },
  descending: true,
});
