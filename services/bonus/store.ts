/**
 * Items of the ledger table: awards, the month's state, the ledger's entries and head, done marks. Every write carries the condition that
 * what it was decided from is still there: one decision wins, the others are made again.
 */
import { type Condition, type Item, type Key, type Query, queryAll, type Store, type WriteOperation } from '../../shared/adapters/store.ts';
import { awardsKey, MESSAGES, type ScoreUpdated } from '../../shared/contracts/messages.ts';
import { digestOf } from '../../shared/kernel/canonical.ts';
import type { Adjustment } from './domain/adjustment.ts';
import type { Dispute } from './domain/dispute.ts';
import type { Rank } from './domain/first-in-group.ts';
import { type AwardsState, EMPTY_STATE, type RuleState } from './domain/post-differences.ts';
import type { AwardChange, StoredAward } from './domain/post-targets.ts';
import { awardKey, awardsQuery, entryKey, type LedgerHead, ledgerHeadKey, MAX_AWARDS, parseAward } from './read.ts';

/** Done marks are kept longer than any queue or outbox row lives. */
const SEEN_SECONDS = 60 * 24 * 3600;

/** A version replaces the one before it; the first is written where there is none. */
const replacing = (version: number): Condition =>
  version === 1 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version - 1 };

export const stateKey = (employeeId: string, month: string): Key => ({ table: 'ledger', pk: awardsKey(employeeId, month), sk: 'STATE' });

interface StateDocument {
  readonly totalFen: number;
  readonly rules: readonly (readonly [string, RuleState])[];
  readonly paid?: readonly (readonly [string, number])[];
}
export const parseState = (item: Item | undefined): AwardsState => {
  if (item === undefined) return EMPTY_STATE;
  const { totalFen, rules, paid = [] } = JSON.parse(String(item['doc'])) as StateDocument;
  return {
    version: Number(item['version']),
    planDigest: String(item['planDigest']),
    bookVersion: Number(item['bookVersion']),
    totalFen,
    rules: new Map(rules),
    paid: new Map(paid),
  };
};
export const putState = (employeeId: string, month: string, state: AwardsState): WriteOperation => {
  const { table, pk, sk } = stateKey(employeeId, month);
  const { version, planDigest, bookVersion, totalFen, rules, paid } = state;
  const document: StateDocument = { totalFen, rules: [...rules], ...(paid.size === 0 ? {} : { paid: [...paid] }) };
  return {
    op: 'put',
    table,
    item: { pk, sk, version, planDigest, bookVersion, doc: JSON.stringify(document) },
    condition: replacing(version),
  };
};

const parseStored = (item: Item): StoredAward => ({ award: parseAward(item), version: Number(item['version']) });
/** Awards by their sort key; keys without an item are left out. */
export const storedAwards = (items: readonly (Item | undefined)[]): Map<string, StoredAward> =>
  new Map(items.flatMap((item) => (item === undefined ? [] : [[item.sk, parseStored(item)] as const])));

/** Every award of a month, as stored. */
export const allStoredAwards = async (store: Store, employeeId: string, month: string): Promise<Map<string, StoredAward>> =>
  storedAwards(await queryAll(store, awardsQuery(employeeId, month), MAX_AWARDS));

/** The award as it now is, its entry when it has one, and the day it is due on: three operations at most. */
export const putChange = ({ sk, award, readVersion, entry, dueOn }: AwardChange): WriteOperation[] => {
  const key = awardKey(award.employeeId, award.period, sk);
  const operations: WriteOperation[] = [
    {
      op: 'put',
      table: key.table,
      item: { pk: key.pk, sk, version: readVersion + 1, doc: JSON.stringify(award) },
      condition: readVersion === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: readVersion },
    },
  ];
  if (entry !== null) {
    const { table, pk, sk: entrySk } = entryKey(entry.employeeId, entry.seq);
    operations.push({
      op: 'put',
      table,
      item: { pk, sk: entrySk, doc: JSON.stringify(entry) },
      // Written once, never changed (I4).
      condition: { kind: 'absent' },
    });
  }
  if (dueOn !== null) operations.push(putDue(award, sk, dueOn, readVersion + 1));
  return operations;
};

