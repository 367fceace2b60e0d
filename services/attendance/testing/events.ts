/** A hospital, a person and events for the tests of attendance. */
import type { Site } from '../../../shared/contracts/attendance.ts';
import { convert } from '../../../shared/kernel/geography.ts';
import { dateIn, instant, instantFromMillis, localDate } from '../../../shared/kernel/period.ts';
import type { CheckInEvent, CheckOutEvent, FollowUpEvent } from '../domain/events.ts';
import type { Known } from '../domain/judge-visits.ts';
import { DEFAULT_POLICY } from '../domain/policy.ts';
import { measuredSite, type StoredSites } from '../domain/visit-sites.ts';

export const HOSPITAL = { latitude: 31.2304, longitude: 121.4737 };
/** A degree of latitude is so many metres on the sphere that is measured on. */
const METRES_PER_DEGREE = (Math.PI / 180) * 6_378_137;
export const northOf = (metres: number): { latitude: number; longitude: number } => ({
  ...HOSPITAL,
  latitude: HOSPITAL.latitude + metres / METRES_PER_DEGREE,
});

export const circle = (id = 'main', at = HOSPITAL): Site => ({
  id,
  name: '门诊楼',
  system: 'gcj02',
  fence: { shape: 'circle', centre: convert(at, 'wgs84', 'gcj02'), radiusMetres: null },
});
export const sitesOf = (sites: readonly Site[] = [circle()], customerType: string | null = 'hospital', customerId = 'h1'): StoredSites => ({
  legalEntityId: 'le-1',
  customerId,
  customerType,
  sites: sites.map(measuredSite),
  version: 1,
});

export const known = (changes: Partial<Known> = {}): Known => ({
  employee: { id: 'e-1', legalEntityId: 'le-1', hiredOn: localDate('2026-01-05'), leftOn: null },
  policyOn: () => ({ policy: DEFAULT_POLICY, version: 0 }),
  sitesOf: (customerId) => (customerId.startsWith('h') ? sitesOf(undefined, undefined, customerId) : undefined),
  ...changes,
});

const at = (text: string) => instant(`2026-11-${text}+08:00`);
/** `10T09:00` of November, Shanghai. */
export const checkIn = (id: string, time: string, changes: Partial<CheckInEvent> = {}): CheckInEvent => ({
  kind: 'check-in',
  id,
  at: at(time),
  date: dateIn(at(time), 'Asia/Shanghai'),
  customerId: 'h1',
  customerBy: 'phone',
  position: { state: 'held', system: 'wgs84', ...northOf(20), accuracyMetres: 15 },
  receivedAt: instantFromMillis(Date.parse(at(time)) + 2_000),
  device: { id: `phone-${id}`, emulator: false, rooted: false },
  mockLocation: false,
  clockOffSeconds: 0,
  purpose: null,
  photo: null,
  ...changes,
});
export const checkOut = (id: string, time: string, changes: Partial<CheckOutEvent> = {}): CheckOutEvent => ({
  kind: 'check-out',
  id,
  at: at(time),
  date: dateIn(at(time), 'Asia/Shanghai'),
  customerId: null,
  position: null,
  receivedAt: at(time),
  ...changes,
});
export const followUp = (id: string, time: string, changes: Partial<FollowUpEvent> = {}): FollowUpEvent => ({
  kind: 'follow-up',
  id,
  at: at(time),
  customerId: 'h1',
  visitId: null,
  content: '与主任沟通新适应症',
  receivedAt: at(time),
  ...changes,
});
