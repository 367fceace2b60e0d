/** `npm start` as its own process, as a person runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = new URL('../..', import.meta.url).pathname;

export interface StartedProcess {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Resolves with the base URL. @throws with the output when it ends before. */
  ready(): Promise<string>;
}

export const startProcess = (args: readonly string[], byNpm = false): StartedProcess => {
  const [command, first] = byNpm ? ['npm', ['start', '--']] : [process.execPath, [join(ROOT, 'scripts/start.mjs')]];
  const child = spawn(command, [...first, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  return {
    child,
    output: () => output,
    exited,
    async ready() {
      let ended = false;
      void exited.then(() => {
        ended = true;
      });
      for (;;) {
        const url = /API +(http:\/\/\S+)/.exec(output)?.[1];
        if (url && output.includes('Meritrail is ready')) return url;
        if (ended) throw new Error(`it ended before it was ready:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
};

/** Ids of the processes whose command line names this folder (Linux). */
export const processesOn = async (folder: string): Promise<number[]> => {
  const { readdirSync } = await import('node:fs');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
      } catch {
        return false;
      }
    });
};
