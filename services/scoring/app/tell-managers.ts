/**
 * `member.scored` → `fact.credited` to the months of the managers, as of the member's book now. What was told is kept, so that only what is
 * different is told, and whoever is no manager any more is told that nothing of it counts. State and rows are one transaction.
 */
import type { WriteOperation } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import { type FactCredited, type MemberScored, toldKey } from '../../../shared/contracts/messages.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { type OutboxRow, outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { Failures, Received } from '../../../shared/runtime/sqs-handler.ts';
import { employeeKey, parseEmployee } from '../../people/read.ts';
import { teamAttributes, teamFact, teamFactId } from '../domain/team-fact.ts';
import { bookItemKey, parseTold, type Told, toldItemKey } from '../read.ts';
import { type PersonMonth, parseStoredBook } from '../store.ts';

const MAX_ATTEMPTS = 8;

const putTold = (of: PersonMonth, told: Told, before: Told): WriteOperation => ({
  op: 'put',
  table: 'scores',
  item: { ...toldKey(of.employeeId, of.period), doc: JSON.stringify(told), bookVersion: told.bookVersion },
  condition: before.revision === 0 ? { kind: 'absent' } : { kind: 'equals', attribute: 'bookVersion', value: before.bookVersion },
});

/** Of several messages about one month the newest does for all. @returns reasons by place of what could not be done */
export const tellManagers = async (
  deps: Pick<Platform, 'store' | 'queue' | 'clock'>,
  received: readonly Received<MemberScored>[],
): Promise<Failures> => {
  const failures = new Map<number, string>();
  let open = groupsOf(received);
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const failed: typeof open = [];
    for (const group of open) {
      try {
        if (!(await tellMonth(deps, newestOf(group)))) failed.push(group);
      } catch (error) {
        for (const { index } of group) failures.set(index, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      }
    }
    open = failed;
    if (attempt < MAX_ATTEMPTS) continue;
    for (const { index } of open.flat()) failures.set(index, `others told the managers ${MAX_ATTEMPTS} times meanwhile`);
    break;
  }
  return failures;
};

const groupsOf = (received: readonly Received<MemberScored>[]): Received<MemberScored>[][] => {
  const groups = new Map<string, Received<MemberScored>[]>();
  for (const one of received) {
    const name = `${one.message.employeeId}#${one.message.period}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()];
};
const newestOf = (group: readonly Received<MemberScored>[]): MemberScored =>
  group.map(({ message }) => message).reduce((newest, one) => (one.bookVersion > newest.bookVersion ? one : newest));

const tellMonth = async ({ store, queue, clock }: Pick<Platform, 'store' | 'queue' | 'clock'>, message: MemberScored): Promise<boolean> => {
  const { employeeId, legalEntityId, period } = message;
  const of: PersonMonth = { employeeId, legalEntityId, period };
  const [told, bookItem] = await store.getMany([toldItemKey(of), bookItemKey(employeeId, period)]);
  const before = parseTold(told);
  if (before.bookVersion >= message.bookVersion) return true;
  const stored = parseStoredBook(bookItem);
  if (!stored) throw new Error(`the book of ${employeeId} in ${period} is gone`);
  const managers = stored.facts > 0 ? await managersHere(store, stored.book) : [];
  const { told: next, rows } = decideTelling(of, before, stored.book, managers, clock.now());
  if (!(await store.transact([putTold(of, next, before), ...rows.map(putRow)])).ok) return false;
  await tell(queue, rows);
  return true;
};

/** A month belongs to one legal entity: a manager who is employed elsewhere, or not on record, is not told. */
const managersHere = async (store: Platform['store'], { managers = [], legalEntityId }: Book): Promise<readonly string[]> => {
  const items = await store.getMany(managers.map(employeeKey));
  return managers.filter((_, place) => parseEmployee(items[place])?.legalEntityId === legalEntityId);
};

/** Pure. */
const decideTelling = (
  of: PersonMonth,
  before: Told,
  book: Book,
  managers: readonly string[],
  at: Instant,
): { readonly told: Told; readonly rows: readonly OutboxRow[] } => {
  const attributes = teamAttributes(book);
  const digest = digestOf(attributes);
  const isSame = digest === before.digest;
  const added = managers.filter((id) => !isSame || !before.managers.includes(id));
  const removed = before.managers.filter((id) => !managers.includes(id));
  const revision = before.revision + 1;
  const message = (managerId: string, counts: boolean): FactCredited => ({
    message: 'fact.credited',
    factId: teamFactId(of),
    revision,
    employeeId: managerId,
    legalEntityId: of.legalEntityId,
    period: of.period,
    fact: counts ? teamFact(of, managerId, revision, attributes) : null,
  });
  return {
    told: { revision, bookVersion: book.version, managers, digest },
    rows: [...added.map((id) => message(id, true)), ...removed.map((id) => message(id, false))].map((one) => outboxRow('scores', one, at)),
  };
};
