/** Which follow-ups and which check-out belong to a visit. It rests on the set of events alone, not on their arrival. Pure. */
import type { Instant } from '../../../shared/kernel/period.ts';
import type { CheckInEvent, CheckOutEvent, FollowUpEvent, VisitEvent } from './events.ts';

/** Clocks of a phone and of a CRM differ: a follow-up may be this much before its check-in. */
export const CLOCKS_DIFFER_MS = 5 * 60_000;

/** Time first, then id: one order for everybody. */
export const inTime = (a: { readonly at: Instant; readonly id: string }, b: { readonly at: Instant; readonly id: string }): number =>
  a.at === b.at ? (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) : a.at < b.at ? -1 : 1;

export interface Matched {
  readonly checkIn: CheckInEvent;
  readonly checkOut: CheckOutEvent | undefined;
  /** In time order, whether in time or too late. */
  readonly followUps: readonly FollowUpEvent[];
}

/** The last of `checkIns` (in time order) that began at or before `millis`. */
const lastBefore = (checkIns: readonly CheckInEvent[], millis: number): CheckInEvent | undefined =>
  checkIns.filter(({ at }) => Date.parse(at) <= millis).at(-1);

/**
 * A follow-up that names a visit is that visit's. One that names a customer belongs to the last check-in there before it, so that it makes
 * one visit count and not two. A check-out ends the last visit of its day that it can mean; a visit ends once.
 */
export const matchEvents = (events: readonly VisitEvent[]): readonly Matched[] => {
  const ordered = [...events].sort(inTime);
  const checkIns = ordered.filter((event): event is CheckInEvent => event.kind === 'check-in');
  const followUps = new Map<string, FollowUpEvent[]>();
  const checkOuts = new Map<string, CheckOutEvent>();
  for (const event of ordered) {
    const millis = Date.parse(event.at);
    if (event.kind === 'follow-up') {
      const visitId =
        event.visitId ??
        lastBefore(
          checkIns.filter(({ customerId }) => customerId !== null && customerId === event.customerId),
          millis + CLOCKS_DIFFER_MS,
        )?.id;
      if (visitId !== undefined) followUps.set(visitId, [...(followUps.get(visitId) ?? []), event]);
    }
    if (event.kind === 'check-out') {
      const candidates = checkIns.filter(
        ({ date, customerId }) => date === event.date && (event.customerId === null || customerId === event.customerId),
      );
      const visit = lastBefore(candidates, millis);
      if (visit && !checkOuts.has(visit.id)) checkOuts.set(visit.id, event);
    }
  }
  return checkIns.map((checkIn) => ({
    checkIn,
    checkOut: checkOuts.get(checkIn.id),
    followUps: followUps.get(checkIn.id) ?? [],
  }));
};
