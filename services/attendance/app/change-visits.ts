/**
 * One change of a person's events, and everything that follows from it: load, judge purely, store events, verdicts and messages in one
 * transaction, tell what is stored (I1, I2). The person's version makes changes one after another, so that no two judge without each other.
 */
import type { Clock } from '../../../shared/adapters/clock.ts';
import type { Queue } from '../../../shared/adapters/queue.ts';
import { type Item, type Key, MAX_TRANSACTION, queryAll, type Store, type WriteOperation } from '../../../shared/adapters/store.ts';
import type { Message } from '../../../shared/contracts/messages.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import { DEFAULT_TIME_ZONE, type Instant, type LocalDate } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { type OutboxRow, outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import { employeeKey, entityKey, parseEmployee, parseEntity } from '../../people/read.ts';
import type { VisitEvent } from '../domain/events.ts';
import { judgeVisits } from '../domain/judge-visits.ts';
import { longestFollowUpHours, policyOn, type StoredPolicies } from '../domain/policy.ts';
import { tellVisit } from '../domain/tell-visit.ts';
import type { Visit } from '../domain/visit.ts';
import {
  around,
  checkVersion,
  deleteEvent,
  eventKey,
  eventsQuery,
  parseEvent,
  parsePolicies,
  parseSites,
  parseVisit,
  policiesKey,
  putEvent,
  putVisit,
  raiseVisitor,
  type StoredVisit,
  sitesKey,
  versionOf,
  visitKey,
  visitorKey,
} from '../store.ts';

export interface VisitDeps {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
}

/** The person and what holds where he or she works. */
export interface Visitor {
  readonly employee: Employee;
  readonly timeZone: string;
  readonly policies: StoredPolicies;
}
export interface VisitChange {
  readonly put: readonly VisitEvent[];
  /** Sort keys of events that are no longer so. */
  readonly drop?: readonly string[];
  /** What else is written in the same transaction, and told with it. */
  readonly operations?: readonly WriteOperation[];
  readonly messages?: readonly Message[];
  /** Days whose visits may be judged otherwise now. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Looks at the events of these days, as they are stored, and refuses the change. @throws ProblemError */
  readonly assert?: (events: readonly VisitEvent[]) => void;
}
export type Decide<T> = (
  visitor: Visitor,
  now: Instant,
) => Promise<{ readonly done: T } | { readonly change: VisitChange; readonly done: T }>;

const MAX_ATTEMPTS = 8;
const MAX_EVENTS = 5_000;
/**
 * Decides on what is loaded, stores and tells. `decide` is called again whenever somebody else was faster.
 * @returns what `decide` gave, with the visits of the days as they stand afterwards.
 * @throws ProblemError `not_found` for an unknown person, `unavailable` when it stays contended.
 */
export const changeVisits = async <T>(
  deps: VisitDeps,
  employeeId: string,
  decide: Decide<T>,
): Promise<{ readonly done: T; readonly visits: readonly StoredVisit[] }> => {
  const { store, clock, queue } = deps;
  const untold: OutboxRow[] = [];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const [employeeItem, headItem] = await store.getMany([employeeKey(employeeId), visitorKey(employeeId)]);
    const employee = parseEmployee(employeeItem);
    if (!employee) throw new ProblemError('not_found');
    const [entityItem, policiesItem] = await store.getMany([entityKey(employee.legalEntityId), policiesKey(employee.legalEntityId)]);
    const visitor: Visitor = {
      employee,
      timeZone: parseEntity(entityItem)?.timeZone ?? DEFAULT_TIME_ZONE,
      policies: parsePolicies(policiesItem),
    };
    const decided = await decide(visitor, clock.now());
    if (!('change' in decided)) return { done: decided.done, visits: [] };
    const stored = await storeChange(deps, visitor, versionOf(headItem), decided.change);
    if (!stored) continue;
    untold.push(...stored.rows);
    await tell(queue, untold);
    if (!stored.more) return { done: decided.done, visits: stored.visits };
    // The events are stored: what is left is to judge the rest of these days, which needs no decision.
    return { done: decided.done, visits: await judgeAgain(deps, employeeId, decided.change.from, decided.change.to) };
  }
  throw new ProblemError(
    'unavailable',
    { zh: `写入竞争过多(${MAX_ATTEMPTS} 次),请重试`, en: `stayed contended for ${MAX_ATTEMPTS} attempts; send it again` },
    { headers: { 'Retry-After': '1' } },
  );
};

/** Judges days anew from what is stored. Nothing is written where nothing changes. */
export const judgeAgain = async (deps: VisitDeps, employeeId: string, from: LocalDate, to: LocalDate): Promise<readonly StoredVisit[]> =>
  (await changeVisits(deps, employeeId, async () => ({ change: { put: [], from, to }, done: undefined }))).visits;

interface StoredChange {
  readonly rows: readonly OutboxRow[];
  readonly visits: readonly StoredVisit[];
  readonly more: boolean;
}

