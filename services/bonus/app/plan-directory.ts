/** Reward rules by the plan a book names, compiled once per version; and which rules a month probably has, so that one request loads all. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book, PlanRef } from '../../../shared/contracts/books.ts';
import { planLoader } from '../../plans/read.ts';
import { type CompiledRewards, rewardsCompiler } from '../domain/compile-rewards.ts';
import { NO_PLAN } from '../domain/post-differences.ts';

/** No plan applies: nothing is paid, and what was paid is taken back. */
const NO_REWARDS: CompiledRewards = {
  digest: NO_PLAN,
  rules: [],
  metricRules: [],
  factRules: [],
  customerRules: [],
  orderRules: [],
  drawRules: [],
  poolRules: [],
  carryRules: [],
  ruleById: new Map(),
  hasExclusive: false,
  hasAudience: false,
  hasDueDays: false,
};

const MAX_HINTS = 10_000;

export interface PlanDirectory {
  /** @throws Error when the version is not there, is not what the book was computed with, or cannot be compiled. */
  rewardsOf(book: Book): Promise<CompiledRewards>;
  /** Loads the versions that several books name in one request; those already known cost none. */
  prepare(books: readonly Book[]): Promise<void>;
  /** The rules this person and month had last, or else the legal entity's last seen. Only ever used to guess keys. */
  hint(legalEntityId: string, employeeId: string, period: string): CompiledRewards | undefined;
}

export const planDirectory = (store: Store): PlanDirectory => {
  const loader = planLoader(store);
  const compile = rewardsCompiler();
  const byMonth = new Map<string, CompiledRewards>();
  const byEntity = new Map<string, CompiledRewards>();
  const remember = (hints: Map<string, CompiledRewards>, key: string, rewards: CompiledRewards): void => {
    hints.delete(key);
    hints.set(key, rewards);
    if (hints.size <= MAX_HINTS) return;
    const oldest = hints.keys().next();
    if (!oldest.done) hints.delete(oldest.value);
  };
  const monthOf = (employeeId: string, period: string): string => `${employeeId}#${period}`;
  const load = async ({ planId, version, digest }: PlanRef): Promise<CompiledRewards> => {
    const plan = await loader.load({ planId, version });
    if (plan.digest !== digest) throw new Error(`plan ${planId} version ${version} is not the one the book was computed with`);
    return compile(plan);
  };
  return {
    async rewardsOf(book) {
      const rewards = book.plan === null ? NO_REWARDS : await load(book.plan);
      remember(byMonth, monthOf(book.employeeId, book.period), rewards);
      if (book.plan !== null) remember(byEntity, book.legalEntityId, rewards);
      return rewards;
    },
    async prepare(books) {
      const refs = books.flatMap(({ plan }) => (plan === null ? [] : [{ planId: plan.planId, version: plan.version }]));
      if (refs.length > 1) await loader.loadMany(refs);
    },
    hint: (legalEntityId, employeeId, period) => byMonth.get(monthOf(employeeId, period)) ?? byEntity.get(legalEntityId),
  };
};
