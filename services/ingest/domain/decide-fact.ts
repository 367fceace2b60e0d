/**
 * What becomes of a fact that comes in (I1, I3): a duplicate, a correction, a conflict, or something new; and which readers must be told
 * what. Everything it needs was loaded before; it writes nothing. Pure.
 */
import type { IncomingFact } from '../../../shared/contracts/facts.ts';
import type { FactCredited } from '../../../shared/contracts/messages.ts';
import { canonicalJson, digestOf } from '../../../shared/kernel/canonical.ts';
import { SETTLEMENT_TYPES } from '../../../shared/kernel/metric-facts.ts';
import { type Instant, instantFromMillis } from '../../../shared/kernel/period.ts';
import { assignCredits, type Known, sharesOf, withSettled } from './assign-credits.ts';
import { type Credit, type FactHead, factIdOf, type Standing } from './fact-head.ts';
import {
  emptyOrder,
  followsOrder,
  MAX_FOLLOWERS,
  MAX_ORDER_FACTS,
  ORDER_REFUNDED,
  ORDER_SIGNED,
  type OrderRecord,
  withFollower,
  withOrder,
} from './order-record.ts';

/** A fact may be this far ahead of our clock: time zones are often sent wrong, the year 2206 is a mistake. */
export const MAX_AHEAD_MS = 24 * 3_600_000;
/** Bytes of one fact as JSON: ten of them, credited to anybody, fit into one batch of the queue. */
export const MAX_FACT_BYTES = 16_000;
/** Other contents of one revision that are kept for review; more are named but not kept. */
export const MAX_CONFLICTS = 20;

export const REJECTIONS = ['shares_not_100', 'fact_too_large', 'occurred_in_future', 'currency_not_cny', 'too_many_for_order'] as const;
export type Rejection = (typeof REJECTIONS)[number];

export interface Change {
  readonly head: FactHead;
  /** The head it replaces, to be archived. */
  readonly before: FactHead | undefined;
  /** Order records to store, each with the version it was loaded with. */
  readonly orders: readonly { readonly record: OrderRecord; readonly loadedVersion: number }[];
  /**
   * Order records that stay as they are, and must not have changed meanwhile: fact and order may have been read at different moments, and an
   * order that was not there yet would keep counting a fact that is withdrawn here.
   */
  readonly restsOn: readonly { readonly orderId: string; readonly loadedVersion: number }[];
  readonly messages: readonly FactCredited[];
}
export type Decision =
  /** Known already, or older than what is known: nothing is written. */
  | { readonly outcome: 'duplicate' | 'superseded' }
  | { readonly outcome: 'rejected'; readonly reason: Rejection }
  /** Same id and revision, other content. `keep` is the head to store when this content is to be kept. */
  | { readonly outcome: 'conflict'; readonly digest: string; readonly keep: FactHead | undefined; readonly before: FactHead }
  | { readonly outcome: 'recorded' | 'corrected' | 'unassigned'; readonly change: Change };

export interface Question {
  readonly fact: IncomingFact;
  readonly source: string;
  readonly known: Known;
  /** The fact as it stands. */
  readonly before: FactHead | undefined;
  /** Whether this very conflicting content is kept already. */
  readonly conflictKept: boolean;
  readonly now: Instant;
}

export const decideFact = ({ fact, source, known, before, conflictKept, now }: Question): Decision => {
  const digest = digestOf(fact);
  if (before && fact.revision < before.fact.revision) return { outcome: 'superseded' };
  if (before && fact.revision === before.fact.revision) {
    if (digest === before.digest) return { outcome: 'duplicate' };
    const keep =
      conflictKept || before.conflicts >= MAX_CONFLICTS
        ? undefined
        : { ...before, version: before.version + 1, conflicts: before.conflicts + 1 };
    return { outcome: 'conflict', digest, keep, before };
  }
  const rejection = rejectionOf(fact, now);
  if (rejection) return { outcome: 'rejected', reason: rejection };
  const standing: Standing = fact.voided ? { status: 'voided' } : assignCredits(fact, known);
  const head: Omit<FactHead, 'toldRevision'> = {
    kind: 'fact',
    factId: factIdOf(source, fact.id),
    source,
    legalEntityId: known.legalEntityId,
    version: (before?.version ?? 0) + 1,
    fact,
    digest,
    receivedAt: now,
    conflicts: 0,
    standing,
  };
  const change = changeOf(head, before, known);
  if (!change) return { outcome: 'rejected', reason: 'too_many_for_order' };
  return { outcome: standing.status === 'unassigned' ? 'unassigned' : before ? 'corrected' : 'recorded', change };
};

/** The same fact, looked at again: its owner was registered, its type defined, its order came or changed. `undefined`: all is as it was. */
export const decideAgain = (before: FactHead, known: Known): Change | undefined => {
  if (before.standing.status === 'voided') return undefined;
  const { standing: old, fact } = before;
  // What was credited stays credited: only refunds move with their orders, and where a payment is told.
  const standing = old.status === 'credited' && fact.type !== ORDER_REFUNDED ? withSettled(old, fact, known) : assignCredits(fact, known);
  if (canonicalJson(standing) === canonicalJson(before.standing)) return undefined;
  return changeOf({ ...before, version: before.version + 1, standing }, before, known);
};

