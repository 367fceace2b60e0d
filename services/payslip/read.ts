/** What other services may read of payroll: which payslips cover a person's ledger entries, and which days are workdays. Nothing here writes. */
import { queryAll, type Store } from '../../shared/adapters/store.ts';
import { FINAL_STATUSES } from '../../shared/contracts/payroll.ts';
import { addDays, type LocalDate } from '../../shared/kernel/period.ts';
import { type CalendarDays, isWorkday } from '../../shared/kernel/working-days.ts';
import { ruleBook } from './app/rule-book.ts';
import { calendarOf } from './domain/working-calendar.ts';
import { parseRun, parseSlip, runKey } from './store.ts';

/** The official calendar of a day's year; `undefined` for a year that is not loaded. */
export const calendarDaysOf = (on: LocalDate): CalendarDays | undefined => {
  const calendar = calendarOf(ruleBook(), on);
  return calendar.ok ? calendar.value : undefined;
};

/**
 * Days on which people are due at work (holidays and adjusted weekends as announced), from `from` to `to`, both inclusive; 0 when `from` is
 * after `to`. Null when a year among them has no calendar yet.
 */
export const workdaysBetween = (from: LocalDate, to: LocalDate): number | null => {
  let workdays = 0;
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const calendar = calendarOf(ruleBook(), day);
    if (!calendar.ok) return null;
    if (isWorkday(calendar.value, day)) workdays += 1;
  }
  return workdays;
};

/** One payslip line that some ledger entries were paid on. */
export interface CoveringLine {
  readonly payslipId: string;
  readonly runId: string;
  readonly runStatus: string;
  readonly period: string;
  /** 1-based position on the payslip. */
  readonly line: number;
  readonly lineNameZh: string;
  readonly lineNameEn: string;
  readonly amountFen: number | null;
  readonly seqs: readonly number[];
}

/** Most payslips of one person that are looked through: 50 years of months. */
const MAX_PAYSLIPS = 600;

/** Payslip lines of final runs that these entries of a person are on, oldest first. An entry that is on none is not paid yet. */
export const linesCovering = async (store: Store, employeeId: string, seqs: readonly number[]): Promise<CoveringLine[]> => {
  if (seqs.length === 0) return [];
  const wanted = new Set(seqs);
  const items = await queryAll(store, { table: 'payroll', index: 'gsi1', pk: `SLIPS#${employeeId}` }, MAX_PAYSLIPS);
  const slips = items.flatMap((item) => {
    const outcome = parseSlip(item);
    return outcome?.outcome === 'payslip' ? [outcome] : [];
  });
  const runIds = [...new Set(slips.map((slip) => slip.payslip.runId))];
  const runs = new Map(
    (await store.getMany(runIds.map(runKey))).flatMap((item) => {
      const stored = parseRun(item);
      return stored ? [[stored.run.id, stored.run] as const] : [];
    }),
  );
  return slips.flatMap((slip) => {
    const run = runs.get(slip.payslip.runId);
    if (!run || !FINAL_STATUSES.has(run.status) || run.attempt !== slip.attempt) return [];
    return slip.payslip.lines.flatMap((line, index): CoveringLine[] => {
      const covered = line.references.ledgerSeqs.filter((seq) => wanted.has(seq));
      if (covered.length === 0) return [];
      const { nameZh, nameEn, amountFen } = line;
      const head = { payslipId: slip.payslip.id, runId: run.id, runStatus: run.status, period: slip.payslip.period };
      return [{ ...head, line: index + 1, lineNameZh: nameZh, lineNameEn: nameEn, amountFen, seqs: covered }];
    });
  });
};
