/**
 * A team's dashboard from its members' books: one read of the people, one batched read of the books, and of plans only those that are not in
 * memory. What it is made of has versions: they make its tag, and for who has the answer of a tag already nothing but versions is read.
 */
import type { Item, Store } from '../../../shared/adapters/store.ts';
import type { Book, PlanRef } from '../../../shared/contracts/books.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { firstDay, lastDay } from '../../../shared/kernel/period.ts';
import { allEmployees, assignmentInMonth, type OrgTree, subtreeUnits } from '../../people/read.ts';
import { planLoader } from '../../plans/read.ts';
import { bookItemKey, bookVersionOf, numberText, outlinePlan, type PlanOutline, parseBook, readBookVersions } from '../../scoring/read.ts';
import { type Member, type TeamDashboard, teamDashboard } from '../domain/team-dashboard.ts';

/** Raised when the same books give another answer than before, so that nobody keeps the old one. */
const DASHBOARD_SHAPE = 2;

export interface TeamAsked {
  readonly legalEntityId: string;
  readonly org: OrgTree;
  readonly orgUnitId: string;
  /** Whether units below it are in it. */
  readonly subtree: boolean;
  readonly period: Month;
}
type Placed = Pick<Member, 'employeeId' | 'name' | 'orgUnitId'>;
/** Whether the caller has the answer with this tag. */
export type IsKnown = (tag: string) => boolean;
/** `tag` is equal whenever the answer is. What the caller has is not read further. */
export type Tagged<T> = { readonly tag: string; readonly isKnown: true } | ({ readonly tag: string; readonly isKnown: false } & T);
export interface TeamBooks {
  /** Everybody's book, and what its plan says of its numbers. */
  members(): Promise<readonly Member[]>;
  dashboard(): Promise<TeamDashboard>;
}

/** Everyone who belongs to the team by the last assignment of the month, leavers of the month included. */
const teamMembers = async (store: Store, { legalEntityId, org, orgUnitId, subtree, period }: TeamAsked): Promise<Placed[]> => {
  const units = subtree ? subtreeUnits(org, [orgUnitId]) : new Set([orgUnitId]);
  const inMonth = (hiredOn: LocalDate, leftOn: LocalDate | null): boolean =>
    hiredOn <= lastDay(period) && (leftOn === null || leftOn >= firstDay(period));
  return (await allEmployees(store, legalEntityId)).flatMap((employee) => {
    const assignment = assignmentInMonth(employee, period);
    return assignment && units.has(assignment.orgUnitId) && inMonth(employee.hiredOn, employee.leftOn)
      ? [{ employeeId: employee.id, name: employee.name, orgUnitId: assignment.orgUnitId }]
      : [];
  });
};

/** Makes readers that keep what they know of plans. `isKnown` only where the caller may have the answer: then versions are read before books. */
export const teamReader = (store: Store): ((asked: TeamAsked, isKnown?: IsKnown) => Promise<Tagged<TeamBooks>>) => {
  const outlines = outlineReader(store);
  return async (asked, isKnown) => {
    const members = await teamMembers(store, asked);
    const ids = members.map(({ employeeId }) => employeeId);
    if (isKnown) {
      const versions = await readBookVersions(store, asked.legalEntityId, asked.period, ids);
      const tag = tagOf(asked, members, (id) => versions.get(id));
      if (isKnown(tag)) return { tag, isKnown: true };
    }
    const items = await store.getMany(ids.map((id) => bookItemKey(id, asked.period)));
    const versions = new Map(items.flatMap((item, place) => (item ? [[ids[place], bookVersionOf(item)]] : [])));
    const tag = tagOf(asked, members, (id) => versions.get(id));
    if (isKnown?.(tag)) return { tag, isKnown: true };
    const withBooks = () => membersWithBooks(outlines, members, items);
    return {
      tag,
      isKnown: false,
      members: withBooks,
      dashboard: async () => teamDashboard(await withBooks(), numberText),
    };
  };
};

const tagOf = (
  { legalEntityId, orgUnitId, subtree, period }: TeamAsked,
  members: readonly Placed[],
  versionOf: (employeeId: string) => number | undefined,
) =>
  digestOf([
    DASHBOARD_SHAPE,
    legalEntityId,
    orgUnitId,
    subtree,
    period,
    members.map(({ employeeId, name }) => [employeeId, name, versionOf(employeeId) ?? 0]),
  ]).slice(0, 32);

const membersWithBooks = async (
  outlines: OutlineReader,
  members: readonly Placed[],
  items: readonly (Item | undefined)[],
): Promise<Member[]> => {
  const books = items.map((item) => (item ? parseBook(item) : null));
  const plans = await outlines(books.flatMap((book) => (book ? refsOf(book) : [])));
  const outlineOf = (ref: PlanRef | undefined): PlanOutline | undefined => ref && plans.get(nameOf(ref));
  return members.map((member, place): Member => {
    const book = books[place] ?? null;
    const scored = book && outlineOf(scoredBy(book));
    const main = book?.plan && outlineOf(book.plan);
    return { ...member, book, plan: scored && main ? { indicators: scored.indicators, conversions: main.conversions } : null };
  });
};

/** The version whose indicators the score lists: the last of several that count, or the only one. */
const scoredBy = ({ plan, score }: Book): PlanRef | undefined => score?.segments?.at(-1)?.plan ?? plan ?? undefined;
const refsOf = (book: Book): PlanRef[] => [book.plan, scoredBy(book)].flatMap((ref) => (ref ? [ref] : []));
const nameOf = ({ planId, version }: Pick<PlanRef, 'planId' | 'version'>): string => `${planId}#${version}`;

type OutlineReader = (refs: readonly PlanRef[]) => Promise<ReadonlyMap<string, PlanOutline>>;
/** By name; versions that are not in memory in one request. */
const outlineReader = (store: Store): OutlineReader => {
  const plans = planLoader(store);
  const outlines = new WeakMap<PlanVersion, PlanOutline>();
  const outlineOf = (version: PlanVersion): PlanOutline => {
    const known = outlines.get(version) ?? outlinePlan(version.document);
    outlines.set(version, known);
    return known;
  };
  return async (refs) => {
    const wanted = new Map(refs.map((ref) => [nameOf(ref), ref]));
    const versions = wanted.size > 0 ? await plans.loadMany([...wanted.values()]) : [];
    return new Map(versions.map((version) => [nameOf(version), outlineOf(version)]));
  };
};
