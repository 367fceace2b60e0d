/**
 * What a check-in's position shows: is it one, is it at the customer, how exact is it, and does it fit the person's other positions of the
 * day. A distance is tested less the accuracy of the fix: a coarse fix is no reason to lose a visit. Pure.
 */
import type { VisitPolicy } from '../../../shared/contracts/attendance.ts';
import { distanceMetres, type Point, positionFault, toWgs84 } from '../../../shared/kernel/geography.ts';
import type { CheckInEvent, CheckOutEvent, EventPosition } from './events.ts';
import { inTime } from './match-events.ts';
import type { VisitTest } from './visit.ts';
import { closestSite, type StoredSites } from './visit-sites.ts';

/** One point: people in one building. */
const CLUSTER_METRES = 100;
const MAX_KM_PER_HOUR = 99_999;

type Located = (CheckInEvent | CheckOutEvent) & { readonly place: Point };
/** Where a position is, in WGS-84; `undefined` for one that is erased, missing, or not a place anybody was at. */
export const placeOf = (position: EventPosition): Point | undefined => {
  if (position?.state !== 'held' || positionFault(position)) return undefined;
  return toWgs84(position, position.system);
};

export interface PositionFindings {
  readonly tests: readonly VisitTest[];
  readonly siteId: string | null;
  readonly distanceMetres: number | null;
}

/** @param sameDay every check-in and check-out of the person on that day, this one too. */
export const positionTests = (
  checkIn: CheckInEvent,
  sites: StoredSites | undefined,
  policy: VisitPolicy,
  sameDay: readonly (CheckInEvent | CheckOutEvent)[],
): PositionFindings => {
  const { position } = checkIn;
  if (position?.state === 'erased') return position;
  const place = placeOf(position);
  const position1 = positionTest(checkIn, policy);
  const usable = position1.result === 'passed' ? place : undefined;
  const fence = fenceTest(checkIn, usable, sites, policy);
  const located = sameDay
    .flatMap((event): Located[] => {
      const found = placeOf(event.position);
      return found ? [{ ...event, place: found }] : [];
    })
    .sort(inTime);
  return {
    tests: [
      position1,
      fence.test,
      accuracyTest(position, policy),
      travelTest(checkIn, place, located, policy),
      clusterTest(checkIn, place, located, policy),
    ],
    siteId: fence.siteId,
    distanceMetres: fence.test.unit === 'metres' ? fence.test.measured : null,
  };
};

const FAULTS = {
  zero: { zh: '定位为 0,0,手机没有得到位置', en: 'the position is 0/0: the phone had no fix' },
  pole: { zh: '定位在极点,不是真实位置', en: 'the position is at a pole' },
  swapped: { zh: '经纬度看似颠倒', en: 'latitude and longitude seem to be swapped' },
} as const;

const positionTest = ({ position }: CheckInEvent, { uselessAccuracyMetres }: VisitPolicy): VisitTest => {
  const plain = { test: 'position', measured: null, limit: null, unit: null } as const;
  if (position?.state !== 'held')
    return { ...plain, result: 'unknown', reason: { zh: '没有位置,须由主管确认', en: 'without a position: a supervisor confirms' } };
  const fault = positionFault(position);
  if (fault) return { ...plain, result: 'unknown', reason: FAULTS[fault] };
  const { accuracyMetres } = position;
  if (accuracyMetres !== null && accuracyMetres > uselessAccuracyMetres) {
    const measured = Math.round(accuracyMetres);
    return {
      ...plain,
      result: 'unknown',
      measured,
      limit: uselessAccuracyMetres,
      unit: 'metres',
      reason: {
        zh: `定位精度 ${measured} 米,超过 ${uselessAccuracyMetres} 米,不能说明位置`,
        en: `accurate to ${measured} m only, more than ${uselessAccuracyMetres} m: it shows nothing`,
      },
    };
  }
  return { ...plain, result: 'passed', reason: { zh: '有可用的位置', en: 'there is a usable position' } };
};

const fenceTest = (
  checkIn: CheckInEvent,
  place: Point | undefined,
  sites: StoredSites | undefined,
  policy: VisitPolicy,
): { readonly test: VisitTest; readonly siteId: string | null } => {
  const unknown = (zh: string, en: string) => ({
    test: { test: 'fence', result: 'unknown', measured: null, limit: null, unit: null, reason: { zh, en } } as const,
    siteId: null,
  });
  if (checkIn.customerId === null) return unknown('未注明客户,附近也没有已知的客户地点', 'no customer is named and none is known nearby');
  if (!sites || sites.sites.length === 0) return unknown('该客户没有登记地点', 'no site of this customer is known');
  if (!place) return unknown('没有可用的位置,无法判断是否在客户处', 'without a usable position nobody can tell');
  const closest = closestSite(place, sites, policy);
  if (!closest) throw new Error('a customer with sites has a closest one');
  const { siteId, metres, limitMetres } = closest;
  const accuracy = checkIn.position?.state === 'held' ? (checkIn.position.accuracyMetres ?? 0) : 0;
  const allowance = Math.min(Math.floor(accuracy), policy.allowanceMetres);
  const inside = metres - allowance <= limitMetres;
  const less = allowance > 0 ? { zh: `,精度可抵 ${allowance} 米`, en: `, less ${allowance} m of accuracy` } : { zh: '', en: '' };
  const fence = sites.sites.find(({ site }) => site.id === siteId)?.fence.shape;
  const what =
    fence === 'polygon'
      ? { zh: `距 ${siteId} 的围栏 ${metres} 米`, en: `${metres} m from the fence of ${siteId}` }
      : { zh: `距 ${siteId} ${metres} 米,允许 ${limitMetres} 米`, en: `${metres} m from ${siteId}, ${limitMetres} m allowed` };
  return {
    siteId,
    test: {
      test: 'fence',
      result: inside ? 'passed' : 'failed',
      measured: metres,
      limit: limitMetres,
      unit: 'metres',
      reason: {
        zh: `${inside ? '在客户处' : '不在客户处'}:${what.zh}${less.zh}`,
        en: `${inside ? 'at the customer' : 'not at the customer'}: ${what.en}${less.en}`,
      },
    },
  };
};

