/** The days of a book, from the facts that are stored beside it. Nothing is written. */
import type { Store } from '../../../shared/adapters/store.ts';
import { queryAll } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import { bookKey } from '../../../shared/contracts/messages.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { planLoader } from '../../plans/read.ts';
import { planCompiler } from '../domain/compile-plan.ts';
import { type DailyValues, dailyValues } from '../domain/daily-values.ts';
import { planInMonth } from '../domain/plan-windows.ts';
import { FACT_PREFIX, parseAppliedFact } from '../read.ts';
import { planOfBook } from './read-score.ts';
import { MAX_FACTS } from './rebuild-book.ts';

/**
 * Makes readers that keep compiled plans. What is read is at least as new as the book: facts and book are stored in one transaction.
 * @throws RangeError beyond {@link MAX_FACTS}
 */
export const dailyReader = (store: Store): ((book: Book) => Promise<DailyValues>) => {
  const deps = { plans: planLoader(store), compile: planCompiler() };
  return async (book) => {
    if (book.plan === null) return {};
    const period = book.period as Month;
    const plan = planInMonth(await planOfBook(deps, book), period);
    const pk = bookKey(book.employeeId, period);
    const items = await queryAll(store, { table: 'scores', pk, sk: { beginsWith: FACT_PREFIX } }, MAX_FACTS);
    return dailyValues(
      plan,
      items.flatMap((item) => parseAppliedFact(item).fact ?? []),
    );
  };
};
