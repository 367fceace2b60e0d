/**
 * An amount that people agree on outside every rule: proposed by one, approved by another, then posted as one award with one entry. It is
 * never changed: another adjustment the other way undoes it. Pure.
 */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Award, AwardCategory, LedgerEntry } from '../../../shared/contracts/ledger.ts';
import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import { ADJUSTMENT_RULE } from '../../../shared/kernel/adjustment-rule.ts';
import { addFen, type Fen, fen } from '../../../shared/kernel/money.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { awardIdOf, awardSkOf, type LedgerHead } from './award-id.ts';
import { noticeIdOf } from './award-notice.ts';
import { yuanText } from './number-text.ts';
import type { AwardsState } from './post-differences.ts';
import type { AwardChange } from './post-targets.ts';

export type ProposerRole = 'manager' | 'payroll';
/** Who did something: the token's subject, and the employee it is where it is one. */
export interface Actor {
  readonly subject: string;
  readonly employeeId: string | null;
}
/** What is asked for. Amounts in fen, above 0 to add, below to take. */
export interface Proposal {
  readonly id: string;
  readonly legalEntityId: string;
  /** The month that it is for; paid with the next payslip. */
  readonly period: string;
  readonly employeeId: string;
  readonly amountFen: number;
  readonly category: AwardCategory;
  /** In the words of the proposer; the person reads them. */
  readonly reason: string;
  /** What it rests on: a number, a link, a description. */
  readonly evidence: string;
}
export interface Adjustment extends Proposal {
  /** Raised by one with every change; from 1. */
  readonly version: number;
  readonly status: 'proposed' | 'approved' | 'rejected' | 'withdrawn';
  readonly proposedBy: Actor & { readonly role: ProposerRole };
  readonly proposedAt: Instant;
  readonly decision: {
    readonly by: Actor;
    readonly at: Instant;
    readonly reason: string | null;
  } | null;
  /** Of the entry in the person's ledger; null until approved. */
  readonly entrySeq: number | null;
}
export type Decision = 'approve' | 'reject' | 'withdraw';

export interface Limits {
  readonly managerFen: number;
  readonly payrollFen: number;
}
export type AdjustmentRefusal =
  | { readonly code: 'own_pay' }
  | { readonly code: 'above_limit'; readonly limitFen: number }
  | { readonly code: 'taken' }
  | { readonly code: 'not_somebody_else' }
  | { readonly code: 'not_the_proposer' }
  | { readonly code: 'decided'; readonly status: Adjustment['status'] };

const isSame = (a: Actor, b: Actor): boolean => a.subject === b.subject || (a.employeeId !== null && a.employeeId === b.employeeId);

const PROPOSAL = ['id', 'legalEntityId', 'period', 'employeeId', 'amountFen', 'category', 'reason', 'evidence'] as const;

/** A new adjustment, or the one that is there when the same was proposed before; refused with another content under its id. */
export const propose = (
  current: Adjustment | undefined,
  proposal: Proposal,
  { by, limits, at }: { readonly by: Adjustment['proposedBy']; readonly limits: Limits; readonly at: Instant },
): Result<Adjustment, AdjustmentRefusal> => {
  if (current) return PROPOSAL.every((name) => current[name] === proposal[name]) ? succeed(current) : fail({ code: 'taken' });
  if (by.employeeId === proposal.employeeId) return fail({ code: 'own_pay' });
  const limitFen = by.role === 'manager' ? limits.managerFen : limits.payrollFen;
  if (Math.abs(proposal.amountFen) > limitFen) return fail({ code: 'above_limit', limitFen });
  return succeed({ ...proposal, version: 1, status: 'proposed', proposedBy: by, proposedAt: at, decision: null, entrySeq: null });
};

