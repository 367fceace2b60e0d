/** Items of the plans table: drafts, published versions, and each legal entity's index of them. */
import type { Item, Key, Query, WriteOperation } from '../../shared/adapters/store.ts';
import type { PlanVersion } from '../../shared/contracts/plans.ts';
import { canonicalJson } from '../../shared/kernel/canonical.ts';
import type { Draft } from './domain/draft.ts';
import { type PlanIndex, parsePlanVersion, planIndexKey, planVersionKey } from './read.ts';

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
    condition: index.version === 1 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: index.version - 1 },
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
