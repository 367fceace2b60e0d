import type { Item } from '../../../shared/adapters/store.ts';
import type { OrgUnit } from '../../../shared/contracts/people.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { type Result, succeed } from '../../../shared/kernel/result.ts';
import { type OutboxRow, outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import { checkOrgUnits, checkRemovedUnits } from '../domain/check-org-units.ts';
import { holdsFor, type Precondition } from '../domain/precondition.ts';
import { type Refusal, refuse, refuseFields } from '../domain/refusal.ts';
import { allEmployees, entityKey, orgKey, parseOrg, versionOf } from '../read.ts';
import { orgDocument } from '../store.ts';
import type { PeopleDeps } from './put-employee.ts';
import { nextVersion, type Replaced, replace } from './replace.ts';

/** The whole tree is one item, which may have 400 KB. */
const MAX_ORG_BYTES = 380_000;

/**
 * Replaces a legal entity's whole org tree. A unit that someone is or was assigned to can be moved and renamed, not removed: a closed
 * month is resolved by its unit. (Whoever is stored with an assignment holds on the tree's version, so the two cannot pass each other
 * unseen, except within the index's delay.) Scoring is told in the same transaction: whose plan, target or manager is another is scored again.
 */
export const putOrgUnits = async (
  { store, queue, clock }: PeopleDeps,
  legalEntityId: string,
  units: readonly OrgUnit[],
  precondition: Precondition,
): Promise<Result<Replaced<readonly OrgUnit[]>, Refusal>> => {
  const faults = checkOrgUnits(units, legalEntityId);
  let rows: readonly OutboxRow[] = [];
  const at = clock.now();
  const replaced = await replace(store, {
    load: async () => {
      const [entity, stored] = await store.getMany([entityKey(legalEntityId), orgKey(legalEntityId)]);
      const kept = new Set(units.map(({ id }) => id));
      const removed = new Set(parseOrg(stored).units.flatMap(({ id }) => (kept.has(id) ? [] : [id])));
      return { entity, stored, inUse: removed.size > 0 ? checkRemovedUnits(removed, await allEmployees(store, legalEntityId)) : [] };
    },
    decide: ({ entity, stored, inUse }) => {
      if (!entity) return refuse('not_found');
      if (!holdsFor(precondition, versionOf(stored))) return refuse('precondition_failed');
      if (faults.length > 0) return refuseFields(faults);
      if (inUse.length > 0)
        return refuse('conflict', { zh: '仍有员工属于被删除的部门', en: 'people are assigned to a removed org unit' }, inUse);
      const documentOf = (version: number) => orgDocument(legalEntityId, version, units);
      if (Buffer.byteLength(documentOf(1).doc) > MAX_ORG_BYTES) {
        return refuse('payload_too_large', {
          zh: `组织架构不能超过 ${MAX_ORG_BYTES} 字节`,
          en: `the org tree may be at most ${MAX_ORG_BYTES} bytes`,
        });
      }
      rows = changesOf(legalEntityId, stored, at);
      return succeed(nextVersion(stored, units, documentOf, rows.map(putRow)));
    },
  });
  if (replaced.ok && replaced.value.outcome === 'replaced') await tell(queue, rows);
  return replaced;
};

/** Nobody works in a tree that was not there before. */
const changesOf = (legalEntityId: string, stored: Item | undefined, at: Instant): OutboxRow[] =>
  stored ? [outboxRow('people', { message: 'org.changed', legalEntityId, version: versionOf(stored) + 1 }, at)] : [];
