/** The ledger entries a payslip covers, as lines: one per category, rule and month earned in. Amounts in fen. */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { yuanText } from './amount-text.ts';
import type { IncentiveCategory, LedgerEntry, LedgerRange } from './payslip.ts';
import { type Refusal, refusal } from './refusal.ts';

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
  amountFen: number;
  entries: LedgerEntry[];
}

/** Grouped in ledger order of the first entry. */
export const groupIncentives = (entries: readonly LedgerEntry[]): readonly IncentiveGroup[] => {
  const groups: OpenGroup[] = [];
  const byKey = entries.length > 16 ? new Map<string, OpenGroup>() : null;
  for (const entry of entries) {
    const key = byKey === null ? '' : `${entry.category}/${entry.earnedPeriod}/${entry.ruleId}`;
    let group = byKey === null ? groups.find((one) => isSame(one, entry)) : byKey.get(key);
    if (group === undefined) {
      const { category, ruleId, ruleNameZh, ruleNameEn, earnedPeriod } = entry;
      group = { category, ruleId, ruleNameZh, ruleNameEn, earnedPeriod, amountFen: 0, entries: [] };
      groups.push(group);
      byKey?.set(key, group);
    }
    group.amountFen += entry.amountFen;
    group.entries.push(entry);
  }
  return groups.map((group) => ({ ...group, amountFen: fen(group.amountFen) }));
};

const isSame = (group: OpenGroup, entry: LedgerEntry): boolean =>
  group.ruleId === entry.ruleId && group.earnedPeriod === entry.earnedPeriod && group.category === entry.category;

const SHOWN_PARTS = 6;

/** `500.00 + 500.00 − 500.00`, or the count when there are many. */
export const partsText = (entries: readonly LedgerEntry[]): { readonly zh: string; readonly en: string } => {
  if (entries.length > SHOWN_PARTS) return { zh: `台账 ${entries.length} 笔合计`, en: `sum of ${entries.length} ledger entries` };
  let text = '';
  for (const entry of entries) {
    if (text === '') text = yuanText(entry.amountFen);
    else text += entry.amountFen < 0 ? ` − ${yuanText(-entry.amountFen)}` : ` + ${yuanText(entry.amountFen)}`;
  }
  return { zh: text, en: text };
};
