/**
 * A record of a phone's queue → an event, the verdicts of its day, and what it shows together with others. Its id is the phone's own
 * (person, queue, sequence): sent twice it changes nothing, with other content it is refused by name.
 */
import type { Item, Store } from '../../../shared/adapters/store.ts';
import type { CheckInRecord, Device } from '../../../shared/contracts/attendance.ts';
import type { EvidenceFound, Message } from '../../../shared/contracts/messages.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { addDays, dateIn, type Instant, instantFromMillis, type LocalDate } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { mayLocate } from '../domain/consent.ts';
import type { CheckInEvent, CheckOutEvent, EvidenceEvent, LinkedEvidence, VisitEvent } from '../domain/events.ts';
import { joinLink, photoQuarters } from '../domain/link-evidence.ts';
import { longestFollowUpHours, policyOn } from '../domain/policy.ts';
import { placeOf } from '../domain/position-tests.ts';
import {
  checkVersion,
  consentKey,
  coordinatesLinkKey,
  deviceLinkKey,
  parseConsent,
  parseLink,
  parseReceived,
  parseVisit,
  photoLinkKey,
  putCustomerDay,
  putLink,
  putReceived,
  receivedKey,
  type StoredVisit,
  versionOf,
  visitKey,
} from '../store.ts';
import { changeVisits, type VisitChange, type VisitDeps, type Visitor } from './change-visits.ts';
import { nearestSite } from './nearest-site.ts';

/** Nobody visits more customers in a day; a phone that says so is broken, or a program. */
export const MAX_CHECK_INS_A_DAY = 40;
/** A record may be this much later than the upload that carries it: what phones do while they set their clocks. */
const AHEAD_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

export interface Upload {
  readonly employeeId: string;
  readonly queueId: string;
  readonly device: Device;
  /** The phone's clock when it uploaded. */
  readonly sentAt: Instant;
}
export interface CheckInOutcome {
  readonly id: string;
  readonly outcome: 'recorded' | 'duplicate';
  /** The visit as it stands; null for a check-out. */
  readonly visit: StoredVisit | null;
}

export const checkInId = ({ employeeId, queueId }: Upload, { clientSequence }: CheckInRecord): string =>
  `${employeeId}.${queueId}.${clientSequence}`;

/** @throws ProblemError `not_found`, `conflict` (other content, no consent, too many), `invalid_request` (in the future), `unavailable`. */
export const recordCheckIn = async (deps: VisitDeps, upload: Upload, record: CheckInRecord): Promise<CheckInOutcome> => {
  const { store } = deps;
  const id = checkInId(upload, record);
  // What the phone says of its clock is not part of what happened: the same record comes again with another upload.
  const digest = digestOf({ record, device: upload.device });
  const { done, visits } = await changeVisits<'recorded' | 'duplicate'>(deps, upload.employeeId, async (visitor, now) => {
    const [receivedItem, consentItem] = await store.getMany([receivedKey(id), consentKey(upload.employeeId)]);
    const received = parseReceived(receivedItem);
    if (received) {
      if (received.digest === digest) return { done: 'duplicate' };
      throw new ProblemError('conflict', {
        zh: `序号 ${record.clientSequence} 已有不同内容`,
        en: `sequence ${record.clientSequence} is known with other content`,
      });
    }
    if (record.position && !mayLocate(parseConsent(consentItem))) throw noConsent();
    const event = await eventOf(store, visitor, upload, record, id, now);
    const linked = event.kind === 'check-in' ? await linksOf(store, visitor, event) : NO_LINKS;
    const { legalEntityId } = visitor.employee;
    const change: VisitChange = {
      put: [event, ...linked.events],
      operations: [
        putReceived(id, digest, event.kind === 'check-in' ? id : null),
        // Withdrawn meanwhile, the position must not be stored after all others were erased.
        ...(record.position ? [checkVersion(consentKey(upload.employeeId), versionOf(consentItem))] : []),
        ...(event.kind === 'check-in' && event.customerId !== null
          ? [putCustomerDay(legalEntityId, event.customerId, event.date, visitor.employee.id)]
          : []),
        ...linked.operations,
      ],
      messages: linked.messages,
      ...daysTouchedBy(event, visitor),
      assert: (events) => assertFew(events, event),
    };
    return { done: 'recorded', change };
  });
  const visit = visits.find((one) => one.visit.visitId === id) ?? parseVisit(await store.get(visitKey(id))) ?? null;
  return { id, outcome: done, visit };
};

const noConsent = (): ProblemError =>
  new ProblemError('conflict', {
    zh: '没有位置信息授权,不接收位置;可先授权,或不带位置签到由主管确认',
    en: 'no consent to be located: give it first, or check in without a position and have a supervisor confirm',
  });

