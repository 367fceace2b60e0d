/**
 * `fact.credited` and `recalculation.requested` → books: load the whole batch at once, decide each person's month, store each in one
 * transaction with its done marks and its `score.updated`, tell. The number of requests depends on neither the facts of the month nor,
 * while nobody else writes the same months, on the people in the batch.
 */
import { MAX_TRANSACTION, type WriteOperation } from '../../../shared/adapters/store.ts';
import type { FactCredited, RecalculationRequested } from '../../../shared/contracts/messages.ts';
import { type OutboxRow, outboxRow } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { Failures, Received } from '../../../shared/runtime/sqs-handler.ts';
import type { StoredBook } from '../store.ts';
import { type BookDecision, decideMonth, type MonthChange, type MonthDecision, type MonthWork } from './decide-month.ts';
import { groupMonths, type WaitingFact, type WaitingMonth } from './group-months.ts';
import { isStillInForce } from './plan-in-force.ts';
import type { PlanMemory } from './plan-memory.ts';
import { refoldMonth, removeOlderGenerations } from './rebuild-book.ts';
import { type Lacking, newSnapshot } from './snapshot.ts';
import { fitsTransaction, type PlannedMonth, storeMonths } from './store-months.ts';

export type ApplyDeps = Pick<Platform, 'store' | 'queue' | 'clock' | 'log'> & { readonly memory: PlanMemory };

const MAX_ATTEMPTS = 8;
/** Rounds of reading before a decision: the batch; plans and members; customers of orders that moved; entries outside. */
const MAX_ROUNDS = 8;
const MAX_CAUSES = 20;

/** A month with what this attempt takes of it. */
interface Step {
  readonly month: WaitingMonth;
  readonly work: MonthWork;
  readonly taken: readonly WaitingFact[];
}
interface Planned extends PlannedMonth {
  readonly step: Step;
  readonly change: MonthChange | null;
  readonly after: StoredBook | null;
  readonly refolded: boolean;
  /** Stored only to be looked at again. */
  readonly again?: boolean;
}

export const applyFacts = async (
  deps: ApplyDeps,
  received: readonly Received<FactCredited | RecalculationRequested>[],
): Promise<Failures> => {
  const failures = new Map<number, string>();
  let open = groupMonths(received, failures);
  while (open.length > 0) {
    const planned: Planned[] = [];
    for (const [step, outcome] of takingTurns(await decideAll(deps, open.map(stepOf)))) {
      const plan = await planOf(deps, step, outcome, failures);
      if (plan) planned.push(plan);
    }
    await storePlanned(deps, planned, failures);
    open = open.filter(({ facts, causes }) => facts.size + causes.size > 0);
  }
  return failures;
};

const stepOf = (month: WaitingMonth): Step => {
  const taken = [...month.facts.values()].slice(0, month.take);
  const causes = [...month.causes.keys()].slice(0, MAX_CAUSES);
  return { month, taken, work: { of: month.of, facts: taken.map(({ message }) => message), causes } };
};

type Outcome = { readonly ok: true; readonly decision: MonthDecision } | { readonly ok: false; readonly reason: string };

/** Decides every month on one snapshot; what they lack is read for all of them together. A month that cannot be decided fails alone. */
const decideAll = async (deps: ApplyDeps, steps: readonly Step[]): Promise<ReadonlyMap<Step, Outcome>> => {
  const snapshot = newSnapshot(deps.store);
  const outcomes = new Map<Step, Outcome>();
  const at = deps.clock.now();
  let undecided = steps;
  let lacking: Lacking = { keys: steps.flatMap(({ work }) => deps.memory.likelyKeys(work)), ranges: [] };
  for (let round = 1; undecided.length > 0; round += 1) {
    if (round > MAX_ROUNDS) throw new Error('deciding asks for more and more');
    await snapshot.load(lacking);
    const still: { readonly step: Step; readonly lacking: Lacking }[] = [];
    for (const step of undecided) {
      const outcome = attempt(() => decideMonth(step.work, snapshot, deps.memory, at));
      if (outcome.ok && outcome.decision.kind === 'lacking') still.push({ step, lacking: outcome.decision });
      else outcomes.set(step, outcome);
    }
    undecided = still.map(({ step }) => step);
    lacking = { keys: still.flatMap((one) => one.lacking.keys), ranges: still.flatMap((one) => one.lacking.ranges) };
  }
  return outcomes;
};

/**
 * Of a person's months at most one changes what the others hold on to (`window-months.ts`), and it comes last. Those that have to wait are
 * decided again after it; they would otherwise fail one after another, and count that as somebody else's doing.
 */
const takingTurns = (outcomes: ReadonlyMap<Step, Outcome>): (readonly [Step, Outcome])[] => {
  const all = [...outcomes];
  const changing = all.filter(([, outcome]) => outcome.ok && changesWindows(outcome.decision));
  const turns = new Map(changing.map((one) => [one[0].work.of.employeeId, one]));
  return [...all.filter((one) => !changing.includes(one)), ...turns.values()];
};
const changesWindows = (decision: MonthDecision): boolean =>
  decision.kind === 'register' || ('change' in decision && decision.change.toOthers.length > 0);

