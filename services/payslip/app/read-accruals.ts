/** Reads a month's incentives of a legal entity, people page by page, and adds them up. */
import type { PageKey, Store } from '../../../shared/adapters/store.ts';
import type { Award, LedgerEntry } from '../../../shared/contracts/ledger.ts';
import type { Employee, OrgUnit } from '../../../shared/contracts/people.ts';
import { addDays, firstDay, type Month } from '../../../shared/kernel/period.ts';
import { awardsOf, entriesQuery, ledgerHeadKey, parseEntry, parseHead } from '../../bonus/read.ts';
import { assignmentInMonth, listEmployees, orgKey, parseOrg } from '../../people/read.ts';
import { type Accruals, accrualsOf, type PersonAccrual } from '../domain/accruals.ts';
import { footingFor, parseState, runsOf, stateKey } from '../store.ts';

const PAGE = 100;
/** People whose ledgers are read at the same time. */
const AT_ONCE = 10;
const ENTRIES_PER_PAGE = 500;

export interface MonthAccruals extends Accruals {
  readonly units: ReadonlyMap<string, OrgUnit>;
}

export const readAccruals = async (store: Store, legalEntityId: string, period: Month): Promise<MonthAccruals> => {
  const people: PersonAccrual[] = [];
  let startAfter: PageKey | undefined;
  do {
    const page = await listEmployees(store, legalEntityId, { limit: PAGE, ...(startAfter ? { startAfter } : {}) });
    people.push(...(await accrualsOfPage(store, page.items, period)));
    startAfter = page.next;
  } while (startAfter);
  const { units } = parseOrg(await store.get(orgKey(legalEntityId)));
  return { ...accrualsOf(people), units: new Map(units.map((unit) => [unit.id, unit])) };
};

const accrualsOfPage = async (store: Store, employees: readonly Employee[], period: Month): Promise<PersonAccrual[]> => {
  const items = await store.getMany(employees.flatMap(({ id }) => [ledgerHeadKey(id), stateKey(id)]));
  const states = employees.map((_, place) => parseState(items[2 * place + 1]));
  const runs = await runsOf(store, states);
  const found: PersonAccrual[] = [];
  for (let from = 0; from < employees.length; from += AT_ONCE) {
    const some = employees.slice(from, from + AT_ONCE).map(async (employee, n): Promise<PersonAccrual> => {
      const place = from + n;
      const head = parseHead(items[2 * place]).seq;
      const state = states[place];
      // Of a run that is still open nothing is paid.
      const coveredTo = (footingFor(state, 'accruals', runs) ?? state)?.base.coveredTo ?? 0;
      const [awards, entries] =
        head === 0 ? [[], []] : await Promise.all([awardsOf(store, employee.id, period), entriesOf(store, employee.id, head, period)]);
      return personOf(employee, period, { awards, entries, coveredTo });
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
};

/** Newest first, and no further back than a day before the month: nothing is posted for a month that has not begun. */
const entriesOf = async (store: Store, employeeId: string, head: number, period: Month): Promise<LedgerEntry[]> => {
  const begins = addDays(firstDay(period), -1);
  const found: LedgerEntry[] = [];
  let startAfter: PageKey | undefined;
  do {
    const page = await store.query({
      ...entriesQuery(employeeId, 1, head),
      descending: true,
      limit: ENTRIES_PER_PAGE,
      ...(startAfter ? { startAfter } : {}),
    });
    const entries = page.items.map(parseEntry);
    found.push(...entries.filter(({ earnedPeriod }) => earnedPeriod === period));
    startAfter = (entries.at(-1)?.postedAt ?? '') < begins ? undefined : page.next;
  } while (startAfter);
  return found;
};

const personOf = (
  employee: Employee,
  period: Month,
  {
    awards,
    entries,
    coveredTo,
  }: { readonly awards: readonly Award[]; readonly entries: readonly LedgerEntry[]; readonly coveredTo: number },
): PersonAccrual => ({
  employeeId: employee.id,
  costCentre: assignmentInMonth(employee, period)?.orgUnitId ?? null,
  awards: awards.map(({ category, amountFen, heldFen }) => ({ category, amountFen, heldFen })),
  entries: entries.map(({ category, amountFen, seq }) => ({ category, amountFen, paid: seq <= coveredTo })),
});