/** Something that a month holds until a day. */
export interface Due {
  readonly employeeId: string;
  readonly period: string;
  readonly key: Pick<Key, 'pk' | 'sk'>;
  /** Version of the award that holds it. */
  readonly version: number;
}
const duesIndex = (legalEntityId: string): string => `DUE#${legalEntityId}`;
const putDue = (
  { employeeId, period, legalEntityId }: AwardChange['award'],
  awardSk: string,
  dueOn: string,
  version: number,
): WriteOperation => {
  const sk = `DUE#${awardSk}`;
  const pk = awardsKey(employeeId, period);
  const item = { pk, sk, version, employeeId, period, gsi1pk: duesIndex(legalEntityId), gsi1sk: `${dueOn}#${employeeId}#${period}` };
  return { op: 'put', table: 'ledger', item };
};
/** Index query of what a legal entity's months hold until this day or one before it. */
export const duesUntil = (legalEntityId: string, last: string): Query => ({
  table: 'ledger',
  index: 'gsi1',
  pk: duesIndex(legalEntityId),
  sk: { between: ['0', `${last}~`] },
});
export const parseDue = ({ pk, sk, employeeId, period, version }: Item): Due => ({
  employeeId: String(employeeId),
  period: String(period),
  key: { pk, sk },
  version: Number(version),
});
/** Only as it was read: what is held anew meanwhile stays. */
export const deleteDue = ({ key, version }: Due): WriteOperation => ({
  op: 'delete',
  table: 'ledger',
  ...key,
  condition: { kind: 'equals', attribute: 'version', value: version },
});

const poolsPk = (legalEntityId: string): string => `POOLS#${legalEntityId}`;
/** A person's month was decided that a pool looks at: the month's pools are shared out again. */
export interface PoolMark {
  readonly key: Pick<Key, 'pk' | 'sk'>;
  readonly period: string;
  /** Of the state that the month was decided with. */
  readonly version: number;
}
export const putPoolMark = (legalEntityId: string, employeeId: string, period: string, version: number): WriteOperation => ({
  op: 'put',
  table: 'ledger',
  item: { pk: poolsPk(legalEntityId), sk: `MARK#${period}#${employeeId}`, period, version },
});
export const poolMarksQuery = (legalEntityId: string): Query => ({
  table: 'ledger',
  pk: poolsPk(legalEntityId),
  sk: { beginsWith: 'MARK#' },
});
export const parsePoolMark = ({ pk, sk, period, version }: Item): PoolMark => ({
  key: { pk, sk },
  period: String(period),
  version: Number(version),
});
/** Only as it was read: a month that was decided again meanwhile keeps its mark. */
export const deletePoolMark = ({ key, version }: PoolMark): WriteOperation => ({
  op: 'delete',
  table: 'ledger',
  ...key,
  condition: { kind: 'equals', attribute: 'version', value: version },
});

/** Which run shares out a month's pools: a later one begins by raising it, and whatever an earlier one still posts then fails. */
export const poolRunKey = (legalEntityId: string, period: string): Key => ({
  table: 'ledger',
  pk: poolsPk(legalEntityId),
  sk: `RUN#${period}`,
});
export const putPoolRun = (legalEntityId: string, period: string, version: number): WriteOperation => {
  const { table, pk, sk } = poolRunKey(legalEntityId, period);
  return { op: 'put', table, item: { pk, sk, version }, condition: replacing(version) };
};
export const checkPoolRun = (legalEntityId: string, period: string, version: number): WriteOperation => ({
  op: 'check',
  ...poolRunKey(legalEntityId, period),
  condition: { kind: 'equals', attribute: 'version', value: version },
});

/** Who has, or had, a share of a month's pool, by sort key of the award. */
export interface PoolHolders {
  readonly name: string;
  readonly ruleId: string;
  readonly subjectId: string;
  readonly employeeIds: readonly string[];
}
const holdersPrefix = (period: string): string => `HOLDERS#${period}#`;
export const poolHoldersQuery = (legalEntityId: string, period: string): Query => ({
  table: 'ledger',
  pk: poolsPk(legalEntityId),
  sk: { beginsWith: holdersPrefix(period) },
});
export const parsePoolHolders = (item: Item): PoolHolders => JSON.parse(String(item['doc'])) as PoolHolders;
export const putPoolHolders = (legalEntityId: string, period: string, holders: PoolHolders): WriteOperation => ({
  op: 'put',
  table: 'ledger',
  item: { pk: poolsPk(legalEntityId), sk: `${holdersPrefix(period)}${holders.name}`, doc: JSON.stringify(holders) },
});

