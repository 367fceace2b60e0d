/** Looks at the ledger: as it stood at a moment, and what changed between two. */
import type { PageKey, Store } from '../../../shared/adapters/store.ts';
import type { LedgerEntry } from '../../../shared/contracts/ledger.ts';
import { type BalanceChange, explainChanges } from '../domain/explain-changes.ts';
import { entriesBetween, entriesQuery, entryKey, type LedgerHead, ledgerHeadKey, parseEntry, parseHead } from '../read.ts';

/** Entries that one explanation of a change may speak of. */
export const MAX_CHANGES = 5_000;
/** Entries that are looked at in one request while searching by time: a million entries are three requests. */
const PROBES = 99;

export interface Standing {
  readonly seq: number;
  readonly balanceFen: number;
}

/** Entries never go back in time, so those posted by `asOf` are the first so many: found by search, in a few requests. */
const seqAsOf = async (store: Store, employeeId: string, head: LedgerHead, asOf: string): Promise<number> => {
  if (head.postedAt === null || head.postedAt <= asOf) return head.seq;
  let [posted, later] = [0, head.seq];
  while (later - posted > 1) {
    const step = Math.max(1, Math.ceil((later - posted) / (PROBES + 1)));
    const seqs: number[] = [];
    for (let seq = posted + step; seq < later && seqs.length < PROBES; seq += step) seqs.push(seq);
    const items = await store.getMany(seqs.map((seq) => entryKey(employeeId, seq)));
    for (const [index, item] of items.entries()) {
      const seq = seqs[index] ?? 0;
      if (item === undefined) throw new Error(`ledger of ${employeeId}: entry ${seq} is not there`);
      if (parseEntry(item).postedAt > asOf) {
        later = seq;
        break;
      }
      posted = seq;
    }
  }
  return posted;
};

const standingAt = async (store: Store, employeeId: string, head: LedgerHead, asOf: string | undefined): Promise<Standing> => {
  const seq = asOf === undefined ? head.seq : await seqAsOf(store, employeeId, head, asOf);
  if (seq === head.seq) return { seq, balanceFen: head.balanceFen };
  if (seq === 0) return { seq, balanceFen: 0 };
  const [entry] = await entriesBetween(store, employeeId, seq - 1, seq);
  return { seq, balanceFen: entry?.balanceFen ?? 0 };
};

/** Sequence number and balance, now or at a moment. */
export const readStanding = async (store: Store, employeeId: string, asOf?: string): Promise<Standing> =>
  standingAt(store, employeeId, parseHead(await store.get(ledgerHeadKey(employeeId))), asOf);

export interface LedgerPage extends Standing {
  readonly entries: readonly LedgerEntry[];
  readonly next?: PageKey;
}
/** One page, newest first, of the entries posted by `asOf` (or until now). */
export const readLedger = async (
  store: Store,
  employeeId: string,
  page: { readonly limit: number; readonly startAfter?: PageKey | undefined; readonly asOf?: string | undefined },
): Promise<LedgerPage> => {
  const standing = await readStanding(store, employeeId, page.asOf);
  if (standing.seq === 0) return { ...standing, entries: [] };
  const { items, next } = await store.query({
    ...entriesQuery(employeeId, 1, standing.seq),
    descending: true,
    limit: page.limit,
    ...(page.startAfter ? { startAfter: page.startAfter } : {}),
  });
  const entries = items.map(parseEntry);
  // A full page names where it ended also when nothing follows.
  return next && entries.at(-1)?.seq !== 1 ? { ...standing, entries, next } : { ...standing, entries };
};

export type ChangesResult =
  | { readonly ok: true; readonly before: Standing; readonly after: Standing; readonly changes: readonly BalanceChange[] }
  /** More entries than one explanation speaks of. */
  | { readonly ok: false; readonly entries: number };

/** Why the balance of `to` differs from that of `from`: the amounts of the causes add up to the difference. */
export const readChanges = async (store: Store, employeeId: string, from: string, to: string): Promise<ChangesResult> => {
  const head = parseHead(await store.get(ledgerHeadKey(employeeId)));
  const [before, after] = [await standingAt(store, employeeId, head, from), await standingAt(store, employeeId, head, to)];
  if (after.seq - before.seq > MAX_CHANGES) return { ok: false, entries: after.seq - before.seq };
  return { ok: true, before, after, changes: explainChanges(await entriesBetween(store, employeeId, before.seq, after.seq)) };
};
