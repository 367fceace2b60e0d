/** What a person would be paid if the month ended now: the payslip function on what is recorded so far, stored nowhere. */
import { dateIn, type LocalDate, type Month } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { entriesBetween, ledgerHeadKey, parseHead } from '../../bonus/read.ts';
import { entityKey, parseEntity } from '../../people/read.ts';
import { bookItemKey, parseBook, type UnavailableMetric, unavailableMetrics } from '../../scoring/read.ts';
import { calculatePayslip } from '../domain/calculate-payslip.ts';
import type { Payslip } from '../domain/payslip.ts';
import type { Refusal } from '../domain/refusal.ts';
import { loadPeople } from './load-people.ts';
import { payDateOf } from './manage-run.ts';
import { ruleBook } from './rule-book.ts';

export interface PayEstimate {
  readonly employeeId: string;
  readonly period: Month;
  readonly asOf: string;
  readonly payDate: LocalDate;
  readonly payslip: Payslip | null;
  readonly refusals: readonly Refusal[];
  /** What the month's metrics leave out because the plan cannot be computed on it: incentives may change once it can. */
  readonly unavailable: readonly UnavailableMetric[];
  /** Incentives posted for this month, and those posted since midnight in the entity's time zone (whatever month they are for). */
  readonly incentives: { readonly monthFen: number; readonly notYetPaidFen: number; readonly todayFen: number };
}

/** Entries looked back through for "today" and "this month"; beyond it the figures say what payslips do not cover yet. */
const RECENT_ENTRIES = 2_000;

export const estimatePay = async (
  platform: Platform,
  person: { readonly employeeId: string; readonly legalEntityId: string },
  period: Month,
): Promise<PayEstimate> => {
  const [entityItem, headItem, bookItem] = await platform.store.getMany([
    entityKey(person.legalEntityId),
    ledgerHeadKey(person.employeeId),
    bookItemKey(person.employeeId, period),
  ]);
  const entity = parseEntity(entityItem);
  if (!entity) throw new ProblemError('not_found');
  const now = platform.clock.now();
  const payDate = payDateOf(entity, period);
  const head = parseHead(headItem).seq;
  const [loaded] = await loadPeople(platform.store, [person.employeeId], {
    // Not a run: positions of open runs do not count, those of final ones do.
    runId: 'estimate',
    legalEntityId: person.legalEntityId,
    period,
    payDate,
    now,
    openRunCounts: false,
  });
  if (!loaded) throw new ProblemError('not_found');
  const recent = await entriesBetween(platform.store, person.employeeId, Math.max(0, head - RECENT_ENTRIES), head);
  const today = dateIn(now, entity.timeZone);
  const sum = (entries: readonly { readonly amountFen: number }[]): number => entries.reduce((all, entry) => all + entry.amountFen, 0);
  const calculated = loaded.input ? calculatePayslip(loaded.input, ruleBook()) : undefined;
  return {
    employeeId: person.employeeId,
    period,
    asOf: now,
    payDate,
    payslip: calculated?.ok ? calculated.value : null,
    refusals: calculated && !calculated.ok ? calculated.error : loaded.refusals,
    unavailable: bookItem ? unavailableMetrics(parseBook(bookItem)) : [],
    incentives: {
      monthFen: sum(recent.filter((entry) => entry.earnedPeriod === period)),
      notYetPaidFen: sum(loaded.input?.ledgerEntries ?? []),
      todayFen: sum(recent.filter((entry) => dateIn(entry.postedAt as typeof now, entity.timeZone) === today)),
    },
  };
};
