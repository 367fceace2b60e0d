/**
 * Publication: version, index, draft and the message to scoring in one transaction. Two publications at once make one version: the other
 * one is told what was published meanwhile, or, when it was the same document for the same day, gets that version.
 */

import type { PlanIndexEntry, PlanVersion } from '../../../shared/contracts/plans.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type Draft, publishedDraft, type Refusal } from '../domain/draft.ts';
import { differences } from '../domain/plan-difference.ts';
import { decidePublication, latestOf } from '../domain/publication.ts';
import { parsePlanIndex, parsePlanVersion, planIndexKey, planVersionKey } from '../read.ts';
import { draftKey, parseDraft, putDraft, putIndex, putPlanVersion } from '../store.ts';
import type { Caller } from './drafts.ts';

const MAX_ATTEMPTS = 8;

export interface PublishRequest {
  readonly effectiveFrom: LocalDate;
  readonly midMonth?: 'segments' | 'replace';
  readonly expectedVersion?: number;
}
export interface Published {
  readonly entry: PlanIndexEntry;
  /** False when it was published already. */
  readonly created: boolean;
}

/** @throws Error after 8 attempts, each lost to another plan of the same legal entity. */
export const publishPlan = async (
  { store, queue }: Platform,
  planId: string,
  request: PublishRequest,
  { subject, at, mayReach }: Caller,
): Promise<Result<Published, Refusal>> => {
  let seen: number | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const draft = parseDraft(await store.get(draftKey(planId)));
    if (!draft || !mayReach(draft.legalEntityId)) return fail({ code: 'not_found' });
    const index = parsePlanIndex(await store.get(planIndexKey(draft.legalEntityId)));
    // What was the latest when we first looked is what the caller means, unless he or she said otherwise.
    seen ??= latestOf(index, planId)?.version ?? 0;
    const decided = decidePublication(draft, index, { ...request, expectedVersion: request.expectedVersion ?? seen });
    if (!decided.ok) return decided;
    if (decided.value.kind === 'already') return succeed({ entry: decided.value.entry, created: false });
    if (decided.value.kind === 'overtaken') return fail(await overtaken(store, draft, decided.value.latest));

    const { entry, index: next, approved } = decided.value;
    const plan: PlanVersion = {
      planId,
      version: entry.version,
      effectiveFrom: entry.effectiveFrom,
      digest: entry.digest,
      ...(entry.midMonth ? { midMonth: entry.midMonth } : {}),
      document: draft.document,
    };
    // What is approved is what is published, to the letter.
    if (digestOf(plan.document) !== plan.digest) throw new Error(`the draft of ${planId} is not the document of its digest`);
    const publication = { version: entry.version, effectiveFrom: entry.effectiveFrom, publishedBy: subject, publishedAt: at };
    const row = outboxRow(
      'plans',
      {
        message: 'plan.published',
        planId,
        version: entry.version,
        legalEntityId: draft.legalEntityId,
        effectiveFrom: entry.effectiveFrom,
      },
      at,
    );
    const stored = await store.transact([
      putPlanVersion({ plan, publishedBy: subject, publishedAt: at, approvedBy: approved.approval.approvedBy }),
      putIndex(draft.legalEntityId, next),
      putDraft(publishedDraft(draft, approved, publication), draft.version),
      putRow(row),
    ]);
    if (stored.ok) {
      await tell(queue, [row]);
      return succeed({ entry, created: true });
    }
  }
  throw new Error(`the plans of the legal entity of ${planId} changed with every one of ${MAX_ATTEMPTS} attempts`);
};

/** What the latest published version says differently from this draft. */
const overtaken = async (store: Platform['store'], draft: Draft, latest: PlanIndexEntry | undefined): Promise<Refusal> => {
  const reason = {
    zh: latest ? `已有人发布了第 ${latest.version} 版(自 ${latest.effectiveFrom} 起),请核对差异后再发布` : '该方案尚无已发布的版本',
    en: latest
      ? `version ${latest.version}, from ${latest.effectiveFrom}, was published meanwhile: look at the difference and publish again`
      : 'the plan has no published version yet',
  };
  if (!latest) return { code: 'version_conflict', reason };
  const item = await store.get(planVersionKey(latest.planId, latest.version));
  const found = item ? differences(parsePlanVersion(item).document, draft.document) : [];
  return {
    code: 'version_conflict',
    reason,
    errors: found.slice(0, 50).map(({ place, change, before, after }) => ({
      pointer: place || '/',
      code: change,
      detail: `${shown(before)} → ${shown(after)}`,
    })),
  };
};
const shown = (value: unknown): string => (value === undefined ? '∅' : JSON.stringify(value).slice(0, 200));
