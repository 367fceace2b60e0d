/**
 * `npm run simulate`: many seeds over all cores, or one seed with its whole history.
 *
 *   --seeds N       seeds 1..N (1,000 unless said), `--from M` begins at M
 *   --seed N        one seed, with everything that happened in it
 *   --faults off    the same workload with nothing going wrong
 *   --scenario S    a named weather: see scenarios.ts
 *   --jobs N        processes, one a core unless said
 *
 * Ends with status 1 when a seed fails, and says how to see that seed again.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSeed, type SeedOptions, type SeedResult } from './run-seed.ts';
import { isScenario, SCENARIOS } from './scenarios.ts';

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};
const wholeNumber = (name: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) return fail(`--${name} takes a whole number, not ${text}`);
  return Number(text);
};

const parse = () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      faults: { type: 'string' },
      scenario: { type: 'string' },
      jobs: { type: 'string' },
      help: { type: 'boolean' },
      worker: { type: 'string' },
    },
  });
  if (values.faults !== undefined && values.faults !== 'off') return fail('--faults can only be off');
  const { scenario } = values;
  if (scenario !== undefined && !isScenario(scenario))
    return fail(`no scenario ${scenario}; there are ${Object.keys(SCENARIOS).join(', ')}`);
  const options: SeedOptions = { ...(values.faults ? { faults: 'off' as const } : {}), ...(scenario ? { scenario } : {}) };
  return {
    options,
    scenario: scenario ?? 'everything',
    first: wholeNumber('from', values.from, 1),
    count: wholeNumber('seeds', values.seeds, 1_000),
    seed: values.seed === undefined ? undefined : wholeNumber('seed', values.seed, 0),
    jobs: Math.max(1, wholeNumber('jobs', values.jobs, availableParallelism())),
    worker: values.worker,
    help: values.help === true,
  };
};

const again = (seed: number, arguments_: ReturnType<typeof parse>): string =>
  `npm run simulate -- --seed ${seed}${arguments_.scenario === 'everything' ? '' : ` --scenario ${arguments_.scenario}`}${arguments_.options.faults ? ' --faults off' : ''}`;

const replay = async (seed: number, arguments_: ReturnType<typeof parse>): Promise<number> => {
  const result = await runSeed(seed, { ...arguments_.options, record: (line) => process.stdout.write(`${line}\n`) });
  process.stdout.write(
    `\nseed ${seed}: ${result.facts} facts, ${result.entries} ledger entries, ${result.payslips} payslips, ${result.steps} steps\n`,
  );
  for (const finding of result.findings) process.stdout.write(`✗ ${finding}\n`);
  process.stdout.write(result.findings.length === 0 ? '✓ nothing is wrong\n' : `${result.findings.length} findings\n`);
  return result.findings.length === 0 ? 0 : 1;
};

/** Every `stride`th seed, told to the parent one by one. */
const work = async (place: string, { options, first, count }: ReturnType<typeof parse>): Promise<void> => {
  const [offset = 0, stride = 1] = place.split('/').map(Number);
  for (let seed = first + offset; seed < first + count; seed += stride) process.send?.(await runSeed(seed, options));
  process.disconnect();
};

const runAll = async (arguments_: ReturnType<typeof parse>): Promise<number> => {
  const { count, jobs, first } = arguments_;
  const started = Date.now();
  const total = { seeds: 0, steps: 0, facts: 0, entries: 0, payslips: 0 };
  const failed: SeedResult[] = [];
  const seconds = (): number => (Date.now() - started) / 1000;
  const line = (): string => `${total.seeds} of ${count} seeds, ${failed.length} failed, ${(total.seeds / seconds()).toFixed(0)} a second`;
  const progress = setInterval(() => process.stdout.write(`${line()}\n`), 5_000);
  const children = Array.from(
    { length: Math.min(jobs, count) },
    (_, place): ChildProcess =>
      fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--worker', `${place}/${Math.min(jobs, count)}`]),
  );
  const codes = await Promise.all(
    children.map(
      (child) =>
        new Promise<number>((resolve) => {
          child.on('message', (result: SeedResult) => {
            total.seeds += 1;
            total.steps += result.steps;
            total.facts += result.facts;
            total.entries += result.entries;
            total.payslips += result.payslips;
            if (result.findings.length === 0) return;
            failed.push(result);
            if (failed.length <= 10) {
              process.stdout.write(
                `\n✗ seed ${result.seed}: ${result.findings.length} findings. See it again: ${again(result.seed, arguments_)}\n`,
              );
              for (const finding of result.findings.slice(0, 4)) process.stdout.write(`    ${finding.slice(0, 1_500)}\n`);
            }
          });
          child.on('exit', (code) => resolve(code ?? 1));
        }),
    ),
  );
  clearInterval(progress);
  process.stdout.write(
    `${line()} (seeds ${first} to ${first + count - 1}, scenario ${arguments_.scenario}, ${children.length} processes, ${seconds().toFixed(1)} s)\n` +
      `${total.facts} facts, ${total.entries} ledger entries, ${total.payslips} payslips, ${total.steps} steps\n`,
  );
  if (failed.length > 0)
    process.stdout.write(
      `failed: ${failed
        .map(({ seed }) => seed)
        .slice(0, 100)
        .join(' ')}\n`,
    );
  if (codes.some((code) => code !== 0)) process.stdout.write('a process ended early\n');
  return failed.length > 0 || codes.some((code) => code !== 0) || total.seeds !== count ? 1 : 0;
};

const arguments_ = parse();
if (arguments_.help) {
  const lines = Object.entries(SCENARIOS).map(([name, { what }]) => `  ${name.padEnd(12)} ${what}`);
  process.stdout.write(
    `npm run simulate -- [--seeds N] [--from M] [--jobs N] | --seed N   [--faults off] [--scenario S]\n\nScenarios:\n${lines.join('\n')}\n`,
  );
} else if (arguments_.worker !== undefined) await work(arguments_.worker, arguments_);
else process.exitCode = arguments_.seed === undefined ? await runAll(arguments_) : await replay(arguments_.seed, arguments_);
