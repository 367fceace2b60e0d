/** Which days a number is made of, in words; empty for the month. */
import type { BookedMetric } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import { fromStored, multiply, ratio } from '../../../shared/kernel/ratio.ts';
import type { CompiledMetric } from './compile-plan.ts';
import { valueText } from './number-text.ts';

const NOTHING: LocalText = { zh: '', en: '' };

/** ` (480,000.00 yuan from 2026-10-26 to 2026-11-29 ÷ 5 weeks)`, ` (2026-10-01 to 2026-11-30)`. */
export const windowText = (compiled: CompiledMetric | undefined, booked: BookedMetric | undefined): LocalText => {
  const span = compiled?.span;
  if (!compiled || !span || compiled.window === 'month') return NOTHING;
  const { from, to, units, meanPer } = span;
  if (!meanPer) return { zh: ` (${from} 至 ${to})`, en: ` (${from} to ${to})` };
  const value = booked?.value ? fromStored(booked.value) : ratio(0);
  const total = valueText(multiply(value, ratio(units)), compiled.unit);
  return {
    zh: ` (${from} 至 ${to} 合计 ${total.zh} ÷ ${units} ${meanPer === 'week' ? '周' : '天'})`,
    en: ` (${total.en} from ${from} to ${to} ÷ ${units} ${meanPer}${units === 1 ? '' : 's'})`,
  };
};
