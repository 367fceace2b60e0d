/**
 * What a batch of facts does to one person's month: pure over a snapshot. It either decides, or names what it lacks, or says that the
 * month must be folded from the beginning (another plan is in force, or a recalculation was asked for).
 */
import type { Key, WriteOperation } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import { idSchema } from '../../../shared/contracts/common.ts';
import type { FactCredited, ScoreUpdated } from '../../../shared/contracts/messages.ts';
import type { PlanIndexEntry, PlanVersion } from '../../../shared/contracts/plans.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { type OutboxRow, outboxRow, putRow } from '../../../shared/runtime/outbox.ts';
import { parsePlanVersion, planVersionKey } from '../../plans/read.ts';
import { type CompiledPlan, toldTo } from '../domain/compile-plan.ts';
import { addFirstOrders, addTransition, newDelta } from '../domain/fold-facts.ts';
import { type LoadedMembers, mergeFold, neededMembers } from '../domain/merge-fold.ts';
import { combinePlans } from '../domain/month-plan.ts';
import { assignTargets } from '../domain/month-targets.ts';
import { bookWithoutPlan, bookWithPlan, isFoldedBy, namesSame, type PlanInForce } from '../domain/next-book.ts';
import { planInMonth, reachOf } from '../domain/plan-windows.ts';
import { addProjects } from '../domain/score-projects.ts';
import type { Transition } from '../domain/transition.ts';
import { unavailableNotices } from '../domain/unavailable.ts';
import { bookItemKey, factMarkKey, parseAppliedFact } from '../read.ts';
import {
  checkNoBook,
  entriesRange,
  memberItemKey,
  type PersonMonth,
  parseEntry,
  parseMemberCount,
  parseStoredBook,
  putBook,
  putBookVersion,
  putFact,
  putRecalculated,
  type RangeQuery,
  recalculatedKey,
  type StoredBook,
  writeEntries,
  writeMember,
} from '../store.ts';
import { type CustomersFold, foldCustomers } from './fold-customers.ts';
import { foldProjects, type ProjectsFold } from './fold-projects.ts';
import { resolutionKeys, resolveItems } from './plan-in-force.ts';
import type { Lacking, Snapshot } from './snapshot.ts';
import { isRegistered, otherMonths, parseWindowMonths, registerMonth, windowMonthsKey } from './window-months.ts';

export interface MonthWork {
  readonly of: PersonMonth;
  /** At most one message a fact, the highest revision. */
  readonly facts: readonly FactCredited[];
  /** Recalculations asked for. */
  readonly causes: readonly string[];
}

/** What is written whatever happens to the book, and what is said afterwards. */
export interface MonthChange {
  readonly before: StoredBook | null;
  readonly inForce: PlanInForce;
  readonly transitions: readonly Transition[];
  /** Facts, orders, customers, projects, done marks of recalculations, what other months have to know. */
  readonly operations: readonly WriteOperation[];
  /** Messages to other months, whose rows are among the operations. */
  readonly toOthers: readonly OutboxRow[];
  /** That managers are to be told of the month; its row is among the operations. */
  readonly toManagers: readonly OutboxRow[];
  readonly touched: ScoreUpdated['touched'];
  /** When it was decided. */
  readonly at: Instant;
}
export type MonthDecision =
  | ({ readonly kind: 'lacking' } & Lacking)
  /** Everything was applied before. */
  | { readonly kind: 'nothing' }
  /** Nothing to score: only done marks. */
  | { readonly kind: 'marks'; readonly operations: readonly WriteOperation[] }
  /** The month will look at days of earlier months: that is said first, then everything is looked at again. */
  | { readonly kind: 'register'; readonly operations: readonly WriteOperation[] }
  | { readonly kind: 'refold'; readonly change: MonthChange }
  | BookDecision;
/** The next book, and everything beside it, as one transaction. */
export interface BookDecision {
  readonly kind: 'book';
  readonly change: MonthChange;
  readonly operations: readonly WriteOperation[];
  /** That facts cannot be computed, which is new; the rows are among the operations. */
  readonly toOwner: readonly OutboxRow[];
  readonly message: ScoreUpdated;
  readonly after: StoredBook;
}

/** Compiled plans, kept by version. */
export interface PlanCache {
  known(planId: string, version: number): CompiledPlan | undefined;
  keep(version: PlanVersion): CompiledPlan;
}

/** What every decision begins with. */
export const monthKeys = ({ of, facts, causes }: MonthWork): Key[] => [
  bookItemKey(of.employeeId, of.period),
  windowMonthsKey(of.employeeId),
  ...resolutionKeys(of),
  ...facts.map(({ factId }) => factMarkKey(of.employeeId, of.period, factId)),
  ...causes.map((causeId) => recalculatedKey(of, causeId)),
];

