/**
 * A plan's draft on its way: edited → verified (or faulty) → approved by somebody else → published. Every change of the document starts
 * over. Pure: who and when are arguments, refusals are returned.
 */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { PlanDocument } from '../../../shared/contracts/plans.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { type Finding, hasErrors } from './finding.ts';

export interface Verification {
  /** Of the document that was verified. */
  readonly digest: string;
  readonly findings: readonly Finding[];
  readonly verifiedBy: string;
  readonly verifiedAt: string;
}
export interface Approval {
  readonly digest: string;
  readonly approvedBy: string;
  readonly approvedAt: string;
}
export interface Publication {
  readonly version: number;
  readonly effectiveFrom: string;
  readonly publishedBy: string;
  readonly publishedAt: string;
}
interface DraftBase {
  readonly planId: string;
  readonly legalEntityId: string;
  /** Rises by one with every change of document or status. */
  readonly version: number;
  readonly document: PlanDocument;
  readonly digest: string;
  readonly editedBy: string;
  /** Who that is among the employees, where he or she is one. */
  readonly editedByEmployee?: string;
  readonly editedAt: string;
}
export type Draft = DraftBase &
  (
    | { readonly status: 'edited' }
    | { readonly status: 'faulty' | 'verified'; readonly verification: Verification }
    | { readonly status: 'approved'; readonly verification: Verification; readonly approval: Approval }
    | {
        readonly status: 'published';
        readonly verification: Verification;
        readonly approval: Approval;
        readonly publication: Publication;
      }
  );
export const DRAFT_STATUSES = ['edited', 'faulty', 'verified', 'approved', 'published'] as const satisfies readonly Draft['status'][];

export interface Refusal {
  readonly code: 'conflict' | 'version_conflict' | 'second_person_required' | 'plan_invalid' | 'precondition_failed' | 'not_found';
  readonly reason?: LocalText;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}
type Decision = Result<Draft, Refusal>;

/** What the caller knows of a draft, or of a set of targets: nothing said, it exists, it does not, or its version. */
export type Precondition = 'none' | 'exists' | 'absent' | { readonly version: number };

export const holds = (precondition: Precondition, current: { readonly version: number } | undefined): boolean => {
  if (precondition === 'none') return true;
  if (precondition === 'exists') return current !== undefined;
  if (precondition === 'absent') return current === undefined;
  return current?.version === precondition.version;
};

export interface Edit {
  readonly document: PlanDocument;
  readonly digest: string;
  readonly by: string;
  readonly byEmployee?: string | undefined;
  readonly at: string;
}
/** Replaces the whole document. The same document again changes nothing: neither the status nor who edited it last. */
export const editDraft = (current: Draft | undefined, edit: Edit, precondition: Precondition): Decision => {
  if (!holds(precondition, current)) return fail({ code: 'precondition_failed' });
  const { document, digest, by, byEmployee, at } = edit;
  if (current !== undefined && current.legalEntityId !== document.legalEntityId) {
    return fail({
      code: 'conflict',
      reason: {
        zh: `方案 ${current.planId} 属于法人 ${current.legalEntityId},不能改到另一法人`,
        en: `the plan ${current.planId} belongs to the legal entity ${current.legalEntityId} and stays there`,
      },
    });
  }
  if (current?.digest === digest) return succeed(current);
  return succeed({
    planId: document.id,
    legalEntityId: document.legalEntityId,
    version: (current?.version ?? 0) + 1,
    document,
    digest,
    editedBy: by,
    ...(byEmployee === undefined ? {} : { editedByEmployee: byEmployee }),
    editedAt: at,
    status: 'edited',
  });
};

const baseOf = ({ planId, legalEntityId, document, digest, editedBy, editedByEmployee, editedAt, version }: Draft): DraftBase => ({
  planId,
  legalEntityId,
  document,
  digest,
  editedBy,
  ...(editedByEmployee === undefined ? {} : { editedByEmployee }),
  editedAt,
  version: version + 1,
});

/** Records what the verifier found. What was approved or published stays so, unless the verifier now finds errors in it. */
export const recordFindings = (draft: Draft, findings: readonly Finding[], by: string, at: string): Draft => {
  const verification = { digest: draft.digest, findings, verifiedBy: by, verifiedAt: at };
  const faulty = hasErrors(findings);
  if (!faulty && (draft.status === 'approved' || draft.status === 'published')) return { ...draft, ...baseOf(draft), verification };
  return { ...baseOf(draft), status: faulty ? 'faulty' : 'verified', verification };
};

/**
 * Somebody else than the last editor says yes, to the document he or she names by its digest. Refusals, in this order: another digest
 * (`version_conflict`), the same person (`second_person_required`), not verified (`conflict`), errors (`plan_invalid`).
 */
export const approveDraft = (draft: Draft, digest: string, by: string, at: string): Decision => {
  if (digest !== draft.digest) {
    return fail({
      code: 'version_conflict',
      reason: {
        zh: '草稿内容已不是您看到的那一份,请重新查看后再审批',
        en: `the draft is no longer the document that you name; it is now ${draft.digest}`,
      },
    });
  }
  if (by === draft.editedBy) {
    return fail({
      code: 'second_person_required',
      reason: { zh: '最后修改草稿的人不能审批', en: 'who edited the draft last cannot approve it' },
    });
  }
  switch (draft.status) {
    case 'approved':
    case 'published':
      return succeed(draft);
    case 'edited':
      return fail({ code: 'conflict', reason: { zh: '草稿尚未检查,请先执行检查', en: 'the draft is not verified yet: verify it first' } });
    case 'faulty':
      return fail(refuseFaulty(draft.verification.findings));
    case 'verified':
      // The status says so already; this is the guard that holds if it ever should not.
      if (draft.verification.digest !== draft.digest || hasErrors(draft.verification.findings)) {
        return fail({
          code: 'conflict',
          reason: { zh: '检查结果与草稿不符,请重新检查', en: 'the findings are about another document: verify again' },
        });
      }
      return succeed({
        ...baseOf(draft),
        status: 'approved',
        verification: draft.verification,
        approval: { digest, approvedBy: by, approvedAt: at },
      });
  }
};

const refuseFaulty = (findings: readonly Finding[]): Refusal => ({
  code: 'plan_invalid',
  errors: findings
    .filter(({ severity }) => severity === 'error')
    .slice(0, 50)
    .map(({ path, code, zh, en }) => ({ pointer: path || '/', code, detail: `${zh} / ${en}` })),
});

/** Whether the document as it stands may be published. */
export const mayPublish = (draft: Draft): Result<{ readonly verification: Verification; readonly approval: Approval }, Refusal> => {
  switch (draft.status) {
    case 'approved':
    case 'published':
      return draft.approval.digest === draft.digest
        ? succeed(draft)
        : fail({ code: 'conflict', reason: { zh: '审批的不是这份草稿', en: 'another document was approved' } });
    case 'faulty':
      return fail(refuseFaulty(draft.verification.findings));
    case 'edited':
    case 'verified':
      return fail({
        code: 'conflict',
        reason: { zh: '草稿尚未由另一人审批', en: 'the draft is not approved yet by another person' },
      });
  }
};

export const publishedDraft = (
  draft: Draft,
  { verification, approval }: { readonly verification: Verification; readonly approval: Approval },
  publication: Publication,
): Draft => ({ ...baseOf(draft), status: 'published', verification, approval, publication });
