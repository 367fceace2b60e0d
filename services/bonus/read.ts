/**
 * What other services may know of bonus: keys, parsers and reads of awards and the ledger. Nothing here writes.
 * Everything is read strongly consistent.
 */
import { type Item, type Key, type Query, queryAll, type Store } from '../../shared/adapters/store.ts';
import type { Award, LedgerEntry } from '../../shared/contracts/ledger.ts';
import { awardsKey } from '../../shared/contracts/messages.ts';
import type { Fen } from '../../shared/kernel/money.ts';
import { AWARD_PREFIX, type LedgerHead } from './domain/award-id.ts';

export { type AwardIdParts, awardIdOf, awardSkOf, type LedgerHead, parseAwardId } from './domain/award-id.ts';

/** Most entries or awards that are ever read at once. */
export const MAX_ENTRIES = 200_000;
export const MAX_AWARDS = 100_000;

const ENTRY_PREFIX = 'ENTRY#';

const ledgerPk = (employeeId: string): string => `LEDGER#${employeeId}`;
const entrySk = (seq: number): string => `${ENTRY_PREFIX}${String(seq).padStart(12, '0')}`;

export const ledgerHeadKey = (employeeId: string): Key => ({ table: 'ledger', pk: ledgerPk(employeeId), sk: 'HEAD' });
export const entryKey = (employeeId: string, seq: number): Key => ({ table: 'ledger', pk: ledgerPk(employeeId), sk: entrySk(seq) });

/** Sequence and balance are 0 where nothing was ever posted. */
export const parseHead = (item: Item | undefined): LedgerHead =>
  item === undefined
    ? { seq: 0, balanceFen: 0 as Fen, postedAt: null, version: 0, carries: [] }
    : {
        seq: Number(item['seq']),
        balanceFen: Number(item['balanceFen']) as Fen,
        postedAt: item['postedAt'] === undefined ? null : String(item['postedAt']),
        version: Number(item['version']),
        carries: item['carries'] === undefined ? [] : String(item['carries']).split(' '),
      };

export const parseEntry = (item: Item): LedgerEntry => JSON.parse(String(item['doc'])) as LedgerEntry;
export const parseAward = (item: Item): Award => JSON.parse(String(item['doc'])) as Award;

/** Query of a sequence range, both ends inclusive. */
export const entriesQuery = (employeeId: string, fromSeq: number, toSeq: number): Query => ({
  table: 'ledger',
  pk: ledgerPk(employeeId),
  sk: { between: [entrySk(fromSeq), entrySk(toSeq)] },
});

/**
 * The entries `fromSeqExclusive + 1 … toSeqInclusive` in order.
 * @throws Error when one is missing: entries are gapless (I4), so a hole is a damaged store and nothing must be paid from it.
 */
export const entriesBetween = async (
  store: Store,
  employeeId: string,
  fromSeqExclusive: number,
  toSeqInclusive: number,
): Promise<LedgerEntry[]> => {
  if (toSeqInclusive <= fromSeqExclusive) return [];
  const items = await queryAll(store, entriesQuery(employeeId, fromSeqExclusive + 1, toSeqInclusive), MAX_ENTRIES);
  const entries = items.map(parseEntry);
  const hole = entries.findIndex((entry, index) => entry.seq !== fromSeqExclusive + 1 + index);
  if (hole >= 0 || entries.length !== toSeqInclusive - fromSeqExclusive) {
    throw new Error(`ledger of ${employeeId}: entries ${fromSeqExclusive + 1} to ${toSeqInclusive} are not all there`);
  }
  return entries;
};

export const awardKey = (employeeId: string, month: string, awardSk: string): Key => ({
  table: 'ledger',
  pk: awardsKey(employeeId, month),
  sk: awardSk,
});
/** Query of every award of a person and month, by rule, then fact or customer. */
export const awardsQuery = (employeeId: string, month: string): Query => ({
  table: 'ledger',
  pk: awardsKey(employeeId, month),
  sk: { beginsWith: AWARD_PREFIX },
});

/** Every award of a person and month, those of 0 too (they say why nothing was earned). */
export const awardsOf = async (store: Store, employeeId: string, month: string): Promise<Award[]> =>
  (await queryAll(store, awardsQuery(employeeId, month), MAX_AWARDS)).map(parseAward);
