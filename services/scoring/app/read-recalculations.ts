/** How far recalculations are: what was asked for, and which of it has its done mark. */
import { type PageKey, queryAll, type Store } from '../../../shared/adapters/store.ts';
import {
  type Asked,
  parseAsked,
  parseRecalculation,
  partsQuery,
  putRecalculation,
  type RecalculationHead,
  recalculatedKey,
  recalculationKey,
  recalculationsQuery,
} from '../store.ts';

/** Parts of 200 people each. */
const MAX_PARTS = 1_000;
const MAX_OPEN = 20;

export interface RecalculationProgress extends RecalculationHead {
  /** Months of people, of those asked for so far. */
  readonly done: number;
  readonly open: number;
  /** The first of those that are open. */
  readonly waiting: readonly { readonly employeeId: string; readonly period: string }[];
}

export const listRecalculations = async (
  store: Store,
  legalEntityId: string,
  { limit, startAfter }: { readonly limit: number; readonly startAfter: PageKey | undefined },
): Promise<{ readonly items: readonly RecalculationHead[]; readonly next: PageKey | undefined }> => {
  const found = await store.query({ ...recalculationsQuery(legalEntityId), limit, ...(startAfter ? { startAfter } : {}) });
  return { items: found.items.map(parseRecalculation), next: found.next };
};

/** `undefined` when there is none. What is finished is remembered: from then on the answer is one read. */
export const readRecalculation = async (store: Store, legalEntityId: string, id: string): Promise<RecalculationProgress | undefined> => {
  const item = await store.get(recalculationKey(legalEntityId, id));
  if (!item) return undefined;
  const head = parseRecalculation(item);
  if (head.finishedAt !== null) return { ...head, done: head.asked ?? 0, open: 0, waiting: [] };
  const asked = (await queryAll(store, partsQuery(legalEntityId, id), MAX_PARTS)).flatMap(parseAsked);
  const marks = await store.getMany(asked.map(([employeeId, period]) => recalculatedKey({ employeeId, period }, id)));
  const waiting = asked.filter((_, place) => marks[place] === undefined);
  const isFinished = head.asked !== null && waiting.length === 0;
  const last = marks
    .map((mark) => String(mark?.['at'] ?? ''))
    .reduce((latest, at) => (at > latest ? at : latest), head.startedAt as string);
  const progress: RecalculationHead = { ...head, finishedAt: isFinished ? last : null };
  if (isFinished) await store.write(putRecalculation(progress));
  return { ...progress, done: asked.length - waiting.length, open: waiting.length, waiting: waiting.slice(0, MAX_OPEN).map(named) };
};
const named = ([employeeId, period]: Asked) => ({ employeeId, period });
