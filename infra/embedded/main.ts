/** The host as a command: starts, says where to look, and ends in order. Called by `scripts/start.mjs` after install and build. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { resetDataFolder } from './data-folder.ts';
import { loadDemo } from './demo.ts';
import { type Host, startHost } from './host.ts';
import { PERSONAS, type PersonaTokens, personaTokens } from './personas.ts';
import { StartRefusal } from './refusal.ts';

export interface MainOptions {
  readonly port: number;
  readonly dataFolder: string;
  readonly demo: boolean;
  readonly reset: boolean;
  readonly sidecarScript: string;
  /** Epoch milliseconds at which the command began. */
  readonly startedAt: number;
}

const LONGEST_STOP_MS = 5000;
const DEMO_MARK = 'demo.json';
/** Printed; the others are in the file. */
const SHOWN = ['salesperson', 'manager', 'payroll', 'auditor'] as const;

const say = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

export const main = async (options: MainOptions): Promise<void> => {
  let host: Host;
  try {
    if (options.reset) {
      resetDataFolder(options.dataFolder);
      say(`Started over: the data in ${options.dataFolder} was deleted.`);
    }
    host = await startHost({
      dataFolder: options.dataFolder,
      port: options.port,
      environment: process.env,
      sidecarScript: options.sidecarScript,
    });
  } catch (error) {
    if (!(error instanceof StartRefusal) && (error as Error).name !== 'ConfigError') throw error;
    process.stderr.write(`\n${(error as Error).message}\n\n`);
    process.exit(1);
  }
  stopInOrder(host);
  let tokens: PersonaTokens | undefined;
  if (host.issuer) {
    tokens = await personaTokens(host.issuer);
    host.dataFolder.write('tokens.json', tokens);
    if (options.demo && !host.dataFolder.has(DEMO_MARK)) await firstDemo(host, tokens);
  }
  sayWhereToLook(host, tokens, (Date.now() - options.startedAt) / 1000);
};

/** A demonstration that did not load is said, and tried again at the next start; the product runs without it. */
const firstDemo = async (host: Host, tokens: PersonaTokens): Promise<void> => {
  say('Loading the demonstration companies …');
  try {
    await loadDemo({ baseUrl: host.baseUrl, tokens, log: (line) => say(`  ${line}`) });
    host.dataFolder.write(DEMO_MARK, { loadedAt: new Date().toISOString() });
  } catch (error) {
    host.platform.log.error('demo.failed', { reason: String((error as Error).stack ?? error).slice(0, 2000) });
    say(`The demonstration companies could not be loaded: ${(error as Error).message}`);
  }
};

const sayWhereToLook = (host: Host, tokens: PersonaTokens | undefined, seconds: number): void => {
  const folder = relative(process.cwd(), host.dataFolder.path) || '.';
  const { baseUrl } = host;
  say();
  say(`Meritrail is ready (${seconds.toFixed(1)} s).  Stop with Ctrl-C.`);
  say();
  say(`  API             ${baseUrl}`);
  say(`  Documentation   ${baseUrl}/docs`);
  say(`  Health          ${baseUrl}/ready`);
  say(`  Data and log    ${folder}/  (start over: npm start -- --reset)`);
  if (!tokens) return;
  say();
  say(`Tokens, valid for 7 days (also for ${otherPersonas()}: ${folder}/tokens.json)`);
  for (const name of SHOWN) say(`\n  ${name}\n  ${tokens[name]}`);
  say();
  say('The main job:');
  say();
  for (const line of exampleCalls(baseUrl, host.dataFolder.path)) say(`  ${line}`);
  say();
};

const otherPersonas = (): string =>
  Object.keys(PERSONAS)
    .filter((name) => !(SHOWN as readonly string[]).includes(name))
    .join(', ');

/** Three calls that show the main job: a sale comes in, pay has changed, and why. Each takes its token from the file, so that it can be pasted as it is. */
const exampleCalls = (baseUrl: string, folder: string): readonly string[] => {
  const as = (persona: keyof typeof PERSONAS): string =>
    `-H "authorization: Bearer $(node -p "require('${folder}/tokens.json')['${persona}']")"`;
  const sale = {
    facts: [
      {
        id: 'sale-of-today',
        type: 'store.sales',
        occurredAt: '2026-11-20T10:00:00+08:00',
        credits: [{ employeeId: 'c7-zhao-lei' }],
        subject: { storeId: 'flagship' },
        amountFen: 2_000_000,
      },
    ],
  };
  return [
    `curl -s '${baseUrl}/v1/facts?source=erp-ecommerce' ${as('erp')} -H 'content-type: application/json' -d '${JSON.stringify(sale)}'`,
    `curl -s '${baseUrl}/v1/me/estimate?period=2026-11' ${as('salesperson')}`,
    `curl -s ${baseUrl}/v1/me/awards/2026-11 ${as('salesperson')}`,
  ];
};

const stopInOrder = (host: Host): void => {
  let asked = false;
  // A terminal that was closed is no reason to stop without order.
  process.stdout.on('error', () => undefined);
  const stop = (code: number, sentence: string): void => {
    if (asked) process.exit(130);
    asked = true;
    say(`\n${sentence}`);
    const forced = setTimeout(() => process.exit(1), LONGEST_STOP_MS);
    forced.unref();
    void host.stop().then(
      () => {
        say('Stopped.');
        process.exit(code);
      },
      () => process.exit(1),
    );
  };
  process.on('SIGINT', () => stop(0, 'Finishing what is under way … (Ctrl-C again stops at once)'));
  process.on('SIGTERM', () => stop(0, 'Finishing what is under way …'));
  process.on('SIGHUP', () => stop(0, 'Finishing what is under way …'));
  void host.failed.then((reason) => stop(1, `The engine or the queue server ended: ${reason}. Nothing is lost; start again.`));
  // Run by npm: when npm is killed without a chance to say so, nobody is left to stop this.
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const above = [process.ppid, ...parentOf(process.ppid)];
    setInterval(() => {
      if (!asked && !above.every(isAlive)) stop(0, 'npm ended; stopping as well.');
    }, 1000).unref();
  }
};

/** npm starts a shell, and the shell this: the process above the shell, where the system says so (Linux). */
const parentOf = (pid: number): number[] => {
  try {
    const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
    return parent > 1 ? [parent] : [];
  } catch {
    return [];
  }
};
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
