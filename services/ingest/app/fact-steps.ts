/** One piece of work → what it writes and what is said of it. Everything is loaded; nothing is written here. */
import type { Item, Key, WriteOperation } from '../../../shared/adapters/store.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { IncomingFact } from '../../../shared/contracts/facts.ts';
import type { Source } from '../../../shared/contracts/sources.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { type OutboxRow, outboxRow } from '../../../shared/runtime/outbox.ts';
import { type Change, type Decision, decideAgain, decideFact, type Rejection } from '../domain/decide-fact.ts';
import { factIdOf, type StoredHead } from '../domain/fact-head.ts';
import { followUpMessages } from '../domain/tell-follow-ups.ts';
import {
  changeOperations,
  conflictKey,
  conflictOperations,
  deleteEvent,
  factKey,
  orderKey,
  parseHead,
  putHead,
  resolveConflicts,
  unmappedEvent,
} from '../store.ts';
import { knownOf, storedFact } from './fact-knowledge.ts';
import type { LoadedItems } from './loaded-items.ts';

/** One thing to do with one fact. */
export type Work =
  /** A fact that came in. */
  | { readonly do: 'record'; readonly source: Source; readonly fact: IncomingFact }
  /** An event that no fact could be made of: kept as it came. */
  | { readonly do: 'keep'; readonly source: Source; readonly event: unknown; readonly detail: LocalText }
  /** A stored fact that may be assignable now, or whose order changed. `fact` as it was when last seen. */
  | { readonly do: 'again'; readonly source: Source; readonly factId: string; readonly fact: IncomingFact }
  /** A kept event whose facts are stored. */
  | { readonly do: 'drop'; readonly factId: string };

export interface Outcome {
  readonly factId: string;
  readonly outcome:
    | 'recorded'
    | 'duplicate'
    | 'superseded'
    | 'corrected'
    | 'conflict'
    | 'unassigned'
    | 'rejected'
    | 'unchanged'
    | 'dropped';
  /** A stable code; null when there is nothing to say. */
  readonly reason: string | null;
  readonly detail: LocalText | null;
}

/** What one decided piece of work writes; no operations: nothing to write. */
export interface Step {
  readonly index: number;
  readonly operations: readonly WriteOperation[];
  readonly rows: readonly OutboxRow[];
  readonly outcome: Outcome;
  /** Orders that changed under what follows them: that is to follow. */
  readonly ordersDue: readonly Key[];
}

const REJECTED: Record<Rejection, LocalText> = {
  shares_not_100: { zh: '归属比例之和须为 100%', en: 'the shares must add up to exactly 100 %' },
  fact_too_large: { zh: '单条业务事实不能超过 16 KB', en: 'one fact may have at most 16 KB' },
  occurred_in_future: { zh: '发生时间晚于当前时间 24 小时以上', en: 'it is said to occur more than 24 hours from now' },
  currency_not_cny: {
    zh: '金额须为人民币 (CNY):请在来源系统换算,或在映射中排除',
    en: 'amounts are in yuan (CNY): convert in the source, or leave such events out in the mapping',
  },
  too_many_for_order: { zh: '同一订单的事实、退款或回款过多', en: 'the order has too many facts, refunds or payments' },
};

const nothing = (index: number, outcome: Outcome): Step => ({ index, operations: [], rows: [], outcome, ordersDue: [] });

const changeStep = (index: number, change: Change, stored: StoredHead | undefined, outcome: Outcome['outcome'], now: Instant): Step => {
  const { head } = change;
  const rows = [...change.messages, ...followUpMessages(change)].map((message) => outboxRow('facts', message, now));
  const { standing } = head;
  const why = standing.status === 'unassigned' ? standing : { reason: null, detail: null };
  return {
    index,
    operations: changeOperations(change, stored, rows),
    rows,
    outcome: { factId: head.factId, outcome, reason: why.reason, detail: why.detail },
    ordersDue: change.orders.flatMap(({ record }) => (record.followersDue ? [orderKey(record.legalEntityId, record.orderId)] : [])),
  };
};

