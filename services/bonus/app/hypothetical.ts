/** What a month would pay on a hypothetical book: the same rules and roundings as of a real one. Nothing is written. */
import { queryAll, type Store } from '../../../shared/adapters/store.ts';
import type { Book, CustomerState } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { bookKey } from '../../../shared/contracts/messages.ts';
import type { PlanVersion, Reward } from '../../../shared/contracts/plans.ts';
import { planLoader } from '../../plans/read.ts';
import { parseAppliedFact, parseCustomerState } from '../../scoring/read.ts';
import { rewardsCompiler } from '../domain/compile-rewards.ts';
import { evaluateRewards, type RewardEvidence } from '../domain/evaluate-rewards.ts';
import { monthQuery } from '../store.ts';
import { evidenceOf } from './load-month.ts';
import { planDirectory } from './plan-directory.ts';

/** Most facts, and customers, of a month that are read for a hypothetical question. */
export const MAX_HYPOTHETICAL_ITEMS = 20_000;

export interface AddedSubjects {
  readonly facts: readonly CreditedFact[];
  readonly customers: readonly CustomerState[];
}
export interface PayLab {
  /** The rules of the book's plan, as written. */
  readonly rewards: readonly Reward[];
  /** Fen by rule, monthly caps applied; what is added comes on top of what the month has. */
  pay(book: Book, added: AddedSubjects): ReadonlyMap<string, number>;
}

/** Makes labs for the month of a book, under its own plan or the one given. @throws RangeError beyond {@link MAX_HYPOTHETICAL_ITEMS}. */
export const payLabs = (store: Store): ((book: Book, draft?: PlanVersion) => Promise<PayLab>) => {
  const directory = planDirectory(store);
  const compileDraft = rewardsCompiler();
  const plans = planLoader(store);
  return async (book, draft) => {
    const compiled = draft ? compileDraft(draft) : await directory.rewardsOf(book);
    const subjects = (wanted: boolean, prefix: string) =>
      wanted ? queryAll(store, monthQuery(bookKey(book.employeeId, book.period), prefix), MAX_HYPOTHETICAL_ITEMS) : Promise.resolve([]);
    const [customerItems, factItems] = await Promise.all([
      subjects(compiled.customerRules.length > 0, 'CUSTOMER#'),
      subjects(compiled.factRules.length > 0, 'FACT#'),
    ]);
    const customers: RewardEvidence['customers'] = customerItems.map((item) => {
      const state = parseCustomerState(item);
      return { customerId: state.customerId, state };
    });
    const facts: RewardEvidence['facts'] = factItems.map((item) => {
      const { factId, fact } = parseAppliedFact(item);
      return { factId, fact };
    });
    const caps = new Map(compiled.rules.map(({ id, capFen }) => [id, capFen]));
    return {
      rewards: draft ? draft.document.rewards : book.plan ? (await plans.load(book.plan)).document.rewards : [],
      pay(hypothetical, added) {
        const evidence = evidenceOf(
          hypothetical,
          [...customers, ...added.customers.map((state) => ({ customerId: state.customerId, state }))],
          [...facts, ...added.facts.map((fact) => ({ factId: fact.factId, fact }))],
        );
        const sums = new Map<string, number>();
        for (const { rule, amountFen } of evaluateRewards(compiled, evidence)) sums.set(rule.id, (sums.get(rule.id) ?? 0) + amountFen);
        return new Map([...sums].map(([id, sum]) => [id, Math.min(sum, caps.get(id) ?? sum)]));
      },
    };
  };
};