/** Only in place of the head that was read, which it goes on from by one version. */
export const putHead = (employeeId: string, { seq, balanceFen, postedAt, version, carries }: LedgerHead): WriteOperation => {
  const { table, pk, sk } = ledgerHeadKey(employeeId);
  const item = {
    pk,
    sk,
    seq,
    balanceFen,
    version,
    ...(postedAt === null ? {} : { postedAt }),
    ...(carries.length === 0 ? {} : { carries: carries.join(' ') }),
  };
  return { op: 'put', table, item, condition: replacing(version) };
};
/** Holds on to the head as it was read. */
export const checkHead = (employeeId: string, { version }: LedgerHead): WriteOperation => ({
  op: 'check',
  ...ledgerHeadKey(employeeId),
  condition: replacing(version + 1),
});

/** Where `score.updated` is marked as done. */
export const seenKey = (message: ScoreUpdated): Key => {
  const { table, pk, sk } = MESSAGES['score.updated'].doneMark(message);
  return { table, pk, sk };
};
export const putSeen = (message: ScoreUpdated, nowMillis: number): WriteOperation => {
  const { table, pk, sk } = seenKey(message);
  return { op: 'put', table, item: { pk, sk, ttl: Math.floor(nowMillis / 1000) + SEEN_SECONDS } };
};

/** The scoring items of a month that a full evaluation needs: `BOOK#<employee>#<month>`, by prefix. */
export const monthQuery = (bookPk: string, prefix: string): Query => ({ table: 'scores', pk: bookPk, sk: { beginsWith: prefix } });

/** What one person has in a group, as it was entered; `group` is empty once it was taken out. `version` 0 stands for "was never there". */
export interface StoredCandidate {
  readonly version: number;
  readonly ruleId: string;
  readonly subjectId: string;
  /** Partition key of the group. */
  readonly group: string;
  readonly rank: Rank;
}
const CANDIDATE_PREFIX = 'CANDIDATE#';
export const candidateKey = (employeeId: string, month: string, ruleId: string, subjectId: string): Key => ({
  table: 'ledger',
  pk: awardsKey(employeeId, month),
  sk: `${CANDIDATE_PREFIX}${ruleId}#${subjectId}`,
});
export const candidatesQuery = (employeeId: string, month: string): Query => ({
  table: 'ledger',
  pk: awardsKey(employeeId, month),
  sk: { beginsWith: CANDIDATE_PREFIX },
});
export const parseCandidate = (item: Item): StoredCandidate => JSON.parse(String(item['doc'])) as StoredCandidate;
export const putCandidate = (employeeId: string, month: string, candidate: StoredCandidate): WriteOperation => {
  const { table, pk, sk } = candidateKey(employeeId, month, candidate.ruleId, candidate.subjectId);
  const { version } = candidate;
  return {
    op: 'put',
    table,
    item: { pk, sk, version, doc: JSON.stringify(candidate) },
    condition: replacing(version),
  };
};

/** Partition key of a rule's group; `group` is `rule#name`. */
export const groupPk = (legalEntityId: string, group: string): string => `GROUP#${legalEntityId}#${group}`;

/** Who is first. Raised by one with everything that enters or leaves the group; 0 before. */
export interface GroupHead {
  readonly version: number;
  readonly first: Rank | null;
}
export const groupHeadKey = (group: string): Key => ({ table: 'ledger', pk: group, sk: 'HEAD' });
export const parseGroupHead = (item: Item | undefined): GroupHead =>
  item === undefined
    ? { version: 0, first: null }
    : { version: Number(item['version']), first: item['id'] === undefined ? null : { at: String(item['at']), id: String(item['id']) } };
export const putGroupHead = (group: string, { version, first }: GroupHead): WriteOperation => ({
  op: 'put',
  table: 'ledger',
  item: { pk: group, sk: 'HEAD', version, ...(first === null ? {} : { at: first.at, id: first.id }) },
  condition: replacing(version),
});

