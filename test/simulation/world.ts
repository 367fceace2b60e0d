/**
 * The world that the services live in: one store, queues, one clock, a few processes, and whatever goes wrong. Only one task runs at a time,
 * up to its next call; which one goes on, and what happens to its call, is drawn from the seed. So a seed is a whole history.
 */
import type { Queue } from '../../shared/adapters/queue.ts';
import type { Store, WriteOperation } from '../../shared/adapters/store.ts';
import type { SqsBatchResponse, SqsEvent } from '../../shared/runtime/sqs-handler.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import type { Call, Link, Service, Socket } from './link.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';
import { observedStore } from './observed-store.ts';
import type { Random } from './random.ts';
import { createQueues, type DeadLetter, type QueueReader } from './world-queues.ts';

/** A process and its services; `S` is what it was composed of. */
export interface Process<S> extends Socket {
  readonly services: S;
}

/** Something to do at a time; when it fails or its process dies it is done again later, as every caller outside would. */
export interface Job<S> {
  readonly name: string;
  at: number;
  /** How much later. */
  readonly againMillis: number;
  /** Resolves with true when it is done for good. */
  run(services: S): Promise<boolean>;
}
export interface Reader<S> extends QueueReader {
  handle(services: S, event: SqsEvent): Promise<SqsBatchResponse>;
}

/** Changes what reaches the store and the queue: how the guard tests take a guard away without production code knowing. */
export interface Mutation {
  readonly store?: (service: Service, store: Store) => Store;
  readonly queue?: (service: Service, queue: Queue) => Queue;
}

export interface WorldOptions<S> {
  readonly random: Random;
  readonly faults: Faults;
  readonly processes: readonly Process<S>[];
  readonly readers: readonly Reader<S>[];
  readonly startMillis: number;
  readonly mutation?: Mutation | undefined;
  /** Sees every write that was applied. */
  readonly observe?: (operations: readonly WriteOperation[]) => void;
  /** Lines of the history, when somebody wants to read it. */
  readonly record?: ((line: string) => void) | undefined;
}

export interface World<S> {
  readonly store: MemoryStore;
  readonly dead: readonly DeadLetter[];
  /** Calls and beginnings so far. */
  readonly steps: number;
  now(): number;
  add(job: Job<S>): void;
  /** Runs jobs, deliveries and calls in drawn order until nothing is left to do or the virtual time `until` is reached. */
  run(until: number): Promise<void>;
  /**
   * No more faults: every waiting message, every job, one thing after another, with a pass of `sweep` between, until nothing is left and
   * `isQuiet`. @throws Error when that does not end.
   */
  settle(sweep: (services: S) => Promise<void>, isQuiet: () => boolean): Promise<void>;
  /** Something done at once, without faults or interleaving. */
  direct<T>(body: (services: S) => Promise<T>): Promise<T>;
  wipeQueues(): void;
  note(line: string): void;
}

interface Gate {
  readonly call: Call;
  /** The process stands still until then. */
  readonly notBefore: number;
  perform(): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}
type Ending = 'done' | 'failed' | 'died';
interface Task<S> {
  readonly name: string;
  readonly process: Process<S>;
  readonly skewMillis: number;
  readonly gates: Gate[];
  running: boolean;
  /** Set when a call came in since the task was last let go on. */
  called: boolean;
  ended(how: Ending, value: unknown): void;
}

