/** What a month would be with deals that have not happened: the engines themselves on the stored book. Nothing is written. */
import type { Book, ScoreSummary } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { payLabs, type RulePay } from '../../bonus/what-if.ts';
import { scoringLabs } from '../../scoring/what-if.ts';

export interface WhatIf {
  readonly before: ScoreSummary | null;
  readonly after: ScoreSummary | null;
  /** By rule that would pay otherwise, in fen; `heldFen`: held besides, until the order is paid or delivered. Null where the caller may not see pay. */
  readonly rules:
    | readonly {
        readonly id: string;
        readonly name: LocalText;
        readonly beforeFen: number;
        readonly afterFen: number;
        readonly heldFen: number;
      }[]
    | null;
}

const NOTHING: RulePay = { amountFen: 0, heldFen: 0 };

/**
 * Makes readers that keep compiled plans. `undefined`: the engines cannot tell from the book alone.
 * @throws RangeError when a month has more than the bound of facts to look at.
 */
export const whatIfReader = ({
  store,
  clock,
}: Pick<Platform, 'store' | 'clock'>): ((book: Book, facts: readonly CreditedFact[], withPay: boolean) => Promise<WhatIf | undefined>) => {
  const [scoringLab, payLab] = [scoringLabs(store), payLabs(store, () => clock.now())];
  return async (book, facts, withPay) => {
    const scoring = await scoringLab(book);
    const after = scoring.with(facts);
    if (!after) return undefined;
    const pay = withPay ? await payLab(book) : null;
    if (!pay) return { before: book.score, after: after.book.score, rules: null };
    const before = pay.pay(book);
    const then = pay.pay(after.book, { ...after, facts });
    const rules = pay.rewards.flatMap(({ id, name }) => {
      const [now, later] = [before.get(id) ?? NOTHING, then.get(id) ?? NOTHING];
      const heldFen = later.heldFen - now.heldFen;
      return now.amountFen === later.amountFen && heldFen === 0
        ? []
        : [{ id, name, beforeFen: now.amountFen, afterFen: later.amountFen, heldFen }];
    });
    return { before: book.score, after: after.book.score, rules };
  };
};