const STATUS = { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' } as const;

/**
 * Approved or rejected by somebody else than the proposer and the person it is for; withdrawn by the proposer. Decided once: the same
 * decision again gives what is there. The entry's number is set when it is posted.
 */
export const decideAdjustment = (
  current: Adjustment,
  decision: Decision,
  { by, reason, at }: { readonly by: Actor; readonly reason: string | null; readonly at: Instant },
): Result<Adjustment, AdjustmentRefusal> => {
  const isProposer = isSame(by, current.proposedBy);
  if (decision === 'withdraw' ? !isProposer : isProposer)
    return fail({ code: decision === 'withdraw' ? 'not_the_proposer' : 'not_somebody_else' });
  if (by.employeeId === current.employeeId) return fail({ code: 'own_pay' });
  const status = STATUS[decision];
  if (current.status !== 'proposed')
    return current.status === status ? succeed(current) : fail({ code: 'decided', status: current.status });
  return succeed({ ...current, version: current.version + 1, status, decision: { by, at, reason } });
};

export interface AdjustmentPosting {
  readonly adjustment: Adjustment;
  readonly change: AwardChange & { readonly entry: LedgerEntry };
  readonly head: LedgerHead;
  readonly state: AwardsState;
}
const RULE_NAME: LocalText = { zh: '人工调整', en: 'Manual adjustment' };

/** The award and the entry of an approved adjustment. @throws RangeError when the balance leaves the range of whole fen. */
export const postAdjustment = (approved: Adjustment, head: LedgerHead, state: AwardsState): AdjustmentPosting => {
  const { id, employeeId, legalEntityId, period, category, amountFen, reason, evidence, proposedBy, decision } = approved;
  if (!decision) throw new Error(`adjustment ${id} is not decided`);
  const seq = head.seq + 1;
  const postedAt = head.postedAt !== null && head.postedAt > decision.at ? head.postedAt : decision.at;
  const balanceFen = addFen(head.balanceFen, fen(amountFen));
  const common = {
    awardId: awardIdOf(ADJUSTMENT_RULE, employeeId, period, id),
    employeeId,
    legalEntityId,
    ruleId: ADJUSTMENT_RULE,
    ruleName: RULE_NAME,
    category,
    plan: null,
    amountFen,
  };
  const award: Award = {
    ...common,
    period,
    subject: { kind: 'adjustment', id },
    tests: [
      {
        passed: true,
        zh: `由 ${proposedBy.subject} 提出,依据:${evidence}`,
        en: `proposed by ${proposedBy.subject}, on the evidence: ${evidence}`,
      },
      { passed: true, zh: `由另一人 ${decision.by.subject} 批准`, en: `approved by somebody else, ${decision.by.subject}` },
    ],
    formula: {
      zh: `人工调整 ${yuanText(amountFen)} 元:${reason}`,
      en: `manual adjustment of ${yuanText(amountFen)} yuan: ${reason}`,
    },
    factIds: [],
    metricIds: [],
    bookVersion: 0,
    lastSeq: seq,
  };
  const entry: LedgerEntry = {
    ...common,
    seq,
    beforeFen: 0,
    afterFen: amountFen,
    balanceFen,
    earnedPeriod: period,
    postedAt,
    cause: { kind: 'adjustment', bookVersion: 0, factIds: [] },
  };
  return {
    adjustment: { ...approved, entrySeq: seq },
    change: { sk: awardSkOf(ADJUSTMENT_RULE, id), award, readVersion: 0, entry, dueOn: null },
    head: { ...head, seq, balanceFen, postedAt, version: head.version + 1 },
    // What the plan gives in the month stays as it was decided; only the sum moves.
    state: { ...state, version: state.version + 1, totalFen: fen(state.totalFen + amountFen) as Fen },
  };
};

/** The person is told once, in the proposer's words. */
export const adjustmentNotice = ({ change: { award, entry }, adjustment }: AdjustmentPosting): NoticeRequested => {
  const amount = yuanText(Math.abs(entry.amountFen));
  const added = entry.amountFen > 0;
  return {
    message: 'notice.requested',
    noticeId: noticeIdOf(award.awardId, entry.seq),
    template: added ? 'award-earned' : 'award-reversed',
    title: added
      ? { zh: '您有一笔新的奖励', en: 'You have a new reward' }
      : { zh: '您的一笔奖励有调整', en: 'One of your rewards has changed' },
    body: {
      zh: `经批准的调整${added ? '增加' : '扣减'} ${amount} 元(${award.period}):${adjustment.reason}`,
      en: `An approved adjustment ${added ? 'adds' : 'takes'} ${amount} yuan (${award.period}): ${adjustment.reason}`,
    },
    employeeId: award.employeeId,
    legalEntityId: award.legalEntityId,
    link: `/me/awards/${award.period}`,
    requestedAt: entry.postedAt as Instant,
  };
};
