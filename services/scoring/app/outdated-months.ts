/** Which months of which people were scored with something else than is in force now: they, and no others, are recalculated. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { listEmployees, type OrgTree, orgKey, parseOrg } from '../../people/read.ts';
import {
  type PlaceTargets,
  type PlanIndex,
  parsePersonTargets,
  parsePlaceTargets,
  parsePlanIndex,
  personTargetsKey,
  placeTargetsKey,
  planIndexKey,
} from '../../plans/read.ts';
import { bookItemKey, parseBook } from '../read.ts';
import type { PersonMonth } from '../store.ts';
import { isMadeWith, resolveMonth } from './plan-in-force.ts';

const PAGE = 200;

/** What the people of a legal entity share. */
export interface Shared {
  readonly legalEntityId: string;
  readonly org: OrgTree;
  readonly index: PlanIndex;
  /** By month. */
  readonly places: ReadonlyMap<Month, PlaceTargets>;
}

export const loadShared = async (store: Store, legalEntityId: string, months: readonly Month[]): Promise<Shared> => {
  const [org, index, ...places] = await store.getMany([
    orgKey(legalEntityId),
    planIndexKey(legalEntityId),
    ...months.map((period) => placeTargetsKey(legalEntityId, period)),
  ]);
  return {
    legalEntityId,
    org: parseOrg(org),
    index: parsePlanIndex(index),
    places: new Map(months.map((period, place) => [period, parsePlaceTargets(places[place])])),
  };
};

/** Everybody of a legal entity, page by page: the outdated months of each page, to be asked for before the next is read. */
export async function* outdatedOfEntity(store: Store, shared: Shared): AsyncGenerator<readonly PersonMonth[]> {
  let startAfter: Readonly<Record<string, string>> | undefined;
  do {
    const page = await listEmployees(store, shared.legalEntityId, startAfter ? { limit: PAGE, startAfter } : { limit: PAGE });
    yield await outdatedMonths(store, shared, page.items);
    startAfter = page.next;
  } while (startAfter);
}

/** A month without a book has nothing to calculate. One request for all of them. */
export const outdatedMonths = async (
  store: Store,
  { legalEntityId, org, index, places }: Shared,
  employees: readonly Employee[],
): Promise<PersonMonth[]> => {
  const asked = employees.flatMap((employee) => [...places].map(([period, ofPlaces]) => ({ employee, period, ofPlaces })));
  const items = await store.getMany([
    ...asked.map(({ employee, period }) => bookItemKey(employee.id, period)),
    ...asked.map(({ employee, period }) => personTargetsKey(employee.id, period)),
  ]);
  return asked.flatMap(({ employee, period, ofPlaces }, place) => {
    const item = items[place];
    if (!item) return [];
    const of = { employeeId: employee.id, legalEntityId, period };
    const person = parsePersonTargets(items[asked.length + place]);
    return isCurrent(parseBook(item), resolveMonth(of, { employee, org, index, places: ofPlaces, person })) ? [] : [of];
  });
};

const isCurrent = (book: Book, resolved: ReturnType<typeof resolveMonth>): boolean =>
  resolved.ok ? isMadeWith(book, resolved.value) : book.plan === null && book.refusal?.code === resolved.error.code;
