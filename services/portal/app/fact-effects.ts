/** From a fact forward to every amount it touched: credits, metrics' books, awards, ledger entries, payslip lines. */
import type { Award, LedgerEntry } from '../../../shared/contracts/ledger.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { isVisitFact, readVisitFacts } from '../../attendance/read.ts';
import { awardsOf, entriesBetween, ledgerHeadKey, parseHead } from '../../bonus/read.ts';
import { readFact, type StoredFact } from '../../ingest/read.ts';
import { type CoveringLine, linesCovering } from '../../payslip/read.ts';
import { bookItemKey, factMarkKey, isTeamFact, parseAppliedFact, parseBook, readTeamFacts } from '../../scoring/read.ts';

export interface CreditEffect {
  readonly employeeId: string;
  readonly period: string;
  /** Revision of the fact that the person's book holds; null while it is on its way. */
  readonly appliedRevision: number | null;
  readonly bookVersion: number | null;
  readonly scoreTotal: string | null;
  /** Awards paid for this very fact, and the entries that its arrival, correction or withdrawal caused. */
  readonly awards: readonly Award[];
  readonly entries: readonly LedgerEntry[];
  readonly payslipLines: readonly CoveringLine[];
}
export interface FactEffects {
  readonly fact: StoredFact;
  readonly credits: readonly CreditEffect[];
}

/** Entries of one person that are looked through, newest first. */
const MAX_ENTRIES = 50_000;

/** @throws ProblemError not_found for an unknown fact. */
export const factEffects = async (
  platform: Platform,
  factId: string,
  allowed: (fact: StoredFact, employeeIds: readonly string[]) => Promise<boolean>,
): Promise<FactEffects> => {
  const fact = await readAnyFact(platform, factId);
  if (
    !fact ||
    !(await allowed(
      fact,
      fact.credits.map(({ employeeId }) => employeeId),
    ))
  )
    throw new ProblemError('not_found');
  // A fact has at most 20 credits: each is a person's month of its own.
  const credits = await Promise.all(fact.credits.map(({ employeeId, period }) => creditEffect(platform, factId, employeeId, period)));
  return { fact, credits };
};

/** A visit is a fact that attendance keeps, a member's month one that scoring does; all others are with ingest. */
const readAnyFact = async ({ store }: Platform, factId: string): Promise<StoredFact | undefined> => {
  if (isVisitFact(factId)) return (await readVisitFacts(store, [factId]))[0];
  if (isTeamFact(factId)) return (await readTeamFacts(store, [factId]))[0];
  return readFact(store, factId);
};

const creditEffect = async (platform: Platform, factId: string, employeeId: string, period: string): Promise<CreditEffect> => {
  const [bookItem, markItem, headItem] = await platform.store.getMany([
    bookItemKey(employeeId, period),
    factMarkKey(employeeId, period, factId),
    ledgerHeadKey(employeeId),
  ]);
  const book = bookItem ? parseBook(bookItem) : null;
  const head = parseHead(headItem).seq;
  const entries = (await entriesBetween(platform.store, employeeId, Math.max(0, head - MAX_ENTRIES), head)).filter((entry) =>
    entry.cause.factIds.includes(factId),
  );
  const touched = new Set(entries.map((entry) => entry.awardId));
  const awards = (await awardsOf(platform.store, employeeId, period)).filter(
    (award) => award.factIds.includes(factId) || touched.has(award.awardId),
  );
  const payslipLines = await linesCovering(
    platform.store,
    employeeId,
    entries.map(({ seq }) => seq),
  );
  return {
    employeeId,
    period,
    appliedRevision: markItem ? parseAppliedFact(markItem).revision : null,
    bookVersion: book?.version ?? null,
    scoreTotal: book?.score?.total ?? null,
    awards,
    entries,
    payslipLines,
  };
};
