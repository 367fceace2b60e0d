/** Composes every service of the topology on one platform. The only place that knows all services. */

import { composeAttendance } from '../../services/attendance/compose.ts';
import { composeBonus } from '../../services/bonus/compose.ts';
import { composeIngest } from '../../services/ingest/compose.ts';
import { composeNotify } from '../../services/notify/compose.ts';
import { composePayslip } from '../../services/payslip/compose.ts';
import { composePeople } from '../../services/people/compose.ts';
import { composePlans } from '../../services/plans/compose.ts';
import { composePortal } from '../../services/portal/compose.ts';
import { composeScoring } from '../../services/scoring/compose.ts';
import type { Api } from '../../shared/runtime/http/api.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { FUNCTIONS, type FunctionSpec, type ServiceName } from '../topology.ts';
import { docsAsset, openApiDocument } from './openapi.ts';

export interface QueueFunction {
  readonly spec: FunctionSpec & { readonly trigger: Extract<FunctionSpec['trigger'], { kind: 'queue' }> };
  readonly handler: SqsHandler;
}
export interface ScheduleFunction {
  readonly spec: FunctionSpec & { readonly trigger: Extract<FunctionSpec['trigger'], { kind: 'schedule' }> };
  readonly run: () => Promise<unknown>;
}
export interface ComposedAll {
  readonly http: readonly { readonly service: ServiceName; readonly api: Api }[];
  readonly queues: readonly QueueFunction[];
  readonly schedules: readonly ScheduleFunction[];
}

/** @throws Error when the topology names a handler that its service does not have. */
export const composeAll = (platform: Platform): ComposedAll => {
  const http: { service: ServiceName; api: Api }[] = [];
  let document: object | undefined;
  const documentation = {
    openapi: (): object => {
      document ??= openApiDocument(http.map(({ api }) => api));
      return document;
    },
    docsAsset,
  };
  const services: Readonly<Record<ServiceName, object>> = {
    people: composePeople(platform),
    plans: composePlans(platform),
    ingest: composeIngest(platform),
    attendance: composeAttendance(platform),
    scoring: composeScoring(platform),
    bonus: composeBonus(platform),
    payslip: composePayslip(platform),
    notify: composeNotify(platform),
    portal: composePortal(platform, documentation),
  };
  const queues: QueueFunction[] = [];
  const schedules: ScheduleFunction[] = [];
  for (const spec of FUNCTIONS) {
    const made = (services[spec.service] as Record<string, unknown>)[spec.handler];
    if (made === undefined) throw new Error(`services/${spec.service} has no ${spec.handler}, which ${spec.name} of the topology needs`);
    if (spec.trigger.kind === 'http') http.push({ service: spec.service, api: made as Api });
    else if (spec.trigger.kind === 'queue') queues.push({ spec: spec as QueueFunction['spec'], handler: made as SqsHandler });
    else schedules.push({ spec: spec as ScheduleFunction['spec'], run: made as () => Promise<unknown> });
  }
  return { http, queues, schedules };
};
