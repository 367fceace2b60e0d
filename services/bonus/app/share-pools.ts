/**
 * Pools are shared out beside the months of their members: every month that was decided under a plan with a pool leaves a mark, and whoever
 * finds marks looks at all members of that month once, however many marks there are, and posts the differences. Run again, or half done
 * before, it comes to the same: shares are posted as desired − posted, and marks are taken away only when all of it is done.
 */
import { type Key, type PageKey, queryAll, type Store } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import { fen, ZERO_FEN } from '../../../shared/kernel/money.ts';
import type { Instant, Month } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { assignmentInMonth, employeeKey, listEmployees, listEntities, parseEmployee } from '../../people/read.ts';
import { bookItemKey, parseBook } from '../../scoring/read.ts';
import type { PersonOfMonth } from '../domain/audience.ts';
import { awardSkOf } from '../domain/award-id.ts';
import type { PoolRule } from '../domain/compile-rewards.ts';
import { explainGone } from '../domain/explain-award.ts';
import { candidateOf, explainShare, type PoolCandidate, sharePool } from '../domain/pool.ts';
import { postTargets, type Target } from '../domain/post-targets.ts';
import { awardKey, ledgerHeadKey, parseHead } from '../read.ts';
import {
  checkPoolRun,
  deletePoolMark,
  type PoolHolders,
  parsePoolHolders,
  parsePoolMark,
  parseState,
  poolHoldersQuery,
  poolMarksQuery,
  poolRunKey,
  putChange,
  putHead,
  putPoolHolders,
  putPoolRun,
  putState,
  stateKey,
  storedAwards,
} from '../store.ts';
import { evidenceOf } from './load-month.ts';
import type { PlanDirectory } from './plan-directory.ts';

export type PoolDeps = Pick<Platform, 'store' | 'clock' | 'log'> & { readonly plans: PlanDirectory };
const MAX_MARKS = 100_000;
const MAX_POOLS = 10_000;
const PAGE = 200;
const MAX_ATTEMPTS = 8;

/** Of every legal entity the months that have marks. A month that fails keeps its marks, and the others are shared out all the same. */
export const sharePools = async (deps: PoolDeps): Promise<{ readonly months: number }> => {
  const { store, log } = deps;
  let months = 0;
  for (const { id } of await listEntities(store)) {
    const marks = (await queryAll(store, poolMarksQuery(id), MAX_MARKS)).map(parsePoolMark);
    for (const period of [...new Set(marks.map((mark) => mark.period))].sort()) {
      try {
        await shareMonth(deps, id, period as Month);
        for (const mark of marks) if (mark.period === period) await store.write(deletePoolMark(mark));
        months += 1;
      } catch (error) {
        log.warn('pools.failed', { legalEntityId: id, period, reason: String(error).slice(0, 300) });
      }
    }
  }
  log.info('pools.shared', { months });
  return { months };
};

interface Candidate extends PoolCandidate {
  readonly book: Book;
}
interface Pool {
  readonly name: string;
  /** Of the latest version that a member's month ends with: whoever left earlier may have an older one. */
  rule: PoolRule;
  version: number;
  readonly subjectId: string;
  readonly candidates: Candidate[];
}
/** What one person is to have of a pool. */
interface Share {
  readonly employeeId: string;
  readonly target: Target;
  readonly plan: Book['plan'];
  readonly bookVersion: number;
}