/** Amounts are fen. A source that says its currency (ISO 4217) says CNY; RMB is what people write for it. */
const isYuan = (currency: unknown): boolean => currency === undefined || currency === 'CNY' || currency === 'RMB';

const rejectionOf = (fact: IncomingFact, now: Instant): Rejection | undefined => {
  if (!sharesOf(fact.credits)) return 'shares_not_100';
  if (Buffer.byteLength(JSON.stringify(fact)) > MAX_FACT_BYTES) return 'fact_too_large';
  if (fact.occurredAt > instantFromMillis(Date.parse(now) + MAX_AHEAD_MS)) return 'occurred_in_future';
  if (fact.amountFen !== undefined && !isYuan(fact.attributes['currency'])) return 'currency_not_cny';
  return undefined;
};

/** `undefined` when an order has more facts or followers than an order can have. */
const changeOf = (draft: Omit<FactHead, 'toldRevision'>, before: FactHead | undefined, known: Known): Change | undefined => {
  const told = before?.toldRevision ?? 0;
  const revision = Math.max(draft.fact.revision, told + 1);
  const messages = messagesOf(draft, before, revision);
  const head: FactHead = { ...draft, toldRevision: messages.length > 0 ? revision : told };
  const orders: { record: OrderRecord; loadedVersion: number }[] = [];
  const restsOn: { orderId: string; loadedVersion: number }[] = [];
  for (const orderId of orderIdsOf(head, before)) {
    const loaded = known.order(orderId) ?? emptyOrder(known.legalEntityId, orderId);
    const follows = followsOrder(head.fact.type) && head.fact.subject.orderId === orderId && head.standing.status !== 'voided';
    const next = withFollower(withOrder(loaded, head), head.factId, follows);
    if (next.orders.length > MAX_ORDER_FACTS || next.followers.length > MAX_FOLLOWERS) return undefined;
    if (next !== loaded) orders.push({ record: { ...next, version: loaded.version + 1 }, loadedVersion: loaded.version });
    else restsOn.push({ orderId, loadedVersion: loaded.version });
  }
  return { head, before, orders, restsOn, messages };
};

/** Orders that a fact names or named: a correction may name another one. */
export const orderIdsOf = (...heads: readonly ({ readonly fact: IncomingFact } | undefined)[]): readonly string[] => [
  ...new Set(
    heads.flatMap((head) =>
      head && (head.fact.type === ORDER_SIGNED || followsOrder(head.fact.type)) && head.fact.subject.orderId !== undefined
        ? [head.fact.subject.orderId]
        : [],
    ),
  ),
];

const creditsOf = (standing: Standing | undefined): readonly Credit[] => (standing?.status === 'credited' ? standing.credits : []);
const settlesOf = (standing: Standing | undefined): readonly Credit[] => (standing?.status === 'credited' ? (standing.settles ?? []) : []);
const monthOf = ({ employeeId, period }: Credit): string => `${employeeId}\u0000${period}`;

interface Part {
  readonly type: string;
  readonly credit: Credit;
  readonly shares: number[];
  readonly place: number;
}
const partsOf = (type: string, credits: readonly Credit[]): Part[] => {
  const shares = credits.map(({ shareMillionths }) => shareMillionths);
  return credits.map((credit, place) => ({ type, credit, shares, place }));
};
/** What is told where: the own parts, and those of the order where nothing of the own is told already. */
const partsTold = (type: string, standing: Standing | undefined): Part[] => {
  const own = partsOf(type, creditsOf(standing));
  const known = new Set(own.map(({ credit }) => monthOf(credit)));
  const ofOrder = partsOf(SETTLEMENT_TYPES.get(type) ?? type, settlesOf(standing));
  return [...own, ...ofOrder.filter(({ credit }) => !known.has(monthOf(credit)))];
};

/** One for each employee and month that has a part or had one; `fact: null` where it no longer has. */
const messagesOf = (
  { factId, legalEntityId, fact, standing }: Omit<FactHead, 'toldRevision'>,
  before: FactHead | undefined,
  revision: number,
): FactCredited[] => {
  const parts = partsTold(fact.type, standing);
  const now = new Set(parts.map(({ credit }) => monthOf(credit)));
  const gone = partsTold(fact.type, before?.standing).flatMap(({ credit }) => (now.has(monthOf(credit)) ? [] : [credit]));
  const date = standing.status === 'credited' ? standing.date : undefined;
  const message = (employeeId: string, period: Credit['period'], part: FactCredited['fact']): FactCredited => ({
    message: 'fact.credited',
    factId,
    revision,
    employeeId,
    legalEntityId,
    period,
    fact: part,
  });
  return [
    ...gone.map(({ employeeId, period }) => message(employeeId, period, null)),
    ...parts.flatMap(({ type, credit: { employeeId, period, shareMillionths, amountFen }, shares, place }) =>
      date === undefined
        ? []
        : [
            message(employeeId, period, {
              factId,
              revision,
              type,
              employeeId,
              legalEntityId,
              period,
              occurredAt: fact.occurredAt,
              date,
              subject: fact.subject,
              attributes: fact.attributes,
              shareMillionths,
              ...(shares.length === 1 ? {} : { split: { shares, place } }),
              ...(amountFen === undefined ? {} : { amountFen, totalAmountFen: fact.amountFen }),
            }),
          ],
    ),
  ];
};
