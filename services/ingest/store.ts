/** Every key and item of the table `facts`. Documents are JSON text in `doc`, beside the few attributes that conditions and indexes need. */
import { type Item, type Key, MAX_TRANSACTION, type WriteOperation } from '../../shared/adapters/store.ts';
import type { LocalText } from '../../shared/contracts/common.ts';
import type { FactTypeDefinition, Source } from '../../shared/contracts/sources.ts';
import type { Instant } from '../../shared/kernel/period.ts';
import type { OutboxRow } from '../../shared/runtime/outbox.ts';
import { putRow } from '../../shared/runtime/outbox.ts';
import type { Change } from './domain/decide-fact.ts';
import type { FactHead, StoredHead, UnmappedEvent } from './domain/fact-head.ts';
import type { OrderRecord } from './domain/order-record.ts';
import { type Conflict, factKey, STATUS_INDEX } from './read.ts';

export { factKey } from './read.ts';

const key = (pk: string, sk: string): Key => ({ table: 'facts', pk, sk });
export const orderKey = (legalEntityId: string, orderId: string): Key => key(`ORDER#${legalEntityId}#${orderId}`, 'ORDER');
export const conflictKey = (factId: string, digest: string): Key => key(factKey(factId).pk, `CONFLICT#${digest}`);
export const sourceKey = (id: string): Key => key(`SOURCE#${id}`, 'SOURCE');
export const factTypeKey = (type: string): Key => key(`FACT-TYPE#${type}`, 'TYPE');
/** Where the retry of unassigned facts goes on, when one call could not look at all of them. */
export const retryCursorKey = key('RETRY#unassigned', 'CURSOR');

export const SOURCES_INDEX = 'SOURCES';
export const FACT_TYPES_INDEX = 'FACT-TYPES';
/** Orders whose refunds and payments have not all followed yet. */
export const FOLLOWERS_DUE_INDEX = 'STATUS#followers-due';

const digits = (value: number, width: number): string => String(value).padStart(width, '0');
const put = (item: Item, version: { readonly loaded: number }): WriteOperation => ({
  op: 'put',
  table: 'facts',
  item,
  condition: version.loaded === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version.loaded },
});

const headItem = (head: StoredHead): Item => {
  const unassigned = head.kind === 'event' || head.standing.status === 'unassigned';
  return {
    ...pair(factKey(head.factId)),
    version: head.version,
    ...(head.kind === 'fact' ? { revision: head.fact.revision } : {}),
    doc: JSON.stringify(head),
    ...(unassigned ? { gsi1pk: STATUS_INDEX.unassigned, gsi1sk: `${head.receivedAt}#${head.factId}` } : {}),
  };
};
const pair = ({ pk, sk }: Key): { readonly pk: string; readonly sk: string } => ({ pk, sk });

export const parseHead = (item: Item | undefined): StoredHead | undefined => item && (JSON.parse(String(item['doc'])) as StoredHead);
export const parseOrder = (item: Item | undefined): OrderRecord | undefined => item && (JSON.parse(String(item['doc'])) as OrderRecord);

export const putHead = (head: StoredHead, loadedVersion: number): WriteOperation => put(headItem(head), { loaded: loadedVersion });

export const putOrder = (record: OrderRecord, loadedVersion: number): WriteOperation => {
  const at = orderKey(record.legalEntityId, record.orderId);
  const due = record.followersDue ? { gsi1pk: FOLLOWERS_DUE_INDEX, gsi1sk: at.pk } : {};
  return put({ ...pair(at), version: record.version, doc: JSON.stringify(record), ...due }, { loaded: loadedVersion });
};
const checkOrder = (legalEntityId: string, orderId: string, loadedVersion: number): WriteOperation => ({
  op: 'check',
  ...orderKey(legalEntityId, orderId),
  condition: loadedVersion === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: loadedVersion },
});

/** The head that was replaced, under the number of the write that made it. It leaves the lists. */
const archive = (before: StoredHead): WriteOperation => ({
  op: 'put',
  table: 'facts',
  item: { pk: factKey(before.factId).pk, sk: `REVISION#${digits(before.version, 6)}`, doc: JSON.stringify(before) },
});

