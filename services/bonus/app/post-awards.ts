/** `score.updated` → awards and ledger: load, decide, store in one transaction a person, tell. */
import { MAX_TRANSACTION, type Store, type WriteOperation } from '../../../shared/adapters/store.ts';
import type { NoticeRequested, ScoreUpdated } from '../../../shared/contracts/messages.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { type OutboxRow, outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { Failures, Received } from '../../../shared/runtime/sqs-handler.ts';
import { awardNotice } from '../domain/award-notice.ts';
import { evaluateRewards } from '../domain/evaluate-rewards.ts';
import { type Posting, postDifferences } from '../domain/post-differences.ts';
import type { AwardChange } from '../domain/post-targets.ts';
import type { LedgerHead } from '../read.ts';
import { checkHead, putChange, putHead, putPoolMark, putSeen, putState } from '../store.ts';
import { isCarrying } from './carry-months.ts';
import { enterGroups } from './enter-groups.ts';
import { type LoadedMonth, loadMonths, type MonthWork } from './load-month.ts';
import type { PlanDirectory } from './plan-directory.ts';
import { withSurroundings } from './surroundings.ts';

export type PostAwardsDeps = Pick<Platform, 'store' | 'queue' | 'clock' | 'log'> & { readonly plans: PlanDirectory };

const MAX_ATTEMPTS = 8;
/** Facts, customers and orders, each, that one decision looks at; more of a person's messages make another decision, after it. */
const MAX_TOUCHED = 100;
const MAX_MESSAGES = 40;

/** One transaction: what is written, and what is told afterwards. */
interface Step {
  readonly operations: readonly WriteOperation[];
  readonly rows: readonly OutboxRow[];
}

const union = (left: readonly string[], right: readonly string[]): string[] => [...new Set([...left, ...right])];

const asWork = ({ index, message }: Received<ScoreUpdated>): MonthWork => ({
  employeeId: message.employeeId,
  legalEntityId: message.legalEntityId,
  period: message.period,
  messages: [message],
  indexes: [index],
  factIds: union(message.touched.factIds, []),
  customerIds: union(message.touched.customerIds, []),
  orderIds: union(message.touched.orderIds, []),
});
/** Both as one decision; undefined when it would be too large. */
const merge = (left: MonthWork, right: MonthWork): MonthWork | undefined => {
  const factIds = union(left.factIds, right.factIds);
  const customerIds = union(left.customerIds, right.customerIds);
  const orderIds = union(left.orderIds, right.orderIds);
  const messages = [...left.messages, ...right.messages];
  if (orderIds.length > MAX_TOUCHED) return undefined;
  if (factIds.length > MAX_TOUCHED || customerIds.length > MAX_TOUCHED || messages.length > MAX_MESSAGES) return undefined;
  return { ...left, factIds, customerIds, orderIds, messages, indexes: [...left.indexes, ...right.indexes] };
};

/**
 * Messages of one person and month together; in each round a person once, because all months of a person share one ledger head.
 * The same message twice in a batch is one message.
 */
export const roundsOf = (received: readonly Received<ScoreUpdated>[]): MonthWork[][] => {
  const byEmployee = new Map<string, MonthWork[]>();
  for (const each of received) {
    const work = asWork(each);
    const works = byEmployee.get(work.employeeId) ?? [];
    byEmployee.set(work.employeeId, works);
    const at = works.findIndex((known) => known.period === work.period && merge(known, work) !== undefined);
    const merged = works[at] && merge(works[at], work);
    if (merged) works[at] = merged;
    else works.push(work);
  }
  const rounds: MonthWork[][] = [];
  for (const works of byEmployee.values()) {
    works.forEach((work, index) => {
      const round = rounds[index];
      if (round) round.push(work);
      else rounds.push([work]);
    });
  }
  return rounds;
};

const noticeOf = ({ award, entry }: AwardChange): NoticeRequested[] => {
  const notice = entry && awardNotice(award, entry);
  if (!entry || !notice) return [];
  const { employeeId, legalEntityId, period } = award;
  return [
    {
      message: 'notice.requested',
      ...notice,
      employeeId,
      legalEntityId,
      link: `/me/awards/${period}`,
      requestedAt: entry.postedAt as Instant,
    },
  ];
};

