/** Processes with every service composed as production composes it, and the readers of the queues as the topology names them. */
import { QUEUE_SPECS, readerOf } from '../../infra/topology.ts';
import { composeAttendance } from '../../services/attendance/compose.ts';
import { composeBonus } from '../../services/bonus/compose.ts';
import { composeIngest } from '../../services/ingest/compose.ts';
import { composeNotify } from '../../services/notify/compose.ts';
import { composePayslip } from '../../services/payslip/compose.ts';
import { composePeople } from '../../services/people/compose.ts';
import { composePlans } from '../../services/plans/compose.ts';
import { composeScoring } from '../../services/scoring/compose.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { linkedPlatform, SERVICES, type Service, type Socket } from './link.ts';
import type { Process, Reader } from './world.ts';

const compose = (platforms: Readonly<Record<Service, Platform>>) => ({
  platforms,
  people: composePeople(platforms.people),
  plans: composePlans(platforms.plans),
  ingest: composeIngest(platforms.ingest),
  attendance: composeAttendance(platforms.attendance),
  scoring: composeScoring(platforms.scoring),
  bonus: composeBonus(platforms.bonus),
  notify: composeNotify(platforms.notify),
  payslip: composePayslip(platforms.payslip),
});
export type Services = ReturnType<typeof compose>;

export const newProcess = (): Process<Services> => {
  const socket: Socket = { link: undefined };
  const platforms = Object.fromEntries(SERVICES.map((service) => [service, linkedPlatform(socket, service)])) as Record<Service, Platform>;
  return Object.assign(socket, { services: compose(platforms) });
};

const isService = (name: string): name is Service => (SERVICES as readonly string[]).includes(name);

/** One for every queue that is read by a service of the simulation. */
export const READERS: readonly Reader<Services>[] = QUEUE_SPECS.flatMap(({ name, visibilitySeconds, maxReceives }) => {
  const { service, handler, trigger } = readerOf(name);
  if (!isService(service) || trigger.kind !== 'queue') return [];
  return [
    {
      queue: name,
      batchSize: trigger.batchSize,
      maxReceives,
      visibilityMillis: visibilitySeconds * 1000,
      handle: (services, event) =>
        (services[service] as unknown as Readonly<Record<string, SqsHandler>>)[handler]?.(event) ?? missing(service, handler),
    },
  ];
});
const missing = (service: string, handler: string): never => {
  throw new Error(`${service} has no ${handler}`);
};

/** One pass of every sweeper. */
export const SWEEPERS = ['people', 'plans', 'ingest', 'attendance', 'scoring', 'bonus', 'payslip'] as const satisfies readonly Service[];
export const sweepAll = async (services: Services): Promise<void> => {
  for (const service of SWEEPERS) await services[service].sweep();
};
