// `npm run boundaries`: who may import whom (.dependency-cruiser.cjs). A checker that read nothing would find nothing: that is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Another root is for the test of these rules. */
const root = process.argv[2] ?? here;
const FOLDERS = ['services', 'shared', 'infra', 'scripts', 'test'];
const FEWEST_MODULES = root === here ? 100 : 1;

const binary = join(here, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
const run = spawnSync(
  process.execPath,
  [
    binary,
    '--config',
    join(here, '.dependency-cruiser.cjs'),
    '--output-type',
    'json',
    ...FOLDERS.filter((folder) => existsSync(join(root, folder))),
  ],
  {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
let result;
try {
  result = JSON.parse(run.stdout);
} catch {
  console.error(`boundaries: the checker gave no result (${run.status ?? run.signal})`);
  process.exit(1);
}
const modules = result.modules.filter(({ source }) => FOLDERS.some((folder) => source.startsWith(`${folder}/`)) && source.endsWith('.ts'));
const imports = modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
if (modules.length < FEWEST_MODULES || imports < modules.length) {
  console.error(`boundaries: only ${modules.length} modules with ${imports} imports were read; the check says nothing`);
  process.exit(1);
}
const violations = result.summary.violations.filter(({ rule }) => rule.severity === 'error');
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`);
console.log(`boundaries: ${modules.length} modules, ${imports} imports, ${violations.length} violations`);
process.exit(violations.length > 0 ? 1 : 0);