/**
 * A posting as transactions of at most {@link MAX_TRANSACTION} operations, in order. Each leaves the ledger gapless with the right balance
 * and total; until the last, the state says that the month was not looked at in full, and the messages are not done.
 */
const stepsOf = (month: LoadedMonth, posting: Posting, clock: Platform['clock']): Step[] => {
  const now = clock.now();
  const { employeeId, period, messages } = month.work;
  const parts = posting.changes.map((change) => {
    const rows = noticeOf(change).map((message) => outboxRow('ledger', message, message.requestedAt));
    return { change, rows, operations: [...putChange(change), ...rows.map(putRow)] };
  });
  const seen = [...new Map(messages.map((message) => [message.bookVersion, message])).values()].map((message) =>
    putSeen(message, clock.millis()),
  );
  const chunks: (typeof parts)[] = [[]];
  // State and head go with every one, the done marks with the last.
  const later = laterRows(month, posting, now);
  const marks = concernsPools(month) ? [(version: number) => putPoolMark(month.book.legalEntityId, employeeId, period, version)] : [];
  let room = MAX_TRANSACTION - 2 - seen.length - later.length - marks.length;
  for (const part of [...parts].reverse()) {
    if (part.operations.length > room) {
      chunks.unshift([]);
      room = MAX_TRANSACTION - 2;
    }
    chunks[0]?.unshift(part);
    room -= part.operations.length;
  }
  let head = month.head;
  let totalFen = month.state.totalFen;
  return chunks.map((chunk, index) => {
    const isLast = index === chunks.length - 1;
    const before = head;
    for (const { change } of chunk) {
      if (!change.entry) continue;
      head = { ...headAfter(change.entry), carries: before.carries, version: before.version + 1 };
      totalFen += change.entry.amountFen;
    }
    if (isLast && posting.head !== month.head) head = { ...head, carries: posting.head.carries, version: before.version + 1 };
    const state = {
      ...posting.state,
      version: month.state.version + 1 + index,
      totalFen,
      planDigest: isLast ? posting.state.planDigest : '',
    };
    return {
      operations: [
        ...chunk.flatMap(({ operations }) => operations),
        ...(head !== before ? [putHead(employeeId, head)] : isCarrying(month) ? [checkHead(employeeId, head)] : []),
        putState(employeeId, period, state),
        ...(isLast ? [...seen, ...later.map(putRow), ...marks.map((mark) => mark(state.version))] : []),
      ],
      rows: [...chunk.flatMap(({ rows }) => rows), ...(isLast ? later : [])],
    };
  });
};
/** Some pool looks at the month, or did under the plan before. */
const concernsPools = ({ compiled, everything, current }: LoadedMonth): boolean =>
  compiled.poolRules.length > 0 || (everything && [...current.values()].some(({ award }) => award.subject?.kind === 'pool'));

/** Later months that look at what this one pays, where it now pays something else. */
const laterRows = ({ work, later, book }: LoadedMonth, { head, moved, state }: Posting, now: Instant): OutboxRow[] =>
  head.carries.some((id) => moved.has(id))
    ? later.map((period) =>
        outboxRow(
          'ledger',
          {
            message: 'recalculation.requested',
            causeId: `carry:${work.period}:${state.version}`,
            employeeId: work.employeeId,
            legalEntityId: book.legalEntityId,
            period,
          },
          now,
        ),
      )
    : [];

const headAfter = ({
  seq,
  balanceFen,
  postedAt,
}: NonNullable<AwardChange['entry']>): Pick<LedgerHead, 'seq' | 'balanceFen' | 'postedAt'> => ({
  seq,
  balanceFen: balanceFen as LedgerHead['balanceFen'],
  postedAt,
});

const decide = (month: LoadedMonth, clock: Platform['clock']): Step[] => {
  const { work, book, compiled, evidence, current, everything, head, state } = month;
  const posting = postDifferences({
    employeeId: work.employeeId,
    legalEntityId: book.legalEntityId,
    period: work.period,
    plan: book.plan,
    bookVersion: book.version,
    compiled,
    evidence,
    desired: evaluateRewards(compiled, evidence),
    current,
    everything,
    head,
    state,
    causeKind: work.messages.some((message) => message.everything) || work.factIds.length === 0 ? 'recalculation' : 'facts',
    touchedFacts: month.touchedFacts,
    now: clock.now(),
  });
  return stepsOf(month, posting, clock);
};