export const decideMonth = (work: MonthWork, snapshot: Snapshot, plans: PlanCache, at: Instant): MonthDecision => {
  const { of } = work;
  const before = parseStoredBook(snapshot.item(bookItemKey(of.employeeId, of.period)));
  const causes = work.causes.filter((causeId) => snapshot.item(recalculatedKey(of, causeId)) === undefined);
  const transitions: Transition[] = [];
  const marks: WriteOperation[] = [];
  for (const { factId, revision, fact } of work.facts) {
    const item = snapshot.item(factMarkKey(of.employeeId, of.period, factId));
    const applied = item && parseAppliedFact(item);
    if (applied && applied.revision >= revision) continue;
    transitions.push({ factId, before: applied?.fact ?? null, after: fact });
    marks.push(putFact(of, { factId, revision, fact }, item));
  }
  const isEmpty = transitions.length === 0 && before === null;
  if (isEmpty && causes.length === 0) return { kind: 'nothing' };
  const inForce = planInForce(of, snapshot, plans);
  // A month without any fact has a book only where something may be paid in it (`open-months.ts`).
  if (isEmpty && (inForce.kind === 'refused' || (inForce.kind === 'plan' && !inForce.paysWithoutFacts))) {
    return { kind: 'marks', operations: [checkNoBook(of), ...causes.map((causeId) => putRecalculated(of, causeId, at))] };
  }
  const customers = foldCustomers(of, transitions, snapshot, nextVersion(before));
  const projects = foldProjects(of, transitions, snapshot, nextVersion(before));
  if (inForce.kind === 'lacking' || customers.kind === 'lacking' || projects.kind === 'lacking') {
    return lackingOf(inForce, customers, projects);
  }
  if (transitions.length === 0 && causes.length === 0 && before !== null && namesSame(before.book, inForce)) return { kind: 'nothing' };

  const windows = parseWindowMonths(snapshot.item(windowMonthsKey(of.employeeId)));
  const others = otherMonths(of, transitions, windows, { bookVersion: nextVersion(before), at });
  const toManagers = tellingOf(of, before, inForce, at);
  const change: MonthChange = {
    at,
    before,
    inForce,
    transitions,
    operations: [
      ...marks,
      ...customers.operations,
      ...projects.operations,
      ...causes.map((causeId) => putRecalculated(of, causeId, at)),
      ...others.operations,
      ...toManagers.map(putRow),
    ],
    toOthers: others.rows,
    toManagers,
    touched: {
      factIds: transitions.map(({ factId }) => factId),
      customerIds: [...customers.customerIds],
      // An order that is named by its fact only has no id of its own.
      orderIds: customers.orderIds.filter((orderId) => idSchema.safeParse(orderId).success),
    },
  };
  const reach = inForce.kind === 'plan' ? reachOf(inForce.plan, of.period) : null;
  const refold =
    before === null ? reach !== null || isEmpty : transitions.length === 0 || causes.length > 0 || !isFoldedBy(before.book, inForce);
  if (refold && reach !== null && !isRegistered(of, reach, windows)) {
    return { kind: 'register', operations: [registerMonth(of, reach, windows)] };
  }
  return refold ? { kind: 'refold', change } : foldOnto(of, change, { customers, projects }, snapshot);
};

/** Whoever is told of the month, or was. */
const tellingOf = (of: PersonMonth, before: StoredBook | null, inForce: PlanInForce, at: Instant): OutboxRow[] => {
  if (!before?.book.managers && !(inForce.kind === 'plan' && inForce.plan.managers)) return [];
  return [outboxRow('scores', { message: 'member.scored', ...of, bookVersion: nextVersion(before) }, at)];
};

type InForceOrLacking = PlanInForce | ({ readonly kind: 'lacking' } & Lacking);

const planInForce = (of: PersonMonth, snapshot: Snapshot, plans: PlanCache): InForceOrLacking => {
  const resolved = resolveItems(
    of,
    resolutionKeys(of).map((key) => snapshot.item(key)),
  );
  if (!resolved.ok) return { kind: 'refused', refusal: resolved.error };
  const { main, days, assigned, managers } = resolved.value;
  const lacking: Key[] = [];
  const planOf = ({ planId, version }: PlanIndexEntry): CompiledPlan | undefined => {
    const known = plans.known(planId, version);
    if (known) return known;
    const key = planVersionKey(planId, version);
    if (!snapshot.has(key)) {
      lacking.push(key);
      return undefined;
    }
    const item = snapshot.item(key);
    if (!item) throw new Error(`published plan ${planId} version ${version} is not in the table`);
    return plans.keep(parsePlanVersion(item));
  };
  const plan = planOf(main);
  const segments = days.flatMap(({ entry, from, to, days: count }) => {
    const own = planOf(entry);
    return own ? [{ from, to, days: count, plan: own }] : [];
  });
  if (!plan || lacking.length > 0) return { kind: 'lacking', keys: lacking, ranges: [] };
  const assignedPlan = assignTargets(planInMonth(combinePlans(plan, segments), of.period), assigned, of.period);
  return { kind: 'plan', plan: toldTo(assignedPlan, managers), ownerId: main.ownerId, paysWithoutFacts: main.paysWithoutFacts === true };
};

