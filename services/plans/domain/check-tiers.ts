/** Rate tables: complete, in order, and without surprises at their edges. */
import { formatYuan, formatYuanGrouped, MAX_FEN } from '../../../shared/kernel/money.ts';
import { compare, ONE, parseRatio, type Ratio, ratio, ZERO } from '../../../shared/kernel/ratio.ts';
import { error, type Finding, note, plain, warning } from './finding.ts';
import { firstFen, type Tier, type TierTable, tierPay, tiersInFen } from './tier-pay.ts';

export interface CheckedTable extends TierTable {
  readonly cliffAccepted: boolean;
}

/** Findings about a rate table. `path` is the rule's. */
export const checkTiers = (path: string, table: CheckedTable): Finding[] => {
  const findings = [...checkRates(path, table), ...checkThresholds(path, table)];
  const tiers = tiersInFen(table);
  // Edges are only looked at where the table itself is in order; otherwise the answer would be about another table.
  if (tiers === null || findings.some(({ severity }) => severity === 'error')) return findings;
  if (tiers.some(({ start }) => compare(start, ratio(MAX_FEN)) > 0)) {
    return [...findings, error(`${path}/tiers`, 'threshold_too_large', '档位金额超出可计算范围', 'a tier begins beyond any amount')];
  }
  return [...findings, ...checkReach(path, tiers), ...(table.mode === 'slab' ? checkEdges(path, table, tiers) : [])];
};

const checkRates = (path: string, { tiers }: CheckedTable): Finding[] =>
  tiers.flatMap(({ rate }, index) => {
    const at = `${path}/tiers/${index}/rate`;
    const value = parseRatio(rate);
    if (compare(value, ZERO) < 0) return [error(at, 'rate_negative', `比例 ${rate} 为负`, `the rate ${rate} is negative`)];
    if (compare(value, ONE) > 0) {
      return [
        error(
          at,
          'rate_above_whole',
          `比例 ${rate} 超过 100%,发放会多于金额本身;2% 请写作 "2%" 或 "0.02"`,
          `the rate ${rate} is above 100%: it pays more than the amount itself; write 2% as "2%" or "0.02"`,
        ),
      ];
    }
    return [];
  });

const isPercent = (text: string): boolean => text.endsWith('%');

const checkThresholds = (path: string, { tiers, tiersBy }: CheckedTable): Finding[] => {
  const findings: Finding[] = [];
  const [zhWhat, enWhat] = tiersBy === 'amount' ? ['金额', 'amount'] : ['完成率', 'attainment'];
  tiers.forEach(({ atLeast }, index) => {
    const at = `${path}/tiers/${index}/atLeast`;
    const value = parseRatio(atLeast);
    if (tiersBy === 'amount' && isPercent(atLeast)) {
      findings.push(
        error(
          at,
          'unit_mismatch',
          `档位按金额(元)划分,不能写百分比 ${atLeast}`,
          `tiers by amount are in yuan, not a percentage: ${atLeast}`,
        ),
      );
    } else if (compare(value, ZERO) < 0) {
      findings.push(error(at, 'tiers_negative', `档位起点 ${atLeast} 为负`, `the tier begins below 0: ${atLeast}`));
    }
    const before = tiers[index - 1];
    if (before === undefined) {
      if (compare(value, ZERO) > 0) {
        findings.push(
          error(
            at,
            'tiers_gap',
            `第一档从 ${atLeast} 开始:${zhWhat}低于它时没有比例,请从 0 开始`,
            `the first tier begins at ${atLeast}: below it there is no rate; begin at 0`,
            { counterexample: { [enWhat]: plain(half(value)), rates: '0' } },
          ),
        );
      }
      return;
    }
    const order = compare(value, parseRatio(before.atLeast));
    if (order === 0) {
      findings.push(
        error(
          at,
          'tiers_overlap',
          `两档都从 ${atLeast} 开始:${zhWhat}为 ${plain(value)} 时同时有 ${before.rate} 和 ${tiers[index]?.rate} 两个比例`,
          `two tiers begin at ${atLeast}: the ${enWhat} ${plain(value)} has both ${before.rate} and ${tiers[index]?.rate}`,
          { counterexample: { [enWhat]: plain(value), rates: '2' } },
        ),
      );
    } else if (order < 0) {
      findings.push(
        error(
          at,
          'tiers_not_ascending',
          `档位须由低到高:${atLeast} 排在 ${before.atLeast} 之后,${zhWhat}为 ${plain(parseRatio(before.atLeast))} 时适用哪一档不明确`,
          `tiers must ascend: ${atLeast} follows ${before.atLeast}, so the tier of the ${enWhat} ${plain(parseRatio(before.atLeast))} is not clear`,
          { counterexample: { [enWhat]: plain(parseRatio(before.atLeast)), rates: '2' } },
        ),
      );
    }
  });
  return findings;
};
const half = (value: Ratio): Ratio => ratio(BigInt(value.n), BigInt(value.d) * 2n);

