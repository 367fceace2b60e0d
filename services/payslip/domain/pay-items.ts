/**
 * Dated pay items (基本工资, 岗位工资, 绩效工资, 津贴补贴) evaluated for a month: joiner, leaver, and changes within the month.
 * Amounts in fen. Unpaid leave is a line of its own and not taken off here.
 */
import { type Dated, inForceOn } from '../../../shared/kernel/effective.ts';
import { type Fen, fen, multiplyFen, type Rate } from '../../../shared/kernel/money.ts';
import { addDays, daysBetween, daysInMonth, type LocalDate, type Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { multiplyExact, type Rounding } from '../../../shared/kernel/rounding.ts';
import { daysEn, yuanText } from './amount-text.ts';
import { boundsOf } from './month-bounds.ts';
import { chooseMethod, type ProrationChoice, type ProrationMethod, prorate, segmentedWage, type WageSegment } from './proration.ts';
import { type Refusal, refusal } from './refusal.ts';
import type { RuleBook, WageLaw } from './rule-book.ts';
import type { Bilingual, RuleSetRef } from './statutory-rules.ts';
import { calendarOf, paidDaysBetween } from './working-calendar.ts';

export type PayItemCode = 'base-salary' | 'position-salary' | 'performance-salary' | 'allowance';

/**
 * One agreed pay item of a person from a day on. Entries with the same `id` follow each other: a raise is a second entry.
 * `basis`: an amount a `month`, a `worked-day`, or a month's amount multiplied by the `performance-score` (÷ 100).
 * `proration`: reduced `by-attendance` (joiner, leaver, unpaid leave), `by-employment` (joiner, leaver only) or `none`.
 */
export interface PayItem extends Dated {
  readonly id: string;
  readonly code: PayItemCode;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly amountFen: Fen;
  readonly basis: 'month' | 'worked-day' | 'performance-score';
  readonly proration: 'by-attendance' | 'by-employment' | 'none';
  /** Part of the base that overtime is paid on. */
  readonly countsForOvertime: boolean;
}

/** The month as one person lived it. Days are paid days, or calendar days when that is the method. */
export interface EmployedMonth {
  readonly period: Month;
  /** First and last employed day within the month. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly isWholeMonth: boolean;
  /** Days of the whole month that divide a monthly amount in `actual_working_days`. */
  readonly days: number;
  /** Days of the month before hiring or after leaving. */
  readonly daysNotEmployed: number;
  readonly unpaidLeaveDays: number;
  readonly workedDays: number;
  readonly method: ProrationMethod;
  /** Performance score ÷ 100 as an exact rate. */
  readonly performance: Rate | null;
  readonly law: WageLaw;
  /** Counts days between two dates of the month, both inclusive. */
  readonly countDays: (from: LocalDate, to: LocalDate) => number;
  /** Set once days had to be counted from a calendar. */
  readonly calendar: RuleSetRef | null;
}

export interface EmployedMonthFacts {
  readonly period: Month;
  readonly hireDate: LocalDate;
  readonly leaveDate: LocalDate | null;
  readonly payItems: readonly PayItem[];
  /** Paid days of the whole month by the person's schedule. */
  readonly paidDays: number;
  readonly unpaidLeaveDays: number;
  readonly sickLeaveDays: number;
  readonly workedDays: number;
  /** The schedule's paid days by date, where it is not Monday to Friday. */
  readonly paidDates: readonly LocalDate[] | null;
  readonly choice: ProrationChoice;
  readonly performance: Rate | null;
}

const changesWithin = (items: readonly PayItem[], from: LocalDate, to: LocalDate): boolean => {
  for (const item of items)
    if ((item.from > from && item.from <= to) || (item.to !== undefined && item.to >= from && item.to < to)) return true;
  return false;
};

/** Works out which days count. Needs a calendar, and refuses without one, only for a part of a month counted in paid days. */
export const employedMonth = (book: RuleBook, law: WageLaw, facts: EmployedMonthFacts): Result<EmployedMonth, Refusal> => {
  const { first, last } = boundsOf(facts.period);
  const startsWithin = facts.hireDate > first;
  const from = startsWithin ? facts.hireDate : first;
  const to = facts.leaveDate !== null && facts.leaveDate < last ? facts.leaveDate : last;
  const isWholeMonth = !startsWithin && to === last;
  const byCalendarDays = facts.choice === 'calendar_days';
  let countDays = byCalendarDays ? calendarDaysBetween : paidDaysBetween;
  let calendarRef: RuleSetRef | null = null;
  let days = byCalendarDays ? daysInMonth(facts.period) : facts.paidDays;
  let daysNotEmployed = 0;
  if (!isWholeMonth || changesWithin(facts.payItems, from, to)) {
    if (!byCalendarDays) {
      const dates = facts.paidDates;
      if (dates !== null) countDays = (a, b) => dates.reduce((count, date) => count + (date >= a && date <= b ? 1 : 0), 0);
      else {
        const calendar = calendarOf(book, first);
        if (!calendar.ok) return calendar;
        calendarRef = calendar.value.ref;
      }
      days = countDays(first, last);
    }
    daysNotEmployed = days - countDays(from, to);
  }
  const absentDays = daysNotEmployed + facts.unpaidLeaveDays;
  const leaveDays = facts.unpaidLeaveDays + facts.sickLeaveDays;
  const employedPaidDays = days - daysNotEmployed;
  if (leaveDays > employedPaidDays)
    return fail(
      refusal(
        'invalid_attendance',
        `事假与病假 ${leaveDays} 天超过在职期间的 ${employedPaidDays} 个计薪日。`,
        `${leaveDays} days of unpaid and sick leave are more than the ${employedPaidDays} paid days employed.`,
        { leaveDays, employedPaidDays },
      ),
    );
  return succeed({
    period: facts.period,
    from,
    to,
    isWholeMonth,
    days,
    daysNotEmployed,
    unpaidLeaveDays: facts.unpaidLeaveDays,
    workedDays: facts.workedDays,
    method: chooseMethod(facts.choice, absentDays, days),
    performance: facts.performance,
    law,
    countDays,
    calendar: calendarRef,
  });
};

const calendarDaysBetween = (from: LocalDate, to: LocalDate): number => (to < from ? 0 : daysBetween(from, to) + 1);

export interface EvaluatedPayItem {
  readonly item: PayItem;
  /** Earned in the month, before unpaid leave. */
  readonly amountFen: Fen;
  /** The amount a whole month at the employed days' rates would be: what a day of leave is a part of. */
  readonly monthlyFen: Fen;
  readonly rounding: Rounding | null;
  readonly explanation: Bilingual;
}

/** Every pay item with an amount in the month, in the order of the line codes. */
export const evaluatePayItems = (items: readonly PayItem[], month: EmployedMonth): Result<readonly EvaluatedPayItem[], Refusal> => {
  const evaluated: EvaluatedPayItem[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index] as PayItem;
    if (isRepeat(items, index)) continue;
    if (item.amountFen < 0)
      return fail(
        refusal('negative_amount', `薪资项目“${item.nameZh}”为负数。`, `The pay item ${item.nameEn} is negative.`, { itemId: item.id }),
      );
    const result = evaluateItem(items, item, month);
    if (!result.ok) return result;
    if (result.value !== null) evaluated.push(result.value);
  }
  return succeed(evaluated);
};

