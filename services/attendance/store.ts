/** Every key and item of the table `attendance`. Documents are JSON text in `doc`, beside the few attributes that conditions and indexes need. */
import type { Item, Key, Query, WriteOperation } from '../../shared/adapters/store.ts';
import type { Position } from '../../shared/contracts/attendance.ts';
import type { AttendanceRules, LeaveBalances, Roster } from '../../shared/contracts/attendance-days.ts';
import { customerVisitsKey, visitEventSk, visitEventsKey } from '../../shared/contracts/messages.ts';
import { digestOf } from '../../shared/kernel/canonical.ts';
import { cellOf, type Point } from '../../shared/kernel/geography.ts';
import { type Instant, instantFromMillis, type LocalDate, type Month } from '../../shared/kernel/period.ts';
import type { AttendanceEntry } from './domain/attendance-entry.ts';
import type { Consent } from './domain/consent.ts';
import type { LinkedEvidence, VisitEvent } from './domain/events.ts';
import type { ClockRecord } from './domain/judge-month.ts';
import type { LinkMember } from './domain/link-evidence.ts';
import { NO_POLICIES, type StoredPolicies } from './domain/policy.ts';
import type { Visit } from './domain/visit.ts';
import { anchorOf, type StoredSites } from './domain/visit-sites.ts';

const key = (pk: string, sk: string): Key => ({ table: 'attendance', pk, sk });
/** Raised with every change of a person's events: two changes at once never judge without each other. */
export const visitorKey = (employeeId: string): Key => key(visitEventsKey(employeeId), 'HEAD');
/** Up to which version of the person's record visits were judged: seen, and done. */
const employmentKey = (employeeId: string, sk: 'EMPLOYMENT-SEEN' | 'EMPLOYMENT'): Key => key(visitEventsKey(employeeId), sk);
export const seenEmploymentKey = (employeeId: string): Key => employmentKey(employeeId, 'EMPLOYMENT-SEEN');
export const judgedEmploymentKey = (employeeId: string): Key => employmentKey(employeeId, 'EMPLOYMENT');
export const putEmployment = (employeeId: string, sk: 'EMPLOYMENT-SEEN' | 'EMPLOYMENT', version: number): WriteOperation => ({
  op: 'put',
  table: 'attendance',
  item: { ...pair(employmentKey(employeeId, sk)), version },
  condition: { kind: 'absent-or-below', attribute: 'version', value: version },
});
export const consentKey = (employeeId: string): Key => key(visitEventsKey(employeeId), 'CONSENT');
/** What a phone sent under an id, by its digest. */
export const receivedKey = (id: string): Key => key(`RECEIVED#${id}`, 'RECEIVED');
export const loggedFollowUpKey = (factId: string, employeeId: string): Key => key(`FOLLOW-UP#${factId}#${employeeId}`, 'RECEIVED');
export const sitesKey = (legalEntityId: string, customerId: string): Key => key(customerVisitsKey(legalEntityId, customerId), 'SITES');
export const judgedSitesKey = (legalEntityId: string, customerId: string): Key =>
  key(customerVisitsKey(legalEntityId, customerId), 'JUDGED');
export const policiesKey = (legalEntityId: string): Key => key(`ENTITY#${legalEntityId}`, 'POLICIES');

const pair = ({ pk, sk }: Key): { readonly pk: string; readonly sk: string } => ({ pk, sk });
const put = (at: Key, doc: unknown, version: number, indexed: Readonly<Record<string, string>> = {}): WriteOperation => ({
  op: 'put',
  table: 'attendance',
  item: { ...pair(at), version, doc: JSON.stringify(doc), ...indexed },
  condition: version === 1 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version - 1 },
});
/** Holds a transaction on what was read; version 0: there was nothing. */
export const checkVersion = (at: Key, version: number): WriteOperation => ({
  op: 'check',
  ...at,
  condition: version === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version },
});
export const versionOf = (item: Item | undefined): number => Number(item?.['version'] ?? 0);
const parse = <T>(item: Item | undefined): T | undefined => item && (JSON.parse(String(item['doc'])) as T);

export const raiseVisitor = (employeeId: string, loaded: number): WriteOperation => put(visitorKey(employeeId), {}, loaded + 1);

