/** Why a balance changed between two moments: one cause for each award that moved, and they add up to the difference. Pure. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { LedgerEntry } from '../../../shared/contracts/ledger.ts';
import { yuanText } from './number-text.ts';

export interface BalanceChange {
  readonly awardId: string;
  readonly ruleId: string;
  readonly ruleName: LocalText;
  readonly category: LedgerEntry['category'];
  readonly earnedPeriod: string;
  /** The award before the first and after the last of its entries in between; the amount is the difference. */
  readonly beforeFen: number;
  readonly afterFen: number;
  readonly amountFen: number;
  /** Whether facts made it, a recalculation (another plan, another assignment), or people who agreed on it. */
  readonly kinds: readonly LedgerEntry['cause']['kind'][];
  readonly factIds: readonly string[];
  readonly entries: readonly number[];
  readonly text: LocalText;
}

const reasonWithoutFacts = ({ cause }: LedgerEntry): LocalText =>
  cause.kind === 'adjustment'
    ? { zh: '经批准的人工调整', en: 'an approved manual adjustment' }
    : cause.kind === 'pool'
      ? { zh: '奖金池重新分配', en: 'the pool was shared out again' }
      : { zh: '方案或人员变动后重新计算', en: 'calculated again after a change of plan or person' };

const describe = (first: LedgerEntry, last: LedgerEntry, factIds: readonly string[]): LocalText => {
  const amount = last.afterFen - first.beforeFen;
  const [before, after, difference] = [yuanText(first.beforeFen), yuanText(last.afterFen), yuanText(Math.abs(amount))];
  const { zh, en } = last.ruleName;
  const moved =
    amount === 0
      ? { zh: '有变动,最终不变', en: 'moved and came back' }
      : amount > 0
        ? { zh: `增加 ${difference} 元`, en: `${difference} yuan more` }
        : { zh: `减少 ${difference} 元`, en: `${difference} yuan less` };
  const shown = factIds.slice(0, 5).join('、');
  const because =
    factIds.length === 0
      ? reasonWithoutFacts(last)
      : {
          zh: `业务事实 ${shown}${factIds.length > 5 ? ` 等 ${factIds.length} 条` : ''}`,
          en: `facts ${factIds.slice(0, 5).join(', ')}${factIds.length > 5 ? ` and ${factIds.length - 5} more` : ''}`,
        };
  return {
    zh: `${zh}(${last.earnedPeriod}):${before} → ${after} 元,${moved.zh};原因:${because.zh}`,
    en: `${en} (${last.earnedPeriod}): ${before} → ${after} yuan, ${moved.en}; because of ${because.en}`,
  };
};

/** Entries in ledger order. One that rose and fell back to where it was is listed with 0: something happened. */
export const explainChanges = (entries: readonly LedgerEntry[]): BalanceChange[] => {
  const byAward = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const group = byAward.get(entry.awardId);
    if (group) group.push(entry);
    else byAward.set(entry.awardId, [entry]);
  }
  return [...byAward.values()].flatMap((group) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return [];
    const factIds = [...new Set(group.flatMap(({ cause }) => cause.factIds))];
    const { awardId, ruleId, ruleName, category, earnedPeriod } = last;
    return [
      {
        awardId,
        ruleId,
        ruleName,
        category,
        earnedPeriod,
        beforeFen: first.beforeFen,
        afterFen: last.afterFen,
        amountFen: last.afterFen - first.beforeFen,
        kinds: [...new Set(group.map(({ cause }) => cause.kind))],
        factIds,
        entries: group.map(({ seq }) => seq),
        text: describe(first, last, factIds),
      },
    ];
  });
};