/** Two tiers that begin at the same fen: nothing is ever in the first of them. */
const checkReach = (path: string, tiers: readonly Tier[]): Finding[] =>
  tiers.flatMap(({ start }, index) => {
    const next = tiers[index + 1];
    if (next === undefined || firstFen(start) !== firstFen(next.start)) return [];
    return [
      warning(
        `${path}/tiers/${index}`,
        'tier_never_reached',
        '没有任何金额落在这一档:下一档从同一分钱开始',
        'no amount is in this tier: the next one begins at the same fen',
      ),
    ];
  });

/** At each edge: what one fen more of sales does to the pay. */
const checkEdges = (path: string, table: CheckedTable, tiers: readonly Tier[]): Finding[] =>
  tiers.flatMap(({ start }, index) => {
    const edge = firstFen(start);
    if (index === 0 || edge < 1n) return [];
    const [before, after] = [tierPay(table, tiers, edge - 1n), tierPay(table, tiers, edge)];
    const at = `${path}/tiers/${index}`;
    const [amount, nextAmount] = [Number(edge - 1n), Number(edge)];
    const [pays, nextPays] = [Number(before), Number(after)];
    const counterexample = {
      amount: formatYuan(amount),
      pays: formatYuan(pays),
      nextAmount: formatYuan(nextAmount),
      nextPays: formatYuan(nextPays),
      difference: formatYuan(nextPays - pays),
    };
    const zh = `金额从 ${formatYuanGrouped(amount)} 增加到 ${formatYuanGrouped(nextAmount)} 元时,提成从 ${formatYuanGrouped(pays)}`;
    const en = `when the amount rises from ${formatYuanGrouped(amount)} to ${formatYuanGrouped(nextAmount)}, the commission`;
    const [from, to] = [formatYuanGrouped(pays), formatYuanGrouped(nextPays)];
    // At one rate of at most 100 %, one fen more of sales is at most one fen more of pay.
    const falls = after < before;
    if (!falls && after - before <= 1n) return [];
    if (table.cliffAccepted) {
      return [
        note(
          at,
          falls ? 'pay_falls_accepted' : 'cliff_accepted',
          `${zh} ${falls ? '降为' : '跳到'} ${to} 元(方案已声明有意如此)`,
          `${en} ${falls ? 'falls' : 'jumps'} from ${from} to ${to}; the plan says that this is meant`,
          { counterexample },
        ),
      ];
    }
    return falls
      ? [
          error(at, 'pay_falls', `${zh} 降为 ${to} 元:卖得更多反而拿得更少`, `${en} falls from ${from} to ${to}: selling more pays less`, {
            counterexample,
          }),
        ]
      : [
          warning(
            at,
            'cliff',
            `${zh} 跳到 ${to} 元;若有意如此,请写 cliffAccepted: true,否则改用 marginal`,
            `${en} jumps from ${from} to ${to}; say cliffAccepted: true if that is meant, or use marginal`,
            { counterexample },
          ),
        ];
  });
