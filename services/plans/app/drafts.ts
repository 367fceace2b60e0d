/** What happens to a draft before it is published: load, decide, store on the version that was loaded; otherwise once more. */
import type { Item, Store } from '../../../shared/adapters/store.ts';
import type { PlanDocument } from '../../../shared/contracts/plans.ts';
import { canonicalJson, digestOf } from '../../../shared/kernel/canonical.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { employeeKey, entityKey, orgKey, parseOrg } from '../../people/read.ts';
import { approveDraft, type Draft, editDraft, type Precondition, type Refusal, recordFindings } from '../domain/draft.ts';
import { arrange, type Finding, warning } from '../domain/finding.ts';
import { draftKey, parseDraft, putDraft } from '../store.ts';
import { checkDocument } from './check-plan.ts';

const MAX_ATTEMPTS = 8;
/** A version is one item of at most 400 KB, and a draft has its findings beside the document. */
export const MAX_DOCUMENT_BYTES = 150_000;

/** Who asks, and when. `mayReach` says whether the caller's token names a legal entity: what it does not reach is not found. */
export interface Caller {
  readonly subject: string;
  /** Null: the caller is no employee. */
  readonly employeeId?: string | null;
  readonly at: Instant;
  mayReach(legalEntityId: string): boolean;
}
type Answer = Result<Draft, Refusal>;
const NOT_FOUND = fail<Refusal>({ code: 'not_found' });

export const loadDraft = async (store: Store, planId: string, mayReach: Caller['mayReach']): Promise<Draft | undefined> => {
  const draft = parseDraft(await store.get(draftKey(planId)));
  return draft && mayReach(draft.legalEntityId) ? draft : undefined;
};

/** Stores what `decide` makes of the stored draft; nothing is written when it gives the draft itself. @throws Error after 8 lost races. */
const change = async (
  store: Store,
  planId: string,
  mayReach: Caller['mayReach'],
  decide: (current: Draft | undefined) => Promise<Answer> | Answer,
): Promise<Answer> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const current = parseDraft(await store.get(draftKey(planId)));
    if (current && !mayReach(current.legalEntityId)) return NOT_FOUND;
    const decided = await decide(current);
    if (!decided.ok || decided.value === current) return decided;
    if ((await store.write(putDraft(decided.value, current?.version ?? 0))).ok) return decided;
  }
  throw new Error(`the draft of ${planId} changed with every one of ${MAX_ATTEMPTS} attempts`);
};

/** Creates the draft or replaces its whole document. */
export const replaceDraft = async (
  store: Store,
  document: PlanDocument,
  precondition: Precondition,
  { subject, employeeId, at, mayReach }: Caller,
): Promise<Answer | { readonly ok: false; readonly error: { readonly code: 'payload_too_large' } }> => {
  if (!mayReach(document.legalEntityId)) return NOT_FOUND;
  if (Buffer.byteLength(canonicalJson(document)) > MAX_DOCUMENT_BYTES) return fail({ code: 'payload_too_large' });
  const digest = digestOf(document);
  return change(store, document.id, mayReach, (current) =>
    editDraft(current, { document, digest, by: subject, byEmployee: employeeId ?? undefined, at }, precondition),
  );
};

/** Verifies the stored document and keeps the findings with its digest. */
export const verifyStoredDraft = (store: Store, planId: string, { subject, at, mayReach }: Caller): Promise<Answer> =>
  change(store, planId, mayReach, async (current) => {
    if (!current) return NOT_FOUND;
    const findings = arrange([...checkDocument(current.document), ...(await checkPlaces(store, current.document))]);
    return succeed(recordFindings(current, findings, subject, at));
  });

export const approveStoredDraft = (store: Store, planId: string, digest: string, { subject, at, mayReach }: Caller): Promise<Answer> =>
  change(store, planId, mayReach, (current) => (current ? approveDraft(current, digest, subject, at) : NOT_FOUND));

/** Whether the places that a plan names are on record. Warnings only: they may be recorded later. */
const checkPlaces = async (store: Store, { legalEntityId, appliesTo }: PlanDocument): Promise<Finding[]> => {
  const [entity, org, person] = await store.getMany([
    entityKey(legalEntityId),
    orgKey(legalEntityId),
    // Only meant for a person; another key of the same item costs nothing.
    appliesTo.kind === 'person' ? employeeKey(appliesTo.id) : entityKey(legalEntityId),
  ]);
  const findings: Finding[] = [];
  if (!entity) {
    findings.push(
      warning('/legalEntityId', 'legal_entity_unknown', `尚无法人 ${legalEntityId}`, `there is no legal entity ${legalEntityId} yet`),
    );
  }
  if (!isOnRecord(appliesTo, org, person)) {
    findings.push(
      warning(
        '/appliesTo/id',
        'place_unknown',
        `尚无 ${appliesTo.kind} ${appliesTo.id}:方案不会适用于任何人`,
        `there is no ${appliesTo.kind} ${appliesTo.id} yet: the plan applies to nobody`,
      ),
    );
  }
  return findings;
};

/** Positions have no register, and the legal entity is looked at by itself. */
const isOnRecord = ({ kind, id }: PlanDocument['appliesTo'], org: Item | undefined, person: Item | undefined): boolean => {
  if (kind === 'org-unit') return parseOrg(org).units.some((unit) => unit.id === id);
  return kind !== 'person' || person !== undefined;
};
