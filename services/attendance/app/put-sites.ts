/** A customer's sites, replaced as a whole; the visits there are judged again by themselves. */
import type { CustomerSites } from '../../../shared/contracts/attendance.ts';
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import { entityKey } from '../../people/read.ts';
import { measuredSite, type SiteFault, type StoredSites, siteFaults } from '../domain/visit-sites.ts';
import { parseSites, sitesKey, sitesOperations } from '../store.ts';
import type { VisitDeps } from './change-visits.ts';

export const FAULT_TEXTS: Readonly<Record<SiteFault, string>> = {
  duplicate_id: 'another site has this id',
  position_zero: 'at 0/0: there are no coordinates',
  position_pole: 'at a pole',
  position_swapped: 'latitude and longitude seem to be swapped',
  polygon_too_large: 'larger than 5 km, or across the date line',
  polygon_flat: 'has no area',
};

/** @throws ProblemError `not_found` (legal entity), `invalid_request`, `precondition_failed`, `version_conflict`. */
export const putSites = async (
  deps: VisitDeps,
  at: { readonly legalEntityId: string; readonly customerId: string },
  given: CustomerSites,
  ifMatch?: number,
): Promise<StoredSites> => {
  const { store, queue, clock } = deps;
  const faults = siteFaults(given.sites);
  if (faults.length > 0) {
    throw new ProblemError('invalid_request', undefined, {
      errors: faults.map(({ index, fault }) => ({ pointer: `/sites/${index}`, code: fault, detail: FAULT_TEXTS[fault] })),
    });
  }
  const [entity, item] = await store.getMany([entityKey(at.legalEntityId), sitesKey(at.legalEntityId, at.customerId)]);
  if (!entity) throw new ProblemError('not_found');
  const before = parseSites(item);
  if (ifMatch !== undefined && ifMatch !== (before?.version ?? 0)) throw new ProblemError('precondition_failed');
  const sites = given.sites.map(measuredSite);
  const next: StoredSites = { ...at, customerType: given.customerType, sites, version: (before?.version ?? 0) + 1 };
  if (before && canonicalJson({ ...before, version: next.version }) === canonicalJson(next)) return before;
  const row = outboxRow('attendance', { message: 'sites.changed', ...at, version: next.version }, clock.now());
  if (!(await store.transact([...sitesOperations(next, before), putRow(row)])).ok) throw new ProblemError('version_conflict');
  await tell(queue, [row]);
  return next;
};
