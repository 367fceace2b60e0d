// `npm test [-- --unit | --project <name> … | <vitest arguments>]`: installs when needed, runs every kind of test, cheap first, and says what it
// skipped and why. Runs on a machine with Node and npm alone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodeTooOld } from './lib/install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const PROJECTS = ['unit', 'contract', 'simulation', 'integration', 'companies'];
/** These start the table engine. */
const NEED_ENGINE = new Set(['integration', 'companies']);
const FOLDERS = {
  contract: ['test/contract'],
  simulation: ['test/simulation'],
  integration: ['test/integration'],
  companies: ['test/companies'],
};

const refuse = (sentence) => {
  console.error(`\n${sentence}\n`);
  process.exit(1);
};
const tooOld = nodeTooOld();
if (tooOld) refuse(tooOld);
const notInstalled = ensureInstalled(root, { dev: true, log: console.log });
if (notInstalled) refuse(notInstalled);

const chosen = [];
const rest = [];
const args = process.argv.slice(2);
for (let index = 0; index < args.length; index += 1) {
  const argument = args[index];
  if (argument === '--project') {
    index += 1;
    chosen.push(args[index]);
  } else if (argument.startsWith('--project=')) chosen.push(argument.slice('--project='.length));
  else if (argument.startsWith('--') && PROJECTS.includes(argument.slice(2))) chosen.push(argument.slice(2));
  else rest.push(argument);
}
const unknown = chosen.filter((name) => !PROJECTS.includes(name));
if (unknown.length > 0) refuse(`There is no project ${unknown.join(', ')}; there are ${PROJECTS.join(', ')}.`);

const engineHere = () => {
  if (process.env.AWS_ENDPOINT_URL_DYNAMODB) return true;
  const name = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  const folders = [
    join(root, 'node_modules', '@dynoxide', `${process.platform}-${process.arch}`),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.some((folder) => existsSync(join(folder, name)));
};
const hasTests = (name) => {
  const folders = FOLDERS[name];
  return !folders || folders.some((folder) => existsSync(join(root, folder)) && readdirSync(join(root, folder)).length > 0);
};

const skipped = [];
const projects = PROJECTS.filter((name) => {
  if (chosen.length > 0 && !chosen.includes(name)) return false;
  if (NEED_ENGINE.has(name) && !engineHere()) {
    skipped.push(
      `${name}: no table engine for ${process.platform}-${process.arch} (put "dynoxide" on the PATH or set AWS_ENDPOINT_URL_DYNAMODB)`,
    );
    return false;
  }
  if (!hasTests(name)) {
    skipped.push(`${name}: there are no tests of this kind`);
    return false;
  }
  return true;
});

let code = 0;
if (projects.length > 0) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'lib', 'skip-reporter.mjs')}`];
  const run = spawnSync(process.execPath, [vitest, 'run', ...projects.flatMap((name) => ['--project', name]), ...reporters, ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  code = run.status ?? 1;
}
for (const line of skipped) console.log(`Skipped ${line}`);
if (projects.length === 0) refuse('Nothing was run.');
process.exit(code);
