/** Reading: the plans of a legal entity, a plan's versions, and what two of them say differently. */
import type { PageKey, Store } from '../../../shared/adapters/store.ts';
import type { PlanDocument, PlanIndexEntry } from '../../../shared/contracts/plans.ts';
import type { Draft } from '../domain/draft.ts';
import { type Difference, differences } from '../domain/plan-difference.ts';
import { latestOf } from '../domain/publication.ts';
import { parsePlanIndex, parsePlanVersion, planIndexKey, planVersionKey } from '../read.ts';
import { draftsQuery, parseDraft, parseVersionRecord, type VersionRecord, versionsQuery } from '../store.ts';

export interface PlanSummary {
  readonly draft: Draft;
  readonly published: PlanIndexEntry | undefined;
}
interface PageRequest {
  readonly limit: number;
  readonly startAfter: PageKey | undefined;
}
const from = ({ limit, startAfter }: PageRequest) => ({ limit, ...(startAfter ? { startAfter } : {}) });

/** One page of a legal entity's plans, by id. Two requests, however many plans there are. */
export const listPlans = async (
  store: Store,
  legalEntityId: string,
  page: PageRequest,
): Promise<{ readonly plans: readonly PlanSummary[]; readonly next: PageKey | undefined }> => {
  const [found, indexItem] = await Promise.all([
    store.query({ ...draftsQuery(legalEntityId), ...from(page) }),
    store.get(planIndexKey(legalEntityId)),
  ]);
  const index = parsePlanIndex(indexItem);
  const plans = found.items.flatMap((item) => {
    const draft = parseDraft(item);
    return draft ? [{ draft, published: latestOf(index, draft.planId) }] : [];
  });
  return { plans, next: found.next };
};

export const listVersions = async (
  store: Store,
  planId: string,
  page: PageRequest,
): Promise<{ readonly versions: readonly VersionRecord[]; readonly next: PageKey | undefined }> => {
  const found = await store.query({ ...versionsQuery(planId), ...from(page) });
  return { versions: found.items.map(parseVersionRecord), next: found.next };
};

export const readVersion = async (store: Store, planId: string, version: number): Promise<VersionRecord | undefined> => {
  const item = await store.get(planVersionKey(planId, version));
  return item && parseVersionRecord(item);
};

/** A published version by its number, or the draft. */
export type Side = number | 'draft';

/** `undefined` when a side does not exist. Both sides in one request. */
export const diffPlan = async (store: Store, draft: Draft, before: Side, after: Side): Promise<readonly Difference[] | undefined> => {
  const sides = [before, after];
  const numbers = sides.filter((side) => side !== 'draft');
  const items = await store.getMany(numbers.map((version) => planVersionKey(draft.planId, version)));
  const documents = sides.map((side): PlanDocument | undefined => {
    if (side === 'draft') return draft.document;
    const item = items[numbers.indexOf(side)];
    return item && parsePlanVersion(item).document;
  });
  const [left, right] = documents;
  return left && right ? differences(left, right) : undefined;
};
