/**
 * What other services may read of attendance: from a visit that counted to what it rests on, in the shape of every other fact. Nothing here
 * writes, and nothing here gives a position.
 */
import type { Store } from '../../shared/adapters/store.ts';
import { monthOf } from '../../shared/kernel/period.ts';
import type { StoredFact } from '../ingest/read.ts';
import { VISIT_SOURCE, visitAttributes, visitFactId } from './domain/tell-visit.ts';
import { parseVisit, type StoredVisit, visitKey } from './store.ts';

export { type JudgedMonth, loadAttendanceMonths } from './app/load-days.ts';
export type { AttendanceMonth } from './domain/judge-month.ts';

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
