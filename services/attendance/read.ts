/**
 * What other services may read of attendance: from a visit that counted to what it rests on, in the shape of every other fact. Nothing here
 * writes, and nothing here gives a position.
 */
import type { Item, Key, Store } from '../../shared/adapters/store.ts';
import { monthOf } from '../../shared/kernel/period.ts';
import type { StoredFact } from '../ingest/read.ts';
import { VISIT_SOURCE, visitAttributes, visitFactId } from './domain/tell-visit.ts';
import type { Visit } from './domain/visit.ts';

/** A visit as it stands, and what was told of it. `toldRevision` 0: nobody was told anything, because it never counted. */
export interface StoredVisit {
  readonly visit: Visit;
  readonly version: number;
  readonly toldRevision: number;
  /** Digest of what was told last; null when the last thing was that it does not count, or nothing. */
  readonly toldDigest: string | null;
}

export const visitKey = (visitId: string): Key => ({ table: 'attendance', pk: `VISIT#${visitId}`, sk: 'VISIT' });
export const parseVisit = (item: Item | undefined): StoredVisit | undefined => item && (JSON.parse(String(item['doc'])) as StoredVisit);

const FACT_PREFIX = visitFactId('');
/** Facts whose id begins so are visits: ingest does not know them. */
export const isVisitFact = (factId: string): boolean => factId.startsWith(FACT_PREFIX);

/** Visits as facts, in the order asked; `undefined` for what is no visit or never counted. */
export const readVisitFacts = async (store: Store, factIds: readonly string[]): Promise<readonly (StoredFact | undefined)[]> => {
  const items = await store.getMany(factIds.map((factId) => visitKey(isVisitFact(factId) ? factId.slice(FACT_PREFIX.length) : factId)));
  return items.map((item, index) => {
    const stored = isVisitFact(factIds[index] ?? '') ? parseVisit(item) : undefined;
    return stored && stored.toldRevision > 0 ? factView(stored) : undefined;
  });
};

const factView = ({ visit, toldRevision }: StoredVisit): StoredFact => {
  const { visitId, employeeId, legalEntityId, customerId, at, date, verdict } = visit;
  const counts = verdict === 'valid';
  return {
    factId: visitFactId(visitId),
    source: VISIT_SOURCE,
    legalEntityId,
    status: counts ? 'credited' : 'voided',
    fact: {
      id: visitFactId(visitId).slice(VISIT_SOURCE.length + 1),
      type: 'visit.validated',
      revision: toldRevision,
      occurredAt: at,
      credits: [{ employeeId, share: 100 }],
      subject: customerId === null ? {} : { customerId },
      attributes: visitAttributes(visit),
      voided: !counts,
    },
    event: null,
    credits: counts ? [{ employeeId, period: monthOf(date), shareMillionths: 1_000_000, amountFen: null }] : [],
    revision: toldRevision,
    receivedAt: at,
    reason: null,
    detail: null,
    conflicts: 0,
  };
};
