/**
 * The data folder: the engine's database, the secrets of this installation, the log, and a lock, so that two hosts never write one database.
 *
 *   lock.json · meritrail.db (+ -wal, -shm) · secrets.json · tokens.json · demo.json · endpoints.json · meritrail.log
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { newIssuerKey } from './dev-issuer.ts';
import { StartRefusal } from './refusal.ts';

const LOCK = 'lock.json';
const SECRETS = 'secrets.json';
const DATABASE = 'meritrail.db';
/** All that a reset removes: nothing that we did not write. */
const OWN_FILES =
  /^(?:lock\.json|secrets\.json|tokens\.json|demo\.json|endpoints\.json|meritrail\.log(?:\.1)?|meritrail\.db(?:-wal|-shm|-journal)?|.*\.tmp-\d+)$/;
const LARGEST_LOG_BYTES = 20 * 1024 * 1024;

const lockSchema = z.object({ pid: z.int().positive(), startedAt: z.string(), identity: z.string(), enginePid: z.int().optional() });
type Lock = z.infer<typeof lockSchema>;

export interface Secrets {
  readonly cursorSecret: string;
  /** Private key of the development issuer, as JWK text. */
  readonly issuerKey: string;
}
const secretsSchema = z.object({ cursorSecret: z.string().min(32), issuerKey: z.string().min(1) });

export interface DataFolder {
  readonly path: string;
  readonly database: string;
  readonly log: string;
  readonly secrets: Secrets;
  /** Remembered in the lock, so that the next start can end an engine that outlived its host. */
  noteEngine(pid: number): void;
  has(name: string): boolean;
  write(name: 'tokens.json' | 'demo.json' | 'endpoints.json', value: unknown): void;
  release(): void;
}

/** @throws StartRefusal when another host has it, it cannot be written, or what is in it cannot be read. */
export const openDataFolder = async (given: string): Promise<DataFolder> => {
  const path = resolve(given);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartRefusal(`The data folder ${path} cannot be made: ${(error as Error).message}`);
  }
  takeLock(path);
  try {
    rotateLog(path);
    const secrets = await readSecrets(path);
    return {
      path,
      database: join(path, DATABASE),
      log: join(path, 'meritrail.log'),
      secrets,
      noteEngine: (enginePid) => writeWhole(join(path, LOCK), JSON.stringify({ ...ownLock(), enginePid })),
      has: (name) => existsSync(join(path, name)),
      write: (name, value) => writeWhole(join(path, name), `${JSON.stringify(value, null, 2)}\n`),
      release: () => {
        rmSync(join(path, 'endpoints.json'), { force: true });
        rmSync(join(path, LOCK), { force: true });
      },
    };
  } catch (error) {
    rmSync(join(path, LOCK), { force: true });
    throw error;
  }
};

/** Removes what we wrote, and the folder when nothing else is in it. @throws StartRefusal when a host runs on it. */
export const resetDataFolder = (given: string): void => {
  const path = resolve(given);
  if (!existsSync(path)) return;
  takeLock(path);
  for (const name of readdirSync(path)) if (OWN_FILES.test(name)) rmSync(join(path, name), { force: true });
  if (readdirSync(path).length === 0) rmdirSync(path);
};

/** The lock appears whole or not at all: it is written beside and linked into place, which fails when there is one. */
const takeLock = (path: string): void => {
  const lock = join(path, LOCK);
  const draft = `${lock}.new.tmp-${process.pid}`;
  try {
    writeFileSync(draft, JSON.stringify(ownLock()));
  } catch (error) {
    throw new StartRefusal(`The data folder ${path} cannot be written: ${(error as Error).message}`);
  }
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        linkSync(draft, lock);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
          throw new StartRefusal(`The data folder ${path} cannot be locked: ${(error as Error).message}`);
        }
        const holder = readLock(lock);
        if (holder && isRunning(holder)) {
          throw new StartRefusal(
            `Meritrail is running already on ${path} (process ${holder.pid}, since ${holder.startedAt}). Stop it first, or give this one its own folder with --data.`,
          );
        }
        if (holder?.enginePid !== undefined) endOrphan(holder.enginePid, path);
        setAside(lock, holder);
      }
    }
    throw new StartRefusal(`The data folder ${path} is being opened by another start at this moment. Try again.`);
  } finally {
    rmSync(draft, { force: true });
    rmSync(`${lock}.tmp-${process.pid}`, { force: true });
  }
};

/** Takes a dead host's lock away. Two starts may do so at once: the one that took the other's new lock by mistake puts it back. */
const setAside = (lock: string, dead: Lock | undefined): void => {
  const aside = `${lock}.tmp-${process.pid}`;
  try {
    renameSync(lock, aside);
    if (JSON.stringify(readLock(aside)) !== JSON.stringify(dead)) linkSync(aside, lock);
  } catch {
    // The other start was faster.
  }
};

const readLock = (file: string): Lock | undefined => {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
};

const ownLock = (): Lock => ({ pid: process.pid, startedAt: new Date().toISOString(), identity: identityOf(process.pid) });

/** Process ids are used again: on Linux the start time tells two processes apart; elsewhere the id alone has to do. */
const identityOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

const isRunning = (lock: Lock): boolean => {
  if (lock.pid === process.pid && identityOf(process.pid) !== lock.identity) return false;
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return identityOf(lock.pid) === lock.identity;
};

/** An engine whose host and watcher were both killed still holds the database. It is ended only if it is surely that one. */
const endOrphan = (pid: number, path: string): void => {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(path, DATABASE))) process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, or this system does not say what a process is: the engine itself then refuses a locked database.
  }
};

const readSecrets = async (path: string): Promise<Secrets> => {
  const file = join(path, SECRETS);
  if (!existsSync(file)) {
    const secrets: Secrets = { cursorSecret: randomBytes(32).toString('base64url'), issuerKey: await newIssuerKey() };
    writeWhole(file, JSON.stringify(secrets));
    return secrets;
  }
  try {
    const secrets = secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    JSON.parse(secrets.issuerKey);
    return secrets;
  } catch {
    throw new StartRefusal(
      `${file} cannot be read: it is damaged. Restore the folder from a copy, or start over with: npm start -- --reset`,
    );
  }
};

/** Written beside and renamed: a crash leaves the old or the new file, never half of one. Readable by the owner only. */
const writeWhole = (file: string, text: string): void => {
  const draft = `${file}.tmp-${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
};

const rotateLog = (path: string): void => {
  const log = join(path, 'meritrail.log');
  if (existsSync(log) && statSync(log).size > LARGEST_LOG_BYTES) renameSync(log, `${log}.1`);
};
