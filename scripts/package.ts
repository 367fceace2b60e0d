/**
 * `npm run package [-- --check]`: bundles, zips, writes the lists for serverless.yml from the topology, and packages offline, without
 * credentials. `--check` then tests the produced CloudFormation against the topology.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { zipSync } from 'fflate';
import { serverlessFunctions } from '../infra/serverless/functions.ts';
import { resources } from '../infra/serverless/resources.ts';
import { routesByFunction } from '../infra/serverless/routes.ts';
import { FUNCTIONS } from '../infra/topology.ts';

const root = new URL('..', import.meta.url).pathname;
const functionsFolder = join(root, 'dist/functions');

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

execFileSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/build.ts')], { cwd: root, stdio: 'inherit' });

for (const { name } of FUNCTIONS) {
  const folder = join(functionsFolder, name);
  if (!existsSync(folder)) throw new Error(`no bundle for ${name}: run npm run build`);
  // A fixed time makes the archive depend on its content only.
  const entries = Object.fromEntries(
    filesBelow(folder).map((path) => [relative(folder, path), [readFileSync(path), { mtime: '1980-01-01T00:00:00Z' }]]),
  );
  writeFileSync(`${folder}.zip`, zipSync(entries as never, { level: 6 }));
}

mkdirSync(join(root, 'dist/serverless'), { recursive: true });
writeFileSync(join(root, 'dist/serverless/functions.json'), JSON.stringify(serverlessFunctions(routesByFunction()), null, 1));
writeFileSync(join(root, 'dist/serverless/resources.json'), JSON.stringify(resources(), null, 1));

execFileSync(process.execPath, [join(root, 'node_modules/serverless/bin/serverless.js'), 'package', '--stage', 'prod'], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    SLS_NOTIFICATIONS_MODE: 'off',
    SLS_TELEMETRY_DISABLED: '1',
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_PROFILE: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  },
});
process.stdout.write('packaged: .serverless/cloudformation-template-update-stack.json\n');

if (process.argv.includes('--check')) {
  execFileSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'package'], {
    cwd: root,
    stdio: 'inherit',
  });
}
