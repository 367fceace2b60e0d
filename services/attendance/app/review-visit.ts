/** A person's decision about a visit, and the employee's appeal. Both are events: the verdict follows from them like from any other. */
import type { Instant } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { AppealEvent, DecisionEvent } from '../domain/events.ts';
import { flagsOf } from '../domain/visit.ts';
import { parseVisit, type StoredVisit, visitKey } from '../store.ts';
import { changeVisits, type VisitChange, type VisitDeps } from './change-visits.ts';

const changeOne = async (
  deps: VisitDeps,
  { visit: { visitId, employeeId, date } }: StoredVisit,
  eventOf: (stored: StoredVisit, now: Instant) => DecisionEvent | AppealEvent | undefined,
): Promise<StoredVisit> => {
  const { visits } = await changeVisits(deps, employeeId, async (_, now) => {
    const stored = parseVisit(await deps.store.get(visitKey(visitId)));
    if (!stored) throw new ProblemError('not_found');
    const event = eventOf(stored, now);
    if (!event) return { done: undefined };
    const change: VisitChange = { put: [event], from: date, to: date };
    return { done: undefined, change };
  });
  const changed = visits.find(({ visit }) => visit.visitId === visitId) ?? parseVisit(await deps.store.get(visitKey(visitId)));
  if (!changed) throw new ProblemError('not_found');
  return changed;
};

/** @throws ProblemError `precondition_failed` when the visit was judged otherwise since it was looked at. */
export const decideVisit = (
  deps: VisitDeps,
  visit: StoredVisit,
  given: { readonly decision: 'valid' | 'invalid'; readonly reason: string; readonly by: string; readonly ifMatch: number | undefined },
): Promise<StoredVisit> =>
  changeOne(deps, visit, ({ visit: now, version }, decidedAt) => {
    const { ifMatch, ...decided } = given;
    const holds = now.decision;
    const repeated = holds?.decision === decided.decision && holds.reason === decided.reason && holds.by === decided.by;
    if (repeated && now.review === 'decided') return undefined;
    if (ifMatch !== undefined && ifMatch !== version) throw new ProblemError('precondition_failed');
    const { visitId, at } = now;
    return { kind: 'decision', id: `${visitId}.${decidedAt}`, at, visitId, decidedAt, ...decided, seenFlags: flagsOf(now) };
  });

/** An appeal that waits already is not repeated. @throws ProblemError `conflict` for a visit that counts. */
export const appealVisit = (deps: VisitDeps, visit: StoredVisit, reason: string): Promise<StoredVisit> =>
  changeOne(deps, visit, ({ visit: now }, appealedAt) => {
    if (now.verdict === 'valid') {
      throw new ProblemError('conflict', { zh: '该拜访有效,无需申诉', en: 'the visit counts: there is nothing to appeal against' });
    }
    if (now.appeal && (!now.decision || now.decision.decidedAt < now.appeal.appealedAt)) return undefined;
    const { visitId, at } = now;
    return { kind: 'appeal', id: `${visitId}.${appealedAt}`, at, visitId, appealedAt, reason };
  });
