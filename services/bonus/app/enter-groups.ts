/**
 * Who is first in a group is decided over people and months: each month enters its candidates into the groups, and looks at who is first
 * only then.
 *
 * Why no award is left standing on an old answer: whoever changes the first of a group asks, in the same transaction, for the months that
 * hold the old one and the new one to be looked at again. A month whose candidate was entered before that is among them; one whose
 * candidate is entered later reads the new answer, because it enters before it reads. Why no candidate is entered from old facts: what was
 * entered is read before the facts, and is replaced only as it was read.
 */
import { type Key, queryAll, type Store } from '../../../shared/adapters/store.ts';
import type { RecalculationRequested } from '../../../shared/contracts/messages.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Instant, Month } from '../../../shared/kernel/period.ts';
import { type OutboxRow, outboxRow, putRow } from '../../../shared/runtime/outbox.ts';
import { evaluateRewards } from '../domain/evaluate-rewards.ts';
import { candidatesOf, type Firsts, groupRulesOf, isBefore, paysByGroup, type Rank, sameRank } from '../domain/first-in-group.ts';
import {
  candidateKey,
  candidatesQuery,
  deleteMember,
  type GroupHead,
  type GroupMember,
  groupHeadKey,
  groupPk,
  membersQuery,
  parseCandidate,
  parseGroupHead,
  parseMember,
  putCandidate,
  putGroupHead,
  putMember,
  type StoredCandidate,
} from '../store.ts';
import { evidenceOf, type LoadedMonth, loadSubjects, readTouched } from './load-month.ts';

const MAX_ATTEMPTS = 8;
const MAX_CANDIDATES = 100_000;
/** A fact has at most 20 credits: so many people hold one order, and a few more while it changes hands. Four times that fit into a transaction. */
const MAX_HOLDERS = 23;

/**
 * The month with the facts that its candidates were taken from, and who is first. Months without such rules are given back as they are.
 * Null when someone else entered candidates of this month meanwhile: load and decide again. What is to be told is added to `told`.
 */
export const enterGroups = async (store: Store, month: LoadedMonth, now: Instant, told: OutboxRow[]): Promise<LoadedMonth | null> => {
  const { work, book, compiled, everything } = month;
  if (!paysByGroup(compiled) && !everything) return month;
  const { person, today, earlier } = month.evidence;
  const rules = groupRulesOf(compiled);
  const entered = await readEntered(store, month);
  if (!paysByGroup(compiled) && entered.size === 0) return month;
  const subjects = everything ? await loadSubjects(store, work, compiled) : await readTouched(store, work);
  const wanted = new Map(
    candidatesOf(evaluateRewards(rules, evidenceOf(book, subjects, { person }))).map((candidate) => [
      candidateKey(work.employeeId, work.period, candidate.ruleId, candidate.subjectId).sk,
      { ...candidate, group: groupPk(book.legalEntityId, candidate.group) },
    ]),
  );
  for (const [sk, after] of wanted) {
    const before = entered.get(sk) ?? { ...after, version: 0, group: '' };
    if (before.group === after.group && sameRank(before.rank, after.rank)) continue;
    if (!(await move(store, month, before, after, now, told))) return null;
  }
  for (const [sk, before] of entered) {
    if (wanted.has(sk) || before.group === '') continue;
    if (!(await move(store, month, before, null, now, told))) return null;
  }
  const groups = [...new Set([...wanted.values()].map(({ group }) => group))];
  const firsts = await readFirsts(store, book.legalEntityId, groups);
  return { ...month, evidence: evidenceOf(book, subjects, { firsts, person, today, earlier }) };
};

/** What this month has entered before, by sort key: of the touched ones, or of all, those of rules that are gone too. */
const readEntered = async (store: Store, { work, compiled, everything }: LoadedMonth): Promise<Map<string, StoredCandidate>> => {
  const { employeeId, period, factIds, customerIds } = work;
  if (everything) {
    const items = await queryAll(store, candidatesQuery(employeeId, period), MAX_CANDIDATES);
    return new Map(items.map((item) => [item.sk, parseCandidate(item)]));
  }
  const rules = groupRulesOf(compiled);
  const keys: Key[] = [
    ...rules.customerRules.flatMap(({ id }) => customerIds.map((customerId) => candidateKey(employeeId, period, id, customerId))),
    ...rules.factRules.flatMap(({ id }) => factIds.map((factId) => candidateKey(employeeId, period, id, factId))),
  ];
  const items = await store.getMany(keys);
  return new Map(items.flatMap((item) => (item === undefined ? [] : [[item.sk, parseCandidate(item)] as const])));
};

