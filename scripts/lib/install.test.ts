import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInstalled, nodeTooOld } from './install.mjs';
import { parseStartOptions } from './start-options.mjs';

describe('nodeTooOld', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('takes %s', (version) => expect(nodeTooOld(version)).toBeUndefined());
  it.each(['20.18.3', '18.20.0', '16.0.0'])('refuses %s, naming both versions', (version) => {
    expect(nodeTooOld(version)).toMatch(/needs Node 20\.19/);
    expect(nodeTooOld(version)).toContain(version);
  });
});

describe('isInstalled', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'meritrail-install-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const wanted = {
    '': { name: 'meritrail' },
    'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
    'node_modules/vitest': { version: '4.1.12', dev: true },
    'node_modules/@dynoxide/linux-x64': { version: '1.2.1', optional: true },
  };
  const write = (present: object | undefined): void => {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    if (!present) return;
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: present }));
  };
  const zod = { 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' } };
  const vitest = { 'node_modules/vitest': { version: '4.1.12', dev: true } };

  it.each([
    ['nothing', undefined, true, false],
    ['everything', { ...zod, ...vitest }, true, true],
    ['all but what development needs, to start', zod, false, true],
    ['all but what development needs, to test', zod, true, false],
    ['another version', { ...vitest, 'node_modules/zod': { version: '4.6.6' } }, true, false],
    ['the same version with another content', { ...vitest, 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-b' } }, true, false],
  ])('with %s', (_, present, dev, expected) => {
    write(present);
    expect(isInstalled(root, { dev })).toBe(expected);
  });
});

describe('parseStartOptions', () => {
  it('has defaults', () => {
    expect(parseStartOptions([], '/app')).toEqual({ ok: true, help: false, port: 8080, data: '/app/.data', reset: false, demo: true });
  });
  it('reads what is given', () => {
    expect(parseStartOptions(['--port', '0', '--data', 'x', '--reset', '--no-demo', '--help'], '/app')).toEqual({
      ok: true,
      help: true,
      port: 0,
      data: '/app/x',
      reset: true,
      demo: false,
    });
  });
  it.each([
    [['--port', '65536']],
    [['--port', '80a']],
    [['--port', '-1']],
    [['--port', '']],
    [['--data', '']],
    [['--nope']],
    [['word']],
    [['--port']],
  ])('refuses %j in one sentence', (args) => {
    const parsed = parseStartOptions(args, '/app');
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.sentence.split('\n')).toHaveLength(1);
  });
});
