/** One seed from beginning to end: a company, a storm, a calm, an audit. */
import { collectAnswers, type StandingFact } from './answers.ts';
import { attendanceJobs, foundAttendance } from './attendance.ts';
import { audit, type Case, type StoredItem } from './auditor/audit.ts';
import { auditAttendance } from './auditor/audit-attendance.ts';
import { auditDisputes } from './auditor/audit-disputes.ts';
import { auditPayroll, finalSlips } from './auditor/audit-payroll.ts';
import { auditTargets } from './auditor/audit-targets.ts';
import { auditVisits, countedVisits } from './auditor/audit-visits.ts';
import { createJournal } from './auditor/journal.ts';
import { foundCompany, publishStep, salaryFen } from './company.ts';
import { disputeJobs } from './disputes.ts';
import { NO_FAULTS } from './faults.ts';
import {
  addSweeps,
  addWipes,
  adjustmentJobs,
  dueDayJob,
  moveJob,
  NEXT_DAY,
  openingJob,
  poolsJob,
  publishJob,
  registerJob,
  sendJob,
  targetJobs,
} from './jobs.ts';
import { drawPayroll, LAST_PERIOD, payrollJobs } from './payroll.ts';
import { newProcess, READERS, type Services, sweepAll } from './processes.ts';
import { seededRandom } from './random.ts';
import { booksOf, type ReferenceCase, referenceBooks } from './reference.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts';
import { foundVisits, visitJobs } from './visits.ts';
import { drawWorkload, type PlanStep, START, type Workload } from './workload.ts';
import { createWorld, type Mutation, type Process } from './world.ts';

export interface SeedOptions {
  readonly scenario?: ScenarioName;
  readonly faults?: 'off';
  readonly mutation?: Mutation;
  readonly record?: (line: string) => void;
}
export interface SeedResult {
  readonly seed: number;
  /** What was not as it must be; empty when all is well. */
  readonly findings: readonly string[];
  readonly steps: number;
  readonly facts: number;
  readonly entries: number;
  readonly payslips: number;
}

const PROCESSES = 5;
let pool: Process<Services>[] = [];
const usedFor = new Set<number>();
/**
 * Composed once per thread, as an execution environment is, and used by one seed after another: ids are different in every seed. A seed that
 * comes again gets new ones: what a process remembers of it would make another history.
 */
const processesFor = (seed: number): Process<Services>[] => {
  if (pool.length === 0 || usedFor.has(seed)) {
    pool = Array.from({ length: PROCESSES + 1 }, newProcess);
    usedFor.clear();
  }
  usedFor.add(seed);
  return pool;
};

export const runSeed = async (seed: number, options: SeedOptions = {}): Promise<SeedResult> => {
  const processes = processesFor(seed);
  const random = seededRandom(seed);
  const scenario: Scenario = SCENARIOS[options.scenario ?? 'everything'];
  const workload = drawWorkload(seed, random.fork('workload'), scenario.pace);
  const faults = options.faults === 'off' ? NO_FAULTS : scenario.faults(random.fork('faults'));
  const journal = createJournal();
  const answers = collectAnswers();
  const world = createWorld<Services>({
    random: random.fork('world'),
    faults,
    processes: processes.slice(0, PROCESSES),
    readers: READERS,
    startMillis: START,
    mutation: options.mutation,
    observe: journal.observe,
    record: options.record,
  });
  const findings: string[] = [];
  let complete = false;
  try {
    await world.direct((services) => foundCompany(services, workload, false));
    if (workload.visits.visits.length > 0) await world.direct((services) => foundVisits(services, workload));
    if (workload.attendance.length > 0) await world.direct((services) => foundAttendance(services, workload));
    for (const step of workload.plans.filter(({ at }) => at === 0)) await world.direct((services) => publishStep(services, workload, step));
    const end = START + workload.length;
    for (const step of workload.plans.filter(({ at }) => at > 0)) world.add(publishJob(workload, step));
    for (const job of targetJobs(workload)) world.add(job);
    for (const step of workload.moves) world.add(moveJob(workload, step));
    for (const step of workload.adjustments) for (const job of adjustmentJobs(workload, step)) world.add(job);
    for (const step of workload.disputes) for (const job of disputeJobs(workload.legalEntityId, step, START)) world.add(job);
    for (const step of workload.attendance) for (const job of attendanceJobs(workload, step, START)) world.add(job);
    for (const job of visitJobs(workload, START)) world.add(job);
    for (const [index, sending] of workload.sendings.entries()) world.add(sendJob(world, workload, sending, index, answers.add));
    world.add(registerJob(workload));
    addSweeps(world, end);
    for (let n = 1; n <= 3; n += 1) world.add(poolsJob(START + Math.floor((workload.length * n) / 4)));
    addWipes(world, random.fork('wipes'), faults.wipes, workload.length);
    const pay = random.fork('payroll');
    const paid = pay.chance(scenario.payroll);
    const refuse = (why: string): void => {
      findings.push(why);
    };
    if (paid) for (const job of payrollJobs(workload, drawPayroll(pay, workload.length), START, refuse)) world.add(job);
    await world.run(end);
    const isQuiet = (): boolean => !world.store.dump().some(({ item }) => item.pk.startsWith('OUTBOX#'));
    await world.settle(sweepAll, isQuiet);
    world.add(dueDayJob());
    world.add(openingJob());
    await world.run(NEXT_DAY + 1);
    await world.settle(sweepAll, isQuiet);
    world.add(poolsJob(world.now()));
    await world.settle(sweepAll, isQuiet);
    if (paid) {
      const last = { period: LAST_PERIOD, at: 0, recalculates: false, cancels: false, hasty: false };
      for (const job of payrollJobs(workload, [last], START, refuse)) world.add(job);
      await world.settle(sweepAll, isQuiet);
      complete = true;
    }
  } catch (error) {
    findings.push(`the run did not end well: ${error instanceof Error ? String(error.stack) : String(error)}`);
  }
  const settled = answers.settle();
  findings.push(...journal.findings, ...settled.findings);
  const items = world.store.dump();
  // What went wrong on the way explains what is wrong in the end; the rest would only repeat it.
  if (findings.length === 0) findings.push(...auditEverything(workload, settled.facts, items, complete));
  // The sorted world has facts of the source only.
  const isComparable = workload.visits.visits.length === 0;
  if (findings.length === 0 && isComparable && (seed % 3 === 0 || options.record))
    findings.push(...(await compareWithReference(workload, settled.facts, booksOf(items), processes[PROCESSES] as Process<Services>)));
  const payslips = items.filter(({ table, item }) => table === 'payroll' && item.sk.startsWith('SLIP#')).length;
  return { seed, findings, steps: world.steps, facts: settled.facts.length, entries: journal.entries.size, payslips };
};