/** Who is first in each group (partition keys). */
const readFirsts = async (store: Store, legalEntityId: string, groups: readonly string[]): Promise<Firsts> => {
  const items = await store.getMany(groups.map(groupHeadKey));
  const prefix = groupPk(legalEntityId, '').length;
  return new Map(
    groups.flatMap((group, index) => {
      const { first } = parseGroupHead(items[index]);
      return first === null ? [] : [[group.slice(prefix), first] as const];
    }),
  );
};

/**
 * Takes a candidate out of the group it was in and puts it into the one it is in now, in one transaction with who is first in both and
 * the requests to those whom that concerns. False when the candidate itself changed meanwhile.
 * @throws Error when the groups changed under every attempt.
 */
const move = async (
  store: Store,
  { work, book }: LoadedMonth,
  before: StoredCandidate,
  after: Omit<StoredCandidate, 'version'> | null,
  now: Instant,
  told: OutboxRow[],
): Promise<boolean> => {
  const { employeeId, period } = work;
  const { ruleId, subjectId } = before;
  const memberOf = (rank: Rank): GroupMember => ({ rank, employeeId, legalEntityId: book.legalEntityId, period, subjectId });
  const leaves = before.group === '' ? null : { group: before.group, member: memberOf(before.rank) };
  const enters = after === null ? null : { group: after.group, member: memberOf(after.rank) };
  const groups = [...new Set([leaves?.group, enters?.group].filter((group) => group !== undefined))];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const parts = await Promise.all(
      groups.map((group) =>
        decideGroup(store, group, leaves?.group === group ? leaves.member : null, enters?.group === group ? enters.member : null),
      ),
    );
    const rows = parts.flatMap(({ group, head, holders }) =>
      holders.map((holder) => {
        const message: RecalculationRequested = {
          message: 'recalculation.requested',
          causeId: `first-in-group:${digestOf(group).slice(0, 24)}:${head.version}`,
          employeeId: holder.employeeId,
          legalEntityId: holder.legalEntityId,
          period: holder.period as Month,
        };
        return outboxRow('ledger', message, now);
      }),
    );
    const written = await store.transact([
      putCandidate(employeeId, period, {
        version: before.version + 1,
        ruleId,
        subjectId,
        group: after?.group ?? '',
        rank: after?.rank ?? before.rank,
      }),
      ...(leaves ? [deleteMember(leaves.group, leaves.member)] : []),
      ...(enters ? [putMember(enters.group, enters.member)] : []),
      ...parts.map(({ group, head }) => putGroupHead(group, head)),
      ...[...new Map(rows.map((row) => [`${row.item.pk}#${row.item.sk}`, row])).values()].map(putRow),
    ]);
    if (written.ok) {
      told.push(...rows);
      return true;
    }
    if (written.failed.includes(0)) return false;
  }
  throw new Error(`the groups of rule ${ruleId} changed under every one of ${MAX_ATTEMPTS} attempts`);
};

interface GroupChange {
  readonly group: string;
  readonly head: GroupHead;
  /** Who has to be looked at again. */
  readonly holders: readonly GroupMember[];
}
const decideGroup = async (store: Store, group: string, leaves: GroupMember | null, enters: GroupMember | null): Promise<GroupChange> => {
  const { version, first } = parseGroupHead(await store.get(groupHeadKey(group)));
  let next = first;
  if (leaves !== null && sameRank(leaves.rank, first)) {
    // One more than who leaves: a later one, or another holder of the same order.
    const { items } = await store.query({ ...membersQuery(group), limit: 2 });
    next = items.map(parseMember).find((member) => !sameMember(member, leaves))?.rank ?? null;
  }
  if (enters !== null && (next === null || isBefore(enters.rank, next))) next = enters.rank;
  const head: GroupHead = { version: version + 1, first: next };
  if (sameRank(first, next)) return { group, head, holders: [] };
  const concerned = await Promise.all(
    [first, next].flatMap((rank) => (rank === null ? [] : [queryAll(store, membersQuery(group, rank), MAX_HOLDERS)])),
  );
  const others = concerned
    .flat()
    .map(parseMember)
    .filter((member) => !(leaves && sameMember(member, leaves)) && !(enters && sameMember(member, enters)));
  return { group, head, holders: others };
};
const sameMember = (left: GroupMember, right: GroupMember): boolean =>
  left.employeeId === right.employeeId &&
  left.period === right.period &&
  left.subjectId === right.subjectId &&
  sameRank(left.rank, right.rank);

/** Who is first in the groups of rules, for those who only ask. */
export const firstsOf = (store: Store, legalEntityId: string, groups: readonly string[]): Promise<Firsts> =>
  readFirsts(
    store,
    legalEntityId,
    [...new Set(groups)].map((group) => groupPk(legalEntityId, group)),
  );
