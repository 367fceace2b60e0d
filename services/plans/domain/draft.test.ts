import { describe, expect, it } from 'vitest';
import { approveDraft, type Draft, editDraft, mayPublish, recordFindings } from './draft.ts';
import { error, warning } from './finding.ts';
import { soundPlan } from './testing/sound-plan.ts';

const AT = '2026-11-23T01:00:00.000Z';
const edited: Draft = {
  planId: 'sound',
  legalEntityId: 'acme',
  version: 1,
  document: soundPlan(),
  digest: 'd1',
  editedBy: 'owner',
  editedAt: AT,
  status: 'edited',
};
const verification = { digest: 'd1', findings: [], verifiedBy: 'owner', verifiedAt: AT };
const codeOf = (decision: ReturnType<typeof approveDraft>): string => (decision.ok ? decision.value.status : decision.error.code);

describe('a draft', () => {
  it('is verified by findings without errors, and faulty by one error', () => {
    expect(recordFindings(edited, [warning('/a', 'b', '', '')], 'x', AT)).toMatchObject({ status: 'verified', version: 2 });
    expect(recordFindings(edited, [error('/a', 'b', '', '')], 'x', AT)).toMatchObject({ status: 'faulty', version: 2 });
  });

  it('that was approved is faulty again when a stricter verifier finds an error', () => {
    const approved: Draft = { ...edited, status: 'approved', verification, approval: { digest: 'd1', approvedBy: 'b', approvedAt: AT } };
    expect(recordFindings(approved, [], 'x', AT)).toMatchObject({ status: 'approved', approval: { approvedBy: 'b' } });
    const faulty = recordFindings(approved, [error('/a', 'b', '', '')], 'x', AT);
    expect(faulty).toMatchObject({ status: 'faulty' });
    expect(faulty).not.toHaveProperty('approval');
    expect(mayPublish(faulty)).toMatchObject({ ok: false, error: { code: 'plan_invalid' } });
  });

  it('is only approved on findings about this document, without errors', () => {
    const verified: Draft = { ...edited, status: 'verified', verification };
    expect(codeOf(approveDraft(verified, 'd1', 'second', AT))).toBe('approved');
    expect(codeOf(approveDraft({ ...verified, verification: { ...verification, digest: 'd0' } }, 'd1', 'second', AT))).toBe('conflict');
    expect(
      codeOf(approveDraft({ ...verified, verification: { ...verification, findings: [error('/a', 'b', '', '')] } }, 'd1', 'second', AT)),
    ).toBe('conflict');
    expect(codeOf(approveDraft(verified, 'd0', 'second', AT))).toBe('version_conflict');
    expect(codeOf(approveDraft(verified, 'd1', 'owner', AT))).toBe('second_person_required');
  });

  it('is only published when this document is the one approved', () => {
    const approval = { digest: 'd0', approvedBy: 'b', approvedAt: AT };
    expect(mayPublish({ ...edited, status: 'approved', verification, approval })).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(mayPublish({ ...edited, status: 'approved', verification, approval: { ...approval, digest: 'd1' } })).toMatchObject({
      ok: true,
    });
    expect(mayPublish({ ...edited, status: 'verified', verification })).toMatchObject({ ok: false });
  });

  it('begins at version 1 and keeps its legal entity', () => {
    const edit = { document: soundPlan(), digest: 'd1', by: 'a', at: AT };
    expect(editDraft(undefined, edit, 'none')).toMatchObject({ ok: true, value: { version: 1, status: 'edited' } });
    expect(editDraft(edited, { ...edit, digest: 'd2' }, { version: 1 })).toMatchObject({ ok: true, value: { version: 2, editedBy: 'a' } });
    const moved = { ...edit, document: { ...soundPlan(), legalEntityId: 'other' } };
    expect(editDraft(edited, moved, 'none')).toMatchObject({ ok: false, error: { code: 'conflict' } });
  });
});
