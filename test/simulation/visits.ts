/** Visits of the simulated company: phones whose offline queues come late, twice and in pieces, follow-ups, decisions, a customer put right. */
import { bearer, type TestPrincipal } from './memory-platform.ts';
import type { Services } from './processes.ts';
import type { Random } from './random.ts';
import type { Workload } from './workload.ts';
import type { Job } from './world.ts';

export interface VisitStep {
  readonly employeeId: string;
  /** Counts in the phone's queue. */
  readonly sequence: number;
  readonly customerId: string;
  readonly at: string;
  /** Stands where the customer really is. */
  readonly isThere: boolean;
  /** Hours after the check-in; null: none. */
  readonly followUpAfterHours: number | null;
  /** Virtual milliseconds after the start. */
  readonly uploadedAt: readonly number[];
  readonly followedUpAt: number;
  readonly decision: { readonly decision: 'valid' | 'invalid'; readonly at: number } | null;
}
export interface VisitsPlan {
  readonly visits: readonly VisitStep[];
  /** A customer that is entered at a wrong place first; null: all are right from the start. */
  readonly movedAt: number | null;
}

export const visitIdOf = ({ employeeId, sequence }: VisitStep): string => `${employeeId}.phone.${sequence}`;

/** In half of the companies. */
export const drawVisits = (random: Random, employeeIds: readonly string[], length: number): VisitsPlan => {
  if (random.chance(0.5)) return { visits: [], movedAt: null };
  const moment = random.int(length);
  const soon = (): number => (random.chance(0.5) ? Math.min(length - 1, moment + random.int(40)) : random.int(length));
  const visits = employeeIds.slice(0, 2).flatMap((employeeId) => {
    let sequence = 0;
    return ['03', '04', '17', '30'].flatMap((day) =>
      ['h1', 'h2'].flatMap((customerId, place) => {
        if (random.chance(0.5)) return [];
        // A second one at the same customer and day does not count, unless the first does not.
        const hours = random.chance(0.3) ? [9, 14] : [9];
        return hours.map((hour): VisitStep => {
          sequence += 1;
          return {
            employeeId,
            sequence,
            customerId,
            at: `2026-11-${day}T${String(hour + place).padStart(2, '0')}:00:00+08:00`,
            isThere: random.chance(0.7),
            followUpAfterHours: random.pick([null, 0.5, 1, 23.9, 25]),
            uploadedAt: Array.from({ length: random.between(1, 3) }, soon),
            followedUpAt: soon(),
            decision: hours.length === 1 && random.chance(0.2) ? { decision: random.pick(['valid', 'invalid']), at: soon() } : null,
          };
        });
      }),
    );
  });
  return { visits, movedAt: random.chance(0.4) ? soon() : null };
};

const PAYROLL: TestPrincipal = { subject: 'reviewer', roles: ['payroll'], entities: '*' };
const phoneOf = (employeeId: string): TestPrincipal => ({ subject: employeeId, roles: ['employee'], employeeId });
const send = async (services: Services, who: TestPrincipal, method: 'PUT' | 'POST', path: string, body: object) => {
  const response = await services.attendance.http.request(path, {
    method,
    headers: { authorization: bearer(who), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as unknown };
};

const PLACES = { h1: { latitude: 31.23, longitude: 121.47 }, h2: { latitude: 31.2, longitude: 121.5 } } as const;
/** Some 4 km from both. */
const ELSEWHERE = { latitude: 31.26, longitude: 121.44 };
const putSites = (services: Services, { legalEntityId }: Workload, customerId: keyof typeof PLACES, at: object) =>
  send(services, PAYROLL, 'PUT', `/v1/customers/${legalEntityId}/${customerId}/sites`, {
    sites: [{ id: 'main', name: '医院', system: 'wgs84', fence: { shape: 'circle', centre: at } }],
  });

export const foundVisits = async (services: Services, workload: Workload): Promise<void> => {
  const { visits, movedAt } = workload.visits;
  const answers = [
    await putSites(services, workload, 'h1', movedAt === null ? PLACES.h1 : ELSEWHERE),
    await putSites(services, workload, 'h2', PLACES.h2),
  ];
  for (const employeeId of new Set(visits.map((visit) => visit.employeeId)))
    answers.push(await send(services, phoneOf(employeeId), 'PUT', '/v1/me/location-consent', { given: true, textVersion: 'v1' }));
  const wrong = answers.find(({ status }) => status !== 200);
  if (wrong) throw new Error(`visits: ${JSON.stringify(wrong)}`);
};

/** Each is sent again until it is answered. */
export const visitJobs = (workload: Workload, start: number): Job<Services>[] => {
  const job = (name: string, at: number, run: (services: Services) => Promise<boolean>): Job<Services> => ({
    name,
    at: start + at,
    againMillis: 15_000,
    run,
  });
  const { visits, movedAt } = workload.visits;
  const moved =
    movedAt === null
      ? []
      : [job('put h1 right', movedAt, async (services) => (await putSites(services, workload, 'h1', PLACES.h1)).status === 200)];
  return [...moved, ...visits.flatMap((visit) => jobsOf(visit, job))];
};

const jobsOf = (
  visit: VisitStep,
  job: (name: string, at: number, run: (services: Services) => Promise<boolean>) => Job<Services>,
): Job<Services>[] => {
  const { employeeId, customerId, sequence, at, isThere } = visit;
  const id = visitIdOf(visit);
  const place = PLACES[customerId as keyof typeof PLACES];
  // No two fixes are the same; far is one and a half kilometres.
  const position = {
    system: 'wgs84',
    latitude: place.latitude + (isThere ? 0.0001 : 0.0135) + sequence * 1e-7,
    longitude: place.longitude,
    accuracyMetres: 12,
  };
  const upload = async (services: Services): Promise<boolean> => {
    const answer = await send(services, phoneOf(employeeId), 'POST', '/v1/check-ins', {
      queueId: 'phone',
      device: { id: `phone-${employeeId}` },
      sentAt: services.platforms.attendance.clock.now(),
      checkIns: [{ clientSequence: sequence, kind: 'check-in', at, customerId, position }],
    });
    if (answer.status !== 200) return false;
    const [result] = (answer.body as { readonly results: readonly { readonly outcome: string }[] }).results;
    if (result?.outcome === 'refused') throw new Error(`${id} was refused: ${JSON.stringify(result)}`);
    return true;
  };
  const after = visit.followUpAfterHours;
  return [
    ...visit.uploadedAt.map((when, n) => job(`upload ${id} (${n + 1})`, when, upload)),
    ...(after === null
      ? []
      : [
          job(`follow ${id} up`, visit.followedUpAt, async (services) => {
            const body = {
              id: `f-${sequence}`,
              at: new Date(Date.parse(at) + after * 3_600_000).toISOString(),
              visitId: id,
              content: '与主任沟通了新适应症',
            };
            return (await send(services, phoneOf(employeeId), 'POST', '/v1/follow-ups', body)).status === 200;
          }),
        ]),
    ...(visit.decision === null
      ? []
      : [
          job(`decide ${id}`, visit.decision.at, async (services) => {
            const body = { decision: visit.decision?.decision, reason: '模拟' };
            return (await send(services, PAYROLL, 'POST', `/v1/visits/${id}/decision`, body)).status === 200;
          }),
        ]),
  ];
};
