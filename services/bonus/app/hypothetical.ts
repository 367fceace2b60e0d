/** What a month would pay on a hypothetical book: the same rules and roundings as of a real one. Nothing is written. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book, CustomerState, OrderState } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { PlanVersion, Reward } from '../../../shared/contracts/plans.ts';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';
import { planLoader } from '../../plans/read.ts';
import type { PersonOfMonth } from '../domain/audience.ts';
import { capOf } from '../domain/caps.ts';
import { type CompiledRewards, compileRewards, rewardsCompiler } from '../domain/compile-rewards.ts';
import { cappedSum, sumByDay } from '../domain/daily-cap.ts';
import { drawBase, evaluateDraw } from '../domain/draw.ts';
import { evaluateRewards, type RewardEvidence } from '../domain/evaluate-rewards.ts';
import { type Candidate, candidatesOf, type Firsts, groupRulesOf, isBefore, type Rank } from '../domain/first-in-group.ts';
import { readEarlier } from './carry-months.ts';
import { firstsOf } from './enter-groups.ts';
import { evidenceOf, loadSubjects, type Subjects } from './load-month.ts';
import { planDirectory } from './plan-directory.ts';
import { readPerson, readToday } from './surroundings.ts';

/** Most facts, and customers, of a month that are read for a hypothetical question. */
export const MAX_HYPOTHETICAL_ITEMS = 20_000;

export interface AddedSubjects {
  readonly facts: readonly CreditedFact[];
  readonly customers: readonly CustomerState[];
  readonly orders: readonly OrderState[];
}
/** What one rule gives in fen, monthly cap applied, and what it holds back besides. */
export interface RulePay {
  readonly amountFen: number;
  readonly heldFen: number;
}
const NOTHING_ADDED: AddedSubjects = { facts: [], customers: [], orders: [] };
export interface PayLab {
  /** The rules of the book's plan, as written. */
  readonly rewards: readonly Reward[];
  /** By rule; what is added comes on top of what the month has. */
  pay(book: Book, added?: AddedSubjects): ReadonlyMap<string, RulePay>;
}

/** Makes labs for the month of a book, under its own plan or the one given. @throws RangeError beyond {@link MAX_HYPOTHETICAL_ITEMS}. */
export const payLabs = (store: Store, now: () => Instant): ((book: Book, draft?: PlanVersion) => Promise<PayLab>) => {
  const directory = planDirectory(store);
  const compileDraft = rewardsCompiler();
  const plans = planLoader(store);
  return async (book, draft) => {
    const compiled = draft ? compileDraft(draft) : await directory.rewardsOf(book);
    const subjects = await loadSubjects(store, book, compiled, MAX_HYPOTHETICAL_ITEMS);
    const person = compiled.hasAudience ? await readPerson(store, book.employeeId, book.period) : null;
    const today = compiled.hasDueDays ? await readToday(store, book.legalEntityId, now()) : null;
    const earlier = await readEarlier(store, compiled, book.employeeId, book.period as Month);
    const own = evaluateRewards(groupRulesOf(compiled), evidenceOf(book, subjects, { person }));
    const firsts = await likelyFirsts(store, book, candidatesOf(own));
    return {
      rewards: draft ? draft.document.rewards : book.plan ? (await plans.load(book.plan)).document.rewards : [],
      pay(hypothetical, added = NOTHING_ADDED) {
        const more = subjectsOf(added);
        const all = {
          customers: [...subjects.customers, ...more.customers],
          orders: [...subjects.orders, ...more.orders],
          facts: [...subjects.facts, ...more.facts],
        };
        return payByRule(compiled, evidenceOf(hypothetical, all, { firsts, person, today, earlier }));
      },
    };
  };
};

const subjectsOf = ({ customers, orders, facts }: AddedSubjects): Subjects => ({
  customers: customers.map((state) => ({ customerId: state.customerId, state })),
  orders: orders.map((state) => ({ orderId: state.orderId, state })),
  facts: facts.map((fact) => ({ factId: fact.factId, fact })),
});

const payByRule = (compiled: CompiledRewards, evidence: RewardEvidence): ReadonlyMap<string, RulePay> => {
  const sums = new Map<string, RulePay>();
  const desired = evaluateRewards(compiled, evidence);
  for (const { rule, amountFen, heldFen } of desired) {
    const before = sums.get(rule.id) ?? NO_PAY;
    sums.set(rule.id, { amountFen: before.amountFen + amountFen, heldFen: before.heldFen + heldFen });
  }
  for (const rule of compiled.rules) {
    if (rule.kind === 'per-fact') {
      const { amountFen: uncapped, heldFen } = sums.get(rule.id) ?? NO_PAY;
      const { period } = evidence;
      const days = rule.capDayFen === null ? null : sumByDay(rule, desired, new Map(), { period, posted: () => undefined });
      const amountFen = days === null || rule.capDayFen === null ? uncapped : cappedSum(days.sums, rule.capDayFen);
      sums.set(rule.id, { amountFen: Math.min(amountFen, capOf(rule, evidence)?.atMostFen ?? amountFen), heldFen });
    }
  }
  const paid = new Map([...sums].map(([id, { amountFen }]) => [id, amountFen]));
  for (const rule of compiled.drawRules) {
    const { amountFen } = evaluateDraw(rule, evidence, drawBase(rule, paid));
    paid.set(rule.id, amountFen);
    sums.set(rule.id, { amountFen, heldFen: 0 });
  }
  return sums;
};
const NO_PAY: RulePay = { amountFen: 0, heldFen: 0 };

/** A month of which nothing more can come is looked at when every day has come. */
const LONG_AFTER = '9999-12-31' as LocalDate;

/**
 * What a month that is known as a whole pays, by rule: nobody else's months are looked at, so the first of a group is the first of these.
 * @throws Error when the plan does not compile.
 */
export const payOfMonth = (
  plan: PlanVersion,
  { book, ...given }: AddedSubjects & { readonly book: Book },
  person: PersonOfMonth | null,
): ReadonlyMap<string, RulePay> => {
  const compiled = compileRewards(plan.document, plan.digest);
  const subjects = subjectsOf(given);
  const firsts = earliestOf(candidatesOf(evaluateRewards(groupRulesOf(compiled), evidenceOf(book, subjects, { person }))));
  return payByRule(compiled, evidenceOf(book, subjects, { firsts, person, today: LONG_AFTER }));
};

const earliestOf = (candidates: readonly Candidate[]): Map<string, Rank> => {
  const earliest = new Map<string, Rank>();
  for (const { group, rank } of candidates) {
    const before = earliest.get(group);
    if (before === undefined || isBefore(rank, before)) earliest.set(group, rank);
  }
  return earliest;
};

/** Before everything: what is not known to be the first of its group is not promised to anyone. */
const SOMEONE: Rank = { at: '', id: '' };

/** Who is first where the person has something; in a group that no rule in force knows yet, the person's own earliest. */
const likelyFirsts = async (store: Store, { legalEntityId }: Book, candidates: readonly Candidate[]): Promise<Firsts> => {
  if (candidates.length === 0) return { get: () => SOMEONE };
  const groups = candidates.map(({ group }) => group);
  const known = await firstsOf(store, legalEntityId, groups);
  const own = earliestOf(candidates);
  return { get: (group) => known.get(group) ?? own.get(group) ?? SOMEONE };
};
