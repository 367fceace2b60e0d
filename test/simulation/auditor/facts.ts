/** From the facts as they were accepted to what each person's month is made of. The auditor's own reading of the domain. */

/** A fact as its source said it last: the highest revision that was accepted. */
export interface AcceptedFact {
  readonly id: string;
  readonly type: string;
  /** Milliseconds. */
  readonly at: number;
  readonly claims: readonly { readonly owner: string; readonly percent: number }[];
  readonly subject: Readonly<Record<string, string>>;
  readonly amountFen: bigint | null;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly voided: boolean;
}
export interface Split {
  readonly shares: readonly bigint[];
  readonly place: number;
}
/** One person's part of a fact. */
export interface Part {
  readonly factId: string;
  readonly type: string;
  readonly at: number;
  /** Day in Shanghai. */
  readonly date: string;
  /** In which it counts. */
  readonly month: string;
  readonly amount: bigint;
  readonly whole: bigint;
  /** Every holder's share in millionths, and which is this person's. */
  readonly split: Split;
  readonly subject: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** China is eight hours ahead of UTC, all year. */
const dayOf = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);

/** Each gets the whole fen below the exact share; what is left goes one by one to the largest remainders, of equals to the first. */
export const shareOut = (amount: bigint, millionths: readonly bigint[]): bigint[] => {
  const parts = millionths.map((share, place) => ({ place, fen: (amount * share) / 1_000_000n, rest: (amount * share) % 1_000_000n }));
  let left = amount - parts.reduce((sum, { fen }) => sum + fen, 0n);
  for (const part of [...parts].sort((a, b) => (a.rest === b.rest ? a.place - b.place : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    part.fen += 1n;
    left -= 1n;
  }
  return parts.map(({ fen }) => fen);
};

interface Holding {
  readonly employeeId: string;
  readonly millionths: bigint;
}
/** Who holds how much of a fact; undefined while an owner is not known. Two accounts of one person are one part, at the place of the first. */
const holdingsOf = (fact: AcceptedFact, owners: ReadonlyMap<string, string>): Holding[] | undefined => {
  const held = new Map<string, bigint>();
  for (const { owner, percent } of fact.claims) {
    const employeeId = owners.get(owner);
    if (employeeId === undefined) return undefined;
    held.set(employeeId, (held.get(employeeId) ?? 0n) + BigInt(Math.round(percent * 10_000)));
  }
  return [...held].map(([employeeId, millionths]) => ({ employeeId, millionths }));
};

/** `employee month` → parts. A refund counts in the month of its order and for those who hold the order; without the order not at all. */
export const partsOf = (facts: readonly AcceptedFact[], owners: ReadonlyMap<string, string>): Map<string, Part[]> => {
  const orders = new Map<string, { at: number; id: string; month: string; holdings: Holding[] }>();
  for (const fact of facts) {
    const orderId = fact.subject['orderId'];
    if (fact.type !== 'order.signed' || fact.voided || orderId === undefined) continue;
    const holdings = holdingsOf(fact, owners);
    const first = orders.get(orderId);
    if (!holdings || (first && (first.at < fact.at || (first.at === fact.at && first.id < fact.id)))) continue;
    orders.set(orderId, { at: fact.at, id: fact.id, month: dayOf(fact.at).slice(0, 7), holdings });
  }
  const months = new Map<string, Part[]>();
  for (const fact of facts) {
    if (fact.voided) continue;
    const refunded = fact.type === 'order.refunded' ? orders.get(fact.subject['orderId'] ?? '') : undefined;
    const holdings = fact.type === 'order.refunded' ? refunded?.holdings : holdingsOf(fact, owners);
    if (!holdings) continue;
    const date = dayOf(fact.at);
    const month = refunded?.month ?? date.slice(0, 7);
    const amounts = shareOut(
      fact.amountFen ?? 0n,
      holdings.map(({ millionths }) => millionths),
    );
    const told = new Set<string>();
    const tell = (type: string, of: readonly Holding[], when: string, parts: readonly bigint[]): void =>
      of.forEach(({ employeeId }, place) => {
        const key = `${employeeId} ${when}`;
        if (told.has(key)) return;
        told.add(key);
        const list = months.get(key) ?? [];
        months.set(key, list);
        list.push({
          factId: fact.id,
          type,
          at: fact.at,
          date,
          month: when,
          amount: parts[place] ?? 0n,
          whole: fact.amountFen ?? 0n,
          split: { shares: of.map(({ millionths }) => millionths), place },
          subject: fact.subject,
          attributes: fact.attributes,
        });
      });
    tell(fact.type, holdings, month, amounts);
    // Whoever holds the order learns of it in the month of the order, where it counts for the order alone.
    const settled = fact.type === 'order.paid' || fact.type === 'project.delivered' ? orders.get(fact.subject['orderId'] ?? '') : undefined;
    if (settled) tell(`of the order: ${fact.type}`, settled.holdings, settled.month, []);
  }
  return months;
};

/** A visit that counts: one person's, without an amount. */
export const visitPart = ({ factId, at }: { readonly factId: string; readonly at: number }): Part => ({
  factId,
  type: 'visit.validated',
  at,
  date: dayOf(at),
  month: dayOf(at).slice(0, 7),
  amount: 0n,
  whole: 0n,
  split: { shares: [1_000_000n], place: 0 },
  subject: {},
  attributes: {},
});
