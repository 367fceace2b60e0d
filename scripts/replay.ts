/**
 * `npm run replay -- --entity <id> [--period YYYY-MM] [--data .data]`: calculates every payslip of the entity's runs again from its stored inputs
 * and the rule versions it names, and compares the digests. Writes nothing. Ends with status 1 when something differs.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { replayRun } from '../services/payslip/app/replay-run.ts';
import { runsOfEntity } from '../services/payslip/store.ts';
import { entityKey, parseEntity } from '../services/people/read.ts';
import { isMonth } from '../shared/kernel/period.ts';
import { commandPlatform } from './lib/command-platform.ts';

const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
};
/** One sentence in place of a stack. */
const attempt = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    return refuse((error as Error).message);
  }
};

const options = attempt(
  () =>
    parseArgs({
      options: { entity: { type: 'string' }, period: { type: 'string' }, data: { type: 'string', default: '.data' } },
    }).values,
);
const legalEntityId = options.entity ?? refuse('--entity is missing: the id of the legal entity.');
const { period } = options;
if (period !== undefined && !isMonth(period)) refuse(`--period must be a month as YYYY-MM, not ${period}.`);

const platform = attempt(() => commandPlatform(resolve(process.env['INIT_CWD'] ?? '.', options.data)));
const { store } = platform;
if (!parseEntity(await store.get(entityKey(legalEntityId)))) refuse(`There is no legal entity ${legalEntityId} in ${platform.where}.`);

let different = 0;
for (const run of await runsOfEntity(store, legalEntityId)) {
  if (run.totals === null || (period !== undefined && run.period !== period)) continue;
  const { identical, differences } = await replayRun(store, run);
  different += differences.length;
  process.stdout.write(`${run.id} (${run.status}): ${identical} payslips identical, ${differences.length} differences\n`);
  for (const sentence of differences) process.stdout.write(`  ${sentence}\n`);
}
platform.close();
process.exit(different > 0 ? 1 : 0);
