/** 其他扣款: what is taken after tax. Amounts in fen. */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import { yuanText } from './amount-text.ts';
import type { PayslipLine } from './payslip.ts';
import type { Draft } from './payslip-draft.ts';
import { moneyLine, referTo } from './payslip-lines.ts';
import type { WageLaw } from './rule-book.ts';
import { damageDeductionLimit } from './wage-floors.ts';

/** 其他扣款. Damage is limited to 20 % of the month and by the minimum wage. */
export const otherDeductionLines = (
  draft: Draft,
  law: WageLaw,
  grossFen: Fen,
  takeableFen: Fen,
): { readonly lines: readonly PayslipLine[]; readonly totalFen: Fen } => {
  const lines: PayslipLine[] = [];
  let total = 0;
  let damageLeft: number = damageDeductionLimit(law, grossFen, takeableFen);
  for (const deduction of draft.input.otherDeductions) {
    let amount: number = deduction.amountFen;
    if (deduction.kind === 'damage') {
      amount = Math.min(amount, damageLeft);
      damageLeft -= amount;
      if (amount < deduction.amountFen)
        draft.warnings.push({
          code: 'damage_deduction_limited',
          zh: `“${deduction.nameZh}”${yuanText(deduction.amountFen)} 超过当月工资 20% 或最低工资的限制,本月只扣 ${yuanText(amount)}。`,
          en: `${deduction.nameEn} ${yuanText(deduction.amountFen)} exceeds 20 % of the month or the minimum wage: ${yuanText(amount)} is taken this month.`,
        });
    }
    total += amount;
    lines.push(
      moneyLine(
        'other-deduction',
        'deductions',
        'deduction',
        `其他扣款 · ${deduction.nameZh}`,
        `Other deduction · ${deduction.nameEn}`,
        fen(amount),
        null,
        { zh: deduction.reason, en: deduction.reason },
        { claimedFen: deduction.amountFen, deductionId: deduction.id },
        deduction.kind === 'damage' ? referTo(law.ref) : referTo(),
      ),
    );
  }
  return { lines, totalFen: fen(total) };
};
