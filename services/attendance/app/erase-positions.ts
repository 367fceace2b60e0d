/**
 * Raw positions go after the retention time, or when consent is withdrawn; what they had shown stays with the visit, word by word, so that
 * it can still be judged when something else changes.
 */
import type { Clock } from '../../../shared/adapters/clock.ts';
import type { Log } from '../../../shared/adapters/log.ts';
import { type Item, queryAll, type Store, type WriteOperation } from '../../../shared/adapters/store.ts';
import { visitEventsKey } from '../../../shared/contracts/messages.ts';
import { addDays, dateIn } from '../../../shared/kernel/period.ts';
import { listEntities } from '../../people/read.ts';
import type { CheckInEvent, CheckOutEvent, VisitEvent } from '../domain/events.ts';
import { POSITION_TESTS } from '../domain/visit.ts';
import {
  coordinatesLinkKey,
  heldPositionsUntil,
  parseEvent,
  parsePolicies,
  parseVisit,
  policiesKey,
  putEvent,
  raiseVisitor,
  versionOf,
  visitKey,
  visitorKey,
} from '../store.ts';

/** Two writes an event, and the person's version, are one transaction. */
const EVENTS_AT_ONCE = 45;
const MAX_ATTEMPTS = 8;

export interface EraseDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Every legal entity's positions that are older than its retention time. Run again, it goes on where it was. */
export const eraseOldPositions = async (deps: EraseDeps): Promise<{ readonly erased: number }> => {
  const { store, clock, log } = deps;
  let erased = 0;
  for (const { id, timeZone } of await listEntities(store)) {
    const { positionDays } = parsePolicies(await store.get(policiesKey(id)));
    const last = addDays(dateIn(clock.now(), timeZone), -positionDays);
    const query = heldPositionsUntil(id, last);
    let page = await store.query({ ...query, limit: 200 });
    for (;;) {
      for (const [employeeId, items] of byEmployee(page.items)) erased += await erase(deps, employeeId, id, items.map(parseEvent));
      if (!page.next) break;
      page = await store.query({ ...query, limit: 200, startAfter: page.next });
    }
  }
  log.info('positions.erased', { erased });
  return { erased };
};

/** All positions of one person, however new. */
export const erasePositionsOf = async (
  deps: EraseDeps,
  employeeId: string,
  legalEntityId: string,
): Promise<{ readonly erased: number }> => {
  const query = { table: 'attendance', pk: visitEventsKey(employeeId), sk: { beginsWith: 'EVENT#' } } as const;
  const items = await queryAll(deps.store, query, 200_000);
  const erased = await erase(deps, employeeId, legalEntityId, items.map(parseEvent));
  deps.log.info('positions.erased', { employeeId, erased });
  return { erased };
};

const byEmployee = (items: readonly Item[]): ReadonlyMap<string, readonly Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const employeeId = String(item['employeeId']);
    groups.set(employeeId, [...(groups.get(employeeId) ?? []), item]);
  }
  return groups;
};

const isHeld = (event: VisitEvent): event is CheckInEvent | CheckOutEvent =>
  (event.kind === 'check-in' || event.kind === 'check-out') && event.position?.state === 'held';

const erase = async (deps: EraseDeps, employeeId: string, legalEntityId: string, events: readonly VisitEvent[]): Promise<number> => {
  const held = events.filter(isHeld);
  for (let start = 0; start < held.length; start += EVENTS_AT_ONCE) {
    await eraseTogether(deps.store, employeeId, legalEntityId, held.slice(start, start + EVENTS_AT_ONCE));
  }
  return held.length;
};

const eraseTogether = async (
  store: Store,
  employeeId: string,
  legalEntityId: string,
  events: readonly (CheckInEvent | CheckOutEvent)[],
): Promise<void> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const [head, ...visits] = await store.getMany([visitorKey(employeeId), ...events.map(({ id }) => visitKey(id))]);
    const links = new Map<string, WriteOperation>();
    const puts = events.map((event, index) => {
      if (event.position?.state === 'held') {
        const link = coordinatesLinkKey(employeeId, event.position);
        links.set(link.pk, { op: 'delete', ...link });
      }
      const visit = parseVisit(visits[index])?.visit;
      const tests = (visit?.tests ?? []).filter(({ test }) => POSITION_TESTS.has(test));
      const { siteId = null, distanceMetres = null } = visit ?? {};
      return putEvent(employeeId, legalEntityId, { ...event, position: { state: 'erased', tests, siteId, distanceMetres } });
    });
    if ((await store.transact([raiseVisitor(employeeId, versionOf(head)), ...puts, ...links.values()])).ok) return;
  }
  throw new Error(`the positions of ${employeeId} stayed contended for ${MAX_ATTEMPTS} attempts`);
};
