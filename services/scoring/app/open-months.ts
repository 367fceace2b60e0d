/**
 * Months in which something may be paid without any fact (a guarantee, a floor, the last month of a quarter) get a book, so that their
 * awards are decided as those of any other month. At publication all months from its first day on, every night the present one and the one
 * before it; whoever works elsewhere has the own months asked for anyway. Run again, it asks for nothing twice.
 */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { addMonths, type Month, monthIn } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, listEmployees, listEntities, parseEmployee } from '../../people/read.ts';
import { bookItemKey } from '../read.ts';
import type { PersonMonth } from '../store.ts';
import { loadShared, type Shared } from './outdated-months.ts';
import { resolveMonth } from './plan-in-force.ts';
import { requestRecalculations } from './request-recalculations.ts';

type Deps = Pick<Platform, 'store' | 'queue' | 'clock' | 'log'>;
const PAGE = 200;

/** Of every legal entity. */
export const openMonths = async (deps: Deps): Promise<{ readonly months: number }> => {
  let months = 0;
  for (const { id, timeZone } of await listEntities(deps.store)) {
    const current = monthIn(deps.clock.now(), timeZone);
    months += await openMonthsOf(deps, id, [addMonths(current, -1), current]);
  }
  deps.log.info('scoring.months-opened', { months });
  return { months };
};

/** Of one legal entity; costs one request where no plan pays without facts. */
export const openMonthsOf = async (deps: Deps, legalEntityId: string, periods: readonly Month[]): Promise<number> => {
  if (periods.length === 0) return 0;
  const { store } = deps;
  const shared = await loadShared(store, legalEntityId, periods);
  if (!shared.index.entries.some(({ paysWithoutFacts }) => paysWithoutFacts)) return 0;
  // A request of its own each time: an earlier one may have found a plan under which the month was not to be opened.
  const at = deps.clock.now();
  let opened = 0;
  let startAfter: Readonly<Record<string, string>> | undefined;
  do {
    const page = await listEmployees(store, legalEntityId, startAfter ? { limit: PAGE, startAfter } : { limit: PAGE });
    // The list comes from an index: where somebody works is read itself.
    const read = await store.getMany(page.items.map(({ id }) => employeeKey(id)));
    const employees = read.flatMap((item) => parseEmployee(item) ?? []);
    for (const period of periods) {
      opened += await requestRecalculations(deps, await closedMonths(store, shared, employees, period), `opens:${period}:${at}`);
    }
    startAfter = page.next;
  } while (startAfter);
  return opened;
};

/** Whose month has no book, and a plan that may pay all the same. */
const closedMonths = async (
  store: Store,
  { legalEntityId, org, index, places }: Shared,
  employees: readonly Employee[],
  period: Month,
): Promise<PersonMonth[]> => {
  const paying = employees.flatMap((employee): PersonMonth[] => {
    const of = { employeeId: employee.id, legalEntityId, period };
    const ofPlaces = places.get(period);
    if (!ofPlaces) return [];
    const resolved = resolveMonth(of, { employee, org, index, places: ofPlaces, person: undefined });
    return resolved.ok && resolved.value.main.paysWithoutFacts ? [of] : [];
  });
  const items = await store.getMany(paying.map((of) => bookItemKey(of.employeeId, of.period)));
  return paying.filter((_, place) => items[place] === undefined);
};
