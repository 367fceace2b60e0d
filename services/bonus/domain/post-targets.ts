/**
 * What each award is to stand at, and what it stands at: the difference becomes one ledger entry. Everything that is ever posted by a rule
 * goes through here. Pure.
 */
import type { PlanRef } from '../../../shared/contracts/books.ts';
import type { Award, LedgerEntry } from '../../../shared/contracts/ledger.ts';
import { addFen, type Fen, fen } from '../../../shared/kernel/money.ts';
import { awardIdOf, type LedgerHead } from './award-id.ts';
import type { Explanation } from './explain-award.ts';

/** An award as it was read, and the version its item had then: 0 stands for "was not there". */
export interface StoredAward {
  readonly award: Award;
  readonly version: number;
}

/** What an award is to stand at, and why. */
export interface Target {
  readonly sk: string;
  readonly ruleId: string;
  readonly ruleName: Award['ruleName'];
  readonly category: Award['category'];
  readonly instalments: number | null;
  readonly subject: Award['subject'];
  readonly amountFen: Fen;
  readonly heldFen: Fen;
  /** The day it counts on, for a cap of the day. */
  readonly date?: string | undefined;
  readonly dueOn: string | null;
  readonly explain: () => Explanation;
  readonly factIds: readonly string[];
  readonly metricIds: readonly string[];
  readonly causeFactIds: () => readonly string[];
  /** Whether an award of 0 that was never paid is stored too, to say why. */
  readonly keepZero: boolean;
}

/** One award's new content, and the entry that brings the ledger to it when the amount changed. */
export interface AwardChange {
  readonly sk: string;
  readonly award: Award;
  readonly readVersion: number;
  readonly entry: LedgerEntry | null;
  /** The day on which what it holds is to be paid; null where it holds nothing, or until no day. */
  readonly dueOn: string | null;
}
/** Everything of an award that is content; its book version and last entry only say when it was written. */
const contentOf = ({ bookVersion: _version, lastSeq: _seq, ...content }: Award): string => JSON.stringify(content);

/** Whose month it is, what its awards stand at, and who decides when. */
export interface TargetPosting {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly plan: PlanRef | null;
  readonly bookVersion: number;
  /** By sort key: at least those that the targets speak of. */
  readonly current: ReadonlyMap<string, StoredAward>;
  readonly head: LedgerHead;
  readonly causeKind: LedgerEntry['cause']['kind'];
  /** Now; entries never go back in time behind the head's. */
  readonly now: string;
}
export interface PostedTargets extends Pick<LedgerHead, 'seq' | 'balanceFen' | 'postedAt'> {
  /** In posting order; entries are numbered from the head without a gap. */
  readonly changes: readonly AwardChange[];
  /** What the month's awards have become more by. */
  readonly addedFen: number;
}

/** @throws RangeError when an amount or a sum leaves the range of whole fen. */
export const postTargets = (input: TargetPosting, targets: readonly Target[]): PostedTargets => {
  const { employeeId, legalEntityId, period, plan, bookVersion, head } = input;
  const postedAt = head.postedAt !== null && head.postedAt > input.now ? head.postedAt : input.now;
  const changes: AwardChange[] = [];
  let { seq, balanceFen } = head;
  let addedFen = 0;
  for (const target of targets) {
    const { sk, ruleId, ruleName, category, amountFen, heldFen, dueOn, instalments } = target;
    const stored = input.current.get(sk);
    const beforeFen = stored?.award.amountFen ?? 0;
    const difference = fen(amountFen - beforeFen);
    if (stored === undefined && amountFen === 0 && !target.keepZero) continue;
    const award: Award = {
      awardId: awardIdOf(ruleId, employeeId, period, target.subject?.id),
      employeeId,
      legalEntityId,
      period,
      ruleId,
      ruleName,
      category,
      subject: target.subject,
      amountFen,
      ...(instalments === null ? {} : { instalments }),
      ...(target.date === undefined ? {} : { date: target.date }),
      ...(heldFen === 0 ? {} : { heldFen }),
      ...target.explain(),
      plan,
      factIds: target.factIds,
      metricIds: target.metricIds,
      bookVersion,
      lastSeq: difference === 0 ? (stored?.award.lastSeq ?? 0) : seq + 1,
    };
    const change = { sk, award, readVersion: stored?.version ?? 0, dueOn };
    if (difference === 0) {
      if (stored === undefined || contentOf(stored.award) !== contentOf(award)) changes.push({ ...change, entry: null });
      continue;
    }
    seq += 1;
    balanceFen = addFen(balanceFen, difference);
    addedFen = fen(addedFen + difference);
    const entry: LedgerEntry = {
      seq,
      employeeId,
      legalEntityId,
      awardId: award.awardId,
      ruleId,
      ruleName,
      category,
      amountFen: difference,
      ...(instalments === null || difference > 0 ? {} : { instalments }),
      beforeFen,
      afterFen: amountFen,
      balanceFen,
      earnedPeriod: period,
      postedAt,
      plan,
      cause: { kind: input.causeKind, bookVersion, factIds: target.causeFactIds() },
    };
    changes.push({ ...change, entry });
  }
  return { changes, addedFen, seq, balanceFen, postedAt: seq === head.seq ? head.postedAt : postedAt };
};
