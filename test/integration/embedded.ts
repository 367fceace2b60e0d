/**
 * The whole product on free ports with a data folder of its own, for tests and the benchmark:
 *
 *     const host = await startEmbedded();
 *     afterAll(() => host.stop());
 *     await fetch(`${host.baseUrl}/v1/facts`, { headers: { authorization: await host.bearer({ subject: 'crm', roles: ['source'] }) } });
 *     await host.drain();
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDemo } from '../../infra/embedded/demo.ts';
import type { TokenSubject } from '../../infra/embedded/dev-issuer.ts';
import { type Host, startHost } from '../../infra/embedded/host.ts';
import { personaTokens } from '../../infra/embedded/personas.ts';
import type { Counts } from '../../shared/adapters/counting.ts';
import { type Log, silentLog } from '../../shared/adapters/log.ts';
import type { Item } from '../../shared/adapters/store.ts';
import { QUEUES, TABLES } from '../../shared/contracts/tables.ts';
import { OUTBOX_SHARDS } from '../../shared/runtime/outbox.ts';
import type { Platform } from '../../shared/runtime/platform.ts';

export interface EmbeddedOptions {
  /** Loads the demonstration companies (default false). */
  readonly demo?: boolean;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default: a new folder, removed by `stop`. A folder that is given stays. */
  readonly dataFolder?: string;
  readonly log?: Log;
  /** Seconds until a failed message comes again (default 0: at once). */
  readonly retryAfterSeconds?: (receives: number) => number;
  readonly sweepSeconds?: number;
}

export interface Embedded {
  readonly baseUrl: string;
  readonly platform: Platform;
  readonly host: Host;
  /** Live request counters; see `snapshotCounts` and `countsSince`. */
  readonly counts: Counts;
  /** A bearer token without the word `Bearer`. */
  tokenFor(subject: TokenSubject): Promise<string>;
  /** The value of an `Authorization` header. */
  bearer(subject: TokenSubject): Promise<string>;
  /** Waits until every queue is empty and every outbox row confirmed. @throws after `timeoutMs` (default 60 s), saying what is left. */
  drain(timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export const startEmbedded = async (options: EmbeddedOptions = {}): Promise<Embedded> => {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'meritrail-')));
  const host = await startHost({
    dataFolder,
    port: options.port ?? 0,
    environment: { PATH: process.env['PATH'] },
    log: options.log ?? silentLog,
    retryAfterSeconds: options.retryAfterSeconds ?? (() => 0),
    ...(options.sweepSeconds === undefined ? {} : { sweepSeconds: options.sweepSeconds }),
  });
  const issuer = host.issuer;
  if (!issuer) throw new Error('the test host has no issuer');
  const stop = async (): Promise<void> => {
    await host.stop();
    if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true });
  };
  if (options.demo === true) {
    await loadDemo({ baseUrl: host.baseUrl, tokens: await personaTokens(issuer), log: () => undefined }).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  }
  return {
    baseUrl: host.baseUrl,
    platform: host.platform,
    host,
    counts: host.counts,
    tokenFor: (subject) => issuer.tokenFor(subject),
    bearer: async (subject) => `Bearer ${await issuer.tokenFor(subject)}`,
    drain: (timeoutMs = 60_000) => drain(host, timeoutMs),
    stop,
  };
};

/** Rows that no reader has confirmed, of every table. */
export const openOutboxRows = async (host: Host): Promise<readonly Item[]> => {
  const pages = await Promise.all(
    TABLES.flatMap((table) =>
      Array.from({ length: OUTBOX_SHARDS }, (_, shard) => host.platform.store.query({ table, pk: `OUTBOX#${shard}`, limit: 1000 })),
    ),
  );
  return pages.flatMap(({ items }) => items);
};

const queuedMessages = async (host: Host): Promise<number> => {
  const depths = await Promise.all(QUEUES.map((queue) => host.receiver.depth({ queue })));
  return depths.reduce((sum, { waiting, inFlight, delayed }) => sum + waiting + inFlight + delayed, 0);
};

const drain = async (host: Host, timeoutMs: number): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  let quietSince: number | undefined;
  for (;;) {
    const queued = await queuedMessages(host);
    if (queued === 0) {
      quietSince ??= performance.now();
      // Confirms what is done. What is still open after half a second without a message was lost on its way: it is sent again.
      const lost = performance.now() - quietSince > 500;
      await host.sweep(lost ? 1 : 30);
      const open = await openOutboxRows(host);
      if (open.length === 0 && (await queuedMessages(host)) === 0) return;
      if (performance.now() > deadline) {
        const shown = open.slice(0, 5).map((item) => `${String(item['message']).slice(0, 200)} (sent ${String(item['sends'])} times)`);
        throw new Error(`${open.length} messages were not confirmed in ${timeoutMs} ms:\n${shown.join('\n')}`);
      }
    } else {
      quietSince = undefined;
      if (performance.now() > deadline) throw new Error(`${queued} messages were still queued after ${timeoutMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
