/** A follow-up from the app or from the CRM → an event, and the verdicts that rest on it. Whether it or its visit came first is the same. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { FollowUpLogged } from '../../../shared/contracts/messages.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { dateIn, type Instant } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { FollowUpEvent } from '../domain/events.ts';
import {
  eventKey,
  loggedFollowUpKey,
  parseReceived,
  parseVisit,
  putLoggedFollowUp,
  putReceived,
  receivedKey,
  type StoredVisit,
  visitKey,
} from '../store.ts';
import { changeVisits, type VisitDeps } from './change-visits.ts';
import { daysTouchedBy } from './record-check-in.ts';

export interface GivenFollowUp {
  /** Of the app's choice: the same one again changes nothing. */
  readonly id: string;
  readonly at: Instant;
  readonly customerId: string | null;
  readonly visitId: string | null;
  readonly content: string;
}
const AHEAD_MS = 5 * 60_000;

/**
 * Records what an employee wrote in the app; gives the visit that it is for, when there is one yet.
 * @throws ProblemError `conflict` for other content under the id, `invalid_request` for one in the future, `not_found` for another's visit.
 */
export const recordFollowUp = async (
  deps: VisitDeps,
  employeeId: string,
  given: GivenFollowUp,
): Promise<{ readonly outcome: 'recorded' | 'duplicate'; readonly visit: StoredVisit | null }> => {
  const id = `${employeeId}.follow-up.${given.id}`;
  const digest = digestOf(given);
  await assertOwnVisit(deps.store, employeeId, given.visitId);
  const { done, visits } = await changeVisits<'recorded' | 'duplicate'>(deps, employeeId, async (visitor, now) => {
    const received = parseReceived(await deps.store.get(receivedKey(id)));
    if (received) {
      if (received.digest === digest) return { done: 'duplicate' };
      throw new ProblemError('conflict', {
        zh: `跟进记录 ${given.id} 已有不同内容`,
        en: `follow-up ${given.id} is known with other content`,
      });
    }
    if (Date.parse(given.at) > Date.parse(now) + AHEAD_MS) {
      throw new ProblemError(
        'invalid_request',
        { zh: '跟进时间在未来', en: 'the follow-up is in the future' },
        {
          errors: [{ pointer: '/at', code: 'in_future', detail: 'later than now' }],
        },
      );
    }
    const { at, customerId, visitId, content } = given;
    const event: FollowUpEvent = { kind: 'follow-up', id, at, customerId, visitId, content, receivedAt: now };
    return { done: 'recorded', change: { put: [event], operations: [putReceived(id, digest, null)], ...daysTouchedBy(event, visitor) } };
  });
  return { outcome: done, visit: visits.find(({ visit }) => visit.followUpIds.includes(id)) ?? null };
};

/** Another's visit is answered as one that is not there. One that is on its way from a phone may be named by its id. */
const assertOwnVisit = async (store: Store, employeeId: string, visitId: string | null): Promise<void> => {
  if (visitId === null) return;
  const owner = parseVisit(await store.get(visitKey(visitId)))?.visit.employeeId;
  if (owner === undefined ? !visitId.startsWith(`${employeeId}.`) : owner !== employeeId) throw new ProblemError('not_found');
};

/** A CRM's follow-up as the newest revision says it; an older one, or the same again, changes nothing. */
export const receiveFollowUp = async (deps: VisitDeps, message: FollowUpLogged): Promise<void> => {
  const { factId, employeeId, revision, followUp } = message;
  await changeVisits(deps, employeeId, async (visitor, now) => {
    const before = await deps.store.get(loggedFollowUpKey(factId, employeeId));
    if (before && Number(before['revision']) >= revision) return { done: undefined };
    const id = `crm.${factId}`;
    const event: FollowUpEvent | null = followUp && {
      kind: 'follow-up',
      id,
      at: followUp.occurredAt,
      customerId: followUp.customerId,
      visitId: null,
      content: followUp.content,
      receivedAt: now,
    };
    const sk = event ? eventKey(employeeId, event).sk : null;
    const oldSk = typeof before?.['eventSk'] === 'string' ? before['eventSk'] : null;
    const days = [
      ...(event ? [daysTouchedBy(event, visitor)] : []),
      ...(oldSk ? [daysTouchedBy({ kind: 'follow-up', at: instantIn(oldSk) }, visitor)] : []),
    ];
    const today = dateIn(now, visitor.timeZone);
    const from = days.map((day) => day.from).sort()[0] ?? today;
    const to =
      days
        .map((day) => day.to)
        .sort()
        .at(-1) ?? today;
    const change = {
      put: event ? [event] : [],
      drop: oldSk !== null && oldSk !== sk ? [oldSk] : [],
      operations: [putLoggedFollowUp(factId, employeeId, revision, sk, before)],
      from,
      to,
    };
    return { done: undefined, change };
  });
};

/** Of `EVENT#<instant>#…`. */
const instantIn = (sk: string): Instant => (sk.split('#')[1] ?? '') as Instant;
