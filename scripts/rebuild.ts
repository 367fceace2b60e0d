/**
 * `npm run rebuild -- --entity <id> [--period YYYY-MM] [--employee <id>] [--recalculate] [--data .data]`: folds every book of a month again
 * from the stored facts and compares. Writes nothing, unless asked to request recalculations. Ends with status 1 when something differs.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { employeeKey, entityKey, listEmployees, parseEmployee, parseEntity } from '../services/people/read.ts';
import { planLoader } from '../services/plans/read.ts';
import { type Comparison, compareMonth } from '../services/scoring/app/compare-month.ts';
import { requestRecalculations } from '../services/scoring/app/request-recalculations.ts';
import { DEFAULT_TIME_ZONE, isMonth, type Month, monthIn } from '../shared/kernel/period.ts';
import { commandPlatform } from './lib/command-platform.ts';

const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
};
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
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
      options: {
        entity: { type: 'string' },
        period: { type: 'string' },
        employee: { type: 'string' },
        recalculate: { type: 'boolean', default: false },
        data: { type: 'string', default: '.data' },
      },
    }).values,
);
const legalEntityId = options.entity ?? refuse('--entity is missing: the id of the legal entity.');
if (options.period !== undefined && !isMonth(options.period)) refuse(`--period must be a month as YYYY-MM, not ${options.period}.`);

const platform = attempt(() => commandPlatform(resolve(process.env['INIT_CWD'] ?? '.', options.data)));
const { store, clock } = platform;
const entity =
  parseEntity(await store.get(entityKey(legalEntityId))) ?? refuse(`There is no legal entity ${legalEntityId} in ${platform.where}.`);
const period = (options.period ?? monthIn(clock.now(), entity.timeZone ?? DEFAULT_TIME_ZONE)) as Month;
print(`Folding ${period} of ${legalEntityId} again, in ${platform.where}`);

async function* employeeIds(): AsyncGenerator<string> {
  if (options.employee !== undefined) {
    const employee = parseEmployee(await store.get(employeeKey(options.employee)));
    if (employee?.legalEntityId !== legalEntityId) refuse(`${legalEntityId} has no employee ${options.employee}.`);
    yield options.employee;
    return;
  }
  let startAfter: Readonly<Record<string, string>> | undefined;
  do {
    const page = await listEmployees(store, legalEntityId, startAfter ? { startAfter } : {});
    for (const { id } of page.items) yield id;
    startAfter = page.next;
  } while (startAfter);
}

const counts = { same: 0, different: 0, none: 0, outdated: 0, facts: 0 };
const toRecalculate: Comparison[] = [];
const plans = planLoader(store);
for await (const employeeId of employeeIds()) {
  const comparison = await compareMonth(store, plans, { employeeId, legalEntityId, period });
  counts[comparison.verdict] += 1;
  counts.facts += comparison.facts;
  if (comparison.outdated) counts.outdated += 1;
  if (comparison.verdict === 'different' || comparison.outdated) toRecalculate.push(comparison);
  for (const sentence of comparison.differences) print(`${employeeId}: ${sentence}`);
  if (comparison.outdated) print(`${employeeId}: folded with another plan than is in force now`);
}
print(
  `${counts.same} books are what their ${counts.facts} facts say, ${counts.different} differ, ${counts.outdated} are not of the plan in force, ${counts.none} people have no book`,
);
if (options.recalculate && toRecalculate.length > 0) {
  const requested = await requestRecalculations(
    platform,
    toRecalculate.map(({ of }) => of),
    `rebuild:${clock.now()}`,
  );
  print(`${requested} recalculations were requested; run this again when they are done`);
}
platform.close();
process.exit(counts.different > 0 ? 1 : 0);