const shareMonth = async (deps: PoolDeps, legalEntityId: string, period: Month): Promise<void> => {
  const { store, clock } = deps;
  const run = Number((await store.get(poolRunKey(legalEntityId, period)))?.['version'] ?? 0) + 1;
  if (!(await store.write(putPoolRun(legalEntityId, period, run))).ok) throw new Error('another run has begun');
  const before = (await queryAll(store, poolHoldersQuery(legalEntityId, period), MAX_POOLS)).map(parsePoolHolders);
  const pools = await readPools(deps, legalEntityId, period);
  const after = [...pools.values()].map((pool) => ({ pool, shared: sharePool(pool.rule, pool.candidates) }));
  const shares = new Map<string, Share>();
  const holders = new Map<string, PoolHolders>(before.map((one) => [one.name, { ...one, employeeIds: [] }]));
  for (const { pool, shared } of after) {
    const { name, rule, subjectId, candidates } = pool;
    const employeeIds = candidates.map(({ employeeId }) => employeeId);
    holders.set(name, { name, ruleId: rule.id, subjectId, employeeIds });
    for (const candidate of candidates) {
      const target = targetOf(pool, shared.shares.get(candidate.employeeId) ?? ZERO_FEN, () =>
        explainShare(rule, candidate, shared, period),
      );
      const { employeeId, book } = candidate;
      shares.set(`${employeeId} ${target.sk}`, { employeeId, target, plan: book.plan, bookVersion: book.version });
    }
  }
  // Whoever is in the pool no longer, and in no other of the same name either.
  for (const { ruleId, subjectId, employeeIds } of before) {
    for (const employeeId of employeeIds) {
      const sk = awardSkOf(ruleId, subjectId);
      if (!shares.has(`${employeeId} ${sk}`)) shares.set(`${employeeId} ${sk}`, goneFrom(employeeId, ruleId, subjectId));
    }
  }
  // Nobody is forgotten who is about to have something, should this end half-way.
  for (const one of holders.values()) {
    const known = before.find(({ name }) => name === one.name)?.employeeIds ?? [];
    await store.write(putPoolHolders(legalEntityId, period, { ...one, employeeIds: [...new Set([...known, ...one.employeeIds])] }));
  }
  const byPerson = new Map<string, Share[]>();
  for (const share of shares.values()) byPerson.set(share.employeeId, [...(byPerson.get(share.employeeId) ?? []), share]);
  for (const [employeeId, ofPerson] of byPerson)
    await postShares(store, { legalEntityId, period, run, employeeId, now: clock.now() }, ofPerson);
  for (const one of holders.values()) await store.write(putPoolHolders(legalEntityId, period, one));
};

/** Every pool of the month with all whose plan has it, page by page. */
const readPools = async ({ store, plans }: PoolDeps, legalEntityId: string, period: Month): Promise<ReadonlyMap<string, Pool>> => {
  const pools = new Map<string, Pool>();
  let startAfter: PageKey | undefined;
  do {
    const page = await listEmployees(store, legalEntityId, startAfter ? { limit: PAGE, startAfter } : { limit: PAGE });
    const items = await store.getMany(page.items.map(({ id }) => bookItemKey(id, period)));
    const books = items.flatMap((item) => (item ? [parseBook(item)] : []));
    await plans.prepare(books);
    const withPools: { readonly book: Book; readonly rules: readonly PoolRule[] }[] = [];
    for (const book of books) {
      const { poolRules } = await plans.rewardsOf(book);
      if (poolRules.length > 0) withPools.push({ book, rules: poolRules });
    }
    // The list comes from an index: where somebody works is read itself.
    const employees = await store.getMany(withPools.map(({ book }) => employeeKey(book.employeeId)));
    for (const [place, { book, rules }] of withPools.entries()) {
      const employee = parseEmployee(employees[place]);
      for (const rule of rules) if (employee) enter(pools, rule, employee, book);
    }
    startAfter = page.next;
  } while (startAfter);
  return pools;
};

const enter = (pools: Map<string, Pool>, rule: PoolRule, employee: Employee, book: Book): void => {
  const person = personOf(employee, book.period as Month);
  const { planId = '', version = 0 } = book.plan ?? {};
  const subjectId = rule.among === 'plan' ? planId : (person?.orgUnitId ?? '');
  // Who works nowhere is in nobody's pool.
  if (subjectId === '') return;
  const name = `${planId}#${rule.id}#${subjectId}`;
  const pool = pools.get(name) ?? { name, rule, version, subjectId, candidates: [] };
  pools.set(name, pool);
  if (version > pool.version) Object.assign(pool, { rule, version });
  const evidence = evidenceOf(book, { customers: [], orders: [], facts: [] }, { person });
  pool.candidates.push({ ...candidateOf(rule, employee.id, evidence), book });
};
const personOf = (employee: Employee, period: Month): PersonOfMonth | null => {
  const assignment = assignmentInMonth(employee, period);
  if (!assignment) return null;
  const { positionId, orgUnitId } = assignment;
  return { employeeId: employee.id, positionId, orgUnitId, hiredOn: employee.hiredOn, leftOn: employee.leftOn };
};

