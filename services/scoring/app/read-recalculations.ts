/** How far recalculations are: what was asked for, and which of it has its done mark. */
import { type PageKey, queryAll, type Store } from '../../../shared/adapters/store.ts';
import {
  type Asked,
  PART_DONE_PREFIX,
  PART_PREFIX,
  type PartDone,
  parseAsked,
  parseRecalculation,
  partsQuery,
  putPartDone,
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

/** `undefined` when there is none. What is done is remembered, by parts: who asks again and again reads what is open, and in the end one item. */
export const readRecalculation = async (store: Store, legalEntityId: string, id: string): Promise<RecalculationProgress | undefined> => {
  const item = await store.get(recalculationKey(legalEntityId, id));
  if (!item) return undefined;
  const head = parseRecalculation(item);
  if (head.finishedAt !== null) return { ...head, done: head.asked ?? 0, open: 0, waiting: [] };
  const parts = await partsOf(store, legalEntityId, id);
  const open = parts.filter(({ done }) => done === undefined);
  const marks = await store.getMany(
    open.flatMap(({ asked }) => asked.map(([employeeId, period]) => recalculatedKey({ employeeId, period }, id))),
  );
  let [place, last] = [0, parts.reduce((latest, { done }) => laterOf(latest, done?.at), head.startedAt)];
  const waiting: Asked[] = [];
  const doneNow: PartDone[] = [];
  for (const { part, asked } of open) {
    const own = marks.slice(place, place + asked.length);
    place += asked.length;
    const missing = asked.filter((_, index) => own[index] === undefined);
    const at = own.reduce((latest, mark) => laterOf(latest, mark && String(mark['at'])), head.startedAt);
    waiting.push(...missing);
    last = laterOf(last, at);
    if (missing.length === 0) doneNow.push({ part, months: asked.length, at });
  }
  const isFinished = head.asked !== null && waiting.length === 0;
  const progress: RecalculationHead = { ...head, finishedAt: isFinished ? last : null };
  if (isFinished) await store.write(putRecalculation(progress));
  else await store.writeMany(doneNow.map((part) => putPartDone(legalEntityId, id, part)));
  const asked = parts.reduce((sum, part) => sum + part.asked.length, 0);
  return { ...progress, done: asked - waiting.length, open: waiting.length, waiting: waiting.slice(0, MAX_OPEN).map(named) };
};

interface Part {
  readonly part: string;
  readonly asked: readonly Asked[];
  readonly done: PartDone | undefined;
}
const partsOf = async (store: Store, legalEntityId: string, id: string): Promise<Part[]> => {
  const items = await queryAll(store, partsQuery(legalEntityId, id), 2 * MAX_PARTS + 1);
  const under = (prefix: string) =>
    items.flatMap((item) => (item.sk.startsWith(prefix) ? [{ part: item.sk.slice(prefix.length), item }] : []));
  const done = new Map(
    under(PART_DONE_PREFIX).map(({ part, item }) => [part, { part, months: Number(item['months']), at: String(item['at']) }]),
  );
  return under(PART_PREFIX).map(({ part, item }) => {
    const asked = parseAsked(item);
    const known = done.get(part);
    // A part that was asked for once more may have grown.
    return { part, asked, done: known?.months === asked.length ? known : undefined };
  });
};
const laterOf = (one: string, other: string | undefined): string => (other !== undefined && other > one ? other : one);
const named = ([employeeId, period]: Asked) => ({ employeeId, period });
