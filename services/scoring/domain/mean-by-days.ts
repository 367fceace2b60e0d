import { add, divide, multiply, type Ratio, ratio, ZERO } from '../../../shared/kernel/ratio.ts';

/** Σ value × days ÷ Σ days, exactly. */
export const meanByDays = (parts: readonly { readonly days: number; readonly value: Ratio }[]): Ratio => {
  const sum = parts.reduce((all, { days, value }) => add(all, multiply(value, ratio(days))), ZERO);
  return divide(sum, ratio(parts.reduce((all, { days }) => all + days, 0)));
};
