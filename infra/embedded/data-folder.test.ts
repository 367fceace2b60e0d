import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder, resetDataFolder } from './data-folder.ts';
import { StartRefusal } from './refusal.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'meritrail-data-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

describe('the data folder', () => {
  it('keeps its secrets, readable by the owner only', async () => {
    const first = await openDataFolder(path);
    first.release();
    const second = await openDataFolder(path);
    second.release();
    expect(second.secrets).toEqual(first.secrets);
    expect(first.secrets.cursorSecret.length).toBeGreaterThanOrEqual(32);
    if (process.platform !== 'win32') expect(statSync(join(path, 'secrets.json')).mode & 0o077).toBe(0);
  });

  it('is for one at a time', async () => {
    const first = await openDataFolder(path);
    await expect(openDataFolder(path)).rejects.toThrow(StartRefusal);
    expect(() => resetDataFolder(path)).toThrow(StartRefusal);
    first.release();
    (await openDataFolder(path)).release();
    expect(readdirSync(path)).toEqual(['secrets.json']);
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 4_194_303, startedAt: 'then', identity: '1' })],
    ['whose process id another process has now', JSON.stringify({ pid: process.ppid, startedAt: 'then', identity: 'another start time' })],
    ['that was only half written', '{"pid":'],
  ])('takes over a lock %s', async (_, lock) => {
    writeFileSync(join(path, 'lock.json'), lock);
    const folder = await openDataFolder(path);
    expect((JSON.parse(readFileSync(join(path, 'lock.json'), 'utf8')) as { pid: number }).pid).toBe(process.pid);
    folder.release();
  });

  it('does not end a process that is not its engine', async () => {
    writeFileSync(join(path, 'lock.json'), JSON.stringify({ pid: 4_194_303, startedAt: 'then', identity: '1', enginePid: process.pid }));
    (await openDataFolder(path)).release();
  });

  it('resets what is its own and nothing else', async () => {
    const folder = await openDataFolder(path);
    folder.write('tokens.json', {});
    folder.release();
    for (const name of ['meritrail.db', 'meritrail.db-wal', 'meritrail.log', 'my notes.txt', 'other.db'])
      writeFileSync(join(path, name), 'x');
    resetDataFolder(path);
    expect(readdirSync(path).sort()).toEqual(['my notes.txt', 'other.db']);
  });
});