const accuracyTest = (position: EventPosition, { flaggedAccuracyMetres: limit }: VisitPolicy): VisitTest => {
  const plain = { test: 'accuracy', limit, unit: 'metres' } as const;
  if (position?.state !== 'held') {
    return { ...plain, result: 'not-measured', measured: null, reason: { zh: '没有位置', en: 'there is no position' } };
  }
  if (position.accuracyMetres === null) {
    return { ...plain, result: 'flagged', measured: null, reason: { zh: '手机没有给出定位精度', en: 'the phone gave no accuracy' } };
  }
  const measured = Math.round(position.accuracyMetres);
  return measured > limit
    ? {
        ...plain,
        result: 'flagged',
        measured,
        reason: { zh: `定位精度 ${measured} 米,超过 ${limit} 米`, en: `accurate to ${measured} m, more than ${limit} m` },
      }
    : { ...plain, result: 'passed', measured, reason: { zh: `定位精度 ${measured} 米`, en: `accurate to ${measured} m` } };
};

const travelTest = (checkIn: CheckInEvent, place: Point | undefined, located: readonly Located[], policy: VisitPolicy): VisitTest => {
  const { travelKmPerHour: limit, travelMetres } = policy;
  const plain = { test: 'travel', limit, unit: 'km/h' } as const;
  const before = located.filter((other) => inTime(other, checkIn) < 0).at(-1);
  if (!place || !before) {
    return {
      ...plain,
      result: 'not-measured',
      measured: null,
      reason: { zh: '当天没有更早的位置', en: 'no earlier position on this day' },
    };
  }
  const metres = distanceMetres(before.place, place);
  const seconds = (Date.parse(checkIn.at) - Date.parse(before.at)) / 1000;
  // Nobody covers a distance in no time: as fast as we can say.
  const measured = seconds === 0 ? (metres === 0 ? 0 : MAX_KM_PER_HOUR) : Math.min(MAX_KM_PER_HOUR, Math.round((metres * 3.6) / seconds));
  const minutes = Math.round(seconds / 60);
  const text = { zh: `${minutes} 分钟内移动 ${metres} 米`, en: `${metres} m in ${minutes} minutes` };
  return metres >= travelMetres && measured > limit
    ? { ...plain, result: 'flagged', measured, reason: { zh: `不可能的移动:${text.zh}`, en: `impossible travel: ${text.en}` } }
    : { ...plain, result: 'passed', measured, reason: text };
};

/** The most customers within one stretch of time that holds this check-in, at this point. */
const clusterTest = (checkIn: CheckInEvent, place: Point | undefined, located: readonly Located[], policy: VisitPolicy): VisitTest => {
  const { clusterCustomers: limit, clusterMinutes } = policy;
  const plain = { test: 'cluster', limit, unit: 'customers' } as const;
  if (!place)
    return { ...plain, result: 'not-measured', measured: null, reason: { zh: '没有可用的位置', en: 'without a usable position' } };
  const here = located.filter((other) => other.kind === 'check-in' && distanceMetres(other.place, place) <= CLUSTER_METRES);
  const millis = (event: { readonly at: string }): number => Date.parse(event.at);
  const stretch = clusterMinutes * 60_000;
  const counts = here
    .filter((first) => millis(first) <= millis(checkIn) && millis(checkIn) - millis(first) <= stretch)
    .map((first) => {
      const within = here.filter((other) => millis(other) >= millis(first) && millis(other) - millis(first) <= stretch);
      return new Set(within.map(({ customerId, id }) => customerId ?? id)).size;
    });
  const measured = Math.max(1, ...counts);
  return measured > limit
    ? {
        ...plain,
        result: 'flagged',
        measured,
        reason: {
          zh: `${clusterMinutes} 分钟内在同一地点签到 ${measured} 家客户`,
          en: `${measured} customers within ${clusterMinutes} minutes at one point`,
        },
      }
    : { ...plain, result: 'passed', measured, reason: { zh: '同一地点没有集中签到', en: 'no crowd of customers at one point' } };
};
