/**
 * `plan.published` → `recalculation.requested` for every month that is folded with another plan than is now in force. Running it again
 * asks again for what is not done yet: harmless. The done mark is written last.
 */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import type { PlanPublished } from '../../../shared/contracts/messages.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { addMonths, DEFAULT_TIME_ZONE, type LocalDate, localDate, type Month, monthIn, monthOf } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { Failures, Received } from '../../../shared/runtime/sqs-handler.ts';
import { entityKey, listEmployees, type OrgTree, orgKey, parseEntity, parseOrg } from '../../people/read.ts';
import { type PlanIndex, parsePlanIndex, planIndexKey } from '../../plans/read.ts';
import { bookItemKey, parseBook } from '../read.ts';
import { type PersonMonth, putPublished } from '../store.ts';
import { isMadeWith, resolveMonth } from './plan-in-force.ts';
import { requestRecalculations } from './request-recalculations.ts';

type Deps = Pick<Platform, 'store' | 'queue' | 'clock' | 'log'>;

/** A plan published for longer ago recalculates this many months back, and says so in the log. */
export const MAX_MONTHS = 60;
const PAGE = 200;

export const recalculateForPlans = async (deps: Deps, received: readonly Received<PlanPublished>[]): Promise<Failures> => {
  const failures = new Map<number, string>();
  for (const { index, message } of received) {
    try {
      await recalculateForPlan(deps, message);
    } catch (error) {
      failures.set(index, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }
  return failures;
};

const recalculateForPlan = async (deps: Deps, { planId, version, legalEntityId, effectiveFrom }: PlanPublished): Promise<void> => {
  const { store, clock, log } = deps;
  const [entity, org, index] = await store.getMany([entityKey(legalEntityId), orgKey(legalEntityId), planIndexKey(legalEntityId)]);
  const current = monthIn(clock.now(), parseEntity(entity)?.timeZone ?? DEFAULT_TIME_ZONE);
  const months = monthsFrom(localDate(effectiveFrom), current);
  if (months.length > MAX_MONTHS) log.warn('scoring.recalculation-bounded', { planId, version, months: months.length });
  const scope = { legalEntityId, org: parseOrg(org), index: parsePlanIndex(index), months: months.slice(-MAX_MONTHS) };
  let requested = 0;
  let startAfter: Readonly<Record<string, string>> | undefined;
  do {
    const page = await listEmployees(store, legalEntityId, startAfter ? { limit: PAGE, startAfter } : { limit: PAGE });
    const outdated = await outdatedMonths(store, scope, page.items);
    requested += await requestRecalculations(deps, outdated, `plan:${planId}:${version}`);
    startAfter = page.next;
  } while (startAfter);
  await store.write(putPublished(planId, version, clock.now()));
  log.info('scoring.recalculation-requested', { planId, version, months: requested });
};

/** From the month of a day to the present one; none when the day is in a later month. */
const monthsFrom = (from: LocalDate, current: Month): Month[] => {
  const months: Month[] = [];
  for (let period = monthOf(from); period <= current; period = addMonths(period, 1)) months.push(period);
  return months;
};

interface Scope {
  readonly legalEntityId: string;
  readonly org: OrgTree;
  readonly index: PlanIndex;
  readonly months: readonly Month[];
}

/** Months whose book was made with something else than what is in force now. A month without a book has nothing to calculate. */
const outdatedMonths = async (
  store: Store,
  { legalEntityId, org, index, months }: Scope,
  employees: readonly Employee[],
): Promise<PersonMonth[]> => {
  const asked = employees.flatMap((employee) => months.map((period) => ({ employee, period })));
  const items = await store.getMany(asked.map(({ employee, period }) => bookItemKey(employee.id, period)));
  return asked.flatMap(({ employee, period }, place) => {
    const item = items[place];
    if (!item) return [];
    const resolved = resolveMonth({ employeeId: employee.id, legalEntityId, period }, employee, org, index);
    return isCurrent(parseBook(item), resolved) ? [] : [{ employeeId: employee.id, legalEntityId, period }];
  });
};

const isCurrent = (book: Book, resolved: ReturnType<typeof resolveMonth>): boolean =>
  resolved.ok ? isMadeWith(book, resolved.value) : book.plan === null && book.refusal?.code === resolved.error.code;