/** Index partition of events that still hold a position, by day: what the retention looks for. */
const positionsIndex = (legalEntityId: string): string => `POSITIONS#${legalEntityId}`;
export const heldPositionsUntil = (legalEntityId: string, last: LocalDate): Query => ({
  table: 'attendance',
  index: 'gsi1',
  pk: positionsIndex(legalEntityId),
  sk: { between: ['0', `${last}~`] },
});
export const eventKey = (employeeId: string, event: Pick<VisitEvent, 'kind' | 'at' | 'id'>): Key =>
  key(visitEventsKey(employeeId), visitEventSk(event));
export const putEvent = (employeeId: string, legalEntityId: string, event: VisitEvent): WriteOperation => {
  const holds = (event.kind === 'check-in' || event.kind === 'check-out') && event.position?.state === 'held';
  const indexed = holds ? { gsi1pk: positionsIndex(legalEntityId), gsi1sk: `${event.date}#${event.id}` } : {};
  return {
    op: 'put',
    table: 'attendance',
    item: { ...pair(eventKey(employeeId, event)), doc: JSON.stringify(event), employeeId, ...indexed },
  };
};
export const deleteEvent = (employeeId: string, sk: string): WriteOperation => ({ op: 'delete', ...key(visitEventsKey(employeeId), sk) });
/** The events of a person between two instants, both inclusive. */
export const eventsQuery = (employeeId: string, from: Instant, to: Instant): Query => ({
  table: 'attendance',
  pk: visitEventsKey(employeeId),
  sk: { between: [`EVENT#${from}`, `EVENT#${to}~`] },
});
export const parseEvent = (item: Item): VisitEvent => JSON.parse(String(item['doc'])) as VisitEvent;

/** A visit as it stands, and what was told of it. `toldRevision` 0: nobody was told anything, because it never counted. */
export interface StoredVisit {
  readonly visit: Visit;
  readonly version: number;
  readonly toldRevision: number;
  /** Digest of what was told last; null when the last thing was that it does not count, or nothing. */
  readonly toldDigest: string | null;
}

export const visitKey = (visitId: string): Key => key(`VISIT#${visitId}`, 'VISIT');
export const parseVisit = (item: Item | undefined): StoredVisit | undefined => item && (JSON.parse(String(item['doc'])) as StoredVisit);

/** Index partition of the reviewer's queue of a legal entity, oldest visit first. */
export const reviewQuery = (legalEntityId: string): Query => ({ table: 'attendance', index: 'gsi1', pk: `REVIEW#${legalEntityId}` });
export const putVisit = (stored: StoredVisit): WriteOperation => {
  const { visitId, legalEntityId, at, review } = stored.visit;
  const indexed = review === 'to-review' ? { gsi1pk: `REVIEW#${legalEntityId}`, gsi1sk: `${at}#${visitId}` } : {};
  return put(visitKey(visitId), stored, stored.version, indexed);
};

export const putReceived = (id: string, digest: string, visitId: string | null): WriteOperation => ({
  op: 'put',
  table: 'attendance',
  item: { ...pair(receivedKey(id)), digest, visitId },
  condition: { kind: 'absent' },
});
export interface Received {
  readonly digest: string;
  readonly visitId: string | null;
}
export const parseReceived = (item: Item | undefined): Received | undefined =>
  item && { digest: String(item['digest']), visitId: typeof item['visitId'] === 'string' ? item['visitId'] : null };

/** Which revision of a CRM's follow-up was taken, and where its event is; null: it is nobody's any more. */
export const putLoggedFollowUp = (
  factId: string,
  employeeId: string,
  revision: number,
  eventSk: string | null,
  before: Item | undefined,
): WriteOperation => ({
  op: 'put',
  table: 'attendance',
  item: { ...pair(loggedFollowUpKey(factId, employeeId)), revision, eventSk },
  condition: before ? { kind: 'equals', attribute: 'revision', value: Number(before['revision']) } : { kind: 'absent' },
});

const linkKey = (evidence: LinkedEvidence, of: readonly string[]): Key => key(`LINK#${evidence}#${digestOf(of).slice(0, 40)}`, 'LINK');
/** A phone within a legal entity's day; a photo, by a quarter of its hash, within a legal entity. */
export const deviceLinkKey = (legalEntityId: string, date: LocalDate, deviceId: string): Key =>
  linkKey('device-sharing', [legalEntityId, date, deviceId]);