/** One person and month alone: on a lost race everything is loaded and decided again. @throws Error after {@link MAX_ATTEMPTS}. */
const postOne = async (deps: PostAwardsDeps, work: MonthWork, told: OutboxRow[]): Promise<void> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const [loaded] = await loadMonths(deps.store, deps.plans, [work]);
    if (loaded === undefined) throw new Error('nothing was loaded');
    if (loaded.status === 'rejected') throw loaded.reason;
    if (loaded.value.status === 'done') return;
    const now = deps.clock.now();
    const [around] = await withSurroundings(deps.store, [loaded.value.month], now);
    const month = around ? await enterGroups(deps.store, around, now, told) : null;
    if (month !== null && (await storeSteps(deps.store, decide(month, deps.clock), told))) return;
  }
  throw new Error(`the awards of ${work.employeeId} ${work.period} changed under every one of ${MAX_ATTEMPTS} attempts`);
};

const storeSteps = async (store: Store, steps: readonly Step[], told: OutboxRow[]): Promise<boolean> => {
  for (const { operations, rows } of steps) {
    if (!(await store.transact(operations)).ok) return false;
    told.push(...rows);
  }
  return true;
};

/** Several people in one transaction while they fit; gives those that must be done one by one. */
const postTogether = async (deps: PostAwardsDeps, works: readonly MonthWork[], told: OutboxRow[]): Promise<MonthWork[]> => {
  const left: MonthWork[] = [];
  let packed: { readonly work: MonthWork; readonly step: Step }[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (packed.length > 0) {
      const written = await deps.store.transact(packed.flatMap(({ step }) => step.operations));
      if (written.ok) told.push(...packed.flatMap(({ step }) => step.rows));
      else left.push(...packed.map(({ work }) => work));
    }
    packed = [];
    size = 0;
  };
  const loaded = await loadMonths(deps.store, deps.plans, works);
  const ready = loaded.flatMap((result) => (result.status === 'fulfilled' && result.value.status === 'ready' ? [result.value.month] : []));
  const around = new Map((await withSurroundings(deps.store, ready, deps.clock.now())).map((month) => [month.work, month]));
  for (const [index, work] of works.entries()) {
    const result = loaded[index];
    if (result?.status === 'fulfilled' && result.value.status === 'done') continue;
    const month = around.get(work);
    const steps = month ? await attemptDecide(deps, month, told) : [];
    const [step, ...more] = steps;
    if (step === undefined || more.length > 0) {
      left.push(work);
      continue;
    }
    if (size + step.operations.length > MAX_TRANSACTION) await flush();
    packed.push({ work, step });
    size += step.operations.length;
  }
  await flush();
  return left;
};

/** A month that cannot be decided must not spoil the others: it fails again, alone, and says why. */
const attemptDecide = async (deps: PostAwardsDeps, loaded: LoadedMonth, told: OutboxRow[]): Promise<Step[]> => {
  try {
    const month = await enterGroups(deps.store, loaded, deps.clock.now(), told);
    return month === null ? [] : decide(month, deps.clock);
  } catch {
    return [];
  }
};

/**
 * Handles a batch of `score.updated`. Whatever order and number they come in, the awards end at what the books and plans give (I3, I5).
 * Failures name the records that must come again.
 */
export const postAwards = async (deps: PostAwardsDeps, received: readonly Received<ScoreUpdated>[]): Promise<Failures> => {
  const failures = new Map<number, string>();
  const told: OutboxRow[] = [];
  for (const round of roundsOf(received)) {
    let left: readonly MonthWork[] = round;
    if (round.length > 1) {
      try {
        left = await postTogether(deps, round, told);
      } catch (error) {
        // One person's trouble, or an answer that was lost: each for itself finds out, and what is done is seen to be done.
        deps.log.warn('awards.together-failed', { people: round.length, reason: String(error).slice(0, 300) });
      }
    }
    for (const work of left) {
      try {
        await postOne(deps, work, told);
      } catch (error) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        for (const index of work.indexes) failures.set(index, reason);
      }
    }
  }
  await tell(deps.queue, told);
  return failures;
};