const targetOf = ({ rule, subjectId }: Pool, amountFen: Target['amountFen'], explain: Target['explain']): Target => ({
  sk: awardSkOf(rule.id, subjectId),
  ruleId: rule.id,
  ruleName: rule.name,
  category: rule.category,
  instalments: rule.instalments,
  subject: { kind: 'pool', id: subjectId },
  amountFen,
  heldFen: ZERO_FEN,
  dueOn: null,
  explain,
  factIds: [],
  metricIds: rule.sharedBy.by === 'metric' ? [rule.sharedBy.metric.id] : [],
  causeFactIds: () => [],
  keepZero: true,
});

/** Its name and category are those that it was posted with. */
const goneFrom = (employeeId: string, ruleId: string, subjectId: string): Share => ({
  employeeId,
  plan: null,
  bookVersion: 0,
  target: {
    sk: awardSkOf(ruleId, subjectId),
    ruleId,
    ruleName: { zh: '奖金池', en: 'Pool' },
    category: 'bonus',
    instalments: null,
    subject: { kind: 'pool', id: subjectId },
    amountFen: ZERO_FEN,
    heldFen: ZERO_FEN,
    dueOn: null,
    explain: () => explainGone('subject'),
    factIds: [],
    metricIds: [],
    causeFactIds: () => [],
    keepZero: false,
  },
});

/** One person's shares in one transaction. @throws Error when another run has begun, or the ledger moved under every attempt. */
const postShares = async (
  store: Store,
  of: { readonly legalEntityId: string; readonly period: Month; readonly run: number; readonly employeeId: string; readonly now: Instant },
  shares: readonly Share[],
): Promise<void> => {
  const { legalEntityId, period, run, employeeId, now } = of;
  const awardKeys = shares.map(({ target }) => awardKey(employeeId, period, target.sk));
  const keys: Key[] = [ledgerHeadKey(employeeId), stateKey(employeeId, period), poolRunKey(legalEntityId, period), ...awardKeys];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const [headItem, stateItem, runItem, ...awards] = await store.getMany(keys);
    if (Number(runItem?.['version']) !== run) throw new Error('another run has begun');
    const current = storedAwards(awards);
    const [head, state] = [parseHead(headItem), parseState(stateItem)];
    const [{ plan, bookVersion }] = shares as [Share, ...Share[]];
    const targets = shares.map(({ target }) => keptName(target, current));
    const posted = postTargets({ employeeId, legalEntityId, period, plan, bookVersion, current, head, causeKind: 'pool', now }, targets);
    if (posted.changes.length === 0) return;
    const { changes, addedFen, ...next } = posted;
    const moves = next.seq !== head.seq;
    const stored = await store.transact([
      ...changes.flatMap(putChange),
      ...(moves ? [putHead(employeeId, { ...head, ...next, version: head.version + 1 })] : []),
      ...(moves ? [putState(employeeId, period, { ...state, version: state.version + 1, totalFen: fen(state.totalFen + addedFen) })] : []),
      checkPoolRun(legalEntityId, period, run),
    ]);
    if (stored.ok) return;
  }
  throw new Error(`the ledger of ${employeeId} moved under every one of ${MAX_ATTEMPTS} attempts`);
};

/** An award that is gone keeps the name and category that it was posted under. */
const keptName = (target: Target, current: ReturnType<typeof storedAwards>): Target => {
  const stored = target.keepZero ? undefined : current.get(target.sk)?.award;
  return stored ? { ...target, ruleName: stored.ruleName, category: stored.category, instalments: stored.instalments ?? null } : target;
};
