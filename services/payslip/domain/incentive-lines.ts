/** The ledger entries a payslip covers, as lines: one per category, rule and month earned in, and for each adjustment by its own reason. Amounts in fen. */
import { ADJUSTMENT_RULE } from '../../../shared/kernel/adjustment-rule.ts';
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { yuanText } from './amount-text.ts';
import type { IncentiveCategory, LedgerEntry, LedgerRange } from './payslip.ts';
import { type Refusal, refusal } from './refusal.ts';
import type { Bilingual } from './statutory-rules.ts';

/** The entries must be exactly `fromSeq..toSeq`, each once (I6). */
export const checkLedgerRange = (range: LedgerRange, entries: readonly LedgerEntry[]): Result<null, Refusal> => {
  let expected = range.fromSeq;
  for (const entry of entries) {
    if (entry.seq !== expected) break;
    expected += 1;
  }
  if (expected === range.toSeq + 1 && entries.length === range.toSeq - range.fromSeq + 1) return succeed(null);
  return fail(
    refusal(
      'ledger_gap',
      `台账区间 ${range.fromSeq}–${range.toSeq} 与所附的 ${entries.length} 条分录不符(第 ${expected} 条起)。`,
      `The ${entries.length} entries given are not exactly the ledger range ${range.fromSeq}–${range.toSeq} (from entry ${expected}).`,
      { fromSeq: range.fromSeq, toSeq: range.toSeq, firstWrongSeq: expected },
    ),
  );
};

export interface IncentiveGroup {
  readonly category: IncentiveCategory;
  readonly ruleId: string;
  readonly ruleNameZh: string;
  readonly ruleNameEn: string;
  readonly earnedPeriod: Month;
  readonly amountFen: Fen;
  readonly entries: readonly LedgerEntry[];
}

interface OpenGroup extends Omit<IncentiveGroup, 'amountFen' | 'entries'> {
  readonly line: string;
  amountFen: number;
  entries: LedgerEntry[];
}

/** Grouped in ledger order of the first entry. */
export const groupIncentives = (entries: readonly LedgerEntry[]): readonly IncentiveGroup[] => {
  const groups: OpenGroup[] = [];
  const byKey = entries.length > 16 ? new Map<string, OpenGroup>() : null;
  for (const entry of entries) {
    const key = byKey === null ? '' : `${entry.category}/${entry.earnedPeriod}/${ownLine(entry)}`;
    let group = byKey === null ? groups.find((one) => isSame(one, entry)) : byKey.get(key);
    if (group === undefined) {
      const { category, ruleId, ruleNameZh, ruleNameEn, earnedPeriod } = entry;
      group = { line: ownLine(entry), category, ruleId, ruleNameZh, ruleNameEn, earnedPeriod, amountFen: 0, entries: [] };
      groups.push(group);
      byKey?.set(key, group);
    }
    group.amountFen += entry.amountFen;
    group.entries.push(entry);
  }
  return groups.map(({ line: _line, ...group }) => ({ ...group, amountFen: fen(group.amountFen) }));
};

const isSame = (group: OpenGroup, entry: LedgerEntry): boolean =>
  group.line === ownLine(entry) && group.earnedPeriod === entry.earnedPeriod && group.category === entry.category;

/** What entries of one line have in common: the rule, or the adjustment. */
const ownLine = ({ ruleId, awardId }: LedgerEntry): string => (ruleId === ADJUSTMENT_RULE ? awardId : ruleId);

const SHOWN_PARTS = 6;

/**
 * How the amount of a group came about: the award's own words where it is one award; `500.00 + 500.00 − 500.00`; many as `500.00 × 11 − 500.00`, or
 * their count when they are all different.
 */
export const partsText = (entries: readonly LedgerEntry[]): Bilingual => awardText(entries) ?? sumText(entries);

const awardText = (entries: readonly LedgerEntry[]): Bilingual | null => {
  const last = entries.at(-1);
  if (last?.award === undefined || entries.some((entry) => entry.awardId !== last.awardId)) return null;
  const { formula, amountFen } = last.award;
  let here = 0;
  for (const entry of entries) here += entry.amountFen;
  if (here === amountFen) return formula;
  const before = yuanText(amountFen - here);
  return { zh: `${formula.zh};此前已计 ${before}`, en: `${formula.en}; ${before} was in earlier payslips` };
};

const sumText = (entries: readonly LedgerEntry[]): Bilingual => {
  const isLong = entries.length > SHOWN_PARTS;
  const parts = isLong ? countedAmounts(entries) : entries.map(({ amountFen }) => ({ amountFen, times: 1 }));
  if (parts.length > SHOWN_PARTS) return { zh: `台账 ${entries.length} 笔合计`, en: `sum of ${entries.length} ledger entries` };
  let text = '';
  for (const { amountFen, times } of parts) {
    const sign = text === '' ? (amountFen < 0 ? '-' : '') : amountFen < 0 ? ' − ' : ' + ';
    text += `${sign}${yuanText(Math.abs(amountFen))}${times === 1 ? '' : ` × ${times}`}`;
  }
  return { zh: text, en: text };
};

/** Each amount with how often it comes, in the order of the first. */
const countedAmounts = (entries: readonly LedgerEntry[]): { readonly amountFen: number; readonly times: number }[] => {
  const times = new Map<number, number>();
  for (const { amountFen } of entries) times.set(amountFen, (times.get(amountFen) ?? 0) + 1);
  return [...times].map(([amountFen, count]) => ({ amountFen, times: count }));
};
