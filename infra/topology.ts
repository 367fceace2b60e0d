/**
 * The one list of what there is: functions, queues, tables, schedules, and what each function may read and write. The serverless
 * configuration, the IAM roles, the embedded host, the simulation and the tests are made from it or checked against it.
 */
import { QUEUES, type QueueName, TABLES, type TableName } from '../shared/contracts/tables.ts';
import { MAX_RECEIVES } from '../shared/runtime/sqs-handler.ts';

export type ServiceName = 'people' | 'plans' | 'ingest' | 'attendance' | 'scoring' | 'bonus' | 'payslip' | 'notify' | 'portal';

export type Trigger =
  /** Every route of the service's HTTP application. */
  | { readonly kind: 'http' }
  | { readonly kind: 'queue'; readonly queue: QueueName; readonly batchSize: number }
  /** Cron in the time zone given (five fields). */
  | { readonly kind: 'schedule'; readonly cron: string; readonly timeZone: string; readonly what: string };

export interface FunctionSpec {
  readonly name: string;
  readonly service: ServiceName;
  /** Name exported by `services/<service>/lambda.ts`. */
  readonly handler: string;
  readonly trigger: Trigger;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Tables it reads, tables it reads and writes (its own), queues it sends to. Nothing else is allowed. */
  readonly reads: readonly TableName[];
  readonly writes: readonly TableName[];
  readonly sends: readonly QueueName[];
  readonly reservedConcurrency?: number;
}

export interface QueueSpec {
  readonly name: QueueName;
  /** At least six times the timeout of the function that reads it. */
  readonly visibilitySeconds: number;
  readonly maxReceives: number;
  readonly retentionDays: number;
}

export interface TableSpec {
  readonly name: TableName;
  readonly owner: ServiceName;
  readonly indexes: readonly ('gsi1' | 'gsi2')[];
}

const http = (
  service: ServiceName,
  rest: Omit<FunctionSpec, 'name' | 'service' | 'handler' | 'trigger' | 'timeoutSeconds' | 'memoryMb'>,
): FunctionSpec => ({
  name: `${service}-http`,
  service,
  handler: 'http',
  trigger: { kind: 'http' },
  timeoutSeconds: 15,
  memoryMb: 512,
  ...rest,
});

/** Sends again what the queue lost, removes what the reader has done. It reads the readers' tables for their done marks. */
const sweeper = (service: ServiceName, table: TableName, readers: readonly TableName[], sends: readonly QueueName[]): FunctionSpec => ({
  name: `${service}-sweep`,
  service,
  handler: 'sweep',
  trigger: { kind: 'schedule', cron: '* * * * *', timeZone: 'UTC', what: `sweep the outbox of ${table}` },
  timeoutSeconds: 50,
  memoryMb: 256,
  reads: readers,
  writes: [table],
  sends,
});