export const photoLinkKey = (legalEntityId: string, quarter: string): Key => linkKey('photo-reuse', [legalEntityId, quarter]);
/** The very digits of a fix: no receiver gives the same twice. One person's only. */
export const coordinatesLinkKey = (employeeId: string, { system, latitude, longitude }: Position): Key =>
  linkKey('same-coordinates', [employeeId, system, String(latitude), String(longitude)]);
export const parseLink = (item: Item | undefined): readonly LinkMember[] => parse<readonly LinkMember[]>(item) ?? [];
/** `keepUntil` in epoch milliseconds: what links coordinates goes when the coordinates go. */
export const putLink = (at: Key, members: readonly LinkMember[], before: Item | undefined, keepUntil: number): WriteOperation => ({
  op: 'put',
  table: 'attendance',
  item: { ...pair(at), version: versionOf(before) + 1, doc: JSON.stringify(members), ttl: Math.floor(keepUntil / 1000) },
  condition: before ? { kind: 'equals', attribute: 'version', value: versionOf(before) } : { kind: 'absent' },
});

export const parsePolicies = (item: Item | undefined): StoredPolicies => parse<StoredPolicies>(item) ?? NO_POLICIES;
export const putPolicies = (legalEntityId: string, policies: StoredPolicies): WriteOperation =>
  put(policiesKey(legalEntityId), policies, policies.version);

export const parseSites = (item: Item | undefined): StoredSites | undefined => parse<StoredSites>(item);
interface CellRow {
  readonly customerId: string;
  readonly siteId: string;
  readonly at: Point;
}
const cellPk = (legalEntityId: string, cell: string): string => `CELL#${legalEntityId}#${cell}`;
const cellRows = (sites: StoredSites | undefined): readonly Item[] =>
  (sites?.sites ?? []).map((measured) => {
    const at = anchorOf(measured);
    const row: CellRow = { customerId: sites?.customerId ?? '', siteId: measured.site.id, at };
    return { pk: cellPk(sites?.legalEntityId ?? '', cellOf(at)), sk: `SITE#${row.customerId}#${row.siteId}`, doc: JSON.stringify(row) };
  });
export const cellQuery = (legalEntityId: string, cell: string): Query => ({ table: 'attendance', pk: cellPk(legalEntityId, cell) });
export const parseCellRow = (item: Item): CellRow => JSON.parse(String(item['doc'])) as CellRow;

/** A customer's sites with the grid rows that they are found by; rows of sites that are gone or have moved go. */
export const sitesOperations = (next: StoredSites, before: StoredSites | undefined): WriteOperation[] => {
  const rows = cellRows(next);
  const stay = new Set(rows.map(({ pk, sk }) => `${pk} ${sk}`));
  return [
    put(sitesKey(next.legalEntityId, next.customerId), next, next.version),
    ...rows.map((item): WriteOperation => ({ op: 'put', table: 'attendance', item })),
    ...cellRows(before)
      .filter(({ pk, sk }) => !stay.has(`${pk} ${sk}`))
      .map(({ pk, sk }): WriteOperation => ({ op: 'delete', table: 'attendance', pk, sk })),
  ];
};
export const putJudgedSites = (legalEntityId: string, customerId: string, version: number): WriteOperation => ({
  op: 'put',
  table: 'attendance',
  item: { ...pair(judgedSitesKey(legalEntityId, customerId)), version },
  condition: { kind: 'absent-or-below', attribute: 'version', value: version },
});

/** That a person was at a customer on a day: what is judged again when the customer's sites change. */
export const putCustomerDay = (legalEntityId: string, customerId: string, date: LocalDate, employeeId: string): WriteOperation => ({
  op: 'put',
  table: 'attendance',
  item: { pk: customerVisitsKey(legalEntityId, customerId), sk: `DAY#${date}#${employeeId}`, date, employeeId },
});
export const customerDaysQuery = (legalEntityId: string, customerId: string): Query => ({
  table: 'attendance',
  pk: customerVisitsKey(legalEntityId, customerId),
  sk: { beginsWith: 'DAY#' },
});

export const parseConsent = (item: Item | undefined): Consent => parse<Consent>(item) ?? { version: 0, history: [] };
export const putConsent = (employeeId: string, consent: Consent): WriteOperation => put(consentKey(employeeId), consent, consent.version);