const auditEverything = (workload: Workload, facts: Case['facts'], items: readonly StoredItem[], complete: boolean): string[] => {
  const { source, lead } = workload;
  const stepOn = planStepOn(workload);
  const employees = [...workload.people.map(({ id }) => id), ...(lead === null ? [] : [lead])];
  return [
    ...audit({
      source,
      lead,
      facts,
      owners: ownersOf(workload),
      employees,
      planOn: (employeeId, day) => stepOn(employeeId, day)?.key,
      planIdOn: (employeeId, day) => stepOn(employeeId, day)?.planId,
      salesTarget: salesTarget(workload),
      agreed: workload.adjustments.filter(({ decision }) => decision === 'approve'),
      visits: countedVisits(workload.visits.visits),
      items,
    }),
    ...auditPayroll(items, employees, complete),
    ...auditVisits(workload.visits.visits, items),
    ...auditDisputes(workload.disputes, items),
    ...auditTargets(workload.targets, items),
    ...(complete ? auditAttendance(workload.attendance, finalSlips(items), (id) => BigInt(salaryFen(employees.indexOf(id)))) : []),
  ];
};

const ownersOf = ({ people, lateOwner, lateEmployee }: Workload): Map<string, string> =>
  new Map([...people.flatMap(({ id, owners }) => owners.map((owner) => [owner, id] as const)), [lateOwner, lateEmployee]]);

/** The plan in force on a day: a person's own first, then the position's; of one plan the version that began last. */
const planStepOn =
  ({ people, plans, moves, seed, lead }: Workload) =>
  (employeeId: string, day: string): PlanStep | undefined => {
    const moved = moves.find((step) => step.employeeId === employeeId && step.from <= day);
    const family = employeeId === lead ? 'lead' : (moved ?? people.find(({ id }) => id === employeeId))?.family;
    const inForce = (id: string): PlanStep | undefined =>
      plans
        .filter(({ appliesTo, effectiveFrom }) => appliesTo.id === id && effectiveFrom <= day)
        .sort((a, b) => (a.effectiveFrom === b.effectiveFrom ? a.version - b.version : a.effectiveFrom < b.effectiveFrom ? -1 : 1))
        .at(-1);
    return inForce(employeeId) ?? inForce(`${family}-${seed}`);
  };

/** What is set of `sales`, in fen: for the person, else the position, else the legal entity; the last version of each. */
const salesTarget =
  ({ people, targets, seed, legalEntityId }: Workload): Case['salesTarget'] =>
  (employeeId, month) => {
    const family = people.find(({ id }) => id === employeeId)?.family;
    const places = [employeeId, `${family}-${seed}`, legalEntityId];
    for (const [place, id] of places.entries()) {
      const steps = targets.filter((step) => step.id === id && step.period === month).sort((a, b) => a.version - b.version);
      const last = steps.at(-1)?.target;
      if (last) return { fen: BigInt(last.replace(/^(\d+)$/, '$1.00').replace('.', '')), isOwn: place === 0 };
    }
    return null;
  };

/** I3, for every third seed and every replay: the same facts, sorted, without faults, in a world of their own give the same books and awards. */
const compareWithReference = async (
  workload: Workload,
  facts: readonly StandingFact[],
  books: ReadonlyMap<string, string>,
  process: Process<Services>,
): Promise<string[]> => {
  const events = facts.map(({ event }) => event);
  const given: ReferenceCase = { workload, events, process };
  const reference = await referenceBooks(given);
  const findings: string[] = [];
  for (const key of new Set([...books.keys(), ...reference.keys()])) {
    const [is, must] = [books.get(key), reference.get(key)];
    if (is !== must) findings.push(`I3: ${key} is not that of the sorted run\n  is   ${is}\n  must ${must}`);
  }
  return findings;
};