const lackingOf = (...parts: readonly (InForceOrLacking | CustomersFold | ProjectsFold)[]): MonthDecision => {
  const lacking = parts.filter((part) => part.kind === 'lacking');
  return { kind: 'lacking', keys: lacking.flatMap(({ keys }) => keys), ranges: lacking.flatMap(({ ranges }) => ranges) };
};

const foldOnto = (
  of: PersonMonth,
  change: MonthChange,
  {
    customers,
    projects,
  }: {
    readonly customers: Extract<CustomersFold, { kind: 'folded' }>;
    readonly projects: Extract<ProjectsFold, { kind: 'folded' }>;
  },
  snapshot: Snapshot,
): MonthDecision => {
  const { at, before, inForce, transitions } = change;
  const generation = before?.generation ?? 0;
  if (inForce.kind === 'refused') {
    const book = bookWithoutPlan(nextHead(of, before, at), inForce.refusal);
    return decided(of, change, { book, generation, errors: 0 }, [], false);
  }
  const { plan } = inForce;
  const delta = newDelta(plan);
  for (const transition of transitions) addTransition(delta, transition);
  addFirstOrders(delta, customers.firstOrders);

  const members = neededMembers(delta);
  const memberKeys = members.map((member) => memberItemKey(of, generation, member));
  const lacking = memberKeys.filter((key) => !snapshot.has(key));
  if (lacking.length > 0) return { kind: 'lacking', keys: lacking, ranges: [] };
  const loaded: LoadedMembers = {
    counts: new Map(members.map((member, index) => [member, parseMemberCount(snapshot.item(memberKeys[index] as Key))])),
    ranges: new Map(),
  };
  const booked = before
    ? { metrics: before.book.metrics, expressionErrors: before.book.expressionErrors, errors: before.errors }
    : { metrics: {}, expressionErrors: [], errors: 0 };
  let merged = mergeFold(plan, booked, delta, loaded);
  if (merged.status === 'fetch') {
    const queries = merged.ranges.map((range) => ({ set: range.set, query: entriesRange(of, generation, range) }));
    const missing: RangeQuery[] = queries.filter(({ query }) => snapshot.range(query) === undefined).map(({ query }) => query);
    if (missing.length > 0) return { kind: 'lacking', keys: [], ranges: missing };
    const ranges = new Map(queries.map(({ set, query }) => [set, (snapshot.range(query) ?? []).map((item) => parseEntry(item, query))]));
    merged = mergeFold(plan, booked, delta, { ...loaded, ranges });
  }
  if (merged.status === 'fetch') throw new Error('the member sets cannot be told');

  const sums = addProjects(plan, before?.book.projects, projects.changes);
  const book = bookWithPlan(nextHead(of, before, at), plan, { ...merged, projects: sums });
  const version = nextVersion(before);
  const beside = [
    ...[...merged.counts].map(([member, facts]) => {
      return writeMember(of, generation, member, facts, { before: snapshot.item(memberItemKey(of, generation, member)), version });
    }),
    ...writeEntries(of, generation, merged.outside),
  ];
  return decided(of, change, { book, generation, errors: merged.state.errors }, beside, false);
};

const nextVersion = (before: StoredBook | null): number => (before?.book.version ?? 0) + 1;
export const nextHead = (of: PersonMonth, before: StoredBook | null, at: Instant) => ({
  ...of,
  version: nextVersion(before),
  updatedAt: at,
});

/** The book and everything beside it as one transaction; the book comes first. */
export const decided = (
  of: PersonMonth,
  change: MonthChange,
  folded: Omit<StoredBook, 'facts'>,
  beside: readonly WriteOperation[],
  everything: boolean,
): BookDecision => {
  const toOwner = tellOwner(change, folded.book);
  const after: StoredBook = { ...folded, facts: (change.before?.facts ?? 0) + standing(change.transitions) };
  return {
    kind: 'book',
    change,
    operations: [putBook(after, change.before), ...change.operations, ...toOwner.map(putRow), ...beside, putBookVersion(after.book)],
    toOwner,
    message: { message: 'score.updated', ...of, bookVersion: after.book.version, everything, touched: change.touched },
    after,
  };
};
/** The plan's owner is told of each metric that could be computed on everything until now; once a version, whosever month it is in (notices have ids). */
const tellOwner = ({ before, inForce, at }: MonthChange, book: Book): OutboxRow[] => {
  if (inForce.kind !== 'plan' || inForce.ownerId === undefined) return [];
  const { ownerId, plan } = inForce;
  const known = before?.book.plan?.digest === plan.ref.digest ? before.book.metrics : {};
  return unavailableNotices(plan, known, book).map((notice) =>
    outboxRow(
      'scores',
      { message: 'notice.requested', ...notice, employeeId: ownerId, legalEntityId: book.legalEntityId, requestedAt: at },
      at,
    ),
  );
};

const standing = (transitions: readonly Transition[]): number =>
  transitions.reduce((sum, { before, after }) => sum + Number(after !== null) - Number(before !== null), 0);
