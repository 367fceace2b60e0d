/** Accruals as a table for a spreadsheet: UTF-8 with its mark, amounts in yuan. */
import { stringify } from 'csv-stringify/sync';
import { formatYuan } from '../../../shared/kernel/money.ts';
import type { MonthAccruals } from '../app/read-accruals.ts';
import type { AccrualSums } from '../domain/accruals.ts';

const HEADER = [
  '成本中心编号 Cost centre',
  '成本中心 Name',
  '类别 Category',
  '人数 People',
  '应得 Earned',
  '已入账 Posted',
  '已发放 Paid',
  '未发放 Open',
  '待发 Held',
];
const CATEGORIES = { commission: '提成 Commission', bonus: '奖金 Bonus', subsidy: '补贴 Subsidy' } as const;

const amounts = ({ earnedFen, postedFen, paidFen, openFen, heldFen }: AccrualSums): Cell[] =>
  [earnedFen, postedFen, paidFen, openFen, heldFen].map((amount) => ({ number: formatYuan(amount) }));
/** Only text is defused against spreadsheet formulas: a negative amount is a number. */
type Cell = { readonly text: string } | { readonly number: string };

export const accrualsCsv = ({ rows, total, units }: MonthAccruals): string => {
  const lines: Cell[][] = [
    HEADER.map((text) => ({ text })),
    ...rows.map(({ costCentre, category, people, ...sums }): Cell[] => [
      { text: costCentre ?? '' },
      { text: costCentre === null ? '无 None' : (units.get(costCentre)?.name.zh ?? costCentre) },
      { text: CATEGORIES[category] },
      { number: String(people) },
      ...amounts(sums),
    ]),
    [{ text: '' }, { text: '合计 Total' }, { text: '' }, { text: '' }, ...amounts(total)],
  ];
  const text = stringify(
    lines.map((line) => line.map((cell) => ({ cell }))),
    {
      record_delimiter: 'windows',
      cast: {
        object: (value) => {
          const { cell } = value as { cell: Cell };
          return ('number' in cell ? { value: cell.number } : { value: cell.text, escape_formulas: true }) as unknown as string;
        },
      },
    },
  );
  return `\uFEFF${text}`;
};
