/** What a month would be with deals that have not happened: the engines themselves on the stored book. Nothing is written. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book, ScoreSummary } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { payLabs } from '../../bonus/what-if.ts';
import { scoringLabs } from '../../scoring/what-if.ts';

export interface WhatIf {
  readonly before: ScoreSummary | null;
  readonly after: ScoreSummary | null;
  /** By rule that would pay otherwise, in fen; null where the caller may not see pay. */
  readonly rules:
    | readonly { readonly id: string; readonly name: LocalText; readonly beforeFen: number; readonly afterFen: number }[]
    | null;
}

/**
 * Makes readers that keep compiled plans. `undefined`: the engines cannot tell from the book alone.
 * @throws RangeError when a month has more than the bound of facts to look at.
 */
export const whatIfReader = (
  store: Store,
): ((book: Book, facts: readonly CreditedFact[], withPay: boolean) => Promise<WhatIf | undefined>) => {
  const [scoringLab, payLab] = [scoringLabs(store), payLabs(store)];
  return async (book, facts, withPay) => {
    const scoring = await scoringLab(book);
    const after = scoring.with(facts);
    if (!after) return undefined;
    const pay = withPay ? await payLab(book) : null;
    if (!pay) return { before: book.score, after: after.book.score, rules: null };
    const before = pay.pay(book, { facts: [], customers: [] });
    const then = pay.pay(after.book, { facts, customers: after.customers });
    const rules = pay.rewards.flatMap(({ id, name }) => {
      const [beforeFen, afterFen] = [before.get(id) ?? 0, then.get(id) ?? 0];
      return beforeFen === afterFen ? [] : [{ id, name, beforeFen, afterFen }];
    });
    return { before: book.score, after: after.book.score, rules };
  };
};