const isRepeat = (items: readonly PayItem[], index: number): boolean => {
  const id = (items[index] as PayItem).id;
  for (let earlier = 0; earlier < index; earlier += 1) if ((items[earlier] as PayItem).id === id) return true;
  return false;
};

const evaluateItem = (all: readonly PayItem[], first: PayItem, month: EmployedMonth): Result<EvaluatedPayItem | null, Refusal> => {
  const isAlone = !all.some((other) => other !== first && other.id === first.id);
  // The common case: one entry that covers the employed days.
  if (isAlone && first.from <= month.from && (first.to === undefined || first.to >= month.to)) {
    const wage = amountOf(first, month);
    if (wage === null) return noScore(first);
    return succeed(wholeItem(first, wage, month));
  }
  const entries = isAlone ? [first] : all.filter((other) => other.id === first.id);
  const cuts = new Set<LocalDate>([month.from]);
  for (const entry of entries) {
    if (entry.from > month.from && entry.from <= month.to) cuts.add(entry.from);
    if (entry.to !== undefined && entry.to >= month.from && entry.to < month.to) cuts.add(addDays(entry.to, 1));
  }
  const starts = [...cuts].sort();
  const segments: (WageSegment & { readonly entry: PayItem })[] = [];
  let latest: PayItem | undefined;
  for (const [index, start] of starts.entries()) {
    const entry = inForceOn(entries, start);
    if (entry === undefined) continue;
    if (entry.amountFen < 0)
      return fail(
        refusal('negative_amount', `薪资项目“${entry.nameZh}”为负数。`, `The pay item ${entry.nameEn} is negative.`, { itemId: entry.id }),
      );
    const wage = amountOf(entry, month);
    if (wage === null) return noScore(entry);
    const next = starts[index + 1];
    const days = month.countDays(start, next === undefined ? month.to : addDays(next, -1));
    const previous = segments.at(-1);
    if (previous !== undefined && previous.wageFen === wage && latest === previous.entry)
      segments[segments.length - 1] = { wageFen: wage, days: previous.days + days, entry };
    else segments.push({ wageFen: wage, days, entry });
    latest = entry;
  }
  const last = segments.at(-1);
  if (last === undefined || latest === undefined) return succeed(null);
  const coversEmployment = segments.reduce((sum, segment) => sum + segment.days, 0) === month.days - month.daysNotEmployed;
  if (latest.proration === 'none' || latest.basis === 'worked-day' || (segments.length === 1 && coversEmployment))
    return succeed(wholeItem(latest, last.wageFen, month));
  return succeed(segmentedItem(latest, segments, month));
};

