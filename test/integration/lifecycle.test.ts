/** `npm start` as a person meets it: starts, refusals in one sentence, Ctrl-C, `kill -9` and what is left after it. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoClient } from '../../shared/adapters/dynamo-client.ts';
import { dynamoStore } from '../../shared/adapters/dynamo-store.ts';
import { instant } from '../../shared/kernel/period.ts';
import { outboxRow, putRow } from '../../shared/runtime/outbox.ts';
import { notice, noticeKey } from './notices.ts';
import { processesOn, type StartedProcess, startProcess } from './start-process.ts';

const running: StartedProcess[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meritrail-start-'));
});
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
  await vi.waitFor(async () => expect(await processesOn(folder)).toEqual([]), 5000);
  await rm(folder, { recursive: true, force: true });
});
const start = (...args: string[]): StartedProcess => {
  const started = startProcess(['--data', folder, '--no-demo', ...args]);
  running.push(started);
  return started;
};
const store = async () => {
  const { dynamo } = JSON.parse(await readFile(join(folder, 'endpoints.json'), 'utf8')) as { dynamo: string };
  const client = dynamoClient(dynamo);
  return { ...dynamoStore('meritrail-', client), close: () => client.destroy() };
};
/** One sentence for people: no stack, no more than a few lines. */
const expectSentence = (output: string, pattern: RegExp): void => {
  expect(output).toMatch(pattern);
  expect(output.trim().split('\n').length).toBeLessThanOrEqual(3);
  expect(output).not.toMatch(/\n\s+at /);
};

describe('npm start', () => {
  it('says where to look, and Ctrl-C ends it and everything it started in less than 5 s', async () => {
    const host = start('--port', '0');
    const url = await host.ready();
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    for (const part of ['/docs', 'salesperson', 'manager', 'payroll', 'auditor']) expect(host.output()).toContain(part);
    expect(host.output().match(/^ {2}curl /gm)).toHaveLength(3);
    const tokens = JSON.parse(await readFile(join(folder, 'tokens.json'), 'utf8')) as Record<string, string>;
    const me = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${tokens['auditor']}` } });
    expect(me.status).toBe(200);
    expect((await processesOn(folder)).length).toBeGreaterThanOrEqual(3);

    const asked = performance.now();
    host.child.kill('SIGINT');
    expect(await host.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(5000);
    await vi.waitFor(async () => expect(await processesOn(folder)).toEqual([]), 2000);
    expect(existsSync(join(folder, 'lock.json'))).toBe(false);
  });

  it('loses nothing on kill -9: what was stored is there, what was not sent is sent, and nothing runs on', async () => {
    const host = start('--port', '0');
    await host.ready();
    const before = await store();
    const stored = { pk: 'EMPLOYEE#e-9', sk: 'PROFILE', doc: '{}', version: 1 };
    expect(await before.write({ op: 'put', table: 'people', item: stored })).toEqual({ ok: true });
    // A message whose sender died between storing and sending.
    const row = outboxRow('ledger', notice('n-after-crash'), instant('2026-11-23T09:00:00+08:00'));
    expect(await before.transact([putRow(row)])).toEqual({ ok: true });
    host.child.kill('SIGKILL');
    await host.exited;
    before.close();
    await vi.waitFor(async () => expect(await processesOn(folder)).toEqual([]), 3000);

    const again = start('--port', '0');
    await again.ready();
    const after = await store();
    expect(await after.get({ table: 'people', pk: stored.pk, sk: stored.sk })).toEqual(stored);
    await vi.waitFor(async () => expect(await after.get(noticeKey('n-after-crash'))).toBeDefined(), 5000);
    await vi.waitFor(async () => expect(await after.get({ table: 'ledger', pk: row.item.pk, sk: row.item.sk })).toBeUndefined(), 10_000);
    after.close();
  });

  it('starts although the engine outlived a host and watcher that were both killed', async () => {
    const host = start('--port', '0');
    await host.ready();
    const lock = JSON.parse(await readFile(join(folder, 'lock.json'), 'utf8')) as { enginePid: number };
    const all = await processesOn(folder);
    for (const pid of all.filter((pid) => pid !== lock.enginePid)) process.kill(pid, 'SIGKILL');
    await host.exited;
    expect(await processesOn(folder)).toEqual([lock.enginePid]);
    await start('--port', '0').ready();
    expect(await processesOn(folder)).not.toContain(lock.enginePid);
  });

  it.runIf(process.platform === 'linux')('ends when npm, which runs it, is killed', async () => {
    const host = startProcess(['--data', folder, '--no-demo', '--port', '0'], true);
    running.push(host);
    await host.ready();
    host.child.kill('SIGKILL');
    await vi.waitFor(async () => expect(await processesOn(folder)).toEqual([]), 8000);
    expect(existsSync(join(folder, 'lock.json'))).toBe(false);
  });

  it('names a port that is in use, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const host = start('--port', String(port));
    expect((await host.exited).code).toBe(1);
    expectSentence(host.output(), new RegExp(`Port ${port} is in use\\..*--port ${port + 1}`));
    other.close();
    expect(existsSync(join(folder, 'lock.json'))).toBe(false);
  });

  it('refuses a second instance on the same data', async () => {
    await start('--port', '0').ready();
    const second = start('--port', '0');
    expect((await second.exited).code).toBe(1);
    expectSentence(second.output(), /running already on .* \(process \d+, since .*\)\. Stop it first, or .*--data/);
  });

  it('says that the data are damaged, and --reset starts over without touching what is not its own', async () => {
    await writeFile(join(folder, 'meritrail.db'), 'this is no database, '.repeat(400));
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const broken = start('--port', '0');
    expect((await broken.exited).code).toBe(1);
    expectSentence(broken.output(), /cannot be read: it is damaged\..*npm start -- --reset/);

    const again = start('--port', '0', '--reset');
    await again.ready();
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('says that the secrets are damaged', async () => {
    await writeFile(join(folder, 'secrets.json'), '{"cursorSecret":');
    const broken = start('--port', '0');
    expect((await broken.exited).code).toBe(1);
    expectSentence(broken.output(), /secrets\.json cannot be read: it is damaged\..*npm start -- --reset/);
  });

  it.each([
    [['--prot', '8080'], /prot/],
    [['--port', '70000'], /--port must be a number/],
    [['--port', 'x'], /--port must be a number/],
    [['surplus'], /surplus/],
  ])('refuses %j', async (args, pattern) => {
    const host = start(...args);
    expect((await host.exited).code).toBe(2);
    expectSentence(host.output(), pattern);
  });

  it('explains itself with --help', async () => {
    const host = start('--help');
    expect((await host.exited).code).toBe(0);
    for (const option of ['--port', '--data', '--reset', '--no-demo']) expect(host.output()).toContain(option);
  });
});
