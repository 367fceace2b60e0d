/** Starts and ends the engine and the queue server (`sidecar.mjs`). */
import { type ChildProcess, fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartRefusal } from './refusal.ts';

export interface SidecarOptions {
  /** Path of the engine; null when the tables are elsewhere. */
  readonly engine: string | null;
  readonly database: string;
  /** False when the queues are elsewhere. */
  readonly queues: boolean;
  /** Where `sidecar.mjs` lies; beside this file unless this file was bundled. */
  readonly script?: string;
}

export interface Sidecar {
  readonly pid: number;
  readonly enginePid: number | undefined;
  readonly dynamoEndpoint: string | undefined;
  readonly sqsEndpoint: string | undefined;
  /** Resolves with the reason when it ends without being asked to. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

type FromSidecar =
  | { readonly event: 'engine'; readonly pid: number }
  | { readonly event: 'ready'; readonly enginePort: number; readonly queuePort: number }
  | { readonly event: 'failed'; readonly what: 'engine' | 'queues'; readonly detail: string };

const DAMAGED = /not a valid SQLite|malformed|corrupt|disk image|encrypted/i;

/** @throws StartRefusal when the engine or the queue server does not come up. */
export const startSidecar = async (options: SidecarOptions): Promise<Sidecar> => {
  const script = options.script ?? join(dirname(fileURLToPath(import.meta.url)), 'sidecar.mjs');
  const child = fork(
    script,
    [JSON.stringify({ engine: options.engine, database: options.database, enginePort: 0, queues: options.queues, queuePort: 0 })],
    // Not this process's flags (a test runner's loader, an inspector's port); its own group, so that Ctrl-C comes to the host alone.
    { execArgv: [], detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let enginePid: number | undefined;
  let asked = false;
  let reason: string | undefined;
  let report: (reason: string) => void = () => undefined;
  const failed = new Promise<string>((resolve) => {
    report = resolve;
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  const ready = new Promise<{ enginePort: number; queuePort: number }>((resolve, reject) => {
    child.on('message', (message: FromSidecar) => {
      if (message.event === 'engine') enginePid = message.pid;
      else if (message.event === 'ready') resolve(message);
      else {
        reason = message.detail;
        reject(refusalOf(message, options.database));
      }
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (asked) return;
      // The engine must not outlive the process that watches over it.
      if (enginePid !== undefined) endProcess(enginePid);
      const why = reason ?? `the process of engine and queue server ended (${signal ?? code})`;
      reject(new StartRefusal(why));
      report(why);
    });
  });
  const { enginePort, queuePort } = await ready;
  return {
    pid: child.pid as number,
    enginePid,
    dynamoEndpoint: options.engine === null ? undefined : `http://127.0.0.1:${enginePort}`,
    sqsEndpoint: options.queues ? `http://127.0.0.1:${queuePort}` : undefined,
    failed,
    async stop() {
      asked = true;
      await endSidecar(child, exited, enginePid);
    },
  };
};

const endSidecar = async (child: ChildProcess, exited: Promise<void>, enginePid: number | undefined): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.send('stop');
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    if (enginePid !== undefined) endProcess(enginePid);
  }, 2000);
  await exited;
  clearTimeout(timer);
};

const endProcess = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
};

const refusalOf = (message: Extract<FromSidecar, { event: 'failed' }>, database: string): StartRefusal => {
  if (message.what === 'queues') return new StartRefusal(`The queue server does not start: ${message.detail}`);
  if (DAMAGED.test(message.detail)) {
    return new StartRefusal(
      `The data in ${database} cannot be read: it is damaged. Restore the folder from a copy, or start over with: npm start -- --reset`,
    );
  }
  return new StartRefusal(`The table engine does not start: ${message.detail}`);
};