const DAY_MS = 86_400_000;
/** Instants that surely hold local days whole, wherever the legal entity is. */
export const around = (from: LocalDate, to: LocalDate, hoursAfter: number): { readonly from: Instant; readonly to: Instant } => ({
  from: instantFromMillis(Date.parse(`${from}T00:00:00Z`) - 0.6 * DAY_MS),
  to: instantFromMillis(Date.parse(`${to}T00:00:00Z`) + 1.6 * DAY_MS + hoursAfter * 3_600_000),
});

/** No document may come near what a store takes in one item (400 KB). */
const MAX_DOCUMENT_BYTES = 300_000;
export const fitsItem = (document: unknown, share = 1): boolean =>
  Buffer.byteLength(JSON.stringify(document)) <= MAX_DOCUMENT_BYTES * share;

/** A document with the version it was stored with; 0: nothing was stored. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}
const versioned = <T>(item: Item | undefined, none: T): Versioned<T> => ({ value: parse<T>(item) ?? none, version: versionOf(item) });

export const attendanceRulesKey = (legalEntityId: string): Key => key(`ENTITY#${legalEntityId}`, 'ATTENDANCE-RULES');
export const parseAttendanceRules = (item: Item | undefined): Versioned<AttendanceRules> => versioned(item, { rules: [] });
export const putAttendanceRules = (legalEntityId: string, rules: AttendanceRules, version: number): WriteOperation =>
  put(attendanceRulesKey(legalEntityId), rules, version);

/** What the clocks recorded of a person in a month, by the day it has where the legal entity is. */
export const clockKey = (employeeId: string, period: Month): Key => key(visitEventsKey(employeeId), `CLOCK#${period}`);
export const parseClock = (item: Item | undefined): Versioned<readonly ClockRecord[]> => versioned<readonly ClockRecord[]>(item, []);
export const putClock = (employeeId: string, period: Month, records: readonly ClockRecord[], version: number): WriteOperation =>
  put(clockKey(employeeId, period), records, version);

export const rosterKey = (employeeId: string, period: Month): Key => key(visitEventsKey(employeeId), `ROSTER#${period}`);
export const parseRoster = (item: Item | undefined): Versioned<Roster['days']> => versioned<Roster['days']>(item, {});
export const putRoster = (employeeId: string, period: Month, days: Roster['days'], version: number): WriteOperation =>
  put(rosterKey(employeeId, period), days, version);

/** Leave, trips and the rest, by the year of their first day. */
export const entriesKey = (employeeId: string, year: number): Key => key(visitEventsKey(employeeId), `ENTRIES#${year}`);
export const parseEntries = (item: Item | undefined): Versioned<readonly AttendanceEntry[]> =>
  versioned<readonly AttendanceEntry[]>(item, []);
export const putEntries = (employeeId: string, year: number, entries: readonly AttendanceEntry[], version: number): WriteOperation =>
  put(entriesKey(employeeId, year), entries, version);

export const balancesKey = (employeeId: string, year: number): Key => key(visitEventsKey(employeeId), `BALANCES#${year}`);
export const parseBalances = (item: Item | undefined): Versioned<LeaveBalances['days']> => versioned<LeaveBalances['days']>(item, {});
export const putBalances = (employeeId: string, year: number, days: LeaveBalances['days'], version: number): WriteOperation =>
  put(balancesKey(employeeId, year), days, version);

/** An entry that waits for a decision, in the index of its legal entity, oldest day first. */
export interface WaitingEntry {
  readonly employeeId: string;
  readonly year: number;
  readonly entryId: string;
}
export const waitingKey = ({ employeeId, year, entryId }: WaitingEntry): Key =>
  key(visitEventsKey(employeeId), `WAITING#${year}#${entryId}`);
export const waitingQuery = (legalEntityId: string): Query => ({ table: 'attendance', index: 'gsi1', pk: `WAITING#${legalEntityId}` });
export const putWaiting = (legalEntityId: string, from: LocalDate, waiting: WaitingEntry): WriteOperation => ({
  op: 'put',
  table: 'attendance',
  item: {
    ...pair(waitingKey(waiting)),
    doc: JSON.stringify(waiting),
    gsi1pk: `WAITING#${legalEntityId}`,
    gsi1sk: `${from}#${waiting.employeeId}#${waiting.entryId}`,
  },
});
export const deleteWaiting = (waiting: WaitingEntry): WriteOperation => ({ op: 'delete', ...waitingKey(waiting) });
export const parseWaiting = (item: Item): WaitingEntry => JSON.parse(String(item['doc'])) as WaitingEntry;
