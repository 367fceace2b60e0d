/**
 * What a rule pays for one fact, order or customer: worked out exactly for the whole of it, whoever shares it, rounded once, and then shared
 * out to the fen. What is held until its release is the rest of what is earned. Pure.
 */
import type { CustomerOrder } from '../../../shared/contracts/books.ts';
import type { Split } from '../../../shared/contracts/facts.ts';
import { type Fen, fen, splitFen, ZERO_FEN } from '../../../shared/kernel/money.ts';
import { addDays, type LocalDate } from '../../../shared/kernel/period.ts';
import { compare, multiply, ONE, type Ratio, ratio, ZERO } from '../../../shared/kernel/ratio.ts';
import { divideBig, multiplyExact } from '../../../shared/kernel/rounding.ts';
import type { SubjectRule } from './compile-rewards.ts';

/** Rounded half up (away from zero) to whole fen, once. @throws RangeError beyond the largest amount. */
export const roundToFen = (value: Ratio): Fen =>
  typeof value.n === 'number'
    ? value.d === 1
      ? fen(value.n)
      : fen(multiplyExact(value.n, 1, value.d as number, 'fen_half_up'))
    : fen(Number(divideBig(value.n, value.d as bigint, 'half_up')));

/** What is known of an employee's share of a fact or order. */
export interface Sharing {
  readonly shareMillionths: number;
  readonly split?: Split | undefined;
}
/**
 * An employee's part of a rule's amount. With all shares known, by largest remainder: the parts add up to the amount. Facts that were told
 * before the others' shares came with them are rounded half up, each on its own.
 */
export const shareOf = (amountFen: Fen, { shareMillionths, split }: Sharing): Fen => {
  if (shareMillionths === 1_000_000) return amountFen;
  const part = split && splitFen(amountFen, split.shares)[split.place];
  return part ?? fen(multiplyExact(amountFen, shareMillionths, 1_000_000, 'fen_half_up'));
};

/** What speaks for a release. */
export interface ReleaseOutcome {
  readonly netFen: number;
  readonly paidFen: number;
  readonly deliveredOn: string | null;
  /** The day it is paid on, of a rule that pays some days later. */
  readonly dueOn: LocalDate | null;
  /** Of what is earned, from 0 to 1. */
  readonly share: Ratio;
}
/** How the whole amount came about. */
export interface Earning {
  /** What a rate is of; null for an amount. */
  readonly ofFen: number | null;
  /** The share of an amount that is left after refunds. */
  readonly kept: Ratio;
  /** Of the whole, before its one rounding, after the cap. */
  readonly exactFen: Ratio;
  readonly isCapped: boolean;
}

const keptOf = ({ clawback }: SubjectRule, order: CustomerOrder | null): Ratio => {
  if (order === null || order.refundedFen === 0 || clawback === null) return ONE;
  return clawback === 'full' ? ZERO : ratio(order.signedFen - order.refundedFen, order.signedFen);
};

/** `worthFen`: what is left of the order, or the fact's whole amount. */
export const earningOf = (rule: SubjectRule, order: CustomerOrder | null, worthFen: number): Earning => {
  const isRate = 'rate' in rule.pays;
  // What is left of an order is less already: only everything can be taken besides.
  const kept = isRate && rule.clawback !== 'full' ? ONE : keptOf(rule, order);
  const base = 'rate' in rule.pays ? multiply(ratio(worthFen), rule.pays.rate) : ratio(rule.pays.amountFen);
  const exact = kept === ONE ? base : multiply(base, kept);
  const { capEachFen } = rule;
  const isCapped = capEachFen !== null && compare(exact, ratio(capEachFen)) > 0;
  return { ofFen: isRate ? worthFen : null, kept, exactFen: isCapped ? ratio(capEachFen) : exact, isCapped };
};

/** Null where the rule holds nothing back. `date` of the fact or order; `today` null: no day has come yet. */
export const releaseOf = (
  { release }: SubjectRule,
  { order, date }: { readonly order: CustomerOrder | null; readonly date: string },
  today: LocalDate | null,
): ReleaseOutcome | null => {
  if (release === null) return null;
  if (release.when === 'days') {
    const dueOn = addDays(date as LocalDate, release.days);
    return { netFen: 0, paidFen: 0, deliveredOn: null, dueOn, share: today !== null && today >= dueOn ? ONE : ZERO };
  }
  if (order === null) return null;
  const netFen = order.signedFen - order.refundedFen;
  const { paidFen = 0, deliveredOn = null } = order;
  const found = { netFen, paidFen, deliveredOn, dueOn: null };
  if (release.when === 'delivered') return { ...found, share: deliveredOn === null ? ZERO : ONE };
  if (paidFen >= netFen) return { ...found, share: ONE };
  return { ...found, share: release.part === 'share' && paidFen > 0 ? ratio(paidFen, netFen) : ZERO };
};

export interface SubjectPay {
  /** To be paid now. */
  readonly amountFen: Fen;
  readonly heldFen: Fen;
}
const NOTHING: SubjectPay = { amountFen: ZERO_FEN, heldFen: ZERO_FEN };

/**
 * One employee's part of it. What is earned is shared out to the fen. What of it is released is the exact part of the released amount, rounded
 * once and at most what is earned: so it never falls as more is released, which parts of a shared-out amount can (by a fen).
 */
export const payOf = ({ exactFen }: Earning, release: ReleaseOutcome | null, sharing: Sharing): SubjectPay => {
  const earned = shareOf(roundToFen(exactFen), sharing);
  if (release === null || release.share === ONE) return { amountFen: earned, heldFen: ZERO_FEN };
  if (earned === 0) return NOTHING;
  const exact = multiply(multiply(exactFen, release.share), ratio(sharing.shareMillionths, 1_000_000));
  const amountFen = release.share === ZERO ? ZERO_FEN : fen(Math.min(earned, roundToFen(exact)));
  return { amountFen, heldFen: fen(earned - amountFen) };
};
