/** (d) Load time and size of each function's bundle, beside a bundle that only loads the SDK clients. Each load is a process of its own. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { FUNCTIONS } from '../../infra/topology.ts';
import { type Figure, median, printFigures } from './measure.ts';

const ROUNDS = 7;
const PROBE = `const from = process.hrtime.bigint(); await import(process.argv[1]); process.stdout.write(String(Number(process.hrtime.bigint() - from) / 1e6)); process.exit(0);`;

const loadMs = (file: string): number =>
  Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', PROBE, file], {
      encoding: 'utf8',
      env: {
        ...process.env,
        AWS_REGION: 'us-east-1',
        MERITRAIL_PUBLIC_URL: 'https://bench.invalid',
        MERITRAIL_OIDC_ISSUER: 'https://bench.invalid',
        MERITRAIL_OIDC_AUDIENCE: 'bench',
        MERITRAIL_CURSOR_SECRET: 'bench bench bench bench bench bench',
      },
    }),
  );

export const benchBundles = async (root: string): Promise<void> => {
  execFileSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/build.ts')], { cwd: root, stdio: 'ignore' });
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache/bench-'));
  try {
    const entry = join(folder, 'floor.ts');
    writeFileSync(
      entry,
      "import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';\nimport { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';\nexport const floor = [new DynamoDBClient({}), new SQSClient({}), TransactWriteItemsCommand, SendMessageBatchCommand];\n",
    );
    const floorFile = join(folder, 'floor.mjs');
    await build({
      entryPoints: [entry],
      outfile: floorFile,
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    const files = [
      { name: 'SDK clients only (the floor)', file: floorFile },
      ...FUNCTIONS.map(({ name }) => ({ name, file: join(root, 'dist/functions', name, 'index.mjs') })).filter(({ file }) =>
        existsSync(file),
      ),
    ];
    const times = files.map((): number[] => []);
    // In turn, so that a slow minute meets everyone.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { file }] of files.entries()) times[index]?.push(loadMs(file));
    }
    const floor = median(times[0] ?? []);
    printFigures(
      '(d) module load, median of 7 processes, and bundle size',
      files.map(({ name, file }, index): Figure => {
        const ms = median(times[index] ?? []);
        return {
          name,
          value: `${ms.toFixed(0)} ms`,
          compared: `${(statSync(file).size / 1024).toFixed(0)} KB${index === 0 ? '' : `, floor ${ms >= floor ? '+' : '−'} ${Math.abs(ms - floor).toFixed(0)} ms`}`,
        };
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
