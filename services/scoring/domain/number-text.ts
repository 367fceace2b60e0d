/** Numbers as people read them, in human units: yuan for money, percent for ratios. For reading only: nothing is computed from these texts. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import { multiply, type Ratio, ratio, toDecimal } from '../../../shared/kernel/ratio.ts';
import type { MetricUnit } from './compile-scheme.ts';

/** A number that needs more decimals is rounded to two of them and marked `≈`. */
const MOST_DECIMALS = 4;
const HUNDRED = ratio(100);
const HUNDREDTH = ratio(1, 100);

const isWhole = ({ d }: Ratio): boolean => d === 1 || d === 1n;
const grouped = (text: string): string => {
  const [whole = '', decimals] = text.split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? digits : `${digits}.${decimals}`;
};

/** The fewest decimals (at least `least`) that show the number exactly, or two and a `≈`. */
const decimalText = (value: Ratio, least: number): string => {
  for (let decimals = least; decimals <= MOST_DECIMALS; decimals += 1) {
    if (isWhole(multiply(value, ratio(10 ** decimals)))) return grouped(toDecimal(value, decimals));
  }
  return `≈${grouped(toDecimal(value, 2))}`;
};

/** `450,000.00` for fen, `6`, `4.5`, `75%`. */
export const numberText = (value: Ratio, unit: MetricUnit): string => {
  switch (unit) {
    case 'fen':
      return decimalText(multiply(value, HUNDREDTH), 2);
    case 'ratio':
      return percentText(value);
    case 'count':
    case 'number':
      return decimalText(value, 0);
  }
};
/** A target as plans write it: yuan, percent or a plain number, without grouping; what does not end after 4 decimals is rounded to them. */
export const targetText = (value: Ratio, unit: MetricUnit): string => {
  const written = unit === 'fen' ? multiply(value, HUNDREDTH) : unit === 'ratio' ? multiply(value, HUNDRED) : value;
  const decimals = [0, 1, 2, 3].find((count) => isWhole(multiply(written, ratio(10 ** count)))) ?? MOST_DECIMALS;
  return `${toDecimal(written, decimals)}${unit === 'ratio' ? '%' : ''}`;
};
/** `90%`, `≈83.33%`. */
export const percentText = (value: Ratio): string => `${decimalText(multiply(value, HUNDRED), 0)}%`;

/** The same with its unit in both languages: `450,000.00 元`, `450,000.00 yuan`. */
export const valueText = (value: Ratio, unit: MetricUnit): LocalText => {
  const text = numberText(value, unit);
  return unit === 'fen' ? { zh: `${text} 元`, en: `${text} yuan` } : { zh: text, en: text };
};