const attempt = (decide: () => MonthDecision): Outcome => {
  try {
    return { ok: true, decision: decide() };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
};
const reasonOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** What to store of a decision; null when there is nothing, or when the month is looked at again with fewer facts. */
const planOf = async (deps: ApplyDeps, step: Step, outcome: Outcome, failures: Map<number, string>): Promise<Planned | null> => {
  if (!outcome.ok) {
    takeLess(step, outcome.reason, failures);
    return null;
  }
  const { decision } = outcome;
  switch (decision.kind) {
    case 'lacking':
      throw new Error('the month was not decided');
    case 'nothing':
      done(step);
      return null;
    case 'marks':
      return { step, operations: decision.operations, row: null, change: null, after: null, refolded: false };
    case 'register':
      return { step, operations: decision.operations, row: null, change: null, after: null, refolded: false, again: true };
    case 'book':
      if (fitsTransaction(decision.operations)) return plannedBook(step, decision, false);
      if (step.taken.length > 1) {
        takeFitting(step, decision.operations);
        return null;
      }
      // One fact that changes more member items than a transaction holds: they go into a new generation, as in a rebuild.
      return refold(deps, step, decision.change, failures);
    case 'refold':
      return refold(deps, step, decision.change, failures);
  }
};

const refold = async (deps: ApplyDeps, step: Step, change: MonthChange, failures: Map<number, string>): Promise<Planned | null> => {
  // Before the work, not after it.
  if (step.taken.length > 1 && !fitsTransaction(change.operations)) {
    takeFitting(step, change.operations);
    return null;
  }
  try {
    if (!(await isStillInForce(deps.store, step.work.of, change.inForce))) {
      retryLater(step, failures);
      return null;
    }
    const planned = plannedBook(step, await refoldMonth(deps.store, step.work.of, change), true);
    if (fitsTransaction(planned.operations)) return planned;
    takeLess(step, 'too many items for one transaction', failures);
  } catch (error) {
    fail(step, reasonOf(error), failures);
  }
  return null;
};

const plannedBook = (step: Step, { operations, message, after, change, toOwner }: BookDecision, refolded: boolean): Planned => {
  const row: OutboxRow = outboxRow('scores', message, change.at);
  return { step, operations, row, otherRows: [...change.toOthers, ...change.toManagers, ...toOwner], change, after, refolded };
};

const storePlanned = async (deps: ApplyDeps, planned: readonly Planned[], failures: Map<number, string>): Promise<void> => {
  if (planned.length === 0) return;
  const stored = await storeMonths(deps, planned);
  for (const month of planned) {
    const { step, after, change, refolded } = month;
    if (!stored.has(month)) {
      retryLater(step, failures);
      continue;
    }
    if (after) deps.memory.remember(step.work.of, after);
    // A new book may have missed a publication that found no book yet: it is looked at once more, against the plans of now.
    if (month.again || change?.before === null) step.month.attempts = 0;
    else done(step);
    if (refolded && after) await tidy(deps, step, after.generation);
  }
};

/** Loads and decides again, unless that has been tried often enough. */
const retryLater = (step: Step, failures: Map<number, string>): void => {
  step.month.attempts += 1;
  if (step.month.attempts >= MAX_ATTEMPTS) fail(step, `others changed the month ${MAX_ATTEMPTS} times meanwhile`, failures);
};

/** What cannot be removed now goes with the next rebuild. */
const tidy = async (deps: ApplyDeps, { work }: Step, generation: number): Promise<void> => {
  try {
    await removeOlderGenerations(deps.store, work.of, generation);
  } catch (error) {
    deps.log.warn('scoring.generations-left', {
      employeeId: work.of.employeeId,
      period: work.of.period,
      reason: reasonOf(error).slice(0, 200),
    });
  }
};

const done = ({ month, taken, work }: Step): void => {
  for (const { message } of taken) month.facts.delete(message.factId);
  for (const causeId of work.causes) month.causes.delete(causeId);
  month.attempts = 0;
};

/** About as many facts as one transaction holds, the next time; fewer in any case. */
const takeFitting = ({ month, taken }: Step, operations: readonly WriteOperation[]): void => {
  const fitting = Math.floor((taken.length * (MAX_TRANSACTION - 10)) / operations.length);
  month.take = Math.max(1, Math.min(fitting, taken.length - 1));
};

/** Takes fewer facts the next time; a fact that cannot be applied alone fails alone. */
const takeLess = (step: Step, reason: string, failures: Map<number, string>): void => {
  const { month, taken } = step;
  if (taken.length > 1) month.take = Math.floor(taken.length / 2);
  else if (taken.length === 1 && step.work.causes.length > 0) failFacts(step, reason, failures);
  else fail(step, reason, failures);
};

const fail = (step: Step, reason: string, failures: Map<number, string>): void => {
  failFacts(step, reason, failures);
  for (const causeId of step.work.causes) {
    for (const index of step.month.causes.get(causeId) ?? []) failures.set(index, reason);
    step.month.causes.delete(causeId);
  }
  step.month.attempts = 0;
};
const failFacts = ({ month, taken }: Step, reason: string, failures: Map<number, string>): void => {
  for (const { message, indexes } of taken) {
    for (const index of indexes) failures.set(index, reason);
    month.facts.delete(message.factId);
  }
};
