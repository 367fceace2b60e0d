/**
 * Facts that were nobody's are looked at again: their owner may be registered by now, their type defined, their order counted, their mapping
 * mended. Page by page and bounded; where one call ends the next one goes on, so that what stays unassigned never hides what came later.
 */

import type { Log } from '../../../shared/adapters/log.ts';
import type { PageKey } from '../../../shared/adapters/store.ts';
import { queryAll } from '../../../shared/adapters/store.ts';
import type { StoredHead, UnmappedEvent } from '../domain/fact-head.ts';
import { STATUS_INDEX } from '../read.ts';
import { FOLLOWERS_DUE_INDEX, orderKey, parseHead, parseOrder, retryCursorKey } from '../store.ts';
import type { Work } from './fact-steps.ts';
import { type RecordDeps, recordFacts, settleOrders } from './record-facts.ts';
import type { ReadySource, SourceRegistry } from './source-registry.ts';

export interface RetryResult {
  /** How many were looked at, and how many of them are somebody's now. */
  readonly looked: number;
  readonly applied: number;
  /** False when there are more; the next call goes on there. */
  readonly finished: boolean;
}

const PAGE = 100;
const MAX_PAGES = 50;

export const retryUnassigned = async (
  deps: Deps,
  registry: SourceRegistry,
  options: { readonly maxPages?: number; readonly pageSize?: number } = {},
): Promise<RetryResult> => {
  const { maxPages = MAX_PAGES, pageSize = PAGE } = options;
  await settleDue(deps, registry);
  let startAfter = await readCursor(deps);
  const resumed = startAfter !== undefined;
  let looked = 0;
  let applied = 0;
  let finished = false;
  for (let page = 0; page < maxPages && !finished; page += 1) {
    const found = await deps.store.query({
      table: 'facts',
      index: 'gsi1',
      pk: STATUS_INDEX.unassigned,
      limit: pageSize,
      ...(startAfter ? { startAfter } : {}),
    });
    looked += found.items.length;
    const heads = found.items.flatMap((item) => parseHead(item) ?? []);
    applied += await retryPage(deps, registry, heads);
    startAfter = found.next;
    finished = startAfter === undefined;
  }
  if (resumed || !finished) await writeCursor(deps, startAfter);
  if (applied > 0) deps.log.info('facts.assigned', { facts: applied, looked });
  return { looked, applied, finished };
};

type Deps = RecordDeps & { readonly log: Log };

/** How many of a page are somebody's now. One that cannot be looked at must not hide the others: then each is tried alone. */
const retryPage = async (deps: Deps, registry: SourceRegistry, heads: readonly StoredHead[]): Promise<number> => {
  try {
    return await retryHeads(deps, registry, heads);
  } catch (error) {
    const [head, ...more] = heads;
    if (!head) throw error;
    if (more.length === 0) {
      deps.log.error('facts.retry-failed', { factId: head.factId, error: String(error).slice(0, 500) });
      return 0;
    }
    let applied = 0;
    for (const one of heads) applied += await retryPage(deps, registry, [one]);
    return applied;
  }
};

const retryHeads = async (deps: RecordDeps, registry: SourceRegistry, heads: readonly StoredHead[]): Promise<number> => {
  const works: Work[] = [];
  const events: { readonly event: UnmappedEvent; readonly ready: ReadySource }[] = [];
  for (const head of heads) {
    const ready = await registry.get(head.source);
    if (!ready) continue;
    if (head.kind === 'fact') works.push({ do: 'again', source: ready.source, factId: head.factId, fact: head.fact });
    else if (head.complete) events.push({ event: head, ready });
  }
  const sourceOf = async (id: string) => (await registry.get(id))?.source;
  const outcomes = works.length === 0 ? [] : await recordFacts(deps, works, sourceOf);
  let applied = outcomes.filter(({ outcome }) => outcome === 'recorded').length;
  for (const { event, ready } of events) if (await retryEvent(deps, event, ready, sourceOf)) applied += 1;
  return applied;
};

/** The event's facts are recorded first and the event goes after: in between, the facts are duplicates. */
const retryEvent = async (
  deps: RecordDeps,
  event: UnmappedEvent,
  { source, mapper }: ReadySource,
  sourceOf: Parameters<typeof recordFacts>[2],
): Promise<boolean> => {
  const mapped = mapper.map(event.event);
  const works = mapped.flatMap((one): Work[] => (one.ok ? [{ do: 'record', source, fact: one.fact }] : []));
  if (works.length < mapped.length) return false;
  const outcomes = await recordFacts(deps, works, sourceOf);
  if (outcomes.some(({ outcome }) => outcome === 'rejected')) return false;
  await recordFacts(deps, [{ do: 'drop', factId: event.factId }], sourceOf);
  return true;
};

/** Orders whose refunds an interrupted call left behind. */
const settleDue = async (deps: RecordDeps, registry: SourceRegistry): Promise<void> => {
  const due = await queryAll(deps.store, { table: 'facts', index: 'gsi1', pk: FOLLOWERS_DUE_INDEX, limit: PAGE });
  const keys = due.flatMap((item) => {
    const record = parseOrder(item);
    return record ? [orderKey(record.legalEntityId, record.orderId)] : [];
  });
  if (keys.length > 0) await settleOrders(deps, keys, async (id) => (await registry.get(id))?.source);
};

const readCursor = async ({ store }: RecordDeps): Promise<PageKey | undefined> => {
  const item = await store.get(retryCursorKey);
  return typeof item?.['cursor'] === 'string' ? (JSON.parse(item['cursor']) as PageKey) : undefined;
};
/** Two sweepers may race here: a page is then looked at twice, or a little later. */
const writeCursor = async ({ store }: RecordDeps, at: PageKey | undefined): Promise<void> => {
  const { pk, sk, table } = retryCursorKey;
  await store.write(at ? { op: 'put', table, item: { pk, sk, cursor: JSON.stringify(at) } } : { op: 'delete', table, pk, sk });
};
