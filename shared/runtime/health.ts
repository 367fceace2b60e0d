/** Alive and ready, for load balancers, orchestrators and people. Nothing about persons and no error texts: those are in the log. */
import { Hono } from 'hono';
import type { Log } from '../adapters/log.ts';
import type { Store } from '../adapters/store.ts';
import type { TableName } from '../contracts/tables.ts';
import { MAX_SENDS, OUTBOX_SHARDS } from './outbox.ts';

/** Resolves when all is well. @throws an error whose message may be shown to anyone. */
export type Check = () => Promise<void>;
export type Checks = Readonly<Record<string, Check>>;

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

const CHECK_TIMEOUT_MS = 3000;
/** Answers are kept this long, so that asking often costs nothing. */
const KEEP_MS = 2000;

export const readiness = (checks: Checks, log: Log): (() => Promise<Readiness>) => {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  const run = async (): Promise<Readiness> => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]): Promise<[string, 'ok' | 'failed']> => {
        try {
          await withTimeout(check(), CHECK_TIMEOUT_MS);
          return [name, 'ok'];
        } catch (error) {
          log.warn('ready.failed', { check: name, reason: String(error).slice(0, 300) });
          return [name, 'failed'];
        }
      }),
    );
    return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
  };
  return () => {
    const now = performance.now();
    if (!last || now - last.at > KEEP_MS) last = { at: now, answer: run() };
    return last.answer;
  };
};

/** `/health` says that the process answers; `/ready` that it can do its work. The same under the paths of the OpenFaaS watchdog. */
export const healthApp = (ready: () => Promise<Readiness>): Hono => {
  const app = new Hono();
  for (const path of ['/health', '/_/health']) app.get(path, (c) => c.json({ status: 'alive' }));
  for (const path of ['/ready', '/_/ready']) {
    app.get(path, async (c) => {
      const answer = await ready();
      return c.json(answer, answer.ready ? 200 : 503);
    });
  }
  return app;
};

/** Every table answers a read. */
export const tablesReachable =
  (store: Store, tables: readonly TableName[]): Check =>
  async () => {
    await store.getMany(tables.map((table) => ({ table, pk: 'READY', sk: 'READY' })));
  };

/** No message has been given up: one that was needs a person (`npm run redrive`). Parked rows are the oldest, so the first page shows them. */
export const nothingParked =
  (store: Store, tables: readonly TableName[]): Check =>
  async () => {
    await Promise.all(
      tables.flatMap((table) =>
        Array.from({ length: OUTBOX_SHARDS }, async (_, shard) => {
          const { items } = await store.query({ table, pk: `OUTBOX#${shard}`, limit: 20 });
          if (items.some((item) => Number(item['sends']) >= MAX_SENDS)) throw new Error(`messages of ${table} were given up`);
        }),
      ),
    );
  };

const withTimeout = async (promise: Promise<void>, millis: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${millis} ms`)), millis);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
