/**
 * What a draft would have made of a month that happened: for everybody whom it would apply to, the stored facts under the draft beside the
 * month as it stands, score and pay by the engines themselves. Nothing is written.
 */
import type { Book } from '../../../shared/contracts/books.ts';
import type { PlanVersion } from '../../../shared/contracts/plans.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { firstDay, type Month } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { payLabs } from '../../bonus/what-if.ts';
import { allEmployees, orgKey, parseOrg } from '../../people/read.ts';
import { parsePlanIndex, planIndexKey } from '../../plans/read.ts';
import { type PlanDraft, paysWithoutFacts } from '../../plans/what-if.ts';
import { bookItemKey, parseBook } from '../../scoring/read.ts';
import { draftBooks } from '../../scoring/what-if.ts';
import { type MonthOutcome, type PersonOutcomes, type PlanEffects, planEffects } from '../domain/plan-effects.ts';

/** Most people, and facts of one person, of one simulation. */
export const MAX_SIMULATED_PEOPLE = 500;
export const MAX_SIMULATED_FACTS = 20_000;
const AT_ONCE = 8;

/** @throws RangeError beyond {@link MAX_SIMULATED_PEOPLE} or {@link MAX_SIMULATED_FACTS}. */
export const simulatePlan = async (
  { store, clock }: Pick<Platform, 'store' | 'clock'>,
  { planId, legalEntityId, document }: PlanDraft,
  period: Month,
): Promise<PlanEffects> => {
  const [org, indexItem] = await store.getMany([orgKey(legalEntityId), planIndexKey(legalEntityId)]);
  const index = parsePlanIndex(indexItem);
  const latest = Math.max(0, ...index.entries.flatMap((entry) => (entry.planId === planId ? [entry.version] : [])));
  const draft: PlanVersion = {
    planId,
    version: latest + 1,
    effectiveFrom: firstDay(period),
    digest: digestOf(document),
    document,
  };
  const books = draftBooks(store, { draft, org: parseOrg(org), index, maxFacts: MAX_SIMULATED_FACTS });
  const labOf = payLabs(store, () => clock.now());
  const pay = async (book: Book, under?: PlanVersion): Promise<number> => {
    const lab = await labOf(book, under);
    return [...lab.pay(book).values()].reduce((sum, { amountFen }) => sum + amountFen, 0);
  };
  const outcome = async (book: Book | null, under?: PlanVersion): Promise<MonthOutcome> => ({
    score: book?.score ?? null,
    payFen: book === null ? 0 : await pay(book, under),
  });

  const opens = paysWithoutFacts(document);
  const employees = await allEmployees(store, legalEntityId);
  const outcomes: PersonOutcomes[] = [];
  for (let start = 0; start < employees.length; start += AT_ONCE) {
    const some = employees.slice(start, start + AT_ONCE);
    const items = await store.getMany(some.map(({ id }) => bookItemKey(id, period)));
    const made = await Promise.all(
      some.map(async (employee, place): Promise<PersonOutcomes[]> => {
        const item = items[place];
        // Without a book there is nothing that the plan could change, but for what it pays whatever happens.
        const after = item || opens ? await books.of(employee, period) : null;
        if (!after) return [];
        const [before, then] = [await outcome(item ? parseBook(item) : null), await outcome(after, draft)];
        if (!item && then.payFen === 0) return [];
        return [{ employeeId: employee.id, name: employee.name, before, after: then }];
      }),
    );
    outcomes.push(...made.flat());
    if (outcomes.length > MAX_SIMULATED_PEOPLE) throw new RangeError(`more than ${MAX_SIMULATED_PEOPLE} people`);
  }
  return planEffects(outcomes);
};
