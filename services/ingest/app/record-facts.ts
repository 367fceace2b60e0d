/**
 * Facts in, recorded exactly once: load everything at once, decide purely, store state and outbox together, tell what is stored (I1, I2).
 * Facts of one call share requests: one `getMany` for all, up to 100 writes a transaction. When somebody else was faster, the facts of that
 * transaction are loaded and decided again, each alone.
 */
import type { Clock } from '../../../shared/adapters/clock.ts';
import type { Queue } from '../../../shared/adapters/queue.ts';
import { type Item, type Key, queryAll, type Store } from '../../../shared/adapters/store.ts';
import type { Source } from '../../../shared/contracts/sources.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { type OutboxRow, tell } from '../../../shared/runtime/outbox.ts';
import { settled } from '../domain/order-record.ts';
import { conflictKey, factKey, parseHead, parseOrder, putOrder } from '../store.ts';
import { keysFor, type OwnerGuesses, storedFact } from './fact-knowledge.ts';
import { againStep, dropStep, eventFactId, keepStep, type Outcome, recordStep, type Step, type Work } from './fact-steps.ts';
import { type LoadedItems, loadedItems } from './loaded-items.ts';
import { newChunk } from './transaction-chunk.ts';

export interface RecordDeps {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly guesses: OwnerGuesses;
}
export type SourceOf = (id: string) => Promise<Source | undefined>;

const MAX_ATTEMPTS = 8;

/**
 * Does the work, lets what follows an order follow it where it changed, and tells the readers. The outcomes are in the order of the work.
 * @throws Error when the store fails, and ProblemError `unavailable` when one fact stays contended for 8 attempts: what was stored until then
 *   stays and is told by the sweeper, and the sender may come again.
 */
export const recordFacts = async (deps: RecordDeps, work: readonly Work[], sourceOf: SourceOf): Promise<readonly Outcome[]> => {
  const session = newSession(deps);
  const outcomes = await session.run(work);
  for (const key of session.ordersDue()) await settleOrder(deps.store, session, key, sourceOf);
  await tell(deps.queue, session.untold);
  return outcomes;
};

/** Orders that an interrupted call left with followers due. */
export const settleOrders = async (deps: RecordDeps, keys: readonly Key[], sourceOf: SourceOf): Promise<void> => {
  const session = newSession(deps);
  for (const key of keys) await settleOrder(deps.store, session, key, sourceOf);
  await tell(deps.queue, session.untold);
};

const contended = (what: string): ProblemError =>
  new ProblemError(
    'unavailable',
    { zh: `写入竞争过多(${MAX_ATTEMPTS} 次),请重试`, en: `${what} stayed contended for ${MAX_ATTEMPTS} attempts; send it again` },
    { headers: { 'Retry-After': '1' } },
  );

interface Session {
  readonly untold: OutboxRow[];
  run(work: readonly Work[]): Promise<readonly Outcome[]>;
  ordersDue(): readonly Key[];
}

const newSession = ({ store, clock, guesses }: RecordDeps): Session => {
  const untold: OutboxRow[] = [];
  const due = new Map<string, Key>();

  const keysOf = (work: Work, items: LoadedItems): readonly Key[] => {
    switch (work.do) {
      case 'drop':
        return [factKey(work.factId)];
      case 'keep':
        return [factKey(eventFactId(work))];
      case 'record':
        return keysFor(work.fact, work.source, items, guesses);
      case 'again': {
        const head = items.has(factKey(work.factId)) ? storedFact(items, work.factId) : undefined;
        return keysFor(head?.fact ?? work.fact, work.source, items, guesses);
      }
    }
  };
  const load = async (works: readonly Work[], items: LoadedItems): Promise<void> => {
    while (await items.require(works.flatMap((work) => keysOf(work, items))));
  };

  const openConflicts = async (factId: string): Promise<readonly Item[]> => {
    const { table, pk } = conflictKey(factId, '');
    const items = await queryAll(store, { table, pk, sk: { beginsWith: 'CONFLICT#' } }, 1_000_000);
    return items.filter((item) => item['gsi1pk'] !== undefined);
  };
  const decide = async (work: Work, index: number, items: LoadedItems, now: Instant): Promise<Step> => {
    switch (work.do) {
      case 'record':
        return recordStep(work, index, items, now, openConflicts);
      case 'keep':
        return keepStep(work, index, items, now);
      case 'again':
        return againStep(work, index, items, now);
      case 'drop':
        return dropStep(work, index, items);
    }
  };
  const stored = (step: Step): void => {
    untold.push(...step.rows);
    for (const key of step.ordersDue) due.set(key.pk, key);
  };

  /** Load, decide and store one fact alone, as often as somebody else is faster. */
  const runAlone = async (work: Work, index: number, now: Instant): Promise<Step> => {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const items = loadedItems(store);
      await load([work], items);
      const step = await decide(work, index, items, now);
      if (step.operations.length === 0 || (await store.transact(step.operations)).ok) {
        stored(step);
        return step;
      }
    }
    throw contended('a fact');
  };

  const run = async (work: readonly Work[]): Promise<readonly Outcome[]> => {
    const now = clock.now();
    const items = loadedItems(store);
    await load(work, items);
    const outcomes: Outcome[] = [];
    let chunk = newChunk();
    const flush = async (): Promise<void> => {
      const { steps, operations } = chunk;
      chunk = newChunk();
      if (steps.length === 0) return;
      if ((await store.transact(operations)).ok) {
        for (const step of steps) stored(step);
        return;
      }
      // The facts loaded for this transaction may all be out of date.
      items.forget(operations);
      for (const { index } of steps) {
        const step = await runAlone(work[index] as Work, index, now);
        items.forget(step.operations);
        outcomes[index] = step.outcome;
      }
    };
    for (const [index, one] of work.entries()) {
      await load([one], items);
      let step = await decide(one, index, items, now);
      if (!chunk.fits(step)) {
        await flush();
        await load([one], items);
        step = await decide(one, index, items, now);
      }
      outcomes[index] = step.outcome;
      if (step.operations.length === 0) continue;
      chunk.add(step);
      items.apply(step.operations);
    }
    await flush();
    return outcomes;
  };

  return {
    untold,
    run,
    ordersDue() {
      const keys = [...due.values()];
      due.clear();
      return keys;
    },
  };
};

/** Everything that follows a changed order takes its month and owners anew; the mark is only taken off when none was missed. */
const settleOrder = async (store: Store, session: Session, key: Key, sourceOf: SourceOf): Promise<void> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const record = parseOrder(await store.get(key));
    if (!record?.followersDue) return;
    const heads = (await store.getMany(record.followers.map(factKey))).map(parseHead);
    const works: Work[] = [];
    for (const head of heads) {
      if (head?.kind !== 'fact') continue;
      const source = await sourceOf(head.source);
      if (source) works.push({ do: 'again', source, factId: head.factId, fact: head.fact });
    }
    await session.run(works);
    if ((await store.write(putOrder(settled(record), record.version))).ok) return;
  }
  throw contended('an order');
};