/** Everything that one change of one fact writes; one transaction holds at least one such list whole. */
export const changeOperations = (change: Change, stored: StoredHead | undefined, rows: readonly OutboxRow[]): WriteOperation[] => {
  const { head, orders, restsOn } = change;
  const operations: WriteOperation[] = [
    putHead(head, stored?.version ?? 0),
    ...(stored ? [archive(stored)] : []),
    ...orders.map(({ record, loadedVersion }) => putOrder(record, loadedVersion)),
    ...restsOn.map(({ orderId, loadedVersion }) => checkOrder(head.legalEntityId, orderId, loadedVersion)),
    ...rows.map(putRow),
  ];
  if (operations.length > MAX_TRANSACTION) throw new RangeError(`${operations.length} writes for one fact`);
  return operations;
};

const conflictItem = (conflict: Conflict, digest: string): Item => ({
  ...pair(conflictKey(conflict.factId, digest)),
  doc: JSON.stringify(conflict),
  ...(conflict.resolved ? {} : { gsi1pk: STATUS_INDEX.conflict, gsi1sk: `${conflict.receivedAt}#${conflict.factId}` }),
});

/** Keeps another content of a revision for review. The head counts it, so that a correction knows to settle it. */
export const conflictOperations = (
  keep: FactHead,
  before: FactHead,
  conflict: { readonly fact: FactHead['fact']; readonly digest: string; readonly receivedAt: Instant },
): WriteOperation[] => {
  const { factId, source, legalEntityId } = keep;
  const { fact, receivedAt } = conflict;
  const item = conflictItem({ factId, source, legalEntityId, fact, receivedAt, resolved: false }, conflict.digest);
  return [putHead(keep, before.version), { op: 'put', table: 'facts', item }];
};

/** A later revision settles the conflicts of the earlier one: they stay, and leave the list. */
export const resolveConflicts = (items: readonly Item[]): WriteOperation[] =>
  items.map((item) => {
    const conflict: Conflict = { ...(JSON.parse(String(item['doc'])) as Conflict), resolved: true };
    return { op: 'put', table: 'facts', item: conflictItem(conflict, item.sk.slice('CONFLICT#'.length)) };
  });

const MAX_EVENT_CHARACTERS = 50_000;

/** An event kept as it came; of one that is too large, only the beginning. */
export const unmappedEvent = (factId: string, source: Source, event: unknown, detail: LocalText, receivedAt: Instant): UnmappedEvent => {
  const text = JSON.stringify(event ?? null);
  const complete = text.length <= MAX_EVENT_CHARACTERS;
  const kept = complete ? event : { characters: text.length, beginning: text.slice(0, 2_000) };
  const { id, legalEntityId } = source;
  return { kind: 'event', factId, source: id, legalEntityId, version: 1, event: kept ?? null, complete, detail, receivedAt };
};

/** An event that could be mapped after all is gone once its facts are stored. */
export const deleteEvent = (event: UnmappedEvent): WriteOperation => ({
  op: 'delete',
  ...factKey(event.factId),
  condition: { kind: 'equals', attribute: 'version', value: event.version },
});

export interface StoredSource {
  readonly source: Source;
  readonly version: number;
}
export const putSource = ({ source, version }: StoredSource): WriteOperation =>
  put(
    { ...pair(sourceKey(source.id)), version, doc: JSON.stringify(source), gsi1pk: SOURCES_INDEX, gsi1sk: source.id },
    { loaded: version - 1 },
  );
export const parseSource = (item: Item | undefined): StoredSource | undefined =>
  item && { source: JSON.parse(String(item['doc'])) as Source, version: Number(item['version']) };

export interface StoredFactType {
  readonly definition: FactTypeDefinition;
  readonly version: number;
}
export const putFactType = ({ definition, version }: StoredFactType): WriteOperation =>
  put(
    {
      ...pair(factTypeKey(definition.type)),
      version,
      doc: JSON.stringify(definition),
      gsi1pk: FACT_TYPES_INDEX,
      gsi1sk: definition.type,
    },
    { loaded: version - 1 },
  );
export const parseFactType = (item: Item | undefined): StoredFactType | undefined =>
  item && { definition: JSON.parse(String(item['doc'])) as FactTypeDefinition, version: Number(item['version']) };
