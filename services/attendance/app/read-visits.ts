/** Visits and events of one person and month, as they are stored. */
import { queryAll, type Store } from '../../../shared/adapters/store.ts';
import { firstDay, lastDay, type Month } from '../../../shared/kernel/period.ts';
import type { VisitEvent } from '../domain/events.ts';
import { around, eventsQuery, parseEvent, parseVisit, type StoredVisit, visitKey } from '../store.ts';

const MAX_EVENTS = 20_000;

/** Events of the month: those with a day of it, and those of its visits; follow-ups by their own time (UTC). */
export const monthEvents = async (store: Store, employeeId: string, period: Month): Promise<readonly VisitEvent[]> => {
  const span = around(firstDay(period), lastDay(period), 0);
  const events = (await queryAll(store, eventsQuery(employeeId, span.from, span.to), MAX_EVENTS)).map(parseEvent);
  const visits = new Set(events.flatMap((event) => (event.kind === 'check-in' && event.date.startsWith(period) ? [event.id] : [])));
  return events.filter((event) => {
    if (event.kind === 'check-in' || event.kind === 'check-out') return event.date.startsWith(period);
    if (event.kind === 'follow-up') return event.at.startsWith(period);
    return visits.has(event.visitId);
  });
};

/** In time order. */
export const monthVisits = async (store: Store, employeeId: string, period: Month): Promise<readonly StoredVisit[]> => {
  const checkIns = (await monthEvents(store, employeeId, period)).filter(({ kind }) => kind === 'check-in');
  const items = await store.getMany(checkIns.map(({ id }) => visitKey(id)));
  return items.flatMap((item) => parseVisit(item) ?? []);
};
