/** What the expectation of each plan has in common: the shape of the answer and a few ways to look at a person's month. */

import { type Part, type Split, shareOut } from './facts.ts';
import { type Fraction, halfUp, of, same, times } from './fraction.ts';

export interface Expected {
  readonly metrics: Readonly<Record<string, Fraction | null>>;
  /** Of the plans of other days of the month, where they measure something else. */
  readonly besides?: Readonly<Record<string, Fraction | null>>;
  /** What this plan alone gives, exactly; null where it scores nothing. */
  readonly score: Fraction | null;
  /** Fen by rule for the whole month, caps and gates applied. Rules that are not named give nothing. */
  readonly rules: Readonly<Record<string, bigint>>;
  /** Fen by rule and fact or customer, before a monthly cap. */
  readonly each: Readonly<Record<string, ReadonlyMap<string, bigint>>>;
  /** Fen by rule and order or customer, earned besides and held. */
  readonly held?: Readonly<Record<string, ReadonlyMap<string, bigint>>>;
  /** What may be the first of a group in the whole company, by rule; only the first is paid. */
  readonly candidates?: Readonly<Record<string, readonly Candidate[]>>;
}
export interface Candidate {
  readonly group: string;
  readonly at: number;
  /** Decides between two of the same moment: the order, or the fact. */
  readonly id: string;
  readonly pays: bigint;
}
/** What the earlier months of the year, or of the quarter, paid of a rule, by whatever plans they had. */
export interface Before {
  readonly inYear: (rule: string) => bigint;
  readonly inQuarter: (rule: string) => bigint;
  readonly ever: (rule: string) => bigint;
}
export interface SetSales {
  readonly fen: bigint;
  readonly isOwn: boolean;
}
/**
 * `all`: the person's parts of every month, for windows that look at more than this one. `whole`: from what this plan alone gives to the
 * month's score, where other plans count on some of its days; what is paid from a score on, is paid from that one on. `set`: the target of
 * `sales` that is set beside the plan. `before`: what months before this one paid.
 */
export type Expectation = (
  month: string,
  parts: readonly Part[],
  all: readonly Part[],
  whole: (own: Fraction) => Fraction,
  set: SetSales | null,
  before: Before,
) => Expected;

export const ofType = (parts: readonly Part[], ...types: readonly string[]): Part[] => parts.filter(({ type }) => types.includes(type));
export const amountOf = (parts: readonly Part[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n);
export const numberOf = (part: Part, attribute: string): Fraction => {
  const value = part.attributes[attribute];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TypeError(`${part.factId} has no whole ${attribute}`);
  return of(value);
};
export const distinct = (parts: readonly Part[], name: string): Fraction => of(new Set(parts.map(({ subject }) => subject[name])).size);
/** The latest by time, of the same time by id. */
export const latest = (parts: readonly Part[]): Part | undefined =>
  parts.reduce<Part | undefined>(
    (best, part) => (!best || part.at > best.at || (part.at === best.at && part.factId > best.factId) ? part : best),
    undefined,
  );

export interface FirstOrder {
  readonly customerId: string;
  readonly factId: string;
  readonly date: string;
  readonly net: bigint;
  readonly split: Split;
  readonly at: number;
  readonly orderId: string;
}
/** Each customer's first order of which something is left after refunds, as the whole order counts. */
export const firstOrders = (parts: readonly Part[]): FirstOrder[] => {
  const found = new Map<string, FirstOrder>();
  for (const part of ofType(parts, 'order.signed')) {
    const { customerId, orderId } = part.subject;
    if (customerId === undefined || orderId === undefined) throw new TypeError(`${part.factId} is an order of nobody`);
    const back = ofType(parts, 'order.refunded').filter(({ subject }) => subject['orderId'] === orderId);
    const net = part.whole - back.reduce((sum, { whole }) => sum + whole, 0n);
    if (net <= 0n) continue;
    const best = found.get(customerId);
    if (best && (best.at < part.at || (best.at === part.at && best.orderId < orderId))) continue;
    found.set(customerId, { customerId, factId: part.factId, date: part.date, net, split: part.split, at: part.at, orderId });
  }
  return [...found.values()];
};

export interface StandingOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly signed: bigint;
  readonly net: bigint;
  readonly paid: bigint;
  readonly delivered: boolean;
  readonly split: Split;
}
/** Every order of which something is left, with what of it is paid and delivered by now, in whatever month. */
export const standingOrders = (parts: readonly Part[]): StandingOrder[] =>
  ofType(parts, 'order.signed').flatMap(({ subject, whole, split }) => {
    const { orderId = '', customerId = '' } = subject;
    const of = (type: string): Part[] => ofType(parts, type, `of the order: ${type}`).filter((part) => part.subject['orderId'] === orderId);
    const sum = (type: string): bigint => of(type).reduce((all, part) => all + part.whole, 0n);
    const net = whole - sum('order.refunded');
    return net <= 0n
      ? []
      : [{ orderId, customerId, signed: whole, net, paid: sum('order.paid'), delivered: of('project.delivered').length > 0, split }];
  });
/** What one order or customer is worth to a person: paid now, and held until its release. */
export interface Pay {
  readonly now: bigint;
  readonly held: bigint;
}
export const nowOf = (pays: ReadonlyMap<string, Pay>): Map<string, bigint> => new Map([...pays].map(([id, { now }]) => [id, now]));
export const heldOf = (pays: ReadonlyMap<string, Pay>): Map<string, bigint> => new Map([...pays].map(([id, { held }]) => [id, held]));
/** `whole` before rounding, shared out to the fen; of that the exact own part of what is released, rounded once. */
export const released = (whole: Fraction, share: Fraction, split: Split): Pay => {
  const all = shareOf(halfUp(whole), split);
  const exact = times(times(whole, share), of(split.shares[split.place] ?? 0n, 1_000_000));
  const now = atMost(halfUp(exact), all);
  return same(share, of(1)) ? { now: all, held: 0n } : { now, held: all - now };
};

/** A person's part of an amount that is shared out to the fen. */
export const shareOf = (fen: bigint, { shares, place }: Split): bigint => shareOut(fen, shares)[place] ?? 0n;
export const sumOf = (each: ReadonlyMap<string, bigint>): bigint => [...each.values()].reduce((sum, fen) => sum + fen, 0n);
export const atMost = (fen: bigint, cap: bigint): bigint => (fen > cap ? cap : fen);
/** What is left of a cap of the year. */
export const left = (cap: bigint, used: bigint): bigint => (cap > used ? cap - used : 0n);
/** What a month adds to reach its guarantee, or below 0 takes back of what earlier ones have added. */
export const guarantee = (guaranteed: bigint, base: bigint, open: bigint): bigint => {
  if (base < guaranteed) return guaranteed - base;
  return -atMost(open > 0n ? open : 0n, base - guaranteed);
};
