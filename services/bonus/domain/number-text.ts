/** Numbers as people read them in an explanation. For reading only: nothing is ever computed from these texts. */
import { compare, multiply, type Ratio, ratio, toDecimal } from '../../../shared/kernel/ratio.ts';
import type { MetricUnit } from './compile-rewards.ts';

const HUNDRED = ratio(100);
const HUNDREDTH = ratio(1, 100);
/** More decimals are never shown: a number that needs them is marked `≈`. */
const MOST_DECIMALS = 6;

const isWhole = (value: Ratio): boolean => value.d === 1 || value.d === 1n;
const scaleOf = (unit: MetricUnit): Ratio => (unit === 'fen' ? HUNDREDTH : unit === 'ratio' ? HUNDRED : ratio(1));
const leastDecimals = (unit: MetricUnit): number => (unit === 'fen' ? 2 : unit === 'ratio' ? 1 : 0);

/** How many decimals show the number exactly; one more than {@link MOST_DECIMALS} when none do. */
const exactDecimals = (value: Ratio, least: number): number => {
  if (isWhole(value)) return least;
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals += 1) {
    if (isWhole(multiply(value, ratio(10 ** decimals)))) return Math.max(decimals, least);
  }
  return MOST_DECIMALS + 1;
};

/** `1234567` → `1,234,567`; a leading `-` stays. By hand: this is most of the work of an explanation. */
const groupDigits = (digits: string): string => {
  const sign = digits.startsWith('-') ? 1 : 0;
  let start = digits.length - 3;
  if (start <= sign) return digits;
  let text = digits.slice(start);
  for (start -= 3; start > sign; start -= 3) text = `${digits.slice(start, start + 3)},${text}`;
  return `${digits.slice(0, start + 3)},${text}`;
};

const grouped = (text: string): string => {
  const point = text.indexOf('.');
  return point < 0 ? groupDigits(text) : groupDigits(text.slice(0, point)) + text.slice(point);
};

/** Whole fen as `1,234.50`. */
export const yuanText = (amountFen: number): string => {
  const magnitude = Math.abs(amountFen);
  const cents = magnitude % 100;
  const whole = groupDigits(String((magnitude - cents) / 100));
  return `${amountFen < 0 ? '-' : ''}${whole}.${cents < 10 ? '0' : ''}${cents}`;
};

const render = (scaled: Ratio, decimals: number, unit: MetricUnit, exact: boolean): string =>
  `${exact ? '' : '≈'}${grouped(toDecimal(scaled, decimals))}${unit === 'ratio' ? '%' : ''}`;

/** A value of a metric: `1,234.50` (yuan), `11`, `3.6%`; `≈66.67%` when it has more decimals than are shown. */
export const valueText = (value: Ratio, unit: MetricUnit): string => {
  if (value.d === 1) {
    if (unit === 'fen') return yuanText(value.n as number);
    if (unit === 'number') return groupDigits(String(value.n));
  }
  const scaled = multiply(value, scaleOf(unit));
  const exact = exactDecimals(scaled, leastDecimals(unit));
  return exact <= 4 ? render(scaled, exact, unit, true) : render(scaled, Math.max(2, leastDecimals(unit)), unit, false);
};

/** A value beside its threshold: as many decimals as it takes to see which is larger. `109,999.99`, `110,000.00`. */
export const comparedTexts = (value: Ratio, threshold: Ratio, unit: MetricUnit): readonly [string, string] => {
  const texts = [valueText(value, unit), valueText(threshold, unit)] as const;
  const isExact = !texts[0].startsWith('≈') && !texts[1].startsWith('≈');
  if (isExact || texts[0].replace('≈', '') !== texts[1].replace('≈', '') || compare(value, threshold) === 0) return texts;
  const [left, right] = [multiply(value, scaleOf(unit)), multiply(threshold, scaleOf(unit))];
  for (let decimals = leastDecimals(unit) + 1; ; decimals += 1) {
    const [a, b] = [toDecimal(left, decimals), toDecimal(right, decimals)];
    if (a !== b || decimals >= 18) {
      return [
        render(left, decimals, unit, exactDecimals(left, 0) <= decimals),
        render(right, decimals, unit, exactDecimals(right, 0) <= decimals),
      ];
    }
  }
};

/** `2%`, `0.5%`: a rate without needless zeros. */
export const rateText = (rate: Ratio): string => {
  const percent = multiply(rate, HUNDRED);
  return percent.d === 1 ? `${percent.n}%` : `${toDecimal(percent, 9).replace(/\.?0+$/, '')}%`;
};

/** Percentage points: `0.6`. */
export const pointsText = (difference: Ratio): string => valueText(difference, 'ratio').replace('%', '');

/** Fen that need not be whole, in yuan with up to 6 decimals: the product before its one rounding. */
export const exactYuanText = (value: Ratio): string => {
  const scaled = multiply(value, HUNDREDTH);
  const exact = exactDecimals(scaled, 2);
  return exact <= MOST_DECIMALS ? render(scaled, exact, 'fen', true) : render(scaled, MOST_DECIMALS, 'fen', false);
};