const eventOf = async (
  store: Store,
  { employee, timeZone, policies }: Visitor,
  { device, sentAt }: Upload,
  record: CheckInRecord,
  id: string,
  now: Instant,
): Promise<CheckInEvent | CheckOutEvent> => {
  const ahead = Date.parse(record.at) - Date.parse(sentAt);
  if (ahead > AHEAD_MS) {
    throw new ProblemError(
      'invalid_request',
      { zh: '签到时间晚于上传时间', en: 'the check-in is later than its upload' },
      {
        errors: [{ pointer: '/at', code: 'in_future', detail: `${Math.ceil(ahead / 60_000)} minutes after sentAt` }],
      },
    );
  }
  const clockOffSeconds = Math.round((Date.parse(now) - Date.parse(sentAt)) / 1000);
  const { clockMinutes } = policyOn(policies)(dateIn(record.at, timeZone)).policy;
  // Server time rules: a clock that is far off is put right; seconds of transport are no error of a clock.
  const off = Math.abs(clockOffSeconds) > clockMinutes * 60 ? clockOffSeconds * 1000 : 0;
  const at = instantFromMillis(Date.parse(record.at) + off);
  const position = record.position ? ({ state: 'held', ...record.position } as const) : null;
  const pressed = { id, at, date: dateIn(at, timeZone), position, receivedAt: now };
  const named = record.customerId ?? null;
  if (record.kind === 'check-out') return { ...pressed, kind: 'check-out', customerId: named };
  const place = placeOf(position);
  const near = named === null && place ? await nearestSite(store, employee.legalEntityId, place) : undefined;
  return {
    ...pressed,
    kind: 'check-in',
    customerId: named ?? near?.customerId ?? null,
    customerBy: named !== null ? 'phone' : near ? 'nearest-site' : null,
    device,
    mockLocation: record.mockLocation,
    clockOffSeconds,
    purpose: record.purpose ?? null,
    photo: record.photo ? { reference: record.photo.reference, perceptualHash: record.photo.perceptualHash ?? null } : null,
  };
};

/** A check-in may take a follow-up away from an earlier visit, and a follow-up is for a visit before it. */
export const daysTouchedBy = (
  event: Pick<VisitEvent, 'kind' | 'at'>,
  { timeZone, policies }: Visitor,
): { readonly from: LocalDate; readonly to: LocalDate } => {
  const millis = Date.parse(event.at);
  const reach = event.kind === 'check-in' || event.kind === 'follow-up' ? longestFollowUpHours(policies) * 3_600_000 : 0;
  return {
    from: dateIn(instantFromMillis(millis - reach), timeZone),
    to: dateIn(instantFromMillis(millis + (event.kind === 'follow-up' ? AHEAD_MS : 0)), timeZone),
  };
};

const assertFew = (events: readonly VisitEvent[], { kind, date }: CheckInEvent | CheckOutEvent): void => {
  const sameDay = events.filter((event) => event.kind === kind && event.date === date);
  if (sameDay.length < MAX_CHECK_INS_A_DAY) return;
  throw new ProblemError('conflict', {
    zh: `${date} 的签到已达 ${MAX_CHECK_INS_A_DAY} 次上限`,
    en: `there are ${MAX_CHECK_INS_A_DAY} records of ${date} already, which is the most`,
  });
};

interface Linked {
  readonly events: readonly EvidenceEvent[];
  readonly operations: VisitChange['operations'] & object;
  readonly messages: readonly Message[];
}
const NO_LINKS: Linked = { events: [], operations: [], messages: [] };

export const evidenceEvent = (evidence: LinkedEvidence, visitId: string, at: Instant): EvidenceEvent => ({
  kind: 'evidence',
  id: `${evidence}.${visitId}`,
  at,
  visitId,
  evidence,
});

const linksOf = async (store: Store, { employee, policies }: Visitor, checkIn: CheckInEvent): Promise<Linked> => {
  const { legalEntityId } = employee;
  const { device, position, photo, date } = checkIn;
  const keys = [
    ...(device.id === null ? [] : [['device-sharing', deviceLinkKey(legalEntityId, date, device.id)] as const]),
    ...(position?.state === 'held' && placeOf(position) ? [['same-coordinates', coordinatesLinkKey(employee.id, position)] as const] : []),
    ...(photo?.perceptualHash ? photoQuarters(photo.perceptualHash) : []).map(
      (quarter) => ['photo-reuse', photoLinkKey(legalEntityId, quarter)] as const,
    ),
  ];
  const items = await store.getMany(keys.map(([, key]) => key));
  const keepUntil = Date.parse(`${addDays(date, policies.positionDays)}T00:00:00Z`) + DAY_MS;
  const joined = keys.map(([evidence, key], index) => {
    const before = items[index] as Item | undefined;
    const joining = { employeeId: employee.id, visitId: checkIn.id, at: checkIn.at };
    const shown = evidence === 'photo-reuse' && photo?.perceptualHash ? { ...joining, photo: photo.perceptualHash } : joining;
    const { members, tell } = joinLink(evidence, parseLink(before), shown);
    return { evidence, tell, operation: putLink(key, members, before, keepUntil) };
  });
  // Two photos meet in several quarters: each is told once.
  const found = new Map(
    joined.flatMap(({ evidence, tell }) => tell.map((member) => [`${evidence} ${member.visitId}`, { evidence, member }])),
  );
  const told = [...found.values()];
  return {
    events: told
      .filter(({ member }) => member.visitId === checkIn.id)
      .map(({ evidence, member }) => evidenceEvent(evidence, member.visitId, member.at)),
    operations: joined.map(({ operation }) => operation),
    messages: told
      .filter(({ member }) => member.visitId !== checkIn.id)
      .map(
        ({ evidence, member }): EvidenceFound => ({
          message: 'evidence.found',
          employeeId: member.employeeId,
          legalEntityId,
          visitId: member.visitId,
          at: member.at,
          evidence,
        }),
      ),
  };
};
