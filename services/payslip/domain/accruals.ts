/**
 * What a legal entity owes of a month's incentives, by cost centre: earned is what the awards of the month stand at, posted what its ledger
 * entries add up to (the same, I5), paid the part of them that final payslips cover; open is the rest. Pure. Amounts in fen.
 */
import type { AwardCategory } from '../../../shared/contracts/ledger.ts';
import { fen } from '../../../shared/kernel/money.ts';

/** One person's month, by category. */
export interface PersonAccrual {
  readonly employeeId: string;
  /** The org unit that the person worked in last in the month; null for nowhere. */
  readonly costCentre: string | null;
  readonly awards: readonly { readonly category: AwardCategory; readonly amountFen: number; readonly heldFen?: number | undefined }[];
  /** `paid`: a final payslip covers it. */
  readonly entries: readonly { readonly category: AwardCategory; readonly amountFen: number; readonly paid: boolean }[];
}
export interface AccrualSums {
  readonly earnedFen: number;
  readonly postedFen: number;
  readonly paidFen: number;
  /** Posted and not yet paid: what is owed, or below 0 what is to be taken back. */
  readonly openFen: number;
  /** Earned besides, and held until its release: owed only then. */
  readonly heldFen: number;
}
export interface AccrualRow extends AccrualSums {
  readonly costCentre: string | null;
  readonly category: AwardCategory;
  /** Who has something in the row. */
  readonly people: number;
}
export interface Accruals {
  readonly rows: readonly AccrualRow[];
  readonly total: AccrualSums;
  /** Whose earned is not what was posted: calculations under way, or something that must be looked at. */
  readonly unreconciled: readonly { readonly employeeId: string; readonly earnedFen: number; readonly postedFen: number }[];
}

const CATEGORIES = ['commission', 'bonus', 'subsidy'] as const satisfies readonly AwardCategory[];
const sumOf = (parts: readonly { readonly amountFen: number }[]): number => fen(parts.reduce((sum, { amountFen }) => sum + amountFen, 0));

const sumsOf = (awards: PersonAccrual['awards'], entries: PersonAccrual['entries']): AccrualSums => {
  const [postedFen, paidFen] = [sumOf(entries), sumOf(entries.filter(({ paid }) => paid))];
  const heldFen = sumOf(awards.map((award) => ({ amountFen: award.heldFen ?? 0 })));
  return { earnedFen: sumOf(awards), postedFen, paidFen, openFen: postedFen - paidFen, heldFen };
};

/** Rows by cost centre, then category; the total adds up every row. */
export const accrualsOf = (people: readonly PersonAccrual[]): Accruals => {
  const byCentre = new Map<string | null, PersonAccrual[]>();
  for (const person of people) {
    const list = byCentre.get(person.costCentre);
    if (list) list.push(person);
    else byCentre.set(person.costCentre, [person]);
  }
  const centres = [...byCentre].sort(([a], [b]) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1));
  const rows = centres.flatMap(([costCentre, members]) =>
    CATEGORIES.flatMap((category): AccrualRow[] => {
      const mine = members
        .map(({ awards, entries }) => ({
          awards: awards.filter((one) => one.category === category),
          entries: entries.filter((one) => one.category === category),
        }))
        .filter(
          ({ awards, entries }) => entries.length > 0 || awards.some(({ amountFen, heldFen = 0 }) => amountFen !== 0 || heldFen !== 0),
        );
      if (mine.length === 0) return [];
      const sums = sumsOf(
        mine.flatMap(({ awards }) => awards),
        mine.flatMap(({ entries }) => entries),
      );
      return [{ costCentre, category, people: mine.length, ...sums }];
    }),
  );
  const add = (name: keyof AccrualSums): number => fen(rows.reduce((sum, row) => sum + row[name], 0));
  return {
    rows,
    total: {
      earnedFen: add('earnedFen'),
      postedFen: add('postedFen'),
      paidFen: add('paidFen'),
      openFen: add('openFen'),
      heldFen: add('heldFen'),
    },
    unreconciled: people.flatMap(({ employeeId, awards, entries }) => {
      const { earnedFen, postedFen } = sumsOf(awards, entries);
      return earnedFen === postedFen ? [] : [{ employeeId, earnedFen, postedFen }];
    }),
  };
};
