// `npm run check [-- --static]`: everything that CI runs, cheap first; stops at the first step that fails. `--static` runs no test.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodeTooOld } from './lib/install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const STATIC = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']],
  ['types', 'node_modules/typescript/bin/tsc', ['--noEmit', '-p', '.']],
  ['boundaries', 'scripts/boundaries.mjs', []],
  ['dead code', 'node_modules/knip/bin/knip.js', []],
];
const TESTS = [
  ['unit tests', 'scripts/test.mjs', ['--unit']],
  ['contract and simulation', 'scripts/test.mjs', ['--contract', '--simulation']],
  ['build', 'node_modules/tsx/dist/cli.mjs', ['scripts/build.ts']],
  ['integration and companies', 'scripts/test.mjs', ['--integration', '--companies']],
];

const problem = nodeTooOld() ?? ensureInstalled(root, { dev: true, log: console.log });
if (problem) {
  console.error(`\n${problem}\n`);
  process.exit(1);
}
const args = process.argv.slice(2);
const unknown = args.filter((argument) => argument !== '--static');
if (unknown.length > 0) {
  console.error(`Unknown option ${unknown[0]}; there is --static.`);
  process.exit(2);
}
for (const [name, script, parameters] of args.includes('--static') ? STATIC : [...STATIC, ...TESTS]) {
  const started = performance.now();
  console.log(`\n== ${name}`);
  const run = spawnSync(process.execPath, [join(root, script), ...parameters], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  if (run.status !== 0) {
    console.error(`\n${name} failed.`);
    process.exit(1);
  }
  console.log(`== ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