/** `undefined` when somebody else was faster. */
const storeChange = async (
  { store, clock }: VisitDeps,
  visitor: Visitor,
  headVersion: number,
  change: VisitChange,
): Promise<StoredChange | undefined> => {
  const { employee, policies } = visitor;
  const { from, to, drop = [], operations = [], messages = [] } = change;
  const before = await loadEvents(store, employee.id, from, to, policies);
  change.assert?.([...before.values()]);
  const events = new Map(before);
  for (const sk of drop) events.delete(sk);
  for (const event of change.put) events.set(eventKey(employee.id, event).sk, event);

  const known = await loadKnown(store, visitor, [...events.values()]);
  const judged = judgeVisits([...events.values()], known, from, to);
  const loaded = (await store.getMany(judged.map(({ visitId }) => visitKey(visitId)))).map(parseVisit);
  const now = clock.now();
  const steps = judged.map((visit, index) => visitStep(visit, loaded[index], now));
  const changed = steps.filter(({ writes }) => writes.length > 0);
  const own = messages.map((message) => outboxRow('attendance', message, now));
  const fixed = 1 + change.put.length + drop.length + operations.length + own.length;
  const taken = fitting(changed, MAX_TRANSACTION - fixed);
  const rows = [...own, ...taken.flatMap((step) => step.rows)];
  const writes = [
    ...change.put.map((event) => putEvent(employee.id, employee.legalEntityId, event)),
    ...drop.map((sk) => deleteEvent(employee.id, sk)),
    ...operations,
    ...taken.flatMap((step) => step.writes),
    ...own.map(putRow),
  ];
  const visits = steps.map(({ stored }) => stored);
  if (writes.length === 0) return { rows: [], visits, more: false };
  const rests = restsOn(
    taken.map(({ stored }) => stored.visit),
    known.versions,
    employee.legalEntityId,
  );
  const transaction = [raiseVisitor(employee.id, headVersion), ...writes, ...rests];
  if (transaction.length > MAX_TRANSACTION) throw new RangeError(`${transaction.length} writes for one change of visits`);
  if (!(await store.transact(transaction)).ok) return undefined;
  return { rows, visits, more: taken.length < changed.length };
};

/** By sort key. */
const loadEvents = async (
  store: Store,
  employeeId: string,
  from: LocalDate,
  to: LocalDate,
  policies: StoredPolicies,
): Promise<ReadonlyMap<string, VisitEvent>> => {
  const span = around(from, to, longestFollowUpHours(policies));
  const items = await queryAll(store, eventsQuery(employeeId, span.from, span.to), MAX_EVENTS);
  return new Map(items.map((item) => [item.sk, parseEvent(item)]));
};

const loadKnown = async (store: Store, { employee, policies }: Visitor, events: readonly VisitEvent[]) => {
  const customerIds = [
    ...new Set(events.flatMap((event) => (event.kind === 'check-in' && event.customerId !== null ? [event.customerId] : []))),
  ];
  const items = await store.getMany(customerIds.map((customerId) => sitesKey(employee.legalEntityId, customerId)));
  const sites = new Map(customerIds.map((customerId, index) => [customerId, items[index] as Item | undefined]));
  return {
    employee,
    policyOn: policyOn(policies),
    sitesOf: (customerId: string) => parseSites(sites.get(customerId)),
    versions: new Map([...sites].map(([customerId, item]) => [customerId, versionOf(item)])),
  };
};

interface VisitStep {
  readonly stored: StoredVisit;
  readonly rows: readonly OutboxRow[];
  readonly writes: readonly WriteOperation[];
}
const visitStep = (visit: Visit, before: StoredVisit | undefined, now: Instant): VisitStep => {
  if (before && canonicalJson(before.visit) === canonicalJson(visit)) return { stored: before, rows: [], writes: [] };
  const { message, ...told } = tellVisit(visit, before ?? { toldRevision: 0, toldDigest: null });
  const stored: StoredVisit = { visit, version: (before?.version ?? 0) + 1, ...told };
  const rows = message ? [outboxRow('attendance', message, now)] : [];
  return { stored, rows, writes: [putVisit(stored), ...rows.map(putRow)] };
};

/**
 * As many visits as one transaction has room for, each with its message and the sites it rests on. A change moves a handful; only a customer
 * moved under a whole day of visits needs more than one, and the rest follows at once.
 */
const fitting = (changed: readonly VisitStep[], room: number): readonly VisitStep[] => {
  const customers = new Set<string>();
  let used = 0;
  let count = 0;
  for (const { writes, stored } of changed) {
    if (stored.visit.customerId !== null) customers.add(stored.visit.customerId);
    used += writes.length;
    if (used + customers.size > room) break;
    count += 1;
  }
  return changed.slice(0, count);
};

/** The sites that the verdicts rest on must still be those that were read. */
const restsOn = (visits: readonly Visit[], versions: ReadonlyMap<string, number>, legalEntityId: string): readonly WriteOperation[] => {
  const customerIds = new Set(visits.flatMap(({ customerId }) => customerId ?? []));
  return [...customerIds].map((customerId): WriteOperation => {
    const at: Key = sitesKey(legalEntityId, customerId);
    return checkVersion(at, versions.get(customerId) ?? 0);
  });
};