/** `openConflicts` are the kept contents of the revision that is replaced; asked for only when there are any. */
export const recordStep = async (
  { source, fact }: Extract<Work, { do: 'record' }>,
  index: number,
  items: LoadedItems,
  now: Instant,
  openConflicts: (factId: string) => Promise<readonly Item[]>,
): Promise<Step> => {
  const factId = factIdOf(source.id, fact.id);
  const stored = parseHead(items.get(factKey(factId)));
  const before = storedFact(items, factId);
  const conflictKept = before?.fact.revision === fact.revision && isKept(conflictKey(factId, digestOf(fact)), items);
  const decision = decideFact({ fact, source: source.id, known: knownOf(fact, source, items), before, conflictKept, now });
  if (decision.outcome === 'conflict') return conflictStep(index, decision, fact, now);
  if (!('change' in decision)) return nothing(index, saidOf(factId, decision));
  const step = changeStep(index, decision.change, stored, decision.outcome, now);
  if (!before || before.conflicts === 0) return step;
  return { ...step, operations: [...step.operations, ...resolveConflicts(await openConflicts(factId))] };
};

/** The key is only loaded where the contents differ. */
const isKept = (key: Key, items: LoadedItems): boolean => items.has(key) && items.get(key) !== undefined;

const saidOf = (factId: string, decision: Extract<Decision, { outcome: 'duplicate' | 'superseded' | 'rejected' }>): Outcome => {
  const { outcome } = decision;
  if (outcome === 'rejected') return { factId, outcome, reason: decision.reason, detail: REJECTED[decision.reason] };
  const detail = outcome === 'superseded' ? { zh: '已有更新的修订', en: 'a newer revision is known' } : null;
  return { factId, outcome, reason: outcome === 'superseded' ? outcome : null, detail };
};

const conflictStep = (index: number, decision: Extract<Decision, { outcome: 'conflict' }>, fact: IncomingFact, now: Instant): Step => {
  const { keep, before, digest } = decision;
  const outcome: Outcome = {
    factId: before.factId,
    outcome: 'conflict',
    reason: 'fact_conflict',
    detail: { zh: '同一编号和修订已有不同内容,留待复核', en: 'other content is known under this id and revision; kept for review' },
  };
  if (!keep) return nothing(index, outcome);
  const operations = conflictOperations(keep, before, { fact, digest, receivedAt: now });
  return { index, operations, rows: [], outcome, ordersDue: [] };
};

/** An event has no id of its own that could be trusted: the same event is the same digest. */
export const eventFactId = ({ source, event }: { readonly source: Source; readonly event: unknown }): string =>
  factIdOf(source.id, `unmapped-${digestOf(event ?? null).slice(0, 32)}`);

export const keepStep = (work: Extract<Work, { do: 'keep' }>, index: number, items: LoadedItems, now: Instant): Step => {
  const factId = eventFactId(work);
  const said = { factId, reason: 'mapping_failed', detail: work.detail };
  const stored = parseHead(items.get(factKey(factId)));
  if (stored) return nothing(index, { ...said, outcome: 'duplicate' });
  const head = unmappedEvent(factId, work.source, work.event, work.detail, now);
  return { index, operations: [putHead(head, 0)], rows: [], outcome: { ...said, outcome: 'unassigned' }, ordersDue: [] };
};

export const againStep = (work: Extract<Work, { do: 'again' }>, index: number, items: LoadedItems, now: Instant): Step => {
  const { factId, source } = work;
  const head = storedFact(items, factId);
  const change = head && decideAgain(head, knownOf(head.fact, source, items));
  if (!change) return nothing(index, { factId, outcome: 'unchanged', reason: null, detail: null });
  const outcome = change.head.standing.status === 'unassigned' ? 'unassigned' : 'recorded';
  return changeStep(index, change, head, outcome, now);
};

export const dropStep = ({ factId }: Extract<Work, { do: 'drop' }>, index: number, items: LoadedItems): Step => {
  const head = parseHead(items.get(factKey(factId)));
  if (head?.kind !== 'event') return nothing(index, { factId, outcome: 'unchanged', reason: null, detail: null });
  return {
    index,
    operations: [deleteEvent(head)],
    rows: [],
    outcome: { factId, outcome: 'dropped', reason: null, detail: null },
    ordersDue: [],
  };
};