const MAX_STEPS = 400_000;
const MAX_ROUNDS = 60;
const STUCK_MILLIS = 20_000;
const named = (name: string, message: string, extra: object = {}): Error => Object.assign(new Error(message), { name, ...extra });
const wholly = (count: number): readonly (readonly number[])[] => (count === 0 ? [] : [Array.from({ length: count }, (_, place) => place)]);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createWorld = <S>(options: WorldOptions<S>): World<S> => {
  const { random, processes, readers, mutation, record } = options;
  let faults = options.faults;
  let now = options.startMillis;
  let steps = 0;
  let jobs: Job<S>[] = [];
  const tasks: Task<S>[] = [];
  /** How much sooner a task goes on than another begins: 1 has all processes at work at any time. */
  const patience = random.pick([1, 2, 4]);
  let wake: (() => void) | undefined;
  const note = (line: string): void => record?.(`${new Date(now).toISOString().slice(5, 23)} ${line}`);
  const store = memoryStore();
  const queues = createQueues({ random, faults: () => faults, now: () => now, note });
  const truth = observedStore(store, (operations) => options.observe?.(operations), {
    now: () => now,
    // Not for what was there before the faults began.
    lagMillis: () => (steps === 0 ? 0 : faults.indexLagMillis),
  });

  const stores = new Map<Service, Store>();
  const storeOf = (service: Service): Store => {
    const known = stores.get(service) ?? mutation?.store?.(service, truth) ?? truth;
    stores.set(service, known);
    return known;
  };
  const queueOf = (service: Service): Queue => mutation?.queue?.(service, queues.queue) ?? queues.queue;

  const directLink: Link = {
    call: (call, perform) => {
      if (record) note(`  ${call.service} ${call.describe()}`);
      return perform();
    },
    store: storeOf,
    queue: queueOf,
    millis: () => now,
    tear: wholly,
  };
  const linkOf = (task: Task<S>): Link => ({
    call: <T>(call: Call, perform: () => Promise<T>): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        const stalls = random.chance(faults.stalled) && task.name.startsWith(faults.stallOf);
        const notBefore = stalls ? now + random.int(faults.stallMillis) : now;
        task.gates.push({ call, notBefore, perform, resolve: resolve as (value: unknown) => void, reject });
        task.called = true;
        wake?.();
      }),
    store: storeOf,
    queue: queueOf,
    millis: () => now + task.skewMillis,
    tear(count) {
      if (count < 2 || !random.chance(faults.torn)) return wholly(count);
      const places = random.shuffle(Array.from({ length: count }, (_, place) => place));
      const cut = random.between(1, count - 1);
      return [places.slice(0, cut), places.slice(cut)];
    },
  });

  /** Until the task has called again or has ended, whatever really asynchronous work it does in between. */
  const quiet = async (task: Task<S>): Promise<void> => {
    for (let tick = 0; tick < 60 && task.running && !task.called; tick += 1) await null;
    if (task.running && !task.called && task.gates.length > 0) await turn();
    while (task.running && !task.called && task.gates.length === 0) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${task.name} neither ends nor calls`)), STUCK_MILLIS);
        wake = () => {
          clearTimeout(timer);
          wake = undefined;
          resolve();
        };
      });
    }
    // What it fans out in the same turn belongs to the same step.
    await null;
    task.called = false;
  };

  const end = (task: Task<S>, how: Ending, value: unknown): void => {
    if (!task.running) return;
    task.running = false;
    task.gates.length = 0;
    tasks.splice(tasks.indexOf(task), 1);
    if (record) note(`${task.name}: ${how}${how === 'failed' ? ` ${String(value)}` : ''}`);
    task.ended(how, value);
    wake?.();
  };
  const endAll = (): void => {
    for (const task of [...tasks]) end(task, 'died', undefined);
  };

  const start = async (name: string, body: (services: S) => Promise<unknown>, ended: Task<S>['ended']): Promise<void> => {
    const process = random.pick(processes.filter((one) => !tasks.some((task) => task.process === one)));
    const skewMillis = faults.skewMillis === 0 ? 0 : random.between(-faults.skewMillis, faults.skewMillis);
    const task: Task<S> = { name, process, skewMillis, gates: [], running: true, called: false, ended };
    process.link = linkOf(task);
    tasks.push(task);
    note(`${name}: begins${skewMillis === 0 ? '' : `, clock ${Math.round(skewMillis / 1000)} s off`}`);
    body(process.services).then(
      (value) => end(task, 'done', value),
      (error: unknown) => end(task, 'failed', error),
    );
    await quiet(task);
  };

  /** Lets one call of a task happen, or not, or half. */
  const step = async (task: Task<S>): Promise<void> => {
    const gate = random.pick(task.gates.filter(({ notBefore }) => notBefore <= now));
    task.gates.splice(task.gates.indexOf(gate), 1);
    const { call } = gate;
    const draw = random.unit();
    let bound = 0;
    const falls = (rate: number): boolean => {
      bound += rate;
      return draw < bound;
    };
    const say = (what: string): void => {
      if (record) note(`  ${task.name} · ${call.service} ${call.describe()}${what}`);
    };
    if (falls(faults.crashBefore)) {
      say(' ✗ died before it');
      end(task, 'died', undefined);
      return;
    }
    const writes = call.kind !== 'read';
    if (call.kind !== 'send' && falls(faults.throttled)) {
      say(' ✗ throttled');
      gate.reject(named('ProvisionedThroughputExceededException', 'The level of configured provisioned throughput was exceeded'));
    } else if (call.kind === 'transact' && falls(faults.conflicted)) {
      say(' ✗ conflict');
      gate.reject(named('TransactionCanceledException', 'cancelled', { CancellationReasons: [{ Code: 'TransactionConflict' }] }));
    } else if (writes && falls(faults.ambiguous)) {
      say(' ✗ applied, but no answer');
      await gate.perform().then(() => gate.reject(named('TimeoutError', 'socket hang up')), gate.reject);
    } else if (writes && falls(faults.crashAfter)) {
      say(' ✗ died after it');
      await gate.perform().catch(() => undefined);
      end(task, 'died', undefined);
      return;
    } else {
      say('');
      await gate.perform().then(gate.resolve, gate.reject);
    }
    await quiet(task);
  };

  const startJob = async (job: Job<S>): Promise<void> => {
    jobs.splice(jobs.indexOf(job), 1);
    await start(job.name, job.run, (how, value) => {
      if (how === 'done' && value === true) return;
      job.at = now + job.againMillis;
      jobs.push(job);
    });
  };
  const startDelivery = async (reader: Reader<S>): Promise<void> => {
    const event = queues.receive(reader);
    if (event.Records.length === 0) return;
    const name = `${reader.queue} ${event.Records.map(({ messageId }) => messageId).join(' ')}`;
    await start(
      name,
      (services) => reader.handle(services, event),
      (how, value) => {
        if (how !== 'done') return;
        if (random.chance(faults.notDeleted)) note(`${name}: died before it was deleted`);
        else queues.settle(reader, event, (value as SqsBatchResponse).batchItemFailures);
      },
    );
  };
  const countStep = (): void => {
    steps += 1;
    if (steps > MAX_STEPS) throw new Error(`no end after ${MAX_STEPS} steps`);
  };

  const world: World<S> = {
    store,
    dead: queues.dead,
    get steps() {
      return steps;
    },
    now: () => now,
    note,
    add: (job) => jobs.push(job),
    wipeQueues: () => queues.wipe(),
    async direct(body) {
      if (tasks.length > 0) throw new Error('nothing else may be running');
      const [process] = processes;
      if (!process) throw new Error('there is no process');
      process.link = directLink;
      return body(process.services);
    },
    async run(until) {
      while (now < until) {
        countStep();
        const free = tasks.length < processes.length;
        const due = free ? jobs.filter(({ at }) => at <= now) : [];
        const readable = free ? readers.filter((reader) => queues.isReadable(reader)) : [];
        const awake = tasks.filter((task) => task.gates.some(({ notBefore }) => notBefore <= now));
        const going = awake.length * patience;
        const total = going + readable.length * 2 + due.length;
        if (total > 0) {
          now += random.int(50);
          const draw = random.int(total);
          const task = awake[Math.floor(draw / patience)];
          const reader = readable[Math.floor((draw - going) / 2)];
          const job = due[draw - going - readable.length * 2];
          if (task) await step(task);
          else if (reader) await startDelivery(reader);
          else if (job) await startJob(job);
          continue;
        }
        const stalls = tasks.flatMap(({ gates }) => gates.map(({ notBefore }) => notBefore));
        // Without a free process nothing can begin, however long it is due.
        const begins = free ? [queues.nextVisibleAt(), ...jobs.map(({ at }) => at)] : [];
        const next = Math.min(...begins, ...stalls);
        if (next === Number.POSITIVE_INFINITY) return;
        now = Math.min(until, next);
      }
      // Whoever is still at work when the time is over dies: the hardest case for what follows.
      endAll();
    },
    async settle(sweep, isQuiet) {
      endAll();
      faults = NO_FAULTS;
      note('no more faults');
      let lastError: unknown;
      const deliverAll = async (): Promise<void> => {
        while (!queues.isEmpty()) {
          queues.makeVisible();
          for (const reader of readers) {
            countStep();
            const event = queues.receive(reader);
            if (event.Records.length === 0) continue;
            note(`${reader.queue} ${event.Records.length}`);
            queues.settle(reader, event, (await world.direct((services) => reader.handle(services, event))).batchItemFailures);
          }
        }
      };
      const runJobs = async (): Promise<void> => {
        const waiting = jobs;
        jobs = [];
        for (const job of waiting) {
          note(job.name);
          const finished = await world.direct(job.run).catch((error: unknown) => {
            lastError = error;
            return false;
          });
          if (!finished) jobs.push(job);
        }
      };
      let wait = 60_000;
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        await runJobs();
        await deliverAll();
        await world.direct(sweep);
        if (jobs.length === 0 && queues.isEmpty() && isQuiet()) return;
        now += wait;
        wait = Math.min(wait * 2, 2_000_000);
      }
      const open = jobs.slice(0, 3).map(({ name }) => name);
      const cause = lastError instanceof Error ? lastError.stack : lastError;
      throw new Error(
        `not quiet after ${MAX_ROUNDS} rounds; open: ${open.join('; ') || 'the outbox'}${cause ? `; last error: ${String(cause)}` : ''}`,
      );
    },
  };
  return world;
};
