/**
 * The whole product in one place: engine, queue server, every service, pollers, schedules, sweepers and the HTTP API. Handlers, adapters and
 * SDK calls are those of production; only the wiring is here.
 */
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { Cron } from 'croner';
import { systemClock } from '../../shared/adapters/clock.ts';
import { coalescingQueue, coalescingStore } from '../../shared/adapters/coalescing.ts';
import { type Counts, countingQueue, countingReceiver, countingStore, newCounts } from '../../shared/adapters/counting.ts';
import { dynamoClient } from '../../shared/adapters/dynamo-client.ts';
import { dynamoStore } from '../../shared/adapters/dynamo-store.ts';
import { jsonLog, type Log } from '../../shared/adapters/log.ts';
import { ensureQueues, ensureTables } from '../../shared/adapters/provision.ts';
import type { QueueReceiver } from '../../shared/adapters/queue-receiver.ts';
import { sqsClient } from '../../shared/adapters/sqs-client.ts';
import { queueUrls, sqsQueue } from '../../shared/adapters/sqs-queue.ts';
import { sqsReceiver } from '../../shared/adapters/sqs-receiver.ts';
import { QUEUES, TABLES } from '../../shared/contracts/tables.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { healthApp, nothingParked, readiness, tablesReachable } from '../../shared/runtime/health.ts';
import { sweepOutbox } from '../../shared/runtime/outbox.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { type Pollers, startPollers } from '../../shared/runtime/poller.ts';
import { FUNCTIONS, QUEUE_SPECS, TABLE_SPECS } from '../topology.ts';
import { apiApp, problem } from './api-app.ts';
import { composeAll, type ScheduleFunction } from './compose-all.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { DEV_AUDIENCE, DEV_ISSUER_PATH, type DevIssuer, devIssuer } from './dev-issuer.ts';
import { findEngine } from './engine-binary.ts';
import { StartRefusal } from './refusal.ts';
import { type Sidecar, startSidecar } from './sidecar.ts';

export interface HostOptions {
  readonly dataFolder: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where `sidecar.mjs` lies, when this file was bundled. */
  readonly sidecarScript?: string;
  /** Default: JSON lines into the data folder. */
  readonly log?: Log;
  /** How often every outbox is swept (default 3 s; production: each minute). */
  readonly sweepSeconds?: number;
  /** When a failed message comes again, by how often it was received. */
  readonly retryAfterSeconds?: (receives: number) => number;
}