/** A person's place in a group. Of one order or fact several people have one each. */
export interface GroupMember {
  readonly rank: Rank;
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly subjectId: string;
}
const MEMBER_PREFIX = 'MEMBER#';
// A space is in no id and before all that is: members sort by moment, then id.
const rankPrefix = ({ at, id }: Rank): string => `${MEMBER_PREFIX}${at} ${id} `;
const memberSk = ({ rank, employeeId, period, subjectId }: GroupMember): string =>
  `${rankPrefix(rank)}${digestOf([employeeId, period, subjectId]).slice(0, 24)}`;
export const putMember = (group: string, member: GroupMember): WriteOperation => ({
  op: 'put',
  table: 'ledger',
  item: { pk: group, sk: memberSk(member), doc: JSON.stringify(member) },
});
export const deleteMember = (group: string, member: GroupMember): WriteOperation => ({
  op: 'delete',
  table: 'ledger',
  pk: group,
  sk: memberSk(member),
});
export const parseMember = (item: Item): GroupMember => JSON.parse(String(item['doc'])) as GroupMember;
/** The members of one rank, or, without one, of all in their order. */
export const membersQuery = (group: string, rank?: Rank): Query => ({
  table: 'ledger',
  pk: group,
  sk: { beginsWith: rank === undefined ? MEMBER_PREFIX : rankPrefix(rank) },
});

export type AdjustmentName = Pick<Adjustment, 'legalEntityId' | 'period' | 'id'>;
const adjustmentsPk = (legalEntityId: string, period: string): string => `ADJUSTMENTS#${legalEntityId}#${period}`;
export const adjustmentKey = ({ legalEntityId, period, id }: AdjustmentName): Key => ({
  table: 'ledger',
  pk: adjustmentsPk(legalEntityId, period),
  sk: `ADJUSTMENT#${id}`,
});
/** Of a legal entity and month, by id. */
export const adjustmentsQuery = (legalEntityId: string, period: string): Query => ({
  table: 'ledger',
  pk: adjustmentsPk(legalEntityId, period),
  sk: { beginsWith: 'ADJUSTMENT#' },
});
export const parseAdjustment = (item: Item | undefined): Adjustment | undefined =>
  item === undefined ? undefined : (JSON.parse(String(item['doc'])) as Adjustment);
export const putAdjustment = (adjustment: Adjustment): WriteOperation => {
  const { table, pk, sk } = adjustmentKey(adjustment);
  const { version } = adjustment;
  return {
    op: 'put',
    table,
    item: { pk, sk, version, doc: JSON.stringify(adjustment) },
    condition: replacing(version),
  };
};

export type DisputeName = Pick<Dispute, 'employeeId' | 'period' | 'id'>;
const disputesPk = (employeeId: string, period: string): string => `DISPUTES#${employeeId}#${period}`;
export const disputeKey = ({ employeeId, period, id }: DisputeName): Key => ({
  table: 'ledger',
  pk: disputesPk(employeeId, period),
  sk: `DISPUTE#${id}`,
});
/** Of a person and month, by id. */
export const disputesQuery = (employeeId: string, period: string): Query => ({ table: 'ledger', pk: disputesPk(employeeId, period) });
/** Index query of what waits for an answer in a legal entity, due first. */
export const openDisputesQuery = (legalEntityId: string): Query => ({ table: 'ledger', index: 'gsi1', pk: `DISPUTES#${legalEntityId}` });
export const parseDispute = (item: Item | undefined): Dispute | undefined =>
  item === undefined ? undefined : (JSON.parse(String(item['doc'])) as Dispute);
export const putDispute = (dispute: Dispute): WriteOperation => {
  const { table, pk, sk } = disputeKey(dispute);
  const { version, status, legalEntityId, dueOn, employeeId, period, id } = dispute;
  const indexed = status === 'open' ? { gsi1pk: `DISPUTES#${legalEntityId}`, gsi1sk: `${dueOn}#${employeeId}#${period}#${id}` } : {};
  return { op: 'put', table, item: { pk, sk, version, doc: JSON.stringify(dispute), ...indexed }, condition: replacing(version) };
};