const amountOf = (item: PayItem, month: EmployedMonth): Fen | null =>
  item.basis === 'performance-score'
    ? month.performance === null
      ? null
      : multiplyFen(item.amountFen, month.performance)
    : item.amountFen;

const noScore = (item: PayItem): Result<never, Refusal> =>
  fail(
    refusal(
      'missing_performance_score',
      `“${item.nameZh}”按绩效得分计算,但没有本月得分。`,
      `${item.nameEn} goes by the score, and there is no score for the month.`,
      {
        itemId: item.id,
      },
    ),
  );

/** One amount for all employed days. */
const wholeItem = (item: PayItem, wageFen: Fen, month: EmployedMonth): EvaluatedPayItem => {
  const wage = yuanText(wageFen);
  const [scoreZh, scoreEn] =
    item.basis === 'performance-score'
      ? [`绩效基数 ${yuanText(item.amountFen)} × 绩效得分 = `, `${yuanText(item.amountFen)} × score = `]
      : ['', ''];
  if (item.basis === 'worked-day') {
    const amountFen = fen(multiplyExact(wageFen, Math.round(month.workedDays * 2), 2, 'fen_half_up'));
    return {
      item,
      amountFen,
      monthlyFen: amountFen,
      rounding: 'fen_half_up',
      explanation: { zh: `${wage} × 出勤 ${month.workedDays} 天`, en: `${wage} × ${daysEn(month.workedDays)} worked` },
    };
  }
  if (month.daysNotEmployed === 0 || item.proration === 'none') {
    return {
      item,
      amountFen: wageFen,
      monthlyFen: wageFen,
      rounding: item.basis === 'performance-score' ? 'fen_half_up' : null,
      explanation: { zh: `${scoreZh}月标准 ${wage}`, en: `${scoreEn}${wage} a month` },
    };
  }
  const proration = prorate(wageFen, month.method, month.days, month.daysNotEmployed, month.law.paidDays, month.law.paidDaysText);
  const calculation =
    proration.method === 'reverse'
      ? `${wage} − ${wage} ÷ ${proration.divisor} × ${proration.days}`
      : `${wage} ÷ ${proration.divisor} × ${proration.days}`;
  const [clampZh, clampEn] = proration.clamped ? ['(限于 0 至月标准)', ' (limited to 0 … the month’s amount)'] : ['', ''];
  return {
    item,
    amountFen: proration.amountFen,
    monthlyFen: wageFen,
    rounding: 'fen_half_up',
    explanation: {
      zh: `${scoreZh}${METHOD_ZH[proration.method]}:${calculation} 天,在职 ${month.from} 至 ${month.to}${clampZh}`,
      en: `${scoreEn}${METHOD_EN[proration.method]}: ${calculation} days, employed ${month.from} to ${month.to}${clampEn}`,
    },
  };
};

export const METHOD_ZH = {
  forward: '正算法',
  reverse: '倒扣法',
  actual_working_days: '按当月计薪日',
  calendar_days: '按自然日',
} as const satisfies Record<ProrationMethod, string>;
export const METHOD_EN = {
  forward: 'forward',
  reverse: 'reverse',
  actual_working_days: 'by the month’s paid days',
  calendar_days: 'by calendar days',
} as const satisfies Record<ProrationMethod, string>;

/** Several amounts within the month: each for its days. */
const segmentedItem = (item: PayItem, segments: readonly WageSegment[], month: EmployedMonth): EvaluatedPayItem => {
  const amountFen = segmentedWage(segments, month.days);
  const employedDays = month.days - month.daysNotEmployed;
  const text = segments.map((segment) => `${yuanText(segment.wageFen)} × ${segment.days}/${month.days}`).join(' + ');
  return {
    item,
    amountFen,
    monthlyFen: month.daysNotEmployed === 0 ? amountFen : segmentedWage(segments, employedDays),
    rounding: 'fen_half_up',
    explanation: { zh: `月内调整,分段计算:${text}`, en: `Changed within the month, by segments: ${text}` },
  };
};