export interface Host {
  readonly baseUrl: string;
  readonly dataFolder: DataFolder;
  readonly platform: Platform;
  readonly receiver: QueueReceiver;
  readonly counts: Counts;
  /** Undefined when `MERITRAIL_OIDC_ISSUER` names another issuer. */
  readonly issuer: DevIssuer | undefined;
  readonly endpoints: { readonly dynamo: string; readonly sqs: string };
  readonly sidecar: Sidecar | undefined;
  /** Resolves with the reason when the engine or the queue server ends. */
  readonly failed: Promise<string>;
  /** One pass over every outbox. */
  sweep(olderThanSeconds: number): Promise<{ readonly confirmed: number; readonly resent: number; readonly parked: number }>;
  /** Drains and stops; at most about 5 s. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const BATCHES_AT_WORK = 2;

/** Tables that have an outbox: those whose sweeper is in the topology. */
const OUTBOX_TABLES = TABLES.filter((table) => FUNCTIONS.some(({ handler, writes }) => handler === 'sweep' && writes.includes(table)));

/** @throws StartRefusal with one clear sentence when it cannot start; nothing is left running then. */
export const startHost = async (options: HostOptions): Promise<Host> => {
  const undo: (() => Promise<unknown> | unknown)[] = [];
  try {
    return await start(options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
};

const start = async (options: HostOptions, undo: (() => Promise<unknown> | unknown)[]): Promise<Host> => {
  const { environment } = options;
  const engine = environment['AWS_ENDPOINT_URL_DYNAMODB'] ? null : requireEngine(environment);
  const folder = await openDataFolder(options.dataFolder);
  undo.push(() => folder.release());
  const log = options.log ?? fileLog(folder.log, undo);

  // The port is taken first, so that a port in use is known before anything else starts.
  let answer: (request: Request, env: unknown) => Response | Promise<Response> = () => problem('unavailable', { 'Retry-After': '1' });
  const server = createAdaptorServer({
    fetch: async (request, env) => closingWhenRefused(await answer(request, env), env.incoming as IncomingMessage),
  });
  const port = await listen(server, options.port);
  undo.push(() => closeServer(server, 0));

  const sidecar = await startSidecar({
    engine,
    database: folder.database,
    queues: !environment['AWS_ENDPOINT_URL_SQS'],
    ...(options.sidecarScript === undefined ? {} : { script: options.sidecarScript }),
  });
  undo.push(() => sidecar.stop());
  if (sidecar.enginePid !== undefined) folder.noteEngine(sidecar.enginePid);

  const dynamo = dynamoClient(sidecar.dynamoEndpoint);
  const sqs = sqsClient(sidecar.sqsEndpoint);
  undo.push(() => {
    dynamo.destroy();
    sqs.destroy();
  });

  const baseUrl = `http://${LOOPBACK}:${port}`;
  const publicUrl = environment['MERITRAIL_PUBLIC_URL'] || baseUrl;
  const issuer = environment['MERITRAIL_OIDC_ISSUER']
    ? undefined
    : await devIssuer({ host: LOOPBACK, publicUrl: baseUrl, key: folder.secrets.issuerKey });
  const config = readConfig({
    ...environment,
    MERITRAIL_PUBLIC_URL: publicUrl,
    MERITRAIL_CURSOR_SECRET: environment['MERITRAIL_CURSOR_SECRET'] || folder.secrets.cursorSecret,
    ...(issuer ? { MERITRAIL_OIDC_ISSUER: issuer.issuer, MERITRAIL_OIDC_AUDIENCE: DEV_AUDIENCE, MERITRAIL_OIDC_JWKS: issuer.jwks } : {}),
  });

  await ensureTables(dynamo, config.tablePrefix, TABLE_SPECS).catch((error: unknown) => {
    throw new StartRefusal(`The table engine does not do its work (${String(error).slice(0, 200)}). Start over with: npm start -- --reset`);
  });
  await ensureQueues(sqs, config.queuePrefix, QUEUE_SPECS);

  const counts = newCounts();
  const urls = queueUrls(config.queuePrefix, sqs, {});
  const receiver = countingReceiver(sqsReceiver(sqs, urls), counts);
  const platform: Platform = {
    store: coalescingStore(countingStore(dynamoStore(config.tablePrefix, dynamo), counts)),
    queue: coalescingQueue(countingQueue(sqsQueue(config.queuePrefix, sqs, urls), counts)),
    clock: systemClock,
    log,
    config,
  };
  const all = composeAll(platform);

  const ready = readiness(
    {
      tables: tablesReachable(platform.store, TABLES),
      queues: async () => {
        await Promise.all(QUEUES.map((queue) => receiver.depth({ queue })));
      },
      outbox: nothingParked(platform.store, OUTBOX_TABLES),
    },
    log,
  );
  const app = apiApp(all.http, [healthApp(ready)]);
  if (issuer) app.route(DEV_ISSUER_PATH, issuer.app);

  const sweep = async (olderThanSeconds: number) => {
    const total = { confirmed: 0, resent: 0, parked: 0 };
    for (const table of OUTBOX_TABLES) {
      const result = await sweepOutbox(platform, table, { olderThanSeconds });
      total.confirmed += result.confirmed;
      total.resent += result.resent;
      total.parked += result.parked;
    }
    return total;
  };

  const pollers: Pollers = startPollers(
    all.queues.map(({ spec, handler }) => ({
      queue: spec.trigger.queue,
      batchSize: spec.trigger.batchSize,
      timeoutSeconds: spec.timeoutSeconds,
      handler,
      concurrency: BATCHES_AT_WORK,
    })),
    { receiver, log, ...(options.retryAfterSeconds ? { retryAfterSeconds: options.retryAfterSeconds } : {}) },
  );
  const timers = startSchedules(all.schedules, log, options.sweepSeconds ?? 3);
  answer = (request, env) => app.fetch(request, env as object);

  // The queue server begins empty: what was under way when the last host ended is only in the outboxes.
  if (sidecar.sqsEndpoint !== undefined) {
    const { confirmed, resent } = await sweep(0);
    if (resent > 0) log.info('host.resumed', { confirmed, resent });
  }

  const endpoints = {
    dynamo: sidecar.dynamoEndpoint ?? environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    sqs: sidecar.sqsEndpoint ?? environment['AWS_ENDPOINT_URL_SQS'] ?? '',
  };
  folder.write('endpoints.json', endpoints);

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    timers.stop();
    const closed = closeServer(server, 1500);
    const [{ unfinished }] = await Promise.all([pollers.stop(2500), closed, timers.idle(2000)]);
    if (unfinished > 0) log.warn('host.unfinished', { batches: unfinished });
    for (const step of undo.reverse()) await step();
  };
  return {
    baseUrl,
    dataFolder: folder,
    platform,
    receiver,
    counts,
    issuer,
    endpoints,
    sidecar,
    failed: sidecar.failed,
    sweep,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
};

const requireEngine = (environment: HostOptions['environment']): string => {
  const engine = findEngine(environment);
  if (engine === undefined) {
    throw new StartRefusal(
      `There is no table engine for ${process.platform}-${process.arch} here. Put "dynoxide" on the PATH, or set AWS_ENDPOINT_URL_DYNAMODB to a DynamoDB-compatible endpoint (DynamoDB Local, LocalStack, …).`,
    );
  }
  return engine;
};

const listen = (server: ServerType, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(new StartRefusal(`Port ${port} is in use. Stop what uses it, or choose another: npm start -- --port ${port + 1}`));
      } else if (error.code === 'EACCES') {
        reject(new StartRefusal(`Port ${port} is not allowed for this user. Choose one above 1023: npm start -- --port 8080`));
      } else reject(error);
    });
    server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });

const MAX_REFUSED_BYTES = 16 * 1024 * 1024;
const REFUSED_MILLIS = 10_000;

/**
 * A body that is too large is read on and thrown away before the answer, within bounds: a caller that is still writing when the connection ends
 * sees a broken pipe instead of the 413. What the body was is not known afterwards, so the connection is not used again.
 */
const closingWhenRefused = async (response: Response, incoming: IncomingMessage): Promise<Response> => {
  if (response.status !== 413) return response;
  await readAway(incoming);
  const headers = new Headers(response.headers);
  headers.set('Connection', 'close');
  return new Response(response.body, { status: response.status, headers });
};

const readAway = (incoming: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (incoming.complete || incoming.destroyed) {
      resolve();
      return;
    }
    let bytes = 0;
    // Whoever read the first part stops the stream when its own buffer is full.
    const goOn = (): void => void incoming.resume();
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > MAX_REFUSED_BYTES) done();
    };
    const done = (): void => {
      clearTimeout(timer);
      incoming.off('data', count).off('pause', goOn).off('end', done).off('close', done).off('error', done);
      resolve();
    };
    const timer = setTimeout(done, REFUSED_MILLIS);
    incoming.on('pause', goOn).on('end', done).on('close', done).on('error', done).on('data', count);
    incoming.resume();
  });

/** No new connections; requests under way get `graceMs`, then their connections are cut. */
const closeServer = (server: ServerType, graceMs: number): Promise<void> =>
  new Promise((resolve) => {
    if (!server.listening) {
      resolve();
      return;
    }
    const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });

const fileLog = (file: string, undo: (() => Promise<unknown> | unknown)[]): Log => {
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  undo.push(() => new Promise<void>((resolve) => stream.end(() => resolve())));
  return jsonLog((line) => stream.write(`${line}\n`));
};

/** Sweepers every few seconds, the others by their cron. One run of each at a time; what throws is logged. */
const startSchedules = (schedules: readonly ScheduleFunction[], log: Log, sweepSeconds: number) => {
  const running = new Set<Promise<void>>();
  const guarded = ({ spec, run }: ScheduleFunction) => {
    let busy = false;
    return (): void => {
      if (busy) return;
      busy = true;
      const work: Promise<void> = run()
        .then(() => undefined)
        .catch((error: unknown) => log.error('schedule.failed', { function: spec.name, reason: String(error).slice(0, 500) }))
        .finally(() => {
          busy = false;
          running.delete(work);
        });
      running.add(work);
    };
  };
  const stops = schedules.map((schedule): (() => void) => {
    const run = guarded(schedule);
    if (schedule.spec.handler === 'sweep') {
      const timer = setInterval(run, sweepSeconds * 1000);
      return () => clearInterval(timer);
    }
    const cron = new Cron(schedule.spec.trigger.cron, { timezone: schedule.spec.trigger.timeZone }, run);
    return () => cron.stop();
  });
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    idle: (graceMs: number) => Promise.race([Promise.all(running), new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())]),
  };
};