export const FUNCTIONS: readonly FunctionSpec[] = [
  http('people', { reads: [], writes: ['people'], sends: ['facts', 'plans-published', 'visits'] }),
  sweeper('people', 'people', ['scores', 'attendance'], ['facts', 'plans-published', 'visits']),
  http('plans', { reads: ['people'], writes: ['plans'], sends: ['plans-published'] }),
  sweeper('plans', 'plans', ['scores'], ['plans-published']),
  http('ingest', { reads: ['people'], writes: ['facts'], sends: ['facts', 'visits'] }),
  sweeper('ingest', 'facts', ['people', 'scores', 'attendance'], ['facts', 'visits']),
  http('attendance', { reads: ['people'], writes: ['attendance'], sends: ['facts', 'visits', 'notices'] }),
  {
    name: 'attendance-on-visit-message',
    service: 'attendance',
    handler: 'onVisitMessage',
    trigger: { kind: 'queue', queue: 'visits', batchSize: 10 },
    timeoutSeconds: 60,
    memoryMb: 512,
    reads: ['people'],
    writes: ['attendance'],
    sends: ['facts', 'visits'],
  },
  {
    name: 'attendance-on-retention',
    service: 'attendance',
    handler: 'onRetention',
    trigger: { kind: 'schedule', cron: '30 3 * * *', timeZone: 'Asia/Shanghai', what: 'erase positions whose retention time is over' },
    timeoutSeconds: 300,
    memoryMb: 256,
    reads: ['people'],
    writes: ['attendance'],
    sends: [],
  },
  sweeper('attendance', 'attendance', ['scores', 'notices'], ['facts', 'visits', 'notices']),
  {
    name: 'scoring-on-fact-credited',
    service: 'scoring',
    handler: 'onFactCredited',
    trigger: { kind: 'queue', queue: 'facts', batchSize: 10 },
    timeoutSeconds: 30,
    memoryMb: 512,
    reads: ['people', 'plans'],
    writes: ['scores'],
    sends: ['scores', 'facts', 'notices'],
  },
  {
    name: 'scoring-on-plan-published',
    service: 'scoring',
    handler: 'onPlanPublished',
    trigger: { kind: 'queue', queue: 'plans-published', batchSize: 1 },
    timeoutSeconds: 120,
    memoryMb: 512,
    reads: ['people', 'plans'],
    writes: ['scores'],
    sends: ['facts'],
  },
  {
    name: 'scoring-on-month-opening',
    service: 'scoring',
    handler: 'onMonthOpening',
    trigger: { kind: 'schedule', cron: '30 0 * * *', timeZone: 'Asia/Shanghai', what: 'open months that may pay without any fact' },
    timeoutSeconds: 300,
    memoryMb: 512,
    reads: ['people', 'plans'],
    writes: ['scores'],
    sends: ['facts'],
  },
  http('scoring', { reads: ['people', 'plans'], writes: ['scores'], sends: [] }),
  sweeper('scoring', 'scores', ['ledger', 'notices'], ['scores', 'facts', 'notices']),
  {
    name: 'bonus-on-score-updated',
    service: 'bonus',
    handler: 'onScoreUpdated',
    trigger: { kind: 'queue', queue: 'scores', batchSize: 10 },
    timeoutSeconds: 30,
    memoryMb: 512,
    reads: ['people', 'plans', 'scores'],
    writes: ['ledger'],
    sends: ['notices', 'facts'],
  },
  {
    name: 'bonus-on-due-day',
    service: 'bonus',
    handler: 'onDueDay',
    trigger: { kind: 'schedule', cron: '5 * * * *', timeZone: 'UTC', what: 'pay the awards that are held until today' },
    timeoutSeconds: 300,
    memoryMb: 256,
    reads: ['people'],
    writes: ['ledger'],
    sends: ['facts'],
  },
  {
    name: 'bonus-on-pools-due',
    service: 'bonus',
    handler: 'onPoolsDue',
    trigger: { kind: 'schedule', cron: '*/5 * * * *', timeZone: 'UTC', what: 'share out the pools of which a member has changed' },
    timeoutSeconds: 300,
    memoryMb: 512,
    reads: ['people', 'plans', 'scores'],
    writes: ['ledger'],
    sends: [],
  },
  http('bonus', { reads: ['people', 'plans', 'scores'], writes: ['ledger'], sends: ['notices'] }),
  sweeper('bonus', 'ledger', ['notices', 'scores'], ['notices', 'facts']),
  http('payslip', {
    reads: ['people', 'plans', 'scores', 'ledger', 'facts', 'attendance'],
    writes: ['payroll'],
    sends: ['payslip-work', 'notices'],
  }),
  {
    name: 'payslip-on-work',
    service: 'payslip',
    handler: 'onPayslipWork',
    trigger: { kind: 'queue', queue: 'payslip-work', batchSize: 1 },
    timeoutSeconds: 60,
    memoryMb: 1024,
    reads: ['people', 'attendance', 'ledger'],
    writes: ['payroll'],
    sends: [],
  },
  {
    name: 'payslip-on-month-end',
    service: 'payslip',
    handler: 'onMonthEnd',
    trigger: {
      kind: 'schedule',
      cron: '0 1 * * *',
      timeZone: 'Asia/Shanghai',
      what: 'open the run of every legal entity whose payday is near',
    },
    timeoutSeconds: 120,
    memoryMb: 512,
    reads: ['people', 'ledger'],
    writes: ['payroll'],
    sends: ['payslip-work'],
  },
  sweeper('payslip', 'payroll', ['notices'], ['payslip-work', 'notices']),
  {
    name: 'notify-on-notice-requested',
    service: 'notify',
    handler: 'onNoticeRequested',
    trigger: { kind: 'queue', queue: 'notices', batchSize: 10 },
    timeoutSeconds: 30,
    memoryMb: 256,
    reads: ['people'],
    writes: ['notices'],
    sends: [],
  },
  http('notify', { reads: ['people'], writes: ['notices'], sends: [] }),
  http('portal', {
    reads: ['people', 'plans', 'facts', 'attendance', 'scores', 'ledger', 'payroll', 'notices'],
    writes: ['portal'],
    sends: ['notices'],
  }),
  sweeper('portal', 'portal', ['notices'], ['notices']),
];

/** The function that reads a queue. */
export const readerOf = (queue: QueueName): FunctionSpec => {
  const found = FUNCTIONS.find(({ trigger }) => trigger.kind === 'queue' && trigger.queue === queue);
  if (!found) throw new Error(`no function reads queue ${queue}`);
  return found;
};

export const QUEUE_SPECS: readonly QueueSpec[] = QUEUES.map((name) => ({
  name,
  visibilitySeconds: 6 * readerOf(name).timeoutSeconds,
  maxReceives: MAX_RECEIVES,
  retentionDays: 4,
}));

const OWNERS: Record<TableName, ServiceName> = {
  people: 'people',
  plans: 'plans',
  facts: 'ingest',
  attendance: 'attendance',
  scores: 'scoring',
  ledger: 'bonus',
  payroll: 'payslip',
  notices: 'notify',
  portal: 'portal',
};
/** Every table: keys `pk`, `sk`; sparse indexes gsi1 and gsi2; TTL attribute `ttl`; point-in-time recovery; encrypted with the account's key. */
export const TABLE_SPECS: readonly TableSpec[] = TABLES.map((name) => ({ name, owner: OWNERS[name], indexes: ['gsi1', 'gsi2'] }));
