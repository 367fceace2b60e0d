/**
 * An objection of a person to what a month's incentives are: said by the person, taken on by one of payroll, answered within a time. What is
 * accepted is put right where it is wrong, by a fact or an adjustment, never here: the objection says by which, and the ledger shows the rest.
 * Everything is kept. Pure.
 */
import { addDays, type Instant, type LocalDate, type Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import type { Actor } from './adjustment.ts';
import { parseAwardId } from './award-id.ts';

export const DISPUTE_KINDS = ['missing-deal', 'wrong-split', 'wrong-amount', 'wrong-rule', 'other'] as const;
export type DisputeKind = (typeof DISPUTE_KINDS)[number];
export interface Objection {
  readonly id: string;
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: Month;
  readonly kind: DisputeKind;
  /** The award it is about; null where one is missing. */
  readonly awardId: string | null;
  /** The deal it is about, as the source calls it or as our fact; null where it is about none. */
  readonly deal: string | null;
  /** What should be different, in the person's words. */
  readonly text: string;
  /** What the person expects of it, in fen; null where not said. */
  readonly expectedFen: number | null;
}
export type DisputeStatus = 'open' | 'accepted' | 'rejected' | 'withdrawn';
/** What puts it right. */
export type Correction = { readonly kind: 'fact'; readonly factId: string } | { readonly kind: 'adjustment'; readonly id: string };
export interface Dispute extends Objection {
  /** Raised by one with every change; from 1. */
  readonly version: number;
  readonly status: DisputeStatus;
  readonly openedAt: Instant;
  /** Last day for an answer. */
  readonly dueOn: LocalDate;
  /** Of payroll; null until somebody takes it on. */
  readonly assignedTo: string | null;
  /** What stood when it was opened: the last entry of the ledger, and the month's awards in all. */
  readonly openedSeq: number;
  readonly openedTotalFen: number;
  readonly answer: {
    readonly by: Actor;
    readonly at: Instant;
    readonly reason: string | null;
    readonly correction: Correction | null;
  } | null;
  /** Oldest first. */
  readonly history: readonly { readonly by: Actor; readonly at: Instant; readonly what: string }[];
}
export type DisputeRefusal =
  | { readonly code: 'taken' }
  | { readonly code: 'future_month' }
  | { readonly code: 'too_many' }
  | { readonly code: 'foreign_award' }
  | { readonly code: 'own_dispute' }
  | { readonly code: 'answered'; readonly status: DisputeStatus };

export const MAX_DISPUTES_A_MONTH = 50;
/** An objection is answered within so many working days. */
export const ANSWER_WORKING_DAYS = 3;

/** The day on which so many working days after `from` are over. */
export const dueAfter = (from: LocalDate, workingDays: number, isWorkday: (on: LocalDate) => boolean): LocalDate => {
  let day = from;
  // At most ten days off in a row: a calendar that has none at all is a fault of it, not of the person.
  for (let left = workingDays, steps = 0; left > 0 && steps < 60; steps += 1) {
    day = addDays(day, 1);
    if (isWorkday(day)) left -= 1;
  }
  return day;
};

const SAID = ['kind', 'awardId', 'deal', 'text', 'expectedFen'] as const;
export interface OpeningContext {
  readonly by: Actor;
  readonly at: Instant;
  readonly today: LocalDate;
  readonly others: number;
  readonly seq: number;
  readonly totalFen: number;
  readonly isWorkday: (on: LocalDate) => boolean;
}

/** A new objection, or the one that is there when the same was said before. */
export const open = (current: Dispute | undefined, objection: Objection, context: OpeningContext): Result<Dispute, DisputeRefusal> => {
  if (current) return SAID.every((name) => current[name] === objection[name]) ? succeed(current) : fail({ code: 'taken' });
  if (objection.period > context.today.slice(0, 7)) return fail({ code: 'future_month' });
  if (context.others >= MAX_DISPUTES_A_MONTH) return fail({ code: 'too_many' });
  const award = objection.awardId === null ? undefined : parseAwardId(objection.awardId);
  if (objection.awardId !== null && (award?.employeeId !== objection.employeeId || award.month !== objection.period))
    return fail({ code: 'foreign_award' });
  return succeed({
    ...objection,
    version: 1,
    status: 'open',
    openedAt: context.at,
    dueOn: dueAfter(context.today, ANSWER_WORKING_DAYS, context.isWorkday),
    assignedTo: null,
    openedSeq: context.seq,
    openedTotalFen: context.totalFen,
    answer: null,
    history: [{ by: context.by, at: context.at, what: 'opened' }],
  });
};

const changed = (current: Dispute, by: Actor, at: Instant, what: string, changes: Partial<Dispute>): Dispute => ({
  ...current,
  ...changes,
  version: current.version + 1,
  history: [...current.history, { by, at, what }],
});

/** Taken on by whoever says so, also from somebody else; never one's own. */
export const assign = (current: Dispute, by: Actor, at: Instant): Result<Dispute, DisputeRefusal> => {
  if (by.employeeId === current.employeeId) return fail({ code: 'own_dispute' });
  if (current.status !== 'open') return fail({ code: 'answered', status: current.status });
  if (current.assignedTo === by.subject) return succeed(current);
  return succeed(changed(current, by, at, 'assigned', { assignedTo: by.subject }));
};

export type DisputeAnswer =
  | { readonly decision: 'accept'; readonly reason: string; readonly correction: Correction }
  | { readonly decision: 'reject'; readonly reason: string }
  | { readonly decision: 'withdraw'; readonly reason: string | null };
const STATUS = { accept: 'accepted', reject: 'rejected', withdraw: 'withdrawn' } as const satisfies Record<
  DisputeAnswer['decision'],
  DisputeStatus
>;

/** Answered once: accepted or rejected by somebody else than the person, withdrawn by the person. The same answer again gives what is there. */
export const answer = (current: Dispute, given: DisputeAnswer, by: Actor, at: Instant): Result<Dispute, DisputeRefusal> => {
  const isOwn = by.employeeId === current.employeeId;
  if (isOwn !== (given.decision === 'withdraw')) return fail({ code: 'own_dispute' });
  const status = STATUS[given.decision];
  if (current.status === status) return succeed(current);
  if (current.status !== 'open') return fail({ code: 'answered', status: current.status });
  const correction = given.decision === 'accept' ? given.correction : null;
  return succeed(changed(current, by, at, status, { status, answer: { by, at, reason: given.reason, correction } }));
};
